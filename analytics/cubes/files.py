"""The cubes that lie beside a snapshot's records, and what their manifest says of them.

`<snapshot>/cubes/manifest.json` is a file of its own, so that cubes can be made again without a
touch to the records' manifest, which never changes once it is published.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from analytics.model.cubes import Cube

FOLDER = "cubes"
MANIFEST = "manifest.json"
_DAYS = ("first_day", "last_day")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class CubeFile:
    """A cube that was made.

    Args:
        name: Name of the cube.
        file: Name of its file, which holds the beginning of its checksum: a cube that is made
            anew by a later version never takes the place of one that is being read.
        rows: How many it has.
        bytes: Size of its file.
        sha256: Checksum of its file.
        definition: Checksum of the statement that made it, and of the tables that it reads.
        records: Records that it sums.
        first_day: First day of these records; None where they have no day.
        last_day: Last day of these records.
        folder: Where the file lies.
    """

    name: str
    file: str
    rows: int
    bytes: int
    sha256: str
    definition: str
    records: int
    first_day: date | None
    last_day: date | None
    folder: Path = Path()

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / self.file


def write_manifest(folder: Path, made: Sequence[CubeFile]) -> None:
    """Write what was made into a folder of cubes."""
    entries = {found.name: _entry(found) for found in made}
    text = json.dumps({"cubes": entries}, indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8", newline="\n")


def _entry(made: CubeFile) -> dict[str, Any]:
    entry = asdict(made)
    for name in _DAYS:
        entry[name] = entry[name] and entry[name].isoformat()
    return {name: entry[name] for name in entry if name not in ("name", "folder")}


def read_manifest(snapshot: Path) -> list[CubeFile]:
    """What the manifest in a snapshot's folder says; empty where it has no cubes.

    Raises:
        OSError: It cannot be read.
        ValueError: It is damaged.
    """
    folder = snapshot / FOLDER
    if not (folder / MANIFEST).exists():
        return []
    told: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    try:
        return [_read(name, entry, folder) for name, entry in told["cubes"].items()]
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _read(name: str, entry: dict[str, Any], folder: Path) -> CubeFile:
    told = dict(entry)
    for day in _DAYS:
        told[day] = date.fromisoformat(told[day]) if told[day] else None
    found = CubeFile(name, **told)
    if Path(found.file).name != found.file:
        raise ValueError(f"{found.file!r} is no file in {FOLDER}/")
    return replace(found, folder=folder)


def usable(snapshot: Path, known: Mapping[str, tuple[Cube, str]]) -> dict[str, CubeFile]:
    """The cubes that may answer: as this version declares them, each byte as it was written.

    What is passed over is logged; the records answer in its place.

    Args:
        snapshot: Folder of the snapshot.
        known: Each declared cube with the checksum of what makes it now.
    """
    try:
        listed = read_manifest(snapshot)
    except (OSError, ValueError) as error:
        _LOG.warning("the cubes of %s are passed over: %s", snapshot, error)
        return {}
    found: dict[str, CubeFile] = {}
    for made in listed:
        fault = _fault(made, known)
        if fault:
            _LOG.warning("cube %s is passed over: %s", made.path, fault)
        else:
            found[made.name] = made
    return found


def _fault(made: CubeFile, known: Mapping[str, tuple[Cube, str]]) -> str:
    """Why a cube must not answer; empty where it may."""
    if made.name not in known:
        return "this version declares no such cube"
    if made.definition != known[made.name][1]:
        return "it was made by other definitions; make it again with `python -m analytics cubes`"
    try:
        found = sha256_of(made.path)
    except OSError as error:
        return str(error)
    return "" if found == made.sha256 else f"its checksum is {found}, not {made.sha256}"


def sha256_of(path: Path) -> str:
    """Checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
