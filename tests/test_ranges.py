"""A range of codes holds a region and all below it, and nothing else."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ranges import ranges
from tests.tables import HOME

CODES = pd.read_csv(HOME / "reference" / "regions.csv", dtype=str)["adcode"].tolist()


def below(region: str, code: str) -> bool:
    """Said another way: equal in the digits that the region's own level has."""
    digits = 2 if region[2:] == "0000" else 4 if region[4:] == "00" else 6
    return code[:digits] == region[:digits]


@given(st.lists(st.sampled_from(CODES), max_size=6), st.sampled_from(CODES))
def test_a_code_is_in_a_range_where_it_is_below_a_region(chosen: list[str], code: str) -> None:
    found = ranges(chosen)
    inside = [low <= code < high for low, high in found]
    assert sum(inside) <= 1, "ranges are apart"
    assert any(inside) == any(below(region, code) for region in chosen)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ((), ()),
        (("440106",), (("440106", "440107"),)),
        (("440100", "440000"), (("44", "45"),)),
        (("440300", "440200", "110000"), (("11", "12"), ("4402", "4404"))),
        (("429000",), (("4290", "4291"),)),
    ],
)
def test_ranges_are_in_order_and_joined(chosen, found) -> None:
    assert ranges(chosen) == found
