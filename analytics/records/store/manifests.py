"""What a snapshot says of itself: where it came from, what it holds, what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from analytics.errors import Contrary, SnapshotError, reason_of

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Origin:
    """A file that was imported.

    Args:
        name: Its name as shown.
        sha256: Its checksum.
        rows: Its rows of records.
        datasets: What it held; empty where it held all that was imported.
    """

    name: str
    sha256: str = ""
    rows: int = 0
    datasets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """What an import did to a dataset, by key."""

    added: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0


@dataclass(frozen=True)
class Account:
    """What an import says of itself; everything else of the manifest the store knows.

    Args:
        sources: The files, in the order given.
        mappings: Names of the mappings that were used.
        findings: How many findings there were, by key.
        complete_until: Last day up to which a dataset is complete, by dataset; a dataset that is
            taken over keeps its day where none is named here.
        changes: What happened to each dataset that was imported.
    """

    sources: tuple[Origin, ...] = ()
    mappings: tuple[str, ...] = ()
    findings: Mapping[str, int] = field(default_factory=lambda: {})
    complete_until: Mapping[str, date] = field(default_factory=lambda: {})
    changes: Mapping[str, Change] = field(default_factory=lambda: {})


@dataclass(frozen=True)
class DatasetInfo:
    """A dataset of a snapshot.

    Args:
        rows: How many it has.
        sha256: Checksum of its file.
        complete_until: Last day up to which it is complete; None where nothing says so.
        change: What the import did; None where it was taken over from the parent.
        files: Names of all files it was imported from, through its parents, oldest first.
    """

    rows: int
    sha256: str
    complete_until: date | None = None
    change: Change | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class SnapshotInfo:
    """A snapshot, as its manifest tells it.

    Args:
        id: `YYYYMMDDTHHMMSS-<8 hex>`: when it was made (UTC), and of what.
        parent: The snapshot it was made from; None for the first.
        made_at: When it was published, UTC; `made_at.astimezone()` is what people read.
        operator: Who published it.
        sources: Files that were imported.
        mappings: Mappings that were used.
        findings: How many findings there were, by key.
        datasets: What it holds.
        is_current: Whether it is served.
        fault: Why its manifest cannot be read, in English; empty where it can.
    """

    id: str
    parent: str | None
    made_at: datetime
    operator: str = ""
    sources: tuple[Origin, ...] = ()
    mappings: tuple[str, ...] = ()
    findings: Mapping[str, int] = field(default_factory=lambda: {})
    datasets: Mapping[str, DatasetInfo] = field(default_factory=lambda: {})
    is_current: bool = False
    fault: str = ""

    @property
    def rows(self) -> int:
        """Records in all datasets."""
        return sum(dataset.rows for dataset in self.datasets.values())


def to_json(info: SnapshotInfo, kind: str) -> dict[str, Any]:
    """The manifest of a snapshot."""
    return {
        "kind": kind,
        "snapshot": info.id,
        "parent": info.parent,
        "made_at": info.made_at.isoformat(),
        "operator": info.operator,
        "sources": [asdict(source) for source in info.sources],
        "mappings": list(info.mappings),
        "findings": dict(info.findings),
        "datasets": {name: _dataset_json(dataset) for name, dataset in info.datasets.items()},
    }


def _dataset_json(dataset: DatasetInfo) -> dict[str, Any]:
    until = dataset.complete_until
    told = {"rows": dataset.rows, "sha256": dataset.sha256, "files": list(dataset.files)}
    return (
        told
        | ({"complete_until": until.isoformat()} if until else {})
        | (asdict(dataset.change) if dataset.change else {})
    )


def read_manifest(folder: Path) -> SnapshotInfo:
    """The snapshot that lies in a folder.

    Raises:
        SnapshotError: Its manifest is missing, damaged, or another snapshot's.
    """
    path = folder / MANIFEST
    try:
        info = _from_json(json.loads(path.read_text(encoding="utf-8")))
        if info.id != folder.name:
            raise Contrary("reason_other", found=info.id)
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise SnapshotError("snapshot_manifest", file=path, found=reason_of(error)) from error
    return info


def _from_json(told: Any) -> SnapshotInfo:
    return SnapshotInfo(
        id=told["snapshot"],
        parent=told["parent"],
        made_at=datetime.fromisoformat(told["made_at"]).astimezone(UTC),
        operator=told["operator"],
        sources=tuple(
            Origin(**(source | {"datasets": tuple(source["datasets"])}))
            for source in told["sources"]
        ),
        mappings=tuple(told["mappings"]),
        findings=dict(told["findings"]),
        datasets={name: _dataset(entry) for name, entry in told["datasets"].items()},
    )


def _dataset(entry: Any) -> DatasetInfo:
    until = entry.get("complete_until")
    names = ("added", "changed", "same", "gone")
    return DatasetInfo(
        rows=entry["rows"],
        sha256=entry["sha256"],
        complete_until=date.fromisoformat(until) if until else None,
        change=Change(*(entry[name] for name in names)) if "added" in entry else None,
        files=tuple(entry["files"]),
    )
