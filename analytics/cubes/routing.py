"""Which cube answers a question: the smallest that holds what the question reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from analytics import scope
from analytics.cubes.columns import AMOUNT, amount_of
from analytics.cubes.files import CubeFile
from analytics.filters import Filters
from analytics.model import MEASURES, Dataset, Measure, dimension
from analytics.model.cubes import CUBES, LEVELS, QUERIES, Cube

Reason = Literal["", "off", "none", "measure", "day", "columns"]
"""Why the records answer: cubes are off, none was made, the measure does not add up, the period
or grain is finer than a month, no cube knows these columns together; or it is a query that has no
variant for cubes, which needs no reason."""


@dataclass(frozen=True)
class Wanted:
    """What a statement reads of a dataset.

    Args:
        dataset: The dataset.
        columns: Columns, and how fine each must be.
        measures: Measures that are summed.
        basis: Basis of the contract value.
    """

    dataset: Dataset
    columns: Mapping[str, str]
    measures: tuple[Measure, ...]
    basis: str


@dataclass(frozen=True)
class Choice:
    """What answers in the place of a relation: a cube, or the records and why.

    Args:
        cube: The cube; None where the records answer.
        reason: Why they do.
        variant: Which rows of the dataset the relation means.
    """

    cube: Cube | None = None
    reason: Reason = ""
    variant: str = ""


class Router:
    """Chooses among the cubes that were made.

    Args:
        made: The cubes that may answer, by name; None where cubes are off.
    """

    def __init__(self, made: Mapping[str, CubeFile] | None):
        self._made = dict(made or {})
        self._off = made is None

    def drop(self, name: str) -> None:
        """Never choose a cube again: it could not be read."""
        self._made.pop(name, None)

    def made(self, cube: Cube) -> CubeFile:
        """The file of a cube that was chosen."""
        return self._made[cube.name]

    def first_day(self, dataset: Dataset) -> date | None:
        """First day of all records of a dataset; None where no cube was told it."""
        return next((self._made[cube.name].first_day for cube in self._cubes(dataset)), None)

    def choose(
        self,
        dataset: Dataset,
        measures: Sequence[Measure],
        by: Iterable[str] = (),
        grain: str = "",
        filters: Filters = Filters(),
        variant: str = "",
    ) -> Choice:
        """What answers measures of a dataset by dimensions."""
        if any(measure.kind not in ("sum", "quantile") for measure in measures):
            return self._records(dataset, "measure")
        sums = tuple(measure for measure in measures if measure.kind == "sum")
        read = list(_read(dataset, by, grain))
        if len(sums) < len(measures):  # the others are quantiles of the amount
            read.append((AMOUNT, "fine"))
        return self._smallest(dataset, read, sums, filters, variant)

    def choose_for_query(self, name: str, filters: Filters) -> dict[str, Choice]:
        """What answers each relation of a query file that has a variant for cubes.

        Either every one is a cube, and the variant is asked, or the records answer the file.
        """
        return {
            reads.relation: self._smallest(
                reads.dataset,
                reads.columns.items(),
                tuple(MEASURES[measure] for measure in reads.measures),
                filters,
                reads.variant,
            )
            for reads in QUERIES.get(name, ())
        }

    def _cubes(self, dataset: Dataset) -> list[Cube]:
        return [c for c in CUBES if c.dataset.name == dataset.name and c.name in self._made]

    def _records(self, dataset: Dataset, reason: Reason) -> Choice:
        if self._off:
            return Choice(reason="off")
        return Choice(reason=reason if self._cubes(dataset) else "none")

    def _smallest(
        self,
        dataset: Dataset,
        read: Iterable[tuple[str, str]],
        sums: tuple[Measure, ...],
        filters: Filters,
        variant: str,
    ) -> Choice:
        chosen, _ = scope.selected(filters, variant)
        chosen = self._open_ended(dataset, chosen)
        columns = _finest([*read, *scope.needs(dataset, chosen).items()], dataset, chosen)
        wanted = Wanted(dataset, columns, sums, chosen.basis)
        holding = [cube for cube in self._cubes(dataset) if holds(cube, wanted)]
        if holding:
            smallest = min(holding, key=lambda cube: self._made[cube.name].rows)
            return Choice(smallest, variant=variant)
        is_daily = bool(dataset.time) and columns.get(dataset.time) == "day"
        return self._records(dataset, "day" if is_daily else "columns")

    def _open_ended(self, dataset: Dataset, filters: Filters) -> Filters:
        """Filters without an end that comes after all records: it needs no whole month."""
        cubes = self._cubes(dataset)
        last = self._made[cubes[0].name].last_day if cubes else None
        is_after = last and filters.until and filters.until >= last
        return replace(filters, until=None, compare="") if is_after else filters


def _read(dataset: Dataset, by: Iterable[str], grain: str) -> Iterable[tuple[str, str]]:
    """Columns that dimensions and grain read, and how fine."""
    if grain:
        yield dataset.time, "year" if grain == "year" else "month"
    for name in by:
        declared = dimension(dataset, name)
        assert declared, f"{dataset.name} has no dimension {name}"
        yield declared.column or declared.sql, declared.level


def _finest(read: Iterable[tuple[str, str]], dataset: Dataset, filters: Filters) -> dict[str, str]:
    """Each column once, by its own name, as fine as anything reads it."""
    own = {
        "region": dataset.region_column(filters.side or "from"),
        AMOUNT: amount_of(dataset, filters.basis),
    }
    found: dict[str, str] = {}
    for name, level in read:
        column = own.get(name, name)
        known = found.get(column, level)
        found[column] = level if LEVELS[level].rank > LEVELS[known].rank else known
    return found


def holds(cube: Cube, wanted: Wanted) -> bool:
    """Whether a cube knows every column as fine as it is read, and has every sum."""
    if cube.dataset.name != wanted.dataset.name or not cube.knows(wanted.basis):
        return False
    for column, level in wanted.columns.items():
        kept = cube.level(column)
        if kept is None or LEVELS[kept].rank < LEVELS[level].rank:
            return False
    held = {measure.name for measure in cube.sums(wanted.basis)}
    return all(measure.name in held for measure in wanted.measures)
