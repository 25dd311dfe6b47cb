"""import: the user's files into a published snapshot; templates: the forms to fill in."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.commands import HOME, Declare, add_operator, data_folder, operator
from analytics.errors import TransferScopeError, UnknownName, Unusable, reason_of
from analytics.text import LANGUAGES, text

if TYPE_CHECKING:
    from analytics.records.importing import Import, Options

PUBLISHED, REFUSED, UNUSABLE = 0, 1, 2
"""Exit codes: also 0 for a dry run without refusals, and where nothing differs."""
_INTERRUPTED = 130


def declare(command: Declare) -> None:
    """Declare the commands."""
    made = command("import", _import, "check files and publish their records as a snapshot")
    made.add_argument("files", nargs="+", metavar="FILE", type=Path)
    made.add_argument("--dataset", default="", help="what the files hold; else it is recognised")
    made.add_argument("--mapping", default="", metavar="NAME", help="a saved mapping to go by")
    made.add_argument(
        "--map",
        action="append",
        default=[],
        type=_pair,
        metavar="FIELD=HEADER",
        help="a field's column",
    )
    made.add_argument(
        "--set",
        action="append",
        default=[],
        type=_pair,
        metavar="FIELD=VALUE",
        help="one value for all rows",
    )
    made.add_argument("--unit", default="", help="of amounts, where the file is silent: 万元")
    made.add_argument("--crs", default="", help="of coordinates: gcj02, bd09 or wgs84")
    made.add_argument(
        "--complete-until", type=_day, metavar="DATE", help="the records are complete to this day"
    )
    made.add_argument("--source", default="", help="citation of a published series")
    made.add_argument("--accept-valid", action="store_true", help="leave refused rows behind")
    made.add_argument(
        "--remove-missing", action="store_true", help="remove records that the files do not hold"
    )
    made.add_argument("--dry-run", action="store_true", help="check and tell, change nothing")
    made.add_argument("--save-mapping", default="", metavar="NAME", help="keep how columns match")
    made.add_argument(
        "--refused", type=Path, metavar="FILE.xlsx", help="where to write refused rows"
    )
    made.add_argument("--language", choices=LANGUAGES, default=_language())
    made.add_argument("--format", choices=("text", "json"), default="text")
    add_operator(made)
    forms = command("templates", _templates, "write a form to fill in for each dataset")
    forms.add_argument("--dataset", action="append", default=[], help="only this one")
    forms.add_argument("--out", type=Path, default=Path(), metavar="FOLDER")
    forms.add_argument("--language", choices=LANGUAGES, default=_language())


def _language() -> str:
    """Chinese where the user's surroundings are."""
    said = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), "")
    return "zh" if said.lower().startswith("zh") else "en"


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{written!r}: expected a day such as 2025-06-30"
        ) from None


def _pair(written: str) -> tuple[str, str]:
    name, sign, value = written.partition("=")
    if not (name and sign):
        raise argparse.ArgumentTypeError(f"{written!r}: expected a field's name, =, and its value")
    return name, value


@dataclass(frozen=True)
class Outcome:
    """How an import ended.

    Args:
        key: `published`, `nothing_changed`, `no_rows`, `refused`, `dry_run` or `unusable`.
        code: The exit code.
        is_dry_run: Whether nothing was to be changed.
        snapshots: Ids of what was published.
        refused_file: Where refused rows were to be written; nowhere where there are none.
        mappings: Names of the mappings that were saved.
    """

    key: str
    code: int
    is_dry_run: bool = False
    snapshots: tuple[str, ...] = ()
    refused_file: Path | None = None
    mappings: tuple[str, ...] = ()


def _import(options: argparse.Namespace) -> int:
    from analytics.commands import telling
    from analytics.commands.moving import Bar
    from analytics.records.importing import Import
    from analytics.records.types import Source

    bar = Bar(options.language)
    try:
        told = _options(options)
        with Import(data_folder(), HOME, told, bar) as work:
            work.read([Source(path.name, path) for path in options.files])
            work.check()
            outcome = _finish(work, options)
            bar.clear()
            tell = telling.as_json if options.format == "json" else telling.as_text
            tell(work, outcome, options.language)
            return outcome.code
    except TransferScopeError as error:
        bar.clear()
        _tell_error(error, options)
        return UNUSABLE
    except KeyboardInterrupt:
        bar.clear()
        print(text("cli.interrupted", options.language), file=sys.stderr)
        return _INTERRUPTED


