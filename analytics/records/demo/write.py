"""Writing the demonstration: Parquet as the model declares it, and its manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pandas as pd

from analytics.cubes.publishing import add_cubes
from analytics.model import RECORDS
from analytics.model.types import Dataset

ROW_GROUP = 122_880
MADE_ON = "2025-09-30"
COMPLETE_UNTIL = {  # where it is not MADE_ON
    "workstation_returns": "2024-12-31",
    "base_returns": "2024-12-31",
    "targets": "2025-12-31",
}


def write_records(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write `<dataset>.parquet` for each table, then `manifest.json` and what cubes there may be.

    Equal tables give equal bytes: one thread, one order, no time of writing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set preserve_insertion_order = true")
    try:
        for name, dataset in RECORDS.items():
            _write(connection, folder / f"{name}.parquet", dataset, tables[name])
    finally:
        connection.close()
    manifest = json.dumps(_manifest(folder, tables), indent=2, ensure_ascii=False)
    (folder / "manifest.json").write_text(manifest + "\n", encoding="utf-8", newline="\n")
    add_cubes(folder, folder.parent, {name: len(tables[name]) for name in RECORDS})


def _write(
    connection: duckdb.DuckDBPyConnection, path: Path, dataset: Dataset, table: pd.DataFrame
) -> None:
    """One dataset, its columns in the model's order and types."""
    missing = [c.name for c in dataset.columns if c.name not in table.columns]
    if missing:
        raise ValueError(f"{dataset.name}: expected columns {missing}, found {list(table.columns)}")
    connection.register("made", table)
    columns = ", ".join(f"cast({c.name} as {c.type}) as {c.name}" for c in dataset.columns)
    target = str(path).replace("'", "''")
    connection.execute(
        f"copy (select {columns} from made) to '{target}' "
        f"(format parquet, compression zstd, row_group_size {ROW_GROUP})"
    )
    connection.unregister("made")


def _manifest(folder: Path, tables: dict[str, pd.DataFrame]) -> dict[str, object]:
    """What the files are, and how far each is complete."""
    whole = hashlib.sha256()
    datasets: dict[str, object] = {}
    for name in RECORDS:
        content = (folder / f"{name}.parquet").read_bytes()
        whole.update(content)
        datasets[name] = {
            "rows": len(tables[name]),
            "sha256": hashlib.sha256(content).hexdigest(),
            "complete_until": COMPLETE_UNTIL.get(name, MADE_ON),
        }
    return {
        "kind": "demonstration",
        "snapshot": f"demo-{whole.hexdigest()[:12]}",
        "made_on": MADE_ON,
        "datasets": datasets,
    }
