"""A Spark cluster that answers the same statements as DuckDB, over the same Parquet files."""

# pyright: reportMissingImports=false
# pyspark is only there where a cluster is used.

from __future__ import annotations

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
from analytics.model import DATASETS, RECORDS
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
        held: What is opened; the cluster must see the snapshot's folder under the same path.
        address: `sc://host:port`, with the parameters that Spark Connect knows.
        time_limit_s: Seconds after which a statement is given up.

    Raises:
        ClusterError: The address is none.
    """

    def __init__(self, held: Held, address: str, time_limit_s: float):
        self._held = held
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
        if not any(map(_holds_records, named_relations(statement.sql))):
            return self._local.run(statement)
        return self.run_there(statement)

    def run_there(self, statement: Statement) -> pd.DataFrame:
        """The answer of a statement from the cluster, whatever it reads."""
        views = {view_name(name): name for name in named_relations(statement.sql)}
        types = self._local.types(statement)
        answer = self._session.answer(translate(statement.sql), statement.values, views)
        return self._local.typed(answer, types)

    def close(self) -> None:
        """Release what is held on the cluster; a later statement opens it anew."""
        self._session.close()

    def _behind(self, spark: Any, relation: str) -> Any:
        """The Spark table behind a relation that a statement names."""
        if cube := self._held.cubes.get(relation.removeprefix("cubes.")):
            return spark.read.parquet(as_seen_there(cube))
        if not _holds_records(relation):
            return spark.createDataFrame(self._local.arrow(relation))
        name = relation.removeprefix(f"{STORED}.")
        if name in self._held.missing:
            return spark.createDataFrame(self._local.arrow(relation))
        return self._records(spark, name)

    def _records(self, spark: Any, name: str) -> Any:
        """A dataset's file; its schema is checked once, for a snapshot never changes."""
        dataset = RECORDS[name]
        path = self._held.snapshot.folder / f"{name}.parquet"
        if name not in self._schemas:
            try:
                found = spark.read.parquet(as_seen_there(path)).schema
            except PySparkException as error:
                condition = str(error.getCondition())
                if condition.startswith(UNREADABLE):
                    raise damaged(path, error) from error
                if condition != MISSING:
                    raise
                if dataset.optional:
                    return spark.createDataFrame(self._local.arrow(f"{STORED}.{name}"))
                raise self._lacking(path, name) from error
            check_schema(dataset, path, {field.name: _word(field.dataType) for field in found})
            self._schemas[name] = found
        read = spark.read.schema(self._schemas[name]).parquet(as_seen_there(path))
        return read.select(*(column.name for column in dataset.columns))

    def _lacking(self, path: Path, name: str) -> DataError | ClusterError:
        if path.exists():
            return ClusterError("not_seen_there", file=path, address=self._session.address)
        return DataError("no_file", file=path, dataset=name)


def as_seen_there(path: Path) -> str:
    """A file's address on the cluster, where brackets and stars would be a pattern."""
    found = path.resolve().as_posix()
    for sign in "\\*?[]{}":
        found = found.replace(sign, f"\\{sign}")
    return f"file://{'' if found.startswith('/') else '/'}{found}"


def _holds_records(relation: str) -> bool:
    name = relation.removeprefix(f"{STORED}.")
    return name != relation and not DATASETS[name].published


def _word(kind: Any) -> str:
    said = str(kind.simpleString())
    return WORDS.get(said, said.upper())
