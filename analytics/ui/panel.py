"""The frame in which every chart lives: title, chart or table, notes, downloads, click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from analytics.exports.tables import to_csv, to_xlsx
from analytics.model import MEASURES
from analytics.panels.types import Panel, labelled
from analytics.ui import data, state
from analytics.ui.about import tell_about
from analytics.ui.chart import draw_chart
from analytics.ui.clicks import MOVED
from analytics.ui.files import fields_of, file_name, marks_of
from analytics.ui.memory import kept
from analytics.ui.page import chips, not_imported, told
from analytics.ui.playing import playing, variants_switch
from analytics.ui.state import Viewing
from analytics.ui.tables import show_table


def panel(declared: Panel, view: Viewing, leads: str = "") -> None:
    """Draw a panel; what goes wrong inside it leaves the others standing.

    Args:
        declared: The panel.
        view: What is shown.
        leads: Page that a link under the chart opens, with the filters kept.
    """
    # The frame stands outside the fragment: only so is it stretched to its neighbour's height.
    with st.container(border=True, height="stretch", key=f"panel-{declared.key}"):
        if st.session_state.get(playing(declared)):
            _moving_body(declared, view)
        else:
            _body(declared, view)
        if leads:
            st.page_link(
                f"pages/{leads}.py",
                label=view.say("page.leads", page=view.say(f"{leads}.nav")),
                icon=":material/arrow_forward:",
                query_params=state.link_parameters(view),
            )


def row(view: Viewing, declared: Sequence[Panel], widths: Sequence[float] = (1, 1)) -> None:
    """Draw panels side by side, equally high."""
    for place, item in zip(st.columns(widths), declared, strict=True):
        with place:
            panel(item, view)


@st.fragment
def _body(declared: Panel, view: Viewing) -> None:
    _content(declared, view)


@st.fragment(run_every=1.0)
def _moving_body(declared: Panel, view: Viewing) -> None:
    _content(declared, view)


def _content(declared: Panel, view: Viewing) -> None:
    if st.session_state.pop(MOVED, False):
        st.rerun()  # a click in this fragment changed the link, so all of the page is to change
    chosen = _chosen(declared)
    with told(view):
        _head(declared, chosen, view)
        found = _found(chosen, view)
        if found.is_empty:
            _empty(chosen, found.lacks, view)
            return
        if found.lacks:  # a part of it is there; what reads zero may only be unknown
            st.markdown(f":small[:gray[:material/inbox: {not_imported(found.lacks, view)}]]")
        if _shows_table(declared):
            show_table(chosen, found.frame, view)
        else:
            draw_chart(declared, chosen, found.frame, view)


@dataclass(frozen=True)
class _Found:
    """A panel's answer, which nobody may change, and what it is made from and lacks."""

    frame: pd.DataFrame
    lacks: tuple[str, ...]
    is_empty: bool


@kept(2000, key=lambda chosen, view: data.identity(chosen, view.filters, view.look))
def _found(chosen: Panel, view: Viewing) -> _Found:
    frame = data.answer(chosen, view.filters)
    is_empty = frame.empty or not _has_values(frame, chosen) or data.is_unknown(chosen)
    return _Found(frame, data.lacking(chosen), is_empty)


def _flag(declared: Panel) -> str:
    return f"table-{declared.name}"


def _shows_table(declared: Panel) -> bool:
    return bool(st.session_state.get(_flag(declared), declared.table_first))


def _chosen(declared: Panel) -> Panel:
    """The variant that is on."""
    name = st.session_state.get(f"variant-{declared.name}")
    return next(
        (item for item in declared.variants if item.variant == name),
        declared.variants[0] if declared.variants else declared,
    )


def _head(declared: Panel, chosen: Panel, view: Viewing) -> None:
    is_demo = data.engine().snapshot.is_demonstration and not chosen.published
    badge = f" :gray-badge[{view.say('page.demo_short')}]" if is_demo else ""
    with st.container(horizontal=True, wrap=False, gap="xsmall", key=f"head-{declared.key}"):
        below = view.say(f"{declared.name}_sub")
        title = f"**{view.say(declared.name)}**{badge}  \n:small[:gray[{below}]]"
        st.markdown(title, width="stretch")
        _switch(declared, view)
        tell_about(chosen, view)
        _downloads(declared, chosen, view)
    if declared.variants and not chosen.playback:
        variants_switch(declared, view)


def _switch(declared: Panel, view: Viewing) -> None:
    flag = _flag(declared)
    is_table = _shows_table(declared)

    def flip() -> None:
        st.session_state[flag] = not is_table

    st.button(
        "",
        key=f"i-table-{declared.key}",
        type="tertiary",
        on_click=flip,
        icon=":material/bar_chart:" if is_table else ":material/table_rows:",
        help=view.say("page.chart" if is_table else "page.table"),
    )


def _downloads(declared: Panel, chosen: Panel, view: Viewing) -> None:
    place = st.popover(
        "",
        icon=":material/download:",
        type="tertiary",
        help=view.say("page.download"),
        key=f"i-download-{declared.key}",
        on_change="rerun",  # so that closed ones, nearly all, are neither made nor sent
    )
    if not place.open:
        return
    with place:
        for kind, mime in (
            ("csv", "text/csv"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ):
            st.download_button(
                view.say(f"page.{kind}"),
                data=lambda kind=kind: file_of(chosen, view, kind),
                file_name=file_name(chosen, view, kind),
                mime=mime,
                on_click="ignore",
                type="tertiary",
                icon=":material/table:",
                key=f"{kind}-{chosen.key}",
            )
        if chosen.height and not _is_map(chosen):
            title = view.say(declared.name)
            st.markdown(
                f"[:material/image: {view.say('page.png')}](#png-{declared.key})", help=title
            )


def file_of(chosen: Panel, view: Viewing, kind: str) -> bytes:
    """The file that a panel's button produces: exactly what the chart was drawn from."""
    make = to_csv if kind == "csv" else to_xlsx
    with data.at(view.pin):
        frame = labelled(data.answer(chosen, view.filters), chosen, data.labels(), view.look)
        return make(frame, fields_of(frame, chosen, view), marks_of(chosen, view), view.language)


def _is_map(chosen: Panel) -> bool:
    """Whether it is drawn by deck.gl, whose canvas cannot be saved as a picture."""
    return chosen.foot is not None


def _has_values(frame: pd.DataFrame, chosen: Panel) -> bool:
    names = [name for name in chosen.measures if name in frame]
    if not names:
        return True
    columns = [frame[name].to_numpy(dtype=float, na_value=np.nan) for name in names]
    if all(MEASURES[name].additive for name in names):
        return any(np.nan_to_num(column).any() for column in columns)
    return any(not np.isnan(column).all() for column in columns)


def _empty(chosen: Panel, lacks: Sequence[str], view: Viewing) -> None:
    labels = [label for _, _, label in chips(view.filters, view.language)]
    words = view.look.pick("、", ", ").join([view.say("page.period"), *labels])
    icon = "inbox" if lacks else "filter_alt_off"
    told_why = not_imported(lacks, view) if lacks else view.say("page.empty", filters=words)
    with st.container(height=chosen.height, border=False, vertical_alignment="center"):
        st.markdown(f":gray[:material/{icon}: {told_why}]")
