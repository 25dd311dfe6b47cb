"""Marks by which an import knows what this product itself wrote into a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.records.types import Sheet

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench

EXAMPLE = "例："
"""Begins every cell of a template's example row; a row of such cells only is never a record."""
GUIDE = "填写说明 · How to fill in this form"
"""First cell of a template's sheet of notes."""
LISTS = "可填的值 · Allowed values"
"""First cell of a template's sheet of allowed values."""
REASONS = {"zh": "退回原因", "en": "Reason refused"}
"""Header of the first column of refused rows, by language; it is no column of the records."""


def is_own_sheet(sheet: Sheet, bench: Workbench) -> bool:
    """Whether a sheet is a template's notes or lists: it holds no records and says so."""
    if not sheet.width:
        return False
    row = bench.connection.execute(
        f"select c0 from {sheet.table} where row_no = 1 and c0 in (?, ?)", [GUIDE, LISTS]
    ).fetchone()
    return row is not None


def is_reason(title: str) -> bool:
    """Whether a heading is the reason column of a file of refused rows."""
    return title in REASONS.values()


def is_example(columns: Sequence[int]) -> str:
    """SQL that tells a template's example row: all it says, in these columns, are examples."""
    cells = [f"coalesce(starts_with(c{column}, '{EXAMPLE}'), true)" for column in columns]
    said = ", ".join(f"c{column}" for column in columns)
    return f"(coalesce({said}) is not null and {' and '.join(cells)})"


def may_be_example(columns: Sequence[int]) -> str:
    """A quick test before the slow one."""
    said = ", ".join(f"c{column}" for column in columns)
    return f"starts_with(coalesce({said}), '{EXAMPLE}')"
