"""Projects of every channel, laid on their walks through the pipeline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.model.codes import OUTCOMES, STAGES
from analytics.records.demo import calibration as to
from analytics.records.demo import industries, pipeline
from analytics.records.demo.bases import Bases
from analytics.records.demo.chance import (
    Days,
    Flags,
    Floats,
    Ints,
    Rng,
    Words,
    blank,
    ids,
    keep,
    stream,
    take,
    words,
)
from analytics.records.demo.cohorts import Cohort, all_cohorts
from analytics.records.demo.expos import Exhibits
from analytics.records.demo.organisations import Organisations
from analytics.records.demo.places import Places

NOTES_STALLED = ("等待中试条件", "寻找合作企业", "资金未到位", "知识产权权属待明确", None, None)
NOTES_ENDED = ("市场变化", "技术指标未达到", "团队解散", "转由他方承接", None, None, None)
BASE_SHARE = 0.45  # landings where a base stands that go through it
SAME_CITY = 0.3  # weight of a base elsewhere in the city


@dataclass(frozen=True)
class Projects:
    """Projects by position, in order of their start, with what the deals need of them.

    Positions are -1 and days NaT where there is nothing.
    """

    table: pd.DataFrame
    events: pd.DataFrame
    channel: Words
    edition: Ints
    place: Ints
    area: Ints
    organisation: Ints
    exhibit: Ints
    base: Ints
    land: Ints
    contracted: Days
    landed: Days

    @property
    def id(self) -> Words:
        """Identifiers by position."""
        return self.table["project_id"].to_numpy(dtype=object)


def make_projects(
    places: Places, orgs: Organisations, bases: Bases, exhibits: Exhibits, scale: int, seed: int
) -> Projects:
    """All projects and their stage events."""
    cohorts = all_cohorts(places, orgs, bases, exhibits, scale, seed)
    parts = [pipeline.simulate(stream(seed, f"stage_events {c.name}"), c.walks) for c in cohorts]
    starts = [
        pipeline.first_entry(s, pipeline.COLLECTED, len(c.place))
        for s, c in zip(parts, cohorts, strict=True)
    ]
    return _assembled(places, orgs, bases, cohorts, parts, np.concatenate(starts), seed)


def _assembled(
    places: Places,
    orgs: Organisations,
    bases: Bases,
    cohorts: list[Cohort],
    parts: list[pipeline.Steps],
    started: Days,
    seed: int,
) -> Projects:
    """Put the cohorts together, in order of their starts."""
    n = len(started)
    order = np.argsort(started, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[order] = np.arange(n)
    steps = _renumbered(cohorts, parts, rank)
    channel = words([c.channel for c in cohorts for _ in c.place])[order]
    edition, place, area, organisation, exhibit, base, final = (
        np.concatenate([getattr(c, name) for c in cohorts])[order]
        for name in ("edition", "place", "area", "organisation", "exhibit", "base", "final")
    )
    landed = pipeline.first_entry(steps, pipeline.LANDED, n)
    rng = stream(seed, "projects landing")
    land = _landing_places(rng, places, bases, channel, edition, place, base, landed)
    base = _bases(rng, places, bases, channel, base, land, landed)
    identifier = ids("P", n, 6)
    known = np.maximum(place, 0)
    unknown = place < 0
    rng = stream(seed, "projects")
    table = pd.DataFrame(
        {
            "project_id": identifier,
            "title": [f"示例项目 {i:05d}" for i in range(1, n + 1)],
            "organisation_id": orgs.named(organisation),
            "origin_adcode": keep(~unknown, places.adcode[known]),
            "origin_country": np.where(unknown, "CN", places.country[known]),
            "industry": industries.codes(area),
            "subindustry": industries.draw_subclasses(rng, area),
            "trl": _readiness(rng, final),
            "channel": channel,
            "edition": keep(edition > 0, edition),
            "started_on": started[order],
            "landed_adcode": take(places.adcode, land),
            "base_id": take(bases.table["base_id"].to_numpy(dtype=object), base),
        }
    )
    return Projects(
        table,
        _event_table(stream(seed, "stage_events notes"), steps, identifier),
        channel,
        edition,
        place,
        area,
        organisation,
        exhibit,
        base,
        land,
        pipeline.first_entry(steps, pipeline.CONTRACTED, n),
        landed,
    )


def _renumbered(cohorts: list[Cohort], parts: list[pipeline.Steps], rank: Ints) -> pipeline.Steps:
    """Steps of all cohorts, each walk under its project's position."""
    first = np.cumsum([0] + [len(c.place) for c in cohorts])
    walk = np.concatenate([rank[first[i] + s.walk] for i, s in enumerate(parts)])
    joined = pipeline.join(parts)
    order = np.lexsort((joined.order, walk))
    return pipeline.Steps(
        walk[order],
        joined.order[order],
        joined.stage[order],
        joined.outcome[order],
        joined.gap[order],
        joined.on[order],
    )


