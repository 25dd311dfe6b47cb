"""The commands that list, compare, switch, prune and verify snapshots."""

from __future__ import annotations

from pathlib import Path

import pytest

from analytics.__main__ import main
from analytics.records.store import Account, Origin, Store
from tests.intake.snapshots import DEMO_FILES, deals, publish


@pytest.fixture
def data(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_before_any_import(data: Path, capsys) -> None:
    assert run(capsys, "snapshots")[1].startswith("served: no records (import files")
    assert run(capsys, "snapshots", "--series")[:2] == (0, "served: the series that ship\n")
    assert run(capsys, "verify")[:2] == (0, "0 of 0 snapshots are as they were published\n")
    assert not data.exists()
    assert run(capsys, "prune")[:2] == (0, "nothing to remove\n")


def test_list_switch_and_compare(data: Path, capsys) -> None:
    store = Store.of_records(data)
    first = publish(store, data, 10, 20, operator="张三")
    files = tuple(Origin(name, "", 1) for name in ("甲.xlsx", "乙\x1b[31m.csv", "丙.csv", "丁.csv"))
    second = store.publish(
        {"deals": deals(data, 10, 25, 30)}, Account(files), "李四", base=first.id
    )
    code, out, _ = run(capsys, "snapshots")
    lines = out.splitlines()
    assert code == 0 and lines[1].startswith(f"*  {second.id}") and "李四" in lines[1]
    assert lines[1].endswith("甲.xlsx, 乙?[31m.csv, 丙.csv and 1 more")
    assert lines[2].strip().startswith(first.id) and "张三" in lines[2]
    assert f"{first.made_at.astimezone():%Y-%m-%d %H:%M}" in lines[2]
    code, out, _ = run(capsys, "diff", first.id, second.id)
    assert code == 0
    assert out.splitlines()[1].split() == ["deals", "1", "1", "0", "1", "30.00", "65.00"]
    code, out, _ = run(capsys, "rollback", first.id, "--operator", "王五")
    assert code == 0 and store.current() == first.id and "2 rows" in out
    assert '"王五"' in (store.folder / "current").read_text(encoding="utf-8")


def test_an_unknown_snapshot_is_told_and_changes_nothing(data: Path, capsys) -> None:
    first = publish(Store.of_records(data), data, 10)
    for command in (("rollback", "x"), ("diff", first.id, "x"), ("verify", "x")):
        code, _, told = run(capsys, *command)
        assert code == 2 and first.id in told and "snapshots" in told
    assert Store.of_records(data).current() == first.id


def test_to_the_demonstration_and_back(data: Path, capsys) -> None:
    store = Store.of_records(data)
    first = publish(store, data, 10)
    (data / "demo").symlink_to(DEMO_FILES)
    code, out, _ = run(capsys, "demo", "--use")
    assert code == 0 and store.current() is None and f"rollback {first.id}" in out
    assert "served: the demonstration" in run(capsys, "snapshots")[1]
    code, out, _ = run(capsys, "query", "deals_flow", "--format", "csv")
    assert code == 0 and len(out.splitlines()) > 10
    run(capsys, "rollback", first.id)
    assert store.current() == first.id
    code, out, _ = run(capsys, "records", "deals", "--format", "csv")
    assert code == 0 and len(out.splitlines()) == 2


def test_prune_and_verify(data: Path, capsys) -> None:
    store = Store.of_records(data)
    made = [publish(store, data, value).id for value in (1, 2, 3)]
    code, out, _ = run(capsys, "prune", "--keep", "2")
    assert (code, out) == (0, f"removed {made[0]}\n")
    assert run(capsys, "verify")[:2] == (0, "2 of 2 snapshots are as they were published\n")
    path = store.table(made[1], "deals")
    assert path
    path.write_bytes(path.read_bytes()[:-1])
    code, out, _ = run(capsys, "verify")
    assert code == 1 and str(path) in out
    assert run(capsys, "verify", made[2])[0] == 0
    code, _, told = run(capsys, "rollback", made[1])
    assert code == 2 and "not what was published" in told and store.current() == made[2]
    with pytest.raises(SystemExit):
        main(["prune", "--keep", "0"])


def test_a_damaged_pointer_is_told_and_mended(data: Path, capsys) -> None:
    store = Store.of_records(data)
    first = publish(store, data, 1)
    (store.folder / "current").write_text("{", encoding="utf-8")
    for command in (("snapshots",), ("ask", "deals.value"), ("prune",)):
        code, _, told = run(capsys, *command)
        assert code == 2 and first.id in told and "rollback" in told
    assert run(capsys, "verify")[0] == 1
    assert run(capsys, "rollback", first.id)[0] == 0
    assert run(capsys, "verify")[0] == 0
    (store.folder / first.id).rename(data / "gone")
    code, _, told = run(capsys, "snapshots")
    assert code == 2 and first.id in told
