"""Forums, matchmaking, roadshows, salons and investor meetings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.records.demo import calibration as to
from analytics.records.demo import industries
from analytics.records.demo.bases import Bases
from analytics.records.demo.chance import (
    Days,
    Ints,
    Rng,
    Words,
    blank,
    chosen,
    ids,
    lognormal,
    pick,
    plain_days,
    stream,
    words,
    years_of,
)
from analytics.records.demo.places import Places

KINDS = ("forum", "matchmaking", "roadshow", "salon", "investor")
PARTICIPANTS = dict(zip(KINDS, (210.0, 75.0, 95.0, 42.0, 58.0), strict=True))
EXPO_KINDS = {"matchmaking": 10, "roadshow": 9, "salon": 7, "investor": 3}
EXPO_SITES = {"440105": 0.72, "440106": 0.12, "440112": 0.1, "440115": 0.06}
CENTRE_SITES = {"440106": 0.62, "440112": 0.2, "440105": 0.1, "440113": 0.08}
# Centre: kinds counted by the claim and others, by stretch of time.
CENTRE_COUNTS = (
    (to.CENTRE_OPENED, to.CLAIM_JULY, to.CENTRE_EVENTS, 7),
    (to.day("2021-07-20"), to.day("2021-12-31"), 11, 5),
    (to.day("2022-01-01"), to.day("2022-12-31"), 21, 10),
    (to.day("2023-01-01"), to.day("2023-12-31"), 26, 11),
    (to.day("2024-01-01"), to.day("2024-12-31"), 29, 14),
    (to.day("2025-01-01"), to.LAST_DAY, 23, 10),
)
SHOWROOM_EVENTS = 52
BASE_EVENTS_A_YEAR = 0.7


def make_events(places: Places, bases: Bases, scale: int, seed: int) -> pd.DataFrame:
    """All events in order of their dates."""
    parts = [_expo(stream(seed, f"events expo {e.year}"), e, scale) for e in to.EDITIONS]
    parts.append(_centre(stream(seed, "events centre"), scale))
    parts.append(_showroom(stream(seed, "events showroom"), scale))
    parts.append(_base(stream(seed, "events base"), places, bases, scale))
    table = pd.concat(parts, ignore_index=True)
    rng = stream(seed, "events participants")
    median = np.array([PARTICIPANTS[kind] for kind in table["kind"]])
    people = np.maximum(np.round(lognormal(rng, median, 0.55, len(table))), 8)
    table["participants"] = blank(rng, people.astype(np.int64), 0.02)
    table = table.sort_values(["held_on", "channel", "kind", "adcode"], kind="stable")
    table = table.reset_index(drop=True)
    table["event_id"] = ids("V", len(table), 6)
    return table


def _rows(channel: str, kind: Words, held_on: Days, adcode: Words, area: Ints) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "channel": channel,
            "kind": kind,
            "held_on": held_on,
            "edition": None,
            "adcode": adcode,
            "industry": industries.codes(area),
        }
    )


def _sites(rng: Rng, sites: dict[str, float], n: int) -> Words:
    return words(list(sites))[pick(rng, list(sites.values()), n)]


def _expo(rng: Rng, edition: to.Edition, scale: int) -> pd.DataFrame:
    """An edition's events: forums on its days, the rest around them; growing slowly."""
    growth = 1 + 0.05 * (edition.year - 2015)
    counts = {"forum": edition.forums * scale}
    counts |= {k: round(n * growth) * scale for k, n in EXPO_KINDS.items()}
    kind = words([k for k, n in counts.items() for _ in range(n)])
    n = len(kind)
    around = np.where(kind == "forum", 0, np.round(rng.normal(-4, 14, n))).astype(np.int64)
    around = np.where(rng.random(n) < 0.6, 0, np.clip(around, -45, 40))
    held_on = edition.opened + rng.integers(0, to.EDITION_DAYS, n) + around
    table = _rows(
        "expo", kind, held_on, _sites(rng, EXPO_SITES, n), _expo_areas(rng, kind, edition)
    )
    table["edition"] = edition.year
    return table


def _expo_areas(rng: Rng, kind: Words, edition: to.Edition) -> Ints:
    """Areas: forums to the edition's quota, other events mostly strategic emerging ones."""
    area = industries.draw_areas(rng, np.full(len(kind), edition.year))
    forums = int((kind == "forum").sum())
    inside = chosen(rng, forums, int(np.ceil(forums * edition.sei_forums)))
    drawn = industries.draw_sei(rng, np.full(forums, edition.year))
    area[kind == "forum"] = np.where(inside, drawn, industries.OTHER)
    return area


def _centre(rng: Rng, scale: int) -> pd.DataFrame:
    """The trading centre's events by stretch of time."""
    parts: list[pd.DataFrame] = []
    for first, last, counted, others in CENTRE_COUNTS:
        n, m = counted * scale, others * scale
        kind = np.concatenate(
            [
                words(["matchmaking", "roadshow"])[pick(rng, [0.58, 0.42], n)],
                words(["salon", "investor", "forum"])[pick(rng, [0.6, 0.25, 0.15], m)],
            ]
        )
        held_on = plain_days(rng, first, last, n + m)
        area = industries.draw_areas(rng, years_of(held_on))
        area[rng.random(n + m) < 0.05] = -1
        parts.append(_rows("centre", kind, held_on, _sites(rng, CENTRE_SITES, n + m), area))
    return pd.concat(parts, ignore_index=True)


def _showroom(rng: Rng, scale: int) -> pd.DataFrame:
    """Events of the technology brokers' showrooms in Yangpu and nearby."""
    n = SHOWROOM_EVENTS * scale
    kind = words(["salon", "matchmaking", "roadshow"])[pick(rng, [0.45, 0.35, 0.2], n)]
    held_on = plain_days(rng, to.day("2020-10-28"), to.LAST_DAY, n)
    sites = _sites(rng, {"310110": 0.9, "320200": 0.05, "330400": 0.05}, n)
    return _rows("showroom", kind, held_on, sites, industries.draw_areas(rng, years_of(held_on)))


def _base(rng: Rng, places: Places, bases: Bases, scale: int) -> pd.DataFrame:
    """Events at bases: each holds its own now and then while it is open."""
    last = np.where(np.isnat(bases.closed), to.LAST_DAY, bases.closed - 1)
    open_days = (last - bases.opened).astype(np.int64)
    count = rng.poisson(open_days / 365.25 * BASE_EVENTS_A_YEAR * scale)
    which = np.repeat(np.arange(len(count)), count)
    n = len(which)
    held_on = bases.opened[which] + np.floor(rng.random(n) * open_days[which]).astype(np.int64)
    kind = words(["matchmaking", "salon", "roadshow", "investor"])[
        pick(rng, [0.42, 0.33, 0.17, 0.08], n)
    ]
    adcode = places.adcode[bases.place[which]]
    return _rows("base", kind, held_on, adcode, industries.draw_areas(rng, years_of(held_on)))
