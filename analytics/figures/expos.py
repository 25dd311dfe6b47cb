"""Charts of the expo page: editions compared, side by side, and over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analytics.figures.base import HOVER, SMALL, axis, figure, marked, shorten, value_axis
from analytics.formats import MISSING, change, is_missing, money_scale, number, signed, written
from analytics.look import Look
from analytics.model import MEASURES
from analytics.model.types import Measure
from analytics.text import text

COMPARED = (
    "expo_exhibits.exhibits",
    "expo_exhibits.published",
    "landings.projects",
    "landings.per_exhibit",
    "deals.value",
    "deals.average",
)
GROWING = (
    "landings.projects",
    "landings.per_exhibit",
    "landings.gba_share",
    "deals.value",
    "deals.average",
)
"""Measures of an edition that go on changing for months after it closed."""

PAIRED = (
    "expo_exhibits.exhibits",
    "expo_exhibits.published",
    "expo_exhibits.strategic_share",
    "expo_exhibits.gba_share",
    "expo_exhibits.countries",
    "events.forums",
    "landings.projects",
    "landings.per_exhibit",
    "landings.gba_share",
    "deals.value",
    "deals.average",
)
_NOT_EVERYWHERE = ("expo_exhibits.countries", "events.forums")
"""Measures that a region other than the venue's has none of: left out where there are none."""

EXHIBITS_LINE = 0.5
LANDINGS_LINE = 0.7
FORUMS_LINE = 0.7
MONTHS = 24
_FEWEST = 6
_KINDS = ("forum", "matchmaking", "roadshow", "salon", "investor")
_LABEL_GAP = 0.055
"""Least distance between labels at line ends, as a share of the axis."""


def edition_label(edition: Any, look: Look) -> str:
    """An edition as an axis or a heading names it."""
    return look.pick(f"{int(edition)}年", f"{int(edition)}")


def editions(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 400
) -> go.Figure:
    """Six measures by edition as a table of bars, the latest edition on top.

    Args:
        frame: Columns edition, incomplete and the six measures of `COMPARED`.
        look: Language and theme.
        chosen: Editions that are filtered by; the others step back. None means all.
        height: Height in pixels.
    """
    rows = frame.sort_values("edition", kind="stable", ignore_index=True)
    layout: dict[str, Any] = {}
    traces: list[Any] = []
    notes: list[dict[str, Any]] = []
    step = 1 / len(COMPARED)
    for index, name in enumerate(COMPARED):
        suffix = "" if index == 0 else str(index + 1)
        domain = [index * step, (index + 1) * step - 0.018]
        traces.append(_cell_bars(rows, look, name, f"x{suffix}", chosen))
        largest = float(rows[name].max()) if rows[name].notna().any() else 1.0
        layout[f"xaxis{suffix}"] = axis(
            look, visible=False, range=[0, (largest or 1.0) * 1.62], domain=domain
        )
        notes.append(_column_title(look, MEASURES[name], largest, domain[0]))
    layout["yaxis"] = axis(
        look,
        tickvals=list(range(len(rows))),
        ticktext=[edition_label(value, look) for value in rows["edition"]],
        range=[min(-0.5, len(rows) - _FEWEST - 0.5), len(rows) - 0.5],
        tickfont={"size": 13, "color": look.colours.text},
    )
    if rows["incomplete"].any():
        notes.append(_foot(look, text("expos.still_growing", look.language, months=MONTHS)))
    lines = [_rule(look, row - 0.5) for row in range(len(rows) + 1)]
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        shapes=lines,
        margin={"l": 8, "r": 8, "t": 44, "b": 32},
        **layout,
    )


def alt_editions(frame: pd.DataFrame, look: Look) -> str:
    """The latest edition's figures in one sentence."""
    last = frame.sort_values("edition").iloc[-1]
    return text(
        "expos.alt_editions",
        look.language,
        count=len(frame),
        edition=int(last["edition"]),
        figures=_listed(last, COMPARED, look),
    )


