"""`make bench`: how fast the deals page is, and an import; each against the plain way.

The page: warm script time against a naive one with the same charts. The import: see `importing`.
"""

from __future__ import annotations

import platform
import statistics
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench import importing

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "bench" / "results"
RUNS = 15


def main(names: list[str]) -> bool:
    """Measure, print and keep the tables; False where one is beyond what it may be.

    Args:
        names: `page` or `import`; none means both.
    """
    if not names or "page" in names:
        measure_page()
    return importing.main() if not names or "import" in names else True


def measure_page() -> None:
    """Measure the deals page, print and keep the table."""
    ours = _page()
    naive = _script(ROOT / "bench" / "naive_deals.py")
    blank = _blank()
    lines = [
        f"{date.today():%Y-%m-%d} · {platform.processor() or platform.machine()} · Python "
        f"{platform.python_version()} · streamlit {version('streamlit')} · duckdb "
        f"{version('duckdb')} · pandas {version('pandas')} · plotly {version('plotly')}",
        "",
        f"Warm script time of the deals page, median of {RUNS} runs each, one process:",
        "",
        "| page | ms | against naive |",
        "|---|---|---|",
        *(
            f"| {name} | {milliseconds:.0f} | {milliseconds / naive_ms:.2f} |"
            for naive_ms in [_median(naive)]
            for name, milliseconds in (
                ("pandas and plotly express, same charts", naive_ms),
                ("pages/deals.py", _median(ours)),
                ("a blank page", _median(blank)),
            )
        ),
    ]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "deals_page.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _page() -> list[float]:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in {"lang": "zh", "from": "2019", "to": "2024"}.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/deals.py").run()
    return _times(app)


def _script(path: Path) -> list[float]:
    app = AppTest.from_file(str(path), default_timeout=120)
    app.run()
    return _times(app)


def _blank() -> list[float]:
    app = AppTest.from_string("import streamlit as st\nst.title('blank')", default_timeout=60)
    app.run()
    return _times(app)


def _times(app: AppTest) -> list[float]:
    found: list[float] = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        app.run()
        found.append((time.perf_counter() - begin) * 1000)
        assert not app.exception
    return found


def _median(times: list[float]) -> float:
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
