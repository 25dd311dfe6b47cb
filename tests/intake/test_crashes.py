"""Whatever happens while a snapshot is published, the one served is the old or the new one whole.

Real processes are killed, real disks are full. The processes are forked from a server that has
imported everything, so that fifty of them take seconds.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.errors import SnapshotError, TransferScopeError
from analytics.records.importing import Import, Options
from analytics.records.store import Account, Busy, Part, Store
from analytics.records.types import Source
from analytics.snapshot import read_pointers, read_snapshot
from tests.intake import files
from tests.intake.running import HOME, run
from tests.intake.snapshots import deals, organisation, table

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and limits of Linux")

MOMENTS = 50
LEFTOVERS = (".making", ".removing", ".temporary", ".holder", ".work")
SEED = 20260301
_PROCESSES = multiprocessing.get_context("forkserver" if sys.platform == "linux" else "spawn")
_PROCESSES.set_forkserver_preload(["analytics.records.importing", "tests.intake.snapshots"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "snapshots"


@pytest.fixture
def tables(tmp_path: Path) -> list[dict[str, Path]]:
    """Two imports, each of several files, that differ in every one."""
    bench = tmp_path / "bench"
    base = {"base_id": "B1", "opened_on": "2020-01-01"}
    return [
        {
            "deals": deals(bench, *range(1, number + 2)),
            "organisations": table(
                bench, "organisations", [organisation(n) for n in range(number + 1)]
            ),
            "bases": table(bench, "bases", [base | {"name": f"基地{number}"}]),
        }
        for number in (0, 1)
    ]


def whole(folder: Path) -> str | None:
    """Id of what is served, once it is known to be as it was published, and readable."""
    store = Store(folder)
    current = store.current()
    if current:
        assert store.verify(current) == []
        snapshot = read_snapshot(folder.parent)
        assert snapshot.id == current and len(snapshot.rows) == 3
    assert store.verify() == [], "nor is anything else that is listed half written"
    return current


def recovered(folder: Path, tables: list[dict[str, Path]]) -> str:
    """Publish after the crash: it succeeds, and leaves nothing of the crash behind."""
    store = Store(folder, wait_s=5)
    base = store.standing()
    held = store.info(base).datasets["deals"].rows if base else 2
    info = store.publish(tables[held % 2], base=base)
    assert info.parent == base and store.current() == info.id and store.verify(info.id) == []
    known = {found.id for found in store.list()}
    assert {path.name for path in folder.iterdir()} == known | {".lock", "current"}
    return info.id


def _publish(folder: Path, tables: dict[str, Path], ready: Any, stop: str = "") -> None:
    def step(name: str) -> None:
        if name == stop:
            os.kill(os.getpid(), signal.SIGKILL)

    store = Store(folder, wait_s=5, step=step)
    base = store.standing()
    ready.set()
    store.publish(tables, base=base)


def _started(target: Any, folder: Path, what: Any, *rest: Any) -> Any:
    """A process that has begun."""
    ready = _PROCESSES.Event()
    process = _PROCESSES.Process(target=target, args=(folder, what, ready, *rest))
    process.start()
    assert ready.wait(30)
    return process


STEPS = (
    *("folder", "file organisations", "file deals", "cubes"),
    *("manifest", "noted", "named", "switched"),
)


@pytest.mark.parametrize("stop", STEPS)
def test_killed_after_each_step(stop: str, folder: Path, tables) -> None:
    for round_no in (0, 1):  # the first publication of all, and a later one
        before = whole(folder)
        process = _started(_publish, folder, tables[round_no], stop)
        process.join(30)
        assert process.exitcode == -signal.SIGKILL
        after = whole(folder)
        assert (after != before) == (stop == "switched")
        if round_no:
            recovered(folder, tables)
        elif stop != "switched":
            Store(folder).publish(tables[0])


def _publish_both(data: Path, bench: Path, ready: Any, stop: str, value: int) -> None:
    def step(name: str) -> None:
        if name == stop:
            os.kill(os.getpid(), signal.SIGKILL)

    row = {"year": 2021, "adcode": "440000", "basis": "output", "value_cny": value}
    records, series = Store(data / "snapshots", wait_s=5, step=step), Store.of_series(data)
    figures = {"tech_market": table(bench, "tech_market", [row])}
    ready.set()
    Store.publish_all(
        [
            Part(records, {"deals": deals(bench, value)}, base=records.standing()),
            Part(series, figures, base=series.standing()),
        ]
    )


@pytest.mark.parametrize("stop", ["folder", "file tech_market", "noted", "named", "switched"])
def test_killed_while_records_and_series_are_published(stop: str, tmp_path: Path) -> None:
    data, bench = tmp_path / "data", tmp_path / "bench"
    _publish_both(data, bench, threading.Event(), "", 1)
    before = read_pointers(data)
    process = _started(_publish_both, data, bench, stop, 2)
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    after = read_pointers(data)
    changed = (after.records != before.records, after.series != before.series)
    assert changed == (stop == "switched",) * 2
    _publish_both(data, bench, threading.Event(), "", 3)
    for store in (Store.of_records(data), Store.of_series(data)):
        known = {info.id for info in store.list()}
        assert store.verify() == [] and len(known) == (3 if stop == "switched" else 2)
        assert {path.name for path in store.folder.iterdir()} <= known | {".lock", "current"}


def test_killed_at_random_moments(folder: Path, tables) -> None:
    chance = random.Random(SEED)
    began = time.perf_counter()
    Store(folder).publish(tables[0])
    within = time.perf_counter() - began
    ended = {"before": 0, "after": 0}
    current = whole(folder)
    for _ in range(MOMENTS // 2):
        rows = Store(folder).info(str(current)).datasets["deals"].rows
        process = _started(_publish, folder, tables[rows % 2])
        time.sleep(chance.uniform(0, within))
        process.kill()
        process.join(30)
        now = whole(folder)
        ended["after" if now != current else "before"] += 1
        within *= 0.8 if now != current else 1.25  # so that it dies about when it switches
        current = recovered(folder, tables)
        Store(folder).prune(1)
    assert all(ended.values()), f"the moments fell on both sides of the switch: {ended}"


def _import(data: Path, file: Path, ready: Any) -> None:
    with Import(data, HOME, Options(operator="张三")) as work:
        ready.set()
        work.read([Source(file.name, file)])
        assert work.check().can_publish
        work.publish()


def office_file(folder: Path, name: str, unit: int) -> Path:
    """A table of contracts as an office writes it; the values tell which one it is."""
    head = "合同编号,签订日期,合同类别,合同成交额（万元）,卖方名称,买方名称"
    lines = [f"HT{n},2024-05-{n:02},技术开发,{n * unit},甲{n}公司,乙{n}公司" for n in range(1, 29)]
    path = folder / name
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    return path


def test_an_import_killed_at_random_moments(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    data, files = tmp_path / "data", [office_file(tmp_path, f"{n}.csv", n) for n in (1, 2)]
    store = Store.of_records(data)
    sums = {sum(range(1, 29)) * 10_000 * unit: files[unit - 1] for unit in (1, 2)}
    began = time.perf_counter()
    _import(data, files[0], threading.Event())
    within = time.perf_counter() - began
    for moment in range(MOMENTS):
        before = store.current()
        assert before
        held = _total(store, before)
        other = next(file for total, file in sums.items() if total != held)
        process = _started(_import, data, other)
        # Every other one while it publishes, which is the last part of it.
        time.sleep(chance.uniform(0.7 * within if moment % 2 else 0, within))
        process.kill()
        process.join(30)
        now = store.current()
        assert now and store.verify() == [] and _total(store, now) in sums
        assert (now == before) == (_total(store, now) == held)
        within *= 0.9 if now != before else 1.1
        store.prune(1)
    _import(data, files[0], threading.Event())
    _import(data, files[1], threading.Event())
    assert _total(store, str(store.current())) == max(sums) and store.verify() == []
    assert not [path.name for path in store.folder.iterdir() if path.name.startswith(LEFTOVERS)]


def _total(store: Store, snapshot: str) -> int:
    path = store.table(snapshot, "deals")
    return int(duckdb.sql(f"select sum(value_cny) from '{path}'").fetchall()[0][0])


def test_a_killed_holder_holds_nothing(folder: Path, tables) -> None:
    process = _started(_publish, folder, tables[0], "folder")
    process.join(30)
    assert (folder / ".holder").exists(), "it left its note"
    Store(folder, wait_s=0).publish(tables[0])
    assert not (folder / ".holder").exists()


def _hold(folder: Path, ready: Any, done: Any) -> None:
    with Store(folder).hold("王五"):
        ready.set()
        done.wait(30)


def test_the_second_waits_or_is_told_who_is_first(folder: Path, tables) -> None:
    ready, done = _PROCESSES.Event(), _PROCESSES.Event()
    process = _PROCESSES.Process(target=_hold, args=(folder, ready, done))
    process.start()
    assert ready.wait(30)
    with pytest.raises(Busy) as told:
        Store(folder, wait_s=0.2).publish(tables[0])
    assert told.value.holder and told.value.holder.pid == process.pid
    for language in ("zh", "en"):
        assert "王五" in told.value.message(language) and str(process.pid) in str(told.value)
    assert whole(folder) is None
    done.set()
    assert Store(folder, wait_s=10).publish(tables[0]).id == whole(folder)
    process.join(30)


def _race(folder: Path, tables: dict[str, Path], begin: Any, results: Any) -> None:
    store = Store(folder, wait_s=20)
    base = store.standing()
    begin.wait(30)
    try:
        results.put(store.publish(tables, base=base).id)
    except SnapshotError as error:
        results.put(error.key)


def test_two_at_once_never_lose_one_anothers_work(folder: Path, tables) -> None:
    first = Store(folder).publish(tables[0])
    rivals = [tables[1], {"deals": tables[1]["deals"]}]
    begin, results = _PROCESSES.Barrier(len(rivals)), _PROCESSES.Queue()
    processes = [
        _PROCESSES.Process(target=_race, args=(folder, rival, begin, results)) for rival in rivals
    ]
    for process in processes:
        process.start()
    ended = {results.get(timeout=60) for _ in rivals}
    for process in processes:
        process.join(30)
    assert "published_between" in ended, "who came second knows that his ground has moved"
    (won,) = ended - {"published_between"}
    assert whole(folder) == won and Store(folder).info(won).parent == first.id


def _read(folder: Path, ready: Any, done: Any, results: Any) -> None:
    seen: list[str] = []
    faults: list[str] = []
    with duckdb.connect() as connection:
        ready.set()
        while not done.is_set():
            snapshot = read_snapshot(folder.parent)
            found = [
                connection.execute(
                    f"select max({column}) from '{snapshot.folder}/{name}.parquet'"
                ).fetchall()[0][0]
                for name, column in (("deals", "value_cny"), ("workstations", "academicians"))
            ]
            if int(found[0]) != int(found[1]):
                faults.append(f"{snapshot.id}: {found}")
            if snapshot.id not in seen[-1:]:
                seen.append(snapshot.id)
    results.put((seen, faults))


def test_readers_see_whole_snapshots_only(folder: Path, tmp_path: Path) -> None:
    bench = tmp_path / "bench"
    made: list[str] = []

    def one(number: int) -> None:
        row = {
            "station_id": "S1",
            "name": "站",
            "kind": "expert",
            "opened_on": "2020-01-01",
            "status": "active",
            "academicians": number,
        }
        stations = table(bench, "workstations", [row])
        store = Store(folder)
        both = {"deals": deals(bench, number), "workstations": stations}
        made.append(store.publish(both, Account(), base=store.standing()).id)

    one(1)
    ready, done, results = _PROCESSES.Event(), _PROCESSES.Event(), _PROCESSES.Queue()
    reader = _PROCESSES.Process(target=_read, args=(folder, ready, done, results))
    reader.start()
    assert ready.wait(30)
    for number in range(2, 22):
        one(number)
    done.set()
    seen, faults = results.get(timeout=30)
    reader.join(30)
    assert faults == []
    assert len(seen) > 5, "it did look meanwhile"
    order = [made.index(snapshot) for snapshot in seen]
    assert order == sorted(order), "nor does a reader ever go back"


def _limited(folder: Path, tables: dict[str, Path], limit: int, results: Any) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    _told(folder, tables, results)


def _told(folder: Path, tables: dict[str, Path], results: Any) -> None:
    store = Store(folder)
    try:
        results.put(store.publish(tables, base=store.standing()).id)
    except SnapshotError as error:
        results.put((error.key, error.message("zh")))


@pytest.mark.parametrize("limit", [0, 100, 400])
def test_files_that_cannot_grow_change_nothing(limit: int, folder: Path, tables) -> None:
    first = Store(folder).publish(tables[0])
    results = _PROCESSES.Queue()
    process = _PROCESSES.Process(target=_limited, args=(folder, tables[1], limit, results))
    process.start()
    key, said = results.get(timeout=60)
    process.join(30)
    assert key == "snapshot_no_space" and "未作任何更改" in said
    assert whole(folder) == first.id
    assert {path.name for path in folder.iterdir()} == {".lock", first.id, "current"}
    recovered(folder, tables)


@contextlib.contextmanager
def small_disk(place: Path, size: str) -> Generator[None, None, None]:
    """A disk of its own; skips where none can be mounted."""
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("mounting a small disk needs more rights")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(path: Path, room: int) -> None:
    """Fill the disk that a file lies on, but for `room` bytes."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    size = 0
    with contextlib.suppress(OSError):
        while True:
            size += os.write(handle, bytes(4096))
    os.ftruncate(handle, max(size - room, 0))
    os.close(handle)


