"""Findings as sentences, and where they are, as a person reads them."""

from __future__ import annotations

from collections.abc import Mapping

from analytics.model import DATASETS
from analytics.records.types import Finding, Form
from analytics.text import text


def sentence(
    key: str, details: Mapping[str, str], language: str, value: str = "", heading: str = ""
) -> str:
    """What a finding says: what was expected, and what to do; see `Finding.sentence`."""
    found = Finding("", "", None, None, heading, value, key, dict(details), "error")
    return found.sentence(language)


def field_label(form: Form, name: str, language: str) -> str:
    """What a field, or a stored column, is called; empty where the form does not know it."""
    for field in form.fields:
        if name in (field.name, field.column):
            return field.zh if language == "zh" else field.en
    column = next((c for c in DATASETS[form.dataset].columns if c.name == name), None)
    return (column.zh if language == "zh" else column.en) if column else ""


def place(finding: Finding, language: str) -> str:
    """Where a finding is: file, sheet, cell or row, heading; as much of it as there is."""
    parts = [finding.file, finding.sheet]
    if finding.row is not None and finding.column is not None:
        parts.append(f"{letters(finding.column)}{finding.row}")
    elif finding.row is not None:
        parts.append(text("cli.row", language, row=finding.row))
    parts.append(finding.heading)
    return " · ".join(filter(None, parts))


def letters(column: int) -> str:
    """A column's letters as spreadsheets show them: 0 is A, 27 is AB."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said
