"""Files as they came: the yearbook's tables of the technology market, and a list of projects.

They are no part of the repository: without them nothing is tested here.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from analytics.records.importing import Import
from analytics.records.limits import Limits
from analytics.records.reading import read
from analytics.records.types import Source
from analytics.records.workbench import Workbench
from tests.intake.running import HOME, one_of, rows, run

INPUTS = Path(__file__).parents[3] / "shared" / "reference" / "inputs"
YEARBOOK = INPUTS / "yearbook_tables"
PROJECTS = INPUTS / "key_rd_projects" / "nkrdp_projects_2018_2020_nonames.csv"
needs_yearbook = pytest.mark.skipif(not YEARBOOK.is_dir(), reason="the yearbook is not here")
needs_projects = pytest.mark.skipif(not PROJECTS.is_file(), reason="the list is not here")


def workbooks() -> list[Path]:
    return sorted(YEARBOOK.iterdir())


def plain() -> list[Path]:
    """The eight of 2019 and 2020 as they were printed."""
    return [path for path in workbooks() if path.stem.endswith(("-2019", "-2020"))]


def sources(paths: Sequence[Path]) -> list[Source]:
    return [Source(path.name, path) for path in paths]


@needs_yearbook
def test_all_sixteen_workbooks_open(tmp_path: Path) -> None:
    assert len(workbooks()) == 16
    with Workbench(tmp_path) as bench:
        reading = read(sources(workbooks()), bench, Limits())
        assert {sheet.file for sheet in reading.sheets} == {path.name for path in workbooks()}
        assert all(sheet.rows > 30 for sheet in reading.sheets)


@needs_yearbook
def test_the_plain_eight_import_as_the_series_that_is_shipped(tmp_path: Path) -> None:
    assert len(plain()) == 8
    with Import(tmp_path, HOME) as work:
        work.read(sources(plain()))
        work.check()
        imported = work.bench.connection.execute(
            "select adcode, year, basis, contracts, value_cny from rows_tech_market"
        ).fetchall()
    outcome = run(tmp_path, *plain(), source="中国科技统计年鉴")
    assert outcome.errors == []
    assert not [f for f in outcome.findings if f.severity == "warning"]
    shipped = _shipped()
    found = {
        tuple(row[:3]): row[3:]
        for row in rows(
            tmp_path, "tech_market", "year", "adcode", "basis", "contracts", "value_cny",
            series=True,
        )
    }  # fmt: skip
    assert len(imported) > 600 and shipped.keys() <= found.keys()
    compared = 0
    for key, (contracts, value) in shipped.items():
        if contracts is not None and found[key][0] is not None:
            assert found[key][0] == contracts, key
            compared += 1
        if value is not None and found[key][1] is not None:
            assert abs(found[key][1] - value) <= _printed(value), key
            compared += 1
    assert compared > 600
    again = run(tmp_path, *plain())
    assert again.published and again.published.snapshots == ()


def _shipped() -> dict[tuple[int, str, str], tuple[int | None, Decimal | None]]:
    with (HOME / "published" / "tech_market.csv").open(encoding="utf-8", newline="") as file:
        return {
            (int(row["year"]), row["adcode"], row["basis"]): (
                int(row["contracts"]) if row["contracts"] else None,
                Decimal(row["value_cny"]) if row["value_cny"] else None,
            )
            for row in csv.DictReader(file)
        }


def _printed(value: Decimal) -> Decimal:
    """Half of the last digit printed, which is at least one of 万元."""
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return max(Decimal(10) ** exponent, Decimal(10_000)) / 2


@needs_yearbook
def test_the_series_agrees_with_pandas(tmp_path: Path) -> None:
    """An oracle of its own: a plain workbook read by another library, cell by cell."""
    path = next(p for p in plain() if "push" in p.name and "funds-2019" in p.name)
    run(tmp_path, *plain())
    found = {
        (adcode, year): value
        for adcode, year, basis, value in rows(
            tmp_path, "tech_market", "adcode", "year", "basis", "value_cny", series=True
        )
        if basis == "output"
    }
    with Workbench(tmp_path / "bench") as bench:
        sheet = one_of(read(sources([path]), bench, Limits()).sheets)
        frame = bench.connection.execute(f"select * from {sheet.table} order by row_no").df()
    header = frame[frame.apply(lambda row: "2018" in list(row), axis=1)].iloc[0]
    column = one_of([name for name in frame.columns if header[name] == "2018"])
    names = frame.apply(lambda row: "".join(str(row["c0"]).split()), axis=1)
    for name, adcode in (("北京", "110000"), ("广东", "440000"), ("上海", "310000")):
        cell = one_of(list(frame.loc[names == name, column]))
        value = Decimal(cell) * 10_000
        assert abs(found[adcode, 2018] - value) <= _printed(value)


@needs_projects
def test_the_list_of_projects_through_its_saved_mapping(tmp_path: Path) -> None:
    outcome = run(tmp_path, PROJECTS, accept_valid=True)
    report = outcome.report
    frame = pd.read_csv(PROJECTS, dtype=str)
    assert len(frame) == 2581 == report.sheets[0].rows
    whole = frame.dropna(subset=["title"])
    assert report.changes["projects"].added == 2150 == len(whole)
    assert report.counts["error", "required_missing"] == report.refused == 1
    assert report.counts["note", "rows_merged"] == 430
    assert set(report.sheets[0].unused) == {"index", "year", "funds", "type", "duration"}
    assert outcome.published and outcome.published.snapshots[0].mappings == (
        "国家重点研发计划项目清单",
    )
    stored = rows(tmp_path, "projects", "project_id", "title", "started_on")
    days = {number: day for number, _, day in stored}
    numbered = whole.dropna(subset=["NO"])  # one has no number: its name identifies it
    assert len(numbered) == 2149 == len(days.keys() & set(numbered["NO"]))
    assert all(
        days[number] == pd.Timestamp(day).date()
        for number, day in zip(numbered["NO"], numbered["date"], strict=True)
    )
    assert sorted(title for _, title, _ in stored if title in set(whole["title"])) == sorted(
        title for title in whole["title"] if title in {said for _, said, _ in stored}
    )
    again = run(tmp_path, PROJECTS, accept_valid=True)
    assert again.published and again.published.snapshots == ()
