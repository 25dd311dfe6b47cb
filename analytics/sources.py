"""What a dataset is made of: the stored relations that it and its views read."""

from __future__ import annotations

from analytics import scope
from analytics.model import Dataset
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


def _read_by_view(dataset: Dataset) -> tuple[list[str], list[Dataset]]:
    """What the query of a view names: stored relations, and datasets as they are filtered."""
    names = named_relations(query_text(dataset.view))
    stored = [name.removeprefix("stored.") for name in names if name.startswith("stored.")]
    return stored, [found[0] for name in names if (found := scope.split(name))]