def _readiness(rng: Rng, final: Ints) -> Words:
    """Technology readiness at the start: higher for those that get further, missing for some."""
    level = np.clip(np.round(rng.normal(3.4, 1.3, len(final)) + 0.28 * final), 1, 9)
    return blank(rng, level.astype(np.int64), 0.08)


def _landing_places(
    rng: Rng,
    places: Places,
    bases: Bases,
    channel: Words,
    edition: Ints,
    place: Ints,
    base: Ints,
    landed: Days,
) -> Ints:
    """Where projects land: at their base, or drawn by distance and size."""
    land = np.full(len(place), -1)
    through_base = ~np.isnat(landed) & (channel == "base")
    land[through_base] = bases.place[base[through_base]]
    rest = np.flatnonzero(~np.isnat(landed) & (channel != "base"))
    source = np.where(place[rest] < 0, places.find("440106"), place[rest])
    near = _in_bay_area(rng, places, edition[rest], source)
    inside = places.drawn(rng, source, places.in_gba)
    outside = places.drawn(rng, source, ~places.in_gba & ~places.abroad)
    land[rest] = np.where(near, inside, outside)
    return land


def _in_bay_area(rng: Rng, places: Places, edition: Ints, source: Ints) -> Flags:
    """Which landings fall in the Greater Bay Area: to each edition's quota, else by chance."""
    odds = np.where(places.in_gba[source], 0.85, 0.42)
    near = rng.random(len(edition)) < odds
    for told in to.EDITIONS:
        mine = np.flatnonzero(edition == told.year)
        wanted = round(len(mine) * told.landed_gba)
        keys = rng.random(len(mine)) / odds[mine]
        near[mine] = False
        near[mine[np.argsort(keys, kind="stable")[:wanted]]] = True
    return near


def _bases(
    rng: Rng,
    places: Places,
    bases: Bases,
    channel: Words,
    base: Ints,
    land: Ints,
    landed: Days,
) -> Ints:
    """The base each landing goes through; it must be open on that day."""
    out = base.copy()
    rows = np.flatnonzero(~np.isnat(landed))
    is_open = bases.open_on(landed[rows])
    own = channel[rows] == "base"
    kept = is_open[np.arange(len(rows)), np.maximum(base[rows], 0)]
    out[rows[own & ~kept]] = -1
    same_place = places.adcode[land[rows]][:, None] == places.adcode[bases.place][None, :]
    same_city = places.city[land[rows]][:, None] == places.city[bases.place][None, :]
    weight = is_open * np.where(same_place, 1.0, np.where(same_city, SAME_CITY, 0.0))
    able = ~own & (weight.max(axis=1) > 0) & (rng.random(len(rows)) < BASE_SHARE)
    out[rows[able]] = _drawn(rng, weight[able])
    return out


def _drawn(rng: Rng, weight: Floats) -> Ints:
    """A column of each row, by its weights."""
    ladder = np.cumsum(weight, axis=1)
    return (ladder < rng.random(len(weight))[:, None] * ladder[:, -1:]).sum(axis=1)


def _event_table(rng: Rng, steps: pipeline.Steps, identifier: Words) -> pd.DataFrame:
    """The steps as records, with a few notes."""
    note = np.full(len(steps.walk), None, dtype=object)
    for outcome, notes in ((pipeline.STALLED, NOTES_STALLED), (pipeline.ENDED, NOTES_ENDED)):
        rows = np.flatnonzero(steps.outcome == outcome)
        note[rows] = words(notes)[rng.integers(0, len(notes), len(rows))]
    return pd.DataFrame(
        {
            "project_id": identifier[steps.walk],
            "stage": words(STAGES)[steps.stage],
            "entered_at": steps.on,
            "outcome": words(OUTCOMES)[steps.outcome],
            "note": note,
        }
    )


def exhibit_projects(projects: Projects, exhibits: int) -> Words:
    """The project each exhibit is followed as, None for most."""
    out = np.full(exhibits, None, dtype=object)
    mine = projects.exhibit >= 0
    out[projects.exhibit[mine]] = projects.id[mine]
    return out


def landings(projects: Projects) -> pd.DataFrame:
    """base_id, landed_adcode and landed_on of the projects that landed."""
    mask = ~np.isnat(projects.landed)
    table = projects.table.loc[mask, ["project_id", "base_id", "landed_adcode"]]
    return table.assign(landed_on=projects.landed[mask])
