"""What `queries` measured, as tables and headlines."""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bench.questions import QUESTIONS
from bench.report import Headline, most, table
from bench.variants import VARIANTS, Cubed, Floor, Plain
from bench.variants.frames import Frames

PROMISED_OF = "100M"
"""The size of which the limits below were promised."""
_GROWTH = {"filtered": 1.3, "unfiltered": 1.5}
_OF_PANDAS = {"filtered": 0.03, "unfiltered": 0.01}
_OF_PLAIN = {"district": 0.05, "largest district": 0.05}
_MOST_CUBES = 0.01
_CITIES = ("filtered", "deals-flow-cities")
"""The chart whose question no cube holds: one switches to it."""

Times = dict[tuple[str, str, str], list[float]]
"""Seconds a page by label of the size, kind of selection and title of the variant."""


@dataclass
class Found:
    """Everything that was measured.

    Attributes:
        times: A page's seconds, all variants interleaved.
        left_out: Why a variant was left out, by label of the size and title.
        growth: A page's seconds, the product alone over all sizes.
        questions: The same by question in place of the variant.
        panels: Seconds by label, selection and panel.
        cubes: Bytes of records and of cubes by label.
        apart: The largest relative difference of a figure that cubes read from bins, by label.
    """

    times: Times = field(default_factory=lambda: defaultdict(list))
    left_out: dict[tuple[str, str], str] = field(default_factory=dict)
    growth: Times = field(default_factory=lambda: defaultdict(list))
    questions: Times = field(default_factory=lambda: defaultdict(list))
    panels: dict[tuple[str, str, str], list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )
    cubes: dict[str, tuple[int, int]] = field(default_factory=dict)
    apart: dict[str, float] = field(default_factory=dict)


def _median_ms(times: Sequence[float]) -> float:
    return 1000 * statistics.median(times) if times else float("nan")


def lines_of(found: Found, kinds: Sequence[str], repetitions: Mapping[str, int]) -> list[str]:
    """The tables.

    Args:
        found: What was measured.
        kinds: Kinds of selection.
        repetitions: How often all variants were asked, by label of the size, smallest first.
    """
    labels = tuple(repetitions)
    counts = ", ".join(f"{label}: {times}" for label, times in repetitions.items())
    lines = [
        "Milliseconds for the eight questions of the deals page, queries only; medians of "
        f"interleaved repetitions in one process ({counts}). Each variant's answers were compared "
        "with the others' before. Filtered: two provinces, three industries, three years, with "
        "the three years before; unfiltered: everything; district: one district of usual size, all "
        "years; largest district: one in which a twentieth of all deals are. The flow is from "
        "province to province, as the page draws it at first; that from city to city, to which "
        "one switches, no cube holds but for everything, and it is told apart. Beside the deals "
        "there are a quarter as many exhibits and a twentieth as many events; stations, bases, "
        "organisations and projects are as in the demonstration.",
        "",
        "Every variant answered exactly alike, but for what cubes read from bins of amounts, the "
        "quantiles and the concentration: there 1 % is allowed, and the furthest was "
        + ", ".join(f"{100 * apart:.2f} % ({label})" for label, apart in found.apart.items())
        + ".",
    ]
    for kind in kinds:
        header = (kind, *labels, f"{labels[-1]} against {labels[0]}", f"of pandas, {labels[-1]}")
        titles = [*(variant.title for variant in VARIANTS), Floor.title]
        rows = [_row(found, kind, title, labels) for title in titles]
        lines += ["", f"## {kind}", "", *table(header, rows)]
    lines += ["", "## Question by question, the product with cubes, ms", ""]
    lines += table(
        ("question", *(f"{kind} {label}" for kind in kinds for label in labels)),
        [
            (
                question,
                *(
                    f"{_median_ms(found.questions[label, kind, question]):.1f}"
                    for kind in kinds
                    for label in labels
                ),
            )
            for question in QUESTIONS
        ],
    )
    lines += ["", "## Other pages: all panels of a page, ms", "", *_pages(found, labels)]
    lines += ["", "## The panels that grow most", "", *_worst(found, labels)]
    lines += ["", "## Cubes", ""]
    lines += table(
        ("deals", "records, MB", "cubes, MB", "share"),
        [
            (label, f"{records / 1e6:.1f}", f"{cubes / 1e6:.2f}", f"{100 * cubes / records:.2f} %")
            for label, (records, cubes) in found.cubes.items()
        ],
    )
    return lines


