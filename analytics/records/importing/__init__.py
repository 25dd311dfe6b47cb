"""An import from the user's files to a published snapshot; the same for page and command line.

    with Import(data, home, Options()) as work:
        proposals = work.read(sources)     # what each sheet is, and which heading is which field
        report = work.check()              # every finding, and what publishing would change
        if report.can_publish:
            work.publish()

Nothing of the data folder changes before `publish`, and that changes all or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from analytics.errors import Unusable
from analytics.records.findings import Findings
from analytics.records.forms import FORMS
from analytics.records.importing.check import Check
from analytics.records.importing.committing import commit
from analytics.records.importing.layouts import Layouts
from analytics.records.importing.options import Options, check_options
from analytics.records.importing.proposing import Proposer
from analytics.records.importing.questions import Questions, unclear
from analytics.records.importing.reporting import report_of
from analytics.records.layout import left_out_table
from analytics.records.limits import Limits
from analytics.records.mappings import load_mappings, save_mapping
from analytics.records.matching import Proposal, apply
from analytics.records.reading import read, silent
from analytics.records.reading.loads import told_when_full
from analytics.records.refused import write_refused
from analytics.records.report import Published, Report
from analytics.records.standing import Standings
from analytics.records.store import told
from analytics.records.types import Finding, Layout, Mapping, Progress, Sheet, Source
from analytics.records.values import References
from analytics.records.workbench import Workbench
from analytics.snapshot import SNAPSHOTS, has_demonstration

__all__ = ["Import", "Options", "Questions"]


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
        check_options(options)
        self.data = data
        self.home = home
        self.options = options
        self.progress = progress
        self.limits = limits
        self.references = References.load(home, data)
        self.mappings = load_mappings(data / "mappings")
        with told(data / SNAPSHOTS):
            self.bench = Workbench(data / SNAPSHOTS)
        self.sheets: list[Sheet] = []
        self.proposals: list[Proposal] = []
        self.report: Report | None = None
        self._told: list[Finding] = []
        self._check: Check | None = None

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
        layouts = Layouts(reading.sheets, self.bench)
        layouts.find()
        self.sheets = layouts.sheets
        self._told = [*reading.findings, *layouts.told]
        proposer = self._proposer()
        self.proposals = [proposer.proposal(layout) for layout in layouts.found]
        if not any(proposal.unsure for proposal in self.proposals):
            proposer.check_named(self.proposals)
        return self.proposals

    def propose(self, layout: Layout, dataset: str) -> Proposal:
        """What a sheet would be as another dataset."""
        return self._proposer().as_dataset(layout, dataset)

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

    def _proposer(self) -> Proposer:
        return Proposer(self.options, self.mappings, self.references)

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
        chosen = self._decided(mappings)
        check = self._check = Check(
            self.bench,
            self.references,
            self.options,
            Standings(self.data, self.home),
            Findings(self.bench.connection),
            self.progress,
        )
        with told_when_full(self._files()):
            check.run([(proposal.layout, mapping) for proposal, mapping in chosen])
            self.report = report_of(check, self._told, has_demonstration(self.data))
        self.progress("merging", 1.0)
        return self.report

    def _decided(self, mappings: Dict[int, Mapping] | None) -> list[tuple[Proposal, Mapping]]:
        """Each sheet with the mapping to go by; what is open is asked."""
        found: list[tuple[Proposal, Mapping]] = []
        for proposal in self.proposals:
            number = proposal.layout.sheet.number
            if mappings is None:
                if proposal.unsure:
                    raise unclear(proposal)
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

    def _files(self) -> str:
        return "、".join(dict.fromkeys(sheet.file for sheet in self.sheets))

    # ----------------------------------------------------------------------------- reporting

    @property
    def _checked(self) -> Check:
        assert self._check, "check comes first"
        return self._check

    def problems(self, limit: int = 100) -> list[tuple[Finding, int]]:
        """Findings that differ in more than their row, each with how often it occurs."""
        found = self._checked.findings.alike(self.sheets, self._titles(), limit)
        return [*found, *((finding, 1) for finding in self._told[: limit - len(found)])]

    def found(self, limit: int = 200, offset: int = 0) -> list[Finding]:
        """Some findings, errors first; those of the files as a whole last."""
        findings = self._checked.findings
        page = findings.page(self.sheets, self._titles(), limit, offset)
        after = max(0, offset - findings.total())
        return [*page, *self._told[after : after + limit - len(page)]]

    def _titles(self) -> dict[int, dict[int, str]]:
        return {
            proposal.layout.sheet.number: {h.column: h.title for h in proposal.layout.headings}
            for proposal in self.proposals
        }

    def write_refused(self, path: Path, language: str) -> None:
        """Write the refused rows as a workbook like the original, with the reasons."""
        tables = [(typed.layout, typed.form) for typed in self._checked.typed]
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
        check = replace(self._checked, options=self.options, progress=self.progress)
        return commit(check, report, {sheet.file: sheet.sha256 for sheet in self.sheets})
