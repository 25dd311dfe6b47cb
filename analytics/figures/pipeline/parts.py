"""What the pipeline's figures share: words for numbers, notes, bands and legends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from analytics.figures import plot
from analytics.formats import MISSING, is_missing, number, written
from analytics.look import Look
from analytics.palette import rgba
from analytics.text import text

Row = dict[str, Any]

CLEAR = "rgba(0,0,0,0)"


def row_key(row: Row) -> tuple[str, str]:
    """What identifies a row of `pipeline_compare`: gate and group."""
    return row["code"], row["compared_part"]


def said_count(value: Any, look: Look) -> str:
    """A count in words."""
    return written(value, "count", look.language)


def said_share(value: Any, look: Look) -> str:
    """A share in words."""
    return written(value, "share", look.language)


def said_days(value: Any, look: Look) -> str:
    """Days in words, or that they are not reached yet."""
    if is_missing(value):
        return text("pipeline.not_reached", look.language)
    return written(value, "days", look.language)


def inline(name: str, look: Look) -> str:
    """A name as it stands within an English sentence."""
    return name.lower() if look.language == "en" else name


def said_interval(row: Row, look: Look) -> dict[str, str]:
    """A conversion and its bounds in words, by the names that texts fill in."""
    return {
        "share": said_share(row["conversion"], look),
        "low": said_share(row["conversion_low"], look),
        "high": said_share(row["conversion_high"], look),
    }


def bracketed(low: float, high: float, look: Look) -> str:
    """An interval as it is printed: [44.9–49.3]."""
    ends = "–".join(number(value * 100, 1, look.language) for value in (low, high))
    return f"[{ends}]"


def said_counts(row: Row, look: Look, *names: str) -> dict[str, str]:
    """Counts of a row in words, by their names."""
    return {name: said_count(row[name], look) for name in names}


def alt_gates(rows: Iterable[Row], look: Look) -> str:
    """The gates in one clause, for those who cannot see the chart."""
    gates = [
        text("pipeline.alt_gate", look.language, name=row["code_name"], **said_interval(row, look))
        for row in rows
        if row["kind"] == "gate" and not is_missing(row["conversion"])
    ]
    return text("pipeline.alt_and", look.language).join(gates) or MISSING


def plain_hover() -> dict[str, str]:
    """The finished hover text of each mark."""
    return {"hovertemplate": "%{customdata[0]}<extra></extra>"}


def undimmed() -> dict[str, Any]:
    """A click selects; what was not clicked keeps its colour."""
    return {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}


def annotation(words: str, **place: Any) -> Row:
    """A note on the figure."""
    return {"text": words, "showarrow": False, "yref": "y", "align": "left"} | place


def foot_words(words: str, shift: int) -> Row:
    """A note below the figure."""
    return annotation(
        words,
        x=0,
        xref="paper",
        y=0,
        yref="paper",
        yshift=shift,
        xanchor="left",
        yanchor="top",
        font={"size": 12},
    )


def keyed(colour: str, sign: str, words: str) -> str:
    """A sign in its colour with its word."""
    return f'<span style="color:{colour}">{sign}</span> {words}'


def faint(colour: str, alpha: float = 0.18) -> str:
    """A colour that lets the ground through."""
    red, green, blue, _ = rgba(colour)
    return f"rgba({red},{green},{blue},{alpha})"


def band_shape(index: int, half: float, fill: str, x0: float, x1: float, **more: Any) -> Row:
    """A shape across a row of the figure."""
    return {
        "type": "rect",
        "xref": "paper",
        "yref": "y",
        "x0": x0,
        "x1": x1,
        "y0": index - half,
        "y1": index + half,
        "fillcolor": fill,
        "line": {"width": 0},
        "layer": "below",
    } | more


def error_bars(
    values: Sequence[float], lows: Sequence[float], highs: Sequence[float], colour: str
) -> Row:
    """Intervals as thick bars without caps."""
    return {
        "type": "data",
        "symmetric": False,
        "color": colour,
        "thickness": 1.5,
        "width": 4,
        "array": [high - value for value, high in zip(values, highs, strict=True)],
        "arrayminus": [value - low for value, low in zip(values, lows, strict=True)],
    }


def narrowest(rows: Sequence[Row]) -> int:
    """Row number of the gate that the smallest share passes; -1 where fewer than two are known."""
    known = [
        (row["conversion"], index)
        for index, row in enumerate(rows)
        if row["kind"] == "gate" and not is_missing(row["conversion"])
    ]
    return min(known)[1] if len(known) > 1 else -1


def gate_fill(is_worst: bool, look: Look) -> str:
    """The tint behind a gate's row."""
    return look.colours.warning_fill if is_worst else look.colours.land


def gate_area(
    rows: Sequence[Row],
    length: float,
    look: Look,
    hover: Callable[[Row, Look], str] | None = None,
) -> plot.Trace:
    """An unseen bar over each gate's row, so that it can be pointed at and clicked."""
    hovers = [
        [
            (hover(row, look) if hover else gate_hover(rows, index, look))
            if row["kind"] == "gate"
            else "",
            row["code"],
        ]
        for index, row in enumerate(rows)
    ]
    return plot.bar(
        orientation="h",
        y=list(range(len(rows))),
        base=0,
        width=0.9,
        x=[length * 1.15 if row["kind"] == "gate" else None for row in rows],
        marker={"color": CLEAR, "line": {"width": 0}},
        customdata=hovers,
        **plain_hover(),
        **undimmed(),
    )


def gate_hover(rows: Sequence[Row], index: int, look: Look) -> str:
    """What hovering over a gate tells."""
    after = rows[index + 1]["code_name"] if index + 1 < len(rows) else MISSING
    return text(
        "pipeline.hover_gate",
        look.language,
        name=rows[index]["code_name"],
        before=inline(rows[index - 1]["code_name"], look),
        after=inline(after, look),
        **said_counts(rows[index], look, "reached", "moved_on", "in_progress", "ended"),
    )
