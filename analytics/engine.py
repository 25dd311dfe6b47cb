"""Answers questions: from measures, queries and filters to statements, and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from analytics import asking, scope
from analytics.databases import Database
from analytics.databases.duck import Duck
from analytics.databases.tables import PUBLISHED, REFERENCE, SERIES, Held
from analytics.errors import UnknownName
from analytics.filters import Filters
from analytics.model import DATASETS, MEASURES, RECORDS, Dataset
from analytics.snapshot import Snapshot, read_series, read_snapshot
from analytics.statements import (
    Statement,
    after_with,
    named_relations,
    parameters_of,
    query_text,
)

TIME_LIMIT_S = 30


class Engine:
    """Answers questions over one data folder. Safe to share between threads.

    Args:
        folder: Data folder with `demo/` or a published snapshot, `reference/` and `published/`.
        home: Folder whose `reference/` and `published/` are used where `folder` has none.
        time_limit_s: Seconds after which a query is given up.
        snapshot: Id of the snapshot to open, or `demo`; empty opens the one that is served now.
        series: Likewise for the imported published series; `demo` is those that ship.
    """

    def __init__(
        self,
        folder: Path,
        home: Path | None = None,
        time_limit_s: float = TIME_LIMIT_S,
        snapshot: str = "",
        series: str = "",
    ):
        self.folder = folder
        self.home = home or folder
        self.snapshot: Snapshot = read_snapshot(folder, snapshot)
        self.series: Snapshot | None = read_series(folder, series)
        self._printed_until: dict[str, date | None] = {}
        held = Held(self.folder, self.home, self.snapshot, self.series, self.missing)
        self._database: Database = Duck(held, time_limit_s)

    def ask(
        self,
        measures: Sequence[str],
        by: Sequence[str] = (),
        filters: Filters = Filters(),
        grain: str = "",
    ) -> pd.DataFrame:
        """Measures by dimensions.

        Args:
            measures: Names of measures, such as `deals.value`.
            by: Names of dimensions that every measure's dataset has.
            filters: What is selected; with a comparison each measure gets a `__before` column.
            grain: `month`, `quarter` or `year` adds a column `period` (its first day), filled
                where nothing happened as each measure's kind says, and `incomplete`.

        Returns:
            One row per combination of dimensions, columns: period, incomplete, dimensions,
            measures. Money in CNY, shares from 0 to 1.

        Raises:
            UnknownName: A measure, dimension or grain does not exist.
            DataError: A dataset cannot be read.
            TooLong: The time limit passed.
        """
        question = asking.Question(tuple(measures), tuple(by), grain)
        question.check()
        now = self._answer(question, filters)
        before = filters.before()
        if before is None:
            return self._blank(now)
        earlier = self._answer(question, before)
        return self._blank(asking.with_before(question, now, earlier, filters))

    def query(self, name: str, filters: Filters = Filters(), **values: Any) -> pd.DataFrame:
        """The answer of a query file.

        Args:
            name: File name in `analytics/queries` without `.sql`.
            filters: What is selected.
            values: Further parameters that the text names.

        Returns:
            The columns that the file's last select names.
        """
        return self._blank(self._database.run(self.statement(name, filters, **values)))

    def records(
        self,
        dataset: str,
        filters: Filters = Filters(),
        order: str = "",
        descending: bool = False,
        limit: int | None = None,
        offset: int = 0,
    ) -> pd.DataFrame:
        """The records themselves, filtered, with the columns that are stored.

        Args:
            dataset: A stored dataset.
            filters: What is selected.
            order: Column to sort by; the key breaks ties and is the default.
            descending: Whether the largest comes first.
            limit: Rows at the most; None gives all.
            offset: Rows passed over.
        """
        found = self._stored_dataset(dataset)
        names = tuple(column.name for column in found.columns)
        if order and order not in names:
            raise UnknownName(f"column of {dataset}", order, names)
        first = [f"{order} {'desc' if descending else 'asc'} nulls last"] if order else []
        sql = f"select {', '.join(names)} from {dataset} order by {', '.join([*first, *found.key])}"
        if limit is None:
            return self._database.run(self._prepare(sql, filters, {}))
        page = {"limit": limit, "offset": offset}
        return self._database.run(
            self._prepare(f"{sql} limit $limit offset $offset", filters, page)
        )

    def count(self, dataset: str, filters: Filters = Filters()) -> int:
        """How many records the filters leave."""
        self._stored_dataset(dataset)
        counted = self._database.run(
            self._prepare(f"select count(*) as n from {dataset}", filters, {})
        )
        return int(counted["n"].iloc[0])

    def idle(self, dataset: str, filters: Filters = Filters()) -> frozenset[str]:
        """Columns that say how a value was given and have nothing to say of these records.

        Such are the precision of dates that are all known to the day, and notes on amounts.
        """
        columns = [
            column.name
            for column in self._stored_dataset(dataset).columns
            if column.name.endswith(("_precision", "_note"))
        ]
        if not columns:
            return frozenset()
        counts = ", ".join(f"count(nullif({column}, 'day')) as {column}" for column in columns)
        counted = self._database.run(
            self._prepare(f"select {counts} from {dataset}", filters, {})
        ).iloc[0]
        return frozenset(column for column in columns if not counted[column])

    def _stored_dataset(self, name: str) -> Dataset:
        found = DATASETS.get(name)
        if found is None or not found.columns:
            raise UnknownName("dataset", name, tuple(RECORDS))
        return found

    def statement(self, name: str, filters: Filters = Filters(), **values: Any) -> Statement:
        """The SQL that answers a query file, with its values; shown to those who ask how."""
        return self._prepare(query_text(name), filters, values)

    def ask_statement(
        self, measures: Sequence[str], by: Sequence[str], filters: Filters, grain: str = ""
    ) -> list[Statement]:
        """The SQL that answers a question, one statement per dataset and kind."""
        question = asking.Question(tuple(measures), tuple(by), grain)
        question.check()
        return [self._prepare(part.sql, filters, {}) for part in question.parts(filters)]

    @property
    def version(self) -> str:
        """Changes whenever a record or an imported series does; part of every cache key."""
        return f"{self.snapshot.id}+{self.series.id}" if self.series else self.snapshot.id

    @cached_property
    def missing(self) -> frozenset[str]:
        """Stored datasets of which a snapshot of records has no records yet; they are empty."""
        if self.snapshot.is_demonstration:
            return frozenset()
        return frozenset(name for name in RECORDS if not self.snapshot.rows.get(name))

    def not_yet(self, datasets: Iterable[str]) -> tuple[str, ...]:
        """Those datasets without records from which these are made, in the model's order.

        A dataset through which another is only filtered does not count: deals are known without
        their projects.
        """
        return tuple(name for name in self.sources(datasets) if name in self.missing)

    def sources(self, datasets: Iterable[str]) -> tuple[str, ...]:
        """Stored datasets from which these are made, in the model's order."""
        read = {source for name in datasets for source in _sources(DATASETS[name])}
        return tuple(name for name in RECORDS if name in read)

    def read_by(self, query: str) -> tuple[str, ...]:
        """Datasets that a query file reads."""
        found = (scope.split(name) for name in named_relations(query_text(query)))
        return tuple(dict.fromkeys(item[0].name for item in found if item))

    def _blank(self, answer: pd.DataFrame) -> pd.DataFrame:
        """Leave a measure blank whose dataset has no records yet: it is not known to be zero."""
        if not self.missing:
            return answer
        unknown = [
            column
            for column in map(str, answer.columns)
            if (name := column.removesuffix("__before")) in MEASURES
            and self.not_yet(asking.Question((name,)).datasets())
        ]
        return answer.assign(**dict.fromkeys(unknown, float("nan")))

    @property
    def series_source(self) -> tuple[str, ...]:
        """Names of the files from which `tech_market` was imported; none where it is as shipped."""
        return self.series.files.get(SERIES, ()) if self.series else ()

    def complete_until(self, datasets: Iterable[str]) -> date | None:
        """Last day up to which all these datasets are complete."""
        days = [day for name in datasets for day in self._complete_days(DATASETS[name]) if day]
        return min(days) if days else None

    def _complete_days(self, dataset: Dataset) -> list[date | None]:
        """The manifest's word on what a dataset reads; a published series ends where it ends."""
        if dataset.published:
            return [self._last_printed(dataset)]
        return [self.snapshot.complete_until.get(stored) for stored in _stored(dataset)]

    def _last_printed(self, dataset: Dataset) -> date | None:
        if dataset.name in self._database.broken:
            return None
        if dataset.name not in self._printed_until:
            rows = scope.relation(dataset, Filters())
            sql = f"select max({dataset.time}) as last_day from ({rows})"
            last = self._database.run(Statement(sql, {}))["last_day"].iloc[0]
            self._printed_until[dataset.name] = None if pd.isna(last) else last.date()
        return self._printed_until[dataset.name]

    @cached_property
    def gba(self) -> tuple[str, ...]:
        """Codes of the eleven cities and regions of the Greater Bay Area."""
        sql = "select adcode from regions where in_gba = 1 and level <> 'district' order by adcode"
        return tuple(self._database.run(Statement(sql, {}))["adcode"])

    def table(self, name: str) -> pd.DataFrame:
        """A reference or published table as it stands."""
        if name in self._database.broken:
            raise self._database.broken[name]
        if name not in (*REFERENCE, *PUBLISHED):
            raise UnknownName("table", name, (*REFERENCE, *PUBLISHED))
        return self._database.run(Statement(f"select * from {name}", {}))

    def _answer(self, question: asking.Question, filters: Filters) -> pd.DataFrame:
        complete = self.complete_until(question.datasets())
        answers = [
            (part, self._database.run(self._prepare(part.sql, filters, {})))
            for part in question.parts(filters)
        ]
        began = {
            name: self.first_day(name, filters) for name in question.datasets() if question.grain
        }
        ended = {name: self.complete_until((name,)) for name in question.datasets()}
        return asking.assemble(question, answers, filters, complete, began, ended)

    def first_day(self, dataset: str, filters: Filters = Filters()) -> date | None:
        """First day on which a dataset has a row, whatever the period."""
        found = DATASETS[dataset]
        sql = f"select min({found.time or found.opened}) as first_day from {dataset}_undated"
        first = self._database.run(self._prepare(sql, filters, {}))["first_day"].iloc[0]
        return None if pd.isna(first) else first.date()

    def _prepare(self, text: str, filters: Filters, values: dict[str, Any]) -> Statement:
        names = named_relations(text)
        self._refuse_broken(names)
        items = scope.ctes(names, filters, query_text, named_relations)
        sql = f"with {items}\n{after_with(text)}" if items else text
        named = parameters_of(sql)
        datasets = [found[0].name for name in names if (found := scope.split(name))]
        known = scope.parameters(filters, self.gba) | {
            "complete_until": self.complete_until(datasets)
        }
        known |= values
        missing = named - known.keys()
        if missing:
            raise UnknownName("parameter", min(missing), tuple(sorted(known)))
        return Statement(sql, {name: known[name] for name in sorted(named)})

    def _refuse_broken(self, names: Iterable[str]) -> None:
        for name in names:
            found = scope.split(name)
            for stored in _stored(found[0]) if found else (name,):
                if stored in self._database.broken:
                    raise self._database.broken[stored]


def _stored(dataset: Dataset) -> tuple[str, ...]:
    """Stored datasets that one reads: itself, its parents, and what its view reads."""
    parents = tuple(parent.dataset for parent in dataset.parents)
    if not dataset.view:
        return (*parents, dataset.name)
    named, read = _read_by_view(dataset)
    return (*parents, *named, *(stored for found in read for stored in _stored(found)))


def _sources(dataset: Dataset) -> tuple[str, ...]:
    """Stored datasets from which one is made, without those it is only filtered through."""
    if not dataset.view:
        return (dataset.name,)
    named, read = _read_by_view(dataset)
    return (*named, *(source for found in read for source in _sources(found)))


def _read_by_view(dataset: Dataset) -> tuple[list[str], list[Dataset]]:
    """What the query of a view names: stored relations, and datasets as they are filtered."""
    names = named_relations(query_text(dataset.view))
    stored = [name.removeprefix("stored.") for name in names if name.startswith("stored.")]
    return stored, [found[0] for name in names if (found := scope.split(name))]
