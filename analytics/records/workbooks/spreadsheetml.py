"""Workbooks in the XML of Excel 2003 ("XML Spreadsheet"), which many systems name .xls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from analytics.records.workbooks.cells import BOOLEAN, DATE, ERROR, TEXT, Cell, number
from analytics.records.workbooks.grid import NOTHING, Grid
from analytics.records.workbooks.told import Bounds, Refused, tell_finding

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MIDNIGHT = "T00:00:00.000"
_TRUE = ("1", "true")


def read_spreadsheetml(source: Path, target: str, bounds: Bounds) -> None:
    """Write every sheet that can be seen; those that are hidden are named instead.

    Args:
        source: The workbook, in UTF-8.
        target: Start of the paths to write to.
        bounds: What is too much.

    Raises:
        Refused: It is damaged, brings entities of its own, or holds more than fits.
    """
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        tree = etree.parse(source, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("damaged_workbook", words=error.msg) from error
    if tree.docinfo.doctype:
        raise Refused("xml_entities")
    sheets = [sheet for sheet in tree.getroot().iterchildren(f"{_SS}Worksheet") if _is_shown(sheet)]
    if len(sheets) > bounds.sheets:
        raise Refused("too_many_sheets", found=len(sheets), most=bounds.sheets)
    for position, sheet in enumerate(sheets):
        grid = Grid(sheet.get(f"{_SS}Name", ""), bounds)
        _fill(sheet, grid)
        grid.write(f"{target}-{position}.csv")


def _is_shown(sheet: Any) -> bool:
    shown = sheet.findtext("{*}WorksheetOptions/{*}Visible", "").strip()
    if shown in ("SheetHidden", "SheetVeryHidden"):
        tell_finding("sheet_hidden", sheet.get(f"{_SS}Name", ""), "note")
        return False
    return True


def _fill(sheet: Any, grid: Grid) -> None:
    row = -1
    for line in sheet.iterfind(f"{_SS}Table/{_SS}Row"):
        row = max(_whole(line, "Index", row + 2), 1) - 1
        column = -1
        for cell in line.iterchildren(f"{_SS}Cell"):
            column = max(_whole(cell, "Index", column + 2), 1) - 1
            across, down = _whole(cell, "MergeAcross", 0), _whole(cell, "MergeDown", 0)
            said = _cell(cell)
            if said != NOTHING:
                grid.put(row, column, said)
                grid.merge(row, column, down, min(across, grid.bounds.columns))
            column += across
        row += _whole(line, "Span", 0)


def _whole(element: Any, name: str, otherwise: int) -> int:
    said = element.get(f"{_SS}{name}", "")
    return int(said) if said.isascii() and said.isdigit() else otherwise


def _cell(element: Any) -> Cell:
    data = element.find(f"{_SS}Data")
    if data is None:
        return NOTHING
    said = "".join(data.itertext())
    kind = data.get(f"{_SS}Type", "String")
    if not said:
        return NOTHING
    if kind == "Number":
        return _number(said)
    if kind == "DateTime":
        return said.removesuffix(_MIDNIGHT).removesuffix(".000").replace("T", " "), DATE
    if kind == "Boolean":
        return ("TRUE" if said.strip().lower() in _TRUE else "FALSE"), BOOLEAN
    return said, ERROR if kind == "Error" else TEXT


def _number(said: str) -> Cell:
    try:
        return number(float(said))
    except ValueError:
        return said, TEXT
