"""Numbers, shares, yes and no, degrees."""

from __future__ import annotations

import re
from decimal import Decimal

from analytics.records.types import Field, Read
from analytics.records.values.base import (
    EMPTY,
    NOTHING,
    SPACES,
    Context,
    Reader,
    folded,
    joined,
    squeezed,
)

_SCALES = {"十": 1, "百": 2, "千": 3, "万": 4, "十万": 5, "百万": 6, "千万": 7, "亿": 8}
_MEASURES = "人次|[人名位家个项件篇台套场种级座所辆次天日年期批只本部份条]|平方米|㎡"
_NUMBER = re.compile(
    r"([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:e([+-]?\d{1,2}))?", re.ASCII
)
_AFTER = re.compile(rf"(十万|百万|千万|[十百千万亿])?({_MEASURES})?")
_VAGUE = re.compile("约|近|大概|左右|上下|余|多|超|逾|以上|以下|以内|不足|[><≥≤~～]|about|over")
_RANGE = re.compile(r"\d(?:-|~|至|到|—)\d")
_SHARE_UNITS = ("%", "share", "比例", "百分比", "百分点", "％")
_DEGREES = re.compile(
    r"(?P<sign>[-+])?(?P<deg>\d{1,3}(?:\.\d+)?)[°度]?"
    r"(?:(?P<min>\d{1,2}(?:\.\d+)?)['′分])?(?:(?P<sec>\d{1,2}(?:\.\d+)?)(?:[\"″秒]|''|′′))?"
)
_SIDES = {
    "longitude": (("东经", "经度", "e"), ("西经", "w")),
    "latitude": (("北纬", "纬度", "n"), ("南纬", "s")),
}
_LIMITS = {"longitude": 180, "latitude": 90}
_LARGEST = 2**31 - 1
"""Largest whole number that is stored."""


class NumberReader(Reader):
    """Reads a whole number, a number with decimals, or a share.

    A measure word may follow (12人), a scale too (1.2万). About-words are refused: nothing
    beside the number could keep them. Of shares see `_share`.
    """

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare what is allowed and the column's scale."""
        self.whole = field.kind == "integer"
        super().__init__({"value": "BIGINT" if self.whole else "DOUBLE"})
        self.share = not self.whole and field.unit in _SHARE_UNITS
        self.percent = folded(context.unit) in ("%", "百分比", "百分点")
        self.scale = _scale(context.unit)
        self.prefix = "trl" if field.column == "trl" else ""  # TRL6, TRL-6
        digits = "[0-9]" + "[0-9]?" * 14
        if self.whole and not self.scale:
            few = "[0-9]" + "[0-9]?" * 8
            self.quick = (
                f"case when regexp_full_match({{cell}}, '{few}') "
                "then try_cast({cell} as bigint) end"
            )
        elif not self.share and not self.scale and field.kind == "number":
            self.quick = (
                f"case when regexp_full_match({{cell}}, '-?{digits}([.][0-9]+)?') "
                "then try_cast({cell} as double) end"
            )

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The number that a cell means."""
        text = joined(said)
        if text is None:
            return Read(problem="number_unreadable")
        if self.prefix and text.startswith(self.prefix):
            text = text.removeprefix(self.prefix).lstrip("-:")
        if kind in ("d", "b"):
            return Read(problem="number_unreadable")
        if _RANGE.search(text):
            return Read(problem="number_range")
        match = _NUMBER.match(text)
        if match is None or match.end() == 0:
            return Read(problem="number_vague" if _VAGUE.search(text) else "number_unreadable")
        rest = text[match.end() :]
        number = Decimal(match[1] + match[2].replace(",", "")).scaleb(int(match[3] or 0))
        if self.share:
            return self._share(number, rest)
        after = _AFTER.fullmatch(rest)
        if after is None:
            return Read(problem="number_vague" if _VAGUE.search(rest) else "number_unreadable")
        power = _SCALES[after[1]] if after[1] else self.scale
        return self._kept(number.scaleb(power))

    def _kept(self, number: Decimal) -> Read:
        if not self.whole:
            return Read({"value": float(number)})
        if number != number.to_integral_value():
            return Read(problem="number_not_whole")
        if abs(number) > _LARGEST:
            return Read(problem="number_too_large")
        return Read({"value": int(number)})

    def _share(self, number: Decimal, rest: str) -> Read:
        """35% is 0.35; a bare number up to 1 is a share, above it a percentage.

        Refused is 1, which is both, and a number up to 1 in a column of %, which may be either.
        """
        if rest in ("%", "个百分点", "百分点"):
            return self._within(number / 100)
        if rest:
            return Read(problem="share_unreadable")
        if number == 0:
            return Read({"value": 0.0})
        if 0 < number <= 1 and (self.percent or number == 1):
            both = {"first": _percent(number), "second": _percent(number * 100)}
            return Read(problem="share_ambiguous", details=both)
        if number > 1 and not self.percent:
            read, told = self._within(number / 100), {"percent": _percent(number)}
            return read if read.problem else Read(read.values, note="share_percent", details=told)
        return self._within(number / 100 if self.percent else number)

    def _within(self, number: Decimal) -> Read:
        if not 0 <= number <= 1:
            return Read(problem="share_outside")
        return Read({"value": float(number)})


class BooleanReader(Reader):
    """Reads yes or no, by the words of the list `booleans`."""

    marks_nothing = False

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the words."""
        super().__init__({"value": "BOOLEAN"})
        words: dict[str, bool] = {}
        for code, word in context.references.synonyms.get("booleans", ()):
            words[squeezed(word)] = code == "true"
        self.words = words

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """Whether a cell says yes."""
        word = squeezed(said).removesuffix(".0")
        if word in self.words:
            return Read({"value": self.words[word]})
        if said.lower() in NOTHING:
            return EMPTY
        return Read(problem="boolean_unreadable")


