"""What is derived from projects and their events: spells in stages, curves, estimates."""

from analytics.model.types import Choice, Dataset

STAGE_SPELLS = Dataset(
    name="stage_spells",
    zh="阶段历程",
    en="Spells in stages",
    grain="One row per project and step whose beginning it reached: a stage, a gate, a phase, the "
    "whole way.",
    key=("project_id", "kind", "code"),
    view="stage_spells",
    time="started_on",
    regions={"from": "origin_adcode", "to": "landed_adcode"},
    industry="industry",
    subindustry="subindustry",
    choices=(Choice("channels", "channel"), Choice("editions", "edition")),
)

STAGE_CURVES = Dataset(
    name="stage_curves",
    zh="阶段累积发生曲线",
    en="Cumulative incidence by stage",
    grain="One row per part of the projects, step and day on which a spell in it closes.",
    key=("part", "kind", "code", "days"),
    view="stage_curves",
)

STAGE_CONVERSIONS = Dataset(
    name="stage_conversions",
    zh="阶段转化估计",
    en="Conversion by stage",
    grain="One row per part of the projects and step.",
    key=("part", "kind", "code"),
    view="stage_conversions",
)
