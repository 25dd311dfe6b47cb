"""The small funnel: four phases with the three gates between them."""

from __future__ import annotations

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import axis, figure, rows_of
from analytics.figures.pipeline.parts import (
    Row,
    alt_gates,
    annotation,
    band_shape,
    bracketed,
    foot_words,
    gate_area,
    gate_fill,
    keyed,
    narrowest,
    plain_hover,
    said_count,
    said_counts,
    said_interval,
    said_share,
    undimmed,
)
from analytics.formats import MISSING, is_missing
from analytics.look import Look
from analytics.text import text


def small_funnel(frame: pd.DataFrame, look: Look) -> plot.Figure:
    """Four phases with the three gates between them.

    Args:
        frame: Answer of `pipeline_phases` with `code_name`.
        look: Language and theme.
    """
    rows = rows_of(frame)
    colours = look.colours
    worst = narrowest(rows)
    largest = max((row["entered"] for row in rows), default=0) or 1
    room = largest * (2.0 if look.narrow and look.language == "en" else 1.52)  # for the numbers
    phases = [index for index, row in enumerate(rows) if row["kind"] == "phase"]
    hovers = [[_phase_hover(row, look), row["code"]] for row in rows]

    def bar(name: str, colour: str) -> plot.Trace:
        return plot.bar(
            orientation="h",
            y=list(range(len(rows))),
            base=0,
            width=0.78,
            x=[row[name] if row["kind"] == "phase" else None for row in rows],
            marker={"color": colour, "line": {"width": 0}},
            customdata=hovers,
            **plain_hover(),
            **undimmed(),
        )

    values = [
        annotation(
            f"<b>{said_count(rows[i]['entered'], look)}</b> → "
            f"{said_count(rows[i]['advanced'], look)}",
            x=rows[i]["entered"],
            xref="x",
            y=i,
            xanchor="left",
            xshift=4,
        )
        for i in phases
    ]
    gates = [
        annotation(
            _small_gate(row, index == worst, look),
            x=0,
            xref="paper",
            y=index,
            xanchor="left",
            xshift=4,
        )
        for index, row in enumerate(rows)
        if row["kind"] == "gate"
    ]
    return figure(
        [
            bar("entered", colours.tint),
            bar("advanced", colours.accent),
            gate_area(rows, room, look, _phase_hover),
        ],
        look,
        height=380,
        margin={"l": 8, "r": 8, "t": 4, "b": 32},
        barmode="overlay",
        xaxis=axis(look, range=[0, room], showticklabels=False),
        yaxis=axis(
            look,
            range=[len(rows) - 0.5, -0.5],
            tickvals=phases,
            ticktext=[f"{rows[i]['code_name']} " for i in phases],
            tickfont={"size": 12 if look.narrow else 13, "color": colours.text},
        ),
        shapes=[
            band_shape(i, 0.34, gate_fill(i == worst, look), 0, 1)
            for i, row in enumerate(rows)
            if row["kind"] == "gate"
        ],
        annotations=[*values, *gates, foot_words(_small_legend(look), -8)],
    )


def alt_small_funnel(frame: pd.DataFrame, look: Look) -> str:
    """The small funnel in one sentence."""
    rows = rows_of(frame)
    phases = [row for row in rows if row["kind"] == "phase"]
    if not phases or not phases[0]["entered"]:
        return text("pipeline.alt_empty", look.language)
    counts = text("pipeline.alt_and", look.language).join(
        text(
            "pipeline.alt_phase",
            look.language,
            name=row["code_name"],
            count=said_count(row["entered"], look),
        )
        for row in phases
    )
    return text(
        "pipeline.alt_small_funnel", look.language, phases=counts, gates=alt_gates(rows, look)
    )


def _phase_hover(row: Row, look: Look) -> str:
    key = "hover_phase" if row["kind"] == "phase" else "hover_phase_gate"
    return text(
        f"pipeline.{key}",
        look.language,
        name=row["code_name"],
        **said_interval(row, look),
        **said_counts(row, look, "entered", "advanced", "in_progress", "ended"),
    )


def _small_gate(row: Row, is_worst: bool, look: Look) -> str:
    colours = look.colours
    strong = colours.warning_text if is_worst else colours.text
    name = f'<span style="color:{strong}"><b>{row["code_name"]}</b></span>'
    if is_missing(row["conversion"]):
        return f"{name} {MISSING}"
    share = f'<span style="color:{strong}">{said_share(row["conversion"], look)}</span>'
    interval = bracketed(row["conversion_low"], row["conversion_high"], look)
    quiet = colours.warning_text if is_worst else colours.muted
    return f'{name}  {share} <span style="color:{quiet}">{interval}</span>'


def _small_legend(look: Look) -> str:
    colours = look.colours
    return "   ".join(
        (
            keyed(colours.tint, "■", text("pipeline.key_entered", look.language)),
            keyed(colours.accent, "■", text("pipeline.key_to_gate", look.language)),
        )
    )
