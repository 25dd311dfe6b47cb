"""DuckDB as the maker of files: what it sums goes to Parquet, within bounded memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from analytics.databases.duck import Duck
from analytics.databases.tables import Held
from analytics.errors import DataError, reason_of
from analytics.model import Dataset

_WITHIN = 10**16
"""Sums of money below this are stored in eight bytes; larger ones take sixteen."""
_PACKED = 19
"""Packed once and read often."""
NO_LIMIT_S = 7 * 24 * 3600


class Maker(Duck):
    """Makes tables from what a snapshot holds, and files from these.

    Args:
        held: What is opened.
        memory: What may be taken of memory, such as `2GB`.
        spill: Folder for what does not fit; made when needed.
    """

    def __init__(self, held: Held, memory: str, spill: Path):
        super().__init__(held, NO_LIMIT_S)
        self._connection.execute("set memory_limit = $memory", {"memory": memory})
        self._connection.execute("set temp_directory = $spill", {"spill": str(spill)})

    def readable(self, dataset: Dataset) -> bool:
        """Whether a dataset's own records can be read."""
        return dataset.name not in self.broken

    def make(self, name: str, sql: str) -> int:
        """Make the table `cubes.<name>` of a statement's rows, and say how many they are."""
        return int(self.value(f"create table cubes.{name} as {sql}"))

    def totals(self, name: str, columns: Mapping[str, str]) -> dict[str, Any]:
        """Aggregates of a table that was made, by the name each is given."""
        row = self._row(f"select {', '.join(columns.values())} from cubes.{name}")
        return dict(zip(columns, row, strict=True))

    def value(self, sql: str) -> Any:
        """The one value of a statement."""
        return self._row(sql)[0]

    def _row(self, sql: str) -> tuple[Any, ...]:
        """The one row of a statement.

        Raises:
            DataError: The records cannot be read, or neither memory nor disk has room.
        """
        try:
            return self._connection.execute(sql).fetchone() or (None,)
        except duckdb.Error as error:
            raise DataError(
                "cubes_not_made", folder=self._held.snapshot.folder, found=reason_of(error)
            ) from error

    def write(self, name: str, path: Path, order: Sequence[str], row_group: int) -> None:
        """Write a table that was made, sorted; equal rows give equal bytes.

        Args:
            name: The table.
            path: The file.
            order: Columns to sort by, which together name a row.
            row_group: Rows that are written, and later read, at once.
        """
        described = self._connection.execute(f"describe cubes.{name}").fetchall()
        columns = ", ".join(self._narrow(name, f'"{row[0]}"', row[1]) for row in described)
        target = str(path).replace("'", "''")
        threads = int(self.value("select current_setting('threads')"))
        self._connection.execute("set threads = 1")  # more would cut the row groups by chance
        try:
            self._row(
                f"copy (select {columns} from cubes.{name} order by {', '.join(order)}) "
                f"to '{target}' (format parquet, compression zstd, "
                f"compression_level {_PACKED}, row_group_size {row_group})"
            )
        finally:
            self._connection.execute(f"set threads = {threads}")

    def _narrow(self, name: str, column: str, kind: str) -> str:
        """A sum of money in eight bytes where every one of them fits."""
        if kind != "DECIMAL(38,2)":
            return column
        largest = self.value(f"select max(abs({column})) from cubes.{name}")
        fits = largest is None or largest < _WITHIN
        return f"{column}::decimal(18, 2) as {column}" if fits else column

    def close(self) -> None:
        """Give back memory and files."""
        self._connection.close()
