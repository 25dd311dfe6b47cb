"""The import that a session has under way: one at a time, gone with the session."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException

from analytics.errors import TransferScopeError
from analytics.records.importing import Import, Options
from analytics.records.matching import Proposal
from analytics.records.reading import silent
from analytics.records.report import Published, Report
from analytics.records.types import Finding, Mapping, Source
from analytics.text import has_text
from analytics.ui import data, state
from analytics.ui.state import Viewing

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from streamlit.delta_generator import DeltaGenerator
    from streamlit.runtime.uploaded_file_manager import UploadedFile

_JOB, _FAILED, _TOUCHED, _TURN = "import_job", "import_failed", "import_touched", "import_turn"
NOTHING = ""
"""Choice of a heading that says: this field is not in the file."""
Identity = tuple[str, ...]


@dataclass
class Job:
    """An import from the files to the published snapshot.

    Args:
        work: The import itself, with its workbench.
        identity: The files it was opened for. Others need another job.
        files: Their names.
        proposals: What each sheet was taken for.
        mappings: What the user made of it, by number of the sheet; a sheet that is left out, or
            of which it is not clear yet what it holds, has none.
        left_out: Numbers of the sheets that are not to be imported.
        declined: Fields for which the user was asked and said: not in the file.
        report: What the last check said; None before it, and after a correction.
        published: What was published; None before.
        trouble: Why the last publication failed, or its mapping was not saved; None after the
            next check.
        kept: Names under which mappings were saved.
        asked: What a click asked for and is not done yet. A run that another one replaces loses
            its clicks, and a publication has every open page run anew.
        asked_during: The visit to the page in which it was asked for.
        mark: Sets the widgets of this job apart from those of the one before. Boxes have the
            language in their keys too: on the screen they keep the words they were opened with.
    """

    work: Import
    identity: Identity
    files: tuple[str, ...]
    proposals: list[Proposal]
    mappings: dict[int, Mapping] = field(default_factory=lambda: {})
    left_out: set[int] = field(default_factory=lambda: set())
    declined: set[tuple[int, str, str]] = field(default_factory=lambda: set())
    report: Report | None = None
    published: Published | None = None
    trouble: TransferScopeError | None = None
    kept: tuple[str, ...] = ()
    asked: Literal["check", "publish"] | None = None
    asked_during: int = 0
    mark: str = field(default_factory=lambda: secrets.token_hex(3))
    _others: dict[tuple[int, str], Proposal] = field(default_factory=lambda: {})
    _previews: dict[int, list[tuple[str | None, ...]]] = field(default_factory=lambda: {})
    _problems: list[tuple[Finding, int]] | None = None
    _refused: dict[str, bytes] = field(default_factory=lambda: {})

    def as_dataset(self, proposal: Proposal, dataset: str) -> Proposal:
        """What a sheet would be as this dataset."""
        if dataset == proposal.dataset:
            return proposal
        key = (proposal.layout.sheet.number, dataset)
        if key not in self._others:
            self._others[key] = self.work.propose(proposal.layout, dataset)
        return self._others[key]

    def take(self, proposal: Proposal) -> Mapping:
        """The mapping of a sheet as the dataset of the proposal: the user's, or the proposed."""
        number = proposal.layout.sheet.number
        self.left_out.discard(number)
        held = self.mappings.get(number)
        if held is None or held.dataset != proposal.dataset:
            self.correct(number, proposal.mapping)
        return self.mappings[number]

    def leave(self, number: int, is_meant: bool) -> None:
        """Import nothing of a sheet: because that is meant, or until it is clear what it holds."""
        if is_meant:
            self.left_out.add(number)
        if self.mappings.pop(number, None):
            self.forget()

    def correct(self, number: int, mapping: Mapping) -> None:
        """Take the user's mapping of a sheet; what was checked before no longer counts."""
        if self.mappings.get(number) != mapping:
            self.mappings[number] = mapping
            self.forget()

    def options(self, **changes: Any) -> None:
        """Change how the next check goes about it; what was checked before no longer counts."""
        changed = replace(self.work.options, **changes)
        if changed != self.work.options:
            self.work.options = changed
            self.forget()

    def decide(self, **changes: Any) -> None:
        """Change how what was checked is published."""
        self.work.options = replace(self.work.options, **changes)

    def forget(self) -> None:
        """What the last check said no longer holds, and nothing is published on its strength."""
        self.report = None
        if self.asked == "publish":
            self.asked = None
        self._problems = None
        self._refused.clear()

    def check(self, view: Viewing) -> None:
        """Check what is mapped now."""
        with moving(self.work, view):
            self.asked = None
            self.forget()
            self.trouble = None
            self.report = self.work.check(self.mappings)

    def publish(self, view: Viewing, name: str) -> None:
        """Publish what the last check accepted, and save the mappings under a name, if any."""
        with moving(self.work, view):
            self.asked = None
            try:
                self.published = self.work.publish()
            except TransferScopeError as error:
                # What stands has changed, or the disk is full: only another check can tell.
                self.forget()
                self.trouble = error
                return
            if name:
                try:
                    self.kept = self._save(name)
                except TransferScopeError as error:
                    self.trouble = error

    def ask(self, what: Literal["check", "publish"]) -> None:
        """Note what a click asks for, before the run that does it."""
        self.asked = what
        self.asked_during = state.visit()

    def _save(self, name: str) -> tuple[str, ...]:
        """One mapping for each form among the sheets; the name alone where there is but one."""
        forms = {
            (mapping.dataset, p.layout.fingerprint): (p.layout.sheet.number, mapping)
            for p in self.proposals
            if (mapping := self.mappings.get(p.layout.sheet.number))
        }
        names = (
            [name]
            if len(forms) == 1
            else [f"{name} {place}" for place, _ in enumerate(forms, start=1)]
        )
        for own, (number, mapping) in zip(names, forms.values(), strict=True):
            self.work.save_mapping(number, mapping, own)
        return tuple(names)

    def preview(self, proposal: Proposal, rows: int) -> list[tuple[str | None, ...]]:
        """The first records of a sheet."""
        number = proposal.layout.sheet.number
        if number not in self._previews:
            self._previews[number] = self.work.preview(proposal.layout, rows)
        return self._previews[number]

    def problems(self, limit: int) -> list[tuple[Finding, int]]:
        """What the last check found, each with how often."""
        if self._problems is None:
            self._problems = self.work.problems(limit)
        return self._problems

    def refused(self, language: str) -> bytes:
        """The refused rows of the last check as a workbook; made when it is first asked for."""
        if language not in self._refused:
            path = self.work.bench.path(".xlsx")
            self.work.write_refused(path, language)
            self._refused[language] = path.read_bytes()
            path.unlink()
        return self._refused[language]


