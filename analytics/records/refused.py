"""The refused rows as a workbook like the original, to be mended and imported again.

Each sheet keeps its lines above the table and its header. A first column says why each row was
refused; the cells it is about are coloured and commented. An import passes that column over (see
`marks.REASONS`). Of personal columns only the header is kept, by which the form is recognised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from analytics.errors import Unusable, reason_of
from analytics.formats import is_risky
from analytics.records import sheet_rows
from analytics.records.contacts import MAYBE, without_contacts
from analytics.records.findings import TABLE
from analytics.records.marks import REASONS, is_reason
from analytics.records.relations import load_pairs, one, quoted
from analytics.records.sentences import field_label, letters, sentence
from analytics.records.sheet_rows import LONGEST, UNWRITABLE, Shapes, writable
from analytics.records.types import Form, Layout, Progress

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analytics.records.workbench import Workbench

_COMMENTS = 2_000
"""Cells that get a comment; Excel is slow with many, and the first column says it all."""
_LONGEST_COMMENT = 2_000
_ONLY_NUMBER = "[-+]?[0-9.,，\\s]+"
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
    found = [_Refused(layout, form, bench.connection) for layout, form in tables]
    found = [refused for refused in found if refused.count()]
    whole = sum(refused.count() for refused in found)
    frame = bench.path(".xlsx")
    try:
        book = xlsxwriter.Workbook(str(frame), {"strings_to_formulas": False})
        writer = _Writer(book, language)
        for refused in found:
            writer.begin(refused)
        if not found:
            book.add_worksheet()
        book.close()
        told = _Told(progress, whole)
        sheet_rows.put_rows(
            frame,
            path,
            {place: told.counted(writer.rows(refused)) for place, refused in enumerate(found)},
            {place: refused.end() for place, refused in enumerate(found)},
        )
    except (OSError, XlsxWriterException) as error:
        cause = error.__context__ if isinstance(error.__context__, OSError) else error
        raise Unusable("file_not_written", file=path, found=reason_of(cause)) from error
    finally:
        frame.unlink(missing_ok=True)
    return whole


@dataclass
class _Told:
    """Tells how much is written."""

    progress: Progress
    whole: int
    done: int = 0

    def counted(self, batches: Iterator[list[str]]) -> Iterator[str]:
        """The rows of several batches, counted."""
        for batch in batches:
            yield "".join(batch)
            self.done += len(batch)
            self.progress("refusing", self.done / max(self.whole, 1))


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
        self.rows, self.why, self.about = (
            f"refused_{name}_{layout.sheet.number}" for name in ("rows", "why", "about")
        )
        self.findings = (
            f"from {TABLE} where source = {layout.sheet.number} and severity = 'error' "
            f"and row_no in (select row_no from {self.table})"
        )

    def _has_come_back(self) -> bool:
        """Whether the sheet is one of refused rows itself: then its reasons are old."""
        found = self.connection.execute(
            f"select c0 from {self.table} where row_no between ? and ?", self.layout.header
        ).fetchall()
        return any(is_reason(said or "") for (said,) in found)

    def count(self) -> int:
        """How many there are."""
        return one(self.connection, f"select count(distinct row_no) {self.findings}")[0]

    @property
    def top(self) -> int:
        """How many rows stand above them."""
        return self.layout.header[1] - self.lead

    def end(self) -> str:
        """The last cell of the sheet."""
        return f"{letters(max(self.at.values(), default=0))}{self.top + self.count()}"

    def head(self) -> list[Row]:
        """Row number and cells of all lines down to the header's last."""
        return self.connection.execute(
            f"select row_no, {self.cells} from {self.table} "
            f"where row_no <= {self.layout.header[1]} order by row_no"
        ).fetchall()

    def prepare(self, language: str) -> None:
        """Make the relations of its rows, of each finding's sentence, and of both together.

        `rows` has `place` (row in the workbook, from 1), `row_no`, `kinds` and the cells; `about`
        has `place`, `why` and `about` (columns).
        """
        self.connection.execute(
            f"create or replace table {self.rows} as select row_number() over (order by row_no) + "
            f"{self.top} as place, row_no, kinds, {self.cells} from {self.table} "
            f"semi join (select row_no {self.findings}) as f using (row_no)"
        )
        self._clean()
        self._say(language)
        self.connection.execute(
            f"create or replace table {self.about} as with told as (select r.place, w.line, "
            "min((w.column_no is null, w.column_no, w.key)) as first, "
            f"list(distinct w.column_no) as columns from (select * {self.findings}) as f "
            f"join {self.why} as w on f.column_no is not distinct from w.column_no "
            "and f.field is not distinct from w.field and f.key = w.key "
            "and f.details is not distinct from w.details "
            f"and f.value is not distinct from w.value join {self.rows} as r using (row_no) "
            "group by r.place, w.line) select place, "
            "string_agg(line, chr(10) order by first, line) as why, "
            "flatten(list(columns)) as about from told group by place"
        )

    def _clean(self) -> None:
        """Take personal contacts out of the cells, and what no workbook can hold."""
        for column in self.at:
            if column in self.personal:
                continue
            cell = f"c{column}"
            kind = f"coalesce(substr(kinds, {column + 1}, 1), '')"
            maybe = (
                f"(regexp_matches({cell}, {quoted(MAYBE)}) and {kind} not in ('n', 'd', 'b') "
                f"and not regexp_full_match({cell}, {quoted(_ONLY_NUMBER)}))"
            )
            rows = self.connection.execute(
                f"select distinct {cell} from {self.rows} where {maybe} "
                f"or regexp_matches({cell}, {quoted(UNWRITABLE)})"
            ).fetchall()
            pairs = [(said, writable(without_contacts(said)[0])) for (said,) in rows]
            pairs = [pair for pair in pairs if pair[0] != pair[1]]
            if pairs:
                load_pairs(self.connection, "cleaned", pairs)
                self.connection.execute(
                    f"update {self.rows} as r set {cell} = p.id from cleaned as p "
                    f"where r.{cell} = p.said"
                )

    def _say(self, language: str) -> None:
        """Make the relation of sentences: each different finding once."""
        named = ["column_no", "field", "key", "details", "value"]
        told = self.connection.execute(
            f"select distinct {', '.join(named)} {self.findings}"
        ).fetchall()
        lines = [self._line(row, language) for row in told]
        frame = pd.DataFrame(told, columns=named, dtype=object).assign(
            line=[line for line, _ in lines], said=[said for _, said in lines]
        )
        self.connection.register("told", frame)
        self.connection.execute(
            f"create or replace table {self.why} as select column_no::integer as column_no, "
            "field::varchar as field, key::varchar as key, details::varchar as details, "
            "value::varchar as value, line::varchar as line, said::varchar as said from told"
        )
        self.connection.unregister("told")

    def _line(self, row: Row, language: str) -> tuple[str, str]:
        """A finding as the first column has it, and as its cell's comment."""
        column, name, key, details, value = row
        title = self.titles.get(column) or field_label(self.form, name or "", language)
        said = writable(sentence(key, json.loads(details or "{}"), language, value or "", title))
        between = "：" if language == "zh" else ": "
        return (f"{writable(title)}{between}{said}" if title else said), said

    def comments(self, most: int) -> list[tuple[int, int, str]]:
        """Place, column and sentences of the first cells that some are about."""
        return self.connection.execute(
            f"select r.place, f.column_no, string_agg(distinct w.said, chr(10)) "
            f"from (select * {self.findings} and column_no is not null) as f "
            f"join {self.rows} as r using (row_no) join {self.why} as w "
            "on f.column_no = w.column_no and f.key = w.key "
            "and f.field is not distinct from w.field "
            "and f.details is not distinct from w.details "
            "and f.value is not distinct from w.value "
            f"group by all order by all limit {most}"
        ).fetchall()


