"""Editions of the expo and the results shown at them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.records.demo import calibration as to
from analytics.records.demo import industries
from analytics.records.demo.chance import Flags, Ints, Rng, Words, chosen, ids, pick, stream
from analytics.records.demo.organisations import Organisations
from analytics.records.demo.places import Places


@dataclass(frozen=True)
class Exhibits:
    """Exhibits by position; -1 where a place, area or organisation is not told."""

    edition: Ints
    place: Ints
    area: Ints
    organisation: Ints
    zone: Words
    published: Flags


def make_editions() -> pd.DataFrame:
    """One row per edition held."""
    year = [e.year for e in to.EDITIONS]
    opened = np.array([e.opened for e in to.EDITIONS])
    return pd.DataFrame(
        {
            "edition": year,
            "year": year,
            "opened_on": opened,
            "closed_on": opened + (to.EDITION_DAYS - 1),
        }
    )


def make_exhibits(places: Places, orgs: Organisations, scale: int, seed: int) -> Exhibits:
    """All exhibits, edition by edition, to the quotas of each."""
    rng = stream(seed, "expo_exhibits")
    place = np.concatenate([_places(rng, places, e, scale) for e in to.EDITIONS])
    area = np.concatenate([_areas(rng, e, scale) for e in to.EDITIONS])
    edition = np.repeat([e.year for e in to.EDITIONS], [e.exhibits * scale for e in to.EDITIONS])
    organisation = orgs.makers.drawn(rng, place)
    return Exhibits(
        edition,
        place,
        area,
        organisation,
        _zones(rng, places, place, orgs, organisation),
        rng.random(len(place)) < to.PUBLISHED_SHARE,
    )


def exhibit_table(
    exhibits: Exhibits, places: Places, orgs: Organisations, project: Words
) -> pd.DataFrame:
    """The exhibits as records, each with the project it is followed as."""
    known = np.maximum(exhibits.place, 0)
    adcode = places.adcode[known]
    adcode[exhibits.place < 0] = None
    country = places.country[known]
    country[exhibits.place < 0] = "CN"
    return pd.DataFrame(
        {
            "exhibit_id": ids("E", len(known), 7),
            "edition": exhibits.edition,
            "project_id": project,
            "organisation_id": orgs.named(exhibits.organisation),
            "origin_adcode": adcode,
            "origin_country": country,
            "industry": industries.codes(exhibits.area),
            "zone": exhibits.zone,
            "published": exhibits.published,
        }
    )


def _places(rng: Rng, places: Places, edition: to.Edition, scale: int) -> Ints:
    """Origins: so many from the bay area and from abroad, a few untold, the rest from China."""
    n = edition.exhibits * scale
    gba, foreign = int(np.ceil(n * edition.gba)), edition.foreign * scale
    unknown = round(n * to.UNKNOWN_SHARE)
    rest = n - gba - foreign - unknown
    drawn = [
        pick(rng, places.weights(places.in_gba), gba),
        pick(rng, places.weights(places.abroad), foreign),
        np.full(unknown, -1),
        pick(rng, places.weights(~places.in_gba & ~places.abroad), rest),
    ]
    return rng.permutation(np.concatenate(drawn))


def _areas(rng: Rng, edition: to.Edition, scale: int) -> Ints:
    """Areas: the edition's share in strategic emerging ones, a few untold, the rest other."""
    n = edition.exhibits * scale
    area = industries.draw_sei(rng, np.full(n, edition.year))
    outside = rng.permutation(n)[: n - int(np.ceil(n * edition.sei))]
    unknown = round(n * to.UNKNOWN_SHARE)
    area[outside[:unknown]] = -1
    area[outside[unknown:]] = industries.OTHER
    return area


def _zones(rng: Rng, places: Places, place: Ints, orgs: Organisations, organisation: Ints) -> Words:
    """Zones: abroad goes to the international one, others by who shows and where from."""
    n = len(place)
    kind = orgs.kind[np.maximum(organisation, 0)]
    zone = np.array(["industry", "start_up", "society"], dtype=object)[
        pick(rng, [0.74, 0.22, 0.04], n)
    ]
    academic = np.isin(kind.astype(str), ("university", "institute"))
    zone[academic & (rng.random(n) < 0.7)] = "university"
    zone[(kind == "society") & (rng.random(n) < 0.8)] = "society"
    special = np.isin(places.city[np.maximum(place, 0)].astype(str), ("810000", "820000"))
    zone[special & (rng.random(n) < 0.85)] = "gba"
    near = places.in_gba[np.maximum(place, 0)] & ~places.home[np.maximum(place, 0)]
    zone[near & chosen(rng, n, n // 4)] = "gba"
    unknown = place < 0
    zone[unknown & (zone == "gba")] = "industry"
    zone[places.abroad[np.maximum(place, 0)] & ~unknown] = "international"
    return zone
