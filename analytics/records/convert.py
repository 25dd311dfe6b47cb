"""From a sheet's cells to typed values: one pass over the rows, one reading of each distinct cell.

Plain canonical cells are converted by SQL. Every other distinct cell of a column is read once in
Python and joined back, so that a million rows cost a million cells only where no two are alike.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pandas as pd

from analytics.records.findings import Findings
from analytics.records.layout import columns_of
from analytics.records.relations import one, quoted
from analytics.records.types import Field, Form, Heading, Layout, Mapping, Read
from analytics.records.values import Context, Reader, reader_for
from analytics.records.wide import Wide, kind_of, note_left_out, rows_of, wide_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analytics.records.workbench import Workbench

_BATCH = 50_000
_READ = 0.6
"""Share of the work that is reading the distinct cells, for the progress."""
VALUE = "value"


@dataclass(frozen=True)
class Cells:
    """A field's cells in a sheet.

    Args:
        field: The field.
        heading: Its heading; None for a constant, or the year of a column a year.
        reader: How its cells are read.
        cell: SQL of the cell's text, over the relation of the sheet's rows.
        kind: SQL of the cell's kind; "''" where nothing says it.
        dictionary: Relation of the cells that SQL could not convert; empty where there is none.
    """

    field: Field
    heading: Heading | None
    reader: Reader
    cell: str
    kind: str
    dictionary: str = ""

    @property
    def plain(self) -> str:
        """SQL of the value where it is plain, else null."""
        return self.reader.quick.replace("{cell}", self.cell) if self.reader.quick else "null"


@dataclass(frozen=True)
class Typed:
    """A sheet whose cells have been read.

    The relation `table` has `source`, `row_no` and, for each field, `<field>__<role>` for each
    role of its reader: `deals.value_cny` gives `value_cny__value` and `value_cny__note`.

    Args:
        layout: The sheet's layout.
        form: The form of its dataset.
        mapping: How its headings became fields.
        table: The relation.
        cells: The fields that it holds, constants included.
    """

    layout: Layout
    form: Form
    mapping: Mapping
    table: str
    cells: dict[str, Cells]

    @property
    def number(self) -> int:
        """Number of the sheet."""
        return self.layout.sheet.number


def convert(
    layout: Layout,
    form: Form,
    mapping: Mapping,
    context: Context,
    bench: Workbench,
    findings: Findings,
    progress: Callable[[float], None] = lambda _share: None,
) -> Typed:
    """Read all cells of a sheet that the mapping names.

    Args:
        layout: Where the table is.
        form: What its dataset may hold.
        mapping: Which heading is which field, and constants.
        context: Lists, rates and units beside the cells.
        bench: Where the rows lie.
        findings: Takes what could not be read, and remarks.
        progress: Told how much is done, 0 to 1.
    """
    connection = bench.connection
    number = layout.sheet.number
    wide = wide_of(layout, form, mapping)
    rows = rows_of(layout, mapping, wide, connection)
    note_left_out(layout, mapping, connection, findings)
    cells = _cells(layout, form, mapping, context, wide, _has_kinds(layout, connection))
    cells = _read_dates(rows, cells, form, number, connection, findings)
    relation = f"dated_{number}"
    connection.execute(f"create or replace view {relation} as {_dated(rows, cells, form)}")
    for done, (name, item) in enumerate(cells.items()):
        progress(_READ * done / len(cells))
        if not item.dictionary and item.field.kind not in ("date", "year"):
            cells[name] = _with_dictionary(relation, item, number, connection, findings)
    table = f"typed_{number}"
    bench.run(
        f"create or replace table {table} as {_select(relation, cells, number)}",
        progress=lambda share: progress(_READ + (1 - _READ) * share),
    )
    connection.execute(f"drop view {relation}")
    return Typed(layout, form, mapping, table, cells)


def columns_used(typed: Typed) -> set[int]:
    """Positions of the columns whose cells were read."""
    wide = wide_of(typed.layout, typed.form, typed.mapping)
    found = {item.heading.column for item in typed.cells.values() if item.heading}
    return found | {h.column for columns in wide.values() for h in columns.values()}


def _cells(
    layout: Layout, form: Form, mapping: Mapping, context: Context, wide: Wide, has_kinds: bool
) -> dict[str, Cells]:
    """The fields that the mapping names, in the order of the form."""
    found: dict[str, Cells] = {}
    for field in form.fields:
        title = mapping.fields.get(field.name)
        if title is None:
            said = mapping.constants.get(field.name)
            if said is not None:
                unit = _unit(field, None, mapping) or context.unit
                told = replace(context, unit=unit, above=field.name in mapping.above)
                found[field.name] = Cells(field, None, reader_for(field, told), quoted(said), "''")
            elif field.name == "year" and wide:
                found["year"] = Cells(
                    field, None, reader_for(field, context), "wide_year::varchar", "''"
                )
            continue
        heading = _heading(layout, title)
        if heading is None or heading.personal:
            continue
        told = replace(
            context,
            unit=_unit(field, heading, mapping) or context.unit,
            above=field.name in mapping.above,
        )
        cell, kind = f"c{heading.column}", kind_of(heading.column)
        if field.name in wide:
            cell, kind = f"wide_{field.name}", f"wide_{field.name}_kind"
        reader = reader_for(field, told)
        found[field.name] = Cells(field, heading, reader, cell, kind if has_kinds else "''")
    return found


def _heading(layout: Layout, title: str) -> Heading | None:
    """The heading of a title; of a column a year that one, or the first of those it stands for."""
    named = next((heading for heading in layout.headings if heading.title == title), None)
    return named or next(iter(columns_of(layout, title)), None)


def _has_kinds(layout: Layout, connection: DuckDBPyConnection) -> bool:
    """Whether the cells say what they are: those of a workbook do, those of a text file do not."""
    return bool(one(connection, f"select count(kinds) > 0 from {layout.sheet.table}")[0])


def _unit(field: Field, heading: Heading | None, mapping: Mapping) -> str:
    """The file's word on a unit goes before the mapping's."""
    return (heading.unit if heading else "") or mapping.units.get(field.name, "")


def _read_dates(
    rows: str,
    cells: dict[str, Cells],
    form: Form,
    number: int,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> dict[str, Cells]:
    """Dates and years first: places and the like are read as of the record's year."""
    read = dict(cells)
    view = f"rows_{number}"
    connection.execute(f"create or replace view {view} as {rows}")
    for name, item in cells.items():
        if item.field.kind in ("date", "year"):
            read[name] = _with_dictionary(view, item, number, connection, findings)
    return read


