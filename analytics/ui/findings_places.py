"""The sentences of the workstations and bases pages: what moved, and which part moved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from analytics.filters import Filters
from analytics.formats import change, is_missing, written
from analytics.ui import data
from analytics.ui.findings import last_full_year
from analytics.ui.state import Viewing

_PEOPLE = "station_standings.people"
_LANDINGS = "landings.through_bases"
_RELATIONS = {"industry": "industries", "city": "regions"}


def workstations_finding(view: Viewing) -> str | None:
    """The last full year: active, opened and closed; people, and who brought in most more."""
    filters = _year(view)
    if filters is None:
        return None
    year = filters.until.year if filters.until else 0
    names = ("workstations.active", "workstations.opened", "station_closings.closed", _PEOPLE)
    now = data.ask(names, (), filters).iloc[0]
    by = "city" if view.filters.industries else "industry"
    parts = data.ask((_PEOPLE,), (by,), filters)
    before = now[f"{_PEOPLE}__before"]
    if not now["workstations.active"] or is_missing(before):
        return None
    gained = float(now[_PEOPLE]) - float(before)
    most, part = _moved_most(parts, _PEOPLE, by, 1)
    key = "workstations.finding" if gained > 0 and part > 0 else "workstations.finding_fewer"
    return view.say(
        key,
        year=year,
        active=_count(now["workstations.active"], view),
        opened=_count(now["workstations.opened"], view),
        closed=_count(now["station_closings.closed"], view),
        people=_count(now[_PEOPLE], view),
        gained=_count(abs(gained), view),
        part_name=data.labels().name(_RELATIONS[by], most, view.language),
        part=_count(part, view),
    )


def bases_finding(view: Viewing) -> str | None:
    """The last full year: bases open, landings and the city that moved them, value far away."""
    filters = _year(view)
    if filters is None:
        return None
    names = ("bases.open", _LANDINGS, "deal_distances.far_share")
    now = data.ask(names, (), filters).iloc[0]
    landed, before = float(now[_LANDINGS]), float(now[f"{_LANDINGS}__before"])
    if not before or is_missing(now["deal_distances.far_share"]):
        return None
    sign = 1 if landed >= before else -1
    most, part = _moved_most(data.ask((_LANDINGS,), ("city",), filters), _LANDINGS, "city", sign)
    return view.say(
        "bases.finding_up" if sign > 0 else "bases.finding_down",
        year=filters.until.year if filters.until else 0,
        open=_count(now["bases.open"], view),
        landings=_count(landed, view),
        change=change(landed, before, "count", view.language),
        part_name=data.labels().name("regions", most, view.language),
        part=_count(abs(part), view),
        far=written(now["deal_distances.far_share"], "share", view.language),
    )


def _year(view: Viewing) -> Filters | None:
    """The selection in the last full year, compared with the year before."""
    year = last_full_year(view)
    if year is None:
        return None
    return replace(
        view.filters, since=date(year, 1, 1), until=date(year, 12, 31), compare="year-before"
    )


def _moved_most(table: pd.DataFrame, measure: str, by: str, sign: int) -> tuple[object, float]:
    """The part that moved most in a direction, and by how much."""
    known = table[table[by].notna()]
    if known.empty:
        return None, 0.0
    moved = (known[measure] - known[f"{measure}__before"]).astype(float).fillna(0.0)
    place = int((moved * sign).to_numpy().argmax())
    return known[by].tolist()[place], float(moved.tolist()[place])


def _count(value: float, view: Viewing) -> str:
    return written(value, "count", view.language)
