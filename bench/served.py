"""The snapshot that a generated data folder serves, and its cubes.

`python -m bench.served <data folder>` makes its cubes anew, in the process that is measured.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from analytics.cubes.building import build_cubes
from analytics.cubes.definitions import definitions
from analytics.databases.tables import Held
from analytics.snapshot import read_snapshot
from tests.home import HOME

_STAMP = "cubes-by"


def sizes(data: Path) -> tuple[int, int]:
    """Bytes of the served records, and of their cubes."""
    snapshot = read_snapshot(data).folder
    records = sum(path.stat().st_size for path in snapshot.glob("*.parquet"))
    return records, sum(path.stat().st_size for path in (snapshot / "cubes").glob("*.parquet"))


def bring_up_to_date(data: Path) -> None:
    """Make the cubes, unless they were made by what is declared now."""
    declared = definitions(_held(data).table)
    text = "\n".join(f"{name} {checksum}" for name, (_, checksum) in sorted(declared.items()))
    wanted = hashlib.sha256(text.encode()).hexdigest()
    stamp = data / _STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        make(data)
        stamp.write_text(wanted, encoding="utf-8")


def make(data: Path) -> None:
    """Make the cubes of the snapshot that a data folder serves."""
    held = _held(data)
    build_cubes(held, held.snapshot.folder)


def _held(data: Path) -> Held:
    return Held(data, HOME, read_snapshot(data), None, frozenset())


if __name__ == "__main__":
    make(Path(sys.argv[1]))
