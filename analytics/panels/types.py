"""What a panel is, and how its question is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analytics.engine import Engine
from analytics.filters import Filters
from analytics.labels import Labels
from analytics.look import Look
from analytics.model import DATASETS, MEASURES, dimension
from analytics.model.columns import OUTPUTS
from analytics.model.types import Output
from analytics.statements import Statement

Draw = Callable[[pd.DataFrame, Look], Any]
Alt = Callable[[pd.DataFrame, Look], str]


@dataclass(frozen=True)
class Click:
    """A click on a mark sets a filter: its field, and the column that holds the value."""

    field: str
    column: str


@dataclass(frozen=True)
class Playback:
    """A map that plays: the column of its frames, and what one of them shows.

    Args:
        column: Column of the answer by whose values the map plays, such as `year`.
        draw: The whole answer, the look and a value of the column to the deck of that frame.
        says: The answer, the look and the value to one line over the map, if it needs one.
    """

    column: str
    draw: Callable[[pd.DataFrame, Look, Any], Any]
    says: Callable[[pd.DataFrame, Look, Any], str] | None = None


@dataclass(frozen=True)
class Panel:
    """A chart: its question (measures by dimensions, or a query), drawing and click.

    Args:
        name: `page.key`; the texts `page.key` and `page.key_sub` are title and subtitle.
        draw: Frame and look to a plotly figure or a pydeck deck.
        alt: Frame and look to one sentence for those who cannot see the chart.
        measures: Measures asked.
        by: Dimensions asked.
        grain: Grain asked.
        query: Name of a query file, instead of measures.
        answer: Gives the answer itself, where neither measures nor a query file can.
        values: Further values of the query.
        click: What a click filters.
        height: Height of chart and table in pixels.
        narrow_height: Height on a phone, where it differs.
        variants: Other ways to see it; the switch shows the texts `page.variant_NAME`.
        variant: This panel's own name among its variants.
        adjust: Changes the filters before asking, where the chart always spans more.
        definitions: Measures to define in the panel's notes, where a query measures them.
        compares: Whether the chart shows the comparison period.
        published: Whether it shows published figures rather than records.
        notes: Text keys of further notes, beside `page.key_note` if there is one.
        table_first: Whether the table shows first and the chart on demand.
        says: Frame and look to one line of Markdown over the chart, if it needs one.
        foot: Look to the Markdown under a map: what its signs mean, and its source.
        about: What else the drawing depends on, such as the places that it sets off.
        documents: Answer to the outlines with values that the deck loads.
        playback: How a map plays through the years; `draw` gives its last frame.
        scrolls: Width below which the chart scrolls sideways instead of shrinking; 0 for none.
    """

    name: str
    draw: Draw
    alt: Alt
    measures: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    grain: str = ""
    query: str = ""
    answer: Callable[[Engine, Filters], pd.DataFrame] | None = None
    values: Mapping[str, Any] = field(default_factory=lambda: {})
    click: Click | None = None
    height: int = 340
    narrow_height: int = 0
    variants: tuple[Panel, ...] = ()
    variant: str = ""
    adjust: Callable[[Filters], Filters] | None = None
    definitions: tuple[str, ...] = ()
    compares: bool = False
    published: bool = False
    notes: tuple[str, ...] = ()
    table_first: bool = False
    scrolls: int = 0
    says: Alt | None = None
    foot: Callable[[Look], str] | None = None
    about: tuple[str, ...] = ()
    documents: Callable[[pd.DataFrame], Sequence[bytes]] | None = None
    playback: Playback | None = None

    @property
    def page(self) -> str:
        """Page the panel belongs to."""
        return self.name.split(".", 1)[0]

    @property
    def key(self) -> str:
        """Name that may stand in an element's key and a file's name."""
        return "-".join(filter(None, (self.name.replace(".", "-"), self.variant)))

    def selection(self, filters: Filters) -> Filters:
        """The filters that the panel really asks with."""
        chosen = self.adjust(filters) if self.adjust else filters
        return chosen if self.compares else replace(chosen, compare="")

    def ask(self, engine: Engine, filters: Filters) -> pd.DataFrame:
        """The panel's answer, with codes."""
        chosen = self.selection(filters)
        if self.answer:
            return self.answer(engine, chosen)
        if self.query:
            return engine.query(self.query, chosen, **self.values)
        return engine.ask(self.measures, self.by, chosen, self.grain)

    def statements(self, engine: Engine, filters: Filters) -> list[Statement]:
        """The SQL behind the panel; none where its answer is made of many."""
        chosen = self.selection(filters)
        if self.answer:
            return []
        if self.query:
            return [engine.statement(self.query, chosen, **self.values)]
        return engine.ask_statement(self.measures, self.by, chosen, self.grain)

    def datasets(self) -> tuple[str, ...]:
        """Datasets that the panel reads."""
        names = self.measures or self.definitions
        return tuple(dict.fromkeys(MEASURES[name].dataset for name in names))

    def output(self, column: str) -> Output:
        """Names and unit of a column of the answer.

        Raises:
            KeyError: The column is declared nowhere; a test holds that none is.
        """
        stem, _, before = column.partition("__before")
        if stem in MEASURES:
            measure = MEASURES[stem]
            suffix = ("（对比期）", " (before)") if column.endswith("__before") else ("", "")
            return Output(column, measure.zh + suffix[0], measure.en + suffix[1], measure.unit)
        for name in self.measures:
            found = dimension(DATASETS[MEASURES[name].dataset], column)
            if found:
                return Output(column, found.zh, found.en, labels=found.labels)
        del before
        return OUTPUTS[column]


def labelled(frame: pd.DataFrame, panel: Panel, labels: Labels, look: Look) -> pd.DataFrame:
    """The answer with a column `<column>_name` beside each column of codes."""
    named = frame.copy()
    for column in frame.columns:
        output = panel.output(str(column))
        coded = output.labels or (output.unit == "" and column in panel.by)
        if coded:
            names = {
                code: labels.name(output.labels, code, look.language)
                for code in frame[column].unique()
            }
            named[f"{column}_name"] = [
                names[code] if code in names else labels.name(output.labels, None, look.language)
                for code in frame[column]
            ]
    return named
