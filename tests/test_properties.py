"""Properties on the demonstration records: parts and wholes, filters, and pandas as the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.engine import Engine
from analytics.filters import Filters
from analytics.model import DATASETS, MEASURES, Dataset, dimension
from tests.oracle import expected
from tests.tables import HOME

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
RECORD_MEASURES = sorted(n for n, m in MEASURES.items() if not DATASETS[m.dataset].published)
REGIONS = ("gba", "440000", "440100", "440106", "110000", "310000", "810000", "440300")


@cache
def demo() -> Engine:
    return Engine(HOME)


@st.composite
def selections(draw: st.DrawFn) -> Filters:
    """A selection as a visitor would make it: empty, narrow or wide."""
    first = draw(st.integers(2015, 2025))
    last = draw(st.integers(first, 2025))
    return Filters(
        since=draw(st.sampled_from((None, date(first, 1, 1)))),
        until=draw(st.sampled_from((None, date(last, 12, 31)))),
        regions=tuple(draw(st.lists(st.sampled_from(REGIONS), unique=True, max_size=2))),
        industries=tuple(
            draw(st.lists(st.sampled_from(("1", "2", "1.5", "other")), unique=True, max_size=2))
        ),
        channels=tuple(
            draw(st.lists(st.sampled_from(("expo", "centre", "base")), unique=True, max_size=2))
        ),
        side=draw(st.sampled_from(("", "to"))),
        basis=draw(st.sampled_from(("", "technical", "registered"))),
    )


def value(name: str, filters: Filters) -> float:
    return float(demo().ask([name], (), filters)[name].iloc[0])


@pytest.mark.parametrize("name", RECORD_MEASURES)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(filters=selections())
def test_each_measure_equals_pandas_on_the_same_records(name: str, filters: Filters) -> None:
    found, wanted = value(name, filters), expected(name, filters)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-6, nan_ok=True)


ADDITIVE = [
    (name, dim.name)
    for name in RECORD_MEASURES
    if MEASURES[name].additive
    for dim in DATASETS[MEASURES[name].dataset].dimensions
]


@pytest.mark.parametrize(("name", "by"), ADDITIVE)
def test_parts_sum_to_the_whole(name: str, by: str) -> None:
    for filters in (
        Filters(),
        Filters(since=date(2019, 1, 1), until=date(2022, 6, 30), regions=("gba",)),
    ):
        parts = demo().ask([name], [by], filters)[name].sum()
        assert parts == pytest.approx(value(name, filters), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("name", [n for n in RECORD_MEASURES if MEASURES[n].kind == "sum"])
def test_periods_sum_to_the_whole(name: str) -> None:
    filters = Filters(since=date(2018, 1, 1), until=date(2023, 12, 31))
    for grain in ("month", "quarter", "year"):
        parts = demo().ask([name], (), filters, grain)[name].sum()
        assert parts == pytest.approx(value(name, filters), rel=1e-9, abs=1e-6)


@QUICK
@given(selections(), st.sampled_from(("deals", "projects", "events", "expo_exhibits")))
def test_filters_never_select_more_and_commute(filters: Filters, dataset: str) -> None:
    count = demo().count(dataset, filters)
    whole = set(demo().records(dataset)[DATASETS[dataset].key[0]])
    kept = [whole]
    for name in ("since", "until", "regions", "industries", "channels", "basis"):
        alone = replace(Filters(side=filters.side), **{name: getattr(filters, name)})
        assert count <= demo().count(dataset, alone)
        kept.append(set(demo().records(dataset, alone)[DATASETS[dataset].key[0]]))
    assert set.intersection(*kept) == set(
        demo().records(dataset, filters)[DATASETS[dataset].key[0]]
    )


@QUICK
@given(st.sampled_from(("440000", "440100", "440300")), selections())
def test_children_and_not_specified_sum_to_their_region(region: str, filters: Filters) -> None:
    chosen = replace(filters, regions=(region,))
    level = "city" if region.endswith("0000") else "district"
    for name in ("deals.value", "projects.started", "events.events"):
        parts = demo().ask([name], [level], chosen)
        assert parts[name].sum() == pytest.approx(value(name, chosen), rel=1e-9, abs=1e-6)


def test_the_comparison_is_the_answer_of_its_own_period() -> None:
    compared = Filters(
        since=date(2021, 1, 1), until=date(2022, 12, 31), compare="before", regions=("gba",)
    )
    before = compared.before()
    assert before
    answer = demo().ask(["deals.value", "deals.median", "bases.open"], (), compared).iloc[0]
    for name in ("deals.value", "deals.median", "bases.open"):
        assert answer[f"{name}__before"] == value(name, before)


def _dimension_values(dataset: Dataset, by: str) -> pd.Series:
    found = dimension(dataset, by)
    assert found
    measure = dataset.measures[0].name
    return demo().ask([measure], [by])[by].dropna()


def test_every_code_that_a_dimension_gives_has_a_name_in_both_languages() -> None:
    from analytics.labels import Labels

    labels = Labels(demo())
    for dataset in DATASETS.values():
        for dim in dataset.dimensions:
            if not dim.labels or not dataset.measures:
                continue
            for code in _dimension_values(dataset, dim.name).unique():
                for language in ("zh", "en"):
                    name = labels.name(dim.labels, code, language)
                    assert name != str(code), f"{dataset.name}.{dim.name} {code} has no {language}"
