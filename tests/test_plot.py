"""Figures of plain values say what plotly's own objects would."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from analytics.figures import plot

FRAME = pd.DataFrame({"day": pd.date_range("2020", periods=3), "value": [1.5, float("nan"), 3]})


def test_a_figure_is_sent_as_plotly_would_send_it() -> None:
    said = {
        "title": {"text": "成果"},
        "xaxis": {"tickvals": [date(2020, 1, 1)]},
    }
    ours = plot.Figure(
        [plot.bar(x=FRAME["day"], y=FRAME["value"], width=None, customdata=[["a", 1]] * 3)], said
    )
    theirs = go.Figure(
        go.Bar(x=list(FRAME["day"]), y=list(FRAME["value"]), customdata=[["a", 1]] * 3), said
    )
    theirs.layout.template = None  # plotly puts its own look into each figure
    assert json.loads(ours.to_json()) == json.loads(theirs.to_json())
    assert ours.data[0].type == "bar" and ours.layout.title.text == "成果"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.array([1, 2]), [1, 2]),
        (np.float64("nan"), None),
        (np.int64(3), 3),
        (float("inf"), None),
        (Decimal("1.25"), 1.25),
        (pd.NaT, None),
        (pd.NA, None),
        (pd.Series(["a", None], dtype="str"), ["a", None]),
        (pd.Series([1, pd.NA], dtype="Int64"), [1, None]),
        (pd.Timestamp("2020-03-01"), "2020-03-01T00:00:00"),
        (range(3), [0, 1, 2]),
        ({"a": None, "b": (True, "x")}, {"b": [True, "x"]}),
    ],
)
def test_values_become_plain(value: Any, wanted: Any) -> None:
    assert plot.plain(value) == wanted
    json.dumps(plot.plain(value), allow_nan=False)


def test_what_a_figure_cannot_hold_is_told() -> None:
    with pytest.raises(AssertionError, match="set"):
        plot.plain({1, 2})


def test_a_property_that_plotly_does_not_know_is_found() -> None:
    with pytest.raises(ValueError, match="colour"):
        _ = plot.Figure([plot.bar(x=[1], colour="red")], {}).data
    with pytest.raises(ValueError, match="paper"):
        _ = plot.Figure([], {"paper_colour": "red"}).layout
