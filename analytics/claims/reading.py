"""The file of claims, row by row: a row that cannot be read says why, the others go on."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from analytics.claims.types import Claim, Records
from analytics.errors import DataError, reason_of

COLUMNS = (
    "figure_id",
    "system",
    "metric_zh",
    "metric_en",
    "value",
    "unit",
    "qualifier",
    "period_start",
    "period_end",
    "region",
    "source",
    "quote",
)
QUALIFIERS = ("exact", "over", "nearly", "about", "cumulative")
_MAY_BE_EMPTY = ("value", "period_start", "period_end")
_DATES = {"年月": r"\d{4}-\d{2}", "日期": r"\d{4}-\d{2}-\d{2}"}


def claims_file(records: Records) -> Path:
    """Where the claims stand: in the data folder, or else in the one that ships."""
    own = records.folder / "published" / "claims.csv"
    return own if own.exists() else records.home / "published" / "claims.csv"


def read_claims(path: Path) -> list[Claim]:
    """Every claim of the file, in its order.

    Raises:
        DataError: The file is missing or is no text in UTF-8.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        rows = csv.reader(io.StringIO(text, newline=""))
        header = next(rows, [])
        claims = [_claim(header, row, path, rows.line_num) for row in rows if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError("bad_table", file=path, found=reason_of(error)) from error
    seen: set[str] = set()
    return [_once(claim, seen, path, place) for place, claim in enumerate(claims, start=1)]


def is_date(claim: Claim) -> bool:
    """Whether the claim tells a day or month and no number."""
    return claim.unit in _DATES


def _once(claim: Claim, seen: set[str], path: Path, place: int) -> Claim:
    """The claim, or a complaint under another id if a row before it has the same."""
    if claim.figure_id not in seen:
        seen.add(claim.figure_id)
        return claim
    details = {"file": path, "line": place + 1, "figure_id": claim.figure_id}
    return replace(
        claim,
        figure_id=f"{claim.figure_id} ({place})",
        value=None,
        problem="claim_twice",
        details=details,
    )


def _claim(header: list[str], row: list[str], path: Path, line: int) -> Claim:
    named = dict(zip(header, row, strict=False))
    where = {"file": path, "line": line}
    figure_id = named.get("figure_id") or f"{path.name}:{line}"
    known = {name: named.get(name, "") for name in COLUMNS}
    printed = known.pop("value").strip()
    problem, details = _problem(header, row, named, printed)
    return Claim(
        **known | {"figure_id": figure_id},
        printed=printed,
        value=None if problem else _number(printed, known["unit"]),
        problem=problem,
        details=where | details if problem else {},
    )


def _problem(
    header: list[str], row: list[str], named: dict[str, str], printed: str
) -> tuple[str, dict[str, object]]:
    """The first thing wrong with a row: the key of its sentence, and what fills it."""
    for name in COLUMNS:
        if name not in header:
            return "claim_no_column", {"column": name}
    if len(row) != len(header):
        return "claim_cells", {"expected": len(header), "found": len(row)}
    for name in COLUMNS:
        if not named[name].strip() and name not in _MAY_BE_EMPTY:
            return "claim_empty", {"column": name}
    words = [word.strip() for word in named["qualifier"].split(";")]
    if unknown := [word for word in words if word not in QUALIFIERS]:
        return "claim_qualifier", {"found": unknown[0], "allowed": ", ".join(QUALIFIERS)}
    shape = _DATES.get(named["unit"])
    if shape and not re.fullmatch(shape, printed):
        return "claim_date", {"found": printed, "unit": named["unit"]}
    if not shape and printed and _number(printed, named["unit"]) is None:
        return "claim_number", {"found": printed}
    return "", {}


def _number(printed: str, unit: str) -> Decimal | None:
    if not printed or unit in _DATES:
        return None
    try:
        value = Decimal(printed)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
