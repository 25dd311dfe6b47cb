"""Pages, navigation and language; everything else lives in analytics/."""

import streamlit as st

from analytics.ui.data import pin
from analytics.ui.sidebar import sidebar
from analytics.ui.state import turn_to, viewing
from analytics.ui.style import configure, pictures, style

configure()
pin()
view = viewing()
PAGES = {
    "overview": "dashboard",
    "expos": "storefront",
    "deals": "handshake",
    "workstations": "science",
    "bases": "hub",
    "pipeline": "filter_alt",
    "market": "map",
    "claims": "fact_check",
    "data": "database",
}
pages = {
    name: st.Page(
        f"pages/{name}.py",
        title=view.say(f"{name}.nav"),
        icon=f":material/{icon}:",
        url_path=name,
        default=name == "overview",
    )
    for name, icon in PAGES.items()
}
page = st.navigation(list(pages.values()), position="hidden")
turn_to(page.url_path)
style(view)
sidebar(pages, view, filtered=page.url_path != "data")
page.run()
pictures()
