"""`python -m bench soak`: thousands of reruns; memory must be as flat at the end as after warm-up.

A few viewers act without a pause on what the server's caches hold once all pages were seen, so
that what still grows is a leak. Each viewer leaves after a while and another comes.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from pathlib import Path

from bench.crowd import PAGES, QUERY, Heard, act, visit_everything
from bench.machine import MEGABYTE, resident
from bench.report import Headline, keep, most, table
from bench.serving import serving
from bench.viewers import Viewer

_MOST_GROWTH = 5.0


@dataclass(frozen=True)
class Plan:
    """How many reruns and at most how long, by how many viewers, each for how many reruns.

    Args:
        warm_up: Reruns after which memory is first read; they count.
        marks: How often it is read from there to the end.
    """

    reruns: int = 10_000
    seconds: float = 720.0
    viewers: int = 6
    stays: int = 100
    warm_up: int = 2_000
    marks: int = 8


SHORT = Plan(reruns=50, seconds=20, viewers=2, stays=15, warm_up=20, marks=2)


def main(folder: Path, plan: Plan = Plan(), data: Path | None = None) -> bool:
    """Measure, print and keep the page; False where a viewer saw an error."""
    heard = Heard()
    with serving(data=data) as server:
        if plan is not SHORT:
            asyncio.run(visit_everything(server.base, Heard()))
        began = time.monotonic()
        marks = asyncio.run(_soak(server.base, server.pid, plan, heard))
        seconds = time.monotonic() - began
        tracebacks = server.tracebacks()
    errors = len(heard.errors) + tracebacks
    done, (_, first), (_, last) = len(heard.answers), marks[0], marks[-1]
    growth = 100 * (last - first) / first if len(marks) > 1 else float("nan")
    lines = [
        f"{done:,} reruns by {plan.viewers} viewers without pauses in {seconds:.0f} s, a new "
        f"session after every {plan.stays}; {errors} errors.",
        "",
        *table(
            ("reruns", "memory, MB", "against warm-up"),
            [
                (f"{count:,}", f"{held / MEGABYTE:.0f}", f"{100 * (held / first - 1):+.1f} %")
                for count, held in marks
            ],
        ),
        *[f"- {error[:300]}" for error in dict.fromkeys(heard.errors)],
    ]
    headlines = [
        most(f"growth of memory over {done:,} reruns", growth, _MOST_GROWTH, " %", 1),
        Headline("reruns", f"{done:,}", f"{plan.reruns:,}", done >= plan.reruns),
        Headline("errors", str(errors), "none", not errors),
    ]
    keep(folder, "soak", lines, headlines)
    return not errors


async def _soak(base: str, pid: int, plan: Plan, heard: Heard) -> list[tuple[int, int]]:
    """Act until all reruns are done or the time is over; memory at the marks."""
    end = time.monotonic() + plan.seconds
    step = (plan.reruns - plan.warm_up) / plan.marks
    wanted = [plan.warm_up + round(step * index) for index in range(plan.marks)]
    marks: list[tuple[int, int]] = []

    def is_over() -> bool:
        done = len(heard.answers)
        while wanted and done >= wanted[0]:
            wanted.pop(0)
            marks.append((done, resident(pid)))
        return done >= plan.reruns or time.monotonic() > end

    async def one(index: int) -> None:
        chance = random.Random(index)
        while not is_over():
            page = chance.choice(PAGES)
            async with Viewer(base, page, QUERY, heard.answers.append) as viewer:
                await viewer.open()
                for _ in range(plan.stays):
                    if is_over():
                        break
                    await act(viewer, chance, with_places=False)

    await asyncio.gather(*(one(index) for index in range(plan.viewers)))
    await asyncio.sleep(3)  # sessions that were left are let go
    marks.append((len(heard.answers), resident(pid)))
    return marks
