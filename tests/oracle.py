"""What each measure should be, computed with pandas on the Parquet files alone.

Nothing of the project's queries is called here; only its Filters are read.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from analytics.filters import Filters
from tests.tables import HOME

GBA_CITIES = ("4401", "4403", "4404", "4406", "4407", "4412", "4413", "4419", "4420")
STRATEGIC = tuple("123456789")


@cache
def read(name: str) -> pd.DataFrame:
    """A dataset as pandas reads it, money as float."""
    frame = pd.read_parquet(HOME / "demo" / f"{name}.parquet")
    for column in frame.columns:
        if column.endswith("_cny"):
            frame[column] = frame[column].astype(float)
        if column.endswith("_on") or column == "entered_at":
            frame[column] = pd.to_datetime(frame[column])
    return frame


@cache
def complete_until(name: str) -> pd.Timestamp:
    """The manifest's word on how far a dataset is complete."""
    import json

    manifest = json.loads((HOME / "demo" / "manifest.json").read_text())
    return pd.Timestamp(manifest["datasets"][name]["complete_until"])


def in_gba(codes: pd.Series) -> pd.Series:
    text = codes.fillna("").astype(str)
    return text.str[:4].isin(GBA_CITIES) | text.str[:2].isin(("81", "82"))


def select(
    frame: pd.DataFrame,
    filters: Filters,
    time: str = "",
    region: str = "",
    other: str = "",
    industry: str = "",
    subindustry: str = "",
    channel: str = "",
    undated: bool = False,
) -> pd.DataFrame:
    """The rows that filters leave, by the plainest means."""
    keep = pd.Series(True, index=frame.index)
    if time and not undated:
        if filters.since:
            keep &= frame[time] >= pd.Timestamp(filters.since)
        if filters.until:
            keep &= frame[time] <= pd.Timestamp(filters.until)
    column = other if filters.side == "to" and other else region
    if filters.regions and column:
        keep &= _in_regions(frame[column], filters.regions)
    if filters.industries and industry:
        found = frame[industry].isin(filters.industries)
        found |= frame[industry].fillna("").str.split(".").str[0].isin(filters.industries)
        if subindustry:
            found |= frame[subindustry].isin(filters.industries)
        keep &= found
    if filters.channels and channel:
        keep &= frame[channel].isin(filters.channels)
    for chosen, column in (
        (filters.editions, "edition"),
        (filters.contract_types, "contract_type"),
        (filters.technical_fields, "technical_field"),
    ):
        if chosen and column in frame:
            keep &= frame[column].isin(chosen)
    if filters.station_kinds and "station_id" in frame:
        keep &= frame["kind"].isin(filters.station_kinds)
    return frame[keep]


def _in_regions(codes: pd.Series, regions: tuple[str, ...]) -> pd.Series:
    text = codes.fillna("").astype(str)
    found = pd.Series(False, index=codes.index)
    for region in regions:
        if region == "gba":
            found |= in_gba(codes)
        else:
            stem = (
                region[:2]
                if region.endswith("0000")
                else (region[:4] if region.endswith("00") else region)
            )
            found |= text.str.startswith(stem)
    return found


def deals(filters: Filters) -> pd.DataFrame:
    frame = read("deals").merge(
        read("projects")[["project_id", "subindustry"]], on="project_id", how="left"
    )
    frame = select(
        frame,
        filters,
        "signed_on",
        "seller_adcode",
        "buyer_adcode",
        "industry",
        "subindustry",
        "channel",
    )
    if filters.basis == "registered":
        frame = frame[frame["registration_no"].notna()]
    amount = "technical_value_cny" if filters.basis == "technical" else "value_cny"
    outside = (frame["seller_country"] != "CN") & frame["seller_country"].notna()
    outside |= (frame["buyer_country"] != "CN") & frame["buyer_country"].notna()
    for side in ("seller_adcode", "buyer_adcode"):
        outside |= frame[side].fillna("").str[:2].isin(("71", "81", "82"))
    return frame.assign(amount=frame[amount], outside=outside)


