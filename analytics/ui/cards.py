"""KPI cards: a value, its change against a named base, and the years before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics.filters import Filters
from analytics.formats import Shown, change, difference, shown, span_label
from analytics.look import Look
from analytics.model import MEASURES, Measure
from analytics.ui import data
from analytics.ui.page import told
from analytics.ui.state import Viewing

_NATION = "100000"
_YEARS = 10
_CARD = 160
_STACKS = 640
"""Width that a card needs, and the window's width below which cards stand in pairs."""


@dataclass(frozen=True)
class Card:
    """A measure on a card.

    Args:
        measure: Name of the measure.
        worse: The direction that warns: `down`, `up`, or none.
        label: Text key that replaces the measure's own name.
        plain: Leave out the line of the years, where the other cards have none.
    """

    measure: str
    worse: str = ""
    label: str = ""
    plain: bool = False


@dataclass(frozen=True)
class Fact:
    """A card whose value a query gave.

    Args:
        label: Text key of its name; `<label>_help` is its definition.
        value: The value.
        unit: Unit of the value.
        counted: Measure word in Chinese.
        delta: The change in words, or None.
        base: What the change is against.
        warns: Whether the card warns.
        history: Values of the years before, if any.
        said: What its name and definition fill in.
        reads: Datasets it is made from: while one has no records yet, the value is unknown.
    """

    label: str
    value: Any
    unit: str
    counted: str = ""
    delta: str | None = None
    base: str = ""
    warns: bool = False
    history: tuple[float, ...] = ()
    said: Mapping[str, object] = field(default_factory=lambda: {})
    reads: tuple[str, ...] = ()


Declared = Card | Fact | Callable[[Viewing], Fact]


def cards(declared: Sequence[Declared], view: Viewing, filters: Filters | None = None) -> None:
    """Draw a row of cards; a function gives a fact, so that its errors are told in place."""
    with told(view):
        chosen = filters or view.filters
        declared = [card if isinstance(card, (Card, Fact)) else card(view) for card in declared]
        names = tuple(card.measure for card in declared if isinstance(card, Card))
        now = data.ask(names, (), _compared(chosen)).iloc[0] if names else pd.Series()
        undated = replace(chosen, since=None, compare="")
        yearly = data.ask(names, (), undated, "year") if names else pd.DataFrame()
        with st.grid(
            _across(len(declared), view.look),
            gap="xsmall",
            key="kpi",
            wrap=False,
            min_column_width=120,
        ):
            for card in declared:
                if isinstance(card, Fact):
                    _fact(card, view)
                else:
                    _card(card, now, yearly, chosen, view)


