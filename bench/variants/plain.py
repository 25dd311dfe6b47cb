"""DuckDB over plain Parquet, shuffled, without cubes: a statement a chart."""

from __future__ import annotations

from pathlib import Path

import duckdb

from bench.generator import Generated
from bench.questions import QUESTIONS, Answers, Selection
from tests.home import HOME

_SQL = Path(__file__).parents[1] / "sql" / "plain"


class Plain:
    """Statements as one writes them by hand, each with its own filters."""

    title = "DuckDB over plain Parquet, a statement a chart"
    bytes_a_deal = 30.0
    in_memory = False
    has_bins = False

    def __init__(self, made: Generated) -> None:
        """Name the files."""
        self._connection = duckdb.connect()
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute("set global parquet_metadata_cache = true")
        for name in made.rows:
            self._view(name, made.plain / f"{name}.parquet")
        for name in ("projects", "stage_events", "expo_editions"):
            self._view(name, HOME / "demo" / f"{name}.parquet")

    def close(self) -> None:
        """Let the files go."""
        self._connection.close()

    def answers(self, selection: Selection) -> Answers:
        """Each question by its own statement."""
        return {question: self._answer(question, selection) for question in QUESTIONS}

    def _answer(self, question: str, selection: Selection):
        text = (_SQL / f"{question}.sql").read_text(encoding="utf-8")
        before = selection.before()
        for name, place, day, chosen in (
            ("deals", "seller_adcode", "signed_on", selection),
            ("deals_before", "seller_adcode", "signed_on", before),
            ("events", "adcode", "held_on", selection),
            ("exhibits", "origin_adcode", "opened_on", selection),
            ("landings", "landed_adcode", "landed_on", selection),
        ):
            text = text.replace(f"{{{name}}}", _where(place, day, chosen))
        answer = self._connection.execute(text).df()
        if before is None:
            return answer.drop(columns=[name for name in answer if name.endswith("_before")])
        return answer

    def _view(self, name: str, path: Path) -> None:
        self._connection.execute(f"create view {name} as from read_parquet('{path}')")


def _where(place: str, day: str, selection: Selection | None) -> str:
    """The conditions of a selection; the codes are this module's own, so they may be pasted."""
    if selection is None:
        return "false"
    found = ["true"]
    if selection.since and selection.until:
        found.append(f"{day} between '{selection.since}' and '{selection.until}'")
    if selection.regions:
        whole = tuple(code for code in selection.regions if code.endswith("0000"))
        exact = tuple(code for code in selection.regions if not code.endswith("00"))
        either = [f"substr({place}, 1, 2) in ({_listed(c[:2] for c in whole)})"] if whole else []
        either += [f"{place} in ({_listed(exact)})"] if exact else []
        found.append(f"({' or '.join(either)})")
    if selection.industries:
        found.append(f"industry in ({_listed(selection.industries)})")
    return " and ".join(found)


def _listed(codes) -> str:
    return ", ".join(f"'{code}'" for code in codes)
