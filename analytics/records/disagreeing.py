"""A row that numbers a record and names it too: the number counts, and a name that differs is told.

Both are told, since either may be the slip: the number that was copied from the row above, or the
name that was pasted over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from analytics.records.convert import VALUE, Cells, Typed
from analytics.records.findings import Findings
from analytics.records.relations import quoted
from analytics.records.values.base import squeezed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHOWN = 3
"""Ids of the records that a name means, where there are several."""


@dataclass
class Names:
    """What records are called.

    Args:
        held: Name by id.
        ids: Ids by name in its squeezed form; a record that was renamed has both its names.
    """

    held: dict[str, str] = field(default_factory=lambda: {})
    ids: dict[str, set[str]] = field(default_factory=lambda: {})

    @classmethod
    def of(cls, pairs: Iterable[tuple[str | None, str | None]]) -> Names:
        """Of ids and names."""
        found = cls()
        found.add(pairs)
        return found

    def add(self, pairs: Iterable[tuple[str | None, str | None]]) -> None:
        """Add ids and names; of several names of an id the last is the one it is called by."""
        for number, called in pairs:
            if number and called:
                self.held[number] = called
                self.ids.setdefault(squeezed(called), set()).add(number)

    def of_name(self, called: str) -> set[str]:
        """The ids that a name means."""
        return self.ids.get(squeezed(called), set())


def tell_disagreement(
    typed: Typed,
    number: Cells,
    name: Cells,
    names: Names,
    connection: DuckDBPyConnection,
    findings: Findings,
) -> None:
    """Tell the rows of a sheet whose number and name do not mean the same record.

    Args:
        typed: The sheet.
        number: The cells that number the record.
        name: The cells that name it.
        names: What the records are called.
        connection: The workbench's database.
        findings: Takes a warning where the name means another record, a note where it means none.
    """
    given, called = f"{number.field.name}__{VALUE}", f"{name.field.name}__{VALUE}"
    rows = connection.execute(
        f"select distinct {given}, {called} from {typed.table} "
        f"where {given} is not null and {called} is not null"
    ).fetchall()
    told = [
        (said, word, names.held[said], "、".join(sorted(names.of_name(word))[:_SHOWN]))
        for said, word in rows
        if said in names.held and said not in names.of_name(word)
    ]
    if not told:
        return
    frame = pd.DataFrame(told, columns=["given", "called", "held", "other"], dtype=object)
    connection.register("differing", frame)
    column = "null" if name.heading is None else str(name.heading.column)
    findings.add_rows(
        f"select source, row_no, {column}, {quoted(name.field.name)}, "
        "case when d.other <> '' then 'id_names_other' else 'id_name_differs' end, "
        "case when d.other <> '' then 'warning' else 'note' end, d.called::varchar, "
        "json_object('id', d.given, 'held', d.held, 'other', d.other) "
        f"from {typed.table} as t join differing as d on t.{given} = d.given "
        f"and t.{called} = d.called"
    )
    connection.unregister("differing")