def pair(frame: pd.DataFrame, look: Look, height: int = 480) -> go.Figure:
    """Two editions measure by measure: bars that fill by the larger, values and differences.

    Args:
        frame: One or two rows: edition, days_counted and the measures of `PAIRED`.
        look: Language and theme.
        height: Height in pixels.
    """
    rows = frame.sort_values("edition", kind="stable", ignore_index=True)
    names = [name for name in PAIRED if name not in _NOT_EVERYWHERE or rows[name].any()]
    places = list(range(len(names)))[::-1]
    colours = (look.colours.accent_2, look.colours.accent)[-len(rows) :]
    offsets = (-0.02, -0.32) if look.narrow else (0.19, -0.19)
    traces = [
        _pair_bars(rows, row, look, names, colour, [place + offset for place in places])
        for row, (colour, offset) in enumerate(zip(colours, offsets, strict=False))
    ]
    notes = [_pair_legend(rows, look, colours)]
    if len(rows) > 1:
        notes += [
            _pair_change(rows, name, look, at + (0.32 if look.narrow else 0))
            for name, at in zip(names, places, strict=True)
        ]
        notes.append(_pair_head(rows, look, len(names)))
    days = int(rows["days_counted"].min())
    said = [f"{_name(name, look)}{_star(name, days)}" for name in names]
    if look.narrow:
        notes += [_row_name(name, at, look) for name, at in zip(said, places, strict=True)]
    if days < 30 * MONTHS:
        notes.append(_foot(look, text("expos.same_age_mark", look.language, days=days)))
    return figure(
        traces,
        look,
        height,
        barmode="overlay",
        annotations=notes,
        shapes=[_rule(look, row - 0.5) for row in range(len(names) + 1)],
        margin={"l": 8, "r": 8, "t": 30, "b": 32},
        xaxis=axis(
            look,
            visible=False,
            range=[0, 1.55 if look.language == "en" else 1.36],
            domain=[0, 1 if look.narrow else 0.82],
        ),
        yaxis=axis(
            look,
            tickvals=places,
            ticktext=said,
            showticklabels=not look.narrow,
            range=[-0.5, len(names) - 0.5],
            tickfont={"size": 12.5, "color": look.colours.text},
        ),
    )


def alt_pair(frame: pd.DataFrame, look: Look) -> str:
    """Both editions' figures in one sentence."""
    said = [
        f"{edition_label(row['edition'], look)}{look.pick('：', ': ')}"
        + _listed(row, COMPARED, look)
        for _, row in frame.sort_values("edition").iterrows()
    ]
    return look.pick("；", "; ").join(said) + look.pick("。", ".")


def progress(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 480
) -> go.Figure:
    """Projects landed since the opening, an edition a line, the latest or the chosen in colour.

    Args:
        frame: Columns edition, months_since, landings.projects (so far).
        look: Language and theme.
        chosen: Editions that are filtered by; None means the latest.
        height: Height in pixels.
    """
    known = sorted(frame["edition"].unique())
    lit = [value for value in known if value in chosen] or known[-1:]
    largest = float(frame["landings.projects"].max())
    traces = [
        _progress_line(frame[frame["edition"] == value], look, value in lit)
        for value in [*(value for value in known if value not in lit), *lit]
    ]
    ends = frame.sort_values("months_since").groupby("edition").last().reset_index()
    return figure(
        traces,
        look,
        height,
        annotations=_end_labels(ends, look, lit, largest),
        margin={"l": 8, "r": 84, "t": 12, "b": 8},
        xaxis=axis(
            look,
            range=[0, MONTHS],
            tickvals=[0, 6, 12, 18, 24],
            ticktext=[_months(value, look) for value in (0, 6, 12, 18, 24)],
        ),
        yaxis=_without_zero(value_axis(look, largest, "count", look.pick("项", ""))),
    )


def alt_progress(frame: pd.DataFrame, look: Look) -> str:
    """Where the latest edition stands, and after how long."""
    rows = frame[frame["edition"] == frame["edition"].max()].sort_values("months_since")
    last = rows.iloc[-1]
    return text(
        "expos.alt_progress",
        look.language,
        edition=int(last["edition"]),
        months=int(last["months_since"]),
        landed=number(last["landings.projects"], 0, look.language),
    )


