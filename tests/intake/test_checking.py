"""What must hold of the rows: ranges, order of dates, sums, keys, references."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.intake import files
from tests.intake.running import Outcome, rows, run

DEALS = ("合同编号", "签订日期", "合同类型", "成交额（万元）")
STATIONS = ("工作站编号", "工作站名称", "工作站类型", "建站日期")


def csv(path: Path, *lines: tuple[Any, ...]) -> Path:
    return files.text_file(path, lines)


def warned(outcome: Outcome, key: str) -> list[tuple[int | None, dict[str, str]]]:
    return [(f.row, f.details) for f in outcome.findings if f.key == key]


# ------------------------------------------------------------------------------------ ranges


def test_numbers_outside_what_a_field_allows(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("项目编号", "项目名称", "入库日期", "技术成熟度"),
        ("1", "甲", "2021-01-01", "9"),
        ("2", "乙", "2021-01-01", "10"),
        ("3", "丙", "2021-01-01", "TRL0"),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert outcome.errors == [
        ("number_outside", 3, "技术成熟度", "10"),
        ("number_outside", 4, "技术成熟度", "0"),
    ]
    assert outcome.findings[0].details == {"least": "1", "most": "9"}
    assert rows(tmp_path / "data", "projects", "project_id", "trl") == [("1", 9)]


def test_numbers_below_nothing_or_beyond_what_can_be_stored(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("活动编号", "渠道", "活动类型", "举办日期", "参会人数"),
        ("1", "交易中心", "路演", "2021-01-01", "-3"),
        ("2", "交易中心", "路演", "2021-01-01", "3000000000"),
        ("3", "交易中心", "路演", "2021-01-01", "120人"),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert outcome.errors == [
        ("number_below", 2, "参会人数", "-3"),
        ("number_too_large", 3, "参会人数", "3000000000"),
    ]
    assert rows(tmp_path / "data", "events", "event_id", "participants") == [("3", 120)]


# ------------------------------------------------------------------------------------- dates


def test_dates_out_of_order_as_far_as_both_are_known(tmp_path: Path) -> None:
    said = (
        ("1", "2021-03-15", "2021年3月", False),
        ("2", "2021-03-15", "2021年2月", True),
        ("3", "2021年", "2021-01-02", False),
        ("4", "2021-03-15", "2021-03-14", True),
        ("5", "2021-03-15", "2021-03-15", False),
        ("6", "2021-03-15", "", False),
    )
    path = csv(
        tmp_path / "a.csv",
        (*STATIONS, "撤站日期"),
        *((n, f"站{n}", "院士工作站", begun, ended) for n, begun, ended, _ in said),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert [(key, row) for key, row, _, _ in outcome.errors] == [
        ("dates_out_of_order", row) for row, (*_, wrong) in enumerate(said, 2) if wrong
    ]


# -------------------------------------------------------------------------------------- sums


def _sheet(path: Path, lines: list[tuple[str, Any]]) -> Path:
    body = [
        (label, None, None, value)
        if label.endswith("计")
        else (label, "2021-03-12", "技术开发", value)
        for label, value in lines
    ]
    return files.workbook(path, [DEALS, *body])


@pytest.mark.parametrize(
    "lines",
    [
        [("A", 1), ("B", 2), ("合计", 3)],
        [("合计", 3), ("A", 1), ("B", 2)],
        [("A", 1), ("B", 2), ("小计", 3), ("C", 4), ("小计", 4), ("总计", 7)],
        [("小计", 3), ("A", 1), ("B", 2), ("小计", 4), ("C", 4), ("总计", 7)],
        [
            ("A", 1),
            ("小计", 1),
            ("B", 2),
            ("小计", 2),
            ("合计", 3),
            ("C", 4),
            ("小计", 4),
            ("总计", 7),
        ],
        [("A", 1.5), ("B", 2.25), ("合计", "3.75")],
        [("A", 1234.4), ("B", 2345.3), ("合计", 3580)],
    ],
)
def test_sum_lines_that_agree(lines: list[tuple[str, Any]], tmp_path: Path) -> None:
    outcome = run(tmp_path / "data", _sheet(tmp_path / "a.xlsx", lines))
    assert outcome.told == []
    records = [value for label, value in lines if not label.endswith("计")]
    total = pd.Series(records, dtype=float).sum()
    assert float(outcome.report.sheets[0].totals["value_cny"]) == pytest.approx(total * 10_000)


def test_sum_lines_that_do_not_agree(tmp_path: Path) -> None:
    lines = [("A", 1), ("B", 2), ("小计", 5), ("C", 4), ("小计", 4), ("总计", 8)]
    outcome = run(tmp_path / "data", _sheet(tmp_path / "a.xlsx", lines))
    assert warned(outcome, "sum_differs") == [
        (4, {"said": "50,000", "added": "40,000"}),
        (7, {"said": "80,000", "added": "70,000"}),
    ]
    assert outcome.published  # the rows are taken as they are


def test_many_sum_lines_are_soon_compared(tmp_path: Path) -> None:
    lines: list[tuple[str, Any]] = []
    for block in range(600):
        lines += [(f"{block}-{n}", n) for n in range(3)] + [("小计", 3 if block != 400 else 9)]
    outcome = run(tmp_path / "data", _sheet(tmp_path / "a.xlsx", lines))
    assert [row for row, _ in warned(outcome, "sum_differs")] == [401 * 4 + 1]


# -------------------------------------------------------------------------------------- keys


def test_equal_rows_count_once(tmp_path: Path) -> None:
    line = ("1", "2021-03-12", "技术开发", "5")
    outcome = run(tmp_path / "data", csv(tmp_path / "a.csv", DEALS, line, line))
    assert outcome.told == [("note", "rows_merged", 3, "1")]
    assert outcome.findings[0].details == {"row": "2"}
    assert rows(tmp_path / "data", "deals", "deal_id") == [("1",)]


def test_rows_that_contradict_each_other_are_all_refused(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        DEALS,
        ("1", "2021-03-12", "技术开发", "5"),
        ("1", "2021-03-12", "技术开发", "6"),
        ("2", "2021-03-12", "技术开发", "7"),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert outcome.errors == [
        ("key_conflict", 2, "成交额", "1"),
        ("key_conflict", 3, "成交额", "1"),
    ]
    assert rows(tmp_path / "data", "deals", "deal_id") == [("2",)]


def test_an_incomplete_row_completes_the_whole_one(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        (*DEALS, "登记号", "来源渠道"),
        ("1", "", "", "", "R1", "创交会"),
        ("1", "2021-03-12", "技术开发", "5", "", ""),
        ("1", "2020-01-01", "", "", "", "基地"),
    )
    outcome = run(tmp_path / "data", path)
    assert sorted(outcome.told, key=str) == [
        ("note", "rows_merged", 2, "1"),
        ("note", "rows_merged", 4, "1"),
        ("warning", "merged_differs", 4, "2020-01-01"),
        ("warning", "merged_differs", 4, "base"),
    ]
    assert rows(tmp_path / "data", "deals", "signed_on", "registration_no", "channel") == [
        (date(2021, 3, 12), "R1", "expo")
    ]


def test_a_refused_row_neither_completes_nor_contradicts(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        (*DEALS, "登记号", "来源渠道"),
        ("1", "2021-03-12", "技术开发", "9", "R9", "没有的渠道"),
        ("1", "2021-03-12", "技术开发", "5", "", ""),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert [(key, row) for key, row, _, _ in outcome.errors] == [("code_unknown", 2)]
    assert rows(tmp_path / "data", "deals", "value_cny", "registration_no") == [
        (Decimal("50000.00"), None)
    ]


def test_rows_of_one_key_in_two_sheets(tmp_path: Path) -> None:
    one = csv(tmp_path / "a.csv", DEALS, ("1", "2021-03-12", "技术开发", "5"))
    two = csv(
        tmp_path / "b.csv", (*DEALS, "来源渠道"), ("1", "2021-03-12", "技术开发", "5", "创交会")
    )
    outcome = run(tmp_path / "data", one, two)
    assert [(f.file, f.details) for f in outcome.findings] == [("b.csv", {"row": "2（a.csv）"})]
    assert rows(tmp_path / "data", "deals", "deal_id", "channel") == [("1", "expo")]


def test_merging_by_key_agrees_with_pandas(tmp_path: Path) -> None:
    lines = [
        (f"{n % 70}", "2021-03-12" if n < 70 else "", "技术开发" if n < 70 else "",
         f"{n + 1}" if n < 70 else "", f"R{n % 70}" if n >= 70 else "")
        for n in range(100)
    ]  # fmt: skip
    head = (*DEALS, "登记号")
    run(tmp_path / "data", csv(tmp_path / "a.csv", head, *lines))
    frame = pd.DataFrame(lines, columns=list(head)).replace("", pd.NA)
    oracle = frame.groupby("合同编号").first().sort_index()
    assert rows(tmp_path / "data", "deals", "deal_id", "value_cny", "registration_no") == [
        (
            key,
            Decimal(int(row["成交额（万元）"])) * 10_000,
            None if pd.isna(row["登记号"]) else row["登记号"],
        )
        for key, row in oracle.iterrows()
    ]


def test_a_record_without_anything_to_know_it_by(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("登记号", *DEALS[1:]),
        ("R1", "2021-03-12", "技术开发", "5"),
        ("", "2021-03-12", "技术开发", "6"),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert [(key, row) for key, row, _, _ in outcome.errors] == [("required_any", 3)]
    assert rows(tmp_path / "data", "deals", "deal_id", "registration_no") == [("R1", "R1")]


def test_a_registration_number_means_the_record_that_stands_or_is_imported(tmp_path: Path) -> None:
    data = tmp_path / "data"
    head = (*DEALS, "登记号")
    run(data, csv(tmp_path / "a.csv", head, ("1", "2021-03-12", "技术开发", "5", "R1")))
    outcome = run(
        data,
        csv(tmp_path / "b.csv", ("登记号", *DEALS[1:]), ("R1", "2021-03-12", "技术开发", "6")),
    )
    assert outcome.report.changes["deals"].changed == 1
    assert rows(data, "deals", "deal_id", "value_cny") == [("1", Decimal("60000.00"))]


def test_one_registration_number_under_two_ids_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(
        data, csv(tmp_path / "a.csv", ("登记号", *DEALS[1:]), ("R1", "2021-03-12", "技术开发", "5"))
    )
    outcome = run(
        data,
        csv(tmp_path / "b.csv", (*DEALS, "登记号"), ("A1", "2021-03-12", "技术开发", "5", "R1")),
    )
    assert [(f.severity, f.key, f.row, f.details) for f in outcome.findings] == [
        ("warning", "stand_in_shared", 2, {"other": "R1"})
    ]


# --------------------------------------------------------------------------------- references


def test_stations_by_name_with_spaces_and_width_aside(tmp_path: Path) -> None:
    data = tmp_path / "data"
    stations = csv(
        tmp_path / "s.csv",
        STATIONS,
        ("W1", "甲乙（一）站", "院士工作站", "2020-01-01"),
        ("", "丙丁站", "专家工作站", "2020-01-01"),
    )
    returns = csv(
        tmp_path / "r.csv",
        ("工作站名称", "年度", "获得专利"),
        ("甲 乙(一)站", "2021", "3"),
        ("丙丁站", "2021", "4"),
    )
    assert run(data, stations, returns).errors == []
    ids = dict(rows(data, "workstations", "name", "station_id"))
    assert ids["甲乙（一）站"] == "W1" and ids["丙丁站"].startswith("s-")
    assert dict(rows(data, "workstation_returns", "station_id", "patents")) == {
        "W1": 3,
        ids["丙丁站"]: 4,
    }
    assert run(data, stations, returns).report.changes_something is False


def test_a_name_of_several_records_is_asked_not_chosen(tmp_path: Path) -> None:
    stations = csv(
        tmp_path / "s.csv",
        STATIONS,
        ("W1", "甲站", "院士工作站", "2020-01-01"),
        ("W2", "甲站", "院士工作站", "2020-01-01"),
        ("", "甲站", "院士工作站", "2020-01-01"),
    )
    returns = csv(tmp_path / "r.csv", ("工作站名称", "年度", "获得专利"), ("甲站", "2021", "3"))
    outcome = run(tmp_path / "data", stations, returns, accept_valid=True)
    assert [(key, row, heading) for key, row, heading, _ in outcome.errors] == [
        ("link_name_twice", 4, "工作站名称"),
        ("link_name_twice", 2, "工作站名称"),
    ]
    assert rows(tmp_path / "data", "workstations", "station_id") == [("W1",), ("W2",)]


def test_two_sheets_that_name_other_records(tmp_path: Path) -> None:
    data = tmp_path / "data"
    stations = csv(
        tmp_path / "s.csv",
        STATIONS,
        *((f"W{n}", f"站{n}", "院士工作站", "2020-01-01") for n in (1, 2)),
    )
    one = csv(tmp_path / "r1.csv", ("工作站名称", "年度", "获得专利"), ("站1", "2021", "3"))
    two = csv(tmp_path / "r2.csv", ("工作站名称", "年度", "获得专利"), ("站2", "2021", "4"))
    assert run(data, stations, one, two).errors == []
    assert rows(data, "workstation_returns", "station_id", "patents") == [("W1", 3), ("W2", 4)]


def test_references_to_nothing_are_refused(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        (*DEALS, "项目编号", "届次", "成果转化基地名称"),
        ("1", "2021-03-12", "技术开发", "5", "P9", "", ""),
        ("2", "2021-03-12", "技术开发", "5", "", "2021", ""),
        ("3", "2021-03-12", "技术开发", "5", "", "", "无名基地"),
        ("4", "2021-03-12", "技术开发", "5", "", "", "—"),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert outcome.errors == [
        ("reference_unknown", 2, "项目编号", "P9"),
        ("reference_unknown", 3, "届次", "2021"),
        ("link_name_unknown", 4, "成果转化基地名称", "无名基地"),
    ]
    assert rows(tmp_path / "data", "deals", "deal_id") == [("4",)]


# ------------------------------------------------------------------------------------- points


def test_points_by_their_system_swapped_or_elsewhere(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("基地编号", "基地名称", "成立日期", "所在地区", "经度", "纬度"),
        ("1", "甲", "2020-01-01", "广州市天河区", "113.3612", "23.1247"),
        ("2", "乙", "2020-01-01", "乌鲁木齐市", "43.82", "87.61"),
        ("3", "丙", "2020-01-01", "广州市天河区", "116.4", "39.9"),
        ("4", "丁", "2020-01-01", "广州市天河区", "113.3612", ""),
        ("5", "戊", "2020-01-01", "广州市天河区", "0", "0"),
    )
    data = tmp_path / "data"
    outcome = run(data, path, accept_valid=True)
    keys = {f.row: (f.severity, f.key) for f in outcome.findings if f.row}
    assert keys[3] == ("error", "point_exchanged")
    assert keys[4][1] == "point_elsewhere"
    assert keys[5] == ("error", "point_half")
    assert keys[6][1] == "point_nowhere"
    assert [f.key for f in outcome.findings if f.row is None] == ["crs_unsaid"]
    (lon, lat) = rows(data, "bases", "lon", "lat")[0]
    assert (lon, lat) == (113.3612, 23.1247)
    other = run(tmp_path / "other", path, accept_valid=True, crs="gcj02")
    assert "crs_unsaid" not in {f.key for f in other.findings}
    (lon, lat) = rows(tmp_path / "other", "bases", "lon", "lat")[0]
    assert 400 < ((lon - 113.3612) ** 2 + (lat - 23.1247) ** 2) ** 0.5 * 111_000 < 700


def test_a_latitude_that_is_none_is_told_once(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("基地编号", "基地名称", "成立日期", "经度", "纬度"),
        ("1", "甲", "2020-01-01", "23.1247", "113.3612"),
        ("2", "乙", "2020-01-01", "", ""),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert outcome.told == [("error", "degrees_outside", 2, "113.3612")]  # asks whether exchanged
    assert rows(tmp_path / "data", "bases", "base_id", "lon") == [("2", None)]


# --------------------------------------------------------------------------------- agreement


def test_a_country_and_a_place_that_disagree(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        (*DEALS, "卖方所在地区", "卖方国家"),
        ("1", "2021-03-12", "技术开发", "5", "广州市", "美国"),
        ("2", "2021-03-12", "技术开发", "5", "广州市", "中国"),
        ("3", "2021-03-12", "技术开发", "5", "", "美国"),
        ("4", "2021-03-12", "技术开发", "5", "德国", ""),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert outcome.errors == [("country_differs", 2, "卖方国家", "US")]
    assert rows(tmp_path / "data", "deals", "seller_adcode", "seller_country") == [
        ("440100", "CN"),
        (None, "US"),
        (None, "DE"),
    ]


def test_an_industry_and_a_subclass_that_disagree(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("项目编号", "项目名称", "入库日期", "产业", "细分产业"),
        ("1", "甲", "2021-01-01", "4", "4.1"),
        ("2", "乙", "2021-01-01", "4", "1.1"),
        ("3", "丙", "2021-01-01", "4.1", ""),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert [(key, row) for key, row, _, _ in outcome.errors] == [("subindustry_differs", 3)]
    assert rows(tmp_path / "data", "projects", "industry", "subindustry") == [
        ("4", "4.1"),
        ("4", "4.1"),
    ]
