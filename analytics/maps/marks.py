"""Circles and arcs: rows of a frame to what deck.gl draws of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from math import sqrt
from typing import Any, cast

import pandas as pd

from analytics.formats import is_missing
from analytics.look import Look

MOST_ARCS = 80

_ENDS = ("from_lon", "from_lat", "to_lon", "to_lat")

_RADIUS = {False: ((12, 19.0), (40, 15.0), (10**9, 12.0)), True: ((12, 14.0), (10**9, 10.0))}

_RADIUS_LEAST = 3.5

_BREAK = re.compile(r"<br\s*/?>|</p>|</div>", re.IGNORECASE)

_TAG = re.compile(r"<[^>]+>")

Row = dict[str, Any]


def _records(frame: pd.DataFrame | None, needed: Sequence[str]) -> list[Row]:
    """Rows of a frame that lack none of some columns."""
    rows = [] if frame is None else cast("list[Row]", frame.to_dict("records"))
    return [row for row in rows if not any(is_missing(row[name]) for name in needed)]


def _size(row: Row) -> float:
    return 0.0 if is_missing(row["size"]) else max(float(row["size"]), 0.0)


def point_rows(frame: pd.DataFrame | None, look: Look) -> list[Row]:
    """Circles from the largest to the smallest, so that none is hidden."""
    rows = sorted(_records(frame, ("lon", "lat")), key=_size, reverse=True)
    largest = _size(rows[0]) if rows else 0.0
    limit = next(radius for count, radius in _RADIUS[look.narrow] if len(rows) <= count)
    return [_point_row(row, largest, limit) for row in rows]


def _point_row(row: Row, largest: float, limit: float) -> Row:
    share = sqrt(_size(row) / largest) if largest > 0 else 0.0
    head, body = _said(row.get("tooltip"))
    found: Row = {
        "lon": round(float(row["lon"]), 5),
        "lat": round(float(row["lat"]), 5),
        "r": round(max(limit * share, _RADIUS_LEAST), 1),
        "key": str(row.get("key", "")),
        "head": head,
        "body": body,
        "state": str(row.get("state") or "normal"),
    }
    if row.get("label"):
        found["label"] = str(row["label"])
    return found


def arc_rows(frame: pd.DataFrame | None) -> list[Row]:
    """The widest arcs, the narrowest first, without those that end where they start."""
    known = _records(frame, (*_ENDS, "size"))
    moving = [row for row in known if [row[e] for e in _ENDS[:2]] != [row[e] for e in _ENDS[2:]]]
    chosen = sorted(moving, key=_size)[-MOST_ARCS:]
    largest = _size(chosen[-1]) if chosen else 1.0
    return [_arc_row(row, largest, index) for index, row in enumerate(chosen)]


def _arc_row(row: Row, largest: float, index: int) -> Row:
    share = _size(row) / (largest or 1.0)
    head, body = _said(row.get("tooltip"))
    place = {name: round(float(row[name]), 4) for name in _ENDS}
    return {
        **place,
        "w": round(1.2 + 4.3 * sqrt(share), 2),
        "a": round(70 + 155 * sqrt(share)),
        "tilt": 32 if index % 2 else -32,
        "head": head,
        "body": body,
        "key": str(row.get("key", "")),
    }


def _said(tooltip_text: Any) -> tuple[str, str]:
    """Heading and lines of a tooltip; tags are dropped, as the browser would show them."""
    if is_missing(tooltip_text):
        return "", ""
    plain = unescape(_TAG.sub("", _BREAK.sub("\n", str(tooltip_text))))
    head, _, body = plain.strip().partition("\n")
    return head.strip(), body.strip()
