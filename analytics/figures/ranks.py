"""Measures by category: bars with their values, and a table of tints."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import HOVER, SMALL, axis, figure, marked, shorten
from analytics.formats import is_missing, written
from analytics.look import Look
from analytics.model import MEASURES
from analytics.model.types import Measure
from analytics.text import text

_FEWEST = 6
"""Rows for which there is always room, so that a single bar does not fill the panel."""


def ranked_bars(
    frame: pd.DataFrame,
    look: Look,
    measure: str,
    by: str,
    height: int = 340,
    most: int = 12,
    in_order: bool = False,
) -> plot.Figure:
    """Horizontal bars from zero, largest first, each with its value at the end.

    Args:
        frame: Columns `by`, `<by>_name`, the measure, and `<measure>__before` where compared.
        look: Language and theme.
        measure: Measure shown.
        by: Dimension.
        height: Height in pixels.
        most: Bars shown at the most; the rest stands in the table.
        in_order: Keep the dimension's own order instead.
    """
    found = MEASURES[measure]
    rows = frame.dropna(subset=[measure])
    if not in_order:
        rows = rows.sort_values(measure, ascending=False, kind="stable")
        rows = pd.concat([rows[rows[by].notna()], rows[rows[by].isna()]])
    rows = rows.head(most).iloc[::-1]
    longest = (16 if look.narrow else 22) if look.language == "zh" else (20 if look.narrow else 26)
    names = [shorten(name, longest) for name in rows[f"{by}_name"]]
    places = list(range(len(rows)))
    values = [_written(value, found, look) for value in rows[measure]]
    codes = [None if is_missing(code) else str(code) for code in rows[by]]
    traces: list[Any] = []
    before = f"{measure}__before"
    if before in rows:
        traces.append(
            _bar(
                rows[before],
                places,
                look.colours.tint,
                0.86,
                marked(
                    [
                        f"{text('charts.before', look.language)}: {_written(value, found, look)}"
                        for value in rows[before]
                    ],
                    codes,
                ),
            )
        )
    colours = [
        look.colours.no_data if is_missing(code) else look.colours.accent for code in rows[by]
    ]
    hover = [
        f"<b>{name}</b><br>{look.pick(found.zh, found.en)}: {value}"
        for name, value in zip(rows[f"{by}_name"], values, strict=True)
    ]
    bar = _bar(
        rows[measure], places, colours, 0.52 if before in rows else 0.66, marked(hover, codes)
    )
    bar |= {
        "text": values,
        "textposition": "outside",
        "textfont": {"size": 12, "color": look.colours.text},
        "cliponaxis": False,
    }
    traces.append(bar)
    largest = _largest(rows, [measure, before])
    return figure(
        traces,
        look,
        height,
        barmode="overlay",
        xaxis=axis(look, visible=False, range=[0, largest * _headroom(values, names, look) or 1]),
        yaxis=axis(
            look,
            tickvals=places,
            ticktext=names,
            range=[min(-0.6, len(rows) - _FEWEST - 0.4), len(rows) - 0.4],
            tickfont={"size": 12.5, "color": look.colours.text},
        ),
    )


def heat(
    frame: pd.DataFrame, look: Look, measure: str, across: str, down: str, height: int = 340
) -> plot.Figure:
    """A table of tints: rows by one dimension, columns by another, values printed.

    Args:
        frame: Columns of both dimensions, their `_name`s and the measure.
        look: Language and theme.
        measure: Measure shown.
        across: Dimension of the columns.
        down: Dimension of the rows.
        height: Height in pixels.
    """
    found = MEASURES[measure]
    known = frame.dropna(subset=[across, down])
    table = known.pivot_table(index=down, columns=across, values=measure, aggfunc="sum")
    table = table.loc[table.sum(axis=1).sort_values(ascending=True).index]
    table = table[table.sum().sort_values(ascending=False).index]
    across_names = _names(known, across)
    down_names = _names(known, down)
    largest = float(table.max().max()) if table.size else 1.0
    cells = [[_short(value, found, look) for value in row] for row in table.to_numpy()]
    hover = [
        [
            f"<b>{down_names[row]} × {across_names[column]}</b><br>"
            f"{_written(table.loc[row, column], found, look)}"
            for column in table.columns
        ]
        for row in table.index
    ]
    ramp = look.colours.sequence
    notes = [
        {
            "x": column,
            "y": row,
            "text": cells[row][column],
            "showarrow": False,
            "font": {"size": SMALL, "color": _ink(table.iat[row, column], largest, look)},
        }
        for row in range(len(table.index))
        for column in range(len(table.columns))
    ]
    trace = plot.heatmap(
        z=table.to_numpy(),
        x=list(range(len(table.columns))),
        y=list(range(len(table.index))),
        colorscale=[[i / 9, colour] for i, colour in enumerate(ramp)],
        zmin=0,
        zmax=largest,
        showscale=False,
        xgap=2,
        ygap=2,
        customdata=hover,
        hovertemplate="%{customdata}<extra></extra>",
        hoverongaps=False,
    )
    columns = [_wrap(across_names[code], look) for code in table.columns]
    return figure(
        [trace],
        look,
        height,
        annotations=notes,
        xaxis=axis(look, side="top", tickvals=list(range(len(columns))), ticktext=columns),
        yaxis=axis(
            look,
            tickvals=list(range(len(table.index))),
            ticktext=[shorten(down_names[code], 20) for code in table.index],
        ),
    )


def describe_ranks(frame: pd.DataFrame, look: Look, measure: str, by: str) -> str:
    """One sentence: the three largest and how many there are."""
    found = MEASURES[measure]
    rows = frame.dropna(subset=[measure]).sort_values(measure, ascending=False, kind="stable")
    if rows.empty:
        return text("charts.nothing", look.language)
    first = look.pick("、", ", ").join(
        f"{row[f'{by}_name']} {_written(row[measure], found, look)}"
        for _, row in rows.head(3).iterrows()
    )
    return text(
        "charts.ranks_alt",
        look.language,
        measure=look.pick(found.zh, found.en),
        count=len(rows),
        first=first,
    )


def _headroom(labels: list[str], names: list[str], look: Look) -> float:
    """How far the axis goes beyond the longest bar, so that its label has room."""
    widest = _widest(labels)
    if not look.narrow:
        return 1.04 + 0.028 * widest
    plot = max(look.room() - 7 * _widest(names), 100)  # a phone has few pixels beside the names
    return 1 / (1 - min((7 * widest + 8) / plot, 0.7))


def _widest(labels: list[str]) -> int:
    """Width of the widest text, in Latin letters."""
    return max((sum(2 if ord(c) > 0x2E7F else 1 for c in label) for label in labels), default=0)


def _bar(
    values: pd.Series, places: list[int], colour: Any, width: float, custom: list[list[Any]]
) -> plot.Trace:
    return plot.bar(
        x=values,
        y=places,
        orientation="h",
        width=width,
        customdata=custom,
        marker={"color": colour, "line": {"width": 0}},
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _largest(rows: pd.DataFrame, columns: list[str]) -> float:
    known = rows[[column for column in columns if column in rows]]
    largest = known.max().max() if known.size else 0.0
    return 0.0 if pd.isna(largest) else float(largest)


def _names(frame: pd.DataFrame, by: str) -> dict[Any, str]:
    return dict(zip(frame[by], frame[f"{by}_name"], strict=True))


def _written(value: Any, measure: Measure, look: Look) -> str:
    return written(value, measure.unit, look.language, look.pick(measure.counted_zh, ""))


def _short(value: Any, measure: Measure, look: Look) -> str:
    if is_missing(value):
        return ""
    return _written(value, measure, look).removeprefix("CNY ")


def _ink(value: Any, largest: float, look: Look) -> str:
    """Text colour that reads on the cell's tint."""
    depth = 0.0 if is_missing(value) or not largest else float(value) / largest
    if look.theme == "dark":
        return "#10151C" if depth > 0.55 else look.colours.text
    return "#FFFFFF" if depth > 0.45 else look.colours.text


def _wrap(label: str, look: Look) -> str:
    if look.language == "zh" or " " not in label:
        return label
    return label.replace(" ", "<br>", 1)
