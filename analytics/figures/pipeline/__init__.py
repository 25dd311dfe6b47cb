"""The innovation pipeline: the funnel, its small form, cohorts, one step's curve, two groups.

Figures take the answers of the `pipeline_*` queries with `code_name` (and in the funnels
`phase_name`) beside the codes, as `panels.labelled` gives them.
"""

from analytics.figures.pipeline.funnel import alt_funnel, funnel
from analytics.figures.pipeline.groups import alt_compare, compare, stalled_by_stage
from analytics.figures.pipeline.parts import row_key
from analytics.figures.pipeline.phases import alt_small_funnel, small_funnel
from analytics.figures.pipeline.progress import alt_cohorts, alt_curve, cohorts, curve

__all__ = [
    "alt_cohorts",
    "alt_compare",
    "alt_curve",
    "alt_funnel",
    "alt_small_funnel",
    "cohorts",
    "compare",
    "curve",
    "funnel",
    "row_key",
    "small_funnel",
    "stalled_by_stage",
]
