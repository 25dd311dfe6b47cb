"""The words of the model: columns, measures, dimensions and the datasets that hold them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["sum", "distinct", "quantile", "ratio", "stock", "printed"]
Unit = Literal["cny", "count", "share", "days", "people", "per_unit"]
"""`per_unit` is a count per something, with decimals; `ratio` columns are plain numbers."""
Side = Literal["from", "to"]


@dataclass(frozen=True)
class Column:
    """A stored column: its SQL type, its names on screen and what may stand in it.

    Args:
        name: Column name in the Parquet file.
        type: DuckDB type, as it must be stored.
        zh: Name in Chinese, as headers of templates and downloads print it.
        en: Name in English.
        required: Whether every record must have a value.
        values: Codes that may stand here; empty means any.
        reference: `relation.column` where the value must be found.
        unit: Unit of a number, empty where it has none.
        labels: Relation or list of codes that names the values.
    """

    name: str
    type: str
    zh: str
    en: str
    required: bool = False
    values: tuple[str, ...] = ()
    reference: str = ""
    unit: str = ""
    labels: str = ""


@dataclass(frozen=True)
class Measure:
    """Something that can be counted or summed, and how its missing periods read.

    `sql` is an aggregate over the dataset's rows. A `ratio` has no SQL of its own: it divides two
    measures, possibly of two datasets, each aggregated by the same dimensions. A `quantile` is the
    amount that the share `at` of the rows does not exceed: 0.5 is the median. A `stock` counts
    the rows that are open on a period's last day. A `printed` figure is summed like a `sum`, but
    a period or part for which nothing was printed is blank, never zero, and parts need not add up.
    """

    name: str
    kind: Kind
    unit: Unit
    zh: str
    en: str
    zh_definition: str
    en_definition: str
    sql: str = ""
    numerator: str = ""
    denominator: str = ""
    counted_zh: str = ""
    counted_en: str = ""
    at: float = 0.5

    @property
    def dataset(self) -> str:
        """Name of the dataset the measure belongs to."""
        return self.name.split(".", 1)[0]

    @property
    def additive(self) -> bool:
        """Whether parts add up to the whole."""
        return self.kind in ("sum", "stock")


@dataclass(frozen=True)
class Dimension:
    """Something to group by.

    Args:
        name: Name in questions, such as `industry`.
        sql: Expression over the dataset's columns.
        zh: Name in Chinese.
        en: Name in English.
        labels: Relation that names the values; empty where a value reads itself.
        column: Column that the SQL reads where it is more than a column's name; `region` is the
            region column of the side that is meant.
        level: How fine that column must be: a level of `analytics.model.cubes.LEVELS`.
    """

    name: str
    sql: str
    zh: str
    en: str
    labels: str = ""
    column: str = ""
    level: str = ""


@dataclass(frozen=True)
class Output:
    """A column that a query file returns: its names, unit, and what labels its codes."""

    name: str
    zh: str
    en: str
    unit: str = ""
    labels: str = ""


@dataclass(frozen=True)
class Parent:
    """The dataset through which another is filtered, and the columns taken from it."""

    dataset: str
    key: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """A filter of one dataset: a field of Filters and the column it restricts."""

    filter: str
    column: str


@dataclass(frozen=True)
class Dataset:
    """One kind of record: its grain, columns, filters, measures and dimensions.

    Args:
        name: Relation name.
        zh: Name in Chinese.
        en: Name in English.
        grain: One sentence: what a row is.
        key: Columns that identify a row.
        columns: Stored columns; empty for a view.
        view: Name of the query file that derives the dataset, for those not stored.
        parents: Datasets it is filtered through, where it lacks a region, industry or date.
        time: Column the period selects by; for stocks the opening date is used instead.
        regions: Region column by side: where a thing comes from and where it goes to.
        industry: Industry column.
        subindustry: Column of the industry's subclass, where one is known.
        registration: Column that a registered row has filled.
        amounts: Column that `amount_cny` reads, by basis; "" is the usual one.
        choices: Further filters it understands.
        opened: First day of a stock, if rows open and close.
        closed: Day from which a stock's row no longer counts.
        extra: Columns computed in the filtered relation, name to SQL.
        measures: What can be measured on it.
        dimensions: What it can be grouped by.
        optional: Whether a data folder may lack it.
        published: Whether it holds published figures rather than records.
    """

    name: str
    zh: str
    en: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    view: str = ""
    parents: tuple[Parent, ...] = ()
    time: str = ""
    regions: dict[Side, str] = field(default_factory=lambda: {})
    industry: str = ""
    subindustry: str = ""
    registration: str = ""
    amounts: dict[str, str] = field(default_factory=lambda: {})
    choices: tuple[Choice, ...] = ()
    opened: str = ""
    closed: str = ""
    extra: dict[str, str] = field(default_factory=lambda: {})
    measures: tuple[Measure, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    optional: bool = False
    published: bool = False

    def region_column(self, side: str) -> str:
        """Region column for a side; a dataset with one place uses it for both."""
        wanted = self.regions.get("to" if side == "to" else "from")
        return wanted or next(iter(self.regions.values()), "")
