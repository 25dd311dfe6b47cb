"""What a variant is."""

from __future__ import annotations

from typing import Protocol

from bench.generator import Generated
from bench.questions import Answers, Selection


class Variant(Protocol):
    """A way to answer; whatever it reads ahead it reads when it is made.

    Attributes:
        title: As the table says it.
        bytes_a_deal: Memory that it needs for each deal at its peak, as was seen.
        in_memory: Whether it holds the records, so that two such are not held at once.
        has_bins: Whether quantiles and concentration may come from bins, within 1 %.
    """

    title: str
    bytes_a_deal: float
    in_memory: bool
    has_bins: bool

    def __init__(self, made: Generated) -> None: ...

    def answers(self, selection: Selection) -> Answers:
        """The answers of the whole page."""
        ...

    def close(self) -> None:
        """Let go of memory and files."""
        ...
