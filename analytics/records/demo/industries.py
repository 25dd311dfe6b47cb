"""Industries: how their mix drifts, their subclasses, and the technical fields they contract in."""

from __future__ import annotations

import numpy as np

from analytics.records.demo.chance import Floats, Ints, Rng, Words, pick_by_row, take, words
from analytics.records.demo.places import read

AREAS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "other")
OTHER = len(AREAS) - 1
# Weights within the strategic emerging industries, at the start and at the end of the decade.
MIX_2015 = np.array([23.0, 18, 10.5, 17, 6, 7, 10.5, 5, 3])
MIX_2025 = np.array([29.0, 16, 10, 17.5, 12, 8, 6, 5, 2.5])
OTHER_WEIGHT = 0.14
# How fast and how surely projects of an area move; biology waits longest, digital least.
PACE = np.array([0.78, 1.05, 1.12, 1.45, 1.0, 1.1, 0.95, 0.72, 0.8, 0.95])
HARDSHIP = np.array([0.9, 1.0, 1.02, 1.22, 0.95, 1.05, 1.0, 0.9, 0.95, 1.1])
# Size of tickets by area.
TICKET = np.array([1.0, 1.25, 1.05, 1.35, 1.3, 1.3, 0.85, 0.55, 0.45, 0.6])
# Technical fields 1 to 11 by area.
FIELDS = np.array(
    [
        [80, 3, 6, 1, 1, 1, 0.5, 0, 0.5, 3, 4],
        [14, 12, 56, 1, 4, 2, 1, 0.5, 0.5, 8, 1],
        [5, 2, 9, 4, 70, 5, 3, 0.5, 0.5, 0.5, 0.5],
        [3, 0, 2, 82, 2, 0, 2, 0, 8, 0, 1],
        [12, 0, 18, 0, 5, 18, 1, 0, 0, 45, 1],
        [5, 0, 7, 0, 5, 70, 6, 5, 0, 1, 1],
        [4, 0, 6, 2, 5, 14, 58, 0.5, 3, 0.5, 7],
        [82, 0, 4, 0, 1, 0, 0, 0, 0, 1, 12],
        [45, 1, 10, 6, 3, 4, 6, 0, 3, 3, 19],
        [14, 1, 14, 6, 5, 4, 7, 0.3, 18, 7, 24],
    ]
)


def sei_mix(years: Ints) -> Floats:
    """Weights of the nine areas, a row for each year."""
    age = np.clip((years - 2015) / 10, 0, 1)[:, None]
    mix = (1 - age) * MIX_2015 + age * MIX_2025
    return mix / mix.sum(axis=1, keepdims=True)


def draw_sei(rng: Rng, years: Ints) -> Ints:
    """A strategic emerging area for each year given."""
    mix = sei_mix(np.arange(2015, 2026))
    return pick_by_row(rng, mix, np.clip(years - 2015, 0, 10))


def draw_areas(rng: Rng, years: Ints) -> Ints:
    """An area or 'other' for each year given."""
    areas = draw_sei(rng, years)
    areas[rng.random(len(areas)) < OTHER_WEIGHT] = OTHER
    return areas


def codes(areas: Ints) -> Words:
    """Codes of areas, None where negative."""
    return take(words(AREAS), areas)


def draw_subclasses(rng: Rng, areas: Ints) -> Words:
    """A subclass of each area, the first of a list likelier; none for 'other' and unknown."""
    children = [
        [r["code"] for r in read("industries") if r["parent"] == area and r["level"] == "2"]
        for area in AREAS
    ]
    width = max(len(c) for c in children)
    table = np.array([words(c + [None] * (width - len(c))) for c in children])
    weight = np.array([[(i + 1) ** -0.5 * (i < len(c)) for i in range(width)] for c in children])
    weight[weight.sum(axis=1) == 0, 0] = 1
    known = np.maximum(areas, 0)
    drawn = table[known, pick_by_row(rng, weight, known)]
    drawn[(areas < 0) | (rng.random(len(areas)) < 0.07)] = None
    return drawn


def draw_fields(rng: Rng, areas: Ints) -> Words:
    """A technical field of registration for each area."""
    fields = words([r["code"] for r in read("technical_fields")])
    known = np.where(areas < 0, OTHER, areas)
    return fields[pick_by_row(rng, FIELDS, known)]
