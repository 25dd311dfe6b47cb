"""What an import found and did, as text for people or JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from analytics.commands.tables import print_table
from analytics.model import DATASETS
from analytics.records.forms import FORMS
from analytics.records.sentences import place
from analytics.text import text

if TYPE_CHECKING:
    from analytics.commands.importing import Outcome
    from analytics.records.importing import Import
    from analytics.records.matching import Proposal
    from analytics.records.report import Report
    from analytics.records.types import Finding

_LISTED = 20
"""Findings that are listed, those alike as one."""
_IN_JSON = 10_000
_NAMED = 10
"""Created organisations, and pairs of alike ones, that are named."""


def as_text(work: Import, outcome: Outcome, language: str) -> None:
    """Print the mapping where it was not a matter of course, the counts, findings and outcome."""
    report = work.report
    assert report
    for proposal in work.proposals:
        _tell_mapping(proposal, language, outcome.is_dry_run)
    _tell_sheets(report, language)
    _tell_totals(report, language)
    _tell_findings(work, report, language)
    _tell_organisations(report, language)
    _tell_changes(report, language)
    print()
    for line in _ending(report, outcome, language):
        print(line)


def _say(key: str, language: str, **values: object) -> str:
    return text(key, language, **values)


def _dataset(name: str, language: str) -> str:
    return DATASETS[name].zh if language == "zh" else DATASETS[name].en


def _sheet_name(file: str, sheet: str) -> str:
    return f"{file} · {sheet}" if sheet else file


def _tell_mapping(proposal: Proposal, language: str, everything: bool) -> None:
    """Which heading is which field; without `everything` only what a person should look over."""
    form = FORMS[proposal.dataset]
    rows = [
        (
            _field(form.field(match.field), language),
            match.heading,
            _say(f"cli.reason_{match.reason}", language),
            f"{match.confidence:.0%}",
        )
        for match in proposal.matches
        if match.heading and (everything or match.reason in ("synonym", "content"))
    ]
    rows += [
        (_field(form.field(name), language), _say("cli.constant", language, value=value), "", "")
        for name, value in proposal.mapping.constants.items()
        if name in {field.name for field in form.fields}
    ]
    if not rows:
        return
    sheet = proposal.layout.sheet
    print(
        _say(
            "cli.matched",
            language,
            sheet=_sheet_name(sheet.file, sheet.name),
            dataset=_dataset(proposal.dataset, language),
        )
    )
    heads = [_say(f"cli.{key}", language) for key in ("field", "heading", "why", "sure")]
    print_table(heads, rows, right=(3,))
    print()


def _field(field: Any, language: str) -> str:
    return f"{field.zh if language == 'zh' else field.en} ({field.name})"


def _tell_sheets(report: Report, language: str) -> None:
    heads = [_say(key, language) for key in ("cli.sheet", "cli.dataset")]
    heads += [_say(f"cli.{key}", language) for key in ("read", "accepted", "refused", "left_out")]
    rows = [
        (
            _sheet_name(sheet.file, sheet.sheet),
            _dataset(sheet.dataset, language),
            *(f"{n:,}" for n in (sheet.rows, sheet.accepted, sheet.refused)),
            f"{sum(n for key, n in sheet.left_out.items() if key in ('sum', 'note', 'example')):,}",
        )
        for sheet in report.sheets
    ]
    print_table(heads, rows, right=(2, 3, 4, 5))


def _tell_totals(report: Report, language: str) -> None:
    rows = [
        (
            _sheet_name(sheet.file, sheet.sheet),
            _field(FORMS[sheet.dataset].field(name), language),
            f"{total:,.2f}",
        )
        for sheet in report.sheets
        for name, total in sheet.totals.items()
    ]
    if rows:
        print(f"\n{_say('cli.totals', language)}")
        heads = [_say("cli.sheet", language), _say("cli.field", language), ""]
        print_table(heads, rows, right=(2,))


def _tell_findings(work: Import, report: Report, language: str) -> None:
    """The findings, those alike together."""
    total = sum(report.counts.values())
    if not total:
        print(f"\n{_say('cli.no_findings', language)}")
        return
    print(f"\n{_say('cli.findings', language)}")
    found = work.problems(_LISTED)
    for finding, times in found:
        print(f"  {_line(finding, times, language)}")
    left = total - sum(times for _, times in found)
    if left:
        option = "--refused FILE.xlsx"
        print(f"  {_say('cli.more', language, count=f'{left:,}', option=option)}")


def _line(finding: Finding, times: int, language: str) -> str:
    severity = _say(f"cli.severity_{finding.severity}", language)
    value = f" [{finding.value}]" if finding.value else ""
    where = place(finding, language)
    where += _say("cli.times", language, count=f"{times:,}") if times > 1 else ""
    said = finding.sentence(language)
    return f"{severity}  {where}{value}: {said}" if where else f"{severity}  {said}"


def _tell_organisations(report: Report, language: str) -> None:
    if report.creates:
        names = ("、" if language == "zh" else ", ").join(report.created[:_NAMED])
        names += _say("cli.and_more", language) if report.creates > _NAMED else ""
        print(f"\n{_say('cli.created', language, count=f'{report.creates:,}', names=names)}")
    for pair in report.alike[:_NAMED]:
        score = f"{pair.score:.0f}"
        print(_say("cli.alike", language, one=pair.name, other=pair.other, score=score))


def _tell_changes(report: Report, language: str) -> None:
    heads = [_say("cli.dataset", language)]
    heads += [_say(f"cli.{key}", language) for key in ("added", "changed", "same", "gone")]
    rows: list[Sequence[str]] = []
    for name, change in report.changes.items():
        until = report.complete_until.get(name)
        numbers = (change.added, change.changed, change.same, change.gone)
        told = _say("cli.until", language, day=until) if until else ""
        rows.append((_dataset(name, language), *(f"{n:,}" for n in numbers), told))
    if rows:
        print(f"\n{_say('cli.changes', language)}")
        print_table([*heads, ""], rows, right=(1, 2, 3, 4))


def _ending(report: Report, outcome: Outcome, language: str) -> list[str]:
    lines: list[str] = []
    refused = f"{report.refused:,}"
    if outcome.key == "dry_run":
        lines.append(_dry_run(report, language))
    elif outcome.key in ("refused", "no_rows"):
        lines.append(_say(f"errors.{report.obstacle}", language, count=refused))
    elif outcome.key == "nothing_changed":
        lines.append(_say("cli.nothing_changed", language))
    else:
        lines += [_say("cli.published", language, snapshot=name) for name in outcome.snapshots]
        if report.first_real:
            lines.append(_say("cli.first_real", language))
        if report.refused:
            lines.append(_say("cli.left_behind", language, count=refused))
    if outcome.refused_file:
        key = "wrote_refused" if report.refused else "no_refused"
        lines.append(_say(f"cli.{key}", language, file=outcome.refused_file, count=refused))
    lines += [_say("cli.saved", language, name=name) for name in outcome.mappings]
    return lines


def _dry_run(report: Report, language: str) -> str:
    if not report.changes_something:
        return _say("cli.would_change_nothing", language)
    if report.refused:
        counts = {"accepted": f"{report.accepted:,}", "count": f"{report.refused:,}"}
        return _say("cli.would_publish_some", language, **counts)
    return _say("cli.would_publish", language)


def as_json(work: Import, outcome: Outcome, language: str) -> None:
    """Print everything as one JSON object."""
    report = work.report
    assert report
    refused = report.refused
    said = {
        "outcome": outcome.key,
        "dry_run": outcome.is_dry_run,
        "snapshots": outcome.snapshots,
        "sheets": [
            {
                **vars(sheet),
                "accepted": sheet.accepted,
                "totals": {name: str(total) for name, total in sheet.totals.items()},
                "mapping": _mapping(work, sheet.number),
            }
            for sheet in report.sheets
        ],
        "changes": {name: vars(change) for name, change in report.changes.items()},
        "complete_until": {name: f"{day}" for name, day in report.complete_until.items()},
        "counts": [
            {"severity": severity, "key": key, "count": count}
            for (severity, key), count in report.counts.items()
        ],
        "findings": [
            {**vars(finding), "message": finding.sentence(language)}
            for finding in work.found(_IN_JSON)
        ],
        "created": {"count": report.creates, "names": report.created},
        "alike": [vars(pair) for pair in report.alike],
        "first_real": report.first_real,
        "refused_file": f"{outcome.refused_file}" if outcome.refused_file and refused else None,
        "mappings_saved": outcome.mappings,
    }
    json.dump(said, sys.stdout, ensure_ascii=False)
    print()


def _mapping(work: Import, number: int) -> dict[str, Any]:
    proposal = next(p for p in work.proposals if p.layout.sheet.number == number)
    return {
        "fields": {
            match.field: {
                "heading": match.heading,
                "reason": match.reason,
                "confidence": match.confidence,
            }
            for match in proposal.matches
            if match.heading
        },
        "constants": proposal.mapping.constants,
    }
