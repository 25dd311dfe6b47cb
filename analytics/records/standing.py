"""What stands: the records that an import goes on from, as relations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analytics.model import DATASETS, RECORDS, Dataset
from analytics.records.relations import one_file
from analytics.records.store import Store


@dataclass(frozen=True)
class Standing:
    """The snapshot an import goes on from.

    Args:
        store: Where its datasets are published.
        base: Id of the snapshot; None where nothing was imported yet.
        shipped: CSV files that stand where no snapshot holds a dataset, by dataset.
    """

    store: Store
    base: str | None
    shipped: dict[str, Path]

    def holds(self, dataset: str) -> bool:
        """Whether there are records of a dataset."""
        return bool(self._file(dataset)) or dataset in self.shipped

    def relation(self, dataset: str) -> str:
        """SQL of a dataset's records, with its columns in the model's order and types."""
        declared = DATASETS[dataset]
        file = self._file(dataset)
        if file:
            return f"(select {_names(declared)} from read_parquet({one_file(file)}))"
        if dataset in self.shipped:
            source = (
                f"read_csv({one_file(self.shipped[dataset])}, all_varchar = true, header = true)"
            )
            return f"(select {_casts(declared)} from {source})"
        empty = ", ".join(f"null::{column.type} as {column.name}" for column in declared.columns)
        return f"(select {empty} where false)"

    def _file(self, dataset: str) -> Path | None:
        if not self.base or dataset not in self.store.declared:
            return None
        return self.store.table(self.base, dataset)


def _names(dataset: Dataset) -> str:
    return ", ".join(column.name for column in dataset.columns)


def _casts(dataset: Dataset) -> str:
    return ", ".join(f"{column.name}::{column.type} as {column.name}" for column in dataset.columns)


class Standings:
    """What stands of each kind of dataset, as it was when an import's check began.

    Args:
        data: The data folder.
        home: The folder whose published figures ship with the product.
    """

    def __init__(self, data: Path, home: Path) -> None:
        """Keep the folders; a kind is looked up when it is first asked for."""
        self._data = data
        self._shipped = {"tech_market": home / "published" / "tech_market.csv"}
        self._found: dict[bool, Standing] = {}

    def of(self, dataset: str) -> Standing:
        """What stands of a dataset's kind."""
        is_records = dataset in RECORDS
        if is_records not in self._found:
            store = Store.of_records(self._data) if is_records else Store.of_series(self._data)
            shipped = {} if is_records else self._shipped
            self._found[is_records] = Standing(store, store.standing(), shipped)
        return self._found[is_records]
