"""The published claims one by one, and the filters of that list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from analytics.claims import CHECKS, VERDICTS, Outcome
from analytics.model import MEASURES
from analytics.panels.claims import outcomes
from analytics.ui import data, state
from analytics.ui.claims_item import item_of
from analytics.ui.claims_words import article_of, counts_of, system_of, verdict_of
from analytics.ui.page import seen, told
from analytics.ui.state import Viewing

_NAMED = 2
ROWS = 8
"""Claims on a page of the list."""


@dataclass(frozen=True)
class _Choice:
    """What of the list is wanted."""

    words: str = ""
    verdict: str = ""
    system: str = ""
    article: str = ""
    measures: tuple[str, ...] = ()


def claims_list(view: Viewing) -> None:
    """The claims one by one, contradictions first: filtered by the page's own parameters."""
    _list(view)


@st.fragment
def _list(view: Viewing) -> None:
    with told(view):
        found = outcomes(data.engine())
        choice = _controls(found, view)
        wanted = seen(_wanted, view, choice)
        if not wanted:
            st.markdown(f":gray[:material/filter_alt_off: {view.say('claims.none')}]")
            return
        pages = -(-len(wanted) // ROWS)
        head, body = st.container(), st.container(gap="small", key="claims")
        key = f"page-claims-{abs(hash(choice)):x}"
        page = st.pagination(pages, key=key) if pages > 1 else 1
        first = (page - 1) * ROWS
        shown = wanted[first : first + ROWS]
        head.markdown(
            ":gray["
            + view.say("claims.shown", count=len(wanted), first=first + 1, last=first + len(shown))
            + "]"
        )
        known = {item.claim.figure_id: item.claim for item in found}
        with body:
            for item in shown:
                item_of(item, known, view)


def _controls(found: Sequence[Outcome], view: Viewing) -> _Choice:
    """The list's own filters; the link keeps them."""
    systems = tuple(dict.fromkeys(item.claim.system for item in found if item.claim.system))
    articles = tuple(dict.fromkeys(item.claim.source for item in found if item.claim.source))
    choice = _Choice(
        state.own_text("find"),
        state.own("verdict", "", VERDICTS),
        state.own("system", "", systems),
        state.own("article", "", articles),
        tuple(name for name in state.own_text("measure", 600).split(",") if name in MEASURES),
    )
    counts = counts_of(found)
    held = {
        "w_find": choice.words,
        "w_verdict": choice.verdict or None,
        "w_system": choice.system,
        "w_article": choice.article,
    }
    st.session_state.update(held)
    with st.container(horizontal=True, vertical_alignment="center", key="claims-controls"):
        st.text_input(
            view.say("claims.find"),
            key="w_find",
            type="search",
            placeholder=view.say("claims.find"),
            icon=":material/search:",
            label_visibility="collapsed",
            width=185,
            on_change=lambda: state.show_own(find=st.session_state["w_find"] or ""),
        )
        st.pills(
            view.say("claims.verdict"),
            VERDICTS,
            key="w_verdict",
            label_visibility="collapsed",
            format_func=lambda code: f"{verdict_of(code, view)} {counts[code]}",
            on_change=lambda: state.show_own(verdict=st.session_state["w_verdict"] or ""),
        )
        _select("system", "claims.all_systems", systems, lambda code: system_of(code, view), view)
        _select(
            "article", "claims.all_articles", articles, lambda code: article_of(code, view), view
        )
        if choice.measures:
            st.button(
                view.say("claims.on_measures", names=_names(choice.measures, view)),
                key="claims-measures",
                type="tertiary",
                icon=":material/close:",
                icon_position="right",
                help=view.say("claims.any_measure"),
                on_click=lambda: state.show_own(measure=""),
            )
    return choice


def _names(measures: Sequence[str], view: Viewing) -> str:
    """The first measures by name, and how many there are beside."""
    names = [view.look.pick(MEASURES[name].zh, MEASURES[name].en) for name in measures[:_NAMED]]
    said = view.look.pick("、", ", ").join(names)
    more = len(measures) - len(names)
    return f"{said} +{more}" if more else said


def _select(name: str, everything: str, options: Sequence[str], label: Any, view: Viewing) -> None:
    key = f"w_{name}"
    st.selectbox(
        view.say(f"claims.{name}"),
        ("", *options),
        placeholder=view.say(f"claims.{name}"),
        key=key,
        width=180,
        label_visibility="collapsed",
        format_func=lambda code: label(code) if code else view.say(everything),
        on_change=lambda: state.show_own(**{name: st.session_state[key] or ""}),
    )


def _wanted(view: Viewing, choice: _Choice) -> list[Outcome]:
    """The claims that the list's own filters leave, in its order."""
    found = outcomes(data.engine())
    return [item for item in _sorted(found) if _is_wanted(item, choice, view)]


def _sorted(found: Sequence[Outcome]) -> list[Outcome]:
    """Contradictions, then rows at fault, then what was compared, then what cannot be."""

    def rank(item: Outcome) -> int:
        if item.verdict == "contradicts":
            return 0
        if item.verdict == "incomparable":
            return 1 if item.told else 3
        return 2

    return sorted(found, key=rank)


def _is_wanted(item: Outcome, choice: _Choice, view: Viewing) -> bool:
    claim = item.claim
    if choice.verdict and item.verdict != choice.verdict:
        return False
    if choice.system and claim.system != choice.system:
        return False
    if choice.article and claim.source != choice.article:
        return False
    check = CHECKS.get(claim.figure_id)
    if choice.measures and (check is None or check.subject not in choice.measures):
        return False
    about = (
        claim.figure_id,
        claim.metric_zh,
        claim.metric_en,
        claim.quote,
        claim.region,
        system_of(claim.system, view),
    )
    text = " ".join(about).casefold()
    return all(word in text for word in choice.words.casefold().split())
