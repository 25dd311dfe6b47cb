"""pandas in memory: categories, money as float64, only the needed columns, loaded beforehand."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import numpy as np
import pandas as pd

from bench.generator import Generated
from bench.questions import Answers, Selection
from tests.home import HOME

CITY = (
    "case when {0} in ('810000', '820000') then {0} when substr({0}, 3, 4) = '0000' then null "
    "when substr({0}, 3, 2) = '90' then {0} else substr({0}, 1, 4) || '00' end"
)
CROSSING = (
    "seller_country <> 'CN' or buyer_country <> 'CN' "
    "or coalesce(substr(seller_adcode, 1, 2) in ('71', '81', '82'), false) "
    "or coalesce(substr(buyer_adcode, 1, 2) in ('71', '81', '82'), false)"
)
_CODED = {
    "place": "seller_adcode",
    "province": "substr(seller_adcode, 1, 2) || '0000'",
    "city": CITY.format("seller_adcode"),
    "to_province": "substr(buyer_adcode, 1, 2) || '0000'",
    "industry": "industry",
    "contract_type": "contract_type",
}


class Frames:
    """One frame, filtered once a page, then grouped once a chart."""

    title = "pandas, categories, in memory"
    bytes_a_deal = 110.0
    in_memory = True
    has_bins = False

    def __init__(self, made: Generated) -> None:
        """Load; what is derived from codes, such as the city, is derived now."""
        path = f"read_parquet('{made.plain / 'deals.parquet'}')"
        connection = duckdb.connect()
        connection.execute("set enable_progress_bar = false")
        columns = ["signed_on", "value_cny::double as value"]
        for name, sql in _CODED.items():
            # An enumeration arrives as a category, without a string for each row on the way.
            connection.execute(
                f"create type {name}_code as enum (select distinct {sql} as code from {path} "
                "where code is not null order by 1)"
            )
            columns.append(f"({sql})::{name}_code as {name}")
        columns += [f"{CROSSING} as crossing", "event_id is not null as at_event"]
        self._deals = connection.execute(f"select {', '.join(columns)} from {path}").df()
        editions = f"read_parquet('{HOME / 'demo' / 'expo_editions.parquet'}')"
        exhibits = f"read_parquet('{made.plain / 'expo_exhibits.parquet'}')"
        events = f"read_parquet('{made.plain / 'events.parquet'}')"
        self._exhibits = _coded(
            connection,
            "select opened_on as day, substr(origin_adcode, 1, 2) || '0000' as province, "
            f"origin_adcode as place, industry from {exhibits} join {editions} using (edition)",
        )
        self._events = _coded(
            connection,
            "select held_on as day, substr(adcode, 1, 2) || '0000' as province, adcode as place, "
            f"industry, kind in ('matchmaking', 'roadshow') as matching from {events}",
        )
        self._landings = connection.execute(
            "select landed_on as day, substr(landed_adcode, 1, 2) || '0000' as province, "
            "landed_adcode as place, industry "
            f"from read_parquet('{HOME / 'demo' / 'projects.parquet'}') join ("
            "select project_id, min(entered_at) as landed_on "
            f"from read_parquet('{HOME / 'demo' / 'stage_events.parquet'}') "
            "where stage = 'landed' and outcome in ('entered', 'returned') group by 1) "
            "using (project_id)"
        ).df()
        connection.close()

    def close(self) -> None:
        """Let the memory go."""
        del self._deals, self._exhibits, self._events, self._landings

    def answers(self, selection: Selection) -> Answers:
        """The whole page."""
        chosen = _chosen(self._deals, "signed_on", selection)
        before = selection.before()
        earlier = _chosen(self._deals, "signed_on", before) if before else None
        held = _chosen(self._events, "day", selection)
        months = chosen["signed_on"].to_numpy().astype("datetime64[M]")
        flows = _grouped(
            chosen.dropna(subset=["province", "to_province"]), ["province", "to_province"]
        )
        return {
            "headline": _headline(chosen, earlier, len(held)),
            "trend": _grouped(chosen, months).rename_axis("month").reset_index(),
            "industry": _grouped(chosen, "industry").reset_index(),
            "regions": _grouped(chosen, "city").reset_index(),
            "types": _grouped(chosen, "contract_type").reset_index(),
            "flow": flows.reset_index().rename(columns={"province": "from_province"}),
            "distribution": _distribution(chosen["value"].to_numpy()),
            "funnel": pd.DataFrame(
                {
                    "shown": [len(_chosen(self._exhibits, "day", selection))],
                    "matched": [int(held["matching"].sum())],
                    "contracted": [len(chosen)],
                    "landed": [len(_chosen(self._landings, "day", selection))],
                }
            ),
        }


def _coded(connection: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    codes = {}
    for name in ("province", "place", "industry"):
        found = connection.execute(
            f"select distinct {name} from ({sql}) where {name} is not null order by 1"
        ).fetchall()
        listed = ", ".join(f"'{row[0]}'" for row in found)
        codes[name] = f"{name}::enum({listed}) as {name}"
    return connection.execute(f"select * replace ({', '.join(codes.values())}) from ({sql})").df()


def _chosen(frame: pd.DataFrame, day: str, selection: Selection) -> pd.DataFrame:
    """The rows of a selection; all of them, uncopied, where nothing is selected."""
    masks = []
    if selection.since and selection.until:
        masks.append(frame[day] >= pd.Timestamp(selection.since))
        masks.append(frame[day] <= pd.Timestamp(selection.until))
    if selection.regions:
        is_whole = selection.regions[0].endswith("0000")
        masks.append(frame["province" if is_whole else "place"].isin(selection.regions))
    if selection.industries:
        masks.append(frame["industry"].isin(selection.industries))
    return frame[np.logical_and.reduce(masks)] if masks else frame


def _grouped(frame: pd.DataFrame, by) -> pd.DataFrame:
    found = frame.groupby(by, observed=True, dropna=False)["value"].agg(["sum", "size"])
    return found.rename(columns={"sum": "value", "size": "contracts"})


def _headline(chosen: pd.DataFrame, before: pd.DataFrame | None, events: int) -> pd.DataFrame:
    figures = _figures(chosen)
    figures["average"] = figures["value"] / figures["contracts"]
    figures["per_event"] = chosen["at_event"].sum() / events if events else np.nan
    if before is not None:
        figures |= {f"{name}_before": value for name, value in _figures(before).items()}
    return pd.DataFrame([figures])


def _figures(frame: pd.DataFrame) -> dict[str, float]:
    value = frame["value"].sum()
    return {
        "value": value,
        "contracts": len(frame),
        "median": frame["value"].median(),
        "crossing_share": frame.loc[frame["crossing"], "value"].sum() / value,
    }


def _distribution(amounts: np.ndarray) -> pd.DataFrame:
    amounts = amounts[amounts > 0]
    bins = np.floor(np.log10(amounts) * 4).astype(np.int16)
    found = pd.DataFrame({"bin": bins, "value": amounts}).groupby("bin")["value"]
    ordered = np.sort(amounts)
    count, total = len(ordered), ordered.sum()
    q1, median, q3, p90 = np.quantile(ordered, [0.25, 0.5, 0.75, 0.9])
    places = np.arange(1, count + 1)
    told: Mapping[str, float] = {
        "q1": q1,
        "median": median,
        "q3": q3,
        "p90": p90,
        "top_share": ordered[-10:].sum() / total,
        "gini": 2 * (places * ordered).sum() / (count * total) - (count + 1) / count,
    }
    grouped = found.agg(["sum", "size"]).rename(columns={"sum": "value", "size": "contracts"})
    return grouped.reset_index().assign(**told)
