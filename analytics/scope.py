"""Filters to SQL, in the one place where filters are applied.

Every query names datasets; each name is answered by a relation that is already filtered:
`deals` (filtered), `deals_before` (the comparison period), `deals_undated` (the same filters
without the period) and `deals_all` (all that this viewer may see).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from analytics import periods
from analytics.cubes.columns import RECORDS, read_columns
from analytics.filters import Filters
from analytics.model import DATASETS, Dataset
from analytics.model.cubes import LEVELS, Cube
from analytics.model.types import Parent

VARIANTS = ("before", "undated", "all")
Needs = Mapping[str, str]
"""Columns, and how fine each must be: a level of `analytics.model.cubes.LEVELS`."""


@dataclass(frozen=True)
class Condition:
    """A filter as SQL: when it applies to a dataset, the text that it becomes, what it reads.

    Args:
        field: Field of Filters.
        applies: Whether it means anything to a dataset.
        sql: Dataset, filters and suffix of the parameters to the condition.
        needs: Dataset and filters to the columns that the condition reads, and how fine a cube
            must know each of them for the condition to mean the same.
    """

    field: str
    applies: Callable[[Dataset], bool]
    sql: Callable[[Dataset, Filters, str], str]
    needs: Callable[[Dataset, Filters], Needs]


def _in_list(column: str, parameter: str, sql_type: str = "varchar") -> str:
    return f"{column} in (select unnest(${parameter}::{sql_type}[]))"


def _regions(dataset: Dataset, filters: Filters, suffix: str) -> str:
    column = dataset.region_column(filters.side or "from")
    name = f"regions{suffix}"
    levels = (column, f"substr({column}, 1, 4) || '00'", f"substr({column}, 1, 2) || '0000'")
    return "(" + " or ".join(_in_list(level, name) for level in levels) + ")"


def _industries(dataset: Dataset, filters: Filters, suffix: str) -> str:
    name = f"industries{suffix}"
    columns = [dataset.industry, f"split_part({dataset.industry}, '.', 1)"]
    if dataset.subindustry:
        columns.append(dataset.subindustry)
    return "(" + " or ".join(_in_list(column, name) for column in columns) + ")"


def _region_level(code: str) -> str:
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") or code == "gba" else "district"


def _finest(levels: Iterable[str]) -> str:
    return max(levels, key=lambda level: LEVELS[level].rank)


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "since",
        lambda d: bool(d.time),
        lambda d, f, s: f"{d.time} >= $since{s}",
        lambda d, f: {d.time: periods.begins(f.since)} if f.since else {},
    ),
    Condition(
        "until",
        lambda d: bool(d.time),
        lambda d, f, s: f"{d.time} <= $until{s}",
        lambda d, f: {d.time: periods.ends(f.until)} if f.until else {},
    ),
    Condition(
        "regions",
        lambda d: bool(d.regions),
        _regions,
        lambda d, f: {
            d.region_column(f.side or "from"): _finest(map(_region_level, f.regions)),
        },
    ),
    Condition(
        "industries",
        lambda d: bool(d.industry),
        _industries,
        lambda d, f: {
            d.industry: "subclass" if any("." in code for code in f.industries) else "area",
        },
    ),
    Condition(
        "basis",
        lambda d: bool(d.registration),
        lambda d, f, s: f"{d.registration} is not null" if f.basis == "registered" else "true",
        lambda d, f: {},  # a cube has its sums for each basis
    ),
)
"""Every filter that all datasets share, in the order in which they are written."""


def _applying(dataset: Dataset, filters: Filters) -> list[Condition]:
    return [
        condition
        for condition in CONDITIONS
        if getattr(filters, condition.field) and condition.applies(dataset)
    ]


def needs(dataset: Dataset, filters: Filters) -> dict[str, str]:
    """The columns that the filters read, and how fine a cube must know them."""
    found: dict[str, str] = {}
    for condition in _applying(dataset, filters):
        for column, level in condition.needs(dataset, filters).items():
            found[column] = _finest((level, found.get(column, "")))
    chosen = (choice for choice in dataset.choices if getattr(filters, choice.filter))
    return found | {choice.column: "" for choice in chosen}


def conditions(dataset: Dataset, filters: Filters, suffix: str = "") -> list[str]:
    """The SQL conditions that filters put on a dataset's rows."""
    found = [condition.sql(dataset, filters, suffix) for condition in _applying(dataset, filters)]
    for choice in dataset.choices:
        if getattr(filters, choice.filter):
            sql_type = "integer" if choice.filter == "editions" else "varchar"
            found.append(_in_list(choice.column, f"{choice.filter}{suffix}", sql_type))
    return found


def relation(dataset: Dataset, filters: Filters, suffix: str = "") -> str:
    """One select that gives a dataset's rows as the filters leave them."""
    wanted = conditions(dataset, filters, suffix)
    where = f"\n  where {' and '.join(wanted)}" if wanted else ""
    extras = _extras(dataset, filters)
    return f"select rows.*{extras}\n  from ({_source(dataset)}) as rows{where}"


