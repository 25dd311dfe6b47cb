"""What differs between two snapshots, by dataset and key."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from analytics.errors import SnapshotError, reason_of
from analytics.model import Dataset
from analytics.records.relations import one_file
from analytics.records.store.connections import connected


@dataclass(frozen=True)
class Difference:
    """What happened to a dataset from one snapshot to another.

    Args:
        dataset: Its name.
        added: Rows whose key is new.
        changed: Rows of the same key with another value.
        gone: Rows whose key is no longer there.
        same: Rows that are equal.
        value: The column that is totalled: the dataset's first in CNY; empty where it has none.
        before: Its total in the first snapshot, CNY.
        after: Its total in the second, CNY.
    """

    dataset: str
    added: int
    changed: int
    gone: int
    same: int
    value: str = ""
    before: Decimal | None = None
    after: Decimal | None = None


def difference(
    dataset: Dataset, before: Path | None, after: Path | None, equal: bool = False
) -> Difference:
    """Compare two files of a dataset by key.

    Args:
        dataset: What they hold.
        before: The first; None where there is none.
        after: The second.
        equal: Whether their checksums are known to be the same, so that rows need no comparing.

    Raises:
        SnapshotError: One of them cannot be read.
    """
    value = next((column.name for column in dataset.columns if column.unit == "元"), "")
    with connected() as connection:
        try:
            for name, path in (("before", before), ("after", after)):
                connection.execute(_relation(name, dataset, path))
            sql = _TOTALS.format(value=value or "null::decimal(18, 2)")
            totals = connection.execute(sql).fetchone()
            counts = None if equal else connection.execute(_counts(dataset)).fetchone()
        except duckdb.Error as error:
            found = reason_of(error)
            raise SnapshotError("snapshot_damaged", file=after or before, found=found) from error
    assert totals, "an aggregate has one row"
    rows, total_before, total_after = totals
    added, gone, changed, same = counts or (0, 0, 0, rows)
    return Difference(dataset.name, added, changed, gone, same, value, total_before, total_after)


_TOTALS = (
    "select (select count(*) from after), "
    "(select sum({value}) from before), (select sum({value}) from after)"
)


def _relation(name: str, dataset: Dataset, path: Path | None) -> str:
    if path is None:
        columns = ", ".join(f"{column.name} {column.type}" for column in dataset.columns)
        return f"create temp table {name} ({columns})"
    columns = ", ".join(column.name for column in dataset.columns)
    return f"create temp view {name} as select {columns} from read_parquet({one_file(path)})"


def _counts(dataset: Dataset) -> str:
    on = " and ".join(f"a.{key} is not distinct from b.{key}" for key in dataset.key)
    values = [column.name for column in dataset.columns if column.name not in dataset.key]
    differs = " or ".join(f"a.{name} is distinct from b.{name}" for name in values) or "false"
    both = "a.here and b.here"
    return f"""
        select
            count(*) filter (a.here is null),
            count(*) filter (b.here is null),
            count(*) filter ({both} and ({differs})),
            count(*) filter ({both} and not ({differs}))
        from (select *, true as here from before) as a
        full join (select *, true as here from after) as b on {on}
    """
