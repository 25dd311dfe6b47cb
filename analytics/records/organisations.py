"""Offices hold names, not ids: which organisation is meant, and which ones are new.

An organisation is matched by its id, else by its credit code, else by its name with spaces, width
and case made equal. What matches nothing is created, with an id that follows from its credit code
or name, so that the same file creates the same organisations. Names that are merely alike are
listed, never merged.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd
from rapidfuzz import fuzz, process

from analytics.records.disagreeing import Names
from analytics.records.findings import Findings
from analytics.records.values.base import squeezed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ALIKE = 90.0
"""Score, of 100, from which two names are called alike."""
_COMPARED = 1_000
_AGAINST = 2_000
"""New names that are compared at the most, and with how many others each."""
_LISTED = 200
_NEAR = 4
"""Names that are listed beside a new one at the most."""
_LEGAL_FORM = re.compile("(?:股份|有限|责任|集团|控股|公司)+$")
_SIGNS = re.compile(r"[\W_]+")
IDS = "organisation_ids"


@dataclass(frozen=True)
class Alike:
    """Two organisations whose names may mean the same one."""

    name: str
    other: str
    score: float


@dataclass
class Organisations:
    """What came of the organisations that an import names.

    Args:
        created: Those that are new: organisation_id, name, uscc, adcode, country.
        completed: Credit codes learnt of organisations that stood without one, by id.
        alike: New names that are like others.
        names: What those that stand and those that are new are called.
    """

    created: pd.DataFrame
    completed: dict[str, str] = field(default_factory=lambda: {})
    alike: tuple[Alike, ...] = ()
    names: Names = field(default_factory=Names)


def match_organisations(
    connection: DuckDBPyConnection, named: Sequence[str], standing: str, findings: Findings
) -> Organisations:
    """Find or create every organisation that an import names.

    Args:
        connection: The workbench's database; the relation `organisation_ids` (given, uscc, name,
            organisation_id) is left in it.
        named: Selects of source, row_no, given, uscc, name, adcode, country; those of a file of
            organisations first.
        standing: SQL of the organisations that stand.
        findings: Takes remarks.
    """
    union = " union all ".join(f"({select})" for select in named)
    wanted = connection.execute(
        "select given, uscc, name, min(source) as source, min_by(row_no, source) as row_no, "
        "min_by(adcode, (source, row_no)) filter (where adcode is not null) as adcode, "
        "min_by(country, (source, row_no)) filter (where country is not null) as country "
        f"from ({union}) where coalesce(given, uscc, name) is not null "
        "group by given, uscc, name order by source, row_no, given, uscc, name"
    ).df()
    held = connection.execute(
        f"select organisation_id, name, uscc, adcode from {standing} order by organisation_id"
    ).df()
    matcher = _Matcher(held, findings)
    said = ["given", "uscc", "name", "adcode", "country", "source", "row_no"]
    # Ids and credit codes first, and of these the ones beside a name: what has only a name is then
    # compared with all that is known, wherever in the files it stands.
    order = wanted[["given", "uscc", "name"]].isna().sort_values(said[:3], kind="stable").index
    order = wanted.loc[order]
    ids = pd.Series([matcher.match(*row) for row in _plain(order, said)], order.index, dtype=object)
    known = wanted[["given", "uscc", "name"]].assign(organisation_id=ids)
    connection.register("known", known.astype(object).where(known.notna(), None))
    connection.execute(
        f"create or replace table {IDS} as select given::varchar as given, uscc::varchar as uscc, "
        "name::varchar as name, organisation_id::varchar as organisation_id from known"
    )
    connection.unregister("known")
    columns = ["organisation_id", "name", "uscc", "adcode", "country", "source", "row_no"]
    created = pd.DataFrame(list(matcher.created.values()), columns=columns)
    alike = _alike([str(name) for name in created["name"] if name], list(map(str, held["name"])))
    return Organisations(created, matcher.completed, alike, matcher.names)


def _plain(frame: pd.DataFrame, columns: list[str]) -> list[tuple[Any, ...]]:
    """Rows with None for what is missing."""
    plain = frame[columns].astype(object)
    return list(plain.where(plain.notna(), None).itertuples(index=False, name=None))


class _Matcher:
    """The organisations that stand and those created on the way, by id, credit code and name."""

    def __init__(self, held: pd.DataFrame, findings: Findings) -> None:
        self._findings = findings
        self._code_of: dict[str, str | None] = {}
        self._by_code: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._place_of: dict[str, str | None] = {}
        self._name_of: dict[str, str] = {}
        self.created: dict[str, tuple[object, ...]] = {}
        self.completed: dict[str, str] = {}
        for found, name, code, place in _plain(held, ["organisation_id", "name", "uscc", "adcode"]):
            self._know(found, name, code, place)

    def match(
        self,
        given: str | None,
        code: str | None,
        name: str | None,
        place: str | None,
        country: str | None,
        source: int,
        row: int,
    ) -> str | None:
        """The id of the organisation that is meant; None where only an unknown id was given."""
        if given and given in self._code_of:
            return given
        if given and not (code or name):
            return given  # the check of references tells whether there is one
        key = squeezed(name) if name else ""
        if code and code in self._by_code:
            found = self._by_code[code]
            self._tell_name(found, code, name, source, row)
            return found
        found = self._named(key, code, place, source, row) if key and not given else None
        if found:
            if code and not self._code_of[found]:
                self._complete(found, code, str(name), source, row)
            return found
        made = given or _made(code or key)
        if made in self._code_of:
            return made  # it has another name by now
        if key in self._by_name and given:
            self._tell_twice([made, *self._by_name[key]], source, row)
        self._know(made, name or code or made, code, place)
        self.created[made] = (made, name or code or made, code, place, country, source, row)
        return made

    @property
    def names(self) -> Names:
        """What the organisations are called."""
        return Names(self._name_of, {name: set(ids) for name, ids in self._by_name.items()})

    def _complete(self, found: str, code: str, name: str, source: int, row: int) -> None:
        """Take down the credit code of an organisation that was known without one."""
        self._code_of[found] = code
        self._by_code[code] = found
        if found in self.created:
            made, called, _, *rest = self.created[found]
            self.created[found] = (made, called, code, *rest)
            return
        self.completed[found] = code
        details = {"name": name, "code": code}
        self._findings.add(source, "organisation_completed", "note", row, details=details)

    def _named(
        self, key: str, code: str | None, place: str | None, source: int, row: int
    ) -> str | None:
        """The organisation of that name whose credit code does not speak against it.

        Of several the one that names alone have made, else one without a credit code, else the
        first by id: so that the same file means the same one again.
        """
        fitting = [
            found
            for found in self._by_name.get(key, ())
            if not (code and self._code_of[found] and self._code_of[found] != code)
        ]
        if len(fitting) > 1 and place:
            near = [found for found in fitting if self._place_of[found] == place]
            fitting = near or fitting
        fitting.sort(key=lambda found: (found != _made(key), bool(self._code_of[found]), found))
        if len(fitting) > 1:
            self._tell_twice(fitting, source, row)
        return fitting[0] if fitting else None

    def _tell_name(self, found: str, code: str, name: str | None, source: int, row: int) -> None:
        """Tell where a credit code means an organisation that goes by another name."""
        held = self._name_of[found]
        if name and squeezed(name) != squeezed(held):
            details = {"code": code, "held": held}
            self._findings.add(
                source, "organisation_other_name", "note", row, value=name, details=details
            )

    def _tell_twice(self, ids: list[str], source: int, row: int) -> None:
        details = {"ids": "、".join(ids[:5]), "chosen": ids[0]}
        self._findings.add(source, "organisation_twice", "warning", row, details=details)

    def _know(self, found: str, name: str, code: str | None, place: str | None) -> None:
        self._code_of[found] = code
        self._place_of[found] = place
        self._name_of[found] = name
        self._by_name[squeezed(name)].append(found)
        if code:
            self._by_code.setdefault(code, found)


def _made(text: str) -> str:
    """The id that follows from a credit code or a name."""
    return f"o-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _alike(new: list[str], held: list[str]) -> tuple[Alike, ...]:
    """New names that are like another, those of one beginning compared with each other.

    Names that differ in their legal form only (有限公司, 有限责任公司) are alike however short.
    """
    blocks: dict[str, dict[str, str]] = defaultdict(dict)
    stems: dict[str, list[str]] = defaultdict(list)
    for name in (*held, *new):
        key = squeezed(name)
        if len(blocks[key[:2]]) < _AGAINST and key not in blocks[key[:2]]:
            blocks[key[:2]][key] = name
            stems[_stem(key)].append(key)
    found: dict[frozenset[str], Alike] = {}
    for name in new[:_COMPARED]:
        key = squeezed(name)
        block = blocks[key[:2]]
        near = [(other, 100.0) for other in stems[_stem(key)][:_NEAR] if other in block]
        likely = process.extract(
            key, block.keys(), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=_NEAR
        )
        near += [(other, score) for other, score, _ in likely]
        for other, score in near:
            if other != key and _numbers(other) == _numbers(key):
                found.setdefault(frozenset((key, other)), Alike(name, block[other], score))
        if len(found) >= _LISTED:
            break
    return tuple(found.values())


def _stem(key: str) -> str:
    """A name without its legal form and signs; the whole name where nothing else is in it."""
    return _LEGAL_FORM.sub("", _SIGNS.sub("", key)) or key


def _numbers(name: str) -> str:
    """Digits of a name: 示例企业 0421 and 示例企业 0422 are two, however alike."""
    return "".join(letter for letter in name if letter.isdigit())
