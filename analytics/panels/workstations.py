"""Panels of the workstations page."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pydeck as pdk

from analytics.figures import workstations as figures
from analytics.figures.ranks import describe_ranks
from analytics.figures.yearly import Strip, describe_strips, strips
from analytics.formats import number, written
from analytics.look import Look
from analytics.maps.places import workstation_map, workstation_map_says
from analytics.maps.views import best_height
from analytics.panels.patterns import (
    HEIGHT,
    MAP_VIEWS,
    PICK,
    map_foot,
    place_flow,
    place_ranking,
    ranking,
    switched,
    yearly,
)
from analytics.panels.types import Click, Panel
from analytics.text import text

_MAP_HEIGHT = 352
_STOCK = "workstations.active"


def _map_alt(frame: pd.DataFrame, look: Look) -> str:
    states = frame["station_state"].value_counts()
    first = look.pick("、", ", ").join(
        f"{row['station_name']} {number(row['people'], 0, look.language)}"
        for _, row in frame.head(3).iterrows()
    )
    return text(
        "workstations.map_alt",
        look.language,
        standing=len(frame) - int(states.get("closed", 0)),
        warned=int(states.get("warned", 0)),
        closed=int(states.get("closed", 0)),
        first=first,
    )


def _map(view: str) -> Panel:
    def draw(frame: pd.DataFrame, look: Look) -> pdk.Deck:
        return workstation_map(frame, look, view, _MAP_HEIGHT)

    return Panel(
        name="workstations.map",
        variant=view,
        query="stations_map",
        definitions=("workstations.active", "station_standings.people"),
        draw=draw,
        alt=_map_alt,
        says=lambda frame, look: workstation_map_says(frame, look, view),
        foot=map_foot(
            view,
            True,
            circles="workstations.map_circles",
            closed="workstations.map_closed",
            warned="workstations.map_warned",
        ),
        click=Click(PICK, "station"),
        height=_MAP_HEIGHT,
        narrow_height=best_height(view, Look(narrow=True)),
    )


MAP = switched(*map(_map, MAP_VIEWS))

RANKS = place_ranking(
    "workstations.ranks",
    "station",
    {
        "people": "station_standings.people",
        "patents": "workstation_returns.patents",
        "standards": "workstation_returns.standards",
        "platforms": "station_standings.platforms",
    },
)

FLOW = place_flow("workstations.flow", _STOCK, "workstations.opened", "station_closings.closed")

INDUSTRY = ranking("workstations.industry", _STOCK, "industry", "industries")

PLACES = switched(
    ranking("workstations.places", _STOCK, "district", "regions", variant="district"),
    ranking("workstations.places", _STOCK, "city", "regions", variant="city"),
)

KINDS = Panel(
    name="workstations.kinds",
    measures=("workstations.active", "workstations.rural"),
    by=("kind",),
    draw=lambda frame, look: figures.stacked(
        frame, look, "workstations.active", "workstations.rural", "kind", HEIGHT
    ),
    alt=lambda frame, look: describe_ranks(frame, look, "workstations.active", "kind"),
    click=Click("station_kinds", "kind"),
    height=HEIGHT,
)


def _intensity_alt(frame: pd.DataFrame, look: Look) -> str:
    quartiles = frame["intensity"].quantile([0.25, 0.5, 0.75])
    low, middle, high = (written(float(value), "share", look.language) for value in quartiles)
    return text(
        "workstations.intensity_alt",
        look.language,
        count=int(frame["intensity"].notna().sum()),
        low=low,
        middle=middle,
        high=high,
    )


_INTENSITY = Panel(
    name="workstations.intensity",
    variant="histogram",
    query="stations_intensity",
    definitions=("workstation_returns.intensity", "workstation_returns.rd_spend"),
    draw=figures.intensity_histogram,
    alt=_intensity_alt,
    height=HEIGHT,
)
INTENSITY = switched(
    _INTENSITY, replace(_INTENSITY, variant="scatter", draw=figures.intensity_scatter)
)

OUTPUTS = switched(
    yearly(
        "workstations.outputs",
        (
            "workstation_returns.patents",
            "workstation_returns.standards",
            "workstation_returns.rd_spend",
        ),
        variant="results",
    ),
    yearly(
        "workstations.outputs",
        (
            "station_standings.key_labs",
            "station_standings.postdocs",
            "station_standings.engineering_centres",
        ),
        variant="platforms",
    ),
)

_RETURNS = (
    Strip("people", "引入人才（累计）", "People brought in so far", "count", "名"),
    Strip("intensity", "研发投入强度", "R&D intensity", "share"),
    Strip("patents", "当年获得专利", "Patents in the year", "count", "项"),
)


def returns_of(station: str) -> Panel:
    """The yearly returns of one workstation, as its dossier shows them."""
    return Panel(
        name="workstations.returns",
        query="stations_returns",
        values={"station": station},
        definitions=("workstation_returns.intensity",),
        draw=lambda frame, look: strips(frame, look, _RETURNS, 250),
        alt=lambda frame, look: describe_strips(frame, look, _RETURNS),
        height=250,
    )


PANELS = (MAP, RANKS, FLOW, INDUSTRY, PLACES, KINDS, INTENSITY, OUTPUTS)
