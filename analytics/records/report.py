"""What a check says: enough for a clerk to compare with the sheet, and to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from analytics.records.organisations import Alike
from analytics.records.store import Change, SnapshotInfo
from analytics.records.types import Severity


@dataclass(frozen=True)
class SheetReport:
    """What became of a sheet.

    Args:
        number: Number of the sheet.
        file: Name of the file.
        sheet: Name of the sheet.
        dataset: What it was taken for.
        rows: Records read; in a table with a column a year, filled cells.
        refused: Records with an error.
        left_out: Rows that are no records, by reason: `blank`, `sum`, `note`, `header`, `example`.
        totals: Totals of the accepted amounts in CNY, by field: to compare with the sheet's own.
        unused: Titles of columns that were not used.
        personal: Titles of columns with personal contact data, which are never stored.
    """

    number: int
    file: str
    sheet: str
    dataset: str
    rows: int
    refused: int
    left_out: Mapping[str, int]
    totals: Mapping[str, Decimal]
    unused: tuple[str, ...]
    personal: tuple[str, ...]

    @property
    def accepted(self) -> int:
        """Records that can be published."""
        return self.rows - self.refused


@dataclass(frozen=True)
class Report:
    """What a check found, and what publishing would do.

    Args:
        sheets: Each sheet.
        changes: What would happen to each dataset.
        complete_until: Up to when each dataset would be complete.
        counts: How many findings there are, by severity and key; errors first.
        created: Names of organisations that would be created, some of them.
        creates: How many would be created.
        alike: Organisations whose names are alike; never merged by themselves.
        first_real: Whether publishing would put real records in place of the demonstration.
        accepts_valid: Whether refused rows do not keep the others from being published.
    """

    sheets: tuple[SheetReport, ...]
    changes: Mapping[str, Change]
    complete_until: Mapping[str, date]
    counts: Mapping[tuple[Severity, str], int]
    created: tuple[str, ...] = ()
    creates: int = 0
    alike: tuple[Alike, ...] = ()
    first_real: bool = False
    accepts_valid: bool = False

    @property
    def errors(self) -> int:
        """How many findings refuse a row."""
        return sum(n for (severity, _), n in self.counts.items() if severity == "error")

    @property
    def refused(self) -> int:
        """How many records are refused."""
        return sum(sheet.refused for sheet in self.sheets)

    @property
    def accepted(self) -> int:
        """How many records can be published."""
        return sum(sheet.accepted for sheet in self.sheets)

    @property
    def changes_something(self) -> bool:
        """Whether publishing would change a record."""
        return any(change.added + change.changed + change.gone for change in self.changes.values())

    @property
    def obstacle(self) -> str:
        """Why nothing can be published: `rows_refused`, `nothing_accepted`, `no_rows`, or empty."""
        if not self.accepted:
            return "nothing_accepted" if self.errors else "no_rows"
        return "rows_refused" if self.errors and not self.accepts_valid else ""

    @property
    def can_publish(self) -> bool:
        """Whether `publish` would do something."""
        return not self.obstacle


@dataclass(frozen=True)
class Published:
    """What was published.

    Args:
        snapshots: The snapshots that are served now: of records, of series, or both; none where
            nothing differed from what stands.
        changes: What happened to each dataset.
    """

    snapshots: tuple[SnapshotInfo, ...]
    changes: Mapping[str, Change] = field(default_factory=lambda: {})
