"""Panels of the page of published claims, and the strip that the overview shows."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

import pandas as pd

from analytics.claims import CHECKS, Outcome, evaluate, table
from analytics.engine import Engine
from analytics.figures.claims import describe_verdicts, verdict_bar, verdict_strip
from analytics.filters import Filters
from analytics.panels.types import Click, Panel

STRIP_HEIGHT = 360
COMPACT_HEIGHT = 96


@lru_cache(maxsize=4)
def outcomes(engine: Engine) -> tuple[Outcome, ...]:
    """Every claim with its verdict; a new snapshot has a new engine."""
    return tuple(evaluate(engine))


def claims_on(engine: Engine, measures: Collection[str]) -> dict[str, str]:
    """Published claims that speak of one of some measures: figure id to measure."""
    return {
        figure_id: CHECKS[figure_id].subject
        for figure_id in (item.claim.figure_id for item in outcomes(engine))
        if figure_id in CHECKS and CHECKS[figure_id].subject in measures
    }


def evaluated(engine: Engine, filters: Filters) -> pd.DataFrame:
    """Every claim with its verdict; each has a scope of its own, so the filters do not count."""
    del filters
    return table(outcomes(engine))


def _all(filters: Filters) -> Filters:
    """What the viewer selected plays no part, and no file may say that it does."""
    del filters
    return Filters()


STRIP = Panel(
    name="claims.strip",
    answer=evaluated,
    adjust=_all,
    draw=lambda frame, look: verdict_strip(frame, look, STRIP_HEIGHT),
    alt=describe_verdicts,
    click=Click("own:system", "claim_system"),
    height=STRIP_HEIGHT,
)

COMPACT = Panel(
    name="claims.compact",
    answer=evaluated,
    adjust=_all,
    draw=lambda frame, look: verdict_bar(frame, look, COMPACT_HEIGHT),
    alt=describe_verdicts,
    height=COMPACT_HEIGHT,
)
"""For the overview: one bar of verdicts."""

PANELS = (STRIP, COMPACT)
