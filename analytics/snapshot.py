"""Which records are served: the demonstration, or a published snapshot."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from analytics.errors import Contrary, DataError, reason_of

POINTER = "current"
"""File in `snapshots/` that says which snapshot of records, and which of series, is served."""
DEMO = "demo"
"""What the pointer says while the demonstration is served; also without a pointer."""
EMPTY = "empty"
"""Id and kind of what is served where there is neither demonstration nor import: no records."""
ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
"""A snapshot's id: when it was made (UTC) and of what. Nothing else is used as a folder."""
SNAPSHOTS = "snapshots"
"""Folder of a data folder that holds the snapshots of records."""
SERIES = "series"
"""The same for published series that were imported: they stand beside either kind of records.

What is served of them stands in the records' `current`.
"""


@dataclass(frozen=True)
class Pointer:
    """Which snapshot is served.

    Args:
        snapshot: Its id, or `demo`.
        before: While the demonstration is served: the snapshot that was served before it.
    """

    snapshot: str = DEMO
    before: str | None = None

    def moved(self, chosen: str | None) -> Pointer:
        """What it says once another snapshot, or the demonstration, is chosen; None: the same."""
        if chosen is None:
            return self
        if chosen != DEMO:
            return Pointer(chosen)
        return Pointer(DEMO, self.before if self.snapshot == DEMO else self.snapshot)


@dataclass(frozen=True)
class Snapshot:
    """A folder of Parquet files and what its manifest says of them.

    Args:
        id: Changes whenever a record does; part of every cache key.
        kind: `demonstration`, `records`, `series` or `empty`.
        folder: Where the Parquet files lie.
        complete_until: Last day up to which a dataset is complete, by dataset.
        rows: Number of records by dataset; a dataset of records that is not named has none yet.
        files: Names of the files that each dataset was imported from, oldest first.
    """

    id: str
    kind: str
    folder: Path
    complete_until: dict[str, date]
    rows: dict[str, int]
    files: dict[str, tuple[str, ...]] = field(default_factory=lambda: {})

    @property
    def is_demonstration(self) -> bool:
        """Whether the records are invented."""
        return self.kind == "demonstration"

    @property
    def has_records(self) -> bool:
        """Whether there is a record in it."""
        return any(self.rows.values())


@dataclass(frozen=True)
class Pointers:
    """What is served. One file says it of both, so that an import of both is one switch."""

    records: Pointer = Pointer()
    series: Pointer = Pointer()


def read_pointers(folder: Path) -> Pointers:
    """Which snapshots a data folder serves.

    Raises:
        DataError: The file is damaged.
    """
    store = folder / SNAPSHOTS
    path = store / POINTER
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        records = _pointer(told["snapshot"], told.get("before"))
        return Pointers(records, _pointer(told.get("series"), told.get("series_before")))
    except FileNotFoundError:
        return Pointers()
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            "bad_pointer", file=path, found=reason_of(error), known=_known(store)
        ) from error


def _pointer(snapshot: Any, before: Any) -> Pointer:
    for name in (snapshot, before):
        if name not in (DEMO, None) and not ID.fullmatch(name):
            raise Contrary("reason_id", found=name)
    return Pointer(snapshot or DEMO, before)


def read_pointer(store: Path) -> Pointer:
    """Which snapshot of a store (`<data>/snapshots`, `<data>/series`) is served.

    Raises:
        DataError: The file that says so is damaged.
    """
    found = read_pointers(store.parent)
    return found.series if store.name == SERIES else found.records


def read_snapshot(folder: Path, chosen: str = "") -> Snapshot:
    """The snapshot that a data folder serves now; an empty one where it holds nothing yet.

    A pointer to a snapshot that is missing or damaged is an error: the demonstration never takes
    the place of records unasked.

    Args:
        folder: The data folder.
        chosen: Id of the snapshot, or `demo`, where that is known already.

    Raises:
        DataError: The manifest is missing or cannot be read.
    """
    store = folder / SNAPSHOTS
    snapshot = chosen or read_pointer(store).snapshot
    if snapshot != DEMO:
        return _published(store, snapshot)
    path = folder / DEMO / "manifest.json"
    if not has_demonstration(folder):
        return Snapshot(EMPTY, EMPTY, path.parent, {}, {})
    try:
        return _read(path)
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError("bad_manifest", file=path, found=reason_of(error)) from error


def has_demonstration(folder: Path) -> bool:
    """Whether a data folder has the demonstration, or what is left of it."""
    demo = folder / DEMO
    return demo.is_dir() and any(demo.iterdir())


def read_series(folder: Path, chosen: str = "") -> Snapshot | None:
    """The published series that were imported into a data folder; None where there are none.

    Args:
        folder: The data folder.
        chosen: Id of the snapshot, or `demo`, where that is known already.

    Raises:
        DataError: The pointer or the manifest cannot be read.
    """
    store = folder / SERIES
    snapshot = chosen or read_pointer(store).snapshot
    return None if snapshot == DEMO else _published(store, snapshot)


def _published(store: Path, snapshot: str) -> Snapshot:
    path = store / snapshot / "manifest.json"
    try:
        found = _read(path)
        if found.id != snapshot or found.is_demonstration:
            raise Contrary("reason_other", found=f"{found.id}, {found.kind}")
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            "lost_snapshot",
            snapshot=snapshot,
            file=path,
            found=reason_of(error),
            known=_known(store, snapshot),
        ) from error
    return found


def _read(path: Path) -> Snapshot:
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    datasets = manifest["datasets"]
    return Snapshot(
        id=manifest["snapshot"],
        kind=manifest["kind"],
        folder=path.parent,
        complete_until={
            name: date.fromisoformat(entry["complete_until"])
            for name, entry in datasets.items()
            if entry.get("complete_until")
        },
        rows={name: entry["rows"] for name, entry in datasets.items()},
        files={name: tuple(entry.get("files", ())) for name, entry in datasets.items()},
    )


def _known(store: Path, but: str = "") -> str:
    """Ids that could be served instead, newest first."""
    if not store.is_dir():
        return "—"
    found = (path.name for path in store.iterdir() if ID.fullmatch(path.name))
    return ", ".join(sorted((name for name in found if name != but), reverse=True)[:3]) or "—"
