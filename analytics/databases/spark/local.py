"""What need not travel: the small tables, and of the records their columns alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.databases.duck import Duck
from analytics.model import RECORDS
from analytics.statements import Statement


class Local(Duck):
    """DuckDB over the reference and published tables, with every dataset of records empty.

    It answers what reads no record, and says of what types an answer's columns are, so that an
    answer of the cluster becomes the very table that DuckDB would have given.
    """

    def types(self, statement: Statement) -> dict[str, str]:
        """Types of an answer's columns, in the words of DuckDB."""
        cursor = self._connection.cursor()
        described = cursor.execute(f"describe {statement.sql}", statement.values or None)
        return {row[0]: row[1] for row in described.fetchall()}

    def arrow(self, table: str) -> Any:
        """A small table, as it is sent to the cluster."""
        return self._connection.cursor().sql(f"select * from {table}").to_arrow_table()

    def typed(self, answer: Any, types: Mapping[str, str]) -> pd.DataFrame:
        """An answer that came as an Arrow table, with its columns as DuckDB gives them.

        Args:
            answer: The Arrow table.
            types: What `types` said of the statement.
        """
        return self._of(answer, types).df()

    def _of(self, answer: Any, types: Mapping[str, str], before: str = "") -> Any:
        """A select of an Arrow table that was run, behind what makes something of it."""
        cursor = self._connection.cursor()
        cursor.register("answer", answer)
        columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in types.items())
        return cursor.execute(f"{before} select {columns} from answer")

    def _store_records(self) -> None:
        for dataset in RECORDS.values():
            self._store_empty(dataset)
