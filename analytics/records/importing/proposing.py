"""What each sheet is taken for, and which heading for which field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.errors import UnknownName, Unusable
from analytics.records.forms import FORMS
from analytics.records.importing.options import Options
from analytics.records.layout import columns_of
from analytics.records.matching import Proposal, apply, is_certain, propose, recognise
from analytics.records.types import Layout, Mapping
from analytics.records.values import References

_LIKELY = 3
"""Datasets that are named where it is not clear which one a sheet holds."""


@dataclass(frozen=True)
class Proposer:
    """Proposes by saved mappings, by names and by content, with what the user said.

    Args:
        options: What the user said.
        mappings: Saved mappings.
        references: Lists that cells are looked up in.
    """

    options: Options
    mappings: Sequence[Mapping]
    references: References

    def as_dataset(self, layout: Layout, dataset: str) -> Proposal:
        """What a sheet would be as a dataset."""
        return self._with_options(propose(layout, FORMS[dataset], self.mappings, self.references))

    def proposal(self, layout: Layout) -> Proposal:
        """What a sheet is: as the options say it, else recognised, else to be asked.

        Raises:
            Unusable: The options name a mapping that does not exist.
        """
        if self.options.mapping:
            mapping = next((m for m in self.mappings if m.name == self.options.mapping), None)
            if mapping is None:
                known = "、".join(m.name for m in self.mappings) or "—"
                raise Unusable("unknown_mapping", name=self.options.mapping, known=known)
            return self._with_options(apply(layout, FORMS[mapping.dataset], mapping))
        if self.options.dataset:
            return self.as_dataset(layout, self.options.dataset)
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

    def check_named(self, proposals: Sequence[Proposal]) -> None:
        """Each field and heading of the options must mean something in one of the sheets.

        Raises:
            Unusable: No sheet has such a heading.
            UnknownName: No dataset has such a field.
        """
        fields = {p.dataset: {f.name for f in FORMS[p.dataset].fields} for p in proposals}
        for name in (*self.options.fields, *self.options.constants):
            if not any(name in own for own in fields.values()):
                raise UnknownName("field", name, tuple(sorted(set().union(*fields.values()))))
        for name, title in self.options.fields.items():
            layouts = [p.layout for p in proposals if name in fields[p.dataset]]
            if not any(columns_of(layout, title) for layout in layouts):
                known = dict.fromkeys(h.title for layout in layouts for h in layout.headings)
                raise Unusable("unknown_heading", name=title, known="、".join(known))
