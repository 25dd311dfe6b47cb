"""`python -m bench load`: many viewers at once, over loopback, as their browsers would talk.

Each level has a server of its own, on which one viewer has seen each page before. Viewers open a
page and act every few seconds. In a meeting all look at much the same: what they ask was asked
before. Elsewhere a fifth of what they do is to choose a place that perhaps nobody has chosen yet;
that and every page seen of it afterwards must be worked out anew.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.crowd import Heard, burst, stay, visit_everything
from bench.machine import MEGABYTE, resident
from bench.report import Headline, keep, most, table
from bench.serving import Server, serving
from tools.proxy import NGINX, proxying

MOST_TIMES = 5


@dataclass(frozen=True)
class Plan:
    """How many viewers at once, for how long, with which pauses; and the size of the burst."""

    levels: tuple[int, ...] = (1, 10, 50, 100)
    levels_of_places: tuple[int, ...] = (1, 10, 50)
    levels_of_replicas: tuple[int, ...] = (100,)
    seconds: float = 90.0
    think_s: float = 5.0
    burst: int = 20
    with_warming: bool = True


SHORT = Plan(
    levels=(3,),
    levels_of_places=(2,),
    levels_of_replicas=(),
    seconds=3.0,
    think_s=0.3,
    burst=3,
    with_warming=False,
)


@dataclass(frozen=True)
class Level:
    """What one number of viewers found.

    Args:
        viewers: How many.
        with_places: Whether they chose places too.
        replicas: How many replicas they were shared out to; more than one stand behind nginx.
        heard: What they were answered.
        tracebacks: Errors in the server's log.
        megabytes: Memory that a session took; memory of the server before.
        reruns: Full runs of scripts a second; of which the server's processor time a run.
    """

    viewers: int
    with_places: bool
    replicas: int
    heard: Heard
    tracebacks: int
    megabytes: float
    before: float
    reruns: float
    cpu_ms: float

    @property
    def errors(self) -> int:
        """Errors that viewers saw and that the log holds."""
        return len(self.heard.errors) + self.tracebacks


def main(folder: Path, plan: Plan = Plan(), data: Path | None = None) -> bool:
    """Measure, print and keep the page; False where a viewer saw an error."""
    first = _burst(plan, data)
    levels = [_level(count, plan, data, False) for count in plan.levels]
    levels += [_level(count, plan, data, True) for count in plan.levels_of_places]
    if NGINX:
        levels += [_level(count, plan, data, False, 2) for count in plan.levels_of_replicas]
    lines = [
        *_table(levels, plan),
        "",
        f"Cold: {plan.burst} first sessions at one moment on a server that has served nobody yet: "
        f"the median page after {statistics.median(first.heard.opened):.2f} s, the last after "
        f"{max(first.heard.opened):.2f} s, {first.errors} errors.",
        *_told(levels, first),
    ]
    keep(folder, "load", lines, _headlines(levels, first))
    return not first.errors and not any(level.errors for level in levels)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of the others does not exceed, by nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def _burst(plan: Plan, data: Path | None) -> Level:
    heard = Heard()
    with serving(data=data) as server:
        asyncio.run(burst(server.base, plan.burst, heard))
        return Level(plan.burst, False, 1, heard, server.tracebacks(), 0, 0, 0, 0)


def _level(
    count: int, plan: Plan, data: Path | None, with_places: bool, replicas: int = 1
) -> Level:
    heard = Heard()
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(data=data)) for _ in range(replicas)]
        if plan.with_warming:
            for server in servers:
                asyncio.run(visit_everything(server.base, Heard()))
            time.sleep(2)
        for server in servers:
            server.ran()
        base = _front(stack, servers)
        before = _held(servers)

        async def crowd() -> int:
            # Alone, a viewer makes shorter pauses, so that there is something to count.
            think_s = plan.think_s if count > 1 else plan.think_s / 5
            async with AsyncExitStack() as viewers:
                await asyncio.gather(
                    *(
                        stay(viewers, base, index, plan.seconds, think_s, heard, with_places)
                        for index in range(count)
                    )
                )
                return _held(servers)

        held = asyncio.run(crowd())
        full = [run for server in servers for run in server.ran() if not run.is_fragment]
        return Level(
            viewers=count,
            with_places=with_places,
            replicas=replicas,
            heard=heard,
            tracebacks=sum(server.tracebacks() for server in servers),
            megabytes=(held - before) / MEGABYTE / count,
            before=before / MEGABYTE,
            reruns=len(full) / plan.seconds,
            cpu_ms=1000 * statistics.fmean(run.cpu for run in full),
        )


def _front(stack: ExitStack, servers: Sequence[Server]) -> str:
    """The address that viewers know: the server's, or that of nginx before two."""
    if len(servers) == 1:
        return servers[0].base
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="transferscope-bench-")))
    first, second = (server.base.removeprefix("http://") for server in servers)
    return stack.enter_context(proxying(folder, (first, second)))


