"""Tiny hand-made data folders: rows in, a folder that the engine can open out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from analytics.engine import Engine
from analytics.model import RECORDS, Dataset
from tests.home import HOME

Rows = Iterable[Mapping[str, Any]]


def data_folder(folder: Path, complete_until: str = "2024-12-31", **datasets: Rows) -> Path:
    """Write every dataset as Parquet, those not named without rows, and the manifest."""
    records = folder / "demo"
    records.mkdir(parents=True, exist_ok=True)
    counts = {}
    for dataset in RECORDS.values():
        rows = [dict(row) for row in datasets.get(dataset.name, ())]
        write_rows(dataset, rows, records / f"{dataset.name}.parquet")
        counts[dataset.name] = {"rows": len(rows), "complete_until": complete_until}
    manifest = {"kind": "demonstration", "snapshot": f"test-{folder.name}", "datasets": counts}
    (records / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def write_rows(dataset: Dataset, rows: list[dict[str, Any]], path: Path) -> None:
    """Write rows with the declared columns and types; columns that a row lacks are null."""
    unknown = {name for row in rows for name in row} - {c.name for c in dataset.columns}
    assert not unknown, f"{dataset.name} has no columns {sorted(unknown)}"
    columns = ", ".join(f"{c.name} {c.type}" for c in dataset.columns)
    marks = ", ".join("?" for _ in dataset.columns)
    with duckdb.connect() as connection:
        connection.execute(f"create table t ({columns})")
        for row in rows:
            values = [row.get(c.name) for c in dataset.columns]
            connection.execute(f"insert into t values ({marks})", values)
        connection.execute(f"copy t to '{path}' (format parquet)")


def engine(folder: Path, complete_until: str = "2024-12-31", **datasets: Rows) -> Engine:
    """An engine over a tiny hand-made folder."""
    return Engine(data_folder(folder, complete_until, **datasets), home=HOME)


def deal(number: int, signed_on: str, value: float, **more: Any) -> dict[str, Any]:
    """A deal with what every deal must have."""
    return {
        "deal_id": f"D{number}",
        "signed_on": date.fromisoformat(signed_on),
        "value_cny": value,
        "technical_value_cny": value,
        "contract_type": "development",
        "seller_country": "CN",
        "buyer_country": "CN",
    } | more
