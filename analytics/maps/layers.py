"""Layers of land, sea, regions, arcs and circles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pydeck as pdk  # pyright: ignore[reportMissingTypeStubs]
from pydeck.types import String  # pyright: ignore[reportMissingTypeStubs]

from analytics.look import Look
from analytics.maps.classes import (
    colour_expression,
)
from analytics.maps.geometry import address
from analytics.maps.marks import Row
from analytics.maps.views import View
from analytics.palette import rgba

Layers = list[pdk.Layer]

ARC_HEIGHT = 0.55

OVER: dict[str, Any] = {"depthCompare": "always"}  # arcs stand above the ground


def land_layer(view: View, look: Look) -> pdk.Layer:
    """Land without values."""
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


def region_layer(url: str, frame: str, colours: Sequence[str], look: Look) -> pdk.Layer:
    """Regions coloured by class, which a click selects."""
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


def ring_layer(url: str, look: Look) -> pdk.Layer:
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


def sea_layers(look: Look, fill: bool) -> Layers:
    """Lines in the sea and the inset's outlines."""
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


def arc_layer(rows: list[Row], look: Look) -> pdk.Layer:
    """Flows between places."""
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


def point_layer(rows: list[Row], look: Look) -> pdk.Layer:
    """Places as circles, on top of what else there is."""
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
        parameters=OVER,
    )


def _by_state(known: Mapping[str, list[int]], otherwise: list[int]) -> str:
    found = str(otherwise)
    for state, colour in known.items():
        found = f"state == '{state}' ? {colour} : ({found})"
    return found
