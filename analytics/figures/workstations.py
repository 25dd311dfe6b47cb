"""Charts of the workstations page: kinds with their rural part, and R&D intensity."""

from __future__ import annotations

from math import ceil, floor, log10
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
    rows_of,
    shorten,
    titles,
    value_axis,
    value_of,
)
from analytics.formats import is_missing, number, written
from analytics.look import Look
from analytics.text import text

_BIN = 0.1

_LAST_BIN = 10


def stacked(
    frame: pd.DataFrame, look: Look, whole: str, part: str, by: str, height: int = 340
) -> plot.Figure:
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
        f"<b>{row[f'{by}_name']}</b><br>{name_of(whole, look)}: {value_of(row[whole], whole, look)}"
        f"<br>{name_of(part, look)}: {value_of(row[part], part, look)}"
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
        plot.bar(
            x=rows[part],
            marker={"color": colours.categories[2], "line": {"width": 0}},
            **shared,
            **still,
        ),
        plot.bar(
            x=rows[whole] - rows[part],
            marker={"color": colours.accent, "line": {"width": 0}},
            text=[value_of(value, whole, look) for value in rows[whole]],
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
            (colours.categories[2], name_of(part, look)),
            (colours.accent, text("workstations.others", look.language)),
        )
    )
    return figure(
        traces,
        look,
        height,
        barmode="stack",
        annotations=titles(look, [(legend, 1.0)], SMALL + 1),
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


def intensity_histogram(frame: pd.DataFrame, look: Look, height: int = 340) -> plot.Figure:
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
    trace = plot.bar(
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


def intensity_scatter(frame: pd.DataFrame, look: Look, height: int = 340) -> plot.Figure:
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
    trace = plot.scatter(
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
        annotations=titles(look, [(text("workstations.intensity_axis", look.language), 1.0)]),
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
