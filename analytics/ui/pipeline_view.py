"""The pipeline's cards and finding, from its queries."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analytics.figures.base import rows_of
from analytics.formats import is_missing, number, written
from analytics.ui import data
from analytics.ui.cards import Card, Fact
from analytics.ui.state import Viewing

_READS = ("projects", "stage_events")


def pipeline_cards(view: Viewing) -> list[Card | Fact]:
    """Projects taken in and landed, the narrowest gate, the wait before it, what stalls."""
    rows = data.query("pipeline_funnel", view.filters)
    stages = {row["code"]: row for row in rows_of(rows) if row["kind"] == "stage"}
    narrowest = narrowest_gate(rows)
    waiting = sum(int(row["in_progress"]) for row in stages.values())
    waiting -= int(stages["incubated"]["in_progress"])
    return [
        Card("projects.started", worse="down", plain=True),
        Fact(
            "pipeline.card_reached_landing",
            int(stages["landed"]["reached"]),
            "count",
            "项",
            reads=_READS,
        ),
        Fact("pipeline.card_waiting", waiting, "count", "项", reads=_READS),
        Fact(
            "pipeline.card_narrowest",
            narrowest["conversion"] if narrowest is not None else None,
            "share",
        ),
        Fact("pipeline.card_stay", stages["pilot"]["median_days"], "days"),
        stalled_fact(view),
    ]


def stalled_fact(view: Viewing) -> Fact:
    """How many of the selected projects stall now."""
    stalled = len(data.query("pipeline_stalled", view.filters))
    warns = stalled > 0
    return Fact("pipeline.card_stalled", stalled, "count", "项", warns=warns, reads=_READS)


def pipeline_finding(view: Viewing) -> str | None:
    """The narrowest gate, with its interval, those still before it and how long they stay."""
    gate = narrowest_gate(data.query("pipeline_funnel", view.filters))
    if gate is None:
        return None
    language = view.language
    said: dict[str, Any] = {
        "gate": data.labels().name("gates", gate["code"], language),
        "reached": number(gate["reached"], 0, language),
        "share": written(gate["conversion"], "share", language),
        "low": written(gate["conversion_low"], "share", language),
        "high": written(gate["conversion_high"], "share", language),
        "waiting": number(gate["in_progress"], 0, language),
    }
    if is_missing(gate["median_days"]):
        return view.say("pipeline.finding_unknown_stay", **said)
    return view.say("pipeline.finding", days=number(gate["median_days"], 0, language), **said)


def narrowest_gate(rows: pd.DataFrame) -> dict[str, Any] | None:
    """The gate that the smallest share passes; None where none was reached."""
    gates = [
        row for row in rows_of(rows) if row["kind"] == "gate" and not is_missing(row["conversion"])
    ]
    return min(gates, key=lambda row: row["conversion"], default=None)
