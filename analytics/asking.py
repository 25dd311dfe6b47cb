"""From measures and dimensions to SQL, and from its answers to one table."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.cubes.bins import quantiles
from analytics.cubes.routing import Choice
from analytics.errors import UnknownName
from analytics.filters import Filters
from analytics.model import DATASETS, MEASURES, Dataset, Measure, dimension
from analytics.sources import stored_behind

GRAINS = {"": 0, "month": 1, "quarter": 3, "year": 12}


Choose = Callable[[Dataset, Sequence[Measure]], Choice]
"""Says whether a cube answers measures of a dataset, and which."""


@dataclass(frozen=True)
class Part:
    """One statement of a question: the measures of one dataset that one relation answers."""

    dataset: Dataset
    measures: tuple[Measure, ...]
    sql: str
    choice: Choice = Choice()


@dataclass(frozen=True)
class Question:
    """Measures by dimensions, over time or not."""

    measures: tuple[str, ...]
    by: tuple[str, ...] = ()
    grain: str = ""

    def check(self) -> None:
        """Raise UnknownName for a measure, dimension or grain that does not exist."""
        for name in self.measures:
            if name not in MEASURES:
                raise UnknownName("measure", name, tuple(MEASURES))
        if self.grain not in GRAINS:
            raise UnknownName("grain", self.grain, tuple(GRAINS)[1:])
        for base in self.bases():
            dataset = DATASETS[base.dataset]
            for name in self.by:
                if dimension(dataset, name) is None:
                    allowed = tuple(found.name for found in dataset.dimensions)
                    raise UnknownName(f"dimension of {dataset.name}", name, allowed)
            if self.grain and not (dataset.time or base.kind == "stock"):
                raise UnknownName(f"grain of {dataset.name}", self.grain, ("",))

    def bases(self) -> tuple[Measure, ...]:
        """The measures that SQL answers: ratios become their two sides."""
        found: dict[str, Measure] = {}
        for name in self.measures:
            measure = MEASURES[name]
            sides = (measure.numerator, measure.denominator) if measure.kind == "ratio" else (name,)
            for side in sides:
                found.setdefault(side, MEASURES[side])
        return tuple(found.values())

    def datasets(self) -> tuple[str, ...]:
        """Datasets that the question reads."""
        return tuple(dict.fromkeys(base.dataset for base in self.bases()))

    def parts(self, filters: Filters, choose: Choose) -> tuple[Part, ...]:
        """The statements that answer the question, a statement for each relation that is read.

        Args:
            filters: What is selected.
            choose: Says which cube answers.
        """
        groups: dict[tuple[str, bool, str], list[Measure]] = {}
        choices: dict[tuple[str, bool, str], Choice] = {}
        for dataset, measures, choice in self._chosen(choose):
            kind = measures[0].kind
            source = f"{choice.cube.name} {kind}" if choice.cube else ""
            key = (dataset, kind == "stock", source)
            groups.setdefault(key, []).extend(measures)
            choices.setdefault(key, choice)
        return tuple(
            self._part(DATASETS[key[0]], measures, filters, choices[key])
            for key, measures in groups.items()
        )

    def _chosen(self, choose: Choose) -> Iterator[tuple[str, list[Measure], Choice]]:
        """The measures of a dataset and kind with what answers them: one cube or one each."""
        for (name, _), measures in self._alike().items():
            together = choose(DATASETS[name], measures)
            if together.cube or len(measures) == 1:
                yield name, measures, together
                continue
            for measure in measures:
                yield name, [measure], choose(DATASETS[name], [measure])

    def _alike(self) -> dict[tuple[str, str], list[Measure]]:
        """The measures that SQL answers, by dataset and kind."""
        found: dict[tuple[str, str], list[Measure]] = {}
        for base in self.bases():
            found.setdefault((base.dataset, base.kind), []).append(base)
        return found

    def _part(
        self, dataset: Dataset, measures: Sequence[Measure], filters: Filters, choice: Choice
    ) -> Part:
        if measures[0].kind == "stock":
            sql = _stock_sql(dataset, measures, self.by, self.grain, filters)
        elif measures[0].kind == "quantile" and choice.cube:
            keys = _keys(dataset, self.by, self.grain)
            sql = quantiles(dataset.name, keys, [(m.name, m.at) for m in measures])
        else:
            sql = _flow_sql(dataset, measures, self.by, self.grain, bool(choice.cube))
        return Part(dataset, tuple(measures), sql, choice)


def _columns(
    dataset: Dataset,
    measures: Sequence[Measure],
    by: Sequence[str],
    grain: str = "",
    is_cube: bool = False,
) -> list[str]:
    return _keys(dataset, by, grain) + [
        f'({_total(measure) if is_cube else measure.sql}){_as_number(measure)} as "{measure.name}"'
        for measure in measures
    ]


def _keys(dataset: Dataset, by: Sequence[str], grain: str = "") -> list[str]:
    """Period and dimensions, each as `sql as name`."""
    period = [f"date_trunc('{grain}', {dataset.time})::date as period"] if grain else []
    dimensions = [found for name in by if (found := dimension(dataset, name))]
    return period + [f"{found.sql} as {found.name}" for found in dimensions]


def _total(measure: Measure) -> str:
    """A cube has each sum under its measure's name."""
    return f'sum("{measure.name}")'


