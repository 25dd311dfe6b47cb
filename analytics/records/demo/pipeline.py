"""A project's way through the stages: a semi-Markov walk with stalls, returns, ends and censoring.

How far a project gets is drawn first, then how long each step takes; one stage is pinned to a day
and the rest follows before and after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.model.codes import STAGES
from analytics.records.demo import calibration as to
from analytics.records.demo.chance import Days, Flags, Floats, Ints, Rng, lognormal

COLLECTED, PILOT, MATCHED, LISTED, CONTRACTED, LANDED, INCUBATED = 0, 4, 5, 6, 7, 8, 9
ENTERED, RETURNED, STALLED, ENDED = 0, 1, 2, 3

# Days from the stage before, by stage entered; pilot to matched is the valley of death.
MEDIAN_DAYS = np.array([0.0, 30, 120, 90, 200, 290, 40, 60, 150, 400])
SIGMA = np.array([0.0, 0.7, 0.65, 0.7, 0.6, 0.7, 0.8, 0.75, 0.55, 0.5])
# Chance to skip a stage that is not the last; signing and landing are never skipped.
SKIP = np.array([0, 0.06, 0.14, 0.2, 0.1, 0.06, 0.2, 0, 0, 0])
# Chance to stall for a while in a stage, and to be sent back from it.
STALL = np.array([0.04, 0.06, 0.09, 0.07, 0.13, 0.1, 0.07, 0.06, 0.03, 0])
RETURN = np.array([0, 0, 0.03, 0.05, 0.07, 0.05, 0.03, 0, 0, 0])
# Chance to move on at last, by stage left.
PASS = np.array([0.90, 0.86, 0.86, 0.84, 0.40, 0.88, 0.86, 0.90, 0.62])
PASS_EXPO = np.array([0.965, 0.95, 0.95, 0.94, 0.46, 0.93, 0.92, 0.95, 0.62])
STOP = {"ended": 0.68, "stalled": 0.2, "silent": 0.12}
STOP_LANDED = {"ended": 0.2, "stalled": 0.15, "silent": 0.65}
MAX_ROUNDS = 400
SHORTER = 0.9  # factor on times for each round in which a walk started too early


@dataclass(frozen=True)
class Walks:
    """What is known of each walk before its steps are drawn.

    Args:
        final: Last stage reached.
        anchor: Stage that is pinned to a day; never after `final`.
        anchor_on: That day.
        pace: Factor on all times.
        skip: Factor on the chance to skip.
        start_from: No walk starts before this day.
        start_before: Each walk starts before this day.
    """

    final: Ints
    anchor: Ints
    anchor_on: Days
    pace: Floats
    skip: Floats
    start_from: Days
    start_before: Days

    def only(self, where: Ints, speed: Floats) -> Walks:
        """Some of the walks, with each one's times multiplied by `speed`."""
        return Walks(
            self.final[where],
            self.anchor[where],
            self.anchor_on[where],
            self.pace[where] * speed,
            self.skip[where],
            self.start_from[where],
            self.start_before[where],
        )


@dataclass(frozen=True)
class Steps:
    """Stage events by position: whose, in which order, where, what, days since the last, when."""

    walk: Ints
    order: Floats
    stage: Ints
    outcome: Ints
    gap: Ints
    on: Days

    def where(self, mask: Flags | Ints) -> Steps:
        """Some of the steps."""
        return Steps(
            self.walk[mask],
            self.order[mask],
            self.stage[mask],
            self.outcome[mask],
            self.gap[mask],
            self.on[mask],
        )


def draw_final(rng: Rng, passes: Floats, hardship: Floats, furthest: int = INCUBATED) -> Ints:
    """Last stage of each walk, no further than `furthest`: stages are passed until one is not."""
    n = len(hardship)
    alive = np.ones(n, dtype=bool)
    final = np.zeros(n, dtype=np.int64)
    for stage in range(furthest):
        alive &= rng.random(n) < passes[stage] ** hardship
        final[alive] = stage + 1
    return final


