"""Two replicas and nginx with the configuration that ships, on free ports of loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.driving import launch
from tests.home import HOME, ROOT
from tools.cluster import LOOPBACK, free_port
from tools.proxy import proxying, wait_for

if not os.environ.get("TRANSFERSCOPE_SPARK"):  # it runs with the tests of the cluster
    collect_ignore_glob = ["test_*.py"]


@dataclass(eq=False)
class Replica:
    """One dashboard, which can be killed and started again on its port."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As nginx names it."""
        return f"{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "analytics", "serve", "--port", str(self.port)],
            cwd=ROOT,
            env={
                **os.environ,
                "TRANSFERSCOPE_DATA": str(self.data),
                "TRANSFERSCOPE_ENGINE": "",
                "TRANSFERSCOPE_OPEN": "1",
                "STREAMLIT_SERVER_COOKIE_SECRET": "the same for all replicas of this test",
            },
        )
        wait_for(f"http://{self.address}/_stcore/health", self.process)

    def kill(self) -> None:
        """End it at once, as a machine that fails would."""
        if self.process:
            self.process.kill()
            self.process.wait(20)
            self.process = None


@dataclass
class Office:
    """What stands behind one address."""

    address: str
    replicas: tuple[Replica, ...]
    log: Path

    def served_by(self, mark: str) -> set[str]:
        """Replicas that answered who has a mark, as nginx wrote it down."""
        lines = (line.split() for line in self.log.read_text().splitlines())
        # Where one did not answer the next was tried, and stands last.
        return {line[-1] for line in lines if line[0] == mark and line[-1] != "-"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("proxy")
    data = folder / "data"
    shutil.copytree(HOME / "demo", data / "demo")
    (data / "settings.toml").write_text("[import]\nenabled = true\n", encoding="utf-8")
    replicas = (Replica(data, free_port()), Replica(data, free_port()))
    try:
        for replica in replicas:
            replica.start()
        with proxying(folder, (replicas[0].address, replicas[1].address)) as address:
            yield Office(address, replicas, folder / "access.log")
    finally:
        for replica in replicas:
            replica.kill()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()
