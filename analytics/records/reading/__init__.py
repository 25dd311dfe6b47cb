"""From the user's files to sheets in the workbench: what is read is text, nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analytics.errors import Reason, Unusable, reason_of
from analytics.records.limits import Limits
from analytics.records.reading.archives import BETWEEN, members, shown_name
from analytics.records.reading.delimited import read_delimited
from analytics.records.reading.kinds import Kind, kind_of
from analytics.records.reading.loads import drop_sheets
from analytics.records.reading.parquet import read_parquet
from analytics.records.reading.workbooks import read_workbook
from analytics.records.types import Finding, Progress, Sheet, Source
from analytics.records.workbench import Workbench

__all__ = ["Reading", "read", "silent"]
STEP = "reading"
_LEFT_OUT = frozenset(
    [
        "empty_file",
        "file_is_document",
        "file_is_other_workbook",
        "file_is_picture",
        "not_a_table_file",
        "page_without_table",
    ]
)
"""What may lie in an archive beside the tables: left out and told, instead of refusing them all."""


@dataclass(frozen=True)
class Reading:
    """What the files hold.

    Args:
        sheets: In the order of the files, and within one as it shows them.
        findings: What was left out or put right: hidden sheets, formulas without a value, ...
    """

    sheets: list[Sheet]
    findings: list[Finding]


def silent(_step: str, _share: float) -> None:
    """A progress that nobody watches."""


def read(
    sources: Sequence[Source],
    bench: Workbench,
    limits: Limits = Limits(),
    progress: Progress = silent,
) -> Reading:
    """Load files into the workbench, each sheet of them as a relation of text.

    What an earlier reading left in the same workbench is replaced.

    Args:
        sources: The files, told apart by what they hold and not by their names.
        bench: Where to.
        limits: What is too much.
        progress: Told how much is done.

    Raises:
        Unusable: A file cannot be read as it is: what was expected, what was found, what to do.
    """
    reading = Reading([], [])
    drop_sheets(bench)
    sizes = [_checked_size(source, limits) for source in sources]
    done = 0
    for source, size in zip(sources, sizes, strict=True):
        part = _Part(done, size, sum(sizes), progress)
        part.tell(0.0)
        _read_file(replace(source, name=shown_name(source.name)), bench, limits, part, reading)
        done += size
    progress(STEP, 1.0)
    return reading


@dataclass(frozen=True)
class _Part:
    """A file's part of the progress."""

    before: int
    size: int
    whole: int
    progress: Progress

    def tell(self, share: float) -> None:
        """Say how much of this file is done."""
        self.progress(STEP, (self.before + self.size * min(share, 1.0)) / max(self.whole, 1))

    def within(self, start: float, end: float) -> Callable[[float], None]:
        """How to say how much is done of what lies between two shares of this file."""
        return lambda share: self.tell(start + (end - start) * min(share, 1.0))


def _checked_size(source: Source, limits: Limits) -> int:
    try:
        size = source.path.stat().st_size
        if not source.path.is_file():
            raise Unusable("unreadable_file", file=source.name, found=Reason("reason_folder"))
        with source.path.open("rb"):
            pass
    except OSError as error:
        raise Unusable("unreadable_file", file=source.name, found=reason_of(error)) from error
    if size > limits.bytes:
        found, most = size // 1024**2, limits.bytes // 1024**2
        raise Unusable("file_too_large", file=source.name, found=found, most=most)
    return size


def _read_file(
    source: Source, bench: Workbench, limits: Limits, part: _Part, reading: Reading
) -> None:
    kind = kind_of(source.path, source.name)
    if kind == "archive":
        _read_archive(source, bench, limits, part, reading)
    else:
        _read_table(source, kind, bench, limits, part.tell, reading)


def _read_archive(
    source: Source, bench: Workbench, limits: Limits, part: _Part, reading: Reading
) -> None:
    """Read what an archive holds; it must hold at least one table, and no further archive."""
    tables = 0
    for member in members(source.path, source.name, bench, limits):
        inner = member.source
        try:
            kind = kind_of(inner.path, inner.name)
            if kind == "archive":
                raise Unusable("archive_nested", file=inner.name)
            within = part.within(member.share, member.next_share)
            _read_table(inner, kind, bench, limits, within, reading)
            tables += 1
        except Unusable as error:
            if error.key not in _LEFT_OUT:
                raise
            details = {"name": inner.name.removeprefix(source.name + BETWEEN)}
            reading.findings.append(
                Finding(source.name, "", None, None, "", "", "member_left_out", details, "warning")
            )
        finally:
            inner.path.unlink(missing_ok=True)
    if not tables:
        raise Unusable("archive_empty", file=source.name)


def _read_table(
    source: Source,
    kind: Kind,
    bench: Workbench,
    limits: Limits,
    progress: Callable[[float], None],
    reading: Reading,
) -> None:
    number = len(reading.sheets)
    path, name = source.path, source.name
    if kind == "text":
        sheet, findings = read_delimited(path, name, number, bench, limits, progress)
        reading.sheets.append(sheet)
        reading.findings.extend(findings)
    elif kind == "parquet":
        reading.sheets.append(read_parquet(path, name, number, bench, limits))
    else:
        opened = read_workbook(path, name, kind, number, bench, limits, progress)
        reading.sheets.extend(opened.sheets)
        reading.findings.extend(opened.findings)
    if len(reading.sheets) > limits.sheets:
        raise Unusable("too_many_sheets", file=name, found=len(reading.sheets), most=limits.sheets)
