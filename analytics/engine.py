"""Answers questions: from measures, queries and filters to statements, and their answers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Condition
from types import MappingProxyType
from typing import Any, TypeVar

import pandas as pd
from cachetools import LRUCache, cached

from analytics import asking, scope
from analytics.cubes.definitions import definitions
from analytics.cubes.files import usable
from analytics.cubes.routing import Choice, Router
from analytics.databases import Database
from analytics.databases.opening import Cluster, open_database
from analytics.databases.tables import PUBLISHED, REFERENCE, SERIES, Held
from analytics.errors import DataError, UnknownName
from analytics.filters import Filters
from analytics.model import DATASETS, RECORDS, Dataset, Measure
from analytics.snapshot import Snapshot, read_series, read_snapshot
from analytics.sources import sources_of, stored_behind, stored_in
from analytics.statements import (
    Reading,
    Statement,
    after_with,
    cubes_text,
    named_relations,
    parameters_of,
    query_text,
)

_LOG = logging.getLogger(__name__)
_NO_CHOICES: Mapping[str, Choice] = MappingProxyType({})
T = TypeVar("T")


class _CubeLost(Exception):
    """A cube could not be read; it is not chosen again."""


class Engine:
    """Answers questions over one data folder. Safe to share between threads.

    Args:
        folder: Data folder with `demo/` or a published snapshot, `reference/` and `published/`.
        home: Folder whose `reference/` and `published/` are used where `folder` has none.
        time_limit_s: Seconds after which a query is given up; None is the database's own limit.
        snapshot: Id of the snapshot to open, or `demo`; empty opens the one that is served now.
        series: Likewise for the imported published series; `demo` is those that ship.
        cubes: Whether cubes may answer; without them the records always do.
        cluster: The cluster that answers; None asks DuckDB in this process.
    """

    def __init__(
        self,
        folder: Path,
        home: Path | None = None,
        time_limit_s: float | None = None,
        snapshot: str = "",
        series: str = "",
        cubes: bool = True,
        cluster: Cluster | None = None,
    ):
        self.folder = folder
        self.home = home or folder
        self.snapshot: Snapshot = read_snapshot(folder, snapshot)
        self.series: Snapshot | None = read_series(folder, series)
        self._printed_until: dict[str, date | None] = {}
        held = Held(self.folder, self.home, self.snapshot, self.series, self.missing)
        made = usable(self.snapshot.folder, definitions(held.table)) if cubes else {}
        held = replace(held, cubes={name: found.path for name, found in made.items()})
        self._database: Database = open_database(held, cluster, time_limit_s)
        opened = {name: made[name] for name in self._database.cubes}
        self._router = Router(opened if cubes else None)
        # Every series over time asks for it, the same whatever the period.
        self._first_day = cached(LRUCache(2_000), condition=Condition())(self._asked_first_day)

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
            return asking.blanked(now, self.missing)
        earlier = self._answer(question, before)
        return asking.blanked(asking.with_before(question, now, earlier, filters), self.missing)

    def query(self, name: str, filters: Filters = Filters(), **values: Any) -> pd.DataFrame:
        """The answer of a query file.

        Args:
            name: File name in `analytics/queries` without `.sql`.
            filters: What is selected.
            values: Further parameters that the text names.

        Returns:
            The columns that the file's last select names.
        """
        answer = self._again(lambda: self._run(self.statement(name, filters, **values)))
        return asking.blanked(answer, self.missing)

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
        choices = self._router.choose_for_query(name, filters)
        if choices and all(choice.cube for choice in choices.values()):
            return self._prepare(cubes_text(name), filters, values, choices)
        records = {relation: replace(choice, cube=None) for relation, choice in choices.items()}
        return self._prepare(query_text(name), filters, values, records)

    def ask_statement(
        self, measures: Sequence[str], by: Sequence[str], filters: Filters, grain: str = ""
    ) -> list[Statement]:
        """The SQL that answers a question, one statement per dataset and kind."""
        question = asking.Question(tuple(measures), tuple(by), grain)
        question.check()
        return [self._part_statement(part, filters) for part in self._parts(question, filters)]

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
        return tuple(name for name in stored_behind(datasets) if name in self.missing)

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
        return [self.snapshot.complete_until.get(stored) for stored in stored_in(dataset)]

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
        answers = self._again(
            lambda: [
                (part, self._run(self._part_statement(part, filters)))
                for part in self._parts(question, filters)
            ]
        )
        began = {
            name: self.first_day(name, filters, question.grain)
            for name in question.datasets()
            if question.grain
        }
        ended = {name: self.complete_until((name,)) for name in question.datasets()}
        return asking.assemble(question, answers, filters, complete, began, ended)

    def _parts(self, question: asking.Question, filters: Filters) -> tuple[asking.Part, ...]:
        def choose(dataset: Dataset, measures: Sequence[Measure]) -> Choice:
            return self._router.choose(dataset, measures, question.by, question.grain, filters)

        return question.parts(filters, choose)

    def _part_statement(self, part: asking.Part, filters: Filters) -> Statement:
        return self._prepare(part.sql, filters, {}, {part.dataset.name: part.choice})

    def first_day(self, dataset: str, filters: Filters = Filters(), grain: str = "") -> date | None:
        """First day on which a dataset has a row, whatever the period.

        Args:
            dataset: Its name.
            filters: What is selected.
            grain: With one, the first day of that period may be given instead.
        """
        return self._first_day(dataset, filters.undated(), grain)

    def _asked_first_day(self, dataset: str, undated: Filters, grain: str) -> date | None:
        found = DATASETS[dataset]
        known = self._router.first_day(found)
        if known and not scope.conditions(found, undated):
            return known
        name = f"{dataset}_undated"

        def ask() -> pd.DataFrame:
            choice = Choice()
            if grain and found.time:
                choice = self._router.choose(found, (), (), grain, undated, "undated")
            sql = f"select min({found.time or found.opened}) as first_day from {name}"
            return self._run(self._prepare(sql, undated, {}, {name: choice}))

        first = self._again(ask)["first_day"].iloc[0]
        return None if pd.isna(first) else first.date()

    def _run(self, statement: Statement) -> pd.DataFrame:
        try:
            return self._database.run(statement)
        except DataError as error:
            lost = [reading.cube for reading in statement.readings if reading.cube]
            if not lost:
                raise
            _LOG.warning("cubes %s cannot be read, the records answer: %s", lost, error)
            for name in lost:
                self._router.drop(name)
            raise _CubeLost from error

    def _again(self, ask: Callable[[], T]) -> T:
        """An answer; asked anew of the next cube or of the records while a cube cannot be read."""
        while True:
            try:
                return ask()
            except _CubeLost:
                continue

    def _prepare(
        self,
        text: str,
        filters: Filters,
        values: dict[str, Any],
        choices: Mapping[str, Choice] = _NO_CHOICES,
    ) -> Statement:
        filters = scope.expanded(filters, self.gba if "gba" in filters.regions else ())
        names = named_relations(text)
        self._refuse_broken(names)
        cubes = {
            name: (choice.cube, choice.variant)
            for name, choice in choices.items()
            if choice.cube and name in names
        }
        items = scope.ctes(text, names, filters, query_text, named_relations, cubes)
        sql = f"with {items}\n{after_with(text)}" if items else text
        named = parameters_of(sql)
        datasets = {name: found[0] for name in names if (found := scope.split(name))}
        datasets |= {name: cube.dataset for name, (cube, _) in cubes.items()}
        known = scope.parameters(filters) | {
            "complete_until": self.complete_until(found.name for found in datasets.values())
        }
        known |= values
        missing = named - known.keys()
        if missing:
            raise UnknownName("parameter", min(missing), tuple(sorted(known)))
        readings = tuple(
            reading
            for name, dataset in datasets.items()
            for reading in self._readings(dataset, choices.get(name, Choice()))
        )
        values = {name: known[name] for name in sorted(named)}
        return Statement(sql, values, tuple(dict.fromkeys(readings)))

    def _readings(self, dataset: Dataset, choice: Choice) -> Iterator[Reading]:
        """What a relation of a dataset reads: a cube, or the records that it is made of."""
        if choice.cube:
            rows = self._router.made(choice.cube).rows
            yield Reading(dataset.name, rows, choice.cube.name)
            return
        for name in sources_of(dataset):
            if name in self.snapshot.rows:
                yield Reading(name, self.snapshot.rows[name], reason=choice.reason)

    def _refuse_broken(self, names: Iterable[str]) -> None:
        for name in names:
            found = scope.split(name)
            for stored in stored_in(found[0]) if found else (name,):
                if stored in self._database.broken:
                    raise self._database.broken[stored]
