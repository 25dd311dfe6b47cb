"""Amounts: units, words around them, currencies, and exactness."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.records.types import Rate
from analytics.records.values.money import Unit, unit_of
from tests.intake.reading_cells import reader, said, sentences

RATES = {
    "USD": Rate(Decimal("7.1234"), date(2024, 3, 1)),
    "HKD": Rate(Decimal("0.92"), date(2024, 3, 1)),
}
PLAIN = reader("money")
WAN = reader("money", {"unit": "万元"})
FREE = reader("money", {"unit": "万元", "above": True, "rates": RATES})
POWERS = {"元": 0, "千元": 3, "万元": 4, "百万元": 6, "亿元": 8}


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("120万元", 1_200_000),
        ("120 万 元", 1_200_000),
        ("1.2亿", 120_000_000),
        ("1.2亿元", 120_000_000),
        ("120元", 120),
        ("120千元", 120_000),
        ("1.5百万元", 1_500_000),
        ("￥120", 120),
        ("¥1,234.56", "1234.56"),
        ("RMB 120", 120),
        ("120 CNY", 120),
        ("人民币120万元", 1_200_000),
        ("120万元人民币", 1_200_000),
        ("120万元整", 1_200_000),
        ("120(万元)", 1_200_000),
        ("１２０万元", 1_200_000),
        ("7，910，825元", 7_910_825),
        ("7,910,825.10元", "7910825.10"),
        ("壹佰贰拾万元整", 1_200_000),
        ("人民币叁佰万元", 3_000_000),
        ("1.2 million yuan", 1_200_000),
        ("￥120万元", 1_200_000),
        ("1 200 000 元", 1_200_000),
        ("￥1.2亿", 120_000_000),
        ("0元", 0),
    ],
)
def test_the_cell_names_its_unit(cell: str, value: object) -> None:
    assert said(PLAIN.read(cell)) == Decimal(str(value))
    assert said(WAN.read(cell)) == Decimal(str(value)) * (10_000 if WAN_ALSO.get(cell) else 1)


WAN_ALSO = dict.fromkeys(["￥120", "¥1,234.56", "RMB 120", "120 CNY"], True)
"""A sign names the currency only, so the column's 万元 still holds."""


@pytest.mark.parametrize("cell", ["120", "120.5", "7,910,825", "１２０", "7，910，825", ".5"])
def test_a_number_alone_needs_the_column_s_unit(cell: str) -> None:
    assert said(PLAIN.read(cell)) == "(money_without_unit)"
    number = Decimal(
        cell.replace("，", ",").replace(",", "").translate(str.maketrans("１２０", "120"))
    )
    assert said(WAN.read(cell)) == number * 10_000


def test_a_unit_that_is_none_of_money_is_told() -> None:
    read = reader("money", {"unit": "项"}).read("120")
    assert read.problem == "money_unit_unknown"
    assert "项" in sentences(read)[0]


@pytest.mark.parametrize(
    ("unit", "meant"),
    [
        ("万元", Unit(4, "CNY")), ("亿元", Unit(8, "CNY")), ("元", Unit(0, "CNY")),
        ("万", Unit(4, "")), ("单位：万元", Unit(4, "CNY")), ("（万元）", Unit(4, "CNY")),
        ("人民币万元", Unit(4, "CNY")), ("千万元", Unit(7, "CNY")), ("十亿元", Unit(9, "CNY")),
        ("CNY 10,000", Unit(4, "CNY")), ("100 million yuan", Unit(8, "CNY")),
        ("10 000 yuan", Unit(4, "CNY")), ("万美元", Unit(4, "USD")), ("万元%", None),
        ("million USD", Unit(6, "USD")),
        ("RMB", Unit(None, "CNY")), ("项", None), ("", None), ("％", None),
    ],
)  # fmt: skip
def test_units_as_headers_write_them(unit: str, meant: Unit | None) -> None:
    assert unit_of(unit) == meant


@pytest.mark.parametrize(
    "cell",
    ["约120", "120左右", "近120", "120余", "120余万元", "100多万", "大约120万元", "约合人民币120万",
     "预计120万元", "120万元（暂定）", "120（含税）", "≈120", "约１２０万"],
)  # fmt: skip
def test_words_that_say_more_are_kept_beside_the_number(cell: str) -> None:
    read = WAN.read(cell)
    assert read.values["value"] == Decimal(1_000_000 if "100" in cell else 1_200_000)
    assert read.values["note"] == cell
    assert read.note == "money_kept_words"


def test_a_plain_amount_has_no_note() -> None:
    read = WAN.read("120")
    assert (read.values["note"], read.note) == (None, "")


@pytest.mark.parametrize(
    "cell",
    ["超120", ">120", "120以上", "120万以上", "超过120万元", "不低于120", "逾120", "≥120", "120+"],
)
def test_a_lower_bound_is_refused_unless_the_mapping_takes_it(cell: str) -> None:
    assert said(WAN.read(cell)) == "(money_above)"
    read = FREE.read(cell)
    assert read.values == {"value": Decimal(1_200_000), "note": cell}