def _dated(rows: str, cells: dict[str, Cells], form: Form) -> str:
    """The rows with the year that each is about; null where no date is given."""
    wanted = any(item.reader.needs_year for item in cells.values())
    dates = [item for item in cells.values() if item.field.kind in ("date", "year")]
    if not wanted or not dates:
        return f"select *, null::integer as record_year from ({rows}) as r"
    first = next((item for item in dates if item.field.required), dates[0])
    value = _value(first, VALUE)
    year = f"year({value})" if first.field.kind == "date" else value
    return f"select r.*, ({year})::integer as record_year from ({rows}) as r {_join(first)}"


def _with_dictionary(
    relation: str, item: Cells, number: int, connection: DuckDBPyConnection, findings: Findings
) -> Cells:
    """Read what SQL could not, and note what cannot be used."""
    name = f"said_{number}_{item.field.name}"
    year = "record_year" if item.reader.needs_year else "null::integer"
    asked = (
        f"select distinct {item.cell} as cell, {item.kind} as kind, {year} as year "
        f"from {relation} where {item.cell} is not null"
    )
    if item.reader.quick:
        asked += f" and ({item.plain}) is null"
    roles = ", ".join(f"{_said(role)} {type_}" for role, type_ in item.reader.roles.items())
    connection.execute(
        f"create or replace table {name} (cell VARCHAR, kind VARCHAR, year INTEGER, {roles}, "
        "problem VARCHAR, note VARCHAR, details VARCHAR)"
    )
    cursor = connection.cursor().execute(asked)
    found, remarks = 0, 0
    for frame in _batches(cursor, item):
        connection.register("said", frame)
        connection.execute(f"insert into {name} by name select * from said")
        connection.unregister("said")
        found += len(frame)
        remarks += int((frame["problem"].notna() | frame["note"].notna()).sum())
    if not found:
        connection.execute(f"drop table {name}")
        return item
    item = replace(item, dictionary=name)
    if remarks:
        _note(relation, item, number, findings)
    return item


