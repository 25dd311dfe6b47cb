"""The funnel: ten stages and three gates, with counts, shares moving on and stays."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import axis, figure, rows_of, tick_texts, ticks
from analytics.figures.pipeline.parts import (
    Row,
    alt_gates,
    annotation,
    band_shape,
    foot_words,
    gate_area,
    gate_fill,
    inline,
    keyed,
    narrowest,
    plain_hover,
    said_count,
    said_counts,
    undimmed,
)
from analytics.figures.pipeline.steps import (
    longest_stay,
    share_bands,
    share_marks,
    share_texts,
    stay_bands,
    stay_marks,
    stay_texts,
)
from analytics.look import Look
from analytics.text import text

ROW_HEIGHT = 33

_BARS, _SHARES, _STAYS = (0.0, 0.37), (0.43, 0.60), (0.805, 0.94)

_MARGINS = {"zh": 118, "en": 160}

_BRACKETS = {"zh": 84, "en": 118}


def funnel(frame: pd.DataFrame, look: Look) -> plot.Figure:
    """Ten stages and three gates: counts, share moving on and stay on one set of rows.

    Args:
        frame: Answer of `pipeline_funnel` with `code_name` and `phase_name`. Point indices of the
            bars are its row numbers.
        look: Language and theme.
    """
    rows = rows_of(frame)
    largest = max((row["reached"] for row in rows), default=0) or 1
    longest = longest_stay(rows)
    worst = narrowest(rows)
    traces = [
        *_count_bars(rows, look),
        gate_area(rows, largest, look),
        _totals(rows, look),
        share_bands(rows, worst, look),
        share_marks(rows, worst, look),
        stay_bands(rows, worst, longest, look),
        stay_marks(rows, worst, look),
    ]
    days = ticks(longest, 2)
    stages = [index for index, row in enumerate(rows) if row["kind"] == "stage"]
    return figure(
        traces,
        look,
        height=len(rows) * ROW_HEIGHT + 92,
        margin={"l": _MARGINS[look.language], "r": 6, "t": 32, "b": 60, "autoexpand": False},
        barmode="stack",
        bargap=0.36,
        xaxis=axis(look, domain=_BARS, range=[0, largest * 1.2], showticklabels=False),
        xaxis2=axis(
            look,
            domain=_SHARES,
            range=[0, 1],
            anchor="y",
            tickvals=[0, 0.5, 1],
            ticktext=["0", "50%", "100%"],
        ),
        xaxis3=axis(
            look,
            domain=_STAYS,
            range=[0, longest * 1.02],
            anchor="y",
            tickvals=days,
            ticktext=tick_texts(days, "count", look.language, text("common.days", look.language)),
        ),
        yaxis=axis(
            look,
            range=[len(rows) - 0.5, -0.5],
            tickvals=stages,
            automargin=False,
            ticktext=[f"{rows[index]['code_name']} " for index in stages],
            tickfont={"size": 13, "color": look.colours.text},
        ),
        shapes=[
            *_gate_shapes(rows, worst, look),
            *_halves(rows, look),
            *_brackets(rows, look),
            *_steps_down(rows, look),
        ],
        annotations=[
            *_heads(look),
            *_gate_texts(rows, worst, look),
            *share_texts(rows, worst, look),
            *stay_texts(rows, look),
            *_phase_texts(rows, look),
            _legend(look, -40),
        ],
    )


def alt_funnel(frame: pd.DataFrame, look: Look) -> str:
    """The funnel in one sentence: both ends, and each gate with its interval."""
    rows = rows_of(frame)
    stages = [row for row in rows if row["kind"] == "stage"]
    if not stages or not stages[0]["reached"]:
        return text("pipeline.alt_empty", look.language)
    return text(
        "pipeline.alt_funnel",
        look.language,
        first=inline(stages[0]["code_name"], look),
        reached=said_count(stages[0]["reached"], look),
        last=inline(stages[-1]["code_name"], look),
        arrived=said_count(stages[-1]["reached"], look),
        gates=alt_gates(rows, look),
    )


def _count_bars(rows: Sequence[Row], look: Look) -> list[plot.Trace]:
    colours = look.colours
    last = len(rows) - 1
    hovers = [
        [_stage_hover(row, index == last, look), row["code"]] for index, row in enumerate(rows)
    ]

    def bar(name: str, colour: str) -> plot.Trace:
        arrived = name == "in_progress"
        fills = [colours.accent if arrived and i == last else colour for i in range(len(rows))]
        return plot.bar(
            orientation="h",
            y=list(range(len(rows))),
            x=[row[name] if row["kind"] == "stage" else None for row in rows],
            marker={"color": fills, "line": {"color": colours.ground, "width": 1}},
            customdata=hovers,
            **plain_hover(),
            **undimmed(),
        )

    return [
        bar("moved_on", colours.accent),
        bar("in_progress", colours.accent_2),
        bar("ended", colours.tint),
    ]


def _stage_hover(row: Row, is_last: bool, look: Look) -> str:
    key = "pipeline.hover_last" if is_last else "pipeline.hover_reached"
    words = text(
        key,
        look.language,
        name=row["code_name"],
        **said_counts(row, look, "reached", "moved_on", "in_progress", "ended"),
    )
    if row["skipped"]:
        words += text("pipeline.hover_skipped", look.language, **said_counts(row, look, "skipped"))
    return words


def _totals(rows: Sequence[Row], look: Look) -> plot.Trace:
    stages = [(index, row) for index, row in enumerate(rows) if row["kind"] == "stage"]
    return plot.scatter(
        mode="text",
        x=[row["reached"] for _, row in stages],
        y=[index for index, _ in stages],
        text=[f" <b>{said_count(row['reached'], look)}</b>" for _, row in stages],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _heads(look: Look) -> list[Row]:
    def head(key: str, x: float, anchor: str) -> Row:
        return annotation(
            text(f"pipeline.{key}", look.language),
            x=x,
            xref="paper",
            y=1,
            yref="paper",
            yshift=26,
            xanchor=anchor,
            yanchor="top",
            font={"color": look.colours.muted, "size": 12 if look.language == "en" else 13},
        )

    return [
        head("head_reached", _BARS[0], "left"),
        head("head_moving", _SHARES[0], "left"),
        head("head_stay", 1, "right"),
    ]


def _gate_shapes(rows: Sequence[Row], worst: int, look: Look) -> list[Row]:
    left = _MARGINS[look.language]
    shapes: list[Row] = []
    for index, row in enumerate(rows):
        if row["kind"] != "gate":
            continue
        fill = gate_fill(index == worst, look)
        shapes.append(band_shape(index, 0.46, fill, 0, 1))
        shapes.append(band_shape(index, 0.46, fill, 12 - left, 0.5, xsizemode="pixel", xanchor=0))
    return shapes


def _halves(rows: Sequence[Row], look: Look) -> list[Row]:
    """The line of one half, over stages and gates alike."""
    return [
        {
            "type": "line",
            "xref": "x2",
            "yref": "y",
            "x0": 0.5,
            "x1": 0.5,
            "y0": -0.5,
            "y1": len(rows) - 0.5,
            "layer": "below",
            "line": {"color": look.colours.border, "width": 1},
        }
    ]


def _steps_down(rows: Sequence[Row], look: Look) -> list[Row]:
    """Hairlines from the end of what moved on to the end of the next bar: the same number."""
    stages = [(index, row) for index, row in enumerate(rows) if row["kind"] == "stage"]
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "y",
            "x0": row["moved_on"],
            "x1": row["moved_on"],
            "y0": index + 0.32,
            "y1": below - 0.32,
            "layer": "below",
            "line": {"color": look.colours.outline, "width": 1, "dash": "2px,2px"},
        }
        for (index, row), (below, _) in zip(stages, stages[1:], strict=False)
        if row["moved_on"]
    ]


def _spans(rows: Sequence[Row]) -> dict[str, tuple[int, int]]:
    """First and last row of each phase's stages."""
    spans: dict[str, tuple[int, int]] = {}
    for index, row in enumerate(rows):
        if row["kind"] == "stage":
            first, _ = spans.get(row["phase"], (index, index))
            spans[row["phase"]] = (first, index)
    return spans


