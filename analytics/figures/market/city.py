"""Guangzhou's figures by year, and every basis printed for one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analytics.figures import plot
from analytics.figures.base import (
    HOVER,
    axis,
    figure,
    marked,
    rows_of,
    value_axis,
)
from analytics.formats import shown, written
from analytics.look import Look
from analytics.text import text

_FIGURES_2020 = (
    "value",
    "output_value",
    "absorbed_value",
    "technical_amount",
    "enterprise_value",
    "district_tianhe",
    "district_huangpu",
    "field_electronic_information",
)


def city(frame: pd.DataFrame, look: Look, height: int = 320) -> plot.Figure:
    """Guangzhou's registered value by year, and beside it every basis printed for 2020.

    Args:
        frame: Answer of `market_guangzhou` with `city_figure_name` and `city_basis_name`.
        look: Language, theme and width of screen.
        height: Height in pixels.
    """
    yearly = frame[(frame["city_figure"] == "value")].sort_values("year")
    of_2020 = frame[(frame["year"] == 2020) & frame["city_figure"].isin(_FIGURES_2020)]
    order = {name: index for index, name in enumerate(_FIGURES_2020)}
    of_2020 = of_2020.sort_values("city_figure", key=lambda names: names.map(order))
    places = list(range(len(of_2020)))
    largest = float(frame["value"].max())
    left, right = ([0.0, 1.0], [0.0, 1.0]) if look.narrow else ([0.0, 0.4], [0.62, 1.0])
    room = 1.7 if look.narrow else 1.35  # behind the longest bar, for its amount
    above, below = ([0.6, 0.94], [0.0, 0.46]) if look.narrow else ([0.0, 0.9], [0.0, 0.9])
    return figure(
        [
            _city_bars(yearly, look, yearly["year"], yearly["value"], "v"),
            _city_bars(of_2020, look, of_2020["value"], places, "h"),
        ],
        look,
        height,
        annotations=[
            _row_title(text("market.city_years", look.language), left[0], above[1]),
            _row_title(text("market.city_2020", look.language),
                       0.0 if look.narrow else 0.46, below[1]),
        ],
        xaxis=axis(look, domain=left, tickvals=yearly["year"].tolist(), tickformat="d"),
        yaxis=value_axis(look, largest, "cny", domain=above),
        xaxis2=axis(look, domain=right, anchor="y2", visible=False, range=[0, largest * room]),
        yaxis2=axis(
            look,
            domain=below,
            anchor="x2",
            tickvals=places,
            ticktext=[_city_name(row, look) for row in rows_of(of_2020)],
            range=[len(places) - 0.4, -0.6],
            tickfont={"size": 12.5, "color": look.colours.text},
        ),
    )  # fmt: skip


def describe_city(frame: pd.DataFrame, look: Look) -> str:
    """One sentence: Guangzhou's registered value from the first printed year to the last."""
    yearly = frame[frame["city_figure"] == "value"].sort_values("year")
    first, last = yearly.iloc[0], yearly.iloc[-1]
    return text(
        "market.alt_city",
        look.language,
        since=first["year"],
        before=written(first["value"], "cny", look.language),
        until=last["year"],
        now=written(last["value"], "cny", look.language),
    )


def _city_bars(rows: pd.DataFrame, look: Look, x: Any, y: Any, orientation: str) -> plot.Trace:
    side = {"xaxis": "x2", "yaxis": "y2"} if orientation == "h" else {}
    upright = orientation == "v"  # narrow bars carry the figure alone, the axis has the unit
    values = [
        shown(value, "cny", look.language).figure
        if upright
        else written(value, "cny", look.language)
        for value in rows["value"]
    ]
    hover = [
        text(
            "market.hover_city",
            look.language,
            year=row["year"],
            figure=row["city_figure_name"],
            value=written(row["value"], "cny", look.language),
            basis=row["city_basis_name"],
            publisher=row["publisher_name"],
            seen=row["seen_in_name"],
        )
        for row in rows_of(rows)
    ]
    is_main = rows["city_figure"] == "value"
    colours = [look.colours.accent if main else look.colours.accent_2 for main in is_main]
    return plot.bar(
        x=x,
        y=y,
        orientation=orientation,
        width=0.62,
        marker={"color": colours, "line": {"width": 0}},
        customdata=marked(hover),
        hovertemplate=HOVER,
        text=values,
        textposition="outside",
        constraintext="none",
        textangle=0,
        textfont={"size": 12, "color": look.colours.text},
        cliponaxis=False,
        **side,
    )


def _city_name(row: Mapping[Any, Any], look: Look) -> str:
    """The figure's name; the registered value says so, since it is the measure of the rest."""
    return str(row["city_basis_name"] if row["city_figure"] == "value" else row["city_figure_name"])


def _row_title(words: str, x: float, y: float) -> dict[str, Any]:
    return {
        "text": f"<b>{words}</b>",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 8,
        "font": {"size": 12.5},
    }
