"""Cubes of published records: made with them, verified, and passed over where they are damaged."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from analytics.__main__ import main
from analytics.cubes import building
from analytics.cubes.files import read_manifest
from analytics.engine import Engine
from analytics.filters import Filters
from analytics.records.store import Store
from tests.intake.snapshots import account, deals, table
from tests.tables import HOME, deal

MANY = 60


@pytest.fixture
def store(tmp_path: Path, monkeypatch) -> Store:
    """A store in which sixty deals of one day, kind and place are served."""
    monkeypatch.setattr(building, "LEAST", 1)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path / "data"))
    store = Store.of_records(tmp_path / "data")
    store.publish({"deals": deals(tmp_path / "bench", *range(1, MANY + 1))}, account())
    return store


def served(store: Store) -> Path:
    current = store.current()
    assert current
    return store.path(current)


def opened(store: Store) -> Engine:
    return Engine(store.folder.parent, home=HOME)


def read_by(engine: Engine) -> set[str]:
    return {r.cube for s in engine.ask_statement(["deals.value"], (), NOTHING) for r in s.readings}


NOTHING = Filters()
WHOLE = MANY * (MANY + 1) / 2


def value(engine: Engine) -> float:
    return float(engine.ask(["deals.value"])["deals.value"].iloc[0])


def test_publishing_makes_cubes_where_they_gain(store: Store) -> None:
    made = read_manifest(served(store))
    assert made and all(cube.rows * building.GAINS <= cube.records == MANY for cube in made)
    assert {cube.last_day for cube in made} == {date(2024, 5, 1)}
    assert store.verify() == []
    engine = opened(store)
    assert value(engine) == WHOLE and "" not in read_by(engine)
    assert not [path for path in served(store).iterdir() if path.name.startswith(".")]


def test_few_records_have_no_cubes(tmp_path: Path) -> None:
    store = Store.of_records(tmp_path / "data")
    store.publish({"deals": deals(tmp_path / "bench", *range(1, MANY + 1))}, account())
    assert not (served(store) / "cubes").exists()
    engine = opened(store)
    readings = [r for s in engine.ask_statement(["deals.value"], (), NOTHING) for r in s.readings]
    assert [(r.dataset, r.rows, r.reason) for r in readings] == [("deals", MANY, "none")]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


DAMAGES: dict[str, Callable[[Path], None]] = {"cut": cut, "flipped": flip, "missing": Path.unlink}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cube_is_told_and_passed_over(store: Store, damage: str, caplog) -> None:
    for cube in read_manifest(served(store)):
        DAMAGES[damage](cube.path)
    faults = store.verify()
    assert {fault.dataset for fault in faults} == {
        f"cubes/{cube.name}" for cube in read_manifest(served(store))
    }
    wanted = "is missing" if damage == "missing" else "checksum"
    assert all(wanted in fault.message("en") for fault in faults), faults[0].message("en")
    engine = opened(store)
    assert value(engine) == WHOLE and read_by(engine) == {""}
    assert "is passed over" in caplog.text
    other = store.publish(
        {"deals": table(store.folder.parent, "deals", [deal(1, "2024-05-02", 3)])},
        base=store.standing(),
    )
    assert other.parent and store.use(other.parent), "the records are whole: they may be served"


def test_a_cube_that_is_lost_while_serving_leaves_the_records_to_answer(
    store: Store, caplog
) -> None:
    engine = opened(store)
    assert value(engine) == WHOLE and "" not in read_by(engine)
    for cube in read_manifest(served(store)):
        cube.path.write_bytes(b"nothing of the kind")
    with caplog.at_level(logging.WARNING):
        assert value(engine) == WHOLE
    assert read_by(engine) == {""} and "cannot be read" in caplog.text


@pytest.mark.parametrize("text", ["{", "{}", '{"cubes": {"deals_year": {"rows": 1}}}'])
def test_a_damaged_manifest_is_told_and_the_records_answer(store: Store, text: str, caplog) -> None:
    (served(store) / "cubes" / "manifest.json").write_text(text, encoding="utf-8")
    assert [fault.key for fault in store.verify()] == ["snapshot_manifest"]
    assert value(opened(store)) == WHOLE and "are passed over" in caplog.text


def test_a_file_outside_the_folder_is_never_read(store: Store, caplog) -> None:
    path = served(store) / "cubes" / "manifest.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    next(iter(told["cubes"].values()))["file"] = "../deals.parquet"
    path.write_text(json.dumps(told), encoding="utf-8")
    assert read_by(opened(store)) == {""} and "is no file in cubes/" in caplog.text


def test_cubes_of_other_definitions_are_passed_over_until_made_again(
    store: Store, caplog, capsys
) -> None:
    path = served(store) / "cubes" / "manifest.json"
    told = path.read_text(encoding="utf-8")
    for cube in read_manifest(served(store)):
        told = told.replace(cube.definition, "0" * 16)
    path.write_text(told, encoding="utf-8")
    assert read_by(opened(store)) == {""} and "python -m analytics cubes" in caplog.text
    assert main(["cubes"]) == 0
    printed = capsys.readouterr()
    assert "each compared with the records" in printed.out and "Making cube 1 of" in printed.err
    assert "" not in read_by(opened(store)) and store.verify() == []


def test_the_command_says_where_there_is_nothing_to_make(
    store: Store, monkeypatch, capsys, tmp_path: Path
) -> None:
    monkeypatch.setattr(building, "LEAST", MANY + 1)
    assert main(["cubes", "--language", "zh"]) == 0
    assert "没有需要汇总的数据" in capsys.readouterr().out
    assert not (served(store) / "cubes").exists(), "what gains nothing any more is gone"
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path / "none"))
    assert main(["cubes"]) == 0
    assert "no records yet" in capsys.readouterr().out


def test_a_cube_that_differs_is_never_written(store: Store, monkeypatch, caplog) -> None:
    before = sorted(path.name for path in (served(store) / "cubes").iterdir())
    statement = building.statement_of
    monkeypatch.setattr(
        building, "statement_of", lambda cube: f"select * from ({statement(cube)}) limit 0"
    )
    assert main(["cubes"]) == 2
    assert sorted(path.name for path in (served(store) / "cubes").iterdir()) == before
    info = store.publish(
        {"deals": deals(store.folder.parent / "bench", *range(2, MANY + 2))}, base=store.standing()
    )
    assert store.current() == info.id, "the records are published without cubes"
    assert "differs from the records" in caplog.text
    assert value(opened(store)) == WHOLE + MANY
