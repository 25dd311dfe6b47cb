"""Targets: what leadership might have asked for, rounded, from the years before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.records.demo.chance import years_of
from analytics.records.demo.places import GUANGZHOU, Places

NATION = "100000"
YEARS = (2021, 2022, 2023, 2024, 2025)
GROWTH = {
    "deals.value": 1.08,
    "landings.projects": 1.06,
    "bases.open": 1.1,
    "workstations.active": 1.2,
}

# A flow is planned from the mean of two years, a stock from the last one.
BACK = {"deals.value": 2, "landings.projects": 2, "bases.open": 1, "workstations.active": 1}
FIRST_YEAR = min(YEARS) - 2


def make_targets(
    places: Places,
    deals: pd.DataFrame,
    landings: pd.DataFrame,
    bases: pd.DataFrame,
    stations: pd.DataFrame,
) -> pd.DataFrame:
    """One row per measure, region and year.

    Args:
        places: Places, to tell Guangzhou's districts.
        deals: seller_adcode, signed_on, value_cny.
        landings: landed_adcode, landed_on.
        bases: adcode, opened_on, closed_on.
        stations: adcode, opened_on, closed_on.
    """
    home = {GUANGZHOU, *map(str, places.adcode[places.home])}
    rows: list[tuple[str, str, int, float]] = []
    for adcode in (NATION, GUANGZHOU):
        inside = None if adcode == NATION else home
        reached = {
            "deals.value": _yearly(_in(deals, "seller_adcode", inside), "signed_on", "value_cny"),
            "landings.projects": _yearly(_in(landings, "landed_adcode", inside), "landed_on", ""),
            "bases.open": _stock(_in(bases, "adcode", inside)),
            "workstations.active": _stock(_in(stations, "adcode", inside)),
        }
        for measure, by_year in reached.items():
            for year in YEARS:
                asked = (by_year[year - 1] + by_year[year - BACK[measure]]) / 2 * GROWTH[measure]
                rows.append((measure, adcode, year, _rounded(asked)))
    rows.sort()
    return pd.DataFrame(rows, columns=["measure", "adcode", "year", "value"])


def _in(table: pd.DataFrame, column: str, codes: set[str] | None) -> pd.DataFrame:
    return table if codes is None else table.loc[table[column].isin(list(codes))]


def _yearly(table: pd.DataFrame, time: str, value: str) -> dict[int, float]:
    year = years_of(table[time].to_numpy("datetime64[D]"))
    amount = table[value].to_numpy(dtype=float) if value else np.ones(len(table))
    return {y: float(amount[year == y].sum()) for y in range(FIRST_YEAR, YEARS[-1])}


def _stock(table: pd.DataFrame) -> dict[int, float]:
    opened = table["opened_on"].to_numpy("datetime64[D]")
    closed = table["closed_on"].to_numpy("datetime64[D]")
    out: dict[int, float] = {}
    for year in range(FIRST_YEAR, YEARS[-1]):
        end = np.datetime64(f"{year}-12-31", "D")
        out[year] = float(((opened <= end) & (np.isnat(closed) | (closed > end))).sum())
    return out


def _rounded(value: float) -> float:
    """A number as a plan prints it: two leading digits, or a multiple of five."""
    if value < 200:
        return float(max(5, 5 * round(value / 5)))
    step = 10.0 ** (len(str(int(value))) - 2)
    return float(step * round(value / step))