def job() -> Job | None:
    """The import under way."""
    return st.session_state.get(_JOB)


def turn() -> int:
    """Counts the imports of a session: the file box of the next one begins empty."""
    return st.session_state.setdefault(_TURN, 0)


def anew() -> None:
    """Give up the import under way, or be done with it, and show an empty file box."""
    _close()
    st.session_state[_TURN] = turn() + 1


def arrived() -> None:
    """Drop what was asked for before the page was left: nothing is done unseen."""
    found = job()
    if found and found.asked_during != state.visit():
        found.asked = None


def touched() -> None:
    """Note that the user put in or took out a file."""
    st.session_state[_TOUCHED] = True


def opened(files: Sequence[UploadedFile], view: Viewing) -> Job | None:
    """The job for these files: the one under way, or a new one that has read them.

    Whoever leaves the page and comes back finds the file box empty without having emptied it; the
    job goes on.
    """
    identity = tuple(file.file_id for file in files)
    found = job()
    was_touched = st.session_state.pop(_TOUCHED, False)
    if found and (found.identity == identity or not (files or was_touched)):
        return found
    failed = st.session_state.get(_FAILED)
    if failed and failed[0] == identity:
        raise failed[1]
    _close()
    if not files:
        return None
    work = Import(data.data_folder(), data.HOME, Options())
    with moving(work, view):
        try:
            proposals = work.read([_source(work, file) for file in files])
        except BaseException as error:
            work.close()
            if isinstance(error, TransferScopeError):
                st.session_state[_FAILED] = (identity, error)
            raise
        sure = {p.layout.sheet.number: p.mapping for p in proposals if not p.unsure}
        names = tuple(file.name for file in files)
        found = Job(work, identity, names, proposals, sure)
        st.session_state[_JOB] = found
    return found


def _close() -> None:
    st.session_state.pop(_FAILED, None)
    found = st.session_state.pop(_JOB, None)
    if found:
        found.work.close()


@contextmanager
def moving(work: Import, view: Viewing) -> Generator[None, None, None]:
    """A bar that moves with the work and goes when it is done.

    A run that is asked to begin anew meanwhile does so after the work, whose result it then shows.
    """
    place = st.empty()
    bar = _Bar(place.progress(0.0), view)
    work.progress = bar
    try:
        yield
    finally:
        work.progress = silent
    if bar.rerun:
        raise bar.rerun
    place.empty()


class _Bar:
    """The bar of a work that no other run breaks off; the last one asked for follows."""

    def __init__(self, bar: DeltaGenerator, view: Viewing) -> None:
        self._bar = bar
        self._view = view
        self.rerun: RerunException | None = None

    def __call__(self, step: str, share: float) -> None:
        key = f"import.{step}"
        words = self._view.say(key) if has_text(key) else ""
        try:
            self._bar.progress(min(max(share, 0.0), 1.0), words)
        except RerunException as asked:
            self.rerun = asked


def _source(work: Import, file: UploadedFile) -> Source:
    """The uploaded bytes in the job's own folder, under a name of ours."""
    path = work.bench.path("upload")
    with path.open("wb") as target:
        while chunk := file.read(1 << 20):
            target.write(chunk)
    file.seek(0)
    return Source(file.name, path)