def industries(frame: pd.DataFrame, look: Look, height: int = 380) -> go.Figure:
    """Shares of an edition's exhibits by industry as a table of tints, and how they drifted.

    Args:
        frame: Columns edition, industry, industry_name, exhibit_share.
        look: Language and theme.
        height: Height in pixels.
    """
    table, names = _shares(frame)
    drift = _drift(table)
    columns, most = len(table.columns), _most(table)
    colours = look.colours
    traces: list[Any] = [
        _tints(table.to_numpy(), list(range(columns)), colours.sequence, (0.0, most))
    ]
    traces[0].customdata = [
        [
            f"<b>{names[code]} · {edition_label(edition, look)}</b><br>"
            f"{written(table.at[code, edition], 'share', look.language)}"
            for edition in table.columns
        ]
        for code in table.index
    ]
    notes = [
        _cell(column, row, _percent(share, look), _ink(float(share) / most, look))
        for row, shares in enumerate(table.to_numpy())
        for column, share in enumerate(shares)
    ]
    ticks = [edition_label(edition, look) for edition in table.columns]
    places: list[float] = list(range(columns))
    if drift is not None:
        reach = max(float(drift.abs().max()), 0.001)
        places.append(columns + 0.25)
        ticks.append(text("expos.drift", look.language))
        drifted = _tints(drift.to_numpy()[:, None], places[-1:], colours.diverging, (-reach, reach))
        drifted.customdata = [
            [_drift_hover(table, code, names, drift, look)] for code in table.index
        ]
        traces.append(drifted)
        notes += [
            _cell(places[-1], row, signed(float(value) * 100, 1, look.language), ink)
            for row, value in enumerate(drift)
            for ink in [_diverging_ink(float(value) / reach, look)]
        ]
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        xaxis=axis(
            look,
            side="top",
            tickvals=places,
            ticktext=ticks,
            ticks="",
            range=[-0.5, places[-1] + 0.5],
        ),
        yaxis=axis(
            look,
            tickvals=list(range(len(table))),
            ticktext=[shorten(names[code], 22) for code in table.index],
            ticks="",
            tickfont={"size": 12.5, "color": colours.text},
        ),
    )


def alt_industries(frame: pd.DataFrame, look: Look) -> str:
    """The largest industry of the latest edition, and the one that drifted most."""
    table, names = _shares(frame)
    last = table.columns[-1]
    top = table[last].idxmax()
    said = text(
        "expos.alt_industries",
        look.language,
        edition=int(last),
        industry=names[top],
        share=written(table.at[top, last], "share", look.language),
    )
    drift = _drift(table)
    if drift is None:
        return said
    moved: Any = drift.abs().idxmax()
    return said + text(
        "expos.alt_drift",
        look.language,
        first=int(table.columns[0]),
        industry=names[moved],
        points=signed(float(drift[moved]) * 100, 1, look.language),
    )


def gba(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 380
) -> go.Figure:
    """The Greater Bay Area's shares of exhibits and landings by edition, against their lines.

    Args:
        frame: Columns edition, incomplete, expo_exhibits.gba_share, landings.gba_share.
        look: Language and theme.
        chosen: Editions that are filtered by, marked larger.
        height: Height in pixels.
    """
    rows = frame.sort_values("edition", kind="stable", ignore_index=True)
    series = (
        ("landings.gba_share", LANDINGS_LINE, look.colours.categories[0], "expos.landings_line"),
        (
            "expo_exhibits.gba_share",
            EXHIBITS_LINE,
            look.colours.categories[1],
            "expos.exhibits_line",
        ),
    )
    shares = rows[[name for name, *_ in series]].astype(float)
    low = min(float(shares.min().min()) if shares.notna().any().any() else 0.4, EXHIBITS_LINE)
    high = max(float(shares.max().max()) if shares.notna().any().any() else 0.9, LANDINGS_LINE)
    traces, notes, shapes = [], [], []
    for name, line, colour, key in series:
        traces.append(_share_line(rows, look, name, line, colour, chosen))
        shapes.append(_threshold(line, colour))
        notes += _share_values(rows, look, name, line)
        notes.append(_line_name(text(key, look.language), line, colour))
        notes += _last_name(rows, look, name, colour)
    if rows["incomplete"].any():
        notes.append(_foot(look, text("expos.hollow", look.language, months=MONTHS), 44))
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        shapes=shapes,
        margin={"l": 8, "r": (78 if look.language == "en" else 72), "t": 12, "b": 50},
        xaxis=_edition_axis(rows, look),
        yaxis=axis(
            look,
            grid=True,
            range=[max(low - 0.1, -0.12), min(high + 0.07, 1.08)],
            tickvals=[tenth / 10 for tenth in range(11)],
            ticktext=[_percent(tenth / 10, look, 0) for tenth in range(11)],
        ),
    )