def test_a_full_disk_changes_nothing(tmp_path: Path, tables) -> None:
    """With ever more pages of 4 kB left, publishing fails in turn at each of its files."""
    place = tmp_path / "disk"
    with small_disk(place, "1m"):
        folder = place / "snapshots"
        store = Store(folder)
        first = store.publish(tables[0])
        refused = 0
        for room in range(0, 256, 4):
            fill(place / "filling", room * 1024)
            try:
                second = store.publish(tables[1], base=first.id)
            except SnapshotError as error:
                refused += 1
                assert error.key == "snapshot_no_space" and str(folder) in error.message("zh")
                assert whole(folder) == first.id
                names = {path.name for path in folder.iterdir()}
                assert names == {".lock", first.id, "current"}
            else:
                assert whole(folder) == second.id
                break
        assert refused >= 5, "each of note, three tables, manifest and pointer takes a page"


def test_an_import_onto_a_full_disk_is_told_and_changes_nothing(tmp_path: Path) -> None:
    """Wherever it runs out of room: opening its workbench, writing its rows, publishing them."""
    path = files.text_file(tmp_path / "a.csv", files.DEALS)
    more = files.text_file(tmp_path / "b.csv", [*files.DEALS, ("HT-9", *files.DEALS[1][1:])])
    with small_disk(tmp_path / "disk", "2m"):
        data = tmp_path / "disk" / "data"
        run(data, path, unit="万元")
        store = Store.of_records(data)
        before, told = store.current(), set[str]()
        for room in range(0, 512, 8):
            fill(tmp_path / "disk" / "filling", room * 1024)
            try:
                run(data, more, unit="万元")
            except TransferScopeError as error:
                told.add(error.key)
                assert store.current() == before and store.verify() == []
            else:
                break
        assert told and told <= {"no_room", "snapshot_no_space"}
        assert store.current() != before and store.verify() == []


def test_a_folder_that_cannot_be_written_to_is_told(folder: Path, tables) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("in the way", encoding="utf-8")
    with pytest.raises(SnapshotError) as told:
        Store(folder).publish(tables[0])
    assert told.value.key == "snapshot_not_written"
