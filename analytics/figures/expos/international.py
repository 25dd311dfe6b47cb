"""Countries and international exhibits by edition."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    HOVER,
    axis,
    figure,
    marked,
)
from analytics.figures.expos.parts import codes_of, colours_of, edition_axis, hovers, row_title
from analytics.formats import number
from analytics.look import Look
from analytics.model import MEASURES
from analytics.text import text


def international(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 340
) -> plot.Figure:
    """Countries and international exhibits by edition, a row of bars each.

    Args:
        frame: Columns edition, expo_exhibits.countries, expo_exhibits.international.
        look: Language and theme.
        chosen: Editions that are filtered by; the others step back.
        height: Height in pixels.
    """
    rows = frame.dropna(subset=["edition"]).sort_values("edition", ignore_index=True)
    names = ("expo_exhibits.countries", "expo_exhibits.international")
    domains = ((0.56, 0.93), (0.0, 0.37))
    traces, notes, layout = [], [], {}
    for index, (name, domain) in enumerate(zip(names, domains, strict=True)):
        suffix = "" if index == 0 else "2"
        traces.append(_edition_bars(rows, look, name, f"y{suffix}", chosen))
        largest = float(rows[name].max()) or 1.0
        layout[f"yaxis{suffix}"] = axis(
            look, visible=False, range=[0, largest * 1.2], domain=list(domain)
        )
        notes.append(row_title(look, MEASURES[name], domain[1] + 0.015))
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        xaxis=edition_axis(rows, look) | {"anchor": "y2"},
        **layout,
    )


def alt_international(frame: pd.DataFrame, look: Look) -> str:
    """The latest edition's international exhibits and countries."""
    last = frame.dropna(subset=["edition"]).sort_values("edition").iloc[-1]
    return text(
        "expos.alt_international",
        look.language,
        edition=int(last["edition"]),
        exhibits=number(last["expo_exhibits.international"], 0, look.language),
        countries=number(last["expo_exhibits.countries"], 0, look.language),
    )


def _edition_bars(
    rows: pd.DataFrame, look: Look, name: str, yaxis: str, chosen: Sequence[int]
) -> plot.Trace:
    return plot.bar(
        x=list(range(len(rows))),
        y=rows[name].astype(float),
        yaxis=yaxis,
        width=0.62,
        marker={"color": colours_of(rows, look, chosen), "line": {"width": 0}},
        text=[number(value, 0, look.language) for value in rows[name]],
        textposition="outside",
        constraintext="none",
        textfont={"size": 12, "color": look.colours.text},
        textangle=0,
        cliponaxis=False,
        customdata=marked(hovers(rows, look, name), codes_of(rows)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )
