"""Readers over the committed reference data, for the tests of what cells say."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from analytics.records.types import Field, FieldKind, Finding, Read
from analytics.records.values import Context, Reader, References, reader_for
from tests.tables import HOME

TODAY = date(2026, 11, 21)


@cache
def references() -> References:
    """The committed lists and places."""
    return References.load(HOME)


def reader(kind: FieldKind, context: dict[str, Any] | None = None, **field: Any) -> Reader:
    """A reader of a kind, with what its field and its context say."""
    named = {"name": "x", "column": "x", "zh": "", "en": "", **field}
    known = {"references": references(), "today": TODAY, **(context or {})}
    return reader_for(Field(kind=kind, **named), Context(**known))


def said(read: Read) -> object:
    """The value, or the problem in brackets, or None for an empty cell."""
    return f"({read.problem})" if read.problem else read.values.get("value")


def sentences(read: Read, value: str = "x") -> tuple[str, str]:
    """What a finding of a read says, in both languages; it must fill in whole."""
    key = read.problem or read.note
    finding = Finding("f", "s", 1, 0, "h", value, key, read.details, "error")
    return finding.sentence("zh"), finding.sentence("en")
