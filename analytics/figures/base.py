"""What all figures share: ground, type, axes, hover and ticks."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Any, cast

import pandas as pd

from analytics.figures import plot
from analytics.formats import Scale, money_scale, number, written
from analytics.look import Look
from analytics.model import MEASURES
from analytics.palette import FONT

HEIGHT = 340
SIZE = 13
SMALL = 11


def figure(traces: Sequence[Any], look: Look, height: int = HEIGHT, **layout: Any) -> plot.Figure:
    """A figure on a transparent ground with the product's type, margins and hover label."""
    colours = look.colours
    common: dict[str, Any] = {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "font": {"family": FONT, "size": SIZE, "color": colours.text},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,
        "showlegend": False,
        "bargap": 0.28,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colours.ground,
            "bordercolor": colours.border,
            "font": {"family": FONT, "size": SIZE, "color": colours.text},
            "align": "left",
        },
        "xaxis": axis(look),
        "yaxis": axis(look),
    }
    return plot.Figure(traces, common | layout)


def axis(look: Look, grid: bool = False, **more: Any) -> dict[str, Any]:
    """An axis that cannot be dragged, with a quiet line and, if wanted, a grid."""
    colours = look.colours
    return {
        "fixedrange": True,
        "showgrid": grid,
        "gridcolor": colours.border,
        "gridwidth": 0.6,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "automargin": True,
        "tickfont": {"size": 12, "color": colours.muted},
    } | more


def value_axis(
    look: Look, largest: float, unit: str, counted: str = "", **more: Any
) -> dict[str, Any]:
    """An axis from zero whose topmost tick carries the unit.

    Args:
        look: Language and theme.
        largest: Largest value to be shown.
        unit: The measure's unit.
        counted: Unit word of a count in the language.
        more: Further properties of the axis.
    """
    values = ticks(largest)
    return axis(
        look,
        grid=True,
        rangemode="tozero",
        tickvals=values,
        ticktext=tick_texts(values, unit, look.language, counted),
        range=[0, max(largest * 1.12, values[-1])],
        **more,
    )


def ticks(largest: float, count: int = 4) -> list[float]:
    """Round ticks from zero that reach at least near the largest value."""
    if not largest or largest <= 0:
        return [0.0, 1.0]
    raw = largest / count
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    return [step * index for index in range(int(largest / step + 1e-9) + 1)] or [0.0]


def tick_texts(values: Sequence[float], unit: str, language: str, counted: str = "") -> list[str]:
    """Exact tick labels; each share has its sign, of other units only the last label has one."""
    if unit == "share":
        return [f"{label}%" for label in _exact([value * 100 for value in values], language)]
    scale = money_scale(values[-1], language) if unit == "cny" else Scale(1, counted)
    labels = _exact([value / scale.divisor for value in values], language)
    unit_text = scale.unit.removeprefix("CNY ") if language == "en" else scale.unit
    labels[-1] = f"{labels[-1]} {unit_text}".strip()
    return labels


def _exact(values: Sequence[float], language: str) -> list[str]:
    """Numbers with as many decimals as all of them need, and zero as zero."""
    decimals = _decimals(values)
    return [number(value, decimals if value else 0, language) for value in values]


def _decimals(values: Sequence[float], most: int = 6) -> int:
    """The fewest decimals that write all values as they are."""

    def is_exact(value: float, count: int) -> bool:
        return abs(value - round(value, count)) <= 1e-9 * max(abs(value), 1)

    wanted = (count for count in range(most) if all(is_exact(value, count) for value in values))
    return next(wanted, most)


def name_of(measure: str, look: Look) -> str:
    """A measure's name."""
    return look.pick(MEASURES[measure].zh, MEASURES[measure].en)


def value_of(value: Any, measure: str, look: Look) -> str:
    """A measure's value as one string, with its unit or measure word."""
    found = MEASURES[measure]
    return written(value, found.unit, look.language, look.pick(found.counted_zh, ""))


def titles(
    look: Look, rows: Sequence[tuple[str, float]], size: int = SMALL
) -> list[dict[str, Any]]:
    """Words over the rows of a chart, each with the height at which it stands, from 0 to 1."""
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


def shorten(label: str, width: int) -> str:
    """A label of at most `width` half-width characters, a CJK one counting two."""
    used = 0
    for index, character in enumerate(label):
        used += 2 if ord(character) > 0x2E7F else 1
        if used > width:
            return label[: max(index - 1, 1)] + "…"
    return label


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as dictionaries."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def marked(hover: Sequence[str], codes: Sequence[Any] | None = None) -> list[list[Any]]:
    """Custom data of marks: the finished hover text, and the code that a click filters by."""
    return [[text, code] for text, code in zip(hover, codes or [None] * len(hover), strict=True)]


HOVER = "%{customdata[0]}<extra></extra>"
