"""Files that leave: the mark, neutralised formulas, numbers that stay numbers."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import openpyxl
import pandas as pd
import pytest

from analytics.exports.tables import Field, Marks, to_csv, to_xlsx

MARKS = Marks(
    "成交额",
    "演示数据",
    "2024年",
    "demo-1",
    datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    "http://localhost/deals?from=2024",
    (("成交额", "定义。"),),
    ("来源。",),
)
FRAME = pd.DataFrame(
    {
        "name": ["=1+1", "广州", "+8", None, "-x"],
        "value": [3_571_000_000.0, 1.5, float("nan"), 0.1, -2.0],
        "day": pd.to_datetime(["2024-01-02", None, "2024-03-04", "2024-03-05", "2024-03-06"]),
        "share": [0.5, 0.25, 1.0, None, 0.0],
        "yes": [True, False, True, True, False],
    }
)
FIELDS = [
    Field("name", "名称"),
    Field("value", "成交额（元）", "cny"),
    Field("day", "日期"),
    Field("share", "占比", "share"),
    Field("yes", "是否"),
]


def test_csv_has_a_mark_for_excel_and_no_formula() -> None:
    content = to_csv(FRAME, FIELDS, MARKS, "zh")
    assert content.startswith(b"\xef\xbb\xbf")
    found = pd.read_csv(io.BytesIO(content), encoding="utf-8-sig", keep_default_na=False)
    assert found["名称"].tolist() == ["'=1+1", "广州", "'+8", "", "'-x"]
    assert found["成交额（元）"].tolist()[:2] == ["3571000000", "1.5"]
    assert found["成交额（元）"].tolist()[4] == "-2", "numbers are not spoilt"
    assert found["日期"].tolist()[:2] == ["2024-01-02", ""]
    assert set(found["数据性质"]) == {"演示数据"} and set(found["快照"]) == {"demo-1"}


@pytest.mark.parametrize(("language", "shape"), [("zh", "亿元"), ("en", "bn")])
def test_xlsx_keeps_numbers_dates_and_tells_its_origin(language: str, shape: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(FRAME, FIELDS, MARKS, language)))
    sheet = book.worksheets[0]
    assert sheet["A2"].value == "=1+1" and sheet["A2"].data_type == "s"
    assert sheet["B2"].value == 3_571_000_000 and shape in sheet["B2"].number_format
    assert sheet["C2"].value.date() == date(2024, 1, 2)
    assert sheet["D2"].number_format == "0.0%"
    assert sheet["B4"].value is None
    assert sheet.freeze_panes == "A2"
    told = {cell.value for ws in book.worksheets[1:] for row in ws.iter_rows() for cell in row}
    assert {"演示数据", "2024年", "demo-1", MARKS.link, "定义。", "来源。"} <= told


def test_small_amounts_are_shown_in_smaller_units() -> None:
    small = pd.DataFrame({"value": [12_345_678.0]})
    sheet = openpyxl.load_workbook(
        io.BytesIO(to_xlsx(small, [Field("value", "v", "cny")], MARKS, "zh"))
    ).worksheets[0]
    assert "万元" in sheet["A2"].number_format
