"""The templates, one for each kind of record."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analytics.records.forms import FORMS
from analytics.records.templates import file_name, template
from analytics.records.values import References
from analytics.ui import data
from analytics.ui.intake.names import dataset_name
from analytics.ui.state import Viewing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def templates(view: Viewing) -> None:
    """A menu of templates; a file is made when it is asked for."""
    references = References.load(data.HOME, data.data_folder())
    with st.container(horizontal=True, vertical_alignment="center", key="templates"):
        with st.popover(view.say("data.templates"), icon=":material/description:"):
            for dataset in FORMS:
                st.download_button(
                    dataset_name(dataset, view),
                    data=partial(template, dataset, references),
                    file_name=file_name(dataset),
                    mime=XLSX,
                    on_click="ignore",
                    type="tertiary",
                    icon=":material/download:",
                    key=f"template-{dataset}",
                )
        st.caption(view.say("data.templates_about"))
