"""What makes each cube: its statement, and the checksum by which a file of it is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from analytics import scope
from analytics.cubes.columns import from_records
from analytics.cubes.files import sha256_of
from analytics.databases.tables import REFERENCE
from analytics.model import Dataset
from analytics.model.cubes import CUBES, Cube
from analytics.statements import named_relations, query_text

_FORM = "1"
"""Changes when files are written in another way though the statements stay."""


def records_of(dataset: Dataset) -> str:
    """The statement that gives a dataset's rows."""
    return scope.source(dataset, query_text)


def statement_of(cube: Cube) -> str:
    """The statement that makes a cube of the records."""
    return from_records(cube, records_of(cube.dataset))


def definitions(table: Callable[[str], Path]) -> dict[str, tuple[Cube, str]]:
    """Each declared cube with the checksum of what makes it.

    Args:
        table: Gives the file of a reference table.
    """
    sums = {name: sha256_of(path) for name in REFERENCE if (path := table(name)).exists()}
    return {cube.name: (cube, _checksum(statement_of(cube), sums)) for cube in CUBES}


def _checksum(statement: str, tables: dict[str, str]) -> str:
    read = [f"{name} {tables.get(name, '')}" for name in named_relations(statement)]
    return hashlib.sha256("\n".join((_FORM, statement, *read)).encode()).hexdigest()[:16]
