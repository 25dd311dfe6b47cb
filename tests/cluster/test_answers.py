"""Every query file and every measure gives on the cluster what DuckDB gives."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot

from analytics.databases.opening import Cluster
from analytics.databases.spark.translation import translate
from analytics.engine import Engine
from analytics.model import DATASETS, RECORDS
from analytics.panels import bases, expos, pipeline, workstations
from analytics.panels.everything import each
from analytics.statements import query_names
from tests.cluster.comparing import SELECTIONS, Pair
from tests.home import HOME
from tools.cluster import LOOPBACK, free_port

MADE_BY_PAGES = (
    pipeline.curve_of("cultivated"),
    expos.pair_of(2018, 2022),
    workstations.returns_of("W0001"),
    bases.returns_of("B0008"),
)
"""Panels whose values a page chooses."""
FURTHER: dict[str, dict[str, Any]] = {
    "bases_card": {"base": "B0008"},
    "stations_card": {"station": "W0001"},
    "expos_by_age": {"days": 365},
    "station_rd_three_years": {"intensity_over": 0.05, "spend_over": 10_000_000},
}
"""Query files that no panel asks, and what they are asked with elsewhere."""


def values_of(query: str) -> list[dict[str, Any]]:
    """The values that a query file is asked with."""
    found = [dict(panel.values) for panel in (*each(), *MADE_BY_PAGES) if panel.query == query]
    unique = [values for place, values in enumerate(found) if values not in found[:place]]
    return unique or [FURTHER.get(query, {})]


ASKED = [
    pytest.param(name, values, id=f"{name}-{place}")
    for name in query_names()
    for place, values in enumerate(values_of(name))
]


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize(("name", "values"), ASKED)
def test_a_query_file_equals(name: str, values: dict[str, Any], selection: str, pair: Pair) -> None:
    filters = SELECTIONS[selection]
    sql = pair.here.statement(name, filters, **values).sql
    is_ordered = sqlglot.parse_one(sql, read="duckdb").args.get("order") is not None
    rows = pair.same(
        "query files", lambda engine: engine.query(name, filters, **values), is_ordered
    )
    assert rows or selection != "all", "an answer without a row compares nothing"


MEASURED = [
    pytest.param(dataset.name, by, grain, id="-".join(filter(None, (dataset.name, *by, grain))))
    for dataset in DATASETS.values()
    if dataset.measures
    for by in ((), *((dimension.name,) for dimension in dataset.dimensions))
    for grain in ("", "year", "quarter", "month")
    # Every dimension with a grain and without; the finer grains need not meet each of them.
    if (grain in ("", "year") or not by) and (not grain or dataset.time or dataset.opened)
]


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize(("dataset", "by", "grain"), MEASURED)
def test_the_measures_of_a_dataset_equal(
    dataset: str, by: tuple[str, ...], grain: str, selection: str, pair: Pair
) -> None:
    names = [
        measure.name
        for measure in DATASETS[dataset].measures
        # A ratio to another dataset can be asked by what both have.
        if measure.kind != "ratio"
        or all(
            set(by) <= {dimension.name for dimension in DATASETS[side.split(".")[0]].dimensions}
            for side in (measure.numerator, measure.denominator)
        )
    ]
    pair.same(
        "measures",
        lambda engine: engine.ask(names, by, SELECTIONS[selection], grain),
        is_ordered=True,
    )


@pytest.mark.parametrize("dataset", RECORDS)
def test_the_records_equal(dataset: str, pair: Pair) -> None:
    time = DATASETS[dataset].time
    order = time if time in {column.name for column in DATASETS[dataset].columns} else ""
    for filters in SELECTIONS.values():
        assert pair.here.count(dataset, filters) == pair.there.count(dataset, filters)
        assert pair.here.idle(dataset, filters) == pair.there.idle(dataset, filters)
        for page in ({"limit": 30, "offset": 7}, {"limit": None}):
            pair.same(
                "measures",
                lambda engine, filters=filters, page=page: engine.records(
                    dataset, filters, order, descending=True, **page
                ),
                is_ordered=True,
            )


def test_values_are_bound_and_never_pasted(pair: Pair) -> None:
    statement = pair.here.statement("stations_card", station="x' or '1'='1")
    assert "'1'" not in translate(statement.sql) and ":station" in translate(statement.sql)
    assert pair.there.query("stations_card", station="x' or '1'='1").empty


def test_what_reads_no_record_is_answered_without_the_cluster() -> None:
    alone = Engine(HOME, cubes=False, cluster=Cluster(f"sc://{LOOPBACK}:{free_port()}"))
    assert len(alone.query("market_provinces")) and len(alone.table("regions"))
