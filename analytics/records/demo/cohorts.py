"""Cohorts: the projects a channel takes up, from where, in what, and how far they shall get."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.records.demo import calibration as to
from analytics.records.demo import industries, pipeline
from analytics.records.demo.bases import Bases
from analytics.records.demo.chance import (
    Days,
    Floats,
    Ints,
    Rng,
    lognormal,
    pick,
    stream,
    working_days,
    years_of,
)
from analytics.records.demo.expos import Exhibits
from analytics.records.demo.organisations import Organisations
from analytics.records.demo.pipeline import Walks
from analytics.records.demo.places import Places

FOREIGN_SHARE = 0.03
NEAR_PACE = 0.93  # projects of the bay area move a little faster
EXPO_PACE, CENTRE_PACE = 0.8, 0.75
EXPO_SKIP, CENTRE_SKIP = 1.3, 2.0
DELTA = {"310110": 70.0, "310100": 22.0, "320500": 6, "330100": 6, "320200": 5, "330400": 4}


@dataclass(frozen=True)
class Cohort:
    """Projects of one channel by position; -1 (0 for an edition) where there is nothing."""

    name: str
    channel: str
    edition: Ints
    place: Ints
    area: Ints
    organisation: Ints
    exhibit: Ints
    base: Ints
    walks: Walks

    @property
    def final(self) -> Ints:
        """Last stage each project shall reach."""
        return self.walks.final


def all_cohorts(
    places: Places, orgs: Organisations, bases: Bases, exhibits: Exhibits, scale: int, seed: int
) -> list[Cohort]:
    """Every cohort, each from a stream of its own."""
    expo = [
        _expo(stream(seed, f"projects expo {e.year}"), places, exhibits, e, scale)
        for e in to.EDITIONS
    ]
    return [
        *expo,
        _next_expo(stream(seed, "projects expo next"), places, orgs, scale),
        _other(stream(seed, "projects other"), places, orgs, scale),
        _base(stream(seed, "projects base"), places, orgs, bases, scale),
        _centre(stream(seed, "projects centre"), places, orgs, scale),
        _listed(stream(seed, "projects showroom listed"), places, orgs, scale),
        _unlisted(stream(seed, "projects showroom"), places, orgs, scale),
    ]


def _expo(rng: Rng, places: Places, exhibits: Exhibits, edition: to.Edition, scale: int) -> Cohort:
    """An edition's projects: exactly so many land; the others stop earlier."""
    shown = np.flatnonzero(exhibits.edition == edition.year)
    mine = rng.permutation(shown)[: edition.projects * scale]
    place, area = exhibits.place[mine], exhibits.area[mine]
    n, landed = len(mine), edition.landed * scale
    hardship = _hardship(area, edition.year)
    onward = rng.random(landed) < pipeline.PASS_EXPO[pipeline.LANDED]
    final = np.concatenate(
        [
            np.where(onward, pipeline.INCUBATED, pipeline.LANDED),
            pipeline.draw_final_below(rng, pipeline.PASS_EXPO, hardship[landed:], pipeline.LANDED),
        ]
    )
    anchor = np.where(final >= pipeline.CONTRACTED, np.minimum(final, pipeline.LANDED), 0)
    pinned = pipeline.landing_days(rng, edition.opened, to.reported_until(edition), n)
    anchor_on = np.where(anchor > 0, pinned, _before(rng, edition.opened, n))
    walks = Walks(
        final,
        anchor,
        anchor_on,
        _pace(rng, places, place, area) * EXPO_PACE,
        np.full(n, EXPO_SKIP),
        np.full(n, max(to.FIRST_DAY, edition.opened - to.LEAD_DAYS)),
        np.full(n, edition.opened),
    )
    none = np.full(n, -1)
    return Cohort(
        f"expo {edition.year}",
        "expo",
        np.full(n, edition.year),
        place,
        area,
        exhibits.organisation[mine],
        mine,
        none,
        walks,
    )


def _next_expo(rng: Rng, places: Places, orgs: Organisations, scale: int) -> Cohort:
    """Projects collected for the next edition: none has an edition yet, none has contracted."""
    n = to.NEXT_EDITION_PROJECTS * scale
    started = working_days(rng, to.NEXT_EDITION_FROM, to.LAST_DAY, n, growth=0.4)
    cohort = _forward(rng, "expo", places, orgs, _origins(rng, places, n), started)
    final = np.minimum(cohort.final, pipeline.LISTED)
    return _with(cohort, "expo next", replace(cohort.walks, final=final))


def _before(rng: Rng, opened: np.datetime64, n: int) -> Days:
    """Days some months before an opening, within the time in which it is prepared."""
    room = min(int((opened - to.FIRST_DAY).astype(np.int64)), to.LEAD_DAYS)
    ahead = np.floor(lognormal(rng, 190.0, 0.6, n)).astype(np.int64) + 5
    return opened - np.where(ahead > room, rng.integers(1, room + 1, n), ahead)


def _other(rng: Rng, places: Places, orgs: Organisations, scale: int) -> Cohort:
    n = to.OTHER_PROJECTS * scale
    started = working_days(rng, to.FIRST_DAY, to.LAST_DAY, n, growth=0.09)
    return _forward(rng, "other", places, orgs, _origins(rng, places, n), started)


