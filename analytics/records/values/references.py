"""Lists of codes with every word that means one of them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz, process

from analytics.errors import Unusable, reason_of
from analytics.model import MEASURES
from analytics.records.types import Read
from analytics.records.values.base import squeezed
from analytics.records.values.gazetteer import Gazetteer
from analytics.text import texts

_TABLES = {
    "contract_types": ("code", ("name_zh", "name_en")),
    "technical_fields": ("code", ("name_zh", "name_en")),
    "stages": ("code", ("name_zh", "name_en")),
    "phases": ("code", ("name_zh", "name_en")),
    "gates": ("code", ("name_zh", "name_en")),
    "industries": ("code", ("name_zh", "name_en", "short_zh", "short_en")),
    "countries": ("alpha2", ("name_zh", "name_en")),
}
"""Reference tables that are lists of codes: the code's column, then those of its words."""
_SYNONYM_COLUMNS = ("list", "code", "synonym")
_SIGNS = re.compile(r"(?<!\d)\.|\.(?!\d)|[^\w.]|_")
_KIND = re.compile("(?:合同|产业|行业|领域|类别|类型|类)$")
"""Words that people add to a name: 技术开发合同, 电子信息领域."""
_NEAR = 60
"""Below this likeness, of 100, a word is no candidate."""


@dataclass(frozen=True)
class CodeList:
    """Codes, what they are called, and which words mean them.

    Args:
        labels: Chinese and English name by code, in the list's order.
        words: Codes by word in its squeezed form; more than one where a word is ambiguous.
    """

    labels: dict[str, tuple[str, str]]
    words: dict[str, tuple[str, ...]]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in the list's order."""
        return tuple(self.labels)

    def find(self, said: str) -> tuple[str, ...]:
        """Codes that a word means: one, none, or several where it is ambiguous."""
        key = word_key(said)
        return self.words.get(key) or self.words.get(_KIND.sub("", key), ())

    def nearest(self, said: str, most: int = 3) -> tuple[str, ...]:
        """Codes whose words are most like a word that means none, best first."""
        found = process.extract(
            word_key(said), list(self.words), scorer=fuzz.WRatio, limit=12, score_cutoff=_NEAR
        )
        codes = [code for word, _, _ in found for code in self.words[word]]
        return tuple(dict.fromkeys(codes))[:most]

    def only(self, codes: tuple[str, ...]) -> CodeList:
        """The same list with some of its codes."""
        words: dict[str, tuple[str, ...]] = {word_key(code): (code,) for code in codes}
        for word, named in self.words.items():
            kept = tuple(code for code in named if code in codes)
            if kept:
                words[word] = kept
        return CodeList({code: self.labels.get(code, (code, code)) for code in codes}, words)


class Seeker:
    """Refuses words that a list does not have, with the nearest that it has.

    Looking for them ends after some hundred such words: the column is then of another kind.

    Args:
        codes: The list.
        problem: Key of the refusal.
        near: Key of the refusal that names candidates.
    """

    def __init__(self, codes: CodeList, problem: str, near: str) -> None:
        """Begin with all patience."""
        self.codes = codes
        self.problem = problem
        self.near = near
        self.patience = 300

    def refusal(self, said: str) -> Read:
        """The refusal of a word: with candidates where some are near."""
        near = self.codes.nearest(said) if self.patience > 0 else ()
        self.patience -= 1
        return self.choice(near, self.near) if near else self.without()

    def without(self) -> Read:
        """A refusal that lists what is allowed, as far as it fits a sentence."""
        few = self.codes.codes[:12]
        more = len(self.codes.codes) > len(few)
        zh, en = self._named(few)
        return Read(
            problem=self.problem,
            details={
                "allowed": zh + (" 等" if more else ""),
                "allowed_en": en + (", ..." if more else ""),
            },
        )

    def choice(self, codes: tuple[str, ...], problem: str) -> Read:
        """A refusal that names the codes it could be."""
        zh, en = self._named(codes)
        return Read(problem=problem, details={"candidates": zh, "candidates_en": en})

    def _named(self, codes: tuple[str, ...]) -> tuple[str, str]:
        labels = [self.codes.labels[code] for code in codes]
        return "、".join(zh for zh, _ in labels), ", ".join(en for _, en in labels)


