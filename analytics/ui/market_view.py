"""The market page's own choices and cards: whose market, against whom, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import streamlit as st

from analytics.figures.market.lines import Chosen
from analytics.filters import Filters
from analytics.formats import change, is_missing, signed
from analytics.panels.market import dated
from analytics.ui import data, state
from analytics.ui.cards import Card, Fact
from analytics.ui.memory import kept
from analytics.ui.state import Viewing

HOME = "440000"
MOST_COMPARED = 5
_YEARS = 10
_APART = ("industries", "channels", "editions", "contract_types", "technical_fields",
          "station_kinds", "basis", "side", "compare")  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """The last printed year of the period, and the printed year before it if there is one."""

    year: int
    prior: int | None = None

    @property
    def is_yearly(self) -> bool:
        """Whether the year before is the calendar year before, so that a change is year on year."""
        return self.prior == self.year - 1


def provinces_in(filters: Filters) -> tuple[str, ...]:
    """The provinces that the region filter names, itself or by a city or district in them."""
    codes = (code for code in filters.regions if code != "gba")
    return tuple(dict.fromkeys(f"{code[:2]}0000" for code in codes if code != "100000"))


def choice(view: Viewing) -> Chosen:
    """The province that the page is about, and those it is compared with."""
    return chosen_by(view.filters, state.own_text("with"), printed_provinces())


def chosen_by(filters: Filters, linked: str, known: Sequence[str]) -> Chosen:
    """The province that the page is about, and those it is compared with.

    One province in the region filter is what the page is about; several are compared with
    Guangdong, unless the link names others.

    Args:
        filters: What is selected.
        linked: Codes that the link names, between commas.
        known: Codes of the provinces that the yearbook prints.
    """
    named = provinces_in(filters)
    home = named[0] if len(named) == 1 else HOME
    in_link = [code for code in linked.split(",") if code in known]
    wanted = in_link or (list(named) if len(named) > 1 else [])
    others = [code for code in dict.fromkeys(wanted) if code != home and code in known]
    return Chosen(home, tuple(others[:MOST_COMPARED]))


def printed_provinces() -> tuple[str, ...]:
    """Every province that the yearbook prints, the largest seller of the last year first."""
    return _printed(data.engine().version, data.data_folder())


@kept(4)
def _printed(version: str, folder: Path) -> tuple[str, ...]:
    del version, folder
    rows = data.query("market_provinces")
    return tuple(dict.fromkeys(rows["province"]))


def controls(view: Viewing, chosen: Chosen) -> None:
    """Which provinces stand beside the home province, and a way to every printed year."""
    names = data.labels()
    known = [code for code in printed_provinces() if code != chosen.home]
    first, last = _reach()
    with st.container(horizontal=True, vertical_alignment="center", key="controls", gap="small"):
        st.session_state["w_with"] = list(chosen.others)
        st.multiselect(
            view.say("market.compare"),
            known,
            key="w_with",
            max_selections=MOST_COMPARED,
            label_visibility="collapsed",
            format_func=lambda code: names.name("regions", code, view.language),
            placeholder=view.say(
                "market.compare_placeholder",
                name=names.name("regions", chosen.home, view.language),
            ),
            select_all=False,
            on_change=lambda: state.show_own(**{"with": ",".join(st.session_state["w_with"])}),
        )
        if (view.filters.since, view.filters.until) != (first, last):
            st.button(
                view.say("market.all_years", first=first.year, last=last.year),
                key="all-years",
                icon=":material/date_range:",
                on_click=lambda: state.show(since=first, until=last),
            )


def note(view: Viewing) -> None:
    """Say which of the filters that are on mean nothing to a yearbook."""
    empty = Filters()
    if any(getattr(view.filters, name) != getattr(empty, name) for name in _APART):
        st.markdown(f":small[:gray[:material/info: {view.say('market.filters_apart')}]]")


def nothing_printed(view: Viewing) -> None:
    """Say that the period holds no printed year, and which years there are."""
    rows = data.query("market_provinces")
    years = view.look.pick("、", ", ").join(str(year) for year in sorted(rows["year"].unique()))
    st.info(view.say("market.no_years", years=years), icon=":material/event_busy:")


def pair_of(view: Viewing) -> Pair | None:
    """The years that cards and finding speak of; None where the period holds no printed year."""
    rows = data.query("market_provinces", dated(view.filters))
    if rows.empty:
        return None
    year = int(rows["year"].max())
    years = data.query("market_provinces")["year"]
    earlier = years[years < year]
    return Pair(year, int(earlier.max()) if len(earlier) else None)


def yearly(code: str) -> pd.DataFrame:
    """A province's printed years, by year: output, rank, share and so on."""
    rows = data.query("market_provinces")
    return rows[rows["province"] == code].set_index("year").sort_index()


