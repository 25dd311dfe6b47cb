"""Reading files: each kind and each mess gives exactly these cells, or exactly this refusal."""

from __future__ import annotations

import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import Unusable
from analytics.records.limits import Limits
from analytics.records.reading import Reading, read
from analytics.records.reading.archives import member_name, shown_name
from analytics.records.reading.dialects import find_dialect
from analytics.records.reading.encodings import guess_encoding
from analytics.records.types import Sheet, Source
from analytics.records.workbench import Workbench
from analytics.records.workbooks.cells import cell, number
from analytics.records.workbooks.marks import MONTH, YEAR, shown_of_date
from analytics.records.workbooks.writing import column_letters
from analytics.text import LANGUAGES
from tests.intake.files import (
    DEALS,
    SheetOf,
    encrypted,
    html_workbook,
    messy_workbook,
    old_workbook,
    raw_workbook,
    spreadsheetml,
    text_file,
    workbook,
    zipped,
)

INPUTS = Path(__file__).parents[3] / "shared" / "reference" / "inputs"
WRITTEN = [[None if c is None else str(c) for c in row] for row in DEALS]
"""The deals as text; no number there has idle zeros."""


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    with Workbench(tmp_path / "work") as made:
        yield made


def opened(path: Path, bench: Workbench, limits: Limits = Limits()) -> Reading:
    return read([Source(path.name, path)], bench, limits)


def cells(sheet: Sheet, bench: Workbench) -> list[list[str | None]]:
    """All cells; row numbers are checked on the way."""
    rows = bench.connection.execute(f"from {sheet.table} order by row_no").fetchall()
    assert [row[0] for row in rows] == list(range(1, sheet.rows + 1))
    return [list(row[2 : 2 + sheet.width]) for row in rows]


def kinds(sheet: Sheet, bench: Workbench) -> list[str | None]:
    rows = bench.connection.execute(f"select kinds from {sheet.table} order by row_no").fetchall()
    return [row[0] for row in rows]


def refusal(path: Path, bench: Workbench, limits: Limits = Limits()) -> Unusable:
    """The refusal of a file; its sentence exists in both languages and names the file."""
    with pytest.raises(Unusable) as raised:
        opened(path, bench, limits)
    for language in LANGUAGES:
        assert path.name.split(".")[0] in raised.value.message(language)
    return raised.value


def text(path: Path, said: bytes) -> Path:
    path.write_bytes(said)
    return path


# Every kind of file gives the same cells


@pytest.mark.parametrize(
    "make",
    [
        lambda folder: workbook(folder / "a.xlsx", DEALS),
        lambda folder: workbook(folder / "misnamed.csv", DEALS),
        lambda folder: encrypted(folder / "b.xls", workbook(folder / "a.xlsx", DEALS)),
        lambda folder: spreadsheetml(folder / "c.xls", DEALS),
        lambda folder: html_workbook(folder / "d.xls", DEALS),
        lambda folder: html_workbook(folder / "d.xls", DEALS, encoding="gb18030"),
        lambda folder: text_file(folder / "e.csv", DEALS),
        lambda folder: text_file(folder / "e.csv", DEALS, end="\n"),
        lambda folder: text_file(folder / "e.csv", DEALS, end="\r"),
        lambda folder: text_file(folder / "e.csv", DEALS, "utf-8-sig"),
        lambda folder: text_file(folder / "e.csv", DEALS, "gbk"),
        lambda folder: text_file(folder / "e.xls", DEALS, "gb18030", "\t"),
        lambda folder: text_file(folder / "e.txt", DEALS, "utf-16", "\t"),
        lambda folder: text_file(folder / "e.txt", DEALS, "utf-16-le", "\t"),
        lambda folder: text_file(folder / "e.txt", DEALS, "utf-16-be", ","),
        lambda folder: text_file(folder / "e.txt", DEALS, "utf-32", ","),
        lambda folder: text_file(folder / "e.tsv", DEALS, delimiter="\t"),
        lambda folder: text_file(folder / "e.csv", DEALS, delimiter=";"),
        lambda folder: text_file(folder / "e.csv", DEALS, delimiter="|"),
        lambda folder: text_file(folder / "deals[1]*.csv", DEALS),
        lambda folder: zipped(folder / "f.zip", {"a.csv": text_file(folder / "a", DEALS, "gbk")}),
    ],
)
def test_every_kind_of_file_gives_the_same_cells(
    make: Callable[[Path], Path], tmp_path: Path, bench: Workbench
) -> None:
    reading = opened(make(tmp_path), bench)
    assert len(reading.sheets) == 1
    assert not reading.findings
    assert cells(reading.sheets[0], bench) == WRITTEN


def test_what_a_sheet_says_of_itself(tmp_path: Path, bench: Workbench) -> None:
    first = workbook(tmp_path / "甲.xlsx", {"登记": DEALS, "空": [], "补充": DEALS})
    second = text_file(tmp_path / "乙.csv", DEALS, "gb18030")
    sheets = read([Source("甲.xlsx", first), Source("乙.csv", second)], bench).sheets
    assert [(s.number, s.file, s.name, s.rows, s.width, s.encoding) for s in sheets] == [
        (0, "甲.xlsx", "登记", 4, 6, ""),
        (1, "甲.xlsx", "空", 0, 0, ""),
        (2, "甲.xlsx", "补充", 4, 6, ""),
        (3, "乙.csv", "", 4, 6, "GB18030"),
    ]
    assert len({s.table for s in sheets}) == 4
    assert len(sheets[0].sha256) == 64
    assert sheets[0].sha256 != sheets[3].sha256
    assert cells(sheets[1], bench) == []


