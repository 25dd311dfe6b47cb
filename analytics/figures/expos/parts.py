"""What the charts of the expo page share: editions, their measures, marks and notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics.figures.base import (
    SMALL,
    axis,
    name_of,
    value_of,
)
from analytics.formats import is_missing, number
from analytics.look import Look
from analytics.model.types import Measure
from analytics.text import text

COMPARED = (
    "expo_exhibits.exhibits",
    "expo_exhibits.published",
    "landings.projects",
    "landings.per_exhibit",
    "deals.value",
    "deals.average",
)

GROWING = (
    "landings.projects",
    "landings.per_exhibit",
    "landings.gba_share",
    "deals.value",
    "deals.average",
)
"""Measures of an edition that go on changing for months after it closed."""

MONTHS = 24


def edition_label(edition: Any, look: Look) -> str:
    """An edition as an axis or a heading names it."""
    return look.pick(f"{int(edition)}年", f"{int(edition)}")


def listed(row: pd.Series, names: Sequence[str], look: Look) -> str:
    """Measures of an edition with their values, one after another."""
    return look.pick("，", ", ").join(
        look.pick(f"{name_of(name, look)} {said}", f"{name_of(name, look).lower()} {said}")
        for name in names
        for said in [value_of(row[name], name, look)]
    )


def colours_of(rows: pd.DataFrame, look: Look, chosen: Sequence[int]) -> list[str]:
    """The accent for chosen editions, or for all where none is chosen."""
    return [
        look.colours.accent if not chosen or edition in chosen else look.colours.accent_2
        for edition in rows["edition"]
    ]


def hovers(rows: pd.DataFrame, look: Look, name: str) -> list[str]:
    """What each edition says of a measure, and that it is still growing where it is."""
    growing = text("expos.incomplete", look.language)
    marks = rows["incomplete"] if "incomplete" in rows and name in GROWING else [False] * len(rows)
    return [
        f"<b>{edition_label(edition, look)}</b><br>{name_of(name, look)}{look.pick('：', ': ')}"
        f"{value_of(value, name, look)}" + (f"<br>{growing}" if mark else "")
        for edition, value, mark in zip(rows["edition"], rows[name], marks, strict=True)
    ]


def codes_of(rows: pd.DataFrame) -> list[int]:
    """The editions that clicks filter by."""
    return [int(edition) for edition in rows["edition"]]


def foot(look: Look, said: str, shift: int = 26) -> dict[str, Any]:
    """A line under the chart, so many pixels below the axis."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0,
        "yshift": -shift,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": said,
        "font": {"size": SMALL, "color": look.colours.muted},
    }


def rule(look: Look, at: float) -> dict[str, Any]:
    """A hairline between rows."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "layer": "below",
        "line": {"color": look.colours.border, "width": 0.6},
    }


def legend(items: Sequence[tuple[str, str]], a_line: int = 6) -> dict[str, Any]:
    """Names with their colours above a chart, so many a line."""
    said = [f"<span style='color:{colour}'>■</span> {name}" for name, colour in items]
    lines = ["   ".join(said[at : at + a_line]) for at in range(0, len(said), a_line)]
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "yshift": 6,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "align": "left",
        "text": "<br>".join(lines),
        "font": {"size": 12},
    }


def percent(value: Any, look: Look, decimals: int = 1) -> str:
    """A share as a percentage; nothing where there is none."""
    return "" if is_missing(value) else f"{number(float(value) * 100, decimals, look.language)}%"


def edition_axis(rows: pd.DataFrame, look: Look) -> dict[str, Any]:
    """Editions side by side; of more than eight only every other is named where it is narrow."""
    count = len(rows)
    step = 2 if count > 8 and look.narrow else 1
    shown = list(range(count))[::-1][::step][::-1]
    return axis(
        look,
        tickvals=shown,
        ticktext=[str(int(rows["edition"].iloc[place])) for place in shown],
        range=[min(-0.6, (count - 4) / 2 - 0.6), max(count - 0.4, (count + 4) / 2 - 0.4)],
        tickangle=0,
    )


def threshold(at: float, colour: str) -> dict[str, Any]:
    """A dotted line across the chart."""
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "line": {"color": colour, "width": 1.2, "dash": "dot"},
    }


def row_title(look: Look, title: Measure | str, top: float) -> dict[str, Any]:
    """The name over a row of a chart, with its measure word."""
    said = title if isinstance(title, str) else look.pick(title.zh, title.en)
    counted = "" if isinstance(title, str) else look.pick(f"（{title.counted_zh}）", "")
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": top,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"{said}{counted}",
        "font": {"size": 12, "color": look.colours.muted},
    }
