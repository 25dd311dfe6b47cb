"""Charts of the deals page that no other page needs."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import HOVER, SMALL, axis, figure, marked, rows_of, value_axis
from analytics.formats import number, written
from analytics.look import Look
from analytics.text import text


def contracts_and_value(contracts: float, value: float, look: Look) -> str:
    """So many contracts, so much money, in words."""
    return text(
        "charts.tickets_hover",
        look.language,
        contracts=number(contracts, 0, look.language),
        value=written(value, "cny", look.language),
    )


def tickets(frame: pd.DataFrame, look: Look, height: int = 340) -> plot.Figure:
    """Contracts by size on a log axis, with quartiles and how much the largest hold.

    Args:
        frame: Columns bin_low, bin_high (CNY), contracts, value (CNY), and in every row q1,
            median, q3 (CNY), top_share and gini of all contracts.
        look: Language and theme.
        height: Height in pixels.
    """
    hover = [
        f"<b>{written(row['bin_low'], 'cny', look.language)} – "
        f"{written(row['bin_high'], 'cny', look.language)}</b><br>"
        + contracts_and_value(row["contracts"], row["value"], look)
        for row in rows_of(frame)
    ]
    middles = (frame["bin_low"] * frame["bin_high"]) ** 0.5
    trace = plot.bar(
        x=middles,
        y=frame["contracts"],
        width=(frame["bin_high"] - frame["bin_low"]) * 0.94,
        marker={"color": look.colours.accent, "line": {"width": 0}},
        customdata=marked(hover),
        hovertemplate=HOVER,
    )
    decades = [10.0**power for power in range(2, 12)]
    seen = [at for at in decades if frame["bin_low"].min() * 0.99 <= at <= frame["bin_high"].max()]
    summary = rows_of(frame.head(1))[0]
    return figure(
        [trace],
        look,
        height,
        margin={"l": 8, "r": 8, "t": 46 if look.narrow else 30, "b": 8},
        annotations=_ticket_notes(summary, look),
        shapes=_ticket_marks(summary, look),
        xaxis=axis(
            look,
            type="log",
            tickvals=seen,
            ticktext=[written(at, "cny", look.language) for at in seen],
        ),
        yaxis=value_axis(look, float(frame["contracts"].max()), "count", look.pick("项", "")),
    )


def _ticket_marks(summary: dict[str, Any], look: Look) -> list[dict[str, Any]]:
    """A band between the quartiles and a line at the median."""
    colours = look.colours
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": summary["q1"],
            "x1": summary["q3"],
            "y0": 0,
            "y1": 1,
            "fillcolor": colours.tint,
            "opacity": 0.35,
            "line": {"width": 0},
            "layer": "below",
        },
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": summary["median"],
            "x1": summary["median"],
            "y0": 0,
            "y1": 1,
            "line": {"color": colours.muted, "width": 1, "dash": "dot"},
        },
    ]


def _ticket_notes(summary: dict[str, Any], look: Look) -> list[dict[str, Any]]:
    """The median with its quartiles, and the concentration."""
    said = text(
        "charts.tickets_note",
        look.language,
        median=written(summary["median"], "cny", look.language),
        q1=written(summary["q1"], "cny", look.language),
        q3=written(summary["q3"], "cny", look.language),
        top=written(summary["top_share"], "share", look.language),
        gini=number(summary["gini"], 2, look.language),
    )
    return [
        {
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": 1,
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 8,
            "showarrow": False,
            "text": re.sub(r" *· *", "<br>", said, count=1) if look.narrow else said,
            "align": "left",
            "font": {"size": 12},
        },
    ]


def sankey(frame: pd.DataFrame, look: Look, height: int = 420, most: int = 28) -> plot.Figure:
    """From sellers' cities to buyers' cities, the largest flows.

    Args:
        frame: Columns from_city_name, to_city_name, contracts, value (CNY), largest first.
        look: Language and theme.
        height: Height in pixels.
        most: Flows shown at the most; the rest stands in the table.
    """
    rows = frame.head(most)
    sellers = list(dict.fromkeys(rows["from_city_name"]))
    buyers = list(dict.fromkeys(rows["to_city_name"]))
    colours = look.colours
    hover = [
        f"<b>{row['from_city_name']} → {row['to_city_name']}</b><br>"
        + contracts_and_value(row["contracts"], row["value"], look)
        for row in rows_of(rows)
    ]
    trace = plot.sankey(
        node={
            "label": [*sellers, *buyers],
            "color": colours.accent,
            "pad": 12,
            "thickness": 12,
            "line": {"width": 0},
            "hoverinfo": "none",
        },
        link={
            "source": [sellers.index(name) for name in rows["from_city_name"]],
            "target": [len(sellers) + buyers.index(name) for name in rows["to_city_name"]],
            "value": rows["value"],
            "color": colours.tint,
            "customdata": hover,
            "hovertemplate": "%{customdata}<extra></extra>",
        },
        textfont={"size": 12, "color": colours.text, "shadow": "none"},
    )
    heads = [
        {
            "xref": "paper",
            "yref": "paper",
            "x": x,
            "y": 1,
            "xanchor": anchor,
            "yanchor": "bottom",
            "text": text(f"charts.{key}", look.language),
            "showarrow": False,
            "font": {"size": SMALL, "color": colours.muted},
        }
        for x, anchor, key in ((0, "left", "sellers"), (1, "right", "buyers"))
    ]
    return figure(
        [trace], look, height, annotations=heads, margin={"l": 8, "r": 8, "t": 24, "b": 8}
    )


def crossings(frame: pd.DataFrame, look: Look, height: int = 340) -> plot.Figure:
    """Share of value with one side outside the mainland, by year, in two parts.

    Args:
        frame: Columns period, crossing (mainland, hmt, foreign), crossing_name, deals.value.
        look: Language and theme.
        height: Height in pixels.
    """
    totals = frame.groupby("period")["deals.value"].transform("sum")
    shares = frame.assign(share=frame["deals.value"] / totals.where(totals != 0))
    colours = dict(zip(("hmt", "foreign"), look.colours.categories, strict=False))
    traces, notes = [], []
    for code, colour in colours.items():
        rows = shares[shares["crossing"] == code]
        if rows.empty:
            continue
        name = rows["crossing_name"].iloc[0]
        hover = [
            f"<b>{row['period']:%Y}</b><br>{name}: {written(row['share'], 'share', look.language)}"
            for row in rows_of(rows)
        ]
        traces.append(
            plot.bar(
                x=rows["period"].dt.year,
                y=rows["share"],
                marker={"color": colour},
                name=name,
                customdata=marked(hover),
                hovertemplate=HOVER,
            )
        )
        notes.append(f"<span style='color:{colour}'>■</span> {name}")
    outside = shares[shares["crossing"] != "mainland"].groupby("period")["share"].sum()
    largest = float(outside.max()) if len(outside) else 0.0
    legend = {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1.0,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": "   ".join(notes),
        "font": {"size": 12, "color": look.colours.text},
    }
    return figure(
        traces,
        look,
        height,
        barmode="stack",
        annotations=[legend],
        margin={"l": 8, "r": 8, "t": 30, "b": 8},
        xaxis=axis(look, dtick=1, tickformat="d"),
        yaxis=value_axis(look, largest, "share"),
    )
