"""Academician and expert workstations and their yearly returns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.records.demo import calibration as to
from analytics.records.demo import industries
from analytics.records.demo.bases import near
from analytics.records.demo.chance import (
    Days,
    Flags,
    Ints,
    Rng,
    Words,
    chosen,
    ids,
    pick,
    plain_days,
    split_total,
    stream,
    take,
    words,
    years_of,
)
from analytics.records.demo.organisations import Organisations
from analytics.records.demo.places import Places

KINDS = {"academician": 0.5, "expert": 0.3, "society": 0.13, "county": 0.07}
RURAL_DISTRICTS = ("440117", "440118", "440115", "440114", "440111")
RURAL_SHARE = 0.55  # stations there that serve the countryside


@dataclass(frozen=True)
class Stations:
    """The table of workstations with place, area and dates by position."""

    table: pd.DataFrame
    place: Ints
    area: Ints
    opened: Days
    closed: Days

    @property
    def early(self) -> Flags:
        """Which stations the claims of July 2021 are about."""
        return self.opened <= to.CLAIM_JULY


def make_stations(places: Places, orgs: Organisations, seed: int) -> Stations:
    """Stations batch by batch."""
    rng = stream(seed, "workstations")
    opened = np.sort(
        np.concatenate([plain_days(rng, to.day(a), to.day(b), n) for a, b, n in to.STATION_BATCHES])
    )
    n, early = len(opened), opened <= to.CLAIM_JULY
    place = _places(rng, places, early)
    rural = _rural(rng, places, place)
    area = industries.draw_areas(rng, years_of(opened))
    area = np.where(rural, np.where(rng.random(n) < 0.65, 3, industries.OTHER), area)
    kind = _kinds(rng, rural)
    closed = _closings(rng, early)
    lon, lat = near(rng, places, place)
    table = pd.DataFrame(
        {
            "station_id": ids("W", n, 4),
            "name": [f"示例工作站 {i:04d}" for i in range(1, n + 1)],
            "kind": kind,
            "host_id": _hosts(rng, places, orgs, place),
            "industry": industries.codes(area),
            "adcode": places.adcode[place],
            "lon": lon,
            "lat": lat,
            "opened_on": opened,
            "closed_on": closed,
            "status": _status(rng, closed),
            "academicians": _academicians(rng, kind, early),
            "is_rural": rural,
        }
    )
    return Stations(table, place, area, opened, closed)


def _places(rng: Rng, places: Places, early: Flags) -> Ints:
    """Guangzhou at first; then other cities of Guangdong and a few beyond it."""
    home = places.weights(places.home) ** 0.7
    guangdong = places.weights((places.province == "440000") & ~places.home)
    beyond = places.weights(places.mainland & (places.province != "440000") & (places.size > 1.5))
    place = pick(rng, home, len(early))
    where = rng.random(len(early))
    near_by = np.flatnonzero(~early & (where < 0.3))
    far = np.flatnonzero(~early & (where > 0.9))
    place[near_by] = pick(rng, guangdong, len(near_by))
    place[far] = pick(rng, beyond, len(far))
    return place


def _rural(rng: Rng, places: Places, place: Ints) -> Flags:
    there = np.isin(places.adcode[place].astype(str), RURAL_DISTRICTS)
    return there & (rng.random(len(place)) < RURAL_SHARE)


def _kinds(rng: Rng, rural: Flags) -> Words:
    kind = words(list(KINDS))[pick(rng, list(KINDS.values()), len(rural))]
    kind[rural & (rng.random(len(rural)) < 0.25)] = "county"
    return kind


def _hosts(rng: Rng, places: Places, orgs: Organisations, place: Ints) -> Words:
    """A host enterprise in the same place, each only once while there are enough."""
    used: set[int] = set()
    out = np.full(len(place), -1)
    enterprise = orgs.kind == "enterprise"
    for i, where in enumerate(place):
        able = [o for o in np.flatnonzero(enterprise & (orgs.place == where)) if o not in used]
        if able:
            out[i] = able[int(rng.integers(0, len(able)))]
            used.add(int(out[i]))
    return orgs.named(out)


def _closings(rng: Rng, early: Flags) -> Days:
    """Some of the early stations close, all after the claims' day."""
    closed = np.full(len(early), np.datetime64("NaT"), dtype="datetime64[D]")
    some = rng.choice(np.flatnonzero(early), size=to.STATIONS_CLOSED, replace=False)
    closed[some] = plain_days(rng, to.day("2022-06-01"), to.day("2025-07-31"), len(some))
    return closed


def _status(rng: Rng, closed: Days) -> Words:
    status = words(["active"] * len(closed))
    left = np.flatnonzero(np.isnat(closed))
    status[rng.permutation(left)[: to.STATIONS_WARNED]] = "warned"
    status[~np.isnat(closed)] = "closed"
    return status


def _academicians(rng: Rng, kind: Words, early: Flags) -> Ints:
    """One or two academicians where the station is theirs; the early ones to the claim's sum."""
    mine = kind == "academician"
    number = np.where(mine, 1 + (rng.random(len(kind)) < 0.14), 0).astype(np.int64)
    rows = np.flatnonzero(mine & early)
    spare = to.STATION_ACADEMICIANS - len(rows)
    number[rows] = 1 + split_total(rng, spare, len(rows), 0, 0.9)
    return number


def station_names(stations: Stations, where: Ints) -> Words:
    """Identifiers of stations at positions."""
    return take(stations.table["station_id"].to_numpy(dtype=object), where)


def pick_early(rng: Rng, stations: Stations, count: int) -> Flags:
    """Flag `count` of the early stations."""
    out = np.zeros(len(stations.place), dtype=bool)
    rows = np.flatnonzero(stations.early)
    out[rows[chosen(rng, len(rows), count)]] = True
    return out
