"""The only module that knows a database: DuckDB over the snapshot's Parquet files."""

from __future__ import annotations

import glob
import json
import re
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analytics import asking, scope
from analytics.errors import DataError, QueryError, TooLong, UnknownName
from analytics.filters import Filters
from analytics.model import DATASETS, MEASURES, RECORDS, Dataset
from analytics.snapshot import Snapshot, read_series, read_snapshot

QUERIES = Path(__file__).parent / "queries"
REFERENCE = (
    "regions",
    "countries",
    "industries",
    "contract_types",
    "technical_fields",
    "stages",
    "phases",
    "gates",
    "trl",
)
PUBLISHED = (
    "claims",
    "figures",
    "tech_market",
    "sources",
    "systems",
    "unit_names",
    "region_names",
)
TIME_LIMIT_S = 30
_SERIES = "tech_market"
"""The published series that an import may bring; shipped rows stand where it has none."""
_PARAMETER = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True)
class Statement:
    """A text as it is sent: with its relations in front and the values it names."""

    sql: str
    values: dict[str, Any]


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
        self.time_limit_s = time_limit_s
        self.snapshot: Snapshot = read_snapshot(folder, snapshot)
        self.series: Snapshot | None = read_series(folder, series)
        self._broken: dict[str, DataError] = {}
        self._printed_until: dict[str, date | None] = {}
        self._connection = duckdb.connect()
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute("set parquet_metadata_cache = true")
        self._load_tables()
        self._store_records()

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
        return self._blank(self._run(self.statement(name, filters, **values)))

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
            return self._run(self._prepare(sql, filters, {}))
        page = {"limit": limit, "offset": offset}
        return self._run(self._prepare(f"{sql} limit $limit offset $offset", filters, page))

    def count(self, dataset: str, filters: Filters = Filters()) -> int:
        """How many records the filters leave."""
        self._stored_dataset(dataset)
        counted = self._run(self._prepare(f"select count(*) as n from {dataset}", filters, {}))
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
        counted = self._run(self._prepare(f"select {counts} from {dataset}", filters, {})).iloc[0]
        return frozenset(column for column in columns if not counted[column])

    def _stored_dataset(self, name: str) -> Dataset:
        found = DATASETS.get(name)
        if found is None or not found.columns:
            raise UnknownName("dataset", name, tuple(RECORDS))
        return found

    def statement(self, name: str, filters: Filters = Filters(), **values: Any) -> Statement:
        """The SQL that answers a query file, with its values; shown to those who ask how."""
        return self._prepare(self._text(name), filters, values)

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
        found = (scope.split(name) for name in self._relations(self._text(query)))
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
        return self.series.files.get(_SERIES, ()) if self.series else ()

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
        if dataset.name in self._broken:
            return None
        if dataset.name not in self._printed_until:
            sql = f"select max({dataset.time}) from ({scope.relation(dataset, Filters())})"
            row = self._connection.cursor().execute(sql).fetchone()
            self._printed_until[dataset.name] = row[0] if row else None
        return self._printed_until[dataset.name]

    @cached_property
    def gba(self) -> tuple[str, ...]:
        """Codes of the eleven cities and regions of the Greater Bay Area."""
        found = self._connection.cursor().execute(
            "select adcode from regions where in_gba = 1 and level <> 'district' order by adcode"
        )
        return tuple(row[0] for row in found.fetchall())

    def table(self, name: str) -> pd.DataFrame:
        """A reference or published table as it stands."""
        if name in self._broken:
            raise self._broken[name]
        if name not in (*REFERENCE, *PUBLISHED):
            raise UnknownName("table", name, (*REFERENCE, *PUBLISHED))
        return self._connection.cursor().execute(f"select * from {name}").df()

    def _answer(self, question: asking.Question, filters: Filters) -> pd.DataFrame:
        complete = self.complete_until(question.datasets())
        answers = [
            (part, self._run(self._prepare(part.sql, filters, {})))
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
        first = self._run(self._prepare(sql, filters, {}))["first_day"].iloc[0]
        return None if pd.isna(first) else first.date()

    def _prepare(self, text: str, filters: Filters, values: dict[str, Any]) -> Statement:
        names = self._relations(text)
        self._refuse_broken(names)
        items = scope.ctes(names, filters, self._text, self._relations)
        sql = f"with {items}\n{_after_with(text)}" if items else text
        named = set(_PARAMETER.findall(sql))
        datasets = [found[0].name for name in names if (found := scope.split(name))]
        known = scope.parameters(filters, self.gba) | {
            "complete_until": self.complete_until(datasets)
        }
        known |= values
        missing = named - known.keys()
        if missing:
            raise UnknownName("parameter", min(missing), tuple(sorted(known)))
        return Statement(sql, {name: known[name] for name in sorted(named)})

    def _run(self, statement: Statement) -> pd.DataFrame:
        cursor = self._connection.cursor()
        timer = threading.Timer(self.time_limit_s, cursor.interrupt)
        timer.start()
        try:
            return cursor.execute(statement.sql, statement.values or None).df()
        except duckdb.InterruptException:
            raise TooLong("too_long", seconds=f"{self.time_limit_s:g}") from None
        except duckdb.IOException as error:
            raise _damaged(self.snapshot.folder, error) from error
        finally:
            timer.cancel()
            cursor.close()

    def _relations(self, text: str) -> tuple[str, ...]:
        return named_relations(text)

    def _text(self, name: str) -> str:
        path = QUERIES / f"{name}.sql"
        if not re.fullmatch(r"[a-z0-9_]+", name) or not path.exists():
            raise UnknownName("query", name, query_names())
        return path.read_text(encoding="utf-8")

    def _refuse_broken(self, names: Iterable[str]) -> None:
        for name in names:
            found = scope.split(name)
            for stored in _stored(found[0]) if found else (name,):
                if stored in self._broken:
                    raise self._broken[stored]

    def _load_tables(self) -> None:
        for folder, names in (("reference", REFERENCE), ("published", PUBLISHED)):
            for name in names:
                path = self._find(folder, name)
                try:
                    self._connection.execute(_load_table(name), {"path": _pattern(path)})
                except duckdb.Error as error:
                    self._broken[name] = DataError("bad_table", file=path, found=_first_line(error))
        self._connection.execute((QUERIES / "setup" / "calendar.sql").read_text(encoding="utf-8"))
        self._connection.execute("create schema stored")
        if self.series and self.series.rows.get(_SERIES):
            self._overlay(self.series.folder / f"{_SERIES}.parquet")
        if _SERIES not in self._broken:
            self._connection.execute("create view stored.tech_market as from main.tech_market")

    def _overlay(self, path: Path) -> None:
        """Rows of the imported series in place of the shipped ones of the same key."""
        try:
            _check_schema(DATASETS[_SERIES], path, self._columns(path))
            sql = (QUERIES / "setup" / "series.sql").read_text(encoding="utf-8")
            self._connection.execute(sql, {"path": _pattern(path)})
        except DataError as error:
            self._broken[_SERIES] = error
        except duckdb.Error as error:
            self._broken[_SERIES] = _damaged(path, error)

    def _find(self, folder: str, name: str) -> Path:
        own = self.folder / folder / f"{name}.csv"
        return own if own.exists() else self.home / folder / f"{name}.csv"

    def _store_records(self) -> None:
        for dataset in RECORDS.values():
            path = self.snapshot.folder / f"{dataset.name}.parquet"
            try:
                self._store(dataset, path)
            except DataError as error:
                self._broken[dataset.name] = error

    def _store(self, dataset: Dataset, path: Path) -> None:
        if not path.exists():
            has_none = dataset.optional or dataset.name in self.missing
            if not has_none:
                raise DataError("no_file", file=path, dataset=dataset.name)
            columns = ", ".join(f"{column.name} {column.type}" for column in dataset.columns)
            self._connection.execute(f"create table stored.{dataset.name} ({columns})")
            return
        _check_schema(dataset, path, self._columns(path))
        columns = ", ".join(column.name for column in dataset.columns)
        source = _pattern(path).replace("'", "''")
        self._connection.execute(
            f"create view stored.{dataset.name} as select {columns} from read_parquet('{source}')"
        )

    def _columns(self, path: Path) -> dict[str, str]:
        try:
            described = self._connection.execute(
                "describe select * from read_parquet($path)", {"path": _pattern(path)}
            ).fetchall()
            self._connection.execute(
                "select count(*) from read_parquet($path)", {"path": _pattern(path)}
            ).fetchall()
        except duckdb.Error as error:
            raise _damaged(path, error) from error
        return {row[0]: row[1] for row in described}


@lru_cache(maxsize=512)
def named_relations(text: str) -> tuple[str, ...]:
    """Relations that an SQL text reads, without those it defines itself, in order of appearance.

    Raises:
        QueryError: The text does not parse.
    """
    cursor = duckdb.connect()
    row = cursor.execute("select json_serialize_sql($text)", {"text": text}).fetchone()
    tree = json.loads(row[0] if row else "{}")
    if tree.get("error"):
        raise QueryError("bad_query", found=tree.get("error_message"))
    defined: set[str] = set()
    found: dict[str, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                schema = node.get("schema_name")
                name = node["table_name"]
                found.setdefault(f"{schema}.{name}" if schema else name)
            for item in node.get("cte_map", {}).get("map", []):
                defined.add(item["key"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(tree)
    return tuple(name for name in found if name not in defined)


def query_names() -> tuple[str, ...]:
    """Names of all query files."""
    return tuple(sorted(path.stem for path in QUERIES.glob("*.sql")))


def _load_table(name: str) -> str:
    if name == "regions":
        return (
            "create table regions as select * replace (in_gba::integer as in_gba, "
            "lon::double as lon, lat::double as lat) "
            "from read_csv($path, all_varchar = true, header = true)"
        )
    if name == "tech_market":
        return (
            "create table tech_market as select year::integer as year, adcode, basis, "
            "contracts::integer as contracts, value_cny::decimal(18,2) as value_cny "
            "from read_csv($path, all_varchar = true, header = true)"
        )
    ranked = " replace (rank::integer as rank)" if name in ("stages", "phases", "gates") else ""
    return (
        f"create table {name} as select *{ranked} "
        "from read_csv($path, all_varchar = true, header = true)"
    )


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
    text = (QUERIES / f"{dataset.view}.sql").read_text(encoding="utf-8")
    names = named_relations(text)
    stored = [name.removeprefix("stored.") for name in names if name.startswith("stored.")]
    return stored, [found[0] for name in names if (found := scope.split(name))]


def _check_schema(dataset: Dataset, path: Path, found: dict[str, str]) -> None:
    for column in dataset.columns:
        if found.get(column.name) != column.type:
            raise DataError(
                "wrong_schema",
                file=path,
                column=column.name,
                expected=column.type,
                found=found.get(column.name, "—"),
            )


def _pattern(path: Path) -> str:
    """A path that means this file only: the database reads brackets and stars as a pattern."""
    return glob.escape(str(path))


def _damaged(path: Path, error: Exception) -> DataError:
    return DataError("damaged_file", file=path, found=_first_line(error))


def _first_line(error: Exception) -> str:
    return str(error).split("\n")[0]


def _after_with(text: str) -> str:
    """A query's text so that it can follow other `with` items."""
    stripped = re.sub(r"\A(\s*--[^\n]*\n)+", "", text).strip().removesuffix(";")
    return f",{stripped[4:]}" if stripped[:5].lower() == "with " else stripped
