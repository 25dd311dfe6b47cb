"""Codes to names in either language."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import pandas as pd

from analytics.engine import Engine
from analytics.errors import DataError
from analytics.formats import is_missing
from analytics.model.codes import CHANNELS, CONTRACT_TYPES, STATION_KINDS
from analytics.text import has_text, text

_TABLES = {
    "regions": ("adcode", "short_zh", "name_en"),
    "countries": ("alpha2", "name_zh", "name_en"),
    "industries": ("code", "short_zh", "short_en"),
    "contract_types": ("code", "name_zh", "name_en"),
    "technical_fields": ("code", "name_zh", "name_en"),
    "stages": ("code", "name_zh", "name_en"),
    "phases": ("code", "name_zh", "name_en"),
    "gates": ("code", "name_zh", "name_en"),
    "systems": ("code", "name_zh", "name_en"),
    "sources": ("source", "title", "title"),
    "claims": ("figure_id", "metric_zh", "metric_en"),
    "unit_names": ("unit_zh", "unit_zh", "unit_en"),
    "region_names": ("region_zh", "region_zh", "region_en"),
}

_STEPS = ("stages", "gates", "phases")
"""`steps` names whatever a project can come to: a stage, a gate, a phase."""


def allowed_codes(engine: Engine) -> dict[str, frozenset[Any]]:
    """Codes that may stand in a link or on the command line, by field of Filters."""
    names = Labels(engine)
    return {
        "regions": frozenset(("gba", *names.codes("regions"))),
        "industries": frozenset(names.codes("industries")),
        "channels": frozenset(CHANNELS),
        "editions": frozenset(range(2000, 2100)),
        "contract_types": frozenset(CONTRACT_TYPES),
        "technical_fields": frozenset(names.codes("technical_fields")),
        "station_kinds": frozenset(STATION_KINDS),
    }


class Labels:
    """Names of codes, from the reference tables and from `text/codes.toml`."""

    def __init__(self, engine: Engine) -> None:
        """Keep the engine; tables are read when first asked for."""
        self._engine = engine
        self._tables: dict[str, dict[str, tuple[str, str]]] = {}
        self._regions: dict[str, dict[str, str]] = {}

    def name(self, relation: str, code: object, language: str) -> str:
        """The name of a code; an unknown code reads as itself, a missing one as not specified."""
        if is_missing(code):
            return text("common.not_specified", language)
        if not relation:
            return str(code)
        if relation == "steps":
            relation = next((name for name in _STEPS if str(code) in self._table(name)), _STEPS[0])
        if relation in _TABLES:
            pair = self._table(relation).get(str(code))
            return (pair[1] if language == "en" else pair[0]) if pair else str(code)
        if relation == "editions":
            return text("expos.edition", language, edition=code)
        if relation == "bases":
            return self._bases.get(str(code), str(code))
        if relation == "workstations":
            return self._workstations.get(str(code), str(code))
        key = f"codes.{relation}_{code}"
        return text(key, language) if has_text(key) else str(code)

    def codes(self, relation: str) -> tuple[str, ...]:
        """All codes of a reference table, in its order; none if the table cannot be read."""
        return tuple(self._table(relation))

    def ids(self, dataset: str) -> tuple[str, ...]:
        """Ids of all bases or workstations."""
        return tuple(self._bases if dataset == "bases" else self._workstations)

    def region(self, adcode: str, language: str) -> str:
        """A region's name, with its city or province where the short name may be ambiguous."""
        if adcode == "gba":
            return text("codes.regions_gba", language)
        name = self.name("regions", adcode, language)
        parent = adcode[:4] + "00" if adcode[4:] != "00" else adcode[:2] + "0000"
        if parent == adcode or adcode[2:4] == "90":
            return name
        above = self.name("regions", parent, language)
        if above == name:
            return name
        return f"{name}, {above}" if language == "en" else f"{above}·{name}"

    def regions(self, language: str) -> dict[str, str]:
        """Every region's name by its code, the Greater Bay Area first and no nation."""
        if language not in self._regions:
            codes = ("gba", *self.codes("regions")[1:])
            self._regions[language] = {code: self.region(code, language) for code in codes}
        return self._regions[language]

    def _table(self, relation: str) -> dict[str, tuple[str, str]]:
        if relation not in self._tables:
            code, zh, en = _TABLES[relation]
            try:
                frame = self._engine.table(relation)
            except DataError:
                frame = pd.DataFrame({code: [], zh: [], en: []})
            self._tables[relation] = {
                str(row[0]): (
                    "" if is_missing(row[1]) else str(row[1]),
                    "" if is_missing(row[2]) else str(row[2]),
                )
                for row in frame[[code, zh, en]].itertuples(index=False)
            }
        return self._tables[relation]

    @cached_property
    def _bases(self) -> dict[str, str]:
        frame = self._engine.records("bases")
        return dict(zip(frame["base_id"], frame["name"], strict=True))

    @cached_property
    def _workstations(self) -> dict[str, str]:
        frame = self._engine.records("workstations")
        return dict(zip(frame["station_id"], frame["name"], strict=True))
