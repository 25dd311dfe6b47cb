"""The deals page's queries by hand; tests/oracles has them on the demonstration records."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tables import deal, engine


def test_equal_contracts_have_no_concentration(tmp_path: Path) -> None:
    same = engine(tmp_path, deals=[deal(n, "2023-01-01", 500) for n in range(20)])
    found = same.query("deals_tickets").iloc[0]
    assert (found["gini"], found["top_share"]) == (pytest.approx(0), 0.5)


def test_a_county_level_city_is_its_own_end_of_a_flow(tmp_path: Path) -> None:
    """Wuzhishan stands under its province itself; no city 469000 is above it."""
    traded = [
        deal(1, "2023-01-01", 500, seller_adcode="469001", buyer_adcode="440106"),
        deal(2, "2023-01-01", 200, seller_adcode="810000", buyer_adcode="460100"),
    ]
    asked = engine(tmp_path, deals=traded)
    for query, level, expected in (
        ("deals_flow", "city", [["469001", "440100"], ["810000", "460100"]]),
        ("deals_flow_provinces", "province", [["460000", "440000"], ["810000", "460000"]]),
    ):
        found = asked.query(query)
        ends = found[[f"from_{level}", f"to_{level}"]].to_numpy().tolist()
        assert ends == expected
        assert found[["from_lon", "to_lon"]].notna().all(axis=None)
