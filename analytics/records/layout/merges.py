"""Merged cells among the records: what they say holds for every row they span."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.records.types import Sheet

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench


def fill_merged(sheet: Sheet, bench: Workbench, header: int) -> None:
    """Write the text of cells merged over several rows into each of these rows.

    Numbers are left alone: an amount merged over three contracts is not three amounts.

    Args:
        sheet: The sheet; its relation is changed.
        bench: Where it lies.
        header: Last row of the header.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    for first, left, last, right in sheet.merged:
        if first > header and last > first and left == right < sheet.width:
            spans.setdefault(left, []).append((first, last))
    for column, rows in spans.items():
        values = ", ".join(f"({first}, {last})" for first, last in rows)
        bench.connection.execute(f"""
            update {sheet.table} as t
            set c{column} = s.said, kinds = {_with_letter(column)}
            from (
                select m.first, m.last, o.c{column} as said
                from (values {values}) as m(first, last)
                join {sheet.table} as o on o.row_no = m.first
                where o.c{column} is not null
                    and coalesce(substr(o.kinds, {column + 1}, 1), 't') in ('t', ' ', '')
            ) as s
            where t.row_no > s.first and t.row_no <= s.last and t.c{column} is null
        """)


def _with_letter(column: int) -> str:
    """The kinds of a row with a cell made text."""
    return (
        f"left(rpad(t.kinds, {column + 1}, ' '), {column}) || 't' || substr(t.kinds, {column + 2})"
    )