def test_the_messy_workbook_keeps_its_shape(tmp_path: Path, bench: Workbench) -> None:
    sheet = opened(messy_workbook(tmp_path / "m.xlsx"), bench).sheets[0]
    said = cells(sheet, bench)
    assert (sheet.rows, sheet.width) == (12, 7)
    assert said[0] == [None, "2021年技术合同登记表", None, None, None, None, None]
    assert said[2] == [None] * 7
    assert said[3] == [None, "合同", None, "双方", None, "金额", None]
    assert sheet.merged[:2] == ((1, 1, 1, 6), (4, 1, 4, 2))
    assert kinds(sheet, bench)[1] == " t    t"


# Cells


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (123.0, ("123", "n")),
        (-0.0, ("0", "n")),
        (0.1 + 0.2, ("0.30000000000000004", "n")),
        (1e22, ("10000000000000000000000", "n")),
        (1.5e-7, ("0.00000015", "n")),
        (123456789012345678.0, ("123456789012345680", "n")),
        (True, ("TRUE", "b")),
        (date(2021, 3, 12), ("2021-03-12", "d")),
        (datetime(2021, 3, 12, 10, 20), ("2021-03-12 10:20:00", "d")),
        (datetime(2021, 3, 12, 23, 59, 59, 999600), ("2021-03-13", "d")),
        ("00123", ("00123", "t")),
        ("", ("", " ")),
        (" 空 ", (" 空 ", "t")),
        ("a\0b", ("ab", "t")),
    ],
)
def test_a_cell_becomes_text_exactly(value: Any, said: tuple[str, str]) -> None:
    assert cell(value) == said


def test_what_is_no_number_is_an_error_value() -> None:
    assert number(float("nan"))[1] == "e"
    assert number(float("inf"))[1] == "e"


def test_columns_have_letters() -> None:
    assert [column_letters(c) for c in (0, 25, 26, 51, 52, 701, 702)] == [
        *("A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"),
    ]


def test_kinds_and_values_of_a_workbook(tmp_path: Path, bench: Workbench) -> None:
    rows = [[], ["00123", 45.0, 0.1, date(2021, 3, 12), True, "=1/0\t#DIV/0!", "=1+1\t2"]]
    sheet = opened(workbook(tmp_path / "k.xlsx", rows), bench).sheets[0]
    assert cells(sheet, bench)[1] == ["00123", "45", "0.1", "2021-03-12", "TRUE", "#DIV/0!", "2"]
    assert kinds(sheet, bench) == [" " * 7, "tnndben"]


def test_rows_and_columns_before_the_first_cell_count(tmp_path: Path, bench: Workbench) -> None:
    rows = [[], [], [None, None, "甲"], [], ["乙"]]
    for path in (
        workbook(tmp_path / "a.xlsx", rows),
        old_workbook(tmp_path / "b.xls", rows),
        text_file(tmp_path / "c.csv", rows),
    ):
        sheet = opened_apart(path, tmp_path)
        assert sheet == [[None] * 3, [None] * 3, [None, None, "甲"], [None] * 3, ["乙", None, None]]


def opened_apart(path: Path, folder: Path) -> list[list[str | None]]:
    with Workbench(folder / "apart") as bench:
        return cells(opened(path, bench).sheets[0], bench)


def test_an_old_xls(tmp_path: Path, bench: Workbench) -> None:
    path = old_workbook(tmp_path / "o.xls", [("编号", "金额"), ("007", 12.5), (None, 3)], "表")
    sheet = opened(path, bench).sheets[0]
    assert sheet.name == "表"
    assert cells(sheet, bench) == [["编号", "金额"], ["007", "12.5"], [None, "3"]]
    assert kinds(sheet, bench) == ["tt", "tn", " n"]


def test_both_date_systems_give_the_same_date(tmp_path: Path) -> None:
    for odd in (False, True):
        path = workbook(tmp_path / f"{odd}.xlsx", [[date(2021, 3, 12)]], date_1904=odd)
        assert opened_apart(path, tmp_path) == [["2021-03-12"]]


def test_a_date_that_shows_only_its_month_has_no_day(tmp_path: Path, bench: Workbench) -> None:
    """Excel turns a typed 2021年3月 into 1 March 2021; the day is not invented here."""
    forms = {0: 'yyyy"年"m"月"', 1: "yyyy", 2: 'yyyy"年"m"月"d"日"', 3: "m/d"}
    rows = [[date(2021, 3, 1)] * 4]
    sheet = opened(workbook(tmp_path / "d.xlsx", {"甲": SheetOf(rows, formats=forms)}), bench)
    assert cells(sheet.sheets[0], bench) == [["2021-03", "2021", "2021-03-01", "2021-03-01"]]
    assert kinds(sheet.sheets[0], bench) == ["dddd"]


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月";@', MONTH),
        ("[$-804]yyyy/m", MONTH),
        ("mmm-yy", MONTH),
        ("yyyy", YEAR),
        ("yyyy-mm-dd", 0),
        ("yyyy/m h:mm", 0),
        ('0.00"year"', 0),
        ("General", 0),
        (r"yyyy\d", YEAR),
    ],
)
def test_how_much_of_a_date_a_format_shows(code: str, shown: int) -> None:
    assert shown_of_date(code) == shown


