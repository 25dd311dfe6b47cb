"""The cubes of records that are about to be served: made beside them, or done without."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

from analytics.cubes.building import Progress, build_cubes
from analytics.cubes.files import FOLDER
from analytics.databases.tables import Held
from analytics.errors import DataError
from analytics.model import RECORDS
from analytics.snapshot import Snapshot

SHIPPED = Path(__file__).parents[2] / "data"
"""The data folder whose reference tables are used where another has none."""
_LOG = logging.getLogger(__name__)


def held_in(folder: Path, data: Path, rows: Mapping[str, int]) -> Held:
    """What a folder of records holds, before anything points to it.

    Args:
        folder: Folder of the Parquet files.
        data: The data folder that it belongs to.
        rows: Number of records by dataset.
    """
    snapshot = Snapshot(folder.name, "records", folder, {}, dict(rows))
    missing = frozenset(name for name in RECORDS if not rows.get(name))
    return Held(data, SHIPPED, snapshot, None, missing)


def add_cubes(
    folder: Path, data: Path, rows: Mapping[str, int], progress: Progress | None = None
) -> list[Path]:
    """Make the cubes of records where they gain.

    Records without cubes are answered as truly, only slower: what keeps cubes from being made is
    logged and does not keep the records from being served.

    Args:
        folder: Folder of the Parquet files.
        data: The data folder that it belongs to.
        rows: Number of records by dataset.
        progress: Told before each cube.

    Returns:
        Every file that was written, and their folder last; nothing where no cube gains.
    """
    try:
        made = build_cubes(held_in(folder, data, rows), folder, progress)
    except DataError as error:
        _LOG.error("%s", error)
        return []
    cubes = folder / FOLDER
    return [*cubes.iterdir(), cubes] if made else []
