"""What a published number allows: an interval, and whether the records' figure lies in it.

All in the claim's own unit and in decimals, so that 35.71 means 35.71.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from analytics.claims.types import Rule, Verdict

_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Interval:
    """From `least` to `most`, both included unless `is_open`: then `most` itself lies outside."""

    least: Decimal | None = None
    most: Decimal | None = None
    is_open: bool = False

    def holds(self, live: Decimal) -> bool:
        """Whether a figure lies in it."""
        if self.least is not None and live < self.least:
            return False
        if self.most is None:
            return True
        return live < self.most if self.is_open else live <= self.most

    def room(self, live: Decimal) -> Decimal:
        """How far a figure is from the nearest end; negative outside."""
        ends = [live - self.least] if self.least is not None else []
        ends += [self.most - live] if self.most is not None else []
        return min(ends)


def interval(value: Decimal, rule: Rule) -> Interval | None:
    """What a number with its rule allows; None where the rule allows no comparison.

    Args:
        value: The printed number.
        rule: What its words state. `exact` means equal at the printed precision: 35.71 is
            anything that rounds to it; a whole number allows what rounds to it too.
    """
    if rule == "at_least":
        return Interval(least=value)
    if rule == "and_more":
        return Interval(value, value + last_digit(value), is_open=True)
    if rule == "nearly":
        return Interval(value - abs(value) * _TENTH, value)
    if rule == "about":
        return Interval(value - abs(value) * _TENTH, value + abs(value) * _TENTH)
    if rule == "exact":
        half = step(value) / 2
        return Interval(value - half, value + half, is_open=True)
    return None


def judge(live: Decimal, value: Decimal, rule: Rule) -> Verdict:
    """The verdict on a number: an exact one agrees, one within its words is consistent."""
    allowed = interval(value, rule)
    if allowed is None:
        return "incomparable"
    if not allowed.holds(live):
        return "contradicts"
    return "agrees" if rule == "exact" else "consistent"


def last_digit(value: Decimal) -> Decimal:
    """One unit of the last digit that is not zero: 100 for 600, 10,000 for 10,000."""
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "a claim's number is finite"
    return Decimal(1).scaleb(exponent)


def step(value: Decimal) -> Decimal:
    """One unit of the printed precision: 0.01 for 35.71, 0.1 for 340.0, 1 for 600."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int), "a claim's number is finite"
    return Decimal(1).scaleb(min(exponent, 0))
