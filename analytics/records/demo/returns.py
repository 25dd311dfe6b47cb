"""Yearly returns of the workstations: the host's money, people, outputs and platforms."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.records.demo import calibration as to
from analytics.records.demo.chance import (
    Flags,
    Floats,
    Ints,
    Rng,
    chosen,
    lognormal,
    split_total,
    stream,
    years_of,
)
from analytics.records.demo.stations import Stations, pick_early, station_names

LAST_RETURN = 2024
CLAIM_RETURN = 2020  # the last return before CLAIM_JULY
CLAIM_YEARS = 3  # 2018 to 2020
MISSING_SHARE = 0.05  # returns never sent in, after the years the claims are about
CLEAR_OF_THRESHOLD = 1.15


def make_returns(stations: Stations, seed: int) -> pd.DataFrame:
    """One row per station and year, from the year of opening on."""
    which, year = _years(stations)
    rng = stream(seed, "workstation_returns")
    spend, revenue = _money(rng, stations, which, year)
    table = pd.DataFrame(
        {
            "station_id": station_names(stations, which),
            "year": year,
            "rd_spend_cny": spend,
            "revenue_cny": revenue,
            "people": _people(stream(seed, "returns people"), stations, which, year),
            "patents": _patents(stream(seed, "returns patents"), stations, which, year),
            "standards": _standards(stream(seed, "returns standards"), stations, which, year),
        }
    )
    for name, count in (
        ("has_key_lab", to.STATION_KEY_LABS),
        ("has_postdoc", to.STATION_POSTDOCS),
        ("has_engineering_centre", to.STATION_CENTRES),
    ):
        table[name] = _platform(stream(seed, f"returns {name}"), stations, which, year, count)
    missing = stream(seed, "returns missing").random(len(year)) < MISSING_SHARE
    kept = ~missing | (year <= CLAIM_RETURN + 1)
    return table.loc[kept].reset_index(drop=True)


def _years(stations: Stations) -> tuple[Ints, Ints]:
    """Station and year of each return that falls due."""
    closing = np.where(np.isnat(stations.closed), to.LAST_DAY, stations.closed)
    last = np.minimum(years_of(closing), LAST_RETURN)
    first = years_of(stations.opened)
    count = np.maximum(last - first + 1, 0)
    which = np.repeat(np.arange(len(count)), count)
    year = np.concatenate([np.arange(f, f + c) for f, c in zip(first, count, strict=True)])
    return which, year


def _money(rng: Rng, stations: Stations, which: Ints, year: Ints) -> tuple[Floats, Floats]:
    """R&D spend and revenue of the hosts, growing unevenly; intensity and spend to the claims."""
    spend, intensity = _levels(rng, stations)
    growth = 1 + rng.normal(0.08, 0.05, len(spend))
    age = np.where(year <= CLAIM_RETURN, 0.0, year - CLAIM_RETURN)
    wobble = np.where(year <= CLAIM_RETURN, 0.03, 0.12)
    yearly = spend[which] * growth[which] ** age * lognormal(rng, 1.0, wobble, len(which))
    share = np.minimum(intensity[which] * lognormal(rng, 1.0, wobble * 0.7, len(which)), 2.5)
    return np.round(yearly, -2), np.round(yearly / share, -2)


def _levels(rng: Rng, stations: Stations) -> tuple[Floats, Floats]:
    """A host's yearly R&D spend in yuan and its share of revenue.

    Early stations keep clear of the thresholds, whether an average runs over the years returned
    or over all three.
    """
    n = len(stations.place)
    spend = lognormal(rng, 9.0e6, 0.9, n)
    intensity = lognormal(rng, 0.3, 0.8, n)
    early = np.flatnonzero(stations.early)
    years = np.minimum(CLAIM_RETURN - years_of(stations.opened[early]) + 1, CLAIM_YEARS)
    above = to.SPEND_THRESHOLD * CLEAR_OF_THRESHOLD * CLAIM_YEARS / years
    high = chosen(rng, len(early), to.STATION_SPENDERS)
    over = above * (1 + lognormal(rng, 0.5, 0.8, len(early)))
    under = to.SPEND_THRESHOLD * np.clip(lognormal(rng, 0.4, 0.5, len(early)), 0.08, 0.85)
    spend[early] = np.where(high, over, under)
    intense = chosen(rng, len(early), to.STATION_INTENSE)
    upper = np.clip(lognormal(rng, 0.72, 0.22, len(early)), 0.56, 1.6)
    lower = np.clip(lognormal(rng, 0.17, 0.6, len(early)), 0.03, 0.44)
    intensity[early] = np.where(intense, upper, lower)
    return spend, intensity


def _people(rng: Rng, stations: Stations, which: Ints, year: Ints) -> Ints:
    """People brought in since the opening; the early stations' returns of 2020 sum to the claim."""
    early = np.flatnonzero(stations.early)
    level = np.round(lognormal(rng, 6.0, 0.6, len(stations.place))).astype(np.int64) + 1
    level[early] = split_total(rng, to.STATION_PEOPLE, len(early), 3, 0.7)
    first = years_of(stations.opened)[which]
    grown = rng.poisson(np.maximum(level[which] * 0.28, 0.6) * (year > CLAIM_RETURN))
    later = pd.Series(np.where(year > np.maximum(first, CLAIM_RETURN), grown, 0))
    added = later.groupby(which).cumsum().to_numpy()
    span = np.maximum(CLAIM_RETURN - first, 0) + 1
    so_far = np.clip((year - first + 1) / span, 0, 1)
    start = np.where(first <= CLAIM_RETURN, np.ceil(level[which] * so_far), level[which])
    return (start + added).astype(np.int64)


def _patents(rng: Rng, stations: Stations, which: Ints, year: Ints) -> Ints:
    """Patents obtained in the year; those up to the claim's day sum to some hundreds."""
    before = np.flatnonzero(year <= CLAIM_RETURN)
    rate = lognormal(rng, 4.5, 0.7, len(stations.place))
    out = rng.poisson(rate[which])
    out[before] = split_total(rng, to.STATION_PATENTS, len(before), 0, 0.8)
    return out


def _standards(rng: Rng, stations: Stations, which: Ints, year: Ints) -> Ints:
    """Standards in the year: up to the claim's day, some at exactly so many stations."""
    active = pick_early(rng, stations, to.STATION_STANDARDS)
    out = rng.poisson(np.where(active[which], 0.9, 0.3))
    before = year <= CLAIM_RETURN
    out[before & ~active[which]] = 0
    at_last = (year == CLAIM_RETURN) & active[which]
    out[at_last] = np.maximum(out[at_last], 1)
    return out


def _platform(rng: Rng, stations: Stations, which: Ints, year: Ints, count: int) -> Flags:
    """Whether the host has a platform; once it has, it keeps it."""
    told = pick_early(rng, stations, count)
    first = years_of(stations.opened)
    since = np.where(told, CLAIM_RETURN - rng.integers(0, 4, len(first)), 9999)
    later = ~told & (rng.random(len(first)) < count / to.STATIONS * 0.7)
    since[later] = np.maximum(first[later], CLAIM_RETURN + 1) + rng.integers(0, 4, int(later.sum()))
    return year >= since[which]
