"""Panels of the bases page."""

from __future__ import annotations

import pandas as pd
import pydeck as pdk

from analytics.figures.ranks import describe_ranks, ranked_bars
from analytics.figures.trends import describe_trend, lines_over_time
from analytics.figures.yearly import Strip, describe_strips, strips
from analytics.formats import written
from analytics.look import Look
from analytics.maps.places import base_map, base_map_says, base_totals
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
from analytics.panels.types import Click, Panel, Playback
from analytics.text import text

_MAP_HEIGHT = 325
_STOCK = "bases.open"


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
        foot=map_foot(view, False, circles="bases.map_circles", flows="bases.map_arcs"),
        playback=Playback(
            "year",
            lambda frame, look, year: base_map(frame, look, view, year, _MAP_HEIGHT),
            lambda frame, look, year: base_map_says(frame, look, view, year),
        ),
        click=Click(PICK, "base"),
        height=_MAP_HEIGHT,
        narrow_height=best_height(view, Look(narrow=True)),
    )


MAP = switched(*map(_map, MAP_VIEWS))

RANKS = place_ranking(
    "bases.ranks",
    "base",
    {
        "landings": "base_returns.landings",
        "matches": "base_returns.matches",
        "demands": "base_returns.demands",
        "value": "base_returns.value",
    },
)

FLOW = place_flow("bases.flow", _STOCK, "bases.opened", "base_closings.closed")

THROUGHPUT = yearly(
    "bases.throughput",
    (
        "base_returns.demands",
        "base_returns.matches",
        "base_returns.landings",
        "base_returns.value",
    ),
    380,
)

COVERAGE = Panel(
    name="bases.coverage",
    measures=("deal_distances.far_share", "deal_distances.far_value", "deal_distances.value"),
    grain="year",
    draw=lambda frame, look: lines_over_time(
        frame, look, ("deal_distances.far_share",), "year", HEIGHT
    ),
    alt=lambda frame, look: describe_trend(frame, look, "deal_distances.far_share", "year"),
    height=HEIGHT,
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


PLACES = switched(
    ranking("bases.places", _STOCK, "city", "regions", variant="city"),
    ranking("bases.places", _STOCK, "district", "regions", variant="district"),
    ranking("bases.places", _STOCK, "host_kind", variant="host_kind"),
)

INDUSTRY = ranking("bases.industry", "landings.through_bases", "industry", "industries")

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
        draw=lambda frame, look: strips(frame, look, _RETURNS, 280),
        alt=lambda frame, look: describe_strips(frame, look, _RETURNS),
        height=280,
    )


PANELS = (MAP, RANKS, FLOW, THROUGHPUT, COVERAGE, UNCOVERED, PLACES, INDUSTRY)