def _finish(work: Import, options: argparse.Namespace) -> Outcome:
    """What is to be done after the check: save the mapping, write what was refused, publish."""
    assert work.report
    saved = _save_mappings(work, options.save_mapping) if options.save_mapping else ()
    if options.refused and work.report.refused:
        work.write_refused(options.refused, options.language)
    key, code, snapshots = _publish(work, options.dry_run)
    return Outcome(key, code, options.dry_run, snapshots, options.refused, saved)


def _publish(work: Import, is_dry_run: bool) -> tuple[str, int, tuple[str, ...]]:
    """Publish if it may be; how it ended, the exit code, and what was published."""
    assert work.report
    if work.report.obstacle == "no_rows":
        return "no_rows", PUBLISHED, ()
    if not work.report.can_publish:
        return "refused", REFUSED, ()
    if is_dry_run:
        return "dry_run", PUBLISHED, ()
    ids = tuple(info.id for info in work.publish().snapshots)
    return ("published" if ids else "nothing_changed"), PUBLISHED, ids


def _save_mappings(work: Import, name: str) -> tuple[str, ...]:
    """Save the mapping of each form among the sheets; the name alone where there is but one."""
    distinct = {(p.dataset, p.layout.fingerprint): p for p in work.proposals}
    saved: list[str] = []
    for number, proposal in enumerate(distinct.values(), start=1):
        own = name if len(distinct) == 1 else f"{name} {number} {proposal.dataset}"
        work.save_mapping(proposal.layout.sheet.number, proposal.mapping, own)
        saved.append(own)
    return tuple(saved)


def _options(options: argparse.Namespace) -> Options:
    from analytics.records.forms import FORMS
    from analytics.records.importing import Options

    forms = [FORMS[options.dataset]] if options.dataset in FORMS else FORMS.values()
    known = {field.name for form in forms for field in form.fields}
    return Options(
        dataset=options.dataset,
        mapping=options.mapping,
        unit=options.unit,
        crs=options.crs,
        fields=_pairs(options.map, known),
        constants=_pairs(options.set, known),
        accept_valid=options.accept_valid,
        remove_missing=options.remove_missing,
        complete_until=options.complete_until,
        operator=operator(options),
        source=options.source,
    )


def _pairs(said: Iterable[tuple[str, str]], known: set[str]) -> dict[str, str]:
    """What was said of each field; a field that no form has is refused."""
    pairs = dict(said)
    for name in pairs:
        if name not in known:
            raise UnknownName("field", name, tuple(sorted(known)))
    return pairs


def _tell_error(error: TransferScopeError, options: argparse.Namespace) -> None:
    message = error.message(options.language)
    if options.format == "json":
        said = {"outcome": "unusable", "key": error.key, "message": message}
        print(json.dumps(said, ensure_ascii=False))
    else:
        print(f"analytics: {message}", file=sys.stderr)


def _templates(options: argparse.Namespace) -> int:
    from analytics.model import DATASETS
    from analytics.records.forms import FORMS
    from analytics.records.templates import file_name, template
    from analytics.records.values import References

    names: Sequence[str] = options.dataset or list(FORMS)
    for name in names:
        if name not in FORMS:
            raise UnknownName("dataset", name, tuple(FORMS))
    references = References.load(HOME, data_folder())
    for name in names:
        path = options.out / file_name(name)
        try:
            options.out.mkdir(parents=True, exist_ok=True)
            path.write_bytes(template(name, references))
        except OSError as error:
            raise Unusable("file_not_written", file=path, found=reason_of(error)) from error
        dataset = DATASETS[name].zh if options.language == "zh" else DATASETS[name].en
        print(text("cli.template_written", options.language, file=path, dataset=dataset))
    return 0
