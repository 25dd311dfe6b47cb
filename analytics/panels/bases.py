"""Panels of the bases page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pydeck as pdk

from analytics.figures import stations as figures
from analytics.figures.ranks import describe_ranks, ranked_bars
from analytics.figures.stations import Strip
from analytics.figures.trends import describe_trend, lines_over_time
from analytics.formats import written
from analytics.look import Look
from analytics.maps import decks
from analytics.maps.places import base_map, base_map_says, base_totals
from analytics.maps.views import best_height
from analytics.model import MEASURES
from analytics.panels.types import Click, Panel, Playback
from analytics.text import text

_VIEWS = ("gba", "guangzhou", "china")
_PICK = "own:pick"
_HEIGHT = 340
_MAP_HEIGHT = 325


def _map_foot(view: str) -> Callable[[Look], str]:
    def foot(look: Look) -> str:
        signs = decks.key(
            look,
            text("bases.map_circles", look.language),
            text("bases.map_arcs", look.language),
        )
        return f"{signs}  \n{decks.foot(view, look, taiwan=False)}"

    return foot


def _map_alt(frame: pd.DataFrame, look: Look) -> str:
    totals = base_totals(frame)
    last = totals[totals["year"] == totals["year"].max()]
    first = look.pick("、", ", ").join(
        f"{row['base_name']} {written(row['landings'], 'count', look.language)}"
        for _, row in last.nlargest(3, "landings").iterrows()
    )
    said = base_map_says(frame, look, "china").replace("**", "")
    return text("bases.map_alt", look.language, said=said, first=first)


def _map(view: str) -> Panel:
    def draw(frame: pd.DataFrame, look: Look) -> pdk.Deck:
        return base_map(frame, look, view, height=_MAP_HEIGHT)

    return Panel(
        name="bases.map",
        variant=view,
        query="bases_map",
        definitions=("bases.open", "landings.through_bases"),
        draw=draw,
        alt=_map_alt,
        foot=_map_foot(view),
        playback=Playback(
            "year",
            lambda frame, look, year: base_map(frame, look, view, year, _MAP_HEIGHT),
            lambda frame, look, year: base_map_says(frame, look, view, year),
        ),
        click=Click(_PICK, "base"),
        height=_MAP_HEIGHT,
        narrow_height=best_height(view, Look(narrow=True)),
    )


MAP = replace(_map(_VIEWS[0]), variant="", variants=tuple(_map(view) for view in _VIEWS))


def _rank(measure: str, variant: str) -> Panel:
    return Panel(
        name="bases.ranks",
        variant=variant,
        measures=(measure,),
        by=("base",),
        draw=lambda frame, look: ranked_bars(frame, look, measure, "base", 440, 14),
        alt=lambda frame, look: describe_ranks(frame, look, measure, "base"),
        click=Click(_PICK, "base"),
        height=440,
    )


_RANKS = (
    _rank("base_returns.landings", "landings"),
    _rank("base_returns.matches", "matches"),
    _rank("base_returns.demands", "demands"),
    _rank("base_returns.value", "value"),
)
RANKS = replace(_RANKS[0], variant="", variants=_RANKS)

_FLOW = ("bases.open", "bases.opened", "base_closings.closed")
FLOW = Panel(
    name="bases.flow",
    measures=_FLOW,
    grain="year",
    draw=lambda frame, look: figures.flow(frame, look, *_FLOW, _HEIGHT),
    alt=lambda frame, look: figures.describe_flow(frame, look, *_FLOW),
    click=Click("period", "period"),
    height=_HEIGHT,
)


def _strip(measure: str) -> Strip:
    found = MEASURES[measure]
    return Strip(measure, found.zh, found.en, found.unit, found.counted_zh)


_THROUGHPUT = (
    "base_returns.demands",
    "base_returns.matches",
    "base_returns.landings",
    "base_returns.value",
)
THROUGHPUT = Panel(
    name="bases.throughput",
    measures=_THROUGHPUT,
    grain="year",
    draw=lambda frame, look: figures.strips(frame, look, tuple(map(_strip, _THROUGHPUT)), 380),
    alt=lambda frame, look: figures.describe_strips(frame, look, tuple(map(_strip, _THROUGHPUT))),
    click=Click("period", "period"),
    height=380,
)

COVERAGE = Panel(
    name="bases.coverage",
    measures=("deal_distances.far_share", "deal_distances.far_value", "deal_distances.value"),
    grain="year",
    draw=lambda frame, look: lines_over_time(
        frame, look, ("deal_distances.far_share",), "year", _HEIGHT
    ),
    alt=lambda frame, look: describe_trend(frame, look, "deal_distances.far_share", "year"),
    height=_HEIGHT,
)


def _far(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["deal_distances.far_value"] > 0]


UNCOVERED = Panel(
    name="bases.uncovered",
    measures=("deal_distances.far_value", "deal_distances.value", "deal_distances.far_share"),
    by=("city",),
    draw=lambda frame, look: ranked_bars(
        _far(frame), look, "deal_distances.far_value", "city", 380
    ),
    alt=lambda frame, look: describe_ranks(_far(frame), look, "deal_distances.far_value", "city"),
    height=380,
)


def _place(by: str, field: str) -> Panel:
    return Panel(
        name="bases.places",
        variant=by,
        measures=("bases.open",),
        by=(by,),
        compares=True,
        draw=lambda frame, look: ranked_bars(frame, look, "bases.open", by, _HEIGHT),
        alt=lambda frame, look: describe_ranks(frame, look, "bases.open", by),
        click=Click(field, by) if field else None,
        height=_HEIGHT,
    )


_PLACES = (_place("city", "regions"), _place("district", "regions"), _place("host_kind", ""))
PLACES = replace(_PLACES[0], variant="", variants=_PLACES)

INDUSTRY = Panel(
    name="bases.industry",
    measures=("landings.through_bases",),
    by=("industry",),
    compares=True,
    draw=lambda frame, look: ranked_bars(
        frame, look, "landings.through_bases", "industry", _HEIGHT
    ),
    alt=lambda frame, look: describe_ranks(frame, look, "landings.through_bases", "industry"),
    click=Click("industries", "industry"),
    height=_HEIGHT,
)

_RETURNS = (
    Strip("demands", "征集需求", "Demands collected", "count", "项"),
    Strip("matches", "促成对接", "Matches made", "count", "项"),
    Strip("landings", "落地项目", "Landings", "count", "项"),
    Strip("value", "成交额", "Value", "cny"),
)


def returns_of(base: str) -> Panel:
    """The yearly returns of one base, as its card shows them."""
    return Panel(
        name="bases.returns",
        query="bases_returns",
        values={"base": base},
        definitions=("base_returns.demands", "base_returns.matches", "base_returns.landings"),
        draw=lambda frame, look: figures.strips(frame, look, _RETURNS, 280),
        alt=lambda frame, look: figures.describe_strips(frame, look, _RETURNS),
        height=280,
    )


PANELS = (MAP, RANKS, FLOW, THROUGHPUT, COVERAGE, UNCOVERED, PLACES, INDUSTRY)
