"""What this run shows. The link is the one place where it is kept.

Widgets get their value from the link before they are made and write the link when they change, so
that a link, Back and a reload give exactly the same view. Streamlit's own binding is not used: it
writes the label on screen into the link, which differs by language, and drops unknown values
without a word.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import streamlit as st

from analytics.filters import LISTS, Filters, from_query, to_query
from analytics.look import Look
from analytics.text import LANGUAGES, text
from analytics.ui import data

YEARS_SHOWN = 6
_OWN = ("lang",)
_VISIT = "visit"


@dataclass(frozen=True)
class Viewing:
    """Filters, look, what of the link could not be used, and the page's address without them.

    Files are made outside a run, where neither the link nor the session can be read, so the
    address is kept, and the pin that says which snapshot the page shows.
    """

    filters: Filters
    look: Look
    refused: dict[str, str]
    address: str = ""
    pin: data.Pin | None = None

    @property
    def language(self) -> str:
        """Language of the screen."""
        return self.look.language

    def say(self, key: str, **values: object) -> str:
        """A text in the language of the screen."""
        return text(key, self.language, **values)


def viewing() -> Viewing:
    """What the link asks to see."""
    query = st.query_params.to_dict()
    language = query.get("lang", "")
    filters, refused = from_query(query, data.allowed(), default_filters())
    if language and language not in LANGUAGES:
        refused["lang"] = language
    address = (getattr(st.context, "url", None) or "").split("?")[0]
    return Viewing(filters, _look(language), refused, address, data.pinned())


def turn_to(page: str) -> None:
    """Note which page this run shows; whoever comes to a page anew begins another visit."""
    shown, count = st.session_state.get(_VISIT, ("", 0))
    if shown != page:
        st.session_state[_VISIT] = (page, count + 1)


def visit() -> int:
    """Number of the visit to a page, of all that the session made; callbacks still have theirs.

    That a widget is unknown tells nothing: a run that another one replaces forgets those it did
    not come to.
    """
    return st.session_state.get(_VISIT, ("", 0))[1]


def default_filters() -> Filters:
    """The last full years of the records: what a link without a period shows."""
    complete = data.complete_until()
    last = complete.year if (complete.month, complete.day) == (12, 31) else complete.year - 1
    return Filters(since=date(last - YEARS_SHOWN + 1, 1, 1), until=date(last, 12, 31))


def link_parameters(view: Viewing, **changes: Any) -> dict[str, str]:
    """Parameters of a link to a view, with some filters changed; the period is always written."""
    return {**to_query(replace(view.filters, **changes)), "lang": view.language}


def show(**changes: Any) -> None:
    """Change filters, by writing the link; for callbacks."""
    view = viewing()
    own = {
        key: value
        for key, value in st.query_params.to_dict().items()
        if key not in {*to_query(view.filters), *view.refused, *_OWN}
    }
    st.query_params.from_dict({**link_parameters(view, **changes), **own})


def show_own(**changes: str) -> None:
    """Change parameters that only one page knows; empty removes them. For callbacks."""
    kept = {**st.query_params.to_dict(), **changes}
    st.query_params.from_dict({key: value for key, value in kept.items() if value})


def own(name: str, default: str, allowed_values: tuple[str, ...]) -> str:
    """A parameter that only one page knows."""
    value = st.query_params.get(name, default)
    return value if value in allowed_values else default


def own_text(name: str, longest: int = 80) -> str:
    """Words that only one page knows, such as those of a search."""
    return st.query_params.get(name, "")[:longest]


def toggle(field: str, value: Any) -> None:
    """Put a value into a list filter, or take it out if it is all the filter holds."""
    held = getattr(viewing().filters, field)
    if field not in LISTS:
        show(**{field: value})
    else:
        show(**{field: () if held == (value,) else (value,)})


def reset() -> None:
    """Back to the view of a bare link, in the same language."""
    language = viewing().language
    st.query_params.from_dict({"lang": language})


def _look(language: str) -> Look:
    theme = getattr(st.context.theme, "type", None) or "light"
    window = (st.context.cookies or {}).get("window") or ""
    agent = (st.context.headers or {}).get("User-Agent") or ""
    chosen = language if language in LANGUAGES else "zh"
    return Look.of_browser(chosen, theme, agent, window)
