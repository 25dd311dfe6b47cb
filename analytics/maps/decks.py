"""The maps themselves: DataFrame to pydeck deck, outlines by address, never inline."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from html import unescape
from math import sqrt
from typing import Any, cast

import pandas as pd
import pydeck as pdk  # pyright: ignore[reportMissingTypeStubs]
from pydeck.types import String  # pyright: ignore[reportMissingTypeStubs]

from analytics.formats import is_missing
from analytics.look import Look
from analytics.maps.classes import (
    ABSENT,
    GAP,
    class_colours,
    classify,
    colour_expression,
    ink,
    legend,
    nice_breaks,
    swatch,
)
from analytics.maps.geometry import address, frame_box
from analytics.maps.placing import (
    Box,
    Spot,
    Wish,
    arc_places,
    around,
    beside,
    circle_box,
    settle,
)
from analytics.maps.views import Name, Stage, View, view_of
from analytics.palette import FONT, rgba
from analytics.text import text

__all__ = [
    "arcs",
    "bases",
    "choropleth",
    "classify",
    "foot",
    "key",
    "legend",
    "nice_breaks",
    "outline_layers",
    "points",
    "tooltip",
]

MOST_ARCS = 80
ARC_HEIGHT = 0.55
_ENDS = ("from_lon", "from_lat", "to_lon", "to_lat")
_CAPTION = 11
_ARC_WEIGHT = 0.3  # a name may stand on an arc rather than be left out
_RADIUS = {False: ((12, 19.0), (40, 15.0), (10**9, 12.0)), True: ((12, 14.0), (10**9, 10.0))}
_RADIUS_LEAST = 3.5
_OVER: dict[str, Any] = {"depthCompare": "always"}  # arcs stand above the ground
_BREAK = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")

Row = dict[str, Any]
Circle = tuple[float, float, float]
Layers = list[pdk.Layer]


def points(
    frame: pd.DataFrame,
    view: str | View,
    look: Look,
    height: int | None = None,
    width: int | None = None,
) -> pdk.Deck:
    """Places as circles whose area is the value.

    Args:
        frame: Columns lon, lat (WGS-84), size, key, tooltip (first line is the heading; lines are
            parted by line feeds or `<br>`); optional state (normal, closed or warned) and label.
        view: china, gba or guangzhou.
        look: Language, theme and width of screen.
        height: Height of the canvas, in pixels; by default `views.best_height`.
        width: Width of the canvas where it is known.

    Returns:
        A deck whose layer `points` gives `key` to a selection.
    """
    return bases(frame, None, view, look, height, width)


def arcs(
    frame: pd.DataFrame,
    places: pd.DataFrame | None,
    view: str | View,
    look: Look,
    height: int | None = None,
    width: int | None = None,
) -> pdk.Deck:
    """Flows between places as arcs whose width is the value.

    Args:
        frame: Columns from_lon, from_lat, to_lon, to_lat, size, tooltip; optional key.
        places: As for `points`, usually with label; None for arcs alone.
        view: china, gba or guangzhou.
        look: Language, theme and width of screen.
        height: Height of the canvas, in pixels; by default `views.best_height`.
        width: Width of the canvas where it is known.

    Returns:
        A deck with layers `arcs` and `points`.
    """
    return bases(places, frame, view, look, height, width)


def bases(
    points_frame: pd.DataFrame | None,
    arcs_frame: pd.DataFrame | None,
    view: str | View,
    look: Look,
    height: int | None = None,
    width: int | None = None,
) -> pdk.Deck:
    """Places and the flows between them on one map; see `points` and `arcs`."""
    stage = Stage.of(view, look, height, width)
    rows = _point_rows(points_frame, look)
    flows = _arc_rows(arcs_frame)
    circles = [(*stage.pixels(row["lon"], row["lat"]), row["r"]) for row in rows]
    taken = [circle_box(*circle) for circle in circles] + _arc_boxes(flows, stage)
    named = _place_names(rows, circles, taken, stage)
    said = {row["properties"]["t"] for _, row in named}
    layers = [*_ground_layers(stage), *([_arc_layer(flows, look)] if flows else [])]
    boxes = [*taken, *(box for box, _ in named)]
    if not (named and stage.view.inset):
        layers.append(_name_layer(stage, boxes, without=said))
    layers.append(_point_layer(rows, look))
    if named:
        texts = [row for _, row in named]
        layers.append(_text_layer("place-names", texts, look, _place_size(look), look.colours.text))
    return _deck(layers, stage, tooltip(look))


def choropleth(
    url: str,
    frame_name: str,
    values: Mapping[str, float | None],
    breaks: Sequence[float],
    view: str | View = "china",
    look: Look | None = None,
    height: int | None = None,
    width: int | None = None,
    colours: Sequence[str] = (),
    ringed: str = "",
) -> pdk.Deck:
    """Regions coloured by class, the outlines being loaded once for all frames.

    Args:
        url: Where the document of `geometry.with_values` is served.
        frame_name: The frame shown, for instance 2023.
        values: Value by adcode in this frame; only the names' colours need it.
        breaks: Bounds between classes, the same in all frames.
        view: china, gba or guangzhou.
        look: Language, theme and width of screen.
        height: Height of the canvas, in pixels; by default `views.best_height`.
        width: Width of the canvas where it is known.
        colours: One colour a class; by default those of the theme's sequence.
        ringed: Where the outlines of `geometry.only` are served that get a ring.

    Returns:
        A deck whose layer `regions` gives `properties.adcode` to a selection.
    """
    stage = Stage.of(view, look or Look(), height, width)
    look = stage.look
    colours = colours or class_colours(look, len(breaks) + 1)
    codes = dict(zip(values, classify(values.values(), breaks), strict=True))
    layers = [_region_layer(url, frame_name, colours, look)]
    if ringed:
        layers.append(_ring_layer(ringed, look))
    if stage.view.inset:
        layers += [*_sea_layers(look, fill=False), _caption_layer(look)]
    layers.append(_name_layer(stage, (), codes=codes, colours=colours))
    tips = tooltip(look, f"name_{look.language}", f"{look.language}{frame_name}")
    return _deck(layers, stage, tips)


def outline_layers(
    view: str | View,
    look: Look,
    height: int | None = None,
    width: int | None = None,
    taken: Sequence[Box] = (),
) -> Layers:
    """The ground of a map: land, and on the national one sea lines and inset; names on top.

    Args:
        view: china, gba or guangzhou.
        look: Language, theme and width of screen.
        height: Height of the canvas, in pixels; by default `views.best_height`.
        width: Width of the canvas where it is known.
        taken: What names must keep clear of, in pixels of the world at the view's zoom.

    Returns:
        Layers from the ground up; the last one is that of the names.
    """
    stage = Stage.of(view, look, height, width)
    return [*_ground_layers(stage), _name_layer(stage, taken)]


def tooltip(look: Look, head: str = "head", body: str = "body") -> dict[str, Any]:
    """The tooltip in the theme's colours: a heading, and lines under it.

    Streamlit escapes what it fills in, so that the fields hold plain text with line feeds.
    """
    colours = look.colours
    return {
        "html": f"<b>{{{head}}}</b><div style='margin-top:2px'>{{{body}}}</div>",
        "style": {
            "backgroundColor": colours.side if look.theme == "dark" else colours.ground,
            "color": colours.text,
            "border": f"1px solid {colours.border}",
            "borderRadius": "6px",
            "boxShadow": "0 2px 8px rgba(0,0,0,.18)",
            "padding": "6px 10px",
            "font": f"13px/1.45 {FONT}",
            "whiteSpace": "pre-line",
            "width": "max-content",
            "maxWidth": "240px",
            "pointerEvents": "none",  # a click goes through it to the place below
            "zIndex": "9",
        },
    }


def foot(view: str | View, look: Look, taiwan: bool = True) -> str:
    """The line under a map: its source, and on the national one what is missing.

    Args:
        view: china, gba or guangzhou.
        look: Language.
        taiwan: Whether the data lack Taiwan Province.
    """
    parts = [text("maps.base_map", look.language)]
    if view_of(view).inset and taiwan:
        parts.append(text("maps.no_taiwan", look.language))
    return " · ".join(parts)


def key(look: Look, circles: str, flows: str = "", closed: str = "", warned: str = "") -> str:
    """What circles and arcs mean, as Markdown with swatches.

    Args:
        look: Theme.
        circles: What a circle is and its area means.
        flows: What an arc is and its width means; empty where there are none.
        closed: Word for hollow circles; empty where there are none.
        warned: Word for circles in the warning colour; empty where there are none.
    """
    colours = look.colours
    marks = (
        ("●", colours.accent, circles),
        ("━", colours.accent, flows),
        ("○", colours.muted, closed),
        ("●", colours.warning, warned),
    )
    return GAP.join(swatch(sign, colour, word) for sign, colour, word in marks if word)


# ---------------------------------------------------------------- rows


def _records(frame: pd.DataFrame | None, needed: Sequence[str]) -> list[Row]:
    """Rows of a frame that lack none of some columns."""
    rows = [] if frame is None else cast("list[Row]", frame.to_dict("records"))
    return [row for row in rows if not any(is_missing(row[name]) for name in needed)]


def _size(row: Row) -> float:
    return 0.0 if is_missing(row["size"]) else max(float(row["size"]), 0.0)


def _point_rows(frame: pd.DataFrame | None, look: Look) -> list[Row]:
    rows = sorted(_records(frame, ("lon", "lat")), key=_size, reverse=True)
    largest = _size(rows[0]) if rows else 0.0
    limit = next(radius for count, radius in _RADIUS[look.narrow] if len(rows) <= count)
    return [_point_row(row, largest, limit) for row in rows]


def _point_row(row: Row, largest: float, limit: float) -> Row:
    share = sqrt(_size(row) / largest) if largest > 0 else 0.0
    head, body = _said(row.get("tooltip"))
    found: Row = {
        "lon": round(float(row["lon"]), 5),
        "lat": round(float(row["lat"]), 5),
        "r": round(max(limit * share, _RADIUS_LEAST), 1),
        "key": str(row.get("key", "")),
        "head": head,
        "body": body,
        "state": str(row.get("state") or "normal"),
    }
    if row.get("label"):
        found["label"] = str(row["label"])
    return found


def _arc_rows(frame: pd.DataFrame | None) -> list[Row]:
    """The widest arcs, the narrowest first, without those that end where they start."""
    known = _records(frame, (*_ENDS, "size"))
    moving = [row for row in known if [row[e] for e in _ENDS[:2]] != [row[e] for e in _ENDS[2:]]]
    chosen = sorted(moving, key=_size)[-MOST_ARCS:]
    largest = _size(chosen[-1]) if chosen else 1.0
    return [_arc_row(row, largest, index) for index, row in enumerate(chosen)]


def _arc_row(row: Row, largest: float, index: int) -> Row:
    share = _size(row) / (largest or 1.0)
    head, body = _said(row.get("tooltip"))
    place = {name: round(float(row[name]), 4) for name in _ENDS}
    return {
        **place,
        "w": round(1.2 + 4.3 * sqrt(share), 2),
        "a": round(70 + 155 * sqrt(share)),
        "tilt": 32 if index % 2 else -32,
        "head": head,
        "body": body,
        "key": str(row.get("key", "")),
    }


def _said(tooltip_text: Any) -> tuple[str, str]:
    """Heading and lines of a tooltip; tags are dropped, as the browser would show them."""
    if is_missing(tooltip_text):
        return "", ""
    plain = unescape(_TAG.sub("", _BREAK.sub("\n", str(tooltip_text))))
    head, _, body = plain.strip().partition("\n")
    return head.strip(), body.strip()


# ---------------------------------------------------------------- names


def _place_size(look: Look) -> int:
    return 12 if look.narrow else 13


def _place_names(
    rows: Sequence[Row], circles: Sequence[Circle], taken: Sequence[Box], stage: Stage
) -> list[tuple[Box, Row]]:
    """Names beside their circles, the largest first; one that finds no room is left out."""
    named = [(row, circle) for row, circle in zip(rows, circles, strict=True) if "label" in row]
    size = _place_size(stage.look)
    wishes = [Wish(row["label"], x, y, size, beside(r), optional=True) for row, (x, y, r) in named]
    spots = settle(wishes, [*taken, *_inset_boxes(stage)], stage.canvas())
    return [
        (wish.box(spot), _text_row(wish.text, row["lon"], row["lat"], spot))
        for (row, _), wish, spot in zip(named, wishes, spots, strict=True)
        if spot
    ]


def _name_layer(
    stage: Stage,
    taken: Sequence[Box] = (),
    without: Collection[str] = (),
    codes: Mapping[str, int] | None = None,
    colours: Sequence[str] = (),
) -> pdk.Layer:
    look = stage.look
    names = [name for name in stage.view.names if not name.any_of(without)]
    wishes = [_wish(name, stage, bool(taken)) for name in names]
    spots = settle(wishes, taken, stage.canvas())
    rows = [
        _text_row(wish.text, name.at(look).lon, name.at(look).lat, spot, _ground(name, look, codes))
        for name, wish, spot in zip(names, wishes, spots, strict=True)
        if spot
    ]
    size = stage.view.text_size(look)
    return _text_layer("names", rows, look, size, look.colours.muted, colours)


def _wish(name: Name, stage: Stage, crowded: bool) -> Wish:
    at = name.at(stage.look)
    reach = stage.view.reach[:2] if stage.look.narrow else stage.view.reach
    spots = around(reach) if crowded else (Spot(),)
    sided = tuple(Spot(spot.x, spot.y, at.side) for spot in spots)
    size = stage.view.text_size(stage.look)
    return Wish(name.text(stage.look), *stage.pixels(at.lon, at.lat), size, sided, crowded)


def _ground(name: Name, look: Look, codes: Mapping[str, int] | None) -> int | None:
    """What a name stands on: a class, -1 for land without data, None for sea or plain land."""
    if codes is None or name.at(look).sea:
        return None
    return codes.get(name.adcode, ABSENT)


def _text_row(words: str, lon: float, lat: float, spot: Spot, code: int | None = None) -> Row:
    said: Row = {"t": words, "s": spot.side, "x": round(spot.x), "y": round(spot.y)}
    if code is not None:
        said["c"] = code
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": said,
    }


def _inset_boxes(stage: Stage) -> list[Box]:
    if not stage.view.inset:
        return []
    west, south, east, north = frame_box()
    left, bottom = stage.pixels(west, south)
    right, top = stage.pixels(east, north)
    return [Box(left, top, right, bottom + 2 * _CAPTION)]


def _arc_boxes(rows: Sequence[Row], stage: Stage) -> list[Box]:
    """Small boxes along each arc as deck.gl draws it, seen from straight above."""
    return [
        circle_box(*stage.raised(*place), 3.5, _ARC_WEIGHT)
        for row in rows
        for place in arc_places(
            stage.pixels(row["from_lon"], row["from_lat"]),
            stage.pixels(row["to_lon"], row["to_lat"]),
            row["tilt"],
            ARC_HEIGHT,
        )
    ]


# ---------------------------------------------------------------- layers


def _deck(layers: Layers, stage: Stage, tips: dict[str, Any]) -> pdk.Deck:
    controller = {"scrollZoom": False, "dragRotate": False, "touchRotate": False}
    return pdk.Deck(
        layers=layers,
        views=[pdk.View(type="MapView", controller=controller)],
        initial_view_state=stage.state(),
        # map_style must stay unset, or Streamlit asks Carto for one
        map_provider=None,  # pyright: ignore[reportArgumentType]
        height=stage.height,
        tooltip=tips,  # pyright: ignore[reportArgumentType]
        parameters={"clearColor": [0, 0, 0, 0]},
    )


def _ground_layers(stage: Stage) -> Layers:
    layers = [_land_layer(stage.view, stage.look)]
    if stage.view.inset:
        layers += [*_sea_layers(stage.look, fill=True), _caption_layer(stage.look)]
    return layers


def _land_layer(view: View, look: Look) -> pdk.Layer:
    colours = look.colours
    return pdk.Layer(
        "GeoJsonLayer",
        address(view.name),
        id="land",
        pickable=False,
        stroked=True,
        filled=True,
        get_fill_color=rgba(colours.land),
        get_line_color=rgba(colours.outline),
        line_width_units=String("pixels"),
        get_line_width=0.8,
    )


def _region_layer(url: str, frame: str, colours: Sequence[str], look: Look) -> pdk.Layer:
    palette = look.colours
    fill = colour_expression(f"properties.c{frame}", colours, palette.no_data)
    return pdk.Layer(
        "GeoJsonLayer",
        url,
        id="regions",
        pickable=True,
        stroked=True,
        filled=True,
        get_fill_color=fill,
        get_line_color=rgba(palette.outline),
        auto_highlight=True,
        highlight_color=rgba(palette.text, 28),
        line_width_units=String("pixels"),
        get_line_width=0.7,
        update_triggers={"getFillColor": [frame, look.theme]},
        _sub_layer_props={"polygons-stroke": {"pickable": False}},  # halves the cost of a click
    )


def _ring_layer(url: str, look: Look) -> pdk.Layer:
    """Outlines that stand out; apart from the regions, so that no neighbour covers them."""
    return pdk.Layer(
        "GeoJsonLayer",
        url,
        id="ringed",
        pickable=False,
        stroked=True,
        filled=False,
        get_line_color=rgba(look.colours.text),
        get_line_width=1.6,
        line_width_units=String("pixels"),
    )


def _sea_layers(look: Look, fill: bool) -> Layers:
    colours = look.colours
    common: dict[str, Any] = {
        "pickable": False,
        "stroked": True,
        "line_width_units": String("pixels"),
    }
    land, dash, frame = (rgba(c) for c in (colours.outline, colours.muted, colours.muted))
    return [
        pdk.Layer(
            "GeoJsonLayer",
            address("china_lines"),
            id="sea-lines",
            filled=False,
            get_line_color=f"properties.idx == 2 ? {dash} : {land}",
            get_line_width="properties.idx == 2 ? 1.3 : 0.7",
            **common,
        ),
        pdk.Layer(
            "GeoJsonLayer",
            address("inset"),
            id="inset",
            filled=fill,
            get_fill_color=rgba(colours.land),
            get_line_color=f"properties.kind == 'land' ? {land} : ({frame})",
            get_line_width="properties.kind == 'dash' ? 1.1 : 0.8",
            **common,
        ),
    ]


def _caption_layer(look: Look) -> pdk.Layer:
    """The inset's name under its frame; on phones English takes two lines."""
    west, south, east, _ = frame_box()
    words = text("maps.inset_two_lines" if look.narrow else "maps.inset", look.language)
    english = look.language == "en"
    spot = Spot(0, 9 + 7 * words.count("\n"), "end" if english else "middle")
    row = _text_row(words, east if english else (west + east) / 2, south, spot)
    return _text_layer("inset-name", [row], look, _CAPTION, look.colours.muted)


