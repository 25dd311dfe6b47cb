"""What a claim's verdict rests on: scopes, measure, other figures and query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from analytics.claims import CHECKS, Check, Claim, Outcome
from analytics.claims.evaluation import given
from analytics.filters import Filters
from analytics.formats import is_missing, span_label, written
from analytics.model import MEASURES
from analytics.statements import Statement
from analytics.text import has_text
from analytics.ui import data
from analytics.ui.state import Viewing
from analytics.ui.words import plain


def evidence(item: Outcome, known: Mapping[str, Claim], view: Viewing) -> None:
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
    st.markdown(f"**{view.say('claims.article_scope')}**  \n{plain(shown)}")
    note = f"claims.note_{claim.figure_id.lower().replace('-', '_')}"
    if has_text(note):
        st.markdown(f"**{view.say('claims.caution')}**  \n{plain(view.say(note))}")


def _measured(item: Outcome, check: Check, view: Viewing) -> None:
    st.markdown(f"**{view.say('claims.definition')}**  \n{plain(_definition(check, view))}")
    if check.each:
        st.markdown(f"**{view.say('claims.by_edition')}**  \n{_by_edition(item, check, view)}")
    context = _context(check.context)
    if context:
        lines = "  \n".join(plain(line) for line in context)
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