def alt_gba(frame: pd.DataFrame, look: Look) -> str:
    """Both shares of the latest edition."""
    last = frame.sort_values("edition").iloc[-1]
    return text(
        "expos.alt_gba",
        look.language,
        edition=int(last["edition"]),
        exhibits=written(last["expo_exhibits.gba_share"], "share", look.language),
        landings=written(last["landings.gba_share"], "share", look.language),
    )


def international(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 340
) -> go.Figure:
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
        notes.append(_row_title(look, MEASURES[name], domain[1] + 0.015))
    return figure(
        traces,
        look,
        height,
        annotations=notes,
        xaxis=_edition_axis(rows, look) | {"anchor": "y2"},
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


def events(
    frame: pd.DataFrame, look: Look, chosen: Sequence[int] = (), height: int = 340
) -> go.Figure:
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
        _legend(
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
            _percent(share, look, 0 if len(known) > 7 else 1),
            look,
            "y2",
            look.colours.warning_text if share < FORUMS_LINE else look.colours.text,
        )
        for place, share in enumerate(forums["strategic_share"])
        if not is_missing(share)
    ]
    notes.append(_row_title(look, text("expos.forum_share", look.language), 0.9))
    notes.append(_row_title(look, text("expos.events_held", look.language), 0.545))
    return figure(
        traces,
        look,
        height,
        barmode="stack",
        annotations=notes,
        shapes=[_threshold(FORUMS_LINE, look.colours.muted) | {"yref": "y2"}],
        margin={"l": 8, "r": 8, "t": (46 if look.language == "en" else 30), "b": 8},
        xaxis=_edition_axis(rows, look) | {"anchor": "y"},
        yaxis=axis(look, visible=False, range=[0, float(totals.max()) * 1.16], domain=[0, 0.54]),
        yaxis2=axis(
            look,
            range=[0.45, 1.25],
            domain=[0.64, 0.89],
            tickvals=[FORUMS_LINE],
            ticktext=[_percent(FORUMS_LINE, look, 0)],
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


def _name(measure: str, look: Look) -> str:
    found = MEASURES[measure]
    return look.pick(found.zh, found.en)


def _say(value: Any, measure: str, look: Look) -> str:
    found = MEASURES[measure]
    return written(value, found.unit, look.language, look.pick(found.counted_zh, ""))


def _listed(row: pd.Series, names: Sequence[str], look: Look) -> str:
    return look.pick("，", ", ").join(
        look.pick(f"{_name(name, look)} {said}", f"{_name(name, look).lower()} {said}")
        for name in names
        for said in [_say(row[name], name, look)]
    )


def _colours(rows: pd.DataFrame, look: Look, chosen: Sequence[int]) -> list[str]:
    """The accent for chosen editions, or for all where none is chosen."""
    return [
        look.colours.accent if not chosen or edition in chosen else look.colours.accent_2
        for edition in rows["edition"]
    ]


def _hovers(rows: pd.DataFrame, look: Look, name: str) -> list[str]:
    growing = text("expos.incomplete", look.language)
    marks = rows["incomplete"] if "incomplete" in rows and name in GROWING else [False] * len(rows)
    return [
        f"<b>{edition_label(edition, look)}</b><br>{_name(name, look)}{look.pick('：', ': ')}"
        f"{_say(value, name, look)}" + (f"<br>{growing}" if mark else "")
        for edition, value, mark in zip(rows["edition"], rows[name], marks, strict=True)
    ]


def _codes(rows: pd.DataFrame) -> list[int]:
    return [int(edition) for edition in rows["edition"]]


def _cell_bars(
    rows: pd.DataFrame, look: Look, name: str, xaxis: str, chosen: Sequence[int]
) -> go.Bar:
    is_growing = name in GROWING
    return go.Bar(
        x=rows[name].astype(float),
        y=list(range(len(rows))),
        orientation="h",
        xaxis=xaxis,
        width=0.56,
        marker={
            "color": _colours(rows, look, chosen),
            "line": {"width": 0},
            "pattern": {
                "shape": ["/" if is_growing and mark else "" for mark in rows["incomplete"]],
                "fgcolor": look.colours.ground,
                "size": 5,
            },
        },
        text=[_cell_text(value, MEASURES[name], rows[name], look) for value in rows[name]],
        textposition="outside",
        constraintext="none",
        textfont={"size": 13, "color": look.colours.text},
        cliponaxis=False,
        customdata=marked(_hovers(rows, look, name), _codes(rows)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _cell_text(value: Any, measure: Measure, column: pd.Series, look: Look) -> str:
    """A value of a column whose head says the unit."""
    if is_missing(value):
        return MISSING
    if measure.unit == "cny":
        largest = float(column.max())
        scale = money_scale(largest, look.language)
        decimals = (
            0 if largest / scale.divisor >= 1000 else 1 if largest / scale.divisor >= 100 else 2
        )
        return number(float(value) / scale.divisor, decimals, look.language)
    return written(value, measure.unit, look.language)


def _column_title(look: Look, measure: Measure, largest: float, left: float) -> dict[str, Any]:
    unit = (
        money_scale(largest, look.language).unit
        if measure.unit == "cny"
        else look.pick(measure.counted_zh, "")
    )
    said = f"<b>{look.pick(measure.zh, measure.en)}</b>"
    if unit:
        said += f"<br><span style='color:{look.colours.muted};font-size:{SMALL}px'>{unit}</span>"
    return {
        "xref": "paper",
        "yref": "paper",
        "x": left,
        "y": 1,
        "yshift": 42,
        "xanchor": "left",
        "yanchor": "top",
        "align": "left",
        "showarrow": False,
        "text": said,
        "font": {"size": 12.5, "color": look.colours.text},
    }


def _foot(look: Look, said: str, shift: int = 26) -> dict[str, Any]:
    """A line under the chart, so many pixels below the axis."""
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 0,
        "yshift": -shift,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": said,
        "font": {"size": SMALL, "color": look.colours.muted},
    }


def _rule(look: Look, at: float) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "layer": "below",
        "line": {"color": look.colours.border, "width": 0.6},
    }


def _pair_bars(
    rows: pd.DataFrame, row: int, look: Look, names: Sequence[str], colour: str, places: list[float]
) -> go.Bar:
    mine = rows.iloc[row]
    most = [rows[name].astype(float).max() for name in names]
    lengths = [
        0.0 if is_missing(mine[name]) or not top or is_missing(top) else float(mine[name]) / top
        for name, top in zip(names, most, strict=True)
    ]
    said = [_say(mine[name], name, look) for name in names]
    label = edition_label(mine["edition"], look)
    return go.Bar(
        x=lengths,
        y=places,
        orientation="h",
        width=0.28 if look.narrow else 0.34,
        marker={"color": colour, "line": {"width": 0}},
        text=said,
        textposition="outside",
        constraintext="none",
        textfont={"size": 12, "color": look.colours.text},
        cliponaxis=False,
        customdata=marked(
            [
                f"<b>{label}</b><br>{_name(name, look)}{look.pick('：', ': ')}{value}"
                for name, value in zip(names, said, strict=True)
            ]
        ),
        hovertemplate=HOVER,
    )


def _pair_legend(rows: pd.DataFrame, look: Look, colours: Sequence[str]) -> dict[str, Any]:
    return _legend(
        [
            (edition_label(edition, look), colour)
            for edition, colour in zip(rows["edition"], colours, strict=True)
        ]
    )


def _legend(items: Sequence[tuple[str, str]], a_line: int = 6) -> dict[str, Any]:
    """Names with their colours above a chart, so many a line."""
    said = [f"<span style='color:{colour}'>■</span> {name}" for name, colour in items]
    lines = ["   ".join(said[at : at + a_line]) for at in range(0, len(said), a_line)]
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "yshift": 6,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "align": "left",
        "text": "<br>".join(lines),
        "font": {"size": 12},
    }


def _pair_head(rows: pd.DataFrame, look: Look, top: int) -> dict[str, Any]:
    first, second = (edition_label(edition, look) for edition in rows["edition"])
    return _right(
        text("expos.difference", look.language, first=first, second=second),
        top - 0.5,
        look.colours.muted,
        SMALL,
    ) | {"yanchor": "bottom", "yshift": 6}


def _pair_change(rows: pd.DataFrame, name: str, look: Look, place: float) -> dict[str, Any]:
    before, now = rows[name]
    if name in _NOT_EVERYWHERE:
        said = None if is_missing(now) else signed(float(now) - float(before), 0, look.language)
    else:
        said = change(now, before, MEASURES[name].unit, look.language)
    return _right(said or MISSING, place, look.colours.text, 12.5)


def _right(said: str, place: float, colour: str, size: float) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 1,
        "y": place,
        "xanchor": "right",
        "showarrow": False,
        "text": said,
        "font": {"size": size, "color": colour},
    }


