"""What each measure should be, computed with pandas on the Parquet files alone.

Nothing of the project is called here; only the fields of its Filters are read, into `Selection`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from tests.home import HOME

STRATEGIC = tuple("123456789")
OUTSIDE = ("71", "81", "82")
"""Provinces that are China's and not its mainland."""
MONTHS = {"month": 1, "quarter": 3, "year": 12}
FAR_KM, EARTH_KM = 50, 6371.0088


@dataclass(frozen=True)
class Selection:
    """What is selected: the fields of Filters, read and nothing else."""

    since: date | None = None
    until: date | None = None
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    editions: tuple[int, ...] = ()
    contract_types: tuple[str, ...] = ()
    technical_fields: tuple[str, ...] = ()
    station_kinds: tuple[str, ...] = ()
    side: str = ""
    basis: str = ""
    compare: str = ""

    @classmethod
    def of(cls, filters: Any) -> Selection:
        return cls(**{item.name: getattr(filters, item.name) for item in fields(cls)})

    def undated(self) -> Selection:
        return replace(self, since=None, until=None, compare="")

    def before(self) -> Selection | None:
        """The period compared with: as long and just before, or the same days a year earlier."""
        if not (self.compare and self.since and self.until):
            return None
        since, until = pd.Timestamp(self.since), pd.Timestamp(self.until)
        if self.compare == "year-before":
            year = pd.DateOffset(years=1)
            first, last = since - year, until - year
            last += pd.offsets.MonthEnd(0) if until.is_month_end else pd.Timedelta(0)
        else:
            last = since - pd.Timedelta(days=1)
            is_whole = since.is_month_start and until.is_month_end
            months = (until.year - since.year) * 12 + until.month - since.month + 1
            first = since - pd.DateOffset(months=months) if is_whole else last - (until - since)
        return replace(self, since=first.date(), until=last.date(), compare="")


# ---------------------------------------------------------------- the files


@cache
def read(name: str) -> pd.DataFrame:
    """A dataset as pandas reads it: money as float, days as timestamps."""
    frame = pd.read_parquet(HOME / "demo" / f"{name}.parquet")
    for column in frame.columns:
        if column.endswith("_cny"):
            frame[column] = frame[column].astype(float)
        if column.endswith("_on") or column == "entered_at":
            frame[column] = pd.to_datetime(frame[column])
    return frame


@cache
def table_of(folder: str, name: str) -> pd.DataFrame:
    """A reference or published table as text; what is empty is missing."""
    return pd.read_csv(
        HOME / folder / f"{name}.csv", dtype=str, keep_default_na=False, na_values=""
    )


@cache
def regions() -> pd.DataFrame:
    """The reference table of regions, by code."""
    frame = table_of("reference", "regions").set_index("adcode")
    return frame.assign(lon=frame["lon"].astype(float), lat=frame["lat"].astype(float))


@cache
def market() -> pd.DataFrame:
    """The yearbook, with the last day of each year."""
    frame = table_of("published", "tech_market")
    numbers = {name: frame[name].astype(float) for name in ("contracts", "value_cny")}
    years = frame["year"].astype(int)
    return frame.assign(**numbers, year=years, year_end=last_days(years))


@cache
def _manifest() -> dict[str, Any]:
    return json.loads((HOME / "demo" / "manifest.json").read_text())["datasets"]


def complete_until(*names: str) -> pd.Timestamp:
    """The manifest's word on how far datasets are complete; the yearbook's is its last year."""
    return min(
        market()["year_end"].max()
        if name == "tech_market"
        else pd.Timestamp(_manifest()[name]["complete_until"])
        for name in names
    )


def last_days(years: pd.Series) -> pd.Series:
    return pd.to_datetime(years.astype(str) + "-12-31")


# ---------------------------------------------------------------- codes


def in_gba(codes: pd.Series) -> pd.Series:
    return codes.map(regions()["in_gba"]) == "1"


def city_of(codes: pd.Series) -> pd.Series:
    """City of a place by the reference table; missing where only the province is known."""
    return codes.map(regions()["city"])


def area(codes: pd.Series) -> pd.Series:
    """The area of an industry code: 1 of 1.2."""
    return codes.str.split(".").str[0]


