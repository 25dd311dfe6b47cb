"""The demonstration with cubes of every kind, however little they gain on so few records."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from analytics.cubes.building import build_cubes
from analytics.cubes.files import CubeFile
from analytics.databases.tables import Held
from analytics.engine import Engine
from analytics.model.cubes import CUBES, Cube
from analytics.snapshot import read_snapshot
from tests.home import HOME


def build(folder: Path, cubes: Iterable[Cube] = CUBES, force: bool = True) -> list[CubeFile]:
    """Make cubes beside the records that a data folder serves."""
    snapshot = read_snapshot(folder)
    held = Held(folder, HOME, snapshot, None, frozenset())
    return build_cubes(held, snapshot.folder, force=force, declared=cubes)


def copy_of_demo(folder: Path) -> Path:
    """The demonstration's records in a folder of their own, without cubes."""
    shutil.copytree(HOME / "demo", folder / "demo", ignore=shutil.ignore_patterns("cubes"))
    return folder


def open_with_cubes(folder: Path) -> Engine:
    """An engine over a data folder, every cube made first."""
    build(folder)
    return Engine(folder, home=HOME)
