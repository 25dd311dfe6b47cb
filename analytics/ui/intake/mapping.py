"""Step two: what each sheet holds, and which heading is which field.

Everything is shown with its reason; the user has the last word, and is asked where it is not clear.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import pandas as pd
import streamlit as st

from analytics.model import DATASETS
from analytics.records.forms import FORMS
from analytics.records.matching import Proposal, apply
from analytics.records.types import Field, Form, Mapping, Match
from analytics.ui.intake.money import conventions, coordinates
from analytics.ui.intake.names import code_name, dataset_name, field_name, listed, name_of
from analytics.ui.intake.session import NOTHING, Job
from analytics.ui.state import Viewing
from analytics.ui.words import plain

PREVIEWED = 5
"""Rows of a sheet that are shown."""
ACROSS = 4
"""Boxes in a row."""
LEFT_OUT = "-"
"""Choice of a dataset that says: do not import this sheet."""
_NONE = Match("", "", "none", 0.0)


def mappings(job: Job, view: Viewing) -> list[str]:
    """Each sheet with its preview and its fields; what is still to be decided, as sentences."""
    still_open: list[str] = []
    for proposal in job.proposals:
        number = proposal.layout.sheet.number
        with st.container(border=True, key=f"sheet-{number}"):
            taken = _head(job, proposal, view)
            _preview(job, proposal, view)
            if taken:
                still_open += _fields(job, taken, view)
            elif number not in job.left_out:
                still_open.append(
                    view.say("data.open_dataset", sheet=name_of(proposal.layout.sheet))
                )
    return still_open


def _head(job: Job, proposal: Proposal, view: Viewing) -> Proposal | None:
    """Name of the sheet and what it holds; None where nothing of it is imported, or not yet."""
    layout = proposal.layout
    number = layout.sheet.number
    held = job.mappings.get(number)
    options = [*dict.fromkeys((*proposal.unsure, *FORMS)), LEFT_OUT]
    current = held.dataset if held else LEFT_OUT if number in job.left_out else None
    with st.container(horizontal=True, vertical_alignment="center"):
        rows = view.say("data.sheet_empty")
        if layout.first <= layout.last:
            rows = view.say("data.sheet_rows", first=layout.first, last=layout.last)
        name = f"**{plain(name_of(layout.sheet))}** :small[:gray[{rows}]]"
        if held and held.name:
            name += f" :blue-badge[{plain(view.say('data.by_mapping', name=held.name))}]"
        st.markdown(name, width="stretch")
        chosen = st.selectbox(
            view.say("data.dataset"),
            options,
            index=options.index(current) if current else None,
            key=f"w_holds_{job.mark}_{view.language}_{number}",
            format_func=lambda name: _holds(name, view),
            placeholder=view.say("data.choose_dataset"),
            label_visibility="collapsed",
            width=240,
        )
    if chosen is None or chosen == LEFT_OUT:
        job.leave(number, is_meant=chosen is not None)
        if chosen is None:
            st.markdown(f":orange[{view.say('data.dataset_asked')}]")
        return None
    taken = job.as_dataset(proposal, chosen)
    job.take(taken)
    return taken


def _holds(name: str, view: Viewing) -> str:
    return view.say("data.left_out") if name == LEFT_OUT else dataset_name(name, view)


def _preview(job: Job, proposal: Proposal, view: Viewing) -> None:
    layout = proposal.layout
    if layout.titles:
        st.caption(plain(" · ".join(layout.titles)))
    if layout.first <= layout.last:
        titles = [heading.title for heading in layout.headings]
        st.dataframe(
            pd.DataFrame(job.preview(proposal, PREVIEWED), columns=titles),
            hide_index=True,
            height="content",
            placeholder="",
            alt=view.say("data.preview"),
        )
    personal = [heading.title for heading in layout.headings if heading.personal]
    if personal:
        told = view.say("data.personal", columns=plain(listed(personal, view)))
        st.caption(f":material/lock: {told}")


def _fields(job: Job, proposal: Proposal, view: Viewing) -> list[str]:
    """The mapping as the widgets say it; what is still to be decided."""
    form = FORMS[proposal.dataset]
    boxes = _Boxes(job, proposal, view)
    asked = _asked(form, proposal)
    known = [f for f in form.fields if f.name in proposal.mapping.fields and f not in asked]
    rest = [f for f in form.fields if f not in (*asked, *known)]
    if asked:
        st.markdown(f":orange[:material/help: **{view.say('data.asked_for')}**]")
        boxes.show(asked)
    if known:
        unsure = any(boxes.matches[f.name].reason in ("synonym", "content") for f in known)
        with st.expander(view.say("data.known_fields", count=len(known)), expanded=unsure):
            boxes.show(known)
    if rest:
        with st.expander(view.say("data.other_fields", count=len(rest))):
            boxes.show(rest)
    mapping = replace(boxes.held, fields=boxes.fields)
    mapping = coordinates(job, proposal, conventions(job, proposal, mapping, view), view)
    lacking = apply(proposal.layout, form, replace(mapping, constants={}), "chosen").missing
    lacking = [form.field(name) for name in lacking if name not in boxes.unanswered]
    key = f"{job.mark}_{view.language}_{proposal.layout.sheet.number}_{proposal.dataset}"
    mapping = replace(mapping, constants=_constants(key, form, lacking, mapping, view))
    job.correct(proposal.layout.sheet.number, mapping)
    _doubles(form, mapping, view)
    _unused(proposal, mapping, view)
    return [*boxes.open(form), *_lacking(form, lacking, mapping, view)]


def _asked(form: Form, proposal: Proposal) -> list[Field]:
    """The fields that the user must look at: several headings may be it, or none was found."""
    rivals = {match.field for match in proposal.ambiguous}
    missing = {
        name for first in proposal.missing for name in _alternatives(form, first) or (first,)
    }
    return [item for item in form.fields if item.name in rivals | missing]


def _alternatives(form: Form, name: str) -> tuple[str, ...]:
    """The fields of which one is needed, if this is the first of them."""
    return next((group for group in form.alternatives if group[0] == name), ())


@dataclass
class _Boxes:
    """A box of headings for each field, several in a row, and what was chosen in them."""

    job: Job
    proposal: Proposal
    view: Viewing
    chosen: dict[str, str] = field(default_factory=lambda: {})
    unanswered: list[str] = field(default_factory=lambda: [])

    def __post_init__(self) -> None:
        self.number = self.proposal.layout.sheet.number
        self.held = self.job.mappings[self.number]
        self.matches = {match.field: match for match in self.proposal.matches}
        self.titles = list(dict.fromkeys(h.title for h in self.proposal.layout.headings))

    @property
    def fields(self) -> dict[str, str]:
        """Title of the heading, by field."""
        names = [item.name for item in FORMS[self.proposal.dataset].fields]
        return {name: self.chosen[name] for name in names if self.chosen.get(name)}

    def open(self, form: Form) -> list[str]:
        """The fields that are still to be decided, as a sentence."""
        if not self.unanswered:
            return []
        view = self.view
        names = [view.look.pick(f.zh, f.en) for f in form.fields if f.name in self.unanswered]
        return [view.say("data.open_fields", fields=listed(names, view))]

    def show(self, fields: Sequence[Field]) -> None:
        """The boxes."""
        for start in range(0, len(fields), ACROSS):
            part = fields[start : start + ACROSS]
            for place, item in zip(st.columns(ACROSS), part, strict=False):
                with place:
                    self._box(item)

    def _box(self, item: Field) -> None:
        view, match = self.view, self.matches.get(item.name, _NONE)
        options = list(dict.fromkeys((*match.rivals, NOTHING, *self.titles)))
        held = self.held.fields.get(item.name)
        answer = (self.number, self.proposal.dataset, item.name)
        is_open = held is None and bool(match.rivals) and answer not in self.job.declined
        first = options.index(held if held in options else NOTHING)
        chosen = st.selectbox(
            field_name(item, view),
            options,
            index=None if is_open else first,
            key=f"w_map_{self.job.mark}_{view.language}_{self.number}_{self.proposal.dataset}_{item.name}",
            format_func=lambda title: title or view.say("data.not_in_file"),
            placeholder=view.say("data.choose"),
            help=view.look.pick(item.about_zh, item.about_en) or None,
        )
        if chosen is None:
            self.unanswered.append(item.name)
        else:
            self.chosen[item.name] = chosen
            (self.job.declined.discard if chosen else self.job.declined.add)(answer)
        st.caption(_why(match, chosen, view))


def _why(match: Match, chosen: str | None, view: Viewing) -> str:
    """Why this heading: how it was found and how surely, or that the user is asked."""
    if chosen is None:
        several = "data.asked" if len(match.rivals) > 1 else "data.asked_one"
        return f":orange[{plain(view.say(several, columns=listed(match.rivals, view)))}]"
    if chosen == NOTHING and not match.rivals:
        return view.say("data.reason_none" if not match.heading else "data.reason_chosen")
    if chosen != match.heading:
        return view.say("data.reason_chosen")
    if match.reason == "saved":
        return view.say("data.reason_saved")
    sure = f"{match.confidence:.0%}"
    return view.say("data.reason", reason=view.say(f"data.reason_{match.reason}"), sure=sure)


def _constants(
    key: str, form: Form, lacking: Sequence[Field], mapping: Mapping, view: Viewing
) -> dict[str, str]:
    """What no column says, said once for all rows: for fields that must not be missing."""
    known = {item.name for item in form.fields}
    needed = {item.name for item in lacking}
    kept = {n: v for n, v in mapping.constants.items() if n not in known}
    said = {n: v for n, v in mapping.constants.items() if n in known and n not in mapping.fields}
    fields = [
        f for f in form.fields if f.name in said or (f.name in needed and _may_be_one(form, f))
    ]
    if not fields:
        return kept
    st.markdown(f":orange[:material/edit: **{view.say('data.constants')}**]")
    for start in range(0, len(fields), ACROSS):
        part = fields[start : start + ACROSS]
        for place, item in zip(st.columns(ACROSS), part, strict=False):
            with place:
                value = _constant(f"w_set_{key}_{item.name}", item, said.get(item.name, ""), view)
            if value:
                kept[item.name] = value
    return kept


def _may_be_one(form: Form, item: Field) -> bool:
    """Whether all rows may have the same value: not what tells them apart."""
    return DATASETS[form.dataset].key != (item.column,) and not _alternatives(form, item.name)


def _constant(key: str, item: Field, held: str, view: Viewing) -> str:
    label = field_name(item, view)
    show: Callable[[str], str] | None = None
    options: tuple[str, ...] = ()
    if item.values:
        options, show = item.values, partial(code_name, item, view)
    elif item.kind == "boolean":
        options, show = ("是", "否"), lambda value: view.say(f"data.boolean_{value == '是'}")
    if show is None:
        return st.text_input(label, held, key=key, placeholder=item.example).strip()
    return (
        st.selectbox(
            label,
            options,
            index=options.index(held) if held in options else None,
            key=key,
            format_func=show,
            placeholder=view.say("data.choose"),
        )
        or ""
    )


def _lacking(form: Form, lacking: Sequence[Field], mapping: Mapping, view: Viewing) -> list[str]:
    """Required fields that neither a column nor a value for all rows fills, as sentences."""
    said: list[str] = []
    for item in lacking:
        names = _alternatives(form, item.name) or (item.name,)
        words = listed([view.look.pick(form.field(n).zh, form.field(n).en) for n in names], view)
        if not any(name in mapping.constants for name in names):
            key = "data.open_either" if len(names) > 1 else "data.open_required"
            said.append(view.say(key, fields=words))
    return said


def _doubles(form: Form, mapping: Mapping, view: Viewing) -> None:
    """Tell headings that fill several fields: it may be meant, and it may be a slip."""
    for title, times in Counter(mapping.fields.values()).items():
        if times > 1:
            names = [
                view.look.pick(form.field(name).zh, form.field(name).en)
                for name, held in mapping.fields.items()
                if held == title
            ]
            told = view.say("data.used_twice", column=title, fields=listed(names, view))
            st.markdown(f":orange[:material/warning: {plain(told)}]")


def _unused(proposal: Proposal, mapping: Mapping, view: Viewing) -> None:
    used = {*mapping.fields.values(), *mapping.left_out}
    unused = [
        heading.title
        for heading in proposal.layout.headings
        if heading.title not in used and not heading.personal and heading.year is None
    ]
    if unused:
        st.caption(plain(view.say("data.unused", columns=listed(unused, view))))
