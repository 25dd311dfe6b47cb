"""Cubes answer as the records do: every measure, dimension and kind of filter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.cubes.files import read_manifest
from analytics.cubes.routing import Router
from analytics.databases.tables import REFERENCE
from analytics.engine import Engine
from analytics.filters import Filters
from analytics.model import DATASETS, MEASURES
from analytics.model.cubes import CUBES, QUERIES
from analytics.statements import QUERIES as QUERIES_FOLDER
from analytics.statements import named_relations
from tests.cubes import build, copy_of_demo
from tests.tables import HOME

CUBED = sorted({cube.dataset.name for cube in CUBES})
ABOUT = {"q1", "median", "q3", "p90", "top_share", "gini"}
"""Columns of queries that are made of bins."""
VALUES = {"expos_editions": {"months": 36}}
"""What a query file is told besides the filters."""
YEARS = Filters(since=date(2019, 1, 1), until=date(2023, 12, 31))
KINDS = {
    "nothing": Filters(),
    "years": YEARS,
    "months": Filters(since=date(2021, 3, 1), until=date(2024, 7, 31)),
    "open end": Filters(since=date(2022, 1, 1), until=date(2026, 5, 9)),
    "days": Filters(since=date(2021, 3, 4), until=date(2024, 7, 19)),
    "province": replace(YEARS, regions=("440000", "110000")),
    "city": replace(YEARS, regions=("440100", "810000")),
    "district": replace(YEARS, regions=("440106",)),
    "gba": replace(YEARS, regions=("gba",)),
    "buyer": replace(YEARS, regions=("gba", "310000"), side="to"),
    "area": replace(YEARS, industries=("1", "other")),
    "subclass": replace(YEARS, industries=("1.5", "2")),
    "channel": replace(YEARS, channels=("expo", "base")),
    "edition": Filters(editions=(2021, 2023)),
    "type": replace(YEARS, contract_types=("licence",)),
    "field": replace(YEARS, technical_fields=("01", "02")),
    "technical": replace(YEARS, basis="technical"),
    "registered": replace(YEARS, basis="registered", regions=("440000",)),
    "compared": Filters(since=date(2022, 4, 1), until=date(2022, 9, 30), compare="year-before"),
    "all": replace(
        YEARS,
        regions=("440000",),
        industries=("1",),
        channels=("centre",),
        contract_types=("development", "services"),
        basis="registered",
        side="to",
    ),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, Engine]:
    """The demonstration with every cube, and without."""
    folder = copy_of_demo(tmp_path_factory.mktemp("cubes"))
    build(folder)
    return Engine(folder, home=HOME), Engine(folder, home=HOME, cubes=False)


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    """Counts and sums to the last digit, quantiles within one per cent."""
    assert list(found.columns) == list(wanted.columns)
    assert len(found) == len(wanted)
    for column in found.columns:
        measure = MEASURES.get(str(column).removesuffix("__before"))
        near = 0.01 if measure and measure.kind == "quantile" else 1e-12
        if measure:
            assert found[column].tolist() == pytest.approx(
                wanted[column].tolist(), rel=near, abs=1e-6, nan_ok=True
            ), column
        else:
            assert found[column].equals(wanted[column]), column


def asked(engines: tuple[Engine, Engine], measures, by=(), filters=Filters(), grain="") -> set[str]:
    """Compare the two answers, and say which cubes gave the first."""
    cubes, records = engines
    statements = [
        statement
        for chosen in (filters, filters.before())
        if chosen
        for statement in cubes.ask_statement(measures, by, chosen, grain)
    ]
    answered = {reading.cube for statement in statements for reading in statement.readings}
    if answered - {""}:  # else the two engines send the same statements
        same(*(engine.ask(measures, by, filters, grain) for engine in (cubes, records)))
    return answered


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", CUBED)
def test_every_measure_by_every_dimension_under_every_filter(both, name: str, kind: str) -> None:
    dataset = DATASETS[name]
    measures = [m.name for m in dataset.measures if m.kind in ("sum", "quantile")]
    for by in ((), *((found.name,) for found in dataset.dimensions)):
        asked(both, measures, by, KINDS[kind])
    for grain in ("month", "quarter", "year"):
        asked(both, measures, (), KINDS[kind], grain)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", QUERIES)
def test_a_query_has_the_same_answer_from_cubes_and_records(both, name: str, kind: str) -> None:
    cubes, records = (engine.query(name, KINDS[kind], **VALUES.get(name, {})) for engine in both)
    assert list(cubes.columns) == list(records.columns)
    keys = [column for column in records.columns if records[column].dtype.kind != "f"]
    cubes, records = (frame.sort_values(keys, ignore_index=True) for frame in (cubes, records))
    for column in records.columns:
        near = 0.01 if column in ABOUT else 1e-12
        assert cubes[column].dtype == records[column].dtype
        if records[column].dtype.kind == "f":
            assert cubes[column].tolist() == pytest.approx(
                records[column].tolist(), rel=near, abs=1e-9, nan_ok=True
            ), column
        else:
            assert cubes[column].equals(records[column]), column


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_of_everything_reads_cubes_only(both, name: str) -> None:
    readings = both[0].statement(name, **VALUES.get(name, {})).readings
    cubed = [reading for reading in readings if reading.dataset in CUBED]
    assert cubed and all(reading.cube for reading in cubed)


def test_every_variant_of_a_query_is_declared_and_reads_what_is_declared() -> None:
    texts = {path.stem: path for path in (QUERIES_FOLDER / "cubes").glob("*.sql")}
    assert texts.keys() == QUERIES.keys()
    for name, path in texts.items():
        found = set(named_relations(path.read_text(encoding="utf-8")))
        assert {reads.relation for reads in QUERIES[name]} <= found
        small = {"expo_editions", *REFERENCE}
        assert found <= small | {reads.relation for reads in QUERIES[name]}


@st.composite
def questions(draw: st.DrawFn) -> tuple[list[str], tuple[str, ...], Filters, str]:
    """Measures of a dataset by up to two dimensions, under whatever filters."""
    dataset = DATASETS[draw(st.sampled_from(CUBED))]
    names = [m.name for m in dataset.measures if m.kind in ("sum", "quantile", "ratio")]
    dimensions = [found.name for found in dataset.dimensions]
    first = draw(st.dates(date(2014, 1, 1), date(2026, 12, 31)))
    until = draw(st.dates(first, date(2027, 12, 31)))
    if draw(st.booleans()):
        first = date(first.year, draw(st.sampled_from((1, first.month))), 1)
        until = (pd.Timestamp(max(first, until)) + pd.offsets.MonthEnd(0)).date()
    chosen = KINDS[draw(st.sampled_from(sorted(KINDS)))]
    chosen = replace(
        chosen,
        since=draw(st.sampled_from((None, first))),
        until=draw(st.sampled_from((None, until))),
        side=draw(st.sampled_from(("", "from", "to"))),
        basis=draw(st.sampled_from(("", "technical", "registered"))),
    )
    return (
        draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)),
        tuple(draw(st.lists(st.sampled_from(dimensions), max_size=2, unique=True))),
        chosen,
        draw(st.sampled_from(("", "month", "quarter", "year"))),
    )


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(questions())
def test_any_question_has_the_same_answer_from_cubes_and_records(both, question) -> None:
    measures, by, filters, grain = question
    datasets = {MEASURES[name].dataset for name in measures}
    sides = {
        MEASURES[side].dataset
        for name in measures
        if MEASURES[name].kind == "ratio"
        for side in (MEASURES[name].numerator, MEASURES[name].denominator)
    }
    if len(datasets | sides) > 1:
        known = [{d.name for d in DATASETS[name].dimensions} for name in datasets | sides]
        by = tuple(name for name in by if all(name in names for names in known))
    asked(both, measures, by, filters, grain)


@pytest.mark.parametrize("cube", CUBES, ids=lambda cube: cube.name)
def test_a_cube_alone_answers_only_what_it_holds(both, cube, monkeypatch) -> None:
    """With one cube to choose, a wrong choice would be seen as a wrong answer."""
    made = {found.name: found for found in read_manifest(both[0].snapshot.folder)}
    monkeypatch.setattr(both[0], "_router", Router({cube.name: made[cube.name]}))
    measures = [m.name for m in cube.dataset.measures if m.kind in ("sum", "quantile")]
    answered = set[str]()
    for filters in KINDS.values():
        for found in cube.dataset.dimensions:
            answered |= asked(both, measures, (found.name,), filters)
        answered |= asked(both, measures, (), filters, "month")
    for name in QUERIES:
        told = both[0].statement(name, **VALUES.get(name, {}))
        answered |= {reading.cube for reading in told.readings}
    held = cube.sums() or cube.level("value_cny") == "fine"
    assert (cube.name in answered) == bool(held)


def rows(folder: Path) -> Iterator[Path]:
    yield from sorted((folder / "demo" / "cubes").iterdir())


def test_equal_records_give_equal_bytes(tmp_path: Path) -> None:
    first, second = (copy_of_demo(tmp_path / name) for name in ("a", "b"))
    build(first)
    build(second)
    assert [path.name for path in rows(first)] == [path.name for path in rows(second)]
    for one, other in zip(rows(first), rows(second), strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name
