"""The funnel's two right columns: the share that moves on from a step, and the stay in it."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.figures import plot
from analytics.figures.pipeline.parts import (
    Row,
    annotation,
    bracketed,
    faint,
    plain_hover,
    said_count,
    said_days,
    said_interval,
    said_share,
    undimmed,
)
from analytics.formats import is_missing
from analytics.look import Look
from analytics.text import text


def _told(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """Rows whose share and stay are drawn: gates, and stages that no gate follows at once."""
    return [
        (index, row)
        for index, row in enumerate(rows)
        if not is_missing(row["conversion"])
        and (index + 1 == len(rows) or rows[index + 1]["kind"] == "stage" or row["kind"] == "gate")
    ]


def _mark_colours(told: Sequence[tuple[int, Row]], worst: int, look: Look) -> list[str]:
    return [look.colours.warning if index == worst else look.colours.accent for index, _ in told]


def _band_colours(told: Sequence[tuple[int, Row]], worst: int, look: Look) -> list[str]:
    alpha = 0.42 if look.theme == "dark" else 0.3
    return [faint(colour, alpha) for colour in _mark_colours(told, worst, look)]


def _share_hovers(told: Sequence[tuple[int, Row]], look: Look) -> list[list[str]]:
    return [
        [
            text(
                "pipeline.hover_moving",
                look.language,
                name=row["code_name"],
                **said_interval(row, look),
            ),
            row["code"],
        ]
        for _, row in told
    ]


def share_bands(rows: Sequence[Row], worst: int, look: Look) -> plot.Trace:
    """Intervals of the shares that move on."""
    told = _told(rows)
    return plot.bar(
        orientation="h",
        xaxis="x2",
        y=[index for index, _ in told],
        width=[0.56 if row["kind"] == "gate" else 0.36 for _, row in told],
        base=[row["conversion_low"] for _, row in told],
        x=[row["conversion_high"] - row["conversion_low"] for _, row in told],
        marker={"color": _band_colours(told, worst, look), "line": {"width": 0}},
        customdata=_share_hovers(told, look),
        **plain_hover(),
        **undimmed(),
    )


def share_marks(rows: Sequence[Row], worst: int, look: Look) -> plot.Trace:
    """The shares that move on: lines for stages, diamonds for gates."""
    told = _told(rows)
    gates = [row["kind"] == "gate" for _, row in told]
    colours = _mark_colours(told, worst, look)
    return plot.scatter(
        mode="markers",
        xaxis="x2",
        yaxis="y",
        y=[index for index, _ in told],
        x=[row["conversion"] for _, row in told],
        cliponaxis=False,
        marker={
            "symbol": ["diamond" if gate else "line-ns" for gate in gates],
            "size": [9 if gate else 12 for gate in gates],
            "color": colours,
            "opacity": 1,
            "line": {"width": [0 if gate else 3 for gate in gates], "color": colours},
        },
        customdata=_share_hovers(told, look),
        **plain_hover(),
        **undimmed(),
    )


def share_texts(rows: Sequence[Row], worst: int, look: Look) -> list[Row]:
    """Each share with its interval, in figures."""
    colours = look.colours
    return [
        annotation(
            f"<b>{said_share(row['conversion'], look)}</b> "
            f'<span style="color:{colours.warning_text if index == worst else colours.muted}">'
            f"{bracketed(row['conversion_low'], row['conversion_high'], look)}</span>",
            x=1,
            xref="x2 domain",
            y=index,
            xanchor="left",
            xshift=10,
            font={"color": colours.warning_text if index == worst else colours.text},
        )
        for index, row in _told(rows)
    ]


def longest_stay(rows: Sequence[Row]) -> float:
    """The longest stay drawn, in days."""
    found = [row[name] for row in rows for name in ("median_days", "q1_days", "q3_days")]
    return float(max((value for value in found if not is_missing(value)), default=0)) or 2.0


def _stay_hovers(told: Sequence[tuple[int, Row]], look: Look) -> list[list[str]]:
    return [[_stay_hover(row, look), row["code"]] for _, row in told]


def _stay_hover(row: Row, look: Look) -> str:
    median = said_days(row["median_days"], look)
    low, high = row["median_low_days"], row["median_high_days"]
    if not (is_missing(row["median_days"]) or is_missing(low) or is_missing(high)):
        median = text(
            "pipeline.hover_stay_interval",
            look.language,
            days=median,
            low=said_count(low, look),
            high=said_count(high, look),
        )
    return text(
        "pipeline.hover_stay",
        look.language,
        name=row["code_name"],
        median=median,
        q1=said_days(row["q1_days"], look),
        q3=said_days(row["q3_days"], look),
        advance=said_days(row["advance_days"], look),
    )


def stay_bands(rows: Sequence[Row], worst: int, longest: float, look: Look) -> plot.Trace:
    """From quartile to quartile; to the axis's end where the upper one is not reached yet."""
    told = [(index, row) for index, row in _told(rows) if not is_missing(row["q1_days"])]
    ends = [longest * 1.02 if is_missing(row["q3_days"]) else row["q3_days"] for _, row in told]
    return plot.bar(
        orientation="h",
        xaxis="x3",
        y=[index for index, _ in told],
        width=0.22,
        base=[row["q1_days"] for _, row in told],
        x=[end - row["q1_days"] for end, (_, row) in zip(ends, told, strict=True)],
        marker={"color": _band_colours(told, worst, look), "line": {"width": 0}},
        customdata=_stay_hovers(told, look),
        **plain_hover(),
        **undimmed(),
    )


def stay_marks(rows: Sequence[Row], worst: int, look: Look) -> plot.Trace:
    """Median stays."""
    told = [(index, row) for index, row in _told(rows) if not is_missing(row["median_days"])]
    return plot.scatter(
        mode="markers",
        xaxis="x3",
        yaxis="y",
        y=[index for index, _ in told],
        x=[row["median_days"] for _, row in told],
        cliponaxis=False,
        marker={"size": 8, "color": _mark_colours(told, worst, look), "opacity": 1},
        customdata=_stay_hovers(told, look),
        **plain_hover(),
        **undimmed(),
    )


def stay_texts(rows: Sequence[Row], look: Look) -> list[Row]:
    """Median stays in figures, at the right edge."""
    return [
        annotation(
            f"<b>{said_count(row['median_days'], look)}</b>",
            x=1,
            xref="paper",
            y=index,
            xanchor="right",
            xshift=-4,
        )
        for index, row in _told(rows)
    ]
