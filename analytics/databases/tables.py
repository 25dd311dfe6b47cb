"""What every database holds besides the records: reference and published tables, and a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analytics.errors import DataError
from analytics.model import Dataset
from analytics.snapshot import Snapshot

REFERENCE = (
    "regions",
    "countries",
    "industries",
    "contract_types",
    "technical_fields",
    "stages",
    "phases",
    "gates",
    "trl",
)
PUBLISHED = (
    "claims",
    "figures",
    "tech_market",
    "sources",
    "systems",
    "unit_names",
    "region_names",
)
SERIES = "tech_market"
"""The published series that an import may bring; shipped rows stand where it has none."""

COLUMN_TYPES: dict[str, dict[str, str]] = {
    "regions": {"in_gba": "integer", "lon": "double", "lat": "double"},
    "tech_market": {"year": "integer", "contracts": "integer", "value_cny": "decimal(18,2)"},
    "stages": {"rank": "integer"},
    "phases": {"rank": "integer"},
    "gates": {"rank": "integer"},
}
"""Columns of the CSV files that are not text."""


@dataclass(frozen=True)
class Held:
    """What a database is opened over.

    Args:
        folder: Data folder, whose own `reference/` and `published/` come first.
        home: Folder whose tables are used where `folder` has none.
        snapshot: The records.
        series: Imported published series, if there are any.
        missing: Datasets of which the snapshot has no records yet; they are empty.
        cubes: The files of the cubes that may answer, by name.
    """

    folder: Path
    home: Path
    snapshot: Snapshot
    series: Snapshot | None
    missing: frozenset[str]
    cubes: Mapping[str, Path] = field(default_factory=lambda: {})

    def table(self, name: str) -> Path:
        """The CSV file of a reference or published table."""
        kind = "reference" if name in REFERENCE else "published"
        own = self.folder / kind / f"{name}.csv"
        return own if own.exists() else self.home / kind / f"{name}.csv"

    @property
    def series_file(self) -> Path | None:
        """The imported series' Parquet file."""
        if self.series and self.series.rows.get(SERIES):
            return self.series.folder / f"{SERIES}.parquet"
        return None


def check_schema(dataset: Dataset, path: Path, found: dict[str, str]) -> None:
    """Raise DataError unless a file has a dataset's columns, each of its type.

    Args:
        dataset: What is expected.
        path: The file, to be named.
        found: Types of the file's columns, in the words of DuckDB.
    """
    for column in dataset.columns:
        if found.get(column.name) != column.type:
            raise DataError(
                "wrong_schema",
                file=path,
                column=column.name,
                expected=column.type,
                found=found.get(column.name, "—"),
            )
