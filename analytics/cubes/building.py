"""Making a snapshot's cubes: from records or a finer cube, checked, kept where they gain."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from analytics.cubes import files
from analytics.cubes.columns import (
    RECORDS,
    Summed,
    from_cube,
    from_records,
    key_columns,
    summed_columns,
)
from analytics.cubes.definitions import definitions, records_of, statement_of
from analytics.cubes.files import CubeFile
from analytics.databases.making import Maker
from analytics.databases.tables import Held
from analytics.errors import DataError
from analytics.model import Dataset
from analytics.model.cubes import CUBES, LEVELS, Cube

GAINS = 10
"""A cube is kept where it has at most one row for so many records."""
ROW_GROUP = 65_536
"""Rows that are read at once: few enough for a province, enough to be packed well."""
MEMORY = "2GB"
_MAKING = ".making-cubes"
_OLD = ".removing-cubes"
_SPILL = "spill"
_SPAN = {"first_day": "min", "last_day": "max"}
Progress = Callable[[int, int, str], None]
"""Called before each cube: how many are done, how many there are, the name of the next."""


def build_cubes(
    held: Held,
    target: Path,
    progress: Progress | None = None,
    force: bool = False,
    memory: str = MEMORY,
    declared: Iterable[Cube] = CUBES,
) -> list[CubeFile]:
    """Make the cubes of a snapshot's records, in place of any that lie there.

    Args:
        held: The records and the tables beside them.
        target: Folder of the snapshot; `cubes/` is made in it.
        progress: Told before each cube.
        force: Whether to keep those too that are hardly smaller than the records; for tests.
        memory: What the database may take; the rest goes to the disk.
        declared: The cubes.

    Returns:
        What was made and kept.

    Raises:
        DataError: A cube's sums differ from those of the records; nothing has changed then.
    """
    making = target / _MAKING
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        (making / _SPILL).mkdir()
        made = _Building(held, making, memory, force).made(tuple(declared), progress)
        shutil.rmtree(making / _SPILL)
        files.write_manifest(making, made)
        _replace(making, target / files.FOLDER, target / _OLD)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return made


def _replace(making: Path, cubes: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if cubes.exists():
        cubes.rename(old)
    making.rename(cubes)
    shutil.rmtree(old, ignore_errors=True)


class _Building:
    """One run over the cubes; each is made of the smallest one made before that holds it."""

    def __init__(self, held: Held, making: Path, memory: str, force: bool):
        self._making = making
        self._force = force
        self._definitions = definitions(held.table)
        self._database = Maker(held, memory, making / _SPILL)
        self._totals: dict[str, dict[str, Any]] = {}
        self._rows: dict[str, int] = {}

    def made(self, declared: Sequence[Cube], progress: Progress | None) -> list[CubeFile]:
        """Make the cubes, and say which were kept."""
        try:
            datasets = {cube.dataset.name: cube.dataset for cube in declared}
            for dataset in datasets.values():
                if self._database.readable(dataset):
                    self._totals[dataset.name] = self._total(dataset, declared)
            ordered = _finest_first([cube for cube in declared if self._records(cube)])
            for done, cube in enumerate(ordered):
                if progress:
                    progress(done, len(ordered), cube.name)
                self._make(cube, ordered[:done])
            return [self._kept(cube) for cube in ordered if self._gains(cube)]
        finally:
            self._database.close()

    def _records(self, cube: Cube) -> int:
        return self._totals.get(cube.dataset.name, {}).get(f'"{RECORDS}"', 0)

    def _gains(self, cube: Cube) -> bool:
        return self._force or self._rows[cube.name] * GAINS <= self._records(cube)

    def _total(self, dataset: Dataset, declared: Sequence[Cube]) -> dict[str, Any]:
        """What the records come to, each sum by its column, and their last day."""
        cubes = [cube for cube in declared if cube.dataset.name == dataset.name]
        columns = list(dict.fromkeys(c for cube in cubes for c in summed_columns(cube)))
        rows = records_of(dataset)
        self._database.make(from_records(Cube("whole", dataset, ()), rows, columns))
        found = self._summed(columns)
        for name, aggregate in _SPAN.items():
            if dataset.time:
                span = f"select {aggregate}({dataset.time}) from ({rows}) as rows"
                found[name] = self._database.value(span)
        return found

    def _summed(self, columns: Iterable[Summed]) -> dict[str, Any]:
        return self._database.totals({c.stored: f"sum({c.stored})" for c in columns})

    def _make(self, cube: Cube, before: Sequence[Cube]) -> None:
        finer = [other for other in before if covers(other, cube)]
        nearest = min(finer, key=lambda other: self._rows[other.name], default=None)
        sql = from_cube(cube, nearest) if nearest else statement_of(cube)
        self._rows[cube.name] = self._database.make(sql)
        self._check(cube)
        self._database.write(self._path(cube), list(key_columns(cube)), ROW_GROUP)
        self._database.show(cube.name, self._path(cube))

    def _check(self, cube: Cube) -> None:
        """Counts and sums must be those of the records."""
        wanted = self._totals[cube.dataset.name]
        for name, value in self._summed(summed_columns(cube)).items():
            if value != wanted[name]:
                raise DataError(
                    "wrong_cube", cube=cube.name, column=name, found=value, expected=wanted[name]
                )

    def _path(self, cube: Cube) -> Path:
        return self._making / _SPILL / f"{cube.name}.parquet"

    def _kept(self, cube: Cube) -> CubeFile:
        path = self._path(cube)
        checksum = files.sha256_of(path)
        name = f"{cube.name}.{checksum[:8]}.parquet"
        path.rename(self._making / name)
        return CubeFile(
            name=cube.name,
            file=name,
            rows=self._rows[cube.name],
            bytes=(self._making / name).stat().st_size,
            sha256=checksum,
            definition=self._definitions[cube.name][1],
            records=self._records(cube),
            first_day=self._totals[cube.dataset.name].get("first_day"),
            last_day=self._totals[cube.dataset.name].get("last_day"),
        )


def covers(finer: Cube, cube: Cube) -> bool:
    """Whether a cube can be made of another: it has every column, as fine or finer."""
    if finer.dataset.name != cube.dataset.name:
        return False
    for key in cube.keys:
        kept = finer.level(key.column)
        if kept is None or LEVELS[kept].rank < LEVELS[key.level].rank:
            return False
        if key.is_binned and kept != key.level:
            return False
    return set(summed_columns(cube)) <= set(summed_columns(finer))


def _finest_first(cubes: Sequence[Cube]) -> list[Cube]:
    return sorted(cubes, key=lambda cube: -sum(covers(cube, other) for other in cubes))
