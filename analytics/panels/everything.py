"""Every panel of every page, for tests, exports and warming up."""

from analytics.panels import (
    bases,
    claims,
    deals,
    expos,
    market,
    overview,
    pipeline,
    workstations,
)
from analytics.panels.types import Panel

PANELS: tuple[Panel, ...] = tuple(
    panel
    for page in (overview, expos, deals, workstations, bases, pipeline, market, claims)
    for panel in page.PANELS
)


def each() -> tuple[Panel, ...]:
    """Every panel, variants in place of the panel that switches between them."""
    return tuple(item for panel in PANELS for item in (panel.variants or (panel,)))
