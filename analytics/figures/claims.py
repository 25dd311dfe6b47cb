"""Verdicts as squares by system, and as one bar."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from analytics.claims import VERDICTS, Verdict, verdict_counts
from analytics.figures import plot
from analytics.figures.base import HOVER, axis, figure, marked, shorten
from analytics.formats import MISSING
from analytics.look import Look
from analytics.text import text

_ROWS = 14
"""Systems in a column of the strip."""
_SQUARE = 0.86
_NARROW_LABELS = 92
"""Pixels that the names take at the left of a narrow screen, over which the legend begins."""


def verdict_strip(frame: pd.DataFrame, look: Look, height: int = 360) -> plot.Figure:
    """One square a claim, a row a system: in two columns, or one on a narrow screen.

    Args:
        frame: Columns claim_system, claim_system_name, claim_name, verdict, verdict_name,
            claim_reason_name.
        look: Language, theme and width.
        height: Height in pixels.
    """
    systems = _in_order(frame)
    shown = systems[: _ROWS - 1] if look.narrow and len(systems) > _ROWS else systems
    columns = [shown] if look.narrow else [shown[:_ROWS], shown[_ROWS:]]
    rest = [code for code in systems if code not in shown]
    longest = max((len(frame[frame["claim_system"] == code]) for code in shown), default=1)
    domains = [(0.0, 1.0)] if len(columns) == 1 else [(0.0, 0.4), (0.6, 1.0)]
    traces: list[Any] = []
    axes: dict[str, Any] = {}
    for place, (codes, domain) in enumerate(zip(columns, domains, strict=True)):
        end = str(place + 1) if place else ""
        names = _names(frame, codes, look)
        if rest:
            names.append(text("claims.others", look.language, count=len(rest)))
        traces.append(_squares(frame, codes, look, end))
        axes[f"xaxis{end}"] = axis(
            look, visible=False, range=[-0.05, longest + 0.1], domain=domain, anchor=f"y{end}"
        )
        axes[f"yaxis{end}"] = axis(
            look,
            tickvals=list(range(len(names))),
            ticktext=names,
            range=[_ROWS - 0.4, -0.6],
            tickfont={"size": 12, "color": look.colours.text},
            anchor=f"x{end}",
        )
    is_tight = look.narrow and look.language == "en"
    legend = _legend(frame, look, is_tight) | ({"xshift": -_NARROW_LABELS} if look.narrow else {})
    notes = [legend, *_rest_note(frame, rest, len(shown), look)]
    return figure(
        traces,
        look,
        height,
        barmode="overlay",
        annotations=notes,
        margin={"l": 8, "r": 8, "t": _top(is_tight), "b": 4},
        **axes,
    )


def verdict_bar(frame: pd.DataFrame, look: Look, height: int = 96) -> plot.Figure:
    """All claims as one bar, a part for each verdict, with its number inside.

    Args:
        frame: Columns verdict, verdict_name.
        look: Language and theme.
        height: Height in pixels.
    """
    counts = verdict_counts(frame)
    fills, lines = _fills(look), _lines(look)
    is_tight = look.language == "en"  # it stands in a third of a page
    traces = [
        plot.bar(
            x=[counts[verdict]],
            y=[0],
            orientation="h",
            width=0.7,
            marker={"color": fills[verdict], "line": {"color": lines[verdict], "width": 1}},
            text=[str(counts[verdict])],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            textfont={"size": 13, "color": _ink(verdict, look)},
            customdata=marked([f"{_name(verdict, look)}: {counts[verdict]}"], [verdict]),
            hovertemplate=HOVER,
        )
        for verdict in VERDICTS
        if counts[verdict]
    ]
    return figure(
        traces,
        look,
        height,
        barmode="stack",
        annotations=[_legend(frame, look, is_tight)],
        margin={"l": 4, "r": 4, "t": _top(is_tight), "b": 4},
        xaxis=axis(look, visible=False, range=[0, len(frame) * 1.002 or 1]),
        yaxis=axis(look, visible=False, range=[-0.5, 0.5]),
    )


def describe_verdicts(frame: pd.DataFrame, look: Look) -> str:
    """One sentence: how many claims have each verdict, and where most were compared."""
    counts = verdict_counts(frame)
    parts = look.pick("，", ", ").join(
        f"{_name(verdict, look)} {counts[verdict]}" for verdict in VERDICTS
    )
    compared = frame.loc[frame["verdict"] != "incomparable", "claim_system_name"]
    most = Counter(compared).most_common(1)
    return text(
        "claims.strip_alt",
        look.language,
        count=len(frame),
        parts=parts,
        first=most[0][0] if most else MISSING,
    )


def _in_order(frame: pd.DataFrame) -> list[str]:
    """Systems with contradictions first, then those of which most was compared."""
    counted = frame.assign(
        against=frame["verdict"] == "contradicts", compared=frame["verdict"] != "incomparable"
    )
    groups = counted.groupby("claim_system").agg(
        against=("against", "sum"), compared=("compared", "sum"), claims=("verdict", "size")
    )
    ordered = groups.sort_values(["against", "compared", "claims"], ascending=False, kind="stable")
    return [str(code) for code in ordered.index]


def _squares(frame: pd.DataFrame, codes: list[str], look: Look, end: str) -> plot.Trace:
    order: dict[str, int] = {verdict: rank for rank, verdict in enumerate(VERDICTS)}
    rows = frame.loc[frame["claim_system"].isin(codes)]
    rows = rows.assign(
        row=[codes.index(code) for code in rows["claim_system"]],
        rank=[order[verdict] for verdict in rows["verdict"]],
    ).sort_values(by=["row", "rank", "claim"], kind="stable")
    fills, lines = _fills(look), _lines(look)
    return plot.bar(
        x=[_SQUARE] * len(rows),
        base=rows.groupby("row").cumcount().astype(float),
        y=rows["row"],
        orientation="h",
        width=0.66,
        xaxis=f"x{end}",
        yaxis=f"y{end}",
        marker={
            "color": [fills[verdict] for verdict in rows["verdict"]],
            "line": {"color": [lines[verdict] for verdict in rows["verdict"]], "width": 1},
        },
        customdata=marked([_hover(row) for row in rows.itertuples()], list(rows["claim_system"])),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _hover(row: Any) -> str:
    reason = f" · {row.claim_reason_name}" if row.claim_reason_name else ""
    return f"<b>{row.claim_name}</b><br>{row.claim} · {row.verdict_name}{reason}"


def _names(frame: pd.DataFrame, codes: list[str], look: Look) -> list[str]:
    known = dict(zip(frame["claim_system"], frame["claim_system_name"], strict=True))
    return [shorten(known[code], 22 if look.narrow else 30) for code in codes]


def _rest_note(frame: pd.DataFrame, rest: list[str], row: int, look: Look) -> list[dict[str, Any]]:
    if not rest:
        return []
    claims = frame[frame["claim_system"].isin(rest)]
    none = bool((claims["verdict"] == "incomparable").all())
    key = "claims.others_text" if none else "claims.others_mixed"
    return [
        {
            "x": 0,
            "y": row,
            "xanchor": "left",
            "showarrow": False,
            "text": text(key, look.language, count=len(claims)),
            "font": {"size": 12, "color": look.colours.muted},
        }
    ]


def _legend(frame: pd.DataFrame, look: Look, is_tight: bool) -> dict[str, Any]:
    """The verdicts with their numbers, on one line or on two where the room is tight."""
    counts = verdict_counts(frame)
    gap = "  " if look.narrow else "    "
    parts = [
        f"<span style='color:{_lines(look)[verdict]}'>{'□' if _is_hollow(verdict) else '■'}</span> "
        f"{_name(verdict, look)} {counts[verdict]}"
        for verdict in VERDICTS
    ]
    lines = [parts[:3], parts[3:]] if is_tight else [parts]
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "yshift": 4,
        "showarrow": False,
        "text": "<br>".join(map(gap.join, lines)),
        "font": {"size": 12, "color": look.colours.text},
    }


def _top(is_tight: bool) -> int:
    return 42 if is_tight else 34


def _name(verdict: Verdict, look: Look) -> str:
    return text(f"codes.verdicts_{verdict}", look.language)


def _is_hollow(verdict: Verdict) -> bool:
    """What was not compared has no fill, so that it is told apart without colour too."""
    return verdict == "incomparable"


def _fills(look: Look) -> dict[Verdict, str]:
    hollow: dict[Verdict, str] = {"incomparable": "rgba(0,0,0,0)"}
    return _lines(look) | hollow


def _lines(look: Look) -> dict[Verdict, str]:
    colours = look.colours
    return {
        "contradicts": colours.warning,
        "agrees": colours.accent,
        "consistent": colours.accent_2,
        "incomparable": colours.outline,
    }


def _ink(verdict: Verdict, look: Look) -> str:
    return look.colours.text if _is_hollow(verdict) else look.colours.ground
