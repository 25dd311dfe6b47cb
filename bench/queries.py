"""`python -m bench queries`: the deals page's eight questions on deals of several sizes.

Every variant's answers are compared before anything is timed. Runs are interleaved in this one
process: each repetition asks every variant once, then the next. What needs memory that is not
there is left out, and the table says so.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from analytics.panels.everything import each
from bench import generator, served
from bench.generator import Generated
from bench.machine import GIGABYTE, available
from bench.queries_told import Found, headlines_of, lines_of
from bench.questions import DISTRICT, FILTERED, LARGEST, UNFILTERED, Selection, compare
from bench.report import keep
from bench.variants import VARIANTS, Cubed, Floor, Plain, Variant

KINDS: Mapping[str, Sequence[Selection]] = {
    "filtered": FILTERED,
    "unfiltered": UNFILTERED,
    "district": DISTRICT,
    "largest district": LARGEST,
}
_SPARE = 3 * GIGABYTE


@dataclass(frozen=True)
class Plan:
    """Which sizes, how often: fewer repetitions where there are many deals.

    Args:
        sizes: Deals by label, smallest first.
        folder: Where the generated folders lie.
        repetitions: Repetitions of all variants by deals, from so many on.
        growth: Repetitions of the product alone, over all sizes in turns.
        pages: Repetitions of the other pages' panels.
        with_all_panels: Whether all of a page's panels are asked, or the first alone.
    """

    sizes: Mapping[str, int] = field(default_factory=lambda: generator.SIZES)
    folder: Path = generator.FOLDER
    repetitions: Mapping[int, int] = field(
        default_factory=lambda: {0: 15, 5_000_000: 7, 50_000_000: 2}
    )
    growth: int = 25
    pages: int = 3
    with_all_panels: bool = True

    def times(self, deals: int) -> int:
        """How often all variants are asked on so many deals."""
        return next(n for least, n in sorted(self.repetitions.items())[::-1] if deals >= least)


def main(folder: Path, plan: Plan = Plan()) -> bool:
    """Measure, print and keep the page; True: where two answers differ, it raises."""
    found = Found()
    made = {
        label: generator.generated(deals, plan.folder / label)
        for label, deals in plan.sizes.items()
    }
    for label, one in made.items():
        found.cubes[label] = served.sizes(one.folder)
        found.apart[label] = _check(one)
        _measure(label, one, plan, found)
    _measure_growth(made, plan, found)
    _measure_pages(made, plan, found)
    repetitions = {label: plan.times(deals) for label, deals in plan.sizes.items()}
    lines = lines_of(found, tuple(KINDS), repetitions)
    keep(folder, "queries", lines, headlines_of(found, tuple(plan.sizes)))
    return True


def _check(made: Generated) -> float:
    """Hold that all variants answer alike, before any of them is timed.

    Returns:
        How far the furthest figure is that is read from bins, relatively.
    """
    chosen = [*UNFILTERED, FILTERED[0], DISTRICT[0], LARGEST[0]]
    furthest = 0.0
    with _opened(Plain, made) as plain:
        expected = [plain.answers(selection) for selection in chosen]
    for variant in VARIANTS:
        if variant is Plain or _lacking(variant, made):
            continue
        with _opened(variant, made) as one:
            for selection, answers in zip(chosen, expected, strict=True):
                found = one.answers(selection)
                apart = compare(variant.title, found, answers, variant.has_bins)
                furthest = max(furthest, apart)
    return furthest


def _measure(label: str, made: Generated, plan: Plan, found: Found) -> None:
    """All variants in turns; those that hold the records one after the other, each beside ours."""
    light = [variant for variant in VARIANTS if not variant.in_memory]
    heavy = [[variant, Cubed] for variant in VARIANTS if variant.in_memory]
    floor = Floor(made)
    for group in (light, *heavy):
        able = []
        for variant in group:
            lacking = _lacking(variant, made)
            if lacking:
                found.left_out[label, variant.title] = lacking
            else:
                able.append(variant(made))
        for repetition in range(plan.times(made.deals)):
            for kind, selections in KINDS.items():
                selection = selections[repetition % len(selections)]
                for one in able:
                    seconds = _timed(one.answers, selection)
                    found.times[label, kind, one.title].append(seconds)
                if group is light:
                    seconds = _timed(floor.read, selection)
                    found.times[label, kind, floor.title].append(seconds)
        for one in able:
            one.close()
        del able
        gc.collect()


def _measure_growth(made: Mapping[str, Generated], plan: Plan, found: Found) -> None:
    """The product alone over all sizes in turns, so that the same weather lies over all."""
    engines = {label: Cubed(one) for label, one in made.items()}
    for repetition in range(-1, plan.growth):
        for kind, selections in KINDS.items():
            selection = selections[repetition % len(selections)]
            for label, one in engines.items():
                seconds = _timed(one.answers, selection)
                if repetition >= 0:  # before that it opens files
                    found.growth[label, kind, ""].append(seconds)
                    for question, took in one.seconds.items():
                        found.questions[label, kind, question].append(took)


def _measure_pages(made: Mapping[str, Generated], plan: Plan, found: Found) -> None:
    """Every panel of every page, as the page asks it."""
    engines = {label: Cubed(one).engine for label, one in made.items()}
    selection = FILTERED[0]
    first = {panel.page: panel for panel in reversed(each())}
    panels = each() if plan.with_all_panels else tuple(first.values())
    for kind, filters in (
        ("filtered", selection.filters),
        ("six years", Selection((), (), selection.since, selection.until).filters),
    ):
        for panel in panels:
            for label, engine in engines.items():
                for _ in range(plan.pages):
                    seconds = _timed(panel.ask, engine, filters)
                    found.panels[label, kind, panel.key].append(seconds)
                    if seconds > 10:
                        break


@contextmanager
def _opened(variant: type[Variant], made: Generated) -> Iterator[Variant]:
    one = variant(made)
    try:
        yield one
    finally:
        one.close()
        del one
        gc.collect()


def _lacking(variant: type[Variant], made: Generated) -> str:
    """What is said of a variant that would not fit into memory; empty where it does."""
    needed = variant.bytes_a_deal * made.deals + _SPARE
    if needed <= available():
        return ""
    return f"needs {needed / GIGABYTE:.0f} GB, {available() / GIGABYTE:.0f} free"


def _timed(do: Callable[..., object], *arguments: object) -> float:
    begin = time.perf_counter()
    do(*arguments)
    return time.perf_counter() - begin
