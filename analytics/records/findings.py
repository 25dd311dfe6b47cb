"""What an import found: a relation in the workbench, counted and paged."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from analytics.records.types import Finding, Severity, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from duckdb import DuckDBPyConnection

TABLE = "findings"
_CELL = "source, row_no, column_no, value, key, details, severity"
_COLUMNS = (
    "source INTEGER, row_no BIGINT, column_no INTEGER, field VARCHAR, key VARCHAR, "
    "severity VARCHAR, value VARCHAR, details VARCHAR"
)


class Findings:
    """The findings of one check.

    The relation `findings` has `source` (`Sheet.number`), `row_no` (null for the whole sheet),
    `column_no` (from 0; null for the whole row), `field`, `key`, `severity`, `value` and `details`
    (a JSON object).

    Args:
        connection: The workbench's database.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute(f"create or replace table {TABLE} ({_COLUMNS})")

    def add(
        self,
        source: int,
        key: str,
        severity: Severity,
        row: int | None = None,
        column: int | None = None,
        field: str = "",
        value: str = "",
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Note one finding."""
        told = json.dumps({k: str(v) for k, v in (details or {}).items()}, ensure_ascii=False)
        self._connection.execute(
            f"insert into {TABLE} values (?, ?, ?, ?, ?, ?, ?, ?)",
            [source, row, column, field, key, severity, value, told],
        )

    def add_rows(self, select: str, values: Mapping[str, Any] | None = None) -> None:
        """Note what a query finds, in the order of the relation's columns."""
        self._connection.execute(f"insert into {TABLE} {select}", values or None)

    def counts(self) -> dict[tuple[Severity, str], int]:
        """How many there are, by severity and key: errors first, the most frequent first."""
        rows = self._connection.execute(
            f"select severity, key, count(*) as n from {TABLE} group by severity, key "
            "order by severity <> 'error', severity <> 'warning', n desc, key"
        ).fetchall()
        return {(severity, key): count for severity, key, count in rows}

    def total(self) -> int:
        """How many there are."""
        return self._connection.execute(f"select count(*) from {TABLE}").fetchall()[0][0]

    def page(
        self,
        sheets: Sequence[Sheet],
        titles: Mapping[int, Mapping[int, str]],
        limit: int = 200,
        offset: int = 0,
    ) -> list[Finding]:
        """Some of them, errors first, in the order of the files.

        Args:
            sheets: The sheets of the import.
            titles: Titles of the columns, by number of the sheet and column.
            limit: How many at the most.
            offset: How many to pass over.
        """
        rows = self._connection.execute(
            f"select {_CELL} from {TABLE} "
            "order by severity <> 'error', severity <> 'warning', source, row_no nulls first, "
            "column_no, key, rowid limit ? offset ?",
            [limit, offset],
        ).fetchall()
        return [_finding(row, sheets, titles) for row in rows]

    def alike(
        self, sheets: Sequence[Sheet], titles: Mapping[int, Mapping[int, str]], limit: int = 100
    ) -> list[tuple[Finding, int]]:
        """Findings that differ in more than their row, the first of each and how many there are.

        Args:
            sheets: The sheets of the import.
            titles: Titles of the columns, by number of the sheet and column.
            limit: How many at the most; errors first, the most frequent first.
        """
        rows = self._connection.execute(
            "with grouped as (select source, min(row_no) as row_no, column_no, value, key, "
            f"details, severity, count(*) as times from {TABLE} "
            "group by source, column_no, value, key, details, severity) select * from grouped "
            "order by severity <> 'error', severity <> 'warning', times desc, source, "
            "row_no nulls first, column_no, key, value limit ?",
            [limit],
        ).fetchall()
        return [(_finding(cell, sheets, titles), times) for *cell, times in rows]


def _finding(
    row: Sequence[Any], sheets: Sequence[Sheet], titles: Mapping[int, Mapping[int, str]]
) -> Finding:
    """A finding of the relation's columns, in the order of `_CELL`."""
    source, row_no, column, value, key, details, severity = row
    sheet = next((item for item in sheets if item.number == source), None)
    return Finding(
        file=sheet.file if sheet else "",
        sheet=sheet.name if sheet else "",
        row=row_no,
        column=column,
        heading=titles.get(source, {}).get(column, ""),
        value=value or "",
        key=key,
        details=json.loads(details or "{}"),
        severity=severity,
    )
