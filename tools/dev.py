"""Set up and do one thing: run, test, test-cluster, check, format, shots, bench, demo, clean.

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
CLIENT = ROOT / ".venv-cluster"
"""The app with what reaches a cluster; the cluster itself is in an environment of its own, because
both bring a package `pyspark`."""
SERVER = ROOT / ".venv-cluster-server"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
BROWSER_PACKAGES = ("chromium", "fonts-noto-cjk")
JAVA_PACKAGES = ("openjdk-17-jre-headless",)
PROXY_PACKAGES = ("nginx-light",)


def main() -> int:
    """Do what the first argument says."""
    tasks = {
        "run": run,
        "test": test,
        "test-cluster": test_cluster,
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
    call(python_of(VENV), "-m", "analytics", "serve", "--port", port, *arguments)


def test(arguments: Sequence[str]) -> None:
    """Every check and every test, browser included."""
    check(())
    ensure_browser()
    call(
        python_of(VENV),
        "-m",
        "pytest",
        "-n",
        "2",
        "--dist",
        "loadscope",  # as tests/conftest.py shares them out, in the order in which they are found
        "--no-loadscope-reorder",
        "--cov=analytics",
        "--cov-report=term:skip-covered",
        "--cov-fail-under=95",
        *arguments,
    )


def test_cluster(arguments: Sequence[str]) -> None:
    """Every query and measure on a Spark cluster of this machine, which then loses its parts.

    And two replicas behind the proxy.
    """
    ensure_installed(("java",), JAVA_PACKAGES)
    ensure_installed(("nginx", "/usr/sbin/nginx"), PROXY_PACKAGES)
    ensure_browser()
    if not shutil.which("java"):
        sys.exit("test-cluster starts a Spark cluster and needs Java 17 or newer: install it")
    set_up("requirements-dev.txt", "requirements-cluster.txt", environment=CLIENT)
    set_up("tests/cluster/requirements-server.txt", environment=SERVER)
    os.environ["TRANSFERSCOPE_SPARK"] = str(SERVER)
    call(python_of(CLIENT), "-m", "pytest", *(arguments or ("tests/cluster", "tests/proxy")))


def check(arguments: Sequence[str]) -> None:
    """Format, lint and types."""
    set_up("requirements-dev.txt")
    call(python_of(VENV), "-m", "ruff", "format", "--check", ".")
    call(python_of(VENV), "-m", "ruff", "check", ".")
    call(python_of(VENV), "-m", "pyright", "--pythonpath", python_of(VENV), *arguments)


def format_code(arguments: Sequence[str]) -> None:
    """Bring the code into its form."""
    set_up("requirements-dev.txt")
    call(python_of(VENV), "-m", "ruff", "check", "--fix", ".")
    call(python_of(VENV), "-m", "ruff", "format", ".", *arguments)


def shots(arguments: Sequence[str]) -> None:
    """A picture of every page in both languages, themes and widths, in shots/."""
    set_up("requirements-dev.txt")
    ensure_browser()
    call(python_of(VENV), "-m", "tests.browser.shots", *arguments)


def bench(arguments: Sequence[str]) -> None:
    """Measure, as ratios within one run."""
    set_up("requirements-dev.txt")
    call(python_of(VENV), "-m", "bench", *arguments)


def demo(arguments: Sequence[str]) -> None:
    """Make the demonstration records anew."""
    set_up("requirements.txt")
    call(python_of(VENV), "-m", "analytics", "demo", *arguments)


def clean(arguments: Sequence[str]) -> None:
    """Remove what can be made again."""
    for path in (
        VENV,
        CLIENT,
        SERVER,
        ROOT / ".pytest_cache",
        ROOT / ".ruff_cache",
        ROOT / "shots",
    ):
        shutil.rmtree(path, ignore_errors=True)


def python_of(environment: Path) -> Path:
    """The Python of an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(*requirements: str, environment: Path = VENV) -> None:
    """Make or renew an environment so that it holds what requirements files name."""
    wanted = _digest(requirements)
    stamp = environment / f"{'+'.join(Path(name).name for name in requirements)}.sha256"
    python = python_of(environment)
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if not python.exists():
        print(f"setting up {environment.name} (a minute or two, once)", flush=True)
        venv.create(environment, with_pip=True)
    named = [part for name in requirements for part in ("-r", ROOT / name)]
    call(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *named)
    stamp.write_text(wanted)


def ensure_browser() -> None:
    """Have a Chromium for the browser tests; a CI machine gets the system's own package."""
    ensure_installed(BROWSERS, BROWSER_PACKAGES)


def ensure_installed(programs: Sequence[str], packages: Sequence[str]) -> None:
    """Have one of some programs; a CI machine that has none gets the system's packages."""
    if any(shutil.which(name) for name in programs) or not os.environ.get("CI"):
        return
    as_root = [] if os.name == "nt" or os.geteuid() == 0 else ["sudo", "-n"]
    call(*as_root, "apt-get", "update", "-qq")
    call(*as_root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages)


def call(*command: str | Path) -> None:
    """Run a command in the project's folder."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def _digest(requirements: Sequence[str]) -> str:
    texts = [(ROOT / name).read_bytes() for name in {"requirements.txt", *requirements}]
    return hashlib.sha256(b"".join(sorted(texts)) + sys.version.encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
