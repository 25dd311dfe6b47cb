"""Landing by year of start, and moving on over the years since a step was reached."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import SMALL, axis, figure, rows_of, tick_texts
from analytics.figures.pipeline.parts import (
    Row,
    annotation,
    error_bars,
    faint,
    keyed,
    plain_hover,
    said_count,
    said_interval,
    said_share,
    undimmed,
)
from analytics.formats import is_missing, number
from analytics.look import Look
from analytics.text import text

YEAR = 365.25
STEPS = 200
"""Steps of a curve that are drawn: some three pixels wide on a page of usual width."""


def cohorts(frame: pd.DataFrame, look: Look) -> plot.Figure:
    """Share landed by year of start: to date as bars, within three years with its interval.

    Args:
        frame: Answer of `pipeline_cohorts`.
        look: Language and theme.
    """
    rows = rows_of(frame)
    colours = look.colours
    years = [row["year"] for row in rows]
    timed = [row for row in rows if not is_missing(row["landed_in_time"])]
    highs = [row[name] for row in rows for name in ("landed", "landed_in_time_high")]
    largest = max((value for value in highs if not is_missing(value)), default=0) or 0.1
    values = _share_ticks(largest)
    bars = plot.bar(
        x=years,
        y=[_or_none(row["landed"]) for row in rows],
        width=0.62,
        marker={
            "color": colours.tint,
            "line": {"color": colours.accent_2, "width": 1},
            "pattern": {
                "shape": ["/" if row["incomplete"] else "" for row in rows],
                "fgcolor": colours.accent_2,
                "size": 6,
            },
        },
        customdata=[[_cohort_hover(row, look), str(row["year"])] for row in rows],
        **plain_hover(),
        **undimmed(),
    )
    marks = plot.scatter(
        x=[row["year"] for row in timed],
        y=[row["landed_in_time"] for row in timed],
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": colours.accent},
        error_y=error_bars(
            [row["landed_in_time"] for row in timed],
            [row["landed_in_time_low"] for row in timed],
            [row["landed_in_time_high"] for row in timed],
            colours.accent,
        ),
        customdata=[[_cohort_time_hover(row, look), str(row["year"])] for row in timed],
        cliponaxis=False,
        **plain_hover(),
    )
    labels = [
        annotation(
            said_share(row["landed"], look),
            x=row["year"],
            xref="x",
            y=row["landed"],
            yref="y",
            yanchor="bottom",
            font={"size": SMALL, "color": colours.muted},
        )
        for row in rows
        if not is_missing(row["landed"]) and not _covered(row)
    ]
    return figure(
        [bars, marks],
        look,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        xaxis=axis(look, tickvals=years, ticktext=_cohort_ticks(rows, look), tickangle=0),
        yaxis=axis(
            look,
            grid=True,
            tickvals=values,
            range=[0, max(largest * 1.1, values[-1])],
            ticktext=tick_texts(values, "share", look.language),
        ),
        annotations=[*([] if look.narrow else labels), _top(_cohort_legend(look), look)],
    )


def curve(frame: pd.DataFrame, look: Look) -> plot.Figure:
    """Cumulative incidence of moving on, with its band, and of ending, over years.

    Args:
        frame: Answer of `pipeline_curve`.
        look: Language and theme.
    """
    rows = rows_of(frame)
    drawn = _drawn(rows)
    colours = look.colours
    years = [round(row["days"] / YEAR, 4) for row in drawn]
    longest = years[-1] if years else 1.0
    highs = [max(row["conversion_high"], row["ended_share"]) for row in rows if row["at_risk"] > 4]
    largest = max(highs, default=0.0) or 1.0
    values = _share_ticks(largest)
    band = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    hovers = [[_curve_hover(row, look)] for row in drawn]
    traces = [
        plot.scatter(x=years, y=[round(row["conversion_low"], 5) for row in drawn], **band),
        plot.scatter(
            x=years,
            y=[round(row["conversion_high"], 5) for row in drawn],
            fill="tonexty",
            fillcolor=faint(colours.accent),
            **band,
        ),
        plot.scatter(
            x=years,
            y=[round(row["ended_share"], 5) for row in drawn],
            mode="lines",
            line={"color": colours.muted, "width": 1.5, "shape": "hv", "dash": "5px,3px"},
            hoverinfo="skip",
        ),
        plot.scatter(
            x=years,
            y=[round(row["conversion"], 5) for row in drawn],
            mode="lines",
            line={"color": colours.accent, "width": 2.5, "shape": "hv"},
            customdata=hovers,
            **plain_hover(),
        ),
    ]
    at = _year_ticks(longest, look.narrow)
    return figure(
        traces,
        look,
        margin={
            "l": 62,
            "r": 84 if look.language == "en" else 68,
            "t": 8,
            "b": 46,
            "autoexpand": False,
        },
        hovermode="x",
        xaxis=axis(
            look, tickvals=at, ticktext=_curve_ticks(rows, at, look), range=[0, longest or 1]
        ),
        yaxis=axis(
            look,
            grid=True,
            tickvals=values,
            range=[0, min(max(largest, values[-1]), 1) * 1.02],
            # The first year stands where zero would.
            ticktext=["", *tick_texts(values, "share", look.language)[1:]],
        ),
        annotations=[*_curve_ends(rows, largest, look), _at_risk_name(look)],
    )


def alt_cohorts(frame: pd.DataFrame, look: Look) -> str:
    """The cohorts in one sentence: the span of years, and the first and last followed."""
    rows = rows_of(frame)
    if not rows:
        return text("pipeline.alt_empty", look.language)
    timed = [row for row in rows if not is_missing(row["landed_in_time"])]
    years = list(dict.fromkeys(str(rows[index]["year"]) for index in (0, -1)))
    span = {"years": "–".join(years)}
    if not timed:
        return text("pipeline.alt_cohorts_short", look.language, **span)
    return text(
        "pipeline.alt_cohorts",
        look.language,
        **span,
        start=said_share(timed[0]["landed_in_time"], look),
        start_year=timed[0]["year"],
        end=said_share(timed[-1]["landed_in_time"], look),
        end_year=timed[-1]["year"],
    )


def alt_curve(frame: pd.DataFrame, look: Look) -> str:
    """The curve in one sentence: where it ends."""
    rows = rows_of(frame)
    if not rows:
        return text("pipeline.alt_empty", look.language)
    last = rows[-1]
    return text(
        "pipeline.alt_curve",
        look.language,
        reached=said_count(rows[0]["at_risk"], look),
        days=said_count(last["days"], look),
        ended=said_share(last["ended_share"], look),
        **said_interval(last, look),
    )


def _drawn(rows: Sequence[Row]) -> list[Row]:
    """As many rows as a picture can show: the last within each step of time, and the first.

    A curve over thousands of projects moves nearly every day, which is a third of a megabyte. The
    panel's table and files have every day.
    """
    if len(rows) <= STEPS:
        return list(rows)
    width = rows[-1]["days"] / STEPS
    last = {int(row["days"] / width): row for row in rows[1:]}
    return [rows[0], *last.values()]


def _or_none(value: Any) -> Any:
    return None if is_missing(value) else value


def _share_ticks(largest: float) -> list[float]:
    """Ticks of whole per cents, four or five of them."""
    steps = (0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
    step = next((step for step in steps if step * 5 >= largest), steps[-1])
    return [step * index for index in range(int(largest / step + 1e-9) + 1)] + (
        [step] if largest < step else []
    )


def _year_ticks(longest: float, narrow: bool) -> list[float]:
    """Ticks of half or whole years, six at most and fewer on a phone."""
    steps = (0.5, 1.0, 2.0, 5.0, 10.0)
    step = next((step for step in steps if step * (3 if narrow else 6) >= longest), steps[-1])
    return [step * index for index in range(int(longest / step + 1e-9) + 1)]


def _top(words: str, look: Look) -> Row:
    return annotation(
        words,
        x=0,
        xref="paper",
        y=1,
        yref="paper",
        yshift=24,
        xanchor="left",
        yanchor="top",
        font={"size": 12, "color": look.colours.muted},
    )


def _covered(row: Row) -> bool:
    """Whether a bar's label would stand in the interval of the three-year mark."""
    if is_missing(row["landed_in_time"]):
        return False
    return bool(row["landed"] < row["landed_in_time_high"])


