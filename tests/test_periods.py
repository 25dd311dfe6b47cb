"""Periods as tokens, and the periods they are compared with."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import periods

DAYS = st.dates(date(1995, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("token", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-2-9", date(2024, 2, 9), date(2024, 2, 9)),
    ],
)
def test_tokens(token: str, first: date, last: date) -> None:
    assert periods.first_day(token) == first
    assert periods.last_day(token) == last


@pytest.mark.parametrize("token", ["", "24", "2024Q5", "2024-13", "2024-02-30", "0000", "x2024"])
def test_rubbish_is_refused_with_what_is_allowed(token: str) -> None:
    with pytest.raises(ValueError, match="is not a period"):
        periods.first_day(token)


@given(DAYS)
def test_a_day_survives_its_token(day: date) -> None:
    assert periods.first_day(periods.start_token(day)) == day
    assert periods.last_day(periods.end_token(day)) == day


@given(DAYS, DAYS)
def test_the_span_before_is_as_long_and_ends_the_day_before(one: date, other: date) -> None:
    since, until = min(one, other), max(one, other)
    start, end = periods.span_before(since, until)
    assert (since - end).days == 1
    months = periods.months_between(since, until)
    if months is None:
        assert end - start == until - since
    else:
        assert periods.months_between(start, end) == months


@given(DAYS, st.integers(-20, 20))
def test_shifting_by_years_keeps_month_ends(day: date, years: int) -> None:
    shifted = periods.shift_years(day, years)
    assert (shifted.year, shifted.month) == (day.year + years, day.month)
    assert periods.first_day(periods.start_token(shifted)) == shifted


@pytest.mark.parametrize(
    ("grain", "token"), [("year", "2024"), ("quarter", "2024Q2"), ("month", "2024-04")]
)
def test_a_bar_becomes_a_token(grain: str, token: str) -> None:
    assert periods.period_token(date(2024, 4, 1), grain) == token
