"""An import meets what stands: by key, column by column."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.records.store import Store
from tests.intake import files
from tests.intake.running import names, rows, run

DEALS = ("合同编号", "签订日期", "合同类型", "成交额（万元）")


def csv(path: Path, *lines: tuple[Any, ...]) -> Path:
    return files.text_file(path, lines)


def deal(number: str, value: str = "5", day: str = "2021-03-12") -> tuple[str, str, str, str]:
    return (number, day, "技术开发", value)


def test_added_changed_same_and_kept(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, csv(tmp_path / "a.csv", DEALS, deal("1"), deal("2"), deal("3")))
    outcome = run(data, csv(tmp_path / "b.csv", DEALS, deal("2"), deal("3", "6"), deal("4")))
    change = outcome.report.changes["deals"]
    assert (change.added, change.changed, change.same, change.gone) == (1, 1, 1, 0)
    assert rows(data, "deals", "deal_id", "value_cny") == [
        ("1", Decimal("50000.00")),
        ("2", Decimal("50000.00")),
        ("3", Decimal("60000.00")),
        ("4", Decimal("50000.00")),
    ]


def test_rows_go_only_when_asked_and_not_when_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, csv(tmp_path / "a.csv", DEALS, deal("1"), deal("2"), deal("3")))
    path = csv(tmp_path / "b.csv", DEALS, deal("2"), deal("3", "面议"))
    outcome = run(data, path, remove_missing=True, accept_valid=True)
    change = outcome.report.changes["deals"]
    assert (change.added, change.changed, change.same, change.gone) == (0, 0, 1, 1)
    assert [number for (number,) in rows(data, "deals", "deal_id")] == ["2", "3"]


def test_what_is_pointed_to_stays_though_missing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bases = ("基地编号", "基地名称", "成立日期")
    lines = [(f"B{n}", f"基地{n}", "2020-01-01") for n in (1, 2, 3)]
    returns = csv(tmp_path / "r.csv", ("基地编号", "年度", "征集需求数"), ("B1", "2021", "3"))
    run(data, csv(tmp_path / "a.csv", bases, *lines), returns)
    outcome = run(data, csv(tmp_path / "b.csv", bases, lines[2]), remove_missing=True)
    assert outcome.report.changes["bases"].gone == 1
    assert [base for (base,) in rows(data, "bases", "base_id")] == ["B1", "B3"]


def test_a_column_that_no_file_has_keeps_what_stands(tmp_path: Path) -> None:
    data = tmp_path / "data"
    head = (*DEALS, "来源渠道", "金额说明", "登记号")
    run(data, csv(tmp_path / "a.csv", head, (*deal("1"), "创交会", "含税", "R1")))
    outcome = run(data, csv(tmp_path / "b.csv", DEALS, deal("1")))
    assert outcome.report.changes["deals"].same == 1
    columns = ("channel", "value_note", "registration_no")
    assert rows(data, "deals", *columns) == [("expo", "含税", "R1")]
    run(data, csv(tmp_path / "c.csv", (*DEALS, "来源渠道"), (*deal("1", "6"), "")))
    assert rows(data, "deals", *columns) == [(None, None, "R1")]  # the note was of the old amount


def test_notes_of_several_amounts_say_which_is_meant(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = csv(
        tmp_path / "a.csv",
        (*DEALS, "技术交易额（万元）", "金额说明"),
        (*deal("1", "约5"), "约4", "含税"),
        (*deal("2"), "4", ""),
    )
    run(data, path)
    assert rows(data, "deals", "value_note") == [
        ("含税；合同成交额：约5；技术交易额：约4",),
        (None,),
    ]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["2021-01-05", "2021-03-12"], date(2021, 2, 28)),
        (["2021-01-05", "2021-03-31"], date(2021, 3, 31)),
        (["2020-02-28", "2020-02-29"], date(2020, 2, 29)),
        (["2021-01-01"], date(2020, 12, 31)),
    ],
)
def test_complete_until_is_the_last_month_that_is_filled(
    days: list[str], expected: date, tmp_path: Path
) -> None:
    lines = [deal(f"{n}", day=day) for n, day in enumerate(days)]
    outcome = run(tmp_path / "data", csv(tmp_path / "a.csv", DEALS, *lines))
    last = pd.Timestamp(max(days))
    oracle = last if last.is_month_end else last - pd.offsets.MonthEnd()
    assert outcome.report.complete_until == {"deals": expected} == {"deals": oracle.date()}


def test_complete_until_is_never_to_come_and_may_be_said(tmp_path: Path) -> None:
    data = tmp_path / "data"
    ahead = date.today() + timedelta(days=400)
    path = csv(tmp_path / "a.csv", DEALS, deal("1", day=f"{ahead}"))
    assert run(data, path).report.complete_until == {"deals": date.today()}
    told = run(data, path, complete_until=date(2021, 6, 30))
    assert told.published and len(told.published.snapshots) == 1
    store = Store.of_records(data)
    current = store.current()
    assert current and store.info(current).datasets["deals"].complete_until == date(2021, 6, 30)
    again = run(data, path, complete_until=date(2021, 6, 30))
    assert again.published and again.published.snapshots == ()


def test_yearly_and_standing_datasets(tmp_path: Path) -> None:
    stations = csv(
        tmp_path / "s.csv",
        ("工作站编号", "工作站名称", "工作站类型", "建站日期"),
        ("W1", "甲站", "院士工作站", "2020-01-01"),
    )
    returns = csv(tmp_path / "r.csv", ("工作站编号", "年度", "获得专利"), ("W1", "2021", "3"))
    outcome = run(tmp_path / "data", stations, returns)
    assert outcome.report.complete_until == {
        "workstations": date.today(),
        "workstation_returns": date(2021, 12, 31),
    }


# ------------------------------------------------------------------------------------- series

SERIES = ("地区", "年份", "口径", "合同数", "成交额（万元）")


def series(data: Path) -> list[tuple[Any, ...]]:
    return [
        row[1:]
        for row in rows(data, "tech_market", "year", "contracts", "value_cny", series=True)
        if row[0] == 1999
    ]


def test_a_series_keeps_the_figure_with_more_digits(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, csv(tmp_path / "a.csv", SERIES, ("北京", "1999", "输出", "1200", "12345.67")))
    outcome = run(data, csv(tmp_path / "b.csv", SERIES, ("北京", "1999", "输出", "", "12346")))
    assert outcome.published and outcome.published.snapshots == ()
    assert series(data) == [(1200, Decimal("123456700.00"))]


def test_a_series_that_was_revised_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    one = csv(tmp_path / "a.csv", SERIES, ("北京", "1999", "输出", "1200", "12345"))
    two = csv(tmp_path / "b.csv", SERIES, ("北京", "1999", "输出", "1234", "12399"))
    outcome = run(data, one, two)
    assert [(f.severity, f.key, f.details) for f in outcome.findings] == [
        ("warning", "series_revised", {"before": "1200", "now": "1234"}),
        ("warning", "series_revised", {"before": "123450000.00", "now": "123990000.00"}),
    ]
    assert series(data) == [(1234, Decimal("123990000.00"))]
    assert names(data) == {}
