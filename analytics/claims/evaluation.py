"""Each claim beside the records: the question asked, and the verdict on its answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd

from analytics.claims.declared import CHECKS, REASONS
from analytics.claims.reading import claims_file, read_claims
from analytics.claims.rules import interval, judge
from analytics.claims.types import VERDICTS, Check, Claim, Outcome, Records, Rule, Verdict
from analytics.claims.wording import stated_rule
from analytics.errors import TransferScopeError
from analytics.model import MEASURES

_MONEY = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_COLUMNS = {
    "claim": str,
    "verdict": str,
    "claim_value": float,
    "live_value": float,
    "claim_difference": float,
    "claim_unit": str,
    "claim_rule": str,
    "claim_reason": str,
    "live_least": float,
    "live_most": float,
    "claim_system": str,
    "claim_source": str,
    "claim_quote": str,
}


class _Cannot(Exception):
    """Nothing can be compared: the reason, and the sentence that tells it."""

    def __init__(self, reason: str, told: str = "", **details: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.told = told
        self.details = details


def evaluate(records: Records) -> list[Outcome]:
    """Every claim with its verdict, in the file's order; a row that fails leaves the others.

    Raises:
        DataError: The file of claims cannot be read at all.
    """
    claims = read_claims(claims_file(records))
    known = {claim.figure_id: claim for claim in claims}
    return [outcome(claim, known, records) for claim in claims]


def outcome(claim: Claim, known: Mapping[str, Claim], records: Records) -> Outcome:
    """What comes of one claim.

    Args:
        claim: The claim.
        known: All claims by id, for those whose number another one needs.
        records: Whom to ask.
    """
    if claim.problem:
        return Outcome(
            claim, "incomparable", "exact", "unreadable", claim.problem, dict(claim.details)
        )
    rule = stated_rule(claim)
    check = CHECKS.get(claim.figure_id)
    if check is None:
        reason = rule if rule in ("vague", "self_contradictory") else ""
        return Outcome(
            claim, "incomparable", rule, reason or REASONS.get(claim.figure_id, "undeclared")
        )
    try:
        _cover(check, records)
        live = list(answers(claim, check, known, records).values())
    except _Cannot as cannot:
        return Outcome(claim, "incomparable", rule, cannot.reason, cannot.told, cannot.details)
    except TransferScopeError as error:
        return Outcome(claim, "incomparable", rule, "failed", error.key, error.values)
    return _judged(claim, rule, live)


def answers(
    claim: Claim, check: Check, known: Mapping[str, Claim], records: Records
) -> dict[str, Decimal | None]:
    """The records' figures in the claim's unit, by the value of `each`; one under "" if none.

    Raises:
        TransferScopeError: The records cannot be read.
    """
    if check.query:
        row = records.query(check.query, check.filters, **given(check, known)).iloc[0]
        return {"": _in_unit(row[check.column], check.unit, claim)}
    unit = MEASURES[check.measure].unit
    if not check.each:
        frame = records.ask((check.measure,), (), check.filters)
        return {"": _in_unit(frame[check.measure].iloc[0], unit, claim)}
    frame = records.ask((check.measure,), (check.each,), check.filters)
    found = {
        str(key): _in_unit(value, unit, claim)
        for key, value in zip(frame[check.each], frame[check.measure], strict=True)
    }
    return {str(key): found.get(str(key)) for key in check.filters.editions}


def given(check: Check, known: Mapping[str, Claim]) -> dict[str, float]:
    """The query parameters that other claims state, in CNY or as shares from 0 to 1."""
    return {name: _given(known.get(other), other) for name, other in check.values.items()}


def datasets(check: Check) -> tuple[str, ...]:
    """Datasets that a check reads."""
    if check.query:
        return check.datasets
    measure = MEASURES[check.measure]
    sides = (measure.numerator, measure.denominator) if measure.kind == "ratio" else (measure.name,)
    return tuple(dict.fromkeys(MEASURES[side].dataset for side in sides))


def table(outcomes: Iterable[Outcome]) -> pd.DataFrame:
    """One row per claim: codes, numbers in the claim's own unit, and its words.

    Returns:
        Columns claim, verdict, claim_value, live_value, claim_difference (in claim_unit),
        claim_unit, claim_rule, claim_reason, live_least, live_most, claim_system, claim_source,
        claim_quote.
    """
    rows = [_row(item) for item in outcomes]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def verdict_counts(evaluated: pd.DataFrame) -> dict[Verdict, int]:
    """How many claims have each verdict, contradictions first, zeros included."""
    found = list(evaluated["verdict"])
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def _judged(claim: Claim, rule: Rule, live: Sequence[Decimal | None]) -> Outcome:
    known = [value for value in live if value is not None]
    if not known:
        return Outcome(claim, "incomparable", rule, "empty")
    least, most = min(known), max(known)
    ends = (least, most) if len(live) > 1 else (None, None)
    if claim.value is None or (allowed := interval(claim.value, rule)) is None:
        reason = rule if rule in ("vague", "self_contradictory") else "undeclared"
        one = known[0] if len(live) == 1 else None
        return Outcome(claim, "incomparable", rule, reason, live=one, least=ends[0], most=ends[1])
    worst = min(known, key=allowed.room)
    verdict = judge(worst, claim.value, rule)
    if verdict != "contradicts" and len(known) < len(live):
        return Outcome(claim, "incomparable", rule, "gap", least=least, most=most)
    return Outcome(claim, verdict, rule, live=worst, least=ends[0], most=ends[1])


def _given(claim: Claim | None, figure_id: str) -> float:
    """A line that another claim states, in CNY or as a share from 0 to 1."""
    if claim is None or claim.value is None:
        raise _Cannot("unreadable", "claim_needs", needed=figure_id)
    scale = Decimal("0.01") if claim.unit == "%" else _MONEY.get(claim.unit, Decimal(1))
    return float(claim.value * scale)


def _in_unit(value: Any, unit: str, claim: Claim) -> Decimal | None:
    """A figure of the records in the claim's unit; None where there is none."""
    if value is None or pd.isna(value):
        return None
    exact = Decimal(str(value))
    if unit == "cny" and claim.unit in _MONEY:
        return exact / _MONEY[claim.unit]
    if unit == "share" and claim.unit == "%":
        return exact * 100
    if unit in ("count", "people") and claim.unit not in (*_MONEY, "%"):
        return exact
    raise _Cannot("unreadable", "claim_unit", found=claim.unit)


