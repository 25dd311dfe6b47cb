"""What must hold of the rows of an import: nothing missing, nothing twice, nothing dangling."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from analytics.model import DATASETS, RECORDS, Dataset
from analytics.records.convert import VALUE, Cells, Typed
from analytics.records.findings import Findings
from analytics.records.layout import left_out_table
from analytics.records.merging import accepted, refused
from analytics.records.organisations import IDS
from analytics.records.relations import exists, one, quoted, rows_table
from analytics.records.standing import Standing
from analytics.records.types import Sheet

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ADDED = ("money", "integer", "number")
"""Kinds of fields whose cells a sum line adds up."""
_BLOCKS = 100
"""Blocks before a sum line that it may add up together."""
_DIFFERS = {"country": "country_differs", "subindustry": "subindustry_differs"}
"""What is told where another cell of the row says otherwise than a cell's role."""
_LARGEST = 2**31 - 1
_NIL = Decimal(0)


def check_sheet(typed: Typed, connection: DuckDBPyConnection, findings: Findings) -> None:
    """What one sheet must hold by itself: ranges, order of dates, its own sum lines."""
    _check_ranges(typed, findings)
    _check_order(typed, findings)
    _check_agreement(typed, findings)
    _check_sums(typed, connection, findings)


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
            f"select source, row_no, {_places(sheets, column)}, {quoted(field)}, "
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
        column = _column(typed.cells[second])
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
                f"select source, row_no, {_column(other)}, {quoted(column)}, "
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
        f"select source, row_no, {_column(item)}, {quoted(item.field.name)}, {quoted(key)}, "
        f"'error', {item.field.name}__{VALUE}::varchar, {quoted(json.dumps(said))} "
        f"from {typed.table} where {test}"
    )


def _check_sums(typed: Typed, connection: DuckDBPyConnection, findings: Findings) -> None:
    """Compare each sum line with the rows it may add up."""
    if not one(connection, f"select count(*) from {_sums(typed)}")[0]:
        return
    for item in typed.cells.values():
        if item.field.kind in _ADDED and item.heading and item.heading.year is None:
            _check_column(typed, item, connection, findings)


def _sums(typed: Typed) -> str:
    left_out = left_out_table(typed.layout.sheet)
    return f"(select row_no from {left_out} where reason = 'sum')"


def _check_column(
    typed: Typed, item: Cells, connection: DuckDBPyConnection, findings: Findings
) -> None:
    """A sum line may add up the rows since the last one, those up to the next, or them all.

    One right beneath another may add up any number of the blocks before it.
    """
    assert item.heading
    said = _sums_said(typed, item, connection)
    parts = _parts(typed, item, connection)
    blocks = [parts.get(row, _NIL) for row, _ in said]
    whole, last = sum(parts.values(), _NIL), parts.get(None, _NIL)
    for place, (row, value) in enumerate(said):
        if value is None:
            continue
        below = blocks[place + 1] if place + 1 < len(blocks) else last
        several = accumulate(reversed(blocks[max(0, place - _BLOCKS) : place]))
        since = [blocks[place]] if row in parts else several
        options = [*since, sum(blocks[: place + 1], _NIL), whole, below]
        nearest = min(options, key=partial(_apart, value))
        if abs(value - nearest) > _step(value):
            details = {"said": _plain(value), "added": _plain(nearest)}
            findings.add(
                typed.number,
                "sum_differs",
                "warning",
                row,
                item.heading.column,
                item.field.name,
                _plain(value),
                details,
            )


def _sums_said(
    typed: Typed, item: Cells, connection: DuckDBPyConnection
) -> list[tuple[int, Decimal | None]]:
    """What each sum line says, read as its column is read; None where it says nothing usable."""
    rows = connection.execute(
        f"select row_no, {item.cell}, {item.kind} from {typed.layout.sheet.table} "
        f"semi join {_sums(typed)} as s using (row_no) order by row_no"
    ).fetchall()
    values = [(row, item.reader.read(cell, kind).values.get(VALUE)) for row, cell, kind in rows]
    return [(row, None if value is None else Decimal(str(value))) for row, value in values]


def _parts(typed: Typed, item: Cells, connection: DuckDBPyConnection) -> dict[int | None, Decimal]:
    """What the rows before each sum line and after the one before it add up to."""
    rows = connection.execute(
        f"select s.row_no, sum({item.field.name}__{VALUE}) from {typed.table} as t "
        f"asof left join {_sums(typed)} as s on t.row_no < s.row_no group by s.row_no"
    ).fetchall()
    return {row: Decimal(str(added or 0)) for row, added in rows}


def _apart(one: Decimal, other: Decimal) -> Decimal:
    return abs(one - other)


def _step(said: Decimal) -> Decimal:
    """Half of what the printed sum may have been rounded by: its last digit that is not zero."""
    digits, exponent = said.normalize().as_tuple().digits, said.normalize().as_tuple().exponent
    if len(digits) < 3 or not isinstance(exponent, int):
        return Decimal("0.01")
    return max(Decimal(10) ** exponent / 2, Decimal("0.01"))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"


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
    columns = " ".join(f"when n_{name} > 1 then {_places(sheets, name)}" for name in values)
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
            f"select r.source, r.row_no, {_places(sheets, name, 'r.')}, {quoted(name)}, "
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
            f"select source, row_no, {_places(sheets, column.name)}, {quoted(column.name)}, "
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
        f"select source, row_no, {_places(sheets, column)}, {quoted(name)}, 'stand_in_shared', "
        f"'warning', said, json_object('other', case when r.{key} = s.id then s.other else s.id "
        f"end) from {rows} as r join sharing as s on s.said = r.{column}"
    )
    connection.execute("drop table sharing")


def _places(sheets: Sequence[Typed], column: str, of: str = "") -> str:
    """SQL of the position of the heading that fills a stored column, by the row's sheet."""
    cases = " ".join(f"when {typed.number} then {_place(typed, column)}" for typed in sheets)
    return f"case {of}source {cases} end"


def _place(typed: Typed, column: str) -> str:
    """Position of the heading that fills a stored column in a sheet."""
    for item in typed.cells.values():
        if item.field.column == column and item.heading:
            return str(item.heading.column)
    return "null::integer"


def _column(item: Cells) -> str:
    return str(item.heading.column) if item.heading else "null"
