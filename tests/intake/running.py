"""Imports run end to end: files in, the published records and what was found out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from analytics.records.importing import Import, Options
from analytics.records.report import Published, Report
from analytics.records.store import Store
from analytics.records.types import Finding, Mapping, Source
from analytics.text import LANGUAGES

HOME = Path(__file__).parents[2] / "data"


@dataclass(frozen=True)
class Outcome:
    """What became of an import; `published` is None where there was an obstacle."""

    report: Report
    findings: list[Finding]
    published: Published | None

    @property
    def told(self) -> list[tuple[str, str, int | None, str]]:
        """Severity, key, row and value of each finding, unused columns aside."""
        return [
            (f.severity, f.key, f.row, f.value) for f in self.findings if f.key != "column_unused"
        ]

    @property
    def errors(self) -> list[tuple[str, int | None, str, str]]:
        """Key, row, heading and value of what refuses rows."""
        return [(f.key, f.row, f.heading, f.value) for f in self.findings if f.severity == "error"]


def run(
    data: Path,
    *paths: Path,
    mappings: dict[int, Mapping] | None = None,
    publish: bool = True,
    **options: Any,
) -> Outcome:
    """Import files into a data folder and publish where nothing hinders it."""
    with Import(data, HOME, Options(**options)) as work:
        work.read([Source(path.name, path) for path in paths])
        report = work.check(mappings)
        findings = work.found(10_000)
        for finding in findings:
            for language in LANGUAGES:
                said = finding.sentence(language)
                assert said and "{" not in said, finding
        done = work.publish() if publish and report.can_publish else None
        return Outcome(report, findings, done)


def rows(data: Path, dataset: str, *columns: str, series: bool = False) -> list[tuple[Any, ...]]:
    """What is served of a dataset now, by its key."""
    store = Store.of_series(data) if series else Store.of_records(data)
    current = store.current()
    file = store.table(current, dataset) if current else None
    if file is None:
        return []
    key = store.declared[dataset].key
    sql = f"select {', '.join(columns)} from read_parquet(?) order by {', '.join(key)}"
    with duckdb.connect() as connection:
        return connection.execute(sql, [str(file)]).fetchall()


def names(data: Path) -> dict[str, str]:
    """Names of organisations by id."""
    return dict(rows(data, "organisations", "organisation_id", "name"))


def one_of(values: Sequence[Any]) -> Any:
    """The only one."""
    (value,) = values
    return value
