"""Two replicas and nginx with the configuration that ships, on free ports of loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.driving import launch
from tests.home import HOME, ROOT
from tools.cluster import LOOPBACK, free_port

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
if not os.environ.get("TRANSFERSCOPE_SPARK"):  # it runs with the tests of the cluster
    collect_ignore_glob = ["test_*.py"]
MAIN = """
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    log_format told '$cookie_replica $request_method $uri $status $upstream_addr';
    access_log {folder}/access.log told;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


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
    replicas = tuple(Replica(data, free_port()) for _ in range(2))
    port = free_port()
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, used in (
        ("127.0.0.1:8501", replicas[0].address),
        ("127.0.0.1:8502", replicas[1].address),
        ("listen 80;", f"listen {LOOPBACK}:{port};"),
        ("/var/cache/nginx-transferscope", str(folder / "cache")),
    ):
        site, count = re.subn(rf"^(?!#)(.*){re.escape(shipped)}", rf"\g<1>{used}", site, flags=re.M)
        assert count == 1, shipped
    (folder / "site.conf").write_text(site, encoding="utf-8")
    # Started by root it would work as somebody who may not write here.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
    assert NGINX, "no nginx here: install the system's package `nginx-light`"
    nginx = None
    try:
        for replica in replicas:
            replica.start()
        nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        wait_for(f"http://{LOOPBACK}:{port}/_stcore/health", nginx)
        yield Office(f"http://{LOOPBACK}:{port}", replicas, folder / "access.log")
    finally:
        for replica in replicas:
            replica.kill()
        if nginx:
            nginx.terminate()
            nginx.wait(20)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until an address answers."""
    until = time.monotonic() + 90
    while True:
        assert process.poll() is None, f"what serves {address} ended by itself"
        try:
            urllib.request.urlopen(address, timeout=2).read()
            return
        except OSError:
            assert time.monotonic() < until, f"{address} did not answer in time"
            time.sleep(0.2)
