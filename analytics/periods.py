"""Periods as people write them: 2024, 2024Q2, 2024-05 or a day, to and from dates."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_TOKEN = re.compile(r"(\d{4})(?:-?[Qq]([1-4])|-(\d{1,2})(?:-(\d{1,2}))?)?")


def first_day(token: str) -> date:
    """First day of a period token; ValueError says what is allowed."""
    return _bounds(token)[0]


def last_day(token: str) -> date:
    """Last day of a period token; ValueError says what is allowed."""
    return _bounds(token)[1]


def start_token(day: date) -> str:
    """Shortest token that begins on a day."""
    if (day.month, day.day) == (1, 1):
        return f"{day.year}"
    if day.day == 1 and day.month in (4, 7, 10):
        return f"{day.year}Q{(day.month + 2) // 3}"
    return f"{day.year}-{day.month:02}" if day.day == 1 else day.isoformat()


def end_token(day: date) -> str:
    """Shortest token that ends on a day."""
    if (day.month, day.day) == (12, 31):
        return f"{day.year}"
    if day.day != monthrange(day.year, day.month)[1]:
        return day.isoformat()
    return f"{day.year}Q{day.month // 3}" if day.month % 3 == 0 else f"{day.year}-{day.month:02}"


def period_token(first: date, grain: str) -> str:
    """Token of the period of a grain that begins on a day."""
    if grain == "year":
        return f"{first.year}"
    quarter = (first.month + 2) // 3
    return f"{first.year}Q{quarter}" if grain == "quarter" else f"{first.year}-{first.month:02}"


def begins(day: date) -> str:
    """The longest period that begins on a day: `year`, `month` or `day`."""
    return "day" if day.day > 1 else "month" if day.month > 1 else "year"


def ends(day: date) -> str:
    """The longest period that ends on a day: `year`, `month` or `day`."""
    return begins(day + timedelta(days=1)) if day < date.max else "year"


def shift_years(day: date, years: int) -> date:
    """The same day some years away; 29 February becomes the 28th, month ends stay month ends."""
    year = day.year + years
    ends_month = day.day == monthrange(day.year, day.month)[1]
    last = monthrange(year, day.month)[1]
    return date(year, day.month, last if ends_month else min(day.day, last))


def months_between(since: date, until: date) -> int | None:
    """Whole months from the start of `since` to the end of `until`; None if not whole months."""
    if since.day != 1 or until.day != monthrange(until.year, until.month)[1]:
        return None
    return (until.year - since.year) * 12 + until.month - since.month + 1


def span_before(since: date, until: date) -> tuple[date, date]:
    """The period of equal length that ends the day before; whole months stay whole months."""
    end = since - timedelta(days=1)
    months = months_between(since, until)
    if months is None:
        return end - (until - since), end
    start = since.year * 12 + since.month - 1 - months
    return date(start // 12, start % 12 + 1, 1), end


def _bounds(token: str) -> tuple[date, date]:
    found = _TOKEN.fullmatch(token.strip())
    if not found:
        raise ValueError(f"{token!r} is not a period: write 2024, 2024Q2, 2024-05 or 2024-05-17")
    year, quarter, month, day = (int(part) if part else None for part in found.groups())
    if not year:
        raise ValueError(f"{token!r} is not a period: the year must be 0001 or later")
    if day and month:
        exact = _date(token, year, month, day)
        return exact, exact
    first_month = month or (quarter * 3 - 2 if quarter else 1)
    last_month = month or (quarter * 3 if quarter else 12)
    start = _date(token, year, first_month, 1)
    return start, date(year, last_month, monthrange(year, last_month)[1])


def _date(token: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{token!r} is not a period: {error}") from None
