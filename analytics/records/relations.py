"""Small help with the workbench's relations."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def rows_table(dataset: str) -> str:
    """The relation of a dataset's imported rows: source, row_no and the stored columns."""
    return f"rows_{dataset}"


def quoted(text: object) -> str:
    """A text as SQL writes it."""
    return "'" + str(text).replace("'", "''") + "'"


def one_file(path: Path) -> str:
    """A path to read, as SQL writes it: brackets and stars in it are no pattern."""
    return quoted(glob.escape(str(path)))


def one(connection: DuckDBPyConnection, sql: str, values: dict[str, Any] | None = None) -> Any:
    """The only row of a query, read to its end: an unfinished result blocks the connection."""
    (row,) = connection.execute(sql, values).fetchall()
    return row


def exists(connection: DuckDBPyConnection, name: str) -> bool:
    """Whether the workbench has a relation."""
    sql = "select count(*) from information_schema.tables where table_name = $name"
    return bool(one(connection, sql, {"name": name})[0])


def load_pairs(
    connection: DuckDBPyConnection, name: str, pairs: Iterable[tuple[str, str | None]]
) -> None:
    """Make a relation of two texts, `said` and `id`."""
    frame = pd.DataFrame(list(pairs), columns=["said", "id"], dtype=object)
    connection.register("pairs", frame)
    connection.execute(
        f"create or replace table {name} as "
        "select said::varchar as said, id::varchar as id from pairs"
    )
    connection.unregister("pairs")
