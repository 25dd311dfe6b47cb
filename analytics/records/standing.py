"""What stands: the records that an import goes on from, as relations."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analytics.model import DATASETS, Dataset
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
