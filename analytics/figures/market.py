"""The technology market over time: ranks, shares, gains, both sides, and Guangzhou's figures.

Years stand true to scale. A year that is not printed is a gap: lines break and nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.figures.base import (
    HOVER,
    SMALL,
    axis,
    figure,
    marked,
    rows_of,
    value_axis,
)
from analytics.figures.trends import bars_over_time
from analytics.formats import is_missing, number, shown, signed, written
from analytics.look import Look
from analytics.text import text

TOP, TOP_SHARES = 10, 6
_DEEPEST = 14
_EDGE = {"zh": 58, "en": 112}
_GAINERS, _LOSERS = 9, 3
_SPARSE = 8
"""Years up to which the points of a line may be large."""
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


@dataclass(frozen=True)
class Chosen:
    """Whom the page is about, and the provinces it is compared with, by adcode."""

    home: str = "440000"
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A province's line: its points by year, its colour and weight, and the label at its end."""

    code: str
    points: Mapping[int, float]
    hover: Mapping[int, str]
    colour: str
    width: float
    label: str
    ink: str
    strong: bool = False


def ranks(
    frame: pd.DataFrame, look: Look, side: str, chosen: Chosen, height: int = 440
) -> go.Figure:
    """Ranks over the years: grey lines, the home province in the accent, labels at both ends.

    Args:
        frame: Answer of `market_provinces` with `province_name`.
        look: Language and theme.
        side: output or absorbed.
        chosen: The home province and those compared.
        height: Height in pixels.
    """
    column = f"{side}_rank"
    rows = frame.dropna(subset=[column])
    years = _years(rows)
    shown_codes = _first(rows, column, chosen, TOP)
    names = _names(rows)
    table = rows.pivot(index="year", columns="province", values=column)
    kept = [code for code in (chosen.home, *chosen.others) if code in table]
    deepest = max([_DEEPEST, *(int(table[code].max()) for code in kept)])
    lines = [
        _rank_line(rows[rows["province"] == code], look, side, chosen, names[code])
        for code in shown_codes
    ]
    edge = _EDGE[look.language]
    ends = [
        note
        for line in lines
        for note in (
            _rank_label(line, years[0], names[line.code], deepest, look, False),
            _rank_label(line, years[-1], names[line.code], deepest, look, True),
        )
        if note and (len(years) > 1 or note["xanchor"] == "left")
    ]
    return figure(
        [_trace(line, years) for line in lines],
        look,
        height,
        annotations=ends,
        margin={"l": edge if len(years) > 1 else 16, "r": edge, "t": 10, "b": 8},
        xaxis=_year_axis(look, years),
        yaxis=axis(look, visible=False, range=[deepest + 0.6, 0.4]),
    )


def shares(frame: pd.DataFrame, look: Look, chosen: Chosen, height: int = 340) -> go.Figure:
    """Shares of national output over the years, against those chosen or else the first six."""
    column = "output_share"
    rows = frame.dropna(subset=[column])
    names = _names(rows)
    compared = [code for code in chosen.others if code in names]
    codes = [*compared, chosen.home] if compared else _first(rows, column, chosen, TOP_SHARES)

    def say(row: Mapping[Any, Any]) -> str:
        return text(
            "market.hover_share",
            look.language,
            name=names[row["province"]],
            year=row["year"],
            share=written(row[column], "share", look.language),
            value=written(row["output"], "cny", look.language),
        )

    lines = [
        _line(rows[rows["province"] == code], column, "share", names[code], chosen, look, say)
        for code in codes
        if code in names
    ]
    return _drawn(lines, look, height, "share")


def both_sides(frame: pd.DataFrame, look: Look, height: int = 340) -> go.Figure:
    """What one province sold and bought, year by year.

    Args:
        frame: Columns period, province_name, tech_market.output, .absorbed and .net.
        look: Language and theme.
        height: Height in pixels.
    """
    rows = frame.assign(year=frame["period"].dt.year)
    colours = {"absorbed": look.colours.accent_2, "output": look.colours.accent}
    name = str(rows["province_name"].iloc[0])
    lines: list[Line] = []
    for side, colour in colours.items():
        column = f"tech_market.{side}"
        known = rows.dropna(subset=[column])
        if known.empty:
            continue
        word = text(f"market.side_{side}", look.language)
        hover = {int(row["year"]): _both_hover(row, name, look) for row in rows_of(known)}
        points = dict(zip(known["year"], known[column], strict=True))
        last = written(known[column].iloc[-1], "cny", look.language)
        is_output = side == "output"
        lines.append(
            Line(side, points, hover, colour, 3.0 if is_output else 2.4,
                 text("market.end_label", look.language, name=name, side=word, value=last),
                 look.colours.text, is_output)
        )  # fmt: skip
    return _drawn(lines, look, height, "cny", clickable=False)


