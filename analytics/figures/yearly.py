"""Charts over the years: a stock with what opened and closed, and rows of bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    titles,
    value_of,
)
from analytics.formats import is_missing, money_scale, number, written
from analytics.look import Look
from analytics.text import text

_DEEP = 0.8  # of a strip's share of the height, its title included


@dataclass(frozen=True)
class Strip:
    """One row of bars in a yearly chart: column, names, unit and measure word."""

    column: str
    zh: str
    en: str
    unit: str
    counted_zh: str = ""

    def written(self, value: Any, look: Look) -> str:
        """A value in words."""
        return written(value, self.unit, look.language, look.pick(self.counted_zh, ""))


def flow(
    frame: pd.DataFrame, look: Look, stock: str, opened: str, closed: str, height: int = 340
) -> plot.Figure:
    """The stock at each year's end as a line; openings above and closings below zero as bars.

    Args:
        frame: Columns period, incomplete and the three measures.
        look: Language and theme.
        stock: Measure of those open at the year's end.
        opened: Measure of openings.
        closed: Measure of closings.
        height: Height in pixels.
    """
    colours = look.colours
    years = frame["period"].dt.year
    gained, lost = frame[opened].fillna(0), frame[closed].fillna(0)
    line = _stock_line(frame, look, stock, years)
    bars = [
        _flow_bars(frame, look, opened, gained, colours.accent, years),
        _flow_bars(frame, look, closed, -lost, colours.accent_2, years),
    ]
    top, low = float(gained.max() or 1), float(lost.max() or 0)
    return figure(
        [line, *bars],
        look,
        height,
        barmode="relative",
        annotations=[
            *titles(look, [(name_of(stock, look), 1.0)]),
            *titles(
                look,
                [(f"{name_of(opened, look)} / {name_of(closed, look)}", 0.44)],
            ),
        ],
        margin={"l": 8, "r": 14, "t": 24, "b": 8},
        xaxis=axis(look, dtick=_step(years), tickformat="d", anchor="y2"),
        yaxis=axis(
            look,
            domain=[0.56, 1.0],
            visible=False,
            range=[0, float(frame[stock].max() or 1) * 1.3],
        ),
        yaxis2=axis(look, domain=[0.0, 0.42], visible=False, range=[-low - top * 0.22, top * 1.28]),
        shapes=[_zero_line(look, "y2")],
    )


def strips(
    frame: pd.DataFrame, look: Look, declared: Sequence[Strip], height: int = 240
) -> plot.Figure:
    """One row of bars for each column over the years, each with its values.

    Args:
        frame: Column year, or period, and the columns declared.
        look: Language and theme.
        declared: Rows from the top.
        height: Height in pixels.
    """
    years = frame["year"] if "year" in frame else frame["period"].dt.year
    share = 1 / len(declared)
    traces: list[Any] = []
    layout: dict[str, Any] = {}
    heads: list[tuple[str, float]] = []
    for index, strip in enumerate(declared):
        suffix = "" if index == 0 else str(index + 1)
        top = 1 - index * share
        values = frame[strip.column].astype(float)
        known = values.max()
        largest = float(known) if known and known > 0 else 1.0
        traces.append(_strip_bars(frame, look, strip, years, f"y{suffix}", largest))
        layout[f"yaxis{suffix}"] = axis(
            look,
            domain=[max(top - share * _DEEP, 0), top - share * 0.14],
            visible=False,
            range=[0, largest * 1.5],
        )
        heads.append((_strip_title(strip, largest, look), top - share * 0.14))
    last = "y" if len(declared) == 1 else f"y{len(declared)}"
    return figure(
        traces,
        look,
        height,
        bargap=0.35,
        annotations=titles(look, heads),
        margin={"l": 8, "r": 8, "t": 14, "b": 8},
        xaxis=axis(look, dtick=_step(years), tickformat="d", anchor=last),
        **layout,
    )


def describe_flow(frame: pd.DataFrame, look: Look, stock: str, opened: str, closed: str) -> str:
    """One sentence: from how many to how many, openings and closings in all."""
    first, last = frame.iloc[0], frame.iloc[-1]
    return text(
        "charts.flow_stock_alt",
        look.language,
        measure=name_of(stock, look),
        first=f"{first['period'].year}: {value_of(first[stock], stock, look)}",
        last=f"{last['period'].year}: {value_of(last[stock], stock, look)}",
        opened=value_of(frame[opened].sum(), opened, look),
        closed=value_of(frame[closed].sum(), closed, look),
    )


def describe_strips(frame: pd.DataFrame, look: Look, declared: Sequence[Strip]) -> str:
    """One sentence: the last year's values."""
    last = frame.iloc[-1]
    year = last["year"] if "year" in frame else last["period"].year
    values = look.pick("，", ", ").join(
        f"{look.pick(strip.zh, strip.en)} {strip.written(last[strip.column], look)}"
        for strip in declared
    )
    return text("charts.strips_alt", look.language, year=int(year), values=values)


