"""Where results are kept: a page a part, and a summary of what was found beside what is wanted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.machine import described

RESULTS = Path(__file__).parent / "results"
_ORDER = ("queries", "screen", "load", "soak", "importing", "cubes")


@dataclass(frozen=True)
class Headline:
    """A figure that a reader looks for, and what it should be.

    Args:
        what: The figure in words.
        found: What was measured.
        wanted: What it should be; empty where nothing was promised.
        kept: Whether it is as wanted; None where nothing was promised.
    """

    what: str
    found: str
    wanted: str = ""
    kept: bool | None = None


def most(what: str, found: float, limit: float, unit: str = "", digits: int = 2) -> Headline:
    """A figure that should be at most so much."""
    return Headline(
        what, f"{found:.{digits}f}{unit}", f"at most {limit:g}{unit}", bool(found <= limit)
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """The lines of a Markdown table."""
    return [
        f"| {' | '.join(header)} |",
        f"|{'---|' * len(header)}",
        *(f"| {' | '.join(map(str, row))} |" for row in rows),
    ]


def keep(folder: Path, part: str, lines: Sequence[str], headlines: Sequence[Headline]) -> None:
    """Print a part's page, write it beside its headlines, and bring the summary up to date."""
    page = [f"# {part}", "", described(), "", *lines]
    print("\n".join(page), flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / f"{part}.md", page)
    kept = {"run": described(), "headlines": [asdict(headline) for headline in headlines]}
    text = json.dumps(kept, ensure_ascii=False, indent=1)
    (folder / f"{part}.json").write_text(text + "\n", encoding="utf-8")
    _write(folder / "README.md", _summary(folder))


def _summary(folder: Path) -> list[str]:
    lines = [
        "# What was measured",
        "",
        "Ratios within one run; made by `make bench`, one page a part with the details.",
        "",
    ]
    for part in _ORDER:
        path = folder / f"{part}.json"
        if not path.exists():
            continue
        kept = json.loads(path.read_text(encoding="utf-8"))
        lines += [f"## [{part}]({part}.md)", "", kept["run"], ""]
        lines += table(("", "found", "wanted", ""), map(_row, kept["headlines"]))
        lines.append("")
    return lines[:-1]


def _row(headline: dict[str, object]) -> tuple[object, ...]:
    sign = {True: "yes", False: "**no**", None: ""}[headline["kept"]]
    return headline["what"], headline["found"], headline["wanted"], sign


def _write(path: Path, lines: Iterable[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
