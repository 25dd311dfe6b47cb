"""The first rows of a sheet, with merged cells spread over what they span."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from analytics.records.types import Area, Sheet
from analytics.records.units import unit_of, unit_of_line
from analytics.records.wording import tidy

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench

TITLES = 30
"""A header is looked for below up to so many lines of title."""
HEAD_ROWS = TITLES + 60
LONGEST_HEADER = 100
"""A longer text is a note, not a header."""
Sort = Literal["blank", "word", "year", "other"]
_YEAR = re.compile(r"(?:19[5-9]|20\d)\d(?:\.0+)?\s*(?:年度?)?")
_YEARS_WITHIN = re.compile(r"(?:19[5-9]|20\d)\d(?=\D|$)")
_DATE = re.compile(r"\d{4}\s*[-./年]\s*\d{1,2}(?:\s*[-./月]|\D*$)")
_LETTER = re.compile(r"[^\W\d_]")
_INSIDE = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]")
_LABELLED = re.compile(r"^[^:：]{1,16}[:：]\s*(?P<rest>\S.*)?$", re.S)
_SENTENCE = re.compile(r"[。；;!！?？]\s*$|@|^https?:")


@dataclass(frozen=True)
class Line:
    """A row of the sheet's head.

    Args:
        row: Its number as the spreadsheet shows it.
        own: Its cells as they are stored, by column; empty ones left out.
        cells: The same with merged cells spread.
        sorts: What each cell of `cells` looks like.
    """

    row: int
    own: dict[int, str]
    cells: dict[int, str]
    sorts: dict[int, Sort]

    @property
    def text(self) -> str:
        """The whole row as one line of words."""
        return " ".join(tidy(cell) for cell in self.own.values())

    def of(self, *sorts: Sort) -> list[int]:
        """Columns whose cell is of these sorts."""
        return [column for column, sort in self.sorts.items() if sort in sorts]


@dataclass(frozen=True)
class Grid:
    """The head of a sheet.

    Args:
        lines: Its rows that hold something, in order.
        merged: Merged cells that begin in them.
        start: First row of the sheet.
    """

    lines: tuple[Line, ...]
    merged: tuple[Area, ...]
    start: int = 1

    @cached_property
    def width(self) -> int:
        """How many columns hold anything."""
        return len({column for line in self.lines for column in line.own})

    def at(self, index: int) -> Line | None:
        """A line by its position; None beyond the ends."""
        return self.lines[index] if 0 <= index < len(self.lines) else None


def read_grid(sheet: Sheet, bench: Workbench) -> Grid:
    """The first rows of a sheet."""
    cells = ", ".join(f"c{column}" for column in range(sheet.width))
    last = sheet.start + HEAD_ROWS - 1
    rows = bench.connection.execute(
        f"select row_no, kinds, {cells} from {sheet.table} where row_no <= {last} order by row_no"
    ).fetchall()
    merged = tuple(
        (first, left, end, min(right, sheet.width - 1))
        for first, left, end, right in sheet.merged
        if first <= last and left < sheet.width
    )
    kinds = {row[0]: row[1] for row in rows}
    own = {
        row[0]: {column: cell for column, cell in enumerate(row[2:]) if cell and cell.strip()}
        for row in rows
    }
    spread = _spread(own, merged)
    lines = [
        Line(row, cells, spread[row], _sorts(spread[row], kinds[row], own[row]))
        for row, cells in own.items()
        if spread[row]
    ]
    return Grid(tuple(lines), merged, sheet.start)


def _spread(own: dict[int, dict[int, str]], merged: tuple[Area, ...]) -> dict[int, dict[int, str]]:
    spread = {row: dict(cells) for row, cells in own.items()}
    for first, left, last, right in merged:
        said = own.get(first, {}).get(left)
        if said is None:
            continue
        for row in range(first, min(last, first + HEAD_ROWS) + 1):
            for column in range(left, right + 1):
                if row in spread:
                    spread[row].setdefault(column, said)
    return {row: dict(sorted(cells.items())) for row, cells in spread.items()}


def _sorts(cells: dict[int, str], kinds: str | None, own: dict[int, str]) -> dict[int, Sort]:
    return {
        column: sort_of(said, (kinds or "")[column : column + 1] if column in own else "")
        for column, said in cells.items()
    }


def sort_of(said: str, kind: str = "") -> Sort:
    """Whether a cell could be a header (`word`, `year`) or is something else.

    Args:
        said: Its text.
        kind: Its kind as `Sheet` has it; blank where unknown.
    """
    said = unicodedata.normalize("NFKC", said).strip()
    if not said:
        return "blank"
    if kind in ("", " ", "t", "n") and _YEAR.fullmatch(said):
        return "year"
    if kind in ("n", "d", "b", "e"):
        return "other"
    return "word" if _is_word(said) else "other"


def _is_word(said: str) -> bool:
    if len(said) > LONGEST_HEADER or not _LETTER.search(said):
        return False
    if _SENTENCE.search(said) or _DATE.match(said) or re.search(r"\d{4}", _bare(said)):
        return False
    labelled = _LABELLED.match(_INSIDE.sub("", said))
    return not labelled or bool(unit_of(labelled["rest"] or "")) and not unit_of_line(said)


def _bare(said: str) -> str:
    """A text without the numbers that headers may hold: years, and 10 000 of a unit."""
    return _YEARS_WITHIN.sub("", re.sub(r"10[ ,]?000", "", said))
