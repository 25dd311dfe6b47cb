"""Sum lines compared with the rows that they may add up."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from analytics.records.convert import VALUE, Cells, Typed
from analytics.records.findings import Findings
from analytics.records.layout import left_out_table
from analytics.records.relations import one

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ADDED = ("money", "integer", "number")
"""Kinds of fields whose cells a sum line adds up."""
_BLOCKS = 100
"""Blocks before a sum line that it may add up together."""
_NIL = Decimal(0)


def check_sums(typed: Typed, connection: DuckDBPyConnection, findings: Findings) -> None:
    """Compare each sum line with the rows it may add up."""
    if not one(connection, f"select count(*) from {_sums(typed)}")[0]:
        return
    for item in typed.cells.values():
        if item.field.kind in _ADDED and item.heading and item.heading.year is None:
            _check_column(typed, item, connection, findings)


def _sums(typed: Typed) -> str:
    left_out = left_out_table(typed.layout.sheet)
    return f"(select row_no from {left_out} where reason = 'sum')"


def _check_column(
    typed: Typed, item: Cells, connection: DuckDBPyConnection, findings: Findings
) -> None:
    """A sum line may add up the rows since the last one, those up to the next, or them all.

    One right beneath another may add up any number of the blocks before it.
    """
    assert item.heading
    said = _sums_said(typed, item, connection)
    parts = _parts(typed, item, connection)
    blocks = [parts.get(row, _NIL) for row, _ in said]
    whole, last = sum(parts.values(), _NIL), parts.get(None, _NIL)
    for place, (row, value) in enumerate(said):
        if value is None:
            continue
        below = blocks[place + 1] if place + 1 < len(blocks) else last
        several = accumulate(reversed(blocks[max(0, place - _BLOCKS) : place]))
        since = [blocks[place]] if row in parts else several
        options = [*since, sum(blocks[: place + 1], _NIL), whole, below]
        nearest = min(options, key=partial(_apart, value))
        if abs(value - nearest) > _step(value):
            details = {"said": _plain(value), "added": _plain(nearest)}
            findings.add(
                typed.number,
                "sum_differs",
                "warning",
                row,
                item.heading.column,
                item.field.name,
                _plain(value),
                details,
            )


def _sums_said(
    typed: Typed, item: Cells, connection: DuckDBPyConnection
) -> list[tuple[int, Decimal | None]]:
    """What each sum line says, read as its column is read; None where it says nothing usable."""
    rows = connection.execute(
        f"select row_no, {item.cell}, {item.kind} from {typed.layout.sheet.table} "
        f"semi join {_sums(typed)} as s using (row_no) order by row_no"
    ).fetchall()
    values = [(row, item.reader.read(cell, kind).values.get(VALUE)) for row, cell, kind in rows]
    return [(row, None if value is None else Decimal(str(value))) for row, value in values]


def _parts(typed: Typed, item: Cells, connection: DuckDBPyConnection) -> dict[int | None, Decimal]:
    """What the rows before each sum line and after the one before it add up to."""
    rows = connection.execute(
        f"select s.row_no, sum({item.field.name}__{VALUE}) from {typed.table} as t "
        f"asof left join {_sums(typed)} as s on t.row_no < s.row_no group by s.row_no"
    ).fetchall()
    return {row: Decimal(str(added or 0)) for row, added in rows}


def _apart(one: Decimal, other: Decimal) -> Decimal:
    return abs(one - other)


def _step(said: Decimal) -> Decimal:
    """Half of what the printed sum may have been rounded by: its last digit that is not zero."""
    digits, exponent = said.normalize().as_tuple().digits, said.normalize().as_tuple().exponent
    if len(digits) < 3 or not isinstance(exponent, int):
        return Decimal("0.01")
    return max(Decimal(10) ** exponent / 2, Decimal("0.01"))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"
