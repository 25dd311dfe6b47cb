"""How the page of published claims names things."""

from __future__ import annotations

from collections.abc import Sequence

from analytics.claims import VERDICTS, Claim, Outcome, Verdict
from analytics.text import has_text
from analytics.ui import data
from analytics.ui.state import Viewing


def counts_of(found: Sequence[Outcome]) -> dict[Verdict, int]:
    """Claims by verdict."""
    return {verdict: sum(item.verdict == verdict for item in found) for verdict in VERDICTS}


def units_of(view: Viewing) -> dict[str, str]:
    """English names of the units, by the units as written."""
    names = data.labels()
    return {unit: names.name("unit_names", unit, "en") for unit in names.codes("unit_names")}


def metric_of(claim: Claim, view: Viewing) -> str:
    """What a claim counts."""
    return view.look.pick(claim.metric_zh, claim.metric_en) or claim.figure_id


def verdict_of(code: str, view: Viewing) -> str:
    """A verdict in words."""
    return view.say(f"codes.verdicts_{code}")


def system_of(code: str, view: Viewing) -> str:
    """Name of the system that a claim speaks of."""
    return data.labels().name("systems", code, view.language) if code else "—"


def article_of(code: str, view: Viewing) -> str:
    """Name of an article."""
    key = f"claims.article_{code.lower()}"
    return view.say(key) if has_text(key) else data.labels().name("sources", code, view.language)
