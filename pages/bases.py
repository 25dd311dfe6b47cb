"""Bases: where they are, what lands through them, and where demand has none near."""

import streamlit as st

from analytics.panels import bases
from analytics.ui.cards import Card, cards
from analytics.ui.findings_places import bases_finding
from analytics.ui.page import finding, header, records, without
from analytics.ui.panel import panel
from analytics.ui.places import base_card, beside_map, picked
from analytics.ui.state import viewing

view = viewing()
header("bases", view)
pick = picked("bases", view)
cards(
    [
        Card("bases.open", worse="down"),
        Card("bases.in_other_gba", worse="down", label="bases.card_other_gba"),
        Card("landings.through_bases", worse="down", label="bases.card_landings"),
        Card("landings.per_base", worse="down"),
        Card("base_returns.value", worse="down"),
        Card("deal_distances.far_share", worse="up", label="bases.card_far"),
    ],
    view,
)
finding(bases_finding, view)

beside_map(bases.MAP, bases.RANKS, pick, view, base_card)
left, right = st.columns(2)
with left:
    panel(bases.FLOW, view)
    panel(bases.THROUGHPUT, view)
    panel(bases.PLACES, view)
with right:
    panel(bases.COVERAGE, view)
    panel(bases.UNCOVERED, view)
    panel(bases.INDUSTRY, view)
records("bases", view, without(view.filters, "since"))
