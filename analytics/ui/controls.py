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
        key="w_step",
        label_visibility="collapsed",
        format_func=lambda code: names.name("steps", code, view.language),
        on_change=lambda: state.show_own(step=st.session_state["w_step"]),
    )
    return chosen