def _row(found: Found, kind: str, title: str, labels: Sequence[str]) -> tuple[str, ...]:
    medians = [_median_ms(found.times[label, kind, title]) for label in labels]
    pandas = _median_ms(found.times[labels[-1], kind, Frames.title])
    cells = [
        found.left_out.get((label, title)) or f"{value:.0f}"
        for label, value in zip(labels, medians, strict=True)
    ]
    return (
        title,
        *cells,
        _ratio(medians[-1] / medians[0], "× "),
        _ratio(100 * medians[-1] / pandas, " %"),
    )


def _ratio(value: float, unit: str) -> str:
    return "–" if value != value else f"{value:.{1 if value < 100 else 0}f}{unit}".strip()


def _pages(found: Found, labels: Sequence[str]) -> list[str]:
    sums: dict[tuple[str, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for (label, kind, panel), times in found.panels.items():
        sums[panel.split("-")[0], kind][label] += _median_ms(times)
    return table(
        ("page", "selection", *labels, f"{labels[-1]} against {labels[0]}"),
        [
            (
                page,
                kind,
                *(f"{one[label]:.0f}" for label in labels),
                f"{one[labels[-1]] / one[labels[0]]:.1f}×",
            )
            for (page, kind), one in sums.items()
        ],
    )


def _worst(found: Found, labels: Sequence[str]) -> list[str]:
    keys = {(kind, panel) for _, kind, panel in found.panels}

    def grown(key: tuple[str, str]) -> float:
        first, last = (_median_ms(found.panels[label, *key]) for label in (labels[0], labels[-1]))
        return last - first

    ranked = itertools.islice(sorted(keys, key=grown, reverse=True), 12)
    return table(
        ("panel", "selection", *labels),
        [
            (
                panel,
                kind,
                *(f"{_median_ms(found.panels[label, kind, panel]):.0f}" for label in labels),
            )
            for kind, panel in ranked
        ],
    )


def headlines_of(found: Found, labels: Sequence[str]) -> list[Headline]:
    """The figures that readers look for, of the smallest and the largest size."""
    first, last = labels[0], labels[-1]
    headlines: list[Headline] = []
    for kind, limit in _GROWTH.items():
        grown = _median_ms(found.growth[last, kind, ""]) / _median_ms(found.growth[first, kind, ""])
        what = f"the page on {last} deals against {first}, {kind}"
        headlines.append(_promised(last, what, grown, limit, " times"))
    headlines += _of(found, last, Frames.title, "pandas", _OF_PANDAS)
    headlines += _of(found, last, Plain.title, "plain Parquet", _OF_PLAIN)
    if cities := found.panels.get((last, *_CITIES)):
        page = _median_ms(found.growth[last, _CITIES[0], ""])
        what = f"the flow from city to city beside the page on {last} deals, {_CITIES[0]}"
        headlines.append(Headline(what, f"{_median_ms(cities) / page:.2f} times"))
    records, cubes = found.cubes[last]
    what = f"cubes of the records' size, {last} deals"
    headlines.append(_promised(last, what, 100 * cubes / records, 100 * _MOST_CUBES, " %"))
    return headlines


def _of(
    found: Found, label: str, title: str, name: str, limits: Mapping[str, float]
) -> Iterable[Headline]:
    for kind, limit in limits.items():
        what = f"the page on {label} deals, {kind}, of {name}"
        lacking = found.left_out.get((label, title))
        if lacking:
            yield Headline(what, f"not measured: {name} {lacking}")
            continue
        theirs = _median_ms(found.times[label, kind, title])
        share = 100 * _median_ms(found.times[label, kind, Cubed.title]) / theirs
        yield _promised(label, what, share, 100 * limit, " %")


def _promised(label: str, what: str, found: float, limit: float, unit: str) -> Headline:
    """A figure that was promised of the largest size; of others it is told without a verdict."""
    if label == PROMISED_OF:
        return most(what, found, limit, unit)
    return Headline(what, f"{found:.2f}{unit}", f"promised of {PROMISED_OF} only")
