"""Published series: the same figure printed more than once, with more or fewer digits."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from analytics.model import DATASETS
from analytics.records.findings import Findings
from analytics.records.merging import accepted
from analytics.records.relations import rows_table
from analytics.records.standing import Standing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def settle(
    dataset: str, standing: Standing, connection: DuckDBPyConnection, findings: Findings
) -> None:
    """Leave one row a key in `rows_<dataset>`, agreed with what stands; refused rows stay beside.

    Figures that differ only by the rounding printed agree, and the one with more digits is kept.
    Where they differ by more the later file is right, as yearbooks revise earlier editions; both
    figures are told. A figure that a file leaves blank keeps what stands.
    """
    declared = DATASETS[dataset]
    rows = rows_table(dataset)
    key = list(declared.key)
    values = {column.name: column.type for column in declared.columns if column.name not in key}
    names = ", ".join(column.name for column in declared.columns)
    on = " and ".join(f"s.{name} = n.{name}" for name in key)
    good = accepted(dataset)
    found = connection.execute(
        f"select null as source, null as row_no, {names} from {standing.relation(dataset)} as s "
        f"where exists (select 1 from {good} as n where {on}) union all "
        f"select source, row_no, {names} from {good} order by source nulls first, row_no"
    )
    columns = [str(column[0]) for column in found.description or ()]
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for cells in found.fetchall():
        row = dict(zip(columns, cells, strict=True))
        groups.setdefault(tuple(row[name] for name in key), []).append(row)
    settled: list[tuple[Any, ...]] = []
    for group in groups.values():
        first = next(row for row in group if row["source"] is not None)
        kept = {name: _settled(group, name, type_, findings) for name, type_ in values.items()}
        settled.append(tuple((first | kept)[name] for name in columns))
    _replace(rows, good, columns, settled, connection)


def _replace(
    rows: str,
    good: str,
    columns: list[str],
    settled: list[tuple[Any, ...]],
    connection: DuckDBPyConnection,
) -> None:
    """Put what was settled in the place of the accepted rows."""
    connection.execute(
        f"create or replace table settled as from {rows} anti join {good} as g "
        "using (source, row_no)"
    )
    connection.execute(f"create or replace table {rows} as from settled")
    connection.execute("drop table settled")
    if settled:
        # As text: the database would take a decimal's digits from a few of the others.
        plain = [[None if cell is None else f"{cell}" for cell in row] for row in settled]
        connection.register("settled", pd.DataFrame(plain, columns=columns, dtype=object))
        connection.execute(f"insert into {rows} by name from settled")
        connection.unregister("settled")


def _settled(group: list[dict[str, Any]], name: str, type_: str, findings: Findings) -> Any:
    kept: Any = None
    for row in group:
        value = row[name]
        if value is None:
            continue
        if kept is None or value == kept:
            kept = value
        elif type_ != "INTEGER" and agree(Decimal(kept), Decimal(value)):  # counts are not rounded
            kept = min((kept, value), key=lambda said: _unit(Decimal(said)))
        else:
            details = {"before": f"{kept}", "now": f"{value}"}
            findings.add(
                row["source"],
                "series_revised",
                "warning",
                row["row_no"],
                None,
                name,
                f"{value}",
                details,
            )
            kept = value
    return kept


def agree(one: Decimal, other: Decimal) -> bool:
    """Whether two printed figures may be the same one, rounded."""
    return abs(one - other) <= max(_unit(one), _unit(other)) / 2


def _unit(value: Decimal) -> Decimal:
    """One of the last printed digit: of 39065753 万元 that is 1 万元."""
    exponent = value.normalize().as_tuple().exponent
    return Decimal(10) ** exponent if isinstance(exponent, int) else Decimal(1)
