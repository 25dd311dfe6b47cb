"""A Spark cluster that answers the same statements as DuckDB, over the same Parquet files."""

# pyright: reportMissingImports=false
# pyspark is only there where a cluster is used.

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pyspark.errors import PySparkException

from analytics.databases.duck import damaged
from analytics.databases.spark.local import Local
from analytics.databases.spark.session import Session
from analytics.databases.spark.translation import STORED, translate, view_name
from analytics.databases.tables import Held, check_schema
from analytics.errors import ClusterError, DataError
from analytics.model import DATASETS, RECORDS, Dataset
from analytics.statements import Statement, named_relations

WORDS = {
    "string": "VARCHAR",
    "date": "DATE",
    "int": "INTEGER",
    "bigint": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "timestamp_ntz": "TIMESTAMP",
}
"""Types of Parquet columns as Spark calls them, and as DuckDB does."""
MISSING = "PATH_NOT_FOUND"
UNREADABLE = "FAILED_READ_FILE"


class Spark:
    """A database on a cluster. What reads no record is answered here, by DuckDB.

    Nothing is asked of the cluster before the first statement needs it, so that the dashboard
    opens, and tells what is wrong, while the cluster is down.

    Args:
        held: What is opened.
        address: `sc://host:port`, with the parameters that Spark Connect knows.
        data: Address under which the cluster finds the data folder; empty is the same path.
        time_limit_s: Seconds after which a statement is given up.

    Raises:
        ClusterError: The address is none.
    """

    def __init__(self, held: Held, address: str, data: str, time_limit_s: float):
        self._held = held
        self._data = data
        self._local = Local(held, time_limit_s)
        self._session = Session(address, self._behind, time_limit_s)
        self._schemas: dict[str, Any] = {}

    @property
    def broken(self) -> Mapping[str, DataError]:
        """Small tables that cannot be read; a dataset's file is looked at when it is asked for."""
        return self._local.broken

    @property
    def cubes(self) -> frozenset[str]:
        """Cubes are small, and are answered here."""
        return self._local.cubes

    def run(self, statement: Statement) -> pd.DataFrame:
        """The answer of a statement."""
        if not reads_records(statement.sql):
            return self._local.run(statement)
        return self.run_there(statement)

    def run_there(self, statement: Statement) -> pd.DataFrame:
        """The answer of a statement from the cluster, whatever it reads."""
        types = self._local.types(statement)
        return self._local.typed(self.fetched(statement), types)

    def fetched(self, statement: Statement) -> Any:
        """The answer of a statement from the cluster as it came: an Arrow table."""
        views = {view_name(name): name for name in named_relations(statement.sql)}
        return self._session.answer(translate(statement.sql), statement.values, views)

    def close(self) -> None:
        """Release what is held on the cluster; a later statement opens it anew."""
        self._session.close()

    def _behind(self, spark: Any, relation: str) -> Any:
        """The Spark table behind a relation that a statement names."""
        if cube := self._held.cubes.get(relation.removeprefix("cubes.")):
            return spark.read.parquet(self._seen_there(cube))
        if not _holds_records(relation):
            return spark.createDataFrame(self._local.arrow(relation))
        name = relation.removeprefix(f"{STORED}.")
        if name in self._held.missing:
            return _without_records(spark, RECORDS[name])
        return self._records(spark, name)

    def _records(self, spark: Any, name: str) -> Any:
        """A dataset's file; its schema is checked once, for a snapshot never changes."""
        dataset = RECORDS[name]
        path = self._held.snapshot.folder / f"{name}.parquet"
        if name not in self._schemas:
            try:
                found = spark.read.parquet(self._seen_there(path)).schema
            except PySparkException as error:
                condition = str(error.getCondition())
                if condition.startswith(UNREADABLE):
                    raise damaged(path, error) from error
                if condition != MISSING:
                    raise
                if dataset.optional:
                    return _without_records(spark, dataset)
                raise self._lacking(path, name) from error
            check_schema(dataset, path, {field.name: _word(field.dataType) for field in found})
            self._schemas[name] = found
        read = spark.read.schema(self._schemas[name]).parquet(self._seen_there(path))
        return read.select(*(column.name for column in dataset.columns))

    def _seen_there(self, path: Path) -> str:
        """A file's address on the cluster."""
        if not self._data:
            return address_of(path)
        below = path.relative_to(self._held.folder).as_posix()
        return f"{self._data.rstrip('/')}/{_literally(below)}"

    def _lacking(self, path: Path, name: str) -> DataError | ClusterError:
        if self._data or path.exists():
            there = self._seen_there(path)
            return ClusterError("not_seen_there", file=there, address=self._session.address)
        return DataError("no_file", file=path, dataset=name)


def address_of(path: Path) -> str:
    """The address of a file of this machine, on a cluster that sees it under the same path."""
    found = path.resolve().as_posix()
    return f"file://{'' if found.startswith('/') else '/'}{_literally(found)}"


def _literally(path: str) -> str:
    """A path in which brackets and stars are no pattern."""
    return re.sub(r"([\\*?\[\]{}])", r"\\\1", path)


def reads_records(sql: str) -> bool:
    """Whether a text reads what only the cluster holds."""
    return any(map(_holds_records, named_relations(sql)))


def _without_records(spark: Any, dataset: Dataset) -> Any:
    """A dataset's columns; the client takes no table without a row."""
    columns = ", ".join(
        f"cast(null as {column.type}) as {column.name}" for column in dataset.columns
    )
    return spark.sql(translate(f"select {columns} where false"))


def _holds_records(relation: str) -> bool:
    name = relation.removeprefix(f"{STORED}.")
    return name != relation and not DATASETS[name].published


def _word(kind: Any) -> str:
    said = str(kind.simpleString())
    return WORDS.get(said, said.upper())
