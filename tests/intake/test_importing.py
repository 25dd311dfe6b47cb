"""Imports end to end: the files that offices send, and exactly the records or refusals of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.errors import TransferScopeError, Unusable
from analytics.records.importing import Import, Options, Questions
from analytics.records.store import DatasetInfo, Store
from analytics.records.types import Mapping, Rate, Source
from tests.intake import files
from tests.intake.running import HOME, names, one_of, rows, run

HEADER = ("合同编号", "签订日期", "合同类型", "成交额（万元）")
DEAL = ("HT-001", "2021-03-12", "技术开发", "120.5")
THREE = [
    (
        "HT-001",
        date(2021, 3, 12),
        "development",
        "甲乙丙丁研究院",
        "戊己庚辛公司",
        Decimal("1205000"),
    ),
    ("HT-002", date(2021, 4, 1), "assignment", "甲乙丙丁研究院", "壬癸公司", Decimal("880000")),
    ("HT-003", date(2021, 5, 20), "services", "子丑寅卯大学", "壬癸公司", Decimal("452500")),
]
"""What the small sheet of deals says."""


def deals_of(data: Path) -> list[tuple[Any, ...]]:
    known = names(data)
    found = rows(
        data, "deals", "deal_id", "signed_on", "contract_type", "seller_id", "buyer_id", "value_cny"
    )
    return [(*row[:3], known[row[3]], known[row[4]], row[5]) for row in found]


def csv(path: Path, *lines: tuple[Any, ...], **how: Any) -> Path:
    return files.text_file(path, lines, **how)


# ---------------------------------------------------------------------------- kinds of files


def _html(path: Path) -> Path:
    return files.html_workbook(path, files.DEALS, "技术合同登记表", "单位：万元")


def _encrypted(path: Path) -> Path:
    return files.encrypted(path, files.messy_workbook(path.with_name("plain.xlsx")))


def _old(path: Path) -> Path:
    days = {date(2021, 3, 12): 44267, date(2021, 4, 1): 44287, date(2021, 5, 20): 44336}
    cells: list[list[Any]] = [[days.get(cell, cell) for cell in row] for row in files.DEALS]
    cells[0][-1] = "成交额（万元）"
    return files.old_workbook(path, cells)


def _parquet(path: Path) -> Path:
    with duckdb.connect() as connection:
        connection.execute(
            "copy (select * from (values ('HT-001', date '2021-03-12', '技术开发', "
            "'甲乙丙丁研究院', '戊己庚辛公司', 120.5), ('HT-002', date '2021-04-01', '技术转让', "
            "'甲乙丙丁研究院', '壬癸公司', 88.0), ('HT-003', date '2021-05-20', '技术服务', "
            "'子丑寅卯大学', '壬癸公司', 45.25)) as t(合同编号, 签订日期, 合同类型, 卖方名称, "
            f"买方名称, \"成交额（万元）\")) to '{path}' (format parquet)"
        )
    return path


def _plain(encoding: str, delimiter: str) -> Callable[[Path], Path]:
    return lambda path: files.text_file(
        path,
        [[*row[:5], "成交额（万元）" if row is files.DEALS[0] else row[5]] for row in files.DEALS],
        encoding=encoding,
        delimiter=delimiter,
    )


def _zip(path: Path) -> Path:
    inner = _plain("gb18030", ",")(path.with_name("inner.csv"))
    junk = {"__MACOSX/._deals.csv": b"\0\5\x16\7", ".DS_Store": b"\0\0"}
    return files.zipped(path, {"二〇二一/合同.csv": inner, **junk}, gbk_names=True)


FILES: dict[str, Callable[[Path], Path]] = {
    "messy.xlsx": files.messy_workbook,
    "encrypted.xls": _encrypted,
    "page.xls": _html,
    "old.xls": _old,
    "table.parquet": _parquet,
    "utf8.csv": _plain("utf-8", ","),
    "mark.csv": _plain("utf-8-sig", ","),
    "gbk.csv": _plain("gbk", ","),
    "gb18030.tsv": _plain("gb18030", "\t"),
    "utf16.txt": _plain("utf-16", "\t"),
    "semicolon.csv": _plain("utf-8", ";"),
    "pipe.txt": _plain("utf-8", "|"),
    "packed.zip": _zip,
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_records(name: str, tmp_path: Path) -> None:
    outcome = run(tmp_path / "data", FILES[name](tmp_path / name))
    assert outcome.errors == []
    assert deals_of(tmp_path / "data") == THREE
    assert outcome.report.sheets[0].totals == {"value_cny": Decimal("2537500.00")}


def test_several_sheets_and_files_make_one_import(tmp_path: Path) -> None:
    head, *records = files.DEALS
    head = (*head[:5], "成交额（万元）")
    book = files.workbook(
        tmp_path / "a.xlsx",
        {"一月": [head, records[0]], "二月": [head, records[1]], "空": [head]},
    )
    more = csv(tmp_path / "b.csv", head, records[2])
    outcome = run(tmp_path / "data", book, more)
    assert deals_of(tmp_path / "data") == THREE
    assert [(s.sheet, s.rows) for s in outcome.report.sheets] == [
        ("一月", 1),
        ("二月", 1),
        ("空", 0),
        ("", 1),
    ]


def test_the_same_file_twice_publishes_nothing(tmp_path: Path) -> None:
    path = files.messy_workbook(tmp_path / "deals.xlsx")
    first = run(tmp_path / "data", path)
    assert first.published and len(first.published.snapshots) == 1
    again = run(tmp_path / "data", path)
    assert again.published and again.published.snapshots == ()
    assert [(n, c.added, c.changed, c.same) for n, c in again.report.changes.items()] == [
        ("deals", 0, 0, 3)
    ]
    assert again.report.creates == 0


def test_a_form_sent_back_empty_changes_nothing_of_its_kind(tmp_path: Path) -> None:
    head = ("基地编号", "基地名称", "依托单位类型", "基地所在地", "设立日期", "撤销日期")
    base = csv(tmp_path / "bases.csv", head, ("B1", "示例基地", "", "广州市", "2020-09-01", ""))
    empty = csv(tmp_path / "empty.csv", head)
    data = tmp_path / "data"
    # Beside other records it is not marked as imported.
    outcome = run(data, csv(tmp_path / "a.csv", HEADER, DEAL), empty)
    assert list(outcome.report.changes) == ["deals"] == list(_manifest(data))
    assert ("note", "sheet_without_rows", None, "") in outcome.told
    # Alone it publishes nothing, whatever is asked for.
    run(data, base)
    before = _manifest(data)
    for asked in ({}, {"remove_missing": True}, {"complete_until": date(2024, 1, 1)}):
        outcome = run(data, empty, **asked)
        assert outcome.published is None and outcome.report.obstacle == "no_rows"
    # Beside others it neither removes what stands nor moves the day to which it is complete.
    more = csv(tmp_path / "b.csv", HEADER, ("HT-002", *DEAL[1:]))
    outcome = run(data, more, empty, remove_missing=True)
    assert list(outcome.report.changes) == ["deals"] and outcome.report.changes["deals"].gone == 1
    assert _manifest(data)["bases"] == replace(before["bases"], change=None)
    assert rows(data, "bases", "base_id") == [("B1",)]


def _manifest(data: Path) -> dict[str, DatasetInfo]:
    store = Store.of_records(data)
    return dict(store.info(store.current() or "").datasets)


# ----------------------------------------------------------------------------------- layouts


def test_columns_in_any_order_with_more_of_them_are_listed(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("经办人", "成交额（元）", "合同类型", "合同编号", "签订日期", "联系电话"),
        ("张三", "1,205,000.00", "开发", "HT-001", "2021/3/12", "13800138000"),
    )
    outcome = run(tmp_path / "data", path)
    assert rows(tmp_path / "data", "deals", "deal_id", "value_cny") == [
        ("HT-001", Decimal("1205000.00"))
    ]
    sheet = outcome.report.sheets[0]
    assert (sheet.unused, sheet.personal) == (("经办人",), ("联系电话",))
    assert [(f.key, f.heading) for f in outcome.findings] == [
        ("column_unused", "经办人"),
        ("personal_left_out", "联系电话"),
    ]
    assert not any("13800138000" in f.value for f in outcome.findings)


def test_bilingual_two_row_header_and_unit_line(tmp_path: Path) -> None:
    book = files.workbook(
        tmp_path / "a.xlsx",
        [
            ("技术合同表", None, None, None),
            ("单位：亿元", None, None, None),
            ("合同编号", "签订日期", "合同类型", "成交额"),
            ("Contract no.", "Date signed", "Contract type", "Value"),
            ("HT-001", "2021.3", "技术许可", 0.5),
            (None, None, None, None),
            ("合计", None, None, 0.5),
            ("注：数据来自登记系统。", None, None, None),
        ],
    )
    outcome = run(tmp_path / "data", book)
    assert outcome.told == []
    assert rows(
        tmp_path / "data", "deals", "deal_id", "signed_on", "signed_precision", "value_cny"
    ) == [("HT-001", date(2021, 3, 1), "month", Decimal("50000000.00"))]
    assert outcome.report.complete_until == {"deals": date(2021, 2, 28)}


def test_a_column_a_year_of_two_fields(tmp_path: Path) -> None:
    book = files.workbook(
        tmp_path / "a.xlsx",
        [
            (
                "工作站名称",
                "2022年获得专利",
                "2022年研发投入（万元）",
                "2023年获得专利",
                "2023年研发投入（万元）",
            ),
            ("甲站", 3, 100, "—", "—"),
            ("乙站", None, 200.5, 4, None),
        ],
    )
    stations = csv(
        tmp_path / "s.csv",
        ("工作站名称", "工作站类型", "建站日期"),
        ("甲站", "院士工作站", "2020-01-01"),
        ("乙站", "专家工作站", "2020-01-01"),
    )
    outcome = run(tmp_path / "data", stations, book)
    assert outcome.errors == []
    ids = dict(rows(tmp_path / "data", "workstations", "name", "station_id"))
    found = rows(
        tmp_path / "data", "workstation_returns", "station_id", "year", "patents", "rd_spend_cny"
    )
    assert sorted(found) == sorted(
        [
            (ids["甲站"], 2022, 3, Decimal("1000000.00")),
            (ids["乙站"], 2022, None, Decimal("2005000.00")),
            (ids["乙站"], 2023, 4, None),
        ]
    )


def test_years_in_the_header_of_deals_are_no_columns_of_years(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("合同编号", "签订日期", "合同类型", "2024年成交额（万元）", "2023年成交额（万元）"),
        ("A", "2024-01-02", "技术开发", "1", "9"),
        ("B", "2024-01-03", "技术开发", "", "9"),
    )
    outcome = run(tmp_path / "data", path, fields={"value_cny": "2024年成交额"}, accept_valid=True)
    assert rows(tmp_path / "data", "deals", "deal_id", "value_cny") == [("A", Decimal("10000.00"))]
    assert outcome.errors == [("required_missing", 3, "2024年成交额", "")]
    assert outcome.report.sheets[0].unused == ("2023年成交额",)


def test_a_sheet_without_rows_changes_nothing(tmp_path: Path) -> None:
    outcome = run(tmp_path / "data", csv(tmp_path / "a.csv", HEADER))
    assert (outcome.report.accepted, outcome.report.obstacle) == (0, "no_rows")
    assert outcome.published is None


# ------------------------------------------------------------------------------------- cells


def test_amounts_as_offices_write_them(tmp_path: Path) -> None:
    said = {
        "1": ("120.5", "1205000.00", None),
        "2": ("￥7,910,825元", "7910825.00", None),
        "3": ("１２０万元", "1200000.00", None),
        "4": ("1.2亿元", "120000000.00", None),
        "5": ("约120", "1200000.00", "约120"),
        "6": ("100元", "100.00", None),
    }
    path = csv(
        tmp_path / "a.csv",
        HEADER,
        *((n, "2021-03-12", "技术开发", cell) for n, (cell, _, _) in said.items()),
    )
    run(tmp_path / "data", path)
    assert rows(tmp_path / "data", "deals", "deal_id", "value_cny", "value_note") == [
        (n, Decimal(value), note) for n, (_, value, note) in said.items()
    ]


def test_amounts_that_are_refused(tmp_path: Path) -> None:
    said = (">120", "120万美元", "面议", "100-200", "-5", "1.2.3", "12.345.678")
    path = csv(
        tmp_path / "a.csv",
        HEADER,
        *((f"{n}", "2021-03-12", "技术开发", cell) for n, cell in enumerate(said)),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert [(key, row, value) for key, row, _, value in outcome.errors] == [
        ("money_above", 2, ">120"),
        ("money_foreign", 3, "120万美元"),
        ("money_unreadable", 4, "面议"),
        ("money_range", 5, "100-200"),
        ("money_negative", 6, "-5"),
        ("money_separators", 7, "1.2.3"),
        ("money_separators", 8, "12.345.678"),
    ]
    assert outcome.report.obstacle == "nothing_accepted"


def test_a_mapping_says_what_is_above_and_what_a_currency_is_worth(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        HEADER,
        ("1", "2021-03-12", "技术开发", ">120"),
        ("2", "2021-03-12", "技术开发", "10万美元"),
    )
    with Import(tmp_path / "data", HOME) as work:
        mapping = one_of(work.read([Source("a.csv", path)])).mapping
    told = Mapping(
        "",
        "deals",
        fields=mapping.fields,
        above=("value_cny",),
        rates={"USD": Rate(Decimal("6.5"), date(2021, 3, 12))},
    )
    run(tmp_path / "data", path, mappings={0: told})
    assert rows(tmp_path / "data", "deals", "value_cny", "value_note") == [
        (Decimal("1200000.00"), ">120"),
        (Decimal("650000.00"), "USD 100000 × 6.5 (2021-03-12)"),
    ]


def test_the_unit_is_asked_never_guessed(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", (*HEADER[:3], "成交额"), DEAL)
    assert run(tmp_path / "data", path).errors == [("money_without_unit", 2, "成交额", "120.5")]
    run(tmp_path / "data", path, unit="万元")
    assert rows(tmp_path / "data", "deals", "value_cny") == [(Decimal("1205000.00"),)]


def test_a_constant_amount_takes_the_unit_of_the_option(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", HEADER[:3], DEAL[:3])
    run(tmp_path / "data", path, dataset="deals", constants={"value_cny": "3"}, unit="亿元")
    assert rows(tmp_path / "data", "deals", "value_cny") == [(Decimal("300000000.00"),)]


def test_a_constant_goes_before_a_column(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", (*HEADER, "来源渠道"), (*DEAL, "创交会"))
    outcome = run(tmp_path / "data", path, constants={"channel": "交易中心"})
    assert rows(tmp_path / "data", "deals", "channel") == [("centre",)]
    assert outcome.report.sheets[0].unused == ("来源渠道",)


def test_dates_as_offices_write_them(tmp_path: Path) -> None:
    said = {
        "1": ("2021.3.12", date(2021, 3, 12), "day"),
        "2": ("2021/3/12", date(2021, 3, 12), "day"),
        "3": ("2021年3月12日", date(2021, 3, 12), "day"),
        "4": ("2021年3月", date(2021, 3, 1), "month"),
        "5": ("20210312", date(2021, 3, 12), "day"),
        "6": (44267, date(2021, 3, 12), "day"),
        "7": (date(2021, 3, 12), date(2021, 3, 12), "day"),
        "8": ("2021年", date(2021, 1, 1), "year"),
    }
    book = files.workbook(
        tmp_path / "a.xlsx",
        [HEADER, *((n, cell, "技术开发", 1) for n, (cell, _, _) in said.items())],
    )
    assert run(tmp_path / "data", book).errors == []
    assert rows(tmp_path / "data", "deals", "deal_id", "signed_on", "signed_precision") == [
        (n, day, precision) for n, (_, day, precision) in said.items()
    ]


def test_dates_that_are_refused(tmp_path: Path) -> None:
    said = ("2021-02-30", "21.3.12", "44267", "第一季度", "03/04/2021", "昨天")
    path = csv(
        tmp_path / "a.csv",
        HEADER,
        *((f"{n}", cell, "技术开发", "1") for n, cell in enumerate(said)),
    )
    outcome = run(tmp_path / "data", path, accept_valid=True)
    assert [(key, row) for key, row, _, _ in outcome.errors] == [
        ("date_impossible", 2),
        ("date_short_year", 3),
        ("date_serial", 4),
        ("date_period", 5),
        ("date_ambiguous", 6),
        ("date_unreadable", 7),
    ]


def test_places_with_the_year_of_the_record(tmp_path: Path) -> None:
    said = {
        "1": ("440112", 2010, "440112"),  # 黄埔区
        "2": ("广东省广州市萝岗区", 2010, "440112"),
        "3": ("从化市", 2010, "440117"),
        "4": ("广州", 2021, "440100"),
        "5": ("广州市天河区五山路381号", 2021, "440106"),
        "6": ("香港", 2021, "810000"),
        "7": ("澳门", 2021, "820000"),
        "8": ("北京", 2021, "110100"),
    }
    path = csv(
        tmp_path / "a.csv",
        (*HEADER, "卖方所在地区", "买方国家"),
        *(
            (n, f"{year}-03-12", "技术开发", "1", place, "美国" if n == "1" else "Germany")
            for n, (place, year, _) in said.items()
        ),
    )
    assert run(tmp_path / "data", path).errors == []
    found = rows(
        tmp_path / "data", "deals", "deal_id", "seller_adcode", "seller_country", "buyer_country"
    )
    assert [(n, code) for n, code, _, _ in found] == [(n, code) for n, (_, _, code) in said.items()]
    assert {country for _, _, country, _ in found} == {"CN"}
    assert [country for *_, country in found] == ["US"] + ["DE"] * 7


def test_places_that_are_refused_name_candidates(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        (*HEADER, "卖方所在地区"),
        ("1", "2021-03-12", "技术开发", "1", "朝阳区"),
        ("2", "2021-03-12", "技术开发", "1", "天河曲"),
    )
    outcome = run(tmp_path / "data", path)
    assert [(key, row) for key, row, _, _ in outcome.errors] == [
        ("place_several", 2),
        ("place_unknown_near", 3),
    ]
    assert "北京" in outcome.findings[0].details["candidates"]
    assert "天河区" in outcome.findings[1].details["candidates"]


def test_words_through_synonyms_that_the_office_extends(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = csv(
        tmp_path / "a.csv",
        (*HEADER, "产业", "技术领域"),
        ("1", "2021-03-12", "开发", "1", "生物医药", "电子信息"),
        ("2", "2021-03-12", "我们的叫法", "1", "", ""),
    )
    assert [key for key, *_ in run(data, path).errors] == ["code_unknown"]
    (data / "synonyms.csv").write_text(
        "list,code,synonym\ncontract_types,licence,我们的叫法\n", encoding="utf-8"
    )
    assert run(data, path).errors == []
    assert [kind for (kind,) in rows(data, "deals", "contract_type")] == ["development", "licence"]


def test_odd_cells_are_stored_as_they_are(tmp_path: Path) -> None:
    note = "引号\"与'单引号\n换行；emoji 😀, 逗号"
    path = csv(
        tmp_path / "a.csv",
        (*HEADER, "卖方名称", "金额说明"),
        ("O'Neil-1", "2021-03-12", "技术开发", "1", 'O\'Neil; drop table "deals" 公司', note),
        ("select", "2021-03-12", "技术开发", "1", "😀科技", "  前后空格  "),
    )
    outcome = run(tmp_path / "data", path)
    assert outcome.errors == []
    assert rows(tmp_path / "data", "deals", "deal_id", "value_note") == [
        ("O'Neil-1", "引号\"与'单引号 换行；emoji 😀, 逗号"),
        ("select", "前后空格"),
    ]
    assert sorted(names(tmp_path / "data").values()) == [
        'O\'Neil; drop table "deals" 公司',
        "😀科技",
    ]


def test_many_odd_amounts_of_many_sizes(tmp_path: Path) -> None:
    cells = [f"约{n}.5" for n in range(3000)] + ["约12345678901.23"]
    path = csv(
        tmp_path / "a.csv",
        HEADER,
        *((f"{n:04}", "2021-03-12", "技术开发", cell) for n, cell in enumerate(cells)),
    )
    run(tmp_path / "data", path)
    found = rows(tmp_path / "data", "deals", "value_cny")
    assert sum(value for (value,) in found) == sum(Decimal(c[1:]) * 10000 for c in cells)


def test_errors_of_the_spreadsheet_are_refused(tmp_path: Path) -> None:
    book = files.workbook(
        tmp_path / "a.xlsx",
        [
            (*HEADER, "金额说明"),
            ("1", "2021-03-12", "技术开发", "=1/0\t#DIV/0!", "x"),
            ("2", "2021-03-12", "技术开发", 1, "=NOPE()\t#NAME?"),
        ],
    )
    assert [(key, row) for key, row, _, _ in run(tmp_path / "data", book).errors] == [
        ("cell_error", 2),
        ("cell_error", 3),
    ]


# ---------------------------------------------------------------------------------- mappings


def test_what_is_ambiguous_is_asked(tmp_path: Path) -> None:
    path = csv(
        tmp_path / "a.csv",
        ("合同编号", "签订日期", "合同类型", "金额（万元）", "单位名称"),
        ("1", "2021-03-12", "技术开发", "5", "甲公司"),
    )
    with pytest.raises(Questions) as asked:
        run(tmp_path / "data", path)
    assert asked.value.key == "mapping_asked"
    assert {match.field for match in asked.value.proposal.ambiguous} >= {"seller_name"}
    run(tmp_path / "data", path, fields={"seller_name": "单位名称", "value_cny": "金额"})
    assert list(names(tmp_path / "data").values()) == ["甲公司"]


def test_a_required_field_without_a_column_is_asked(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", HEADER[:3], DEAL[:3])
    with pytest.raises(Questions) as asked:
        run(tmp_path / "data", path, dataset="deals")
    assert (asked.value.key, asked.value.proposal.missing) == ("mapping_missing", ("value_cny",))


def test_a_saved_mapping_is_recognised_by_its_header(tmp_path: Path) -> None:
    data = tmp_path / "data"
    head = ("甲", "乙", "丙", "丁（万元）")
    path = csv(tmp_path / "a.csv", head, DEAL)
    said = {"deal_id": "甲", "signed_on": "乙", "contract_type": "丙", "value_cny": "丁"}
    with Import(data, HOME, Options(dataset="deals", fields=said)) as work:
        proposal = one_of(work.read([Source("a.csv", path)]))
        work.check()
        work.save_mapping(0, proposal.mapping, "本单位的表")
    again = csv(tmp_path / "b.csv", tuple(reversed(head)), tuple(reversed(DEAL)))
    outcome = run(data, again)
    assert outcome.published
    assert outcome.published.snapshots[0].mappings == ("本单位的表",)
    assert rows(data, "deals", "deal_id", "value_cny") == [("HT-001", Decimal("1205000.00"))]


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"dataset": "nothing"}, "unknown_dataset"),
        ({"mapping": "没有"}, "unknown_mapping"),
        ({"unit": "斤"}, "unknown_unit"),
        ({"crs": "xyz"}, "unknown_crs"),
        ({"fields": {"value_cny": "没有这一列"}}, "unknown_heading"),
        ({"fields": {"station_name": "合同编号"}}, "unknown_name_near"),
        ({"constants": {"nothing": "1"}}, "unknown_name"),
    ],
)
def test_options_that_name_nothing(options: dict[str, Any], key: str, tmp_path: Path) -> None:
    with pytest.raises(TransferScopeError) as refused:
        run(tmp_path / "data", csv(tmp_path / "a.csv", HEADER, DEAL), **options)
    assert refused.value.key == key


def test_what_is_said_of_a_field_holds_for_the_sheets_that_have_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    deals = csv(tmp_path / "a.csv", (*HEADER, "甲方", "乙方"), (*DEAL, "子公司", "丑公司"))
    projects = csv(
        tmp_path / "p.csv", ("项目编号", "项目名称", "立项日期"), ("P1", "某项目", "2023-01-01")
    )
    said = {"seller_name": "甲方", "buyer_name": "乙方"}
    outcome = run(data, deals, projects, fields=said, constants={"contract_type": "技术服务"})
    assert outcome.errors == []
    ((seller, buyer, kind),) = rows(data, "deals", "seller_id", "buyer_id", "contract_type")
    assert (names(data)[seller], names(data)[buyer], kind) == ("子公司", "丑公司", "services")
    assert rows(data, "projects", "project_id") == [("P1",)]


# ---------------------------------------------------------------------------------- refusals


def test_all_or_nothing_unless_the_good_rows_are_asked_for(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = csv(
        tmp_path / "a.csv",
        (*HEADER, "卖方名称", "买方名称"),
        ("1", "2021-03-12", "技术开发", "5", "甲公司", "乙公司"),
        ("2", "2021-03-12", "没有的类型", "7", "甲公司", "丙公司"),
    )
    with Import(data, HOME) as work:
        work.read([Source("a.csv", path)])
        report = work.check()
        assert (report.accepted, report.refused, report.obstacle) == (1, 1, "rows_refused")
        with pytest.raises(Unusable):
            work.publish()
    assert rows(data, "deals", "deal_id") == []
    outcome = run(data, path, accept_valid=True)
    assert rows(data, "deals", "deal_id") == [("1",)]
    assert sorted(names(data).values()) == ["乙公司", "甲公司"]  # 丙公司 is named by no good row
    assert (outcome.report.creates, outcome.report.created) == (2, ("乙公司", "甲公司"))
    assert outcome.report.sheets[0].totals == {"value_cny": Decimal("50000.00")}


def test_a_row_is_told_of_everything_at_once(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", HEADER, ("1", "昨天", "", ""))
    assert [(key, heading) for key, _, heading, _ in run(tmp_path / "data", path).errors] == [
        ("date_unreadable", "签订日期"),
        ("required_missing", "合同类型"),
        ("required_missing", "成交额"),
    ]


def test_a_second_check_after_a_correction_forgets_the_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = csv(
        tmp_path / "a.csv",
        (*HEADER, "卖方名称", "登记号"),
        (*DEAL, "甲公司", "R1"),
    )
    with Import(data, HOME) as work:
        mapping = one_of(work.read([Source("a.csv", path)])).mapping
        bad = Mapping("", "deals", fields={**mapping.fields, "signed_on": "合同类型"})
        first = work.check({0: bad})
        assert first.refused == 1
        second = work.check({0: mapping})
        assert (second.refused, second.errors, second.accepted) == (0, 0, 1)
        assert work.check() == second
        work.publish()
    assert rows(data, "deals", "deal_id", "registration_no") == [("HT-001", "R1")]


def test_findings_are_paged_without_gap_or_repeat(tmp_path: Path) -> None:
    lines = [(f"{n}", "昨天", "技术开发", "1") for n in range(7)]
    hidden = files.SheetOf([("x",)], hidden="hidden")
    book = files.workbook(tmp_path / "a.xlsx", {"甲": [HEADER, *lines], "乙": hidden})
    with Import(tmp_path / "data", HOME) as work:
        work.read([Source("a.xlsx", book)])
        report = work.check()
        whole = work.found(100)
        paged = [f for offset in range(0, 12, 4) for f in work.found(4, offset)]
    assert paged == whole
    assert len(whole) == sum(report.counts.values()) == 8


# --------------------------------------------------------------------------- several datasets


def test_what_points_to_a_refused_record_is_refused_with_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bases = csv(
        tmp_path / "bases.csv",
        ("基地编号", "基地名称", "成立日期"),
        ("B1", "甲基地", "2020-01-01"),
        ("B2", "乙基地", "昨天"),
    )
    returns = csv(
        tmp_path / "returns.csv",
        ("基地名称", "年度", "征集需求数"),
        ("甲基地", "2021", "3"),
        ("乙基地", "2021", "4"),
        ("丙基地", "2021", "5"),
    )
    outcome = run(data, bases, returns, accept_valid=True)
    assert outcome.errors == [
        ("date_unreadable", 3, "成立日期", "昨天"),
        ("reference_refused", 3, "基地名称", "B2"),
        ("link_name_unknown", 4, "基地名称", "丙基地"),
    ]
    assert rows(data, "base_returns", "base_id", "year", "demands") == [("B1", 2021, 3)]


def test_a_refused_record_of_an_organisation_does_not_refuse_those_that_name_it(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    firms = csv(
        tmp_path / "firms.csv",
        ("单位名称", "统一社会信用代码", "单位性质", "企业资质"),
        ("甲公司", "", "没有的性质", ""),
    )
    deals = csv(tmp_path / "deals.csv", (*HEADER, "卖方名称"), (*DEAL, "甲公司"))
    outcome = run(data, firms, deals, accept_valid=True)
    assert [key for key, *_ in outcome.errors] == ["code_unknown"]
    assert list(names(data).values()) == ["甲公司"]
    assert rows(data, "deals", "deal_id") == [("HT-001",)]


def test_records_and_series_of_one_import_go_to_their_own_snapshots(tmp_path: Path) -> None:
    data = tmp_path / "data"
    deals = csv(tmp_path / "deals.csv", HEADER, DEAL)
    series = csv(
        tmp_path / "series.csv",
        ("地区", "年份", "口径", "合同数", "成交额（万元）"),
        ("北京", "1999", "输出", "12", "34.5"),
    )
    outcome = run(data, deals, series)
    assert outcome.published and len(outcome.published.snapshots) == 2
    for store, name in (
        (Store.of_records(data), "deals.csv"),
        (Store.of_series(data), "series.csv"),
    ):
        info = store.info(store.current() or "")
        assert [source.name for source in info.sources] == [name]
        assert {file for held in info.datasets.values() for file in held.files} == {name}
    assert (1999, "110000", "output", 12, Decimal("345000.00")) in rows(
        data, "tech_market", "year", "adcode", "basis", "contracts", "value_cny", series=True
    )
    more = csv(tmp_path / "more.csv", HEADER, ("HT-9", *DEAL[1:]))
    again = run(data, more, series, source="中国科技统计年鉴2000")
    assert again.published and len(again.published.snapshots) == 1
    assert rows(data, "deals", "deal_id") == [("HT-001",), ("HT-9",)]


def test_a_citation_stands_beside_the_file_of_a_series(tmp_path: Path) -> None:
    data = tmp_path / "data"
    series = csv(
        tmp_path / "8-24.csv",
        ("地区", "年份", "口径", "合同数", "成交额（万元）"),
        ("北京", "1999", "输出", "12", "34.5"),
    )
    run(data, csv(tmp_path / "a.csv", HEADER, DEAL), series, source="中国科技统计年鉴 2000")
    info = Store.of_series(data).info(Store.of_series(data).current() or "")
    assert info.datasets["tech_market"].files == ("中国科技统计年鉴 2000 · 8-24.csv",)
    info = Store.of_records(data).info(Store.of_records(data).current() or "")
    assert info.datasets["deals"].files == ("a.csv",)


def test_targets_without_a_place_are_for_the_whole(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = csv(
        tmp_path / "targets.csv",
        ("指标", "地区", "年度", "目标值"),
        ("成交额", "", "2024", "1200"),
        ("成交额", "广州市", "2024", "500"),
    )
    assert run(data, path).errors == []
    measure = rows(data, "targets", "measure", "adcode", "year", "value")
    assert sorted(measure, key=str) == sorted(
        [("deals.value", None, 2024, 1200.0), ("deals.value", "440100", 2024, 500.0)], key=str
    )
    again = run(data, path)
    assert again.published and again.published.snapshots == ()
