"""Charts that the workstations and bases pages share: openings and closings, yearly strips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.figures.base import (
    HOVER,
    SMALL,
    axis,
    figure,
    marked,
    rows_of,
    shorten,
    value_axis,
)
from analytics.formats import is_missing, money_scale, number, written
from analytics.look import Look
from analytics.model import MEASURES
from analytics.text import text

_BIN = 0.1
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
) -> go.Figure:
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
            *_titles(look, [(_name(stock, look), 1.0)]),
            *_titles(
                look,
                [(f"{_name(opened, look)} / {_name(closed, look)}", 0.44)],
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
) -> go.Figure:
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
    titles: list[tuple[str, float]] = []
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
        titles.append((_strip_title(strip, largest, look), top - share * 0.14))
    last = "y" if len(declared) == 1 else f"y{len(declared)}"
    return figure(
        traces,
        look,
        height,
        bargap=0.35,
        annotations=_titles(look, titles),
        margin={"l": 8, "r": 8, "t": 14, "b": 8},
        xaxis=axis(look, dtick=_step(years), tickformat="d", anchor=last),
        **layout,
    )


def stacked(
    frame: pd.DataFrame, look: Look, whole: str, part: str, by: str, height: int = 340
) -> go.Figure:
    """Horizontal bars of a whole, of which a part is dark.

    Args:
        frame: Columns `by`, `<by>_name` and both measures.
        look: Language and theme.
        whole: Measure of the whole.
        part: Measure of the part.
        by: Dimension.
        height: Height in pixels.
    """
    rows = frame.sort_values(whole, ascending=True, kind="stable")
    places = list(range(len(rows)))
    colours = look.colours
    hover = [
        f"<b>{row[f'{by}_name']}</b><br>{_name(whole, look)}: {_said(row[whole], whole, look)}"
        f"<br>{_name(part, look)}: {_said(row[part], part, look)}"
        for row in rows_of(rows)
    ]
    codes = [None if is_missing(code) else str(code) for code in rows[by]]
    shared = {"y": places, "orientation": "h", "width": 0.62, "customdata": marked(hover, codes)}
    still = {
        "unselected": {"marker": {"opacity": 1}},
        "selected": {"marker": {"opacity": 1}},
        "hovertemplate": HOVER,
    }
    traces = [
        go.Bar(
            x=rows[part],
            marker={"color": colours.categories[2], "line": {"width": 0}},
            **shared,
            **still,
        ),
        go.Bar(
            x=rows[whole] - rows[part],
            marker={"color": colours.accent, "line": {"width": 0}},
            text=[_said(value, whole, look) for value in rows[whole]],
            textposition="outside",
            textfont={"size": 12, "color": colours.text},
            cliponaxis=False,
            **shared,
            **still,
        ),
    ]
    legend = "　".join(
        f"<span style='color:{colour}'>■</span> {words}"
        for colour, words in (
            (colours.categories[2], _name(part, look)),
            (colours.accent, text("workstations.others", look.language)),
        )
    )
    return figure(
        traces,
        look,
        height,
        barmode="stack",
        annotations=_titles(look, [(legend, 1.0)], SMALL + 1),
        margin={"l": 8, "r": 8, "t": 30, "b": 8},
        xaxis=axis(look, visible=False, range=[0, float(rows[whole].max() or 1) * 1.22]),
        yaxis=axis(
            look,
            tickvals=places,
            ticktext=[shorten(name, 26) for name in rows[f"{by}_name"]],
            tickfont={"size": 12.5, "color": colours.text},
            range=[-0.6, max(len(rows), 4) - 0.4],
        ),
    )


def intensity_histogram(frame: pd.DataFrame, look: Look, height: int = 340) -> go.Figure:
    """Workstations by R&D intensity in steps of ten points, with quartiles marked.

    Args:
        frame: Column intensity, a share.
        look: Language and theme.
        height: Height in pixels.
    """
    known = frame["intensity"].dropna()
    bins = pd.Series([min(floor(value / _BIN + 1e-9), _LAST_BIN) for value in known.tolist()])
    counts = bins.value_counts().reindex(range(_LAST_BIN + 1), fill_value=0)
    labels = [_bin_label(index) for index in counts.index]
    hover = [
        f"<b>{label}</b><br>{text('workstations.stations', look.language, count=count)}"
        for label, count in zip(labels, counts, strict=True)
    ]
    quartiles = known.quantile([0.25, 0.5, 0.75])
    largest = float(counts.max() or 1)
    trace = go.Bar(
        x=[index + 0.5 for index in counts.index],
        y=counts,
        width=0.92,
        text=[number(count, 0, look.language) if count else "" for count in counts],
        textposition="outside",
        textfont={"size": 12, "color": look.colours.text},
        cliponaxis=False,
        marker={"color": look.colours.accent, "line": {"width": 0}},
        customdata=marked(hover),
        hovertemplate=HOVER,
    )
    median = min(float(quartiles[0.5]) / _BIN, _LAST_BIN + 1)
    low, high = (min(float(quartiles[q]) / _BIN, _LAST_BIN + 1) for q in (0.25, 0.75))
    return figure(
        [trace],
        look,
        height,
        margin={"l": 8, "r": 8, "t": 44, "b": 8},
        shapes=[_band(look, low, high), _median_line(look, median)],
        annotations=[_median_note(look, median, quartiles)],
        xaxis=axis(
            look,
            tickvals=[*range(0, _LAST_BIN, 2), _LAST_BIN + 0.5],
            ticktext=[f"{index * 10}%" for index in range(0, _LAST_BIN, 2)]
            + [f"≥{_LAST_BIN * 10}%"],
            range=[0, _LAST_BIN + 1],
        ),
        yaxis=value_axis(look, largest * 1.1, "count", look.pick("家", "")),
    )


_LAST_BIN = 10


def intensity_scatter(frame: pd.DataFrame, look: Look, height: int = 340) -> go.Figure:
    """Each workstation by R&D spend (log) and R&D intensity.

    Args:
        frame: Columns station, station_name, industry_name, rd_spend (CNY), intensity, returns.
        look: Language and theme.
        height: Height in pixels.
    """
    known = frame.dropna(subset=["intensity", "rd_spend"])
    known = known[known["rd_spend"] > 0]
    hover = [
        f"<b>{row['station_name']}</b><br>{row['industry_name']}<br>"
        + text(
            "workstations.intensity_hover",
            look.language,
            spend=written(row["rd_spend"], "cny", look.language),
            intensity=written(row["intensity"], "share", look.language),
            years=row["returns"],
        )
        for row in rows_of(known)
    ]
    trace = go.Scatter(
        x=known["rd_spend"],
        y=known["intensity"],
        mode="markers",
        marker={
            "size": 9,
            "color": look.colours.accent,
            "opacity": 0.72,
            "line": {"width": 1, "color": look.colours.ground},
        },
        customdata=marked(hover, known["station"].tolist()),
        hovertemplate=HOVER,
    )
    first = floor(log10(known["rd_spend"].min())) if len(known) else 6
    last = ceil(log10(known["rd_spend"].max())) if len(known) else 8
    decades = [10.0**power for power in range(first, last + 1)]
    return figure(
        [trace],
        look,
        height,
        margin={"l": 8, "r": 24, "t": 24, "b": 8},
        annotations=_titles(look, [(text("workstations.intensity_axis", look.language), 1.0)]),
        xaxis=axis(
            look,
            type="log",
            tickvals=decades,
            ticktext=[written(at, "cny", look.language) for at in decades],
            title={
                "text": text("workstations.spend_axis", look.language),
                "font": {"size": SMALL, "color": look.colours.muted},
                "standoff": 4,
            },
        ),
        yaxis=value_axis(look, float(known["intensity"].max() or 1), "share"),
    )


def describe_flow(frame: pd.DataFrame, look: Look, stock: str, opened: str, closed: str) -> str:
    """One sentence: from how many to how many, openings and closings in all."""
    first, last = frame.iloc[0], frame.iloc[-1]
    return text(
        "charts.flow_stock_alt",
        look.language,
        measure=_name(stock, look),
        first=f"{first['period'].year}: {_said(first[stock], stock, look)}",
        last=f"{last['period'].year}: {_said(last[stock], stock, look)}",
        opened=_said(frame[opened].sum(), opened, look),
        closed=_said(frame[closed].sum(), closed, look),
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


def _name(measure: str, look: Look) -> str:
    return look.pick(MEASURES[measure].zh, MEASURES[measure].en)


def _said(value: Any, measure: str, look: Look) -> str:
    found = MEASURES[measure]
    return written(value, found.unit, look.language, look.pick(found.counted_zh, ""))


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


def _stock_line(frame: pd.DataFrame, look: Look, stock: str, years: pd.Series) -> go.Scatter:
    said = [_said(value, stock, look) for value in frame[stock]]
    return go.Scatter(
        x=years,
        y=frame[stock],
        mode="lines+markers+text",
        text=[number(value, 0, look.language) for value in frame[stock].fillna(0)],
        textposition="top center",
        textfont={"size": 12, "color": look.colours.text},
        line={"color": look.colours.accent, "width": 2.5},
        marker={"size": 6, "color": look.colours.accent},
        customdata=marked(_hover(frame, look, _name(stock, look), said), _codes(frame)),
        hovertemplate=HOVER,
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}},
    )


def _flow_bars(
    frame: pd.DataFrame, look: Look, measure: str, values: pd.Series, colour: str, years: pd.Series
) -> go.Bar:
    said = [_said(abs(value), measure, look) for value in values]
    labels = [
        f"{'+' if value > 0 else '−'}{number(abs(value), 0, look.language)}" if value else ""
        for value in values
    ]
    pattern = ["/" if incomplete else "" for incomplete in frame["incomplete"]]
    return go.Bar(
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
        customdata=marked(_hover(frame, look, _name(measure, look), said), _codes(frame)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _strip_bars(
    frame: pd.DataFrame, look: Look, strip: Strip, years: pd.Series, yaxis: str, largest: float
) -> go.Bar:
    said = [strip.written(value, look) for value in frame[strip.column]]
    pattern = ["/" if value else "" for value in frame.get("incomplete", [False] * len(frame))]
    return go.Bar(
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


def _titles(
    look: Look, rows: Sequence[tuple[str, float]], size: int = SMALL
) -> list[dict[str, Any]]:
    return [
        {
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": at,
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 2,
            "showarrow": False,
            "text": words,
            "font": {"size": size, "color": look.colours.muted},
        }
        for words, at in rows
    ]


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


def _bin_label(index: int) -> str:
    low = round(index * _BIN * 100)
    return f"≥{low}%" if index == _LAST_BIN else f"{low}%–{low + round(_BIN * 100)}%"


def _band(look: Look, low: float, high: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "yref": "paper",
        "x0": low,
        "x1": high,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"width": 0},
        "fillcolor": look.colours.tint,
        "opacity": 0.45,
    }


def _median_line(look: Look, at: float) -> dict[str, Any]:
    return {
        "type": "line",
        "yref": "paper",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"color": look.colours.text, "width": 1.2, "dash": "dot"},
    }


def _median_note(look: Look, at: float, quartiles: pd.Series) -> dict[str, Any]:
    low, middle, high = (written(float(value), "share", look.language) for value in quartiles)
    words = text("workstations.quartiles", look.language, low=low, middle=middle, high=high)
    return {
        "yref": "paper",
        "x": at,
        "y": 1,
        "yanchor": "bottom",
        "xanchor": "left" if at < _LAST_BIN / 2 else "right",
        "showarrow": False,
        "text": words,
        "font": {"size": 12, "color": look.colours.text},
    }
