"""What the expo page says in figures: its cards and its finding, edition against edition.

An edition goes on landing projects for months, so the latest one is compared with the one before
at the same age: both counted to as many days after their opening as the latest has had.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from analytics.figures.expos.parts import MONTHS
from analytics.formats import change, number, written
from analytics.panels.expos import expo_filters
from analytics.ui import data
from analytics.ui.cards import Fact
from analytics.ui.page import seen
from analytics.ui.state import Viewing

_LABELS = {"city": "regions", "industry": "industries"}
_COUNTED = ("landings.projects", "deals.contracts", "deals.value")
_SUMS = ("expo_exhibits.exhibits", "expo_exhibits.published", *_COUNTED)


@dataclass(frozen=True)
class Compared:
    """The latest selected edition and the one before.

    Args:
        latest: The edition.
        before: The edition before it, None where it is the first.
        days: Days after the opening to which both are counted.
        settled: Whether the latest edition has had all its time.
        history: Every edition up to the latest, as `expos_editions` gives them.
        parts: What landed and was signed by then, as `expos_by_age` gives it.
    """

    latest: int
    before: int | None
    days: int
    settled: bool
    history: pd.DataFrame
    parts: pd.DataFrame

    @cached_property
    def at_same_age(self) -> pd.DataFrame:
        """One row per edition: exhibits and published, and the rest counted to the same age."""
        shown = self.history.set_index("edition")
        counted = self.parts.groupby("edition")[list(_COUNTED)].sum()
        table = shown[list(_SUMS[:2])].join(counted, how="left").fillna(0.0)
        return _with_ratios(table)


def expo_cards(view: Viewing) -> list[Fact]:
    """Six figures over the selected editions; changes are the latest edition's on the last."""
    selected = data.query("expos_editions", expo_filters(view.filters), months=MONTHS)
    compared = seen(latest_pair, view)
    totals = _with_ratios(selected[list(_SUMS)].sum(min_count=1).to_frame().T.astype(float)).iloc[0]
    return [
        _fact(name, unit, counted, totals, compared, view, warns)
        for name, unit, counted, warns in (
            ("expo_exhibits.exhibits", "count", "项", True),
            ("expo_exhibits.published", "count", "项", True),
            ("landings.projects", "count", "项", True),
            ("deals.value", "cny", "", True),
            ("deals.average", "cny", "", False),
            ("landings.per_exhibit", "share", "", True),
        )
    ]


def expo_finding(view: Viewing) -> str | None:
    """How many projects of the latest edition landed against the one before, and what moved it."""
    compared = seen(latest_pair, view)
    if compared is None or compared.before is None:
        return None
    table = compared.at_same_age
    landed, landed_before = _two(table, "landings.projects", compared)
    if not landed_before:
        return None
    language = view.language
    exhibits = _exhibits(*_two(table, "expo_exhibits.exhibits", compared), view)
    said: dict[str, Any] = {
        "edition": compared.latest,
        "landed": number(landed, 0, language),
        "against": _against(compared, view),
        "change": change(landed, landed_before, "count", language),
    }
    if landed == landed_before:
        return view.say("expos.finding_level", **said) + exhibits
    moved = _moved_most(compared, landed > landed_before, view)
    if moved is None:
        return view.say("expos.finding_plain", **said) + exhibits
    said |= moved | {"difference": number(abs(landed - landed_before), 0, language)}
    key = "expos.finding_up" if landed > landed_before else "expos.finding_down"
    return view.say(key, **said) + exhibits


def last_two(view: Viewing) -> tuple[int | None, int | None]:
    """The latest selected edition and the one before it."""
    compared = seen(latest_pair, view)
    return (compared.latest, compared.before) if compared else (None, None)


def latest_pair(view: Viewing) -> Compared | None:
    """The latest selected edition beside the one before; None where no edition is selected."""
    filters = expo_filters(view.filters)
    selected = data.query("expos_editions", filters, months=MONTHS)
    if selected.empty:
        return None
    last = selected.iloc[-1]
    opened = last["edition_opened_on"].date()
    so_far = replace(filters, since=None, until=opened, editions=())
    history = data.query("expos_editions", so_far, months=MONTHS)
    complete = data.engine().complete_until(("stage_events", "deals")) or data.complete_until()
    days = max((complete - opened).days, 0)
    earlier = history[history["edition_opened_on"] < last["edition_opened_on"]]
    return Compared(
        latest=int(last["edition"]),
        before=int(earlier["edition"].iloc[-1]) if len(earlier) else None,
        days=days,
        settled=not bool(last["incomplete"]),
        history=history,
        parts=data.query("expos_by_age", so_far, days=days),
    )


def _with_ratios(table: pd.DataFrame) -> pd.DataFrame:
    contracts = table["deals.contracts"]
    exhibits = table["expo_exhibits.exhibits"]
    return table.assign(
        **{
            "deals.average": table["deals.value"] / contracts.where(contracts != 0),
            "landings.per_exhibit": table["landings.projects"] / exhibits.where(exhibits != 0),
        }
    )


def _fact(
    name: str,
    unit: str,
    counted: str,
    totals: pd.Series,
    compared: Compared | None,
    view: Viewing,
    warns: bool,
) -> Fact:
    label = f"expos.card_{name.split('.')[1]}"
    if compared is None:
        return Fact(label, None, unit, counted)
    delta, base = None, ""
    is_fixed = name.startswith("expo_exhibits.")
    if compared.before is not None:
        now, before = _two(compared.at_same_age, name, compared)
        delta = change(now, before, unit, view.language)
        same = is_fixed or compared.settled
        base = view.say("expos.on_last" if same else "expos.on_last_same_age") if delta else ""
    history = compared.history if is_fixed else compared.history[~compared.history["incomplete"]]
    return Fact(
        label,
        totals[name],
        unit,
        counted,
        delta,
        base,
        warns=bool(warns and delta and delta.startswith("-")),
        history=tuple(float(value) for value in history[name].dropna()),
    )


def _against(compared: Compared, view: Viewing) -> str:
    if compared.settled:
        return view.say("expos.against", before=compared.before)
    return view.say("expos.against_same_age", before=compared.before, days=compared.days)


def _moved_most(compared: Compared, is_up: bool, view: Viewing) -> dict[str, str] | None:
    """The industry whose landings moved most with the whole; of a chosen industry, the city."""
    by = "city" if view.filters.industries else "industry"
    known = compared.parts.dropna(subset=[by])
    table = known[known[by] != "other"].pivot_table(
        index=by, columns="edition", values="landings.projects", aggfunc="sum", fill_value=0.0
    )
    table = table.reindex(columns=[compared.before, compared.latest], fill_value=0.0)
    moved = (table[compared.latest] - table[compared.before]) * (1 if is_up else -1)
    if moved.empty or moved.max() <= 0:
        return None
    return {
        "among": view.say(f"expos.among_{by}"),
        "part_name": data.labels().name(_LABELS[by], moved.idxmax(), view.language),
        "part": number(moved.max(), 0, view.language),
    }


def _exhibits(now: float, before: float, view: Viewing) -> str:
    moved = change(now, before, "count", view.language)
    if moved is None:
        return ""
    return view.say(
        "expos.finding_exhibits", exhibits=written(now, "count", view.language), change=moved
    )


def _two(table: pd.DataFrame, name: str, compared: Compared) -> tuple[float, float]:
    """A measure of the latest edition and of the one before."""
    column = dict(zip(table.index, table[name].astype(float), strict=True))
    return column[compared.latest], column[compared.before]
