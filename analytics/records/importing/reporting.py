"""What a check found, as a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from analytics.model import RECORDS
from analytics.records import merging
from analytics.records.convert import VALUE, Typed, columns_used
from analytics.records.findings import TABLE
from analytics.records.importing.check import ORGANISATIONS, Check
from analytics.records.layout import left_out_table
from analytics.records.relations import exists, one, rows_table
from analytics.records.report import Report, SheetReport
from analytics.records.types import Finding, Severity

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NAMED = 50
"""Created organisations that a report names."""


def report_of(check: Check, told: Sequence[Finding], has_demonstration: bool) -> Report:
    """The report of a check.

    Args:
        check: The check, run.
        told: What was found of the files as a whole.
        has_demonstration: Whether the first records would take the place of a demonstration.
    """
    connection, changes = check.bench.connection, check.changes
    is_first = any(name in RECORDS for name in changes) and (
        check.stands.of(ORGANISATIONS).base is None
    )
    created = _created(check)
    return Report(
        sheets=tuple(_sheet(typed, connection) for typed in check.typed),
        changes=changes,
        complete_until=_complete_until(check),
        counts=_counts(check, told),
        created=tuple(created[:_NAMED]),
        creates=len(created),
        alike=check.organisations.alike if check.organisations else (),
        first_real=is_first and has_demonstration,
        accepts_valid=check.options.accept_valid,
    )


def _complete_until(check: Check) -> dict[str, date]:
    said, connection = check.options.complete_until, check.bench.connection
    days = {
        name: said or merging.complete_until(name, date.today(), connection)
        for name in check.changes
    }
    return {name: day for name, day in days.items() if day}


def _created(check: Check) -> list[str]:
    """Names of the organisations that accepted rows brought along."""
    connection = check.bench.connection
    if check.organisations is None or not exists(connection, rows_table(ORGANISATIONS)):
        return []
    rows = connection.execute(
        f"select name from {merging.accepted(ORGANISATIONS)} where source = -1 order by name"
    ).fetchall()
    return [name for (name,) in rows]


def _counts(check: Check, told: Sequence[Finding]) -> Mapping[tuple[Severity, str], int]:
    counts: Counter[tuple[Severity, str]] = Counter(check.findings.counts())
    counts.update((finding.severity, finding.key) for finding in told)
    return dict(counts)


def _sheet(typed: Typed, connection: DuckDBPyConnection) -> SheetReport:
    bad = f"(select row_no from {TABLE} where severity = 'error' and source = {typed.number})"
    money = [name for name, item in typed.cells.items() if item.field.kind == "money"]
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
