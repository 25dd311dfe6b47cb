"""Data: which records the dashboard shows, how to bring others, and the way back."""

import streamlit as st

from analytics.ui.intake.history import history, served
from analytics.ui.intake.permission import closed
from analytics.ui.intake.steps import bring
from analytics.ui.page import header
from analytics.ui.state import viewing

view = viewing()
header("data", view, filtered=False)

st.subheader(view.say("data.bring"), anchor=False)
is_closed = closed(view)
if not is_closed:
    bring(view)

left, right = st.columns((1, 1.45))
with left:
    st.subheader(view.say("data.served"), anchor=False)
    served(view)
with right:
    st.subheader(view.say("data.history"), anchor=False)
    history(view, may_change=not is_closed)
