"""Parquet files: their column names are the first row, their values text as a cell would be."""

from __future__ import annotations

from pathlib import Path

import duckdb

from analytics.errors import Unusable
from analytics.records.limits import Limits
from analytics.records.reading.loads import columns_of, table_name
from analytics.records.reading.scans import checksum
from analytics.records.relations import one_file, quoted
from analytics.records.types import Sheet
from analytics.records.workbench import Workbench

_WHOLE = (
    *(sign + size for sign in ("", "U") for size in ("TINYINT", "SMALLINT", "INTEGER")),
    *(sign + size for sign in ("", "U") for size in ("BIGINT", "HUGEINT")),
)
_FLOATS = ("FLOAT", "DOUBLE")
_EMPTY = " "


def read_parquet(path: Path, name: str, number: int, bench: Workbench, limits: Limits) -> Sheet:
    """Load a Parquet file as a sheet.

    Args:
        path: The file.
        name: Its name for sentences.
        number: Number of the sheet.
        bench: Where to.
        limits: What is too much.

    Raises:
        Unusable: It is damaged or too large.
    """
    connection = bench.connection
    source = f"read_parquet({one_file(path)})"
    try:
        described = connection.execute(f"describe from {source}").fetchall()
        row = connection.execute(f"select count(*) from {source}").fetchone()
        rows = row[0] if row else 0
        _check_size(name, rows, len(described), limits)
        _load(described, source, number, bench)
    except duckdb.OutOfMemoryException as error:
        raise Unusable("no_room") from error
    except duckdb.Error as error:
        raise Unusable("damaged_parquet", file=name) from error
    width = len(described)
    sha256 = checksum(path)
    return Sheet(number, name, "", table_name(number), rows + 1, width, sha256=sha256)


def _check_size(name: str, rows: int, columns: int, limits: Limits) -> None:
    if rows >= limits.rows:
        raise Unusable("too_many_rows", file=name, most=limits.rows)
    if columns > limits.columns:
        raise Unusable("too_many_columns", file=name, found=columns, most=limits.columns)


def _load(described: list[tuple[str, ...]], source: str, number: int, bench: Workbench) -> None:
    """Load the names as the first row, then the rows in their order."""
    table = table_name(number)
    names = columns_of(len(described))
    cells = [
        f"{_text(column[0], column[1])} as {name}"
        for column, name in zip(described, names, strict=True)
    ]
    kinds = [
        f"case when {_identifier(column[0])} is null then '{_EMPTY}' else '{_kind(column[1])}' end"
        for column in described
    ]
    header = ", ".join(f"nullif({quoted(column[0])}, '')" for column in described)
    bench.connection.execute(
        f"create table {table}_rows as select {quoted('t' * len(described))} as kinds, "
        f"{', '.join(f'col{i} as {name}' for i, name in enumerate(names))} "
        f"from (values ({header})) as header({', '.join(f'col{i}' for i in range(len(names)))})"
    )
    bench.connection.execute(
        f"insert into {table}_rows select {' || '.join(kinds)} as kinds, {', '.join(cells)} "
        f"from {source}"
    )
    bench.connection.execute(
        f"create view {table} as select rowid + 1 as row_no, kinds, {', '.join(names)} "
        f"from {table}_rows"
    )


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _kind(kind: str) -> str:
    """The letter of a column's cells."""
    if kind in _WHOLE or kind in _FLOATS or kind.startswith("DECIMAL"):
        return "n"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return "d"
    if kind == "BOOLEAN":
        return "b"
    return "t" if kind == "VARCHAR" or kind.startswith("ENUM") else "e"


def _text(name: str, kind: str) -> str:
    """A column's values as text: no exponent, no idle zeros, no midnight."""
    value = _identifier(name)
    said = f"{value}::varchar"
    if kind == "VARCHAR":
        return f"nullif(replace({value}, chr(0), ''), '')"
    if kind == "BOOLEAN":
        return f"upper({said})"
    if kind.startswith("TIMESTAMP"):
        return f"regexp_replace({said}, '( 00:00:00|(:\\d\\d)\\.\\d+)(\\+00)?$', '\\2')"
    if kind.startswith("DECIMAL"):
        return f"regexp_replace(regexp_replace({said}, '(\\.\\d*?)0+$', '\\1'), '\\.$', '')"
    if kind in _FLOATS:
        plain = f"regexp_replace(format('{{:.17f}}', {value}::double), '\\.?0+$', '')"
        short = f"regexp_replace({said}, '\\.0$', '')"
        return f"case when contains({said}, 'e') then {plain} else {short} end"
    return said
