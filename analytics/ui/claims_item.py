"""One published claim: its words, both figures and the rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import streamlit as st

from analytics.claims import CHECKS, Claim, Outcome, Verdict, words
from analytics.claims.wording import wording
from analytics.filters import Filters, to_query
from analytics.ui import data
from analytics.ui.claims_evidence import evidence
from analytics.ui.claims_words import article_of, metric_of, system_of, units_of, verdict_of
from analytics.ui.page import told
from analytics.ui.state import Viewing
from analytics.ui.words import plain

_COLOURS: dict[Verdict, str] = {
    "contradicts": "orange",
    "agrees": "blue",
    "consistent": "blue",
    "incomparable": "gray",
}

_ICONS: dict[Verdict, str] = {
    "contradicts": "warning",
    "agrees": "done_all",
    "consistent": "check",
    "incomparable": "do_not_disturb_on",
}


def item_of(item: Outcome, known: Mapping[str, Claim], view: Viewing) -> None:
    """One claim: its words, both figures, the rule, and on demand what it rests on."""
    claim = item.claim
    units = units_of(view)
    with st.container(border=True, key=f"panel-claim-{claim.figure_id.lower()}"):
        is_open = _item_head(item, view)
        said, figures = st.columns([2.6, 2], gap="medium")
        with said:
            article = f":small[:gray[{plain(article_of(claim.source, view))}]]"
            st.markdown("  \n".join((_quoted(claim), article, _judgement(item, units, view))))
        with figures, st.grid(2, min_column_width=120, gap="small"):
            _figure("claims.said", words.published(claim, units, view.language), "", view)
            _live(item, units, view)
        if is_open:
            with told(view):
                evidence(item, known, view)


def _item_head(item: Outcome, view: Viewing) -> bool:
    """Verdict and name, the ways to evidence and records; whether the evidence is wanted."""
    claim = item.claim
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
    ):
        badge = _COLOURS[item.verdict]
        icon = _ICONS[item.verdict]
        about = f"{plain(claim.figure_id)} · {plain(system_of(claim.system, view))}"
        st.markdown(
            f":{badge}-badge[:material/{icon}: {verdict_of(item.verdict, view)}] "
            f"**{plain(metric_of(claim, view))}** :small[:gray[{about}]]",
            width="content",
        )
        return not claim.problem and _ways(claim, view)


def _ways(claim: Claim, view: Viewing) -> bool:
    flag = f"evidence-{claim.figure_id}"
    is_open = bool(st.session_state.get(flag))

    def flip() -> None:
        st.session_state[flag] = not is_open

    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.button(
            view.say("claims.evidence"),
            key=f"evidence-of-{claim.figure_id.lower()}",
            type="tertiary",
            icon=":material/expand_less:" if is_open else ":material/expand_more:",
            on_click=flip,
        )
        check = CHECKS.get(claim.figure_id)
        if check and Path(f"pages/{check.page}.py").exists():
            st.page_link(
                f"pages/{check.page}.py",
                label=view.say("claims.open_records"),
                icon=":material/arrow_forward:",
                icon_position="right",
                query_params={**to_query(_linked(check.filters)), "lang": view.language},
            )
    return is_open


def _figure(label: str, value: str, below: str, view: Viewing) -> None:
    lines = [f":small[:gray[{view.say(label)}]]", f"**{plain(value)}**", below]
    st.markdown("  \n".join(filter(None, lines)))


def _live(item: Outcome, units: dict[str, str], view: Viewing) -> None:
    if item.verdict == "incomparable":
        _figure("claims.records_say", "—", "", view)
        return
    label = "claims.least_difference" if item.least is not None else "claims.difference"
    apart = plain(words.difference(item, units, view.language))
    below = f":small[:gray[{view.say(label)} {apart}]]"
    _figure("claims.records_say", words.live(item, units, view.language), below, view)


def _judgement(item: Outcome, units: dict[str, str], view: Viewing) -> str:
    """Why it is so: the rule in words, or the reason why nothing can be compared."""
    claim = item.claim
    if item.verdict != "incomparable":
        parts = [words.rule(claim, units, view.language)]
        if (check := CHECKS.get(claim.figure_id)) and check.each:
            parts.append(view.say("claims.each"))
        if claim.value is not None and wording(claim) is None:
            parts.append(view.say("claims.not_in_quote"))
        rule = view.look.pick("；", "; ").join(parts)
        return f":small[:gray[:material/rule:] {plain(rule)}]"
    place = data.labels().name("region_names", claim.region, view.language)
    why = words.reason(item, system_of(claim.system, view), place, view.language)
    if item.live is not None or item.least is not None:
        why += view.look.pick("", " ") + view.say(
            "claims.context_only", live=words.live(item, units, view.language)
        )
    return f":small[:gray[:material/info:] {plain(why)}]"


def _linked(filters: Filters) -> Filters:
    """A check's filters for a page, which always shows a period."""
    last = max(filters.editions) if filters.editions else None
    until = filters.until or (date(last, 12, 31) if last else data.complete_until())
    since = filters.since or date(min(data.first_year(), until.year), 1, 1)
    return replace(filters, since=since, until=until)


def _quoted(claim: Claim) -> str:
    """The article's words with the number in them marked."""
    found = wording(claim)
    if not found:
        return f"“{plain(claim.quote)}”"
    before, number_words, after = (
        plain(claim.quote[: found.start]),
        plain(claim.quote[found.start : found.end]),
        plain(claim.quote[found.end :]),
    )
    return f"“{before}:primary[**{number_words}**]{after}”"
