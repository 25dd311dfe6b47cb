"""Provinces' ranks over the years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    axis,
    figure,
)
from analytics.figures.market.lines import (
    Chosen,
    Line,
    leading,
    line_of,
    names_of,
    note,
    trace,
    year_axis,
    years_of,
)
from analytics.formats import is_missing, number, written
from analytics.look import Look
from analytics.text import text

_TOP = 10

_DEEPEST = 14

_EDGE = {"zh": 58, "en": 112}


def ranks(
    frame: pd.DataFrame, look: Look, side: str, chosen: Chosen, height: int = 440
) -> plot.Figure:
    """Ranks over the years: grey lines, the home province in the accent, labels at both ends.

    Args:
        frame: Answer of `market_provinces` with `province_name`.
        look: Language and theme.
        side: output or absorbed.
        chosen: The home province and those compared.
        height: Height in pixels.
    """
    column = f"{side}_rank"
    rows = frame.dropna(subset=[column])
    years = years_of(rows)
    shown_codes = leading(rows, column, chosen, _TOP)
    names = names_of(rows)
    table = rows.pivot(index="year", columns="province", values=column)
    kept = [code for code in (chosen.home, *chosen.others) if code in table]
    deepest = max([_DEEPEST, *(int(table[code].max()) for code in kept)])
    lines = [
        _rank_line(rows[rows["province"] == code], look, side, chosen, names[code])
        for code in shown_codes
    ]
    edge = _EDGE[look.language]
    ends = [
        note
        for line in lines
        for note in (
            _rank_label(line, years[0], names[line.code], deepest, look, False),
            _rank_label(line, years[-1], names[line.code], deepest, look, True),
        )
        if note and (len(years) > 1 or note["xanchor"] == "left")
    ]
    return figure(
        [trace(line, years) for line in lines],
        look,
        height,
        annotations=ends,
        margin={"l": edge if len(years) > 1 else 16, "r": edge, "t": 10, "b": 8},
        xaxis=year_axis(look, years),
        yaxis=axis(look, visible=False, range=[deepest + 0.6, 0.4]),
    )


def describe_ranks(frame: pd.DataFrame, look: Look, side: str, chosen: Chosen) -> str:
    """One sentence: the home province's rank in the first year and the last, and the leaders."""
    column = f"{side}_rank"
    rows = frame.dropna(subset=[column])
    home = rows[rows["province"] == chosen.home].sort_values("year")
    last = rows[rows["year"] == rows["year"].max()].sort_values(column)
    first = look.pick("、", ", ").join(last["province_name"].head(3))
    if home.empty:
        return text("market.alt_first", look.language, year=_last(rows), first=first)
    return text(
        "market.alt_ranks",
        look.language,
        name=home["province_name"].iloc[-1],
        measure=text(f"market.side_{side}", look.language),
        since=home["year"].iloc[0],
        before=number(home[column].iloc[0], 0, look.language),
        until=home["year"].iloc[-1],
        now=number(home[column].iloc[-1], 0, look.language),
        first=first,
    )


def _rank_line(rows: pd.DataFrame, look: Look, side: str, chosen: Chosen, name: str) -> Line:
    column = f"{side}_rank"

    def say(row: Mapping[Any, Any]) -> str:
        return text(
            "market.hover_rank",
            look.language,
            name=name,
            year=row["year"],
            rank=number(row[column], 0, look.language),
            value=written(row[side], "cny", look.language),
            share=written(row[f"{side}_share"], "share", look.language),
        )

    return line_of(rows, column, "rank", name, chosen, look, say)


def _rank_label(
    line: Line, year: int, name: str, deepest: int, look: Look, at_end: bool
) -> dict[str, Any] | None:
    rank = line.points.get(year)
    if is_missing(rank) or rank is None or rank > deepest:
        return None
    place = number(rank, 0, look.language)
    words = f"{place} {name}" if at_end else f"{name} {place}"
    return note(
        f"<b>{words}</b>" if line.strong else words,
        line.ink if line.strong else look.colours.text,
        x=year,
        y=rank,
        xanchor="left" if at_end else "right",
        xshift=10 if at_end else -10,
    )


def _last(rows: pd.DataFrame) -> int:
    return int(rows["year"].max())
