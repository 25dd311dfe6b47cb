"""Workstations: how many, where, whom they brought in, and with what results."""

import streamlit as st

from analytics.panels import workstations
from analytics.ui.cards import Card, cards
from analytics.ui.findings_places import workstations_finding
from analytics.ui.page import finding, header, records, without
from analytics.ui.panel import panel
from analytics.ui.places import beside_map, picked, station_dossier, warned_fact
from analytics.ui.state import viewing

view = viewing()
header("workstations", view)
pick = picked("workstations", view)
cards(
    [
        Card("workstations.active", worse="down"),
        Card("workstations.academicians", worse="down"),
        Card("station_standings.people", worse="down"),
        Card("workstation_returns.patents", worse="down"),
        Card("workstation_returns.intensity", worse="down"),
        warned_fact,
    ],
    view,
)
finding(workstations_finding, view)

beside_map(workstations.MAP, workstations.RANKS, pick, view, station_dossier)
left, right = st.columns(2)
with left:
    panel(workstations.FLOW, view)
    panel(workstations.INDUSTRY, view)
    panel(workstations.KINDS, view)
with right:
    panel(workstations.INTENSITY, view)
    panel(workstations.OUTPUTS, view)
    panel(workstations.PLACES, view)
records("workstations", view, without(view.filters, "since"))
