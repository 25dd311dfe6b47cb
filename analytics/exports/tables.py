"""A panel's answer as CSV or XLSX, with filters, definitions, sources and the data mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd
import xlsxwriter

from analytics.formats import harmless, is_missing, is_risky
from analytics.text import text


@dataclass(frozen=True)
class Field:
    """A column of a file: the frame's column, its header, and its unit."""

    column: str
    header: str
    unit: str = ""


@dataclass(frozen=True)
class Marks:
    """What every file says of itself.

    Args:
        title: Title of the chart.
        mark: Data mark: demonstration data, records or published figures.
        selection: Filters and period in words.
        snapshot: Snapshot the figures come from.
        made_at: When the file was made.
        link: Link back to the view.
        definitions: Name and definition of each measure.
        sources: Sentences that name the sources.
    """

    title: str
    mark: str
    selection: str
    snapshot: str
    made_at: datetime
    link: str
    definitions: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]

    def rows(self, language: str) -> list[tuple[str, str]]:
        """The marks as label and value."""
        values = (self.mark, self.selection, self.snapshot, f"{self.made_at:%Y-%m-%d %H:%M}")
        keys = ("mark", "selection", "snapshot", "made_at")
        return [
            (text(f"files.{key}", language), value) for key, value in zip(keys, values, strict=True)
        ]


def to_csv(frame: pd.DataFrame, fields: Sequence[Field], marks: Marks, language: str) -> bytes:
    """UTF-8 with a byte-order mark, for Excel; the marks are columns, so the table stays whole."""
    notes = marks.rows(language)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*(item.header for item in fields), *(label for label, _ in notes)])
    for row in frame[[item.column for item in fields]].itertuples(index=False):
        writer.writerow([*map(_plain, row), *(value for _, value in notes)])
    return buffer.getvalue().encode("utf-8-sig")


def to_xlsx(frame: pd.DataFrame, fields: Sequence[Field], marks: Marks, language: str) -> bytes:
    """A workbook with sheets data, filters, definitions and sources; numbers stay numbers."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    _data_sheet(book, frame, fields, language)
    _notes_sheet(
        book,
        text("files.sheet_filters", language),
        [
            (text("files.title", language), marks.title),
            *marks.rows(language),
            (text("files.link", language), marks.link),
        ],
    )
    _notes_sheet(book, text("files.sheet_definitions", language), marks.definitions)
    _notes_sheet(
        book, text("files.sheet_sources", language), [("", source) for source in marks.sources]
    )
    book.close()
    return buffer.getvalue()


def _plain(value: Any) -> str:
    """A cell of a CSV: exact numbers, ISO dates, text that no spreadsheet takes for a formula."""
    if is_missing(value) or value is pd.NaT:
        return ""
    if isinstance(value, (date, datetime)):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)


def _data_sheet(book: Any, frame: pd.DataFrame, fields: Sequence[Field], language: str) -> None:
    sheet = book.add_worksheet(text("files.sheet_data", language))
    head = book.add_format(
        {"bold": True, "bg_color": "#F3F6FA", "bottom": 1, "text_wrap": True, "valign": "top"}
    )
    quoted = book.add_format({"quote_prefix": True})
    for position, item in enumerate(fields):
        values = frame[item.column].tolist()
        shape = book.add_format({"num_format": _number_format(item.unit, values, language)})
        sheet.set_column(position, position, _width(item.header, values), shape)
        sheet.write_string(0, position, item.header, head)
        for row, value in enumerate(values, start=1):
            _write(sheet, row, position, value, shape, quoted)
    sheet.freeze_panes(1, 0)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(fields) - 1)


def _write(sheet: Any, row: int, column: int, value: Any, shape: Any, quoted: Any) -> None:
    if is_missing(value) or value is pd.NaT:
        sheet.write_blank(row, column, None, shape)
    elif isinstance(value, (date, datetime)):
        sheet.write_datetime(row, column, value, shape)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, str):
        # Quoted, a text stays one even when its cell is edited.
        sheet.write_string(row, column, value, quoted if is_risky(value) else None)
    else:
        sheet.write_number(row, column, value, shape)


def _number_format(unit: str, values: Sequence[Any], language: str) -> str:
    """Excel's own scaling, so that the cell keeps CNY and shows 万元, 亿元, m or bn."""
    if unit == "share":
        return "0.0%"
    if unit != "cny":
        known = [value for value in values if not is_missing(value)]
        if known and isinstance(known[0], (date, datetime)):
            return "yyyy-mm-dd"
        whole = all(float(value).is_integer() for value in known if isinstance(value, (int, float)))
        return "General" if not unit else "#,##0" if whole else "#,##0.00"
    largest = max((abs(float(value)) for value in values if not is_missing(value)), default=0.0)
    if language == "zh":
        return '#,##0!.00,,"亿元"' if largest >= 1e8 else '#,##0!.0,"万元"'
    return '#,##0.000,,,"bn"' if largest >= 1e9 else '#,##0.0,,"m"'


def _width(header: str, values: Sequence[Any]) -> float:
    sample = [header, *(str(value)[:40] for value in values[:50])]
    return min(max(sum(2 if ord(c) > 0x2E7F else 1 for c in cell) for cell in sample) + 3, 48)


def _notes_sheet(book: Any, name: str, rows: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    for index, (label, value) in enumerate(rows):
        sheet.write_string(index, 0, label, bold)
        sheet.write_string(index, 1, value, wrap)
