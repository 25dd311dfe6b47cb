"""Shares of the exhibits by industry and edition, and how they drifted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    axis,
    figure,
    shorten,
)
from analytics.figures.expos.parts import edition_label, percent
from analytics.formats import signed, written
from analytics.look import Look
from analytics.text import text


def industries(frame: pd.DataFrame, look: Look, height: int = 380) -> plot.Figure:
    """Shares of an edition's exhibits by industry as a table of tints, and how they drifted.

    Args:
        frame: Columns edition, industry, industry_name, exhibit_share.
        look: Language and theme.
        height: Height in pixels.
    """
    table, names = _shares(frame)
    drift = _drift(table)
    columns, most = len(table.columns), _most(table)
    colours = look.colours
    traces: list[Any] = [
        _tints(table.to_numpy(), list(range(columns)), colours.sequence, (0.0, most))
    ]
    traces[0]["customdata"] = [
        [
            f"<b>{names[code]} · {edition_label(edition, look)}</b><br>"
            f"{written(table.at[code, edition], 'share', look.language)}"
            for edition in table.columns
        ]
        for code in table.index
    ]
    notes = [
        _cell(column, row, percent(share, look), _ink(float(share) / most, look))
        for row, shares in enumerate(table.to_numpy())
        for column, share in enumerate(shares)
    ]
    ticks = [edition_label(edition, look) for edition in table.columns]
    places: list[float] = list(range(columns))
    if drift is not None:
        reach = max(float(drift.abs().max()), 0.001)
        places.append(columns + 0.25)
        ticks.append(text("expos.drift", look.language))
        drifted = _tints(drift.to_numpy()[:, None], places[-1:], colours.diverging, (-reach, reach))
        drifted["customdata"] = [
            [_drift_hover(table, code, names, drift, look)] for code in table.index
        ]
        traces.append(drifted)
        notes += [
            _cell(places[-1], row, signed(float(value) * 100, 1, look.language), ink)
            for row, value in enumerate(drift)
            for ink in [_diverging_ink(float(value) / reach, look)]
        ]
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        xaxis=axis(
            look,
            side="top",
            tickvals=places,
            ticktext=ticks,
            ticks="",
            range=[-0.5, places[-1] + 0.5],
        ),
        yaxis=axis(
            look,
            tickvals=list(range(len(table))),
            ticktext=[shorten(names[code], 22) for code in table.index],
            ticks="",
            tickfont={"size": 12.5, "color": colours.text},
        ),
    )


def alt_industries(frame: pd.DataFrame, look: Look) -> str:
    """The largest industry of the latest edition, and the one that drifted most."""
    table, names = _shares(frame)
    last = table.columns[-1]
    top = table[last].idxmax()
    said = text(
        "expos.alt_industries",
        look.language,
        edition=int(last),
        industry=names[top],
        share=written(table.at[top, last], "share", look.language),
    )
    drift = _drift(table)
    if drift is None:
        return said
    moved: Any = drift.abs().idxmax()
    return said + text(
        "expos.alt_drift",
        look.language,
        first=int(table.columns[0]),
        industry=names[moved],
        points=signed(float(drift[moved]) * 100, 1, look.language),
    )


def _shares(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[Any, str]]:
    """Shares with industries down (largest on top, the unspecified last) and editions across."""
    rows = frame.assign(industry=frame["industry"].fillna(""))
    names = dict(zip(rows["industry"], rows["industry_name"], strict=True))
    table = rows.pivot_table(
        index="industry", columns="edition", values="exhibit_share", aggfunc="sum", fill_value=0.0
    )
    order = table.iloc[:, -1].sort_values(kind="stable").index
    last = [code for code in ("", "other") if code in order]
    return table.loc[[*last, *(code for code in order if code not in last)]], names


def _drift(table: pd.DataFrame) -> pd.Series | None:
    return table.iloc[:, -1] - table.iloc[:, 0] if len(table.columns) > 1 else None


def _drift_hover(
    table: pd.DataFrame, code: Any, names: dict[Any, str], drift: pd.Series, look: Look
) -> str:
    return text(
        "expos.drift_hover",
        look.language,
        industry=names[code],
        first=int(table.columns[0]),
        last=int(table.columns[-1]),
        points=signed(float(drift[code]) * 100, 1, look.language),
    )


def _most(table: pd.DataFrame) -> float:
    return float(table.max().max()) or 1.0


def _tints(
    values: Any, places: Sequence[float], ramp: Sequence[str], reach: tuple[float, float]
) -> plot.Trace:
    return plot.heatmap(
        z=values,
        x=list(places),
        dx=1,
        colorscale=[[index / (len(ramp) - 1), colour] for index, colour in enumerate(ramp)],
        zmin=reach[0],
        zmax=reach[1],
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{customdata}<extra></extra>",
    )


def _cell(x: float, y: float, said: str, colour: str) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": said,
        "showarrow": False,
        "font": {"size": 12, "color": colour},
    }


def _ink(depth: float, look: Look) -> str:
    if look.theme == "dark":
        return "#10151C" if depth > 0.55 else look.colours.text
    return "#FFFFFF" if depth > 0.45 else look.colours.text


def _diverging_ink(depth: float, look: Look) -> str:
    if look.theme == "dark":
        return "#10151C" if abs(depth) > 0.5 else look.colours.text
    return "#FFFFFF" if abs(depth) > 0.6 else look.colours.text
