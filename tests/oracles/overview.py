"""The overview: other pages' charts, and landings by year."""

from __future__ import annotations

from tests.oracles import bases, deals
from tests.oracles.measures import from_the_beginning, measured

ORACLES = {
    **{f"overview-map-{view}": bases.standing_and_landed for view in bases.VIEWS},
    **{f"overview-trend-{grain}": deals.trend(grain) for grain in deals.GRAINS},
    "overview-landings": measured("landings.projects", grain="year", of=from_the_beginning),
}
