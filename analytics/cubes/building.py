"""Making a snapshot's cubes: from records or a finer cube, checked, kept where they gain."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
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
from analytics.databases.opening import Cluster, open_maker
from analytics.databases.tables import Held
from analytics.errors import DataError
from analytics.model import RECORDS as STORED
from analytics.model import Dataset
from analytics.model.cubes import CUBES, LEAST, LEVELS, STAGES, Cube

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
    cluster: Cluster | None = None,
) -> list[CubeFile]:
    """Make the cubes of a snapshot's records, in place of any that lie there.

    Args:
        held: The records and the tables beside them.
        target: Folder of the snapshot; `cubes/` is made in it.
        progress: Told before each cube.
        force: Whether to make those too that gain nothing; for tests.
        memory: What the database may take; the rest goes to the disk.
        declared: The cubes.
        cluster: The cluster that sums the records; None sums them here.

    Returns:
        What was made and kept.

    Raises:
        DataError: The records cannot be read, the sums of a cube differ from theirs, or there is
            no room; then nothing has changed.
        ClusterError: The cluster does not answer; likewise.
    """
    declared = [cube for cube in declared if force or _is_large(held, cube)]
    making = target / _MAKING
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    try:
        building = _Building(held, making, memory, force, cluster)
        made = building.made(declared, progress) if declared else []
        shutil.rmtree(making / _SPILL, ignore_errors=True)
        if made:
            files.write_manifest(making, made)
        else:
            making.rmdir()
        _replace(making, target / files.FOLDER, target / _OLD)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return made


def _replace(making: Path, cubes: Path, old: Path) -> None:
    shutil.rmtree(old, ignore_errors=True)
    if cubes.exists():
        cubes.rename(old)
    if making.exists():
        making.rename(cubes)
    shutil.rmtree(old, ignore_errors=True)


def _is_large(held: Held, cube: Cube) -> bool:
    """Whether the records of a cube's dataset are many, or those of which it has one each."""
    own = next(name for name, found in STORED.items() if found.key == cube.dataset.key)
    return held.snapshot.rows.get(own, 0) >= LEAST


class _Building:
    """One run over the cubes; each is made of the smallest one made before that holds it."""

    def __init__(self, held: Held, making: Path, memory: str, force: bool, cluster: Cluster | None):
        self._making = making
        self._force = force
        self._definitions = definitions(held.table)
        bare = replace(held, cubes={})
        self._database = open_maker(bare, memory, making / _SPILL, cluster)
        self._totals: dict[str, dict[str, Any]] = {}
        self._rows: dict[str, int] = {}

    def made(self, declared: Sequence[Cube], progress: Progress | None) -> list[CubeFile]:
        """Make the cubes, and give those that are kept."""
        stages = [stage for stage in STAGES if sum(covers(stage, cube) for cube in declared) > 1]
        try:
            for dataset in {cube.dataset.name: cube.dataset for cube in declared}.values():
                if self._database.readable(dataset):
                    self._totals[dataset.name] = self._total(dataset, (*declared, *stages))
            ordered = _finest_first([c for c in (*declared, *stages) if self._records(c)])
            for done, cube in enumerate(ordered):
                if progress:
                    progress(done, len(ordered), cube.name)
                self._make(cube, ordered[:done])
            return [self._written(cube) for cube in declared if self._gains(cube)]
        finally:
            self._database.close()

    def _records(self, cube: Cube) -> int:
        return self._totals.get(cube.dataset.name, {}).get(f'"{RECORDS}"', 0)

    def _gains(self, cube: Cube) -> bool:
        rows = self._rows.get(cube.name)
        return rows is not None and (self._force or rows * GAINS <= self._records(cube))

    def _total(self, dataset: Dataset, declared: Sequence[Cube]) -> dict[str, Any]:
        """What the records come to, each sum by its column, and their last day."""
        cubes = [cube for cube in declared if cube.dataset.name == dataset.name]
        columns = list(dict.fromkeys(c for cube in cubes for c in summed_columns(cube)))
        rows = records_of(dataset)
        whole = Cube(f"{dataset.name}_whole", dataset, ())
        self._database.make(whole.name, from_records(whole, rows, columns))
        return self._summed(whole, columns) | self._span(dataset)

    def _span(self, dataset: Dataset) -> dict[str, Any]:
        """First and last day; a stored column tells them without being read."""
        is_stored = any(column.name == dataset.time for column in dataset.columns)
        rows = f"stored.{dataset.name}" if is_stored else f"({records_of(dataset)}) as rows"
        return {
            name: self._database.value(f"select {aggregate}({dataset.time}) from {rows}")
            for name, aggregate in _SPAN.items()
            if dataset.time
        }

    def _summed(self, cube: Cube, columns: Iterable[Summed]) -> dict[str, Any]:
        sums = {column.stored: f"sum({column.stored})" for column in columns}
        return self._database.totals(cube.name, sums)

    def _make(self, cube: Cube, before: Sequence[Cube]) -> None:
        finer = [other for other in before if covers(other, cube)]
        nearest = min(finer, key=lambda other: self._rows[other.name], default=None)
        sql = from_cube(cube, nearest) if nearest else statement_of(cube)
        self._rows[cube.name] = self._database.make(cube.name, sql)
        self._check(cube)

    def _check(self, cube: Cube) -> None:
        """Counts and sums must be those of the records."""
        wanted = self._totals[cube.dataset.name]
        for name, value in self._summed(cube, summed_columns(cube)).items():
            if value != wanted[name]:
                raise DataError(
                    "wrong_cube", cube=cube.name, column=name, found=value, expected=wanted[name]
                )

    def _written(self, cube: Cube) -> CubeFile:
        unnamed = self._making / f"{cube.name}.parquet"
        self._database.write(cube.name, unnamed, list(key_columns(cube)), ROW_GROUP)
        checksum = files.sha256_of(unnamed)
        path = unnamed.rename(self._making / f"{cube.name}.{checksum[:8]}.parquet")
        return CubeFile(
            name=cube.name,
            file=path.name,
            rows=self._rows[cube.name],
            bytes=path.stat().st_size,
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
