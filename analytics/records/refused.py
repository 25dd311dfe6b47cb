"""The refused rows as a workbook like the original, to be mended and imported again.

Each sheet keeps its lines above the table and its header. A first column says why each row was
refused; the cells it is about are coloured and commented. An import passes that column over (see
`marks.REASONS`). Of personal columns only the header is kept, by which the form is recognised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from analytics.errors import Unusable, reason_of
from analytics.formats import is_risky
from analytics.records.contacts import without_contacts
from analytics.records.findings import TABLE
from analytics.records.marks import REASONS, is_reason
from analytics.records.sentences import field_label, sentence
from analytics.records.types import Form, Layout, Progress

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analytics.records.workbench import Workbench

_COMMENTS = 2_000
"""Cells that get a comment; Excel is slow with many, and the first column says it all."""
_BATCH = 2_000
_LONGEST = 32_000
"""Characters of a cell, a little below what Excel holds."""
_DIGITS = 15
"""Digits that a number cell keeps; a longer number stays text."""
_MAYBE_PERSONAL = re.compile(r"@|\d[\d\s-]{5}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ONLY_NUMBER = re.compile(r"[-+]?[\d.,，\s]+")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff]")
_TITLE_LENGTH = 31
Row = tuple[Any, ...]


def write_refused(
    path: Path,
    tables: Sequence[tuple[Layout, Form]],
    bench: Workbench,
    language: str,
    progress: Progress = lambda _step, _share: None,
) -> int:
    """Write the refused rows of each sheet; a sheet without any is left out.

    Args:
        path: Where to; replaced where it exists.
        tables: The sheets that were checked, with what they were taken for.
        bench: Where their rows and the findings lie.
        language: Of the reasons.
        progress: Told how much is written.

    Returns:
        How many rows were written.

    Raises:
        Unusable: The file cannot be written there.
    """
    # Rows go to a file as they are written, so that a million of them do not fill the memory.
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "tmpdir": str(bench.folder),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    found = [_Refused(layout, form, bench.connection) for layout, form in tables]
    whole = sum(refused.count() for refused in found)
    writer = _Writer(book, language, lambda rows: progress("refusing", rows / max(whole, 1)))
    for refused in found:
        if refused.count():
            writer.write(refused)
    if not writer.rows:
        book.add_worksheet()
    try:
        book.close()
    except (OSError, XlsxWriterException) as error:
        cause = error.__context__ if isinstance(error.__context__, OSError) else error
        raise Unusable("file_not_written", file=path, found=reason_of(cause)) from error
    return writer.rows


@dataclass(frozen=True)
class _Reason:
    """Why a row was refused: the cell it is about, if any, its title, and the sentence."""

    column: int | None
    title: str
    said: str


class _Refused:
    """The refused rows of one sheet, as they lie in the workbench."""

    def __init__(self, layout: Layout, form: Form, connection: DuckDBPyConnection) -> None:
        self.layout = layout
        self.form = form
        self.table = layout.sheet.table
        self.lead = layout.sheet.start - 1  # rows above it, of other tables of the same sheet
        self.connection = connection
        self.titles = {heading.column: heading.title for heading in layout.headings}
        self.personal = {heading.column for heading in layout.headings if heading.personal}
        first = 1 if self._has_come_back() else 0
        self.at = {c: place for place, c in enumerate(range(first, layout.sheet.width), start=1)}
        self.cells = ", ".join(f"c{column}" for column in self.at)
        self.findings = (
            f"from {TABLE} where source = {layout.sheet.number} and severity = 'error' "
            "and row_no is not null"
        )

    def _has_come_back(self) -> bool:
        """Whether the sheet is one of refused rows itself: then its reasons are old."""
        found = self.connection.execute(
            f"select c0 from {self.table} where row_no between ? and ?", self.layout.header
        ).fetchall()
        return any(is_reason(said or "") for (said,) in found)

    def count(self) -> int:
        """How many there are."""
        query = f"select count(distinct row_no) {self.findings}"
        row = self.connection.execute(query).fetchone()
        return row[0] if row else 0

    def head(self) -> list[Row]:
        """Row number and cells of all lines down to the header's last."""
        return self.connection.execute(
            f"select row_no, {self.cells} from {self.table} "
            f"where row_no <= {self.layout.header[1]} order by row_no"
        ).fetchall()

    def rows(self) -> Iterator[Row]:
        """Row number, kinds and cells, in order."""
        return self._stream(
            f"select row_no, kinds, {self.cells} from {self.table} "
            f"semi join (select row_no {self.findings}) as f using (row_no) order by row_no"
        )

    def reasons(self, language: str) -> Iterator[tuple[int, list[_Reason]]]:
        """Row number and why the row was refused, in the same order."""
        found = self._stream(
            f"select row_no, column_no, field, key, details, value {self.findings} "
            "order by row_no, column_no nulls last, key"
        )
        for row_no, group in groupby(found, key=lambda row: row[0]):
            yield row_no, [self._reason(row, language) for row in group]

    def _reason(self, row: Row, language: str) -> _Reason:
        _, column, name, key, details, value = row
        title = self.titles.get(column) or field_label(self.form, name or "", language)
        said = sentence(key, json.loads(details or "{}"), language, value or "", title)
        return _Reason(column, title, said)

    def _stream(self, query: str) -> Iterator[Row]:
        cursor = self.connection.cursor().execute(query)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows


