"""Pages, navigation and language; everything else lives in analytics/."""

import streamlit as st

from analytics.ui.style import configure, style
from analytics.ui.sidebar import sidebar
from analytics.ui.state import viewing

configure()
view = viewing()
PAGES = {
    "deals": ("pages/deals.py", "handshake"),
}
pages = {
    name: st.Page(
        path,
        title=view.say(f"{name}.nav"),
        icon=f":material/{icon}:",
        url_path=name,
        default=name == "deals",
    )
    for name, (path, icon) in PAGES.items()
}
page = st.navigation(list(pages.values()), position="hidden")
style(view)
sidebar(pages, view)
page.run()