def draw_final_below(rng: Rng, passes: Floats, hardship: Floats, stage: int) -> Ints:
    """Last stage of walks that are known not to reach `stage`."""
    final = draw_final(rng, passes, hardship)
    for _ in range(200):
        again = np.flatnonzero(final >= stage)
        if not len(again):
            return final
        final[again] = draw_final(rng, passes, hardship[again])
    raise RuntimeError(f"expected walks that end before stage {stage}, found none in 200 draws")


def simulate(rng: Rng, walks: Walks) -> Steps:
    """Draw the steps of all walks, up to the last day of the records.

    A walk that would start outside its bounds is drawn again, faster or slower.

    Raises:
        RuntimeError: Some walk's bounds leave no room for its stages.
    """
    left = np.arange(len(walks.final))
    speed = np.ones(len(left))
    done: list[Steps] = []
    for _ in range(MAX_ROUNDS):
        some = walks.only(left, speed)
        steps = _dated(rng, some)
        start = first_entry(steps, COLLECTED, len(left))
        early, late = start < some.start_from, start >= some.start_before
        fits = ~early & ~late
        kept = steps.where(fits[steps.walk])
        done.append(replace(kept, walk=left[kept.walk]))
        speed = np.where(early, speed * SHORTER, speed / SHORTER)[~fits]
        left = left[~fits]
        if not len(left):
            break
    else:
        raise RuntimeError(f"expected walks within their bounds, {len(left)} found no room")
    every = join(done)
    every = every.where(np.lexsort((every.order, every.walk)))
    return every.where(every.on <= to.LAST_DAY)


def first_entry(steps: Steps, stage: int, n: int) -> Days:
    """Day on which each of `n` walks first entered a stage, NaT if it never did."""
    out = np.full(n, np.datetime64("NaT"), dtype="datetime64[D]")
    mask = (steps.stage == stage) & (steps.outcome == ENTERED)
    walk, on = steps.walk[mask][::-1], steps.on[mask][::-1]
    out[walk] = on
    return out


def _dated(rng: Rng, walks: Walks) -> Steps:
    """Draw the steps once and lay them around the pinned stage."""
    included = _included(rng, walks)
    parts = [
        _entries(rng, walks, included),
        *_returns(rng, walks, included),
        _stalls(rng, walks, included),
        _stops(rng, walks),
    ]
    steps = join(parts)
    steps = steps.where(np.lexsort((steps.order, steps.walk)))
    total = np.cumsum(np.where(steps.order == 0, 0, steps.gap))
    pinned = (steps.order == walks.anchor[steps.walk]) & (steps.outcome == ENTERED)
    base = np.zeros(len(walks.final), dtype=np.int64)
    base[steps.walk[pinned]] = total[pinned]
    return replace(steps, on=walks.anchor_on[steps.walk] + (total - base[steps.walk]))


def _included(rng: Rng, walks: Walks) -> Flags:
    """Stages that each walk enters: a row a walk, a column a stage."""
    n, stage = len(walks.final), np.arange(len(STAGES))
    included = rng.random((n, len(STAGES))) >= SKIP * walks.skip[:, None]
    included[:, COLLECTED] = True
    included[np.arange(n), walks.anchor] = True
    included[np.arange(n), walks.final] = True
    return included & (stage[None, :] <= walks.final[:, None])


def _entries(rng: Rng, walks: Walks, included: Flags) -> Steps:
    walk, stage = np.nonzero(included)
    return _steps(rng, walks, walk, stage.astype(float), stage, ENTERED, MEDIAN_DAYS[stage])