@dataclass
class _Writer:
    """Writes the sheets of one workbook, row by row."""

    book: Any
    language: str
    told: Callable[[int], None]
    rows: int = 0
    comments: int = 0
    titles: set[str] = field(default_factory=lambda: set())

    def __post_init__(self) -> None:
        self.plain = _Shapes(self.book, {})
        self.marked = _Shapes(self.book, {"bg_color": "#FCE4D6"})
        wrapped = {"text_wrap": True, "valign": "top"}
        self.head = self.book.add_format({**wrapped, "bold": True, "bg_color": "#E8EEF6"})
        self.why = self.book.add_format({**wrapped, "font_color": "#9A3412"})

    def write(self, refused: _Refused) -> None:
        """One sheet."""
        sheet = self.book.add_worksheet(self._title(refused.layout))
        self._write_head(sheet, refused)
        place = refused.layout.header[1] - refused.lead
        rows = refused.rows()
        for row_no, reasons in refused.reasons(self.language):
            cells = next((row for row in rows if row[0] == row_no), None)
            if cells is not None:
                self._write_row(sheet, place, cells, reasons, refused)
                place += 1
                self.rows += 1
                if self.rows % _BATCH == 0:
                    self.told(self.rows)
        sheet.freeze_panes(refused.layout.header[1] - refused.lead, 1)

    def _write_head(self, sheet: Any, refused: _Refused) -> None:
        first, last = refused.layout.header
        sheet.set_column(0, 0, 60)
        for column, place in refused.at.items():
            sheet.set_column(place, place, _width(refused.titles.get(column, "")))
        _merge(sheet, refused)
        for row_no, *cells in refused.head():
            row = row_no - 1 - refused.lead
            if row_no == first:
                sheet.write_string(row, 0, REASONS[self.language], self.head)
            for place, said in zip(refused.at.values(), cells, strict=True):
                if said and row_no >= first:
                    sheet.write_string(row, place, said, self.head)
                elif said:
                    _write_text(sheet, row, place, without_contacts(said)[0], self.plain)
        if last > first:
            _register_merge(sheet, first - 1 - refused.lead, 0, last - 1 - refused.lead, 0)

    def _write_row(
        self, sheet: Any, place: int, row: Row, reasons: list[_Reason], refused: _Refused
    ) -> None:
        between = "：" if self.language == "zh" else ": "
        why = [f"{r.title}{between}{r.said}" if r.title else r.said for r in reasons]
        sheet.write_string(place, 0, "\n".join(dict.fromkeys(why))[:_LONGEST], self.why)
        _, kinds, *cells = row
        about = {reason.column for reason in reasons}
        for (column, at), said in zip(refused.at.items(), cells, strict=True):
            shapes = self.marked if column in about else self.plain
            if said is None or column in refused.personal:
                sheet.write_blank(place, at, None, shapes.cell)
            else:
                kind = (kinds or "")[column : column + 1].strip()
                _write_cell(sheet, place, at, _without_personal(said, kind), kind, shapes)
        self._comment(sheet, place, reasons, refused)

    def _comment(self, sheet: Any, place: int, reasons: list[_Reason], refused: _Refused) -> None:
        for column, group in groupby(reasons, key=lambda reason: reason.column):
            if column in refused.at and self.comments < _COMMENTS:
                said = "\n".join(dict.fromkeys(reason.said for reason in group))
                sheet.write_comment(place, refused.at[column], said[:2000], {"x_scale": 2})
                self.comments += 1

    def _title(self, layout: Layout) -> str:
        """A name for the sheet that Excel takes and that no other has."""
        said = layout.sheet.name or Path(layout.sheet.file.rpartition("› ")[2]).stem
        base = _NOT_IN_TITLES.sub(" ", said).strip("' ") or "1"
        base = "1" if base.casefold() == "history" else base
        title, number = _cut(base, _TITLE_LENGTH), 1
        while title.casefold() in self.titles:
            number += 1
            tail = f" ({number})"
            title = _cut(base, _TITLE_LENGTH - len(tail)) + tail
        self.titles.add(title.casefold())
        return title


