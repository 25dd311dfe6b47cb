"""The maps themselves: DataFrame to pydeck deck, outlines by address, never inline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pydeck as pdk  # pyright: ignore[reportMissingTypeStubs]

from analytics.look import Look
from analytics.maps.classes import (
    GAP,
    class_colours,
    classify,
    swatch,
)
from analytics.maps.compact import CompactDeck
from analytics.maps.layers import (
    Layers,
    arc_layer,
    land_layer,
    point_layer,
    region_layer,
    ring_layer,
    sea_layers,
)
from analytics.maps.marks import arc_rows, point_rows
from analytics.maps.names import (
    arc_boxes,
    caption_layer,
    name_layer,
    place_names,
    place_size,
    text_layer,
)
from analytics.maps.placing import (
    circle_box,
)
from analytics.maps.views import Stage, View, view_of
from analytics.palette import FONT
from analytics.text import text


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
    rows = point_rows(points_frame, look)
    flows = arc_rows(arcs_frame)
    circles = [(*stage.pixels(row["lon"], row["lat"]), row["r"]) for row in rows]
    taken = [circle_box(*circle) for circle in circles] + arc_boxes(flows, stage)
    named = place_names(rows, circles, taken, stage)
    said = {row["properties"]["t"] for _, row in named}
    layers = [*_ground_layers(stage), *([arc_layer(flows, look)] if flows else [])]
    boxes = [*taken, *(box for box, _ in named)]
    if not (named and stage.view.inset):
        layers.append(name_layer(stage, boxes, without=said))
    layers.append(point_layer(rows, look))
    if named:
        texts = [row for _, row in named]
        layers.append(text_layer("place-names", texts, look, place_size(look), look.colours.text))
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
    layers = [region_layer(url, frame_name, colours, look)]
    if ringed:
        layers.append(ring_layer(ringed, look))
    if stage.view.inset:
        layers += [*sea_layers(look, fill=False), caption_layer(look)]
    layers.append(name_layer(stage, (), codes=codes, colours=colours))
    tips = tooltip(look, f"name_{look.language}", f"{look.language}{frame_name}")
    return _deck(layers, stage, tips)


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


def _deck(layers: Layers, stage: Stage, tips: dict[str, Any]) -> pdk.Deck:
    controller = {"scrollZoom": False, "dragRotate": False, "touchRotate": False}
    return CompactDeck(
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
    layers = [land_layer(stage.view, stage.look)]
    if stage.view.inset:
        layers += [*sea_layers(stage.look, fill=True), caption_layer(stage.look)]
    return layers
