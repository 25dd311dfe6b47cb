"""SQL of where in its sheet a finding is: positions of the headings that fill a column."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.records.convert import Cells, Typed


def positions(sheets: Sequence[Typed], column: str, of: str = "") -> str:
    """SQL of the position of the heading that fills a stored column, by the row's sheet."""
    cases = " ".join(f"when {typed.number} then {_place(typed, column)}" for typed in sheets)
    return f"case {of}source {cases} end"


def _place(typed: Typed, column: str) -> str:
    """Position of the heading that fills a stored column in a sheet."""
    for item in typed.cells.values():
        if item.field.column == column and item.heading:
            return str(item.heading.column)
    return "null::integer"


def position_of(item: Cells) -> str:
    """SQL of the position of a field's heading in its sheet."""
    return str(item.heading.column) if item.heading else "null"
