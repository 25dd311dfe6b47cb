"""Pipeline: how far projects come, how long they take, where they stall."""

import streamlit as st

from analytics.panels import pipeline
from analytics.ui.cards import cards
from analytics.ui.controls import step_choice
from analytics.ui.page import finding, header, records, told
from analytics.ui.panel import panel
from analytics.ui.pipeline_view import pipeline_cards, pipeline_finding
from analytics.ui.state import viewing

view = viewing()
header("pipeline", view)
with told(view):
    cards(pipeline_cards, view)
    finding(pipeline_finding, view)

panel(pipeline.FUNNEL, view)
left, right = st.columns(2)
with left:
    panel(pipeline.COMPARE, view)
with right:
    panel(pipeline.COHORTS, view)
left, right = st.columns(2)
with left:
    step = step_choice(view)
    panel(pipeline.curve_of(step), view)
with right:
    panel(pipeline.STALLED, view)
records("projects", view)
