"""A cell's value as text, exactly, and its kind as one letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

EMPTY = " "
NUMBER = "n"
TEXT = "t"
DATE = "d"
BOOLEAN = "b"
ERROR = "e"
"""An error value, and what is neither a number nor a date: a duration, a time of day."""
Cell = tuple[str, str]
"""Text and kind."""
_MIDNIGHT = time()
_HALF_SECOND = timedelta(milliseconds=500)


def cell(value: Any) -> Cell:
    """The text and kind of a value as the workbook library gives it."""
    return _WRITERS.get(type(value), _text)(value)


def number(value: float) -> Cell:
    """A number with as many digits as tell it apart, never with an exponent."""
    if not isfinite(value):
        return str(value), ERROR
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value)), NUMBER
    said = repr(value)
    return (plain(said) if "e" in said or said.endswith(".0") else said), NUMBER


def plain(said: str) -> str:
    """A number's text without exponent and without idle zeros."""
    written = format(Decimal(said), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _text(value: Any) -> Cell:
    said = str(value).replace("\0", "")
    return (said, TEXT) if said else ("", EMPTY)


def _boolean(value: bool) -> Cell:
    return ("TRUE" if value else "FALSE"), BOOLEAN


def _moment(value: datetime) -> Cell:
    """A date, with its time where it has one; a spreadsheet is no clock for microseconds."""
    value = (value + _HALF_SECOND).replace(microsecond=0) if value.microsecond else value
    if value.time() == _MIDNIGHT:
        return value.date().isoformat(), DATE
    return value.isoformat(" "), DATE


def _day(value: date) -> Cell:
    return value.isoformat(), DATE


def _other(value: time | timedelta) -> Cell:
    return str(value), ERROR


def _whole(value: int) -> Cell:
    return str(value), NUMBER


_WRITERS: dict[type, Callable[[Any], Cell]] = {
    str: _text,
    float: number,
    int: _whole,
    bool: _boolean,
    date: _day,
    datetime: _moment,
    time: _other,
    timedelta: _other,
}
