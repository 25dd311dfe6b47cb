"""The accepted rows of an import and what stands: one table of each dataset to publish."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.model import DATASETS, RECORDS, Dataset
from analytics.records.findings import TABLE
from analytics.records.relations import exists, one, quoted, rows_table
from analytics.records.standing import Standing
from analytics.records.store import Change

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from analytics.records.workbench import Workbench

ROW_GROUP = 61_440
"""Rows that are read at once: a district's, and not much besides."""


def merged_table(dataset: str) -> str:
    """The relation of a dataset as it will be published: its columns, and `state`."""
    return f"merged_{dataset}"


def accepted(dataset: str) -> str:
    """SQL of a dataset's imported rows without those that have an error."""
    return f"(select * from {rows_table(dataset)} where (source, row_no) not in {refused()})"


def refused(fields: Sequence[str] = ()) -> str:
    """SQL of the rows that have an error, or one in certain fields."""
    test = f" and field in ({', '.join(map(quoted, fields))})" if fields else ""
    return (
        f"(select (source, row_no) from {TABLE} "
        f"where severity = 'error' and row_no is not null{test})"
    )


Given = Mapping[int, Mapping[str, tuple[str, ...]]]
"""By number of a sheet: see `resolving.given_columns`."""


def merge(dataset: str, given: Given, standing: Standing, connection: DuckDBPyConnection) -> Change:
    """Make `merged_<dataset>`: what stands, updated by key.

    A column that no file has keeps what stands. A blank cell in a column that a file has empties
    it; a note that stands beside an amount goes only with another amount. Rows that no file has
    stay: see `remove`.

    Args:
        dataset: The dataset.
        given: Stored columns that a sheet has something to say of, by its number.
        standing: What stands.
        connection: The workbench's database.
    """
    declared = DATASETS[dataset]
    if standing.holds(dataset):
        _update(declared, given, standing, connection)
    else:
        names = ", ".join(column.name for column in declared.columns)
        # A view: where nothing stands there is nothing to work out, and a million rows to copy.
        connection.execute(
            f"create or replace view {merged_table(dataset)} as "
            f"select {names}, 'added' as state from {accepted(dataset)}"
        )
    return count(dataset, connection)


def count(dataset: str, connection: DuckDBPyConnection) -> Change:
    """What publishing `merged_<dataset>` would change, save for what is removed."""
    sql = f"select state, count(*) from {merged_table(dataset)} group by all"
    counts = dict(connection.execute(sql).fetchall())
    return Change(counts.get("added", 0), counts.get("changed", 0), counts.get("same", 0))


def remove(dataset: str, standing: Standing, connection: DuckDBPyConnection) -> int:
    """Take out of `merged_<dataset>` what no file has; how many records that were.

    One that a refused row is about stays, and so does one that another record points to: datasets
    are to be gone through so that what points comes before what it points to.
    """
    if not standing.holds(dataset):
        return 0
    declared = DATASETS[dataset]
    key = ", ".join(declared.key)
    held = [f"select {key} from {rows_table(dataset)}"]
    if len(declared.key) == 1:
        held += [
            f"select {column.name} from {_final(other, standing, connection)}"
            for other in RECORDS.values()
            for column in other.columns
            if column.reference == f"{dataset}.{declared.key[0]}"
        ]
    on = " and ".join(f"h.{name} is not distinct from m.{name}" for name in declared.key)
    gone = connection.execute(
        f"delete from {merged_table(dataset)} as m where state = 'kept' and not exists "
        f"(select 1 from ({' union all '.join(held)}) as h({key}) where {on}) returning 1"
    ).fetchall()
    return len(gone)


def _final(dataset: Dataset, standing: Standing, connection: DuckDBPyConnection) -> str:
    """What a dataset will hold."""
    if exists(connection, merged_table(dataset.name)):
        return merged_table(dataset.name)
    return standing.relation(dataset.name)


def _update(
    declared: Dataset,
    given: Given,
    standing: Standing,
    connection: DuckDBPyConnection,
) -> None:
    values = [column.name for column in declared.columns if column.name not in declared.key]
    on = " and ".join(f"n.{name} is not distinct from s.{name}" for name in declared.key)
    new = {name: _new(name, given) for name in values}
    keys = ", ".join(
        f"case when n.source is null then s.{name} else n.{name} end as {name}"
        for name in declared.key
    )
    columns = "".join(f", {sql} as {name}" for name, sql in new.items())
    differs = " or ".join(f"({sql}) is distinct from s.{name}" for name, sql in new.items())
    connection.execute(
        f"create or replace table {merged_table(declared.name)} as select {keys}{columns}, "
        "case when n.source is null then 'kept' when s.standing is null then 'added' "
        f"when {differs or 'false'} then 'changed' else 'same' end as state "
        f"from {accepted(declared.name)} as n full join "
        f"(select *, true as standing from {standing.relation(declared.name)} as t) as s on {on}"
    )


def _new(name: str, given: Given) -> str:
    """SQL of a column's new value: a file's where it says something, else what stands."""
    cases = ["when n.source is null then s." + name, f"when s.standing is null then n.{name}"]
    for number, columns in given.items():
        if name not in columns:
            continue
        kept = " and ".join(f"n.{main} is not distinct from s.{main}" for main in columns[name])
        value = f"coalesce(n.{name}, case when {kept} then s.{name} end)" if kept else f"n.{name}"
        cases.append(f"when n.source = {number} then {value}")
    if len(cases) > 2:  # a row merged of several sheets bears the number of the first
        cases.append(f"when n.{name} is not null then n.{name}")
    return f"case {' '.join(cases)} else s.{name} end"


def complete_until(dataset: str, today: date, connection: DuckDBPyConnection) -> date | None:
    """The day up to which a dataset is taken to be complete, where nobody says it.

    Dated records: the end of the last month that they fill, which is the month before the last
    one they reach, unless they reach its last day. Yearly ones: the end of their last year. Lists
    of what is open (stations, bases): today. Others: none. Never a day to come.
    """
    declared = DATASETS[dataset]
    if declared.opened:
        return today
    names = {column.name: column.type for column in declared.columns}
    if names.get(declared.time) == "DATE":
        last = _last(declared.time, dataset, connection)
        return min(_month_end(last), today) if isinstance(last, date) else None
    if "year" in names and "year" in declared.key:
        last = _last("year", dataset, connection)
        return min(date(int(str(last)), 12, 31), today) if last is not None else None
    return None


def _last(column: str, dataset: str, connection: DuckDBPyConnection) -> object:
    return one(connection, f"select max({column}) from {merged_table(dataset)}")[0]


def _month_end(last: date) -> date:
    following = last + timedelta(days=1)
    return last if following.day == 1 else last.replace(day=1) - timedelta(days=1)


def write(
    dataset: str, path: Path, bench: Workbench, progress: Callable[[float], None] | None = None
) -> None:
    """Write `merged_<dataset>` as Parquet: sorted by region, time and key, types as declared.

    So a question about a region reads the row groups that hold it and passes over the others.
    """
    declared = DATASETS[dataset]
    names = {column.name for column in declared.columns}
    first = (declared.region_column("from"), declared.time, *declared.key)
    order = list(dict.fromkeys(name for name in first if name in names))
    columns = ", ".join(f"{c.name}::{c.type} as {c.name}" for c in declared.columns)
    target = str(path).replace("'", "''")
    bench.run(
        f"copy (select {columns} from {merged_table(dataset)} order by {', '.join(order)}) "
        f"to '{target}' (format parquet, compression zstd, row_group_size {ROW_GROUP})",
        progress=progress,
    )
