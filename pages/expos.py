"""Expos: what each edition showed, what came of it, and how the editions differ."""

import streamlit as st

from analytics.panels import expos
from analytics.ui.cards import cards
from analytics.ui.controls import edition_pair
from analytics.ui.findings_expos import expo_cards, expo_finding, last_two
from analytics.ui.page import finding, header, records, told
from analytics.ui.panel import panel
from analytics.ui.state import viewing

view = viewing()
chosen = view.filters.editions
header("expos", view)
with told(view):
    cards(expo_cards, view)
    finding(expo_finding, view)

panel(expos.marked(expos.EDITIONS, chosen), view)
left, right = st.columns([1.3, 1])
with left:
    panel(expos.INDUSTRY, view)
with right:
    panel(expos.marked(expos.GBA, chosen), view)
left, right = st.columns(2)
with left, told(view):
    panel(expos.pair_of(*edition_pair(view, *last_two(view))), view)
with right:
    panel(expos.marked(expos.PROGRESS, chosen), view)
left, middle, right = st.columns(3)
with left:
    panel(expos.COUNTRIES, view)
with middle:
    panel(expos.marked(expos.INTERNATIONAL, chosen), view)
with right:
    panel(expos.marked(expos.EVENTS, chosen), view)
records("expo_exhibits", view, expos.expo_filters(view.filters))
