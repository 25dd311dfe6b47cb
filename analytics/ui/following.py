"""Idle pages show a new snapshot within seconds of its publication.

The browser asks the server which records are served, and only where they are others than the page
shows does the page run again: a hundred open pages that each ran a part of themselves every few
seconds kept the server busy with nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.components.v2 import component

from analytics.errors import TransferScopeError
from analytics.ui import data

EVERY_S = 4.0
ADDRESS = "/served"
_SCRIPT = Path(__file__).parent / "assets" / "follow.js"


def follow() -> None:
    """Watch for a publication; the page's next run, which it causes, shows the new records."""
    watching = {"pin": _written(data.pinned()), "address": ADDRESS, "every": EVERY_S * 1000}
    _component()(key="following", data=watching, on_published_change=lambda: None)


def routes() -> list[Route]:
    """The route that says which records are served."""
    return [Route(ADDRESS, _served, methods=["GET"])]


def _served(_: Request) -> PlainTextResponse:
    headers = {"Cache-Control": "no-store"}
    try:
        return PlainTextResponse(_written(data.served()), headers=headers)
    except TransferScopeError as error:  # the page's next run tells what is wrong
        return PlainTextResponse(error.key, status_code=503, headers=headers)


def _written(pin: data.Pin) -> str:
    """A pin as the browser compares it, without the folder, which is nobody's business."""
    return f"{pin.snapshot} {pin.series} {pin.stamp}"


@cache
def _component() -> Any:
    return component("following", js=_SCRIPT.read_text(encoding="utf-8"))
