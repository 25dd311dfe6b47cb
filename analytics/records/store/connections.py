"""A connection of its own for a look at a few Parquet files, within bounded memory."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Generator

import duckdb

from analytics.records.relations import quoted

_MEMORY = "1GB"


@contextlib.contextmanager
def connected() -> Generator[duckdb.DuckDBPyConnection, None, None]:
    """A connection; what does not fit into memory goes to a folder that is removed with it."""
    with (
        tempfile.TemporaryDirectory(prefix="transferscope-") as folder,
        duckdb.connect() as connection,
    ):
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"set memory_limit = '{_MEMORY}'")
        connection.execute("set temp_directory = " + quoted(folder))
        yield connection