@dataclass
class _Writer:
    """Writes the sheets of one workbook: heads and comments first, their rows from the database."""

    book: Any
    language: str
    left: int = _COMMENTS
    titles: set[str] = field(default_factory=lambda: set())

    def __post_init__(self) -> None:
        wrapped = {"text_wrap": True, "valign": "top"}
        self.head = self.book.add_format({**wrapped, "bold": True, "bg_color": "#E8EEF6"})
        self.why = _number(self.book.add_format({**wrapped, "font_color": "#9A3412"}))
        self.plain = self._shapes({})
        self.marked = self._shapes({"bg_color": "#FCE4D6"})
        self.risky = self.book.add_format({"quote_prefix": True})

    def _shapes(self, fill: dict[str, str]) -> Shapes:
        formats = (
            fill,
            {**fill, "quote_prefix": True},
            {**fill, "num_format": "yyyy-mm-dd"},
            {**fill, "num_format": "yyyy-mm-dd hh:mm:ss"},
        )
        return Shapes(*(_number(self.book.add_format(said)) if said else 0 for said in formats))

    def begin(self, refused: _Refused) -> None:
        """One sheet without its rows."""
        refused.prepare(self.language)
        sheet = self.book.add_worksheet(self._title(refused.layout))
        self._write_head(sheet, refused)
        for place, column, said in refused.comments(self.left):
            if column in refused.at:
                where = (place - 1, refused.at[column])
                sheet.write_comment(*where, said[:_LONGEST_COMMENT], {"x_scale": 2})
                self.left -= 1
        sheet.freeze_panes(refused.top, 1)

    def rows(self, refused: _Refused) -> Iterator[list[str]]:
        """The rows of a sheet, some at a time."""
        cells = [sheet_rows.text_cell(0, "why", self.why)]
        for column, at in refused.at.items():
            marked = f"list_contains(about, {column})"
            if column in refused.personal:
                cells.append(sheet_rows.blank(at, marked, self.marked))
                continue
            kind = f"coalesce(trim(substr(kinds, {column + 1}, 1)), '')"
            cells.append(sheet_rows.cell(at, f"c{column}", kind, marked, self.plain, self.marked))
        yield from sheet_rows.stream(
            refused.connection,
            f"select {sheet_rows.row(cells)} from {refused.rows} "
            f"join {refused.about} using (place) order by place",
        )

    def _write_head(self, sheet: Any, refused: _Refused) -> None:
        first, last = refused.layout.header
        sheet.set_column(0, 0, 60)
        for column, place in refused.at.items():
            sheet.set_column(place, place, _width(refused.titles.get(column, "")))
        for row_no, *cells in refused.head():
            row = row_no - 1 - refused.lead
            if row_no == first:
                sheet.write_string(row, 0, REASONS[self.language], self.head)
            for place, said in zip(refused.at.values(), cells, strict=True):
                if said and row_no >= first:
                    sheet.write_string(row, place, said, self.head)
                elif said:
                    safe = without_contacts(said)[0][:LONGEST]
                    sheet.write_string(row, place, safe, self.risky if is_risky(safe) else None)
        _merge(sheet, refused)
        if last > first:
            _register_merge(sheet, first - 1 - refused.lead, 0, last - 1 - refused.lead, 0)

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


def _number(format_: Any) -> int:
    """The number by which cells name a format; asking for it puts it into the workbook."""
    return format_._get_xf_index()


def _merge(sheet: Any, refused: _Refused) -> None:
    """The merged cells of titles and header."""
    for first, left, last, right in refused.layout.sheet.merged:
        kept = [refused.at[c] for c in range(left, right + 1) if c in refused.at]
        if last <= refused.layout.header[1] and kept and (last > first or len(kept) > 1):
            above = refused.lead + 1
            _register_merge(sheet, first - above, kept[0], last - above, kept[-1])


def _register_merge(sheet: Any, first: int, left: int, last: int, right: int) -> None:
    # merge_range() would write over the cells that are written already.
    sheet.merge.append([first, left, last, right])


def _cut(said: str, length: int) -> str:
    """The beginning of a text, measured as Excel does, in UTF-16."""
    return said.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore").strip("' ")


def _width(title: str) -> float:
    return min(max(sum(2 if ord(c) > 0x2E7F else 1 for c in title) + 3, 10), 40)
