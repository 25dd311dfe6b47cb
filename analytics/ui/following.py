"""Idle sessions see a new snapshot within seconds of its publication."""

from __future__ import annotations

import streamlit as st

from analytics.ui import data

EVERY_S = 4.0


@st.fragment(run_every=EVERY_S)
def follow() -> None:
    """Compare what the page shows with what is served; where they differ, draw all of it anew."""
    if data.served() != data.pinned():
        st.rerun()
