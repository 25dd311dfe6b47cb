"""Which sheets have a table: several beneath one another become sheets of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analytics.errors import Unusable
from analytics.records.layout import find_layout, part_sheets, table_starts
from analytics.records.marks import is_own_sheet
from analytics.records.types import Finding, Layout, Severity, Sheet

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench


@dataclass
class Layouts:
    """The tables of an import's sheets.

    Args:
        sheets: The sheets that were read; of one that holds several tables each becomes a sheet.
        bench: Where they lie.
        found: The tables, in the order of the sheets.
        told: What was left out or parted.
    """

    sheets: list[Sheet]
    bench: Workbench
    found: list[Layout] = field(default_factory=lambda: [])
    told: list[Finding] = field(default_factory=lambda: [])

    def find(self) -> None:
        """Find the tables.

        Raises:
            Unusable: No sheet has one.
        """
        refusals: list[Unusable] = []
        for sheet in list(self.sheets):
            if not is_own_sheet(sheet, self.bench):
                refusals += self._of(sheet)
        if not self.found:
            raise refusals[0] if refusals else Unusable("nothing_to_import")

    def _of(self, sheet: Sheet) -> list[Unusable]:
        """Add the tables of a sheet; why it has none."""
        layout, refusal = self._layout(sheet)
        starts = table_starts(sheet, layout, self.bench)
        if starts:
            parts = part_sheets(sheet, starts, len(self.sheets), self.bench)
            self.sheets[sheet.number] = parts[0]
            self.sheets += parts[1:]
            self.found += [found for found in map(self._part, parts) if found]
        elif layout:
            self.found.append(layout)
        elif refusal:
            self._tell(sheet, None, "sheet_left_out", "note")
            return [refusal]
        return []

    def _layout(self, sheet: Sheet) -> tuple[Layout | None, Unusable | None]:
        """The table of a sheet, or why it has none."""
        try:
            return find_layout(sheet, self.bench), None
        except Unusable as error:
            return None, error

    def _part(self, part: Sheet) -> Layout | None:
        """One of several tables of a sheet; that it was parted, or not read, is told."""
        layout, _ = self._layout(part)
        if layout is None:
            self._tell(part, part.start, "table_left_out", "warning")
        elif layout.last < layout.first:
            self._tell(part, layout.header[0], "sheet_without_rows", "note")
            return None
        elif part.start > 1:
            self._tell(part, layout.header[0], "table_parted", "note")
        return layout

    def _tell(self, sheet: Sheet, row: int | None, key: str, severity: Severity) -> None:
        self.told.append(Finding(sheet.file, sheet.name, row, None, "", "", key, {}, severity))