def _as_number(measure: Measure) -> str:
    return "::double" if measure.unit == "cny" else ""


def _flow_sql(
    dataset: Dataset, measures: Sequence[Measure], by: Sequence[str], grain: str, is_cube: bool
) -> str:
    columns = _columns(dataset, measures, by, grain, is_cube)
    grouped = " group by all" if grain or by else ""
    return f"select {', '.join(columns)} from {dataset.name}{grouped}"


def _stock_sql(
    dataset: Dataset, measures: Sequence[Measure], by: Sequence[str], grain: str, filters: Filters
) -> str:
    columns = _columns(dataset, measures, by)
    rows = f"{dataset.name}_undated"
    if not grain:
        last = "least($until, $complete_until)" if filters.until else "$complete_until"
        where = _stands(dataset, f"coalesce({last}::date, date '9999-12-31')")
        grouped = " group by all" if by else ""
        return f"select {', '.join(columns)} from {rows} where {where}{grouped}"
    limits = [f"grain = '{grain}'", "first_day <= $complete_until::date"]
    if filters.since:
        limits.append("last_day >= $since")
    if filters.until:
        limits.append("first_day <= $until")
        day = "least(last_day, $until, $complete_until)"
    else:
        day = "least(last_day, $complete_until)"
    days = f"select first_day as period, {day} as day from calendar where {' and '.join(limits)}"
    columns.insert(0, "days.period")
    return (
        f"select {', '.join(columns)} from ({days}) as days "
        f"join {rows} on {_stands(dataset, 'days.day')} group by all"
    )


def _stands(dataset: Dataset, day: str) -> str:
    return f"{dataset.opened} <= {day} and ({dataset.closed} is null or {dataset.closed} > {day})"


def assemble(
    question: Question,
    answers: Iterable[tuple[Part, pd.DataFrame]],
    filters: Filters,
    complete: date | None,
    began: Mapping[str, date | None],
    ended: Mapping[str, date | None],
) -> pd.DataFrame:
    """One table from the answers of a question's parts: joined, filled, divided and in order.

    Args:
        question: What was asked.
        answers: Each part with its answer.
        filters: What is selected.
        complete: Last day up to which the datasets are complete.
        began: First day on which each dataset has a row, whatever the period.
        ended: Last day up to which each dataset is complete; a later period is blank, not zero.
    """
    keys = (["period"] if question.grain else []) + list(question.by)
    table: pd.DataFrame | None = None
    for _, answer in answers:
        table = answer if table is None else _join(table, answer, keys)
    assert table is not None, "a question has at least one measure"
    if question.grain:
        table = _fill(question, table, filters, complete, began, ended)
    else:
        table = _fill_zeros(question, table)
    for name in question.measures:
        measure = MEASURES[name]
        if measure.kind == "ratio":
            bottom = table[measure.denominator].astype(float)
            table[name] = table[measure.numerator].astype(float) / bottom.where(bottom != 0)
    columns = [*keys, *(["incomplete"] if question.grain else []), *question.measures]
    table = table[columns]
    return table.sort_values(keys, kind="stable", ignore_index=True) if keys else table


