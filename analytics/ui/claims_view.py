"""The parts of the page of published claims: cards, finding, and the list with its evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import streamlit as st

from analytics.claims import CHECKS, VERDICTS, Check, Claim, Outcome, Verdict, words
from analytics.claims.evaluation import given
from analytics.claims.rules import interval
from analytics.claims.wording import wording
from analytics.engine import Statement
from analytics.filters import Filters, to_query
from analytics.formats import is_missing, number, span_label, written
from analytics.model import MEASURES
from analytics.panels.claims import outcomes
from analytics.text import has_text
from analytics.ui import data, state
from analytics.ui.page import told
from analytics.ui.state import Viewing

ROWS = 8
"""Claims on a page of the list."""
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
_SPECIAL = re.compile(r"([\\`*_\[\]#$~<>|])")


@dataclass(frozen=True)
class _Choice:
    """What of the list is wanted."""

    words: str = ""
    verdict: str = ""
    system: str = ""
    article: str = ""


def verdict_cards(view: Viewing) -> None:
    """How many claims have each verdict, in the look of all cards."""
    with told(view):
        counts = _counts(outcomes(data.engine()))
        total = sum(counts.values())
        compared = total - counts["incomparable"]
        with st.grid(6, min_column_width=158, gap="xsmall", key="kpi"):
            _card("all", view.say("claims.card_all"), total, 0, view)
            _card("compared", view.say("claims.card_compared"), compared, total, view)
            for verdict in ("agrees", "consistent", "contradicts"):
                _card(verdict, _verdict(verdict, view), counts[verdict], compared, view)
            _card(
                "incomparable", _verdict("incomparable", view), counts["incomparable"], total, view
            )


def claims_finding(view: Viewing) -> str | None:
    """What the comparison says, and the claim that is nearest to its limit or beyond it."""
    with told(view):
        found = outcomes(data.engine())
        counts = _counts(found)
        compared = [item for item in found if item.verdict != "incomparable"]
        if not compared:
            return None
        known: dict[str, Any] = {
            "compared": len(compared),
            "agrees": counts["agrees"],
            "consistent": counts["consistent"],
            "count": counts["contradicts"],
        }
        nearest = min(compared, key=_room)
        if _room(nearest) == _NO_LIMIT:
            return view.say("claims.finding_plain", **known)
        key = "contradicts" if counts["contradicts"] else "clear"
        return view.say(
            f"claims.finding_{key}",
            **known,
            nearest=_metric(nearest.claim, view),
            rule=words.rule(nearest.claim, _units(view), view.language),
            live=words.live(nearest, _units(view), view.language),
        )
    return None


def claims_list(view: Viewing) -> None:
    """The claims one by one, contradictions first: filtered by the page's own parameters."""
    _list(view)


@st.fragment
def _list(view: Viewing) -> None:
    with told(view):
        found = outcomes(data.engine())
        choice = _controls(found, view)
        wanted = [item for item in _sorted(found) if _is_wanted(item, choice, view)]
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
                _item(item, known, view)


def _controls(found: Sequence[Outcome], view: Viewing) -> _Choice:
    """The list's own filters; the link keeps them."""
    systems = tuple(dict.fromkeys(item.claim.system for item in found if item.claim.system))
    articles = tuple(dict.fromkeys(item.claim.source for item in found if item.claim.source))
    choice = _Choice(
        state.own_text("find"),
        state.own("verdict", "", VERDICTS),
        state.own("system", "", systems),
        state.own("article", "", articles),
    )
    counts = _counts(found)
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
            format_func=lambda code: f"{_verdict(code, view)} {counts[code]}",
            on_change=lambda: state.show_own(verdict=st.session_state["w_verdict"] or ""),
        )
        _select("system", "claims.all_systems", systems, lambda code: _system(code, view), view)
        _select("article", "claims.all_articles", articles, lambda code: _article(code, view), view)
    return choice


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


def _item(item: Outcome, known: Mapping[str, Claim], view: Viewing) -> None:
    """One claim: its words, both figures, the rule, and on demand what it rests on."""
    claim = item.claim
    units = _units(view)
    with st.container(border=True, key=f"panel-claim-{claim.figure_id.lower()}"):
        is_open = _item_head(item, view)
        said, figures = st.columns([2.6, 2], gap="medium")
        with said:
            article = f":small[:gray[{_plain(_article(claim.source, view))}]]"
            st.markdown("  \n".join((_quoted(claim), article, _judgement(item, units, view))))
        with figures, st.grid(2, min_column_width=120, gap="small"):
            _figure("claims.said", words.published(claim, units, view.language), "", view)
            _live(item, units, view)
        if is_open:
            with told(view):
                _evidence(item, known, view)


