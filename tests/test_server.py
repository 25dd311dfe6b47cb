"""The application server: whole links, compression, health."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from analytics.ui.server import app


@pytest.fixture(scope="module")
def client():
    with TestClient(app, follow_redirects=False) as opened:
        yield opened


@pytest.mark.parametrize(
    ("asked", "language"), [("zh-CN,zh;q=0.9", "zh"), ("en-GB,en;q=0.8", "en"), ("", "zh")]
)
def test_a_bare_address_is_completed(client, asked: str, language: str) -> None:
    answer = client.get("/deals", headers={"accept-language": asked})
    assert answer.status_code == 307
    assert answer.headers["location"] == f"/deals?from=2019&to=2024&lang={language}"


def test_a_whole_link_is_served_compressed(client) -> None:
    answer = client.get("/deals?from=2019&to=2024&lang=zh")
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert client.get("/_stcore/health").status_code == 200


def test_what_is_served_is_told_in_few_bytes_and_never_kept(client) -> None:
    answer = client.get("/served")
    assert answer.text.startswith("demo demo ")
    assert answer.headers["cache-control"] == "no-store"
