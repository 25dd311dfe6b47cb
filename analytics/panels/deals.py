"""Panels of the deals page."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd
from pydeck import Deck

from analytics.figures import deals as figures
from analytics.figures.base import rows_of
from analytics.figures.ranks import describe_ranks, heat, ranked_bars
from analytics.figures.trends import bars_over_time, describe_trend
from analytics.filters import Filters
from analytics.formats import number, written
from analytics.look import Look
from analytics.maps import decks
from analytics.panels.patterns import ranking, switched
from analytics.panels.types import Click, Panel
from analytics.text import text

_TREND = ("deals.value", "deals.contracts")
_MONEY = ("deals.value", "deals.contracts")


def _whole_history(filters: Filters) -> Filters:
    return replace(filters, since=None, compare="")


def _trend(grain: str) -> Panel:
    return Panel(
        name="deals.trend",
        variant=grain,
        measures=_TREND,
        grain=grain,
        compares=True,
        draw=lambda frame, look: bars_over_time(frame, look, _TREND, grain, 330),
        alt=lambda frame, look: describe_trend(frame, look, "deals.value", grain),
        click=Click("period", "period"),
        height=330,
    )


TREND = switched(*map(_trend, ("quarter", "month", "year")))


def _flow_alt(frame: pd.DataFrame, look: Look, level: str) -> str:
    first = look.pick("、", ", ").join(
        f"{row[f'from_{level}_name']}→{row[f'to_{level}_name']} "
        f"{written(row['value'], 'cny', look.language)}"
        for row in rows_of(frame.head(3))
    )
    return text(f"charts.flow_{level}_alt", look.language, first=first)


def _flow_map(frame: pd.DataFrame, look: Look, level: str) -> Deck:
    """The largest flows as arcs, and each place's whole as a circle."""
    start, end, name = f"from_{level}", f"to_{level}", f"from_{level}_name"
    located = frame.dropna(subset=["from_lon", "to_lon"])
    flows = located[located[start] != located[end]].head(_ARCS)
    said = [
        f"{row[name]} → {row[f'{end}_name']}\n"
        + figures.contracts_and_value(row["contracts"], row["value"], look)
        for row in rows_of(flows)
    ]
    whole = located.groupby([start, name, "from_lon", "from_lat"])[["contracts", "value"]]
    places = whole.sum().reset_index().nlargest(_CIRCLES, "value")
    told = [
        f"{row[name]}\n" + figures.contracts_and_value(row["contracts"], row["value"], look)
        for row in rows_of(places)
    ]
    return decks.arcs(
        flows.assign(size=flows["value"], tooltip=said),
        places.rename(columns={"from_lon": "lon", "from_lat": "lat", start: "key"}).assign(
            size=places["value"], tooltip=told, label=places[name]
        ),
        "china",
        look,
        _MAP_HEIGHT,
        look.room(0.5),
    )


def _flow_foot(look: Look, level: str) -> str:
    signs = decks.key(
        look,
        text(f"deals.flow_{level}_circles", look.language),
        text("deals.flow_arcs", look.language, count=_ARCS),
    )
    return f"{signs}  \n{decks.foot('china', look, taiwan=False)}"


_ARCS, _CIRCLES, _MAP_HEIGHT = 40, 16, 420
_FLOW = Panel(
    name="deals.flow",
    variant="sankey",
    query="deals_flow",
    definitions=_MONEY,
    height=_MAP_HEIGHT,
    draw=figures.sankey,
    alt=partial(_flow_alt, level="city"),
)


def _mapped_flow(variant: str, query: str, level: str) -> Panel:
    return replace(
        _FLOW,
        variant=variant,
        query=query,
        draw=partial(_flow_map, level=level),
        alt=partial(_flow_alt, level=level),
        foot=partial(_flow_foot, level=level),
        click=Click("regions", "key"),
    )


FLOW = switched(
    # First what a cube answers at once, however many the records are.
    _mapped_flow("provinces", "deals_flow_provinces", "province"),
    _mapped_flow("cities", "deals_flow", "city"),
    _FLOW,
)

INDUSTRY = ranking("deals.industry", "deals.value", "industry", "industries", 360)


def _matrix_alt(frame: pd.DataFrame, look: Look) -> str:
    top = frame.sort_values("deals.value", ascending=False).iloc[0]
    first = (
        f"{top['industry_name']} × {top['contract_type_name']} "
        f"{written(top['deals.value'], 'cny', look.language)}"
    )
    return text(
        "charts.heat_alt", look.language, first=first, measure=look.pick("成交额", "Contract value")
    )


MATRIX = Panel(
    name="deals.matrix",
    measures=("deals.value",),
    by=("industry", "contract_type"),
    height=520,
    narrow_height=380,
    scrolls=520,
    draw=lambda frame, look: heat(
        frame, look, "deals.value", "contract_type", "industry", 380 if look.narrow else 520
    ),
    alt=_matrix_alt,
)

FIELDS = ranking("deals.fields", "deals.value", "technical_field", "technical_fields", 360)


def _tickets_alt(frame: pd.DataFrame, look: Look) -> str:
    top = rows_of(frame.nlargest(1, "contracts"))[0]
    return text(
        "charts.tickets_alt",
        look.language,
        contracts=number(float(frame["contracts"].sum()), 0, look.language),
        low=written(top["bin_low"], "cny", look.language),
        high=written(top["bin_high"], "cny", look.language),
    )


TICKETS = Panel(
    name="deals.tickets",
    query="deals_tickets",
    definitions=("deals.contracts",),
    draw=figures.tickets,
    alt=_tickets_alt,
)

EVENTS = Panel(
    name="deals.events",
    measures=("deals.per_event", "deals.at_events", "events.events"),
    by=("channel",),
    click=Click("channels", "channel"),
    draw=lambda frame, look: ranked_bars(frame, look, "deals.per_event", "channel"),
    alt=lambda frame, look: describe_ranks(frame, look, "deals.per_event", "channel"),
)

CROSSING = Panel(
    name="deals.crossing",
    measures=("deals.value",),
    by=("crossing",),
    grain="year",
    draw=figures.crossings,
    adjust=_whole_history,
    alt=lambda frame, look: describe_ranks(
        frame[frame["crossing"] != "mainland"]
        .groupby(["crossing", "crossing_name"])["deals.value"]
        .sum()
        .reset_index(),
        look,
        "deals.value",
        "crossing",
    ),
)

PANELS = (TREND, INDUSTRY, FLOW, MATRIX, FIELDS, TICKETS, EVENTS, CROSSING)