def test_built_in_month_formats_of_chinese_excel(tmp_path: Path, bench: Workbench) -> None:
    styles = '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="57"/></cellXfs>'
    xml = '<row r="1"><c r="A1" s="1"><v>44256</v></c><c r="B1"><v>44256</v></c></row>'
    sheet = opened(raw_workbook(tmp_path / "s.xlsx", xml, styles=styles), bench).sheets[0]
    assert cells(sheet, bench) == [["2021-03", "44256"]]


def test_formulas_without_a_result_are_told(tmp_path: Path, bench: Workbench) -> None:
    xml = (
        '<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2+1</f></c>'
        '<c r="C2"><f>A2+2</f><v>3</v></c><c r="D2" t="str"><f>""</f><v></v></c></row>'
        '<row r="9"><c r="A9"><f>A2</f><v/></c></row>'
    )
    reading = opened(raw_workbook(tmp_path / "f.xlsx", xml), bench)
    assert cells(reading.sheets[0], bench)[1] == ["1", None, "3", None]
    assert [(f.key, f.severity, f.details) for f in reading.findings] == [
        ("formula_without_value", "warning", {"count": "2", "cell": "B2"})
    ]
    assert "B2" in reading.findings[0].sentence("zh")


def test_cells_that_do_not_say_where_they_stand(tmp_path: Path, bench: Workbench) -> None:
    xml = '<row><c><v>1</v></c><c t="e"><v>#N/A</v></c></row><row><c><v>2</v></c></row>'
    sheet = opened(raw_workbook(tmp_path / "n.xlsx", xml), bench).sheets[0]
    assert cells(sheet, bench) in ([["1", "#N/A"], ["2", None]], [["1"], ["2"]])


def test_hidden_sheets_are_named_and_not_read(tmp_path: Path, bench: Workbench) -> None:
    sheets = {
        "甲": DEALS,
        "乙": SheetOf(DEALS, hidden="hidden"),
        "丙": SheetOf(DEALS, hidden="very"),
    }
    reading = opened(workbook(tmp_path / "h.xlsx", sheets), bench)
    assert [sheet.name for sheet in reading.sheets] == ["甲"]
    assert [(f.key, f.sheet) for f in reading.findings] == [
        ("sheet_hidden", "乙"),
        ("sheet_hidden", "丙"),
    ]
    assert all(f.sentence(language) for f in reading.findings for language in LANGUAGES)


def test_hidden_sheets_of_spreadsheetml(tmp_path: Path, bench: Workbench) -> None:
    path = spreadsheetml(tmp_path / "h.xls", {"甲": DEALS, "乙": DEALS}, hidden="乙")
    reading = opened(path, bench)
    assert [sheet.name for sheet in reading.sheets] == ["甲"]
    assert [(f.key, f.sheet) for f in reading.findings] == [("sheet_hidden", "乙")]


def test_spreadsheetml_jumps_and_merges(tmp_path: Path, bench: Workbench) -> None:
    path = tmp_path / "j.xls"
    path.write_text(
        '<?xml version="1.0" encoding="gb2312"?>'
        '<ss:Workbook xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<ss:Worksheet ss:Name="表"><ss:Table>'
        '<ss:Row ss:Index="2"><ss:Cell ss:MergeAcross="1" ss:MergeDown="1">'
        '<ss:Data ss:Type="String">题<B>目</B></ss:Data></ss:Cell>'
        '<ss:Cell><ss:Data ss:Type="Number">1.5E3</ss:Data></ss:Cell></ss:Row>'
        '<ss:Row ss:Index="4"><ss:Cell ss:Index="2"><ss:Data ss:Type="DateTime">'
        "2021-03-12T08:30:00.000</ss:Data></ss:Cell></ss:Row>"
        "</ss:Table></ss:Worksheet></ss:Workbook>",
        encoding="gb18030",
    )
    sheet = opened(path, bench).sheets[0]
    assert cells(sheet, bench) == [
        [None] * 3,
        ["题目", None, "1500"],
        [None] * 3,
        [None, "2021-03-12 08:30:00", None],
    ]
    assert sheet.merged == ((2, 0, 3, 1),)


# Web pages named .xls


def test_a_page_is_laid_out_as_a_spreadsheet_would(tmp_path: Path, bench: Workbench) -> None:
    path = html_workbook(tmp_path / "p.xls", DEALS, "技术合同统计", "单位：万元")
    said = cells(opened(path, bench).sheets[0], bench)
    assert said[0] == ["技术合同统计", *[None] * 5]
    assert said[1] == ["单位：万元", *[None] * 5]
    assert said[2:] == WRITTEN


def test_spans_breaks_and_exact_numbers_of_a_page(tmp_path: Path, bench: Workbench) -> None:
    page = """<html><table><caption>表一</caption>
    <tr><th rowspan=2>编号</th><th colspan=2>金额&nbsp;<br>(万元)</th></tr>
    <tr><td>合同</td><td>技术</td></tr>
    <tr><td> 甲
      乙 </td><td x:num="1234.5">1,235</td><td x:num>7</td></tr></table></html>"""
    sheet = opened(text(tmp_path / "s.xls", page.encode()), bench).sheets[0]
    assert cells(sheet, bench) == [
        ["表一", None, None],
        ["编号", "金额\n(万元)", None],
        [None, "合同", "技术"],
        ["甲 乙", "1234.5", "7"],
    ]
    assert kinds(sheet, bench)[3] == "tnt"
    assert sheet.merged == ((2, 0, 3, 0), (2, 1, 2, 2))


