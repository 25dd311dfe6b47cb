"""The Greater Bay Area's shares by edition, against their lines."""

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
    GROWING,
    MONTHS,
    codes_of,
    edition_axis,
    foot,
    hovers,
    percent,
    threshold,
)
from analytics.formats import is_missing, written
from analytics.look import Look
from analytics.text import text

EXHIBITS_LINE = 0.5

LANDINGS_LINE = 0.7


def gba(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 380
) -> plot.Figure:
    """The Greater Bay Area's shares of exhibits and landings by edition, against their lines.

    Args:
        frame: Columns edition, incomplete, expo_exhibits.gba_share, landings.gba_share.
        look: Language and theme.
        chosen: Editions that are filtered by, marked larger.
        height: Height in pixels.
    """
    rows = frame.sort_values("edition", kind="stable", ignore_index=True)
    series = (
        ("landings.gba_share", LANDINGS_LINE, look.colours.categories[0], "expos.landings_line"),
        (
            "expo_exhibits.gba_share",
            EXHIBITS_LINE,
            look.colours.categories[1],
            "expos.exhibits_line",
        ),
    )
    shares = rows[[name for name, *_ in series]].astype(float)
    low = min(float(shares.min().min()) if shares.notna().any().any() else 0.4, EXHIBITS_LINE)
    high = max(float(shares.max().max()) if shares.notna().any().any() else 0.9, LANDINGS_LINE)
    traces, notes, shapes = [], [], []
    for name, line, colour, key in series:
        traces.append(_share_line(rows, look, name, line, colour, chosen))
        shapes.append(threshold(line, colour))
        notes += _share_values(rows, look, name, line)
        notes.append(_line_name(text(key, look.language), line, colour))
        notes += _last_name(rows, look, name, colour)
    if rows["incomplete"].any():
        notes.append(foot(look, text("expos.hollow", look.language, months=MONTHS), 44))
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        shapes=shapes,
        margin={"l": 8, "r": (78 if look.language == "en" else 72), "t": 12, "b": 50},
        xaxis=edition_axis(rows, look),
        yaxis=axis(
            look,
            grid=True,
            range=[max(low - 0.1, -0.12), min(high + 0.07, 1.08)],
            tickvals=[tenth / 10 for tenth in range(11)],
            ticktext=[percent(tenth / 10, look, 0) for tenth in range(11)],
        ),
    )


def alt_gba(frame: pd.DataFrame, look: Look) -> str:
    """Both shares of the latest edition."""
    last = frame.sort_values("edition").iloc[-1]
    return text(
        "expos.alt_gba",
        look.language,
        edition=int(last["edition"]),
        exhibits=written(last["expo_exhibits.gba_share"], "share", look.language),
        landings=written(last["landings.gba_share"], "share", look.language),
    )


def _decimals(count: int, look: Look) -> int:
    """Decimals of percentages for which there is room over so many points in a row."""
    return 0 if look.narrow and count > 6 else 1


def _share_line(
    rows: pd.DataFrame, look: Look, name: str, line: float, colour: str, chosen: Sequence[int]
) -> plot.Trace:
    values = rows[name].astype(float)
    growing = rows["incomplete"] & (name in GROWING)
    marks = [look.colours.warning if value < line else colour for value in values]
    return plot.scatter(
        x=list(range(len(rows))),
        y=values,
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker={
            "opacity": 1,
            "size": [13 if edition in chosen else 9 for edition in rows["edition"]],
            "color": [
                look.colours.ground if mark else own
                for mark, own in zip(growing, marks, strict=True)
            ],
            "line": {"color": marks, "width": 2},
        },
        customdata=marked(hovers(rows, look, name), codes_of(rows)),
        hovertemplate=HOVER,
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _share_values(rows: pd.DataFrame, look: Look, name: str, line: float) -> list[dict[str, Any]]:
    return [
        {
            "x": place,
            "y": float(value),
            "yshift": -16 if value < line else 15,
            "showarrow": False,
            "text": percent(value, look, _decimals(len(rows), look)),
            "font": {
                "size": SMALL,
                "color": look.colours.warning_text if value < line else look.colours.text,
            },
        }
        for place, value in enumerate(rows[name])
        if not is_missing(value)
    ]


def _line_name(said: str, at: float, colour: str) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 1,
        "y": at,
        "xanchor": "left",
        "xshift": 4,
        "showarrow": False,
        "text": said,
        "font": {"size": SMALL, "color": colour},
    }


def _last_name(rows: pd.DataFrame, look: Look, name: str, colour: str) -> list[dict[str, Any]]:
    """The series' name beside its last point, on the side away from its line."""
    known = rows[rows[name].notna()]
    if known.empty:
        return []
    last = float(known[name].iloc[-1])
    line = LANDINGS_LINE if name == "landings.gba_share" else EXHIBITS_LINE
    near = abs(last - line) < 0.035
    key = "expos.share_landings" if name == "landings.gba_share" else "expos.share_exhibits"
    return [
        {
            "xref": "paper",
            "x": 1,
            "y": last,
            "yshift": (-16 if last < line else 16) if near else 0,
            "xanchor": "left",
            "xshift": 4,
            "showarrow": False,
            "text": f"<b>{text(key, look.language)}</b>",
            "font": {"size": 12, "color": colour},
        }
    ]