def events(filters: Filters) -> pd.DataFrame:
    return select(
        read("events"), filters, "held_on", "adcode", industry="industry", channel="channel"
    )


def exhibits(filters: Filters) -> pd.DataFrame:
    frame = (
        read("expo_exhibits")
        .merge(read("expo_editions")[["edition", "opened_on"]], on="edition", how="left")
        .merge(read("projects")[["project_id", "subindustry"]], on="project_id", how="left")
    )
    return select(
        frame, filters, "opened_on", "origin_adcode", industry="industry", subindustry="subindustry"
    )


def projects(filters: Filters) -> pd.DataFrame:
    return select(
        read("projects"),
        filters,
        "started_on",
        "origin_adcode",
        "landed_adcode",
        "industry",
        "subindustry",
        "channel",
    )


def landings(filters: Filters) -> pd.DataFrame:
    events_ = read("stage_events")
    landed = events_[
        (events_["stage"] == "landed") & events_["outcome"].isin(("entered", "returned"))
    ]
    firsts = landed.groupby("project_id")["entered_at"].min().rename("landed_on")
    frame = read("projects").merge(firsts, on="project_id")
    return select(
        frame,
        filters,
        "landed_on",
        "landed_adcode",
        "landed_adcode",
        "industry",
        "subindustry",
        "channel",
    )


def listings(filters: Filters) -> pd.DataFrame:
    events_ = read("stage_events")
    listed = events_[
        (events_["stage"] == "listed") & events_["outcome"].isin(("entered", "returned"))
    ]
    firsts = listed.groupby("project_id")["entered_at"].min().rename("listed_on")
    frame = read("projects").merge(firsts, on="project_id")
    return select(
        frame,
        filters,
        "listed_on",
        "origin_adcode",
        "landed_adcode",
        "industry",
        "subindustry",
        "channel",
    )


def standing(
    frame: pd.DataFrame, opened: str, closed: str, filters: Filters, end: pd.Timestamp
) -> pd.DataFrame:
    """Rows that are open on the period's last day."""
    day = min(pd.Timestamp(filters.until), end) if filters.until else end
    return frame[(frame[opened] <= day) & (frame[closed].isna() | (frame[closed] > day))]


def stations(filters: Filters, open_only: bool = True) -> pd.DataFrame:
    frame = select(
        read("workstations"), filters, "opened_on", "adcode", industry="industry", undated=open_only
    )
    if not open_only:
        return frame
    return standing(frame, "opened_on", "closed_on", filters, complete_until("workstations"))


def returns(filters: Filters) -> pd.DataFrame:
    frame = read("workstation_returns").merge(
        read("workstations")[["station_id", "adcode", "industry", "kind"]], on="station_id"
    )
    frame["returned_on"] = pd.to_datetime(frame["year"].astype(str) + "-12-31")
    return select(frame, filters, "returned_on", "adcode", industry="industry")


def standings(filters: Filters) -> pd.DataFrame:
    """The latest return of each open station, found station by station."""
    frame = read("workstation_returns").merge(
        read("workstations")[["station_id", "adcode", "industry", "closed_on", "kind"]],
        on="station_id",
    )
    end = min(complete_until("workstation_returns"), complete_until("workstations"))
    day = min(pd.Timestamp(filters.until), end) if filters.until else end
    frame["returned_on"] = pd.to_datetime(frame["year"].astype(str) + "-12-31")
    frame = select(frame, filters, region="adcode", industry="industry")
    frame = frame[(frame["returned_on"] <= day)].sort_values("year")
    frame["standards_so_far"] = frame.groupby("station_id")["standards"].cumsum()
    frame = frame.groupby("station_id").tail(1)
    return frame[frame["closed_on"].isna() | (frame["closed_on"] > day)]


def bases(filters: Filters, open_only: bool = True) -> pd.DataFrame:
    frame = select(read("bases"), filters, "opened_on", "adcode", undated=open_only)
    if not open_only:
        return frame
    return standing(frame, "opened_on", "closed_on", filters, complete_until("bases"))


