"""Records that a row points to, by their number or by their name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytics.model import DATASETS, Column
from analytics.records.convert import VALUE, Cells, Typed
from analytics.records.disagreeing import Names, tell_disagreement
from analytics.records.findings import Findings
from analytics.records.relations import exists, load_pairs, rows_table
from analytics.records.standing import Standing
from analytics.records.types import Field

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def filling(typed: Typed, column: str) -> list[Cells]:
    """The cells of a sheet that fill a stored column: one, or a number and a name."""
    return [item for item in typed.cells.values() if item.field.column == column]


def resolve_links(
    typed: Typed, standing: Standing, connection: DuckDBPyConnection, findings: Findings
) -> dict[str, str]:
    """Lookups of records that are named and not numbered: column to the relation of names."""
    found: dict[str, str] = {}
    for item in typed.cells.values():
        target = _named_target(item.field)
        if not target:
            continue
        dataset, column = target
        name = f"names_{typed.number}_{dataset}"
        _look_up(dataset, column, name, typed, item, standing, connection, findings)
        found[item.field.column] = name
    return found


def link(typed: Typed, column: Column, names: str) -> tuple[str, str]:
    """Join and SQL of the id of another record that is numbered, or named."""
    numbers = [f"{item.field.name}__{VALUE}" for item in _numbers(typed, column.name)]
    named = next(
        f"{item.field.name}__{VALUE}"
        for item in filling(typed, column.name)
        if _named_target(item.field)
    )
    alias = f"link_{column.name}"
    parts = [*numbers, f"{alias}.id"]
    return (
        f"left join {names} as {alias} on {alias}.said = {named}",
        f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0],
    )


def _named_target(field: Field) -> tuple[str, str] | None:
    """Dataset and column by which a field names another record, where it is not that one's key."""
    dataset, _, column = field.reference.partition(".")
    declared = DATASETS.get(dataset)
    if field.kind != "link" or declared is None or column in declared.key:
        return None
    return dataset, column


def _look_up(
    dataset: str,
    column: str,
    name: str,
    typed: Typed,
    item: Cells,
    standing: Standing,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """Make the relation said, id of every name that a field says; unknown and doubtful are told."""
    known = _names_of(dataset, column, standing, connection)
    said = f"{item.field.name}__{VALUE}"
    fitting = {called: known.of_name(called) for called in distinct(said, typed, connection)}
    load_pairs(
        connection,
        name,
        [(called, next(iter(ids)) if len(ids) == 1 else None) for called, ids in fitting.items()],
    )
    twice = {called for called, ids in fitting.items() if len(ids) > 1}
    numbers = _numbers(typed, item.field.column)
    unnumbered = "".join(f" and {number.field.name}__{VALUE} is null" for number in numbers)
    tell_names(typed, item, name, twice, unnumbered, findings)
    for number in numbers:
        tell_disagreement(typed, number, item, known, connection, findings)


def _names_of(
    dataset: str, column: str, standing: Standing, connection: DuckDBPyConnection
) -> Names:
    """What the records of a dataset are called: those that stand, then the imported ones."""
    key = DATASETS[dataset].key[0]
    sources = [standing.relation(dataset)]
    if exists(connection, rows_table(dataset)):
        sources.append(rows_table(dataset))
    return Names.of(
        pair
        for source in sources
        for pair in connection.execute(f"select {key}, {column} from {source}").fetchall()
    )


def distinct(said: str, typed: Typed, connection: DuckDBPyConnection) -> list[str]:
    """What a sheet's cells say, each once."""
    sql = f"select distinct {said} from {typed.table} where {said} is not null"
    return [called for (called,) in connection.execute(sql).fetchall()]


def _numbers(typed: Typed, column: str) -> list[Cells]:
    """The cells that give another record's id, rather than its name."""
    return [item for item in filling(typed, column) if not _named_target(item.field)]


def tell_names(
    typed: Typed, item: Cells, names: str, twice: set[str], test: str, findings: Findings
) -> None:
    """Refuse the rows whose name means no record, or several."""
    said = f"{item.field.name}__{VALUE}"
    column_no = "null" if item.heading is None else str(item.heading.column)
    findings.add_rows(
        f"select source, row_no, {column_no}, '{item.field.name}', "
        "case when list_contains($twice, said) then 'link_name_twice' else 'link_name_unknown' "
        f"end, 'error', said, null from {typed.table} join {names} on {said} = said "
        f"where id is null{test}",
        {"twice": sorted(twice)},
    )
