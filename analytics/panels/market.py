"""Panels of the technology market page: published figures, about one province among all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analytics.figures.market.city import city, describe_city
from analytics.figures.market.gains import describe_gains, gains
from analytics.figures.market.lines import Chosen
from analytics.figures.market.ranks import describe_ranks, ranks
from analytics.figures.market.values import (
    both_sides,
    contracts,
    describe_both,
    describe_shares,
    shares,
)
from analytics.figures.trends import describe_trend
from analytics.filters import Filters
from analytics.look import Look
from analytics.maps import decks
from analytics.maps import market as maps
from analytics.maps.views import best_height
from analytics.panels.patterns import switched
from analytics.panels.types import Click, Panel, Playback
from analytics.text import text

_GUANGDONG = Chosen()
_BY_PROVINCE = Click("regions", "province")
_SIDES = ("tech_market.output", "tech_market.absorbed", "tech_market.net")
_HOME = ("tech_market.output_contracts", "tech_market.average")
_NATION = ("tech_market.national_contracts", "tech_market.national_average")
_MAP_HEIGHT = 354
_RANK_HEIGHT = 412


def dated(filters: Filters, regions: tuple[str, ...] = ()) -> Filters:
    """The period alone, since the yearbook knows neither industry nor channel.

    Args:
        filters: What the viewer selected.
        regions: Provinces to keep; none means all, so that ranks and shares stay whole.
    """
    return Filters(since=filters.since, until=filters.until, regions=regions)


def _all_time(filters: Filters) -> Filters:
    del filters
    return Filters()


def _of(code: str) -> Callable[[Filters], Filters]:
    return lambda filters: dated(filters, (code,))


def _set_off(chosen: Chosen) -> tuple[str, ...]:
    return (chosen.home, *chosen.others)


def _last(frame: pd.DataFrame) -> int:
    return int(frame["year"].max())


def _map(side: str, chosen: Chosen) -> Panel:
    ringed = _set_off(chosen)

    def draw(frame: pd.DataFrame, look: Look, year: Any) -> Any:
        return maps.provinces_map(frame, look, side, int(year), ringed, _MAP_HEIGHT)

    return Panel(
        name="market.map",
        about=_set_off(chosen),
        variant=side,
        query="market_provinces",
        definitions=_SIDES,
        adjust=dated,
        published=True,
        height=_MAP_HEIGHT,
        narrow_height=best_height("china", Look("en", narrow=True)),
        draw=lambda frame, look: draw(frame, look, _last(frame)),
        alt=lambda frame, look: maps.describe_map(frame, look, side, _last(frame)),
        click=_BY_PROVINCE,
        foot=lambda look: f"{maps.provinces_legend(look, side)}  \n:gray[{_base_map(look)}]",
        documents=lambda frame: maps.loaded(frame, ringed),
        playback=Playback("year", draw),
    )


def _base_map(look: Look) -> str:
    return f"{decks.foot('china', look, taiwan=False)} · {text('market.absent', look.language)}"


def map_of(chosen: Chosen) -> Panel:
    """Provinces on a map, by year: output, absorbed, and one less the other."""
    return switched(*(_map(side, chosen) for side in maps.SIDES))


def _ranks(side: str, chosen: Chosen) -> Panel:
    return Panel(
        name="market.ranks",
        about=_set_off(chosen),
        variant=side,
        query="market_provinces",
        definitions=(f"tech_market.{side}",),
        adjust=dated,
        published=True,
        height=_RANK_HEIGHT,
        draw=lambda frame, look: ranks(frame, look, side, chosen, _RANK_HEIGHT),
        alt=lambda frame, look: describe_ranks(frame, look, side, chosen),
        click=_BY_PROVINCE,
    )


def ranks_of(chosen: Chosen) -> Panel:
    """Ranks over the years, by seller or by buyer."""
    return switched(*(_ranks(side, chosen) for side in ("output", "absorbed")))


def shares_of(chosen: Chosen) -> Panel:
    """Shares of national output over the years."""
    return Panel(
        name="market.shares",
        about=_set_off(chosen),
        query="market_provinces",
        definitions=("tech_market.output", "tech_market.national"),
        adjust=dated,
        published=True,
        height=360,
        draw=lambda frame, look: shares(frame, look, chosen, 360),
        alt=lambda frame, look: describe_shares(frame, look, chosen),
        click=_BY_PROVINCE,
    )


def gains_of(chosen: Chosen) -> Panel:
    """Which provinces the nation's last increase came from."""
    return Panel(
        name="market.gains",
        about=_set_off(chosen),
        query="market_changes",
        definitions=("tech_market.output", "tech_market.national"),
        adjust=dated,
        published=True,
        height=360,
        draw=lambda frame, look: gains(frame, look, chosen, 360),
        alt=describe_gains,
        click=_BY_PROVINCE,
    )


def both_of(chosen: Chosen) -> Panel:
    """What one province sold and bought."""
    return Panel(
        name="market.both",
        measures=_SIDES,
        by=("province",),
        grain="year",
        adjust=_of(chosen.home),
        published=True,
        draw=both_sides,
        alt=describe_both,
    )


def contracts_of(chosen: Chosen) -> Panel:
    """Contracts and the average contract, of the province or of the nation."""

    def contracts_by(variant: str, measures: tuple[str, str], by: tuple[str, ...]) -> Panel:
        return Panel(
            name="market.contracts",
            variant=variant,
            measures=measures,
            by=by,
            grain="year",
            adjust=_of(chosen.home) if by else dated,
            published=True,
            height=300,
            draw=lambda frame, look: contracts(frame, look, measures, 300),
            alt=lambda frame, look: describe_trend(frame, look, measures[0], "year"),
        )

    return switched(contracts_by("home", _HOME, ("province",)), contracts_by("nation", _NATION, ()))


CITY = Panel(
    name="market.city",
    query="market_guangzhou",
    adjust=_all_time,
    published=True,
    height=330,
    narrow_height=620,
    draw=lambda frame, look: city(frame, look, 620 if look.narrow else 330),
    alt=describe_city,
    notes=("market.definition_city",),
)

MAP = map_of(_GUANGDONG)
RANKS = ranks_of(_GUANGDONG)
SHARES = shares_of(_GUANGDONG)
GAINS = gains_of(_GUANGDONG)
BOTH = both_of(_GUANGDONG)
CONTRACTS = contracts_of(_GUANGDONG)
PANELS = (MAP, RANKS, SHARES, GAINS, BOTH, CONTRACTS, CITY)
