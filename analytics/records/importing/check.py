"""One check: from the cells of every sheet to what publishing would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analytics.model import DATASETS, RECORDS
from analytics.records import merging
from analytics.records.checking import (
    check_references,
    check_required,
    check_sheet,
    check_stand_ins,
)
from analytics.records.convert import Typed, columns_used, convert
from analytics.records.findings import Findings
from analytics.records.forms import FORMS
from analytics.records.importing.options import Options
from analytics.records.keys import check_keys
from analytics.records.organisations import Organisations, match_organisations
from analytics.records.points import place_points
from analytics.records.relations import exists, load_pairs, one, rows_table
from analytics.records.resolving import (
    given_columns,
    organisation_selects,
    resolve,
    tell_organisations,
)
from analytics.records.series import settle
from analytics.records.standing import Standings
from analytics.records.store import Change
from analytics.records.types import Layout, Mapping, Progress
from analytics.records.values import Context, References

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench

ORGANISATIONS = "organisations"
ORDER = (
    ORGANISATIONS,
    "expo_editions",
    "bases",
    "workstations",
    "projects",
    "events",
    "expo_exhibits",
    "stage_events",
    "deals",
    "workstation_returns",
    "base_returns",
    "targets",
    "tech_market",
)
"""Datasets so that what a record points to comes before it."""
_LEVELS = {"tech_market": "province", "targets": "country"}
"""How places are read where it is not down to districts (see `Context.level`)."""


@dataclass
class Check:
    """Reads, checks and merges the sheets of an import; nothing of the data folder changes.

    Args:
        bench: Where the sheets lie.
        references: Lists that cells are looked up in.
        options: What the user says.
        stands: What stands.
        findings: Takes what is found.
        progress: Told what is being done, and how much of it.

    Attributes:
        typed: The sheets that were read.
        organisations: What came of the organisations that they name; None where they name none.
        changes: What would happen to each dataset of which there was a usable row.
    """

    bench: Workbench
    references: References
    options: Options
    stands: Standings
    findings: Findings
    progress: Progress
    typed: list[Typed] = field(default_factory=lambda: [])
    organisations: Organisations | None = None
    changes: dict[str, Change] = field(default_factory=lambda: {})

    def run(self, chosen: Sequence[tuple[Layout, Mapping]]) -> None:
        """Check sheets by these mappings."""
        self._drop()
        for done, (layout, mapping) in enumerate(chosen):
            self.progress("converting", done / len(chosen))
            part = part_of(self.progress, "converting", done, len(chosen))
            self.typed.append(self._convert(layout, mapping, part))
        self.progress("checking", 0.0)
        for typed in self.typed:
            check_sheet(typed, self.bench.connection, self.findings)
            self._note_sheet(typed)
        self._resolve()
        self.progress("merging", 0.0)
        changes = {name: self._merge(name) for name in self._datasets()}
        self._complete_organisations(changes)
        self.changes = {name: change for name, change in changes.items() if _holds_rows(change)}
        self._remove(self.changes)

    def _convert(
        self, layout: Layout, mapping: Mapping, progress: Callable[[float], None]
    ) -> Typed:
        context = Context(
            references=self.references,
            unit=self.options.unit,
            rates=mapping.rates,
            crs=mapping.crs or self.options.crs,
            level=_LEVELS.get(mapping.dataset, ""),
        )
        form = FORMS[mapping.dataset]
        return convert(layout, form, mapping, context, self.bench, self.findings, progress)

    def _note_sheet(self, typed: Typed) -> None:
        """What of a sheet is not used, what must not be, and whether it has a record at all."""
        if not one(self.bench.connection, f"select count(*) from {typed.table}")[0]:
            self.findings.add(typed.number, "sheet_without_rows", "note")
        used = columns_used(typed)
        for heading in typed.layout.headings:
            details = {"column": heading.title}
            if heading.personal:
                self.findings.add(
                    typed.number, "personal_left_out", "note", None, heading.column, details=details
                )
            elif heading.column not in used:
                self.findings.add(
                    typed.number, "column_unused", "note", None, heading.column, details=details
                )

    def _datasets(self) -> list[str]:
        connection = self.bench.connection
        return [name for name in ORDER if exists(connection, rows_table(name))]

    def _of(self, dataset: str) -> list[Typed]:
        return [typed for typed in self.typed if typed.form.dataset == dataset]

    def _resolve(self) -> None:
        """From cells to stored columns, dataset by dataset, and what must hold among them."""
        connection = self.bench.connection
        self._match_organisations()
        for done, name in enumerate(ORDER):
            self.progress("checking", done / len(ORDER))
            sheets = self._of(name)
            if not sheets:
                continue
            standing = self.stands.of(name)
            resolve(name, sheets, standing, connection, self.findings)
            place_points(name, sheets, self.options.crs, self.references, connection, self.findings)
            if name in RECORDS:
                check_keys(name, sheets, connection, self.findings)
                check_stand_ins(name, sheets, standing, connection, self.findings)
            else:
                settle(name, standing, connection, self.findings)
            check_required(name, sheets, connection, self.findings)
        for name in self._datasets():
            check_references(name, self._of(name), self.stands.of(name), connection, self.findings)
        self._add_created()

    def _match_organisations(self) -> None:
        first = self._of(ORGANISATIONS)
        others = [typed for typed in self.typed if typed not in first]
        named = [select for typed in (*first, *others) for select in organisation_selects(typed)]
        self.organisations = None
        if named:
            standing = self.stands.of(ORGANISATIONS).relation(ORGANISATIONS)
            self.organisations = match_organisations(
                self.bench.connection, named, standing, self.findings
            )
            tell_organisations(
                self.typed, self.organisations.names, self.bench.connection, self.findings
            )

    def _add_created(self) -> None:
        """Organisations that other records brought along, if a row that is accepted names them."""
        if self.organisations is None or self.organisations.created.empty:
            return
        connection = self.bench.connection
        rows = rows_table(ORGANISATIONS)
        if not exists(connection, rows):
            declared = DATASETS[ORGANISATIONS].columns
            columns = ", ".join(f"{column.name} {column.type}" for column in declared)
            connection.execute(f"create table {rows} (source INTEGER, row_no BIGINT, {columns})")
        named = " union all ".join(
            f"select {column.name} as id from {merging.accepted(name)}"
            for name in self._datasets()
            for column in DATASETS[name].columns
            if column.reference == f"{ORGANISATIONS}.organisation_id"
        )
        if not named:
            return
        connection.register("created", self.organisations.created.astype(object))
        connection.execute(
            f"insert into {rows} by name select -1 as source, row_number() over () as row_no, "
            "organisation_id::varchar as organisation_id, name::varchar as name, "
            "uscc::varchar as uscc, adcode::varchar as adcode, country::varchar as country "
            f"from created where organisation_id in ({named}) "
            f"and organisation_id not in (select organisation_id from "
            f"{merging.accepted(ORGANISATIONS)})"
        )
        connection.unregister("created")

    def _merge(self, dataset: str) -> Change:
        given = {typed.number: given_columns(typed) for typed in self._of(dataset)}
        return merging.merge(dataset, given, self.stands.of(dataset), self.bench.connection)

    def _remove(self, changes: dict[str, Change]) -> None:
        """Take out what the files do not hold of their datasets, if that was asked for."""
        if not self.options.remove_missing:
            return
        for name in reversed(self._datasets()):
            if self._of(name) and name in changes:
                gone = merging.remove(name, self.stands.of(name), self.bench.connection)
                changes[name] = replace(changes[name], gone=gone)

    def _complete_organisations(self, changes: dict[str, Change]) -> None:
        """Credit codes that the files told of organisations that stood without one."""
        completed = self.organisations.completed if self.organisations else {}
        if not completed:
            return
        connection = self.bench.connection
        table = merging.merged_table(ORGANISATIONS)
        if ORGANISATIONS not in changes:
            source = self.stands.of(ORGANISATIONS).relation(ORGANISATIONS)
            connection.execute(f"create table {table} as select *, 'kept' as state from {source}")
        load_pairs(connection, "completed", [(code, found) for found, code in completed.items()])
        named = " union all ".join(
            f"(select source, row_no, uscc from ({select}) as r where uscc is not null)"
            for typed in self.typed
            for select in organisation_selects(typed)
        )
        connection.execute(
            f"update {table} as o set uscc = c.said, "
            "state = case when state = 'added' then state else 'changed' end from completed as c "
            f"where o.organisation_id = c.id and o.uscc is null and c.said in (select uscc from "
            f"({named}) as n where (source, row_no) not in {merging.refused()})"
        )
        changes[ORGANISATIONS] = merging.count(ORGANISATIONS, connection)

    def _drop(self) -> None:
        """Forget what an earlier check made of the same files."""
        connection = self.bench.connection
        made = "'^(typed|rows|merged|said|dated)_'"
        for kind, name in connection.execute(
            "select 'table', table_name from duckdb_tables() "
            f"where regexp_matches(table_name, {made}) union all select 'view', view_name "
            f"from duckdb_views() where regexp_matches(view_name, {made})"
        ).fetchall():
            connection.execute(f"drop {kind} {name}")


def part_of(progress: Progress, step: str, done: int, of: int) -> Callable[[float], None]:
    """The progress of one of several parts of a step."""
    return lambda share: progress(step, (done + share) / of)


def _holds_rows(change: Change) -> bool:
    """Whether the files had a usable row; a form sent back empty says nothing of its dataset."""
    return bool(change.added + change.changed + change.same)
