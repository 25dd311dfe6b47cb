"""A snapshot's folder: what it will hold, and how it comes onto the disk before anyone looks."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.cubes.building import Progress
from analytics.cubes.publishing import add_cubes
from analytics.model import Dataset
from analytics.records.store.connections import connected
from analytics.records.store.durable import TEMPORARY, sha256_of, sync, take, write_json
from analytics.records.store.manifests import (
    MANIFEST,
    Account,
    DatasetInfo,
    SnapshotInfo,
    to_json,
)
from analytics.records.store.verifying import read_table

_MAKING = ".making-"
REMOVING = ".removing-"
LEFT_BEHIND = (_MAKING, REMOVING, TEMPORARY)
"""How the names of what is not finished begin; a reader never looks at such."""


@dataclass(frozen=True)
class Draft:
    """A snapshot that is about to be made.

    Args:
        info: What its manifest will say; the parent's own where nothing differs from it.
        files: Where each dataset's file comes from.
        is_new: Whether a folder is to be made of it.
    """

    info: SnapshotInfo
    files: Mapping[str, Path] = field(default_factory=lambda: {})
    is_new: bool = True


def draft(
    folder: Path,
    declared: Mapping[str, Dataset],
    tables: Mapping[str, Path],
    account: Account,
    operator: str,
    parent: SnapshotInfo | None,
) -> Draft:
    """Work out what a snapshot would be; nothing is written.

    Args:
        folder: The folder of all snapshots.
        declared: The datasets that a snapshot may hold.
        tables: Finished Parquet files by dataset.
        account: What the import says of itself.
        operator: Who publishes.
        parent: What it goes on from; None where there is nothing.

    Raises:
        SnapshotError: A table is not as declared.
    """
    datasets = _datasets(declared, tables, account, parent)
    if parent and _same(datasets, parent.datasets):
        return Draft(parent, is_new=False)
    info = _named(folder, datasets, account, operator, parent)
    return Draft(info, _files(folder, tables, info, parent))


def make(
    folder: Path,
    kind: str,
    made: Draft,
    note: Callable[[], None],
    step: Callable[[str], None],
    progress: Progress | None = None,
) -> None:
    """The snapshot's folder, made where nobody looks, then given its name.

    Args:
        folder: The folder of all snapshots.
        kind: `records` or `series`.
        made: What is to be made.
        note: Notes whose name is about to be given, so that it does not count before it is served.
        step: Told the name of each step, after it.
        progress: Told before each cube that is made of the records.
    """
    making = folder / f"{_MAKING}{made.info.id}"
    if not folder.exists():
        folder.mkdir(parents=True)
        sync(folder.parent)
    making.mkdir()
    step("folder")
    for name, file in made.files.items():
        take(file, making / f"{name}.parquet")
        step(f"file {name}")
    if kind == "records":
        rows = {name: dataset.rows for name, dataset in made.info.datasets.items()}
        for path in add_cubes(making, folder.parent, rows, progress):
            sync(path)
        step("cubes")
    write_json(making / MANIFEST, to_json(made.info, kind))
    step("manifest")
    sync(making)
    note()
    step("noted")
    making.rename(folder / made.info.id)
    step("named")
    sync(folder)


def discard(folder: Path, snapshot: str, is_served: bool) -> None:
    """Remove what a publication made that failed, unless it is served already."""
    shutil.rmtree(folder / f"{_MAKING}{snapshot}", ignore_errors=True)
    if not is_served:
        shutil.rmtree(folder / snapshot, ignore_errors=True)


def sha_of(info: SnapshotInfo, dataset: str) -> str:
    """Checksum of a dataset's file; empty where the snapshot has none."""
    return info.datasets[dataset].sha256 if dataset in info.datasets else ""


def _datasets(
    declared: Mapping[str, Dataset],
    tables: Mapping[str, Path],
    account: Account,
    parent: SnapshotInfo | None,
) -> dict[str, DatasetInfo]:
    """What the new snapshot will hold, in the order of the model."""
    unknown = set(tables) - set(declared)
    assert not unknown, f"{sorted(unknown)} cannot stand in such a snapshot"
    with connected() as connection:
        rows = {name: read_table(connection, declared[name], path) for name, path in tables.items()}
    found: dict[str, DatasetInfo] = {}
    for name in declared:
        standing = parent.datasets.get(name) if parent else None
        until = account.complete_until.get(name, standing and standing.complete_until)
        if name in tables:
            found[name] = DatasetInfo(
                rows[name],
                sha256_of(tables[name]),
                until,
                account.changes.get(name),
                _named_files(name, account, standing),
            )
        elif standing:
            found[name] = replace(standing, complete_until=until, change=None)
    return found


def _named_files(name: str, account: Account, standing: DatasetInfo | None) -> tuple[str, ...]:
    """Every file a dataset was imported from, each once, the latest last."""
    now = [source.name for source in account.sources if name in (source.datasets or (name,))]
    before = [file for file in (standing.files if standing else ()) if file not in now]
    return (*before, *dict.fromkeys(now))


def _named(
    folder: Path,
    datasets: dict[str, DatasetInfo],
    account: Account,
    operator: str,
    parent: SnapshotInfo | None,
) -> SnapshotInfo:
    content = "\n".join(f"{name} {dataset.sha256}" for name, dataset in datasets.items())
    digest = hashlib.sha256(content.encode()).hexdigest()[:8]
    made_at = datetime.now(UTC)
    if parent:  # a clock that was set back must not put a child before its parent
        made_at = max(made_at, parent.made_at + timedelta(microseconds=1))
    while (folder / _id(made_at, digest)).exists():
        made_at += timedelta(seconds=1)
    return SnapshotInfo(
        id=_id(made_at, digest),
        parent=parent.id if parent else None,
        made_at=made_at,
        operator=operator,
        sources=account.sources,
        mappings=account.mappings,
        findings=account.findings,
        datasets=datasets,
    )


def _id(made_at: datetime, digest: str) -> str:
    return f"{made_at:%Y%m%dT%H%M%S}-{digest}"


def _files(
    folder: Path, tables: Mapping[str, Path], info: SnapshotInfo, parent: SnapshotInfo | None
) -> dict[str, Path]:
    """Where each dataset's file comes from: the parent's where it is the same."""
    files = dict(tables)
    for name, dataset in parent.datasets.items() if parent else ():
        if parent and dataset.sha256 == sha_of(info, name):
            files[name] = folder / parent.id / f"{name}.parquet"
    return files


def _same(one: Mapping[str, DatasetInfo], other: Mapping[str, DatasetInfo]) -> bool:
    def told(datasets: Mapping[str, DatasetInfo]) -> dict[str, object]:
        return {name: (found.sha256, found.complete_until) for name, found in datasets.items()}

    return told(one) == told(other)
