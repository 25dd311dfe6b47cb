"""What parts the cells of a text file, told from how evenly its lines fall into columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from io import StringIO
from itertools import islice

DELIMITERS = ",\t;|，；"
_SAMPLE = 1000
_DECLARED = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


@dataclass(frozen=True)
class Dialect:
    """How a text falls into cells.

    Args:
        delimiter: One character.
        width: Columns that most rows have.
        skip: Lines before the first row that are no rows: Excel's own "sep=;".
        spaced: Whether a space stands before quotation marks, as in 1, "a, b", 2.
    """

    delimiter: str
    width: int
    skip: int = 0
    spaced: bool = False


def find_dialect(head: str) -> Dialect:
    """The dialect of a text.

    Args:
        head: Its beginning; the last line may be cut off.
    """
    declared = _DECLARED.match(head)
    skip = 1 if declared else 0
    body = head[declared.end() :] if declared else head
    candidates = declared[1] if declared else DELIMITERS
    if len(body) > 1 and "\n" in body:
        body = body[: body.rindex("\n") + 1]
    best = max(candidates, key=lambda delimiter: _evenness(body, delimiter))
    width = _usual_width(_widths(body, best))
    delimiter = best if width > 1 else candidates[0]
    return Dialect(delimiter, width, skip, f'{delimiter} "' in body)


def _evenness(body: str, delimiter: str) -> tuple[float, int]:
    """Share of rows that have the usual number of columns, then that number; 0 for one column."""
    widths = _widths(body, delimiter)
    width = _usual_width(widths)
    if width < 2:
        return 0.0, 0
    return round(widths.count(width) / len(widths), 1), width


def _usual_width(widths: list[int]) -> int:
    """The most frequent number of columns beyond one; titles and notes are lines of one cell."""
    several = Counter(width for width in widths if width > 1)
    return max(several, key=lambda width: (several[width], width)) if several else 1


def _widths(body: str, delimiter: str) -> list[int]:
    rows = csv.reader(StringIO(body, newline=""), delimiter=delimiter)
    return [len(row) for row in _until_broken(islice(rows, _SAMPLE)) if row]


def _until_broken(rows: Iterable[list[str]]) -> Iterable[list[str]]:
    try:
        yield from rows
    except csv.Error:
        return