def strategic(frame: pd.DataFrame) -> pd.Series:
    return area(frame["industry"]).isin(STRATEGIC)


# ---------------------------------------------------------------- rows that filters leave


def select(
    frame: pd.DataFrame,
    chosen: Selection,
    region: str = "",
    other: str = "",
    industry: str = "",
    subindustry: str = "",
    channel: str = "",
) -> pd.DataFrame:
    """The rows that all filters but the period leave, by the plainest means."""
    keep = pd.Series(True, index=frame.index)
    column = other if chosen.side == "to" and other else region
    if chosen.regions and column:
        keep &= _in_regions(frame[column], chosen.regions)
    if chosen.industries and industry:
        found = frame[industry].isin(chosen.industries)
        found |= area(frame[industry]).isin(chosen.industries)
        if subindustry:
            found |= frame[subindustry].isin(chosen.industries)
        keep &= found
    if chosen.channels and channel:
        keep &= frame[channel].isin(chosen.channels)
    for wanted, column in (
        (chosen.editions, "edition"),
        (chosen.contract_types, "contract_type"),
        (chosen.technical_fields, "technical_field"),
    ):
        if wanted and column in frame:
            keep &= frame[column].isin(wanted)
    if chosen.station_kinds and "station_id" in frame:
        keep &= frame["kind"].isin(chosen.station_kinds)
    return frame[keep]


def _in_regions(codes: pd.Series, wanted: tuple[str, ...]) -> pd.Series:
    text = codes.fillna("").astype(str)
    found = pd.Series(False, index=codes.index)
    for region in wanted:
        if region == "gba":
            found |= in_gba(codes)
        elif region.endswith("0000"):
            found |= text.str.startswith(region[:2])
        else:
            found |= text.str.startswith(region[:4] if region.endswith("00") else region)
    return found


def in_period(frame: pd.DataFrame, day: str, chosen: Selection) -> pd.DataFrame:
    keep = pd.Series(True, index=frame.index)
    if chosen.since:
        keep &= frame[day] >= pd.Timestamp(chosen.since)
    if chosen.until:
        keep &= frame[day] <= pd.Timestamp(chosen.until)
    return frame[keep]


def _with_subindustry(frame: pd.DataFrame) -> pd.DataFrame:
    parts = read("projects")[["project_id", "subindustry"]]
    return frame.merge(parts, on="project_id", how="left")


@cache
def _deals() -> pd.DataFrame:
    """Contracts with where they stand between mainland and beyond, the seller's side first."""
    frame = _with_subindustry(read("deals"))
    crossing = pd.Series("mainland", index=frame.index)
    for side in ("buyer", "seller"):
        country, place = frame[f"{side}_country"], frame[f"{side}_adcode"].fillna("").str[:2]
        crossing = crossing.mask(place.isin(OUTSIDE), "hmt")
        crossing = crossing.mask((country != "CN") & country.notna(), "foreign")
    return frame.assign(crossing=crossing)


def deals(chosen: Selection) -> pd.DataFrame:
    frame = select(
        _deals(), chosen, "seller_adcode", "buyer_adcode", "industry", "subindustry", "channel"
    )
    if chosen.basis == "registered":
        frame = frame[frame["registration_no"].notna()]
    amount = "technical_value_cny" if chosen.basis == "technical" else "value_cny"
    return frame.assign(amount=frame[amount])


def events(chosen: Selection) -> pd.DataFrame:
    return select(read("events"), chosen, "adcode", industry="industry", channel="channel")


def editions(chosen: Selection) -> pd.DataFrame:
    return select(read("expo_editions"), chosen)


def exhibits(chosen: Selection) -> pd.DataFrame:
    opened = read("expo_editions")[["edition", "opened_on"]]
    frame = _with_subindustry(read("expo_exhibits").merge(opened, on="edition", how="left"))
    country = frame["origin_country"]
    frame = frame.assign(is_abroad=country.notna() & (country != "CN"))
    return select(frame, chosen, "origin_adcode", industry="industry", subindustry="subindustry")


def projects(chosen: Selection) -> pd.DataFrame:
    return _projects(read("projects"), chosen, "origin_adcode", "landed_adcode")


