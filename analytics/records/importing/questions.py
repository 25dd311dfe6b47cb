"""What only the user can decide, told with how to say it."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.errors import Unusable, Words
from analytics.model import DATASETS
from analytics.records.forms import FORMS
from analytics.records.matching import Proposal


class Questions(Unusable):
    """Columns that may be several fields, or required fields without one.

    Args:
        proposal: The sheet that it is about: its `ambiguous` matches and `missing` fields.
    """

    def __init__(self, proposal: Proposal) -> None:
        """Ask for what is ambiguous, else for what is missing."""
        self.proposal = proposal
        form = FORMS[proposal.dataset]
        sheet = proposal.layout.sheet
        asked = _named(
            (form.field(match.field).zh, form.field(match.field).en, match.field, match.rivals)
            for match in proposal.ambiguous
        )
        missing = _named(
            (form.field(name).zh, form.field(name).en, name, ()) for name in proposal.missing
        )
        dataset = DATASETS[proposal.dataset]
        super().__init__(
            "mapping_asked" if proposal.ambiguous else "mapping_missing",
            file=sheet.file,
            sheet=sheet.name or "—",
            asked=asked if proposal.ambiguous else missing,
            dataset=Words(dataset.zh, dataset.en),
            headings="、".join(heading.title for heading in proposal.layout.headings),
        )


def unclear(proposal: Proposal) -> Unusable:
    """Ask what a sheet holds."""
    sheet = proposal.layout.sheet
    likely = _named((DATASETS[name].zh, DATASETS[name].en, name, ()) for name in proposal.unsure)
    return Unusable("dataset_unclear", file=sheet.file, sheet=sheet.name or "—", likely=likely)


def _named(items: Iterable[tuple[str, str, str, tuple[str, ...]]]) -> Words:
    """Names with what to write on a command line, and the headings they may be."""
    told = [
        (f"{zh}（{name}）", f"{en} ({name})", " / ".join(rivals)) for zh, en, name, rivals in items
    ]
    return Words(
        "；".join(f"{zh}：{rivals}" if rivals else zh for zh, _, rivals in told),
        "; ".join(f"{en}: {rivals}" if rivals else en for _, en, rivals in told),
    )