def _cohort_hover(row: Row, look: Look) -> str:
    words = text(
        "pipeline.hover_cohort",
        look.language,
        year=row["year"],
        projects=said_count(row["projects"], look),
        share=said_share(row["landed"], look),
        low=said_share(row["landed_low"], look),
        high=said_share(row["landed_high"], look),
    )
    words += text(
        "pipeline.hover_cohort_reached",
        look.language,
        development=said_count(row["reached_development"], look),
        commercialisation=said_count(row["reached_commercialisation"], look),
        landing=said_count(row["reached_landing"], look),
    )
    return words + (text("pipeline.hover_incomplete", look.language) if row["incomplete"] else "")


def _cohort_time_hover(row: Row, look: Look) -> str:
    return text(
        "pipeline.hover_cohort_time",
        look.language,
        year=row["year"],
        share=said_share(row["landed_in_time"], look),
        low=said_share(row["landed_in_time_low"], look),
        high=said_share(row["landed_in_time_high"], look),
    )


def _cohort_ticks(rows: Sequence[Row], look: Look) -> list[str]:
    """Years with the number of projects below; every other year on a phone."""
    step = 2 if look.narrow and len(rows) > 6 else 1
    return [
        f"{row['year']}<br>"
        + text("pipeline.projects_short", look.language, count=said_count(row["projects"], look))
        if index % step == 0
        else ""
        for index, row in enumerate(rows)
    ]


