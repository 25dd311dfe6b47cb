"""Numbers and dates as each language writes them."""

from __future__ import annotations

from datetime import date

import pytest

from analytics import formats


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (3_571_000_000, "35.71 亿元", "CNY 3.571 bn"),
        (386_680_000_000, "3,866.8 亿元", "CNY 386.7 bn"),
        (6_147_600_000_000, "61,476 亿元", "CNY 6,148 bn"),
        (30_520_000, "3,052 万元", "CNY 30.5 m"),
        (394_000_000, "3.94 亿元", "CNY 394 m"),
        (99_999_999, "1.00 亿元", "CNY 100 m"),
        (999_960_000, "10.00 亿元", "CNY 1.000 bn"),
        (5_400, "5,400 元", "CNY 5,400"),
        (0, "0 万元", "CNY 0"),
        (-88_900_000, "-8,890 万元", "CNY -88.9 m"),
        (None, "—", "—"),
        (float("nan"), "—", "—"),
    ],
)
def test_money(amount: float | None, zh: str, en: str) -> None:
    assert formats.written(amount, "cny", "zh") == zh
    assert formats.written(amount, "cny", "en") == en


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (5260, "count", "5,260 项", "5,260"),
        (945_946, "count", "94.6 万项", "945,946"),
        (0.798, "share", "79.8%", "79.8%"),
        (0.12345, "share", "12.3%", "12.3%"),
        (287.4, "days", "287 天", "287 days"),
        (1.416, "per_unit", "1.42 项", "1.42"),
    ],
)
def test_other_units(value: float, unit: str, zh: str, en: str) -> None:
    assert formats.written(value, unit, "zh", "项") == zh
    assert formats.written(value, unit, "en") == en


def test_changes_say_points_for_shares_and_per_cent_for_the_rest() -> None:
    assert formats.change(0.471, 0.503, "share", "zh") == "-3.2 百分点"
    assert formats.change(0.471, 0.503, "share", "en") == "-3.2 pts"
    assert formats.change(112.4, 100, "cny", "zh") == "+12.4%"
    assert formats.change(1, 0, "cny", "zh") is None
    assert formats.change(1, None, "cny", "zh") is None
    assert formats.difference(66, 36, "zh") == "+30"
    assert formats.signed(-0.04, 1, "en") == "0.0"


@pytest.mark.parametrize(
    ("since", "until", "zh", "en"),
    [
        (date(2019, 1, 1), date(2024, 12, 31), "2019–2024年", "2019–2024"),
        (date(2024, 1, 1), date(2024, 12, 31), "2024年", "2024"),
        (date(2024, 1, 1), date(2024, 6, 30), "2024年1月–2024年6月", "Jan 2024–Jun 2024"),
        (date(2024, 5, 1), date(2024, 5, 31), "2024年5月", "May 2024"),
        (
            date(2020, 9, 1),
            date(2021, 7, 19),
            "2020年9月1日–2021年7月19日",
            "1 Sept 2020–19 Jul 2021",
        ),
        (None, None, "全部期间", "All time"),
        (None, date(2021, 2, 20), "至2021年2月20日", "to 20 Feb 2021"),
        (date(2021, 2, 20), None, "2021年2月20日起", "from 20 Feb 2021"),
    ],
)
def test_spans(since: date | None, until: date | None, zh: str, en: str) -> None:
    assert formats.span_label(since, until, "zh") == zh
    assert formats.span_label(since, until, "en") == en


def test_periods() -> None:
    assert formats.period_label(date(2024, 4, 1), "quarter", "zh") == "2024年2季度"
    assert formats.period_label(date(2024, 4, 1), "quarter", "en") == "Q2 2024"
    assert formats.period_label(date(2024, 4, 1), "month", "zh") == "2024年4月"
    assert formats.day(date(2025, 9, 30), "zh") == "2025年9月30日"


def test_scales() -> None:
    assert formats.money_scale(3e9, "zh") == formats.Scale(1e8, "亿元")
    assert formats.money_scale(3e6, "zh") == formats.Scale(1e4, "万元")
    assert formats.money_scale(30, "zh") == formats.Scale(1, "元")
    assert formats.money_scale(3e9, "en") == formats.Scale(1e9, "CNY bn")
    assert formats.money_scale(3e6, "en") == formats.Scale(1e6, "CNY m")
    assert formats.money_scale(3e3, "en") == formats.Scale(1, "CNY")
