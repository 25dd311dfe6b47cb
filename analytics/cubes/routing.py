"""Which cube answers a question: the smallest that holds what the question reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from analytics import scope
from analytics.cubes.columns import suffix_of, summed_columns
from analytics.cubes.files import CubeFile
from analytics.filters import Filters
from analytics.model import Dataset, Measure, dimension
from analytics.model.cubes import CUBES, LEVELS, Cube

Reason = Literal["", "off", "none", "measure", "day", "columns"]
"""Why the records answer: cubes are off, none was made, the measure does not add up, the period
or grain is finer than a month, no cube knows these columns together."""


@dataclass(frozen=True)
class Wanted:
    """What a statement reads of a dataset.

    Args:
        dataset: The dataset.
        columns: Columns, and how fine each must be.
        measures: Measures that are summed.
        filters: What is selected.
    """

    dataset: Dataset
    columns: Mapping[str, str]
    measures: tuple[Measure, ...]
    filters: Filters


@dataclass(frozen=True)
class Choice:
    """What answers a statement: a cube, or the records and why."""

    cube: Cube | None = None
    reason: Reason = ""


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

    def choose(
        self,
        dataset: Dataset,
        measures: Sequence[Measure],
        by: Iterable[str] = (),
        grain: str = "",
        filters: Filters = Filters(),
    ) -> Choice:
        """What answers measures of a dataset by dimensions."""
        if self._off:
            return Choice(reason="off")
        cubes = [c for c in CUBES if c.dataset.name == dataset.name and c.name in self._made]
        if not cubes:
            return Choice(reason="none")
        if any(measure.kind != "sum" for measure in measures):
            return Choice(reason="measure")
        holding = [
            cube
            for cube in cubes
            if holds(cube, self._wanted(cube, dataset, measures, by, grain, filters))
        ]
        if holding:
            return Choice(min(holding, key=lambda cube: self._made[cube.name].rows))
        columns = _columns(dataset, by, grain, filters)
        is_daily = bool(dataset.time) and columns.get(dataset.time) == "day"
        return Choice(reason="day" if is_daily else "columns")

    def _wanted(
        self,
        cube: Cube,
        dataset: Dataset,
        measures: Sequence[Measure],
        by: Iterable[str],
        grain: str,
        filters: Filters,
    ) -> Wanted:
        last = self._made[cube.name].last_day
        if last and filters.until and filters.until >= last:
            # All records end before: the condition stays and passes each of the cube's periods.
            columns = _columns(dataset, by, grain, replace(filters, until=None))
        else:
            columns = _columns(dataset, by, grain, filters)
        return Wanted(dataset, columns, tuple(measures), filters)


def _columns(dataset: Dataset, by: Iterable[str], grain: str, filters: Filters) -> dict[str, str]:
    """Columns that dimensions, grain and filters read, and how fine."""
    found = scope.needs(dataset, filters)
    read = [("year" if grain == "year" else "month", dataset.time)] if grain else []
    for name in by:
        declared = dimension(dataset, name)
        assert declared, f"{dataset.name} has no dimension {name}"
        column = declared.column or declared.sql
        if column == "region":
            column = dataset.region_column(filters.side or "from")
        read.append((declared.level, column))
    for level, column in read:
        known = found.get(column, "")
        found[column] = max(known, level, key=lambda name: LEVELS[name].rank)
    return found


def holds(cube: Cube, wanted: Wanted) -> bool:
    """Whether a cube knows every column as fine as it is read, and has every sum."""
    if cube.dataset.name != wanted.dataset.name:
        return False
    for column, level in wanted.columns.items():
        kept = cube.level(column)
        if kept is None or LEVELS[kept].rank < LEVELS[level].rank:
            return False
    stored = {column.stored for column in summed_columns(cube)}
    basis = wanted.filters.basis
    needed = {
        f'"{measure.name}{suffix_of(wanted.dataset, basis, measure)}"'
        for measure in wanted.measures
    }
    own = f'"records{suffix_of(wanted.dataset, basis)}"'
    return needed | {own} <= stored
