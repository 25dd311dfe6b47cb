"""Filters to SQL, in the one place where filters are applied.

Every query names datasets; each name is answered by a relation that is already filtered:
`deals` (filtered), `deals_before` (the comparison period), `deals_undated` (the same filters
without the period) and `deals_all` (all that this viewer may see).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analytics import periods
from analytics.cubes.columns import RECORDS, read_columns
from analytics.filters import Filters
from analytics.model import DATASETS, Dataset
from analytics.model.cubes import LEVELS, Cube
from analytics.model.types import Parent
from analytics.ranges import ranges

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
    parts = [
        f"{column} >= ${low} and {column} < ${high}"
        for low, high in (_bounds(n, suffix) for n in range(len(ranges(filters.regions))))
    ]
    return "(" + " or ".join(parts) + ")"


def _bounds(number: int, suffix: str) -> tuple[str, str]:
    """Names of the values between which the codes of a range lie."""
    return f"region_{number + 1}_from{suffix}", f"region_{number + 1}_to{suffix}"


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


def relation(dataset: Dataset, filters: Filters, suffix: str = "", read: str = "*") -> str:
    """One select that gives a dataset's rows as the filters leave them.

    Args:
        dataset: The dataset.
        filters: What is selected.
        suffix: Suffix of the parameters.
        read: Everything that reads the relation: a parent that it has no use for is not joined.
    """
    wanted = conditions(dataset, filters, suffix)
    where = f"\n  where {' and '.join(wanted)}" if wanted else ""
    extras = _extras(dataset, filters)
    joined = _joined(dataset, f"{read}{where}{extras}")
    return f"select rows.*{extras}\n  from ({_source(dataset, joined)}) as rows{where}"


_EVERYTHING = re.compile(r"(^|\bselect|,|\.)\s*(distinct\s+)?\*", re.IGNORECASE)


def _joined(dataset: Dataset, read: str) -> tuple[Parent, ...]:
    """The parents of which a column is read. A missing one would be an error, never an answer."""
    if _EVERYTHING.search(read):
        return dataset.parents
    words = set(re.findall(r"\w+", " ".join((read, *dataset.extra.values()))))
    return tuple(parent for parent in dataset.parents if words & set(parent.columns))


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
    return derived + _source(dataset, dataset.parents)


def ctes(
    text: str,
    names: Sequence[str],
    filters: Filters,
    views: Callable[[str], str],
    names_in: Callable[[str], Iterable[str]],
    cubes: Mapping[str, tuple[Cube, str]],
) -> str:
    """The `with` items that a text needs for the relations it names, in order of dependence.

    Args:
        text: The text.
        names: Relations that the text names.
        filters: What is selected.
        views: Gives the SQL text of a derived dataset.
        names_in: Gives the relations that an SQL text names.
        cubes: Cubes that stand for a relation, by its name, with the variant that it is.
    """
    items: dict[str, str] = {}
    read = "\n".join((text, *_bodies(names, views, names_in)))

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
        items[name] = relation(dataset, *selected(filters, variant), read)

    for name in names:
        add(name)
    return ",\n".join(item(name, body) for name, body in items.items())


def item(name: str, body: str) -> str:
    """A `with` item."""
    return f"{name} as (\n  {body}\n)"


def _bodies(
    names: Iterable[str], views: Callable[[str], str], names_in: Callable[[str], Iterable[str]]
) -> Iterator[str]:
    """The texts of the derived datasets that relations are made of, however deep."""
    for name in names:
        found = split(name)
        if found and found[0].view:
            body = views(found[0].view)
            yield body
            yield from _bodies(names_in(body), views, names_in)


def split(name: str) -> tuple[Dataset, str] | None:
    """The dataset and variant that a relation's name means; None if it is no dataset."""
    if name in DATASETS:
        return DATASETS[name], ""
    for variant in VARIANTS:
        stem = name.removesuffix(f"_{variant}")
        if stem != name and stem in DATASETS:
            return DATASETS[stem], variant
    return None


def expanded(filters: Filters, gba: Sequence[str]) -> Filters:
    """Filters that name the places of the Greater Bay Area in its stead.

    Args:
        filters: What is selected.
        gba: Codes of its cities and regions.
    """
    if "gba" not in filters.regions:
        return filters
    others = (code for code in filters.regions if code != "gba")
    return replace(filters, regions=tuple(dict.fromkeys((*others, *gba))))


def parameters(filters: Filters) -> dict[str, Any]:
    """Every value a text may name, for the period and for the one before."""
    before = filters.before() or replace(filters, compare="")
    return _values(filters, "") | _values(before, "_before")


def _values(filters: Filters, suffix: str) -> dict[str, Any]:
    values: dict[str, Any] = {
        "since": filters.since,
        "until": filters.until,
        "industries": list(filters.industries),
        "channels": list(filters.channels),
        "editions": list(filters.editions),
        "contract_types": list(filters.contract_types),
        "technical_fields": list(filters.technical_fields),
        "station_kinds": list(filters.station_kinds),
        "side": filters.side,
        "basis": filters.basis,
    }
    named = {f"{name}{suffix}": value for name, value in values.items()}
    for number, found in enumerate(ranges(filters.regions)):
        named |= zip(_bounds(number, suffix), found, strict=True)
    return named


def selected(filters: Filters, variant: str) -> tuple[Filters, str]:
    """The filters that a variant of a relation really means, and the suffix of its parameters."""
    if variant == "all":
        return Filters(side=filters.side), ""
    if variant == "undated":
        return filters.undated(), ""
    if variant == "before":
        return filters.before() or replace(filters, compare=""), "_before"
    return filters, ""


def _source(dataset: Dataset, parents: Sequence[Parent]) -> str:
    base = f"{dataset.name}_derived" if dataset.view else f"stored.{dataset.name}"
    taken = "".join(_taken(parent, index) for index, parent in enumerate(parents))
    joins = "".join(
        f" left join (select {', '.join((parent.key, *parent.columns))} "
        f"from stored.{parent.dataset}) as p{index} using ({parent.key})"
        for index, parent in enumerate(parents)
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
