"""What every page has: head, chips, finding, records, and errors told as sentences."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Hashable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

import streamlit as st
from streamlit.errors import StreamlitAPIException

from analytics.errors import TransferScopeError
from analytics.filters import LISTS, Filters
from analytics.formats import day, span_label
from analytics.model import DATASETS, RECORDS
from analytics.text import text
from analytics.ui import data, state
from analytics.ui.memory import kept
from analytics.ui.state import Viewing
from analytics.ui.words import plain

T = TypeVar("T")
_LOG = logging.getLogger("transferscope")
_LABELS = {
    "industries": "industries",
    "channels": "channels",
    "editions": "editions",
    "contract_types": "contract_types",
    "technical_fields": "technical_fields",
    "station_kinds": "station_kinds",
}


_SHOWS = {
    "overview": ("deals", "projects", "stage_events", "workstations", "bases"),
    "expos": ("expo_editions", "expo_exhibits", "projects", "stage_events", "deals"),
    "deals": ("deals", "events"),
    "workstations": ("workstations", "workstation_returns"),
    "bases": ("bases", "base_returns", "projects", "stage_events", "deals"),
    "pipeline": ("projects", "stage_events"),
    "claims": tuple(name for name in RECORDS if name not in ("organisations", "targets")),
}
"""Records without which a page, or a good part of it, is empty."""


def header(page: str, view: Viewing, published: bool = False, filtered: bool = True) -> None:
    """Title with the data mark, the page's question, chips, and what is missing or was refused."""
    with st.container(horizontal=True, vertical_alignment="center", key="title", gap="small"):
        st.title(view.say(f"{page}.title"), width="content", anchor=False)
        st.markdown(_mark(view, published), width="content")
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        key="question",
        vertical_alignment="center",
    ):
        st.markdown(f":gray[{view.say(f'{page}.question')}]", width="content")
        if filtered:
            _chips(view)
    _missing(page, view)
    for name, value in view.refused.items():
        st.warning(
            view.say(
                "page.refused", name=name, value=value, allowed=view.say(f"page.allowed_{name}")
            ),
            icon=":material/link_off:",
        )


def _missing(page: str, view: Viewing) -> None:
    """Say which records of the page have not been imported yet, and where to do so."""
    engine = data.engine()
    missing = engine.not_yet(_SHOWS.get(page, ()))
    if not missing:
        return
    if engine.snapshot.has_records:
        said = f"{not_imported(missing, view)}{view.say('page.not_imported_blank')}"
    else:
        said = view.say("page.no_records")
    with st.container(horizontal=True, vertical_alignment="center", key="missing"):
        st.info(said, icon=":material/inbox:")
        # Without a page to link to (it can be switched off), the sentence stands alone.
        with suppress(StreamlitAPIException):
            st.page_link(
                "pages/data.py",
                label=view.say("page.to_data"),
                icon=":material/arrow_forward:",
                query_params={"lang": view.language},
            )


def not_imported(datasets: Sequence[str], view: Viewing) -> str:
    """The sentence that these datasets have no records yet."""
    names = [view.look.pick(DATASETS[name].zh, DATASETS[name].en) for name in datasets]
    return view.say("page.not_imported", datasets=view.look.pick("、", ", ").join(names))


def finding(make: Callable[..., str | None], view: Viewing, *given: Hashable) -> None:
    """The page's one computed sentence, if there is one.

    Args:
        make: Makes it of the view and what else is given.
        view: What is shown.
        given: What the page knows besides.
    """
    with told(view):
        sentence = seen(make, view, *given)
        if not sentence:
            return
        st.markdown(f":blue-badge[:material/insights: {view.say('page.finding')}] {sentence}")


def _seen(make: Callable[..., Any], view: Viewing, *given: Hashable) -> Hashable:
    """What is said of a view depends on: besides the filters a link may hold what a page knows."""
    current = data.engine()
    link = tuple(st.query_params.to_dict().items())
    return (current.version, current.folder, view.language, link, view.filters, make, given)


