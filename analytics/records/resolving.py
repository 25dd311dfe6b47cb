"""From what a sheet's cells say to a dataset's stored columns.

Several fields may lead to one column: an organisation by its name or credit code, a base by its
name. A record that lacks its own id gets one that follows from what identifies it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.model import DATASETS, Dataset
from analytics.records.convert import VALUE, Cells, Typed
from analytics.records.disagreeing import Names, tell_disagreement
from analytics.records.findings import Findings
from analytics.records.links import distinct, filling, link, resolve_links, tell_names
from analytics.records.organisations import IDS
from analytics.records.relations import load_pairs, one, quoted, rows_table
from analytics.records.standing import Standing
from analytics.records.types import Field
from analytics.records.values.base import squeezed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ORGANISATION = "organisations.organisation_id"
NOTE = "note"
_ID_PREFIX = {"workstations": "s-", "bases": "b-", "projects": "p-"}


def organisation_columns(typed: Typed) -> list[str]:
    """Stored columns of a sheet that name an organisation."""
    if typed.form.dataset == "organisations":
        return ["organisation_id"]
    declared = DATASETS[typed.form.dataset]
    named = {item.field.column for item in typed.cells.values()}
    return [c.name for c in declared.columns if c.reference == ORGANISATION and c.name in named]


def organisation_selects(typed: Typed) -> list[str]:
    """Selects of what a sheet says of organisations: see `match_organisations`."""
    return [
        f"select source, row_no, {', '.join(_said_of(typed, column))}, "
        f"{_place_of(typed, column, 'adcode')} as adcode, "
        f"{_place_of(typed, column, 'country')} as country from {typed.table}"
        for column in organisation_columns(typed)
    ]


def tell_organisations(
    sheets: Sequence[Typed], names: Names, connection: DuckDBPyConnection, findings: Findings
) -> None:
    """Tell rows whose organisation is numbered and named differently; the number counts.

    Args:
        sheets: All of the import: one of organisations may itself rename them.
        names: What the organisations are called.
        connection: The workbench's database.
        findings: Takes what differs.
    """
    own = [typed for typed in sheets if typed.form.dataset == "organisations"]
    for typed in own:
        if {"organisation_id", "name"} <= typed.cells.keys():
            sql = f"select organisation_id__{VALUE}, name__{VALUE} from {typed.table}"
            names.add(connection.execute(sql).fetchall())
    for typed in sheets:
        for column in organisation_columns(typed) if typed not in own else ():
            cells = {item.field.kind: item for item in filling(typed, column)}
            if "link" in cells and "organisation" in cells:
                number, name = cells["link"], cells["organisation"]
                tell_disagreement(typed, number, name, names, connection, findings)


def _said_of(typed: Typed, column: str) -> list[str]:
    """What identifies an organisation: id given, credit code, name."""
    by_kind: dict[str, str] = {}
    for item in filling(typed, column):
        by_kind.setdefault(item.field.kind, f"{item.field.name}__{VALUE}")
    if typed.form.dataset == "organisations":
        for name, kind in (("uscc", "uscc"), ("name", "organisation")):
            if name in typed.cells:
                by_kind[kind] = f"{name}__{VALUE}"
    return [
        f"{by_kind.get(kind, 'null::varchar')} as {name}"
        for kind, name in (("link", "given"), ("uscc", "uscc"), ("organisation", "name"))
    ]


def _place_of(typed: Typed, column: str, part: str) -> str:
    """Where the organisation of a column is: seller_adcode beside seller_id."""
    stem = column.removesuffix("_id")
    stem = "origin" if stem == "organisation" and typed.form.dataset != "organisations" else stem
    beside = {"organisation": ("adcode", "country")}.get(
        stem, (f"{stem}_adcode", f"{stem}_country")
    )
    wanted = beside[0] if part == "adcode" else beside[1]
    declared = {c.name for c in DATASETS[typed.form.dataset].columns}
    if typed.form.dataset == "workstations" and part == "adcode":
        wanted = "adcode"
    return _expression(typed, wanted) if wanted in declared else "null::varchar"


def resolve(
    dataset: str,
    sheets: Sequence[Typed],
    standing: Standing,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """Make `rows_<dataset>` of all sheets that hold it."""
    declared = DATASETS[dataset]
    _identify(dataset, sheets, standing, connection, findings)
    parts: list[str] = []
    for typed in sheets:
        keys = resolve_links(typed, standing, connection, findings)
        parts.append(_select(typed, declared, keys))
    connection.execute(
        f"create or replace table {rows_table(dataset)} as {' union all by name '.join(parts)}"
    )


def given_columns(typed: Typed) -> dict[str, tuple[str, ...]]:
    """The stored columns that a sheet has something to say of.

    Those without a column of their own, which only stand beside others (a note beside amounts),
    have the names of these; the others an empty tuple.
    """
    own = {item.field.column for item in typed.cells.values()}
    found: dict[str, tuple[str, ...]] = {}
    for item in typed.cells.values():
        for role, column in item.field.also.items():
            if role in item.reader.roles and column not in own:
                found[column] = (*found.get(column, ()), item.field.column)
    return found | dict.fromkeys([*DATASETS[typed.form.dataset].key, *own], ())


def _expression(typed: Typed, column: str) -> str:
    """SQL of what a sheet's cells say of a column, not resolved to another record's id."""
    own = [f"{item.field.name}__{VALUE}" for item in filling(typed, column)]
    beside = [
        (item, role)
        for item in typed.cells.values()
        for role, named in item.field.also.items()
        if named == column and role in item.reader.roles
    ]
    roles = [f"{item.field.name}__{role}" for item, role in beside]
    if any(role == NOTE for _, role in beside):
        return _notes(own, [item for item, _ in beside])
    parts = [*own, *roles]
    if not parts:
        derived = typed.form.derived.get(column)
        return _expression(typed, derived) if derived else "null"
    return f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _notes(own: Sequence[str], amounts: Sequence[Cells]) -> str:
    """SQL of everything that is remarked; of several amounts it is said which is meant."""
    notes = [
        f"{quoted(item.field.zh + '：')} || {item.field.name}__{NOTE}"
        if len(amounts) > 1
        else f"{item.field.name}__{NOTE}"
        for item in amounts
    ]
    parts = [*own, *notes]
    return f"nullif(concat_ws('；', {', '.join(parts)}), '')" if len(parts) > 1 else parts[0]


def _select(typed: Typed, declared: Dataset, links: dict[str, str]) -> str:
    """SQL of a sheet's rows with the dataset's columns in their types."""
    columns: list[str] = []
    joins: list[str] = []
    for column in declared.columns:
        if column.name in organisation_columns(typed):
            alias = f"org_{column.name}"
            joins.append(_organisation_join(typed, column.name, alias))
            expression = f"{alias}.organisation_id"
        elif column.name in links:
            join, expression = link(typed, column, links[column.name])
            joins.append(join)
        else:
            expression = _expression(typed, column.name)
        if column.name == declared.key[0]:
            join, expression = _own_id(typed, declared, expression)
            joins.append(join)
        columns.append(f"({expression})::{column.type} as {column.name}")
    return (
        f"select t.source, t.row_no, {', '.join(columns)} from {typed.table} as t "
        f"{' '.join(filter(None, joins))}"
    )


def _organisation_join(typed: Typed, column: str, alias: str) -> str:
    on = " and ".join(
        f"{alias}.{name} is not distinct from {said}"
        for said, name in (part.rsplit(" as ", 1) for part in _said_of(typed, column))
    )
    return f"left join {IDS} as {alias} on {on}"


def _own_id(typed: Typed, declared: Dataset, expression: str) -> tuple[str, str]:
    """Join and SQL of a record's own id, which may follow from a stand-in (see `_identify`)."""
    stand_in = _stand_in(typed, declared)
    if stand_in is None:
        return "", expression
    said = f"{stand_in.name}__{VALUE}"
    own = expression if expression != "null" else "null::varchar"
    made = "" if declared.name in _ID_PREFIX else f", {said}"
    ids = _ids_table(declared.name)
    return f"left join {ids} as own on own.said = {said}", f"coalesce({own}, own.id{made})"


