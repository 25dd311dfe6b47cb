"""What a dataset is made of: the stored relations that it and its views read."""

from __future__ import annotations

from collections.abc import Iterable

from analytics import scope
from analytics.model import DATASETS, RECORDS, Dataset
from analytics.statements import named_relations, query_text


def stored_in(dataset: Dataset) -> tuple[str, ...]:
    """Stored datasets that one reads: itself, its parents, and what its view reads."""
    parents = tuple(parent.dataset for parent in dataset.parents)
    if not dataset.view:
        return (*parents, dataset.name)
    named, read = _read_by_view(dataset)
    return (*parents, *named, *(stored for found in read for stored in stored_in(found)))


def sources_of(dataset: Dataset) -> tuple[str, ...]:
    """Stored datasets from which one is made, without those it is only filtered through."""
    if not dataset.view:
        return (dataset.name,)
    named, read = _read_by_view(dataset)
    return (*named, *(source for found in read for source in sources_of(found)))


def stored_behind(datasets: Iterable[str]) -> tuple[str, ...]:
    """Stored datasets from which these are made, by name and in the model's order."""
    read = {source for name in datasets for source in sources_of(DATASETS[name])}
    return tuple(name for name in RECORDS if name in read)


def read_by(query: str) -> tuple[str, ...]:
    """Names of the datasets that a query file reads."""
    found = (scope.split(name) for name in named_relations(query_text(query)))
    return tuple(dict.fromkeys(item[0].name for item in found if item))


def _read_by_view(dataset: Dataset) -> tuple[list[str], list[Dataset]]:
    """What the query of a view names: stored relations, and datasets as they are filtered."""
    names = named_relations(query_text(dataset.view))
    stored = [name.removeprefix("stored.") for name in names if name.startswith("stored.")]
    return stored, [found[0] for name in names if (found := scope.split(name))]
