"""The workstations page: the map, intensities, a station's returns, and measures."""

from __future__ import annotations

import pandas as pd

from tests import oracle
from tests.oracle import Selection
from tests.oracles.measures import measured

_PLATFORMS = ("key_lab", "postdoc", "engineering_centre")
_EVER = pd.Timestamp(2200, 1, 1)


def _end(chosen: Selection) -> pd.Timestamp:
    return pd.Timestamp(chosen.until) if chosen.until else _EVER


def stations_map(chosen: Selection) -> pd.DataFrame:
    """Stations open at the period's end or closed within it, most people brought in first."""
    end = _end(chosen)
    rows = oracle.stations(chosen).query("opened_on <= @end")
    is_closed = rows["closed_on"] <= end
    if chosen.since:
        rows = rows[~is_closed | (rows["closed_on"] >= pd.Timestamp(chosen.since))]
    people = _returned_by(end).groupby("station_id")["people"].last()
    hosts = oracle.read("organisations").set_index("organisation_id")["name"]
    closed_on = rows["closed_on"].where(rows["closed_on"] <= end)
    state = rows["status"].where(rows["status"] == "warned", "active")
    found = pd.DataFrame(
        {
            "station": rows["station_id"],
            "station_kind": rows["kind"],
            "industry": rows["industry"],
            "place": rows["adcode"],
            "host": rows["host_id"].map(hosts),
            "lon": rows["lon"],
            "lat": rows["lat"],
            "opened_on": rows["opened_on"],
            "closed_on": closed_on,
            "station_state": state.mask(closed_on.notna(), "closed"),
            "academicians": rows["academicians"],
            "is_rural": rows["is_rural"],
            "people": rows["station_id"].map(people).fillna(0),
        }
    )
    return found.sort_values(["people", "station"], ascending=[False, True], ignore_index=True)


def _returned_by(end: pd.Timestamp) -> pd.DataFrame:
    """Returns of all stations for years that are over, oldest first."""
    returned = oracle.read("workstation_returns")
    return returned[oracle.last_days(returned["year"]) <= end].sort_values("year")


def intensities(chosen: Selection) -> pd.DataFrame:
    """R&D over revenue of the last three returns, of stations open at the period's end."""
    end = _end(chosen)
    last = _returned_by(end).groupby("station_id").tail(3).groupby("station_id")
    spend, revenue = last["rd_spend_cny"], last["revenue_cny"]
    money = revenue.sum()
    means = pd.DataFrame(
        {
            "returns": last.size(),
            "rd_spend": spend.mean(),
            "revenue": revenue.mean(),
            "intensity": spend.sum() / money.where(money != 0),
        }
    )
    rows = oracle.open_stations(chosen, end).merge(means, left_on="station_id", right_index=True)
    names = {"station_id": "station", "kind": "station_kind", "adcode": "place"}
    found = rows.rename(columns=names)[[*names.values(), "industry", *means.columns]]
    return found.sort_values(["intensity", "station"], ascending=[False, True], ignore_index=True)


def returns(chosen: Selection, station: str) -> pd.DataFrame:
    """The returns of one station, whatever is selected."""
    del chosen
    own = oracle.read("workstation_returns").query("station_id == @station").sort_values("year")
    own = own.rename(columns={"rd_spend_cny": "rd_spend", "revenue_cny": "revenue"})
    flags = {f"has_{name}": own[f"has_{name}"].fillna(False) for name in _PLATFORMS}
    told = own[["year", "people", "rd_spend", "revenue", "patents", "standards"]]
    return told.assign(intensity=own["rd_spend"] / own["revenue"], **flags)


ORACLES = {
    **{f"workstations-map-{view}": stations_map for view in ("gba", "guangzhou", "china")},
    "workstations-ranks-people": measured("station_standings.people", by=("station",)),
    "workstations-ranks-patents": measured("workstation_returns.patents", by=("station",)),
    "workstations-ranks-standards": measured("workstation_returns.standards", by=("station",)),
    "workstations-ranks-platforms": measured("station_standings.platforms", by=("station",)),
    "workstations-flow": measured(
        "workstations.active", "workstations.opened", "station_closings.closed", grain="year"
    ),
    "workstations-industry": measured("workstations.active", by=("industry",), compares=True),
    **{
        f"workstations-places-{by}": measured("workstations.active", by=(by,), compares=True)
        for by in ("district", "city")
    },
    "workstations-kinds": measured("workstations.active", "workstations.rural", by=("kind",)),
    "workstations-intensity-histogram": intensities,
    "workstations-intensity-scatter": intensities,
    "workstations-outputs-results": measured(
        "workstation_returns.patents",
        "workstation_returns.standards",
        "workstation_returns.rd_spend",
        grain="year",
    ),
    "workstations-outputs-platforms": measured(
        *(f"station_standings.{name}s" for name in _PLATFORMS), grain="year"
    ),
    "workstations-returns": returns,
}
