"""The number in a claim's words, and the rule that the words around it state.

The file's qualifier does not tell 超 from 多, so the rule is read from the quote:

- 超, 超过, 以上: at least the number;
- 多, 余: at least, and below one more unit of its last digit that is not zero;
- 近: at most, and within a tenth; 约: within a tenth either side;
- 据不完全统计 (by incomplete statistics) over a bare number: about;
- 数十, 几千: no number at all; 超过近 contradicts itself.

A qualifier in front governs what follows it in a list: 超过80%的参展项目、70%的论坛活动.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from analytics.claims.reading import is_date
from analytics.claims.types import Claim, Rule, Wording

_NUMBER = re.compile(
    r"(?P<vague>[数几][十百千万]+)"
    r"|(?P<half>一半|半数)"
    r"|翻(?P<doubled>[一两二三四])番"
    r"|(?P<arabic>\d+(?:\.\d+)?)"
    r"|(?P<han>[一二两三四五六七八九十百千万亿]+)"
)
_BEFORE: dict[str, Rule] = {
    "超过": "at_least",
    "超": "at_least",
    "近": "nearly",
    "约": "about",
}
_AFTER: dict[str, Rule] = {"多": "and_more", "余": "and_more", "以上": "at_least"}
_TAIL = re.compile(r"(?P<early>[万亿]?)(?P<qualifier>多|余|以上)?(?P<late>[万亿]?)(?P<percent>%?)")
_DATE = re.compile(r"(\d{4})年(?:(\d{1,2})月份?)?(?:(\d{1,2})日)?")
_LEAD = re.compile(r"(?:超过|超|近|约)+$")
_INCOMPLETE = "据不完全统计"
_HALF = Decimal(50)
_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")} | {"两": 2}
_POWERS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_SCALES = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_SECOND = {"S000-018"}
"""Claims whose number stands twice in the quote and is meant where it stands second."""


@dataclass(frozen=True)
class _Mention:
    """A number of a text: its place, the qualifier in front that governs it, and what it means."""

    start: int
    end: int
    value: Decimal | None
    is_share: bool
    lead: str
    is_led_before: bool
    rule: Rule


def wording(claim: Claim) -> Wording | None:
    """Where the quote has the claim's number, and the rule that it states; None if nowhere."""
    if is_date(claim):
        return _date(claim)
    found = [mention for mention in _mentions(claim.quote) if _means(mention, claim)]
    if not found:
        return None
    mention = found[-1 if claim.figure_id in _SECOND else 0]
    end = mention.end
    unit = next((u for u in (claim.unit, claim.unit[-1:]) if claim.quote.startswith(u, end)), "")
    end += 0 if mention.is_share else len(unit)
    words = claim.quote[mention.start : end]
    bare = mention.rule == "exact" and _INCOMPLETE in claim.quote[: mention.start]
    return Wording(
        mention.start,
        end,
        mention.lead + words if mention.is_led_before else words,
        "about" if bare else mention.rule,
    )


def _date(claim: Claim) -> Wording | None:
    for match in _DATE.finditer(claim.quote):
        parts = [int(part) for part in match.groups() if part]
        if parts == [int(part) for part in claim.printed.split("-")]:
            return Wording(match.start(), match.end(), match.group(), "exact")
    return None


def stated_rule(claim: Claim) -> Rule:
    """The rule of a claim: from its words, or from the file's qualifier where they lack it."""
    found = wording(claim)
    if found:
        return found.rule
    named: list[Rule] = [rule for word, rule in _IN_FILE.items() if word in claim.qualifier]
    return named[0] if named else "exact"


_IN_FILE: dict[str, Rule] = {"over": "at_least", "nearly": "nearly", "about": "about"}


def _means(mention: _Mention, claim: Claim) -> bool:
    if claim.value is None:
        return mention.rule == "vague"
    if mention.value is None or mention.is_share != (claim.unit == "%"):
        return False
    scale = _SCALES.get(claim.unit[:1], Decimal(1)) if claim.unit.endswith("元") else Decimal(1)
    return mention.value == claim.value * scale


def _mentions(quote: str) -> list[_Mention]:
    """Every number of a text, in order."""
    found: list[_Mention] = []
    for match in _NUMBER.finditer(quote):
        before = found[-1] if found and _goes_on(quote, found[-1], match) else None
        found.append(_mention(quote, match, before))
    return found


def _mention(quote: str, match: re.Match[str], before: _Mention | None) -> _Mention:
    """A number with the words around it; `before` is the one whose list it goes on."""
    tail = _TAIL.match(quote, match.end())
    lead_found = _LEAD.search(quote[: match.start()])
    assert tail, "the pattern may be empty"
    lead = lead_found.group() if lead_found else ""
    inherits = bool(before and not lead and not tail["qualifier"])
    if before and inherits:
        lead = before.lead
    value = None if match["vague"] else _value(match) * _SCALES[tail["early"] or tail["late"]]
    return _Mention(
        start=match.start() if inherits else match.start() - len(lead),
        end=tail.end(),
        value=value,
        is_share=bool(match["half"] or tail["percent"]),
        lead=lead,
        is_led_before=inherits and bool(lead),
        rule="vague" if value is None else _rule(lead, tail["qualifier"] or ""),
    )


def _goes_on(quote: str, before: _Mention, match: re.Match[str]) -> bool:
    """Whether a share goes on a list of shares, so that what led the first leads it too."""
    between = quote[before.end : match.start()]
    is_share = quote.startswith("%", match.end())
    return before.is_share and is_share and between.endswith("、") and "，" not in between


def _rule(lead: str, after: str) -> Rule:
    stated: set[Rule] = {_BEFORE[word] for word in re.findall("超过|超|近|约", lead)}
    if len(stated) > 1:
        return "self_contradictory"
    if after:
        return _AFTER[after]
    return stated.pop() if stated else "exact"


def _value(match: re.Match[str]) -> Decimal:
    if match["half"]:
        return _HALF
    if match["doubled"]:
        return Decimal(2 ** _DIGITS[match["doubled"]])
    if match["arabic"]:
        return Decimal(match["arabic"])
    return Decimal(_han(match["han"]))


def _han(word: str) -> int:
    """A whole number in Chinese characters: 十八 is 18, 一万 10,000, 千万 10,000,000."""
    total, section, digit = 0, 0, 0
    for character in word:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif _POWERS[character] < 10_000:
            section += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * _POWERS[character]
            section, digit = 0, 0
    return total + section + digit