def _projects(frame: pd.DataFrame, chosen: Selection, region: str, other: str) -> pd.DataFrame:
    return select(frame, chosen, region, other, "industry", "subindustry", "channel")


@cache
def _first_entries(stage: str) -> pd.DataFrame:
    """Projects that came to a stage, with the day on which they first did."""
    found = read("stage_events")
    found = found[(found["stage"] == stage) & found["outcome"].isin(("entered", "returned"))]
    firsts = found.groupby("project_id")["entered_at"].min().rename(f"{stage}_on")
    return read("projects").merge(firsts, on="project_id")


def landings(chosen: Selection) -> pd.DataFrame:
    """Landings; their region is where they landed, whichever side is meant."""
    return _projects(_first_entries("landed"), chosen, "landed_adcode", "landed_adcode")


def listings(chosen: Selection) -> pd.DataFrame:
    return _projects(_first_entries("listed"), chosen, "origin_adcode", "landed_adcode")


def stations(chosen: Selection) -> pd.DataFrame:
    return select(read("workstations"), chosen, "adcode", industry="industry")


def closed_stations(chosen: Selection) -> pd.DataFrame:
    return stations(chosen).dropna(subset=["closed_on"])


def returns(chosen: Selection) -> pd.DataFrame:
    """Yearly returns of workstations, on the last day of their year."""
    known = read("workstations")[
        ["station_id", "adcode", "industry", "kind", "closed_on", "is_rural"]
    ]
    frame = read("workstation_returns").merge(known, on="station_id")
    frame = frame.assign(returned_on=last_days(frame["year"]))
    return select(frame, chosen, "adcode", industry="industry")


def latest_returns(chosen: Selection, day: pd.Timestamp) -> pd.DataFrame:
    """The latest return by a day of each station still open on it, found station by station."""
    frame = returns(chosen)
    frame = frame[frame["returned_on"] <= day].sort_values("year")
    frame["standards_so_far"] = frame.groupby("station_id")["standards"].cumsum()
    frame = frame.groupby("station_id").tail(1)
    return frame[frame["closed_on"].isna() | (frame["closed_on"] > day)]


def bases(chosen: Selection) -> pd.DataFrame:
    return select(read("bases"), chosen, "adcode")


def closed_bases(chosen: Selection) -> pd.DataFrame:
    return bases(chosen).dropna(subset=["closed_on"])


def base_returns(chosen: Selection) -> pd.DataFrame:
    known = read("bases")[["base_id", "adcode", "host_kind"]]
    frame = read("base_returns").merge(known, on="base_id")
    return select(frame.assign(returned_on=last_days(frame["year"])), chosen, "adcode")


@cache
def nearest_km() -> pd.Series:
    """Kilometres from each deal's buyer's city to the nearest base open that day, by deal.

    Great-circle distances by the spherical law of cosines, a form other than the query's;
    infinite where no base was open yet.
    """
    signed = read("deals").set_index("deal_id")
    city = city_of(signed["buyer_adcode"]).dropna()
    places = regions().loc[city.unique(), ["lon", "lat"]]
    there = read("bases").dropna(subset=["lon", "lat"])
    lat, other = np.radians(places["lat"].to_numpy())[:, None], np.radians(there["lat"].to_numpy())
    turn = np.radians(there["lon"].to_numpy() - places["lon"].to_numpy()[:, None])
    cosine = np.sin(lat) * np.sin(other) + np.cos(lat) * np.cos(other) * np.cos(turn)
    km = EARTH_KM * np.arccos(np.clip(cosine, -1, 1))
    day = signed.loc[city.index, "signed_on"].to_numpy()[:, None]
    opened, closed = there["opened_on"].to_numpy(), there["closed_on"].to_numpy()
    is_open = (opened <= day) & (np.isnat(closed) | (closed > day))
    rows = km[places.index.get_indexer(pd.Index(city))]
    return pd.Series(np.where(is_open, rows, np.inf).min(axis=1), index=city.index)


def distant_deals(chosen: Selection) -> pd.DataFrame:
    """Deals with a known buyer's city, filtered by the buyer's region, with their distance."""
    frame = deals(replace(chosen, side="to"))
    return frame.assign(km=frame["deal_id"].map(nearest_km())).dropna(subset=["km"])


