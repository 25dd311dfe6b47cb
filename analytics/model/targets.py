"""Targets that leadership set; cards then show completion."""

from analytics.model.types import Column, Dataset

TARGETS = Dataset(
    name="targets",
    zh="年度目标",
    en="Targets",
    grain="One row per measure, region and year.",
    key=("measure", "adcode", "year"),
    regions={"from": "adcode"},
    optional=True,
    columns=(
        Column("measure", "VARCHAR", "指标", "Measure", required=True),
        Column("adcode", "VARCHAR", "地区代码", "Region code", reference="regions.adcode"),
        Column("year", "INTEGER", "年份", "Year", required=True),
        Column("value", "DOUBLE", "目标值", "Target", required=True),
    ),
)