def _text_layer(
    layer_id: str,
    rows: list[Row],
    look: Look,
    size: int,
    colour: str,
    colours: Sequence[str] = (),
) -> pdk.Layer:
    """Texts at points; a GeoJsonLayer, since a selection would fade a TextLayer."""
    inks = _on_colours(colours, look) if colours else {"get_text_color": rgba(colour)}
    return pdk.Layer(
        "GeoJsonLayer",
        rows,
        id=layer_id,
        pickable=False,
        point_type=String("text"),
        get_text="properties.t",
        get_text_size=size,
        get_text_anchor="properties.s",
        get_text_pixel_offset="[properties.x, properties.y]",
        text_character_set=String("auto"),
        text_font_family=String(FONT),
        text_font_weight=500,
        parameters=_OVER,
        **inks,
    )


def _on_colours(colours: Sequence[str], look: Look) -> dict[str, Any]:
    """Inks that read on each class, on a pad of the class's own colour."""
    palette = look.colours
    inks = [ink(colour) for colour in colours]
    bare = f"properties.c == {ABSENT}"
    letters = colour_expression("properties.c", inks, palette.text)
    pads = colour_expression("properties.c", colours, palette.ground)
    absent = rgba(ink(palette.no_data))
    return {
        "get_text_color": f"{bare} ? {absent} : ({letters})",
        "text_background": True,
        "get_text_background_color": f"{bare} ? {rgba(palette.no_data)} "
        f": (properties.c >= 0 ? ({pads}) : [0, 0, 0, 0])",
        "text_background_padding": [1, 0],
    }