class References:
    """Everything a reader looks words up in.

    Args:
        home: Data folder of the product: `reference/` lies in it.
        own: Data folder of the office, whose `synonyms.csv` extends the lists; None for none.
    """

    def __init__(self, home: Path, own: Path | None = None) -> None:
        """Keep the folders; a table is read when first needed."""
        self.home = home
        self.own = own
        self._lists: dict[str, CodeList] = {}

    @classmethod
    def load(cls, home: Path, own: Path | None = None) -> References:
        """The references of a data folder, extended by the office's own synonyms."""
        return cls(home, own)

    def table(self, name: str) -> list[dict[str, str]]:
        """Rows of a reference table."""
        return _rows(self.home / "reference" / f"{name}.csv")

    def codes(self, name: str) -> CodeList:
        """A list by its name: a reference table, or one of `text/codes.toml`."""
        if name not in self._lists:
            self._lists[name] = self._make(name)
        return self._lists[name]

    @cached_property
    def synonyms(self) -> dict[str, list[tuple[str, str]]]:
        """Code and synonym, by list; the office's own come last and win."""
        rows = self.table("synonyms")
        own = self.own / "synonyms.csv" if self.own is not None else None
        if own is not None and own.exists():
            try:
                added = _rows(own)
            except (OSError, csv.Error) as error:
                why = reason_of(error)
                raise Unusable("synonyms_unreadable", file=own.name, found=why) from error
            self._check(added, own)
            rows += added
        found: dict[str, list[tuple[str, str]]] = {}
        for row in rows:
            name, code, word = (row[key].strip() for key in _SYNONYM_COLUMNS)
            found.setdefault(name, []).append((code, word))
        return found

    @cached_property
    def known_regions(self) -> frozenset[str]:
        """Adcodes of today."""
        return frozenset(row["adcode"] for row in self.table("regions"))

    @cached_property
    def places(self) -> Gazetteer:
        """Places of today and those dissolved since 2002."""
        return Gazetteer(
            self.table("regions"),
            self.table("counties"),
            self.table("region_successors"),
            self.synonyms.get("regions", ()),
        )

    def _labels(self, name: str) -> tuple[dict[str, tuple[str, str]], list[tuple[str, str]]]:
        """Chinese and English name by code, and every word of the list itself with its code."""
        labels: dict[str, tuple[str, str]] = {}
        said: list[tuple[str, str]] = []
        if name in _TABLES:
            key, columns = _TABLES[name]
            for row in self.table(name):
                labels[row[key]] = (row[columns[0]], row[columns[1]])
                said += [(row[key], row[column]) for column in columns]
            return labels, said
        if name == "measures":
            labels = {measure.name: (measure.zh, measure.en) for measure in MEASURES.values()}
            return labels, [(code, word) for code, pair in labels.items() for word in pair]
        start = f"codes.{name}_"
        for text_key, pair in texts().items():
            if text_key.startswith(start):
                code = text_key.removeprefix(start)
                labels[code] = (pair["zh"], pair["en"])
                said += [(code, pair["zh"]), (code, pair["en"])]
        return labels, said

    def _make(self, name: str) -> CodeList:
        labels, said = self._labels(name)
        said += [(code, code) for code in labels]
        words: dict[str, tuple[str, ...]] = {}
        for code, word in said:
            key = word_key(word)
            words[key] = tuple(dict.fromkeys((*words.get(key, ()), code)))
        for code, word in self.synonyms.get(name, []):
            words[word_key(word)] = (code,)
        return CodeList(labels, words)

    def _check(self, rows: list[dict[str, str]], file: Path) -> None:
        """Refuse synonyms of the office that lead nowhere.

        Raises:
            Unusable: A column is missing, or a row names no list or code that exists.
        """
        for line, row in enumerate(rows, start=2):
            name, code, word = (str(row.get(key) or "").strip() for key in _SYNONYM_COLUMNS)
            if not (name and code and word):
                raise Unusable("synonyms_incomplete", file=file.name, line=line)
            if name == "regions":
                known = tuple(self.known_regions)
            elif name == "booleans":
                known = ("true", "false")
            else:
                known = tuple(self._labels(name)[0])
            if code not in known:
                raise Unusable("synonyms_unknown", file=file.name, line=line, list=name, code=code)


def word_key(said: str) -> str:
    """A word for comparison: without spaces, signs and case; 4.1 keeps its point."""
    plain = squeezed(said)
    return _SIGNS.sub("", plain) or plain


def _rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file in UTF-8, or as Chinese spreadsheets save it."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    return list(csv.DictReader(text.splitlines()))
