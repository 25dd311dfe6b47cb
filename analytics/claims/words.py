"""A claim's numbers, rule and reason as people read them, in either language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from analytics.claims.reading import is_date
from analytics.claims.rules import interval, last_digit
from analytics.claims.types import Claim, Outcome, Rule
from analytics.claims.wording import stated_rule, wording
from analytics.formats import MISSING, day, number, period_label, written
from analytics.text import has_text, text

_CNY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_FIRST_YEAR = 1900
_LEADS: dict[Rule, str] = {
    "at_least": "over",
    "and_more": "over",
    "nearly": "nearly",
    "about": "about",
}


def published(claim: Claim, units: dict[str, str], language: str) -> str:
    """The published figure in its native form: 近500亿元, nearly CNY 50 bn.

    Args:
        claim: The claim.
        units: English names of units, by the Chinese.
        language: `zh` or `en`.
    """
    if claim.problem:
        return claim.printed or MISSING
    found = wording(claim)
    if language == "zh":
        return found.words if found else f"{claim.printed}{claim.unit}" or MISSING
    if is_date(claim):
        return _date(claim.printed)
    if claim.value is None:
        return text("claims.vague_figure", language)
    lead = _LEADS.get(stated_rule(claim))
    return " ".join(
        filter(
            None,
            (
                text(f"claims.{lead}", language) if lead else "",
                amount(claim.value, claim, units, language),
            ),
        )
    )


def amount(value: Decimal, claim: Claim, units: dict[str, str], language: str) -> str:
    """A figure in the claim's unit with the digits it has: 450亿元 or CNY 45 bn, 600个 or 600.

    Args:
        value: The figure, in the claim's unit.
        claim: Whose unit it is.
        units: English names of units.
        language: `zh` or `en`.
    """
    shape = number(float(value), _places(value), language)
    if claim.unit == "%":
        return f"{shape}%"
    if claim.unit == "年" and f"{value}" == claim.printed and value >= _FIRST_YEAR:
        return f"{value}年" if language == "zh" else f"{value}"
    if language == "zh":
        return f"{shape}{claim.unit}"
    if claim.unit in _CNY:
        return _cny(value * _CNY[claim.unit])
    return f"{shape} {units.get(claim.unit, '')}".strip()


def live(item: Outcome, units: dict[str, str], language: str) -> str:
    """The records' figure, or the span of several that must all hold."""
    if item.least is not None and item.most is not None and item.least != item.most:
        least, most = (_live(end, item.claim, units, language) for end in (item.least, item.most))
        if item.claim.unit == "%" or language == "en":
            return f"{least}–{most}"
        return f"{least.removesuffix(item.claim.unit).strip()}–{most}"
    value = item.live if item.live is not None else item.least
    return MISSING if value is None else _live(value, item.claim, units, language)


def difference(item: Outcome, units: dict[str, str], language: str) -> str:
    """How far the records' figure is from the published one, with its sign."""
    claim = item.claim
    if item.live is None or claim.value is None:
        return MISSING
    apart = item.live - claim.value
    if not apart:
        return text("claims.no_difference", language)
    sign = "+" if apart > 0 else "-"
    if claim.unit == "%":
        points = number(float(abs(apart)), 1, language)
        return f"{sign}{points} {text('common.points', language)}"
    return f"{sign}{_live(abs(apart), claim, units, language)}"


def rule(claim: Claim, units: dict[str, str], language: str) -> str:
    """The rule in words: “600多”：不少于600，且不足700."""
    stated = stated_rule(claim)
    if claim.value is None or interval(claim.value, stated) is None:
        return text(f"claims.rule_{stated}", language)
    tenth = abs(claim.value) / 10
    bounds = {
        "value": claim.value,
        "next": _shortest(claim.value + last_digit(claim.value)),
        "low": _shortest(claim.value - tenth),
        "high": _shortest(claim.value + tenth),
    }
    said = text(
        f"claims.rule_{stated}",
        language,
        **{name: amount(bound, claim, units, language) for name, bound in bounds.items()},
    )
    found = wording(claim)
    return f"“{found.words}”：{said}" if found and language == "zh" else said


def reason(item: Outcome, system: str, place: str, language: str) -> str:
    """Why a claim cannot be compared, as a sentence; empty where it can.

    Args:
        item: What came of the claim.
        system: Name of its system.
        place: Name of its place.
        language: `zh` or `en`.
    """
    if not item.reason:
        return ""
    details = {
        name: day(value, language) if isinstance(value, date) else value
        for name, value in item.details.items()
    }
    told = text(f"errors.{item.told}", language, **details) if item.told else ""
    key = f"claims.why_{item.reason}"
    why = text(key, language, system=system, place=place) if has_text(key) else ""
    return f"{why}{' ' if language == 'en' and why and told else ''}{told}"


def _live(value: Decimal, claim: Claim, units: dict[str, str], language: str) -> str:
    """A figure of the records, as the whole product shows them."""
    if claim.unit == "%":
        return written(value / 100, "share", language)
    if claim.unit in _CNY:
        return written(value * _CNY[claim.unit], "cny", language)
    counted = claim.unit if language == "zh" else units.get(claim.unit, "")
    return written(value, "count", language, counted)


def _shortest(value: Decimal) -> Decimal:
    """The same number without zeros after its last decimal."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()


def _places(value: Decimal) -> int:
    """Decimals that a number is written with."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "a claim's number is finite"
    return max(-exponent, 0)


def _cny(amount_cny: Decimal) -> str:
    """An amount in CNY m or bn, with the digits it has."""
    scale, name = (10**9, "bn") if abs(amount_cny) >= 10**9 else (10**6, "m")
    scaled = (amount_cny / scale).normalize()
    return f"CNY {number(float(scaled), _places(scaled), 'en')} {name}"


def _date(printed: str) -> str:
    parts = [int(part) for part in printed.split("-")]
    if len(parts) == 3:
        return day(date(parts[0], parts[1], parts[2]), "en")
    return period_label(date(parts[0], parts[1], 1), "month", "en")
