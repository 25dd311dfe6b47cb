"""Refused rows: a workbook like the original that can be mended and imported again."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import openpyxl.utils.escape
import pytest

from analytics.records.forms import FORMS
from analytics.records.importing import Import, Options
from analytics.records.marks import REASONS
from analytics.records.refused import write_refused
from analytics.records.report import Report
from analytics.records.store import Store
from analytics.records.types import Source
from analytics.text import LANGUAGES
from tests.intake import files
from tests.tables import HOME

ROWS: list[list[Any]] = [
    ["2021年技术合同登记表"],
    ["填报单位：某某科协", None, None, None, "联系电话：13800138000", None, None, "单位：万元"],
    ["合同", None, None, "双方", None, "金额", None, "联系电话"],
    ["合同编号", "签订日期", "合同类别", "卖方名称", "买方名称", "成交额", "金额说明", None],
    ["HT-001", date(2021, 3, 12), "技术开发", "甲乙研究院", "戊己公司", 120.5, "-", "13900139000"],
    ["HT-002", "2021-13-12", "技术转让", "甲乙研究院", "壬癸公司", 88, "=1+1", "13900139001"],
    [
        "HT-003",
        date(2021, 5, 20),
        "技术办法",
        "子丑大学",
        "壬癸公司",
        "约45.25",
        None,
        "13900139002",
    ],
    ["HT-004", date(2021, 6, 1), "技术服务", "子丑大学", "壬癸公司", None, "-12", "13900139003"],
    ["合计", None, None, None, None, 253.75, None, None],
]
MERGED = [(0, 0, 0, 7), (2, 0, 2, 2), (2, 3, 2, 4), (2, 5, 2, 6), (2, 7, 3, 7)]


@pytest.fixture
def original(tmp_path: Path) -> Path:
    rows = [[f"'{c}" if c == "=1+1" else c for c in row] for row in ROWS]
    path = files.workbook(tmp_path / "登记表.xlsx", {"登记": files.SheetOf(rows, MERGED)})
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["G6"].value = "=1+1"
    book.worksheets[0]["G6"].data_type = "s"
    book.save(path)
    return path


def check(path: Path, data: Path, options: Options = Options(accept_valid=True)) -> Import:
    work = Import(data, HOME, options)
    work.read([Source(path.name, path)])
    work.check()
    return work


def refuse(path: Path, target: Path, data: Path, language: str = "zh") -> Report:
    with check(path, data) as work:
        work.write_refused(target, language)
        assert work.report
        return work.report


def cells(path: Path, sheet: int = 0) -> list[list[Any]]:
    book = openpyxl.load_workbook(path)
    return [list(row) for row in book.worksheets[sheet].iter_rows(values_only=True)]


def test_it_looks_like_the_original_with_reasons_first(original: Path, tmp_path: Path) -> None:
    target = tmp_path / "refused.xlsx"
    report = refuse(original, target, tmp_path / "data")
    assert report.refused == 3
    sheet = openpyxl.load_workbook(target).worksheets[0]
    rows = cells(target)
    assert sheet.title == "登记"
    assert rows[0][1] == "2021年技术合同登记表"
    assert rows[1][8] == "单位：万元" and rows[1][5] == "联系电话：***"
    assert rows[2][:2] == ["退回原因", "合同"] and rows[3][1:] == ROWS[3]
    assert {str(area) for area in sheet.merged_cells.ranges} == {
        "B1:I1",
        "A3:A4",
        "B3:D3",
        "E3:F3",
        "G3:H3",
        "I3:I4",
    }
    assert [row[1] for row in rows[4:]] == ["HT-002", "HT-003", "HT-004"]
    assert rows[4][0].startswith("合同 / 签订日期：没有这一天")
    assert rows[5][0].startswith("合同 / 合同类别：") and rows[6][0].startswith("金额 / 成交额：")
    assert rows[5][2].date() == date(2021, 5, 20) and rows[4][6] == 88
    assert sheet.freeze_panes == "B5"


def test_the_cells_it_is_about_are_marked(original: Path, tmp_path: Path) -> None:
    refuse(original, tmp_path / "refused.xlsx", tmp_path / "data")
    sheet = openpyxl.load_workbook(tmp_path / "refused.xlsx").worksheets[0]
    marked = {cell.coordinate for row in sheet.iter_rows(5) for cell in row if cell.fill.fill_type}
    assert marked == {"C5", "D6", "G7"}
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} == marked
    assert sheet["C5"].comment.text in sheet["A5"].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_mended_it_is_imported_and_nothing_is_lost(
    original: Path, tmp_path: Path, language: str
) -> None:
    data, target = tmp_path / "data", tmp_path / "refused.xlsx"
    with check(original, data) as work:
        work.write_refused(target, language)
        work.publish()
    book = openpyxl.load_workbook(target)
    sheet = book.worksheets[0]
    assert sheet["A3"].value == REASONS[language]
    sheet["C5"], sheet["D6"], sheet["G7"] = "2021-12-13", "技术服务", 30
    book.save(target)
    with check(target, data) as work:
        assert work.report and not work.report.errors, work.found()
        assert not work.report.sheets[0].unused
        work.publish()
    store = Store.of_records(data)
    found = duckdb.execute(
        "select deal_id, signed_on, contract_type, value_cny, value_note from read_parquet($file) "
        "order by deal_id",
        {"file": str(store.table(store.current() or "", "deals"))},
    ).fetchall()
    assert [(row[0], row[1], row[2], float(row[3])) for row in found] == [
        ("HT-001", date(2021, 3, 12), "development", 1_205_000),
        ("HT-002", date(2021, 12, 13), "assignment", 880_000),
        ("HT-003", date(2021, 5, 20), "services", 452_500),
        ("HT-004", date(2021, 6, 1), "services", 300_000),
    ]
    assert found[1][4] == "=1+1"


def test_returned_unmended_the_reasons_are_told_once(original: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.xlsx", tmp_path / "second.xlsx"
    refuse(original, first, tmp_path / "data")
    assert refuse(first, second, tmp_path / "data").refused == 3
    assert cells(second) == cells(first)


def test_no_formula_leaves_and_numbers_stay_numbers(original: Path, tmp_path: Path) -> None:
    refuse(original, tmp_path / "refused.xlsx", tmp_path / "data")
    sheet = openpyxl.load_workbook(tmp_path / "refused.xlsx").worksheets[0]
    assert sheet["H5"].value == "=1+1"
    assert sheet["H5"].data_type == "s" and sheet["H5"].quotePrefix
    assert sheet["H7"].value == "-12" and sheet["H7"].quotePrefix
    assert sheet["G5"].value == 88 and sheet["G5"].data_type == "n"


def test_no_personal_data_leaves(original: Path, tmp_path: Path) -> None:
    refuse(original, tmp_path / "refused.xlsx", tmp_path / "data")
    with zipfile.ZipFile(tmp_path / "refused.xlsx") as archive:
        held = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "联系电话" in held
    assert "1390013900" not in held and "13800138000" not in held


def test_a_saved_mapping_knows_the_refused_rows_of_its_form(tmp_path: Path) -> None:
    rows = [
        ["流水", "何日", "种类", "多少", "手机"],
        *[[f"K{n}", "2021-03-12", "技术开发", "120万元", "13900139000"] for n in range(3)],
        ["K9", "2021-03-99", "技术开发", "120万元", "13900139000"],
    ]
    path, target = files.workbook(tmp_path / "表.xlsx", rows), tmp_path / "refused.xlsx"
    chosen = {"deal_id": "流水", "signed_on": "何日", "contract_type": "种类", "value_cny": "多少"}
    options = Options(dataset="deals", fields=chosen, accept_valid=True)
    with check(path, tmp_path / "data", options) as work:
        work.save_mapping(0, work.proposals[0].mapping, "我的表")
        work.write_refused(target, "zh")
    with check(target, tmp_path / "data") as again:
        assert again.proposals[0].mapping.name == "我的表"
        assert again.report and again.report.refused == 1


def test_sheets_get_names_that_excel_takes(tmp_path: Path) -> None:
    rows = [[*row[:1], "昨天", *row[2:]] if n else list(row) for n, row in enumerate(files.DEALS)]
    same = "一个很长很长很长很长很长很长很长很长很长很长很长很长的名字[1]/2"
    packed = {
        f"{same}.csv": files.text_file(tmp_path / "a.csv", rows),
        f"子/{same}.csv": files.text_file(tmp_path / "b.csv", rows),
        "history.csv": files.text_file(tmp_path / "c.csv", rows),
    }
    archive = files.zipped(tmp_path / "包.zip", packed)
    target = tmp_path / "refused.xlsx"
    with check(archive, tmp_path / "data", Options(unit="万元")) as work:
        work.write_refused(target, "en")
    titles = openpyxl.load_workbook(target).sheetnames
    assert len(titles) == 3 == len({title.casefold() for title in titles})
    assert all(0 < len(title) <= 31 and title.casefold() != "history" for title in titles)
    assert not any(set(title) & set("[]:*?/\\") for title in titles)


def test_text_files_keep_their_texts(tmp_path: Path) -> None:
    rows = [
        ["合同编号", "签订日期", "合同类别", "成交额（元）", "合同登记编号"],
        ["0012", "2021-02-30", "技术开发", "1000", "000123456789012345678"],
        ["0013", "2021-02-30", "技术开发", "1000", "@x"],
    ]
    path, target = files.text_file(tmp_path / "表.csv", rows, "gb18030"), tmp_path / "r.xlsx"
    refuse(path, target, tmp_path / "data")
    assert [row[1:] for row in cells(target)] == rows
    assert openpyxl.load_workbook(target).worksheets[0]["F3"].quotePrefix


def test_thousands_of_rows_and_nothing_to_refuse(tmp_path: Path) -> None:
    rows = [["合同编号", "签订日期", "合同类别", "成交额（元）"]]
    rows += [[f"D{n}", "2021-02-30", "技术开发", "1000"] for n in range(5_000)]
    path, target = files.text_file(tmp_path / "表.csv", rows), tmp_path / "r.xlsx"
    with check(path, tmp_path / "data") as work:
        work.write_refused(target, "zh")
        table = [(p.layout, FORMS[p.dataset]) for p in work.proposals]
        work.bench.connection.execute("delete from findings")
        empty = tmp_path / "none.xlsx"
        assert write_refused(empty, table, work.bench, "zh") == 0
    assert len(cells(target)) == 5_001
    assert openpyxl.load_workbook(io.BytesIO(empty.read_bytes())).worksheets[0].max_row == 1


def test_every_character_comes_back(tmp_path: Path) -> None:
    odd = ['<b>&amp;"quoted"</b>', "_x0041_", "两行\n第二行", " 前后 ", "𠮷野家", "=1+1", "-12 号"]
    head = ("合同编号", "签订日期", "合同类别", "项目名称", "成交额（万元）")
    lines = [(f"H{n}", "2021-02-30", "技术开发", said, "5") for n, said in enumerate(odd)]
    path = files.text_file(tmp_path / "a.csv", [head, *lines])
    assert refuse(path, tmp_path / "back.xlsx", tmp_path / "data").refused == len(odd)
    shown = [row[4] for row in cells(tmp_path / "back.xlsx")[1:]]
    assert [openpyxl.utils.escape.unescape(said) for said in shown] == odd
    with check(tmp_path / "back.xlsx", tmp_path / "again") as work:
        again = [row[3] for row in work.preview(work.proposals[0].layout, 20)]
    assert again == odd


def test_many_rows_are_in_their_order(tmp_path: Path) -> None:
    head = ("合同编号", "签订日期", "合同类别", "项目名称", "成交额（万元）")
    lines = [(f"H{n}", "2021-02-30" if n % 2 else "2021-03-01", "开发", n, 5) for n in range(9_001)]
    path = files.text_file(tmp_path / "a.csv", [head, *lines])
    shares: list[float] = []
    with check(path, tmp_path / "data") as work:
        work.progress = lambda _step, share: shares.append(share)
        work.write_refused(tmp_path / "back.xlsx", "zh")
    book = openpyxl.load_workbook(tmp_path / "back.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == [f"H{n}" for n in range(1, 9_001, 2)]
    with zipfile.ZipFile(tmp_path / "back.xlsx") as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r'<row r="(\d+)"', sheet) == [f"{n}" for n in range(1, 4_502)]
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) > 2
