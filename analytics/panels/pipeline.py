"""Panels of the pipeline page, and the small funnel of the overview."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from analytics.figures.pipeline.funnel import alt_funnel, funnel
from analytics.figures.pipeline.groups import alt_compare, compare, stalled_by_stage
from analytics.figures.pipeline.phases import alt_small_funnel, small_funnel
from analytics.figures.pipeline.progress import alt_cohorts, alt_curve, cohorts, curve
from analytics.formats import number
from analytics.look import Look
from analytics.panels.types import Click, Panel
from analytics.text import text

_COUNTED = ("projects.started",)

FUNNEL = Panel(
    name="pipeline.funnel",
    query="pipeline_funnel",
    definitions=_COUNTED,
    height=520,
    draw=funnel,
    alt=alt_funnel,
    click=Click("own:step", "code"),
    scrolls=900,
    notes=(
        "pipeline.definition_phases",
        "pipeline.definition_reached",
        "pipeline.definition_conversion",
        "pipeline.definition_stay",
    ),
)

SMALL_FUNNEL = Panel(
    name="pipeline.small",
    query="pipeline_phases",
    definitions=_COUNTED,
    height=440,
    draw=small_funnel,
    alt=alt_small_funnel,
    notes=("pipeline.definition_phases", "pipeline.definition_conversion"),
)

COHORTS = Panel(
    name="pipeline.cohorts",
    query="pipeline_cohorts",
    definitions=_COUNTED,
    draw=cohorts,
    alt=alt_cohorts,
    notes=("pipeline.definition_cohorts",),
)

COMPARE = Panel(
    name="pipeline.compare",
    query="pipeline_compare",
    definitions=_COUNTED,
    draw=compare,
    alt=alt_compare,
    notes=("pipeline.definition_compare",),
)

CURVE = Panel(
    name="pipeline.curve",
    query="pipeline_curve",
    values={"gate": "valley_of_death"},
    definitions=_COUNTED,
    draw=curve,
    alt=alt_curve,
    notes=("pipeline.definition_conversion",),
)


def _stalled_alt(frame: pd.DataFrame, look: Look) -> str:
    return text("pipeline.alt_stalled", look.language, count=number(len(frame), 0, look.language))


STALLED = Panel(
    name="pipeline.stalled",
    query="pipeline_stalled",
    definitions=_COUNTED,
    draw=stalled_by_stage,
    alt=_stalled_alt,
    table_first=True,
    height=410,
    notes=("pipeline.definition_stalled",),
)

PANELS = (FUNNEL, SMALL_FUNNEL, COHORTS, COMPARE, CURVE, STALLED)


def curve_of(step: str) -> Panel:
    """The curve of one stage or gate."""
    return replace(CURVE, values={"gate": step})
