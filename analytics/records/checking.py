"""What must hold of the rows of an import: nothing missing, nothing twice, nothing dangling."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.model import DATASETS, RECORDS
from analytics.records.convert import VALUE, Cells, Typed
from analytics.records.findings import Findings
from analytics.records.merging import accepted, refused
from analytics.records.organisations import IDS
from analytics.records.positions import position_of, positions
from analytics.records.relations import exists, one, quoted, rows_table
from analytics.records.standing import Standing
from analytics.records.sums import check_sums

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_DIFFERS = {"country": "country_differs", "subindustry": "subindustry_differs"}
"""What is told where another cell of the row says otherwise than a cell's role."""
_LARGEST = 2**31 - 1


def check_sheet(typed: Typed, connection: DuckDBPyConnection, findings: Findings) -> None:
    """What one sheet must hold by itself: ranges, order of dates, its own sum lines."""
    _check_ranges(typed, findings)
    _check_order(typed, findings)
    _check_agreement(typed, findings)
    check_sums(typed, connection, findings)


def check_required(
    dataset: str, sheets: Sequence[Typed], connection: DuckDBPyConnection, findings: Findings
) -> None:
    """What must not be empty, once rows that complete each other have been merged.

    A cell that could not be read has its finding already. A row that was refused and shares its
    key with another may have been meant to complete that one: it is not asked for more.
    """
    declared, form, rows = DATASETS[dataset], sheets[0].form, rows_table(dataset)
    needed = {field.column: field.name for field in form.fields if field.required}
    groups = {group[0]: group for group in form.alternatives}
    needed |= {c.name: c.name for c in declared.columns if c.required and c.name not in needed}
    some = one(connection, f"select count(*) from {refused()} as r")[0]
    key = ", ".join(declared.key)
    for column, field in needed.items():
        finding = "required_any" if column in groups else "required_missing"
        told = {item.name for item in form.fields if item.column == column}
        told |= set(groups.get(column, ()))
        missing = (
            f"select source, row_no, {positions(sheets, column)}, {quoted(field)}, "
            f"{quoted(finding)}, 'error', null, null from {rows} where {column} is null"
        )
        findings.add_rows(f"{missing} and (source, row_no) not in {refused()}")
        if some:
            findings.add_rows(
                f"{missing} and (source, row_no) in {refused()} and (source, row_no) not in "
                f"{refused(sorted(told))} and ({key}) not in (select ({key}) from {rows} "
                f"group by {key} having count(*) > 1)"
            )


def _check_order(typed: Typed, findings: Findings) -> None:
    for first, second in typed.form.ordered:
        if first not in typed.cells or second not in typed.cells:
            continue
        one, other = f"{first}__{VALUE}", f"{second}__{VALUE}"
        column = position_of(typed.cells[second])
        findings.add_rows(
            f"select source, row_no, {column}, {quoted(second)}, 'dates_out_of_order', 'error', "
            f"{other}::varchar, json_object('first', {one}::varchar) from {typed.table} "
            f"where {_known(first, second, other)} < {_known(first, second, one)}"
        )


def _known(first: str, second: str, value: str) -> str:
    """SQL of a date as far as both are known: 2021-03-15 does not lie after March 2021."""
    both = f"({first}__precision, {second}__precision)"
    return (
        f"case when 'year' in {both} then date_trunc('year', {value}) "
        f"when 'month' in {both} then date_trunc('month', {value}) else {value} end"
    )


def _check_agreement(typed: Typed, findings: Findings) -> None:
    """Two cells that say the same thing differently: a place and a country, an area and a part."""
    for name, item in typed.cells.items():
        for role, column in item.field.also.items():
            other = typed.cells.get(column)
            if role not in _DIFFERS or other is None or other is item:
                continue
            test = f"{name}__{role} <> {column}__{VALUE}"
            if role == "subindustry":
                test += f" or not starts_with({column}__{VALUE}, {name}__{VALUE} || '.')"
            findings.add_rows(
                f"select source, row_no, {position_of(other)}, {quoted(column)}, "
                f"{quoted(_DIFFERS[role])}, 'error', "
                f"{column}__{VALUE}, null from {typed.table} where {test}"
            )


