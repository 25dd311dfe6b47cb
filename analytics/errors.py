"""What can go wrong with data or questions, told so that the user can mend it."""

from __future__ import annotations

from difflib import get_close_matches

from analytics.text import text


class TransferScopeError(Exception):
    """Base of every error that is shown to the user as a sentence, in either language."""

    def __init__(self, key: str, **values: object) -> None:
        """Keep the key of the sentence in `text/errors.toml` and what fills it."""
        super().__init__(key)
        self.key = key
        self.values = values

    def message(self, language: str) -> str:
        """The sentence: what was expected, what was found, where, and what to do."""
        return text(f"errors.{self.key}", language, **self.values)

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


class QueryError(TransferScopeError):
    """A query file does not parse or names what the engine does not provide."""


class UnknownName(TransferScopeError):
    """A measure, dimension, dataset or value that does not exist."""

    def __init__(self, what: str, name: str, allowed: tuple[str, ...]) -> None:
        """Find the nearest allowed name."""
        near = get_close_matches(name, allowed, 1, 0.5)
        super().__init__(
            "unknown_name_near" if near else "unknown_name",
            what=what,
            name=name,
            near=near[0] if near else "",
            allowed=", ".join(allowed),
        )
