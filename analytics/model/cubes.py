"""Cubes: small tables of sums that answer in place of the records, declared like measures.

A cube is a dataset's records grouped by coarser columns of their own: the month in place of the
day, the province in place of the district. So every filter and dimension that is no finer than
its columns reads it as it reads the records.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.model.bases import DEAL_DISTANCES
from analytics.model.deals import DEALS
from analytics.model.events import EVENTS
from analytics.model.expos import EXPO_EXHIBITS
from analytics.model.projects import LANDINGS, LISTINGS, PROJECTS
from analytics.model.types import Dataset, Measure


@dataclass(frozen=True)
class Level:
    """How fine a column is kept: its rank among those of its kind, and the SQL that gets there."""

    rank: int
    sql: str


BINS_A_DECADE = 128
FIRST_BIN = 1024
"""Number of the bin that begins at 1 yuan; a hundredth of a yuan still has a positive one."""
_BIN = (
    "(case when {column} > 0 then floor(log10({column}::double) * %s) + %s "
    "when {column} < 0 then -floor(log10(-{column}::double) * %s) - %s "
    "when {column} = 0 then 0 end)::smallint"
)
_BINNED = ("fine", "quarter")

LEVELS: dict[str, Level] = {
    "": Level(0, "{column}"),
    "year": Level(1, "date_trunc('year', {column})::date"),
    "month": Level(2, "date_trunc('month', {column})::date"),
    "day": Level(3, "{column}"),
    "province": Level(1, "substr({column}, 1, 2) || '0000'"),
    "city": Level(
        2,
        "case when substr({column}, 3, 2) in ('00', '90') then {column} "
        "else substr({column}, 1, 4) || '00' end",
    ),
    "district": Level(3, "{column}"),
    "area": Level(1, "split_part({column}, '.', 1)"),
    "subclass": Level(2, "{column}"),
    "quarter": Level(1, _BIN % (4, FIRST_BIN // 32, 4, FIRST_BIN // 32)),
    "fine": Level(2, _BIN % (BINS_A_DECADE, FIRST_BIN, BINS_A_DECADE, FIRST_BIN)),
}
"""Levels by name. Each is a code of the same kind, so that a coarse column reads like a fine one;
counties that stand right under a province (90xx) and places known by province only stay whole.
Amounts have numbers of bins instead: a quarter of a decade wide, or a 128th."""

LEAST = 50_000
"""Datasets with fewer records have no cubes: they answer at once by themselves."""
BASES = ("", "registered", "technical")


@dataclass(frozen=True)
class Key:
    """A column by which a cube is grouped, and how fine."""

    column: str
    level: str = ""

    @property
    def is_binned(self) -> bool:
        """Whether an amount is kept as the number of its bin."""
        return self.level in _BINNED


@dataclass(frozen=True)
class Cube:
    """One cube.

    Args:
        name: Its relation in the schema `cubes`, and its file.
        dataset: Dataset whose records it sums.
        keys: Columns, in the order by which it is sorted.
        measures: Names of the sums it holds; None means all of the dataset.
        based: Names of those that it holds for the other bases of the contract value too.
    """

    name: str
    dataset: Dataset
    keys: tuple[Key, ...]
    measures: tuple[str, ...] | None = None
    based: tuple[str, ...] = ()

    def sums(self, basis: str = "") -> tuple[Measure, ...]:
        """The measures that it holds for a basis."""
        sums = [measure for measure in self.dataset.measures if measure.kind == "sum"]
        if basis and self.has_bases:
            return tuple(measure for measure in sums if measure.name in self.based)
        if self.measures is None:
            return tuple(sums)
        return tuple(measure for measure in sums if measure.name in self.measures)

    def knows(self, basis: str) -> bool:
        """Whether it can answer for a basis."""
        return not basis or not self.has_bases or bool(self.based)

    @property
    def has_bases(self) -> bool:
        """Whether a basis means anything to the dataset."""
        return bool(self.dataset.amounts or self.dataset.registration)

    def level(self, column: str) -> str | None:
        """How fine it knows a column; None where it does not."""
        return next((key.level for key in self.keys if key.column == column), None)


@dataclass(frozen=True)
class Reads:
    """What the variant of a query file for cubes reads in place of a dataset's records.

    Args:
        relation: Name of the relation in the text; `<dataset>`, one of its variants such as
            `<dataset>_undated`, or a name of the text's own.
        dataset: The dataset.
        columns: Columns that the text reads, and how fine; `amount_cny` is the amount of the
            basis that is meant.
        measures: Sums that the text reads.
        variant: Which rows: those selected, or `undated` and so on.
    """

    relation: str
    dataset: Dataset
    columns: dict[str, str]
    measures: tuple[str, ...] = ()
    variant: str = ""


_MONEY = ("deals.value", "deals.contracts")
_MONTH, _YEAR = Key("signed_on", "month"), Key("signed_on", "year")
_AREA, _SUBCLASS = Key("industry", "area"), Key("industry", "subclass")
_TYPE, _CHANNEL, _EDITION = Key("contract_type"), Key("channel"), Key("edition")
_FROM, _TO = Key("seller_adcode", "province"), Key("buyer_adcode", "province")
_FROM_CITY, _TO_CITY = Key("seller_adcode", "city"), Key("buyer_adcode", "city")
_FROM_DISTRICT, _TO_DISTRICT = Key("seller_adcode", "district"), Key("buyer_adcode", "district")
_FINE, _CLASS = Key("value_cny", "fine"), Key("value_cny", "quarter")


def _deals(
    name: str,
    *keys: Key,
    measures: tuple[str, ...] | None = _MONEY,
    based: tuple[str, ...] = (),
) -> Cube:
    return Cube(f"deals_{name}", DEALS, keys, measures, based)


_OF_DEALS = (
    _deals("year", _AREA, _TYPE, Key("crossing"), _YEAR, measures=None, based=_MONEY),
    _deals("month", _AREA, _TYPE, _MONTH, measures=None, based=_MONEY),
    _deals("month_sellers", _FROM, _AREA, _MONTH, measures=None),
    _deals("month_buyers", _TO, _AREA, _MONTH),
    _deals("year_sellers", _FROM, _AREA, _YEAR, measures=None, based=_MONEY),
    _deals("year_buyers", _TO, _AREA, _YEAR, measures=None, based=_MONEY),
    _deals("year_sellers_types", _FROM, _AREA, _TYPE, _YEAR),
    _deals("year_buyers_types", _TO, _AREA, _TYPE, _YEAR),
    _deals("year_sellers_fields", _FROM, _AREA, Key("technical_field"), _YEAR),
    _deals("year_sellers_crossings", _FROM, _AREA, Key("crossing"), _YEAR),
    _deals("year_channels", _CHANNEL, _EDITION, _AREA, _YEAR, measures=None, based=_MONEY),
    _deals(
        "year_sellers_channels",
        _FROM,
        _AREA,
        _CHANNEL,
        _EDITION,
        _YEAR,
        measures=(*_MONEY, "deals.at_events"),
    ),
    _deals("year_sellers_places", _FROM_DISTRICT, _AREA, _YEAR),
    _deals("year_buyers_places", _TO_DISTRICT, _AREA, _YEAR),
    _deals("year_sellers_totals", _FROM_DISTRICT, _YEAR, measures=None),
    _deals("year_buyers_totals", _TO_DISTRICT, _YEAR, measures=None),
    _deals("year_bases", Key("base_id"), _AREA, _YEAR),
    _deals("year_subclasses", _SUBCLASS, _YEAR, based=_MONEY),
    _deals("year_flows", _FROM, _TO, _AREA, _YEAR),
    _deals("flows", _FROM_CITY, _TO_CITY),
    _deals("year_sellers_amounts", _FROM, _AREA, _YEAR, _FINE, measures=()),
    _deals("month_amounts", _MONTH, _FINE, measures=(), based=("deals.contracts",)),
    _deals("year_sellers_classes", _FROM, _AREA, _YEAR, _CLASS),
    _deals("month_classes", _MONTH, _CLASS, based=_MONEY),
)
_OF_DISTANCES = (
    Cube("distances_year", DEAL_DISTANCES, (_TO, _AREA, _YEAR)),
    Cube("distances_year_cities", DEAL_DISTANCES, (_TO_CITY, _AREA, _YEAR)),
    Cube("distances_year_places", DEAL_DISTANCES, (_TO_DISTRICT, _YEAR)),
)
_OPENED = Key("opened_on", "day")  # told by the edition, so that it costs no row
_OF_EXHIBITS = (
    Cube(
        "exhibits",
        EXPO_EXHIBITS,
        (Key("origin_adcode", "province"), _EDITION, _OPENED, _AREA, Key("zone")),
    ),
    Cube(
        "exhibits_places",
        EXPO_EXHIBITS,
        (Key("origin_adcode", "district"), _EDITION, _OPENED, _AREA),
    ),
    Cube("exhibits_countries", EXPO_EXHIBITS, (Key("origin_country"), _EDITION, _OPENED, _AREA)),
    Cube("exhibits_subclasses", EXPO_EXHIBITS, (_SUBCLASS, _EDITION, _OPENED)),
)
_OF_EVENTS = (
    Cube("events_month", EVENTS, (_CHANNEL, _EDITION, Key("kind"), Key("held_on", "month"))),
    Cube(
        "events_year",
        EVENTS,
        (Key("adcode", "province"), _AREA, _CHANNEL, Key("held_on", "year")),
    ),
    Cube("events_year_places", EVENTS, (Key("adcode", "district"), Key("held_on", "year"))),
)
_OF_PROJECTS = tuple(
    Cube(f"{dataset.name}_{name}", dataset, (Key(region, "city"), *keys, Key(dataset.time, level)))
    for dataset, region in (
        (PROJECTS, "origin_adcode"),
        (LISTINGS, "origin_adcode"),
        (LANDINGS, "landed_adcode"),
    )
    for name, level, keys in (
        ("month", "month", (_AREA,)),
        ("year", "year", (_AREA, _CHANNEL, _EDITION)),
    )
)

CUBES: tuple[Cube, ...] = (
    *_OF_DEALS,
    *_OF_DISTANCES,
    *_OF_EXHIBITS,
    *_OF_EVENTS,
    *_OF_PROJECTS,
)
"""Every cube that is made where it is small enough to gain.

