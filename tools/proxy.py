"""nginx with the configuration that ships, on loopback, for tests and measurements."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools.cluster import LOOPBACK, free_port

ROOT = Path(__file__).parent.parent
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
_ANSWERS_WITHIN_S = 90
_MAIN = """
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


@contextmanager
def proxying(folder: Path, replicas: tuple[str, str]) -> Generator[str]:
    """The address at which nginx stands before two replicas; it ends with the block.

    Args:
        folder: Where its files go; `access.log` tells which replica answered whom.
        replicas: Their addresses, as `host:port`.
    """
    assert NGINX, "no nginx here: install the system's package `nginx-light`"
    port = free_port()
    _configure(folder, port, replicas)
    nginx = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        base = f"http://{LOOPBACK}:{port}"
        wait_for(f"{base}/_stcore/health", nginx)
        yield base
    finally:
        nginx.terminate()
        nginx.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until an address answers."""
    until = time.monotonic() + _ANSWERS_WITHIN_S
    while True:
        assert process.poll() is None, f"what serves {address} ended by itself"
        try:
            urllib.request.urlopen(address, timeout=2).read()
            return
        except OSError:
            assert time.monotonic() < until, f"{address} did not answer in time"
            time.sleep(0.2)


def _configure(folder: Path, port: int, replicas: Sequence[str]) -> None:
    site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for shipped, used in (
        ("127.0.0.1:8501", replicas[0]),
        ("127.0.0.1:8502", replicas[1]),
        ("listen 80;", f"listen {LOOPBACK}:{port};"),
        ("/var/cache/nginx-transferscope", str(folder / "cache")),
    ):
        site, count = re.subn(rf"^(?!#)(.*){re.escape(shipped)}", rf"\g<1>{used}", site, flags=re.M)
        assert count == 1, shipped
    (folder / "site.conf").write_text(site, encoding="utf-8")
    # Started by root it would work as somebody who may not write here.
    user = "user root;" if hasattr(os, "geteuid") and os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user), encoding="utf-8")