def _across(count: int, look: Look) -> int:
    """All cards in one row, or in even rows where they would be narrow: never five and one."""
    if look.narrow or look.window < _STACKS:
        return 2
    return count if look.room() >= count * _CARD else -(-count // 2)


def _compared(filters: Filters) -> Filters:
    """Without a chosen comparison, a part of a year is compared with the same part before."""
    if filters.compare or _full_year(filters):
        return filters
    return replace(filters, compare="year-before")


def _full_year(filters: Filters) -> bool:
    since, until = filters.since, filters.until
    if not (since and until):
        return True
    first = since.year + ((since.month, since.day) != (1, 1))
    last = until.year - ((until.month, until.day) != (12, 31))
    return first <= last


def _card(
    card: Card, now: pd.Series, yearly: pd.DataFrame, filters: Filters, view: Viewing
) -> None:
    measure = MEASURES[card.measure]
    value = shown(
        now[card.measure],
        measure.unit,
        view.language,
        view.look.pick(measure.counted_zh, measure.counted_en),
    )
    delta, base = _delta(card, now, yearly, filters, view)
    warns = bool(delta) and {"down": "-", "up": "+"}.get(card.worse) == str(delta)[0]
    history = yearly.loc[~yearly["incomplete"].astype(bool), card.measure].tail(_YEARS)
    history = history.dropna()
    label = view.say(card.label) if card.label else view.look.pick(measure.zh, measure.en)
    reached = _completion(card.measure, now[card.measure], filters)
    if reached is not None:
        label += f" :gray-badge[{view.say('cards.target', share=_share(reached, view))}]"
    _metric(
        label,
        value,
        delta,
        base,
        warns,
        () if card.plain else tuple(float(item) for item in history),
        _help(measure, yearly, f"{card.measure}__before" in now.index, view),
    )


def _completion(name: str, value: float, filters: Filters) -> float | None:
    """Share of the year's target that is reached; None where none was set for this selection."""
    year = _whole_year(filters)
    if year is None or len(filters.regions) > 1 or filters.industries or filters.basis:
        return None
    place = filters.regions[0] if filters.regions else _NATION
    targets = data.records("targets", Filters())
    fits = (targets["measure"] == name) & (targets["year"] == year) & (targets["adcode"] == place)
    goal = targets.loc[fits, "value"]
    return float(value) / float(goal.iloc[0]) if len(goal) and float(goal.iloc[0]) else None


def _whole_year(filters: Filters) -> int | None:
    since, until = filters.since, filters.until
    if not (since and until) or since.year != until.year:
        return None
    return (
        since.year if (since.month, since.day, until.month, until.day) == (1, 1, 12, 31) else None
    )


def _share(value: float, view: Viewing) -> str:
    return str(shown(value, "share", view.language))


def _fact(fact: Fact, view: Viewing) -> None:
    counted = fact.counted if view.language == "zh" else ""
    value = None if data.engine().not_yet(fact.reads) else fact.value
    _metric(
        view.say(fact.label, **fact.said),
        shown(value, fact.unit, view.language, counted),
        fact.delta,
        fact.base,
        fact.warns,
        fact.history,
        view.say(f"{fact.label}_help", **fact.said),
    )


def _metric(
    label: str,
    value: Shown,
    delta: str | None,
    base: str,
    warns: bool,
    history: tuple[float, ...],
    about: str,
) -> None:
    st.metric(
        label,
        _big(value.figure, value.unit, value.before),
        delta,
        delta_description=(base or None) if delta else None,
        delta_color="orange" if warns else "primary",
        icon=":material/warning:" if warns else None,
        chart_data=list(history) if len(history) > 1 else None,
        chart_type="line",
        border=True,
        height="stretch",
        help=about,
    )


def _help(measure: Measure, yearly: pd.DataFrame, is_compared: bool, view: Viewing) -> str:
    definition = view.look.pick(measure.zh_definition, measure.en_definition)
    years = yearly.loc[~yearly["incomplete"].astype(bool), "period"].dt.year
    if is_compared or len(years) < 2:
        return definition
    years_said = view.say("cards.year_help", year=years.iloc[-1], prior=years.iloc[-2])
    return f"{definition}  \n{years_said}"


def _big(figure: str, unit: str, before: str) -> str:
    lead = f":small[:gray[{before}]] " if before else ""
    gap = "" if unit == "%" else " "
    return f"{lead}{figure}{gap}:small[:gray[{unit}]]" if unit else f"{lead}{figure}"


def _delta(
    card: Card, now: pd.Series, yearly: pd.DataFrame, filters: Filters, view: Viewing
) -> tuple[str | None, str]:
    before = f"{card.measure}__before"
    if before in now.index:
        earlier = _compared(filters).before()
        assert earlier, "a compared answer has a comparison period"
        if not _covered(earlier):
            return None, ""
        base = view.say(
            "cards.against", base=span_label(earlier.since, earlier.until, view.language)
        )
        return _change(card, now[card.measure], now[before], view), base
    years = yearly[~yearly["incomplete"].astype(bool)]
    if len(years) < 2:
        return None, ""
    last, prior = years.iloc[-1], years.iloc[-2]
    return _change(card, last[card.measure], prior[card.measure], view), view.say("cards.year")


def _covered(earlier: Filters) -> bool:
    """Whether the records reach back to the comparison period's first day."""
    return bool(earlier.since) and earlier.since.year >= data.first_year()


def _change(card: Card, now: float, before: float, view: Viewing) -> str | None:
    measure = MEASURES[card.measure]
    if measure.kind == "stock":
        return difference(now, before, view.language)
    return change(now, before, measure.unit, view.language)
