"""Whether what lies on the disk is what was published, and what is published is as declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analytics.cubes.files import FOLDER
from analytics.cubes.files import read_manifest as cubes_in
from analytics.errors import SnapshotError, reason_of
from analytics.model import Dataset
from analytics.records.relations import one_file
from analytics.records.store.connections import connected, limit
from analytics.records.store.durable import sha256_of
from analytics.records.store.manifests import DatasetInfo, read_manifest

_BYTES_A_KEY = 400
"""Memory of a connection beside each key that it tells apart at once, with room to spare."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was published.

    Args:
        snapshot: Id of the snapshot.
        dataset: Name of the dataset, or `cubes/` and the name of a cube; empty where the snapshot
            itself is at fault.
        key: Key of the sentence in `text/errors.toml`.
        values: What fills the sentence.
    """

    snapshot: str
    dataset: str
    key: str
    values: dict[str, object]

    @property
    def is_of_cube(self) -> bool:
        """Whether only a cube is at fault, in whose place the records answer."""
        return self.dataset.startswith(f"{FOLDER}/")

    def message(self, language: str) -> str:
        """The sentence."""
        return SnapshotError(self.key, **self.values).message(language)


def faults_of(folder: Path, declared: Mapping[str, Dataset]) -> list[Fault]:
    """What is wrong with the snapshot in a folder; empty where nothing is."""
    try:
        info = read_manifest(folder)
    except SnapshotError as error:
        return [Fault(folder.name, "", error.key, error.values)]
    faults: list[Fault] = []
    with connected() as connection:
        for name, dataset in info.datasets.items():
            try:
                _check(connection, folder / f"{name}.parquet", dataset, declared.get(name))
            except SnapshotError as error:
                faults.append(Fault(info.id, name, error.key, error.values))
    return faults + list(_faults_of_cubes(folder))


def _faults_of_cubes(folder: Path) -> Iterator[Fault]:
    try:
        made = cubes_in(folder)
    except (OSError, ValueError) as error:
        values: dict[str, object] = {"file": folder / FOLDER, "found": reason_of(error)}
        yield Fault(folder.name, f"{FOLDER}/", "snapshot_manifest", values)
        return
    for cube in made:
        found = sha256_of(cube.path) if cube.path.exists() else ""
        values = {"file": cube.path, "expected": cube.sha256, "found": found}
        if not found:
            yield Fault(folder.name, f"{FOLDER}/{cube.name}", "snapshot_file", values)
        elif found != cube.sha256:
            yield Fault(folder.name, f"{FOLDER}/{cube.name}", "snapshot_checksum", values)


def _check(
    connection: duckdb.DuckDBPyConnection, path: Path, told: DatasetInfo, declared: Dataset | None
) -> None:
    if declared is None:
        raise SnapshotError("snapshot_dataset", file=path)
    if not path.exists():
        raise SnapshotError("snapshot_file", file=path)
    found = sha256_of(path)
    if found != told.sha256:
        raise SnapshotError("snapshot_checksum", file=path, expected=told.sha256, found=found)
    rows = read_table(connection, declared, path)
    if rows != told.rows:
        raise SnapshotError("snapshot_rows", file=path, expected=told.rows, found=rows)


def read_table(connection: duckdb.DuckDBPyConnection, dataset: Dataset, path: Path) -> int:
    """How many rows a table has, once it is known to be as the model declares it.

    Raises:
        SnapshotError: It cannot be read, lacks a column or has one of another type, a required
            value is missing, or a key occurs twice.
    """
    try:
        connection.execute(f"create or replace temp view t as from read_parquet({one_file(path)})")
        types = {row[0]: row[1] for row in connection.execute("describe t").fetchall()}
        for column in dataset.columns:
            if types.get(column.name) != column.type:
                raise SnapshotError(
                    "snapshot_column",
                    file=path,
                    column=column.name,
                    expected=column.type,
                    found=types.get(column.name, "—"),
                )
        row = connection.execute(_counts(dataset)).fetchone()
        assert row, "an aggregate has one row"
        rows, *missing = row
        keys = _keys(connection, dataset, rows)
    except duckdb.Error as error:
        raise SnapshotError("snapshot_damaged", file=path, found=reason_of(error)) from error
    for column, count in zip(_required(dataset), missing, strict=True):
        if count:
            raise SnapshotError("snapshot_required", file=path, column=column, rows=count)
    if keys != rows:
        columns = ", ".join(dataset.key)
        raise SnapshotError("snapshot_key", file=path, columns=columns, rows=rows - keys)
    return rows


def _required(dataset: Dataset) -> tuple[str, ...]:
    return tuple(column.name for column in dataset.columns if column.required)


def _counts(dataset: Dataset) -> str:
    missing = "".join(f", count(*) filter ({name} is null)" for name in _required(dataset))
    return f"select count(*){missing} from t"


def _keys(connection: duckdb.DuckDBPyConnection, dataset: Dataset, rows: int) -> int:
    """How many different keys there are, counted in parts that fit into bounded memory.

    DuckDB keeps all that it counts as distinct in memory; it does not go to the disk.
    """
    names = ", ".join(dataset.key)
    parts = 1 + rows * _BYTES_A_KEY // limit(connection)
    sql = f"select count(distinct ({names})) from t"
    sql += f" where hash({names}) % $parts = $part" if parts > 1 else ""
    found = 0
    for part in range(parts):
        told = {"parts": parts, "part": part} if parts > 1 else None
        row = connection.execute(sql, told).fetchone()
        assert row, "an aggregate has one row"
        found += row[0]
    return found
