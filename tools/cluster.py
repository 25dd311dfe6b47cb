"""A small Spark cluster on this machine: a standalone master, two workers, a Connect server.

Everything listens on loopback only, on free ports, and ends with the block that started it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOOPBACK = "127.0.0.1"
WORKERS = 2
START_WITHIN_S = 120
STOP_WITHIN_S = 30
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
SETTINGS = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.connect.grpc.binding.address": LOOPBACK,
    "spark.ui.showConsoleProgress": "false",
    "spark.executor.cores": "1",
    "spark.executor.memory": "1500m",
    "spark.driver.memory": "1500m",
    # The records of a test are small: many partitions would cost more than they spread.
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.adaptive.enabled": "true",
}


@dataclass
class LocalCluster:
    """What was started, by process.

    Args:
        home: Folder of the Spark that is run.
        folder: Where logs and work files go.
    """

    home: Path
    folder: Path
    master_port: int = 0
    server_port: int = 0
    page_port: int = 0
    _started: dict[str, subprocess.Popen[bytes]] = field(default_factory=lambda: {})

    @property
    def address(self) -> str:
        """What TRANSFERSCOPE_ENGINE is set to."""
        return f"sc://{LOOPBACK}:{self.server_port}"

    @property
    def page(self) -> str:
        """Address of the server's own pages, which tell of jobs and executors."""
        return f"http://{LOOPBACK}:{self.page_port}"

    def start(self) -> None:
        """Start master, workers and server; a process that ends by itself is an error."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.master_port = free_port()
        pages = ("--webui-port", str(free_port()))
        place = ("--host", LOOPBACK, "--port", str(self.master_port))
        self._run("master", "bin/spark-class", MASTER, *place, *pages)
        self._wait("master", self.master_port)
        for number in range(WORKERS):
            self.start_worker(f"worker-{number}")
        self.server_port, self.page_port = free_port(), free_port()
        self.start_server()

    def start_worker(self, name: str) -> None:
        """Start one worker of one core."""
        port = free_port()
        self._run(
            name,
            *("bin/spark-class", WORKER, "--host", LOOPBACK, "--port", str(port)),
            *("--webui-port", str(free_port()), "--cores", "1", "--memory", "2g"),
            *("--work-dir", str(self.folder / name), self._master),
        )
        self._wait(name, port)

    def start_server(self) -> None:
        """Start the Connect server on the same port as before."""
        settings = SETTINGS | {
            "spark.connect.grpc.binding.port": str(self.server_port),
            "spark.ui.port": str(self.page_port),
        }
        given = [part for pair in settings.items() for part in ("--conf", "=".join(pair))]
        self._run("server", "bin/spark-submit", "--class", SERVER, "--master", self._master, *given)
        self._wait("server", self.server_port)

    def stop_server(self) -> None:
        """Stop the Connect server; master and workers go on."""
        self._end("server")

    @contextmanager
    def hanging(self) -> Generator[None]:
        """The Connect server takes connections and answers nothing within the block."""
        process = self._started["server"]
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Stop everything that was started, last first."""
        for name in reversed(list(self._started)):
            self._end(name)

    def executors(self) -> list[int]:
        """Process ids of the executors that the workers run now."""
        found: list[int] = []
        for name, process in self._started.items():
            if name.startswith("worker"):
                found += [pid for pid in _children(process.pid) if _is_executor(pid)]
        return found

    @property
    def _master(self) -> str:
        return f"spark://{LOOPBACK}:{self.master_port}"

    def _run(self, name: str, *command: str) -> None:
        environment = {
            **os.environ,
            "SPARK_HOME": str(self.home),
            "SPARK_CONF_DIR": str(self.folder / "conf"),
            "SPARK_LOCAL_IP": LOOPBACK,
            "SPARK_LOCAL_DIRS": str(self.folder / "scratch"),
            "SPARK_DAEMON_MEMORY": "512m",
            "SPARK_NO_DAEMONIZE": "1",
            "TZ": "UTC",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self._started[name] = subprocess.Popen(
                [str(self.home / command[0]), *command[1:]],
                env=environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that it and what it starts can be ended together
            )

    def _wait(self, name: str, port: int) -> None:
        until = time.monotonic() + START_WITHIN_S
        while time.monotonic() < until:
            if self._started[name].poll() is not None:
                break
            if is_open(port):
                return
            time.sleep(0.2)
        log = self.folder / f"{name}.log"
        told = "\n".join(log.read_text(errors="replace").splitlines()[-30:])
        raise RuntimeError(f"the {name} of the cluster did not start; the end of {log}:\n{told}")

    def _end(self, name: str) -> None:
        process = self._started.pop(name, None)
        if process is None:
            return
        for how in (signal.SIGTERM, signal.SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, how)
            try:
                process.wait(STOP_WITHIN_S)
                return
            except subprocess.TimeoutExpired:
                continue


@contextmanager
def running(home: Path, folder: Path) -> Generator[LocalCluster]:
    """A cluster that ends with the block."""
    cluster = LocalCluster(home, folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def spark_home(environment: Path) -> Path:
    """Folder of the Spark that the package `pyspark` brought into an environment."""
    found = next(environment.glob("lib/python*/site-packages/pyspark"), None)
    if found is None or not list(found.glob("jars/spark-connect_*.jar")):
        raise RuntimeError(f"no Spark with its Connect server in {environment}")
    return found


def free_port() -> int:
    """A port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def is_open(port: int) -> bool:
    """Whether something listens on a port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def _children(parent: int) -> list[int]:
    """Processes that one started, and those that they started."""
    found: list[int] = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        for word in task.read_text().split():
            found += [int(word), *_children(int(word))]
    return found


def _is_executor(pid: int) -> bool:
    try:
        return b"CoarseGrainedExecutorBackend" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
