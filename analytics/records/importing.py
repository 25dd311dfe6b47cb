"""An import from the user's files to a published snapshot; the same for page and command line.

    with Import(data, home, Options()) as work:
        proposals = work.read(sources)     # what each sheet is, and which heading is which field
        report = work.check()              # every finding, and what publishing would change
        if report.can_publish:
            work.publish()

Nothing of the data folder changes before `publish`, and that changes all or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from analytics.errors import UnknownName, Unusable
from analytics.model import DATASETS, RECORDS
from analytics.records import checking, merging
from analytics.records.convert import VALUE, Typed, columns_used, convert
from analytics.records.findings import TABLE, Findings
from analytics.records.forms import FORMS
from analytics.records.layout import (
    columns_of,
    find_layout,
    left_out_table,
    part_sheets,
    table_starts,
)
from analytics.records.limits import Limits
from analytics.records.mappings import load_mappings, save_mapping
from analytics.records.marks import is_own_sheet
from analytics.records.matching import Proposal, apply, is_certain, propose, recognise
from analytics.records.organisations import Organisations, match_organisations
from analytics.records.points import place_points
from analytics.records.reading import read, silent
from analytics.records.reading.loads import told_when_full
from analytics.records.refused import write_refused
from analytics.records.relations import exists, load_pairs, one, rows_table
from analytics.records.report import Published, Report, SheetReport
from analytics.records.resolving import (
    given_columns,
    organisation_selects,
    resolve,
    tell_organisations,
)
from analytics.records.series import settle
from analytics.records.standing import Standing
from analytics.records.store import Account, Change, Origin, Part, Store, told
from analytics.records.types import (
    Finding,
    Layout,
    Mapping,
    Progress,
    Severity,
    Sheet,
    Source,
)
from analytics.records.values import Context, References
from analytics.records.workbench import Workbench
from analytics.snapshot import SNAPSHOTS, has_demonstration

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
UNITS = ("元", "千元", "万元", "百万元", "亿元")
_NAMED = 50
"""Created organisations that a report names."""
_LIKELY = 3
"""Datasets that are named where it is not clear which one a sheet holds."""


@dataclass(frozen=True)
class Options:
    """What the user says beside the files.

    Args:
        dataset: What all sheets hold; empty lets each be recognised.
        mapping: Name of a saved mapping to go by; empty for the one that fits, if any.
        unit: Unit of amounts where neither sheet nor mapping says it.
        crs: System of coordinates where no mapping says it: wgs84, gcj02, bd09.
        fields: Heading by field, where the user knows better.
        constants: A value for all records, by field.
        accept_valid: Publish the good rows although others are refused.
        remove_missing: Remove records of the imported datasets that the files do not hold.
        complete_until: Day up to which the imported datasets are complete; None derives it.
        operator: Who imports.
        source: Citation of a published series.
    """

    dataset: str = ""
    mapping: str = ""
    unit: str = ""
    crs: str = ""
    fields: Dict[str, str] = field(default_factory=lambda: {})
    constants: Dict[str, str] = field(default_factory=lambda: {})
    accept_valid: bool = False
    remove_missing: bool = False
    complete_until: date | None = None
    operator: str = ""
    source: str = ""


class Import:
    """One import. A context manager; what it wrote into its workbench is gone afterwards.

    Args:
        data: The data folder that is imported into.
        home: The folder whose `reference/`, `geo/` and `published/` ship with the product.
        options: What the user says; may be replaced between checks.
        progress: Told what is being done, and how much of it.
        limits: What is too much.

    Raises:
        Unusable: The options name something that does not exist.
    """

    def __init__(
        self,
        data: Path,
        home: Path,
        options: Options = Options(),
        progress: Progress = silent,
        limits: Limits = Limits(),
    ) -> None:
        _check_options(options)
        self.data = data
        self.home = home
        self.options = options
        self.progress = progress
        self.limits = limits
        self.references = References.load(home, data)
        self.mappings = load_mappings(data / "mappings")
        with told(data / SNAPSHOTS):
            self.bench = Workbench(data / SNAPSHOTS)
        self.findings = Findings(self.bench.connection)
        self.sheets: list[Sheet] = []
        self.proposals: list[Proposal] = []
        self.report: Report | None = None
        self._told: list[Finding] = []
        self._typed: list[Typed] = []
        self._organisations: Organisations | None = None
        self._standing: dict[bool, Standing] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up; a second time does nothing."""
        self.bench.close()

    # ------------------------------------------------------------------------------- reading

    def read(self, sources: Sequence[Source]) -> list[Proposal]:
        """Read the files and propose what each sheet is and which heading is which field.

        Raises:
            Unusable: A file cannot be read, no sheet has a table, or the options name a heading
                that none has.
            UnknownName: The options name a field that none of the datasets has.
        """
        reading = read(sources, self.bench, self.limits, self.progress)
        self.sheets = reading.sheets
        self._told = list(reading.findings)
        layouts = self._layouts()
        self.proposals = [self._proposal(layout) for layout in layouts]
        if not any(proposal.unsure for proposal in self.proposals):
            self._check_named()
        return self.proposals

    def propose(self, layout: Layout, dataset: str) -> Proposal:
        """What a sheet would be as another dataset."""
        return self._with_options(propose(layout, FORMS[dataset], self.mappings, self.references))

    def preview(self, layout: Layout, rows: int) -> list[tuple[str | None, ...]]:
        """The first records of a sheet as the file has them, personal data hidden."""
        cells = ", ".join(
            f"case when c{h.column} is not null then '•••' end" if h.personal else f"c{h.column}"
            for h in layout.headings
        )
        return self.bench.connection.execute(
            f"select {cells} from {layout.sheet.table} anti join {left_out_table(layout.sheet)} "
            f"using (row_no) where row_no between {layout.first} and {layout.last} "
            f"order by row_no limit {rows}"
        ).fetchall()

    def _layouts(self) -> list[Layout]:
        """The sheets that have a table; those without are told, unless none has one."""
        found: list[Layout] = []
        refusals: list[Unusable] = []
        for sheet in list(self.sheets):
            if is_own_sheet(sheet, self.bench):
                continue
            layout, refusal = self._layout(sheet)
            starts = table_starts(sheet, layout, self.bench)
            if starts:
                parts = part_sheets(sheet, starts, len(self.sheets), self.bench)
                self.sheets[sheet.number] = parts[0]
                self.sheets += parts[1:]
                found += [layout for layout in map(self._part_layout, parts) if layout]
            elif layout:
                found.append(layout)
            elif refusal:
                refusals.append(refusal)
                self._tell(sheet, None, "sheet_left_out", "note")
        if not found:
            raise refusals[0] if refusals else Unusable("nothing_to_import")
        return found

    def _layout(self, sheet: Sheet) -> tuple[Layout | None, Unusable | None]:
        """The table of a sheet, or why it has none."""
        try:
            return find_layout(sheet, self.bench), None
        except Unusable as error:
            return None, error

    def _part_layout(self, part: Sheet) -> Layout | None:
        """One of several tables of a sheet; that it was parted, or not read, is told."""
        layout, _ = self._layout(part)
        if layout is None:
            self._tell(part, part.start, "table_left_out", "warning")
        elif layout.last < layout.first:
            self._tell(part, layout.header[0], "sheet_without_rows", "note")
            return None
        elif part.start > 1:
            self._tell(part, layout.header[0], "table_parted", "note")
        return layout

    def _tell(self, sheet: Sheet, row: int | None, key: str, severity: Severity) -> None:
        self._told.append(Finding(sheet.file, sheet.name, row, None, "", "", key, {}, severity))

    def _proposal(self, layout: Layout) -> Proposal:
        if self.options.mapping:
            mapping = next((m for m in self.mappings if m.name == self.options.mapping), None)
            if mapping is None:
                known = "、".join(m.name for m in self.mappings) or "—"
                raise Unusable("unknown_mapping", name=self.options.mapping, known=known)
            return self._with_options(apply(layout, FORMS[mapping.dataset], mapping))
        if self.options.dataset:
            return self.propose(layout, self.options.dataset)
        proposals = recognise(layout, FORMS, self.mappings, self.references)
        if not is_certain(proposals):
            return replace(proposals[0], unsure=tuple(p.dataset for p in proposals[:_LIKELY]))
        return self._with_options(proposals[0])

    def _with_options(self, proposal: Proposal) -> Proposal:
        """The proposal with what the user said of headings and values."""
        layout = proposal.layout
        own = {field.name for field in FORMS[proposal.dataset].fields}
        constants = {n: said for n, said in self.options.constants.items() if n in own}
        fields = {
            name: title
            for name, title in self.options.fields.items()
            if name in own and columns_of(layout, title)
        }
        if not fields and not constants:
            return proposal
        taken = set(fields.values())
        kept = {
            name: title
            for name, title in proposal.mapping.fields.items()
            if title not in taken and name not in constants
        }
        mapping = replace(
            proposal.mapping,
            fields={**kept, **fields},
            constants={**proposal.mapping.constants, **constants},
        )
        made = apply(layout, FORMS[proposal.dataset], mapping, "chosen")
        asked = [m for m in proposal.ambiguous if m.field not in {**fields, **constants}]
        still = tuple(m for m in asked if not set(m.rivals) <= taken)
        return replace(made, ambiguous=still)

    def _check_named(self) -> None:
        """Each field and heading of the options must mean something in one of the sheets."""
        fields = {p.dataset: {f.name for f in FORMS[p.dataset].fields} for p in self.proposals}
        for name in (*self.options.fields, *self.options.constants):
            if not any(name in own for own in fields.values()):
                raise UnknownName("field", name, tuple(sorted(set().union(*fields.values()))))
        for name, title in self.options.fields.items():
            layouts = [p.layout for p in self.proposals if name in fields[p.dataset]]
            if not any(columns_of(layout, title) for layout in layouts):
                known = dict.fromkeys(h.title for layout in layouts for h in layout.headings)
                raise Unusable("unknown_heading", name=title, known="、".join(known))

    # ------------------------------------------------------------------------------ checking

    def check(self, mappings: Dict[int, Mapping] | None = None) -> Report:
        """Read every cell, check it, and work out what publishing would change.

        Args:
            mappings: The user's mapping of each sheet, by its number; sheets that are not named
                are left out. None takes the proposals.

        Raises:
            Unusable: Something must be decided first: what a sheet holds, a required field
                without a column, or a column that may be one of several fields. Or the disk is
                full.
        """
        with told_when_full(self._files()):
            return self._check(mappings)

    def _files(self) -> str:
        return "、".join(dict.fromkeys(sheet.file for sheet in self.sheets))

    def _check(self, mappings: Dict[int, Mapping] | None) -> Report:
        chosen = self._decided(mappings)
        connection = self.bench.connection
        self._standing = {}
        self.findings = Findings(connection)
        self._drop()
        self._typed = []
        for done, (proposal, mapping) in enumerate(chosen):
            self.progress("converting", done / len(chosen))
            part = self._part("converting", done, len(chosen))
            self._typed.append(self._convert(proposal.layout, mapping, part))
        self.progress("checking", 0.0)
        for typed in self._typed:
            checking.check_sheet(typed, connection, self.findings)
            self._note_sheet(typed)
        self._resolve()
        self.progress("merging", 0.0)
        changes = {name: self._merge(name) for name in self._datasets()}
        self._complete_organisations(changes)
        changes = {name: change for name, change in changes.items() if _holds_rows(change)}
        self._remove(changes)
        self.report = self._report(changes)
        self.progress("merging", 1.0)
        return self.report

    def _decided(self, mappings: Dict[int, Mapping] | None) -> list[tuple[Proposal, Mapping]]:
        """Each sheet with the mapping to go by; what is open is asked."""
        found: list[tuple[Proposal, Mapping]] = []
        for proposal in self.proposals:
            number = proposal.layout.sheet.number
            if mappings is None:
                if proposal.unsure:
                    raise _unclear(proposal)
                if proposal.ambiguous:
                    raise Questions(proposal)
                mapping = proposal.mapping
            elif number in mappings:
                mapping = mappings[number]
                proposal = apply(proposal.layout, FORMS[mapping.dataset], mapping, "chosen")
                mapping = proposal.mapping
            else:
                continue
            if proposal.missing:
                raise Questions(replace(proposal, ambiguous=()))
            found.append((proposal, mapping))
        if not found:
            raise Unusable("nothing_to_import")
        return found

    def _part(self, step: str, done: int, of: int) -> Callable[[float], None]:
        """The progress of one of several parts of a step."""
        return lambda share: self.progress(step, (done + share) / of)

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
        return [typed for typed in self._typed if typed.form.dataset == dataset]

    def _resolve(self) -> None:
        """From cells to stored columns, dataset by dataset, and what must hold among them."""
        connection = self.bench.connection
        self._match_organisations()
        for done, name in enumerate(ORDER):
            self.progress("checking", done / len(ORDER))
            sheets = self._of(name)
            if not sheets:
                continue
            standing = self._stands(name)
            resolve(name, sheets, standing, connection, self.findings)
            place_points(name, sheets, self.options.crs, self.references, connection, self.findings)
            if name in RECORDS:
                checking.check_keys(name, sheets, connection, self.findings)
                checking.check_stand_ins(name, sheets, standing, connection, self.findings)
            else:
                settle(name, standing, connection, self.findings)
            checking.check_required(name, sheets, connection, self.findings)
        for name in self._datasets():
            checking.check_references(
                name, self._of(name), self._stands(name), connection, self.findings
            )
        self._add_created()

    def _match_organisations(self) -> None:
        first = self._of(ORGANISATIONS)
        others = [typed for typed in self._typed if typed not in first]
        named = [select for typed in (*first, *others) for select in organisation_selects(typed)]
        self._organisations = None
        if named:
            standing = self._stands(ORGANISATIONS).relation(ORGANISATIONS)
            self._organisations = match_organisations(
                self.bench.connection, named, standing, self.findings
            )
            tell_organisations(
                self._typed, self._organisations.names, self.bench.connection, self.findings
            )

    def _add_created(self) -> None:
        """Organisations that other records brought along, if a row that is accepted names them."""
        if self._organisations is None or self._organisations.created.empty:
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
        connection.register("created", self._organisations.created.astype(object))
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
        return merging.merge(dataset, given, self._stands(dataset), self.bench.connection)

    def _remove(self, changes: dict[str, Change]) -> None:
        """Take out what the files do not hold of their datasets, if that was asked for."""
        if not self.options.remove_missing:
            return
        for name in reversed(self._datasets()):
            if self._of(name) and name in changes:
                gone = merging.remove(name, self._stands(name), self.bench.connection)
                changes[name] = replace(changes[name], gone=gone)

    def _complete_organisations(self, changes: dict[str, Change]) -> None:
        """Credit codes that the files told of organisations that stood without one."""
        completed = self._organisations.completed if self._organisations else {}
        if not completed:
            return
        connection = self.bench.connection
        table = merging.merged_table(ORGANISATIONS)
        if ORGANISATIONS not in changes:
            source = self._stands(ORGANISATIONS).relation(ORGANISATIONS)
            connection.execute(f"create table {table} as select *, 'kept' as state from {source}")
        load_pairs(connection, "completed", [(code, found) for found, code in completed.items()])
        named = " union all ".join(
            f"(select source, row_no, uscc from ({select}) as r where uscc is not null)"
            for typed in self._typed
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

    def _stands(self, dataset: str) -> Standing:
        """What stands of a dataset's kind, as it was when the check began."""
        is_records = dataset in RECORDS
        if is_records not in self._standing:
            store = Store.of_records(self.data) if is_records else Store.of_series(self.data)
            shipped = self.home / "published" / "tech_market.csv"
            self._standing[is_records] = Standing(
                store, store.standing(), {} if is_records else {"tech_market": shipped}
            )
        return self._standing[is_records]

    # ----------------------------------------------------------------------------- reporting

    def _report(self, changes: dict[str, Change]) -> Report:
        connection = self.bench.connection
        until = {
            name: day
            for name in changes
            if (
                day := self.options.complete_until
                or merging.complete_until(name, date.today(), connection)
            )
        }
        created = self._organisations.created if self._organisations else None
        names = (
            connection.execute(
                f"select name from {merging.accepted(ORGANISATIONS)} "
                "where source = -1 order by name"
            ).fetchall()
            if created is not None and exists(connection, rows_table(ORGANISATIONS))
            else []
        )
        is_records = any(name in RECORDS for name in changes)
        return Report(
            sheets=tuple(self._sheet_report(typed) for typed in self._typed),
            changes=changes,
            complete_until=until,
            counts=self._counts(),
            created=tuple(name for (name,) in names[:_NAMED]),
            creates=len(names),
            alike=self._organisations.alike if self._organisations else (),
            first_real=is_records
            and self._stands(ORGANISATIONS).base is None
            and has_demonstration(self.data),
            accepts_valid=self.options.accept_valid,
        )

    def _counts(self) -> dict[Any, int]:
        counts: dict[Any, int] = dict(self.findings.counts())
        for finding in self._told:
            key = (finding.severity, finding.key)
            counts[key] = counts.get(key, 0) + 1
        return counts

    def _sheet_report(self, typed: Typed) -> SheetReport:
        connection = self.bench.connection
        bad = f"(select row_no from {TABLE} where severity = 'error' and source = {typed.number})"
        money = [n for n, item in typed.cells.items() if item.field.kind == "money"]
        sums = "".join(
            f", sum({name}__{VALUE}) filter (where row_no not in (select b.row_no from {bad} as b "
            "where b.row_no is not null))"
            for name in money
        )
        row = one(
            connection,
            f"select count(*), count(*) filter (where row_no in {bad}){sums} from {typed.table}",
        )
        left_out = connection.execute(
            f"select reason, count(*) from {left_out_table(typed.layout.sheet)} group by all"
        ).fetchall()
        used = columns_used(typed)
        headings = typed.layout.headings
        return SheetReport(
            number=typed.number,
            file=typed.layout.sheet.file,
            sheet=typed.layout.sheet.name,
            dataset=typed.form.dataset,
            rows=row[0],
            refused=row[1],
            left_out=dict(left_out),
            totals={n: Decimal(v) for n, v in zip(money, row[2:], strict=True) if v is not None},
            unused=tuple(h.title for h in headings if h.column not in used and not h.personal),
            personal=tuple(h.title for h in headings if h.personal),
        )

    def problems(self, limit: int = 100) -> list[tuple[Finding, int]]:
        """Findings that differ in more than their row, each with how often it occurs."""
        found = self.findings.alike(self.sheets, self._titles(), limit)
        return [*found, *((finding, 1) for finding in self._told[: limit - len(found)])]

    def _titles(self) -> dict[int, dict[int, str]]:
        return {
            proposal.layout.sheet.number: {h.column: h.title for h in proposal.layout.headings}
            for proposal in self.proposals
        }

    def found(self, limit: int = 200, offset: int = 0) -> list[Finding]:
        """Some findings, errors first; those of the files as a whole last."""
        page = self.findings.page(self.sheets, self._titles(), limit, offset)
        after = max(0, offset - self.findings.total())
        return [*page, *self._told[after : after + limit - len(page)]]

    def write_refused(self, path: Path, language: str) -> None:
        """Write the refused rows as a workbook like the original, with the reasons."""
        tables = [(typed.layout, typed.form) for typed in self._typed]
        with told_when_full(self._files()):
            write_refused(path, tables, self.bench, language, self.progress)

    def save_mapping(self, number: int, mapping: Mapping, name: str) -> None:
        """Keep a sheet's mapping, to be recognised next time by its header."""
        layout = next(p.layout for p in self.proposals if p.layout.sheet.number == number)
        named = replace(mapping, name=name, fingerprint=layout.fingerprint)
        save_mapping(self.data / "mappings", named)

    # ---------------------------------------------------------------------------- publishing

    def publish(self) -> Published:
        """Publish what the last check accepted.

        Raises:
            Unusable: The check refused rows and they are not to be left behind, or accepted none.
            SnapshotError: Someone published meanwhile, or the disk is full; nothing has changed.
        """
        assert self.report, "check comes before publish"
        report = replace(self.report, accepts_valid=self.options.accept_valid)
        if report.obstacle:
            raise Unusable(report.obstacle, count=report.refused)
        records = [name for name in report.changes if name in RECORDS]
        series = [name for name in report.changes if name not in RECORDS]
        wanted = [names for names in (records, series) if names and self._is_wanted(names, report)]
        served = {self._stands(names[0]).store.current() for names in wanted}
        parts = [self._part_of(names, report) for names in wanted]
        # Records and series in one step: nobody ever sees the one without the other.
        infos = Store.publish_all(parts, self.options.operator, self._cubed) if parts else []
        self.progress("publishing", 1.0)
        return Published(tuple(i for i in infos if i.id not in served), report.changes)

    def _cubed(self, done: int, count: int, name: str) -> None:
        self.progress("cubes", done / count)

    def _is_wanted(self, names: list[str], report: Report) -> bool:
        """Whether there is something to publish, or to serve again after the demonstration."""
        standing = self._stands(names[0])
        return (
            any(_changes(report.changes[name]) for name in names)
            or self.options.complete_until is not None
            or standing.store.current() != standing.base
        )

    def _part_of(self, names: list[str], report: Report) -> Part:
        """What is to be published of the datasets of one kind, written and ready."""
        tables: dict[str, Path] = {}
        for done, name in enumerate(names):
            self.progress("publishing", done / len(names))
            tables[name] = self.bench.path(".parquet")
            part = self._part("publishing", done, len(names))
            with told_when_full(name):
                merging.write(name, tables[name], self.bench, part)
        standing = self._stands(names[0])
        counts: dict[str, int] = {}
        for (_, key), count in report.counts.items():
            counts[key] = counts.get(key, 0) + count
        account = Account(
            sources=self._origins(names, report),
            mappings=tuple(sorted({t.mapping.name for t in self._typed if t.mapping.name})),
            findings=counts,
            complete_until={n: d for n, d in report.complete_until.items() if n in names},
            changes={name: report.changes[name] for name in names},
        )
        return Part(standing.store, tables, account, standing.base)

    def _origins(self, names: list[str], report: Report) -> tuple[Origin, ...]:
        """The files that some of these datasets came from, each once, with what it held."""
        found: dict[str, Origin] = {}
        checksums = {sheet.file: sheet.sha256 for sheet in self.sheets}
        for sheet, typed in zip(report.sheets, self._typed, strict=True):
            held = [sheet.dataset, *([ORGANISATIONS] if organisation_selects(typed) else [])]
            held = [name for name in held if name in names]
            if not held:
                continue
            before = found.get(sheet.file) or Origin(sheet.file, checksums[sheet.file])
            found[sheet.file] = replace(
                before,
                rows=before.rows + sheet.accepted,
                datasets=tuple(dict.fromkeys((*before.datasets, *held))),
            )
        return tuple(found.values())


class Questions(Unusable):
    """Something that only the user can decide, with how to say it.

    Args:
        proposal: The sheet that it is about: its `ambiguous` matches and `missing` fields.
    """

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        form = FORMS[proposal.dataset]
        sheet = proposal.layout.sheet
        asked = "; ".join(
            f"{form.field(match.field).zh} ({match.field}): {' / '.join(match.rivals)}"
            for match in proposal.ambiguous
        )
        missing = ", ".join(f"{form.field(name).zh} ({name})" for name in proposal.missing)
        super().__init__(
            "mapping_asked" if asked else "mapping_missing",
            file=sheet.file,
            sheet=sheet.name or "—",
            asked=asked or missing,
            dataset=DATASETS[proposal.dataset].zh,
            headings="、".join(heading.title for heading in proposal.layout.headings),
        )


def _unclear(proposal: Proposal) -> Unusable:
    sheet = proposal.layout.sheet
    likely = ", ".join(f"{DATASETS[name].zh} ({name})" for name in proposal.unsure)
    return Unusable("dataset_unclear", file=sheet.file, sheet=sheet.name or "—", likely=likely)


def _holds_rows(change: Change) -> bool:
    """Whether the files had a usable row; a form sent back empty says nothing of its dataset."""
    return bool(change.added + change.changed + change.same)


def _changes(change: Change) -> int:
    return change.added + change.changed + change.gone


def _check_options(options: Options) -> None:
    if options.dataset and options.dataset not in FORMS:
        raise Unusable("unknown_dataset", name=options.dataset, known=", ".join(FORMS))
    if options.unit and options.unit not in UNITS:
        raise Unusable("unknown_unit", name=options.unit, known="、".join(UNITS))
    if options.crs and options.crs not in ("wgs84", "gcj02", "bd09"):
        raise Unusable("unknown_crs", name=options.crs)
