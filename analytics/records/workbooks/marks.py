"""What the cells of an .xlsx say beside their values; read only where a sheet has any of it.

The workbook library passes over three things that an import must not: error values (#REF! comes
out as an empty cell), formulas that were saved without their result, and dates that show only a
month, whose day was made up by the spreadsheet ("2021年3月" typed by a clerk is stored as 1 March).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from analytics.records.workbooks.cells import DATE, ERROR, Cell
from analytics.records.workbooks.told import Refused
from analytics.records.workbooks.writing import column_letters

_CHUNK = 1 << 20
_SEAM = 32
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
MONTH_FORMATS = frozenset({17, 27, 36, 50, 52, 57})
"""Built-in formats that show year and month; 27 to 57 as Chinese Excel shows them."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
MONTH = len("2021-03")
YEAR = len("2021")


@dataclass(frozen=True)
class Mark:
    """Something about one cell.

    Args:
        row: From 1.
        column: From 0.
        error: The error value that it holds.
        shown: How much of a date it shows: `MONTH` or `YEAR` characters; 0 where that is no matter.
        unknown: Whether it is a formula saved without its result.
    """

    row: int
    column: int
    error: str = ""
    shown: int = 0
    unknown: bool = False


class Marks:
    """The marks of a sheet, in the order of its rows."""

    def __init__(self, marks: Iterator[Mark] | None = None) -> None:
        """Start at the first row; without marks there is nothing to apply."""
        self._marks = marks
        self._next = next(marks, None) if marks else None
        self.unknown = 0
        self.first_unknown = ""

    def __bool__(self) -> bool:
        return self._marks is not None

    def applied(self, row_no: int, row: list[Cell]) -> Sequence[Cell]:
        """A row with what its marks say; to be called for row after row."""
        while self._marks and self._next and self._next.row <= row_no:
            if self._next.row == row_no:
                self._apply(self._next, row)
            self._next = next(self._marks, None)
        return row

    def count_rest(self) -> None:
        """Look at the rows below the last one that holds a value."""
        while self._marks and self._next:
            self._apply(self._next, [])
            self._next = next(self._marks, None)

    def _apply(self, mark: Mark, row: list[Cell]) -> None:
        if mark.unknown:
            self.unknown += 1
            self.first_unknown = self.first_unknown or f"{column_letters(mark.column)}{mark.row}"
        if mark.column >= len(row):
            return
        text, kind = row[mark.column]
        if mark.error and not text:
            row[mark.column] = (mark.error, ERROR)
        elif mark.shown and kind == DATE:
            row[mark.column] = (text[: mark.shown], kind)


@contextmanager
def find_marks(source: Path, sheet: str) -> Generator[Marks]:
    """The marks of a sheet of an .xlsx; none for other workbooks."""
    if not zipfile.is_zipfile(source):
        yield Marks()
        return
    try:
        with zipfile.ZipFile(source) as book:
            part = _part_of(book, sheet)
            shown = _shown_by_style(book)
            if part not in book.namelist() or not _worth_reading(book, part, shown):
                yield Marks()
                return
            with book.open(part) as stream:
                yield Marks(_read_marks(stream, shown))
    except (etree.XMLSyntaxError, zipfile.BadZipFile, EOFError) as error:
        raise Refused("damaged_workbook", words=str(error)) from error


def _tree(book: zipfile.ZipFile, part: str) -> Any:
    """A part's elements; an absent part has none."""
    if part not in book.namelist():
        return etree.Element("none")
    with book.open(part) as stream:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        return etree.parse(stream, parser).getroot()


def _part_of(book: zipfile.ZipFile, sheet: str) -> str:
    """Name of the part that holds a sheet; empty where it cannot be told."""
    for element in _tree(book, "xl/workbook.xml").iter("{*}sheet"):
        if element.get("name") == sheet:
            wanted = element.get(_RELATION) or element.get(_STRICT_RELATION)
            for relation in _tree(book, "xl/_rels/workbook.xml.rels").iter("{*}Relationship"):
                if relation.get("Id") == wanted:
                    return posixpath.normpath(posixpath.join("/xl", relation.get("Target")))[1:]
    return ""


def _shown_by_style(book: zipfile.ZipFile) -> dict[str, int]:
    """How much of a date is shown, by number of the cell style; full dates left out."""
    styles = _tree(book, "xl/styles.xml")
    codes = {
        element.get("numFmtId"): element.get("formatCode", "")
        for element in styles.iter("{*}numFmt")
    }
    found: dict[str, int] = {}
    for formats in styles.iter("{*}cellXfs"):
        for number, element in enumerate(formats.iter("{*}xf")):
            known = element.get("numFmtId", "0")
            shown = shown_of_date(codes[known]) if known in codes else _built_in(known)
            if shown:
                found[str(number)] = shown
    return found


def _built_in(number: str) -> int:
    return MONTH if number.isdigit() and int(number) in MONTH_FORMATS else 0


def shown_of_date(code: str) -> int:
    """How much of a date a number format shows: `MONTH`, `YEAR`, or 0 for all or no date."""
    letters = set(_LITERAL.sub("", code.split(";")[0]).lower())
    if "y" not in letters or letters & set("dhs"):
        return 0
    return MONTH if "m" in letters else YEAR


def _worth_reading(book: zipfile.ZipFile, part: str, shown: dict[str, int]) -> bool:
    """Whether a sheet has formulas, errors or such dates; far quicker than reading its cells.

    Plain searches go before the pattern, which alone would take longer than all the rest.
    """
    formula = re.compile(rb"<(\w+:)?f[\s/>]")
    signs = [
        b' t="e"',
        b" t='e'",
        *(f" s={mark}{style}{mark}".encode() for style in shown for mark in "\"'"),
    ]
    with book.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            if any(sign in text for sign in signs):
                return True
            if (b"<f" in text or b":f" in text) and formula.search(text):
                return True
            rest = chunk[-_SEAM:]
    return False


def _read_marks(stream: IO[bytes], shown: dict[str, int]) -> Iterator[Mark]:
    row, column = 0, -1
    events = etree.iterparse(
        stream,
        events=("start", "end"),
        tag=("{*}row", "{*}c"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
    )
    for event, element in events:
        is_row = etree.QName(element).localname == "row"
        if is_row and event == "start":
            row, column = int(element.get("r", row + 1)), -1
        elif is_row:
            element.clear()
            for done in islice(element.itersiblings(preceding=True), 1):
                done.getparent().remove(done)
        elif event == "end":
            row, column = _place(element.get("r"), row, column + 1)
            mark = _mark(element, row, column, shown)
            if mark:
                yield mark


def _place(said: str | None, row: int, column: int) -> tuple[int, int]:
    """Row and column of a cell, which says them itself or follows the one before."""
    found = _PLACE.fullmatch(said or "")
    if not found:
        return row, column
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]), number - 1


def _mark(element: Any, row: int, column: int, shown: dict[str, int]) -> Mark | None:
    kind = element.get("t")
    if kind == "e":
        return Mark(row, column, error=element.findtext("{*}v") or "#ERROR!")
    has_formula = element.find("{*}f") is not None
    if has_formula and kind != "str" and not element.findtext("{*}v"):
        return Mark(row, column, unknown=True)
    style = shown.get(element.get("s", ""))
    return Mark(row, column, shown=style) if style else None
