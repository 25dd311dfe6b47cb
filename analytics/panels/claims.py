"""Panels of the page of published claims, and the strip that the overview shows."""

from __future__ import annotations

import pandas as pd

from analytics.claims import evaluate, table
from analytics.engine import Engine
from analytics.figures.claims import describe_verdicts, verdict_bar, verdict_strip
from analytics.filters import Filters
from analytics.panels.types import Click, Panel

STRIP_HEIGHT = 360
COMPACT_HEIGHT = 96


def evaluated(engine: Engine, filters: Filters) -> pd.DataFrame:
    """Every claim with its verdict; each has a scope of its own, so the filters do not count."""
    del filters
    return table(evaluate(engine))


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
