"""A running dashboard and a real browser that may talk to nothing but it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, Request

from tests.home import HOME

ROOT = Path(__file__).parents[2]
PAGES = (
    "overview",
    "expos",
    "deals",
    "workstations",
    "bases",
    "pipeline",
    "market",
    "claims",
    "data",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
ARGUMENTS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0 Mobile Safari/537.36"
)


def browser_path() -> str | None:
    """The system's Chromium, if there is one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def path_of(page: str, **query: str) -> str:
    """Address of a page below the server's."""
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return f"/{'' if page == 'overview' else page}{'?' if text else ''}{text}"


@contextmanager
def serving(data: Path | None = None) -> Iterator[str]:
    """The dashboard on a free port of loopback; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "TRANSFERSCOPE_DATA": str(data or HOME)}
    process = subprocess.Popen(
        [sys.executable, "-m", "analytics", "serve", "--port", str(port)],
        cwd=ROOT,
        env=environment,
    )
    base = f"http://127.0.0.1:{port}"
    try:
        _wait(base, process)
        yield base
    finally:
        process.terminate()
        process.wait(20)


def launch(playwright: Playwright) -> Browser:
    """The system's browser without its own talk to the outside."""
    path = browser_path()
    assert path, "no Chromium: install the system's package `chromium`"
    return playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))


def watch(page: Page) -> tuple[list[str], list[str]]:
    """Refuse and note every request beyond loopback, and note what the console complains of."""
    outside: list[str] = []
    complaints: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            outside.append(request.url)

    page.on("request", note)
    page.route(
        lambda url: not url.startswith(("http://127.0.0.1:", "data:", "blob:")),
        lambda route: route.abort(),
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return outside, complaints


def settle(page: Page, timeout: float = 120_000) -> None:
    """Wait until the script has run and every chart is drawn."""
    page.wait_for_selector("h1", timeout=timeout)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stSkeleton]')"
        " && !document.querySelector('[data-testid=stStatusWidget]')"
        " && document.querySelector('[data-testid=stApp]')"
        "?.getAttribute('data-test-script-state') !== 'running'",
        timeout=timeout,
    )
    page.wait_for_timeout(700)


def _wait(base: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(f"{base}/_stcore/health", timeout=2).read()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server did not start within a minute")
