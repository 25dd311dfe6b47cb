"""What each province added to the nation since the printed year before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    HOVER,
    SMALL,
    axis,
    figure,
    marked,
    rows_of,
)
from analytics.figures.market.lines import Chosen, note
from analytics.formats import is_missing, shown, signed, written
from analytics.look import Look
from analytics.text import text

_GAINERS, _LOSERS = 9, 3


def gains(frame: pd.DataFrame, look: Look, chosen: Chosen, height: int = 340) -> plot.Figure:
    """What each province added to the nation since the printed year before, the middle left out.

    Args:
        frame: Answer of `market_changes` with `province_name`.
        look: Language and theme.
        chosen: The home province and those compared.
        height: Height in pixels.
    """
    rows = frame.dropna(subset=["gain"]).sort_values("gain", ascending=False, ignore_index=True)
    kept = _ends(rows, chosen)
    places, names, notes = _places(kept, look)
    values = kept["gain"].tolist()
    largest, least = max([0.0, *values]), min([0.0, *values])
    words = [_gain(row, look) for row in rows_of(kept)]
    notes += [
        note(said, look.colours.text, x=max(value, 0.0), y=at, xanchor="left", xshift=6)
        for said, value, at in zip(words, values, places, strict=True)
    ]
    colours = [
        look.colours.accent if code == chosen.home else look.colours.accent_2
        for code in kept["province"]
    ]
    bar = plot.bar(
        x=values,
        y=places,
        orientation="h",
        width=0.66,
        marker={"color": colours, "line": {"width": 0}},
        customdata=marked([_gain_hover(row, look) for row in rows_of(kept)],
                          kept["province"].tolist()),
        hovertemplate=HOVER,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )  # fmt: skip
    return figure(
        [bar],
        look,
        height,
        annotations=notes,
        xaxis=axis(
            look,
            showticklabels=False,
            zeroline=True,
            zerolinecolor=look.colours.border,
            range=[least * 1.04, largest + _label_room(largest - least, look)],
        ),
        yaxis=axis(
            look,
            tickvals=places,
            ticktext=names,
            range=[max(places, default=0) + 0.6, -0.6],
            tickfont={"size": 12.5, "color": look.colours.text},
        ),
    )


def _label_room(span: float, look: Look) -> float:
    """Room in CNY that the words beside the longest bar need, on a chart of half the page."""
    words = 158 if look.language == "zh" else 172
    bars = max(look.room(0.5) - words - (60 if look.language == "zh" else 100), 60)
    return max(span, 1.0) * words / bars


def describe_gains(frame: pd.DataFrame, look: Look) -> str:
    """One sentence: who added most."""
    rows = frame.dropna(subset=["gain"]).nlargest(3, "gain")
    if rows.empty:
        return text("charts.nothing", look.language)
    return text(
        "market.alt_gains",
        look.language,
        year=rows["year"].iloc[0],
        prior=rows["prior_year"].iloc[0],
        first=look.pick("、", ", ").join(
            f"{row['province_name']} {_gain(row, look)}" for row in rows_of(rows)
        ),
    )


def _ends(rows: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """The most gained, the least, and the provinces chosen."""
    if len(rows) <= _GAINERS + _LOSERS:
        return rows
    wanted = rows["province"].isin([chosen.home, *chosen.others])
    ends = (rows.index < _GAINERS) | (rows.index >= len(rows) - _LOSERS)
    return rows[ends | wanted]


def _places(kept: pd.DataFrame, look: Look) -> tuple[list[float], list[str], list[dict[str, Any]]]:
    """Where each bar stands, its name, and a word where provinces are left out."""
    places: list[float] = []
    notes: list[dict[str, Any]] = []
    previous, at = -1, 0.0
    for index in kept.index:
        left_out = int(index) - previous - 1
        if left_out:
            words = text("market.left_out", look.language, count=left_out)
            notes.append(
                note(words, look.colours.muted, x=0, xref="paper", xanchor="left", y=at)
                | {"font": {"size": SMALL, "color": look.colours.muted}}
            )
            at += 1
        places.append(at)
        at += 1
        previous = int(index)
    return places, kept["province_name"].tolist(), notes


def _gain(row: Mapping[Any, Any], look: Look) -> str:
    """The gain with its sign, and its share of the national increase where that means anything."""
    parts = shown(abs(row["gain"]), "cny", look.language)
    sign = "+" if row["gain"] >= 0 else "-"
    lead = f"{parts.before} " if parts.before else ""
    value = f"{lead}{sign}{parts.figure} {parts.unit}".strip()
    if is_missing(row["gain_share"]):
        return value
    return f"{value} ({signed(row['gain_share'] * 100, 1, look.language)}%)"


def _gain_hover(row: Mapping[Any, Any], look: Look) -> str:
    growth = "" if is_missing(row["growth"]) else signed(row["growth"] * 100, 1, look.language)
    return text(
        "market.hover_gain",
        look.language,
        name=row["province_name"],
        prior=row["prior_year"],
        before=written(row["output_prior"], "cny", look.language),
        year=row["year"],
        now=written(row["output"], "cny", look.language),
        growth=f"{growth}%",
    )
