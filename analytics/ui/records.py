"""The records behind a page: a page of rows at a time, sortable, downloadable whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from analytics.exports.tables import Field, Marks, to_csv
from analytics.filters import Filters
from analytics.formats import number
from analytics.labels import Labels
from analytics.model import DATASETS
from analytics.panels.types import Panel
from analytics.ui import data
from analytics.ui.files import marks_of
from analytics.ui.memory import kept
from analytics.ui.page import seen, told
from analytics.ui.state import Viewing
from analytics.ui.tables import displayed

ROWS = 20
"""Rows on a page."""
_UNITS = {"DECIMAL(18,2)": "cny"}
_PAGES = {"tech_market": "market"}
"""Page whose texts name and source a published dataset."""


def records_table(dataset: str, view: Viewing, filters: Filters) -> None:
    """Draw the table with its order, pages and download."""
    _fragment(dataset, view, filters)


@st.fragment
def _fragment(dataset: str, view: Viewing, filters: Filters) -> None:
    with told(view):
        _table(dataset, view, filters)


def _table(dataset: str, view: Viewing, filters: Filters) -> None:
    headers = seen(_headers, view, dataset, filters)
    count = data.count(dataset, filters)
    if not count:
        st.markdown(f":gray[:material/inbox: {view.say('page.rows', count='0')}]")
        return
    with st.container(border=True, key=f"panel-records-{dataset}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                view.say("page.rows", count=number(count, 0, view.language)), width="content"
            )
            order = st.selectbox(
                view.say("page.sort"),
                ["", *headers],
                placeholder=view.say("page.sort"),
                key=f"sort-{dataset}",
                width=220,
                format_func=lambda name: headers.get(name) or view.say("page.sort_default"),
                label_visibility="collapsed",
            )
            descending = st.toggle(
                view.say("page.descending"),
                value=True,
                key=f"descending-{dataset}",
                disabled=not order,
            )
            st.download_button(
                view.say("page.csv"),
                data=lambda: records_file(dataset, view, filters),
                file_name=f"transferscope-{dataset}.csv",
                mime="text/csv",
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
                key=f"csv-records-{dataset}",
            )
        pages = max(-(-count // ROWS), 1)
        table_place = st.container()
        page = st.pagination(pages, key=f"page-{dataset}") if pages > 1 else 1
        identity = (data.engine().version, data.data_folder(), view.language, dataset, filters)
        table, config = _page(identity, view, order or "", descending, page)
        table_place.dataframe(
            table, column_config=config, hide_index=True, height="content", placeholder="—"
        )


@kept(200, key=lambda identity, view, *rest: (identity, *rest))
def _page(
    identity: tuple[str, Path, str, str, Filters],
    view: Viewing,
    order: str,
    descending: bool,
    page: int,
) -> tuple[pa.Table, dict[str, Any]]:
    """A page of rows as it is read, and how its columns are written; nobody may change them."""
    *_, dataset, filters = identity
    frame = data.records(dataset, filters, order, descending, ROWS, (page - 1) * ROWS)
    named = _named(frame, dataset, data.labels(), view)
    return displayed(named, _shown(dataset, view, filters), view)


def _headers(view: Viewing, dataset: str, filters: Filters) -> dict[str, str]:
    """Headers of the columns on screen, by column."""
    return {item.column: item.header for item in _shown(dataset, view, filters)}


def _shown(dataset: str, view: Viewing, filters: Filters) -> list[Field]:
    """The columns on screen; a file has all of them."""
    idle = data.idle(dataset, filters)
    return [item for item in fields(dataset, view) if item.column not in idle]


def fields(dataset: str, view: Viewing) -> list[Field]:
    """Columns of the records, headed in the language of the screen."""
    return [
        Field(column.name, view.look.pick(column.zh, column.en), _UNITS.get(column.type, ""))
        for column in DATASETS[dataset].columns
    ]


def records_file(dataset: str, view: Viewing, filters: Filters) -> bytes:
    """Every selected record as CSV, codes as they are stored."""
    with data.at(view.pin):
        frame = data.engine().records(dataset, filters)
        return to_csv(
            frame,
            fields(dataset, view),
            record_marks(dataset, replace(view, filters=filters)),
            view.language,
        )


def record_marks(dataset: str, view: Viewing) -> Marks:
    """What a file of records says of itself."""
    published = DATASETS[dataset].published
    page = _PAGES.get(dataset, "page")
    stand_in = Panel(
        name=f"{page}.records", draw=lambda *_: None, alt=lambda *_: "", published=published
    )
    return marks_of(stand_in, view)


def _named(frame: pd.DataFrame, dataset: str, labels: Labels, view: Viewing) -> pd.DataFrame:
    """The records with names in place of codes, as they are read on screen."""
    named = frame.copy()
    for column in DATASETS[dataset].columns:
        relation = column.labels or column.reference.partition(".")[0]
        if relation in _NAMED or column.labels:
            known = {
                code: labels.name(relation, code, view.language)
                for code in frame[column.name].dropna().unique()
            }
            named[column.name] = frame[column.name].map(known)
    return named


_NAMED = ("regions", "industries", "countries", "technical_fields", "bases")
