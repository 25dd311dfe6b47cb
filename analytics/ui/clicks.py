"""What a click on a mark does to the link, and maps whose selection follows the link."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analytics import periods
from analytics.panels.types import Panel
from analytics.ui import state

MOVED = "panel-moved-the-link"
"""Flag of the session: a fragment changed the link, so all of the page is to change."""


def on_select(chosen: Panel, key: str) -> None:
    """Filter by the mark of a figure that was clicked."""
    points = st.session_state[key].selection.points
    custom = points[0].get("customdata") if points else None
    if custom and len(custom) > 1 and custom[1] is not None:
        _filter(chosen, custom[1])


def on_pick(chosen: Panel, key: str) -> None:
    """Filter by the place of a map that was clicked, or let it go."""
    code = _picked(key)
    if code:
        _filter(chosen, code)
    elif chosen.click and chosen.click.field.startswith("own:"):
        _filter(chosen, "")


def map_key(chosen: Panel) -> str:
    """Key of a panel's map: a new one where the map selects what the link does not hold.

    A map keeps its selection on screen, where only a new key undoes it: a filter taken off
    elsewhere would leave its place selected, and the next click there would do no more than let it
    go. Of a filter of all pages nothing is to stay selected, since the rest of the map would fade.
    """
    name = f"made-{chosen.key}"
    code = _picked(_numbered(chosen, st.session_state.get(name, 0)))
    if code and chosen.click and code != _held(chosen.click.field):
        st.session_state[name] = st.session_state.get(name, 0) + 1
    return _numbered(chosen, st.session_state.get(name, 0))


def _numbered(chosen: Panel, number: int) -> str:
    return f"map-{chosen.key}-{number}"


def _held(field: str) -> str:
    """What the link holds of a page's own parameter; nothing of the filters of all pages."""
    return state.own_text(field.removeprefix("own:")) if field.startswith("own:") else ""


def _picked(key: str) -> str:
    """Code of the place that a map selects, if it selects one."""
    held = st.session_state.get(key)
    for objects in held.selection.objects.values() if held else ():
        for item in objects:
            code = item.get("key") or item.get("properties", {}).get("adcode")
            if code:
                return str(code)
    return ""


def _filter(chosen: Panel, code: Any) -> None:
    assert chosen.click, "only clickable panels filter"
    st.session_state[MOVED] = True
    field = chosen.click.field
    if field == "period":
        state.show(since=periods.first_day(code), until=periods.last_day(code))
    elif field.startswith("own:"):
        state.show_own(**{field.removeprefix("own:"): str(code)})
    else:
        state.toggle(field, int(code) if field == "editions" else str(code))