def gains(frame: pd.DataFrame, look: Look, chosen: Chosen, height: int = 340) -> go.Figure:
    """What each province added to the nation since the printed year before, the middle left out.

    Args:
        frame: Answer of `market_changes` with `province_name`.
        look: Language and theme.
        chosen: The home province and those compared.
        height: Height in pixels.
    """
    rows = frame.dropna(subset=["gain"]).sort_values("gain", ascending=False, ignore_index=True)
    kept = _ends(rows, chosen)
    places, names, notes = _places(kept, look)
    values = kept["gain"].tolist()
    largest, least = max([0.0, *values]), min([0.0, *values])
    words = [_gain(row, look) for row in rows_of(kept)]
    notes += [
        _note(said, look.colours.text, x=max(value, 0.0), y=at, xanchor="left", xshift=6)
        for said, value, at in zip(words, values, places, strict=True)
    ]
    colours = [
        look.colours.accent if code == chosen.home else look.colours.accent_2
        for code in kept["province"]
    ]
    bar = go.Bar(
        x=values,
        y=places,
        orientation="h",
        width=0.66,
        marker={"color": colours, "line": {"width": 0}},
        customdata=marked([_gain_hover(row, look) for row in rows_of(kept)],
                          kept["province"].tolist()),
        hovertemplate=HOVER,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )  # fmt: skip
    return figure(
        [bar],
        look,
        height,
        annotations=notes,
        xaxis=axis(
            look,
            showticklabels=False,
            zeroline=True,
            zerolinecolor=look.colours.border,
            range=[least * 1.04, largest + _label_room(largest - least, look)],
        ),
        yaxis=axis(
            look,
            tickvals=places,
            ticktext=names,
            range=[max(places, default=0) + 0.6, -0.6],
            tickfont={"size": 12.5, "color": look.colours.text},
        ),
    )


def _label_room(span: float, look: Look) -> float:
    """Room in CNY that the words beside the longest bar need, on a chart of half the page."""
    words = 158 if look.language == "zh" else 172
    bars = max(look.room(0.5) - words - (60 if look.language == "zh" else 100), 60)
    return max(span, 1.0) * words / bars


def contracts(
    frame: pd.DataFrame, look: Look, measures: Sequence[str], height: int = 300
) -> go.Figure:
    """Contracts and the average contract by year, the axis naming printed years only.

    Args:
        frame: Columns period, incomplete and the measures.
        look: Language and theme.
        measures: Contracts and the average.
        height: Height in pixels.
    """
    drawn = bars_over_time(frame, look, measures, "year", height)
    printed = frame.dropna(subset=list(measures), how="all")
    named = _named_years(sorted({day.year for day in printed["period"]}), 8)
    drawn.update_layout(
        xaxis={"tickvals": [f"{year}-01-01" for year in named], "ticktext": list(map(str, named))}
    )
    return drawn


def city(frame: pd.DataFrame, look: Look, height: int = 320) -> go.Figure:
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
        xaxis2=axis(look, domain=right, anchor="y2", visible=False, range=[0, largest * 1.35]),
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


def describe_ranks(frame: pd.DataFrame, look: Look, side: str, chosen: Chosen) -> str:
    """One sentence: the home province's rank in the first year and the last, and the leaders."""
    column = f"{side}_rank"
    rows = frame.dropna(subset=[column])
    home = rows[rows["province"] == chosen.home].sort_values("year")
    last = rows[rows["year"] == rows["year"].max()].sort_values(column)
    first = look.pick("、", ", ").join(last["province_name"].head(3))
    if home.empty:
        return text("market.alt_first", look.language, year=_last(rows), first=first)
    return text(
        "market.alt_ranks",
        look.language,
        name=home["province_name"].iloc[-1],
        measure=text(f"market.side_{side}", look.language),
        since=home["year"].iloc[0],
        before=number(home[column].iloc[0], 0, look.language),
        until=home["year"].iloc[-1],
        now=number(home[column].iloc[-1], 0, look.language),
        first=first,
    )


