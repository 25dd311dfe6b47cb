"""What the app meets when the cluster, or a part of it, is not there."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.databases.opening import Cluster
from analytics.engine import Engine
from analytics.errors import ClusterError, TooLong
from tests.cluster.comparing import SELECTIONS, assert_same
from tests.home import HOME, ROOT
from tools.cluster import LOOPBACK, LocalCluster, free_port, is_open

TOLD_WITHIN_S = 3
PATIENT_S = 600
"""A limit that no query of these tests meets, however busy the machine is."""
LONG = ("pipeline_stalled", "stage_curves", "pipeline_cohorts")
"""Queries that keep a small cluster busy for seconds."""


@pytest.fixture(autouse=True)
def up(cluster: LocalCluster) -> Iterator[None]:
    """What a test has stopped, and left so, is there again for the next one."""
    yield
    if not is_open(cluster.server_port):
        cluster.start_server()


@pytest.fixture
def there(cluster: LocalCluster) -> Iterator[Engine]:
    engine = Engine(HOME, cubes=False, cluster=Cluster(cluster.address), time_limit_s=PATIENT_S)
    yield engine
    close(engine)


@pytest.fixture(scope="module")
def here() -> Engine:
    return Engine(HOME, cubes=False)


def close(engine: Any) -> None:
    engine._database.close()


def contracts(engine: Engine) -> float:
    return float(engine.ask(["deals.contracts"])["deals.contracts"].iloc[0])


def told(ask: Callable[[], Any]) -> tuple[ClusterError, float]:
    """The error that a question meets, and after how many seconds."""
    begun = time.monotonic()
    with pytest.raises(ClusterError) as found:
        ask()
    return found.value, time.monotonic() - begun


@contextmanager
def aside(ask: Callable[[], pd.DataFrame]) -> Iterator[Future[pd.DataFrame]]:
    """A question that is asked in a thread of its own."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(ask)


def executors_there(cluster: LocalCluster) -> list[dict[str, Any]]:
    """What the server's own page tells of its executors, those that are lost too."""
    base = f"{cluster.page}/api/v1/applications"
    with urllib.request.urlopen(base, timeout=10) as answer:
        application = json.load(answer)[0]["id"]
    with urllib.request.urlopen(f"{base}/{application}/allexecutors", timeout=10) as answer:
        return [found for found in json.load(answer) if found["id"] != "driver"]


def is_busy(cluster: LocalCluster) -> bool:
    return any(found["activeTasks"] for found in executors_there(cluster) if found["isActive"])


def wait_for(what: Callable[[], bool], within_s: float = 60) -> None:
    until = time.monotonic() + within_s
    while not what():
        assert time.monotonic() < until, "it did not come to be in time"
        time.sleep(0.02)


def test_an_executor_killed_within_a_query_changes_no_answer(
    cluster: LocalCluster, here: Engine, there: Engine
) -> None:
    contracts(there)
    lost = {found["id"] for found in executors_there(cluster) if not found["isActive"]}
    killed_within: list[str] = []
    filters = SELECTIONS["all"]
    for query in LONG:
        with aside(lambda query=query: there.query(query, filters)) as asked:
            wait_for(lambda asked=asked: is_busy(cluster) or asked.done())
            os.kill(cluster.executors()[0], signal.SIGKILL)
            if not asked.done():
                killed_within.append(query)
            answer = asked.result(PATIENT_S)
        is_ordered = query != "stage_curves"
        assert_same(here.query(query, filters), answer, is_ordered)
    assert killed_within, "each query had ended before the executor was killed"
    now = {found["id"] for found in executors_there(cluster) if not found["isActive"]}
    assert len(now - lost) >= len(LONG), "the cluster knows that it lost executors"


def test_a_query_ends_at_its_limit_and_no_other_with_it(
    cluster: LocalCluster, here: Engine, there: Engine
) -> None:
    filters = SELECTIONS["all"]
    contracts(there)
    impatient: Any = Engine(HOME, cubes=False, cluster=Cluster(cluster.address), time_limit_s=0.3)
    shared: Any = there
    impatient._database._session._open = shared._database._session._open
    with aside(lambda: there.query("pipeline_stalled", filters)) as other:
        wait_for(lambda: is_busy(cluster))
        begun = time.monotonic()
        with pytest.raises(TooLong) as found:
            impatient.query("stage_curves", filters)
        assert time.monotonic() - begun < 10
        assert found.value.key == "too_long_cluster"
        assert_same(here.query("pipeline_stalled", filters), other.result(PATIENT_S))
    assert contracts(there) == contracts(here)


def test_a_cluster_without_hands_does_not_keep_a_page_waiting(
    cluster: LocalCluster, here: Engine, there: Engine
) -> None:
    contracts(there)
    session = there._database._session  # pyright: ignore
    held = cluster.executors()
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    try:
        session._time_limit_s = 2
        begun = time.monotonic()
        with pytest.raises(TooLong):
            there.ask(["deals.value"], ["industry"])
        assert time.monotonic() - begun < 12
    finally:
        for pid in held:
            os.kill(pid, signal.SIGCONT)
    session._time_limit_s = PATIENT_S
    assert_same(here.ask(["deals.value"], ["industry"]), there.ask(["deals.value"], ["industry"]))


