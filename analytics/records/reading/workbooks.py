"""Workbooks, opened in a process of their own: see `analytics.records.workbooks`."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Timer
from typing import Any

import analytics
from analytics.errors import Unusable
from analytics.records.limits import Limits
from analytics.records.reading.encodings import NAMES, UTF8, guess_encoding, to_utf8
from analytics.records.reading.loads import load_written
from analytics.records.reading.scans import checksum
from analytics.records.types import Area, Finding, Severity, Sheet
from analytics.records.workbench import Workbench
from analytics.records.workbooks.told import Bounds

_ROOT = Path(analytics.__file__).parent.parent
_MODULE = "analytics.records.workbooks"
_NO_MEMORY = ("memory allocation", "MemoryError", "out of memory", "Cannot allocate")
_KILLED = -9
_ERROR = re.compile(r"^[\w.]+: ")
"""Name of the kind of an error, before what it says."""


class OpeningError(Exception):
    """A library's own words on a workbook that it could not open: for the log."""


@dataclass
class Opened:
    """What came out of a workbook."""

    sheets: list[Sheet] = field(default_factory=lambda: [])
    findings: list[Finding] = field(default_factory=lambda: [])


def read_workbook(
    path: Path,
    name: str,
    kind: str,
    number: int,
    bench: Workbench,
    limits: Limits,
    progress: Callable[[float], None],
) -> Opened:
    """Load the sheets of a workbook that can be seen.

    Args:
        path: The workbook.
        name: Its name for sentences.
        kind: `excel`, `compound`, `html` or `xml`.
        number: Number of its first sheet.
        bench: Where to.
        limits: What is too much.
        progress: Told how much is done, 0 to 1.

    Raises:
        Unusable: It cannot be opened, holds too much, or no sheet that can be seen.
    """
    encoding = ""
    source = path
    if kind in ("html", "xml"):
        with path.open("rb") as file:
            encoding = guess_encoding(file.read(1 << 20)).name
        source = bench.path(f".{kind}")
        to_utf8(path, source, encoding, name)
    opened = Opened()
    sha256 = checksum(path)
    for said in _said(source, kind, bench, limits, name):
        if said["what"] == "progress":
            progress(float(said["share"]))
        elif said["what"] == "finding":
            opened.findings.append(_finding(said, name))
        elif said["what"] == "sheet":
            position = number + len(opened.sheets)
            table = load_written(
                Path(said["path"]), name, position, said["width"], bench, said["longest"]
            )
            opened.sheets.append(
                Sheet(
                    position,
                    name,
                    said["name"],
                    table,
                    said["rows"],
                    said["width"],
                    tuple(_area(area) for area in said["merged"]),
                    NAMES.get(encoding, ""),
                    sha256,
                )
            )
    if not opened.sheets:
        raise Unusable("no_sheet", file=name)
    return opened


def _refusal(said: dict[str, Any], name: str) -> Unusable:
    """What the opening process refused, with the sheet beside the file's name."""
    details: dict[str, str] = said["details"]
    sheet, words = details.pop("sheet", ""), details.pop("words", "")
    refusal = Unusable(said["key"], file=f"{name} · {sheet}" if sheet else name, **details)
    refusal.__cause__ = OpeningError(words) if words else None
    return refusal


def _area(said: list[int]) -> Area:
    return said[0], said[1], said[2], said[3]


def _finding(said: dict[str, Any], name: str) -> Finding:
    severity: Severity = said["severity"]
    details = {key: str(value) for key, value in said["details"].items()}
    return Finding(name, said["sheet"], None, None, "", "", said["key"], details, severity)


def _said(
    source: Path, kind: str, bench: Workbench, limits: Limits, name: str
) -> Iterator[dict[str, Any]]:
    """What the opening process says, to its end; it does not outlive this loop."""
    errors = bench.path(".stderr")
    with errors.open("wb") as stderr:
        process = _started(source, kind, bench, limits, stderr)
    timer = Timer(limits.seconds, process.kill)
    timer.start()
    ended = False
    try:
        for line in process.stdout or ():
            said = json.loads(line)
            if said["what"] == "refused":
                raise _refusal(said, name)
            ended = said["what"] == "end"
            if not ended:
                yield said
        code = process.wait()
    finally:
        in_time = timer.is_alive()
        timer.cancel()
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    if not ended:
        _tell_end(code, in_time, errors, name)


def _started(
    source: Path, kind: str, bench: Workbench, limits: Limits, stderr: Any
) -> subprocess.Popen[str]:
    bounds = Bounds(
        limits.rows,
        limits.columns,
        limits.characters,
        limits.sheets,
        limits.memory,
        limits.expanded,
        limits.ratio,
        limits.small,
    )
    target = bench.path("")
    paths = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [
            sys.executable,
            *("-P", "-X", "utf8", "-m", _MODULE),
            *(kind, str(source.absolute()), str(target.absolute()), json.dumps(asdict(bounds))),
        ],
        cwd=_ROOT,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding=UTF8,
    )


def _tell_end(code: int, in_time: bool, errors: Path, name: str) -> None:
    """Tell why the process ended without an answer.

    Raises:
        Unusable: Always.
    """
    if not in_time:
        raise Unusable("too_much_time", file=name)
    with errors.open("rb") as file:
        said = file.read(1 << 16).decode(UTF8, "replace")
    if code == _KILLED or any(sign in said for sign in _NO_MEMORY):
        raise Unusable("too_much_memory", file=name)
    last = said.strip().split("\n")[-1]
    words = _ERROR.sub("", last)[:200] or str(code)
    raise Unusable("damaged_workbook", file=name) from OpeningError(words)
