"""Names of datasets, fields and codes as the page Data shows them."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.model import DATASETS
from analytics.records.types import Field, Sheet
from analytics.ui import data
from analytics.ui.state import Viewing


def dataset_name(name: str, view: Viewing) -> str:
    """A dataset's name; empty for none."""
    found = DATASETS.get(name)
    return view.look.pick(found.zh, found.en) if found else name


def field_name(field: Field, view: Viewing) -> str:
    """A field's name, marked where it must not be missing."""
    name = view.look.pick(field.zh, field.en)
    return f"{name} *" if field.required else name


def code_name(field: Field, view: Viewing, code: str) -> str:
    """A code that a field may hold, in words."""
    return data.labels().name(field.labels, code, view.language) if code else "—"


def sheet_name(file: str, sheet: str) -> str:
    """A sheet's name, with its file's."""
    return f"{file} · {sheet}" if sheet else file


def name_of(sheet: Sheet) -> str:
    """A sheet's name, with its file's."""
    return sheet_name(sheet.file, sheet.name)


def listed(words: Iterable[str], view: Viewing) -> str:
    """Words one after another."""
    return view.look.pick("、", ", ").join(words)
