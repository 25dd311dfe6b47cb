"""What the opening process says: one line of JSON each, read by `records.reading.workbooks`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field


class Refused(Exception):
    """The workbook cannot be used; the key names the sentence in `text/errors.toml`."""

    def __init__(self, key: str, **details: object) -> None:
        """Keep what fills the sentence, beside the file's name."""
        super().__init__(key)
        self.key = key
        self.details = {name: str(value) for name, value in details.items()}


@dataclass(frozen=True)
class Bounds:
    """How much may come out of a workbook; see `records.limits`."""

    rows: int
    columns: int
    characters: int
    sheets: int
    memory: int
    expanded: int
    ratio: int
    small: int


@dataclass
class Written:
    """A sheet whose rows were written.

    Args:
        name: Name of the sheet.
        path: The file that holds its rows: row_no, kinds, then the cells.
        rows: How many rows.
        width: How many columns.
        merged: Merged cells as `types.Area`.
        longest: Bytes of the longest line, at most.
    """

    name: str
    path: str
    rows: int = 0
    width: int = 0
    merged: list[tuple[int, int, int, int]] = field(default_factory=lambda: [])
    longest: int = 0


def tell(what: str, **details: object) -> None:
    """Say one thing; ends the process where nobody listens any more."""
    sys.stdout.write(json.dumps({"what": what, **details}) + "\n")
    sys.stdout.flush()


def tell_sheet(sheet: Written) -> None:
    """Say that a sheet is written."""
    tell("sheet", **vars(sheet))


def tell_finding(key: str, sheet: str, severity: str, **details: object) -> None:
    """Say something that the user should know of a sheet."""
    tell("finding", key=key, sheet=sheet, severity=severity, details=details)
