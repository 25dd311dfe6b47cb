"""Cubes that the cluster sums are those that DuckDB sums, and pages then ask the cluster little."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from analytics.cubes.building import build_cubes
from analytics.cubes.publishing import held_in
from analytics.databases.opening import Cluster
from analytics.engine import Engine
from analytics.errors import ClusterError
from tests.cluster.comparing import assert_same
from tests.home import HOME
from tools.cluster import LOOPBACK, LocalCluster, free_port


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, cluster: LocalCluster) -> Path:
    """A data folder whose cubes the cluster has made, beside those that DuckDB has made."""
    data = tmp_path_factory.mktemp("made")
    shutil.copytree(HOME / "demo", data / "demo")
    manifest = json.loads((data / "demo" / "manifest.json").read_text(encoding="utf-8"))
    rows = {name: entry["rows"] for name, entry in manifest["datasets"].items()}
    held = held_in(data / "demo", data, rows)
    build_cubes(held, data / "here", force=True)
    build_cubes(held, data / "demo", force=True, cluster=Cluster(cluster.address))
    return data


def test_the_cluster_makes_the_same_files(folder: Path) -> None:
    here, there = (folder / name / "cubes" for name in ("here", "demo"))
    names = sorted(path.name for path in here.iterdir())
    assert len(names) > 5 and names == sorted(path.name for path in there.iterdir())
    for name in names:
        assert (here / name).read_bytes() == (there / name).read_bytes(), name


def test_what_a_cube_holds_is_answered_without_the_cluster(folder: Path) -> None:
    nobody = f"sc://{LOOPBACK}:{free_port()}"
    alone = Engine(folder, home=HOME, cluster=Cluster(nobody))
    records = Engine(HOME, cubes=False)
    for by in ("industry", "province", "contract_type"):
        measures = ["deals.value", "deals.contracts"]
        assert_same(records.ask(measures, [by]), alone.ask(measures, [by]))
    with pytest.raises(ClusterError):
        alone.query("pipeline_funnel")


def test_records_that_are_not_there_are_told(folder: Path, cluster: LocalCluster) -> None:
    held = held_in(folder / "demo", folder, {"deals": 6538, "projects": 9141})
    nobody = f"sc://{LOOPBACK}:{free_port()}"
    with pytest.raises(ClusterError):
        build_cubes(held, folder / "other", force=True, cluster=Cluster(nobody))
    assert not list((folder / "other").iterdir()), "nothing is left behind"
