"""How well a heading fits a field: by its words, and by what stands beneath it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from analytics.records.forms import FORMS
from analytics.records.layout import stem
from analytics.records.types import Field, Form, Heading, Layout
from analytics.records.units import is_money
from analytics.records.values import Context, Reader, References, reader_for
from analytics.records.wording import plain, short

NAME, SYNONYM, CONTENT = "name", "synonym", "content"
_HOME = Path(__file__).parents[2] / "data"
_SAMPLES = 10
_LEAST_SHARE = 0.8
_TOLD = frozenset(["date", "code", "place", "uscc"])
"""Kinds whose cells tell them from others without a word in the header."""
_JUDGED = _TOLD | {
    *("year", "money", "integer", "number", "boolean", "longitude", "latitude", "industry"),
    "country",
}
_NO_SUCH = re.compile(r"(unreadable|unknown|unknown_near|length|letters|not_listed|is_place)$")
_NUMBER = re.compile(r"[\d\s.,:/%-]*")
Words = dict[str, list[tuple[str, float, str]]]


@dataclass(frozen=True)
class Fit:
    """How surely a heading is a field, and why."""

    confidence: float
    reason: str


@dataclass(frozen=True)
class Candidate:
    """What may be a field: a heading, or the headings of a column a year with one stem.

    Args:
        title: What a mapping calls it.
        words: What its header says, in either language; empty for years alone.
        headings: Its headings.
    """

    title: str
    words: tuple[str, ...]
    headings: tuple[Heading, ...]

    @property
    def is_wide(self) -> bool:
        """Whether it is a column a year."""
        return self.headings[0].year is not None

    @property
    def samples(self) -> list[str]:
        """Some of its cells."""
        return [said for heading in self.headings for said in heading.samples][:_SAMPLES]


def candidates(layout: Layout, form: Form) -> list[Candidate]:
    """Everything in a table that may be a field; personal data never is."""
    has_year = any(field.name == "year" for field in form.fields)
    found: dict[str, list[Heading]] = {}
    for heading in layout.headings:
        if not heading.personal:
            wide = has_year and heading.year is not None
            found.setdefault(f"year {stem(heading)}" if wide else heading.title, []).append(heading)
    return [
        Candidate(
            headings[0].title,
            tuple(word for word in (stem(headings[0]), headings[0].english) if word),
            tuple(headings),
        )
        for headings in found.values()
    ]


class Looks:
    """What cells look like: each is read once for each kind of field.

    Args:
        references: Lists that readers look words up in; None for those of the product.
    """

    def __init__(self, references: References | None = None) -> None:
        """Begin without having read anything."""
        self.references = references or _references()
        self._readers: dict[tuple[str, ...], Reader] = {}
        self._read: dict[tuple[tuple[str, ...], str], bool] = {}

    def like(self, said: str, field: Field) -> bool:
        """Whether a cell looks like one of a field."""
        kind = (field.kind, field.labels, *field.values)
        if (kind, said) not in self._read:
            if kind not in self._readers:
                context = Context(references=self.references, unit="元")
                self._readers[kind] = reader_for(field, context)
            problem = self._readers[kind].read(said, "", None).problem
            self._read[kind, said] = not _NO_SUCH.search(problem)
        return self._read[kind, said]


class Likeness:
    """Compares the headings of tables with the fields of a form.

    Args:
        form: The form.
        looks: Reads the cells.
    """

    def __init__(self, form: Form, looks: Looks) -> None:
        """Prepare the form's words."""
        self.form = form
        self.words = _words(form.dataset) if FORMS.get(form.dataset) is form else _words_of(form)
        self.looks = looks

    def fits(self, found: Iterable[Candidate]) -> dict[tuple[str, str], Fit]:
        """Every possible pair of field and title, with its confidence from 0.5 to 1."""
        pairs: dict[tuple[str, str], Fit] = {}
        for candidate in found:
            named = self._by_words(candidate)
            for name, fit in (named or self._by_content(candidate)).items():
                if fit.confidence >= 0.5:
                    pairs[name, candidate.title] = fit
        return pairs

    def _by_words(self, candidate: Candidate) -> dict[str, Fit]:
        """Fields that the header's words mean, less surely where the cells say otherwise."""
        best: dict[str, Fit] = {}
        for said, weight in _sayings(candidate.words):
            for name, confidence, reason in self.words.get(said, ()):
                fit = Fit(confidence * weight, reason)
                if name not in best or best[name].confidence < fit.confidence:
                    best[name] = fit
        best = best or self._by_part(candidate)
        return {
            name: Fit(fit.confidence * self._support(candidate, name), fit.reason)
            for name, fit in best.items()
        }

    def _by_part(self, candidate: Candidate) -> dict[str, Fit]:
        """Fields of which a longer word makes up most of the header: 实际合同签订日期."""
        best: dict[str, Fit] = {}
        said = plain(candidate.words[0]) if candidate.words else ""
        for word, meanings in self.words.items():
            ratio = len(word) / len(said) if said else 0
            if len(word) < 3 or word not in said or ratio < 0.6:
                continue
            for name, confidence, _ in meanings:
                fit = Fit(confidence * (0.5 + 0.3 * ratio), SYNONYM)
                if name not in best or best[name].confidence < fit.confidence:
                    best[name] = fit
        return best

    def _by_content(self, candidate: Candidate) -> dict[str, Fit]:
        """Fields that nothing but the cells speaks for."""
        if candidate.is_wide and not candidate.words:
            return self._of_years(candidate)
        needed = {name for group in self.form.alternatives for name in group}
        return {
            field.name: Fit(0.6 * share, CONTENT)
            for field in self.form.fields
            if (field.required or field.name in needed)
            and field.kind in _TOLD
            and (share := self._share(candidate, field.name)) >= _LEAST_SHARE
            and len(candidate.samples) > 1
        }

    def _of_years(self, candidate: Candidate) -> dict[str, Fit]:
        """Fields whose values may stand in columns that say no more than a year: by their unit."""
        unit = candidate.headings[0].unit
        return {
            field.name: Fit(0.8, CONTENT)
            for field in self.form.fields
            if field.kind in ("money", "integer", "number")
            and (not unit or is_money(unit) == (field.kind == "money"))
        }

    def _support(self, candidate: Candidate, name: str) -> float:
        """What unit and cells leave of a word's confidence: 1 where nothing speaks against it."""
        unit, kind = candidate.headings[0].unit, self.form.field(name).kind
        counted = kind in ("money", "integer") and unit
        fits = not counted or is_money(unit) == (kind == "money")
        return (0.6 + 0.4 * self._share(candidate, name)) * (1.0 if fits else 0.6)

    def _share(self, candidate: Candidate, name: str) -> float:
        """Share of a candidate's cells that look like a field's; 1 where that cannot be told."""
        field = self.form.field(name)
        samples = candidate.samples
        if not samples:
            return 0.0 if field.kind in _TOLD and not candidate.words else 1.0
        if field.kind in ("organisation", "name"):
            return sum(not _NUMBER.fullmatch(said) for said in samples) / len(samples)
        if field.kind not in _JUDGED:
            return 1.0
        return sum(self.looks.like(said, field) for said in samples) / len(samples)


def _sayings(words: tuple[str, ...]) -> list[tuple[str, float]]:
    """Ways to say a header, with how much each counts: whole, without brackets, its last part."""
    found: dict[str, float] = {}
    for word in words:
        for said, weight in (
            (plain(word), 1.0),
            (short(word), 0.98),
            (plain(word.rsplit(" / ", 1)[-1]), 0.8),
            (short(word.rsplit(" / ", 1)[-1]), 0.78),
        ):
            if said:
                found.setdefault(said, weight)
    return list(found.items())


def _words_of(form: Form) -> Words:
    found: Words = {}
    for field in form.fields:
        own = {plain(said): 1.0 for said in (field.zh, field.en, field.name)}
        known = {plain(said): 0.9 for said in field.synonyms}
        for said, confidence in (known | own).items():
            reason = NAME if said in own else SYNONYM
            found.setdefault(said, []).append((field.name, confidence, reason))
    return found


@cache
def _words(dataset: str) -> Words:
    return _words_of(FORMS[dataset])


@cache
def _references() -> References:
    return References.load(_HOME)
