"""Panels of the overview: other pages' charts under its own titles, and landings by year."""

from __future__ import annotations

from dataclasses import replace

from analytics.figures.trends import bars_over_time, describe_trend
from analytics.filters import Filters
from analytics.panels import bases, deals
from analytics.panels.types import Click, Panel


def _titled(panel: Panel, name: str, click: Click | None) -> Panel:
    """A panel under another title, its variants too."""
    return replace(
        panel,
        name=name,
        click=click,
        variants=tuple(replace(item, name=name, click=click) for item in panel.variants),
    )


MAP = _titled(bases.MAP, "overview.map", None)
TREND = _titled(deals.TREND, "overview.trend", deals.TREND.click)


def _to_date(filters: Filters) -> Filters:
    return replace(filters, since=None, compare="")


LANDINGS = Panel(
    name="overview.landings",
    measures=("landings.projects",),
    grain="year",
    height=150,
    adjust=_to_date,
    draw=lambda frame, look: bars_over_time(frame, look, ("landings.projects",), "year", 150),
    alt=lambda frame, look: describe_trend(frame, look, "landings.projects", "year"),
    click=Click("period", "period"),
)

PANELS = (MAP, TREND, LANDINGS)
