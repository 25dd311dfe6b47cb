"""What can go wrong with data or questions, told so that the user can mend it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from errno import EACCES, EDQUOT, EFBIG, EISDIR, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS

from analytics.text import has_text, text

_SYSTEM = {
    ENOENT: "reason_missing",
    ENOTDIR: "reason_missing",
    EISDIR: "reason_folder",
    EACCES: "reason_denied",
    EPERM: "reason_denied",
    EROFS: "reason_denied",
    ENOSPC: "reason_full",
    EDQUOT: "reason_full",
    EFBIG: "reason_full",
}
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True)
class Reason:
    """Why something failed, as words within a sentence of either language.

    Args:
        key: Key of the words in `text/errors.toml`.
        values: What fills them.
        words: A library's own words, which are English: there they say more.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=lambda: {})
    words: str = ""

    def message(self, language: str) -> str:
        """The words."""
        if self.words and language == "en":
            return self.words
        return text(f"errors.{self.key}", language, **self.values)


@dataclass(frozen=True)
class Words:
    """Words that are at hand in both languages."""

    zh: str
    en: str

    def message(self, language: str) -> str:
        """The words."""
        return self.en if language == "en" else self.zh


class Contrary(ValueError):
    """What a file says is not what it must say."""

    def __init__(self, key: str, **values: object) -> None:
        """Keep the key of the words in `text/errors.toml` and what fills them."""
        super().__init__(key)
        self.reason = Reason(key, values)


def reason_of(error: Exception) -> Reason:
    """Why a file could not be used, without a library's English in a Chinese sentence."""
    if isinstance(error, Contrary):
        return error.reason
    if isinstance(error, OSError) and error.errno is not None:
        known = _SYSTEM.get(error.errno)
        return Reason(known or "reason_system", {"number": error.errno}, error.strerror or "")
    if isinstance(error, UnicodeDecodeError):
        return Reason("reason_encoding", {"encoding": error.encoding.upper()})
    if isinstance(error, json.JSONDecodeError):
        return Reason("reason_syntax", {"line": error.lineno, "column": error.colno})
    if isinstance(error, tomllib.TOMLDecodeError):
        place = _PLACE.search(str(error))
        if place is None:
            return Reason("reason_syntax_end", words=str(error))
        return Reason("reason_syntax", {"line": place[1], "column": place[2]}, str(error))
    words = str(error).split("\n")[0]
    if isinstance(error, (AttributeError, KeyError, TypeError, ValueError)):
        return Reason("reason_content", words=f"{type(error).__name__}: {words}")
    return Reason("reason_damaged", words=words)


class TransferScopeError(Exception):
    """Base of every error that is shown to the user as a sentence, in either language."""

    def __init__(self, key: str, **values: object) -> None:
        """Keep the key of the sentence in `text/errors.toml` and what fills it."""
        super().__init__(key)
        self.key = key
        self.values = values

    def message(self, language: str) -> str:
        """The sentence: what was expected, what was found, where, and what to do."""
        said = {
            name: value.message(language) if isinstance(value, (Reason, Words, _Kind)) else value
            for name, value in self.values.items()
        }
        return text(f"errors.{self.key}", language, **said)

    def __str__(self) -> str:
        """The sentence in English, for the log and the command line."""
        return self.message("en")


class DataError(TransferScopeError):
    """A file is missing, damaged or not as declared."""


class Unusable(TransferScopeError):
    """A file that cannot be imported at all, or an import that lacks a decision of the user."""


class SnapshotError(TransferScopeError):
    """A snapshot that is damaged, unknown, or being changed by someone else."""


class TooLong(TransferScopeError):
    """A query ran into its time limit."""


class ClusterError(TransferScopeError):
    """The cluster that answers is not there, cannot see the records, or cannot do what is asked."""


class QueryError(TransferScopeError):
    """A query file does not parse or names what the engine does not provide."""


@dataclass(frozen=True)
class _Kind:
    """What a name should have been: `field`, or `column of deals`."""

    said: str

    def message(self, language: str) -> str:
        """The word in a language; an option such as --region is itself."""
        kind, _, owner = self.said.partition(" of ")
        key = f"errors.kind_{kind}"
        if not has_text(key):
            return self.said
        named = text(key, language)
        return text("errors.kind_of", language, kind=named, owner=owner) if owner else named


class UnknownName(TransferScopeError):
    """A measure, dimension, dataset or value that does not exist."""

    def __init__(self, what: str, name: str, allowed: tuple[str, ...]) -> None:
        """Find the nearest allowed name."""
        near = get_close_matches(name, allowed, 1, 0.5)
        super().__init__(
            "unknown_name_near" if near else "unknown_name",
            what=_Kind(what),
            name=name,
            near=near[0] if near else "",
            allowed=", ".join(allowed),
        )
