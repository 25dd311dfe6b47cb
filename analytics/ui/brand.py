"""The product's mark, drawn for each theme and language so that it stays sharp."""

from __future__ import annotations

import streamlit as st

from analytics.palette import FONT
from analytics.ui.state import Viewing

_MARK = (
    '<rect x="0" y="2" width="28" height="28" rx="7" fill="{accent}"/>'
    '<path d="M6 21.5 L11.5 15 L16 18.5 L22 10" fill="none" stroke="{ground}" '
    'stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/>'
    '<circle cx="22" cy="10" r="2.6" fill="{ground}"/>'
)


def logo(view: Viewing) -> None:
    """Put the mark and the product's name above the sidebar."""
    colours = view.look.colours
    mark = _MARK.format(accent=colours.accent, ground=colours.ground)
    name = view.say("common.product")
    width = 150 if view.language == "zh" else 160
    font = FONT.replace("'", "&apos;")
    st.logo(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="32" '
        f'viewBox="0 0 {width} 32">{mark}<text x="38" y="22" font-family="{font}" '
        f'font-size="17" font-weight="600" fill="{colours.text}">{name}</text></svg>',
        size="large",
        icon_image=f'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" '
        f'viewBox="0 0 32 32">{mark}</svg>',
    )
