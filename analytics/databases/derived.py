"""Derived datasets are worked out once: later statements read the rows in place of the text.

A landing, a spell in a stage, the distance to the nearest base follow from the records alone,
whatever is filtered. Statements carry the text that derives them, so that each can be read and run
by itself; here it is replaced by the table that it gave, as long as the records are few enough to
be held in memory.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from analytics import scope
from analytics.model import DATASETS, Dataset
from analytics.sources import sources_of
from analytics.statements import Statement, named_relations, parameters_of, query_text

MOST = 300_000
"""Records, of all that a derived dataset is made of, up to which its rows are held."""


@dataclass(frozen=True)
class Derivation:
    """A dataset's text as it stands in statements.

    Args:
        name: The dataset.
        item: The `with` item that derives its rows.
        sql: The text alone.
    """

    name: str
    item: str
    sql: str


class Derived:
    """The rows of derived datasets, each made when it is first read.

    Args:
        connection: The database.
        rows: Records of each stored dataset.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, rows: Mapping[str, int]):
        self._connection = connection
        self._derivations = tuple(
            _derivation(dataset)
            for dataset in DATASETS.values()
            if dataset.view and _is_small(dataset, rows) and _is_unfiltered(dataset)
        )
        self._made: dict[tuple[str, tuple[tuple[str, Any], ...]], str] = {}
        self._lock = threading.Lock()
        connection.execute("create schema derived")

    def read(self, statement: Statement) -> tuple[str, dict[str, Any]]:
        """A statement that reads the rows, with the values that it still names."""
        sql = statement.sql
        for one in self._derivations:
            if one.item in sql:
                table = self._table(one, statement.values)
                sql = sql.replace(one.item, scope.item(f"{one.name}_derived", f"from {table}"))
        if sql is statement.sql:
            return sql, statement.values
        named = parameters_of(sql)
        return sql, {name: value for name, value in statement.values.items() if name in named}

    def _table(self, one: Derivation, values: Mapping[str, Any]) -> str:
        told = {name: values[name] for name in sorted(parameters_of(one.sql))}
        key = (one.name, tuple(told.items()))
        with self._lock:
            if key not in self._made:
                table = f"derived.{one.name}_{len(self._made)}"
                cursor = self._connection.cursor()
                cursor.execute(f"create table {table} as {one.sql}", told or None)
                cursor.close()
                self._made[key] = table
            return self._made[key]


def _derivation(dataset: Dataset) -> Derivation:
    sql = query_text(dataset.view)
    return Derivation(dataset.name, scope.item(f"{dataset.name}_derived", sql), sql)


def _is_small(dataset: Dataset, rows: Mapping[str, int]) -> bool:
    return sum(rows.get(name, 0) for name in sources_of(dataset)) <= MOST


def _is_unfiltered(dataset: Dataset) -> bool:
    """Whether the text reads the records as they stand, not as filters leave them."""
    return not any(scope.split(name) for name in named_relations(query_text(dataset.view)))