def _brackets(rows: Sequence[Row], look: Look) -> list[Row]:
    x = -_BRACKETS[look.language]
    return [
        {
            "type": "line",
            "xref": "paper",
            "yref": "y",
            "xsizemode": "pixel",
            "xanchor": 0,
            "x0": x,
            "x1": x,
            "y0": first - 0.4,
            "y1": last + 0.4,
            "line": {"color": look.colours.accent, "width": 3},
        }
        for first, last in _spans(rows).values()
    ]


def _phase_texts(rows: Sequence[Row], look: Look) -> list[Row]:
    english = look.language == "en"
    return [
        annotation(
            text(f"pipeline.bracket_{phase}", look.language),
            x=0,
            xref="paper",
            y=(first + last) / 2,
            xanchor="center",
            align="center",
            xshift=-_BRACKETS[look.language] - (20 if english else 17),
            textangle=-90 if english else 0,
            font={"size": 12 if english else 13},
        )
        for phase, (first, last) in _spans(rows).items()
    ]


def _gate_texts(rows: Sequence[Row], worst: int, look: Look) -> list[Row]:
    colours = look.colours
    return [
        annotation(
            f"<b>{row['code_name']}</b>   "
            + f'<span style="color:{colours.muted}">'
            + text(
                "pipeline.gate_counts",
                look.language,
                **said_counts(row, look, "ended", "in_progress"),
            )
            + "</span>",
            x=0,
            xref="paper",
            y=index,
            xanchor="left",
            xshift=2,
            bgcolor=gate_fill(index == worst, look),
            borderpad=1,
            font={"color": colours.warning_text if index == worst else colours.text},
        )
        for index, row in enumerate(rows)
        if row["kind"] == "gate"
    ]


def _legend(look: Look, shift: int) -> Row:
    colours = look.colours
    keys = (
        ("■", colours.accent, "key_moved"),
        ("■", colours.accent_2, "key_progress"),
        ("■", colours.tint, "key_ended"),
        ("┃", colours.accent, "key_stage"),
        ("◆", colours.accent, "key_gate"),
        ("◆", colours.warning, "key_worst"),
        ("▬", colours.accent_2, "key_band"),
    )
    words = "   ".join(
        keyed(colour, sign, text(f"pipeline.{key}", look.language)) for sign, colour, key in keys
    )
    return foot_words(words, shift)
