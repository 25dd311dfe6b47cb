"""Data folders of any size, made by SQL in one stream: deals, exhibits and events; the rest ships.

A record is made from its number alone, so that the same records can be written in order, as a
published snapshot holds them, and shuffled, as a plain file that nobody arranged. Both are made
without sorting anything and without holding more than a few row groups in memory.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from analytics.model import RECORDS
from analytics.records.store import Account, Origin, Store
from bench import served
from tests.home import HOME

FOLDER = Path(__file__).parent / ".data"
SIZES = {"1M": 1_000_000, "10M": 10_000_000, "100M": 100_000_000}
_SQL = Path(__file__).parent / "sql"
_MEMORY = "8GB"
_LAST_DAY = date(2025, 12, 31)
_EXHIBITS_SHARE, _EVENTS_SHARE = 4, 20
_ROW_GROUP = 122_880
_IN_ORDER = "select range as number from range($records)"
_SHUFFLED = "select range * 9576890767 % $records as number from range($records)"
_PLAIN = {
    "deals": (
        *("signed_on", "contract_type", "industry", "seller_adcode", "seller_country"),
        *("buyer_adcode", "buyer_country", "value_cny", "event_id", "deal_id"),
    ),
    "expo_exhibits": ("edition", "origin_adcode", "industry"),
    "events": ("kind", "held_on", "adcode", "industry"),
}
"""What the plain files hold: the columns that the measured questions read."""


@dataclass(frozen=True)
class Generated:
    """A data folder with the plain files beside it.

    Args:
        folder: What `Engine` opens.
        deals: How many deals it has.
    """

    folder: Path
    deals: int

    @property
    def plain(self) -> Path:
        """Folder of the unarranged files."""
        return self.folder / "plain"

    @property
    def rows(self) -> dict[str, int]:
        """Records by dataset, of those that scale."""
        return scaled(self.deals)


def scaled(deals: int) -> dict[str, int]:
    """Records of each dataset that scales, beside so many deals."""
    return {
        "deals": deals,
        "expo_exhibits": deals // _EXHIBITS_SHARE,
        "events": deals // _EVENTS_SHARE,
    }


def generated(deals: int, folder: Path) -> Generated:
    """The folder with so many deals: made where there is none, with cubes as declared now."""
    found = Generated(folder, deals)
    if not (folder / "finished").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        began = time.monotonic()
        _make(found)
        (folder / "finished").touch()
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        took = time.monotonic() - began
        print(f"{deals:,} deals made in {took:.0f} s, {size / 1e9:.2f} GB", flush=True)
    served.bring_up_to_date(folder)
    return found


def clean() -> None:
    """Remove everything that was generated."""
    shutil.rmtree(FOLDER, ignore_errors=True)


def _make(made: Generated) -> None:
    arranged = made.folder / "arranged"
    arranged.mkdir()
    made.plain.mkdir()
    with _connected(made.folder) as connection:
        for name in made.rows:
            _write(connection, made, name, _SHUFFLED, made.plain, _PLAIN[name])
            columns = tuple(column.name for column in RECORDS[name].columns)
            _write(connection, made, name, _IN_ORDER, arranged, columns)
    tables = {name: arranged / f"{name}.parquet" for name in made.rows}
    shipped = {name: HOME / "demo" / f"{name}.parquet" for name in RECORDS if name not in made.rows}
    _publish(made.folder, shipped | tables)
    shutil.rmtree(arranged)


def _connected(folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"set memory_limit = '{_MEMORY}'")
    connection.execute("set temp_directory = $folder", {"folder": str(folder / "spill")})
    macros, _, tables = _text("setup").partition("create table places")
    connection.execute(macros)
    places, _, slots = tables.partition("create table slots")
    paths = {
        "deals": str(HOME / "demo" / "deals.parquet"),
        "regions": str(HOME / "reference" / "regions.csv"),
    }
    connection.execute("create table places" + places, paths)
    connection.execute("create table slots" + slots)
    return connection


def _write(
    connection: duckdb.DuckDBPyConnection,
    made: Generated,
    name: str,
    numbers: str,
    folder: Path,
    columns: tuple[str, ...],
) -> None:
    target = str(folder / f"{name}.parquet").replace("'", "''")
    text = _text(name).replace("{numbers}", numbers)
    values: Mapping[str, int] = {"records": made.rows[name], "events": made.rows["events"]}
    connection.execute(
        f"copy (select {', '.join(columns)} from ({text})) to '{target}' "
        f"(format parquet, compression zstd, row_group_size {_ROW_GROUP})",
        {key: value for key, value in values.items() if f"${key}" in text},
    )


def _publish(folder: Path, tables: Mapping[str, Path]) -> None:
    """As an import does: the store checks what it is given and arranges it as it always does."""
    account = Account(
        sources=(Origin("generated"),),
        complete_until=dict.fromkeys(tables, _LAST_DAY),
    )
    Store.of_records(folder).publish(tables, account, operator="bench")


def _text(name: str) -> str:
    return (_SQL / f"{name}.sql").read_text(encoding="utf-8")
