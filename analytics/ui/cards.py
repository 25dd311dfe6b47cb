"""KPI cards: a value, its change against a named base, and the years before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from analytics.filters import Filters
from analytics.formats import Shown, change, difference, shown, span_label
from analytics.look import Look
from analytics.model import MEASURES, Measure
from analytics.ui import data
from analytics.ui.page import seen, told
from analytics.ui.state import Viewing

_NATION = "100000"
_YEARS = 10
_CARD = 160
"""Width that a card needs."""


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


@dataclass(frozen=True)
class Metric:
    """What a card shows, in words.

    Args:
        label: Its name.
        value: The value.
        delta: The change, or None.
        base: What the change is against.
        warns: Whether the card warns.
        history: Values of the years before, if any.
        about: The definition.
    """

    label: str
    value: Shown
    delta: str | None
    base: str
    warns: bool
    history: tuple[float, ...]
    about: str


def cards(
    declared: Sequence[Card | Callable[[Viewing], Fact]] | Callable[..., Sequence[Card | Fact]],
    view: Viewing,
    *given: Hashable,
) -> None:
    """Draw a row of cards, whose words are made once for a view.

    Args:
        declared: The cards, some of which a function makes of the view; or a function that makes
            all of them of the view and what else is given.
        view: What is shown.
        given: What the page knows besides.
    """
    with told(view):
        fixed = declared if callable(declared) else tuple(declared)
        metrics = seen(_metrics, view, fixed, given)
        with st.grid(
            _across(len(metrics), view.look),
            gap="xsmall",
            key="kpi",
            wrap=False,
            min_column_width=120,
        ):
            for metric in metrics:
                _draw(metric)


def _metrics(
    view: Viewing,
    declared: tuple[Card | Callable[[Viewing], Fact], ...] | Callable[..., Sequence[Card | Fact]],
    given: tuple[Hashable, ...],
) -> list[Metric]:
    """What a row of cards shows; the measures among them are asked for together."""
    if callable(declared):
        row = list(declared(view, *given))
    else:
        row = [card if isinstance(card, Card) else card(view) for card in declared]
    measured = [card for card in row if isinstance(card, Card)]
    said = dict(zip(measured, _said(measured, view), strict=True))
    return [said[card] if isinstance(card, Card) else _fact(card, view) for card in row]


def _said(measured: Sequence[Card], view: Viewing) -> list[Metric]:
    """What the cards of measures show."""
    if not measured:
        return []
    filters = view.filters
    names = tuple(card.measure for card in measured)
    now = data.ask(names, (), _compared(filters)).iloc[0]
    yearly = data.ask(names, (), replace(filters, since=None, compare=""), "year")
    return [_card(card, now, yearly, filters, view) for card in measured]


def _across(count: int, look: Look) -> int:
    """All cards in one row, or in even rows where they would be narrow: never five and one."""
    if look.narrow:
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
) -> Metric:
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
    return Metric(
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


def _fact(fact: Fact, view: Viewing) -> Metric:
    counted = fact.counted if view.language == "zh" else ""
    value = None if data.engine().not_yet(fact.reads) else fact.value
    return Metric(
        view.say(fact.label, **fact.said),
        shown(value, fact.unit, view.language, counted),
        fact.delta,
        fact.base,
        fact.warns,
        fact.history,
        view.say(f"{fact.label}_help", **fact.said),
    )


def _draw(metric: Metric) -> None:
    value = metric.value
    st.metric(
        metric.label,
        _big(value.figure, value.unit, value.before),
        metric.delta,
        delta_description=(metric.base or None) if metric.delta else None,
        delta_color="orange" if metric.warns else "primary",
        icon=":material/warning:" if metric.warns else None,
        chart_data=list(metric.history) if len(metric.history) > 1 else None,
        chart_type="line",
        border=True,
        height="stretch",
        help=metric.about,
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
