"""What a file may hold of each dataset: the one schema of app, templates, import and docs.

A form is the dataset's columns in the model, plus what offices write above them (`forms.toml`).
Three things that a reader of a form should know:

- Several fields may fill one stored column. `seller_name`, `seller_uscc` and `seller_id` all lead
  to `seller_id`; `base_name` and `base_id` to `base_id`. A field with a `reference` such as
  `bases.name` names the other record by that column rather than by its key. A remark column
  (`value_note`) has a field of its own and is also a role of the amounts beside it.
- In each group of `Form.alternatives` the first is what identifies a record in the store; where a
  file lacks it, the others stand in for it.
- `Form.derived` names the stored columns that repeat another one where a file lacks them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

from analytics.model import DATASETS
from analytics.model.types import Column, Dataset
from analytics.records.types import Field, FieldKind, Form

_WORDS = Path(__file__).with_name("forms.toml")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_KIND_OF_REFERENCE: dict[str, FieldKind] = {
    "regions.adcode": "place",
    "countries.alpha2": "country",
    "industries.code": "industry",
    "technical_fields.code": "code",
}
_KIND_OF_NAME: dict[str, FieldKind] = {
    "lon": "longitude",
    "lat": "latitude",
    "uscc": "uscc",
    "name": "name",
    "title": "name",
    "year": "year",
}
_KIND_OF_TYPE: dict[str, FieldKind] = {
    "DATE": "date",
    "BOOLEAN": "boolean",
    "INTEGER": "integer",
    "DOUBLE": "number",
    "VARCHAR": "text",
}


def _read_forms() -> dict[str, Form]:
    said = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    words, kinds = said.pop("words"), said.pop("kinds")
    return {name: _form(DATASETS[name], entry, words, kinds) for name, entry in said.items()}


def _form(
    dataset: Dataset, entry: dict[str, Any], words: dict[str, list[str]], kinds: dict[str, Any]
) -> Form:
    fields = [_field(dataset, name, said, words, kinds) for name, said in entry["fields"].items()]
    return Form(
        dataset=dataset.name,
        fields=tuple(fields),
        alternatives=tuple(tuple(group) for group in entry.get("alternatives", ())),
        ordered=tuple((first, second) for first, second in entry.get("ordered", ())),
        derived=dict(entry.get("derived", {})),
    )


def _field(
    dataset: Dataset,
    name: str,
    said: dict[str, Any],
    words: dict[str, list[str]],
    kinds: dict[str, Any],
) -> Field:
    columns = {column.name: column for column in dataset.columns}
    column = columns[said.get("column", name)]
    own = column.name == name
    kind: FieldKind = said.get("kind") or _kind(column)
    usual = kinds.get(kind, {})
    zh, en = said.get("zh", column.zh), said.get("en", column.en)
    return Field(
        name=name,
        column=column.name,
        kind=kind,
        zh=zh,
        en=en,
        synonyms=_synonyms(said.get("synonyms", ()), words, (column.zh, column.en) if own else ()),
        required=said.get("required", False),
        unit=said.get("unit", column.unit),
        values=column.values if own else (),
        labels=said.get("labels", column.labels if own else ""),
        reference=said.get("reference", column.reference),
        least=said.get("least", usual.get("least")),
        most=said.get("most", usual.get("most")),
        also=_also(column.name, kind, columns),
        example=said.get("example", ""),
        about_zh=said.get("about_zh", usual.get("zh", "")),
        about_en=said.get("about_en", usual.get("en", "")),
    )


def _kind(column: Column) -> FieldKind:
    if column.type.startswith("DECIMAL"):
        return "money"
    if column.values:
        return "code"
    if column.reference in _KIND_OF_REFERENCE:
        return _KIND_OF_REFERENCE[column.reference]
    if column.name in _KIND_OF_NAME:
        return _KIND_OF_NAME[column.name]
    if column.name.endswith("_id") or column.name == "registration_no":
        return "link"
    return _KIND_OF_TYPE[column.type]


def _also(column: str, kind: FieldKind, columns: dict[str, Column]) -> dict[str, str]:
    """Stored columns beside a cell's own: how precise a date is, in which country a place lies."""
    stem = column.rsplit("_", 1)[0]
    beside = {
        "date": {"precision": f"{stem}_precision"},
        "money": {"note": "value_note"},
        "place": {"country": "country" if column == "adcode" else f"{stem}_country"},
        "industry": {"subindustry": "subindustry"} if column == "industry" else {},
    }.get(kind, {})
    return {role: name for role, name in beside.items() if name in columns}


def _synonyms(
    said: Iterable[str], words: dict[str, list[str]], names: tuple[str, ...]
) -> tuple[str, ...]:
    found = [*names, *(written for pattern in said for written in _written(pattern, words))]
    return tuple(dict.fromkeys(found))


def _written(pattern: str, words: dict[str, list[str]]) -> list[str]:
    """Every way to write a pattern: "{seller}{name}" is 卖方名称, 卖方单位, 让与方名称, ..."""
    names = _PLACEHOLDER.findall(pattern)
    return [
        _PLACEHOLDER.sub("{}", pattern).format(*choice)
        for choice in product(*(words[name] for name in names))
    ]


FORMS: dict[str, Form] = _read_forms()
"""Form by dataset: every stored dataset, and the published series `tech_market`."""
