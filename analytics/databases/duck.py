"""DuckDB in this process, over the snapshot's Parquet files."""

from __future__ import annotations

import glob
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd

from analytics.databases.derived import Derived
from analytics.databases.tables import (
    COLUMN_TYPES,
    PUBLISHED,
    REFERENCE,
    SERIES,
    Held,
    check_schema,
)
from analytics.errors import DataError, TooLong
from analytics.model import DATASETS, RECORDS, Dataset
from analytics.statements import Statement, setup_text

_LOG = logging.getLogger(__name__)


class Duck:
    """One connection; each statement has its own cursor, so threads do not meet.

    Args:
        held: What is opened.
        time_limit_s: Seconds after which a statement is given up.
    """

    def __init__(self, held: Held, time_limit_s: float):
        self.broken: dict[str, DataError] = {}
        self._held = held
        self._time_limit_s = time_limit_s
        self._connection = duckdb.connect()
        self._connection.execute("set enable_progress_bar = false")
        # For every cursor: each is a session of its own, to which a plain `set` says nothing.
        self._connection.execute("set global parquet_metadata_cache = true")
        self._load_tables()
        self._store_records()
        self.cubes = frozenset(self._opened_cubes())
        self._derived = Derived(self._connection, held.snapshot.rows)

    def run(self, statement: Statement) -> pd.DataFrame:
        """The answer of a statement."""
        cursor = self._connection.cursor()
        timer = threading.Timer(self._time_limit_s, cursor.interrupt)
        timer.start()
        try:
            sql, values = self._derived.read(statement)
            return cursor.execute(sql, values or None).df()
        except duckdb.InterruptException:
            raise TooLong("too_long", seconds=f"{self._time_limit_s:g}") from None
        except duckdb.IOException as error:
            raise damaged(self._held.snapshot.folder, error) from error
        except duckdb.InvalidInputException as error:
            if not any(reading.cube for reading in statement.readings):
                raise
            raise damaged(self._held.snapshot.folder, error) from error
        finally:
            timer.cancel()
            cursor.close()

    def _load_tables(self) -> None:
        for name in (*REFERENCE, *PUBLISHED):
            path = self._held.table(name)
            try:
                self._connection.execute(_load_table(name), {"path": _pattern(path)})
            except duckdb.Error as error:
                self.broken[name] = DataError("bad_table", file=path, found=_first_line(error))
        self._connection.execute(setup_text("calendar"))
        self._connection.execute("create schema stored")
        if path := self._held.series_file:
            self._overlay(path)
        if SERIES not in self.broken:
            self._connection.execute(f"create view stored.{SERIES} as from main.{SERIES}")

    def _overlay(self, path: Path) -> None:
        """Rows of the imported series in place of the shipped ones of the same key."""
        try:
            check_schema(DATASETS[SERIES], path, self._columns(path))
            self._connection.execute(setup_text("series"), {"path": _pattern(path)})
        except DataError as error:
            self.broken[SERIES] = error
        except duckdb.Error as error:
            self.broken[SERIES] = damaged(path, error)

    def _store_records(self) -> None:
        for dataset in RECORDS.values():
            try:
                self._store(dataset, self._held.snapshot.folder / f"{dataset.name}.parquet")
            except DataError as error:
                self.broken[dataset.name] = error

    def _store(self, dataset: Dataset, path: Path) -> None:
        if not path.exists():
            has_none = dataset.optional or dataset.name in self._held.missing
            if not has_none:
                raise DataError("no_file", file=path, dataset=dataset.name)
            self._store_empty(dataset)
            return
        check_schema(dataset, path, self._columns(path))
        columns = ", ".join(column.name for column in dataset.columns)
        source = _pattern(path).replace("'", "''")
        self._connection.execute(
            f"create view stored.{dataset.name} as select {columns} from read_parquet('{source}')"
        )

    def _store_empty(self, dataset: Dataset) -> None:
        columns = ", ".join(f"{column.name} {column.type}" for column in dataset.columns)
        self._connection.execute(f"create table stored.{dataset.name} ({columns})")

    def _opened_cubes(self) -> Iterator[str]:
        self._connection.execute("create schema cubes")
        for name, path in self._held.cubes.items():
            try:
                self._show_cube(name, path)
            except duckdb.Error as error:
                _LOG.warning("cube %s is passed over: %s", path, _first_line(error))
            else:
                yield name

    def _show_cube(self, name: str, path: Path) -> None:
        source = _pattern(path).replace("'", "''")
        self._connection.execute(f"create view cubes.{name} as from read_parquet('{source}')")

    def _columns(self, path: Path) -> dict[str, str]:
        try:
            described = self._connection.execute(
                "describe select * from read_parquet($path)", {"path": _pattern(path)}
            ).fetchall()
            self._connection.execute(
                "select count(*) from read_parquet($path)", {"path": _pattern(path)}
            ).fetchall()
        except duckdb.Error as error:
            raise damaged(path, error) from error
        return {row[0]: row[1] for row in described}


def _load_table(name: str) -> str:
    types = COLUMN_TYPES.get(name, {})
    typed = ", ".join(f"{column}::{kind} as {column}" for column, kind in types.items())
    replaced = f" replace ({typed})" if typed else ""
    return (
        f"create table {name} as select *{replaced} "
        "from read_csv($path, all_varchar = true, header = true)"
    )


def _pattern(path: Path) -> str:
    """A path that means this file only: the database reads brackets and stars as a pattern."""
    return glob.escape(str(path))


def damaged(path: Path, error: Exception) -> DataError:
    """What is told where a file cannot be read."""
    return DataError("damaged_file", file=path, found=_first_line(error))


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0]
