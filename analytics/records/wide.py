"""The rows of a sheet that are records; of a table with a column a year, one for each year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.records.findings import Findings
from analytics.records.layout import columns_of, left_out_table
from analytics.records.relations import one, quoted
from analytics.records.types import Form, Heading, Layout, Mapping
from analytics.records.values import NOTHING
from analytics.records.values.base import sql_list

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NOTHING = sql_list(NOTHING | {""})
Wide = dict[str, dict[int, Heading]]
"""The columns of each field that has one a year, by year."""


def rows_of(layout: Layout, mapping: Mapping, wide: Wide, connection: DuckDBPyConnection) -> str:
    """SQL of the rows that are records.

    A table with a column a year becomes a row for each year that has something to say:
    `wide_year` and, for each field in such columns, `wide_<field>` (with `wide_<field>_kind` and
    `wide_<field>_column`) stand beside the row's other cells.
    """
    rows = _records(layout, connection)
    for test, _ in _left_out(layout, mapping):
        rows += f" and not ({test})"
    if not wide:
        return rows
    years = sorted({year for columns in wide.values() for year in columns})
    parts = [_of_year(year, wide) for year in years]
    return f"with body as materialized ({rows}) {' union all '.join(parts)}"


def _of_year(year: int, wide: Wide) -> str:
    """SQL of a year's rows: those of which a cell says something in that year."""
    columns = {name: found[year].column for name, found in wide.items() if year in found}
    said = " or ".join(
        f"lower(trim(coalesce(c{column}, ''))) not in ({_NOTHING})" for column in columns.values()
    )
    cells = "".join(
        f", c{columns[name]} as wide_{name}, {kind_of(columns[name])} as wide_{name}_kind, "
        f"{columns[name]} as wide_{name}_column"
        if name in columns
        else f", null::varchar as wide_{name}, '' as wide_{name}_kind, "
        f"null::integer as wide_{name}_column"
        for name in wide
    )
    return f"select *, {year} as wide_year{cells} from body where {said}"


def wide_of(layout: Layout, form: Form, mapping: Mapping) -> Wide:
    """The fields whose values stand in a column a year, with these columns by year.

    Only a form with a year of its own can take them, where nothing else says the year.
    """
    own = any(field.name == "year" for field in form.fields)
    if not own or "year" in mapping.fields or "year" in mapping.constants:
        return {}
    found: Wide = {}
    for name, title in mapping.fields.items():
        columns = columns_of(layout, title)
        if columns and columns[0].year is not None:
            # Of two columns of one year the first is taken, and one in another unit is not: what
            # is left is told as not used.
            alike = [h for h in reversed(columns) if h.unit == columns[0].unit]
            found[name] = {h.year: h for h in alike if h.year is not None}
    return found


def _records(layout: Layout, connection: DuckDBPyConnection) -> str:
    """SQL of the records: each column is read through it, so it joins only where it must."""
    sheet = layout.sheet
    among = f"row_no between {layout.first} and {layout.last}"
    some = one(connection, f"select count(*) from {left_out_table(sheet)} where {among}")[0]
    join = f"anti join {left_out_table(sheet)} using (row_no) " if some else ""
    return f"select * from {sheet.table} {join}where {among}"


def _left_out(layout: Layout, mapping: Mapping) -> list[tuple[str, int]]:
    """SQL that tells the rows which the mapping leaves out by a value of a column, and that one."""
    tests: list[tuple[str, int]] = []
    for title, values in mapping.left_out.items():
        for heading in columns_of(layout, title):
            listed = ", ".join(quoted(_squeezed(value)) for value in values)
            cell = f"regexp_replace(coalesce(c{heading.column}, ''), '[\\s\u00a0\u3000]+', '', 'g')"
            tests.append((f"{cell} in ({listed})", heading.column))
    return tests


def note_left_out(
    layout: Layout, mapping: Mapping, connection: DuckDBPyConnection, findings: Findings
) -> None:
    """Note the rows that the mapping leaves out."""
    for test, column in _left_out(layout, mapping):
        findings.add_rows(
            f"select {layout.sheet.number}, row_no, {column}, null, 'row_left_out', 'note', "
            f"c{column}, null from ({_records(layout, connection)}) as r where {test}"
        )


def _squeezed(value: str) -> str:
    return "".join(value.split())


def kind_of(column: int) -> str:
    """SQL of the kind of a column's cell, as `types.Sheet` has it."""
    return f"coalesce(trim(substr(kinds, {column + 1}, 1)), '')"
