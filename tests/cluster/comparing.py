"""Two engines over the same records: DuckDB in this process, and the cluster."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.databases.opening import Cluster
from analytics.engine import Engine
from analytics.filters import Filters

SELECTIONS = {
    "all": Filters(),
    "filtered": Filters(
        since=date(2019, 2, 15),
        until=date(2024, 6, 20),
        regions=("gba", "310000", "440606"),
        industries=("1", "2", "3.1", "4", "7"),
        channels=("expo", "centre", "base"),
        side="to",
        basis="technical",
        compare="year-before",
    ),
}
TIMES: dict[str, list[tuple[float, float]]] = {"query files": [], "measures": []}
"""Seconds that each answer took, by DuckDB and by the cluster."""


class Pair:
    """Both engines, with cubes left out and with the cluster asked for everything.

    Args:
        folder: Data folder of both.
        address: The cluster's.
    """

    def __init__(self, folder: Path, address: str):
        self.here = Engine(folder, cubes=False)
        self.there = Engine(folder, cubes=False, cluster=Cluster(address), time_limit_s=600)
        self._database: Any = self.there._database
        # As it ships it answers from small tables by itself; here each text must go the long way.
        self._database.run = self._database.run_there

    def same(self, kind: str, ask: Callable[[Engine], pd.DataFrame], is_ordered: bool) -> int:
        """Hold that both give the same table, to the types, and say how many rows it has.

        Args:
            kind: Under which the times are counted.
            ask: Asks one of them.
            is_ordered: Whether the order of the rows is part of the answer.
        """
        begun = time.perf_counter()
        here = ask(self.here)
        between = time.perf_counter()
        there = ask(self.there)
        TIMES[kind].append((between - begun, time.perf_counter() - between))
        assert_same(here, there, is_ordered)
        return len(here)

    def close(self) -> None:
        """Release the session on the cluster."""
        self._database.close()


def assert_same(here: pd.DataFrame, there: pd.DataFrame, is_ordered: bool = True) -> None:
    """Hold that two tables are equal: whole numbers exactly, others to the ninth digit.

    The root of what is zero but for rounding, such as a standard error, is up to 1e-7.
    """
    if not is_ordered:
        here, there = (
            frame.sort_values(list(frame.columns), ignore_index=True) for frame in (here, there)
        )
    pd.testing.assert_frame_equal(here, there, rtol=1e-9, atol=1e-7)
