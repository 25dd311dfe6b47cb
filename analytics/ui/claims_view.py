"""Cards and finding of the page of published claims."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import streamlit as st

from analytics.claims import Outcome, words
from analytics.claims.rules import interval
from analytics.formats import number, written
from analytics.panels.claims import outcomes
from analytics.ui import data
from analytics.ui.claims_words import counts_of, metric_of, units_of, verdict_of
from analytics.ui.page import told
from analytics.ui.state import Viewing

_NO_LIMIT = Decimal("Infinity")


def verdict_cards(view: Viewing) -> None:
    """How many claims have each verdict, in the look of all cards."""
    with told(view):
        counts = counts_of(outcomes(data.engine()))
        total = sum(counts.values())
        compared = total - counts["incomparable"]
        with st.grid(6, min_column_width=158, gap="xsmall", key="kpi"):
            _card("all", view.say("claims.card_all"), total, 0, view)
            _card("compared", view.say("claims.card_compared"), compared, total, view)
            for verdict in ("agrees", "consistent", "contradicts"):
                _card(verdict, verdict_of(verdict, view), counts[verdict], compared, view)
            _card(
                "incomparable",
                verdict_of("incomparable", view),
                counts["incomparable"],
                total,
                view,
            )


def claims_finding(view: Viewing) -> str | None:
    """What the comparison says, and the claim that is nearest to its limit or beyond it."""
    found = outcomes(data.engine())
    counts = counts_of(found)
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
        nearest=metric_of(nearest.claim, view),
        rule=words.rule(nearest.claim, units_of(view), view.language),
        live=words.live(nearest, units_of(view), view.language),
    )


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
