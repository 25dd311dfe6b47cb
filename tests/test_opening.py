"""Which database answers, where nothing of a cluster is installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from analytics.databases.duck import Duck
from analytics.databases.opening import Cluster, named_cluster
from analytics.engine import Engine
from analytics.errors import ClusterError
from tests.home import HOME, ROOT


def test_duckdb_answers_where_no_cluster_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRANSFERSCOPE_ENGINE", raising=False)
    assert named_cluster() is None
    assert isinstance(Engine(HOME, cluster=named_cluster())._database, Duck)


def test_a_cluster_is_named_with_where_it_finds_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANSFERSCOPE_ENGINE", " sc://spark:15002 ")
    assert named_cluster() == Cluster("sc://spark:15002")
    monkeypatch.setenv("TRANSFERSCOPE_CLUSTER_DATA", "hdfs://name/transferscope")
    assert named_cluster() == Cluster("sc://spark:15002", "hdfs://name/transferscope")


def test_what_a_cluster_needs_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("sqlglot", "pyspark", "grpc"):
        monkeypatch.setitem(sys.modules, name, None)
    for name in [name for name in sys.modules if name.startswith("analytics.databases.spark")]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ClusterError) as found:
        Engine(HOME, cluster=Cluster("sc://spark:15002"))
    for language in ("zh", "en"):
        told = found.value.message(language)
        assert "requirements-cluster.txt" in told and "sc://spark:15002" in told


def test_nothing_of_a_cluster_is_imported_otherwise() -> None:
    script = (
        "import sys; import analytics.ui.server, analytics.engine, analytics.commands.cubes; "
        "print({'sqlglot', 'pyspark', 'grpc', 'analytics.databases.spark'} & set(sys.modules))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "set()"
