"""Provinces' lines over the years, true to scale: a year that is not printed is a gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    HOVER,
    axis,
    figure,
    marked,
    rows_of,
    value_axis,
)
from analytics.formats import written
from analytics.look import Look

_SPARSE = 8
"""Years up to which the points of a line may be large."""


@dataclass(frozen=True)
class Chosen:
    """Whom the page is about, and the provinces it is compared with, by adcode."""

    home: str = "440000"
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A province's line: its points by year, its colour and weight, and the label at its end."""

    code: str
    points: Mapping[int, float]
    hover: Mapping[int, str]
    colour: str
    width: float
    label: str
    ink: str
    strong: bool = False


def years_of(rows: pd.DataFrame) -> list[int]:
    """The printed years in their order."""
    return sorted({int(year) for year in rows["year"]})


def names_of(rows: pd.DataFrame) -> dict[str, str]:
    """Name of each province by its adcode."""
    return dict(zip(rows["province"], rows["province_name"], strict=True))


def leading(rows: pd.DataFrame, column: str, chosen: Chosen, count: int) -> list[str]:
    """The leading provinces of the last year and those chosen, the home province on top."""
    last = rows[rows["year"] == rows["year"].max()]
    by_rank = last.sort_values(column, ascending=column.endswith("_rank"))
    found = by_rank["province"].head(count).tolist()
    known = set(rows["province"])
    others = [code for code in chosen.others if code in known]
    grey = [code for code in found if code not in (chosen.home, *others)]
    return [*grey, *others, *([chosen.home] if chosen.home in known else [])]


def _colour(code: str, chosen: Chosen, look: Look) -> tuple[str, float, str, bool]:
    """Line colour, width, ink of the label, and whether the line is one of those chosen."""
    colours = look.colours
    if code == chosen.home:
        return colours.accent, 3.5, colours.accent, True
    if code in chosen.others:
        place = chosen.others.index(code) % (len(colours.categories) - 1)
        colour = colours.categories[1 + place]
        return colour, 2.5, colour, True
    return colours.grey_line, 1.8, colours.muted, False


def line_of(
    rows: pd.DataFrame,
    column: str,
    unit: str,
    name: str,
    chosen: Chosen,
    look: Look,
    say: Callable[[Mapping[Any, Any]], str],
) -> Line:
    """A province's line, coloured by whether it is the home province, a chosen one or another."""
    code = str(rows["province"].iloc[0])
    colour, width, ink, strong = _colour(code, chosen, look)
    records = rows_of(rows.sort_values("year"))
    points = {int(row["year"]): float(row[column]) for row in records}
    hover = {int(row["year"]): say(row) for row in records}
    last = points[max(points)]
    label = name if unit == "rank" else f"{name} {written(last, unit, look.language)}"
    return Line(code, points, hover, colour, width, label, ink, strong)


def trace(line: Line, years: Sequence[int], clickable: bool = True) -> plot.Trace:
    """A line over every calendar year, so that it breaks where a year is not printed."""
    span = list(range(years[0], years[-1] + 1))
    hover = [line.hover.get(year, "") for year in span]
    return plot.scatter(
        x=span,
        y=[line.points.get(year) for year in span],
        mode="lines+markers",
        connectgaps=False,
        line={"color": line.colour, "width": line.width},
        marker={
            "size": (8 if len(years) <= _SPARSE else 6) if line.strong else 5,
            "color": line.colour if line.strong else line.ink,
            "opacity": 1 if line.strong else 0.6,
        },
        customdata=marked(hover, [line.code if clickable else None] * len(span)),
        hovertemplate=HOVER,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1 if line.strong else 0.6}},
    )


def drawn_lines(
    lines: Sequence[Line], look: Look, height: int, unit: str, clickable: bool = True
) -> plot.Figure:
    """Lines from zero, each labelled at its end, the labels spread so that none covers another."""
    known = [line for line in lines if line.points]
    years = sorted({year for line in known for year in line.points})
    largest = max((value for line in known for value in line.points.values()), default=0.0)
    top = largest * 1.12 or 1.0
    ends = [(line, line.points[max(line.points)]) for line in known]
    tallest = max((line.label.count("<br>") + 1 for line in known), default=1)
    heights = spread([value for _, value in ends], 16.0 * tallest * top / max(height - 50, 1))
    notes = [
        note(
            f"<b>{line.label}</b>" if line.strong else line.label,
            look.colours.text if line.ink == look.colours.text else line.ink,
            x=years[-1],
            y=place,
            xanchor="left",
            xshift=10,
            align="left",
        )
        for (line, _), place in zip(ends, heights, strict=True)
    ]
    return figure(
        [trace(line, years, clickable) for line in known],
        look,
        height,
        annotations=notes,
        margin={"l": 8, "r": 16 + max((_wide(line) for line in known), default=0), "t": 12, "b": 8},
        xaxis=year_axis(look, years),
        yaxis=value_axis(look, largest, unit),
    )


def _wide(line: Line) -> int:
    """About how many pixels the widest line of a label takes."""
    size = 13 if line.strong else 12.5
    parts = line.label.split("<br>")
    return round(max(sum(size if ord(c) > 0x2E7F else size * 0.57 for c in p) for p in parts))


def spread(values: Sequence[float], least: float) -> list[float]:
    """Places near some values that lie at least so far apart, in the values' own order."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    groups: list[list[int]] = []
    centres: list[float] = []
    for index in order:
        groups.append([index])
        centres.append(values[index])
        while len(groups) > 1 and _touch(groups, centres, least):
            later, earlier = groups.pop(), groups.pop()
            del centres[-2:]
            joined = [*earlier, *later]
            groups.append(joined)
            centres.append(sum(values[member] for member in joined) / len(joined))
    places = [0.0] * len(values)
    for group, centre in zip(groups, centres, strict=True):
        start = max(centre - least * (len(group) - 1) / 2, 0.0)
        for step, member in enumerate(group):
            places[member] = start + least * step
    return places


def _touch(groups: Sequence[Sequence[int]], centres: Sequence[float], least: float) -> bool:
    room = least * (len(groups[-1]) + len(groups[-2])) / 2
    return centres[-1] - centres[-2] < room


def year_axis(look: Look, years: Sequence[int]) -> dict[str, Any]:
    """An axis of years true to scale that names printed years only."""
    span = years[-1] - years[0]
    margin = span * (0.05 if look.narrow else 0.015) or 0.4
    named = named_years(years, 3 if look.narrow else 7)
    return axis(
        look,
        type="linear",
        tickvals=named,
        ticktext=list(map(str, named)),
        range=[years[0] - margin, years[-1] + margin],
        ticks="outside",
        ticklen=4,
        tickcolor=look.colours.border,
        tickangle=0,
    )


def named_years(years: Sequence[int], most: int = 7) -> list[int]:
    """Printed years that get a label: the first and last, and others that keep their distance."""
    apart = max((years[-1] - years[0]) / most, 1.0)
    named = [years[-1]]
    for year in reversed(years[:-1]):
        is_first = year == years[0]
        clear = is_first or year - years[0] >= apart * 0.7
        if clear and named[-1] - year >= (apart * 0.7 if is_first else apart):
            named.append(year)
    return named[::-1]


def note(words: str, colour: str, **place: Any) -> dict[str, Any]:
    """Words at a place of a chart."""
    return {"text": words, "showarrow": False, "font": {"size": 12.5, "color": colour}} | place
