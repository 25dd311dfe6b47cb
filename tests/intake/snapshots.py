"""Small snapshots: a few deals and organisations, published in a folder of their own."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from analytics.model import DATASETS
from analytics.records.store import Account, Origin, SnapshotInfo, Store
from tests.tables import deal, write_rows

DEMO_FILES = Path(__file__).parents[2] / "data" / "demo"


def organisation(number: int, **more: Any) -> dict[str, Any]:
    """An organisation with what every one must have."""
    return {"organisation_id": f"O{number}", "name": f"机构{number}", "kind": "enterprise"} | more


def table(folder: Path, dataset: str, rows: list[dict[str, Any]], name: str = "") -> Path:
    """A finished Parquet file, as an import hands it over."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name or dataset}-{len(list(folder.iterdir()))}.parquet"
    write_rows(DATASETS[dataset], rows, path)
    return path


def deals(folder: Path, *values: float) -> Path:
    """Deals of these values, numbered from 1."""
    rows = [deal(number, "2024-05-01", value) for number, value in enumerate(values, 1)]
    return table(folder, "deals", rows)


def account(*files: str, until: str = "2024-12-31", **more: Any) -> Account:
    """What an import says of itself."""
    return Account(
        sources=tuple(Origin(file, "0" * 64, 2, ("deals",)) for file in files),
        complete_until={"deals": date.fromisoformat(until)},
        **more,
    )


def publish(store: Store, bench: Path, *values: float, operator: str = "") -> SnapshotInfo:
    """Publish deals of these values onto what stands."""
    return store.publish({"deals": deals(bench, *values)}, account(), operator, store.standing())


def demo_tables(*datasets: str) -> dict[str, Path]:
    """Files of the demonstration, as if they had been imported."""
    return {name: DEMO_FILES / f"{name}.parquet" for name in datasets}
