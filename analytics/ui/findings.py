"""The one sentence on each page that says what moved, by how much, and which part moved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from analytics.formats import change, written
from analytics.ui import data
from analytics.ui.state import Viewing

_LABELS = {"city": "regions", "industry": "industries"}


def deals_finding(view: Viewing) -> str | None:
    """The last full year's contract value, its change, and the industry that moved it most."""
    year = last_full_year(view)
    if year is None:
        return None
    filters = replace(
        view.filters, since=date(year, 1, 1), until=date(year, 12, 31), compare="year-before"
    )
    part_by = "city" if view.filters.industries else "industry"
    table = data.ask(("deals.value",), (part_by,), filters)
    now, before = (float(table[name].sum()) for name in ("deals.value", "deals.value__before"))
    if not before or table.empty:
        return None
    moved = (table["deals.value"] - table["deals.value__before"]).where(table[part_by].notna())
    table["moved"] = moved if now >= before else -moved
    most = table.nlargest(1, "moved").iloc[0]
    part = float(most["deals.value"] - most["deals.value__before"])
    key = "deals.finding_up" if now >= before else "deals.finding_down"
    return view.say(
        key,
        year=year,
        value=written(now, "cny", view.language),
        change=change(now, before, "cny", view.language),
        difference=written(abs(now - before), "cny", view.language),
        part_name=data.labels().name(_LABELS[part_by], most[part_by], view.language),
        part=written(abs(part), "cny", view.language),
    )


def last_full_year(view: Viewing) -> int | None:
    """The last year that lies whole in the period and in the records."""
    complete = data.complete_until()
    until = min(filter(None, (view.filters.until, complete)))
    year = until.year if (until.month, until.day) == (12, 31) else until.year - 1
    since = view.filters.since
    return year if since is None or since <= date(year, 1, 1) else None
