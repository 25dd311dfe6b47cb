"""Every edition as a row of a table of bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    HOVER,
    SMALL,
    axis,
    figure,
    marked,
)
from analytics.figures.expos.parts import (
    COMPARED,
    GROWING,
    MONTHS,
    codes_of,
    colours_of,
    edition_label,
    foot,
    hovers,
    listed,
    rule,
)
from analytics.formats import MISSING, is_missing, money_scale, number, written
from analytics.look import Look
from analytics.model import MEASURES
from analytics.model.types import Measure
from analytics.text import text

_FEWEST = 6


def editions(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 400
) -> plot.Figure:
    """Six measures by edition as a table of bars, the latest edition on top.

    Args:
        frame: Columns edition, incomplete and the six measures of `COMPARED`.
        look: Language and theme.
        chosen: Editions that are filtered by; the others step back. None means all.
        height: Height in pixels.
    """
    rows = frame.sort_values("edition", kind="stable", ignore_index=True)
    layout: dict[str, Any] = {}
    traces: list[Any] = []
    notes: list[dict[str, Any]] = []
    step = 1 / len(COMPARED)
    for index, name in enumerate(COMPARED):
        suffix = "" if index == 0 else str(index + 1)
        domain = [index * step, (index + 1) * step - 0.018]
        traces.append(_cell_bars(rows, look, name, f"x{suffix}", chosen))
        largest = float(rows[name].max()) if rows[name].notna().any() else 1.0
        layout[f"xaxis{suffix}"] = axis(
            look, visible=False, range=[0, (largest or 1.0) * 1.62], domain=domain
        )
        notes.append(_column_title(look, MEASURES[name], largest, domain[0]))
    layout["yaxis"] = axis(
        look,
        tickvals=list(range(len(rows))),
        ticktext=[edition_label(value, look) for value in rows["edition"]],
        range=[min(-0.5, len(rows) - _FEWEST - 0.5), len(rows) - 0.5],
        tickfont={"size": 13, "color": look.colours.text},
    )
    if rows["incomplete"].any():
        notes.append(foot(look, text("expos.still_growing", look.language, months=MONTHS)))
    lines = [rule(look, row - 0.5) for row in range(len(rows) + 1)]
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        shapes=lines,
        margin={"l": 8, "r": 8, "t": 44, "b": 32},
        **layout,
    )


def alt_editions(frame: pd.DataFrame, look: Look) -> str:
    """The latest edition's figures in one sentence."""
    last = frame.sort_values("edition").iloc[-1]
    return text(
        "expos.alt_editions",
        look.language,
        count=len(frame),
        edition=int(last["edition"]),
        figures=listed(last, COMPARED, look),
    )


def _cell_bars(
    rows: pd.DataFrame, look: Look, name: str, xaxis: str, chosen: Sequence[int]
) -> plot.Trace:
    is_growing = name in GROWING
    return plot.bar(
        x=rows[name].astype(float),
        y=list(range(len(rows))),
        orientation="h",
        xaxis=xaxis,
        width=0.56,
        marker={
            "color": colours_of(rows, look, chosen),
            "line": {"width": 0},
            "pattern": {
                "shape": ["/" if is_growing and mark else "" for mark in rows["incomplete"]],
                "fgcolor": look.colours.ground,
                "size": 5,
            },
        },
        text=[_cell_text(value, MEASURES[name], rows[name], look) for value in rows[name]],
        textposition="outside",
        constraintext="none",
        textfont={"size": 13, "color": look.colours.text},
        cliponaxis=False,
        customdata=marked(hovers(rows, look, name), codes_of(rows)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _cell_text(value: Any, measure: Measure, column: pd.Series, look: Look) -> str:
    """A value of a column whose head says the unit."""
    if is_missing(value):
        return MISSING
    if measure.unit == "cny":
        largest = float(column.max())
        scale = money_scale(largest, look.language)
        decimals = (
            0 if largest / scale.divisor >= 1000 else 1 if largest / scale.divisor >= 100 else 2
        )
        return number(float(value) / scale.divisor, decimals, look.language)
    return written(value, measure.unit, look.language)


def _column_title(look: Look, measure: Measure, largest: float, left: float) -> dict[str, Any]:
    unit = (
        money_scale(largest, look.language).unit
        if measure.unit == "cny"
        else look.pick(measure.counted_zh, "")
    )
    said = f"<b>{look.pick(measure.zh, measure.en)}</b>"
    if unit:
        said += f"<br><span style='color:{look.colours.muted};font-size:{SMALL}px'>{unit}</span>"
    return {
        "xref": "paper",
        "yref": "paper",
        "x": left,
        "y": 1,
        "yshift": 42,
        "xanchor": "left",
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "text": said,
        "font": {"size": 12.5, "color": look.colours.text},
    }
