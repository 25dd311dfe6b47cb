"""Which records are served: the demonstration, or a published snapshot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analytics.errors import DataError


@dataclass(frozen=True)
class Snapshot:
    """A folder of Parquet files and what its manifest says of them.

    Args:
        id: Changes whenever a record does; part of every cache key.
        kind: `demonstration` or `records`.
        folder: Where the Parquet files lie.
        complete_until: Last day up to which a dataset is complete, by dataset.
        rows: Number of records by dataset.
    """

    id: str
    kind: str
    folder: Path
    complete_until: dict[str, date]
    rows: dict[str, int]

    @property
    def is_demonstration(self) -> bool:
        """Whether the records are invented."""
        return self.kind == "demonstration"


def read_snapshot(folder: Path) -> Snapshot:
    """The snapshot that a data folder serves now.

    Raises:
        DataError: The manifest is missing or cannot be read.
    """
    chosen = folder / "demo"
    path = chosen / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        datasets = manifest["datasets"]
        return Snapshot(
            id=manifest["snapshot"],
            kind=manifest["kind"],
            folder=chosen,
            complete_until={
                name: date.fromisoformat(entry["complete_until"])
                for name, entry in datasets.items()
                if entry.get("complete_until")
            },
            rows={name: entry["rows"] for name, entry in datasets.items()},
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(
            "bad_manifest", file=path, found=f"{type(error).__name__}: {error}"
        ) from error
