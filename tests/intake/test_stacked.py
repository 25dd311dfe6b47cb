"""Several tables one beneath the other on one sheet: each is found, or it is said which is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from analytics.errors import Unusable
from analytics.records.importing import Import, Options
from analytics.records.layout import find_layout
from analytics.records.layout.stacked import part_sheets, table_starts
from analytics.records.types import Source
from tests.intake import files
from tests.intake.running import HOME, rows, run
from tests.intake.sheets import bench, sheet

Rows = list[tuple[Any, ...]]
DEALS: Rows = [
    ("合同编号", "签订日期", "合同类型", "成交额（万元）"),
    ("HT-1", "2021-03-12", "技术开发", "5"),
    ("HT-2", "2021-04-12", "技术服务", "6"),
]
BASES: Rows = [
    ("基地编号", "基地名称", "依托单位类型", "基地所在地", "设立日期"),
    ("B1", "天河基地", "园区", "广州市", "2020-09-01"),
    ("B2", "黄埔基地", "园区", "广州市", "2020-09-01"),
]
BLANK: Rows = [("",)]


def starts(*lines: tuple[Any, ...]) -> list[int]:
    where: Any = bench()
    found = sheet(where, lines)
    try:
        layout = find_layout(found, where)
    except Unusable:
        layout = None
    return table_starts(found, layout, where)


def test_one_table_is_left_alone() -> None:
    assert starts(*DEALS) == starts(("技术合同登记表",), ("单位：万元",), *DEALS) == []
    bilingual = ("Deal id", "Signed on", "Contract type", "Contract value")
    assert starts(DEALS[0], bilingual, *DEALS[1:]) == []
    merged = [("合同", "", "金额", ""), *DEALS]
    assert starts(*merged) == []
    assert starts() == starts(("",)) == starts(("名称", "金额"), ("甲", "5")) == []


@pytest.mark.parametrize(
    ("between", "begins"),
    [
        ([], 4),
        (BLANK, 5),
        ([*BLANK, ("二、成果转化基地",), ("单位：个",)], 5),
    ],
)
def test_a_further_table_begins_with_its_titles(between: Rows, begins: int) -> None:
    assert starts(*DEALS, *between, *BASES) == [begins]
    assert starts(*BASES, *between, *DEALS) == [begins]


def test_a_printed_page_is_no_further_table() -> None:
    title = [("技术合同登记表（第1页）",)]
    again = [*BLANK, ("技术合同登记表（第2页）",), *DEALS]
    assert starts(*title, *DEALS, *again) == []
    assert starts(*title, *DEALS, *DEALS, *DEALS) == []


def test_the_same_header_beneath_another_title_is_another_table() -> None:
    lines = [("输出技术",), *DEALS, *BLANK, ("吸纳技术",), *DEALS, ("吸纳技术（续）",), *DEALS]
    assert starts(*lines) == [6]


def test_a_small_table_above_a_large_one_is_not_taken_for_its_titles() -> None:
    small: Rows = [("指标", "年份", "目标值"), ("成交额", "2024", "5"), ("成交额", "2025", "6")]
    assert starts(*small, *BLANK, *BASES) == [5]


def test_parts_keep_their_rows_and_merged_cells() -> None:
    where: Any = bench()
    whole = sheet(where, [*DEALS, *BLANK, ("二、基地",), *BASES], merged=[(5, 0, 5, 4)])
    first, second = part_sheets(whole, [5], 7, where)
    assert (first.number, first.start, first.rows, first.merged) == (0, 1, 4, ())
    assert (second.number, second.start, second.rows) == (7, 5, 4)
    layouts = [find_layout(part, where) for part in (first, second)]
    assert [(found.header, found.first, found.last) for found in layouts] == [
        ((1, 1), 2, 3),
        ((6, 6), 7, 8),
    ]
    assert layouts[1].titles == ("二、基地",)


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_each_table_of_a_sheet_is_imported(suffix: str, tmp_path: Path) -> None:
    lines = [("一、技术合同",), *DEALS, *BLANK, ("二、成果转化基地",), *BASES]
    path = tmp_path / f"a.{suffix}"
    if suffix == "xlsx":
        files.workbook(path, {"汇总": lines})
    else:
        files.text_file(path, lines)
    outcome = run(tmp_path / "data", path)
    assert outcome.errors == []
    assert rows(tmp_path / "data", "deals", "deal_id") == [("HT-1",), ("HT-2",)]
    assert rows(tmp_path / "data", "bases", "base_id") == [("B1",), ("B2",)]
    assert ("note", "table_parted", 7, "") in outcome.told
    assert [(s.dataset, s.rows) for s in outcome.report.sheets] == [("deals", 2), ("bases", 2)]


def test_what_is_refused_of_a_further_table_comes_back_by_itself(tmp_path: Path) -> None:
    bad = ("B3", "番禺基地", "园区", "广州市", "2020-13-41")
    path = files.workbook(tmp_path / "a.xlsx", {"汇总": [*DEALS, *BLANK * 40, *BASES, bad]})
    target = tmp_path / "back.xlsx"
    with Import(tmp_path / "data", HOME, Options(accept_valid=True)) as work:
        work.read([Source("a.xlsx", path)])
        assert work.check().refused == 1
        (finding,) = [found for found in work.found() if found.severity == "error"]
        assert (finding.row, finding.sheet, finding.value) == (47, "汇总", "2020-13-41")
        work.write_refused(target, "zh")
        work.publish()
    back = openpyxl.load_workbook(target)
    (found,) = back.worksheets
    said = [[cell.value for cell in row] for row in found.iter_rows()]
    header = next(place for place, row in enumerate(said) if row[1] == "基地编号")
    assert header < 2 and said[header + 1][1] == "B3", "no empty screens above the header"
    found.cell(header + 2, 6, "2020-12-31")
    back.save(tmp_path / "mended.xlsx")
    outcome = run(tmp_path / "data", tmp_path / "mended.xlsx")
    assert outcome.errors == [] and rows(tmp_path / "data", "bases", "base_id")[-1] == ("B3",)


def test_a_header_without_records_beneath_is_told(tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "a.xlsx", {"汇总": [*DEALS, *BLANK, BASES[0]]})
    outcome = run(tmp_path / "data", path)
    assert outcome.errors == [] and ("note", "sheet_without_rows", 5, "") in outcome.told
    assert rows(tmp_path / "data", "deals", "deal_id") == [("HT-1",), ("HT-2",)]
