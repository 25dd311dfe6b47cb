"""Outlines over HTTP: the fixed ones by name, those with values by their content."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from analytics.maps.geometry import (
    HOME,
    content_name,
    documents,
    values_address,
    version,
)

KEPT = 64
_MEDIA = "application/geo+json"
_FOREVER = "public, max-age=31536000, immutable"
_ASK = "public, max-age=0, must-revalidate"


@dataclass(frozen=True)
class Stored:
    """A document as it is sent, plain and compressed, and its tag."""

    plain: bytes
    packed: bytes
    tag: str


class Shelf:
    """Documents with values, the least lately used of which make room for new ones."""

    def __init__(self, size: int = KEPT) -> None:
        """Hold so many documents at the most."""
        self._size = size
        self._kept: OrderedDict[str, Stored] = OrderedDict()
        self._lock = Lock()

    def put(self, document: bytes) -> str:
        """Keep a document and give its name; the same content is compressed once."""
        name = content_name(document)
        if self.get(name) is None:
            stored = _store(document, 6)
            with self._lock:
                self._kept[name] = stored
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
        return name

    def get(self, name: str) -> Stored | None:
        """A document by name, which is then the latest used."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)


SHELF = Shelf()


def routes(home: Path = HOME) -> list[Route]:
    """The routes of outlines, with the fixed ones read and compressed here and now.

    Args:
        home: Folder that holds `geo/`.
    """
    fixed = {name: _store(document, 9) for name, document in documents(home).items()}
    current = version(home)

    def outline(request: Request) -> Response:
        stored = fixed.get(request.path_params["name"])
        lasting = request.query_params.get("v") == current
        return _answer(request, stored, _FOREVER if lasting else _ASK)

    return [
        Route("/geo/values/{name}.geojson", _values, methods=["GET"]),
        Route("/geo/{name}.geojson", outline, methods=["GET"]),
    ]


def register(document: bytes) -> str:
    """Keep a document made by `with_values` and give its address."""
    SHELF.put(document)
    return values_address(document)


def _values(request: Request) -> Response:
    return _answer(request, SHELF.get(request.path_params["name"]), _FOREVER)


def _store(document: bytes, level: int) -> Stored:
    packed = gzip.compress(document, level, mtime=0)
    return Stored(document, packed, f'"{content_name(document)}"')


def _answer(request: Request, stored: Stored | None, caching: str) -> Response:
    if stored is None:
        return PlainTextResponse(
            "unknown outline", status_code=404, headers={"Cache-Control": "no-store"}
        )
    headers = {"ETag": stored.tag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    if stored.tag in request.headers.get("if-none-match", "").replace("W/", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            stored.packed, media_type=_MEDIA, headers=headers | {"Content-Encoding": "gzip"}
        )
    return Response(stored.plain, media_type=_MEDIA, headers=headers)
