"""What a reader of cells is, and what every reader does first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from analytics.records.marks import EXAMPLE
from analytics.records.types import Rate, Read

if TYPE_CHECKING:
    from analytics.records.values.references import References

EMPTY = Read()
"""A cell that says nothing."""
NOTHING = frozenset(
    [
        *(
            "-",
            "--",
            "---",
            "—",
            "——",
            "———",
            "–",
            "―",
            "−",
            "－",
            "/",
            "//",
            "／",
            "\\",
            ".",
            "。",
        ),
        *("…", "……", "...", "*", "※", "n/a", "#n/a", "na", "null", "none", "nil", "nan", "(null)"),
        *(
            "unknown",
            "tbd",
            "无",
            "暂无",
            "无数据",
            "没有",
            "不详",
            "未详",
            "未知",
            "未填",
            "未填写",
        ),
        *(
            "不适用",
            "待定",
            "待补",
            "待补充",
            "空",
            "缺",
            "缺失",
            "(空)",
            "（空）",
            "(无)",
            "（无）",
        ),
    ]
)
"""What offices write where nothing is known, in lower case."""
CONTROL = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffc-\ufffd]"
)
"""Characters that no one sees and no record should hold; tab and line break are spaces."""
_HYPHENS = str.maketrans("\u2010\u2212", "--")
SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Context:
    """What is known beside the cell.

    Args:
        references: Lists of codes, places and synonyms.
        unit: Unit of the column, from its header, the unit line or the user: 万元, 亿元, 元, %;
            empty where nothing says so.
        rates: Rate of a foreign currency, by ISO code.
        above: Whether ">120" is taken as 120 with a note.
        crs: `wgs84`, `gcj02`, `bd09` or empty: see `coordinates.py`, which reads points in pairs.
        level: `province` where places are read as provinces, as published series list them;
            北京 is then 110000, else 110100, and 全国 is 100000; `country` where 全国 is a place
            beside all others, as for targets.
        today: Dates more than five years after this day are refused.
    """

    references: References
    unit: str = ""
    rates: Mapping[str, Rate] = field(default_factory=lambda: {})
    above: bool = False
    crs: str = ""
    level: str = ""
    today: date = field(default_factory=date.today)


class Reader:
    """Reads the cells of one field.

    Attributes:
        roles: DuckDB type of what `read` gives, by role; `value` is always among them.
        quick: SQL over `{cell}` (VARCHAR, trimmed) that gives the `value` of plain canonical cells
            and null where `read` must decide; empty where there is no quick way. It holds no
            other braces, so `format` and `replace` both fill it.
        quick_roles: SQL of the further roles of a cell that `quick` answered; a role that is
            missing here is null there.
        needs_year: Whether `read` wants the year that the record is about.
        marks_nothing: Whether —, 无, N/A and the like mean that the cell is empty.
    """

    roles: dict[str, str]
    quick: str = ""
    quick_roles: dict[str, str]
    needs_year: bool = False
    marks_nothing: bool = True

    def __init__(self, roles: dict[str, str]) -> None:
        """Keep the roles."""
        self.roles = roles
        self.quick_roles = {}

    def read(self, cell: str | None, kind: str | None = "", year: int | None = None) -> Read:
        """What a cell says.

        Args:
            cell: Its text as the workbench holds it.
            kind: `n` number, `t` text, `d` date, `b` boolean, `e` error, blank where unknown.
            year: Year the record is about, where `needs_year`.
        """
        if cell is None:
            return EMPTY
        said = cell.strip()
        if not said or (self.marks_nothing and said.lower() in NOTHING):
            return EMPTY
        if kind == "e":
            return Read(problem="cell_error")
        if said.startswith(EXAMPLE):
            return Read(problem="example_left")
        return self.parse(said, kind or "", year)

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """What a cell says that is not empty; each reader has its own."""
        raise NotImplementedError


def folded(said: str) -> str:
    """Text with full-width letters, digits and signs made half-width, unseen characters removed."""
    if said.isascii() and said.isprintable():
        return said.strip()
    plain = said if said.isascii() else unicodedata.normalize("NFKC", said).translate(_HYPHENS)
    return CONTROL.sub("", plain).strip()


def squeezed(said: str) -> str:
    """Folded, in lower case and without any space: the form in which words are compared."""
    return SPACES.sub("", folded(said)).casefold()


_APART = re.compile(r"\d\s+\d")
_GROUPS = re.compile(r"(?<!\d)\d{1,3}(?:\s\d{3})+(?!\d)")


def joined(said: str) -> str | None:
    """Folded, in lower case, without spaces; None where they part digits other than by threes."""
    text = folded(said).casefold()
    if _APART.search(text) and _APART.search(_GROUPS.sub("0", text)):
        return None
    return SPACES.sub("", text)


_DIGITS = {
    **{"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7},
    **{"八": 8, "九": 9, "壹": 1, "贰": 2, "两": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7},
    **{"捌": 8, "玖": 9},
}
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}


def chinese_number(said: str) -> int | None:
    """A whole number in Chinese numerals: 一百二十三万 is 1230000, 二〇二一 is 2021."""
    if not said or any(c not in _DIGITS and c not in _TENS and c not in _MYRIADS for c in said):
        return None
    if all(c in _DIGITS for c in said):
        return int("".join(str(_DIGITS[c]) for c in said))
    total = part = digit = 0
    for c in said:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            part += (digit or 1) * _TENS[c]
            digit = 0
        else:
            total = (
                (total + part + digit) * _MYRIADS[c]
                if c in "亿億"
                else total + (part + digit) * _MYRIADS[c]
            )
            part = digit = 0
    return total + part + digit


def sql_list(words: list[str] | tuple[str, ...] | frozenset[str]) -> str:
    """Words as SQL writes a list."""
    return ", ".join("'" + word.replace("'", "''") + "'" for word in sorted(words))
