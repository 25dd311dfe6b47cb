"""A connection of its own for a look at a few Parquet files, within bounded memory."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Generator

import duckdb

from analytics.records.relations import quoted

_LEAST = 1_000_000_000
"""Bytes that any machine gives; a larger one a quarter of what DuckDB would take by itself."""


def limit(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes of memory that a connection may take."""
    setting = "select parse_formatted_bytes(current_setting('memory_limit'))"
    row = connection.execute(setting).fetchone()
    assert row, "a setting has a value"
    return int(row[0])


@contextlib.contextmanager
def connected() -> Generator[duckdb.DuckDBPyConnection, None, None]:
    """A connection; what does not fit into memory goes to a folder that is removed with it."""
    with (
        tempfile.TemporaryDirectory(prefix="transferscope-") as folder,
        duckdb.connect() as connection,
    ):
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set memory_limit = '{max(_LEAST, limit(connection) // 4)}B'")
        connection.execute("set temp_directory = " + quoted(folder))
        yield connection
