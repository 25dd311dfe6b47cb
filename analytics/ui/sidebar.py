"""The sidebar: pages, language, period, comparison, region, industry, and the data's date."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import streamlit as st

from analytics import periods
from analytics.filters import COMPARISONS
from analytics.formats import period_label
from analytics.snapshot import EMPTY
from analytics.text import LANGUAGES
from analytics.ui import data, state
from analytics.ui.brand import logo
from analytics.ui.following import follow
from analytics.ui.page import records_to
from analytics.ui.state import Viewing

_REGION_PRESETS = {"gba": ("gba",), "guangzhou": ("440100",), "guangdong": ("440000",)}


def sidebar(pages: Mapping[str, Any], view: Viewing, filtered: bool = True) -> None:
    """Draw the sidebar; every change goes into the link.

    Args:
        pages: The pages, by name.
        view: What this run shows.
        filtered: Whether the page has anything to filter.
    """
    logo(view)
    with st.sidebar:
        _navigation(pages, view)
        _language(view)
        if filtered:
            _filters(view)
        _freshness(view)
        follow()


def _filters(view: Viewing) -> None:
    _period(view)
    _compare(view)
    _regions(view)
    _industries(view)
    st.button(
        view.say("sidebar.reset"),
        key="reset",
        icon=":material/restart_alt:",
        type="tertiary",
        on_click=state.reset,
    )


def _navigation(pages: Mapping[str, Any], view: Viewing) -> None:
    with st.container(key="navigation", gap="xxsmall"):
        for page in pages.values():
            st.page_link(page, query_params=state.link_parameters(view), width="stretch")


def _language(view: Viewing) -> None:
    st.session_state["w_lang"] = view.language
    st.segmented_control(
        view.say("sidebar.language"),
        LANGUAGES,
        key="w_lang",
        required=True,
        format_func=lambda language: {"zh": "中文", "en": "English"}[language],
        label_visibility="collapsed",
        on_change=lambda: state.show_own(lang=st.session_state["w_lang"]),
        width="stretch",
    )


def _period(view: Viewing) -> None:
    filters = view.filters
    since = periods.start_token(filters.since) if filters.since else ""
    until = periods.end_token(filters.until) if filters.until else ""
    options = _period_options()
    first, last = st.columns(2, gap="xsmall")
    with first:
        _period_box("w_since", view, since, options, "sidebar.from", periods.first_day, "since")
    with last:
        _period_box("w_until", view, until, options, "sidebar.to", periods.last_day, "until")
    presets = _presets()
    chosen = next(
        (name for name, span in presets.items() if span == (filters.since, filters.until)), None
    )
    st.session_state["w_preset"] = chosen
    st.pills(
        view.say("sidebar.presets"),
        list(presets),
        key="w_preset",
        label_visibility="collapsed",
        format_func=lambda name: view.say(f"sidebar.preset_{name}"),
        on_change=lambda: _apply_preset(presets),
    )


def _period_box(
    key: str, view: Viewing, token: str, options: list[str], label: str, parse: Any, field: str
) -> None:
    st.session_state[key] = token
    known = options if token in options else [token, *options]

    def changed() -> None:
        chosen = parse(st.session_state[key])
        other = view.filters.until if field == "since" else view.filters.since
        ordered = other is None or (chosen <= other if field == "since" else chosen >= other)
        if ordered:
            state.show(**{field: chosen})
        else:
            state.show(
                since=periods.first_day(st.session_state[key]),
                until=periods.last_day(st.session_state[key]),
            )

    st.selectbox(
        view.say(label),
        known,
        placeholder=view.say(label),
        key=key,
        on_change=changed,
        format_func=lambda value: _token_label(value, view.language),
    )


@cache
def _token_label(token: str, language: str) -> str:
    if len(token) == 4:
        return period_label(date(int(token), 1, 1), "year", language)
    if "Q" in token:
        return period_label(periods.first_day(token), "quarter", language)
    return (
        period_label(periods.first_day(token), "month", language)
        if token.count("-") == 1
        else token
    )


def _period_options() -> list[str]:
    first = data.first_year()
    last = data.complete_until().year
    return [
        token
        for year in range(last, first - 1, -1)
        for token in (f"{year}", *(f"{year}Q{quarter}" for quarter in (4, 3, 2, 1)))
    ]


def _presets() -> dict[str, tuple[date, date]]:
    default = state.default_filters()
    assert default.until and default.since, "the default period has both ends"
    last = default.until.year
    return {
        "1": (date(last, 1, 1), default.until),
        "3": (date(last - 2, 1, 1), default.until),
        "6": (default.since, default.until),
        "all": (date(data.first_year(), 1, 1), data.complete_until()),
    }


def _apply_preset(presets: dict[str, tuple[date, date]]) -> None:
    chosen = st.session_state["w_preset"]
    if chosen:
        since, until = presets[chosen]
        state.show(since=since, until=until)


def _compare(view: Viewing) -> None:
    st.session_state["w_compare"] = view.filters.compare
    st.selectbox(
        view.say("sidebar.compare"),
        COMPARISONS,
        placeholder=view.say("sidebar.compare"),
        key="w_compare",
        format_func=lambda value: view.say(f"sidebar.compare_{value or 'none'}"),
        on_change=lambda: state.show(compare=st.session_state["w_compare"]),
    )


def _regions(view: Viewing) -> None:
    names = data.labels().regions(view.language)
    chosen = next(
        (key for key, codes in _REGION_PRESETS.items() if codes == view.filters.regions), None
    )
    st.session_state["w_region_preset"] = chosen
    st.pills(
        view.say("sidebar.region"),
        list(_REGION_PRESETS),
        key="w_region_preset",
        format_func=lambda key: view.say(f"sidebar.region_{key}"),
        on_change=lambda: state.show(
            regions=_REGION_PRESETS.get(st.session_state["w_region_preset"] or "", ())
        ),
    )
    st.session_state["w_regions"] = list(view.filters.regions)
    st.multiselect(
        view.say("sidebar.region"),
        list(names),
        key="w_regions",
        format_func=names.__getitem__,  # for thousands of places at each run
        label_visibility="collapsed",
        placeholder=view.say("sidebar.region_placeholder"),
        select_all=False,
        on_change=lambda: state.show(regions=tuple(st.session_state["w_regions"])),
    )


def _industries(view: Viewing) -> None:
    names = data.labels()
    st.session_state["w_industries"] = list(view.filters.industries)
    st.multiselect(
        view.say("sidebar.industry"),
        names.codes("industries"),
        key="w_industries",
        format_func=lambda code: (
            ("" if "." not in code else "　") + names.name("industries", code, view.language)
        ),
        placeholder=view.say("sidebar.industry_placeholder"),
        select_all=False,
        on_change=lambda: state.show(industries=tuple(st.session_state["w_industries"])),
    )


def _freshness(view: Viewing) -> None:
    if os.environ.get("TRANSFERSCOPE_OPEN"):
        st.warning(view.say("sidebar.open"), icon=":material/lock_open:")
    snapshot = data.engine().snapshot
    said = records_to(view)
    if snapshot.kind != EMPTY:
        said = view.say("sidebar.fresh", until=said, snapshot=snapshot.id)
    st.markdown(f":small[:gray[{said}]]")