def _check_ranges(typed: Typed, findings: Findings) -> None:
    """Numbers below or above what a field allows, or what its column can hold."""
    types = {column.name: column.type for column in DATASETS[typed.form.dataset].columns}
    for name, item in typed.cells.items():
        value, least, most = f"{name}__{VALUE}", item.field.least, item.field.most
        if most is None and types[item.field.column] == "INTEGER":
            _note_range(typed, item, f"abs({value}) > {_LARGEST}", "number_too_large", findings)
        if least is not None and most is not None:
            test = f"{value} not between {least} and {most}"
            _note_range(typed, item, test, "number_outside", findings)
        elif least is not None:
            _note_range(typed, item, f"{value} < {least}", "number_below", findings)


def _note_range(typed: Typed, item: Cells, test: str, key: str, findings: Findings) -> None:
    said = {
        name: f"{limit:g}"
        for name, limit in (("least", item.field.least), ("most", item.field.most))
        if limit is not None
    }
    findings.add_rows(
        f"select source, row_no, {position_of(item)}, {quoted(item.field.name)}, {quoted(key)}, "
        f"'error', {item.field.name}__{VALUE}::varchar, {quoted(json.dumps(said))} "
        f"from {typed.table} where {test}"
    )


def check_references(
    dataset: str,
    sheets: Sequence[Typed],
    standing: Standing,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """Every record that a row points to must be accepted of this import or stand already.

    Datasets are to be checked in an order in which what is pointed to comes first.
    """
    declared = DATASETS[dataset]
    rows = rows_table(dataset)
    for column in declared.columns:
        target, _, key = column.reference.partition(".")
        if target not in RECORDS or not key:
            continue
        known = [f"select {key} from {standing.relation(target)} where {key} is not null"]
        finding = quoted("reference_unknown")
        if exists(connection, rows_table(target)):
            known.append(f"select {key} from {accepted(target)} where {key} is not null")
            finding = (
                f"case when {column.name} in (select {key} from {rows_table(target)}) "
                f"then 'reference_refused' else {finding} end"
            )
        if target == "organisations" and exists(connection, IDS):
            # Those that only refused rows name are not made, which is no fault of these rows.
            made = "coalesce(uscc, name) is not null"
            known.append(f"select organisation_id from {IDS} where {made}")
        findings.add_rows(
            f"select source, row_no, {positions(sheets, column.name)}, {quoted(column.name)}, "
            f"{finding}, 'error', {column.name}::varchar, "
            f"json_object('target', {quoted(target)}) from {rows} where {column.name} is not null "
            f"and {column.name} not in ({' union all '.join(known)})"
        )


def check_stand_ins(
    dataset: str,
    sheets: Sequence[Typed],
    standing: Standing,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """Tell rows that another record shares a registration number or name with, under another id.

    They may be one contract or station, sent once with its number and once without.
    """
    declared, form = DATASETS[dataset], sheets[0].form
    key, name = declared.key[0], next((group[1] for group in form.alternatives), "")
    field = next((item for item in form.fields if item.name == name), None)
    if field is None or field.column == key or dataset == "organisations":
        return
    rows, column = accepted(dataset), field.column
    connection.execute(
        f"create or replace table sharing as select said, min(id) as id, max(id) as other from ("
        f"select {column} as said, {key} as id from {rows} union all "
        f"select {column}, {key} from {standing.relation(dataset)}) as t "
        "where said is not null group by said having min(id) <> max(id)"
    )
    findings.add_rows(
        f"select source, row_no, {positions(sheets, column)}, {quoted(name)}, 'stand_in_shared', "
        f"'warning', said, json_object('other', case when r.{key} = s.id then s.other else s.id "
        f"end) from {rows} as r join sharing as s on s.said = r.{column}"
    )
    connection.execute("drop table sharing")
