"""The engine: damaged files, time limit, threads, and queries that name only what there is."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest

from analytics.databases.tables import PUBLISHED, REFERENCE
from analytics.engine import Engine
from analytics.errors import DataError, QueryError, TooLong, UnknownName
from analytics.filters import Filters
from analytics.model import DATASETS, RECORDS
from analytics.scope import split
from analytics.statements import QUERIES, named_relations, query_names
from tests.tables import HOME, data_folder, deal, engine

PROVIDED = {*REFERENCE, *PUBLISHED, "calendar", *(f"stored.{name}" for name in RECORDS)}


@pytest.mark.parametrize("name", query_names())
def test_a_query_says_its_grain_and_names_only_what_the_engine_provides(name: str) -> None:
    text = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    assert text.startswith("-- One row"), "the first line says the grain"
    for relation in named_relations(text):
        assert relation in PROVIDED or split(relation), f"{name} names {relation}"


def test_a_relation_that_nobody_provides_is_seen() -> None:
    text = "with a as (select * from deals) select * from a join main.secret using (x)"
    assert named_relations(text) == ("deals", "main.secret")


def test_only_derived_datasets_read_what_is_not_filtered() -> None:
    derived = {dataset.view for dataset in DATASETS.values() if dataset.view}
    for name in query_names():
        text = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
        if name not in derived:
            assert not [found for found in named_relations(text) if found.startswith("stored.")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return data_folder(
        tmp_path,
        deals=[deal(1, "2023-01-01", 5)],
        bases=[{"base_id": "B", "name": "b", "opened_on": date(2020, 1, 1)}],
    )


def opened(folder: Path) -> Engine:
    return Engine(folder, home=HOME)


def test_a_missing_file_is_told_and_other_datasets_go_on(folder: Path) -> None:
    (folder / "demo" / "deals.parquet").unlink()
    found = opened(folder)
    assert found.ask(["bases.open"])["bases.open"].iloc[0] == 1
    with pytest.raises(DataError) as told:
        found.ask(["deals.value"])
    assert "deals.parquet" in str(told.value)
    assert "deals.parquet" in told.value.message("zh") and "重新导入" in told.value.message("zh")


def test_a_cut_off_file_is_told(folder: Path) -> None:
    path = folder / "demo" / "deals.parquet"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="cannot be read"):
        opened(folder).ask(["deals.value"])


def test_a_wrong_schema_is_told_with_column_and_type(folder: Path) -> None:
    path = folder / "demo" / "deals.parquet"
    duckdb.sql(f"copy (select 'x' as deal_id, 'y' as signed_on) to '{path}'")
    with pytest.raises(DataError) as told:
        opened(folder).ask(["deals.value"])
    assert "registration_no" in str(told.value) and "VARCHAR" in str(told.value)


def test_what_derives_from_a_damaged_file_is_told_too(folder: Path) -> None:
    (folder / "demo" / "stage_events.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="stage_events"):
        opened(folder).ask(["landings.projects"])


def test_a_missing_manifest_is_told(folder: Path) -> None:
    (folder / "demo" / "manifest.json").unlink()
    with pytest.raises(DataError, match="manifest"):
        opened(folder)


def test_a_damaged_table_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    folder = data_folder(tmp_path / "a", deals=[deal(1, "2023-01-01", 5)])
    home = tmp_path / "home"
    shutil.copytree(HOME / "reference", home / "reference")
    shutil.copytree(HOME / "published", home / "published")
    (home / "published" / "tech_market.csv").write_text("year,adcode\nx,y\n")
    found = Engine(folder, home=home)
    assert found.ask(["deals.value"])["deals.value"].iloc[0] == 5
    with pytest.raises(DataError, match="tech_market"):
        found.ask(["tech_market.output"])
    with pytest.raises(DataError, match="tech_market"):
        found.table("tech_market")
    with pytest.raises(UnknownName):
        found.table("nonsense")


def test_a_query_has_a_time_limit(folder: Path) -> None:
    slow = Engine(folder, home=HOME, time_limit_s=0.3)
    statement = slow._prepare(
        "select count(*) from calendar a, calendar b, calendar c, calendar d, calendar e",
        Filters(),
        {},
    )
    with pytest.raises(TooLong, match=r"0\.3 s"):
        slow._database.run(statement)
    assert slow.ask(["deals.value"])["deals.value"].iloc[0] == 5


def test_a_file_that_vanishes_later_is_told(folder: Path) -> None:
    found = opened(folder)
    (folder / "demo" / "deals.parquet").unlink()
    with pytest.raises(DataError):
        found.ask(["deals.value"])


def test_queries_are_found_by_name_only(folder: Path) -> None:
    found = opened(folder)
    with pytest.raises(UnknownName, match="deals_flow"):
        found.query("deals_flo")
    with pytest.raises(UnknownName):
        found.query("../secret")
    with pytest.raises(UnknownName, match="parameter"):
        found._prepare("select $nonsense", Filters(), {})
    with pytest.raises(QueryError):
        named_relations("select from where")


def test_many_threads_get_right_answers(tmp_path: Path) -> None:
    rows = [deal(n, f"20{10 + n % 10}-01-01", n + 1) for n in range(200)]
    shared = engine(tmp_path, deals=rows)
    expected = {
        year: sum(row["value_cny"] for row in rows if row["signed_on"].year == year)
        for year in range(2010, 2020)
    }

    def value(n: int) -> tuple[int, float]:
        year = 2010 + n % 10
        filters = Filters(since=date(year, 1, 1), until=date(year, 12, 31))
        return year, float(shared.ask(["deals.value"], (), filters)["deals.value"].iloc[0])

    with ThreadPoolExecutor(16) as pool:
        for year, found in pool.map(value, range(400)):
            assert found == expected[year]