def _step(years: pd.Series) -> int:
    return 1 if years.nunique() <= 12 else 2


def _hover(frame: pd.DataFrame, look: Look, name: str, values: Sequence[str]) -> list[str]:
    years = frame["year"] if "year" in frame else frame["period"].dt.year
    unfinished = frame["incomplete"] if "incomplete" in frame else [False] * len(frame)
    return [
        f"<b>{year}</b><br>{name}: {value}"
        + (f"<br>{text('charts.incomplete', look.language)}" if incomplete else "")
        for year, value, incomplete in zip(years, values, unfinished, strict=True)
    ]


def _codes(frame: pd.DataFrame) -> list[str] | None:
    return [str(day.year) for day in frame["period"]] if "period" in frame else None


def _stock_line(frame: pd.DataFrame, look: Look, stock: str, years: pd.Series) -> plot.Trace:
    said = [value_of(value, stock, look) for value in frame[stock]]
    return plot.scatter(
        x=years,
        y=frame[stock],
        mode="lines+markers+text",
        text=[number(value, 0, look.language) for value in frame[stock].fillna(0)],
        textposition="top center",
        textfont={"size": 12, "color": look.colours.text},
        line={"color": look.colours.accent, "width": 2.5},
        marker={"size": 6, "color": look.colours.accent},
        customdata=marked(_hover(frame, look, name_of(stock, look), said), _codes(frame)),
        hovertemplate=HOVER,
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}},
    )


def _flow_bars(
    frame: pd.DataFrame, look: Look, measure: str, values: pd.Series, colour: str, years: pd.Series
) -> plot.Trace:
    said = [value_of(abs(value), measure, look) for value in values]
    labels = [
        f"{'+' if value > 0 else '−'}{number(abs(value), 0, look.language)}" if value else ""
        for value in values
    ]
    pattern = ["/" if incomplete else "" for incomplete in frame["incomplete"]]
    return plot.bar(
        x=years,
        y=values,
        yaxis="y2",
        width=0.62,
        text=labels,
        textposition="outside",
        textfont={"size": 12, "color": look.colours.text},
        cliponaxis=False,
        marker={
            "color": colour,
            "line": {"width": 0},
            "pattern": {
                "shape": pattern,
                "fillmode": "overlay",
                "fgcolor": look.colours.ground,
                "size": 5,
            },
        },
        customdata=marked(_hover(frame, look, name_of(measure, look), said), _codes(frame)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _strip_bars(
    frame: pd.DataFrame, look: Look, strip: Strip, years: pd.Series, yaxis: str, largest: float
) -> plot.Trace:
    said = [strip.written(value, look) for value in frame[strip.column]]
    pattern = ["/" if value else "" for value in frame.get("incomplete", [False] * len(frame))]
    return plot.bar(
        x=years,
        y=frame[strip.column].astype(float),
        yaxis=yaxis,
        text=[_short(value, strip, largest, look) for value in frame[strip.column]],
        constraintext="none",
        textangle=0,
        textposition="outside",
        textfont={"size": SMALL, "color": look.colours.text},
        cliponaxis=False,
        marker={
            "color": look.colours.accent,
            "line": {"width": 0},
            "pattern": {
                "shape": pattern,
                "fillmode": "overlay",
                "fgcolor": look.colours.ground,
                "size": 5,
            },
        },
        customdata=marked(_hover(frame, look, look.pick(strip.zh, strip.en), said), _codes(frame)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _short(value: Any, strip: Strip, largest: float, look: Look) -> str:
    """A value over its bar; the unit of money stands in the row's title."""
    if is_missing(value):
        return ""
    if strip.unit != "cny":
        return written(value, strip.unit, look.language)
    scale = money_scale(largest, look.language)
    scaled = float(value) / scale.divisor
    top = largest / scale.divisor
    return number(scaled, 2 if top < 10 else 1 if top < 1000 else 0, look.language)


def _strip_title(strip: Strip, largest: float, look: Look) -> str:
    name = look.pick(strip.zh, strip.en)
    if strip.unit != "cny":
        return name
    unit = money_scale(largest, look.language).unit
    return look.pick(f"{name}（{unit}）", f"{name} ({unit})")


def _zero_line(look: Look, yref: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "yref": yref,
        "x0": 0,
        "x1": 1,
        "y0": 0,
        "y1": 0,
        "line": {"color": look.colours.outline, "width": 1},
    }