def describe_shares(frame: pd.DataFrame, look: Look, chosen: Chosen) -> str:
    """One sentence: the home province's share from the first year to the last."""
    rows = frame.dropna(subset=["output_share"])
    home = rows[rows["province"] == chosen.home].sort_values("year")
    if home.empty:
        home = rows[rows["year"] == rows["year"].max()].nlargest(1, "output_share")
    first, last = home.iloc[0], home.iloc[-1]
    return text(
        "market.alt_shares",
        look.language,
        name=last["province_name"],
        since=first["year"],
        before=written(first["output_share"], "share", look.language),
        until=last["year"],
        now=written(last["output_share"], "share", look.language),
    )


def describe_both(frame: pd.DataFrame, look: Look) -> str:
    """One sentence: what the province sold and bought in the last printed year."""
    rows = frame.dropna(subset=["tech_market.absorbed"])
    if rows.empty:
        return text("charts.nothing", look.language)
    last = rows.iloc[-1]
    return _both_hover(
        {**last.to_dict(), "year": last["period"].year}, str(last["province_name"]), look
    ).replace("<br>", look.pick("，", "; ")).replace("<b>", "").replace("</b>", "")  # fmt: skip


def describe_gains(frame: pd.DataFrame, look: Look) -> str:
    """One sentence: who added most."""
    rows = frame.dropna(subset=["gain"]).nlargest(3, "gain")
    if rows.empty:
        return text("charts.nothing", look.language)
    return text(
        "market.alt_gains",
        look.language,
        year=rows["year"].iloc[0],
        prior=rows["prior_year"].iloc[0],
        first=look.pick("、", ", ").join(
            f"{row['province_name']} {_gain(row, look)}" for row in rows_of(rows)
        ),
    )


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


# ---------------------------------------------------------------- lines


def _years(rows: pd.DataFrame) -> list[int]:
    return sorted({int(year) for year in rows["year"]})


def _last(rows: pd.DataFrame) -> int:
    return int(rows["year"].max())


def _names(rows: pd.DataFrame) -> dict[str, str]:
    return dict(zip(rows["province"], rows["province_name"], strict=True))


def _first(rows: pd.DataFrame, column: str, chosen: Chosen, count: int) -> list[str]:
    """The leading provinces of the last year and those chosen, the home province on top."""
    last = rows[rows["year"] == rows["year"].max()]
    by_rank = last.sort_values(column, ascending=column.endswith("_rank"))
    found = by_rank["province"].head(count).tolist()
    known = set(rows["province"])
    others = [code for code in chosen.others if code in known]
    grey = [code for code in found if code not in (chosen.home, *others)]
    return [*grey, *others, *([chosen.home] if chosen.home in known else [])]


def _colour(code: str, chosen: Chosen, look: Look) -> tuple[str, float, str, bool]:
    """Line colour, width, ink of the label, and whether the line is one of those chosen."""
    colours = look.colours
    if code == chosen.home:
        return colours.accent, 3.5, colours.accent, True
    if code in chosen.others:
        place = chosen.others.index(code) % (len(colours.categories) - 1)
        colour = colours.categories[1 + place]
        return colour, 2.5, colour, True
    return colours.grey_line, 1.8, colours.muted, False


def _rank_line(rows: pd.DataFrame, look: Look, side: str, chosen: Chosen, name: str) -> Line:
    column = f"{side}_rank"

    def say(row: Mapping[Any, Any]) -> str:
        return text(
            "market.hover_rank",
            look.language,
            name=name,
            year=row["year"],
            rank=number(row[column], 0, look.language),
            value=written(row[side], "cny", look.language),
            share=written(row[f"{side}_share"], "share", look.language),
        )

    return _line(rows, column, "rank", name, chosen, look, say)


