"""From cells to typed values: what SQL reads and what is read in Python must come to the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from analytics.records.convert import Typed, columns_used, convert
from analytics.records.findings import Findings
from analytics.records.forms import FORMS
from analytics.records.layout import find_layout
from analytics.records.types import Mapping
from analytics.records.values import Context, References
from analytics.records.workbench import Workbench
from tests.intake import sheets
from tests.intake.running import HOME

HEADER = ("合同编号", "签订日期", "合同类型", "成交额（万元）", "卖方所在地区")
FIELDS = {
    "deal_id": "合同编号",
    "signed_on": "签订日期",
    "contract_type": "合同类型",
    "value_cny": "成交额",
    "seller_adcode": "卖方所在地区",
}


class Desk:
    """A workbench with one sheet read by a mapping."""

    def __init__(
        self,
        bench: Workbench,
        rows: Sequence[Sequence[Any]],
        mapping: Mapping,
        plain: bool = False,
        unit: str = "",
    ) -> None:
        self.bench = bench
        sheet = sheets.sheet(self.bench, rows, plain=plain)
        self.layout = find_layout(sheet, self.bench)
        self.findings = Findings(self.bench.connection)
        context = Context(references=References.load(HOME), unit=unit)
        form = FORMS[mapping.dataset]
        self.typed: Typed = convert(self.layout, form, mapping, context, self.bench, self.findings)

    def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        sql = f"select {', '.join(columns)} from {self.typed.table} order by row_no"
        return self.bench.connection.execute(sql).fetchall()

    def told(self) -> list[tuple[Any, ...]]:
        return self.bench.connection.execute(
            "select row_no, column_no, field, key, severity, value from findings order by all"
        ).fetchall()


Opened = Callable[..., Desk]
DEALS = Mapping("", "deals", fields=FIELDS)


@pytest.fixture
def open_desk(tmp_path: Path) -> Iterator[Opened]:
    with Workbench(tmp_path) as bench:
        yield lambda *args, **named: Desk(bench, *args, **named)


@pytest.mark.parametrize("plain", [True, False])
def test_plain_and_odd_cells(plain: bool, open_desk: Opened) -> None:
    desk = open_desk(
        [
            HEADER,
            ("A", "2021-03-12", "技术开发", "120.5", "广州市"),
            ("B", "2021年3月", "开发", " 约1,200 ", "广州"),
            ("C", "昨天", "技术开发", "-5", "不知哪里"),
            ("D", "—", None, "/", ""),
        ],
        DEALS,
        plain,
    )
    assert desk.rows("deal_id__value", "signed_on__value", "signed_on__precision") == [
        ("A", date(2021, 3, 12), "day"),
        ("B", date(2021, 3, 1), "month"),
        ("C", None, None),
        ("D", None, None),
    ]
    assert desk.rows("value_cny__value", "value_cny__note", "seller_adcode__value") == [
        (Decimal("1205000.00"), None, "440100"),
        (Decimal("12000000.00"), "约1,200", "440100"),
        (None, None, None),
        (None, None, None),
    ]
    assert desk.told() == [
        (3, 3, "value_cny", "money_kept_words", "note", " 约1,200 "),
        (4, 1, "signed_on", "date_unreadable", "error", "昨天"),
        (4, 3, "value_cny", "money_negative", "error", "-5"),
        (4, 4, "seller_adcode", "place_unknown", "error", "不知哪里"),
    ]


def test_one_cell_of_two_years_is_read_for_each(open_desk: Opened) -> None:
    rows = [
        HEADER,
        ("A", "2004-06-01", "技术开发", "1", "黄埔区"),
        ("B", "2021-06-01", "技术开发", "1", "440116"),
        ("C", "2010-06-01", "技术开发", "1", "440116"),
        ("D", "昨天", "技术开发", "1", "天河区"),
    ]
    desk = open_desk(rows, DEALS)
    assert desk.rows("seller_adcode__value") == [("440112",), ("440112",), ("440112",), ("440106",)]
    assert {told[3] for told in desk.told()} >= {"place_succeeded", "date_unreadable"}


def test_constants_and_their_unit(open_desk: Opened) -> None:
    mapping = replace(
        DEALS,
        fields={name: FIELDS[name] for name in ("deal_id", "signed_on")},
        constants={"contract_type": "技术服务", "value_cny": "3", "channel": "没有的渠道"},
    )
    desk = open_desk([HEADER, ("A", "2021-03-12", "x", "9", "")], mapping, unit="亿元")
    assert desk.rows("contract_type__value", "value_cny__value", "channel__value") == [
        ("services", Decimal("300000000.00"), None)
    ]
    assert [(row[1], row[2], row[3]) for row in desk.told()] == [(None, "channel", "code_unknown")]
    assert columns_used(desk.typed) == {0, 1}


RETURNS = Mapping("", "workstation_returns", fields={"station_id": "工作站编号"})


def test_a_column_a_year_of_several_fields_and_units(open_desk: Opened) -> None:
    rows = [
        (
            "工作站编号",
            "2021年专利数",
            "2022年专利数",
            "2021年营收（万元）",
            "2022年营收（亿元）",
            "2022年专利数",
        ),
        ("W1", 3, "无", 5, 6, 7),
        ("W2", None, None, None, None, None),
        ("W3", "x", 4, "—", 1, None),
    ]
    fields = {**RETURNS.fields, "patents": "2021年专利数", "revenue_cny": "2021年营收"}
    desk = open_desk(rows, replace(RETURNS, fields=fields))
    found = desk.rows("station_id__value", "year__value", "patents__value", "revenue_cny__value")
    assert sorted(found, key=str) == [
        ("W1", 2021, 3, Decimal("50000.00")),
        ("W3", 2021, None, None),
        ("W3", 2022, 4, None),
    ]
    assert [(row[0], row[1], row[3]) for row in desk.told()] == [(4, 1, "number_unreadable")]
    assert columns_used(desk.typed) == {0, 1, 2, 3}


def test_a_year_that_is_said_goes_before_one_in_the_header(open_desk: Opened) -> None:
    rows = [("工作站编号", "年度", "2021年专利数"), ("W1", "2020", 3), ("W2", "2020", None)]
    fields = {"station_id": "工作站编号", "year": "年度", "patents": "2021年专利数"}
    desk = open_desk(rows, replace(RETURNS, fields=fields))
    assert desk.rows("station_id__value", "year__value", "patents__value") == [
        ("W1", 2020, 3),
        ("W2", 2020, None),
    ]


def test_rows_that_a_mapping_leaves_out_are_told(open_desk: Opened) -> None:
    rows = [
        ("地区", "2020"),
        ("北 京", 1),
        ("东　部", 2),
        ("上 海", 3),
        ("天 津", 4),
    ]
    mapping = Mapping(
        "",
        "tech_market",
        fields={"adcode": "地区", "contracts": "2020"},
        constants={"basis": "输出"},
        left_out={"地区": ("东部",)},
    )
    desk = open_desk(rows, mapping)
    assert [year for (year,) in desk.rows("year__value")] == [2020] * 3
    assert desk.told() == [(3, 0, None, "row_left_out", "note", "东　部")]


def test_amounts_of_every_size_from_one_column(open_desk: Opened) -> None:
    amounts = [f"约{n}" for n in range(2500)] + ["约99999999999.99", "约0.000001"]
    rows = [
        HEADER,
        *((f"{n}", "2021-03-12", "技术开发", cell, "") for n, cell in enumerate(amounts)),
    ]
    found = open_desk(rows, DEALS).rows("value_cny__value")
    assert found == [(Decimal(cell[1:]).scaleb(4).quantize(Decimal("0.01")),) for cell in amounts]
