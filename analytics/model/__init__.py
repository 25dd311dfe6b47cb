"""The model: every dataset with its columns, measures and dimensions, as data."""

from analytics.model.bases import BASE_CLOSINGS, BASE_RETURNS, BASES, DEAL_DISTANCES
from analytics.model.deals import DEALS
from analytics.model.events import EVENTS
from analytics.model.expos import EXPO_EDITIONS, EXPO_EXHIBITS
from analytics.model.market import TECH_MARKET
from analytics.model.organisations import ORGANISATIONS
from analytics.model.pipeline import STAGE_CONVERSIONS, STAGE_CURVES, STAGE_SPELLS
from analytics.model.projects import LANDINGS, LISTINGS, PROJECTS, STAGE_EVENTS
from analytics.model.targets import TARGETS
from analytics.model.types import Column, Dataset, Dimension, Measure
from analytics.model.workstations import (
    STATION_CLOSINGS,
    STATION_STANDINGS,
    WORKSTATION_RETURNS,
    WORKSTATIONS,
)

RECORDS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        ORGANISATIONS,
        EXPO_EDITIONS,
        EXPO_EXHIBITS,
        EVENTS,
        PROJECTS,
        STAGE_EVENTS,
        DEALS,
        WORKSTATIONS,
        WORKSTATION_RETURNS,
        BASES,
        BASE_RETURNS,
        TARGETS,
    )
}
"""Datasets that are stored as records, one Parquet file each."""

DATASETS: dict[str, Dataset] = RECORDS | {
    dataset.name: dataset
    for dataset in (
        LANDINGS,
        LISTINGS,
        STATION_STANDINGS,
        STATION_CLOSINGS,
        BASE_CLOSINGS,
        DEAL_DISTANCES,
        STAGE_SPELLS,
        STAGE_CURVES,
        STAGE_CONVERSIONS,
        TECH_MARKET,
    )
}
"""Everything that can be asked: the records, what is derived from them, published series."""

MEASURES: dict[str, Measure] = {
    measure.name: measure for dataset in DATASETS.values() for measure in dataset.measures
}


def dimension(dataset: Dataset, name: str) -> Dimension | None:
    """A dataset's dimension by name."""
    return next((found for found in dataset.dimensions if found.name == name), None)


__all__ = [
    "DATASETS",
    "MEASURES",
    "RECORDS",
    "Column",
    "Dataset",
    "Dimension",
    "Measure",
    "dimension",
]
