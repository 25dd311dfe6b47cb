"""The bases page: the played map, a base's returns, and measures."""

from __future__ import annotations

import pandas as pd

from tests import oracle
from tests.oracle import Selection, complete_until, regions
from tests.oracles.measures import measured

VIEWS = ("gba", "guangzhou", "china")
_FAR = ("deal_distances.far_share", "deal_distances.far_value", "deal_distances.value")


def standing_and_landed(chosen: Selection) -> pd.DataFrame:
    """Bases that stand at each year's end, by the places where their projects had landed."""
    end = complete_until("bases", "projects", "stage_events")
    last = min(pd.Timestamp(chosen.until), end) if chosen.until else end
    first = chosen.since.year if chosen.since else 1990
    days = {year: min(last, pd.Timestamp(year, 12, 31)) for year in range(first, last.year + 1)}
    years = [
        oracle.open_bases(chosen, day).assign(year=year, as_of=day) for year, day in days.items()
    ]
    standing = pd.concat(years).dropna(subset=["lon", "lat"])
    landed = oracle.landings(chosen)[["base_id", "landed_adcode", "landed_on"]]
    had = standing[["year", "as_of", "base_id"]].merge(landed, on="base_id")
    had = had[had["landed_on"] <= had["as_of"]]
    keys = ["year", "base_id", "landed_adcode"]
    counts = had.groupby(keys, dropna=False).size().rename("landings").reset_index()
    found = standing.merge(counts, on=["year", "base_id"], how="left")
    found = found.rename(
        columns={"base_id": "base", "adcode": "place", "landed_adcode": "landed_place"}
    )
    found = found.assign(
        landings=found["landings"].fillna(0),
        to_lon=found["landed_place"].map(regions()["lon"]),
        to_lat=found["landed_place"].map(regions()["lat"]),
    ).sort_values(
        ["year", "base", "landings", "landed_place"],
        ascending=[True, True, False, True],
        ignore_index=True,
    )
    return found.drop(columns=[c for c in found if c not in _MAP_COLUMNS])


_MAP_COLUMNS = (
    "year",
    "as_of",
    "base",
    "host_kind",
    "place",
    "lon",
    "lat",
    "opened_on",
    "landed_place",
    "to_lon",
    "to_lat",
    "landings",
)


def returns(chosen: Selection, base: str) -> pd.DataFrame:
    """The returns of one base, whatever is selected."""
    del chosen
    own = oracle.read("base_returns").query("base_id == @base").sort_values("year")
    own = own.rename(columns={"value_cny": "value"})
    return own[["year", "demands", "matches", "landings", "value"]]


ORACLES = {
    **{f"bases-map-{view}": standing_and_landed for view in VIEWS},
    **{
        f"bases-ranks-{name}": measured(f"base_returns.{name}", by=("base",))
        for name in ("landings", "matches", "demands", "value")
    },
    "bases-flow": measured("bases.open", "bases.opened", "base_closings.closed", grain="year"),
    "bases-throughput": measured(
        "base_returns.demands",
        "base_returns.matches",
        "base_returns.landings",
        "base_returns.value",
        grain="year",
    ),
    "bases-coverage": measured(*_FAR, grain="year"),
    "bases-uncovered": measured(*_FAR, by=("city",)),
    **{
        f"bases-places-{by}": measured("bases.open", by=(by,), compares=True)
        for by in ("city", "district", "host_kind")
    },
    "bases-industry": measured("landings.through_bases", by=("industry",), compares=True),
    "bases-returns": returns,
}
