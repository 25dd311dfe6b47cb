"""The "i" of a panel says which answered: a cube with its rows, or the records and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.engine import Engine
from analytics.filters import Filters
from analytics.panels import answering, deals
from analytics.panels.answering import answered_by
from analytics.statements import Reading, Statement
from tests.cubes import copy_of_demo, open_with_cubes
from tests.home import HOME

YEARS = Filters(since=date(2021, 1, 1), until=date(2022, 12, 31))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_with_cubes(copy_of_demo(tmp_path_factory.mktemp("told")))


def said(engine: Engine, panel, filters: Filters, language: str = "en") -> list[str]:
    return answered_by(panel.statements(engine, filters), language)


def test_a_cube_is_named_with_its_rows(engine: Engine) -> None:
    found = said(engine, deals.INDUSTRY, YEARS)
    assert len(found) == 1 and found[0].startswith("The cube `deals_year_subclasses` of Deals, ")
    assert said(engine, deals.INDUSTRY, YEARS, "zh")[0].startswith(
        "技术合同的汇总表 `deals_year_subclasses`，"
    )
    assert len(said(engine, deals.TICKETS, YEARS)) == 2


@pytest.mark.parametrize(
    ("filters", "why"),
    [
        (replace(YEARS, since=date(2021, 1, 2)), "Whole months are much faster"),
        (replace(YEARS, regions=("440106",), channels=("expo",)), "No cube has these filters"),
    ],
)
def test_the_records_say_why_where_it_costs(
    engine: Engine, filters: Filters, why: str, monkeypatch
) -> None:
    assert said(engine, deals.INDUSTRY, filters) == ["The records of Deals, 6,538."]
    monkeypatch.setattr(answering, "LEAST", 1000)
    found = said(engine, deals.INDUSTRY, filters)
    assert len(found) == 1 and why in found[0]


def test_a_reading_that_two_statements_share_is_told_once() -> None:
    reading = Reading("deals", 9_000_000, reason="measure")
    found = answered_by([Statement("", {}, (reading,)), Statement("", {}, (reading,))], "zh")
    assert len(found) == 1 and "不能由各部分相加" in found[0]


def test_without_cubes_nothing_is_excused(tmp_path: Path) -> None:
    plain = Engine(copy_of_demo(tmp_path), cubes=False, home=HOME)
    assert said(plain, deals.INDUSTRY, YEARS) == ["The records of Deals, 6,538."]
