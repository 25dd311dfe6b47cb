"""Projects landed in the months after each opening."""

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
    value_axis,
)
from analytics.figures.expos.parts import MONTHS, edition_label
from analytics.formats import number
from analytics.look import Look
from analytics.text import text

_LABEL_GAP = 0.055
"""Least distance between labels at line ends, as a share of the axis."""


def progress(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 480
) -> plot.Figure:
    """Projects landed since the opening, an edition a line, the latest or the chosen in colour.

    Args:
        frame: Columns edition, months_since, landings.projects (so far).
        look: Language and theme.
        chosen: Editions that are filtered by; None means the latest.
        height: Height in pixels.
    """
    known = sorted(frame["edition"].unique())
    lit = [value for value in known if value in chosen] or known[-1:]
    largest = float(frame["landings.projects"].max())
    traces = [
        _progress_line(frame[frame["edition"] == value], look, value in lit)
        for value in [*(value for value in known if value not in lit), *lit]
    ]
    ends = frame.sort_values("months_since").groupby("edition").last().reset_index()
    return figure(
        traces,
        look,
        height,
        annotations=_end_labels(ends, look, lit, largest),
        margin={"l": 8, "r": 84, "t": 12, "b": 8},
        xaxis=axis(
            look,
            range=[0, MONTHS],
            tickvals=[0, 6, 12, 18, 24],
            ticktext=[_months(value, look) for value in (0, 6, 12, 18, 24)],
        ),
        yaxis=_without_zero(value_axis(look, largest, "count", look.pick("项", ""))),
    )


def alt_progress(frame: pd.DataFrame, look: Look) -> str:
    """Where the latest edition stands, and after how long."""
    rows = frame[frame["edition"] == frame["edition"].max()].sort_values("months_since")
    last = rows.iloc[-1]
    return text(
        "expos.alt_progress",
        look.language,
        edition=int(last["edition"]),
        months=int(last["months_since"]),
        landed=number(last["landings.projects"], 0, look.language),
    )


def _months(value: int, look: Look) -> str:
    if value == MONTHS:
        return text("expos.months", look.language, months=value)
    return look.pick("开幕", "Opening") if value == 0 else str(value)


def _progress_line(rows: pd.DataFrame, look: Look, is_lit: bool) -> plot.Trace:
    rows = rows.sort_values("months_since")
    hover = [
        f"<b>{edition_label(row['edition'], look)}</b><br>"
        + text(
            "expos.progress_hover",
            look.language,
            months=int(row["months_since"]),
            landed=number(row["landings.projects"], 0, look.language),
        )
        for _, row in rows.iterrows()
    ]
    return plot.scatter(
        x=rows["months_since"],
        y=rows["landings.projects"],
        mode="lines",
        line={
            "color": look.colours.accent if is_lit else look.colours.grey_line,
            "width": 3.5 if is_lit else 1.6,
        },
        customdata=marked(hover),
        hovertemplate=HOVER,
        cliponaxis=False,
    )


def _end_labels(
    ends: pd.DataFrame, look: Look, lit: Sequence[int], largest: float
) -> list[dict[str, Any]]:
    """Names at the lines' ends, moved apart among those that end together."""
    full = ends[ends["months_since"] == MONTHS].sort_values("landings.projects")
    places = apart(list(full["landings.projects"]), largest * _LABEL_GAP)
    notes = [
        _end_name(row, at, look, lit) | {"xanchor": "left", "xshift": 6}
        for (_, row), at in zip(full.iterrows(), places, strict=True)
    ]
    return notes + [
        _end_name(row, float(row["landings.projects"]), look, lit) | {"yshift": 12}
        for _, row in ends[ends["months_since"] < MONTHS].iterrows()
    ]


def _end_name(row: pd.Series, at: float, look: Look, lit: Sequence[int]) -> dict[str, Any]:
    label, is_lit = _end_label(row, look), row["edition"] in lit
    return {
        "x": row["months_since"],
        "y": at,
        "showarrow": False,
        "text": f"<b>{label}</b>" if is_lit else label,
        "font": {
            "size": 12 if is_lit else SMALL,
            "color": look.colours.accent if is_lit else look.colours.muted,
        },
    }


def _without_zero(found: dict[str, Any]) -> dict[str, Any]:
    """A value axis whose zero is not printed, where the other axis names that corner."""
    return found | {"ticktext": ["", *found["ticktext"][1:]]}


def _end_label(row: pd.Series, look: Look) -> str:
    """An edition and where it stands; where its time is not over, after how many months."""
    landed = number(row["landings.projects"], 0, look.language)
    if row["months_since"] == MONTHS:
        return f"{edition_label(row['edition'], look)} {landed}"
    return text(
        "expos.so_far",
        look.language,
        edition=int(row["edition"]),
        months=int(row["months_since"]),
        landed=landed,
    )


def apart(values: Sequence[float], gap: float) -> list[float]:
    """Rising values, moved up as little as keeps each a gap above the one below."""
    placed: list[float] = []
    for value in values:
        placed.append(max(float(value), placed[-1] + gap) if placed else max(value, 0.6 * gap))
    return placed
