"""The product itself, with cubes and without, and the floor below both."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd

from analytics.engine import Engine
from analytics.filters import Filters
from bench.generator import Generated
from bench.questions import Answers, Selection
from tests.home import HOME

_PATIENCE_S = 3600


class Cubed:
    """As an office has it: small cubes answer where they can."""

    title = "**TransferScope**"
    bytes_a_deal = 0.0
    in_memory = False
    has_bins = True
    _cubes = True

    def __init__(self, made: Generated) -> None:
        """Open the published snapshot."""
        self.engine = Engine(made.folder, HOME, time_limit_s=_PATIENCE_S, cubes=self._cubes)
        self.seconds: dict[str, float] = {}
        """How long each question of the last page took."""

    def close(self) -> None:
        """Nothing is held."""

    def answers(self, selection: Selection) -> Answers:
        """Each question as the page asks it."""
        filters = selection.filters
        plain = Filters(
            since=filters.since,
            until=filters.until,
            regions=filters.regions,
            industries=filters.industries,
        )
        ask, query = self.engine.ask, self.engine.query
        found: dict[str, pd.DataFrame] = {}
        asked = {
            "headline": lambda: ask(
                ("deals.value", "deals.contracts", "deals.average", "deals.median")
                + ("deals.crossing_share", "deals.per_event"),
                (),
                filters,
            ),
            "trend": lambda: ask(("deals.value", "deals.contracts"), (), plain, "month"),
            "industry": lambda: ask(("deals.value",), ("industry",), plain),
            "regions": lambda: ask(("deals.value", "deals.contracts"), ("city",), plain),
            "types": lambda: ask(("deals.value",), ("contract_type",), plain),
            "flow": lambda: query("deals_flow_provinces", plain),
            "distribution": lambda: query("deals_tickets", plain),
            "funnel": lambda: ask(
                ("expo_exhibits.exhibits", "events.matchmaking")
                + ("deals.contracts", "landings.projects"),
                (),
                plain,
            ),
        }
        for question, answer in asked.items():
            begin = time.perf_counter()
            found[question] = answer()
            self.seconds[question] = time.perf_counter() - begin
        return {question: _named(frame) for question, frame in found.items()}


class Uncubed(Cubed):
    """The same without cubes: the records, sorted as they are published."""

    title = "TransferScope without cubes"
    has_bins = False
    _cubes = False


class Floor:
    """Nothing is answered: the columns that the page needs are read, and that is all."""

    title = "the floor: reading the needed columns"

    def __init__(self, made: Generated) -> None:
        """Find the published records."""
        self._engine = Engine(made.folder, HOME, time_limit_s=_PATIENCE_S, cubes=False)
        self._path: Path = self._engine.snapshot.folder / "deals.parquet"

    def read(self, selection: Selection) -> None:
        """Touch each needed column of each selected deal once."""
        import duckdb

        where = ["true"]
        if selection.since and selection.until:
            where.append(f"signed_on between '{selection.since}' and '{selection.until}'")
        if selection.regions:
            whole = [code.rstrip("0") for code in selection.regions]
            where.append(f"({' or '.join(f'seller_adcode ^@ {code!r}' for code in whole)})")
        if selection.industries:
            where.append(f"industry in {selection.industries}")
        duckdb.execute(
            "select max(signed_on), max(seller_adcode), max(buyer_adcode), max(industry), "
            "max(contract_type), max(seller_country), max(buyer_country), max(event_id), "
            f"sum(value_cny) from read_parquet('{self._path}') where {' and '.join(where)}"
        ).fetchall()


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    names = {
        "period": "month",
        "deals.value": "value",
        "deals.contracts": "contracts",
        "deals.average": "average",
        "deals.median": "median",
        "deals.crossing_share": "crossing_share",
        "deals.per_event": "per_event",
        "deals.value__before": "value_before",
        "deals.contracts__before": "contracts_before",
        "deals.median__before": "median_before",
        "deals.crossing_share__before": "crossing_share_before",
    }
    if "expo_exhibits.exhibits" in frame:
        names |= {
            "expo_exhibits.exhibits": "shown",
            "events.matchmaking": "matched",
            "deals.contracts": "contracted",
            "landings.projects": "landed",
        }
    named = frame.rename(columns=names)
    if "bin_low" in named:
        import numpy as np

        named["bin"] = np.round(np.log10(named["bin_low"].astype(float)) * 4).astype(int)
    return named