def test_tables_within_tables_lose_nothing(tmp_path: Path, bench: Workbench) -> None:
    page = (
        "<table><tr><td>页眉<table><tr><td>甲</td><td>乙</td></tr></table>页脚</td></tr></table>"
        "<p>附注</p><script>alert(1)</script>"
    )
    sheet = opened(text(tmp_path / "t.xls", page.encode()), bench).sheets[0]
    assert cells(sheet, bench) == [["页眉", None], ["甲", "乙"], ["页脚", None], ["附注", None]]


def test_a_page_without_a_table(tmp_path: Path, bench: Workbench) -> None:
    page = "<!DOCTYPE html><html><body>登录已过期，请重新登录</body></html>"
    assert refusal(text(tmp_path / "l.xls", page.encode()), bench).key == "page_without_table"


# Text files


def test_quoted_line_breaks_are_one_record(tmp_path: Path, bench: Workbench) -> None:
    said = '编号,备注\r\n1,"第一行\r\n\r\n第二行"\r\n2,"说""好"""\r\n3,\r\n'.encode()
    sheet = opened(text(tmp_path / "q.csv", said), bench).sheets[0]
    assert cells(sheet, bench) == [
        ["编号", "备注"],
        ["1", "第一行\n\n第二行"],
        ["2", '说"好"'],
        ["3", None],
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_empty_lines_count_as_rows(
    end: str, encoding: str, tmp_path: Path, bench: Workbench
) -> None:
    said = end.join(["标题", "", "甲,乙", "1,2", "", "3,4", "", ""]).encode(encoding)
    sheet = opened(text(tmp_path / "b.csv", said), bench).sheets[0]
    assert cells(sheet, bench)[:6] == [
        ["标题", None],
        [None, None],
        ["甲", "乙"],
        ["1", "2"],
        [None, None],
        ["3", "4"],
    ]


def test_a_text_cell_keeps_every_character(tmp_path: Path, bench: Workbench) -> None:
    row = ["00123", " 前后 ", "a\tb", "'", "\\", "#", "﻿x", "𠮷", "1e5", "="]
    sheet = opened(text_file(tmp_path / "f.csv", [["列"] * 10, row]), bench).sheets[0]
    assert cells(sheet, bench)[1] == row
    assert kinds(sheet, bench) == [None, None]


def test_a_cell_guarded_by_a_formula_is_its_text(tmp_path: Path) -> None:
    said = '编号,证号\n="00123","=""0045"""\n="甲,乙\n'
    for more in ("", '\n\n="7",\n'):
        path = text(tmp_path / "g.csv", (said.replace('="甲,', "甲,") + more).encode())
        assert opened_apart(path, tmp_path)[1:3] == [["00123", "0045"], ["甲", "乙"]]


def test_short_rows_are_filled_and_wide_ones_told(tmp_path: Path, bench: Workbench) -> None:
    said = "标题\n甲,乙,丙\n1\n2,3\n4,5,6\n7,1,000,8\n9,9,9,,\n"
    reading = opened(text(tmp_path / "r.csv", said.encode()), bench)
    assert cells(reading.sheets[0], bench) == [
        ["标题", None, None, None],
        ["甲", "乙", "丙", None],
        ["1", None, None, None],
        ["2", "3", None, None],
        ["4", "5", "6", None],
        ["7", "1", "000", "8"],
        ["9", "9", "9", None],
    ]
    assert [(f.key, f.row, f.severity, f.details) for f in reading.findings] == [
        ("row_too_wide", 6, "error", {"found": "4", "expected": "3"})
    ]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ('甲,乙\n1,2\n3,"四\n5,6\n', 3),
        ('甲,乙\n1,"二"三\n', 2),
        ('甲,乙\n1,"一\n二"\n3,"四"五\n', 4),
        ('甲,乙\n"1\n' + "2,3\n" * 50_000, 2),
    ],
)
def test_quotation_marks_that_do_not_pair(
    said: str, line: int, tmp_path: Path, bench: Workbench
) -> None:
    error = refusal(text(tmp_path / "q.csv", said.encode()), bench)
    assert (error.key, error.values["line"]) == ("csv_quote", line)


def test_nul_characters_go_and_are_told(tmp_path: Path, bench: Workbench) -> None:
    reading = opened(text(tmp_path / "n.csv", "甲,乙\n1,二\0三\n\0,4\n".encode()), bench)
    assert cells(reading.sheets[0], bench) == [["甲", "乙"], ["1", "二三"], [None, "4"]]
    assert [(f.key, f.details) for f in reading.findings] == [
        ("nul_removed", {"count": "2", "line": "2"})
    ]


