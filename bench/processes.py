"""A process from its start to its end: how long it took, and the peak of its memory."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.machine import GIGABYTE

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Ended:
    """Seconds by the clock and on all cores, and the peak of memory in gigabytes."""

    seconds: float
    cpu: float
    gigabytes: float


def run(module: str, *arguments: str) -> Ended:
    """Run a module of this project in a process of its own.

    Raises:
        RuntimeError: It failed; it said why on standard error.
    """
    command: Sequence[str] = (sys.executable, "-m", module, *arguments)
    begin = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begin
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Ended(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / GIGABYTE)
