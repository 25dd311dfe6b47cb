"""Longitude and latitude of a dataset's rows, brought to WGS-84 in pairs and looked over."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from analytics.model import DATASETS
from analytics.records.convert import Typed
from analytics.records.findings import TABLE, Findings
from analytics.records.relations import rows_table
from analytics.records.values import References
from analytics.records.values.coordinates import Points

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def place_points(
    dataset: str,
    sheets: Sequence[Typed],
    crs: str,
    references: References,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """Convert the points of `rows_<dataset>`, and note those that cannot be or lie elsewhere.

    Args:
        dataset: The dataset; nothing happens where it has no points.
        sheets: Its sheets.
        crs: System of the points, where the mapping of a sheet does not say it.
        references: The places.
        connection: The workbench's database.
        findings: Takes what is told.
    """
    names = {column.name for column in DATASETS[dataset].columns}
    if not {"lon", "lat"} <= names:
        return
    for typed in sheets:
        fields = {item.field.name: item for item in typed.cells.values()}
        if "lon" in fields or "lat" in fields:
            system = typed.mapping.crs or crs
            points = Points(references, system)
            found = _place(rows_table(dataset), typed, points, connection, findings)
            if found and not system:
                findings.add(typed.number, "crs_unsaid", "warning")


def _place(
    rows: str, typed: Typed, points: Points, connection: DuckDBPyConnection, findings: Findings
) -> bool:
    """Place the points of one sheet; whether it has any.

    Where a cell could not be read, that has been told: the other alone is then no finding.
    """
    found = connection.execute(
        f"select row_no, lon, lat, adcode from {rows} where source = {typed.number} "
        "and (lon is not null or lat is not null) and row_no not in (select row_no from "
        f"{TABLE} where source = {typed.number} and severity = 'error' "
        "and field in ('lon', 'lat') and row_no is not null)"
    ).df()
    if found.empty:
        return False
    plain = found.astype(object).where(found.notna(), None)
    reads = [
        points.read(lon, lat, adcode)
        for lon, lat, adcode in zip(plain["lon"], plain["lat"], plain["adcode"], strict=True)
    ]
    column = typed.cells["lon"].heading if "lon" in typed.cells else None
    moved = pd.DataFrame(
        {
            "row_no": found["row_no"],
            "lon": pd.Series([read.lon for read in reads], dtype="Float64"),
            "lat": pd.Series([read.lat for read in reads], dtype="Float64"),
            "key": [read.problem or read.warning or None for read in reads],
            "severity": ["error" if read.problem else "warning" for read in reads],
            "said": [f"{lon}, {lat}" for lon, lat in zip(plain["lon"], plain["lat"], strict=True)],
            "details": [json.dumps(read.details, ensure_ascii=False) for read in reads],
        }
    )
    connection.register("moved", moved)
    connection.execute(
        f"update {rows} as r set lon = m.lon, lat = m.lat from moved as m "
        f"where r.source = {typed.number} and r.row_no = m.row_no"
    )
    findings.add_rows(
        f"select {typed.number}, row_no, {column.column if column else 'null'}, 'lon', key, "
        "severity, said, details from moved where key is not null"
    )
    connection.unregister("moved")
    return True