Together they take less than a hundredth of a hundred million deals: so the larger ones hold money
by the usual basis only, and mostly by year. What no cube holds the records answer, sorted by the
seller's region, so that a question about one seller's district or city needs no cube of its own.
"""

STAGES: tuple[Cube, ...] = (
    _deals("stage_places", _FROM_DISTRICT, _AREA, _TYPE, _YEAR, measures=None, based=_MONEY),
    _deals(
        "stage_months", _FROM, _AREA, _TYPE, Key("crossing"), _MONTH, measures=None, based=_MONEY
    ),
    _deals("stage_channels", _FROM, _AREA, _CHANNEL, _EDITION, _YEAR, measures=None, based=_MONEY),
    Cube("distances_stage", DEAL_DISTANCES, (_TO_DISTRICT, _AREA, _YEAR)),
)
"""Cubes that are made for others to be made of, so that the records are read less often."""

QUERIES: dict[str, tuple[Reads, ...]] = {
    "deals_flow": (
        Reads("deals", DEALS, {"seller_adcode": "city", "buyer_adcode": "city"}, _MONEY),
    ),
    "deals_flow_provinces": (
        Reads("deals", DEALS, {"seller_adcode": "province", "buyer_adcode": "province"}, _MONEY),
    ),
    "deals_tickets": (
        Reads("deals", DEALS, {"amount_cny": "fine"}),
        Reads("deals_in_classes", DEALS, {"amount_cny": "quarter"}, _MONEY),
    ),
    "expos_editions": (
        Reads(
            "expo_exhibits",
            EXPO_EXHIBITS,
            {"edition": ""},
            ("expo_exhibits.exhibits", "expo_exhibits.published"),
        ),
        Reads("landings_undated", LANDINGS, {"edition": ""}, ("landings.projects",), "undated"),
        Reads("deals_undated", DEALS, {"edition": ""}, _MONEY, "undated"),
    ),
}
"""Query files that have a variant in `queries/cubes`, and what it reads."""