def _line(
    rows: pd.DataFrame,
    column: str,
    unit: str,
    name: str,
    chosen: Chosen,
    look: Look,
    say: Callable[[Mapping[Any, Any]], str],
) -> Line:
    code = str(rows["province"].iloc[0])
    colour, width, ink, strong = _colour(code, chosen, look)
    records = rows_of(rows.sort_values("year"))
    points = {int(row["year"]): float(row[column]) for row in records}
    hover = {int(row["year"]): say(row) for row in records}
    last = points[max(points)]
    label = name if unit == "rank" else f"{name} {written(last, unit, look.language)}"
    return Line(code, points, hover, colour, width, label, ink, strong)


def _trace(line: Line, years: Sequence[int], clickable: bool = True) -> go.Scatter:
    """A line over every calendar year, so that it breaks where a year is not printed."""
    span = list(range(years[0], years[-1] + 1))
    hover = [line.hover.get(year, "") for year in span]
    return go.Scatter(
        x=span,
        y=[line.points.get(year) for year in span],
        mode="lines+markers",
        connectgaps=False,
        line={"color": line.colour, "width": line.width},
        marker={
            "size": (8 if len(years) <= _SPARSE else 6) if line.strong else 5,
            "color": line.colour if line.strong else line.ink,
            "opacity": 1 if line.strong else 0.6,
        },
        customdata=marked(hover, [line.code if clickable else None] * len(span)),
        hovertemplate=HOVER,
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1 if line.strong else 0.6}},
    )


def _rank_label(
    line: Line, year: int, name: str, deepest: int, look: Look, at_end: bool
) -> dict[str, Any] | None:
    rank = line.points.get(year)
    if is_missing(rank) or rank is None or rank > deepest:
        return None
    place = number(rank, 0, look.language)
    words = f"{place} {name}" if at_end else f"{name} {place}"
    return _note(
        f"<b>{words}</b>" if line.strong else words,
        line.ink if line.strong else look.colours.text,
        x=year,
        y=rank,
        xanchor="left" if at_end else "right",
        xshift=10 if at_end else -10,
    )


def _drawn(
    lines: Sequence[Line], look: Look, height: int, unit: str, clickable: bool = True
) -> go.Figure:
    """Lines from zero, each labelled at its end, the labels spread so that none covers another."""
    known = [line for line in lines if line.points]
    years = sorted({year for line in known for year in line.points})
    largest = max((value for line in known for value in line.points.values()), default=0.0)
    top = largest * 1.12 or 1.0
    ends = [(line, line.points[max(line.points)]) for line in known]
    tallest = max((line.label.count("<br>") + 1 for line in known), default=1)
    heights = spread([value for _, value in ends], 16.0 * tallest * top / max(height - 50, 1))
    notes = [
        _note(
            f"<b>{line.label}</b>" if line.strong else line.label,
            look.colours.text if line.ink == look.colours.text else line.ink,
            x=years[-1],
            y=place,
            xanchor="left",
            xshift=10,
            align="left",
        )
        for (line, _), place in zip(ends, heights, strict=True)
    ]
    return figure(
        [_trace(line, years, clickable) for line in known],
        look,
        height,
        annotations=notes,
        margin={"l": 8, "r": 16 + max((_wide(line) for line in known), default=0), "t": 12, "b": 8},
        xaxis=_year_axis(look, years),
        yaxis=value_axis(look, largest, unit),
    )


def _wide(line: Line) -> int:
    """About how many pixels the widest line of a label takes."""
    size = 13 if line.strong else 12.5
    parts = line.label.split("<br>")
    return round(max(sum(size if ord(c) > 0x2E7F else size * 0.57 for c in p) for p in parts))


