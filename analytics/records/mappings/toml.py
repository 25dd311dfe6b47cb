"""A mapping as TOML, both ways; what is wrong with a file is told with its key."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

from analytics.errors import Reason, Unusable, reason_of
from analytics.records.forms import FORMS
from analytics.records.types import Mapping, Rate

_CRS = ("wgs84", "gcj02", "bd09")
_KEYS = (
    *("name", "dataset", "fingerprint", "fields", "constants", "units", "rates", "above", "crs"),
    *("titles", "left_out"),
)


def to_toml(mapping: Mapping) -> str:
    """A mapping as a file that a person can read and mend."""
    lines = [
        f"name = {_text(mapping.name)}",
        f"dataset = {_text(mapping.dataset)}",
        f"fingerprint = {_list(mapping.fingerprint)}",
    ]
    lines += [f"above = {_list(mapping.above)}"] if mapping.above else []
    lines += [f"crs = {_text(mapping.crs)}"] if mapping.crs else []
    for key in ("fields", "constants", "units"):
        lines += _table(key, getattr(mapping, key), _text)
    lines += _table("left_out", mapping.left_out, _list)
    for currency, rate in mapping.rates.items():
        lines += ["", f"[rates.{_text(currency)}]"]
        lines += [f"cny = {_text(str(rate.cny))}", f"on = {rate.on.isoformat()}"]
    for pattern, constants in mapping.titles:
        lines += ["", "[[titles]]", f"pattern = {_text(pattern)}"]
        lines += [f"sets.{_text(key)} = {_text(value)}" for key, value in constants.items()]
    return "\n".join(lines) + "\n"


def mapping_from(path: Path) -> Mapping:
    """The mapping that a file holds.

    Raises:
        Unusable: It is no TOML, or a key is missing, unknown or not what it should be.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable("mapping_unreadable", file=path.name, found=reason_of(error)) from error
    return _Reader(path.name, said).mapping()


class _Reader:
    """Reads the keys of one file."""

    def __init__(self, file: str, said: dict[str, Any]) -> None:
        self.file = file
        self.said = said

    def mapping(self) -> Mapping:
        for key in self.said:
            if key not in _KEYS:
                self.refuse(key, ", ".join(_KEYS), key)
        dataset = self.one_of("dataset", self.said.get("dataset"), FORMS)
        self.fields = {field.name for field in FORMS[dataset].fields}
        crs = self.said.get("crs", "")
        return Mapping(
            name=self.text("name", self.said.get("name")),
            dataset=dataset,
            fingerprint=tuple(sorted(self.texts("fingerprint", self.said.get("fingerprint", [])))),
            fields=self.by_field("fields"),
            constants=self.by_field("constants"),
            units=self.by_field("units"),
            rates=self.rates(),
            above=tuple(self.one_of("above", name, self.fields) for name in self.above()),
            crs=self.one_of("crs", crs, _CRS) if crs else "",
            titles=tuple(self.title(entry) for entry in self.list("titles")),
            left_out={
                title: tuple(self.texts(f"left_out.{title}", values))
                for title, values in self.table("left_out").items()
            },
        )

    def above(self) -> list[str]:
        return self.texts("above", self.said.get("above", []))

    def by_field(self, key: str) -> dict[str, str]:
        table = self.table(key)
        for name in table:
            self.one_of(key, name, self.fields)
        return {name: self.text(f"{key}.{name}", value) for name, value in table.items()}

    def rates(self) -> dict[str, Rate]:
        found: dict[str, Rate] = {}
        for currency, entry in self.table("rates").items():
            key = f"rates.{currency}"
            if not re.fullmatch("[A-Z]{3}", currency):
                self.refuse("rates", "ISO 4217 (USD, HKD, EUR, …)", currency)
            if not isinstance(entry, dict):
                self.refuse(key, "cny, on", entry)
            cny, on = self.amount(f"{key}.cny", entry.get("cny")), self.day(key, entry)
            found[currency] = Rate(cny, on)
        return found

    def amount(self, key: str, said: Any) -> Decimal:
        try:
            amount = Decimal(str(said))
        except InvalidOperation:
            amount = Decimal(0)
        if not amount.is_finite() or amount <= 0:
            self.refuse(key, "7.1234", said)
        return amount

    def day(self, key: str, entry: dict[str, Any]) -> date:
        said = entry.get("on")
        if type(said) is not date:
            self.refuse(f"{key}.on", "2024-03-12", said)
        return said

    def title(self, entry: Any) -> tuple[str, dict[str, str]]:
        if not isinstance(entry, dict) or not isinstance(entry.get("sets"), dict):
            self.refuse("titles", "pattern, sets", entry)
        pattern = self.text("titles.pattern", entry.get("pattern"))
        try:
            re.compile(pattern)
        except re.error:
            self.refuse("titles.pattern", Reason("reason_pattern"), pattern)
        for name, value in entry["sets"].items():
            self.one_of("titles.sets", name, {*self.fields, "years"})
            if name == "years":
                self.one_of("titles.sets.years", value, self.fields)
        return pattern, {
            name: self.text(f"titles.sets.{name}", value) for name, value in entry["sets"].items()
        }

    def table(self, key: str) -> dict[str, Any]:
        said = self.said.get(key, {})
        return said if isinstance(said, dict) else self.refuse(key, f"[{key}]", said)

    def list(self, key: str) -> list[Any]:
        said = self.said.get(key, [])
        return said if isinstance(said, list) else self.refuse(key, f"[[{key}]]", said)

    def text(self, key: str, said: Any) -> str:
        return said if isinstance(said, str) and said else self.refuse(key, '"…"', said)

    def texts(self, key: str, said: Any) -> list[str]:
        if not isinstance(said, list):
            self.refuse(key, '["…", "…"]', said)
        return [self.text(key, value) for value in said]

    def one_of(self, key: str, said: Any, allowed: Iterable[str]) -> str:
        if not isinstance(said, str) or said not in allowed:
            self.refuse(key, ", ".join(sorted(allowed)), said)
        return said

    def refuse(self, key: str, expected: str | Reason, found: Any) -> NoReturn:
        shown = "—" if found is None else str(found)
        raise Unusable("mapping_key", file=self.file, entry=key, expected=expected, found=shown)


def _table(key: str, entries: dict[str, Any], write: Callable[[Any], str]) -> list[str]:
    rows = [f"{_text(name)} = {write(value)}" for name, value in entries.items()]
    return ["", f"[{key}]", *rows] if rows else []


def _text(value: str) -> str:
    """A text as TOML writes it: JSON's escapes are among TOML's; 0x7f has to be one as well."""
    sound = value.encode("utf-8", "replace").decode()
    return json.dumps(sound, ensure_ascii=False).replace("\x7f", "\\u007f")


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, values))}]"