def _row_name(said: str, place: float, look: Look) -> dict[str, Any]:
    """A row's name above its bars, where there is no room beside them."""
    return {
        "x": 0,
        "y": place + 0.32,
        "xanchor": "left",
        "showarrow": False,
        "text": said,
        "font": {"size": 12, "color": look.colours.text},
    }


def _star(name: str, days: int) -> str:
    return " *" if name in GROWING and days < 30 * MONTHS else ""


def _months(value: int, look: Look) -> str:
    if value == MONTHS:
        return text("expos.months", look.language, months=value)
    return look.pick("开幕", "Opening") if value == 0 else str(value)


def _progress_line(rows: pd.DataFrame, look: Look, is_lit: bool) -> go.Scatter:
    rows = rows.sort_values("months_since")
    hover = [
        f"<b>{edition_label(row['edition'], look)}</b><br>"
        + text(
            "expos.progress_hover",
            look.language,
            months=int(row["months_since"]),
            landed=number(row["landings.projects"], 0, look.language),
        )
        for _, row in rows.iterrows()
    ]
    return go.Scatter(
        x=rows["months_since"],
        y=rows["landings.projects"],
        mode="lines",
        line={
            "color": look.colours.accent if is_lit else look.colours.grey_line,
            "width": 3.5 if is_lit else 1.6,
        },
        customdata=marked(hover),
        hovertemplate=HOVER,
        cliponaxis=False,
    )


