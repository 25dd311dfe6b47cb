"""What a panel's "i" tells: definitions, published claims, source, who answered, and the query."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analytics.panels.answering import answered_by
from analytics.panels.claims import claims_on
from analytics.panels.types import Panel
from analytics.ui import data, state
from analytics.ui.files import marks_of
from analytics.ui.page import told
from analytics.ui.state import Viewing


def tell_about(chosen: Panel, view: Viewing) -> None:
    """The "i" of a panel, whose words are made when it is opened."""
    place = st.popover(
        "",
        icon=":material/info:",
        type="tertiary",
        key=f"i-about-{chosen.key}",
        help=view.say("page.about"),
        on_change="rerun",
    )
    if not place.open:
        return
    marks = marks_of(chosen, view)
    with place:
        for name, definition in marks.definitions:
            st.markdown(f"**{name}**  \n{definition}" if name else definition)
        with told(view):
            _claims(chosen, view)
        st.markdown(f"**{view.say('page.source')}**  \n" + "  \n".join(marks.sources))
        statements = chosen.statements(data.engine(), view.filters)
        answered = answered_by(statements, view.language)
        if answered:
            st.markdown(f"**{view.say('page.answered')}**  \n" + "  \n".join(answered))
        st.markdown(f"**{view.say('page.query')}**")
        for statement in statements:
            st.code(statement.sql, language="sql", wrap_lines=True)
            if statement.values:
                st.markdown(f":small[{_values(statement.values)}]")


def _claims(chosen: Panel, view: Viewing) -> None:
    """How many published claims speak of one of the panel's measures, and the way to them."""
    found = claims_on(data.engine(), chosen.measures or chosen.definitions)
    if found:
        st.page_link(
            "pages/claims.py",
            label=view.say("page.claims", count=len(found)),
            icon=":material/fact_check:",
            query_params={
                **state.link_parameters(view),
                "measure": ",".join(dict.fromkeys(found.values())),
            },
        )


def _values(values: dict[str, Any]) -> str:
    return " · ".join(f"`${name} = {value}`" for name, value in values.items())
