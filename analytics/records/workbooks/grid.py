"""Rows of a document that is read whole before its width is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from analytics.records.workbooks.cells import EMPTY, Cell
from analytics.records.workbooks.told import Bounds, Refused, Written, tell_sheet
from analytics.records.workbooks.writing import write_rows

NOTHING: Cell = ("", EMPTY)


@dataclass
class Grid:
    """Cells by row and column, both from 0, and which are merged.

    Args:
        name: Name of the sheet.
        bounds: What is too much.
    """

    name: str
    bounds: Bounds
    rows: list[list[Cell]] = field(default_factory=lambda: [])
    merged: list[tuple[int, int, int, int]] = field(default_factory=lambda: [])

    def put(self, row: int, column: int, said: Cell) -> None:
        """Set a cell; the rows and columns before it are there from then on."""
        if column >= self.bounds.columns:
            raise Refused(
                "too_many_columns", sheet=self.name, found=column + 1, most=self.bounds.columns
            )
        if row >= self.bounds.rows:
            raise Refused("too_many_rows", sheet=self.name, most=self.bounds.rows)
        while len(self.rows) <= row:
            self.rows.append([])
        cells = self.rows[row]
        cells.extend([NOTHING] * (column + 1 - len(cells)))
        cells[column] = said

    def merge(self, row: int, column: int, down: int, across: int) -> None:
        """Note that a cell reaches further rows down and columns across."""
        if down or across:
            self.merged.append((row + 1, column, row + 1 + down, column + across))

    def write(self, path: str) -> None:
        """Write the rows and say so."""
        width = max(map(len, self.rows), default=0)
        written = Written(self.name, path, width=width, merged=self.merged)
        write_rows(written, self.rows, self.bounds, len(self.rows))
        tell_sheet(written)