def _end_labels(
    ends: pd.DataFrame, look: Look, lit: Sequence[int], largest: float
) -> list[dict[str, Any]]:
    """Names at the lines' ends, moved apart among those that end together."""
    full = ends[ends["months_since"] == MONTHS].sort_values("landings.projects")
    apart = _apart(list(full["landings.projects"]), largest * _LABEL_GAP)
    notes = [
        _end_name(row, at, look, lit) | {"xanchor": "left", "xshift": 6}
        for (_, row), at in zip(full.iterrows(), apart, strict=True)
    ]
    return notes + [
        _end_name(row, float(row["landings.projects"]), look, lit) | {"yshift": 12}
        for _, row in ends[ends["months_since"] < MONTHS].iterrows()
    ]


def _end_name(row: pd.Series, at: float, look: Look, lit: Sequence[int]) -> dict[str, Any]:
    label, is_lit = _end_label(row, look), row["edition"] in lit
    return {
        "x": row["months_since"],
        "y": at,
        "showarrow": False,
        "text": f"<b>{label}</b>" if is_lit else label,
        "font": {
            "size": 12 if is_lit else SMALL,
            "color": look.colours.accent if is_lit else look.colours.muted,
        },
    }


def _without_zero(found: dict[str, Any]) -> dict[str, Any]:
    """A value axis whose zero is not printed, where the other axis names that corner."""
    return found | {"ticktext": ["", *found["ticktext"][1:]]}


