"""Which database answers and makes cubes: DuckDB here, or a cluster where one is named."""

from __future__ import annotations

import os
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analytics.databases import Database
from analytics.databases.duck import Duck
from analytics.databases.making import Maker
from analytics.databases.tables import Held
from analytics.errors import ClusterError

ADDRESS = "TRANSFERSCOPE_ENGINE"
DATA = "TRANSFERSCOPE_CLUSTER_DATA"
TIME_LIMIT_S = 30.0
TIME_LIMIT_CLUSTER_S = 120.0
"""A cluster that is busy lets a query wait its turn."""


@dataclass(frozen=True)
class Cluster:
    """A cluster that answers.

    Args:
        address: `sc://host:port` of its Spark Connect server, with the parameters that this knows.
        data: Address under which it finds the data folder, such as `hdfs://…`; empty is the same
            path as here.
    """

    address: str
    data: str = ""


def named_cluster() -> Cluster | None:
    """The cluster that the environment names; None where DuckDB answers."""
    address = os.environ.get(ADDRESS, "").strip()
    return Cluster(address, os.environ.get(DATA, "").strip()) if address else None


def open_database(
    held: Held, cluster: Cluster | None = None, time_limit_s: float | None = None
) -> Database:
    """The database over what is held.

    Args:
        held: What is opened.
        cluster: The cluster that answers; None opens DuckDB in this process.
        time_limit_s: Seconds after which a statement is given up; None is the database's own.

    Raises:
        ClusterError: The address is none, or what a cluster needs is not installed.
    """
    if not cluster:
        return Duck(held, TIME_LIMIT_S if time_limit_s is None else time_limit_s)
    limit_s = TIME_LIMIT_CLUSTER_S if time_limit_s is None else time_limit_s
    with _client(cluster):
        from analytics.databases.spark.database import Spark
    return Spark(held, cluster.address, cluster.data, limit_s)


def open_maker(held: Held, memory: str, spill: Path, cluster: Cluster | None = None) -> Maker:
    """What makes cubes of the records that are held.

    Args:
        held: What is opened.
        memory: What may be taken of memory here, such as `2GB`.
        spill: Folder for what does not fit.
        cluster: The cluster that sums the records; None sums them here.

    Raises:
        ClusterError: The address is none, or what a cluster needs is not installed.
    """
    if not cluster:
        return Maker(held, memory, spill)
    with _client(cluster):
        from analytics.databases.spark.making import ClusterMaker
    return ClusterMaker(held, memory, spill, cluster.address, cluster.data)


@contextmanager
def _client(cluster: Cluster) -> Generator[None]:
    """Import what reaches a cluster, which is there only where one is used."""
    try:
        with warnings.catch_warnings():
            # pyspark warns of pandas 3, which it is never given here: tables travel as Arrow.
            warnings.simplefilter("ignore", FutureWarning)
            yield
    except ImportError as error:
        raise ClusterError("no_client", address=cluster.address, found=error.name) from error
