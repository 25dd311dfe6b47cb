"""The innovation pipeline: the funnel, its small form, cohorts, one step's curve, two groups.

Figures take the answers of the `pipeline_*` queries with `code_name` (and in the funnels
`phase_name`) beside the codes, as `panels.labelled` gives them.
"""
