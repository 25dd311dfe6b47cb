"""Panels of the expo page.

The period selects editions by their opening day. Landings, deals and events of an edition are
counted whenever they happened: the queries read them undated and join them to the edition.
Charts by edition show every edition of the period and only mark those that are filtered by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analytics.figures.expos.editions import alt_editions, editions
from analytics.figures.expos.events import alt_events, events
from analytics.figures.expos.gba import alt_gba, gba
from analytics.figures.expos.industries import alt_industries, industries
from analytics.figures.expos.international import alt_international, international
from analytics.figures.expos.pair import PAIRED, alt_pair, pair
from analytics.figures.expos.parts import COMPARED, MONTHS
from analytics.figures.expos.progress import alt_progress, progress
from analytics.figures.ranks import describe_ranks, ranked_bars
from analytics.filters import Filters
from analytics.look import Look
from analytics.panels.types import Click, Panel

_COUNTED = {"months": MONTHS}
_BY_EDITION = Click("editions", "edition")
_ABROAD = "expo_exhibits.international"


def expo_filters(filters: Filters) -> Filters:
    """The selection as the expo means it: its own channel, whole contract values, sellers."""
    return replace(filters, channels=("expo",), basis="", side="", compare="")


def _every_edition(filters: Filters) -> Filters:
    return replace(expo_filters(filters), editions=())


def _any_edition(filters: Filters) -> Filters:
    return _every_edition(filters).undated()


def _all_industries(filters: Filters) -> Filters:
    return replace(_every_edition(filters), industries=())


def _all_regions(filters: Filters) -> Filters:
    return replace(_every_edition(filters), regions=())


def _abroad(filters: Filters) -> Filters:
    return replace(expo_filters(filters), regions=())


def _marking(
    drawn: Callable[..., Any], chosen: Sequence[int], height: int
) -> Callable[[pd.DataFrame, Look], Any]:
    """Drawing that knows which editions are filtered by."""
    return lambda frame, look: drawn(frame, look, chosen, height)


EDITIONS = Panel(
    name="expos.editions",
    query="expos_editions",
    values=_COUNTED,
    definitions=COMPARED,
    adjust=_every_edition,
    draw=_marking(editions, (), 400),
    alt=alt_editions,
    click=_BY_EDITION,
    height=400,
    scrolls=900,
)

INDUSTRY = Panel(
    name="expos.industry",
    query="expos_industries",
    definitions=("expo_exhibits.exhibits",),
    adjust=_all_industries,
    draw=lambda frame, look: industries(frame, look, 380),
    alt=alt_industries,
    height=380,
    scrolls=640,
)

GBA = Panel(
    name="expos.gba",
    query="expos_gba",
    values=_COUNTED,
    definitions=("expo_exhibits.gba_share", "landings.gba_share"),
    adjust=_all_regions,
    draw=_marking(gba, (), 380),
    alt=alt_gba,
    click=_BY_EDITION,
    height=380,
)

PAIR = Panel(
    name="expos.pair",
    query="expos_pair",
    values={"first": 0, "second": 0},
    definitions=PAIRED,
    adjust=_any_edition,
    draw=lambda frame, look: pair(frame, look, 480),
    alt=alt_pair,
    height=480,
)

PROGRESS = Panel(
    name="expos.progress",
    query="expos_progress",
    values=_COUNTED,
    definitions=("landings.projects",),
    adjust=_every_edition,
    draw=_marking(progress, (), 535),
    alt=alt_progress,
    height=535,
)

COUNTRIES = Panel(
    name="expos.countries",
    query="expos_countries",
    definitions=(_ABROAD,),
    adjust=_abroad,
    draw=lambda frame, look: ranked_bars(frame, look, _ABROAD, "country", 360),
    alt=lambda frame, look: describe_ranks(frame, look, _ABROAD, "country"),
    height=360,
)

INTERNATIONAL = Panel(
    name="expos.international",
    measures=("expo_exhibits.countries", _ABROAD),
    by=("edition",),
    adjust=_all_regions,
    draw=_marking(international, (), 360),
    alt=alt_international,
    click=_BY_EDITION,
    height=360,
)

EVENTS = Panel(
    name="expos.events",
    query="expos_events",
    definitions=("events.events", "events.forums", "events.strategic_forum_share"),
    adjust=_all_regions,
    draw=_marking(events, (), 360),
    alt=alt_events,
    click=_BY_EDITION,
    height=360,
)

PANELS = (EDITIONS, INDUSTRY, GBA, PAIR, PROGRESS, COUNTRIES, INTERNATIONAL, EVENTS)

_DRAWN = {
    "expos.editions": editions,
    "expos.gba": gba,
    "expos.progress": progress,
    "expos.international": international,
    "expos.events": events,
}


def marked(panel: Panel, chosen: Sequence[int]) -> Panel:
    """A panel by edition that marks the editions filtered by."""
    return replace(
        panel,
        draw=_marking(_DRAWN[panel.name], chosen, panel.height),
        about=tuple(map(str, chosen)),
    )


def pair_of(first: int, second: int) -> Panel:
    """Two editions side by side; 0 and 0 mean the last two."""
    return replace(PAIR, values={"first": first, "second": second})
