"""How the words of a header are taken apart and compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.records.units import split_unit, unit_of_cell

_WIDE = "\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_BETWEEN_WIDE = re.compile(rf"(?<=[{_WIDE}])\s+(?=[{_WIDE}])")
_UNSEEN = re.compile(r"[\u0000-\u0008\u000e-\u001f\u007f\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MARKER = re.compile(
    r"[*＊]|[(（\[【]\s*(?:必填项?|选填项?|非必填|可选|[二三]选一|required|optional)\s*[)）\]】]",
    re.I,
)
_MARKS = ("必填", "必填项", "选填", "选填项", "非必填", "可选", "required", "optional")
_BRACKETS = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")
_NUMBERING = re.compile(r"^(?:[(（]?\d{1,2}[)）]|\d{1,2}[.．、]|[①-⑳])\s*(?=\D)")
_ENGLISH = re.compile(
    r"^(?P<zh>.*?[^A-Za-z\s(（/|｜])(?P<gap>[\s(（/|｜]*)(?P<en>[A-Za-z][^\u3400-\u9fff]*)$"
)
_YEAR = r"(?P<year>(?:19[5-9]|20\d)\d)(?:\.0+)?(?:\s*年[度末底]?)?"
_YEAR_FIRST = re.compile(rf"^{_YEAR}(?:[\s:：/·_-]*)(?P<stem>[^\d\s].*)?$")
_YEAR_LAST = re.compile(rf"^(?P<stem>.*[^\d\s])[\s:：/·_(（-]+{_YEAR}[)）]?$")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_NOT_A_WORD = re.compile(r"[^\w%°&]|_")


@dataclass(frozen=True)
class Said:
    """What a header says.

    Args:
        title: Its text without unit and marks of required columns; rows joined by " / ".
        english: The English part of a bilingual header.
        unit: The unit it names.
        year: The year it stands for.
    """

    title: str
    english: str = ""
    unit: str = ""
    year: int | None = None


def tidy(text: str) -> str:
    """A text on one line, without unseen characters and without 地    区's spaces."""
    return _BETWEEN_WIDE.sub("", " ".join(_UNSEEN.sub("", text).split()))


def plain(text: str) -> str:
    """The form in which headers are compared: no case, width, spaces, signs or numbering."""
    folded = unicodedata.normalize("NFKC", _NUMBERING.sub("", text.strip()))
    return _NOT_A_WORD.sub("", _MARKER.sub("", folded)).casefold()


def short(text: str) -> str:
    """The same without what stands in brackets."""
    return plain(_BRACKETS.sub("", text))


def is_mark(cell: str) -> bool:
    """Whether a cell says no more than that its column must be filled in."""
    return cell.strip().strip("()（）[]【】*＊").casefold() in _MARKS


def has_han(text: str) -> bool:
    """Whether a text has Chinese characters."""
    return bool(_HAN.search(text))


def year_of(title: str) -> tuple[int | None, str]:
    """The year a title stands for and the rest of it: "2019年合同数" is 2019 and 合同数."""
    title = title.translate(_DIGITS)
    parts = title.split(" / ")
    for part in parts if len(parts) > 1 else ():
        found = re.fullmatch(_YEAR, part)
        if found:
            return int(found["year"]), " / ".join(other for other in parts if other != part)
    found = _YEAR_FIRST.match(title) or _YEAR_LAST.match(title)
    return (int(found["year"]), (found["stem"] or "").strip()) if found else (None, title)


def read_header(parts: Sequence[str]) -> Said:
    """What the cells above a column say, from the top down; repeated ones count once."""
    chinese: list[str] = []
    english: list[str] = []
    unit = ""
    for part in dict.fromkeys(tidy(part) for part in parts):
        zh, en, own = _take_apart(part)
        unit = own or unit
        chinese += [zh] if zh and zh not in chinese else []
        english += [en] if en else []
    # A header that is English throughout has its title in English.
    if not any(has_han(word) for word in chinese):
        chinese, english = [*chinese, *english], []
    title = " / ".join(chinese)
    return Said(title, " / ".join(english), unit, year_of(title)[0])


def _take_apart(part: str) -> tuple[str, str, str]:
    """Chinese, English and unit of one header cell."""
    alone = unit_of_cell(part)
    if alone or is_mark(part):
        return "", "", alone
    text = " ".join(_MARKER.sub(" ", part).split())
    text, unit = split_unit(text)
    zh, en = split_english(text)
    if en:
        en, second = split_unit(en)
        zh, third = split_unit(zh)
        unit = unit or third or second
    return zh, en, unit


def split_english(text: str) -> tuple[str, str]:
    """Chinese and English of a bilingual text; a text of one language is its first part."""
    if not has_han(text):
        return ("", text) if re.search(r"[A-Za-z]{2}", text) else (text, "")
    found = _ENGLISH.match(text)
    if not found or not has_han(found["zh"]):
        return text, ""
    gap, english = found["gap"], found["en"]
    in_brackets = "(" in gap or "（" in gap
    # 专利（PCT） and 技术就绪度TRL are one title; 成交额 Value and 成交额(Value) are two.
    if (in_brackets or not gap) and not re.search(r"[a-z]{3}", english):
        return text, ""
    if len(english.strip()) < 2:
        return text, ""
    if in_brackets:
        english = re.sub(r"[)）]\s*$", "", english)
    elif english.count("(") < english.count(")"):
        return text, ""
    return found["zh"].strip(), english.strip()
