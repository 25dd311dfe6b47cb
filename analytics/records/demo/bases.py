"""Transfer bases: where and when they open and close, and what they return each year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.records.demo import calibration as to
from analytics.records.demo.chance import (
    Days,
    Floats,
    Ints,
    Rng,
    ids,
    pick,
    plain_days,
    stream,
    words,
    years_of,
)
from analytics.records.demo.places import Places

HOSTS = {
    "park": 0.42,
    "enterprise": 0.2,
    "university": 0.12,
    "institute": 0.12,
    "society": 0.07,
    "government": 0.07,
}
# Places so small that a point must stay close to the middle to lie inside.
SMALL = ("440103", "440104", "440105", "440106", "820000", "440304", "440303", "440604")
LAST_RETURN = 2024


@dataclass(frozen=True)
class Bases:
    """The table of bases with place, opening and closing by position."""

    table: pd.DataFrame
    place: Ints
    opened: Days
    closed: Days

    def open_on(self, day: Days) -> np.ndarray:
        """Which bases are open on each day: a row a day, a column a base."""
        return (self.opened[None, :] <= day[:, None]) & (
            np.isnat(self.closed)[None, :] | (self.closed[None, :] > day[:, None])
        )


def make_bases(places: Places, seed: int) -> Bases:
    """Bases to the numbers each claim asks on its day."""
    rng = stream(seed, "bases")
    place, opened = _openings(rng, places)
    order = np.lexsort((place, opened))
    place, opened = place[order], opened[order]
    closed = _closings(rng, opened)
    lon, lat = near(rng, places, place)
    table = pd.DataFrame(
        {
            "base_id": ids("B", len(place), 4),
            "name": [f"示例基地 {i:04d}" for i in range(1, len(place) + 1)],
            "host_kind": words(list(HOSTS))[pick(rng, list(HOSTS.values()), len(place))],
            "adcode": places.adcode[place],
            "lon": lon,
            "lat": lat,
            "opened_on": opened,
            "closed_on": closed,
        }
    )
    return Bases(table, place, opened, closed)


def near(rng: Rng, places: Places, place: Ints) -> tuple[Floats, Floats]:
    """A point near the middle of each place, in degrees."""
    small = np.isin(places.adcode[place].astype(str), SMALL)
    reach = np.where(small, 0.008, 0.022) * np.sqrt(rng.random(len(place)))
    turn = rng.random(len(place)) * 2 * np.pi
    lon = places.lon[place] + reach * np.cos(turn)
    lat = places.lat[place] + reach * np.sin(turn)
    return np.round(lon, 5), np.round(lat, 5)


def base_returns(
    bases: Bases, projects: pd.DataFrame, deals: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """Yearly returns; landings and value are those of the records.

    Args:
        bases: The bases.
        projects: base_id and landed_on of the projects that landed.
        deals: base_id, signed_on and value_cny.
        seed: Seed of the run.
    """
    rng = stream(seed, "base_returns")
    last = np.where(np.isnat(bases.closed), LAST_RETURN, years_of(bases.closed))
    first = years_of(bases.opened)
    count = np.maximum(np.minimum(last, LAST_RETURN) - first + 1, 0)
    which = np.repeat(np.arange(len(count)), count)
    year = np.concatenate([np.arange(f, f + c) for f, c in zip(first, count, strict=True)])
    table = pd.DataFrame({"base_id": bases.table["base_id"].to_numpy()[which], "year": year})
    landed = projects.assign(year=years_of(projects["landed_on"].to_numpy("datetime64[D]")))
    signed = deals.assign(year=years_of(deals["signed_on"].to_numpy("datetime64[D]")))
    keys = ["base_id", "year"]
    landings = landed.groupby(keys).agg(landings=("project_id", "size"))
    value = signed.groupby(keys).agg(value_cny=("value_cny", "sum"))
    table = table.join(landings, on=keys).join(value, on=keys).fillna(0)
    table["landings"] = table["landings"].astype("int64")
    table["matches"] = table["landings"] * 2 + rng.poisson(7, len(table))
    table["demands"] = table["matches"] + rng.negative_binomial(4, 0.18, len(table))
    return table.sort_values(keys).reset_index(drop=True)


def _openings(rng: Rng, places: Places) -> tuple[Ints, Days]:
    """Places and days of opening, phase by phase."""
    groups = (
        places.home,
        places.in_gba & ~places.home,
        ~places.in_gba & ~places.abroad & (places.size > 0.5),
    )
    place: list[Ints] = []
    opened: list[Days] = []
    first = to.BASE_FIRST
    for last, *counts in to.BASE_PHASES:
        for group, count in zip(groups, counts, strict=True):
            place.append(_spread(rng, places.weights(group) ** 0.6, count))
            opened.append(plain_days(rng, first, last, count))
        first = last + 1
    return np.concatenate(place), np.concatenate(opened)


def _spread(rng: Rng, weights: Floats, count: int) -> Ints:
    """Draw places, each once while there are enough."""
    able = int((weights > 0).sum())
    share = weights / weights.sum()
    return rng.choice(len(share), size=count, replace=count > able, p=share)


def _closings(rng: Rng, opened: Days) -> Days:
    """Close a handful, none of those before the claims' last day."""
    closed = np.full(len(opened), np.datetime64("NaT"), dtype="datetime64[D]")
    old = np.flatnonzero(opened <= to.CLAIM_YEAR_END)
    some = rng.choice(old, size=to.BASES_CLOSED, replace=False)
    closed[some] = plain_days(rng, to.day("2022-03-01"), to.day("2025-06-30"), len(some))
    return closed
