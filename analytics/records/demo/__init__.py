"""Demonstration records: invented, deterministic, calibrated to the published claims.

`calibration` holds every figure they must give; each other module makes one kind of record.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analytics.model import RECORDS
from analytics.records.demo.bases import base_returns, make_bases
from analytics.records.demo.contracts import deal_table
from analytics.records.demo.deals import make_deals
from analytics.records.demo.events import make_events
from analytics.records.demo.expos import exhibit_table, make_editions, make_exhibits
from analytics.records.demo.organisations import make_organisations
from analytics.records.demo.places import load_places
from analytics.records.demo.projects import exhibit_projects, landings, make_projects
from analytics.records.demo.returns import make_returns
from analytics.records.demo.stations import make_stations
from analytics.records.demo.targets import make_targets
from analytics.records.demo.write import write_records

SEED = 20250930


def generate(scale: int = 1, seed: int = SEED) -> dict[str, pd.DataFrame]:
    """Make all records.

    Args:
        scale: Multiplies organisations, exhibits, events, projects and deals; stations, bases
            and editions stay. Claims are met at 1.
        seed: The same seed gives the same records.

    Returns:
        A table for each dataset of the model, with its columns in its order.
    """
    places = load_places()
    bases = make_bases(places, seed)
    orgs = make_organisations(places, scale, seed)
    exhibits = make_exhibits(places, orgs, scale, seed)
    events = make_events(places, bases, scale, seed)
    projects = make_projects(places, orgs, bases, exhibits, scale, seed)
    made = make_deals(places, orgs, bases, projects, scale, seed)
    deals = deal_table(made, places, orgs, bases, projects, events, scale, seed)
    stations = make_stations(places, orgs, seed)
    landed = landings(projects)
    tables = {
        "organisations": orgs.table,
        "expo_editions": make_editions(),
        "expo_exhibits": exhibit_table(
            exhibits, places, orgs, exhibit_projects(projects, len(exhibits.place))
        ),
        "events": events,
        "projects": projects.table,
        "stage_events": projects.events,
        "deals": deals,
        "workstations": stations.table,
        "workstation_returns": make_returns(stations, seed),
        "bases": bases.table,
        "base_returns": base_returns(bases, landed, deals, seed),
        "targets": make_targets(places, deals, landed, bases.table, stations.table),
    }
    return {
        name: tables[name].reindex(columns=[c.name for c in dataset.columns])
        for name, dataset in RECORDS.items()
    }


def write(folder: Path, scale: int = 1) -> None:
    """Make all records and write them to a folder, with their manifest."""
    write_records(folder, generate(scale))


__all__ = ["SEED", "generate", "write"]