class DegreeReader(Reader):
    """Reads a longitude or a latitude, in degrees or degrees, minutes and seconds.

    Whether the two lie in the right place is told by `coordinates.py`, which sees both.
    """

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the side and the limit."""
        super().__init__({"value": "DOUBLE"})
        axis = "latitude" if field.kind == "latitude" else "longitude"
        self.limit = _LIMITS[axis]
        self.plus, self.minus = _SIDES[axis]
        self.other = [
            word for name, both in _SIDES.items() if name != axis for side in both for word in side
        ]
        self.exchanged = "latitude_exchanged" if axis == "latitude" else "longitude_exchanged"
        self.quick = (
            "case when regexp_full_match({cell}, '-?[0-9][0-9]?[0-9]?([.][0-9]+)?') "
            f"and abs(try_cast({{cell}} as double)) <= {self.limit} "
            "then try_cast({cell} as double) end"
        )

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The degrees that a cell means."""
        text = SPACES.sub("", folded(said)).casefold().replace(":", "")
        sign = 1
        for words, factor in ((self.plus, 1), (self.minus, -1)):
            for word in words:
                if text.startswith(word) or text.endswith(word):
                    text, sign = text.removeprefix(word).removesuffix(word), factor
        if any(text.startswith(word) or text.endswith(word) for word in self.other):
            return Read(problem=self.exchanged)
        match = _DEGREES.fullmatch(text)
        if match is None:
            two = len(re.findall(r"\d+\.\d+", text)) == 2
            return Read(problem="degrees_two" if two else "degrees_unreadable")
        minutes, seconds = Decimal(match["min"] or 0), Decimal(match["sec"] or 0)
        if minutes >= 60 or seconds >= 60:
            return Read(problem="degrees_unreadable")
        value = Decimal(match["deg"]) + minutes / 60 + seconds / 3600
        if value > self.limit:
            return Read(problem="degrees_outside", details={"limit": str(self.limit)})
        return Read({"value": float(-value if match["sign"] == "-" else value * sign)})


def _percent(number: Decimal) -> str:
    return f"{number.normalize():f}%"


def _scale(unit: str) -> int:
    """Power of ten in a unit such as 万人; 0 for 人, for none, and for money beside the counts."""
    match = re.fullmatch(rf"(十万|百万|千万|[十百千万亿])(?:{_MEASURES})", folded(unit))
    return _SCALES[match[1]] if match else 0
