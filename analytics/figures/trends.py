"""Measures over time: bars for sums, lines for shares and stocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import HOVER, SMALL, axis, figure, marked, value_axis
from analytics.formats import period_label, written
from analytics.look import Look
from analytics.model import MEASURES
from analytics.model.types import Measure
from analytics.periods import period_token
from analytics.text import text


def bars_over_time(
    frame: pd.DataFrame,
    look: Look,
    measures: Sequence[str],
    grain: str,
    height: int = 340,
    labelled: Sequence[date] = (),
) -> plot.Figure:
    """Sums as bars, one row of bars a measure, the comparison as a wide tint behind.

    Args:
        frame: Columns period, incomplete, the measures, and `<measure>__before` where compared.
        look: Language and theme.
        measures: One or two measures; the first gets most of the height.
        grain: Grain of the periods.
        height: Height in pixels.
        labelled: Periods that the axis names; as many as have room if none are given.
    """
    traces: list[Any] = []
    layout: dict[str, Any] = {"barmode": "overlay", "bargap": 0.25}
    labels = [period_label(day.date(), grain, look.language) for day in frame["period"]]
    codes = [period_token(day.date(), grain) for day in frame["period"]]
    domains = [(0.0, 1.0)] if len(measures) == 1 else [(0.36, 1.0), (0.0, 0.24)]
    for index, name in enumerate(measures):
        measure = MEASURES[name]
        suffix = "" if index == 0 else str(index + 1)
        traces += _bars(frame, look, measure, labels, f"y{suffix}", codes)
        largest = _largest(frame, name)
        layout[f"yaxis{suffix}"] = value_axis(
            look, largest, measure.unit, look.pick(measure.counted_zh, ""), domain=domains[index]
        )
    layout["xaxis"] = _time_axis(frame, look, grain, labelled)
    if len(measures) > 1:
        layout["xaxis"]["anchor"] = "y2"
    layout["annotations"] = _row_titles(look, measures, domains) if len(measures) > 1 else []
    return figure(traces, look, height, **layout)


def lines_over_time(
    frame: pd.DataFrame,
    look: Look,
    measures: Sequence[str],
    grain: str,
    height: int = 340,
    lines_at: Sequence[tuple[float, str]] = (),
) -> plot.Figure:
    """Shares or stocks as lines labelled at their ends, with thresholds if any.

    Args:
        frame: Columns period, incomplete and the measures.
        look: Language and theme.
        measures: Measures of one unit.
        grain: Grain of the periods.
        height: Height in pixels.
        lines_at: Thresholds: value and name.
    """
    unit = MEASURES[measures[0]].unit
    colours = look.colours
    largest = max([_largest(frame, name) for name in measures] + [at for at, _ in lines_at])
    traces = [
        _line(frame, look, MEASURES[name], grain, colours.categories[index])
        for index, name in enumerate(measures)
    ]
    end_labels = [
        annotation
        for index, name in enumerate(measures)
        if (
            annotation := _end_label(
                frame, look, name, colours.categories[index], is_named=len(measures) > 1
            )
        )
    ]
    thresholds = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": at,
            "y1": at,
            "line": {"color": colours.muted, "width": 1, "dash": "dot"},
        }
        for at, _ in lines_at
    ]
    notes = [
        {
            "xref": "paper",
            "x": 0,
            "y": at,
            "text": name,
            "showarrow": False,
            "xanchor": "left",
            "yanchor": "bottom",
            "font": {"size": SMALL, "color": colours.muted},
        }
        for at, name in lines_at
    ]
    counted = look.pick(MEASURES[measures[0]].counted_zh, "")
    return figure(
        traces,
        look,
        height,
        shapes=thresholds,
        annotations=[*end_labels, *notes],
        xaxis=_time_axis(frame, look, grain),
        yaxis=value_axis(look, largest, unit, counted),
        margin={"l": 8, "r": 96 if len(measures) > 1 else 48, "t": 12, "b": 8},
    )


def describe_trend(frame: pd.DataFrame, look: Look, name: str, grain: str) -> str:
    """One sentence: from what to what the measure went, and its highest point."""
    known = frame.dropna(subset=[name])
    if known.empty:
        return text("charts.nothing", look.language)
    measure = MEASURES[name]
    first, last, top = known.iloc[0], known.iloc[-1], known.nlargest(1, name).iloc[0]

    def say(row: pd.Series) -> tuple[str, str]:
        return (
            period_label(row["period"].date(), grain, look.language),
            _written(row[name], measure, look),
        )

    return text(
        "charts.trend_alt",
        look.language,
        measure=look.pick(measure.zh, measure.en),
        first=": ".join(say(first)),
        last=": ".join(say(last)),
        top=": ".join(say(top)),
    )


def _written(value: Any, measure: Measure, look: Look) -> str:
    return written(value, measure.unit, look.language, look.pick(measure.counted_zh, ""))


def _largest(frame: pd.DataFrame, name: str) -> float:
    columns = [name] + ([f"{name}__before"] if f"{name}__before" in frame else [])
    largest = frame[columns].max().max()
    return 0.0 if pd.isna(largest) else float(largest)


def _bars(
    frame: pd.DataFrame,
    look: Look,
    measure: Measure,
    labels: list[str],
    yaxis: str,
    codes: list[str],
) -> list[plot.Trace]:
    colours = look.colours
    traces: list[plot.Trace] = []
    before = f"{measure.name}__before"
    shared = {
        "x": frame["period"],
        "yaxis": yaxis,
        "unselected": {"marker": {"opacity": 1}},
        "selected": {"marker": {"opacity": 1}},
    }
    if before in frame:
        hover = [
            f"{text('charts.before', look.language)}: {_written(v, measure, look)}"
            for v in frame[before]
        ]
        traces.append(
            plot.bar(
                y=frame[before],
                marker={"color": colours.tint, "line": {"width": 0}},
                width=_width(frame, 0.92),
                customdata=marked(hover, codes),
                hovertemplate=HOVER,
                **shared,
            )
        )
    hover = [
        f"<b>{label}</b><br>{look.pick(measure.zh, measure.en)}: {_written(value, measure, look)}"
        + (f"<br>{text('charts.incomplete', look.language)}" if incomplete else "")
        for label, value, incomplete in zip(
            labels, frame[measure.name], frame["incomplete"], strict=True
        )
    ]
    patterns = ["/" if incomplete else "" for incomplete in frame["incomplete"]]
    traces.append(
        plot.bar(
            y=frame[measure.name],
            width=_width(frame, 0.6 if before in frame else 0.72),
            marker={
                "color": colours.accent,
                "line": {"width": 0},
                "pattern": {
                    "shape": patterns,
                    "fgcolor": colours.ground,
                    "size": 5,
                    "fillmode": "overlay",
                },
            },
            customdata=marked(hover, codes),
            hovertemplate=HOVER,
            **shared,
        )
    )
    return traces


def _width(frame: pd.DataFrame, share: float) -> float:
    periods = frame["period"].drop_duplicates().sort_values()
    step = periods.diff().min() if len(periods) > 1 else pd.Timedelta(days=300)
    return step / pd.Timedelta(milliseconds=1) * share


def _line(frame: pd.DataFrame, look: Look, measure: Measure, grain: str, colour: str) -> plot.Trace:
    hover = [
        f"<b>{period_label(day.date(), grain, look.language)}</b><br>"
        f"{look.pick(measure.zh, measure.en)}: {_written(value, measure, look)}"
        for day, value in zip(frame["period"], frame[measure.name], strict=True)
    ]
    return plot.scatter(
        x=frame["period"],
        y=frame[measure.name],
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker={"size": 6, "color": colour},
        customdata=marked(hover),
        hovertemplate=HOVER,
        cliponaxis=False,
    )


def _end_label(
    frame: pd.DataFrame, look: Look, name: str, colour: str, is_named: bool
) -> dict[str, Any] | None:
    """The last value, and the line's name where there are several."""
    known = frame.dropna(subset=[name])
    if known.empty:
        return None
    measure, last = MEASURES[name], known.iloc[-1]
    return {
        "x": last["period"],
        "y": last[name],
        "xanchor": "left",
        "xshift": 8,
        "showarrow": False,
        "text": f"<b>{_written(last[name], measure, look)}</b>"
        + (f"<br>{look.pick(measure.zh, measure.en)}" if is_named else ""),
        "align": "left",
        "font": {"size": SMALL, "color": colour},
    }


