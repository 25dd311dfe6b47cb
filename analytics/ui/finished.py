"""Drawings made ready to be sent, so that sending them again costs nothing."""

from __future__ import annotations

from typing import Any, cast

import orjson
import plotly.graph_objects as go


class Finished(go.Figure):
    """A figure that nobody changes any more, with its specification as plain values.

    A figure copies all it holds whenever it is sent, which took longer than drawing it.
    """

    def __init__(self, figure: go.Figure) -> None:
        """Take over a figure as it is now."""
        super().__init__(figure, skip_invalid=False)
        self._finished: dict[str, Any] = orjson.loads(cast(str, figure.to_json(engine="orjson")))

    def to_dict(self) -> dict[str, Any]:
        """The specification; nobody may change it."""
        return self._finished


def finished(drawn: Any) -> Any:
    """A figure ready to be sent; everything else as it is."""
    return Finished(drawn) if isinstance(drawn, go.Figure) else drawn
