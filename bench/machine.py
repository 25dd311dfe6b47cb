"""What a run was made on, and how much memory a process holds."""

from __future__ import annotations

import platform
import subprocess
from datetime import date
from importlib.metadata import version
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
GIGABYTE = 1e9
MEGABYTE = 1e6
_LIBRARIES = ("streamlit", "duckdb", "pandas", "polars", "plotly")


def described() -> str:
    """One line: day, commit, machine and versions."""
    memory = psutil.virtual_memory().total / GIGABYTE
    return " · ".join(
        (
            f"{date.today():%Y-%m-%d}",
            _commit(),
            f"{_processor()}, {psutil.cpu_count()} cores, {memory:.0f} GB",
            f"{platform.system()} {platform.release()}",
            f"Python {platform.python_version()}",
            *(f"{name} {version(name)}" for name in _LIBRARIES),
        )
    )


def resident(pid: int) -> int:
    """Bytes that a process and its children hold in memory."""
    process = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))


def available() -> int:
    """Bytes of memory that a new process could use without swapping."""
    return psutil.virtual_memory().available


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.machine()


def _commit() -> str:
    """The commit that was measured, marked where files of the product were changed since."""
    try:
        head = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--", "analytics", "pages", "app.py", ".streamlit")
    except (OSError, subprocess.CalledProcessError):
        return "no commit"
    return f"commit {head}{' with changes' if changed else ''}"


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout.strip()
