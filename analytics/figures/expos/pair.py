"""Two editions side by side, measure by measure."""

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
    name_of,
    value_of,
)
from analytics.figures.expos.parts import (
    COMPARED,
    GROWING,
    MONTHS,
    edition_label,
    foot,
    legend,
    listed,
    rule,
)
from analytics.formats import MISSING, change, is_missing, signed
from analytics.look import Look
from analytics.model import MEASURES
from analytics.text import text

PAIRED = (
    "expo_exhibits.exhibits",
    "expo_exhibits.published",
    "expo_exhibits.strategic_share",
    "expo_exhibits.gba_share",
    "expo_exhibits.countries",
    "events.forums",
    "landings.projects",
    "landings.per_exhibit",
    "landings.gba_share",
    "deals.value",
    "deals.average",
)

_NOT_EVERYWHERE = ("expo_exhibits.countries", "events.forums")
"""Measures that a region other than the venue's has none of: left out where there are none."""


def pair(frame: pd.DataFrame, look: Look, height: int = 480) -> plot.Figure:
    """Two editions measure by measure: bars that fill by the larger, values and differences.

    Args:
        frame: One or two rows: edition, days_counted and the measures of `PAIRED`.
        look: Language and theme.
        height: Height in pixels.
    """
    rows = frame.sort_values("edition", kind="stable", ignore_index=True)
    names = [name for name in PAIRED if name not in _NOT_EVERYWHERE or rows[name].any()]
    places = list(range(len(names)))[::-1]
    colours = (look.colours.accent_2, look.colours.accent)[-len(rows) :]
    offsets = (-0.02, -0.32) if look.narrow else (0.19, -0.19)
    traces = [
        _pair_bars(rows, row, look, names, colour, [place + offset for place in places])
        for row, (colour, offset) in enumerate(zip(colours, offsets, strict=False))
    ]
    notes = [_pair_legend(rows, look, colours)]
    if len(rows) > 1:
        notes += [
            _pair_change(rows, name, look, at + (0.32 if look.narrow else 0))
            for name, at in zip(names, places, strict=True)
        ]
        notes.append(_pair_head(rows, look, len(names)))
    days = int(rows["days_counted"].min())
    said = [f"{name_of(name, look)}{_star(name, days)}" for name in names]
    if look.narrow:
        notes += [_row_name(name, at, look) for name, at in zip(said, places, strict=True)]
    if days < 30 * MONTHS:
        notes.append(foot(look, text("expos.same_age_mark", look.language, days=days)))
    return figure(
        traces,
        look,
        height,
        barmode="overlay",
        annotations=notes,
        shapes=[rule(look, row - 0.5) for row in range(len(names) + 1)],
        margin={"l": 8, "r": 8, "t": 30, "b": 32},
        xaxis=axis(
            look,
            visible=False,
            range=[0, 1.55 if look.language == "en" else 1.36],
            domain=[0, 1 if look.narrow else 0.82],
        ),
        yaxis=axis(
            look,
            tickvals=places,
            ticktext=said,
            showticklabels=not look.narrow,
            range=[-0.5, len(names) - 0.5],
            tickfont={"size": 12.5, "color": look.colours.text},
        ),
    )


def alt_pair(frame: pd.DataFrame, look: Look) -> str:
    """Both editions' figures in one sentence."""
    said = [
        f"{edition_label(row['edition'], look)}{look.pick('：', ': ')}"
        + listed(row, COMPARED, look)
        for _, row in frame.sort_values("edition").iterrows()
    ]
    return look.pick("；", "; ").join(said) + look.pick("。", ".")


def _pair_bars(
    rows: pd.DataFrame, row: int, look: Look, names: Sequence[str], colour: str, places: list[float]
) -> plot.Trace:
    mine = rows.iloc[row]
    most = [rows[name].astype(float).max() for name in names]
    lengths = [
        0.0 if is_missing(mine[name]) or not top or is_missing(top) else float(mine[name]) / top
        for name, top in zip(names, most, strict=True)
    ]
    said = [value_of(mine[name], name, look) for name in names]
    label = edition_label(mine["edition"], look)
    return plot.bar(
        x=lengths,
        y=places,
        orientation="h",
        width=0.28 if look.narrow else 0.34,
        marker={"color": colour, "line": {"width": 0}},
        text=said,
        textposition="outside",
        constraintext="none",
        textfont={"size": 12, "color": look.colours.text},
        cliponaxis=False,
        customdata=marked(
            [
                f"<b>{label}</b><br>{name_of(name, look)}{look.pick('：', ': ')}{value}"
                for name, value in zip(names, said, strict=True)
            ]
        ),
        hovertemplate=HOVER,
    )


def _pair_legend(rows: pd.DataFrame, look: Look, colours: Sequence[str]) -> dict[str, Any]:
    return legend(
        [
            (edition_label(edition, look), colour)
            for edition, colour in zip(rows["edition"], colours, strict=True)
        ]
    )


def _pair_head(rows: pd.DataFrame, look: Look, top: int) -> dict[str, Any]:
    first, second = (edition_label(edition, look) for edition in rows["edition"])
    return _right(
        text("expos.difference", look.language, first=first, second=second),
        top - 0.5,
        look.colours.muted,
        SMALL,
    ) | {"yanchor": "bottom", "yshift": 6}


def _pair_change(rows: pd.DataFrame, name: str, look: Look, place: float) -> dict[str, Any]:
    before, now = rows[name]
    if name in _NOT_EVERYWHERE:
        said = None if is_missing(now) else signed(float(now) - float(before), 0, look.language)
    else:
        said = change(now, before, MEASURES[name].unit, look.language)
    return _right(said or MISSING, place, look.colours.text, 12.5)


def _right(said: str, place: float, colour: str, size: float) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 1,
        "y": place,
        "xanchor": "right",
        "showarrow": False,
        "text": said,
        "font": {"size": size, "color": colour},
    }


def _row_name(said: str, place: float, look: Look) -> dict[str, Any]:
    """A row's name above its bars, where there is no room beside them."""
    return {
        "x": 0,
        "y": place + 0.32,
        "xanchor": "left",
        "showarrow": False,
        "text": said,
        "font": {"size": 12, "color": look.colours.text},
    }


def _star(name: str, days: int) -> str:
    return " *" if name in GROWING and days < 30 * MONTHS else ""
