"""Controls that stand on a page and not in the sidebar."""

from __future__ import annotations

import streamlit as st

from analytics.filters import BASES
from analytics.ui import data, state
from analytics.ui.state import Viewing

_SIDES = ("from", "to")


def basis_and_side(view: Viewing) -> None:
    """Which contract value is meant, and whether a region means the seller's or the buyer's."""
    with st.container(horizontal=True, key="controls"):
        st.session_state["w_basis"] = view.filters.basis
        st.segmented_control(
            view.say("deals.basis"),
            BASES,
            key="w_basis",
            required=True,
            label_visibility="collapsed",
            format_func=lambda value: view.say(f"deals.basis_{value or 'all'}"),
            on_change=lambda: state.show(basis=st.session_state["w_basis"]),
        )
        st.session_state["w_side"] = view.filters.side or "from"
        st.segmented_control(
            view.say("deals.side"),
            _SIDES,
            key="w_side",
            required=True,
            label_visibility="collapsed",
            format_func=lambda value: view.say(f"deals.side_{value}"),
            on_change=lambda: state.show(
                side="" if st.session_state["w_side"] == "from" else st.session_state["w_side"]
            ),
        )


def step_choice(view: Viewing) -> str:
    """The stage or gate whose curve is shown; a click on the funnel chooses it too."""
    names = data.labels()
    steps = (*names.codes("gates"), *names.codes("stages")[:-1])
    chosen = state.own("step", "valley_of_death", steps)
    st.session_state["w_step"] = chosen
    st.selectbox(
        view.say("pipeline.step"),
        steps,
        placeholder=view.say("pipeline.step"),
        key="w_step",
        label_visibility="collapsed",
        format_func=lambda code: names.name("steps", code, view.language),
        on_change=lambda: state.show_own(step=st.session_state["w_step"]),
    )
    return chosen


def edition_pair(view: Viewing, latest: int | None, before: int | None) -> tuple[int, int]:
    """Two editions to put side by side: those chosen, or the ones given, or the last two.

    Args:
        view: Language.
        latest: The edition to begin with, if one is selected.
        before: The one before it, if there is one.
    """
    known = data.ask(("expo_editions.editions",), ("edition",))["edition"]
    editions = tuple(str(int(edition)) for edition in known)[::-1]
    if len(editions) < 2:
        return 0, 0
    usual = (str(before or editions[1]), str(latest or editions[0]))
    chosen = [
        state.own(name, value, editions) for name, value in zip(("a", "b"), usual, strict=True)
    ]
    with st.container(horizontal=True, vertical_alignment="center", key="pair", gap="small"):
        for name, value in zip(("a", "b"), chosen, strict=True):
            st.session_state[f"w_{name}"] = value
            st.selectbox(
                view.say(f"expos.pair_{name}"),
                editions,
                placeholder=view.say(f"expos.pair_{name}"),
                key=f"w_{name}",
                label_visibility="collapsed",
                width=160,
                format_func=lambda edition: view.say("expos.edition", edition=edition),
                on_change=lambda name=name: state.show_own(**{name: st.session_state[f"w_{name}"]}),
            )
    return int(chosen[0]), int(chosen[1])
