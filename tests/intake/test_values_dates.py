"""Dates and years: every way of writing them, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.reading_cells import reader, said, sentences

DATES = reader("date")
YEARS = reader("year")
DAY, MONTH, YEAR = date(2021, 3, 12), date(2021, 3, 1), date(2021, 1, 1)
WRITTEN = {
    ("day", DAY): [
        "2021-03-12", "2021.3.12", "2021/3/12", "2021年3月12日", "2021 年 3 月 12 日",
        "2021年3月12号", "20210312", "2021-03-12 10:20:30", "2021-03-12T10:20:30",
        "2021-03-12 00:00:00", "2021年3月12日 10时20分", "2021/3/12 上午10:20",
        "2021-03-12（周五）", "2021年3月12日 星期五", "２０２１－０３－１２", "2021 3 12",
        "二〇二一年三月十二日", "二○二一年三月十二日", "12 March 2021", "March 12, 2021",
        "12-Mar-2021", "2021-Mar-12", " 2021-03-12 ", "2021\u20113\u201112",
    ],
    ("month", MONTH): [
        "2021年3月", "2021-03", "2021.3", "2021.03", "2021/3", "202103", "2021年三月", "Mar 2021",
        "2021年3月份", "March 2021",
    ],
    ("year", YEAR): ["2021年", "2021", "2021年度", "二〇二一年"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "precision", "value"),
    [(cell, *key) for key, cells in WRITTEN.items() for cell in cells],
)
def test_every_way_of_writing_keeps_what_was_given(cell: str, precision: str, value: date) -> None:
    assert DATES.read(cell, "t").values == {"value": value, "precision": precision}


@pytest.mark.parametrize(
    ("cell", "value", "precision"),
    [
        ("44267", DAY, "day"),
        ("44267.5", DAY, "day"),
        ("20210312", DAY, "day"),
        ("202103", MONTH, "month"),
        ("2021.3", MONTH, "month"),
        ("2021.11", date(2021, 11, 1), "month"),
        ("2021", YEAR, "year"),
        ("2021.0", YEAR, "year"),
    ],
)
def test_number_cells(cell: str, value: date, precision: str) -> None:
    assert DATES.read(cell, "n").values == {"value": value, "precision": precision}


def test_a_number_cell_2021_1_may_be_january_or_october() -> None:
    read = DATES.read("2021.1", "n")
    assert (read.problem, read.details) == (
        "date_ambiguous", {"first": "2021-01", "second": "2021-10"},
    )  # fmt: skip
    assert said(DATES.read("2021.1", "t")) == date(2021, 1, 1)
    assert said(DATES.read("2021.10", "t")) == date(2021, 10, 1)
    untold = DATES.read("2021.1", "")
    assert (said(untold), untold.note) == (date(2021, 1, 1), "date_first_month")


def test_a_day_count_as_text_is_refused_with_the_day_it_would_be() -> None:
    read = DATES.read("44267", "t")
    assert (read.problem, read.details["candidate"]) == ("date_serial", "2021-03-12")


@pytest.mark.parametrize(
    ("cell", "candidate"),
    [
        ("21.3.12", "2021-03-12"), ("21/3/12", "2021-03-12"), ("21-03-12", "2021-03-12"),
        ("21年3月12日", "2021-03-12"), ("21年3月", "2021-03"), ("99.1.2", "1999-01-02"),
        ("12-Mar-21", "2021-03-12"), ("Mar-21", "2021-03"), ("9/5/21", "2021-09-05"),
    ],
)  # fmt: skip
def test_years_of_two_digits_are_refused_with_a_candidate(cell: str, candidate: str) -> None:
    read = DATES.read(cell)
    assert (read.problem, read.details["candidate"]) == ("date_short_year", candidate)


def test_a_date_that_could_be_two_is_refused_with_both() -> None:
    read = DATES.read("03/12/2021")
    assert read.problem == "date_ambiguous"
    assert set(read.details.values()) == {"2021-03-12", "2021-12-03"}
    assert said(DATES.read("12/31/2021")) == date(2021, 12, 31)
    assert said(DATES.read("31/12/2021")) == date(2021, 12, 31)


REFUSED = {
    "impossible": ["2021/13/01", "2021-02-30", "20211301", "2021年13月", "2021-00-10", "2021-0-1"],
    "outside": ["1948-12-31", "2031-11-22", "2099年", "1905-07-13"],
    "period": [
        "2021年第一季度",
        "2021Q1",
        "2021年上半年",
        "2021年3月上旬",
        "2021年底",
        "2021年3月中",
    ],
    "range": [
        "2021.3-2021.5",
        "2021年3月至5月",
        "2020-2021",
        "2021年3月12日-15日",
        "2021年~2022年",
    ],
    "without_year": ["3月12日", "3.12", "3/12", "5月"],
    "unreadable": ["abc", "待签", "约2021年3月", "2021.03.12前", "99999", "123"],
}


@pytest.mark.parametrize(
    ("cell", "problem"), [(cell, problem) for problem, cells in REFUSED.items() for cell in cells]
)
def test_what_is_refused_and_why(cell: str, problem: str) -> None:
    read = DATES.read(cell)
    assert said(read) == f"(date_{problem})"
    assert all(sentences(read))


def test_the_limits_are_1949_and_five_years_ahead() -> None:
    assert said(DATES.read("1949-01-01")) == date(1949, 1, 1)
    assert said(DATES.read("2031-11-21")) == date(2031, 11, 21)


@pytest.mark.parametrize("cell", ["至今", "长期", "长期有效"])
def test_what_has_not_ended_has_no_date(cell: str) -> None:
    read = DATES.read(cell)
    assert (read.values, read.note) == ({}, "date_open")


@pytest.mark.parametrize(
    "cell", ["", None, "—", "-", "/", "无", "暂无", "不详", "N/A", "NULL", "…", " 　"]
)
def test_marks_of_nothing_are_empty(cell: str | None) -> None:
    read = DATES.read(cell)
    assert (read.values, read.problem, read.note) == ({}, "", "")


def test_an_error_of_a_formula_is_told() -> None:
    assert DATES.read("#REF!", "e").problem == "cell_error"


@pytest.mark.parametrize(
    ("cell", "kind", "year"),
    [("2021", "n", 2021), ("2021年", "t", 2021), ("2021年度", "", 2021), ("２０２１", "t", 2021),
     ("2021.0", "n", 2021), ("二〇二一年", "t", 2021), ("2021-03-12", "d", 2021)],
)  # fmt: skip
def test_years(cell: str, kind: str, year: int) -> None:
    read = YEARS.read(cell, kind)
    assert read.values == {"value": year}
    assert bool(read.note) == (kind == "d")


@pytest.mark.parametrize(
    ("cell", "problem"),
    [("21", "short"), ("21年", "short"), ("1900", "outside"), ("2050", "outside"),
     ("2021-2022", "unreadable"), ("44267", "unreadable"), ("二十一", "unreadable")],
)  # fmt: skip
def test_years_refused(cell: str, problem: str) -> None:
    read = YEARS.read(cell)
    assert said(read) == f"(year_{problem})"
    assert all(sentences(read))


STYLES = (
    "{0:%Y-%m-%d}", "{0:%Y/%m/%d}", "{0:%Y.%m.%d}", "{0:%Y%m%d}", "{0:%Y年%m月%d日}",
    "{0.year}/{0.month}/{0.day}", "{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日",
    "{0.year} 年 {0.month} 月 {0.day} 日", "{0:%Y-%m-%d} 08:30:00", "{0:%d %B %Y}", "{0:%b %d, %Y}",
)  # fmt: skip
DAYS = st.dates(date(1949, 1, 1), date(2031, 11, 21))


@given(DAYS, st.sampled_from(STYLES), st.booleans())
def test_a_day_written_in_any_style_reads_the_same(day: date, style: str, wide: bool) -> None:
    cell = style.format(day)
    if wide:
        cell = cell.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789-/."})
    assert DATES.read(cell).values == {"value": day, "precision": "day"}


@given(st.dates(date(1949, 1, 1), date(2031, 11, 21)))
def test_a_spreadsheet_s_day_count_reads_as_its_day(day: date) -> None:
    count = (day - date(1899, 12, 30)) // timedelta(days=1)
    assert said(DATES.read(str(count), "n")) == day
    assert DATES.read(str(count), "t").details["candidate"] == f"{day}"


@given(
    st.one_of(DAYS.map(str), st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"), st.text(max_size=12))
)
def test_sql_says_the_same_as_python_or_leaves_it_to_it(cell: str) -> None:
    cell = cell.strip().replace("\x00", "")
    for dates in (DATES, YEARS):
        [(quick,)] = duckdb.execute(f"select {dates.quick.format(cell='$1')}", [cell]).fetchall()
        if quick is not None:
            read = dates.read(cell)
            assert quick == read.values["value"]
            assert read.values.get("precision", "day") == "day" and not read.note