def printed(chosen: Selection) -> pd.DataFrame:
    return select(market(), chosen, "adcode")


# ---------------------------------------------------------------- measures


@dataclass(frozen=True)
class Source:
    """The rows a measure is taken of.

    `rows` gives them whatever the period, which selects by the column `day`; `places` are the
    region columns from and to; `stored` are the datasets whose completeness counts.
    """

    rows: Callable[[Selection], pd.DataFrame]
    day: str
    places: tuple[str, str]
    stored: tuple[str, ...]


SOURCES = {
    "deals": Source(deals, "signed_on", ("seller_adcode", "buyer_adcode"), ("deals", "projects")),
    "events": Source(events, "held_on", ("adcode", "adcode"), ("events",)),
    "expo_editions": Source(editions, "opened_on", ("", ""), ("expo_editions",)),
    "expo_exhibits": Source(
        exhibits,
        "opened_on",
        ("origin_adcode", "origin_adcode"),
        ("expo_exhibits", "expo_editions"),
    ),
    "projects": Source(projects, "started_on", ("origin_adcode", "landed_adcode"), ("projects",)),
    "landings": Source(
        landings, "landed_on", ("landed_adcode", "landed_adcode"), ("projects", "stage_events")
    ),
    "listings": Source(
        listings, "listed_on", ("origin_adcode", "landed_adcode"), ("projects", "stage_events")
    ),
    "workstations": Source(stations, "opened_on", ("adcode", "adcode"), ("workstations",)),
    "station_closings": Source(
        closed_stations, "closed_on", ("adcode", "adcode"), ("workstations",)
    ),
    "workstation_returns": Source(
        returns, "returned_on", ("adcode", "adcode"), ("workstation_returns", "workstations")
    ),
    "station_standings": Source(
        returns, "returned_on", ("adcode", "adcode"), ("workstation_returns", "workstations")
    ),
    "bases": Source(bases, "opened_on", ("adcode", "adcode"), ("bases",)),
    "base_closings": Source(closed_bases, "closed_on", ("adcode", "adcode"), ("bases",)),
    "base_returns": Source(
        base_returns, "returned_on", ("adcode", "adcode"), ("base_returns", "bases")
    ),
    "deal_distances": Source(
        distant_deals, "signed_on", ("buyer_adcode", "buyer_adcode"), ("deals", "projects", "bases")
    ),
    "tech_market": Source(printed, "year_end", ("adcode", "adcode"), ("tech_market",)),
}


@dataclass(frozen=True)
class Measure:
    """How a measure is taken of its rows.

    `at` gives the rows of a stock on a day; a `blank` one is missing, not zero, where no row is.
    """

    value: Callable[[pd.DataFrame], float]
    at: Callable[[Selection, pd.Timestamp], pd.DataFrame] | None = None
    blank: bool = False


def total(column: str) -> Measure:
    return Measure(lambda rows: rows[column].sum())


def count(condition: Callable[[pd.DataFrame], pd.Series]) -> Measure:
    return Measure(lambda rows: condition(rows).sum())


def open_stations(chosen: Selection, day: pd.Timestamp) -> pd.DataFrame:
    return _open_on(stations(chosen), day)


def open_bases(chosen: Selection, day: pd.Timestamp) -> pd.DataFrame:
    return _open_on(bases(chosen), day)