def _join(left: pd.DataFrame, right: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    if not keys:
        return pd.concat([left, right], axis=1)
    return left.merge(right, on=keys, how="outer")


def _fill_zeros(question: Question, table: pd.DataFrame) -> pd.DataFrame:
    for base in question.bases():
        if base.additive or base.kind == "distinct":
            table[base.name] = table[base.name].astype(float).fillna(0.0)
    return table


def _fill(
    question: Question,
    table: pd.DataFrame,
    filters: Filters,
    complete: date | None,
    began: Mapping[str, date | None],
    ended: Mapping[str, date | None],
) -> pd.DataFrame:
    """Rows for the periods in which nothing happened, once the series has begun."""
    table["period"] = table["period"].astype("datetime64[us]")
    if table.empty:
        table["incomplete"] = pd.Series(dtype=bool)
        return table
    until = min(filter(None, (complete, filters.until)), default=None)
    calendar = _calendar(question, table, filters.since, until, began)
    table = calendar.merge(table, on=["period", *question.by], how="left")
    for base in question.bases():
        table[base.name] = table[base.name].astype(float)
        first = began.get(base.dataset)
        if first and (base.additive or base.kind == "distinct"):
            has_begun = table["period"] >= _period_of(first, question.grain)
            table.loc[has_begun, base.name] = table.loc[has_begun, base.name].fillna(0.0)
        last = ended.get(base.dataset)
        if last and (base.additive or base.kind == "distinct"):
            table.loc[table["period"] > pd.Timestamp(last), base.name] = float("nan")
    ends = table["period"] + pd.offsets.MonthEnd(GRAINS[question.grain])
    table["incomplete"] = (ends > pd.Timestamp(until)) if until else False
    return table


def _calendar(
    question: Question,
    table: pd.DataFrame,
    since: date | None,
    until: date | None,
    began: Mapping[str, date | None],
) -> pd.DataFrame:
    """Every period from the later of the selection's and the records' beginning to the end."""
    starts = [day for day in began.values() if day]
    first, last = table["period"].min(), table["period"].max()
    if starts:
        start = max(filter(None, (min(starts), since)))
        first = min(first, _period_of(start, question.grain))
    if until:
        last = max(last, _period_of(until, question.grain))
    steps = pd.date_range(first, last, freq=f"{GRAINS[question.grain]}MS", unit="us")
    calendar = pd.DataFrame({"period": steps})
    if not question.by:
        return calendar
    return calendar.merge(table[list(question.by)].drop_duplicates(), how="cross")


def _period_of(day: date, grain: str) -> pd.Timestamp:
    months = GRAINS[grain]
    return pd.Timestamp(day.year, (day.month - 1) // months * months + 1, 1)


def blanked(answer: pd.DataFrame, missing: Collection[str]) -> pd.DataFrame:
    """Leave a measure blank whose dataset has no records yet: it is not known to be zero.

    Args:
        answer: A question's answer, or a query's.
        missing: Stored datasets without records.
    """
    unknown = [
        column
        for column in map(str, answer.columns if missing else ())
        if (name := column.removesuffix("__before")) in MEASURES
        and any(stored in missing for stored in stored_behind(Question((name,)).datasets()))
    ]
    return answer.assign(**dict.fromkeys(unknown, float("nan"))) if unknown else answer


def with_before(
    question: Question, now: pd.DataFrame, before: pd.DataFrame, filters: Filters
) -> pd.DataFrame:
    """The answer with the comparison period's values beside it, as `<measure>__before`."""
    names = {name: f"{name}__before" for name in question.measures}
    earlier = before.rename(columns=names).drop(columns="incomplete", errors="ignore")
    keys = list(question.by)
    if question.grain:
        keys = ["period", *keys]
        earlier["period"] = _aligned(earlier["period"], question.grain, filters)
    if not keys:
        return pd.concat([now, earlier], axis=1)
    joined = now.merge(earlier, on=keys, how="left" if question.grain else "outer")
    for name in question.measures:
        if MEASURES[name].additive and not question.grain:
            joined[[name, names[name]]] = joined[[name, names[name]]].fillna(0.0)
    return joined


def _aligned(period: pd.Series, grain: str, filters: Filters) -> pd.Series:
    """Periods of the comparison, moved onto those they are compared with."""
    earlier = filters.before()
    assert earlier and earlier.since and filters.since, "only compared answers are aligned"
    here = _period_of(filters.since, grain)
    there = _period_of(earlier.since, grain)
    months = (here.year - there.year) * 12 + here.month - there.month
    return period + pd.DateOffset(months=months)
