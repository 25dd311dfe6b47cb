"""Builders of the files that offices send: each writes one file and returns its path.

Rows are sequences of cells. In workbooks text stays text, numbers and dates are such; None is an
empty cell.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Any, cast

import msoffcrypto.format.ooxml
import xlsxwriter

Rows = Iterable[Sequence[Any]]
DEFAULT_PASSWORD = "VelvetSweatshop"
DEALS: tuple[tuple[Any, ...], ...] = (
    ("合同编号", "签订日期", "合同类型", "卖方名称", "买方名称", "成交额"),
    ("HT-001", date(2021, 3, 12), "技术开发", "甲乙丙丁研究院", "戊己庚辛公司", 120.5),
    ("HT-002", date(2021, 4, 1), "技术转让", "甲乙丙丁研究院", "壬癸公司", 88),
    ("HT-003", date(2021, 5, 20), "技术服务", "子丑寅卯大学", "壬癸公司", 45.25),
)
"""A small sheet of deals, its money in 万元."""


@dataclass
class SheetOf:
    """A sheet of a workbook to be written.

    Args:
        rows: Its rows from the first on.
        merged: First row, first column, last row, last column, all from 0.
        hidden: "" for a sheet that can be seen, else "hidden" or "very hidden".
        formats: Number format by column, from 0.
        comments: Comment by cell, such as {"A1": "必填"}.
    """

    rows: Rows
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: str = ""
    formats: Mapping[int, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)


def workbook(
    path: Path, sheets: Mapping[str, SheetOf | Rows] | Rows, date_1904: bool = False
) -> Path:
    r"""An .xlsx; text that begins with = is a formula, its value after a tab ("=1+1\t2")."""
    options = {"date_1904": date_1904, "default_date_format": "yyyy-mm-dd"}
    with xlsxwriter.Workbook(str(path), options) as book:
        for name, given in _by_name(sheets).items():
            sheet = given if isinstance(given, SheetOf) else SheetOf(given)
            page = book.add_worksheet(name)
            formats = {c: book.add_format({"num_format": f}) for c, f in sheet.formats.items()}
            for area in sheet.merged:
                page.merge_range(*area, "")
            for row, cells in enumerate(sheet.rows):
                for column, cell in enumerate(cells):
                    _write(page, row, column, cell, formats.get(column))
            for cell, words in sheet.comments.items():
                page.write_comment(cell, words)
            if sheet.hidden == "hidden":
                page.hide()
            elif sheet.hidden:
                page.very_hidden()
    return path


def _by_name(sheets: Mapping[str, Any] | Rows) -> dict[str, Any]:
    return cast("dict[str, Any]", sheets) if isinstance(sheets, Mapping) else {"Sheet1": sheets}


def _write(page: Any, row: int, column: int, cell: Any, form: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str) and cell.startswith("="):
        formula, _, value = cell.partition("\t")
        is_number = value.replace(".", "", 1).isdigit()
        page.write_formula(row, column, formula, form, float(value) if is_number else value)
    elif isinstance(cell, str):
        page.write_string(row, column, cell, form)
    elif isinstance(cell, bool):
        page.write_boolean(row, column, cell, form)
    elif isinstance(cell, (date, datetime)):
        page.write_datetime(row, column, cell, form)
    else:
        page.write_number(row, column, cell, form)


def messy_workbook(path: Path) -> Path:
    """Deals as an office keeps them: title, unit line, merged header, sums, blank rows, notes."""
    rows = [
        [None, "2021年技术合同登记表"],
        [None, "填报单位：某某科协", None, None, None, None, "单位：万元"],
        [],
        [None, "合同", None, "双方", None, "金额", None],
        [None, "合同编号", "签订日期", "卖方名称", "买方名称", "合同类型", "成交额"],
        [None, "HT-001", "2021.3.12", "甲乙丙丁研究院", "戊己庚辛公司", "技术开发", "120.5"],
        [None, "HT-002", "2021年4月1日", "甲乙丙丁研究院", "壬癸公司", "技术转让", "88"],
        [None, "小计", None, None, None, None, "208.5"],
        [],
        [None, "HT-003", "2021/5/20", "子丑寅卯大学", "壬癸公司", "技术服务", "45.25"],
        [None, "合计", None, None, None, None, "253.75"],
        [None, "注：本表由各部门填报，未经审计。"],
    ]
    merged = [(0, 1, 0, 6), (3, 1, 3, 2), (3, 3, 3, 4), (3, 5, 3, 6), (11, 1, 11, 6)]
    return workbook(path, {"登记表": SheetOf(rows, merged)})


def text_file(
    path: Path, rows: Rows, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n"
) -> Path:
    """A .csv, .tsv or .txt; dates are written as 2021-03-12, None as nothing."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerows([["" if cell is None else str(cell) for cell in row] for row in rows])
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def html_workbook(
    path: Path, rows: Rows, title: str = "", unit: str = "", encoding: str = "utf-8"
) -> Path:
    """A web page named .xls, as systems export it: title and unit stand before the table."""
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(_said(cell))}</td>" for cell in row) + "</tr>\n"
        for row in rows
    )
    above = f"<div align=center><b>{escape(title)}</b></div>" if title else ""
    above += f'<table><tr><td align="right">{escape(unit)}</td></tr></table>' if unit else ""
    page = (
        f'<html><head><title>导出</title><meta charset="{encoding}"><style>td {{ }}</style></head>'
        f"<body>{above}<table border=1>\n{lines}</table></body></html>"
    )
    path.write_bytes(page.encode(encoding))
    return path


