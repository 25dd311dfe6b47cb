"""The market page's sentence: how the home province did, and who moved the nation."""

from __future__ import annotations

from analytics.figures.market.lines import Chosen
from analytics.formats import change, number, written
from analytics.panels.market import dated
from analytics.ui import data
from analytics.ui.market_view import Pair, at, base_of, national, yearly
from analytics.ui.state import Viewing

_NAMED = 4


def market_finding(view: Viewing, chosen: Chosen, pair: Pair) -> str:
    """Value, change and rank of the home province; the nation's growth and whence it came."""
    parts = [_home(view, chosen, pair), _nation(view, pair)]
    return view.say("market.stop").join(part for part in parts if part) + view.say("market.end")


def _home(view: Viewing, chosen: Chosen, pair: Pair) -> str:
    rows = yearly(chosen.home)
    name = data.labels().name("regions", chosen.home, view.language)
    now = at(rows["output"], pair.year)
    if now is None:
        return view.say("market.finding_absent", year=pair.year, name=name)
    value = written(now, "cny", view.language)
    moved = change(now, at(rows["output"], pair.prior), "cny", view.language)
    rank, before = (at(rows["output_rank"], year) for year in (pair.year, pair.prior))
    assert rank is not None, "a province with a value has a rank"
    if moved is None or before is None:
        return view.say(
            "market.finding_first", year=pair.year, name=name, value=value, rank=int(rank)
        )
    return view.say(
        "market.finding_home",
        year=pair.year,
        name=name,
        value=value,
        base=base_of(pair, view),
        change=moved,
        rank=_rank_words(int(rank), int(before), view),
    )


def _rank_words(now: int, before: int, view: Viewing) -> str:
    key = "same" if now == before else "rose" if now < before else "fell"
    return view.say(f"market.rank_{key}", before=before, now=now)


def _nation(view: Viewing, pair: Pair) -> str:
    """The nation's growth, and the provinces that gained or lost most with their part of it."""
    values = national()["output"]
    now, before = at(values, pair.year), at(values, pair.prior)
    grown = change(now, before, "cny", view.language)
    rows = data.query("market_changes", dated(view.filters)).dropna(subset=["gain", "gain_share"])
    if grown is None or now is None or before is None or rows.empty:
        return ""
    is_up = now >= before
    first = rows.nlargest(_NAMED, "gain") if is_up else rows.nsmallest(_NAMED, "gain")
    names = [data.labels().name("regions", code, view.language) for code in first["province"]]
    return view.say(
        "market.finding_up" if is_up else "market.finding_down",
        change=grown,
        names=view.look.pick("、", ", ").join(names),
        share=f"{number(first['gain_share'].sum() * 100, 0, view.language)}%",
    )