def test_a_text_cut_in_the_middle_of_a_character(tmp_path: Path, bench: Workbench) -> None:
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        said = "编号,名称\n1,某某研究院\n2,某某公司".encode(encoding)[:-1]
        error = refusal(text(tmp_path / f"{encoding}.csv", said), bench)
        assert (error.key, error.values["line"]) == ("text_cut_off", 3)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bytes_that_are_no_characters(encoding: str, tmp_path: Path, bench: Workbench) -> None:
    said = "编号,名称\n1,某某研究院有限公司\n2,甲".encode(encoding) + b"\xff\xff\n3,x\n"
    error = refusal(text(tmp_path / "b.csv", said), bench)
    assert (error.key, error.values["line"], error.values["found"]) == (
        "bad_bytes",
        3,
        "FF FF 0A 33",
    )


def test_bad_bytes_far_down(tmp_path: Path, bench: Workbench) -> None:
    """Beyond what is looked at to tell the encoding; the line is told all the same."""
    said = "编号,名称\n".encode() + "1,某某研究院\n".encode() * 100_000 + b"2,\xb0\xa1\n"
    error = refusal(text(tmp_path / "f.csv", said), bench)
    assert (error.key, error.values["line"]) == ("bad_bytes", 100_002)


def test_gb18030_that_begins_in_ascii(tmp_path: Path, bench: Workbench) -> None:
    said = b"id,name\n" + b"1,x\n" * 300_000 + "2,名称𠮷㐀\n".encode("gb18030")
    sheet = opened(text(tmp_path / "g.csv", said), bench).sheets[0]
    assert sheet.encoding == "GB18030"
    assert cells(sheet, bench)[-1] == ["2", "名称𠮷㐀"]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("编号".encode(), "utf-8"),
        ("编号".encode("gbk"), "gb18030"),
        ("㐀𠮷".encode("gb18030"), "gb18030"),
        ("联通".encode("gbk"), "gb18030"),
        ("一,丁".encode("gbk"), "gb18030"),
        ("Привет, ±5°, naïve".encode(), "utf-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), "utf-16-le"),
        ("a,b\n1,2\n".encode("utf-16-be"), "utf-16-be"),
        ("编号,名称\n1,某某研究院\n".encode("utf-16-be"), "utf-16-be"),
        (b"plain", "utf-8"),
    ],
)
def test_encodings_are_told(said: bytes, name: str) -> None:
    assert guess_encoding(said).name == name


@pytest.mark.parametrize(
    ("head", "delimiter", "width"),
    [
        ("a,b,c\n1,2,3\n", ",", 3),
        ("技术合同表\n单位：万元\na;b;c\n1,5;2;3\n", ";", 3),
        ("a\tb\n7,910,825\t1\n", "\t", 2),
        ("a|b\n1|2\n", "|", 2),
        ("名称\n甲\n乙\n", ",", 1),
        ("sep=;\na;b\n1;2\n", ";", 2),
        ('a,b\n"x;y;z",2\n"u;v;w",3\n', ",", 2),
    ],
)
def test_delimiters_are_told(head: str, delimiter: str, width: int) -> None:
    found = find_dialect(head)
    assert (found.delimiter, found.width) == (delimiter, width)


def test_a_space_before_quotation_marks(tmp_path: Path) -> None:
    said = '甲, 乙\n1, "二, 三"\n'
    for more in ("", "\n4,5\n"):
        path = text(tmp_path / "s.csv", (said + more).encode())
        assert opened_apart(path, tmp_path)[1] == ["1", "二, 三"]


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.lists(st.text("甲é𠮷a1 \"\n,.\\\t'", max_size=6), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    ),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
    end=st.sampled_from(["\n", "\r\n"]),
    short=st.booleans(),
)
def test_any_text_comes_back(rows: list[list[str]], encoding: str, end: str, short: bool) -> None:
    rows = [["编号", "名称", "备注"], *rows, *([["末"]] if short else [])]
    with TemporaryDirectory() as place:
        path = text_file(Path(place) / "a.csv", rows, encoding, end=end)
        found = opened_apart(path, Path(place))
    wanted = [[cell or None for cell in (row + ["", ""])[:3]] for row in rows]
    assert _unspaced(found) == _unspaced(wanted)


def _unspaced(rows: list[list[str | None]]) -> list[list[str | None]]:
    """A space before quotation marks is no part of a cell, and a cell may look like that."""
    return [[(cell or "").lstrip(" ") or None for cell in row] for row in rows]


def test_the_line_that_declares_the_delimiter_is_no_row(tmp_path: Path, bench: Workbench) -> None:
    sheet = opened(text(tmp_path / "s.csv", "sep=;\r\n甲;乙\r\n1;2\r\n".encode()), bench).sheets[0]
    assert cells(sheet, bench) == [["甲", "乙"], ["1", "2"]]


# Parquet


def test_parquet_values_become_the_text_of_cells(tmp_path: Path, bench: Workbench) -> None:
    path = tmp_path / "p.parquet"
    duckdb.connect().sql(
        "select '007' as 编号, 12.50::decimal(9,2) as 金额, 1e20::double as 大, 1.5e-7 as 小, "
        "date '2021-03-12' as 日, timestamp '2021-03-12 00:00:00' as 零点, "
        "timestamp '2021-03-12 10:20:30.5' as 时, true as 是, null::varchar as 空, "
        '3::bigint as "a""b"'
    ).write_parquet(str(path))
    sheet = opened(path, bench).sheets[0]
    assert cells(sheet, bench) == [
        ["编号", "金额", "大", "小", "日", "零点", "时", "是", "空", 'a"b'],
        [
            *("007", "12.5", "100000000000000000000", "0.00000015", "2021-03-12", "2021-03-12"),
            *("2021-03-12 10:20:30", "TRUE", None, "3"),
        ],
    ]
    assert kinds(sheet, bench) == ["t" * 10, "tnnndddb n"]


