"""Events by kind and edition, and the strategic industries' share of forums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    HOVER,
    SMALL,
    axis,
    figure,
    marked,
)
from analytics.figures.expos.parts import (
    codes_of,
    edition_axis,
    edition_label,
    legend,
    percent,
    row_title,
    threshold,
)
from analytics.formats import is_missing, number, written
from analytics.look import Look
from analytics.text import text

FORUMS_LINE = 0.7

_KINDS = ("forum", "matchmaking", "roadshow", "salon", "investor")


def events(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 340
) -> plot.Figure:
    """Events by kind as stacked bars, with the strategic industries' share of forums above.

    Args:
        frame: Columns edition, event_kind, event_kind_name, events.events, strategic_share.
        look: Language and theme.
        chosen: Editions that are filtered by, marked larger.
        height: Height in pixels.
    """
    known = sorted(frame["edition"].unique())
    rows = pd.DataFrame({"edition": known})
    kinds = [kind for kind in _KINDS if kind in set(frame["event_kind"])]
    colours: dict[str, str] = dict(zip(_KINDS, look.colours.categories, strict=False))
    names = dict(zip(frame["event_kind"], frame["event_kind_name"], strict=True))
    traces: list[Any] = [
        _kind_bars(rows, frame[frame["event_kind"] == kind], look, colours[kind]) for kind in kinds
    ]
    totals = frame.groupby("edition")["events.events"].sum().reindex(known)
    forums = rows.merge(frame[frame["event_kind"] == "forum"], on="edition", how="left")
    traces.append(_forum_line(forums, look, chosen))
    notes = [
        legend(
            [(names[kind], colours[kind]) for kind in kinds], (3 if look.language == "en" else 5)
        )
    ]
    notes += [
        _above(place, float(total), number(total, 0, look.language), look, "y")
        for place, total in enumerate(totals)
    ]
    notes += [
        _above(
            place,
            float(share),
            percent(share, look, 0 if len(known) > 7 else 1),
            look,
            "y2",
            look.colours.warning_text if share < FORUMS_LINE else look.colours.text,
        )
        for place, share in enumerate(forums["strategic_share"])
        if not is_missing(share)
    ]
    notes.append(row_title(look, text("expos.forum_share", look.language), 0.9))
    notes.append(row_title(look, text("expos.events_held", look.language), 0.545))
    return figure(
        traces,
        look,
        height,
        barmode="stack",
        annotations=notes,
        shapes=[threshold(FORUMS_LINE, look.colours.muted) | {"yref": "y2"}],
        margin={"l": 8, "r": 8, "t": (46 if look.language == "en" else 30), "b": 8},
        xaxis=edition_axis(rows, look) | {"anchor": "y"},
        yaxis=axis(look, visible=False, range=[0, float(totals.max()) * 1.16], domain=[0, 0.54]),
        yaxis2=axis(
            look,
            range=[0.45, 1.25],
            domain=[0.64, 0.89],
            tickvals=[FORUMS_LINE],
            ticktext=[percent(FORUMS_LINE, look, 0)],
        ),
    )


def alt_events(frame: pd.DataFrame, look: Look) -> str:
    """The latest edition's events, forums and the strategic share of forums."""
    rows = frame[frame["edition"] == frame["edition"].max()]
    forums = rows[rows["event_kind"] == "forum"]
    return text(
        "expos.alt_events",
        look.language,
        edition=int(rows["edition"].iloc[0]),
        events=number(rows["events.events"].sum(), 0, look.language),
        forums=number(forums["events.events"].sum(), 0, look.language),
        share=written(
            forums["strategic_share"].iloc[0] if len(forums) else None, "share", look.language
        ),
    )


def _kind_bars(rows: pd.DataFrame, mine: pd.DataFrame, look: Look, colour: str) -> plot.Trace:
    joined = rows.merge(mine, on="edition", how="left")
    counts = joined["events.events"].astype(float).fillna(0.0)
    hover = [
        f"<b>{edition_label(edition, look)} · {mine['event_kind_name'].iloc[0]}</b><br>"
        + text(
            "expos.events_hover",
            look.language,
            events=number(count, 0, look.language),
            share=written(share, "share", look.language),
        )
        for edition, count, share in zip(
            joined["edition"], counts, joined["strategic_share"], strict=True
        )
    ]
    return plot.bar(
        x=list(range(len(rows))),
        y=counts,
        width=0.62,
        marker={"color": colour, "line": {"width": 0.8, "color": look.colours.ground}},
        customdata=marked(hover, codes_of(rows)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _forum_line(forums: pd.DataFrame, look: Look, chosen: Sequence[int]) -> plot.Trace:
    shares = forums["strategic_share"].astype(float)
    hover = [
        f"<b>{edition_label(edition, look)}</b><br>{text('expos.forum_share', look.language)}"
        f"{look.pick('：', ': ')}{written(share, 'share', look.language)}"
        for edition, share in zip(forums["edition"], shares, strict=True)
    ]
    return plot.scatter(
        x=list(range(len(forums))),
        y=shares,
        yaxis="y2",
        mode="lines+markers",
        line={"color": look.colours.accent, "width": 2},
        marker={
            "opacity": 1,
            "size": [11 if edition in chosen else 7 for edition in forums["edition"]],
            "color": [
                look.colours.warning if share < FORUMS_LINE else look.colours.accent
                for share in shares
            ],
        },
        customdata=marked(hover, codes_of(forums)),
        hovertemplate=HOVER,
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _above(
    x: float, y: float, said: str, look: Look, yref: str, colour: str = ""
) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "yref": yref,
        "yshift": 11 if yref == "y" else 13,
        "showarrow": False,
        "text": said,
        "font": {"size": SMALL, "color": colour or look.colours.text},
    }
