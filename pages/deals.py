"""Deals: how much was contracted, in what, between whom."""

import streamlit as st

from analytics.panels import deals
from analytics.ui.cards import Card, cards
from analytics.ui.controls import basis_and_side
from analytics.ui.findings import deals_finding
from analytics.ui.page import finding, header, records
from analytics.ui.panel import panel
from analytics.ui.state import viewing

view = viewing()
header("deals", view)
basis_and_side(view)
cards(
    [
        Card("deals.value", worse="down"),
        Card("deals.contracts", worse="down"),
        Card("deals.average"),
        Card("deals.median"),
        Card("deals.per_event", worse="down"),
        Card("deals.crossing_share"),
    ],
    view,
)
finding(deals_finding(view), view)

left, right = st.columns([1.45, 1])
with left:
    panel(deals.TREND, view)
with right:
    panel(deals.INDUSTRY, view)
left, right = st.columns(2)
with left:
    panel(deals.FLOW, view)
    panel(deals.FIELDS, view)
    panel(deals.EVENTS, view)
with right:
    panel(deals.MATRIX, view)
    panel(deals.TICKETS, view)
    panel(deals.CROSSING, view)
records("deals", view)