def test_a_damaged_parquet(tmp_path: Path, bench: Workbench) -> None:
    path = tmp_path / "p.parquet"
    duckdb.connect().sql("select * from range(100)").write_parquet(str(path))
    cut = text(tmp_path / "cut.parquet", path.read_bytes()[:-20])
    assert refusal(cut, bench).key == "damaged_parquet"


# Archives


def test_an_archive_of_several(tmp_path: Path, bench: Workbench) -> None:
    files: dict[str, Path | bytes] = {
        "2021/登记表.xlsx": workbook(tmp_path / "a.xlsx", DEALS),
        "../../逃逸.csv": text_file(tmp_path / "b.csv", DEALS, "gbk"),
        "__MACOSX/._登记表.xlsx": b"junk",
        ".DS_Store": b"junk",
        "2021/~$登记表.xlsx": b"junk",
        "说明.pdf": b"%PDF-1.7",
    }
    reading = opened(zipped(tmp_path / "包.zip", files, gbk_names=True), bench)
    assert [sheet.file for sheet in reading.sheets] == [
        "包.zip › 2021/登记表.xlsx",
        "包.zip › 逃逸.csv",
    ]
    assert all(cells(sheet, bench) == WRITTEN for sheet in reading.sheets)
    assert [(f.file, f.key, f.details) for f in reading.findings] == [
        ("包.zip", "member_left_out", {"name": "说明.pdf"})
    ]
    outside = {path.name for path in tmp_path.rglob("*") if "逃逸" in path.name}
    assert not outside


def test_names_in_archives_are_only_shown() -> None:
    assert member_name(zipfile.ZipInfo("..\\..\\etc\\passwd")) == "etc/passwd"
    assert member_name(zipfile.ZipInfo("/a/./b")) == "a/b"
    assert shown_name("a\u202egpj.exe\n") == "agpj.exe"


def test_archives_that_are_refused(tmp_path: Path, bench: Workbench) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.csv": b"a,b\n1,2\n"})
    cases: dict[str, dict[str, Path | bytes]] = {
        "archive_nested": {"inner.zip": inner},
        "archive_empty": {"读我.pdf": b"%PDF"},
        "expands_too_much": {"bomb.csv": b"a,b\n" + b"0" * 20_000_000},
        "archive_many": {f"{n}.csv": b"a,b\n1,2\n" for n in range(201)},
        "empty_file": {"a.csv": b""},
    }
    cases.pop("empty_file")
    for key, files in cases.items():
        assert refusal(zipped(tmp_path / f"{key}.zip", files), bench).key == key
    empty = zipped(tmp_path / "nothing.zip", {})
    assert refusal(empty, bench).key == "archive_empty"
    cut = text(tmp_path / "cut.zip", inner.read_bytes()[:-9])
    assert refusal(cut, bench).key == "damaged_zip"


def test_an_archive_that_lies_about_sizes(tmp_path: Path, bench: Workbench) -> None:
    """What counts is what comes out, not what the archive declares."""
    path = zipped(tmp_path / "lie.zip", {"a.csv": b"a,b\n" + b"1,2\n" * 100_000})
    size = struct.pack("<I", 4 + 400_000)
    lied = path.read_bytes().replace(size, struct.pack("<I", 100))
    assert refusal(text(tmp_path / "lie2.zip", lied), bench).key == "damaged_zip"


# Refusals


