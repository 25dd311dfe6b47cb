"""Set up and do one thing: run, test, check, format, shots, bench, demo, clean.

Needs nothing but Python 3.11+. `make run` is `python tools/dev.py run`; the environment lives in
.venv and is renewed when the requirements change.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
SYSTEM_PACKAGES = ("chromium", "fonts-noto-cjk")


def main() -> int:
    """Do what the first argument says."""
    tasks = {
        "run": run,
        "test": test,
        "check": check,
        "format": format_code,
        "shots": shots,
        "bench": bench,
        "demo": demo,
        "clean": clean,
    }
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in tasks:
        print(f"usage: python tools/dev.py {'|'.join(tasks)}", file=sys.stderr)
        return 2
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that any Python may be given
        print(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    try:
        tasks[name](sys.argv[2:])
    except subprocess.CalledProcessError as error:
        return error.returncode or 1
    except KeyboardInterrupt:
        return 130
    return 0


def run(arguments: Sequence[str]) -> None:
    """Serve the dashboard; PORT chooses the port."""
    set_up("requirements.txt")
    port = os.environ.get("PORT", "8501")
    call(PYTHON, "-m", "analytics", "serve", "--port", port, *arguments)


def test(arguments: Sequence[str]) -> None:
    """Every check and every test, browser included."""
    check(())
    ensure_browser()
    call(
        PYTHON,
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadgroup",  # as tests/conftest.py groups them, in the order in which they are found
        "--no-loadscope-reorder",
        "--cov=analytics",
        "--cov-report=term:skip-covered",
        "--cov-fail-under=95",
        *arguments,
    )


def check(arguments: Sequence[str]) -> None:
    """Format, lint and types."""
    set_up("requirements-dev.txt")
    call(PYTHON, "-m", "ruff", "format", "--check", ".")
    call(PYTHON, "-m", "ruff", "check", ".")
    call(PYTHON, "-m", "pyright", "--pythonpath", PYTHON, *arguments)


def format_code(arguments: Sequence[str]) -> None:
    """Bring the code into its form."""
    set_up("requirements-dev.txt")
    call(PYTHON, "-m", "ruff", "check", "--fix", ".")
    call(PYTHON, "-m", "ruff", "format", ".", *arguments)


def shots(arguments: Sequence[str]) -> None:
    """A picture of every page in both languages, themes and widths, in shots/."""
    set_up("requirements-dev.txt")
    ensure_browser()
    call(PYTHON, "-m", "tests.browser.shots", *arguments)


def bench(arguments: Sequence[str]) -> None:
    """Measure, as ratios within one run."""
    set_up("requirements-dev.txt")
    call(PYTHON, "-m", "bench", *arguments)


def demo(arguments: Sequence[str]) -> None:
    """Make the demonstration records anew."""
    set_up("requirements.txt")
    call(PYTHON, "-m", "analytics", "demo", *arguments)


def clean(arguments: Sequence[str]) -> None:
    """Remove what can be made again."""
    for path in (VENV, ROOT / ".pytest_cache", ROOT / ".ruff_cache", ROOT / "shots"):
        shutil.rmtree(path, ignore_errors=True)


def set_up(requirements: str) -> None:
    """Make or renew the environment so that it holds what a requirements file names."""
    wanted = _digest(requirements)
    stamp = VENV / f"{requirements}.sha256"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        print("setting up .venv (a minute or two, once)", flush=True)
        venv.create(VENV, with_pip=True)
    call(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "-r",
        ROOT / requirements,
    )
    stamp.write_text(wanted)


def ensure_browser() -> None:
    """Have a Chromium for the browser tests; a CI machine gets the system's own package."""
    if any(shutil.which(name) for name in BROWSERS) or not os.environ.get("CI"):
        return
    as_root = [] if os.name == "nt" or os.geteuid() == 0 else ["sudo", "-n"]
    call(*as_root, "apt-get", "update", "-qq")
    call(*as_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *SYSTEM_PACKAGES)


def call(*command: str | Path) -> None:
    """Run a command in the project's folder."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def _digest(requirements: str) -> str:
    texts = [(ROOT / name).read_bytes() for name in {"requirements.txt", requirements}]
    return hashlib.sha256(b"".join(sorted(texts)) + sys.version.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
