"""Text, names, credit codes and links to other records; personal contacts are taken out."""

from __future__ import annotations

import re
from operator import mul

from analytics.records.contacts import without_contacts
from analytics.records.marks import EXAMPLE
from analytics.records.types import Field, Read
from analytics.records.values.base import (
    CONTROL,
    NOTHING,
    SPACES,
    Context,
    Reader,
    folded,
    sql_list,
)

_LONGEST = {"text": 2000, "name": 200, "organisation": 200, "link": 100}
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {letter: value for value, letter in enumerate(_USCC)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_WHOLE_USCC = re.compile(f"[{_USCC}]{{18}}")
_LEADING = re.compile(r"^'(?=[=+\-@\t\r])")
_CUT = re.compile(r"\d{15}\d*(?:0|\d\d)")
"""A number cell holds 15 digits: those after are noughts, or were changed."""
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)
_BRACKETS = str.maketrans("()[]【】〔〕｛｝{}", "（）（）（）（）（）（）")
_BETWEEN_HAN = re.compile(
    r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])|(?<=[（）])\s+|\s+(?=[（）])"
)
_HAN = re.compile("[\u3400-\u9fff]")
_KEY = re.compile(r"[^\w（）]|_")
_UNSEEN = "[^ -~\u3001-\u9fff\uff01-\uff5e“”‘’…—·]"
_PLAIN_NAME = "[0-9A-Za-z]*([\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff（）·]*)?"
_LONG_DIGITS = "[0-9][ -]?" * 6 + "[0-9]"
_NOTHING = sql_list(NOTHING | {""})


class TextReader(Reader):
    """Reads text: trimmed, without unseen characters and personal contacts."""

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the longest text."""
        super().__init__({"value": "VARCHAR"})
        self.longest = _LONGEST.get(field.kind, 200)
        # Spaces at the ends go; #REF! may be an error of the spreadsheet's.
        risky = f"{_LONG_DIGITS}|@|  |^[ ''#]| $|^{EXAMPLE}|{_UNSEEN}"
        self.quick = (
            f"case when length({{cell}}) <= {self.longest} "
            f"and not regexp_matches({{cell}}, '{risky}') "
            f"and lower({{cell}}) not in ({_NOTHING}) then {{cell}} end"
        )

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The text of a cell."""
        seen = CONTROL.sub("", _LEADING.sub("", said))
        text = self.tidy(SPACES.sub(" ", seen).strip())
        if not text:
            return Read(note="text_control")
        if len(text) > self.longest:
            return _too_long(text, self.longest)
        text, found = without_contacts(text)
        if found:
            return Read({"value": text}, note="text_contact")
        return Read({"value": text}, note="text_control" if _hidden(said) else "")

    def tidy(self, text: str) -> str:
        """The text as it is stored."""
        return text


class NameReader(TextReader):
    """Reads the name of an organisation or a thing, in one way of writing it."""

    def __init__(self, field: Field, context: Context) -> None:
        """Take only plain names the quick way."""
        super().__init__(field, context)
        self.quick = (
            f"case when length({{cell}}) <= {self.longest} "
            f"and regexp_full_match({{cell}}, '{_PLAIN_NAME}') "
            f"and not regexp_matches({{cell}}, '{_LONG_DIGITS}') "
            f"and lower({{cell}}) not in ({_NOTHING}) then {{cell}} end"
        )

    def tidy(self, text: str) -> str:
        """The name in its usual form."""
        return normal_name(text)


class LinkReader(Reader):
    """Reads the identifier of a record, as it stands but for spaces and full-width letters."""

    def __init__(self, field: Field, context: Context) -> None:
        """Prepare the longest identifier."""
        super().__init__({"value": "VARCHAR"})
        self.longest = _LONGEST["link"]
        self.quick = (
            f"case when length({{cell}}) <= {self.longest} "
            "and regexp_full_match({cell}, '[0-9A-Za-z_-]*[0-9A-Za-z]') "
            f"and not regexp_full_match({{cell}}, '{'[0-9]' * 15}[0-9]*(0|[0-9][0-9])') "
            f"and lower({{cell}}) not in ({_NOTHING}) then {{cell}} end"
        )

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The identifier of a cell; one that a spreadsheet has cut short is refused."""
        text = SPACES.sub(" ", folded(_LEADING.sub("", said)))
        if kind == "n":
            text = re.sub(r"\.0+$", "", text)
        if _EXPONENT.fullmatch(text) or (kind == "n" and _CUT.fullmatch(text)):
            return Read(problem="link_cut_short")
        if len(text) > self.longest:
            return Read(
                problem="text_too_long",
                details={"length": str(len(text)), "most": str(self.longest)},
            )
        return Read({"value": text})


class UsccReader(Reader):
    """Reads a unified social credit code of 18 characters, the last checking the others."""

    def __init__(self, field: Field, context: Context) -> None:
        """Nothing to prepare."""
        super().__init__({"value": "VARCHAR"})

    def parse(self, said: str, kind: str, year: int | None) -> Read:
        """The code of a cell."""
        if kind != "n" and _is_whole(said):  # nearly all are
            return Read({"value": said})
        code = re.sub(r"[\s\-_.:]", "", folded(said)).upper()
        if _EXPONENT.fullmatch(folded(said)) or (kind == "n" and len(code) > 15):
            return Read(problem="link_cut_short")
        if len(code) != 18:
            return Read(problem="uscc_length", details={"length": str(len(code))})
        strange = "".join(dict.fromkeys(letter for letter in code if letter not in _USCC_VALUE))
        if strange:
            return Read(problem="uscc_letters", details={"letters": strange})
        expected = uscc_check(code[:17])
        if code[17] != expected:
            return Read(problem="uscc_check", details={"last": code[17]})
        return Read({"value": code})


def _is_whole(said: str) -> bool:
    """Whether a code stands as it should, and is no number in the form of 1E+17."""
    if not _WHOLE_USCC.fullmatch(said) or _EXPONENT.fullmatch(said):
        return False
    return said[17] == uscc_check(said[:17])


def uscc_check(first: str) -> str:
    """The check character of the first 17 of a credit code, by GB 32100-2015."""
    total = sum(map(mul, map(_USCC_VALUE.__getitem__, first), _WEIGHTS))
    return _USCC[-total % 31]


def normal_name(said: str) -> str:
    """A name in one way of writing: 广州　某某(集团)有限公司 is 广州某某（集团）有限公司.

    Letters and digits are half-width; between Chinese characters there are no spaces, and brackets
    are full-width where the name has Chinese characters.
    """
    text = SPACES.sub(" ", folded(said))
    if not _HAN.search(text):
        return text
    return _BETWEEN_HAN.sub("", text.translate(_BRACKETS))


def name_key(said: str) -> str:
    """What two ways of writing one name have in common: no spaces, points, or case."""
    return _KEY.sub("", normal_name(said).translate(_BRACKETS)).casefold()


def _too_long(text: str, most: int) -> Read:
    details = {"length": str(len(text)), "most": str(most)}
    return Read(problem="text_too_long", details=details)


def _hidden(said: str) -> bool:
    """Whether characters that no one sees were taken out, other than line breaks and tabs."""
    return bool(CONTROL.search(SPACES.sub(" ", said)))
