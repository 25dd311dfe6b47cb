"""Figures as plotly.js reads them, made of plain values.

plotly's own objects check and copy each property on its way in and out; on a page's first view
that took longer than asking the data. What they check, a test checks of every figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import isfinite
from typing import Any, cast

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analytics.formats import is_missing

Trace = dict[str, Any]


def bar(**properties: Any) -> Trace:
    """Bars."""
    return {"type": "bar", **properties}


def scatter(**properties: Any) -> Trace:
    """Lines, marks, or both."""
    return {"type": "scatter", **properties}


def heatmap(**properties: Any) -> Trace:
    """A table of tints."""
    return {"type": "heatmap", **properties}


def sankey(**properties: Any) -> Trace:
    """Flows between two ranks of places."""
    return {"type": "sankey", **properties}


class Figure(go.Figure):
    """A specification that nobody changes any more; to others it is a figure of plotly's.

    What plotly makes of it can be read but not set: nothing of it would be sent.

    Args:
        data: Traces.
        layout: Everything else.
    """

    def __init__(self, data: Sequence[Trace], layout: dict[str, Any]) -> None:
        """Take over traces and layout; `go.Figure` itself is made only when it is asked for."""
        self._plain = {"data": [plain(trace) for trace in data], "layout": plain(layout)}

    @cached_property
    def _whole(self) -> go.Figure:
        return go.Figure(self._plain, skip_invalid=False)

    @property
    def data(self) -> tuple[Any, ...]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The traces as plotly's objects."""
        return cast("tuple[Any, ...]", self._whole.data)

    @property
    def layout(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The layout as plotly's object."""
        return self._whole.layout

    def to_dict(self) -> dict[str, Any]:
        """The specification; nobody may change it."""
        return self._plain


def plain(value: Any) -> Any:
    """A value as JSON knows it: lists for arrays and columns, null for what is missing.

    Properties that are None are left out, as plotly does.
    """
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {key: plain(held) for key, held in items if held is not None}
    if isinstance(value, list | tuple | range):
        return [plain(held) for held in cast("Sequence[Any]", value)]
    if isinstance(value, np.ndarray | pd.Series | pd.Index):
        return [plain(held) for held in cast("list[Any]", value.tolist())]
    if isinstance(value, np.generic):
        return plain(value.item())
    if value is pd.NaT or is_missing(value):
        return None
    if isinstance(value, float | Decimal):
        return float(value) if isfinite(value) else None
    assert isinstance(value, date), f"a figure cannot hold {type(value).__name__}"
    return value.isoformat()
