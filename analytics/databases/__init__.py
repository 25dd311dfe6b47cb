"""Databases that answer statements: the only modules that know one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from analytics.errors import DataError
from analytics.statements import Statement


class Database(Protocol):
    """Answers statements over one snapshot. Safe to share between threads.

    It holds `stored.<dataset>` for every stored dataset and for the published series, every
    reference and published table by its name, `calendar`, and `cubes.<name>` for every cube that
    it was given and can open.
    """

    @property
    def broken(self) -> Mapping[str, DataError]:
        """What cannot be read, by the name of dataset or table; asking for it raises."""
        ...

    @property
    def cubes(self) -> frozenset[str]:
        """Names of the cubes that can be asked."""
        ...

    def run(self, statement: Statement) -> pd.DataFrame:
        """The answer of a statement.

        Raises:
            TooLong: The time limit passed.
            DataError: The records cannot be read.
            ClusterError: The cluster that answers does not.
        """
        ...