def spread(values: Sequence[float], least: float) -> list[float]:
    """Places near some values that lie at least so far apart, in the values' own order."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    groups: list[list[int]] = []
    centres: list[float] = []
    for index in order:
        groups.append([index])
        centres.append(values[index])
        while len(groups) > 1 and _touch(groups, centres, least):
            later, earlier = groups.pop(), groups.pop()
            del centres[-2:]
            joined = [*earlier, *later]
            groups.append(joined)
            centres.append(sum(values[member] for member in joined) / len(joined))
    places = [0.0] * len(values)
    for group, centre in zip(groups, centres, strict=True):
        start = max(centre - least * (len(group) - 1) / 2, 0.0)
        for step, member in enumerate(group):
            places[member] = start + least * step
    return places


def _touch(groups: Sequence[Sequence[int]], centres: Sequence[float], least: float) -> bool:
    room = least * (len(groups[-1]) + len(groups[-2])) / 2
    return centres[-1] - centres[-2] < room


def _year_axis(look: Look, years: Sequence[int]) -> dict[str, Any]:
    """An axis of years true to scale that names printed years only."""
    span = years[-1] - years[0]
    margin = span * (0.05 if look.narrow else 0.015) or 0.4
    named = _named_years(years, 3 if look.narrow else 7)
    return axis(
        look,
        type="linear",
        tickvals=named,
        ticktext=list(map(str, named)),
        range=[years[0] - margin, years[-1] + margin],
        ticks="outside",
        ticklen=4,
        tickcolor=look.colours.border,
        tickangle=0,
    )


def _named_years(years: Sequence[int], most: int = 7) -> list[int]:
    """Printed years that get a label: the first and last, and others that keep their distance."""
    apart = max((years[-1] - years[0]) / most, 1.0)
    named = [years[-1]]
    for year in reversed(years[:-1]):
        is_first = year == years[0]
        clear = is_first or year - years[0] >= apart * 0.7
        if clear and named[-1] - year >= (apart * 0.7 if is_first else apart):
            named.append(year)
    return named[::-1]


def _note(words: str, colour: str, **place: Any) -> dict[str, Any]:
    return {"text": words, "showarrow": False, "font": {"size": 12.5, "color": colour}} | place


# ---------------------------------------------------------------- both sides, gains, city


def _both_hover(row: Mapping[Any, Any], name: str, look: Look) -> str:
    net = row["tech_market.net"]
    word = "" if is_missing(net) else "sold" if net >= 0 else "bought"
    said = text(
        "market.hover_both",
        look.language,
        name=name,
        year=row["year"],
        output=written(row["tech_market.output"], "cny", look.language),
        absorbed=written(row["tech_market.absorbed"], "cny", look.language),
    )
    if not word:
        return said
    return f"{said}<br>{text(f'market.net_{word}', look.language)} " + written(
        abs(net), "cny", look.language
    )


def _ends(rows: pd.DataFrame, chosen: Chosen) -> pd.DataFrame:
    """The most gained, the least, and the provinces chosen."""
    if len(rows) <= _GAINERS + _LOSERS:
        return rows
    wanted = rows["province"].isin([chosen.home, *chosen.others])
    ends = (rows.index < _GAINERS) | (rows.index >= len(rows) - _LOSERS)
    return rows[ends | wanted]


def _places(kept: pd.DataFrame, look: Look) -> tuple[list[float], list[str], list[dict[str, Any]]]:
    """Where each bar stands, its name, and a word where provinces are left out."""
    places: list[float] = []
    notes: list[dict[str, Any]] = []
    previous, at = -1, 0.0
    for index in kept.index:
        left_out = int(index) - previous - 1
        if left_out:
            words = text("market.left_out", look.language, count=left_out)
            notes.append(
                _note(words, look.colours.muted, x=0, xref="paper", xanchor="left", y=at)
                | {"font": {"size": SMALL, "color": look.colours.muted}}
            )
            at += 1
        places.append(at)
        at += 1
        previous = int(index)
    return places, kept["province_name"].tolist(), notes


def _gain(row: Mapping[Any, Any], look: Look) -> str:
    """The gain with its sign, and its share of the national increase where that means anything."""
    parts = shown(abs(row["gain"]), "cny", look.language)
    sign = "+" if row["gain"] >= 0 else "-"
    lead = f"{parts.before} " if parts.before else ""
    value = f"{lead}{sign}{parts.figure} {parts.unit}".strip()
    if is_missing(row["gain_share"]):
        return value
    return f"{value} ({signed(row['gain_share'] * 100, 1, look.language)}%)"


def _gain_hover(row: Mapping[Any, Any], look: Look) -> str:
    growth = "" if is_missing(row["growth"]) else signed(row["growth"] * 100, 1, look.language)
    return text(
        "market.hover_gain",
        look.language,
        name=row["province_name"],
        prior=row["prior_year"],
        before=written(row["output_prior"], "cny", look.language),
        year=row["year"],
        now=written(row["output"], "cny", look.language),
        growth=f"{growth}%",
    )


def _city_bars(rows: pd.DataFrame, look: Look, x: Any, y: Any, orientation: str) -> go.Bar:
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
    return go.Bar(
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