def _stand_in(typed: Typed, declared: Dataset) -> Field | None:
    """The field that identifies a record where it lacks its own id."""
    key = declared.key[0]
    if declared.name == "organisations":
        return None
    return next(
        (
            typed.form.field(name)
            for group in typed.form.alternatives
            if group[0] == key
            for name in group[1:]
            if name in typed.cells and typed.form.field(name).column != key
        ),
        None,
    )


def _ids_table(dataset: str) -> str:
    """The relation of stand-ins: said, id."""
    return f"own_{dataset}"


def _identify(
    dataset: str,
    sheets: Sequence[Typed],
    standing: Standing,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """Which id a name or registration number means: that of a record that stands or is imported.

    A name that means none gets an id that follows from it.
    """
    declared = DATASETS[dataset]
    standing_in = [(typed, field) for typed in sheets if (field := _stand_in(typed, declared))]
    if not standing_in:
        return
    key, column = declared.key[0], standing_in[0][1].column
    load_pairs(connection, _ids_table(dataset), [])
    if all(_is_numbered(typed, key, connection) for typed, _ in standing_in):
        return
    known = [f"select {column} as said, {key} as id from {standing.relation(dataset)}"]
    known += [
        f"select {field.name}__{VALUE}, {key}__{VALUE} from {typed.table}"
        for typed, field in standing_in
        if key in typed.cells
    ]
    union = f"({' union '.join(known)}) where said is not null and id is not null"
    if dataset not in _ID_PREFIX:
        connection.execute(
            f"create or replace table {_ids_table(dataset)} as "
            f"select said, min(id) as id from {union} group by said"
        )
        return
    ids: dict[str, set[str]] = {}
    for called, found in connection.execute(f"select said, id from {union}").fetchall():
        ids.setdefault(squeezed(called), set()).add(found)
    names = {
        called
        for typed, field in standing_in
        for called in distinct(f"{field.name}__{VALUE}", typed, connection)
    }
    pairs = [(called, _id_of(called, ids, _ID_PREFIX[dataset])) for called in sorted(names)]
    load_pairs(connection, _ids_table(dataset), pairs)
    twice = {called for called, found in pairs if found is None}
    for typed, field in standing_in:
        test = f" and {key}__{VALUE} is null" if key in typed.cells else ""
        item = typed.cells[field.name]
        if twice:
            tell_names(typed, item, _ids_table(dataset), twice, test, findings)


def _is_numbered(typed: Typed, key: str, connection: DuckDBPyConnection) -> bool:
    """Whether every record of a sheet gives its own id."""
    if key not in typed.cells:
        return False
    sql = f"select count(*) from {typed.table} where {key}__{VALUE} is null"
    return one(connection, sql)[0] == 0


def _id_of(called: str, ids: dict[str, set[str]], prefix: str) -> str | None:
    """The id of a name; None where several records have it."""
    name = squeezed(called)
    found = ids.get(name)
    if not found:
        return prefix + hashlib.sha256(name.encode()).hexdigest()[:12]
    return next(iter(found)) if len(found) == 1 else None
