"""Rows that are held give the answers that their text would give each time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pandas as pd
import pytest

from analytics.databases import derived
from analytics.engine import Engine
from analytics.filters import Filters
from analytics.model import DATASETS
from analytics.panels.everything import each
from tests.tables import HOME

CHOSEN = Filters(since=date(2019, 1, 1), until=date(2023, 6, 30), regions=("440000",))
VIEWS = [dataset for dataset in DATASETS.values() if dataset.view and dataset.measures]


@pytest.fixture(scope="module")
def both() -> tuple[Engine, Engine]:
    """With rows held, and without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derived, "MOST", -1)
        bare = Engine(HOME)
    return Engine(HOME), bare


@pytest.mark.parametrize("dataset", VIEWS, ids=lambda dataset: dataset.name)
def test_measures_are_the_same(dataset, both: tuple[Engine, Engine]) -> None:
    measures = [found.name for found in dataset.measures if found.kind != "ratio"]
    for by in ((), *((found.name,) for found in dataset.dimensions)):
        held, bare = (engine.ask(measures, by, CHOSEN) for engine in both)
        pd.testing.assert_frame_equal(held, bare)


@pytest.mark.parametrize("panel", [p for p in each() if p.query], ids=lambda panel: panel.key)
def test_queries_are_the_same(panel, both: tuple[Engine, Engine]) -> None:
    held, bare = (panel.ask(engine, CHOSEN) for engine in both)
    pd.testing.assert_frame_equal(held, bare)


def test_the_text_that_is_told_stands_by_itself_and_the_rows_are_made_once(both) -> None:
    engine, bare = both
    assert engine.statement("pipeline_funnel").sql == bare.statement("pipeline_funnel").sql
    database = engine._database
    made = len(database._derived._made)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: engine.ask(["deal_distances.value"]), range(16)))
    assert len(database._derived._made) <= made + 1
    assert not bare._database._derived._made
