"""Overview: the whole system at a glance; each part leads to its page."""

import streamlit as st

from analytics.panels import claims, overview, pipeline
from analytics.ui.cards import Card, cards
from analytics.ui.findings import deals_finding
from analytics.ui.page import finding, header
from analytics.ui.panel import panel
from analytics.ui.pipeline_view import stalled_fact
from analytics.ui.state import viewing

view = viewing()
header("overview", view)
cards(
    [
        Card("deals.value", worse="down"),
        Card("landings.projects", worse="down"),
        Card("bases.open", worse="down"),
        Card("workstations.active", worse="down"),
        Card("deals.average"),
        stalled_fact,
    ],
    view,
)
finding(deals_finding, view)

left, right = st.columns([1.45, 1])
with left:
    panel(overview.MAP, view, leads="bases")
with right:
    panel(pipeline.SMALL_FUNNEL, view, leads="pipeline")
left, right = st.columns([1.45, 1])
with left:
    panel(overview.TREND, view, leads="deals")
with right:
    panel(claims.COMPACT, view, leads="claims")
    panel(overview.LANDINGS, view, leads="expos")
