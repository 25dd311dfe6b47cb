"""Tables that are summed on the cluster, and files that are made of these here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analytics.databases.making import NO_LIMIT_S, Maker
from analytics.databases.spark.database import Spark, reads_records
from analytics.databases.spark.local import Local
from analytics.databases.tables import Held
from analytics.statements import Statement


class ClusterMaker(Local, Maker):
    """A maker whose records are on the cluster; only what they sum to comes here.

    Args:
        held: What is opened.
        memory: What may be taken of memory here, such as `2GB`.
        spill: Folder for what does not fit; made when needed.
        address: `sc://host:port`, with the parameters that Spark Connect knows.
        data: Address under which the cluster finds the data folder; empty is the same path.

    Raises:
        ClusterError: The address is none; later, that the cluster does not answer.
    """

    def __init__(self, held: Held, memory: str, spill: Path, address: str, data: str):
        super().__init__(held, memory, spill)
        self._cluster = Spark(held, address, data, NO_LIMIT_S)

    def make(self, name: str, sql: str) -> int:
        """Make the table `cubes.<name>` of a statement's rows, and say how many they are."""
        if not reads_records(sql):
            return super().make(name, sql)
        return int(self._answer(sql, f"create table cubes.{name} as").fetchone()[0])

    def close(self) -> None:
        """Give back memory and files, here and on the cluster."""
        self._cluster.close()
        super().close()

    def _row(self, sql: str) -> tuple[Any, ...]:
        if not sql.startswith("select") or not reads_records(sql):
            return super()._row(sql)
        return self._answer(sql).fetchone() or (None,)

    def _answer(self, sql: str, before: str = "") -> Any:
        statement = Statement(sql, {})
        return self._of(self._cluster.fetched(statement), self.types(statement), before)
