"""Two groups compared at each gate, and where projects stall."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import axis, figure, rows_of
from analytics.figures.pipeline.parts import (
    Row,
    annotation,
    bracketed,
    error_bars,
    faint,
    plain_hover,
    row_key,
    said_counts,
    said_days,
    said_interval,
    said_share,
    undimmed,
)
from analytics.formats import is_missing, signed, written
from analytics.look import Look
from analytics.model.codes import STAGES
from analytics.text import text


def compare(frame: pd.DataFrame, look: Look) -> plot.Figure:
    """Pass rates of two groups at each gate, with their intervals and difference.

    Args:
        frame: Answer of `pipeline_compare` with `code_name`.
        look: Language and theme.
    """
    rows = rows_of(frame)
    gates = list(dict.fromkeys(row["code"] for row in rows))
    places = {row_key(row): _compare_place(row, gates) for row in rows}
    traces = [
        _compare_marks([row for row in rows if row["compared_part"] == part], places, look)
        for part in ("selected", "rest")
    ]
    zh = look.language == "zh"
    return figure(
        traces,
        look,
        height=len(gates) * 84 + 44,
        margin={"l": 70 if zh else 84, "r": 146, "t": 8, "b": 28, "autoexpand": False},
        xaxis=axis(
            look,
            grid=True,
            range=[0, 1],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0", "25%", "50%", "75%", "100%"],
        ),
        yaxis=axis(
            look, range=[len(gates) * 3 - 0.4, -0.6], showticklabels=False, automargin=False
        ),
        annotations=[*_compare_names(rows, gates, look), *_compare_texts(rows, places, look)],
    )


def alt_compare(frame: pd.DataFrame, look: Look) -> str:
    """The comparison in one sentence: each gate's two pass rates."""
    rows = rows_of(frame)
    shares = {row_key(row): said_share(row["conversion"], look) for row in rows}
    names = {row["code"]: row["code_name"] for row in rows}
    gates = [
        text(
            "pipeline.alt_compare_gate",
            look.language,
            name=name,
            selected=shares[(code, "selected")],
            rest=shares[(code, "rest")],
        )
        for code, name in names.items()
    ]
    joined = text("pipeline.alt_and", look.language).join(gates)
    return text("pipeline.alt_compare", look.language, gates=joined)


def _compare_place(row: Row, gates: Sequence[str]) -> float:
    """Row of the chart: a gate has a line for its name and one for each group."""
    return gates.index(row["code"]) * 3 + (1 if row["compared_part"] == "selected" else 2)


def _group_colour(part: str, look: Look) -> str:
    return look.colours.accent if part == "selected" else look.colours.muted


def _compare_marks(
    rows: Sequence[Row], places: dict[tuple[str, str], float], look: Look
) -> plot.Trace:
    known = [row for row in rows if not is_missing(row["conversion"])]
    part = known[0]["compared_part"] if known else "rest"
    colour = _group_colour(part, look)
    values = [row["conversion"] for row in known]
    return plot.scatter(
        mode="markers",
        x=values,
        y=[places[row_key(row)] for row in known],
        cliponaxis=False,
        error_x=error_bars(
            values,
            [row["conversion_low"] for row in known],
            [row["conversion_high"] for row in known],
            faint(colour, 0.35),
        )
        | {"thickness": 10, "width": 0},
        marker={
            "symbol": "diamond" if part == "selected" else "circle",
            "size": 10,
            "color": colour,
            "opacity": 1,
        },
        customdata=[[_compare_hover(row, look), row["code"]] for row in known],
        **plain_hover(),
        **undimmed(),
    )


def _compare_hover(row: Row, look: Look) -> str:
    return text(
        "pipeline.hover_compare",
        look.language,
        name=row["code_name"],
        group=text(f"pipeline.compare_{row['compared_part']}", look.language),
        median=said_days(row["median_days"], look),
        **said_interval(row, look),
        **said_counts(row, look, "reached", "in_progress", "ended"),
    )


def _compare_names(rows: Sequence[Row], gates: Sequence[str], look: Look) -> list[Row]:
    """Each gate's name and, right of it, the difference with its interval."""
    notes: list[Row] = []
    for row in rows:
        if row["compared_part"] != "selected":
            continue
        words = f"<b>{row['code_name']}</b>"
        if not is_missing(row["difference"]):
            words += (
                f'   <span style="color:{look.colours.muted}">'
                f"{_said_to_differ(look)}"
                f"{_difference(row, look)}</span>"
            )
        notes.append(
            annotation(
                words,
                x=0,
                xref="paper",
                y=gates.index(row["code"]) * 3,
                xanchor="left",
                xshift=4,
                bgcolor=look.colours.ground,
                borderpad=1,
            )
        )
    return notes


def _said_to_differ(look: Look) -> str:
    """The word before a difference, for which a phone has no room."""
    return "" if look.narrow else f"{text('pipeline.compare_difference', look.language)} "


def _difference(row: Row, look: Look) -> str:
    language = look.language
    value, low, high = (
        signed(row[name] * 100, 1, language)
        for name in ("difference", "difference_low", "difference_high")
    )
    between = "至" if language == "zh" else "to"
    is_clear = row["difference_low"] > 0 or row["difference_high"] < 0
    words = f"{value} {text('common.points', language)}"
    return f"{f'<b>{words}</b>' if is_clear else words} [{low} {between} {high}]"


def _compare_texts(
    rows: Sequence[Row], places: dict[tuple[str, str], float], look: Look
) -> list[Row]:
    notes: list[Row] = []
    for row in rows:
        part, place = row["compared_part"], places[row_key(row)]
        notes.append(
            annotation(
                text(f"pipeline.compare_{part}", look.language),
                x=0,
                xref="paper",
                y=place,
                xanchor="right",
                xshift=-10,
                font={"color": _group_colour(part, look)},
            )
        )
        words = text("pipeline.compare_none", look.language)
        if not is_missing(row["conversion"]):
            interval = bracketed(row["conversion_low"], row["conversion_high"], look)
            words = (
                f"<b>{said_share(row['conversion'], look)}</b> "
                f'<span style="color:{look.colours.muted}">{interval}</span>'
            )
        notes.append(annotation(words, x=1, xref="paper", y=place, xanchor="left", xshift=10))
    return notes


def stalled_by_stage(frame: pd.DataFrame, look: Look) -> plot.Figure:
    """How many projects stall in each stage, in the order of the stages.

    Args:
        frame: Answer of `pipeline_stalled` with `stage_name`.
        look: Language and theme.
    """
    counts = frame.groupby(["stage", "stage_name"], sort=False).size().reset_index(name="count")
    order = {code: place for place, code in enumerate(STAGES)}
    rows = sorted(rows_of(counts), key=lambda row: -order[row["stage"]])
    places = list(range(len(rows)))
    labels = [written(row["count"], "count", look.language, look.pick("项", "")) for row in rows]
    bar = plot.bar(
        x=[row["count"] for row in rows],
        y=places,
        orientation="h",
        width=0.6,
        marker={"color": look.colours.accent, "line": {"width": 0}},
        text=labels,
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    largest = max((int(row["count"]) for row in rows), default=1)
    return figure(
        [bar],
        look,
        xaxis=axis(look, visible=False, range=[0, largest * 1.2]),
        yaxis=axis(look, tickvals=places, ticktext=[row["stage_name"] for row in rows]),
    )
