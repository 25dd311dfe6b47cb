"""Numbers and dates as people of each language read them; Babel does the grouping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from math import isnan
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from analytics.text import text

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_LOCALES = {"zh": "zh_Hans_CN", "en": "en_GB"}
MISSING = "—"


@dataclass(frozen=True)
class Shown:
    """A number as it is shown: the figure, and the unit that follows (or precedes) it."""

    figure: str
    unit: str = ""
    before: str = ""

    def __str__(self) -> str:
        """The whole, with a space between figure and unit except before a per cent sign."""
        gap = "" if self.unit in ("", "%") else " "
        lead = f"{self.before} " if self.before else ""
        return f"{lead}{self.figure}{gap}{self.unit}"


@dataclass(frozen=True)
class Scale:
    """What a column of amounts is divided by, and the unit it is then in."""

    divisor: float
    unit: str


def is_missing(value: Any) -> bool:
    """Whether there is no number to show."""
    return value is None or (isinstance(value, float) and isnan(value)) or str(value) == "<NA>"


def is_risky(said: str) -> bool:
    """Whether a spreadsheet could take a text for a formula."""
    return said.startswith(_RISKY)


def harmless(said: str) -> str:
    """A text as it may stand in a CSV that leaves: no spreadsheet takes it for a formula."""
    return f"'{said}" if is_risky(said) else said


def number(value: float, decimals: int, language: str) -> str:
    """A grouped number with fixed decimals, rounded half up as people round."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(exact, pattern, locale=_LOCALES[language])


def shown(value: Any, unit: str, language: str, counted: str = "") -> Shown:
    """A value of a measure's unit as figure and unit.

    Args:
        value: The value: CNY, a count, a share from 0 to 1, days.
        unit: The measure's unit.
        language: `zh` or `en`.
        counted: Measure word that follows a count in Chinese.
    """
    if is_missing(value):
        return Shown(MISSING)
    amount = float(value)
    if unit == "cny":
        return _money(amount, language)
    if unit == "share":
        return Shown(number(amount * 100, 1, language) + "%")
    if unit == "days":
        return Shown(number(amount, 0, language), text("common.days", language))
    if unit == "per_unit":
        return Shown(number(amount, 2 if abs(amount) < 10 else 1, language), counted)
    return _count(amount, language, counted)


def written(value: Any, unit: str, language: str, counted: str = "") -> str:
    """A value as one string; see `shown`."""
    return str(shown(value, unit, language, counted))


def money_scale(largest: float, language: str) -> Scale:
    """The scale of an axis or column of amounts, from its largest."""
    if language == "zh":
        if abs(largest) >= 1e8:
            return Scale(1e8, "亿元")
        return Scale(1e4, "万元") if abs(largest) >= 1e4 else Scale(1, "元")
    if abs(largest) >= 1e9:
        return Scale(1e9, "CNY bn")
    return Scale(1e6, "CNY m") if abs(largest) >= 1e6 else Scale(1, "CNY")


def signed(value: float, decimals: int, language: str) -> str:
    """A number with its sign; a true minus sign is left to prose, a hyphen reads in all fonts."""
    shape = number(abs(value), decimals, language)
    if not shape.strip("0.,"):
        return shape
    return f"{'+' if value > 0 else '-'}{shape}"


def change(now: Any, before: Any, unit: str, language: str) -> str | None:
    """A change as people say it: shares in points, everything else in per cent.

    Returns:
        None where there is nothing to compare with.
    """
    if is_missing(now) or is_missing(before):
        return None
    if unit == "share":
        points = text("common.points", language)
        return f"{signed((float(now) - float(before)) * 100, 1, language)} {points}"
    if not before:
        return None
    return f"{signed((float(now) / float(before) - 1) * 100, 1, language)}%"


def difference(now: Any, before: Any, language: str) -> str | None:
    """A change in counts, with its sign."""
    if is_missing(now) or is_missing(before):
        return None
    return signed(float(now) - float(before), 0, language)


def day(value: date, language: str) -> str:
    """A day: 2025年9月30日, 30 Sep 2025."""
    pattern = "y年M月d日" if language == "zh" else "d MMM y"
    return format_date(value, pattern, locale=_LOCALES[language])


def period_label(first: date, grain: str, language: str) -> str:
    """A period of a grain by its first day: 2024, Q2 2024 or May 2024 and their like."""
    if grain == "year":
        return f"{first.year}" if language == "en" else f"{first.year}年"
    if grain == "quarter":
        quarter = (first.month + 2) // 3
        return f"Q{quarter} {first.year}" if language == "en" else f"{first.year}年{quarter}季度"
    pattern = "y年M月" if language == "zh" else "MMM y"
    return format_date(first, pattern, locale=_LOCALES[language])


def span_label(since: date | None, until: date | None, language: str) -> str:
    """A period in words, as short as it can be said."""
    if since is None and until is None:
        return text("common.all_time", language)
    if since and until and (since.month, since.day, until.month, until.day) == (1, 1, 12, 31):
        if since.year == until.year:
            return period_label(since, "year", language)
        years = f"{since.year}–{until.year}"
        return f"{years}年" if language == "zh" else years
    if since and until and since.day == 1 and _ends_month(until):
        first, last = (period_label(d, "month", language) for d in (since, until))
        return (
            first if (since.year, since.month) == (until.year, until.month) else f"{first}–{last}"
        )
    if since and until:
        return f"{day(since, language)}–{day(until, language)}"
    if since:
        return text("common.since", language, day=day(since, language))
    assert until
    return text("common.until", language, day=day(until, language))


def _ends_month(value: date) -> bool:
    return date.fromordinal(value.toordinal() + 1).day == 1


def _money(amount: float, language: str) -> Shown:
    size = abs(amount)
    if language == "zh":
        if round(size / 1e4) >= 1e4:
            scaled = size / 1e8
            decimals = 2 if scaled < 100 else 1 if scaled < 10_000 else 0
            return Shown(number(amount / 1e8, decimals, language), "亿元")
        if size >= 1e4 or not size:
            return Shown(number(amount / 1e4, 0, language), "万元")
        return Shown(number(amount, 0, language), "元")
    if round(size / 1e6, 1) >= 1e3:
        scaled = size / 1e9
        decimals = 3 if scaled < 10 else 2 if scaled < 100 else 1 if scaled < 1000 else 0
        return Shown(number(amount / 1e9, decimals, language), "bn", "CNY")
    if size >= 1e6:
        return Shown(
            number(amount / 1e6, 1 if round(size / 1e6, 1) < 100 else 0, language), "m", "CNY"
        )
    return Shown(number(amount, 0, language), "", "CNY")


def _count(amount: float, language: str, counted: str) -> Shown:
    if language == "zh" and abs(amount) >= 100_000:
        return Shown(number(amount / 1e4, 1, language), f"万{counted}")
    decimals = 0 if amount == int(amount) else 1
    return Shown(number(amount, decimals, language), counted)
