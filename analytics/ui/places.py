"""One workstation or one base in full, beside the map from which it was picked."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.figures.base import rows_of
from analytics.formats import day, is_missing, written
from analytics.panels import bases, workstations
from analytics.panels.types import Panel
from analytics.ui import data, state
from analytics.ui.cards import Fact
from analytics.ui.page import told
from analytics.ui.panel import panel
from analytics.ui.state import Viewing

_BADGES = {"active": "blue", "warned": "orange", "closed": "gray"}


def picked(dataset: str, view: Viewing) -> str:
    """The place that the link picks; an unknown one is told and left out."""
    wanted = state.own_text("pick")
    if not wanted or wanted in data.labels().ids(dataset):
        return wanted
    st.warning(
        view.say(
            "page.refused", name="pick", value=wanted, allowed=view.say(f"{dataset}.allowed_pick")
        ),
        icon=":material/link_off:",
    )
    return ""


def warned_fact(view: Viewing) -> Fact:
    """Workstations under a warning now, on a card that warns where there are any."""
    asked = data.ask(("workstations.warned",), (), view.filters)
    count = float(asked["workstations.warned"].iloc[0])
    return Fact("workstations.card_warned", count, "count", "家", warns=count > 0)


def station_dossier(station: str, view: Viewing) -> None:
    """A workstation: what it is, and its yearly returns."""
    with told(view):
        row = rows_of(data.query("stations_card", station=station))[0]
        facts = [
            ("kind", data.labels().name("station_kinds", row["station_kind"], view.language)),
            ("host", _or_dash(row["host"])),
            ("place", _place(row["place"], view)),
            ("industry", data.labels().name("industries", row["industry"], view.language)),
            *_days(row, view),
            (
                "academicians",
                view.say("workstations.people_counted", count=_count(row["academicians"], view)),
            ),
        ]
        if not is_missing(row["is_rural"]) and bool(row["is_rural"]):
            facts.append(("rural", view.say("workstations.yes")))
        code = str(row["station_state"])
        badge = data.labels().name("station_states", code, view.language)
        name = data.labels().name("workstations", station, view.language)
        _dossier("workstations", name, (badge, code), facts, view)
    panel(workstations.returns_of(station), view)


def base_card(base: str, view: Viewing) -> None:
    """A transfer base: what it is, and its yearly returns."""
    with told(view):
        row = rows_of(data.query("bases_card", base=base))[0]
        facts = [
            ("kind", data.labels().name("organisation_kinds", row["host_kind"], view.language)),
            ("place", _place(row["place"], view)),
            *_days(row, view),
            (
                "landings",
                view.say("bases.landings_counted", count=_count(row["landings"], view)),
            ),
        ]
        is_open = pd.isna(row["closed_on"])
        badge = view.say("bases.state_open" if is_open else "bases.state_closed")
        name = data.labels().name("bases", base, view.language)
        _dossier("bases", name, (badge, "active" if is_open else "closed"), facts, view)
    panel(bases.returns_of(base), view)


def beside_map(map_panel: Panel, other: Panel, pick: str, view: Viewing, card: Any) -> None:
    """The map, and at its side the ranking or, if a place is picked, its card."""
    left, right = st.columns([1.45, 1])
    with left:
        panel(map_panel, view)
    with right:
        if pick:
            card(pick, view)
        else:
            panel(other, view)


def _dossier(
    page: str,
    name: str,
    badge: tuple[str, str],
    facts: list[tuple[str, str]],
    view: Viewing,
) -> None:
    words, code = badge
    with st.container(border=True, key=f"dossier-{page}"):
        with st.container(horizontal=True, wrap=False, gap="xsmall", key="dossier-head"):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{name}** :{_BADGES[code]}-badge[{words}]")
                st.markdown(f":small[:gray[{view.say(f'{page}.dossier')}]]")
            st.button(
                "",
                key="i-close-dossier",
                type="tertiary",
                icon=":material/close:",
                help=view.say(f"{page}.close"),
                on_click=lambda: state.show_own(pick=""),
            )
        cells = [f":gray[{view.say(f'{page}.fact_{key}')}]&ensp;{value}" for key, value in facts]
        left, right = st.columns(2, gap="small")
        left.markdown("  \n".join(cells[::2]))
        right.markdown("  \n".join(cells[1::2]))


def _days(row: dict[str, Any], view: Viewing) -> list[tuple[str, str]]:
    return [
        (key, day(row[f"{key}_on"], view.language))
        for key in ("opened", "closed")
        if not pd.isna(row[f"{key}_on"])
    ]


def _place(adcode: Any, view: Viewing) -> str:
    return "—" if is_missing(adcode) else data.labels().region(str(adcode), view.language)


def _count(value: Any, view: Viewing) -> str:
    return written(None if pd.isna(value) else value, "count", view.language)


def _or_dash(value: Any) -> str:
    return "—" if is_missing(value) else str(value)
