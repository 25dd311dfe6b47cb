"""Bins of amounts: whatever the amounts, a quantile is within one per cent."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.cubes.bins import AMOUNT, quantiles
from analytics.model.cubes import LEVELS
from analytics.statements import cubes_text
from tests.cubes import open_with_cubes
from tests.tables import data_folder, deal

FINE = LEVELS["fine"].sql.format(column="amount")
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
amounts = st.one_of(
    st.integers(1, 10**15).map(lambda cents: cents / 100),
    st.sampled_from((10000.0, 50000.0, 100000.0, 1e6, 5e6)),
    st.just(0.0),
    st.integers(-(10**9), -1).map(lambda cents: cents / 100),
)


def binned(values: list[float]) -> list[float]:
    with duckdb.connect() as connection:
        connection.execute("create table t (amount decimal(18, 2))")
        for value in values:
            connection.execute("insert into t values (?)", [f"{value:.2f}"])
        connection.execute(f"create table b as select {FINE} as bin, 1 as records from t")
        columns = [(f"q{n}", share) for n, share in enumerate(SHARES)]
        return list(connection.execute(quantiles("b", [], columns)).fetchone() or ())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 10**15).map(lambda cents: cents / 100), min_size=1, max_size=60))
def test_quantiles_are_within_one_per_cent(values: list[float]) -> None:
    for found, share in zip(binned(values), SHARES, strict=True):
        assert found == pytest.approx(np.quantile(values, share), rel=0.0091)


@settings(max_examples=40, deadline=None)
@given(st.lists(amounts, min_size=1, max_size=40))
def test_an_amount_that_stands_for_a_bin_is_within_one_per_cent(values: list[float]) -> None:
    ordered = sorted(round(value, 2) for value in values)
    for found, place in ((binned(values)[0], 0), (binned(values)[-1], -1)):
        assert found == pytest.approx(ordered[place], rel=0.0091)


def test_nothing_gives_nothing_and_parts_are_apart() -> None:
    assert binned([]) == [None] * len(SHARES)
    with duckdb.connect() as connection:
        connection.execute(
            "create table b as select * from "
            "(values ('a', 1024, 3), ('a', 1152, 1), ('b', 0, 5), (null, 1280, 2)) "
            "as v(part, bin, records)"
        )
        rows = connection.execute(quantiles("b", ["part as part"], [("q", 0.5)])).fetchall()
        one = connection.execute(f"select {AMOUNT} from (select 1024 as bin)").fetchone()
    assert one
    found = dict(rows)
    assert found["a"] == one[0] and found["b"] == 0
    assert found[None] == pytest.approx(100, rel=0.0091)


def test_the_tickets_stand_for_their_bins_as_quantiles_do() -> None:
    written = re.search(
        r"([\d.]+)e0 \* power\(10, \(bin - 1024\) / 128e0\)", cubes_text("deals_tickets")
    )
    assert written and f"{written[1]}e0 * power(10, (abs(bin) - 1024) / 128e0)" in AMOUNT


def test_ten_contracts_or_fewer_hold_everything(tmp_path: Path) -> None:
    folder = data_folder(tmp_path, deals=[deal(n, "2023-01-05", 10**n) for n in range(1, 8)])
    engine = open_with_cubes(folder)
    answer = engine.query("deals_tickets")
    assert all(reading.cube for reading in engine.statement("deals_tickets").readings)
    assert answer["contracts"].tolist() == [1] * 7 and answer["top_share"].iloc[0] == 1
    assert engine.first_day("deals") == date(2023, 1, 5)
