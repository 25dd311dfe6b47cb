"""The innovation pipeline: the funnel, its small form, cohorts, one step's curve, two groups.

Figures take the answers of the `pipeline_*` queries with `code_name` (and in the funnels
`phase_name`) beside the codes, as `panels.labelled` gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import pandas as pd
import plotly.graph_objects as go

from analytics.figures.base import SMALL, axis, figure, tick_texts, ticks
from analytics.formats import MISSING, is_missing, number, signed, written
from analytics.look import Look
from analytics.model.codes import STAGES
from analytics.palette import rgba
from analytics.text import text

Row = dict[str, Any]
ROW_HEIGHT = 33
YEAR = 365.25
_CLEAR = "rgba(0,0,0,0)"
_BARS, _SHARES, _STAYS = (0.0, 0.37), (0.43, 0.60), (0.805, 0.94)
_MARGINS = {"zh": 118, "en": 160}
_BRACKETS = {"zh": 84, "en": 118}


def funnel(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Ten stages and three gates: counts, share moving on and stay on one set of rows.

    Args:
        frame: Answer of `pipeline_funnel` with `code_name` and `phase_name`. Point indices of the
            bars are its row numbers.
        look: Language and theme.
    """
    rows = _rows(frame)
    largest = max((row["reached"] for row in rows), default=0) or 1
    longest = _longest(rows)
    worst = _worst(rows)
    traces = [
        *_count_bars(rows, look),
        _gate_area(rows, largest, look),
        _totals(rows, look),
        _share_bands(rows, worst, look),
        _share_marks(rows, worst, look),
        _stay_bands(rows, worst, longest, look),
        _stay_marks(rows, worst, look),
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
            *_share_texts(rows, worst, look),
            *_stay_texts(rows, look),
            *_phase_texts(rows, look),
            _legend(look, -40),
        ],
    )


