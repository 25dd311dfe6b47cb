"""Names on a map: which find room, where they stand, and their layers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pydeck as pdk  # pyright: ignore[reportMissingTypeStubs]
from pydeck.types import String  # pyright: ignore[reportMissingTypeStubs]

from analytics.look import Look
from analytics.maps.classes import (
    ABSENT,
    colour_expression,
    ink,
)
from analytics.maps.geometry import frame_box
from analytics.maps.layers import ARC_HEIGHT, OVER
from analytics.maps.marks import Row
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
from analytics.maps.views import Name, Stage
from analytics.palette import FONT, rgba
from analytics.text import text

Circle = tuple[float, float, float]

_CAPTION = 11

_ARC_WEIGHT = 0.3  # a name may stand on an arc rather than be left out


def place_size(look: Look) -> int:
    """Size of the places' names, in pixels."""
    return 12 if look.narrow else 13


def place_names(
    rows: Sequence[Row], circles: Sequence[Circle], taken: Sequence[Box], stage: Stage
) -> list[tuple[Box, Row]]:
    """Names beside their circles, the largest first; one that finds no room is left out."""
    named = [(row, circle) for row, circle in zip(rows, circles, strict=True) if "label" in row]
    size = place_size(stage.look)
    wishes = [Wish(row["label"], x, y, size, beside(r), optional=True) for row, (x, y, r) in named]
    spots = settle(wishes, [*taken, *_inset_boxes(stage)], stage.canvas())
    return [
        (wish.box(spot), _text_row(wish.text, row["lon"], row["lat"], spot))
        for (row, _), wish, spot in zip(named, wishes, spots, strict=True)
        if spot
    ]


def name_layer(
    stage: Stage,
    taken: Sequence[Box] = (),
    without: Collection[str] = (),
    codes: Mapping[str, int] | None = None,
    colours: Sequence[str] = (),
) -> pdk.Layer:
    """The regions' names, clear of what is taken; in inks that read on their classes."""
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
    return text_layer("names", rows, look, size, look.colours.muted, colours)


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


def arc_boxes(rows: Sequence[Row], stage: Stage) -> list[Box]:
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


def caption_layer(look: Look) -> pdk.Layer:
    """The inset's name under its frame; on phones English takes two lines."""
    west, south, east, _ = frame_box()
    words = text("maps.inset_two_lines" if look.narrow else "maps.inset", look.language)
    english = look.language == "en"
    spot = Spot(0, 9 + 7 * words.count("\n"), "end" if english else "middle")
    row = _text_row(words, east if english else (west + east) / 2, south, spot)
    return text_layer("inset-name", [row], look, _CAPTION, look.colours.muted)


def text_layer(
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
        parameters=OVER,
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
