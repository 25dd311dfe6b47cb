"""What a check accepted, written and published in one step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from analytics.model import RECORDS
from analytics.records import merging
from analytics.records.importing.check import ORGANISATIONS, Check, part_of
from analytics.records.reading.loads import told_when_full
from analytics.records.report import Published, Report
from analytics.records.resolving import organisation_selects
from analytics.records.store import Account, Change, Origin, Part, Store


def commit(check: Check, report: Report, checksums: Mapping[str, str]) -> Published:
    """Publish what a check accepted: records and series in one step, or nothing.

    Args:
        check: The check.
        report: Its report.
        checksums: Of the files, by name.

    Raises:
        SnapshotError: Someone published meanwhile, or the disk is full; nothing has changed.
    """
    kinds = (
        [name for name in report.changes if name in RECORDS],
        [name for name in report.changes if name not in RECORDS],
    )
    wanted = [names for names in kinds if names and _is_wanted(names, check)]
    served = {check.stands.of(names[0]).store.current() for names in wanted}
    parts = [_part(names, check, report, checksums) for names in wanted]
    infos = Store.publish_all(parts, check.options.operator) if parts else []
    check.progress("publishing", 1.0)
    return Published(tuple(info for info in infos if info.id not in served), report.changes)


def _is_wanted(names: Sequence[str], check: Check) -> bool:
    """Whether there is something to publish, or to serve again after the demonstration."""
    standing = check.stands.of(names[0])
    return (
        any(_changes(check.changes[name]) for name in names)
        or check.options.complete_until is not None
        or standing.store.current() != standing.base
    )


def _changes(change: Change) -> int:
    return change.added + change.changed + change.gone


def _part(names: Sequence[str], check: Check, report: Report, checksums: Mapping[str, str]) -> Part:
    """What is to be published of the datasets of one kind, written and ready."""
    tables: dict[str, Path] = {}
    for done, name in enumerate(names):
        check.progress("publishing", done / len(names))
        tables[name] = check.bench.path(".parquet")
        share = part_of(check.progress, "publishing", done, len(names))
        with told_when_full(name):
            merging.write(name, tables[name], check.bench, share)
    standing = check.stands.of(names[0])
    counts: Counter[str] = Counter()
    for (_, key), count in report.counts.items():
        counts[key] += count
    account = Account(
        sources=_origins(names, check, report, checksums),
        mappings=tuple(sorted({t.mapping.name for t in check.typed if t.mapping.name})),
        findings=dict(counts),
        complete_until={n: d for n, d in report.complete_until.items() if n in names},
        changes={name: report.changes[name] for name in names},
    )
    return Part(standing.store, tables, account, standing.base)


def _origins(
    names: Sequence[str], check: Check, report: Report, checksums: Mapping[str, str]
) -> tuple[Origin, ...]:
    """The files that some of these datasets came from, each once, with what it held."""
    found: dict[str, Origin] = {}
    for sheet, typed in zip(report.sheets, check.typed, strict=True):
        held = [sheet.dataset, *([ORGANISATIONS] if organisation_selects(typed) else [])]
        held = [name for name in held if name in names]
        if not held:
            continue
        told = sheet.file
        if check.options.source and sheet.dataset not in RECORDS:
            told = f"{check.options.source} · {sheet.file}"
        before = found.get(sheet.file) or Origin(told, checksums[sheet.file])
        found[sheet.file] = replace(
            before,
            rows=before.rows + sheet.accepted,
            datasets=tuple(dict.fromkeys((*before.datasets, *held))),
        )
    return tuple(found.values())