def _end_label(row: pd.Series, look: Look) -> str:
    """An edition and where it stands; where its time is not over, after how many months."""
    landed = number(row["landings.projects"], 0, look.language)
    if row["months_since"] == MONTHS:
        return f"{edition_label(row['edition'], look)} {landed}"
    return text(
        "expos.so_far",
        look.language,
        edition=int(row["edition"]),
        months=int(row["months_since"]),
        landed=landed,
    )


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Rising values, moved up as little as keeps each a gap above the one below."""
    placed: list[float] = []
    for value in values:
        placed.append(max(float(value), placed[-1] + gap) if placed else max(value, 0.6 * gap))
    return placed


def _shares(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[Any, str]]:
    """Shares with industries down (largest on top, the unspecified last) and editions across."""
    rows = frame.assign(industry=frame["industry"].fillna(""))
    names = dict(zip(rows["industry"], rows["industry_name"], strict=True))
    table = rows.pivot_table(
        index="industry", columns="edition", values="exhibit_share", aggfunc="sum", fill_value=0.0
    )
    order = table.iloc[:, -1].sort_values(kind="stable").index
    last = [code for code in ("", "other") if code in order]
    return table.loc[[*last, *(code for code in order if code not in last)]], names


def _drift(table: pd.DataFrame) -> pd.Series | None:
    return table.iloc[:, -1] - table.iloc[:, 0] if len(table.columns) > 1 else None


def _drift_hover(
    table: pd.DataFrame, code: Any, names: dict[Any, str], drift: pd.Series, look: Look
) -> str:
    return text(
        "expos.drift_hover",
        look.language,
        industry=names[code],
        first=int(table.columns[0]),
        last=int(table.columns[-1]),
        points=signed(float(drift[code]) * 100, 1, look.language),
    )


def _most(table: pd.DataFrame) -> float:
    return float(table.max().max()) or 1.0


def _tints(
    values: Any, places: Sequence[float], ramp: Sequence[str], reach: tuple[float, float]
) -> go.Heatmap:
    return go.Heatmap(
        z=values,
        x=list(places),
        dx=1,
        colorscale=[[index / (len(ramp) - 1), colour] for index, colour in enumerate(ramp)],
        zmin=reach[0],
        zmax=reach[1],
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="%{customdata}<extra></extra>",
    )


def _cell(x: float, y: float, said: str, colour: str) -> dict[str, Any]:
    return {
        "x": x,
        "y": y,
        "text": said,
        "showarrow": False,
        "font": {"size": 12, "color": colour},
    }


def _percent(value: Any, look: Look, decimals: int = 1) -> str:
    return "" if is_missing(value) else f"{number(float(value) * 100, decimals, look.language)}%"


def _decimals(count: int, look: Look) -> int:
    """Decimals of percentages for which there is room over so many points in a row."""
    return 0 if look.narrow and count > 6 else 1


def _ink(depth: float, look: Look) -> str:
    if look.theme == "dark":
        return "#10151C" if depth > 0.55 else look.colours.text
    return "#FFFFFF" if depth > 0.45 else look.colours.text


def _diverging_ink(depth: float, look: Look) -> str:
    if look.theme == "dark":
        return "#10151C" if abs(depth) > 0.5 else look.colours.text
    return "#FFFFFF" if abs(depth) > 0.6 else look.colours.text


def _edition_axis(rows: pd.DataFrame, look: Look) -> dict[str, Any]:
    """Editions side by side; of more than eight only every other is named where it is narrow."""
    count = len(rows)
    step = 2 if count > 8 and look.narrow else 1
    shown = list(range(count))[::-1][::step][::-1]
    return axis(
        look,
        tickvals=shown,
        ticktext=[str(int(rows["edition"].iloc[place])) for place in shown],
        range=[min(-0.6, (count - 4) / 2 - 0.6), max(count - 0.4, (count + 4) / 2 - 0.4)],
        tickangle=0,
    )


def _share_line(
    rows: pd.DataFrame, look: Look, name: str, line: float, colour: str, chosen: Sequence[int]
) -> go.Scatter:
    values = rows[name].astype(float)
    growing = rows["incomplete"] & (name in GROWING)
    marks = [look.colours.warning if value < line else colour for value in values]
    return go.Scatter(
        x=list(range(len(rows))),
        y=values,
        mode="lines+markers",
        line={"color": colour, "width": 2.5},
        marker={
            "opacity": 1,
            "size": [13 if edition in chosen else 9 for edition in rows["edition"]],
            "color": [
                look.colours.ground if mark else own
                for mark, own in zip(growing, marks, strict=True)
            ],
            "line": {"color": marks, "width": 2},
        },
        customdata=marked(_hovers(rows, look, name), _codes(rows)),
        hovertemplate=HOVER,
        cliponaxis=False,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _share_values(rows: pd.DataFrame, look: Look, name: str, line: float) -> list[dict[str, Any]]:
    return [
        {
            "x": place,
            "y": float(value),
            "yshift": -16 if value < line else 15,
            "showarrow": False,
            "text": _percent(value, look, _decimals(len(rows), look)),
            "font": {
                "size": SMALL,
                "color": look.colours.warning_text if value < line else look.colours.text,
            },
        }
        for place, value in enumerate(rows[name])
        if not is_missing(value)
    ]


def _threshold(at: float, colour: str) -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "line": {"color": colour, "width": 1.2, "dash": "dot"},
    }


def _line_name(said: str, at: float, colour: str) -> dict[str, Any]:
    return {
        "xref": "paper",
        "x": 1,
        "y": at,
        "xanchor": "left",
        "xshift": 4,
        "showarrow": False,
        "text": said,
        "font": {"size": SMALL, "color": colour},
    }


def _last_name(rows: pd.DataFrame, look: Look, name: str, colour: str) -> list[dict[str, Any]]:
    """The series' name beside its last point, on the side away from its line."""
    known = rows[rows[name].notna()]
    if known.empty:
        return []
    last = float(known[name].iloc[-1])
    line = LANDINGS_LINE if name == "landings.gba_share" else EXHIBITS_LINE
    near = abs(last - line) < 0.035
    key = "expos.share_landings" if name == "landings.gba_share" else "expos.share_exhibits"
    return [
        {
            "xref": "paper",
            "x": 1,
            "y": last,
            "yshift": (-16 if last < line else 16) if near else 0,
            "xanchor": "left",
            "xshift": 4,
            "showarrow": False,
            "text": f"<b>{text(key, look.language)}</b>",
            "font": {"size": 12, "color": colour},
        }
    ]


