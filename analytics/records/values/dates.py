"""Dates and years: the day is never invented, and what could be two dates is refused."""

from __future__ import annotations

import re
from datetime import date, timedelta

from analytics.records.types import Field, Read
from analytics.records.values.base import SPACES, Context, Reader, chinese_number, folded

FIRST = date(1949, 1, 1)
_AHEAD = 5
"""Years after today that a date may lie in."""
_EPOCH = date(1899, 12, 30)
_TIME = re.compile(
    r"(?:(?<=\d)[T ]|(?<=[日号])|(?<=\d\d)(?=[上下]午))\s*(?:[上下]午|凌晨|晚上?)?"
    r"\s*\d{1,2}[:时点]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?秒?)?分?\s*(?:am|pm)?(?:Z|[+-]\d\d:?\d\d)?$",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?$")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:[-/.年]|年度)(\d{1,2})(?:月份?)?|(\d{4})(\d{2})", re.ASCII)
_APART = re.compile(r"(?<=\d)\s+(?=\d)")
_FIRST_MONTH = re.compile(r"\d{4}\.1")
_YEAR = re.compile(r"(\d{4})(?:年度?|年份)?", re.ASCII)
_SHORT = re.compile(r"'?(\d{2})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})?[日号]?|月份?)?")
_REVERSED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_WITHOUT_YEAR = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?|(\d{1,2})月份?")
_RANGE = re.compile(
    r"\d{4}.*(?:至|到|~|—|–|--)|\d{4}年?-\d{4}|\d[日月号]-|\d{4}[./]\d{1,2}(?:[./]\d{1,2})?-"
)
_PERIOD = re.compile(
    "季|半年|[上中下]旬|[年月][初中底末]|q[1-4]|h[12]|quarter|half",
    re.IGNORECASE,
)
_NUMERALS = re.compile("[零〇○一二三四五六七八九十]+")
_OPEN = re.compile(
    "至今|今|长期(?:有效)?|永久(?:有效)?|无固定期限|未(?:撤站?|关闭)|present|now|ongoing"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_ENGLISH = re.compile(
    rf"(?P<day>\d\d?)(?:st|nd|rd|th)?[-/ .]*(?P<month>{_MONTH_NAME})\.?[-/ ,]*"
    r"(?P<year>\d{4}|\d\d)"
    rf"|(?P<month2>{_MONTH_NAME})\.?[-/ ]*(?P<day2>\d\d?)(?:st|nd|rd|th)?[, ]+(?P<year2>\d{{4}})"
    rf"|(?P<month3>{_MONTH_NAME})\.?[-/ ,']*(?P<year3>\d{{4}}|\d\d)"
    rf"|(?P<year4>\d{{4}})[-/ .]*(?P<month4>{_MONTH_NAME})\.?(?:[-/ ]*(?P<day4>\d\d?))?"
)


class DateReader(Reader):
    """Reads a date: `value` is its first day, `precision` is day, month or year.

    A five-digit number is a spreadsheet's day count only in a number cell; as text it is refused
    with the date it would be. 2021.1 as a number may be January or October, as text it is January;
    in a file that does not tell numbers from text it is January with a note.
    """

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the allowed period."""
        super().__init__({"value": "DATE", "precision": "VARCHAR"})
        self.last = _years_after(context.today, _AHEAD)
        self.quick = (
            "case when {cell} like '____-__-__' and try_cast({cell} as date) between "
            f"date '{FIRST}' and date '{self.last}' then try_cast({{cell}} as date) end"
        )
        self.quick_roles = {"precision": "'day'"}

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The date that a cell means."""
        text = _TIME.sub("", folded(said)).strip()
        text = _WEEKDAY.sub("", text).strip(" ,;。")
        if kind == "n":
            return self._of_number(text)
        if _OPEN.fullmatch(text.casefold()):
            return Read(note="date_open")
        plain = SPACES.sub("", _APART.sub("-", text))
        found = self._of_digits(plain)
        if found and not kind and _FIRST_MONTH.fullmatch(plain):
            return Read(found.values, note="date_first_month", details={"year": plain[:4]})
        if found is None and _NUMERALS.search(plain):
            found = self._of_digits(_NUMERALS.sub(_numeral, plain))
        if found is None:
            found = self._of_english(text.casefold())
        return found or self._refused(plain)

    # ------------------------------------------------------------------------------ accepted

    def _of_digits(self, text: str) -> Read | None:
        """A day, a month or a year in digits, the year first."""
        match = _DAY.fullmatch(text)
        if match:
            return self._kept(*_ints(match))
        match = _MONTH.fullmatch(text)
        if match:
            return self._kept(*_ints(match))
        match = _YEAR.fullmatch(text)
        if match:
            return self._kept(int(match[1]))
        return None

    def _kept(self, year: int, month: int | None = None, day: int | None = None) -> Read:
        """The date, if there is such a day, with as much of it as was given."""
        value = _day(year, 1 if month is None else month, 1 if day is None else day)
        if value is None:
            return Read(problem="date_impossible")
        if not FIRST <= value <= self.last:
            details = {"first": str(FIRST.year), "last": f"{self.last}"}
            return Read(problem="date_outside", details=details)
        precision = "day" if day is not None else "month" if month is not None else "year"
        return Read({"value": value, "precision": precision})

    def _of_number(self, text: str) -> Read:
        """A number cell: a day count, 20210312, 202103, 2021, or 2021.3."""
        number = re.fullmatch(r"(\d+)(?:\.(\d+))?", text)
        if not number:
            return self._refused(text)
        whole, part = number[1], (number[2] or "").rstrip("0")
        if len(whole) == 5:
            return self._of_serial(int(whole))
        if len(whole) in (6, 8) and not part:
            return self._of_digits(whole) or self._refused(whole)
        if len(whole) == 4 and not part:
            return self._kept(int(whole))
        if len(whole) == 4 and part == "1":
            return self._two(f"{whole}-01", f"{whole}-10")
        if len(whole) == 4 and len(part) <= 2:
            return self._kept(int(whole), int(part))
        return self._refused(text)

    def _of_serial(self, number: int) -> Read:
        value = _EPOCH + timedelta(days=number)
        return self._kept(value.year, value.month, value.day)

    def _of_english(self, text: str) -> Read | None:
        """12 March 2021, Mar 2021, March 12, 2021."""
        match = _ENGLISH.fullmatch(text)
        if not match:
            return None
        parts = {key.rstrip("2345"): value for key, value in match.groupdict().items() if value}
        month = _MONTHS.index(parts["month"][:3]) + 1
        if len(parts["year"]) == 2:
            return self._short(parts["year"], month, _maybe(parts.get("day")))
        return self._kept(int(parts["year"]), month, _maybe(parts.get("day")))

    # ------------------------------------------------------------------------------- refused

    def _refused(self, text: str) -> Read:
        """Why a text is no date, with what it could be."""
        if match := _REVERSED.fullmatch(text):
            return self._of_reversed(match)
        if match := _SHORT.fullmatch(text):
            return self._short(match[1], int(match[2]), _maybe(match[3]))
        if match := _SERIAL.fullmatch(text):
            return self._of_text_serial(int(match[1]))
        if _WITHOUT_YEAR.fullmatch(text):
            return Read(problem="date_without_year")
        if _PERIOD.search(text):
            return Read(problem="date_period")
        if _RANGE.search(text):
            return Read(problem="date_range")
        return Read(problem="date_unreadable")

    def _of_reversed(self, match: re.Match[str]) -> Read:
        """03/12/2021: taken where only one reading is a date."""
        first, second, last = match.groups()
        if len(last) == 2 and len(first) == 2:
            return self._short(first, int(second), int(last))
        if len(last) == 2:
            return self._short(last, int(first), int(second))
        days = {
            day
            for month, number in ((first, second), (second, first))
            if (day := _day(int(last), int(month), int(number)))
        }
        if len(days) == 1:
            day = days.pop()
            return self._kept(day.year, day.month, day.day)
        if not days:
            return Read(problem="date_impossible")
        return self._two(*(f"{day}" for day in sorted(days)))

    def _short(self, year: str, month: int, day: int | None) -> Read:
        """A year of two digits: refused, with the date in the century that is allowed."""
        full = 2000 + int(year)
        if full > self.last.year:
            full -= 100
        value = _day(full, month, 1 if day is None else day)
        if value is None:
            return Read(problem="date_short_year_only")
        candidate = f"{value}" if day is not None else f"{value:%Y-%m}"
        return Read(problem="date_short_year", details={"candidate": candidate})

    def _of_text_serial(self, number: int) -> Read:
        value = _EPOCH + timedelta(days=number)
        if not FIRST <= value <= self.last:
            return Read(problem="date_unreadable")
        return Read(problem="date_serial", details={"candidate": f"{value}"})

    def _two(self, *candidates: str) -> Read:
        first, last = candidates[0], candidates[-1]
        return Read(problem="date_ambiguous", details={"first": first, "second": last})


class YearReader(Reader):
    """Reads a year: 2021, 2021年, 2021年度; a whole date gives its year and says so."""

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the allowed period."""
        super().__init__({"value": "INTEGER"})
        self.dates = DateReader(field, context)
        self.quick = (
            "case when {cell} like '____' and try_cast({cell} as integer) between "
            f"{FIRST.year} and {self.dates.last.year} then try_cast({{cell}} as integer) end"
        )

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The year that a cell means."""
        text = SPACES.sub("", folded(said)).removesuffix(".0")
        if re.fullmatch(r"\d{2}年?", text):
            return Read(problem="year_short", details={"candidate": f"20{text[:2]}"})
        if _SERIAL.fullmatch(text):
            return Read(problem="year_unreadable")
        read = self.dates.parse(text, "t" if kind == "n" else kind, year)
        if read.problem == "date_outside":
            return Read(problem="year_outside", details=read.details)
        value = read.values.get("value")
        if not isinstance(value, date):
            return Read(problem="year_unreadable")
        if read.values["precision"] == "year":
            return Read({"value": value.year})
        return Read({"value": value.year}, note="year_of_date", details={"year": str(value.year)})


def _ints(match: re.Match[str]) -> list[int]:
    return [int(part) for part in match.groups() if part is not None]


def _maybe(part: str | None) -> int | None:
    return int(part) if part else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _years_after(day: date, years: int) -> date:
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


def _numeral(match: re.Match[str]) -> str:
    number = chinese_number(match[0])
    return str(number)
