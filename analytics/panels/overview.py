"""Panels of the overview that no other page has."""

from __future__ import annotations

from dataclasses import replace

from analytics.panels import deals

TREND = replace(
    deals.TREND,
    name="overview.trend",
    variants=tuple(replace(variant, name="overview.trend") for variant in deals.TREND.variants),
)

PANELS = (TREND,)
