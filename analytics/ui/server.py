"""The application as one ASGI app: pages, outlines, compression, and a link that is always whole.

Served by `python -m analytics serve`. Beyond what `streamlit run` does, it compresses what it
sends, answers `/geo` from memory, imports everything before the first visitor, and completes a
bare address with the period and language it will show, so that any address copied from the browser
reproduces the view.
"""

from __future__ import annotations

import gc
import importlib
import logging
import pkgutil
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

import analytics.ui
from analytics.errors import TransferScopeError
from analytics.filters import to_query
from analytics.ui import data, state

ROOT = Path(__file__).parents[2]
PAGES = (
    "/",
    "/expos",
    "/deals",
    "/workstations",
    "/bases",
    "/pipeline",
    "/market",
    "/claims",
    "/data",
)
_SWITCH_S = 0.001
"""How long a running script keeps the others, and what is sent, waiting; five times less than
Python's own, for with a hundred viewers several run at once."""
_LOG = logging.getLogger("transferscope")


class WholeLinks:
    """Send a page's bare address to the same page with its period and language written out."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Redirect where the period is missing; pass on everything else."""
        target = _whole(scope) if scope["type"] == "http" else None
        if target:
            await RedirectResponse(target, status_code=307)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class Doorstep:
    """Put into the first HTML what must be known before the first script run.

    The window's width goes into a cookie, so that maps are drawn to fit it, and the language into
    the document, so that readers and hyphenation know it.
    """

    _SCRIPT = (
        b"<script>document.cookie='window='+innerWidth+';path=/;SameSite=Lax';"
        b"document.documentElement.lang=/[?&]lang=en/.test(location.search)?'en':'zh-CN';"
        b"</script></head>"
    )

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Change the HTML of the application's pages; pass on everything else."""
        if scope["type"] != "http" or scope["path"] not in PAGES:
            await self.app(scope, receive, send)
            return
        start: Message = {}

        async def changed(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            body: bytes = message.get("body", b"").replace(b"</head>", self._SCRIPT, 1)
            if start:
                headers = MutableHeaders(raw=start["headers"])
                if "content-length" in headers:
                    grown = len(body) - len(message.get("body", b""))
                    headers["content-length"] = str(int(headers["content-length"]) + grown)
                await send(start)
                start = {}
            await send({**message, "body": body})

        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, changed)


def _whole(scope: Scope) -> str | None:
    path = scope["path"]
    query = scope.get("query_string", b"").decode("latin-1")
    if scope["method"] != "GET" or path not in PAGES or query:
        return None
    try:
        default = to_query(state.default_filters())
    except TransferScopeError:
        return None  # the page itself tells what is wrong with the records
    return f"{path}?{urlencode({**default, 'lang': _language(scope)})}"


def _language(scope: Scope) -> str:
    headers = dict(scope["headers"])
    wanted = headers.get(b"accept-language", b"").decode("latin-1").lower()
    first = wanted.split(",")[0].split(";")[0].strip()
    return "en" if first.startswith("en") else "zh"


@asynccontextmanager
async def _ready(app: st.App) -> AsyncGenerator[dict[str, Any], None]:
    """Import every page's modules and open the records before anyone is served."""
    importlib.import_module("analytics.panels.everything")
    for module in pkgutil.walk_packages(analytics.ui.__path__, "analytics.ui."):
        importlib.import_module(module.name)
    try:
        data.engine()
    except TransferScopeError as error:
        _LOG.error("served without records until this is mended: %s", error)
    gc.collect()
    sys.setswitchinterval(_SWITCH_S)
    gc.freeze()  # what was imported stays for good: no later collection need walk through it
    yield {}


def _script_error(error: Exception) -> bool:
    """Tell the visitor a sentence and the log everything."""
    from analytics.ui.page import failed

    _LOG.exception("unexpected error on a page", exc_info=error)
    failed(error)
    return True


def _routes() -> list[Any]:
    from analytics.ui import following, geometry

    return [*geometry.routes(data.HOME), *following.routes()]


# st.navigation says this at its first call; until then a direct visit to a page would run the
# file in pages/ alone, without app.py.
PagesManager.uses_pages_directory = False

app = st.App(
    ROOT / "app.py",
    lifespan=_ready,
    routes=_routes(),
    middleware=[
        Middleware(GZipMiddleware, minimum_size=1024),
        Middleware(WholeLinks),
        Middleware(Doorstep),
    ],
    on_script_error=_script_error,
)
