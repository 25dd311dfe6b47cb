"""Where the records lie, what they must be, and what is told where they are not."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from analytics.databases.opening import Cluster
from analytics.engine import Engine
from analytics.errors import ClusterError, DataError
from analytics.records.store import Account, Store
from analytics.statements import Statement
from tests.cluster.comparing import assert_same
from tests.home import HOME
from tests.intake.snapshots import demo_tables
from tools.cluster import LocalCluster

MEASURES = ["deals.value", "deals.contracts", "deals.median"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose name a pattern or an address could be read into."""
    data = tmp_path / "数据 [1] {a,b}*?%20#"
    shutil.copytree(HOME / "demo", data / "demo")
    return data


@pytest.fixture
def opened(cluster: LocalCluster) -> Iterator[Any]:
    """Opens engines on the cluster and closes them."""
    found: list[Any] = []

    def open_engine(folder: Path, data: str = "") -> Engine:
        given = Cluster(cluster.address, data)
        found.append(Engine(folder, home=HOME, cubes=False, cluster=given, time_limit_s=600))
        return found[-1]

    yield open_engine
    for engine in found:
        engine._database.close()


def test_any_folder_is_read_as_it_is_named(folder: Path, opened: Any) -> None:
    here = Engine(HOME, cubes=False)
    assert_same(here.ask(MEASURES, ["industry"]), opened(folder).ask(MEASURES, ["industry"]))


def test_the_cluster_may_find_the_records_elsewhere(
    folder: Path, tmp_path: Path, opened: Any
) -> None:
    """The dashboard's own folder then needs the manifests, and no record."""
    there = tmp_path / "mounted"
    shutil.copytree(folder, there)
    for path in folder.rglob("*.parquet"):
        path.unlink()
    here = Engine(HOME, cubes=False)
    engine = opened(folder, f"file://{there}/")
    assert_same(here.ask(MEASURES, ["industry"]), engine.ask(MEASURES, ["industry"]))
    with pytest.raises(ClusterError) as found:
        opened(folder, "file:///nowhere").ask(MEASURES)
    assert found.value.key == "not_seen_there"
    assert "file:///nowhere/demo/deals.parquet" in found.value.message("zh")


def _missing(path: Path) -> None:
    path.unlink()


def _damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2000])


def _of_another_type(path: Path) -> None:
    frame = pd.read_parquet(path)
    frame.assign(edition=frame["edition"].astype(str)).to_parquet(path)


@pytest.mark.parametrize(
    ("harm", "key"),
    [(_missing, "no_file"), (_damaged, "damaged_file"), (_of_another_type, "wrong_schema")],
)
def test_a_harmed_file_is_told_and_the_others_answer(
    harm: Any, key: str, folder: Path, opened: Any
) -> None:
    harm(folder / "demo" / "deals.parquet")
    engine, here = opened(folder), Engine(folder, home=HOME, cubes=False)
    for one in (engine, here):
        with pytest.raises(DataError) as found:
            one.ask(MEASURES)
        assert found.value.key == key
        assert "deals.parquet" in found.value.message("zh")
    assert_same(here.ask(["bases.open"]), engine.ask(["bases.open"]))


def test_a_dataset_may_be_a_folder_of_files(folder: Path, opened: Any) -> None:
    """As Spark itself writes them."""
    path = folder / "demo" / "deals.parquet"
    table = pq.read_table(path)
    path.unlink()
    path.mkdir()
    for part in range(3):
        pq.write_table(table.slice(part * 3000, 3000), path / f"part-{part}.parquet")
    here = Engine(HOME, cubes=False)
    assert_same(here.ask(MEASURES, ["industry"]), opened(folder).ask(MEASURES, ["industry"]))


def test_what_has_not_been_imported_yet_is_blank(tmp_path: Path, opened: Any) -> None:
    Store.of_records(tmp_path).publish(demo_tables("deals"), Account(), "")
    here, there = Engine(tmp_path, home=HOME, cubes=False), opened(tmp_path)
    asked = ["deals.value", "deals.per_event", "projects.started", "bases.open"]
    assert_same(here.ask(asked, ["city"]), there.ask(asked, ["city"]))
    for query in ("pipeline_funnel", "bases_map", "expos_gba", "deals_flow"):
        values = {"months": 36} if query == "expos_gba" else {}
        assert_same(here.query(query, **values), there.query(query, **values))


def test_what_may_be_lacking_is_empty(folder: Path, opened: Any) -> None:
    (folder / "demo" / "targets.parquet").unlink()
    here = Engine(folder, home=HOME, cubes=False)
    assert_same(here.records("targets"), opened(folder).records("targets"))


def test_a_text_that_spark_cannot_do_is_told(folder: Path, opened: Any) -> None:
    engine = opened(folder)
    text = "select damerau_levenshtein(deal_id, 'a') as a from stored.deals"
    with pytest.raises(ClusterError) as found:
        engine._database.run(Statement(text, {}))
    assert found.value.key == "cluster_failed" and "sc://" in found.value.message("en")
