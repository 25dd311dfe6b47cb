"""Organisations with plainly invented names, and pools to draw them from by place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.records.demo import calibration as to
from analytics.records.demo.chance import Flags, Ints, Rng, Words, ids, pick, stream, take, words
from analytics.records.demo.places import Places

KINDS = {
    "enterprise": ("示例企业", 0.70),
    "university": ("示例大学", 0.07),
    "institute": ("示例研究院", 0.09),
    "hospital": ("示例医院", 0.025),
    "society": ("示例学会", 0.035),
    "park": ("示例园区", 0.03),
    "government": ("示例机关", 0.02),
    "bank": ("示例银行", 0.012),
    "fund": ("示例基金", 0.018),
}
TIERS = ("technology_sme", "high_tech", "little_giant", "unicorn", "listed")
TIER_WEIGHTS = (0.34, 0.27, 0.06, 0.008, 0.02)
MAKERS = ("enterprise", "university", "institute", "hospital", "society")
TAKERS = ("enterprise", "park", "hospital", "government")


@dataclass(frozen=True)
class Pool:
    """Organisations of some kinds, to be drawn by place; the first of a place are drawn most.

    Args:
        order: Positions of organisations, sorted by place.
        start: Where a place's organisations begin.
        count: How many a place has.
    """

    order: Ints
    start: Ints
    count: Ints

    def drawn(self, rng: Rng, places: Ints) -> Ints:
        """An organisation at each place; -1 where there is none or the place is unknown."""
        known = np.maximum(places, 0)
        rank = np.floor(rng.random(len(places)) ** 1.6 * self.count[known]).astype(np.int64)
        at = np.minimum(self.start[known] + rank, len(self.order) - 1)
        return np.where((places < 0) | (self.count[known] == 0), -1, self.order[at])


@dataclass(frozen=True)
class Organisations:
    """The table of organisations with its pools."""

    table: pd.DataFrame
    kind: Words
    place: Ints
    makers: Pool
    takers: Pool

    @property
    def id(self) -> Words:
        """Identifiers by position."""
        return self.table["organisation_id"].to_numpy(dtype=object)

    def named(self, where: Ints) -> Words:
        """Identifiers at positions, None for -1."""
        return take(self.id, where)


def make_organisations(places: Places, scale: int, seed: int) -> Organisations:
    """Organisations at home and abroad, as many as the scale asks."""
    rng = stream(seed, "organisations")
    place = _places(rng, places, scale)
    kind = words(list(KINDS))[pick(rng, [w for _, w in KINDS.values()], len(place))]
    kind[places.abroad[place] & np.isin(kind.astype(str), ("government", "park"))] = "enterprise"
    table = pd.DataFrame(
        {
            "organisation_id": ids("O", len(place), 6),
            "name": _names(kind),
            "uscc": _credit_codes(rng, ~places.abroad[place]),
            "kind": kind,
            "adcode": places.adcode[place],
            "country": places.country[place],
            "tier": _tiers(rng, kind, ~places.abroad[place]),
        }
    )
    return Organisations(
        table, kind, place, _pool(rng, kind, place, MAKERS), _pool(rng, kind, place, TAKERS)
    )


def _places(rng: Rng, places: Places, scale: int) -> Ints:
    """At least one organisation a place of some weight, the rest by size, in order of place."""
    foreign = to.FOREIGN_ORGANISATIONS * scale
    domestic = to.ORGANISATIONS * scale - foreign
    home = places.weights(~places.abroad)
    every = np.flatnonzero(places.size > 0)
    drawn = np.concatenate(
        [
            every,
            pick(rng, home, domestic - int((~places.abroad).sum())),
            pick(rng, places.weights(places.abroad), foreign - int(places.abroad.sum())),
        ]
    )
    return np.sort(drawn)


def _names(kind: Words) -> Words:
    """Invented names, numbered within their kind."""
    number = pd.Series(kind).groupby(kind).cumcount().to_numpy() + 1
    width = max(4, len(str(number.max())))
    return words([f"{KINDS[k][0]} {i:0{width}d}" for k, i in zip(kind, number, strict=True)])


def _credit_codes(rng: Rng, domestic: Flags) -> Words:
    """Codes that cannot be taken for real ones, for a few."""
    has = domestic & (rng.random(len(domestic)) < 0.2)
    return words([f"DEMO{i:014d}" if h else None for i, h in enumerate(has, 1)])


def _tiers(rng: Rng, kind: Words, domestic: Flags) -> Words:
    """Tiers of some enterprises."""
    none = 1 - sum(TIER_WEIGHTS)
    tier = words([*TIERS, None])[pick(rng, [*TIER_WEIGHTS, none], len(kind))]
    tier[(kind != "enterprise") | ~domestic] = None
    return tier


def _pool(rng: Rng, kind: Words, place: Ints, kinds: tuple[str, ...]) -> Pool:
    """Organisations of the kinds, shuffled within their place."""
    inside = rng.permutation(np.flatnonzero(np.isin(kind.astype(str), kinds)))
    order = inside[np.argsort(place[inside], kind="stable")]
    size = int(place.max()) + 1
    count = np.bincount(place[order], minlength=size)
    return Pool(order, np.concatenate([[0], np.cumsum(count)[:-1]]), count)
