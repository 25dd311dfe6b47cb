"""Workbooks of Excel and its kin: .xlsx, .xlsm and .xls."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from analytics.records.workbooks.cells import EMPTY, Cell, cell
from analytics.records.workbooks.marks import Marks, find_marks
from analytics.records.workbooks.packed import check_packed
from analytics.records.workbooks.told import (
    Bounds,
    Refused,
    Written,
    tell,
    tell_finding,
    tell_sheet,
)
from analytics.records.workbooks.writing import write_rows

Area = tuple[int, int, int, int]
_NOTHING: Cell = ("", EMPTY)


def read_excel(source: Path, target: str, bounds: Bounds) -> None:
    """Write every sheet that can be seen; those that are hidden are named instead.

    Args:
        source: The workbook.
        target: Start of the paths to write to.
        bounds: What is too much.

    Raises:
        Refused: It is damaged, or holds more than fits.
    """
    if zipfile.is_zipfile(source):
        check_packed(source, bounds)
    try:
        with CalamineWorkbook.from_path(source) as book:
            _read_sheets(book, source, target, bounds)
    except CalamineError as error:
        raise Refused("damaged_workbook", words=str(error).strip()) from error


def _read_sheets(book: CalamineWorkbook, source: Path, target: str, bounds: Bounds) -> None:
    shown: list[str] = []
    for sheet in book.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        if str(sheet.visible) != "SheetVisibleEnum.Visible":
            tell_finding("sheet_hidden", sheet.name, "note")
            continue
        shown.append(sheet.name)
    if len(shown) > bounds.sheets:
        raise Refused("too_many_sheets", found=len(shown), most=bounds.sheets)
    for number, name in enumerate(shown):
        written = Written(name, f"{target}-{number}.csv")
        with find_marks(source, name) as marks:
            _read_sheet(book.get_sheet_by_name(name), written, marks, bounds)
        tell_sheet(written)
        tell("progress", share=1.0)


def _read_sheet(sheet: CalamineSheet, written: Written, marks: Marks, bounds: Bounds) -> None:
    start, end = sheet.start, sheet.end
    if start is None or end is None:
        write_rows(written, (), bounds)
        _tell_unknown(written, marks)
        return
    if end[1] >= bounds.columns:
        raise Refused(
            "too_many_columns",
            sheet=sheet.name,
            found=end[1] + 1,
            most=bounds.columns,
        )
    if end[0] >= bounds.rows:
        raise Refused("too_many_rows", sheet=sheet.name, most=bounds.rows)
    written.width = end[1] + 1
    written.merged = _merged(sheet)
    write_rows(written, _rows(sheet, start[1], marks), bounds, end[0] + 1)
    _tell_unknown(written, marks)


def _tell_unknown(sheet: Written, marks: Marks) -> None:
    marks.count_rest()
    if marks.unknown:
        tell_finding(
            "formula_without_value",
            sheet.name,
            "warning",
            count=marks.unknown,
            cell=marks.first_unknown,
        )


def _rows(sheet: CalamineSheet, first_column: int, marks: Marks) -> Iterator[Sequence[Cell]]:
    """Rows and cells from the first of the sheet on; the library leaves out empty first columns."""
    left = (_NOTHING,) * first_column
    for row_no, values in enumerate(sheet.iter_rows(), 1):
        row = [*left, *map(cell, values)]
        yield marks.applied(row_no, row) if marks else row


def _merged(sheet: CalamineSheet) -> list[Area]:
    return [
        (first[0] + 1, first[1], last[0] + 1, last[1])
        for first, last in sheet.merged_cell_ranges or ()
    ]