def _cohort_legend(look: Look) -> str:
    colours = look.colours
    return "   ".join(
        (
            keyed(colours.accent_2, "■", text("pipeline.key_to_date", look.language)),
            keyed(colours.accent, "◆", text("pipeline.key_in_time", look.language)),
        )
    )


def _curve_hover(row: Row, look: Look) -> str:
    return text(
        "pipeline.hover_curve",
        look.language,
        days=said_count(row["days"], look),
        years=number(row["days"] / YEAR, 1, look.language),
        ended=said_share(row["ended_share"], look),
        waiting=said_share(row["waiting"], look),
        at_risk=said_count(row["at_risk"], look),
        **said_interval(row, look),
    )


def _curve_ticks(rows: Sequence[Row], at: Sequence[float], look: Look) -> list[str]:
    """Years, with the number still at risk below each; the first row at or after a tick counts."""
    decimals = 0 if all(value == int(value) for value in at) else 1
    labels: list[str] = []
    for value in at:
        later = [row["at_risk"] for row in rows if row["days"] >= value * YEAR]
        years = text(
            "pipeline.curve_years", look.language, years=number(value, decimals, look.language)
        )
        labels.append(f"{years}<br>{said_count(later[0] if later else 0, look)}")
    return labels


def _at_risk_name(look: Look) -> Row:
    """Names the numbers below the years."""
    return annotation(
        text("pipeline.curve_at_risk", look.language),
        x=0,
        xref="paper",
        xanchor="right",
        xshift=-22,
        y=0,
        yref="paper",
        yanchor="top",
        yshift=-15,
        font={"size": 12, "color": look.colours.muted},
    )


def _curve_ends(rows: Sequence[Row], largest: float, look: Look) -> list[Row]:
    """Names and last values of both curves at their right ends, kept apart."""
    if not rows:
        return []
    last, colours = rows[-1], look.colours
    advanced, ended = last["conversion"], last["ended_share"]
    apart = largest * 0.16
    shift = max(0.0, apart - abs(advanced - ended)) / 2
    up = 1 if advanced >= ended else -1

    def end(words: str, value: float, y: float, colour: str) -> Row:
        return annotation(
            f"{words}<br><b>{said_share(value, look)}</b>",
            x=1,
            xref="paper",
            y=y,
            xanchor="left",
            xshift=6,
            font={"color": colour},
        )

    language = look.language
    return [
        end(
            text("pipeline.curve_advanced", language),
            advanced,
            advanced + up * shift,
            colours.accent,
        ),
        end(text("pipeline.curve_ended", language), ended, ended - up * shift, colours.muted),
    ]
