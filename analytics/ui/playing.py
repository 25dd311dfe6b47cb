"""Variants of a panel, and the clock of one that plays."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.panels.types import Panel
from analytics.ui.clicks import MOVED
from analytics.ui.state import Viewing


def variants_switch(declared: Panel, view: Viewing) -> None:
    """The switch between a panel's variants."""
    names = [item.variant for item in declared.variants]
    st.segmented_control(
        view.say("page.variant"),
        names,
        key=f"variant-{declared.name}",
        default=names[0],
        required=True,
        label_visibility="collapsed",
        format_func=lambda name: view.say(f"{declared.page}.variant_{name}"),
    )


def playing(declared: Panel) -> str:
    """Flag of the session that says whether a panel plays."""
    return f"playing-{declared.name}"


def play(declared: Panel, chosen: Panel, frame: pd.DataFrame, view: Viewing) -> Any:
    """Variants, play button and slider of a playback; gives the frame that is on.

    While it plays, each run moves one frame on; the last one stops it with a full run, which makes
    the fragment anew, without its clock.
    """
    assert chosen.playback, "only playbacks play"
    frames = sorted(frame[chosen.playback.column].unique().tolist())
    flag, slider = playing(declared), f"frame-{declared.name}"
    is_playing = bool(st.session_state.get(flag))
    held = st.session_state.get(slider)
    index = frames.index(held) if held in frames else len(frames) - 1
    if is_playing:
        index = 0 if st.session_state.pop(f"{flag}-first", False) else index + 1
    if index >= len(frames):
        st.session_state[flag] = False
        st.rerun()

    def flip() -> None:
        st.session_state[flag] = not is_playing
        st.session_state[f"{flag}-first"] = not is_playing and index == len(frames) - 1
        st.session_state[MOVED] = True

    place = st.container(horizontal=True, vertical_alignment="center", key=f"play-{declared.key}")
    with place:
        if declared.variants:
            variants_switch(declared, view)
        if len(frames) < 2:
            return frames[-1]
        st.button(
            "",
            key=f"i-play-{declared.key}",
            type="tertiary",
            icon=":material/pause:" if is_playing else ":material/play_arrow:",
            on_click=flip,
            help=view.say("page.pause" if is_playing else "page.play"),
        )
        st.session_state[slider] = frames[index]
        return st.select_slider(  # of the frames there are, since years may lack
            view.say("page.year_shown"),
            frames,
            key=slider,
            label_visibility="collapsed",
        )
