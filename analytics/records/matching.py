"""Which heading is which field: proposed with its reason, and asked where it is not clear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analytics.model import DATASETS
from analytics.records.assignment import assign
from analytics.records.layout import columns_of
from analytics.records.likeness import Candidate, Fit, Likeness, Looks, candidates
from analytics.records.mappings import fitting, resolved
from analytics.records.types import FieldKind, Form, Heading, Layout, Mapping, Match
from analytics.records.values import References

MARGIN = 0.08
"""Confidences that differ by less are about the same: the user is asked."""
SURE_OF_DATASET = 0.12
"""By so much the best dataset must lead the next; by twice as much where a field is missing."""
_LEAST_SCORE = 0.5
_PARTIES: frozenset[FieldKind] = frozenset(
    ["organisation", "uscc", "place", "country", "link", "name"]
)
"""Who and where: which side of a deal 单位 means is never told by elimination."""
_NO_FIELD = frozenset(["序号", "编号", "备注", "no", "no.", "(A)"])
Pairs = dict[tuple[str, str], Fit]


@dataclass(frozen=True)
class Proposal:
    """What a table is taken for.

    Args:
        layout: The table.
        dataset: Dataset it would fill.
        matches: One for each field of the form, in its order.
        mapping: What follows from the matches; ambiguous ones are left out.
        unmatched: Columns that are not used, personal ones apart.
        missing: Required fields without heading or constant; the first field of a group of which
            one is needed.
        ambiguous: Matches for which the user must be asked; their `rivals` are the headings.
        score: How well the dataset fits the table, 0 to 1; more than 1 for a saved mapping.
        unsure: Datasets that fit about as well, this one first: the user must say which it is.
    """

    layout: Layout
    dataset: str
    matches: tuple[Match, ...]
    mapping: Mapping
    unmatched: tuple[Heading, ...]
    missing: tuple[str, ...]
    ambiguous: tuple[Match, ...]
    score: float = 0.0
    unsure: tuple[str, ...] = ()


def recognise(
    layout: Layout,
    forms: dict[str, Form],
    mappings: Sequence[Mapping] = (),
    references: References | None = None,
) -> list[Proposal]:
    """What a table may be taken for, best first; see `is_certain`.

    Args:
        layout: The table.
        forms: Forms by dataset.
        mappings: Saved mappings; one made for this header decides, and others are not weighed.
        references: Lists that cells are looked up in; None for those of the product.
    """
    saved = [name for name in forms if fitting(layout, name, mappings)]
    looks = Looks(references)
    proposals = [
        propose(layout, forms[name], mappings, references, looks) for name in saved or forms
    ]
    return sorted(proposals, key=lambda proposal: -proposal.score)


def is_certain(proposals: Sequence[Proposal]) -> bool:
    """Whether the first of several datasets is clearly the one; else the user is asked.

    It must lead, and have a column that the next has no use for: 名称 and 地区 are in them all.
    """
    if not proposals or proposals[0].score < _LEAST_SCORE:
        return False
    if len(proposals) == 1 or proposals[0].score > 1:
        return True
    first, second = proposals[:2]
    lead = SURE_OF_DATASET * (2 if _lacking(first) else 1)
    own = set(first.mapping.fields.values()) - set(second.mapping.fields.values())
    return bool(own) and first.score - second.score >= lead


def propose(
    layout: Layout,
    form: Form,
    mappings: Sequence[Mapping] = (),
    references: References | None = None,
    looks: Looks | None = None,
) -> Proposal:
    """Which heading of a table is which field of a form.

    A saved mapping that was made for this header decides. Otherwise each pair of heading and
    field is weighed by name, synonym and cells, the best pairing is taken as a whole, and what
    has a rival that fits about as well is not chosen.

    Args:
        layout: The table.
        form: The form.
        mappings: Saved mappings.
        references: Lists that cells are looked up in; None for those of the product.
        looks: What is known already of the table's cells, where several forms are compared.
    """
    saved = fitting(layout, form.dataset, mappings)
    if saved:
        return apply(layout, form, saved)
    found = candidates(layout, form)
    pairs = Likeness(form, looks or Looks(references)).fits(found)
    weights = {pair: fit.confidence**3 for pair, fit in pairs.items()}
    chosen = assign(weights)
    rivals = _rivals(form, pairs, chosen)
    clear = {name: title for name, title in chosen.items() if name not in rivals}
    matches = tuple(
        _match(field.name, clear, pairs, rivals.get(field.name, ())) for field in form.fields
    )
    mapping = Mapping("", form.dataset, layout.fingerprint, fields=_in_order(form, clear))
    proposal = _proposal(layout, form, mapping, matches)
    return replace(proposal, score=_score(proposal, form, found))


def apply(layout: Layout, form: Form, mapping: Mapping, reason: str = "saved") -> Proposal:
    """What a mapping makes of a table, whether or not it was made for this header.

    Args:
        layout: The table.
        form: Form of the mapping's dataset.
        mapping: A saved mapping, or one that the user has just made.
        reason: `saved` or `chosen`.
    """
    whole = resolved(mapping, layout)
    fields = {name: title for name, title in whole.fields.items() if _usable(layout, title)}
    matches = tuple(
        Match(field.name, fields[field.name], reason, 1.0)
        if field.name in fields
        else Match(field.name, "", "none", 0.0)
        for field in form.fields
    )
    proposal = _proposal(layout, form, replace(whole, fields=_in_order(form, fields)), matches)
    return replace(proposal, score=2.0 - 0.1 * len(proposal.missing))


def _usable(layout: Layout, title: str) -> bool:
    return any(not heading.personal for heading in columns_of(layout, title))


def _in_order(form: Form, fields: dict[str, str]) -> dict[str, str]:
    return {field.name: fields[field.name] for field in form.fields if field.name in fields}


def _match(name: str, clear: dict[str, str], pairs: Pairs, rivals: tuple[str, ...]) -> Match:
    if name in clear:
        fit = pairs[name, clear[name]]
        return Match(name, clear[name], fit.reason, round(fit.confidence, 2))
    sure = max((pairs[name, title].confidence for title in rivals), default=0.0)
    return Match(name, "", "none", round(sure, 2), rivals)


def _rivals(form: Form, pairs: Pairs, chosen: dict[str, str]) -> dict[str, tuple[str, ...]]:
    """The fields that must be asked for, each with the headings that may be it.

    Two headings may be one field, or one heading two fields.
    """
    field_of = {title: name for name, title in chosen.items()}
    asked: dict[str, set[str]] = {}
    for name, title in chosen.items():
        least = pairs[name, title].confidence - MARGIN
        for (other, heading), fit in pairs.items():
            if fit.confidence < least:
                continue
            same_field = other == name and heading != title
            if same_field and not _better_used(pairs, heading, field_of.get(heading), fit):
                asked.setdefault(name, set()).update((title, heading))
            if heading != title or other == name:
                continue
            taken = _better_filled(pairs, other, chosen.get(other), fit)
            if not taken or form.field(other).kind in _PARTIES:
                asked.setdefault(name, set()).add(title)
            if not taken:
                asked.setdefault(other, set()).add(title)
    order = list(dict.fromkeys(heading for _, heading in pairs))
    return {name: tuple(sorted(titles, key=order.index)) for name, titles in asked.items()}


def _better_used(pairs: Pairs, heading: str, field: str | None, fit: Fit) -> bool:
    """Whether a heading is another field more surely than it would be this one."""
    return field is not None and pairs[field, heading].confidence > fit.confidence + MARGIN / 2


def _better_filled(pairs: Pairs, name: str, title: str | None, fit: Fit) -> bool:
    """Whether a field has a heading that is it more surely than this one would be."""
    return title is not None and pairs[name, title].confidence > fit.confidence + MARGIN / 2


def _proposal(layout: Layout, form: Form, mapping: Mapping, matches: tuple[Match, ...]) -> Proposal:
    used = {
        heading.column for title in mapping.fields.values() for heading in columns_of(layout, title)
    }
    wide = any(
        heading.year is not None
        for title in mapping.fields.values()
        for heading in columns_of(layout, title)
    )
    held = {*mapping.fields, *mapping.constants, *(["year"] if wide else [])}
    return Proposal(
        layout=layout,
        dataset=form.dataset,
        matches=matches,
        mapping=mapping,
        unmatched=tuple(
            heading
            for heading in layout.headings
            if heading.column not in used and not heading.personal
        ),
        missing=_missing(form, held),
        ambiguous=tuple(match for match in matches if match.rivals),
    )


def _missing(form: Form, held: set[str]) -> tuple[str, ...]:
    """Required fields that nothing fills."""
    groups = [group[0] for group in form.alternatives if not held & set(group)]
    needed = [field.name for field in form.fields if field.required or field.name in groups]
    return tuple(name for name in needed if name not in held)


def _score(proposal: Proposal, form: Form, found: Iterable[Candidate]) -> float:
    """How well a form fits a table: its columns that are fields, the required fields found."""
    asked = {title for match in proposal.ambiguous for title in match.rivals}
    sure = {match.heading: match.confidence for match in proposal.matches if match.heading}
    weighed = [item for item in found if item.title not in _NO_FIELD or item.title in sure]
    if not weighed:
        return 0.0
    used = sum(sure.get(item.title, 0.7 if item.title in asked else 0.0) for item in weighed)
    needed = 1 + len([field for field in form.fields if field.required]) + len(form.alternatives)
    score = 0.5 * used / len(weighed) + 0.5 * (1 - len(_lacking(proposal)) / needed)
    return min(1.0, score + (0.2 if _is_named(proposal.layout, form.dataset) else 0.0))


def _lacking(proposal: Proposal) -> list[str]:
    """Required fields for which there is not even a heading to ask about."""
    asked = {match.field for match in proposal.ambiguous}
    return [name for name in proposal.missing if name not in asked]


def _is_named(layout: Layout, dataset: str) -> bool:
    """Whether the sheet is named as the dataset, or a title above the table names it."""
    chinese = DATASETS[dataset].zh
    if layout.sheet.name.casefold() in (chinese, DATASETS[dataset].en.casefold(), dataset):
        return True
    # 项目 and 机构 stand in many a title.
    return len(chinese) > 3 and any(chinese in line for line in layout.titles)
