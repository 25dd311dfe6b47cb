"""Deals: those of projects that contracted, and those the channels brought about without one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.records.demo import calibration as to
from analytics.records.demo import industries
from analytics.records.demo.bases import Bases
from analytics.records.demo.chance import (
    Days,
    Ints,
    Rng,
    Words,
    lognormal,
    pick,
    stream,
    words,
    working_days,
    years_of,
)
from analytics.records.demo.organisations import Organisations
from analytics.records.demo.places import Places
from analytics.records.demo.projects import Projects

SECOND_DEAL = 0.14  # landed projects that sign once more before they land
FOREIGN_SELLER, FOREIGN_BUYER = 0.025, 0.018
LAG_FROM, LAG_TO = -4, 4  # days between the stage's date and the signature


@dataclass(frozen=True)
class Deals:
    """Deals by position, not yet records; -1 (0 for an edition) where there is nothing."""

    channel: Words
    signed: Days
    project: Ints
    edition: Ints
    area: Ints
    seller: Ints
    buyer: Ints
    seller_org: Ints
    buyer_org: Ints
    base: Ints

    def __len__(self) -> int:
        """How many deals."""
        return len(self.signed)


def make_deals(
    places: Places, orgs: Organisations, bases: Bases, projects: Projects, scale: int, seed: int
) -> Deals:
    """All deals, in order of signature."""
    own = _of_projects(stream(seed, "deals projects"), places, orgs, bases, projects)
    parts = [
        own,
        _other(stream(seed, "deals other"), places, orgs, scale),
        _centre(stream(seed, "deals centre"), places, orgs, own, scale),
        _base(stream(seed, "deals base"), places, orgs, bases, scale),
    ]
    return _sorted(parts)


def _sorted(parts: list[Deals]) -> Deals:
    joined = {
        name: np.concatenate([getattr(p, name) for p in parts])
        for name in Deals.__dataclass_fields__
    }
    order = np.argsort(joined["signed"], kind="stable")
    return Deals(**{name: values[order] for name, values in joined.items()})


def _of_projects(
    rng: Rng, places: Places, orgs: Organisations, bases: Bases, projects: Projects
) -> Deals:
    """One deal for each project that contracted, a second for some that landed."""
    first = np.flatnonzero(~np.isnat(projects.contracted))
    landed = np.flatnonzero(~np.isnat(projects.landed))
    second = landed[rng.random(len(landed)) < SECOND_DEAL]
    project = np.concatenate([first, second])
    signed = np.concatenate([_signed(rng, projects, first), _between(rng, projects, second)])
    seller = projects.place[project]
    known = np.where(seller < 0, places.find("440106"), seller)
    landing = projects.land[project]
    drawn = places.drawn(rng, known, ~places.abroad)
    buyer = np.where(landing >= 0, landing, drawn)
    return Deals(
        projects.channel[project],
        signed,
        project,
        projects.edition[project],
        projects.area[project],
        seller,
        buyer,
        projects.organisation[project],
        orgs.takers.drawn(rng, buyer),
        _open_base(bases, projects.base[project], signed),
    )


def _signed(rng: Rng, projects: Projects, rows: Ints) -> Days:
    """Around the day of contracting: between the start and the landing or the edition's report."""
    contracted = projects.contracted[rows]
    signed = _weekdays(contracted + rng.integers(LAG_FROM, LAG_TO + 1, len(rows)))
    started = projects.table["started_on"].to_numpy("datetime64[D]")[rows]
    last = np.where(np.isnat(projects.landed[rows]), to.LAST_DAY, projects.landed[rows])
    for edition in to.EDITIONS:
        mine = projects.edition[rows] == edition.year
        last[mine] = np.minimum(last[mine], to.reported_until(edition))
    return np.maximum(np.minimum(signed, last), started)


def _between(rng: Rng, projects: Projects, rows: Ints) -> Days:
    """Some day between contracting and landing."""
    room = (projects.landed[rows] - projects.contracted[rows]).astype(np.int64)
    drawn = projects.contracted[rows] + np.floor(rng.random(len(rows)) * (room + 1)).astype(int)
    latest = np.minimum(_weekdays(drawn), projects.landed[rows])
    return np.maximum(latest, projects.contracted[rows])