def relation_of_cube(cube: Cube, filters: Filters, suffix: str = "") -> str:
    """One select that gives a cube's rows as the filters leave them.

    It stands where the dataset's own rows would, with each sum under its measure's name and for
    the basis that is meant.
    """
    dataset = cube.dataset
    columns = read_columns(cube, filters.basis)
    region = dataset.region_column(filters.side or "from") if dataset.regions else ""
    if cube.level(region) is not None:
        columns.append(f"{region} as region")
    wanted = conditions(dataset, replace(filters, basis=""), suffix)
    if filters.basis == "registered" and dataset.registration:
        wanted.append(f'"{RECORDS}.registered" > 0')
    where = f"\n  where {' and '.join(wanted)}" if wanted else ""
    return f"select {', '.join(columns)}\n  from cubes.{cube.name} as rows{where}"


def source(dataset: Dataset, views: Callable[[str], str]) -> str:
    """One statement that gives all rows of a dataset, with what is computed of them."""
    derived = f"with {dataset.name}_derived as (\n{views(dataset.view)})\n" if dataset.view else ""
    return derived + _source(dataset)


def ctes(
    names: Iterable[str],
    filters: Filters,
    views: Callable[[str], str],
    names_in: Callable[[str], Iterable[str]],
    cubes: Mapping[str, tuple[Cube, str]],
) -> str:
    """The `with` items that a text needs for the relations it names, in order of dependence.

    Args:
        names: Relations that the text names.
        filters: What is selected.
        views: Gives the SQL text of a derived dataset.
        names_in: Gives the relations that an SQL text names.
        cubes: Cubes that stand for a relation, by its name, with the variant that it is.
    """
    items: dict[str, str] = {}

    def add(name: str) -> None:
        found = split(name)
        if name in items:
            return
        if name in cubes:
            cube, variant = cubes[name]
            items[name] = relation_of_cube(cube, *selected(filters, variant))
            return
        if found is None:
            return
        dataset, variant = found
        if dataset.view:
            body = views(dataset.view)
            for needed in names_in(body):
                add(needed)
            items.setdefault(f"{dataset.name}_derived", body)
        items[name] = relation(dataset, *selected(filters, variant))

    for name in names:
        add(name)
    return ",\n".join(f"{name} as (\n  {body}\n)" for name, body in items.items())


def split(name: str) -> tuple[Dataset, str] | None:
    """The dataset and variant that a relation's name means; None if it is no dataset."""
    if name in DATASETS:
        return DATASETS[name], ""
    for variant in VARIANTS:
        stem = name.removesuffix(f"_{variant}")
        if stem != name and stem in DATASETS:
            return DATASETS[stem], variant
    return None


def parameters(filters: Filters, gba: tuple[str, ...]) -> dict[str, Any]:
    """Every value a text may name, for the period and for the one before.

    Args:
        filters: What is selected.
        gba: Codes of the cities and regions of the Greater Bay Area.
    """
    before = filters.before()
    values = _values(filters, gba)
    return values | {
        f"{name}_before": value
        for name, value in _values(before or replace(filters, compare=""), gba).items()
    }


def _values(filters: Filters, gba: tuple[str, ...]) -> dict[str, Any]:
    regions = tuple(code for code in filters.regions if code != "gba")
    if "gba" in filters.regions:
        regions += gba
    return {
        "since": filters.since,
        "until": filters.until,
        "regions": list(regions),
        "industries": list(filters.industries),
        "channels": list(filters.channels),
        "editions": list(filters.editions),
        "contract_types": list(filters.contract_types),
        "technical_fields": list(filters.technical_fields),
        "station_kinds": list(filters.station_kinds),
        "side": filters.side,
        "basis": filters.basis,
    }


def selected(filters: Filters, variant: str) -> tuple[Filters, str]:
    """The filters that a variant of a relation really means, and the suffix of its parameters."""
    if variant == "all":
        return Filters(side=filters.side), ""
    if variant == "undated":
        return filters.undated(), ""
    if variant == "before":
        return filters.before() or replace(filters, compare=""), "_before"
    return filters, ""


def _source(dataset: Dataset) -> str:
    base = f"{dataset.name}_derived" if dataset.view else f"stored.{dataset.name}"
    taken = "".join(_taken(parent, index) for index, parent in enumerate(dataset.parents))
    joins = "".join(
        f" left join (select {', '.join((parent.key, *parent.columns))} "
        f"from stored.{parent.dataset}) as p{index} using ({parent.key})"
        for index, parent in enumerate(dataset.parents)
    )
    computed = "".join(f", {sql} as {name}" for name, sql in dataset.extra.items())
    return f"select d.*{taken}{computed} from {base} as d{joins}"


def _taken(parent: Parent, index: int) -> str:
    return "".join(f", p{index}.{column}" for column in parent.columns)


def _extras(dataset: Dataset, filters: Filters) -> str:
    extras: list[str] = []
    if dataset.regions:
        extras.append(f"{dataset.region_column(filters.side or 'from')} as region")
    if dataset.amounts:
        extras.append(f"{dataset.amounts.get(filters.basis, dataset.amounts[''])} as amount_cny")
    return "".join(f", {extra}" for extra in extras)