@pytest.mark.parametrize(
    ("name", "said", "key"),
    [
        ("e.xlsx", b"", "empty_file"),
        ("e.csv", b"\xef\xbb\xbf\r\n\r\n", "empty_file"),
        ("p.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "file_is_picture"),
        ("p.csv", b"\xff\xd8\xff\xe0" + bytes(range(256)), "file_is_picture"),
        ("d.xlsx", b"%PDF-1.7\n", "file_is_document"),
        ("r.xlsx", b"Rar!\x1a\x07\x00", "file_is_packed"),
        ("g.csv", b"\x1f\x8b\x08\x00", "file_is_packed"),
        ("b.csv", bytes(range(1, 256)) * 8, "not_a_table_file"),
        ("x.xls", b'<?xml version="1.0"?><note/>', "not_a_table_file"),
        ("c.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "damaged_workbook"),
        ("z.xlsx", b"PK\x03\x04" + bytes(100), "damaged_zip"),
    ],
)
def test_files_that_hold_no_table(
    name: str, said: bytes, key: str, tmp_path: Path, bench: Workbench
) -> None:
    assert refusal(text(tmp_path / name, said), bench).key == key


def test_letters_that_also_begin_a_picture(tmp_path: Path, bench: Workbench) -> None:
    sheet = opened(text(tmp_path / "b.csv", b"BM,MZ\n1,2\n"), bench).sheets[0]
    assert cells(sheet, bench) == [["BM", "MZ"], ["1", "2"]]


def test_other_office_files(tmp_path: Path, bench: Workbench) -> None:
    word = zipped(tmp_path / "w.xlsx", {"[Content_Types].xml": b"<x/>", "word/document.xml": b""})
    binary = zipped(tmp_path / "b.xlsx", {"[Content_Types].xml": b"<x/>", "xl/workbook.bin": b""})
    odf = zipped(tmp_path / "o.xlsx", {"mimetype": b"application/vnd.oasis", "content.xml": b""})
    assert refusal(word, bench).key == "file_is_document"
    assert refusal(binary, bench).key == "file_is_other_workbook"
    assert refusal(odf, bench).key == "file_is_other_workbook"


def test_another_password_is_asked_for_in_words(tmp_path: Path, bench: Workbench) -> None:
    path = encrypted(tmp_path / "e.xlsx", workbook(tmp_path / "a.xlsx", DEALS), "秘密")
    error = refusal(path, bench)
    assert error.key == "needs_password"
    assert "密码" in error.message("zh")


def test_a_damaged_workbook(tmp_path: Path, bench: Workbench) -> None:
    whole = workbook(tmp_path / "a.xlsx", DEALS).read_bytes()
    cut = text(tmp_path / "cut.xlsx", whole[: len(whole) // 2])
    assert refusal(cut, bench).key == "damaged_zip"
    broken = raw_workbook(tmp_path / "broken.xlsx", "<row><c><v>1</row>")
    assert refusal(broken, bench).key == "damaged_workbook"


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize("entity", ["&b;", "&c;"])
def test_entities_are_never_followed(entity: str, tmp_path: Path, bench: Workbench) -> None:
    xml = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{entity}</t></is></c></row>'
    path = raw_workbook(tmp_path / "l.xlsx", xml, LAUGHS)
    assert refusal(path, bench).key == "damaged_workbook"
    plain = spreadsheetml(tmp_path / "m.xls", [["甲", "X"]]).read_text("utf-8")
    said = plain.replace("<Workbook", LAUGHS + "<Workbook").replace(">X<", f">{entity}<")
    assert refusal(text(tmp_path / "n.xls", said.encode()), bench).key == "xml_entities"


def test_cells_too_far_apart(tmp_path: Path, bench: Workbench) -> None:
    """A few bytes that would make the library ask for half a terabyte."""
    xml = (
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    )
    assert refusal(raw_workbook(tmp_path / "far.xlsx", xml), bench).key == "too_much_memory"


def test_formatted_emptiness_is_no_obstacle(tmp_path: Path, bench: Workbench) -> None:
    xml = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="0"/></row>'
        '<row r="1048576" s="0" customFormat="1"/>'
    )
    sheet = opened(raw_workbook(tmp_path / "wide.xlsx", xml), bench).sheets[0]
    assert (sheet.rows, sheet.width) == (1, 1)


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path, bench: Workbench) -> None:
    path = zipped(
        tmp_path / "bomb.xlsx",
        {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 20_000_000},
    )
    assert refusal(path, bench).key == "expands_too_much"


def test_a_workbook_that_takes_too_long(tmp_path: Path, bench: Workbench) -> None:
    path = workbook(tmp_path / "slow.xlsx", DEALS)
    assert refusal(path, bench, Limits(seconds=0.001)).key == "too_much_time"


def test_only_hidden_sheets(tmp_path: Path, bench: Workbench) -> None:
    xml = workbook(tmp_path / "a.xlsx", DEALS)
    hidden = tmp_path / "hidden.xlsx"
    with zipfile.ZipFile(xml) as source, zipfile.ZipFile(hidden, "w") as out:
        for name in source.namelist():
            said = source.read(name)
            if name == "xl/workbook.xml":
                said = said.replace(b"<sheet name", b'<sheet state="hidden" name')
            out.writestr(name, said)
    assert refusal(hidden, bench).key == "no_sheet"


@pytest.mark.parametrize(
    ("limits", "key"),
    [
        (Limits(bytes=10), "file_too_large"),
        (Limits(rows=3), "too_many_rows"),
        (Limits(columns=5), "too_many_columns"),
        (Limits(characters=6), "cell_too_long"),
    ],
)
def test_limits(limits: Limits, key: str, tmp_path: Path, bench: Workbench) -> None:
    rows = [list(row) for row in WRITTEN]
    for path in (
        workbook(tmp_path / "a.xlsx", rows),
        html_workbook(tmp_path / "b.xls", rows),
        spreadsheetml(tmp_path / "c.xls", rows),
        text_file(tmp_path / "d.csv", rows),
        text_file(tmp_path / "e.csv", [*rows[:2], [], *rows[2:]]),
        old_workbook(tmp_path / "f.xls", rows),
    ):
        with Workbench(tmp_path / "limits") as apart:
            assert refusal(path, apart, limits).key == key


def test_sheets_are_counted_over_all_files(tmp_path: Path, bench: Workbench) -> None:
    path = workbook(tmp_path / "a.xlsx", {"甲": DEALS, "乙": DEALS})
    assert refusal(path, bench, Limits(sheets=1)).key == "too_many_sheets"
    two = [Source("a.xlsx", path), Source("b.xlsx", path)]
    with Workbench(tmp_path / "two") as apart, pytest.raises(Unusable) as raised:
        read(two, apart, Limits(sheets=3))
    assert raised.value.key == "too_many_sheets"


def test_a_file_that_is_not_there(tmp_path: Path, bench: Workbench) -> None:
    assert refusal(tmp_path / "gone.csv", bench).key == "unreadable_file"
    (tmp_path / "folder").mkdir()
    assert refusal(tmp_path / "folder", bench).key == "unreadable_file"


# Progress and the workbench


def test_progress_moves_to_the_end(tmp_path: Path, bench: Workbench) -> None:
    seen: list[tuple[str, float]] = []
    sources = [
        Source("a.xlsx", workbook(tmp_path / "a.xlsx", DEALS)),
        Source("b.csv", text_file(tmp_path / "b.csv", DEALS)),
    ]
    read(sources, bench, progress=lambda step, share: seen.append((step, share)))
    assert {step for step, _ in seen} == {"reading"}
    shares = [share for _, share in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_whoever_watches_can_stop_it(tmp_path: Path, bench: Workbench) -> None:
    def stop(_step: str, share: float) -> None:
        if share > 0:
            raise KeyboardInterrupt

    path = workbook(tmp_path / "a.xlsx", DEALS)
    with pytest.raises(KeyboardInterrupt):
        read([Source("a.xlsx", path)], bench, progress=stop)
    assert opened(text_file(tmp_path / "b.csv", DEALS), bench).sheets[0].rows == 4


def test_nothing_of_an_import_is_left(tmp_path: Path) -> None:
    with Workbench(tmp_path / "work") as bench:
        opened(workbook(tmp_path / "a.xlsx", DEALS), bench)
        assert bench.folder.parent == tmp_path / "work"
        assert bench.path(".csv") != bench.path(".csv")
        left = [path.suffix for path in bench.folder.iterdir()]
        assert ".csv" not in left
    assert list((tmp_path / "work").iterdir()) == []


def test_what_dead_processes_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    dead = tmp_path / ".work-1-00000000"
    dead.mkdir()
    (dead / "00001.csv").write_text("x")
    (tmp_path / ".work-2-00000000.lock").touch()
    (tmp_path / "keep.txt").touch()
    with Workbench(tmp_path) as first:
        (first.folder / "mine").touch()
        with Workbench(tmp_path) as second:
            assert first.folder != second.folder
        assert (first.folder / "mine").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["keep.txt"]


def test_a_long_statement_tells_how_far_it_is(bench: Workbench) -> None:
    seen: list[float] = []
    bench.run("create table t as select sum(range) from range(300_000_000)", progress=seen.append)
    assert all(0.0 <= share <= 1.0 for share in seen)
    assert bench.connection.execute("select count(*) from t").fetchone() == (1,)

    def stop(_share: float) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        bench.run("select count(*) from range(4000000000) a, range(1000) b", progress=stop)
    assert bench.connection.execute("select 1").fetchone() == (1,)


# Real files


@pytest.mark.skipif(not INPUTS.exists(), reason="the reference inputs are not here")
def test_all_sixteen_yearbook_tables_open(tmp_path: Path) -> None:
    paths = sorted((INPUTS / "yearbook_tables").iterdir())
    assert len(paths) == 16
    hidden = pages = 0
    for path in paths:
        with Workbench(tmp_path) as bench:
            reading = opened(path, bench)
            assert len(reading.sheets) == 1
            said = cells(reading.sheets[0], bench)
            assert len(said) in (42, 43, 52, 53, 54)
            assert any(row[0] and row[0].replace(" ", "") == "全国" for row in said)
            assert any(row[0] and row[0].startswith("单位") for row in said)
            hidden += sum(finding.sheet == "CNKI" for finding in reading.findings)
            pages += reading.sheets[0].encoding == "UTF-8"
    assert (hidden, pages) == (4, 4)


@pytest.mark.skipif(not INPUTS.exists(), reason="the reference inputs are not here")
def test_the_key_projects_open(tmp_path: Path, bench: Workbench) -> None:
    path = INPUTS / "key_rd_projects" / "nkrdp_projects_2018_2020_nonames.csv"
    sheet = opened(path, bench).sheets[0]
    assert (sheet.rows, sheet.width, sheet.encoding) == (2582, 9, "UTF-8")
    assert cells(sheet, bench)[0] == [
        *("year", "date", "NO", "funds", "index", "institution", "title", "type", "duration"),
    ]


FULL = """
import resource, sys
from pathlib import Path
from analytics.errors import Unusable
from analytics.records.reading import read
from analytics.records.types import Source
from analytics.records.workbench import Workbench

resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
with Workbench(Path(sys.argv[1])) as bench:
    try:
        read([Source("a", Path(sys.argv[2]))], bench)
    except Unusable as error:
        print(error.key)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    rows = [["编号", "名称"], *([f"{n}", "某某研究院"] for n in range(3000))]
    for path in (
        workbook(tmp_path / "a.xlsx", rows),
        text_file(tmp_path / "b.csv", rows, "gbk"),
        zipped(tmp_path / "c.zip", {"a.csv": text_file(tmp_path / "c.csv", rows)}),
    ):
        told = subprocess.run(
            [sys.executable, "-c", FULL, str(tmp_path / "work"), str(path)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == "no_room", told.stderr
    assert list((tmp_path / "work").iterdir()) == []


def test_a_killed_reading_leaves_nothing_after_the_next(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; "
        "from analytics.records.workbench import Workbench; "
        "b = Workbench(Path(sys.argv[1])); b.path('.csv').write_text('x'); "
        "print(b.folder, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    folder = Path(process.stdout.readline().strip())
    with Workbench(tmp_path):
        assert folder.exists()
    process.kill()
    process.wait()
    process.stdout.close()
    with Workbench(tmp_path):
        assert not folder.exists()
    assert list(tmp_path.iterdir()) == []
