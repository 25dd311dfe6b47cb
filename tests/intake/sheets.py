"""Sheets as the reading part leaves them in the workbench, made from rows of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from analytics.records.types import Area, Sheet


@dataclass
class Bench:
    """As much of a workbench as a sheet needs."""

    connection: duckdb.DuckDBPyConnection


def bench() -> Bench:
    return Bench(duckdb.connect())


def sheet(
    where: Any,
    rows: Sequence[Sequence[Any]],
    merged: Sequence[Area] = (),
    plain: bool = False,
    number: int = 0,
    name: str = "Sheet1",
) -> Sheet:
    """A sheet with these cells; `plain` is one of a file of plain text, without kinds."""
    width = max((len(row) for row in rows), default=0)
    columns = "".join(f", c{column} varchar" for column in range(width))
    table = f"raw_{number}"
    where.connection.execute(f"create table {table} (row_no bigint, kinds varchar{columns})")
    for row_no, row in enumerate(rows, 1):
        cells = [_cell(value) for value in [*row, *[None] * (width - len(row))]]
        kinds = None if plain else "".join(kind for _, kind in cells)
        marks = ", ".join("?" * (width + 2))
        where.connection.execute(
            f"insert into {table} values ({marks})", [row_no, kinds, *(said for said, _ in cells)]
        )
    return Sheet(number, "合同.xlsx", name, table, len(rows), width, tuple(merged))


def _cell(value: Any) -> tuple[str | None, str]:
    if value is None or value == "":
        return None, " "
    if isinstance(value, bool):
        return str(value).upper(), "b"
    if isinstance(value, int | float):
        return f"{value:.12g}", "n"
    if isinstance(value, date):
        return value.isoformat(), "d"
    return str(value), "t"
