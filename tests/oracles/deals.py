"""The deals page: flows between places, sizes of contracts, and measures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from tests import oracle
from tests.oracle import Selection, city_of, regions
from tests.oracles.measures import from_the_beginning, measured

GRAINS = ("quarter", "month", "year")
QUANTILES = {"q1": 0.25, "median": 0.5, "q3": 0.75, "p90": 0.9}


def trend(grain: str) -> Callable[[Selection], pd.DataFrame]:
    return measured("deals.value", "deals.contracts", grain=grain, compares=True)


def signed(chosen: Selection) -> pd.DataFrame:
    return oracle.in_period(oracle.deals(chosen), "signed_on", chosen)


def place(codes: pd.Series) -> pd.Series:
    """City of a place, or its province where no city is told."""
    return city_of(codes).fillna(codes.map(regions()["province"]))


def flows(level: str) -> Callable[[Selection], pd.DataFrame]:
    """Contracts between places, the largest first; blank where none tells the amount."""

    def of(codes: pd.Series) -> pd.Series:
        return place(codes) if level == "city" else codes.map(regions()["province"])

    def found(chosen: Selection) -> pd.DataFrame:
        rows = signed(chosen).dropna(subset=["seller_adcode", "buyer_adcode"])
        ends = [
            of(rows[f"{side}_adcode"]).rename(f"{end}_{level}")
            for end, side in (("from", "seller"), ("to", "buyer"))
        ]
        amounts = rows.groupby(ends)["amount"]
        sums = pd.DataFrame({"contracts": amounts.size(), "value": amounts.sum(min_count=1)})
        sums = sums.reset_index()
        for end in ("from", "to"):
            for name in ("lon", "lat"):
                sums[f"{end}_{name}"] = sums[f"{end}_{level}"].map(regions()[name])
        keys = ["value", f"from_{level}", f"to_{level}"]
        return sums.sort_values(keys, ascending=[False, True, True], ignore_index=True)

    return found


def tickets(chosen: Selection) -> pd.DataFrame:
    """Contracts in quarters of a decade of value, with quantiles and concentration of all."""
    amounts = np.sort(signed(chosen)["amount"].to_numpy())
    amounts = amounts[amounts > 0]
    quarters = np.arange(-8, 60)
    edges = 10.0 ** (quarters / 4)
    bins = np.searchsorted(edges, amounts, side="right") - 1
    found = (
        pd.DataFrame({"bin": bins, "amount": amounts})
        .groupby("bin")["amount"]
        .agg(contracts="size", value="sum")
        .reset_index()
    )
    held = np.concatenate([[0.0], np.cumsum(amounts)])
    lorenz = held / held[-1] if len(amounts) else held
    whole = {name: np.quantile(amounts, share) for name, share in QUANTILES.items() if len(amounts)}
    return found.assign(
        bin_low=edges[found["bin"]],
        bin_high=edges[found["bin"] + 1],
        **whole,
        top_share=amounts[-10:].sum() / held[-1],
        gini=1 - (lorenz[1:] + lorenz[:-1]).sum() / max(len(amounts), 1),
    ).drop(columns="bin")


ORACLES = {
    **{f"deals-trend-{grain}": trend(grain) for grain in GRAINS},
    "deals-industry": measured("deals.value", by=("industry",), compares=True),
    "deals-flow-provinces": flows("province"),
    "deals-flow-cities": flows("city"),
    "deals-flow-sankey": flows("city"),
    "deals-matrix": measured("deals.value", by=("industry", "contract_type")),
    "deals-fields": measured("deals.value", by=("technical_field",), compares=True),
    "deals-tickets": tickets,
    "deals-events": measured(
        "deals.per_event", "deals.at_events", "events.events", by=("channel",)
    ),
    "deals-crossing": measured(
        "deals.value", by=("crossing",), grain="year", of=from_the_beginning
    ),
}