def _base(rng: Rng, places: Places, orgs: Organisations, bases: Bases, scale: int) -> Cohort:
    """Projects taken up by a base while it is open, mostly from nearby."""
    last = np.where(np.isnat(bases.closed), to.LAST_DAY, bases.closed - 1)
    open_days = (last - bases.opened).astype(np.int64)
    base = pick(rng, open_days * lognormal(rng, 1.0, 0.6, len(open_days)), to.BASE_PROJECTS * scale)
    started = bases.opened[base] + np.floor(rng.random(len(base)) * open_days[base]).astype(int)
    origin = places.drawn(rng, bases.place[base], ~places.abroad)
    return _forward(rng, "base", places, orgs, origin, started, base=base)


def _centre(rng: Rng, places: Places, orgs: Organisations, scale: int) -> Cohort:
    n = to.CENTRE_PROJECTS * scale
    started = working_days(rng, to.CENTRE_OPENED, to.LAST_DAY, n, growth=0.12)
    place = _origins(rng, places, n)
    return _forward(rng, "centre", places, orgs, place, started, pace=CENTRE_PACE, skip=CENTRE_SKIP)


def _listed(rng: Rng, places: Places, orgs: Organisations, scale: int) -> Cohort:
    """Showroom projects that were listed: so many in the years the claim counts, then others."""
    early, late = to.SHOWROOM_LISTINGS * scale, to.SHOWROOM_LISTINGS_LATER * scale
    listed = np.concatenate(
        [
            working_days(rng, to.day("2021-03-01"), to.SHOWROOM_COUNT_TO, early, 0.3),
            working_days(rng, to.SHOWROOM_COUNT_TO + 1, to.LAST_DAY, late, 0.2),
        ]
    )
    n = len(listed)
    cohort = _forward(rng, "showroom", places, orgs, _delta(rng, places, n), listed)
    reached = pipeline.draw_final(rng, pipeline.PASS[pipeline.LISTED :], np.ones(n), 3)
    walks = Walks(
        reached + pipeline.LISTED,
        np.full(n, pipeline.LISTED),
        listed,
        cohort.walks.pace * 0.5,
        cohort.walks.skip * 2,
        np.full(n, to.SHOWROOM_OPENED),
        listed,
    )
    return _with(cohort, "showroom listed", walks)


def _unlisted(rng: Rng, places: Places, orgs: Organisations, scale: int) -> Cohort:
    """Showroom projects that were never listed."""
    n = (to.SHOWROOM_LISTINGS + to.SHOWROOM_LISTINGS_LATER) * scale
    started = working_days(rng, to.SHOWROOM_OPENED, to.LAST_DAY, n, 0.1)
    cohort = _forward(rng, "showroom", places, orgs, _delta(rng, places, n), started)
    final = pipeline.draw_final_below(rng, pipeline.PASS, np.ones(n), pipeline.LISTED)
    return _with(cohort, "showroom", replace(cohort.walks, final=final))


def _with(cohort: Cohort, name: str, walks: Walks) -> Cohort:
    """The same projects on other walks."""
    return replace(cohort, name=name, walks=walks)


def _forward(
    rng: Rng,
    channel: str,
    places: Places,
    orgs: Organisations,
    place: Ints,
    started: Days,
    base: Ints | None = None,
    pace: float = 1.0,
    skip: float = 1.0,
) -> Cohort:
    """Projects that start on a day and go as far as chance lets them."""
    n = len(started)
    area = industries.draw_areas(rng, years_of(started))
    area[rng.random(n) < 0.012] = -1
    final = pipeline.draw_final(rng, pipeline.PASS, _hardship(area, years_of(started)))
    walks = Walks(
        final,
        np.zeros(n, dtype=np.int64),
        started,
        _pace(rng, places, place, area) * pace,
        np.full(n, skip),
        np.full(n, to.FIRST_DAY),
        np.full(n, to.LAST_DAY + 1),
    )
    none = np.full(n, -1)
    organisation = orgs.makers.drawn(rng, place)
    kept = none if base is None else base
    return Cohort(
        channel, channel, np.zeros(n, dtype=np.int64), place, area, organisation, none, kept, walks
    )


def _origins(rng: Rng, places: Places, n: int) -> Ints:
    """Origins by size, a few abroad."""
    place = pick(rng, places.weights(~places.abroad), n)
    abroad = np.flatnonzero(rng.random(n) < FOREIGN_SHARE)
    place[abroad] = pick(rng, places.weights(places.abroad), len(abroad))
    return place


def _delta(rng: Rng, places: Places, n: int) -> Ints:
    """Origins in Yangpu and the Yangtze delta."""
    where = np.array([places.find(code) for code in DELTA])
    return where[pick(rng, list(DELTA.values()), n)]


def _hardship(area: Ints, year: Ints | int) -> Floats:
    """Exponent on the chance to pass: harder areas, and it was harder in the beginning."""
    known = np.where(area < 0, industries.OTHER, area)
    return industries.HARDSHIP[known] * (1.06 - 0.01 * (np.asarray(year) - 2015))


def _pace(rng: Rng, places: Places, place: Ints, area: Ints) -> Floats:
    """Factor on times: by area, nearness and the project's own luck."""
    known = np.where(area < 0, industries.OTHER, area)
    near = np.where(places.in_gba[np.maximum(place, 0)], NEAR_PACE, 1.0)
    return industries.PACE[known] * near * lognormal(rng, 1.0, 0.18, len(area))
