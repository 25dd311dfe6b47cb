"""Page settings, and the few style rules for which Streamlit has no option."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

from analytics.ui.state import Viewing

ASSETS = Path(__file__).parent / "assets"
SIDEBAR = 264


def configure() -> None:
    """Wide layout, the product's name, and an icon of its own (a Material one is fetched)."""
    st.set_page_config(
        page_title="TransferScope 成果瞭望台",
        page_icon=str(ASSETS / "icon.png"),
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )


def style(view: Viewing) -> None:
    """Put the style rules on the page."""
    dark = _read("dark.css") if view.look.theme == "dark" else ""
    st.html(f"<style>{_read('style.css')}{dark}</style>")


def pictures() -> None:
    """Put the script that draws PNG files on the page; last, since it takes a line's room."""
    st.html(f"<script>{_read('picture.js')}</script>", unsafe_allow_javascript=True)


@cache
def _read(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