def small_funnel(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Four phases with the three gates between them.

    Args:
        frame: Answer of `pipeline_phases` with `code_name`.
        look: Language and theme.
    """
    rows = _rows(frame)
    colours = look.colours
    worst = _worst(rows)
    largest = max((row["entered"] for row in rows), default=0) or 1
    phases = [index for index, row in enumerate(rows) if row["kind"] == "phase"]
    hovers = [[_phase_hover(row, look), row["code"]] for row in rows]

    def bar(name: str, colour: str) -> go.Bar:
        return go.Bar(
            orientation="h",
            y=list(range(len(rows))),
            base=0,
            width=0.78,
            x=[row[name] if row["kind"] == "phase" else None for row in rows],
            marker={"color": colour, "line": {"width": 0}},
            customdata=hovers,
            **_plain_hover(),
            **_undimmed(),
        )

    values = [
        _note(
            f"<b>{_count(rows[i]['entered'], look)}</b> → {_count(rows[i]['advanced'], look)}",
            x=rows[i]["entered"],
            xref="x",
            y=i,
            xanchor="left",
            xshift=4,
        )
        for i in phases
    ]
    gates = [
        _note(
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
            _gate_area(rows, largest * 1.52, look, _phase_hover),
        ],
        look,
        height=380,
        margin={"l": 8, "r": 8, "t": 4, "b": 32},
        barmode="overlay",
        xaxis=axis(look, range=[0, largest * 1.52], showticklabels=False),
        yaxis=axis(
            look,
            range=[len(rows) - 0.5, -0.5],
            tickvals=phases,
            ticktext=[f"{rows[i]['code_name']} " for i in phases],
            tickfont={"size": 13, "color": colours.text},
        ),
        shapes=[
            _band(i, 0.34, _gate_fill(i == worst, look), 0, 1)
            for i, row in enumerate(rows)
            if row["kind"] == "gate"
        ],
        annotations=[*values, *gates, _foot(_small_legend(look), -8)],
    )


def cohorts(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Share landed by year of start: to date as bars, within three years with its interval.

    Args:
        frame: Answer of `pipeline_cohorts`.
        look: Language and theme.
    """
    rows = _rows(frame)
    colours = look.colours
    years = [row["year"] for row in rows]
    timed = [row for row in rows if not is_missing(row["landed_in_time"])]
    highs = [row[name] for row in rows for name in ("landed", "landed_in_time_high")]
    largest = max((value for value in highs if not is_missing(value)), default=0) or 0.1
    values = _share_ticks(largest)
    bars = go.Bar(
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
        **_plain_hover(),
        **_undimmed(),
    )
    marks = go.Scatter(
        x=[row["year"] for row in timed],
        y=[row["landed_in_time"] for row in timed],
        mode="markers",
        marker={"symbol": "diamond", "size": 9, "color": colours.accent},
        error_y=_errors(
            [row["landed_in_time"] for row in timed],
            [row["landed_in_time_low"] for row in timed],
            [row["landed_in_time_high"] for row in timed],
            colours.accent,
        ),
        customdata=[[_cohort_time_hover(row, look), str(row["year"])] for row in timed],
        cliponaxis=False,
        **_plain_hover(),
    )
    labels = [
        _note(
            _share(row["landed"], look),
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


def curve(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Cumulative incidence of moving on, with its band, and of ending, over years.

    Args:
        frame: Answer of `pipeline_curve`.
        look: Language and theme.
    """
    rows = _rows(frame)
    colours = look.colours
    years = [row["days"] / YEAR for row in rows]
    longest = years[-1] if years else 1.0
    highs = [max(row["conversion_high"], row["ended_share"]) for row in rows if row["at_risk"] > 4]
    largest = max(highs, default=0.0) or 1.0
    values = _share_ticks(largest)
    band = {"mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    hovers = [[_curve_hover(row, look)] for row in rows]
    traces = [
        go.Scatter(x=years, y=[row["conversion_low"] for row in rows], **band),
        go.Scatter(
            x=years,
            y=[row["conversion_high"] for row in rows],
            fill="tonexty",
            fillcolor=_faint(colours.accent),
            **band,
        ),
        go.Scatter(
            x=years,
            y=[row["ended_share"] for row in rows],
            mode="lines",
            line={"color": colours.muted, "width": 1.5, "shape": "hv", "dash": "5px,3px"},
            hoverinfo="skip",
        ),
        go.Scatter(
            x=years,
            y=[row["conversion"] for row in rows],
            mode="lines",
            line={"color": colours.accent, "width": 2.5, "shape": "hv"},
            customdata=hovers,
            **_plain_hover(),
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
            ticktext=tick_texts(values, "share", look.language),
        ),
        annotations=[*_curve_ends(rows, largest, look), _at_risk_name(look)],
    )


def compare(frame: pd.DataFrame, look: Look) -> go.Figure:
    """Pass rates of two groups at each gate, with their intervals and difference.

    Args:
        frame: Answer of `pipeline_compare` with `code_name`.
        look: Language and theme.
    """
    rows = _rows(frame)
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


def alt_funnel(frame: pd.DataFrame, look: Look) -> str:
    """The funnel in one sentence: both ends, and each gate with its interval."""
    rows = _rows(frame)
    stages = [row for row in rows if row["kind"] == "stage"]
    if not stages or not stages[0]["reached"]:
        return text("pipeline.alt_empty", look.language)
    return text(
        "pipeline.alt_funnel",
        look.language,
        first=_inline(stages[0]["code_name"], look),
        reached=_count(stages[0]["reached"], look),
        last=_inline(stages[-1]["code_name"], look),
        arrived=_count(stages[-1]["reached"], look),
        gates=_alt_gates(rows, look),
    )


def alt_small_funnel(frame: pd.DataFrame, look: Look) -> str:
    """The small funnel in one sentence."""
    rows = _rows(frame)
    phases = [row for row in rows if row["kind"] == "phase"]
    if not phases or not phases[0]["entered"]:
        return text("pipeline.alt_empty", look.language)
    counts = text("pipeline.alt_and", look.language).join(
        text(
            "pipeline.alt_phase",
            look.language,
            name=row["code_name"],
            count=_count(row["entered"], look),
        )
        for row in phases
    )
    return text(
        "pipeline.alt_small_funnel", look.language, phases=counts, gates=_alt_gates(rows, look)
    )


def alt_cohorts(frame: pd.DataFrame, look: Look) -> str:
    """The cohorts in one sentence: the span of years, and the first and last followed."""
    rows = _rows(frame)
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
        start=_share(timed[0]["landed_in_time"], look),
        start_year=timed[0]["year"],
        end=_share(timed[-1]["landed_in_time"], look),
        end_year=timed[-1]["year"],
    )


def alt_curve(frame: pd.DataFrame, look: Look) -> str:
    """The curve in one sentence: where it ends."""
    rows = _rows(frame)
    if not rows:
        return text("pipeline.alt_empty", look.language)
    last = rows[-1]
    return text(
        "pipeline.alt_curve",
        look.language,
        reached=_count(rows[0]["at_risk"], look),
        days=_count(last["days"], look),
        ended=_share(last["ended_share"], look),
        **_interval(last, look),
    )


def alt_compare(frame: pd.DataFrame, look: Look) -> str:
    """The comparison in one sentence: each gate's two pass rates."""
    rows = _rows(frame)
    shares = {row_key(row): _share(row["conversion"], look) for row in rows}
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


def row_key(row: Row) -> tuple[str, str]:
    """What identifies a row of `pipeline_compare`: gate and group."""
    return row["code"], row["compared_part"]


# Words and numbers


def _rows(frame: pd.DataFrame) -> list[Row]:
    return cast("list[Row]", frame.to_dict("records"))


def _or_none(value: Any) -> Any:
    return None if is_missing(value) else value


def _count(value: Any, look: Look) -> str:
    return written(value, "count", look.language)


def _share(value: Any, look: Look) -> str:
    return written(value, "share", look.language)


def _days(value: Any, look: Look) -> str:
    if is_missing(value):
        return text("pipeline.not_reached", look.language)
    return written(value, "days", look.language)


def _inline(name: str, look: Look) -> str:
    return name.lower() if look.language == "en" else name


def _interval(row: Row, look: Look) -> dict[str, str]:
    return {
        "share": _share(row["conversion"], look),
        "low": _share(row["conversion_low"], look),
        "high": _share(row["conversion_high"], look),
    }


def _bracketed(low: float, high: float, look: Look) -> str:
    ends = "–".join(number(value * 100, 1, look.language) for value in (low, high))
    return f"[{ends}]"


def _counts(row: Row, look: Look, *names: str) -> dict[str, str]:
    return {name: _count(row[name], look) for name in names}


def _alt_gates(rows: Iterable[Row], look: Look) -> str:
    gates = [
        text("pipeline.alt_gate", look.language, name=row["code_name"], **_interval(row, look))
        for row in rows
        if row["kind"] == "gate" and not is_missing(row["conversion"])
    ]
    return text("pipeline.alt_and", look.language).join(gates) or MISSING


# What all of them draw with


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


def _plain_hover() -> dict[str, str]:
    return {"hovertemplate": "%{customdata[0]}<extra></extra>"}


def _undimmed() -> dict[str, Any]:
    """A click selects; what was not clicked keeps its colour."""
    return {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}


def _note(words: str, **place: Any) -> Row:
    return {"text": words, "showarrow": False, "yref": "y", "align": "left"} | place


def _foot(words: str, shift: int) -> Row:
    return _note(
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


def _top(words: str, look: Look) -> Row:
    return _note(
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


def _keyed(colour: str, sign: str, words: str) -> str:
    return f'<span style="color:{colour}">{sign}</span> {words}'


def _faint(colour: str, alpha: float = 0.18) -> str:
    red, green, blue, _ = rgba(colour)
    return f"rgba({red},{green},{blue},{alpha})"


def _band(index: int, half: float, fill: str, x0: float, x1: float, **more: Any) -> Row:
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


def _errors(
    values: Sequence[float], lows: Sequence[float], highs: Sequence[float], colour: str
) -> Row:
    return {
        "type": "data",
        "symmetric": False,
        "color": colour,
        "thickness": 1.5,
        "width": 4,
        "array": [high - value for value, high in zip(values, highs, strict=True)],
        "arrayminus": [value - low for value, low in zip(values, lows, strict=True)],
    }


def _worst(rows: Sequence[Row]) -> int:
    """Row number of the gate that the smallest share passes; -1 where fewer than two are known."""
    known = [
        (row["conversion"], index)
        for index, row in enumerate(rows)
        if row["kind"] == "gate" and not is_missing(row["conversion"])
    ]
    return min(known)[1] if len(known) > 1 else -1


def _gate_fill(is_worst: bool, look: Look) -> str:
    return look.colours.warning_fill if is_worst else look.colours.land


# The funnel, from left to right


def _told(rows: Sequence[Row]) -> list[tuple[int, Row]]:
    """Rows whose share and stay are drawn: gates, and stages that no gate follows at once."""
    return [
        (index, row)
        for index, row in enumerate(rows)
        if not is_missing(row["conversion"])
        and (index + 1 == len(rows) or rows[index + 1]["kind"] == "stage" or row["kind"] == "gate")
    ]


def _count_bars(rows: Sequence[Row], look: Look) -> list[go.Bar]:
    colours = look.colours
    last = len(rows) - 1
    hovers = [
        [_stage_hover(row, index == last, look), row["code"]] for index, row in enumerate(rows)
    ]

    def bar(name: str, colour: str) -> go.Bar:
        arrived = name == "in_progress"
        fills = [colours.accent if arrived and i == last else colour for i in range(len(rows))]
        return go.Bar(
            orientation="h",
            y=list(range(len(rows))),
            x=[row[name] if row["kind"] == "stage" else None for row in rows],
            marker={"color": fills, "line": {"color": colours.ground, "width": 1}},
            customdata=hovers,
            **_plain_hover(),
            **_undimmed(),
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
        **_counts(row, look, "reached", "moved_on", "in_progress", "ended"),
    )
    if row["skipped"]:
        words += text("pipeline.hover_skipped", look.language, **_counts(row, look, "skipped"))
    return words


def _gate_area(
    rows: Sequence[Row],
    length: float,
    look: Look,
    hover: Callable[[Row, Look], str] | None = None,
) -> go.Bar:
    """An unseen bar over each gate's row, so that it can be pointed at and clicked."""
    hovers = [
        [
            (hover(row, look) if hover else _gate_hover(rows, index, look))
            if row["kind"] == "gate"
            else "",
            row["code"],
        ]
        for index, row in enumerate(rows)
    ]
    return go.Bar(
        orientation="h",
        y=list(range(len(rows))),
        base=0,
        width=0.9,
        x=[length * 1.15 if row["kind"] == "gate" else None for row in rows],
        marker={"color": _CLEAR, "line": {"width": 0}},
        customdata=hovers,
        **_plain_hover(),
        **_undimmed(),
    )


def _gate_hover(rows: Sequence[Row], index: int, look: Look) -> str:
    after = rows[index + 1]["code_name"] if index + 1 < len(rows) else MISSING
    return text(
        "pipeline.hover_gate",
        look.language,
        name=rows[index]["code_name"],
        before=_inline(rows[index - 1]["code_name"], look),
        after=_inline(after, look),
        **_counts(rows[index], look, "reached", "moved_on", "in_progress", "ended"),
    )


def _totals(rows: Sequence[Row], look: Look) -> go.Scatter:
    stages = [(index, row) for index, row in enumerate(rows) if row["kind"] == "stage"]
    return go.Scatter(
        mode="text",
        x=[row["reached"] for _, row in stages],
        y=[index for index, _ in stages],
        text=[f" <b>{_count(row['reached'], look)}</b>" for _, row in stages],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _mark_colours(told: Sequence[tuple[int, Row]], worst: int, look: Look) -> list[str]:
    return [look.colours.warning if index == worst else look.colours.accent for index, _ in told]


def _band_colours(told: Sequence[tuple[int, Row]], worst: int, look: Look) -> list[str]:
    alpha = 0.42 if look.theme == "dark" else 0.3
    return [_faint(colour, alpha) for colour in _mark_colours(told, worst, look)]


def _share_hovers(told: Sequence[tuple[int, Row]], look: Look) -> list[list[str]]:
    return [
        [
            text(
                "pipeline.hover_moving",
                look.language,
                name=row["code_name"],
                **_interval(row, look),
            ),
            row["code"],
        ]
        for _, row in told
    ]


def _share_bands(rows: Sequence[Row], worst: int, look: Look) -> go.Bar:
    told = _told(rows)
    return go.Bar(
        orientation="h",
        xaxis="x2",
        y=[index for index, _ in told],
        width=[0.56 if row["kind"] == "gate" else 0.36 for _, row in told],
        base=[row["conversion_low"] for _, row in told],
        x=[row["conversion_high"] - row["conversion_low"] for _, row in told],
        marker={"color": _band_colours(told, worst, look), "line": {"width": 0}},
        customdata=_share_hovers(told, look),
        **_plain_hover(),
        **_undimmed(),
    )


def _share_marks(rows: Sequence[Row], worst: int, look: Look) -> go.Scatter:
    told = _told(rows)
    gates = [row["kind"] == "gate" for _, row in told]
    colours = _mark_colours(told, worst, look)
    return go.Scatter(
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
        **_plain_hover(),
        **_undimmed(),
    )


def _share_texts(rows: Sequence[Row], worst: int, look: Look) -> list[Row]:
    colours = look.colours
    return [
        _note(
            f"<b>{_share(row['conversion'], look)}</b> "
            f'<span style="color:{colours.warning_text if index == worst else colours.muted}">'
            f"{_bracketed(row['conversion_low'], row['conversion_high'], look)}</span>",
            x=1,
            xref="x2 domain",
            y=index,
            xanchor="left",
            xshift=10,
            font={"color": colours.warning_text if index == worst else colours.text},
        )
        for index, row in _told(rows)
    ]


def _longest(rows: Sequence[Row]) -> float:
    found = [row[name] for row in rows for name in ("median_days", "q1_days", "q3_days")]
    return float(max((value for value in found if not is_missing(value)), default=0)) or 2.0


def _stay_hovers(told: Sequence[tuple[int, Row]], look: Look) -> list[list[str]]:
    return [[_stay_hover(row, look), row["code"]] for _, row in told]


def _stay_hover(row: Row, look: Look) -> str:
    median = _days(row["median_days"], look)
    low, high = row["median_low_days"], row["median_high_days"]
    if not (is_missing(row["median_days"]) or is_missing(low) or is_missing(high)):
        median = text(
            "pipeline.hover_stay_interval",
            look.language,
            days=median,
            low=_count(low, look),
            high=_count(high, look),
        )
    return text(
        "pipeline.hover_stay",
        look.language,
        name=row["code_name"],
        median=median,
        q1=_days(row["q1_days"], look),
        q3=_days(row["q3_days"], look),
        advance=_days(row["advance_days"], look),
    )


def _stay_bands(rows: Sequence[Row], worst: int, longest: float, look: Look) -> go.Bar:
    """From quartile to quartile; to the axis's end where the upper one is not reached yet."""
    told = [(index, row) for index, row in _told(rows) if not is_missing(row["q1_days"])]
    ends = [longest * 1.02 if is_missing(row["q3_days"]) else row["q3_days"] for _, row in told]
    return go.Bar(
        orientation="h",
        xaxis="x3",
        y=[index for index, _ in told],
        width=0.22,
        base=[row["q1_days"] for _, row in told],
        x=[end - row["q1_days"] for end, (_, row) in zip(ends, told, strict=True)],
        marker={"color": _band_colours(told, worst, look), "line": {"width": 0}},
        customdata=_stay_hovers(told, look),
        **_plain_hover(),
        **_undimmed(),
    )


def _stay_marks(rows: Sequence[Row], worst: int, look: Look) -> go.Scatter:
    told = [(index, row) for index, row in _told(rows) if not is_missing(row["median_days"])]
    return go.Scatter(
        mode="markers",
        xaxis="x3",
        yaxis="y",
        y=[index for index, _ in told],
        x=[row["median_days"] for _, row in told],
        cliponaxis=False,
        marker={"size": 8, "color": _mark_colours(told, worst, look), "opacity": 1},
        customdata=_stay_hovers(told, look),
        **_plain_hover(),
        **_undimmed(),
    )


def _stay_texts(rows: Sequence[Row], look: Look) -> list[Row]:
    return [
        _note(
            f"<b>{_count(row['median_days'], look)}</b>",
            x=1,
            xref="paper",
            y=index,
            xanchor="right",
            xshift=-4,
        )
        for index, row in _told(rows)
    ]


def _heads(look: Look) -> list[Row]:
    def head(key: str, x: float, anchor: str) -> Row:
        return _note(
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
        fill = _gate_fill(index == worst, look)
        shapes.append(_band(index, 0.46, fill, 0, 1))
        shapes.append(_band(index, 0.46, fill, 12 - left, 0.5, xsizemode="pixel", xanchor=0))
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
        _note(
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
        _note(
            f"<b>{row['code_name']}</b>   "
            + f'<span style="color:{colours.muted}">'
            + text(
                "pipeline.gate_counts", look.language, **_counts(row, look, "ended", "in_progress")
            )
            + "</span>",
            x=0,
            xref="paper",
            y=index,
            xanchor="left",
            xshift=2,
            bgcolor=_gate_fill(index == worst, look),
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
        _keyed(colour, sign, text(f"pipeline.{key}", look.language)) for sign, colour, key in keys
    )
    return _foot(words, shift)


# The small funnel


def _phase_hover(row: Row, look: Look) -> str:
    key = "hover_phase" if row["kind"] == "phase" else "hover_phase_gate"
    return text(
        f"pipeline.{key}",
        look.language,
        name=row["code_name"],
        **_interval(row, look),
        **_counts(row, look, "entered", "advanced", "in_progress", "ended"),
    )


def _small_gate(row: Row, is_worst: bool, look: Look) -> str:
    colours = look.colours
    strong = colours.warning_text if is_worst else colours.text
    name = f'<span style="color:{strong}"><b>{row["code_name"]}</b></span>'
    if is_missing(row["conversion"]):
        return f"{name} {MISSING}"
    share = f'<span style="color:{strong}">{_share(row["conversion"], look)}</span>'
    interval = _bracketed(row["conversion_low"], row["conversion_high"], look)
    quiet = colours.warning_text if is_worst else colours.muted
    return f'{name}  {share} <span style="color:{quiet}">{interval}</span>'


def _small_legend(look: Look) -> str:
    colours = look.colours
    return "   ".join(
        (
            _keyed(colours.tint, "■", text("pipeline.key_entered", look.language)),
            _keyed(colours.accent, "■", text("pipeline.key_to_gate", look.language)),
        )
    )


# Cohorts


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
        projects=_count(row["projects"], look),
        share=_share(row["landed"], look),
        low=_share(row["landed_low"], look),
        high=_share(row["landed_high"], look),
    )
    words += text(
        "pipeline.hover_cohort_reached",
        look.language,
        development=_count(row["reached_development"], look),
        commercialisation=_count(row["reached_commercialisation"], look),
        landing=_count(row["reached_landing"], look),
    )
    return words + (text("pipeline.hover_incomplete", look.language) if row["incomplete"] else "")


def _cohort_time_hover(row: Row, look: Look) -> str:
    return text(
        "pipeline.hover_cohort_time",
        look.language,
        year=row["year"],
        share=_share(row["landed_in_time"], look),
        low=_share(row["landed_in_time_low"], look),
        high=_share(row["landed_in_time_high"], look),
    )


def _cohort_ticks(rows: Sequence[Row], look: Look) -> list[str]:
    """Years with the number of projects below; every other year on a phone."""
    step = 2 if look.narrow and len(rows) > 6 else 1
    return [
        f"{row['year']}<br>"
        + text("pipeline.projects_short", look.language, count=_count(row["projects"], look))
        if index % step == 0
        else ""
        for index, row in enumerate(rows)
    ]


def _cohort_legend(look: Look) -> str:
    colours = look.colours
    return "   ".join(
        (
            _keyed(colours.accent_2, "■", text("pipeline.key_to_date", look.language)),
            _keyed(colours.accent, "◆", text("pipeline.key_in_time", look.language)),
        )
    )


# One step's curve


def _curve_hover(row: Row, look: Look) -> str:
    return text(
        "pipeline.hover_curve",
        look.language,
        days=_count(row["days"], look),
        years=number(row["days"] / YEAR, 1, look.language),
        ended=_share(row["ended_share"], look),
        waiting=_share(row["waiting"], look),
        at_risk=_count(row["at_risk"], look),
        **_interval(row, look),
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
        labels.append(f"{years}<br>{_count(later[0] if later else 0, look)}")
    return labels


def _at_risk_name(look: Look) -> Row:
    """Names the numbers below the years."""
    return _note(
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
        return _note(
            f"{words}<br><b>{_share(value, look)}</b>",
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


# Two groups


def _compare_place(row: Row, gates: Sequence[str]) -> float:
    """Row of the chart: a gate has a line for its name and one for each group."""
    return gates.index(row["code"]) * 3 + (1 if row["compared_part"] == "selected" else 2)


def _group_colour(part: str, look: Look) -> str:
    return look.colours.accent if part == "selected" else look.colours.muted


def _compare_marks(
    rows: Sequence[Row], places: dict[tuple[str, str], float], look: Look
) -> go.Scatter:
    known = [row for row in rows if not is_missing(row["conversion"])]
    part = known[0]["compared_part"] if known else "rest"
    colour = _group_colour(part, look)
    values = [row["conversion"] for row in known]
    return go.Scatter(
        mode="markers",
        x=values,
        y=[places[row_key(row)] for row in known],
        cliponaxis=False,
        error_x=_errors(
            values,
            [row["conversion_low"] for row in known],
            [row["conversion_high"] for row in known],
            _faint(colour, 0.35),
        )
        | {"thickness": 10, "width": 0},
        marker={
            "symbol": "diamond" if part == "selected" else "circle",
            "size": 10,
            "color": colour,
            "opacity": 1,
        },
        customdata=[[_compare_hover(row, look), row["code"]] for row in known],
        **_plain_hover(),
        **_undimmed(),
    )


def _compare_hover(row: Row, look: Look) -> str:
    return text(
        "pipeline.hover_compare",
        look.language,
        name=row["code_name"],
        group=text(f"pipeline.compare_{row['compared_part']}", look.language),
        median=_days(row["median_days"], look),
        **_interval(row, look),
        **_counts(row, look, "reached", "in_progress", "ended"),
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
                f"{text('pipeline.compare_difference', look.language)} "
                f"{_difference(row, look)}</span>"
            )
        notes.append(
            _note(
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
            _note(
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
            interval = _bracketed(row["conversion_low"], row["conversion_high"], look)
            words = (
                f"<b>{_share(row['conversion'], look)}</b> "
                f'<span style="color:{look.colours.muted}">{interval}</span>'
            )
        notes.append(_note(words, x=1, xref="paper", y=place, xanchor="left", xshift=10))
    return notes


def stalled_by_stage(frame: pd.DataFrame, look: Look) -> go.Figure:
    """How many projects stall in each stage, in the order of the stages.

    Args:
        frame: Answer of `pipeline_stalled` with `stage_name`.
        look: Language and theme.
    """
    counts = frame.groupby(["stage", "stage_name"], sort=False).size().reset_index(name="count")
    order = {code: place for place, code in enumerate(STAGES)}
    rows = sorted(_rows(counts), key=lambda row: -order[row["stage"]])
    places = list(range(len(rows)))
    labels = [written(row["count"], "count", look.language, look.pick("项", "")) for row in rows]
    bar = go.Bar(
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