def _said(role: str) -> str:
    """A dictionary's column for a role: `note` is also what a reader remarks."""
    return f"said_{role}"


def _batches(cursor: DuckDBPyConnection, item: Cells) -> Iterator[pd.DataFrame]:
    roles = tuple(item.reader.roles)
    while rows := cursor.fetchmany(_BATCH):
        reads = [item.reader.read(cell, kind, year) for cell, kind, year in rows]
        frame = pd.DataFrame(rows, columns=["cell", "kind", "year"])
        frame["year"] = frame["year"].astype("Int32")
        for role in roles:
            said = [_plain(read.values.get(role)) for read in reads]
            frame[_said(role)] = pd.Series(said, dtype=object)
        frame["problem"] = pd.Series([read.problem or None for read in reads], dtype=object)
        frame["note"] = pd.Series([read.note or None for read in reads], dtype=object)
        frame["details"] = pd.Series([_details(read) for read in reads], dtype=object)
        yield frame


def _plain(value: object) -> object:
    """A decimal as text: the database would take its digits from a few of the others."""
    return f"{value:f}" if isinstance(value, Decimal) else value


def _details(read: Read) -> str | None:
    return json.dumps(read.details, ensure_ascii=False) if read.details else None


def _note(relation: str, item: Cells, number: int, findings: Findings) -> None:
    """Carry problems and remarks from the distinct cells to the rows that hold them."""
    column = "null::integer" if item.heading is None else str(item.heading.column)
    if item.cell.startswith("wide_") and item.heading is not None:
        column = f"{item.cell}_column"
    said = f"d_{item.field.name}"
    findings.add_rows(
        f"select {number}, row_no, {column}, {quoted(item.field.name)}, "
        f"coalesce({said}.problem, {said}.note), "
        f"case when {said}.problem is null then 'note' else 'error' end, "
        f"{said}.cell, {said}.details from {relation} as r {_join(item)} "
        f"where {said}.problem is not null or {said}.note is not null"
    )


def _join(item: Cells) -> str:
    if not item.dictionary:
        return ""
    alias = f"d_{item.field.name}"
    on = f"{alias}.cell = {item.cell}"
    if item.kind != "''":
        on += f" and {alias}.kind = {item.kind}"
    if item.reader.needs_year:
        on += f" and {alias}.year is not distinct from record_year"
    return f"left join {item.dictionary} as {alias} on {on}"


def _value(item: Cells, role: str) -> str:
    """SQL of a role of a cell: from SQL where it is plain, else from the dictionary."""
    type_ = item.reader.roles[role]
    plain = ""
    if item.reader.quick:
        plain = item.plain if role == VALUE else item.reader.quick_roles.get(role, "")
        plain = plain.replace("{cell}", item.cell)
        if role != VALUE and plain:
            plain = f"case when ({item.plain}) is not null then {plain} end"
    said = f"d_{item.field.name}.{_said(role)}" if item.dictionary else ""
    both = [part for part in (plain, said) if part]
    if not both:
        return f"null::{type_}"
    return f"coalesce({', '.join(both)})::{type_}" if len(both) > 1 else f"({both[0]})::{type_}"


def _select(relation: str, cells: dict[str, Cells], number: int) -> str:
    columns = [
        f"{_value(item, role)} as {name}__{role}"
        for name, item in cells.items()
        for role in item.reader.roles
    ]
    joins = " ".join(_join(item) for item in cells.values())
    listed = "".join(f", {column}" for column in columns)
    return f"select {number} as source, row_no{listed} from {relation} as r {joins}"