def _item_head(item: Outcome, view: Viewing) -> bool:
    """Verdict and name, the ways to evidence and records; whether the evidence is wanted."""
    claim = item.claim
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small"
    ):
        badge = _COLOURS[item.verdict]
        icon = _ICONS[item.verdict]
        about = f"{_plain(claim.figure_id)} · {_plain(_system(claim.system, view))}"
        st.markdown(
            f":{badge}-badge[:material/{icon}: {_verdict(item.verdict, view)}] "
            f"**{_plain(_metric(claim, view))}** :small[:gray[{about}]]",
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
    lines = [f":small[:gray[{view.say(label)}]]", f"**{_plain(value)}**", below]
    st.markdown("  \n".join(filter(None, lines)))


def _live(item: Outcome, units: dict[str, str], view: Viewing) -> None:
    if item.verdict == "incomparable":
        _figure("claims.records_say", "—", "", view)
        return
    label = "claims.least_difference" if item.least is not None else "claims.difference"
    apart = _plain(words.difference(item, units, view.language))
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
        return f":small[:gray[:material/rule:] {_plain(rule)}]"
    place = data.labels().name("region_names", claim.region, view.language)
    why = words.reason(item, _system(claim.system, view), place, view.language)
    if item.live is not None or item.least is not None:
        why += view.look.pick("", " ") + view.say(
            "claims.context_only", live=words.live(item, units, view.language)
        )
    return f":small[:gray[:material/info:] {_plain(why)}]"


def _evidence(item: Outcome, known: Mapping[str, Claim], view: Viewing) -> None:
    """What the verdict rests on: both scopes, the measure, other figures and the query."""
    claim = item.claim
    check = CHECKS.get(claim.figure_id)
    st.divider()
    scopes, measured = st.columns([1, 1.3], gap="medium")
    with scopes:
        _scopes(claim, check, view)
    if check:
        with measured:
            _measured(item, check, view)
        st.markdown(f"**{view.say('page.query')}**")
        for statement in _statements(check, known):
            st.code(statement.sql, language="sql", wrap_lines=True, height=220)
            if statement.values:
                values = (f"`${name} = {value}`" for name, value in statement.values.items())
                st.markdown(f":small[{' · '.join(values)}]")


def _scopes(claim: Claim, check: Check | None, view: Viewing) -> None:
    """The scope that is asked, beside the one that the article has."""
    if check:
        st.markdown(f"**{view.say('claims.scope')}**  \n{_scope_words(check.filters, view)}")
    place = data.labels().name("region_names", claim.region, view.language)
    period = "–".join(dict.fromkeys(filter(None, (claim.period_start, claim.period_end))))
    shown = " · ".join(filter(None, (period, place)))
    st.markdown(f"**{view.say('claims.article_scope')}**  \n{_plain(shown)}")
    note = f"claims.note_{claim.figure_id.lower().replace('-', '_')}"
    if has_text(note):
        st.markdown(f"**{view.say('claims.caution')}**  \n{_plain(view.say(note))}")


def _measured(item: Outcome, check: Check, view: Viewing) -> None:
    st.markdown(f"**{view.say('claims.definition')}**  \n{_plain(_definition(check, view))}")
    if check.each:
        st.markdown(f"**{view.say('claims.by_edition')}**  \n{_by_edition(item, check, view)}")
    context = _context(check.context)
    if context:
        lines = "  \n".join(_plain(line) for line in context)
        st.markdown(f"**{view.say('claims.context')}**  \n{lines}")


def _definition(check: Check, view: Viewing) -> str:
    if check.query:
        return view.say(f"claims.query_{check.query}")
    measure = MEASURES[check.measure]
    return view.look.pick(
        f"{measure.zh}：{measure.zh_definition}", f"{measure.en}: {measure.en_definition}"
    )


def _by_edition(item: Outcome, check: Check, view: Viewing) -> str:
    measure = MEASURES[check.measure]
    frame = data.ask((check.measure,), (check.each,), check.filters)
    counted = item.claim.unit if view.language == "zh" else ""
    return " · ".join(
        f"{int(key)}: {written(value, measure.unit, view.language, counted)}"
        for key, value in zip(frame[check.each], frame[check.measure], strict=True)
    )


def _statements(check: Check, known: Mapping[str, Claim]) -> list[Statement]:
    engine = data.engine()
    if check.query:
        return [engine.statement(check.query, check.filters, **given(check, known))]
    by = (check.each,) if check.each else ()
    return engine.ask_statement((check.measure,), by, check.filters)


def _context(figure_ids: Sequence[str]) -> list[str]:
    """Other published figures of the same series, as they were printed."""
    if not figure_ids:
        return []
    figures = data.engine().table("figures").set_index("figure_id")
    lines: list[str] = []
    for figure_id in figure_ids:
        if figure_id in figures.index:
            row = figures.loc[figure_id]
            told_by = (row["publisher"], row["published"])
            by = " ".join(str(value) for value in told_by if not is_missing(value))
            lines.append(f"“{row['quote']}”（{by}）")
    return lines


def _scope_words(filters: Filters, view: Viewing) -> str:
    """A check's filters in words."""
    names = data.labels()
    language = view.language
    parts: list[str] = []
    if filters.editions:
        first, last = min(filters.editions), max(filters.editions)
        key = "claims.edition" if first == last else "claims.editions"
        parts.append(view.say(key, first=first, last=last))
    if filters.since or filters.until or not parts:
        parts.append(span_label(filters.since, filters.until, language))
    parts += [names.name("channels", code, language) for code in filters.channels]
    parts += [names.region(code, language) for code in filters.regions]
    return " · ".join(parts)


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
        return f"“{_plain(claim.quote)}”"
    before, number_words, after = (
        _plain(claim.quote[: found.start]),
        _plain(claim.quote[found.start : found.end]),
        _plain(claim.quote[found.end :]),
    )
    return f"“{before}:primary[**{number_words}**]{after}”"


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
    about = (
        claim.figure_id,
        claim.metric_zh,
        claim.metric_en,
        claim.quote,
        claim.region,
        _system(claim.system, view),
    )
    text = " ".join(about).casefold()
    return all(word in text for word in choice.words.casefold().split())


_NO_LIMIT = Decimal("Infinity")


def _room(item: Outcome) -> Decimal:
    """How far a qualified claim is from its limit, as a part of the published number."""
    claim = item.claim
    if item.live is None or claim.value is None or item.verdict == "agrees" or not claim.value:
        return _NO_LIMIT
    allowed = interval(claim.value, item.rule)
    return allowed.room(item.live) / abs(claim.value) if allowed else _NO_LIMIT


def _card(key: str, label: str, count: int, total: int, view: Viewing) -> None:
    warns = key == "contradicts" and count > 0
    unit = view.look.pick("条", "")
    of = "card_share" if key in ("compared", "incomparable") else "card_of_compared"
    st.metric(
        label,
        f"{number(count, 0, view.language)} :small[:gray[{unit}]]" if unit else str(count),
        written(count / total, "share", view.language) if total else None,
        delta_description=view.say(f"claims.{of}") if total else None,
        delta_color="orange" if warns else "primary",
        delta_arrow="off",
        icon=":material/warning:" if warns else None,
        border=True,
        height="stretch",
        help=view.say(f"claims.help_{key}"),
    )


def _counts(found: Sequence[Outcome]) -> dict[Verdict, int]:
    return {verdict: sum(item.verdict == verdict for item in found) for verdict in VERDICTS}


def _units(view: Viewing) -> dict[str, str]:
    names = data.labels()
    return {unit: names.name("unit_names", unit, "en") for unit in names.codes("unit_names")}


def _metric(claim: Claim, view: Viewing) -> str:
    return view.look.pick(claim.metric_zh, claim.metric_en) or claim.figure_id


def _verdict(code: str, view: Viewing) -> str:
    return view.say(f"codes.verdicts_{code}")


def _system(code: str, view: Viewing) -> str:
    return data.labels().name("systems", code, view.language) if code else "—"


def _article(code: str, view: Viewing) -> str:
    key = f"claims.article_{code.lower()}"
    return view.say(key) if has_text(key) else data.labels().name("sources", code, view.language)


def _plain(words_said: str) -> str:
    """Text that Markdown leaves as it is."""
    return _SPECIAL.sub(r"\\\1", words_said).replace(":", "\\:") if words_said else ""