def base_returns(filters: Filters) -> pd.DataFrame:
    frame = read("base_returns").merge(read("bases")[["base_id", "adcode"]], on="base_id")
    frame["returned_on"] = pd.to_datetime(frame["year"].astype(str) + "-12-31")
    return select(frame, filters, "returned_on", "adcode")


def strategic(frame: pd.DataFrame) -> pd.Series:
    return frame["industry"].fillna("").str.split(".").str[0].isin(STRATEGIC)


def share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def expected(name: str, filters: Filters) -> float:
    """The value of a measure."""
    return float(_EXPECTED[name](filters))


def _share_of(numerator: str, denominator: str) -> Any:
    return lambda f: share(expected(numerator, f), expected(denominator, f))


def _editions(f: Filters) -> pd.DataFrame:
    return select(read("expo_editions"), f, "opened_on")


@cache
def nearest_km() -> pd.Series:
    """Kilometres from each deal's buyer's city to the nearest base open that day, by deal."""
    regions = pd.read_csv(HOME / "reference" / "regions.csv", dtype=str).set_index("adcode")
    bases = read("bases").dropna(subset=["lon", "lat"])
    found = {}
    for row in read("deals").itertuples():
        code = row.buyer_adcode
        if not isinstance(code, str) or (code[2:] == "0000" and code[:2] not in ("81", "82")):
            continue
        city = code if code[:2] in ("81", "82") or code[2:4] == "90" else code[:4] + "00"
        if city not in regions.index:
            continue
        is_open = (bases["opened_on"] <= row.signed_on) & (
            bases["closed_on"].isna() | (bases["closed_on"] > row.signed_on)
        )
        there = bases[is_open]
        found[row.deal_id] = (
            _distances(float(regions.at[city, "lon"]), float(regions.at[city, "lat"]), there).min()
            if len(there)
            else float("inf")
        )
    return pd.Series(found)


def _distances(lon: float, lat: float, bases: pd.DataFrame) -> pd.Series:
    """Great-circle distances by the spherical law of cosines, a form other than the query's."""
    one, two = np.radians(lat), np.radians(bases["lat"].astype(float))
    turn = np.radians(bases["lon"].astype(float) - lon)
    cosine = np.sin(one) * np.sin(two) + np.cos(one) * np.cos(two) * np.cos(turn)
    return 6371.0088 * np.arccos(np.clip(cosine, -1, 1))


def distant_deals(filters: Filters) -> pd.DataFrame:
    """Deals with a known buyer's city, filtered by the buyer's region, with their distance."""
    frame = deals(replace(filters, side="to"))
    return frame.assign(km=frame["deal_id"].map(nearest_km())).dropna(subset=["km"])


def closed(name: str, filters: Filters, industry: str = "") -> int:
    frame = read(name)
    return len(
        select(frame[frame["closed_on"].notna()], filters, "closed_on", "adcode", industry=industry)
    )