def _held(servers: Sequence[Server]) -> int:
    return sum(resident(server.pid) for server in servers)


def _table(levels: Sequence[Level], plan: Plan) -> list[str]:
    header = (
        "viewers",
        "replicas",
        "choose",
        "actions",
        "first page p50 / p95, ms",
        "action p50 / p95, ms",
        "worst",
        "p95 against p50 of one",
        "errors",
        "runs a second",
        "CPU ms a run",
        "server before, MB",
        "a session, MB",
    )
    one = percentile(levels[0].heard.acted, 0.5)
    rows = [
        (
            level.viewers,
            level.replicas,
            "any place too" if level.with_places else "what was seen",
            len(level.heard.acted),
            _pair(level.heard.opened),
            _pair(level.heard.acted),
            f"{1000 * max(level.heard.acted):.0f}",
            f"{percentile(level.heard.acted, 0.95) / one:.1f}",
            level.errors,
            f"{level.reruns:.1f}",
            f"{level.cpu_ms:.0f}",
            f"{level.before:.0f}",
            f"{level.megabytes:.1f}",
        )
        for level in levels
    ]
    told = (
        f"{plan.seconds:.0f} s a level, pauses of {plan.think_s:g} s on average (a fifth of that "
        "where there is one viewer). Half of the actions choose a region by pill "
        "and half another page; or half by pill, a fifth any place (the n-th of the list with a "
        "weight of 1/n) and the rest another page, often of a place. Besides, each session "
        "asks every four seconds whether a new snapshot was published. Times are to the end of the "
        "script, as the front end hears."
    )
    return [told, "", *table(header, rows)]


def _pair(values: Sequence[float]) -> str:
    return f"{1000 * percentile(values, 0.5):.0f} / {1000 * percentile(values, 0.95):.0f}"


def _told(levels: Sequence[Level], first: Level) -> list[str]:
    counted = Counter(error for level in (*levels, first) for error in level.heard.errors)
    lines = [f"- {count} × {error[:300]}" for error, count in counted.most_common(10)]
    return ["", "Errors that viewers saw:", "", *lines] if lines else []


def _headlines(levels: Sequence[Level], first: Level) -> list[Headline]:
    one = levels[0]
    seen = [level for level in levels if not level.with_places]
    last = [level for level in seen if level.replicas == 1][-1]
    shared = [level for level in seen if level.replicas > 1]
    errors = sum(level.errors for level in levels)
    return [
        *(_against(level, one) for level in (last, *shared)),
        Headline("errors at all levels", str(errors), "none", not errors),
        Headline(
            f"cold burst of {first.viewers}: errors", str(first.errors), "none", not first.errors
        ),
        Headline("memory a session", f"{last.megabytes:.1f} MB"),
    ]


def _against(level: Level, one: Level) -> Headline:
    behind = f" over {level.replicas} replicas behind nginx" if level.replicas > 1 else ""
    return most(
        f"{level.viewers} viewers{behind}: p95 against the p50 of {one.viewers}",
        percentile(level.heard.acted, 0.95) / percentile(one.heard.acted, 0.5),
        MOST_TIMES,
        " times",
        1,
    )
