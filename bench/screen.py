"""`python -m bench screen`: each page in headless Chromium beside a blank Streamlit page.

Cold is a new browser context on a server that runs already, warm a reload. A filter change is a
click on a region's pill; the first click on each is new to the server, later ones it has seen.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.report import Headline, keep, most, table
from bench.serving import Server, serving
from bench.watching import Rest, Watched
from tests.browser.driving import PAGES, launch, path_of
from tests.home import HOME

BLANK = "a blank page"
NAIVE = "deals by pandas and plotly express"
USUAL = {"from": "2019", "to": "2024", "lang": "zh"}
_PILLS = "[class*=st-key-w_region_preset] button"
_MOST_COLD, _MOST_WARM, _MOST_KB, _MOST_SCRIPT_MS = 2.8, 4.0, 40.0, 20.0


@dataclass(frozen=True)
class Plan:
    """Which pages, how often, and how many pills are tried."""

    pages: tuple[str, ...] = PAGES
    rounds: int = 5
    pills: int = 3


SHORT = Plan(pages=("deals", "data"), rounds=1, pills=1)


@dataclass(frozen=True)
class Measured:
    """A rest, the milliseconds of the scripts that led to it, and what the socket sent for it.

    The scripts' time is told by the clock and on the processor: beside a browser that draws on
    the same processors the first holds much waiting.
    """

    rest: Rest
    script_ms: float
    processor_ms: float
    wire_kb: float


@dataclass
class Found:
    """Everything measured of one page."""

    cold: list[Measured] = field(default_factory=list)
    warm: list[Measured] = field(default_factory=list)
    new: list[Measured] = field(default_factory=list)
    seen: list[Measured] = field(default_factory=list)

    @property
    def changes(self) -> list[Measured]:
        """Every filter change."""
        return [*self.new, *self.seen]


def main(folder: Path, plan: Plan = Plan(), data: Path | None = None) -> bool:
    """Measure, print and keep the page; False where something was asked of the outside."""
    found = {name: Found() for name in (BLANK, NAIVE, *plan.pages)}
    home = data or HOME
    with (
        serving("blank") as blank,
        serving("naive", HOME) as naive,
        serving(data=home) as ours,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for _ in range(plan.rounds):
            _look(browser, naive, "/", found[NAIVE], 0)
            for name in plan.pages:  # a blank page beside each, under the same weather
                _look(browser, blank, "/", found[BLANK], 0)
                _look(browser, ours, path_of(name, **USUAL), found[name], plan.pills)
        browser.close()
        tracebacks = ours.tracebacks()
    outside = {url for name in plan.pages for url in _outside(found[name])}
    lines = [
        *_table(found, plan),
        "",
        *([f"Asked of the outside: {', '.join(sorted(outside))}"] if outside else []),
        *([f"{tracebacks} errors in the server's log"] if tracebacks else []),
    ]
    keep(folder, "screen", lines, _headlines(found, outside))
    return not outside and not tracebacks


def _look(browser: Browser, server: Server, path: str, found: Found, pills: int) -> None:
    watched = Watched(browser)
    server.ran()
    server.sent_kb()
    found.cold.append(_measured(server, watched.load(server.base + path)))
    found.warm.append(_measured(server, watched.reload()))
    if pills and watched.has(_PILLS):
        for index in range(pills):
            change = _measured(server, watched.click(_PILLS, index))
            (found.seen if len(found.new) >= pills else found.new).append(change)
        if pills > 1:  # each once more: a pill that is on would go off
            for index in range(pills):
                found.seen.append(_measured(server, watched.click(_PILLS, index)))
    watched.close()


def _measured(server: Server, rest: Rest) -> Measured:
    runs = [run for run in server.ran() if not run.is_fragment]
    clock, processor = sum(run.seconds for run in runs), sum(run.cpu for run in runs)
    return Measured(rest, 1000 * clock, 1000 * processor, server.sent_kb())


def _outside(found: Found) -> Iterable[str]:
    for measured in (*found.cold, *found.warm, *found.changes):
        yield from measured.rest.traffic.outside


def _table(found: dict[str, Found], plan: Plan) -> list[str]:
    blank = found[BLANK]
    header = (
        "page",
        "cold, ms",
        "× blank",
        "warm, ms",
        "× blank",
        "filter change new / seen, ms",
        "websocket cold / change new / seen, KB",
        "messages cold / change new / seen, KB",
        "script by the clock cold / warm / new / seen, ms",
        "script on the processor, ms",
        "HTTP cold / warm, KB",
        "requests cold",
    )
    rows = [
        (
            name,
            f"{_ms(one.cold):.0f}",
            f"{_ms(one.cold) / _ms(blank.cold):.1f}",
            f"{_ms(one.warm):.0f}",
            f"{_ms(one.warm) / _ms(blank.warm):.1f}",
            _pair(_ms, one.new, one.seen),
            _pair(_wire, one.cold, one.new, one.seen),
            _pair(_socket, one.cold, one.new, one.seen),
            _pair(_script, one.cold, one.warm, one.new, one.seen),
            _pair(_processor, one.cold, one.warm, one.new, one.seen),
            _pair(_http, one.cold, one.warm),
            f"{statistics.median(m.rest.traffic.requests for m in one.cold):.0f}",
        )
        for name, one in found.items()
    ]
    told = (
        f"Medians of {plan.rounds} rounds, each page beside a blank one. A page is at rest when "
        "its script has ended and nothing changes, is fetched or computed any more. What "
        "the websocket sends is counted as it is compressed for the wire, and its messages before "
        "that; script is the time of Streamlit's script thread, by the clock and on the processor, "
        "which it shares with the browser that draws."
    )
    return [told, "", *table(header, rows)]


def _median(values: Iterable[float]) -> float:
    known = list(values)
    return statistics.median(known) if known else float("nan")


def _ms(measured: Sequence[Measured]) -> float:
    return _median(one.rest.ms for one in measured)


def _socket(measured: Sequence[Measured]) -> float:
    return _median(one.rest.traffic.socket_kb for one in measured)


def _wire(measured: Sequence[Measured]) -> float:
    return _median(one.wire_kb for one in measured)


def _http(measured: Sequence[Measured]) -> float:
    return _median(one.rest.traffic.http_kb for one in measured)


def _script(measured: Sequence[Measured]) -> float:
    return _median(one.script_ms for one in measured)


def _processor(measured: Sequence[Measured]) -> float:
    return _median(one.processor_ms for one in measured)


def _pair(figure, *groups: Sequence[Measured]) -> str:
    return " / ".join(f"{figure(group):.0f}" if group else "–" for group in groups)


def _headlines(found: dict[str, Found], outside: set[str]) -> list[Headline]:
    blank = found[BLANK]
    pages = {name: one for name, one in found.items() if name not in (BLANK, NAIVE)}
    filtered = {name: one for name, one in pages.items() if one.changes}

    def worst(what: str, values: dict[str, float], limit: float, unit: str, digits: int = 1):
        beyond = [name for name, value in values.items() if value > limit]
        among = f" ({len(values) - len(beyond)} of {len(values)} pages within"
        missing = f"; not {', '.join(beyond)})" if beyond else ")"
        return most(
            f"{what}, worst page{among}{missing}", max(values.values()), limit, unit, digits
        )

    return [
        worst(
            "cold against a blank page",
            {name: _ms(one.cold) / _ms(blank.cold) for name, one in pages.items()},
            _MOST_COLD,
            " times",
        ),
        worst(
            "warm against a blank page",
            {name: _ms(one.warm) / _ms(blank.warm) for name, one in pages.items()},
            _MOST_WARM,
            " times",
        ),
        worst(
            "a filter change that nobody made before sends",
            {name: _wire(one.new) for name, one in filtered.items()},
            _MOST_KB,
            " KB",
            0,
        ),
        worst(
            "its script, warm",
            {name: _script(one.seen or one.new) for name, one in filtered.items()},
            _MOST_SCRIPT_MS,
            " ms",
            0,
        ),
        *_against_naive(found),
        Headline("requests to the outside", str(len(outside)), "none", not outside),
    ]


def _against_naive(found: dict[str, Found]) -> list[Headline]:
    """The deals page's warm script against that of the page as it is usually written."""
    if not found[NAIVE].warm or "deals" not in found:
        return []
    ratio = _script(found["deals"].warm) / _script(found[NAIVE].warm)
    return [most("script of the deals page against the naive one, warm", ratio, 0.5, " times", 2)]