def spreadsheetml(path: Path, sheets: Mapping[str, Rows] | Rows, hidden: str = "") -> Path:
    """The XML of Excel 2003 named .xls; `hidden` names a sheet that cannot be seen."""
    pages = "".join(
        f'<Worksheet ss:Name="{escape(name)}"><Table>{"".join(map(_xml_row, rows))}</Table>'
        + ("<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>" * hides)
        + "</Worksheet>"
        for name, rows, hides in ((n, rows, n == hidden) for n, rows in _by_name(sheets).items())
    )
    path.write_text(
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel" '
        f'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{pages}</Workbook>',
        encoding="utf-8",
    )
    return path


def _xml_row(row: Sequence[Any]) -> str:
    cells = ""
    for column, cell in enumerate(row, 1):
        if cell is None:
            continue
        kind = "Boolean" if isinstance(cell, bool) else "Number"
        kind = "DateTime" if isinstance(cell, date) else kind
        kind = "String" if isinstance(cell, str) else kind
        said = f"{_said(cell)}T00:00:00.000" if kind == "DateTime" else escape(_said(cell))
        said = str(int(bool(cell))) if kind == "Boolean" else said
        cells += f'<Cell ss:Index="{column}"><Data ss:Type="{kind}">{said}</Data></Cell>'
    return f"<Row>{cells}</Row>"


def _said(cell: Any) -> str:
    return "" if cell is None else str(cell)


def encrypted(path: Path, source: Path, password: str = DEFAULT_PASSWORD) -> Path:
    """An .xlsx encrypted as Excel does it; with the default password it opens without asking."""
    with source.open("rb") as plain, path.open("wb") as out:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt(password, out)
    return path


def zipped(path: Path, files: Mapping[str, Path | bytes], gbk_names: bool = False) -> Path:
    """A .zip of files under the names given; in GBK, as Windows in China writes them, if asked."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in files.items():
            data = held if isinstance(held, bytes) else held.read_bytes()
            item = _GbkInfo(name) if gbk_names else zipfile.ZipInfo(name)
            item.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(item, data)
    return path


class _GbkInfo(zipfile.ZipInfo):
    """A name in GBK without saying so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def raw_workbook(path: Path, rows_xml: str, prologue: str = "", styles: str = "") -> Path:
    """An .xlsx of one sheet, its rows as raw XML, for what no honest program writes."""
    parts = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relation("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_NAMESPACE}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relation("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{prologue}'
        f'<worksheet xmlns="{_NAMESPACE}"><sheetData>{rows_xml}</sheetData></worksheet>',
    }
    if styles:
        parts["xl/styles.xml"] = f'<styleSheet xmlns="{_NAMESPACE}">{styles}</styleSheet>'
    return zipped(path, {name: said.encode() for name, said in parts.items()})


def _relation(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/{kind}" '
        f'Target="{target}"/></Relationships>'
    )


def old_workbook(path: Path, rows: Rows, sheet: str = "Sheet1") -> Path:
    """An .xls of Excel 97 (BIFF8 in a compound file) with texts and numbers."""
    start = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    name = sheet.encode("utf-16-le")
    begin = _record(0x0809, start)
    bound = _record(0x0085, struct.pack("<IBBBB", 0, 0, 0, len(sheet), 1) + name)
    end = _record(0x000A, b"")
    place = len(begin + bound + end)
    bound = _record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(sheet), 1) + name)
    page = _record(0x0809, start[:2] + struct.pack("<H", 0x0010) + start[4:])
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                said = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                page += _record(0x0204, struct.pack("<HHH", row, column, 0) + said)
            elif cell is not None:
                page += _record(0x0203, struct.pack("<HHHd", row, column, 0, float(cell)))
    path.write_bytes(_compound(b"".join((begin, bound, end, page, end))))
    return path


def _record(number: int, data: bytes) -> bytes:
    return struct.pack("<HH", number, len(data)) + data


_FREE, _LAST, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def _compound(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file of one stream: allocation table, directory, then the stream."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    assert sectors <= 120, "one sector of the allocation table holds no more"
    chain = [_TABLE, _LAST, *range(3, 2 + sectors), _LAST]
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    folder = _entry("Root Entry", 5, _LAST, 0, 1) + _entry(name, 2, 2, len(stream), _FREE)
    header = struct.pack(
        "<8s16s5H6x9I",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, _LAST, 0, _LAST, 0),
    )
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    return header + table + folder.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    said = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<HBBIII", len(said), kind, 1, _FREE, _FREE, child)
    return said.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