def _arc_layer(rows: list[Row], look: Look) -> pdk.Layer:
    red, green, blue, _ = rgba(look.colours.accent)
    return pdk.Layer(
        "ArcLayer",
        rows,
        id="arcs",
        pickable=True,
        auto_highlight=True,
        get_source_position="[from_lon, from_lat]",
        get_target_position="[to_lon, to_lat]",
        get_source_color=f"[{red}, {green}, {blue}, a * 0.6]",
        get_target_color=f"[{red}, {green}, {blue}, a]",
        get_width="w",
        get_tilt="tilt",
        get_height=ARC_HEIGHT,
        highlight_color=rgba(look.colours.text, 200),
    )


def _point_layer(rows: list[Row], look: Look) -> pdk.Layer:
    colours = look.colours
    fills = {"closed": rgba(colours.land, 215), "warned": rgba(colours.warning, 245)}
    lines = {"closed": rgba(colours.muted)}
    return pdk.Layer(
        "ScatterplotLayer",
        rows,
        id="points",
        pickable=True,
        stroked=True,
        filled=True,
        get_position="[lon, lat]",
        get_radius="r",
        radius_units=String("pixels"),
        line_width_units=String("pixels"),
        get_fill_color=_by_state(fills, rgba(colours.accent, 245)),
        get_line_color=_by_state(lines, rgba(colours.ground)),
        get_line_width="state == 'closed' ? 1.5 : 1.2",
        auto_highlight=True,
        highlight_color=rgba(colours.text, 60),
        parameters=_OVER,
    )


def _by_state(known: Mapping[str, list[int]], otherwise: list[int]) -> str:
    found = str(otherwise)
    for state, colour in known.items():
        found = f"state == '{state}' ? {colour} : ({found})"
    return found
