"""A panel drawn: figure or deck, kept as long as nothing it depends on changes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pydeck as pdk
import streamlit as st

from analytics.look import Look
from analytics.panels.types import Panel, labelled
from analytics.ui import data
from analytics.ui.clicks import map_key, on_pick, on_select
from analytics.ui.geometry import register
from analytics.ui.memory import kept
from analytics.ui.playing import play
from analytics.ui.state import Viewing


@dataclass(frozen=True)
class Drawing:
    """A panel as drawn once: figure or deck, its sentence, and what the deck fetches."""

    drawn: Any
    alt: str
    says: str = ""
    documents: tuple[bytes, ...] = ()


@kept(600, key=lambda identity, *_: identity)
def _drawing(
    identity: Hashable, chosen: Panel, frame: pd.DataFrame, look: Look, at: Any
) -> Drawing:
    """A drawing, kept as long as nothing it depends on changes; nobody may change it."""
    del identity
    named = labelled(frame, chosen, data.labels(), look)
    documents = tuple(chosen.documents(named)) if chosen.documents else ()
    alt = chosen.alt(named, look)
    if chosen.playback:
        playback = chosen.playback
        says = playback.says(named, look, at) if playback.says else ""
        return Drawing(playback.draw(named, look, at), alt, says, documents)
    says = chosen.says(named, look) if chosen.says else ""
    return Drawing(chosen.draw(named, look), alt, says, documents)


def draw_chart(declared: Panel, chosen: Panel, frame: pd.DataFrame, view: Viewing) -> None:
    """The chart itself, with what it says and what a click on it does."""
    at = play(declared, chosen, frame, view) if chosen.playback else None
    identity = (data.identity(chosen, view.filters, view.look), at)
    drawing = _drawing(identity, chosen, frame, view.look, at)
    for document in drawing.documents:
        register(document)
    if drawing.says:
        st.markdown(drawing.says)
    drawn, alt = drawing.drawn, drawing.alt
    key = _key(chosen, view)
    if isinstance(drawn, pdk.Deck):
        _deck(chosen, drawn, alt, view)
        return
    assert isinstance(drawn, go.Figure), "a panel draws a plotly figure or a deck"
    options: dict[str, Any] = {}
    if chosen.click:
        options = {"on_select": lambda: on_select(chosen, key), "selection_mode": "points"}
    place = (
        st.grid(1, min_column_width=chosen.scrolls, wrap=False, key=f"wide-{chosen.key}")
        if chosen.scrolls and view.look.narrow
        else st.container()
    )
    place.plotly_chart(
        drawn,
        theme=None,
        key=key,
        alt=alt,
        height=_height(chosen, view),
        config={"displayModeBar": False, "scrollZoom": False},
        **options,
    )


def _key(chosen: Panel, view: Viewing) -> str:
    """A chart's element: one that is clicked begins anew with each filter.

    So nothing in it stays selected. The others stay in place: the browser draws what changed.
    """
    key = f"chart-{chosen.key}-{view.language}"
    return f"{key}-{abs(hash(view.filters)):x}" if chosen.click else key


def _height(chosen: Panel, view: Viewing) -> int:
    return (chosen.narrow_height if view.look.narrow else 0) or chosen.height


def _deck(chosen: Panel, drawn: pdk.Deck, alt: str, view: Viewing) -> None:
    key = map_key(chosen)
    options: dict[str, Any] = {}
    if chosen.click:
        options = {"on_select": lambda: on_pick(chosen, key)}
    st.pydeck_chart(drawn, height=_height(chosen, view), key=key, alt=alt, **options)
    if chosen.foot:
        st.markdown(f":small[{chosen.foot(view.look)}]")