class _Shapes:
    """Formats of cells, with or without a fill."""

    def __init__(self, book: Any, fill: dict[str, str]) -> None:
        self.cell = book.add_format(fill) if fill else None
        self.quoted = book.add_format({**fill, "quote_prefix": True})
        self.day = book.add_format({**fill, "num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({**fill, "num_format": "yyyy-mm-dd hh:mm:ss"})


def _write_cell(sheet: Any, row: int, column: int, said: str, kind: str, shapes: _Shapes) -> None:
    """A cell as the original had it; what no such cell can hold is text."""
    moment = _moment(said) if kind == "d" else None
    if kind == "n" and _NUMBER.fullmatch(said) and sum(map(str.isdigit, said)) <= _DIGITS:
        sheet.write_number(row, column, float(said), shapes.cell)
    elif kind == "b":
        sheet.write_boolean(row, column, said == "TRUE", shapes.cell)
    elif moment:
        sheet.write_datetime(row, column, moment, shapes.moment if " " in said else shapes.day)
    else:
        _write_text(sheet, row, column, said, shapes)


def _moment(said: str) -> datetime | None:
    """A date as a workbook can hold it; damaged files call other things dates too."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment.replace(tzinfo=None) if 1900 < moment.year < 2100 else None


def _write_text(sheet: Any, row: int, column: int, said: str, shapes: _Shapes) -> None:
    """A text that stays one, also when its cell is edited."""
    shape = shapes.quoted if is_risky(said) else shapes.cell
    sheet.write_string(row, column, said[:_LONGEST], shape)


def _without_personal(said: str, kind: str) -> str:
    """A text without phone numbers and the like; a cell that is but a number is let be."""
    if kind in ("n", "d", "b") or not _MAYBE_PERSONAL.search(said) or _ONLY_NUMBER.fullmatch(said):
        return said
    return without_contacts(said)[0]


def _merge(sheet: Any, refused: _Refused) -> None:
    """The merged cells of titles and header."""
    for first, left, last, right in refused.layout.sheet.merged:
        kept = [refused.at[c] for c in range(left, right + 1) if c in refused.at]
        if last <= refused.layout.header[1] and kept and (last > first or len(kept) > 1):
            above = refused.lead + 1
            _register_merge(sheet, first - above, kept[0], last - above, kept[-1])


def _register_merge(sheet: Any, first: int, left: int, last: int, right: int) -> None:
    # merge_range() would write blanks into rows that come later, after which the present one
    # could no longer be written.
    sheet.merge.append([first, left, last, right])


def _cut(said: str, length: int) -> str:
    """The beginning of a text, measured as Excel does, in UTF-16."""
    return said.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").strip("' ")


def _width(title: str) -> float:
    return min(max(sum(2 if ord(c) > 0x2E7F else 1 for c in title) + 3, 10), 40)
