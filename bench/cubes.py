"""`python -m bench cubes`: the cubes of a published snapshot made anew: time, memory, size."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench import generator, served
from bench.machine import MEGABYTE
from bench.processes import Ended, run
from bench.queries_told import PROMISED_OF
from bench.report import Headline, keep, most, table

_MOST_SHARE = 1.0


@dataclass(frozen=True)
class Plan:
    """Which sizes, where their folders lie, and how often."""

    sizes: Mapping[str, int] = field(default_factory=lambda: generator.SIZES)
    folder: Path = generator.FOLDER
    repetitions: int = 3


def main(folder: Path, plan: Plan = Plan()) -> bool:
    """Measure, print and keep the page; True: where a cube's sums are wrong, the making fails."""
    ended: dict[str, list[Ended]] = {}
    bytes_of: dict[str, tuple[int, int]] = {}
    for label, deals in plan.sizes.items():
        made = generator.generated(deals, plan.folder / label)
        repetitions = plan.repetitions if deals < 50_000_000 else 1
        ended[label] = [run("bench.served", str(made.folder)) for _ in range(repetitions)]
        bytes_of[label] = served.sizes(made.folder)
    rows = [
        (
            label,
            f"{statistics.median(one.seconds for one in runs):.1f}",
            f"{statistics.median(one.cpu for one in runs):.1f}",
            f"{max(one.gigabytes for one in runs):.2f}",
            f"{bytes_of[label][0] / MEGABYTE:,.1f}",
            f"{bytes_of[label][1] / MEGABYTE:,.2f}",
            f"{_share(bytes_of[label]):.2f} %",
        )
        for label, runs in ended.items()
    ]
    header = (
        *("deals", "seconds", "CPU seconds", "peak memory, GB"),
        *("records, MB", "cubes, MB", "share"),
    )
    told = "All cubes of a snapshot made anew, a process from start to end, medians; sizes on disk."
    last = tuple(plan.sizes)[-1]
    share, what = _share(bytes_of[last]), f"cubes of the records' size, {last} deals"
    headlines = [
        most(what, share, _MOST_SHARE, " %")
        if last == PROMISED_OF
        else Headline(what, f"{share:.2f} %", f"promised of {PROMISED_OF} only"),
        Headline(f"making them, {last} deals", f"{rows[-1][1]} s"),
        Headline("its peak of memory", f"{rows[-1][3]} GB"),
    ]
    keep(folder, "cubes", [told, "", *table(header, rows)], headlines)
    return True


def _share(found: tuple[int, int]) -> float:
    records, cubes = found
    return 100 * cubes / records
