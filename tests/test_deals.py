"""The deals page's queries against pandas and by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from analytics.engine import Engine
from analytics.filters import Filters
from tests import oracle
from tests.tables import HOME, deal, engine

CHOSEN = Filters(since=date(2019, 1, 1), until=date(2024, 12, 31), regions=("gba",))


def test_sizes_quantiles_and_concentration_equal_pandas() -> None:
    found = Engine(HOME).query("deals_tickets", CHOSEN)
    amounts = oracle.deals(CHOSEN)["amount"].sort_values().to_numpy()
    assert found["contracts"].sum() == len(amounts)
    assert found["value"].sum() == pytest.approx(amounts.sum())
    first = found.iloc[0]
    for name, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75), ("p90", 0.9)):
        assert first[name] == pytest.approx(np.quantile(amounts, share))
    assert first["top_share"] == pytest.approx(amounts[-10:].sum() / amounts.sum())
    differences = np.abs(amounts[:, None] - amounts[None, :]).mean()
    assert first["gini"] == pytest.approx(differences / (2 * amounts.mean()))
    for row in found.itertuples():
        inside = (amounts >= row.bin_low * (1 - 1e-12)) & (amounts < row.bin_high * (1 - 1e-12))
        assert inside.sum() == row.contracts


def test_equal_contracts_have_no_concentration(tmp_path: Path) -> None:
    same = engine(tmp_path, deals=[deal(n, "2023-01-01", 500) for n in range(20)])
    found = same.query("deals_tickets").iloc[0]
    assert (found["gini"], found["top_share"]) == (pytest.approx(0), 0.5)


def test_flows_equal_pandas() -> None:
    found = Engine(HOME).query("deals_flow", CHOSEN)
    rows = oracle.deals(CHOSEN).dropna(subset=["seller_adcode", "buyer_adcode"])

    def city(code: str) -> str:
        return code if code[:2] in ("81", "82") else code[:4] + "00"

    wanted = (
        rows.assign(sold=rows["seller_adcode"].map(city), bought=rows["buyer_adcode"].map(city))
        .groupby(["sold", "bought"])["amount"]
        .agg(["size", "sum"])
    )
    flows = found.set_index(["from_city", "to_city"]).sort_index()
    assert len(flows) == len(wanted)
    assert (flows["contracts"] == wanted["size"]).all()
    assert flows["value"].to_numpy() == pytest.approx(wanted["sum"].to_numpy())