def _time_axis(
    frame: pd.DataFrame, look: Look, grain: str, labelled: Sequence[date] = ()
) -> dict[str, Any]:
    periods = sorted({day.date() for day in frame["period"]})
    labelled = labelled or _axis_days(periods, grain, 7 if look.narrow else 9)
    return axis(
        look,
        tickvals=labelled,
        ticktext=[_axis_label(day, grain, labelled, look.language) for day in labelled],
        type="date",
        ticks="",
        tickangle=0,
    )


def _axis_days(periods: list[date], grain: str, most: int) -> list[date]:
    """At most so many periods get a label; of long monthly or quarterly series the Januaries."""
    if len(periods) <= most:
        return periods
    yearly = [day for day in periods if day.month == 1]
    candidates = yearly if grain != "year" and len(yearly) > 2 else periods
    step = -(-len(candidates) // most)
    return candidates[::-1][::step][::-1]


def _axis_label(day: date, grain: str, labelled: Sequence[date], language: str) -> str:
    if grain == "year" or all(other.month == 1 for other in labelled):
        return str(day.year)
    if grain == "quarter":
        quarter = f"Q{(day.month + 2) // 3}"
        return f"{quarter}<br>{day.year}" if day == labelled[0] or day.month == 1 else quarter
    months = f"{day.month}月" if language == "zh" else f"{day:%b}"
    return f"{months}<br>{day.year}" if day == labelled[0] or day.month == 1 else months


def _row_titles(
    look: Look, measures: Sequence[str], domains: list[tuple[float, float]]
) -> list[dict[str, Any]]:
    return [
        {
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": top,
            "xanchor": "left",
            "yanchor": "bottom",
            "showarrow": False,
            "yshift": 2,
            "text": look.pick(MEASURES[name].zh, MEASURES[name].en),
            "font": {"size": SMALL, "color": look.colours.muted},
        }
        for name, (_, top) in list(zip(measures, domains, strict=True))[1:]
    ]