def _returns(rng: Rng, walks: Walks, included: Flags) -> list[Steps]:
    """A way back from some stages, and the stages entered once more; one way back a walk."""
    tried = included & (rng.random(included.shape) < RETURN)
    walk = np.flatnonzero(tried.any(axis=1))
    stage = tried[walk].argmax(axis=1)
    columns = np.arange(len(STAGES))[None, :]
    earlier = included[walk] & (columns < stage[:, None])
    nearest = len(STAGES) - 1 - earlier[:, ::-1].argmax(axis=1)
    far = (rng.random(len(walk)) < 0.25) & (nearest > COLLECTED)
    goal = np.where(far, COLLECTED + (nearest - 1), nearest)
    goal = np.where(included[walk, goal], goal, nearest)
    back = _steps(rng, walks, walk, stage + 0.4, goal, RETURNED, MEDIAN_DAYS[stage] * 0.6 + 10)
    redo = included[walk] & (columns > goal[:, None]) & (columns <= stage[:, None])
    row, again = np.nonzero(redo)
    order = stage[row] + 0.5 + again * 0.01
    return [back, _steps(rng, walks, walk[row], order, again, ENTERED, MEDIAN_DAYS[again])]


def _stalls(rng: Rng, walks: Walks, included: Flags) -> Steps:
    """Stalls that were overcome, in stages before the last."""
    before = np.arange(len(STAGES))[None, :] < walks.final[:, None]
    walk, stage = np.nonzero(included & before & (rng.random(included.shape) < STALL))
    median = MEDIAN_DAYS[stage + 1] * 0.5 + 45
    return _steps(rng, walks, walk, stage + 0.2, stage, STALLED, median)


def _stops(rng: Rng, walks: Walks) -> Steps:
    """What befalls a walk in its last stage: ended, stalled for good, or nothing that was told."""
    drawn = rng.random(len(walks.final))
    landed = walks.final == LANDED
    ended = np.where(landed, STOP_LANDED["ended"], STOP["ended"])
    stalled = ended + np.where(landed, STOP_LANDED["stalled"], STOP["stalled"])
    walk = np.flatnonzero((drawn < stalled) & (walks.final < INCUBATED))
    outcome = np.where(drawn[walk] < ended[walk], ENDED, STALLED)
    stage = walks.final[walk]
    return _steps(rng, walks, walk, stage + 0.9, stage, outcome, MEDIAN_DAYS[stage + 1] * 0.8 + 60)


def _steps(
    rng: Rng,
    walks: Walks,
    walk: Ints,
    order: NDArray[np.floating[Any]],
    stage: Ints,
    outcome: int | Ints,
    median: Floats,
) -> Steps:
    """Steps with drawn gaps of at least a day."""
    days = lognormal(rng, median, np.maximum(SIGMA[stage], 0.5), len(walk)) * walks.pace[walk]
    return Steps(
        walk,
        np.asarray(order, dtype=np.float64),
        stage,
        np.broadcast_to(np.asarray(outcome), walk.shape).astype(np.int64),
        np.maximum(np.round(days), 1).astype(np.int64),
        np.zeros(len(walk), dtype="datetime64[D]"),
    )


def join(parts: list[Steps]) -> Steps:
    """Several lots of steps as one; whose walk is whose is the caller's care."""
    return Steps(
        np.concatenate([p.walk for p in parts]),
        np.concatenate([p.order for p in parts]),
        np.concatenate([p.stage for p in parts]),
        np.concatenate([p.outcome for p in parts]),
        np.concatenate([p.gap for p in parts]),
        np.concatenate([p.on for p in parts]),
    )


def landing_days(rng: Rng, opened: np.datetime64, until: np.datetime64, n: int) -> Days:
    """Days of landing around an edition: from some weeks before it, most within the year."""
    reach = int((until - opened).astype(np.int64)) - to.LANDED_FROM
    drawn = np.empty(0)
    while len(drawn) < n:
        more = lognormal(rng, 190.0, 0.6, 4 * n + 50)
        drawn = np.concatenate([drawn, more[more < reach]])
    return opened + to.LANDED_FROM + np.floor(drawn[:n]).astype(np.int64)
