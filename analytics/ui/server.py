"""The application as one ASGI app: pages, outlines, compression, and a link that is always whole.

Served by `python -m analytics serve`. Beyond what `streamlit run` does, it compresses what it
sends, answers `/geo` from memory, imports everything before the first visitor, and completes a
bare address with the period and language it will show, so that any address copied from the browser
reproduces the view.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from analytics.filters import to_query
from analytics.ui import data, state

ROOT = Path(__file__).parents[2]
PAGES = ("/", "/expos", "/deals", "/workstations", "/bases", "/pipeline", "/market", "/claims")
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


def _whole(scope: Scope) -> str | None:
    path = scope["path"]
    query = scope.get("query_string", b"").decode("latin-1")
    if scope["method"] != "GET" or path not in PAGES or query:
        return None
    default = to_query(state.default_filters())
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
    for module in sorted((ROOT / "analytics" / "ui").glob("*.py")):
        importlib.import_module(f"analytics.ui.{module.stem}")
    data.engine()
    yield {}


def _script_error(error: Exception) -> bool:
    """Tell the visitor a sentence and the log everything."""
    from analytics.ui.page import failed

    _LOG.exception("unexpected error on a page", exc_info=error)
    failed()
    return True


def _geometry() -> list[Any]:
    from analytics.ui.geometry import routes

    return routes(data.HOME)


# st.navigation says this at its first call; until then a direct visit to a page would run the
# file in pages/ alone, without app.py.
PagesManager.uses_pages_directory = False

app = st.App(
    ROOT / "app.py",
    lifespan=_ready,
    routes=_geometry(),
    middleware=[Middleware(GZipMiddleware, minimum_size=1024), Middleware(WholeLinks)],
    on_script_error=_script_error,
)
