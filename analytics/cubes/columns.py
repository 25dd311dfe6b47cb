"""The columns of a cube, and the statements that make it from records or from a finer cube."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analytics.cubes.bins import BIN
from analytics.model.cubes import BASES, LEVELS, Cube
from analytics.model.types import Dataset, Measure

RECORDS = "records"
"""Column that counts a row's records, also for a measure that does nothing else."""
AMOUNT = "amount_cny"
"""What a measure calls the amount of the basis that is meant."""
_COUNT = "count(*)"
_SUBCLASS_OF_AREA = "case when {column} = split_part({column}, '.', 1) then {column} end"
"""A subclass column where only areas are kept: hardly ever filled, but what it says is filtered
by too."""


@dataclass(frozen=True)
class Summed:
    """A column of a cube that is not a key.

    Args:
        name: Its name for the usual basis.
        suffix: What is appended to the name for another basis.
        sql: Aggregate over the records, whose parts add up.
        type: SQL type in which it is added up.
    """

    name: str
    suffix: str
    sql: str
    type: str

    @property
    def stored(self) -> str:
        """Name under which it is stored, quoted."""
        return f'"{self.name}{self.suffix}"'

    @property
    def counted(self) -> str:
        """Name of what is counted before the registered records are told apart, quoted."""
        return self.stored.replace(".registered", "")


def key_columns(cube: Cube) -> dict[str, str]:
    """SQL of each key, over the records or over a finer cube."""
    found: dict[str, str] = {}
    for key in cube.keys:
        name = BIN if key.is_binned else key.column
        found[name] = LEVELS[key.level].sql.format(column=key.column)
        subclass = cube.dataset.subindustry
        if key.column == cube.dataset.industry and subclass:
            sql = "{column}" if key.level == "subclass" else _SUBCLASS_OF_AREA
            found[subclass] = sql.format(column=subclass)
    return found


def suffix_of(dataset: Dataset, basis: str, measure: Measure | None = None) -> str:
    """What a column's name ends with on a basis; nothing where the basis makes no difference."""
    if basis == "registered" and dataset.registration:
        return ".registered"
    if measure and _reads_amount(measure) and amount_of(dataset, basis) != amount_of(dataset, ""):
        return f".{basis}"
    return ""


def summed_columns(cube: Cube) -> tuple[Summed, ...]:
    """Every column that is not a key, each once."""
    found: dict[str, Summed] = {}
    for basis in BASES:
        for column in _summed(cube, basis) if cube.knows(basis) else ():
            found.setdefault(column.stored, column)
    return tuple(found.values())


def _summed(cube: Cube, basis: str) -> Iterator[Summed]:
    dataset = cube.dataset
    own = suffix_of(dataset, basis)
    yield Summed(RECORDS, own, _COUNT, "bigint")
    for measure in cube.sums(basis):
        if measure.sql == _COUNT:
            continue
        yield Summed(
            measure.name,
            suffix_of(dataset, basis, measure),
            re.sub(rf"\b{AMOUNT}\b", amount_of(dataset, basis), measure.sql),
            "decimal(38, 2)" if measure.unit == "cny" else "bigint",
        )


def _reads_amount(measure: Measure) -> bool:
    return AMOUNT in measure.sql


def amount_of(dataset: Dataset, basis: str) -> str:
    """The column that `amount_cny` reads on a basis; empty where the dataset has no amounts."""
    return dataset.amounts.get(basis, dataset.amounts.get("", ""))


def read_columns(cube: Cube, basis: str) -> list[str]:
    """The columns under which a basis is read: keys by their names, sums without their suffix."""
    summed = list(_summed(cube, basis))
    counts = [
        f'"{RECORDS}{suffix_of(cube.dataset, basis)}" as "{measure.name}"'
        for measure in cube.sums(basis)
        if measure.sql == _COUNT
    ]
    return [*key_columns(cube), *map(_read, summed), *counts]


def _read(column: Summed) -> str:
    return f'{column.stored} as "{column.name}"' if column.suffix else column.stored


def from_records(cube: Cube, source: str, also: Sequence[Summed] = ()) -> str:
    """The statement that makes a cube of records.

    The records are read once: they are grouped with the registered ones apart, and the groups
    are then joined, so that each basis has its column.

    Args:
        cube: The cube.
        source: Statement that gives the dataset's rows.
        also: Further columns.
    """
    columns = list(dict.fromkeys((*summed_columns(cube), *also)))
    registration = cube.dataset.registration
    flag = f"{registration} is not null" if registration else "true"
    keys = [f"{sql} as {name}" for name, sql in key_columns(cube).items()]
    counted = {column.counted: column.sql for column in columns}
    inner = [*keys, f"{flag} as is_registered", *(f"{s} as {n}" for n, s in counted.items())]
    outer = [*key_columns(cube), *map(_joined, columns)]
    return (
        f"select {', '.join(outer)} from (select {', '.join(inner)} from ({source}) as rows "
        f"group by all) as parts group by all"
    )


def _joined(column: Summed) -> str:
    where = " filter (where is_registered)" if column.suffix == ".registered" else ""
    return f"(sum({column.counted}){where})::{column.type} as {column.stored}"


def from_cube(cube: Cube, finer: Cube) -> str:
    """The statement that makes a cube of a finer one."""
    keys = [
        f"{BIN}" if name == BIN else f"{sql} as {name}" for name, sql in key_columns(cube).items()
    ]
    sums = [
        f"sum({column.stored})::{column.type} as {column.stored}" for column in summed_columns(cube)
    ]
    return f"select {', '.join([*keys, *sums])} from cubes.{finer.name} group by all"