def _open_on(frame: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    still = frame["closed_on"].isna() | (frame["closed_on"] > day)
    return frame[(frame["opened_on"] <= day) & still]


def _stock(measure: Measure, at: Callable[[Selection, pd.Timestamp], pd.DataFrame]) -> Measure:
    return replace(measure, at=at)


def _printed(column: str, basis: str, is_nation: bool = False) -> Measure:
    def value(rows: pd.DataFrame) -> float:
        meant = (rows["basis"] == basis) & ((rows["adcode"] == "100000") == is_nation)
        return rows.loc[meant, column].sum(min_count=1)

    return Measure(value, blank=True)


_SOLD, _BOUGHT = _printed("value_cny", "output"), _printed("value_cny", "absorbed")
_ROWS = Measure(len)
_PLATFORMS = ["has_key_lab", "has_postdoc", "has_engineering_centre"]

MEASURES: dict[str, Measure] = {
    "listings.projects": _ROWS,
    "base_closings.closed": _ROWS,
    "station_closings.closed": _ROWS,
    "deal_distances.value": total("amount"),
    "deal_distances.far_value": Measure(lambda d: d.loc[d["km"] > FAR_KM, "amount"].sum()),
    "expo_editions.editions": _ROWS,
    "expo_exhibits.exhibits": _ROWS,
    "expo_exhibits.published": total("published"),
    "expo_exhibits.strategic": count(strategic),
    "expo_exhibits.from_gba": count(lambda x: in_gba(x["origin_adcode"])),
    "expo_exhibits.international": total("is_abroad"),
    "expo_exhibits.countries": Measure(lambda x: x.loc[x["is_abroad"], "origin_country"].nunique()),
    "events.events": _ROWS,
    "events.matchmaking": count(lambda e: e["kind"].isin(("matchmaking", "roadshow"))),
    "events.forums": count(lambda e: e["kind"] == "forum"),
    "events.strategic_forums": count(lambda e: (e["kind"] == "forum") & strategic(e)),
    "events.participants": total("participants"),
    "projects.started": _ROWS,
    "landings.projects": _ROWS,
    "landings.in_gba": count(lambda p: in_gba(p["landed_adcode"])),
    "landings.through_bases": count(lambda p: p["base_id"].notna()),
    "deals.value": total("amount"),
    "deals.contracts": _ROWS,
    "deals.median": Measure(lambda d: d["amount"].median(), blank=True),
    "deals.crossing_value": Measure(lambda d: d.loc[d["crossing"] != "mainland", "amount"].sum()),
    "deals.at_events": count(lambda d: d["event_id"].notna()),
    "workstations.active": _stock(_ROWS, open_stations),
    "workstations.academicians": _stock(total("academicians"), open_stations),
    "workstations.rural": _stock(count(lambda s: s["is_rural"].fillna(False)), open_stations),
    "workstations.warned": _stock(count(lambda s: s["status"] == "warned"), open_stations),
    "workstations.opened": _ROWS,
    "workstation_returns.patents": total("patents"),
    "workstation_returns.standards": total("standards"),
    "workstation_returns.rd_spend": total("rd_spend_cny"),
    "workstation_returns.revenue": total("revenue_cny"),
    "station_standings.people": _stock(total("people"), latest_returns),
    "station_standings.key_labs": _stock(total("has_key_lab"), latest_returns),
    "station_standings.postdocs": _stock(total("has_postdoc"), latest_returns),
    "station_standings.engineering_centres": _stock(
        total("has_engineering_centre"), latest_returns
    ),
    "station_standings.platforms": _stock(
        Measure(lambda r: r[_PLATFORMS].fillna(False).to_numpy().sum()), latest_returns
    ),
    "station_standings.with_standards": _stock(
        count(lambda r: r["standards_so_far"] > 0), latest_returns
    ),
    "bases.open": _stock(_ROWS, open_bases),
    "bases.in_other_gba": _stock(
        count(lambda b: in_gba(b["adcode"]) & ~b["adcode"].str.startswith("4401")), open_bases
    ),
    "bases.opened": _ROWS,
    "base_returns.demands": total("demands"),
    "base_returns.matches": total("matches"),
    "base_returns.landings": total("landings"),
    "base_returns.value": total("value_cny"),
    "tech_market.output": _SOLD,
    "tech_market.absorbed": _BOUGHT,
    "tech_market.net": Measure(lambda m: _SOLD.value(m) - _BOUGHT.value(m), blank=True),
    "tech_market.output_contracts": _printed("contracts", "output"),
    "tech_market.national": _printed("value_cny", "output", is_nation=True),
    "tech_market.national_contracts": _printed("contracts", "output", is_nation=True),
}
RATIOS = {
    "expo_exhibits.strategic_share": ("expo_exhibits.strategic", "expo_exhibits.exhibits"),
    "expo_exhibits.gba_share": ("expo_exhibits.from_gba", "expo_exhibits.exhibits"),
    "events.strategic_forum_share": ("events.strategic_forums", "events.forums"),
    "landings.gba_share": ("landings.in_gba", "landings.projects"),
    "landings.per_exhibit": ("landings.projects", "expo_exhibits.exhibits"),
    "landings.per_base": ("landings.through_bases", "bases.open"),
    "deals.average": ("deals.value", "deals.contracts"),
    "deals.crossing_share": ("deals.crossing_value", "deals.value"),
    "deals.per_event": ("deals.at_events", "events.events"),
    "deal_distances.far_share": ("deal_distances.far_value", "deal_distances.value"),
    "workstation_returns.intensity": (
        "workstation_returns.rd_spend",
        "workstation_returns.revenue",
    ),
    "tech_market.average": ("tech_market.output", "tech_market.output_contracts"),
    "tech_market.national_average": ("tech_market.national", "tech_market.national_contracts"),
}


def source(name: str) -> Source:
    return SOURCES[name.split(".")[0]]


def expected(name: str, chosen: Any) -> float:
    """The value of a measure, as one number.

    Args:
        name: Name of the measure.
        chosen: A Selection, or the Filters whose fields make one.
    """
    chosen = Selection.of(chosen)
    if name in RATIOS:
        part, whole = (expected(side, chosen) for side in RATIOS[name])
        return part / whole if whole else float("nan")
    measure, origin = MEASURES[name], source(name)
    if measure.at:
        return float(measure.value(measure.at(chosen, _last_day(chosen, origin))))
    return float(measure.value(in_period(origin.rows(chosen), origin.day, chosen)))


def _last_day(chosen: Selection, origin: Source) -> pd.Timestamp:
    """The day on which a stock is counted: the period's last, or that of the records."""
    end = complete_until(*origin.stored)
    return min(pd.Timestamp(chosen.until), end) if chosen.until else end


# ---------------------------------------------------------------- measures by dimensions

DIMENSIONS: dict[str, Callable[[pd.DataFrame, str], pd.Series]] = {
    "industry": lambda rows, _: area(rows["industry"]),
    "province": lambda rows, place: rows[place].str[:2] + "0000",
    "city": lambda rows, place: city_of(rows[place]),
    "district": lambda rows, place: rows[place].where(
        rows[place].map(regions()["level"]) == "district"
    ),
    "station": lambda rows, _: rows["station_id"],
    "base": lambda rows, _: rows["base_id"],
    "country": lambda rows, _: rows["origin_country"],
}
"""Dimensions that are no column of their own name; the second argument is the region column."""

Key = tuple[Any, ...]


def table(names: Iterable[str], by: Key = (), chosen: Selection = Selection(), grain: str = ""):
    """Measures by dimensions and periods, with the comparison's as `<measure>__before`.

    One row per combination, in the order of the keys, what is not specified last. Counts and sums
    of nothing are 0, once a series has begun; an average or a printed figure of nothing is blank.
    """
    names = tuple(names)
    now = _table(names, by, chosen, grain)
    earlier = chosen.before()
    if earlier is None:
        return now
    then = _table(names, by, earlier, grain).drop(columns="incomplete", errors="ignore")
    keys = ["period", *by] if grain else list(by)
    if grain:
        months = _period(chosen.since, grain).to_period("M") - _period(
            earlier.since, grain
        ).to_period("M")
        then["period"] = [day + pd.DateOffset(months=months.n) for day in then["period"]]
    joined = now.merge(then, on=keys, how="left" if grain else "outer", suffixes=("", "__before"))
    for name in names:
        if not grain and name in MEASURES and not MEASURES[name].blank:
            both = [name, f"{name}__before"]
            joined[both] = joined[both].fillna(0.0)
    return _ordered(joined, keys)


def _table(names: tuple[str, ...], by: Key, chosen: Selection, grain: str) -> pd.DataFrame:
    sides = dict.fromkeys(side for name in names for side in RATIOS.get(name, (name,)))
    cells = {name: _cells(name, by, chosen, grain) for name in sides}
    keys = _keys(cells, chosen, grain)
    columns = ["period", *by] if grain else list(by)
    found = pd.DataFrame(list(keys), columns=columns)
    for name in sides:
        found[name] = [_filled(cells[name].get(key), name, key, chosen, grain) for key in keys]
    for name in names:
        if name in RATIOS:
            part, whole = (found[side].astype(float) for side in RATIOS[name])
            found[name] = part / whole.where(whole != 0)
    if grain:
        ends = [_period_end(day, grain) for day in found["period"]]
        found["incomplete"] = np.array(ends, "datetime64[us]") > _until(sides, chosen)
        columns += ["incomplete"]
    return _ordered(found, ["period", *by] if grain else list(by))[[*columns, *names]]


def _cells(name: str, by: Key, chosen: Selection, grain: str) -> dict[Key, float]:
    """The value of each combination that has rows."""
    measure, origin = MEASURES[name], source(name)
    place = origin.places[chosen.side == "to"]
    if not measure.at:
        rows = in_period(origin.rows(chosen), origin.day, chosen)
        parts = [((), rows)]
        if grain:
            first = rows[origin.day].map(lambda day: _period(day, grain))
            parts = [((day,), part) for day, part in rows.groupby(first)]
    elif grain:
        end = _last_day(chosen, origin)
        first = chosen.since or origin.rows(chosen.undated())[origin.day].min()
        parts = [
            ((day,), measure.at(chosen, min(_period_end(day, grain), end)))
            for day in _periods(first, end, grain)
        ]
    else:
        parts = [((), measure.at(chosen, _last_day(chosen, origin)))]
    return {
        (*period, *key): float(measure.value(group))
        for period, part in parts
        for key, group in _groups(part, by, place)
    }


def _groups(rows: pd.DataFrame, by: Key, place: str) -> Iterator[tuple[Key, pd.DataFrame]]:
    if not by:
        yield (), rows
    elif len(rows):
        keys = [DIMENSIONS[name](rows, place) if name in DIMENSIONS else rows[name] for name in by]
        for key, group in rows.groupby(keys, dropna=False):
            parts: Key = tuple(key)
            yield tuple(None if pd.isna(part) else part for part in parts), group


def _keys(cells: dict[str, dict[Key, float]], chosen: Selection, grain: str) -> list[Key]:
    """Every combination; over time every period of each, from the first records to the last."""
    found = dict.fromkeys(key for values in cells.values() for key in values)
    if not grain or not found:
        return list(found)
    first = min(day for name in cells if (day := began(name, chosen)) is not None)
    first = max(first, pd.Timestamp(chosen.since)) if chosen.since else first
    days = _periods(first, _until(cells, chosen), grain)
    return [(day, *rest) for day in days for rest in dict.fromkeys(key[1:] for key in found)]


def _filled(value: float | None, name: str, key: Key, chosen: Selection, grain: str) -> float:
    """A cell: blank where its records cannot tell, zero where they tell of nothing."""
    if grain and key[0] > complete_until(*source(name).stored) and not MEASURES[name].blank:
        return float("nan")
    if value is not None:
        return value
    first = began(name, chosen) if grain else None
    is_early = grain and (first is None or key[0] < _period(first, grain))
    return float("nan") if MEASURES[name].blank or is_early else 0.0


@cache
def began(name: str, chosen: Selection) -> pd.Timestamp | None:
    """First day on which a measure's records have a row, whatever the period."""
    origin = source(name)
    rows = origin.rows(chosen.undated())
    return rows[origin.day].min() if len(rows) else None


def _until(names: Iterable[str], chosen: Selection) -> pd.Timestamp:
    end = min(complete_until(*source(name).stored) for name in names)
    return min(pd.Timestamp(chosen.until), end) if chosen.until else end


def _period(day: Any, grain: str) -> pd.Timestamp:
    months = MONTHS[grain]
    return pd.Timestamp(day.year, (day.month - 1) // months * months + 1, 1)


def _period_end(first: pd.Timestamp, grain: str) -> pd.Timestamp:
    return first + pd.DateOffset(months=MONTHS[grain], days=-1)


def _periods(first: Any, last: Any, grain: str) -> list[pd.Timestamp]:
    steps = pd.date_range(_period(first, grain), _period(last, grain), freq="MS")
    return [day for day in steps if day == _period(day, grain)]


def _ordered(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return frame.sort_values(keys, kind="stable", ignore_index=True) if keys else frame
