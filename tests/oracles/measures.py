"""Panels that are measures by dimensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from tests.oracle import Selection, table


def measured(
    *names: str,
    by: tuple[str, ...] = (),
    grain: str = "",
    compares: bool = False,
    of: Callable[[Selection], Selection] = lambda chosen: chosen,
) -> Callable[[Selection], pd.DataFrame]:
    """The oracle of a panel: these measures by these dimensions.

    Args:
        names: Measures.
        by: Dimensions.
        grain: Grain, for a panel over time.
        compares: Whether the comparison period stands beside.
        of: What the panel makes of the visitor's selection.
    """

    def oracle(chosen: Selection) -> pd.DataFrame:
        meant = of(chosen)
        return table(names, by, meant if compares else replace(meant, compare=""), grain)

    return oracle


def from_the_beginning(chosen: Selection) -> Selection:
    return replace(chosen, since=None)