@kept(1000, key=_seen)
def seen(make: Callable[..., T], view: Viewing, *given: Hashable) -> T:
    """What a function says of a view, made once; it depends on no width and no theme."""
    return make(view, *given)


def selection_words(filters: Filters, language: str) -> str:
    """The period and filters in words, for titles and files."""
    words = [span_label(filters.since, filters.until, language)]
    words += [label for _, _, label in chips(filters, language)]
    return " · ".join(words)


def chips(filters: Filters, language: str) -> list[tuple[str, Any, str]]:
    """Every filter that is on, except the period: field, value, words."""
    names = data.labels()
    found: list[tuple[str, Any, str]] = []
    for item in fields(filters):
        if item.name not in LISTS:
            continue
        for value in getattr(filters, item.name):
            label = (
                names.region(value, language)
                if item.name == "regions"
                else names.name(_LABELS[item.name], value, language)
            )
            found.append((item.name, value, label))
    return found


@contextmanager
def told(view: Viewing) -> Generator[None, None, None]:
    """Tell an expected error as a sentence in place of what failed; the rest goes on."""
    try:
        yield
    except TransferScopeError as error:
        _LOG.exception("told to the user: %s", error)
        st.error(plain(error.message(view.language)), icon=":material/error:")
    except Exception as error:  # a defect is told where it is, and the rest of the page goes on
        _LOG.exception("unexpected error on a page")
        failed(error)


def records(dataset: str, view: Viewing, filters: Filters | None = None) -> None:
    """The records behind the page: paged, sortable, downloadable."""
    from analytics.ui.records import records_table

    st.subheader(view.say("page.records"), anchor=False)
    records_table(dataset, view, filters or view.filters)


def _mark(view: Viewing, published: bool) -> str:
    if published:
        return f":blue-badge[:material/verified: {view.say('page.published')}]"
    snapshot = data.engine().snapshot
    if snapshot.is_demonstration:
        return f":orange-badge[:material/science: {view.say('page.demonstration')}]"
    return f":blue-badge[:material/database: {records_to(view)}]"


def records_to(view: Viewing) -> str:
    """Up to which day there are records."""
    last = data.last_day()
    if last is None:
        has_some = data.engine().snapshot.has_records
        return view.say("page.records_some" if has_some else "page.records_none")
    return view.say("page.records_to", day=day(last, view.language))


def _chips(view: Viewing) -> None:
    shown = chips(view.filters, view.language)
    items = [
        ("period", None, span_label(view.filters.since, view.filters.until, view.language)),
        *shown,
    ]
    keys = list(range(len(items)))
    st.session_state["w_chips"] = keys

    def removed() -> None:
        for key in set(keys) - set(st.session_state["w_chips"]):
            name, value, _ = items[key]
            _remove(view, name, value)

    with st.container(key="chips", width="content"):
        st.pills(
            view.say("page.chips"),
            keys,
            selection_mode="multi",
            key="w_chips",
            format_func=lambda key: f"{items[key][2]} :material/close:",
            label_visibility="collapsed",
            on_change=removed,
        )


def _remove(view: Viewing, name: str, value: Any) -> None:
    if name == "period":
        default = state.default_filters()
        state.show(since=default.since, until=default.until)
    else:
        kept = tuple(held for held in getattr(view.filters, name) if held != value)
        state.show(**{name: kept})


def without(filters: Filters, *names: str) -> Filters:
    """The filters with some fields let go."""
    empty = Filters()
    return replace(filters, **{name: getattr(empty, name) for name in names})


def failed(error: Exception) -> None:
    """Tell what happened, or with what time the log has it; also where nothing can be read."""
    language = "en" if st.query_params.get("lang") == "en" else "zh"
    if isinstance(error, TransferScopeError):
        st.error(plain(error.message(language)), icon=":material/error:")
        return
    st.error(
        text("page.failed", language, time=f"{datetime.now().astimezone():%H:%M:%S}"),
        icon=":material/error:",
    )
