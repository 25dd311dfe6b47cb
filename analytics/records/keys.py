"""Rows of one key: equal ones count once, ones that complete each other are merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.model import DATASETS, Dataset
from analytics.records.convert import Typed
from analytics.records.findings import Findings
from analytics.records.merging import accepted
from analytics.records.positions import positions
from analytics.records.relations import one, quoted, rows_table
from analytics.records.types import Sheet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def check_keys(
    dataset: str, sheets: Sequence[Typed], connection: DuckDBPyConnection, findings: Findings
) -> None:
    """Rows of one key: equal ones count once, ones that complete each other are merged.

    A row that lacks what a record must have completes the whole one of its key, and cannot
    contradict it: what it says otherwise is told. `rows_<dataset>` holds one row a key afterwards,
    save for whole rows that contradict each other, which stay, each with an error, and rows that
    were refused before, which neither complete nor contradict another.
    """
    declared = DATASETS[dataset]
    values = [column.name for column in declared.columns if column.name not in declared.key]
    if not values or not _share_keys(declared, values, sheets, connection):
        return
    if _refuse_conflicts(declared, values, sheets, connection, findings):
        _share_keys(declared, values, sheets, connection)
    _merge(declared, values, sheets, connection, findings)


def _share_keys(
    declared: Dataset,
    values: Sequence[str],
    sheets: Sequence[Typed],
    connection: DuckDBPyConnection,
) -> int:
    """Make `twice_<dataset>`, the keys of several accepted rows; how many there are.

    `first` tells the row that the others are merged with, `n_<column>` how many values it has.
    """
    twice, rows, whole = _twice(declared), accepted(declared.name), _is_whole(declared, sheets)
    key = ", ".join(declared.key)
    counted = "".join(
        f", count(distinct {name}) filter (where whole or not any_whole) as n_{name}"
        for name in values
    )
    # Keys first: counting distinct values of every column is for the few rows that share one.
    connection.execute(
        f"create or replace table {twice} as with shared as (select {key}, "
        f"bool_or({whole}) as any_whole from {rows} where {declared.key[0]} is not null "
        f"group by {key} having count(*) > 1), "
        f"told as (select r.*, t.any_whole, ({whole}) as whole from {rows} as r "
        f"join shared as t on {_on(declared)}) "
        f"select {key}, min((not whole, source, row_no)) as first{counted} from told group by {key}"
    )
    return one(connection, f"select count(*) from {twice}")[0]


def _twice(declared: Dataset) -> str:
    return f"twice_{declared.name}"


def _conflict(values: Sequence[str]) -> str:
    return " or ".join(f"n_{name} > 1" for name in values)


def _refuse_conflicts(
    declared: Dataset,
    values: Sequence[str],
    sheets: Sequence[Typed],
    connection: DuckDBPyConnection,
    findings: Findings,
) -> bool:
    """Refuse whole rows that contradict each other; whether there are any."""
    test = f"({_conflict(values)})"
    if not one(connection, f"select count(*) from {_twice(declared)} where {test}")[0]:
        return False
    fields = " ".join(f"when n_{name} > 1 then {quoted(name)}" for name in values)
    columns = " ".join(f"when n_{name} > 1 then {positions(sheets, name)}" for name in values)
    findings.add_rows(
        f"select r.source, r.row_no, case {columns} end, case {fields} end, 'key_conflict', "
        f"'error', {_key_text(declared)}, json_object('row', {_other(sheets)}) "
        f"from {accepted(declared.name)} as r join {_twice(declared)} as t on {_on(declared)} "
        f"where {test} and ({_is_whole(declared, sheets)})"
    )
    return True


def _merge(
    declared: Dataset,
    values: Sequence[str],
    sheets: Sequence[Typed],
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """One row of those that share a key; what an incomplete one says otherwise is told."""
    whole = _is_whole(declared, sheets)
    connection.execute(
        f"create or replace table sharing as select r.*, t.first from {accepted(declared.name)} "
        f"as r join {_twice(declared)} as t on {_on(declared)} where not ({_conflict(values)})"
    )
    order = "order by source, row_no"
    merged = ", ".join(
        f"coalesce(first({name} {order}) filter (where {name} is not null and ({whole})), "
        f"first({name} {order}) filter (where {name} is not null)) as {name}"
        for name in values
    )
    key = ", ".join(declared.key)
    connection.execute(
        f"create or replace table merging as select any_value(first[2])::integer as source, "
        f"any_value(first[3])::bigint as row_no, {key}, {merged} from sharing group by {key}"
    )
    findings.add_rows(
        f"select r.source, r.row_no, null, null, 'rows_merged', 'note', {_key_text(declared)}, "
        f"json_object('row', {_other(sheets, 'r.first[2]', 'r.first[3]')}) from sharing as r "
        "where (r.source, r.row_no) <> (r.first[2], r.first[3])"
    )
    mine = " and ".join(f"r.{name} is not distinct from m.{name}" for name in declared.key)
    for name in values:
        findings.add_rows(
            f"select r.source, r.row_no, {positions(sheets, name, 'r.')}, {quoted(name)}, "
            f"'merged_differs', 'warning', r.{name}::varchar, json_object('kept', "
            f"m.{name}::varchar, 'row', {_other(sheets, 'm.source', 'm.row_no')}) "
            f"from sharing as r join merging as m on {mine} where r.{name} <> m.{name}"
        )
    connection.execute(
        f"delete from {rows_table(declared.name)} as r using sharing as m where {mine} "
        "and r.source = m.source and r.row_no = m.row_no"
    )
    connection.execute(f"insert into {rows_table(declared.name)} by name select * from merging")
    connection.execute("drop table merging")
    connection.execute("drop table sharing")


def _other(sheets: Sequence[Typed], source: str = "t.first[2]", row: str = "t.first[3]") -> str:
    """SQL of where another row is: its number, and its sheet where there are several."""
    if len(sheets) == 1:
        return f"{row}::varchar"
    cases = " ".join(
        f"when {typed.number} then {quoted(_name(typed.layout.sheet))}" for typed in sheets
    )
    return f"concat({row}, '（', case {source} {cases} end, '）')"


def _name(sheet: Sheet) -> str:
    return f"{sheet.file} {sheet.name}".strip()


def _is_whole(declared: Dataset, sheets: Sequence[Typed]) -> str:
    """SQL that tells rows which have all that a record must have."""
    needed = {field.column for field in sheets[0].form.fields if field.required}
    needed |= {column.name for column in declared.columns if column.required}
    return (
        " and ".join(f"{name} is not null" for name in sorted(needed - set(declared.key))) or "true"
    )


def _on(declared: Dataset) -> str:
    return " and ".join(f"r.{name} is not distinct from t.{name}" for name in declared.key)


def _key_text(declared: Dataset) -> str:
    return f"concat_ws(' · ', {', '.join(f'r.{name}' for name in declared.key)})"
