"""Cubes: small tables of sums that answer in place of the records, declared like measures.

A cube is a dataset's records grouped by coarser columns of their own: the month in place of the
day, the province in place of the district. So every filter and dimension that is no finer than
its columns reads it as it reads the records.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.model.deals import DEALS
from analytics.model.types import Dataset, Measure


@dataclass(frozen=True)
class Level:
    """How fine a column is kept: its rank among those of its kind, and the SQL that gets there."""

    rank: int
    sql: str


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
}
"""Levels by name. Each is a code of the same kind, so that a coarse column reads like a fine one;
counties that stand right under a province (90xx) and places known by province only stay whole."""

BASES = ("", "registered", "technical")


@dataclass(frozen=True)
class Key:
    """A column by which a cube is grouped, and how fine."""

    column: str
    level: str = ""


@dataclass(frozen=True)
class Cube:
    """One cube.

    Args:
        name: Its relation in the schema `cubes`, and its file.
        dataset: Dataset whose records it sums.
        keys: Columns, in the order by which it is sorted.
        measures: Names of the sums it holds; empty means all of the dataset.
        bases: Bases of the contract value for which it holds them.
    """

    name: str
    dataset: Dataset
    keys: tuple[Key, ...]
    measures: tuple[str, ...] = ()
    bases: tuple[str, ...] = BASES

    def sums(self) -> tuple[Measure, ...]:
        """The measures that it holds."""
        return tuple(
            measure
            for measure in self.dataset.measures
            if measure.kind == "sum" and (not self.measures or measure.name in self.measures)
        )

    def level(self, column: str) -> str | None:
        """How fine it knows a column; None where it does not."""
        return next((key.level for key in self.keys if key.column == column), None)


CUBES: tuple[Cube, ...] = (
    Cube(
        "deals_month_province_industry",
        DEALS,
        (Key("seller_adcode", "province"), Key("signed_on", "month"), Key("industry", "area")),
    ),
)
"""Every cube that is made where it is small enough to gain."""
