"""The words of the check: a published claim, how it is read, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

import pandas as pd

from analytics.filters import Filters

Verdict = Literal["agrees", "consistent", "contradicts", "incomparable"]
VERDICTS: tuple[Verdict, ...] = ("contradicts", "agrees", "consistent", "incomparable")
"""Every verdict, in the order in which they are read."""

Rule = Literal["exact", "at_least", "and_more", "nearly", "about", "vague", "self_contradictory"]


class Records(Protocol):
    """What a check needs of an engine."""

    folder: Path
    home: Path

    def ask(
        self,
        measures: tuple[str, ...],
        by: tuple[str, ...] = (),
        filters: Filters = Filters(),
        grain: str = "",
    ) -> pd.DataFrame:
        """Measures by dimensions."""
        ...

    def query(self, name: str, filters: Filters = Filters(), **values: Any) -> pd.DataFrame:
        """The answer of a query file."""
        ...

    def complete_until(self, datasets: tuple[str, ...]) -> date | None:
        """Last day up to which all these datasets are complete."""
        ...

    def first_day(self, dataset: str, filters: Filters = Filters()) -> date | None:
        """First day on which a dataset has a row."""
        ...


@dataclass(frozen=True)
class Claim:
    """One row of `claims.csv`, with what is wrong with it.

    Args:
        figure_id: Id, such as `S000-011`.
        system: Code of the system it speaks of.
        metric_zh: What is counted, in Chinese.
        metric_en: The same in English.
        printed: The number as the file has it, in `unit`; empty where the words give none.
        value: That number; None for a date, and where there is none.
        unit: Unit of the number, in Chinese.
        qualifier: What the file says of it: exact, over, nearly, about, cumulative.
        period_start: First day, month or year that the article speaks of, as written.
        period_end: The last.
        region: Place that the article speaks of.
        source: Code of the article.
        quote: Its words.
        problem: What is wrong with the row, a key of `errors.toml`; empty if nothing is.
        details: What fills that sentence.
    """

    figure_id: str
    system: str = ""
    metric_zh: str = ""
    metric_en: str = ""
    printed: str = ""
    value: Decimal | None = None
    unit: str = ""
    qualifier: str = ""
    period_start: str = ""
    period_end: str = ""
    region: str = ""
    source: str = ""
    quote: str = ""
    problem: str = ""
    details: Mapping[str, object] = field(default_factory=lambda: {})


@dataclass(frozen=True)
class Wording:
    """The number as the quote has it: its place, its words and the rule they state.

    Args:
        start: Where the words begin in the quote.
        end: Where they end.
        words: The words themselves, with the qualifier that governs them.
        rule: What they state.
    """

    start: int
    end: int
    words: str
    rule: Rule


@dataclass(frozen=True)
class Check:
    """How the records answer a claim: a measure or a query, and the filters it is asked with.

    Args:
        filters: The claim's own scope. Nothing of the file's period and region is applied.
        measure: The measure asked; or
        query: a query file, of which
        column: is the column that holds the answer.
        unit: Unit of the query's answer.
        speaks_of: Measure that the query's answer is about.
        datasets: Datasets that the query reads.
        values: Parameters of the query that another claim gives: parameter to figure id.
        each: Dimension each of whose values must hold ("every year").
        page: Page that shows the records behind.
        context: Figures of `figures.csv` to show beside, which never decide.
    """

    filters: Filters
    measure: str = ""
    query: str = ""
    column: str = ""
    unit: str = ""
    speaks_of: str = ""
    datasets: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=lambda: {})
    each: str = ""
    page: str = ""
    context: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        """The measure that the claim speaks of."""
        return self.measure or self.speaks_of


@dataclass(frozen=True)
class Outcome:
    """What came of a claim.

    Args:
        claim: The claim.
        verdict: What the comparison says.
        rule: What the words state.
        reason: Why nothing can be compared: a code; empty where it can.
        told: What is to be said to the reason, a key of `errors.toml`, if anything.
        details: What fills that sentence.
        live: The records' figure in the claim's unit; of several the one that decides.
        least: The smallest where every one of several must hold.
        most: The largest.
    """

    claim: Claim
    verdict: Verdict
    rule: Rule
    reason: str = ""
    told: str = ""
    details: Mapping[str, object] = field(default_factory=lambda: {})
    live: Decimal | None = None
    least: Decimal | None = None
    most: Decimal | None = None