def test_a_server_that_stops_is_told_at_once_and_one_that_comes_back_is_used(
    cluster: LocalCluster, here: Engine, there: Engine
) -> None:
    filters = SELECTIONS["all"]
    assert contracts(there) == contracts(here)
    wait_for(lambda: not is_busy(cluster))
    with aside(lambda: there.query("pipeline_stalled", filters)) as asked:
        wait_for(lambda: is_busy(cluster))
        cluster.stop_server()
        begun = time.monotonic()
        with pytest.raises(ClusterError) as found:
            asked.result(60)
        assert time.monotonic() - begun < TOLD_WITHIN_S
    assert found.value.key == "no_cluster"
    for engine in (there, Engine(HOME, cubes=False, cluster=Cluster(cluster.address))):
        error, seconds = told(lambda engine=engine: contracts(engine))
        assert error.key == "no_cluster" and seconds < TOLD_WITHIN_S
        assert cluster.address in error.message("zh") and cluster.address in error.message("en")
        assert_same(here.query("market_provinces"), engine.query("market_provinces"))
    cluster.start_server()
    assert contracts(there) == contracts(here)
    # A session of before: the server that answers now has never heard of it.
    cluster.stop_server()
    cluster.start_server()
    assert_same(here.query("deals_flow", filters), there.query("deals_flow", filters))


def test_a_server_that_hangs_is_given_up(cluster: LocalCluster, there: Engine) -> None:
    contracts(there)
    there._database._session._time_limit_s = 2  # pyright: ignore
    with cluster.hanging():
        begun = time.monotonic()
        with pytest.raises(TooLong):
            contracts(there)
        assert time.monotonic() - begun < 25
        error, seconds = told(lambda: contracts(there))
        assert error.key == "no_cluster" and seconds < 20
    there._database._session._time_limit_s = PATIENT_S  # pyright: ignore
    assert contracts(there)


def test_an_address_where_nobody_listens_is_told_at_once() -> None:
    error, seconds = told(
        lambda: contracts(
            Engine(HOME, cubes=False, cluster=Cluster(f"sc://{LOOPBACK}:{free_port()}"))
        )
    )
    assert error.key == "no_cluster" and seconds < TOLD_WITHIN_S


def test_a_machine_that_takes_no_connection_is_waited_for_once() -> None:
    with socket.socket() as full:
        # Nobody takes what comes, and there is no room for more to wait.
        full.bind((LOOPBACK, 0))
        full.listen(0)
        place = full.getsockname()
        with socket.create_connection(place):
            waiting = [socket.socket() for _ in range(3)]
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(place)
            engine = Engine(HOME, cubes=False, cluster=Cluster(f"sc://{LOOPBACK}:{place[1]}"))
            first, again = told(lambda: contracts(engine)), told(lambda: contracts(engine))
            for one in waiting:
                one.close()
    assert first[0].key == again[0].key == "no_cluster"
    assert first[1] < TOLD_WITHIN_S and again[1] < 0.5


@pytest.mark.parametrize("address", ["localhost:15002", "sc://", "sc://host:port", "spark://a:1"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(ClusterError, match="expected the address") as found:
        Engine(HOME, cluster=Cluster(address))
    assert address in found.value.message("zh")


def test_many_threads_share_a_session(here: Engine, there: Engine) -> None:
    kinds = ["industry", "city", "contract_type", "channel"]
    wanted = {by: here.ask(["deals.value", "deals.median"], [by]) for by in kinds}
    barrier = threading.Barrier(8)

    def ask(number: int) -> None:
        barrier.wait()
        for by in kinds[number % 4 :] + kinds[: number % 4]:
            assert_same(wanted[by], there.ask(["deals.value", "deals.median"], [by]))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))


SCRIPT = """
import os, sys
from pathlib import Path
from analytics.databases.opening import Cluster
from analytics.engine import Engine
folder = Path(os.environ["TRANSFERSCOPE_DATA"])
engine = Engine(folder, cubes=False, cluster=Cluster(sys.argv[1]))
print(len(engine.ask(["deals.value"], ["industry"])), flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize("is_stopped", [False, True], ids=["running", "stopped"])
def test_a_program_that_asked_a_cluster_ends(
    cluster: LocalCluster, is_stopped: bool, tmp_path: Path
) -> None:
    script = tmp_path / "asking.py"
    script.write_text(SCRIPT)
    process = subprocess.Popen(
        [sys.executable, script, cluster.address],
        env={**os.environ, "TRANSFERSCOPE_DATA": str(HOME), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout and int(process.stdout.readline()) > 5
        if is_stopped:
            cluster.stop_server()
        process.communicate("\n", timeout=15)
        assert process.returncode == 0
    finally:
        process.kill()