def _weekdays(days: Days) -> Days:
    """The same days, Saturdays moved to the Friday before and Sundays to the Monday after."""
    weekday = (days.astype(np.int64) + 3) % 7
    return days + np.where(weekday == 5, -1, np.where(weekday == 6, 1, 0))


def _open_base(bases: Bases, base: Ints, signed: Days) -> Ints:
    """The project's base where it is open on the day of signature, else -1."""
    known = np.maximum(base, 0)
    closed = bases.closed[known]
    is_open = (bases.opened[known] <= signed) & (np.isnat(closed) | (closed > signed))
    return np.where((base >= 0) & is_open, base, -1)


def _free(
    rng: Rng,
    channel: str,
    places: Places,
    orgs: Organisations,
    signed: Days,
    seller: Ints,
    buyer: Ints,
    base: Ints | None = None,
) -> Deals:
    """Deals without a project."""
    n = len(signed)
    area = industries.draw_areas(rng, years_of(signed))
    area[rng.random(n) < 0.012] = -1
    none = np.full(n, -1)
    return Deals(
        words([channel] * n),
        signed,
        none,
        np.zeros(n, dtype=np.int64),
        area,
        seller,
        buyer,
        orgs.makers.drawn(rng, seller),
        orgs.takers.drawn(rng, buyer),
        none if base is None else base,
    )


def _parties(rng: Rng, places: Places, n: int) -> tuple[Ints, Ints]:
    """Sellers by size and buyers by gravity; a few of either abroad."""
    seller = pick(rng, places.weights(~places.abroad), n)
    buyer = places.drawn(rng, seller, ~places.abroad)
    abroad = places.weights(places.abroad)
    which = rng.random(n)
    sells = np.flatnonzero(which < FOREIGN_SELLER)
    buys = np.flatnonzero((which >= FOREIGN_SELLER) & (which < FOREIGN_SELLER + FOREIGN_BUYER))
    buyer[sells] = pick(rng, places.weights(places.mainland), len(sells))
    seller[sells] = pick(rng, abroad, len(sells))
    buyer[buys] = pick(rng, abroad, len(buys))
    return seller, buyer


def _other(rng: Rng, places: Places, orgs: Organisations, scale: int) -> Deals:
    n = to.OTHER_DEALS * scale
    signed = working_days(rng, to.FIRST_DAY, to.LAST_DAY, n, growth=0.08)
    return _free(rng, "other", places, orgs, signed, *_parties(rng, places, n))


def _centre(rng: Rng, places: Places, orgs: Organisations, own: Deals, scale: int) -> Deals:
    """Deals that bring the trading centre to its number in each stretch of time."""
    taken = own.signed[own.channel == "centre"]
    parts: list[Days] = []
    for first, last, wanted in centre_stretches():
        there = int(((taken >= first) & (taken <= last)).sum())
        parts.append(working_days(rng, first, last, max(wanted * scale - there, 0)))
    signed = np.concatenate(parts)
    return _free(rng, "centre", places, orgs, signed, *_parties(rng, places, len(signed)))


def centre_stretches() -> list[tuple[np.datetime64, np.datetime64, int]]:
    """First and last day of each stretch and the deals of the trading centre in it."""
    later = [(to.day(a), to.day(b), n) for a, b, n in to.CENTRE_DEALS_LATER]
    return [(to.CENTRE_OPENED, to.CLAIM_JULY, to.CENTRE_DEALS), *later]


def _base(rng: Rng, places: Places, orgs: Organisations, bases: Bases, scale: int) -> Deals:
    """Deals brought about by a base that is open; the buyer is near it."""
    n = to.BASE_DEALS * scale
    signed = working_days(rng, to.day("2016-06-01"), to.LAST_DAY, n, growth=0.2)
    is_open = bases.open_on(signed)
    size = lognormal(rng, 1.0, 0.7, len(bases.place))
    ladder = np.cumsum(is_open * size, axis=1)
    base = (ladder <= rng.random(n)[:, None] * ladder[:, -1:]).sum(axis=1)
    buyer = bases.place[base]
    seller = places.drawn(rng, buyer, ~places.abroad)
    return _free(rng, "base", places, orgs, signed, seller, buyer, base)