REFUSED = {
    "range": ["100-200", "100~200万", "100至200万元", "100—200"],
    "below": ["<100", "不超过100万", "100以内", "不足100"],
    "negative": ["-100", "(100)", "（100）", "△100", "￥-100"],
    "separators": ["1,23", "1,2345", "12。5", "1.234.567", "12 50"],
    "several": ["100+20", "10万美元（约合70万元）"],
    "unreadable": ["面议", "5%", "120元/年", "abc", "120吨", "120项"],
    "cut_short": ["1.23457E+11"],
    "too_large": ["1e17", "99999999999999999"],
}


@pytest.mark.parametrize(
    ("cell", "problem"), [(cell, problem) for problem, cells in REFUSED.items() for cell in cells]
)
def test_what_is_refused_and_why(cell: str, problem: str) -> None:
    read = FREE.read(cell)
    assert said(read) == f"(money_{problem})"
    assert all(sentences(read))


def test_a_date_cell_is_no_amount() -> None:
    assert said(WAN.read("2021-03-12", "d")) == "(money_unreadable)"


@pytest.mark.parametrize(
    "cell", ["USD 10", "10万美元", "港币5万", "€100", "HK$3,000", "100美金", "10 万港元"]
)
def test_foreign_money_needs_a_rate(cell: str) -> None:
    read = WAN.read(cell)
    assert read.problem == "money_foreign"
    assert read.details["currency"] in sentences(read)[0]


def test_foreign_money_is_converted_exactly_and_says_how() -> None:
    read = FREE.read("10万美元")
    assert read.values["value"] == Decimal("712340.00")
    assert read.values["note"] == "USD 100000 × 7.1234 (2024-03-01)"
    assert read.note == "money_converted"
    assert FREE.read("USD 100").values["value"] == Decimal("712.34")
    assert said(FREE.read("€100")) == "(money_foreign)"
    about = FREE.read("约10万港元")
    assert about.values == {
        "value": Decimal("92000.00"),
        "note": "约10万港元; HKD 100000 × 0.92 (2024-03-01)",
    }


def test_a_column_may_be_in_foreign_money() -> None:
    dollars = reader("money", {"unit": "万美元", "rates": RATES})
    assert said(dollars.read("10")) == Decimal("712340.00")
    assert dollars.quick == ""
    assert said(reader("money", {"unit": "万美元"}).read("10")) == "(money_foreign)"


def test_scientific_notation_is_read_where_nothing_is_lost() -> None:
    read = reader("money", {"unit": "元"}).read("1.2E+06")
    assert read.values["value"] == Decimal(1_200_000)
    assert (read.note, read.details["number"]) == ("money_scientific", "1200000")


def test_rounding_is_half_even_and_told() -> None:
    yuan = reader("money", {"unit": "元"})
    assert said(yuan.read("12.005")) == Decimal("12.00")
    assert yuan.read("12.005").note == "money_rounded"
    assert said(yuan.read("12.015")) == Decimal("12.02")
    assert WAN.read("35.709999999999994").note == "", "the noise of a binary number is not told"
    assert said(WAN.read("35.709999999999994")) == Decimal("357100.00")


AMOUNT = st.decimals(0, Decimal("9999999999.99"), places=2)


@given(
    AMOUNT,
    st.sampled_from(sorted(POWERS)),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "￥", "人民币", "约"]),
)
def test_an_amount_written_in_any_unit_reads_the_same(
    amount: Decimal, unit: str, grouped: bool, wide: bool, before: str
) -> None:
    number = amount.scaleb(-POWERS[unit])
    cell = before + (f"{number:,f}" if grouped else f"{number:f}") + unit
    if wide:
        cell = cell.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.,"})
    read = PLAIN.read(cell)
    assert read.values["value"] == amount
    assert bool(read.note) == (before == "约")


@given(AMOUNT, st.sampled_from(sorted(POWERS)))
def test_an_amount_in_the_column_s_unit_reads_the_same(amount: Decimal, unit: str) -> None:
    number = f"{amount.scaleb(-POWERS[unit]):f}"
    assert said(reader("money", {"unit": unit}).read(number)) == amount


@given(
    st.from_regex(
        r"\A[0-9]{1,17}(\.[0-9]{1,12})?\Z|\A[0-9]{1,3}(,[0-9]{3}){1,4}(\.[0-9]{1,3})?\Z|\A[0-9,.eE+]{1,9}\Z"
    ),
    st.sampled_from(sorted(POWERS)),
)
def test_sql_says_the_same_as_python_or_leaves_it_to_it(cell: str, unit: str) -> None:
    money = reader("money", {"unit": unit})
    [(quick,)] = duckdb.execute(f"select {money.quick.format(cell='$1')}", [cell]).fetchall()
    read = money.read(cell)
    if quick is not None:
        assert quick == read.values["value"]
        assert not read.note