def _edition_bars(
    rows: pd.DataFrame, look: Look, name: str, yaxis: str, chosen: Sequence[int]
) -> go.Bar:
    return go.Bar(
        x=list(range(len(rows))),
        y=rows[name].astype(float),
        yaxis=yaxis,
        width=0.62,
        marker={"color": _colours(rows, look, chosen), "line": {"width": 0}},
        text=[number(value, 0, look.language) for value in rows[name]],
        textposition="outside",
        constraintext="none",
        textfont={"size": 12, "color": look.colours.text},
        textangle=0,
        cliponaxis=False,
        customdata=marked(_hovers(rows, look, name), _codes(rows)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _row_title(look: Look, title: Measure | str, top: float) -> dict[str, Any]:
    said = title if isinstance(title, str) else look.pick(title.zh, title.en)
    counted = "" if isinstance(title, str) else look.pick(f"（{title.counted_zh}）", "")
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": top,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"{said}{counted}",
        "font": {"size": 12, "color": look.colours.muted},
    }


def _kind_bars(rows: pd.DataFrame, mine: pd.DataFrame, look: Look, colour: str) -> go.Bar:
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
    return go.Bar(
        x=list(range(len(rows))),
        y=counts,
        width=0.62,
        marker={"color": colour, "line": {"width": 0.8, "color": look.colours.ground}},
        customdata=marked(hover, _codes(rows)),
        hovertemplate=HOVER,
        unselected={"marker": {"opacity": 1}},
        selected={"marker": {"opacity": 1}},
    )


def _forum_line(forums: pd.DataFrame, look: Look, chosen: Sequence[int]) -> go.Scatter:
    shares = forums["strategic_share"].astype(float)
    hover = [
        f"<b>{edition_label(edition, look)}</b><br>{text('expos.forum_share', look.language)}"
        f"{look.pick('：', ': ')}{written(share, 'share', look.language)}"
        for edition, share in zip(forums["edition"], shares, strict=True)
    ]
    return go.Scatter(
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
        customdata=marked(hover, _codes(forums)),
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
