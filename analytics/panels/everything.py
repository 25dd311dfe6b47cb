"""Every panel of every page, for tests, exports and warming up."""

from analytics.panels import deals, overview, pipeline
from analytics.panels.types import Panel

PANELS: tuple[Panel, ...] = (*overview.PANELS, *deals.PANELS, *pipeline.PANELS)


def each() -> tuple[Panel, ...]:
    """Every panel, variants in place of the panel that switches between them."""
    return tuple(item for panel in PANELS for item in (panel.variants or (panel,)))
