"""Which database answers: DuckDB in this process, or a cluster where one is named."""

from __future__ import annotations

import os
import warnings

from analytics.databases import Database
from analytics.databases.duck import Duck
from analytics.databases.tables import Held
from analytics.errors import ClusterError

VARIABLE = "TRANSFERSCOPE_ENGINE"
TIME_LIMIT_S = 30.0
TIME_LIMIT_CLUSTER_S = 120.0
"""A cluster that is busy lets a query wait its turn."""


def named_address() -> str:
    """The cluster's address, from the environment; empty where DuckDB answers."""
    return os.environ.get(VARIABLE, "").strip()


def open_database(held: Held, address: str = "", time_limit_s: float | None = None) -> Database:
    """The database over what is held.

    Args:
        held: What is opened.
        address: `sc://host:port` of a Spark Connect server; empty opens DuckDB in this process.
        time_limit_s: Seconds after which a statement is given up; None is the database's own.

    Raises:
        ClusterError: The address is none, or what a cluster needs is not installed.
    """
    if not address:
        return Duck(held, TIME_LIMIT_S if time_limit_s is None else time_limit_s)
    try:
        with warnings.catch_warnings():
            # pyspark warns of pandas 3, which it is never given here: tables travel as Arrow.
            warnings.simplefilter("ignore", FutureWarning)
            from analytics.databases.spark.database import Spark
    except ImportError as error:
        raise ClusterError("no_client", address=address, found=error.name) from error
    limit_s = TIME_LIMIT_CLUSTER_S if time_limit_s is None else time_limit_s
    return Spark(held, address, limit_s)