def national() -> pd.DataFrame:
    """The nation's printed years, by year: output and contracts."""
    names = ("tech_market.national", "tech_market.national_contracts")
    rows = data.ask(names, (), Filters(), "year").dropna(subset=[names[0]])
    rows.index = rows["period"].dt.year
    return rows.rename(columns={names[0]: "output", names[1]: "contracts"})


def at(values: pd.Series, year: int | None) -> float | None:
    """A year's value; None where none is printed."""
    value = None if year is None else values.get(year)
    return None if value is None or is_missing(value) else float(value)


def base_of(pair: Pair, view: Viewing) -> str:
    """What a change is against: the year before, or the printed year that is named."""
    if pair.is_yearly:
        return view.say("cards.year")
    return view.say("market.against_year", year=pair.prior)


def market_cards(view: Viewing, chosen: Chosen, pair: Pair) -> list[Card | Fact]:
    """The nation's value and contracts, and the home province's output, absorption, share, rank."""
    home, nation = yearly(chosen.home), national()
    return [
        _card("market.card_national", nation["output"], "cny", pair, view, chosen),
        _card("market.card_output", home["output"], "cny", pair, view, chosen),
        _card("market.card_absorbed", home["absorbed"], "cny", pair, view, chosen),
        _card("market.card_share", home["output_share"], "share", pair, view, chosen),
        _rank_card(home["output_rank"], pair, view, chosen),
        _card("market.card_contracts", nation["contracts"], "count", pair, view, chosen),
    ]


def _card(
    label: str, values: pd.Series, unit: str, pair: Pair, view: Viewing, chosen: Chosen
) -> Fact:
    now, before = at(values, pair.year), at(values, pair.prior)
    delta = change(now, before, unit, view.language)
    return Fact(
        label,
        now,
        unit,
        view.say("market.contract_word") if unit == "count" else "",
        delta,
        base_of(pair, view) if delta else "",
        bool(delta) and str(delta).startswith("-"),
        history(values, pair.year),
        _said(view, chosen, pair),
    )


def _rank_card(values: pd.Series, pair: Pair, view: Viewing, chosen: Chosen) -> Fact:
    """The rank; a fall is a minus, and the line goes down with it."""
    now, before = at(values, pair.year), at(values, pair.prior)
    delta = None
    if now is not None and before is not None:
        moved = signed(before - now, 0, view.language)
        delta = view.say("market.places", places=moved)
    base = view.say("market.on_year") if pair.is_yearly else base_of(pair, view)
    return Fact(
        "market.card_rank",
        now,
        "count",
        view.say("market.rank_word"),
        delta,
        base if delta else "",
        bool(delta) and str(delta).startswith("-"),
        tuple(-value for value in history(values, pair.year)),
        _said(view, chosen, pair),
    )


def _said(view: Viewing, chosen: Chosen, pair: Pair) -> dict[str, object]:
    name = data.labels().name("regions", chosen.home, view.language)
    return {"name": name, "year": pair.year}


def history(values: pd.Series, until: int) -> tuple[float, ...]:
    """The unbroken run of printed years that ends with a year; a small line cannot show a gap."""
    found: list[float] = []
    while len(found) < _YEARS and (value := at(values, until - len(found))) is not None:
        found.append(value)
    return tuple(found[::-1])


def _reach() -> tuple[date, date]:
    years = data.query("market_provinces")["year"]
    return date(int(years.min()), 1, 1), date(int(years.max()), 12, 31)
