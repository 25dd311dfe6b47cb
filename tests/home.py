"""The data that ships, apart from what may have been imported into the work tree."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _copy() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="transferscope-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name in ("demo", "published", "reference", "geo"):
        shutil.copytree(ROOT / "data" / name, folder / name)
    shutil.copy(ROOT / "data" / "catalogue.toml", folder)
    return folder


HOME = _copy()
"""A data folder without snapshots, so that the tests judge the product and not an office's data."""
