"""Panels of the workstations page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pydeck as pdk

from analytics.figures import stations as figures
from analytics.figures.ranks import describe_ranks, ranked_bars
from analytics.figures.stations import Strip
from analytics.formats import number, written
from analytics.look import Look
from analytics.maps import decks
from analytics.maps.places import workstation_map
from analytics.maps.views import best_height
from analytics.model import MEASURES
from analytics.panels.types import Click, Panel
from analytics.text import text

_VIEWS = ("gba", "guangzhou", "china")
_PICK = "own:pick"
_HEIGHT = 340
_MAP_HEIGHT = 380


def _map_foot(view: str) -> Callable[[Look], str]:
    def foot(look: Look) -> str:
        signs = decks.key(
            look,
            text("workstations.map_circles", look.language),
            closed=text("workstations.map_closed", look.language),
            warned=text("workstations.map_warned", look.language),
        )
        return f"{signs}  \n{decks.foot(view, look, taiwan=False)}"

    return foot


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
        foot=_map_foot(view),
        click=Click(_PICK, "station"),
        height=_MAP_HEIGHT,
        narrow_height=best_height(view, Look(narrow=True)),
    )


MAP = replace(_map(_VIEWS[0]), variant="", variants=tuple(_map(view) for view in _VIEWS))


def _rank(measure: str, variant: str) -> Panel:
    return Panel(
        name="workstations.ranks",
        variant=variant,
        measures=(measure,),
        by=("station",),
        draw=lambda frame, look: ranked_bars(frame, look, measure, "station", 440, 14),
        alt=lambda frame, look: describe_ranks(frame, look, measure, "station"),
        click=Click(_PICK, "station"),
        height=440,
    )


_RANKS = (
    _rank("station_standings.people", "people"),
    _rank("workstation_returns.patents", "patents"),
    _rank("workstation_returns.standards", "standards"),
    _rank("station_standings.platforms", "platforms"),
)
RANKS = replace(_RANKS[0], variant="", variants=_RANKS)

_FLOW = ("workstations.active", "workstations.opened", "station_closings.closed")
FLOW = Panel(
    name="workstations.flow",
    measures=_FLOW,
    grain="year",
    draw=lambda frame, look: figures.flow(frame, look, *_FLOW, _HEIGHT),
    alt=lambda frame, look: figures.describe_flow(frame, look, *_FLOW),
    click=Click("period", "period"),
    height=_HEIGHT,
)

INDUSTRY = Panel(
    name="workstations.industry",
    measures=("workstations.active",),
    by=("industry",),
    compares=True,
    draw=lambda frame, look: ranked_bars(frame, look, "workstations.active", "industry", _HEIGHT),
    alt=lambda frame, look: describe_ranks(frame, look, "workstations.active", "industry"),
    click=Click("industries", "industry"),
    height=_HEIGHT,
)


def _place(by: str) -> Panel:
    return Panel(
        name="workstations.places",
        variant=by,
        measures=("workstations.active",),
        by=(by,),
        compares=True,
        draw=lambda frame, look: ranked_bars(frame, look, "workstations.active", by, _HEIGHT),
        alt=lambda frame, look: describe_ranks(frame, look, "workstations.active", by),
        click=Click("regions", by),
        height=_HEIGHT,
    )


PLACES = replace(_place("district"), variant="", variants=(_place("district"), _place("city")))

KINDS = Panel(
    name="workstations.kinds",
    measures=("workstations.active", "workstations.rural"),
    by=("kind",),
    draw=lambda frame, look: figures.stacked(
        frame, look, "workstations.active", "workstations.rural", "kind", _HEIGHT
    ),
    alt=lambda frame, look: describe_ranks(frame, look, "workstations.active", "kind"),
    click=Click("station_kinds", "kind"),
    height=_HEIGHT,
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
    height=_HEIGHT,
)
INTENSITY = replace(
    _INTENSITY,
    variant="",
    variants=(
        _INTENSITY,
        replace(_INTENSITY, variant="scatter", draw=figures.intensity_scatter),
    ),
)


def _strip(measure: str) -> Strip:
    found = MEASURES[measure]
    return Strip(measure, found.zh, found.en, found.unit, found.counted_zh)


def _outputs(variant: str, measures: tuple[str, ...]) -> Panel:
    declared = tuple(map(_strip, measures))
    return Panel(
        name="workstations.outputs",
        variant=variant,
        measures=measures,
        grain="year",
        draw=lambda frame, look: figures.strips(frame, look, declared, _HEIGHT),
        alt=lambda frame, look: figures.describe_strips(frame, look, declared),
        click=Click("period", "period"),
        height=_HEIGHT,
    )


_OUTPUTS = (
    _outputs(
        "results",
        (
            "workstation_returns.patents",
            "workstation_returns.standards",
            "workstation_returns.rd_spend",
        ),
    ),
    _outputs(
        "platforms",
        (
            "station_standings.key_labs",
            "station_standings.postdocs",
            "station_standings.engineering_centres",
        ),
    ),
)
OUTPUTS = replace(_OUTPUTS[0], variant="", variants=_OUTPUTS)

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
        draw=lambda frame, look: figures.strips(frame, look, _RETURNS, 250),
        alt=lambda frame, look: figures.describe_strips(frame, look, _RETURNS),
        height=250,
    )


PANELS = (MAP, RANKS, FLOW, INDUSTRY, PLACES, KINDS, INTENSITY, OUTPUTS)
