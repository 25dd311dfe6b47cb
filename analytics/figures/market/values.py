"""Shares, both sides of the market and contracts over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    rows_of,
)
from analytics.figures.market.lines import (
    Chosen,
    Line,
    drawn_lines,
    leading,
    line_of,
    named_years,
    names_of,
)
from analytics.figures.trends import bars_over_time
from analytics.formats import is_missing, written
from analytics.look import Look
from analytics.text import text

_TOP = 6


def shares(frame: pd.DataFrame, look: Look, chosen: Chosen, height: int = 340) -> plot.Figure:
    """Shares of national output over the years, against those chosen or else the first six."""
    column = "output_share"
    rows = frame.dropna(subset=[column])
    names = names_of(rows)
    compared = [code for code in chosen.others if code in names]
    codes = [*compared, chosen.home] if compared else leading(rows, column, chosen, _TOP)

    def say(row: Mapping[Any, Any]) -> str:
        return text(
            "market.hover_share",
            look.language,
            name=names[row["province"]],
            year=row["year"],
            share=written(row[column], "share", look.language),
            value=written(row["output"], "cny", look.language),
        )

    lines = [
        line_of(rows[rows["province"] == code], column, "share", names[code], chosen, look, say)
        for code in codes
        if code in names
    ]
    return drawn_lines(lines, look, height, "share")


def both_sides(frame: pd.DataFrame, look: Look, height: int = 340) -> plot.Figure:
    """What one province sold and bought, year by year.

    Args:
        frame: Columns period, province_name, tech_market.output, .absorbed and .net.
        look: Language and theme.
        height: Height in pixels.
    """
    rows = frame.assign(year=frame["period"].dt.year)
    colours = {"absorbed": look.colours.accent_2, "output": look.colours.accent}
    name = str(rows["province_name"].iloc[0])
    lines: list[Line] = []
    for side, colour in colours.items():
        column = f"tech_market.{side}"
        known = rows.dropna(subset=[column])
        if known.empty:
            continue
        word = text(f"market.side_{side}", look.language)
        hover = {int(row["year"]): _both_hover(row, name, look) for row in rows_of(known)}
        points = dict(zip(known["year"], known[column], strict=True))
        last = written(known[column].iloc[-1], "cny", look.language)
        is_output = side == "output"
        lines.append(
            Line(side, points, hover, colour, 3.0 if is_output else 2.4,
                 text("market.end_label", look.language, name=name, side=word, value=last),
                 look.colours.text, is_output)
        )  # fmt: skip
    return drawn_lines(lines, look, height, "cny", clickable=False)


def contracts(
    frame: pd.DataFrame, look: Look, measures: Sequence[str], height: int = 300
) -> plot.Figure:
    """Contracts and the average contract by year, the axis naming printed years only.

    Args:
        frame: Columns period, incomplete and the measures.
        look: Language and theme.
        measures: Contracts and the average.
        height: Height in pixels.
    """
    printed = frame.dropna(subset=list(measures), how="all")
    named = named_years(sorted({day.year for day in printed["period"]}), 8)
    labelled = [date(year, 1, 1) for year in named]
    return bars_over_time(frame, look, measures, "year", height, labelled)


def describe_shares(frame: pd.DataFrame, look: Look, chosen: Chosen) -> str:
    """One sentence: the home province's share from the first year to the last."""
    rows = frame.dropna(subset=["output_share"])
    home = rows[rows["province"] == chosen.home].sort_values("year")
    if home.empty:
        home = rows[rows["year"] == rows["year"].max()].nlargest(1, "output_share")
    first, last = home.iloc[0], home.iloc[-1]
    return text(
        "market.alt_shares",
        look.language,
        name=last["province_name"],
        since=first["year"],
        before=written(first["output_share"], "share", look.language),
        until=last["year"],
        now=written(last["output_share"], "share", look.language),
    )


def describe_both(frame: pd.DataFrame, look: Look) -> str:
    """One sentence: what the province sold and bought in the last printed year."""
    rows = frame.dropna(subset=["tech_market.absorbed"])
    if rows.empty:
        return text("charts.nothing", look.language)
    last = rows.iloc[-1]
    return _both_hover(
        {**last.to_dict(), "year": last["period"].year}, str(last["province_name"]), look
    ).replace("<br>", look.pick("，", "; ")).replace("<b>", "").replace("</b>", "")  # fmt: skip


def _both_hover(row: Mapping[Any, Any], name: str, look: Look) -> str:
    net = row["tech_market.net"]
    word = "" if is_missing(net) else "sold" if net >= 0 else "bought"
    said = text(
        "market.hover_both",
        look.language,
        name=name,
        year=row["year"],
        output=written(row["tech_market.output"], "cny", look.language),
        absorbed=written(row["tech_market.absorbed"], "cny", look.language),
    )
    if not word:
        return said
    return f"{said}<br>{text(f'market.net_{word}', look.language)} " + written(
        abs(net), "cny", look.language
    )