def _cover(check: Check, records: Records) -> None:
    """Refuse to compare where the records begin after the claim's time, or end before it."""
    since, until = _span(check)
    for name in datasets(check):
        first = records.first_day(name)
        if first is None:
            raise _Cannot("empty")
        if (since and first.year > since.year) or (until and first > until):
            raise _Cannot("begins_later", "claim_begins", day=first)
    complete = records.complete_until(datasets(check))
    if until and complete and complete < until:
        raise _Cannot("ends_earlier", "claim_ends", day=complete)


def _span(check: Check) -> tuple[date | None, date | None]:
    """First and last day that a claim speaks of, as far as its filters say."""
    filters = check.filters
    since, until = filters.since, filters.until
    if filters.editions:
        since = since or date(min(filters.editions), 1, 1)
        until = until or date(max(filters.editions), 12, 31)
    return since, until


def _row(item: Outcome) -> dict[str, Any]:
    claim, live = item.claim, item.live
    difference = None if live is None or claim.value is None else live - claim.value
    return {
        "claim": claim.figure_id,
        "claim_system": claim.system,
        "claim_source": claim.source,
        "verdict": item.verdict,
        "claim_reason": item.reason,
        "claim_rule": item.rule,
        "claim_value": claim.value,
        "live_value": live,
        "claim_difference": difference,
        "live_least": item.least,
        "live_most": item.most,
        "claim_unit": claim.unit,
        "claim_quote": claim.quote,
    }
