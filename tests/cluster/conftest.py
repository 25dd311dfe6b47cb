"""A cluster of this machine's own, and the two engines that are compared on it."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.comparing import TIMES, Pair
from tests.home import HOME
from tools.cluster import LocalCluster, running, spark_home

SPARK = os.environ.get("TRANSFERSCOPE_SPARK", "")
"""Environment in which the server's Spark is installed; `tools/dev.py` sets it."""
if not SPARK:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with running(spark_home(Path(SPARK)), tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture(scope="session")
def pair(cluster: LocalCluster) -> Iterator[Pair]:
    found = Pair(HOME, cluster.address)
    yield found
    found.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the cluster costs in latency, as it was seen in this run."""
    for name, times in TIMES.items():
        if not times:
            continue
        here, there = (statistics.median(side) for side in zip(*times, strict=True))
        terminalreporter.write_line(
            f"{name}: {len(times)} answers, at the median {1000 * here:.0f} ms by DuckDB here, "
            f"{1000 * there:.0f} ms by the cluster, {there / here:.0f} times as long"
        )