_EXPECTED: dict[str, Any] = {
    "listings.projects": lambda f: len(listings(f)),
    "base_closings.closed": lambda f: closed("bases", f),
    "station_closings.closed": lambda f: closed("workstations", f, "industry"),
    "station_standings.platforms": lambda f: (
        standings(f)[["has_key_lab", "has_postdoc", "has_engineering_centre"]]
        .fillna(False)
        .sum()
        .sum()
    ),
    "deal_distances.value": lambda f: distant_deals(f)["amount"].sum(),
    "deal_distances.far_value": lambda f: (
        distant_deals(f).loc[lambda d: d["km"] > 50, "amount"].sum()
    ),
    "deal_distances.far_share": _share_of("deal_distances.far_value", "deal_distances.value"),
    "expo_editions.editions": lambda f: len(_editions(f)),
    "expo_exhibits.exhibits": lambda f: len(exhibits(f)),
    "expo_exhibits.published": lambda f: exhibits(f)["published"].sum(),
    "expo_exhibits.strategic": lambda f: strategic(exhibits(f)).sum(),
    "expo_exhibits.strategic_share": _share_of("expo_exhibits.strategic", "expo_exhibits.exhibits"),
    "expo_exhibits.from_gba": lambda f: in_gba(exhibits(f)["origin_adcode"]).sum(),
    "expo_exhibits.gba_share": _share_of("expo_exhibits.from_gba", "expo_exhibits.exhibits"),
    "expo_exhibits.international": lambda f: (
        exhibits(f)["origin_country"].fillna("CN") != "CN"
    ).sum(),
    "expo_exhibits.countries": lambda f: (
        exhibits(f)
        .loc[lambda x: x["origin_country"].fillna("CN") != "CN", "origin_country"]
        .nunique()
    ),
    "events.events": lambda f: len(events(f)),
    "events.matchmaking": lambda f: events(f)["kind"].isin(("matchmaking", "roadshow")).sum(),
    "events.forums": lambda f: (events(f)["kind"] == "forum").sum(),
    "events.strategic_forums": lambda f: (
        (events(f)["kind"] == "forum") & strategic(events(f))
    ).sum(),
    "events.strategic_forum_share": _share_of("events.strategic_forums", "events.forums"),
    "events.participants": lambda f: events(f)["participants"].sum(),
    "projects.started": lambda f: len(projects(f)),
    "landings.projects": lambda f: len(landings(f)),
    "landings.in_gba": lambda f: in_gba(landings(f)["landed_adcode"]).sum(),
    "landings.gba_share": _share_of("landings.in_gba", "landings.projects"),
    "landings.per_exhibit": _share_of("landings.projects", "expo_exhibits.exhibits"),
    "landings.through_bases": lambda f: landings(f)["base_id"].notna().sum(),
    "landings.per_base": _share_of("landings.through_bases", "bases.open"),
    "deals.value": lambda f: deals(f)["amount"].sum(),
    "deals.contracts": lambda f: len(deals(f)),
    "deals.average": _share_of("deals.value", "deals.contracts"),
    "deals.median": lambda f: deals(f)["amount"].median(),
    "deals.crossing_value": lambda f: deals(f).loc[lambda d: d["outside"], "amount"].sum(),
    "deals.crossing_share": _share_of("deals.crossing_value", "deals.value"),
    "deals.at_events": lambda f: deals(f)["event_id"].notna().sum(),
    "deals.per_event": _share_of("deals.at_events", "events.events"),
    "workstations.active": lambda f: len(stations(f)),
    "workstations.academicians": lambda f: stations(f)["academicians"].sum(),
    "workstations.rural": lambda f: stations(f)["is_rural"].fillna(False).sum(),
    "workstations.warned": lambda f: (stations(f)["status"] == "warned").sum(),
    "workstations.opened": lambda f: len(stations(f, open_only=False)),
    "workstation_returns.patents": lambda f: returns(f)["patents"].sum(),
    "workstation_returns.standards": lambda f: returns(f)["standards"].sum(),
    "workstation_returns.rd_spend": lambda f: returns(f)["rd_spend_cny"].sum(),
    "workstation_returns.revenue": lambda f: returns(f)["revenue_cny"].sum(),
    "workstation_returns.intensity": _share_of(
        "workstation_returns.rd_spend", "workstation_returns.revenue"
    ),
    "station_standings.people": lambda f: standings(f)["people"].sum(),
    "station_standings.key_labs": lambda f: standings(f)["has_key_lab"].sum(),
    "station_standings.postdocs": lambda f: standings(f)["has_postdoc"].sum(),
    "station_standings.engineering_centres": lambda f: standings(f)["has_engineering_centre"].sum(),
    "station_standings.with_standards": lambda f: (standings(f)["standards_so_far"] > 0).sum(),
    "bases.open": lambda f: len(bases(f)),
    "bases.in_other_gba": lambda f: (
        in_gba(bases(f)["adcode"]) & ~bases(f)["adcode"].str.startswith("4401")
    ).sum(),
    "bases.opened": lambda f: len(bases(f, open_only=False)),
    "base_returns.demands": lambda f: base_returns(f)["demands"].sum(),
    "base_returns.matches": lambda f: base_returns(f)["matches"].sum(),
    "base_returns.landings": lambda f: base_returns(f)["landings"].sum(),
    "base_returns.value": lambda f: base_returns(f)["value_cny"].sum(),
}
