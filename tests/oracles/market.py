"""The market page: the yearbook's provinces, its gains, Guangzhou's printed figures."""

from __future__ import annotations

from functools import partial

import pandas as pd

from tests import oracle
from tests.oracle import Selection, market, table_of
from tests.oracles.measures import measured

NATION = "100000"
HOME = "440000"
SIDES = ("output", "absorbed")


def dated(chosen: Selection) -> Selection:
    """The period alone: the yearbook knows nothing else."""
    return Selection(since=chosen.since, until=chosen.until)


def about(code: str, chosen: Selection) -> Selection:
    return Selection(since=chosen.since, until=chosen.until, regions=(code,))


def printed() -> pd.DataFrame:
    """Values by year and region, sold and bought beside each other."""
    return market().pivot(index=["year", "adcode"], columns="basis", values="value_cny")


def in_years(chosen: Selection) -> set[int]:
    return set(oracle.in_period(market(), "year_end", dated(chosen))["year"])


def provinces(chosen: Selection) -> pd.DataFrame:
    """What each province sold and bought, its ranks and shares of the nation."""
    values = printed().dropna(how="all")
    nation = values.xs(NATION, level="adcode")
    values = values.drop(index=NATION, level="adcode")
    year = values.index.get_level_values("year")
    sold = market()[market()["basis"] == "output"].set_index(["year", "adcode"])
    found = values.assign(
        net_output=values["output"] - values["absorbed"],
        contracts=sold["contracts"].reindex(values.index),
        **{
            f"{side}_rank": values[side].groupby(level="year").rank(ascending=False, method="min")
            for side in SIDES
        },
        **{f"{side}_share": values[side] / nation[side].reindex(year).array for side in SIDES},
    )
    found = found[year.isin(in_years(chosen))].rename_axis(["year", "province"]).reset_index()
    return found.sort_values(
        ["year", "output", "province"], ascending=[False, False, True], ignore_index=True
    )


def changes(chosen: Selection) -> pd.DataFrame:
    """Output of the period's last printed year and of the printed year before it."""
    table = printed()["output"].unstack("adcode")
    known = table.index[table.notna().any(axis=1)]
    last = max(known.intersection(list(in_years(chosen))), default=0)
    prior = max(known[known < last], default=0)
    if not prior:
        return pd.DataFrame(columns=list(_CHANGES))
    now, before = table.loc[last], table.loc[prior]
    gain = now - before
    found = pd.DataFrame(
        {
            "year": last,
            "prior_year": prior,
            "output": now,
            "output_prior": before,
            "gain": gain,
            "growth": now / before - 1,
            "gain_share": gain / gain[NATION],
        }
    ).drop(index=NATION)
    found = found.dropna(subset=["output"]).rename_axis("province").reset_index()
    return found.sort_values(["gain", "province"], ascending=[False, True], ignore_index=True)


_CHANGES = ("province", "year", "prior_year", "output", "output_prior", "gain", "growth",
            "gain_share")  # fmt: skip


def guangzhou(chosen: Selection) -> pd.DataFrame:
    """Guangzhou's figures as printed; `same` stands for the words of the row above."""
    del chosen
    rows = table_of("published", "figures")
    rows = rows[rows["series"] == "Guangzhou tech contracts"].sort_values("figure_id")
    number = rows["value"].astype(float)
    found = pd.DataFrame(
        {
            "year": rows["period"].astype(int),
            "city_figure": rows["measure"],
            "city_basis": rows["basis"],
            "value": (number * 100_000_000).where(rows["unit"] == "亿元"),
            "contracts": number.where(rows["unit"] == "项"),
            "claim_quote": rows["quote"].mask(rows["quote"] == "same").ffill(),
            "publisher": rows["publisher"],
            "published_on": rows["published"],
            "seen_in": rows["seen_in"],
            "address": rows["address"],
            "figure_id": rows["figure_id"],
        }
    )
    return found.sort_values(["year", "figure_id"], ascending=[False, True], ignore_index=True)


ORACLES = {
    **{f"market-map-{side}": provinces for side in ("output", "absorbed", "net")},
    **{f"market-ranks-{side}": provinces for side in ("output", "absorbed")},
    "market-shares": provinces,
    "market-gains": changes,
    "market-both": measured(
        "tech_market.output",
        "tech_market.absorbed",
        "tech_market.net",
        by=("province",),
        grain="year",
        of=partial(about, HOME),
    ),
    "market-contracts-home": measured(
        "tech_market.output_contracts",
        "tech_market.average",
        by=("province",),
        grain="year",
        of=partial(about, HOME),
    ),
    "market-contracts-nation": measured(
        "tech_market.national_contracts", "tech_market.national_average", grain="year", of=dated
    ),
    "market-city": guangzhou,
}
