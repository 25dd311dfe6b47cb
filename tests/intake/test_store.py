"""The store: what is published is whole, told, comparable, reversible and checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from analytics.errors import DataError, SnapshotError
from analytics.records.store import Account, Busy, Change, Part, Store, verifying
from analytics.snapshot import ID, read_pointer, read_pointers, read_series, read_snapshot
from tests.intake.snapshots import account, deals, organisation, publish, table
from tests.tables import deal


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    return tmp_path / "bench"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.of_records(tmp_path / "data", wait_s=0.2)


def values(store: Store, snapshot: str | None) -> list[float]:
    path = store.table(snapshot or "", "deals")
    rows = duckdb.sql(f"select value_cny from '{path}' order by deal_id").fetchall()
    return [float(row[0]) for row in rows]


def test_nothing_is_there_before_the_first_publication(store: Store, tmp_path: Path) -> None:
    assert store.list() == [] and store.current() is None and store.standing() is None
    assert store.verify() == []
    assert not (tmp_path / "data").exists(), "looking makes nothing"


def test_keys_are_told_apart_in_parts(
    store: Store, bench: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "_BYTES_A_KEY", 10**10)
    first = store.publish({"deals": deals(bench, *range(1, 40))})
    twice = [deal(n, "2024-01-01", 1) for n in (*range(1, 40), 7, 9)]
    with pytest.raises(SnapshotError) as refused:
        store.publish({"deals": table(bench, "deals", twice)}, base=first.id)
    assert refused.value.key == "snapshot_key" and ": 2 rows" in refused.value.message("en")


def test_a_snapshot_says_where_it_comes_from_and_what_it_holds(store: Store, bench: Path) -> None:
    told = account(
        "一季度.xlsx",
        "二季度.csv",
        mappings=("台账",),
        findings={"rounded": 3},
        changes={"deals": Change(added=2)},
    )
    before = datetime.now(UTC)
    info = store.publish({"deals": deals(bench, 10, 20)}, told, "张三", None)
    assert ID.fullmatch(info.id) and info.id.startswith(f"{info.made_at:%Y%m%dT%H%M%S}")
    assert before <= info.made_at <= datetime.now(UTC)
    assert info == store.info(info.id) == store.list()[0] and info.is_current
    assert [source.name for source in info.sources] == ["一季度.xlsx", "二季度.csv"]
    assert (info.operator, info.mappings, info.findings) == ("张三", ("台账",), {"rounded": 3})
    held = info.datasets["deals"]
    assert (held.rows, held.complete_until, held.change) == (2, date(2024, 12, 31), Change(added=2))
    assert held.files == ("一季度.xlsx", "二季度.csv")
    assert store.current() == store.standing() == info.id
    assert store.verify() == []
    manifest = json.loads((store.path(info.id) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "records" and manifest["snapshot"] == info.id
    names = {path.name for path in store.folder.iterdir()}
    assert {name for name in names if not name.startswith(".")} == {info.id, "current"}
    assert not any(name.startswith((".making", ".temporary", ".holder")) for name in names)


def test_what_is_not_imported_is_taken_over_without_being_copied(store: Store, bench: Path) -> None:
    organisations = table(bench, "organisations", [organisation(1)])
    first = store.publish({"organisations": organisations}, account("a.xlsx"))
    second = store.publish({"deals": deals(bench, 5)}, account("b.xlsx"), base=first.id)
    assert second.parent == first.id
    assert list(second.datasets) == ["organisations", "deals"], "in the order of the model"
    assert second.datasets["organisations"].change is None
    old, new = (store.table(info.id, "organisations") for info in (first, second))
    assert old and new and old.samefile(new)
    assert "deals" not in first.datasets and store.table(first.id, "deals") is None
    third = store.publish({"deals": deals(bench, 6)}, Account(), base=second.id)
    assert third.datasets["deals"].complete_until == date(2024, 12, 31), "no word, no change"
    assert third.datasets["deals"].files == ("b.xlsx",)
    assert store.verify() == []


def test_where_links_fail_files_are_copied(store: Store, bench: Path, monkeypatch) -> None:
    def refused(self: Path, target: Path) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refused)
    first = publish(store, bench, 1)
    organisations = table(bench, "organisations", [organisation(1)])
    second = store.publish({"organisations": organisations}, base=first.id)
    old, new = (store.table(info.id, "deals") for info in (first, second))
    assert old and new and not old.samefile(new) and old.read_bytes() == new.read_bytes()
    assert store.verify() == []


def test_the_same_again_changes_nothing(store: Store, bench: Path) -> None:
    first = publish(store, bench, 1, 2)
    again = publish(store, bench, 1, 2)
    assert again.id == first.id and len(store.list()) == 1
    later = store.publish({}, account(until="2025-06-30"), base=first.id)
    assert later.id != first.id, "a later day of completeness is a change"
    store.use("demo")
    assert store.publish({}, account(until="2025-06-30"), base=later.id).id == later.id
    assert store.current() == later.id, "and publishing serves the records again"


def test_snapshots_of_one_second_are_told_apart_and_ordered(store: Store, bench: Path) -> None:
    made = [publish(store, bench, *content).id for content in ((1,), (2,), (1,), (2,), (3,))]
    assert len(set(made)) == 5
    assert [info.id for info in store.list()] == made[::-1]


def test_who_began_from_an_older_snapshot_is_refused(store: Store, bench: Path) -> None:
    first = publish(store, bench, 1)
    second = publish(store, bench, 2)
    for base in (first.id, None):
        with pytest.raises(SnapshotError) as told:
            store.publish({"deals": deals(bench, 3)}, base=base)
        assert second.id in told.value.message("zh") and "重新导入" in told.value.message("zh")
    assert store.current() == second.id and len(store.list()) == 2


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([deal(1, "2024-01-01", 1), deal(1, "2024-01-02", 2)], "snapshot_key"),
        ([deal(1, "2024-01-01", 1) | {"contract_type": None}], "snapshot_required"),
    ],
)
def test_rows_that_break_the_model_are_not_published(rows, key, store: Store, bench: Path) -> None:
    first = publish(store, bench, 1)
    with pytest.raises(SnapshotError) as told:
        store.publish({"deals": table(bench, "deals", rows)}, base=first.id)
    assert told.value.key == key
    assert store.current() == first.id and store.verify() == []


def test_files_that_are_no_tables_are_not_published(store: Store, bench: Path) -> None:
    bench.mkdir()
    cut, foreign = bench / "cut.parquet", bench / "foreign.parquet"
    cut.write_bytes(deals(bench, 1).read_bytes()[:-40])
    duckdb.sql(f"copy (select 'D1' as deal_id, 5 as value_cny) to '{foreign}'")
    for path, key in ((cut, "snapshot_damaged"), (foreign, "snapshot_column")):
        with pytest.raises(SnapshotError) as told:
            store.publish({"deals": path})
        assert told.value.key == key and str(path) in str(told.value)
    assert store.list() == [] and store.current() is None


def test_back_and_forward(store: Store, bench: Path) -> None:
    first, second = publish(store, bench, 1), publish(store, bench, 2)
    assert store.use(first.id) is not None
    assert store.current() == first.id and values(store, store.current()) == [1]
    assert [info.is_current for info in store.list()] == [False, True]
    store.use(second.id)
    assert values(store, store.current()) == [2]
    branch = store.use(first.id) and publish(store, bench, 3)
    assert branch and branch.parent == first.id and len(store.list()) == 3


def test_demonstration_and_back_loses_nothing(store: Store, bench: Path) -> None:
    publish(store, bench, 1)
    second = publish(store, bench, 2)
    assert store.use("demo") is None
    assert store.current() is None and store.standing() == second.id
    store.use("demo")
    assert store.standing() == second.id, "twice is once"
    organisations = table(bench, "organisations", [organisation(1)])
    third = store.publish({"organisations": organisations}, base=store.standing())
    assert store.current() == third.id and values(store, third.id) == [2]


def test_what_differs_is_counted_by_key(store: Store, bench: Path) -> None:
    first = publish(store, bench, 10, 20, 30, 40)
    rows = [deal(1, "2024-05-01", 10), deal(2, "2024-05-01", 25), deal(9, "2024-05-01", 1)]
    organisations = table(bench, "organisations", [organisation(1)])
    second = store.publish(
        {"deals": table(bench, "deals", rows), "organisations": organisations}, base=first.id
    )
    found = {line.dataset: line for line in store.diff(first.id, second.id)}
    line = found["deals"]
    assert (line.added, line.changed, line.gone, line.same) == (1, 1, 2, 1)
    assert (line.value, line.before, line.after) == ("value_cny", Decimal(100), Decimal(36))
    line = found["organisations"]
    assert (line.added, line.changed, line.gone, line.same) == (1, 0, 0, 0)
    assert (line.value, line.before, line.after) == ("", None, None)
    back = {line.dataset: line for line in store.diff(second.id, first.id)}["deals"]
    assert (back.added, back.changed, back.gone, back.same) == (2, 1, 1, 1)
    equal = {line.dataset: line for line in store.diff(second.id, second.id)}["deals"]
    assert (equal.added, equal.changed, equal.gone, equal.same) == (0, 0, 0, 3)


def test_prune_keeps_the_newest_and_what_is_served(store: Store, bench: Path) -> None:
    made = [publish(store, bench, value).id for value in range(1, 6)]
    store.use(made[0])
    assert store.prune(2) == [made[2], made[1]]
    assert [info.id for info in store.list()] == [made[4], made[3], made[0]]
    assert store.prune(2) == [] and store.verify() == []
    store.use("demo")
    assert store.prune(1) == [made[3]], "what the demonstration took the place of stays"
    assert store.standing() == made[0] and store.verify() == []


def test_verify_names_every_fault(store: Store, bench: Path) -> None:
    organisations = table(bench, "organisations", [organisation(1)])
    first = publish(store, bench, 1)
    second = store.publish({"organisations": organisations}, base=first.id)
    path = store.table(second.id, "organisations")
    assert path
    whole = path.read_bytes()
    path.write_bytes(whole[:20] + bytes([whole[20] ^ 1]) + whole[21:])
    assert [(fault.dataset, fault.key) for fault in store.verify()] == [
        ("organisations", "snapshot_checksum")
    ]
    assert store.verify(first.id) == []
    path.unlink()
    (store.path(first.id) / "manifest.json").write_text("{", encoding="utf-8")
    faults = {(fault.snapshot, fault.dataset, fault.key) for fault in store.verify()}
    assert faults == {
        (second.id, "organisations", "snapshot_file"),
        (first.id, "", "snapshot_manifest"),
    }
    for fault in store.verify():
        assert fault.message("zh") and fault.message("en")
    listed = {info.id: info for info in store.list()}
    assert listed[first.id].fault and not listed[second.id].fault
    with pytest.raises(SnapshotError):
        store.use(first.id)
    assert store.current() == second.id, "what cannot be read is not switched to"


def test_another_manifest_does_not_pass_for_its_own(store: Store, bench: Path) -> None:
    first, second = publish(store, bench, 1), publish(store, bench, 2)
    own = store.path(second.id) / "manifest.json"
    own.write_bytes((store.path(first.id) / "manifest.json").read_bytes())
    assert [fault.key for fault in store.verify(second.id)] == ["snapshot_manifest"]
    with pytest.raises(DataError) as told:
        read_snapshot(store.folder.parent)
    assert "rollback" in str(told.value) and first.id in str(told.value)


@pytest.mark.parametrize("name", ["nonsense", "../demo", "", ".lock", "20260101T000000-00000000"])
def test_an_unknown_snapshot_is_refused_with_those_there_are(
    name: str, store: Store, bench: Path
) -> None:
    first = publish(store, bench, 1)
    for act in (store.use, store.info, store.verify, lambda found: store.diff(found, first.id)):
        with pytest.raises(SnapshotError) as told:
            act(name)
        assert told.value.key == "unknown_snapshot" and first.id in str(told.value)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"snapshot": "../../etc"}', '{"other": 1}'])
def test_a_damaged_pointer_is_told_and_can_be_mended(
    content: str, store: Store, bench: Path
) -> None:
    first = publish(store, bench, 1)
    (store.folder / "current").write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as told:
        store.current()
    assert first.id in told.value.message("zh") and "rollback" in told.value.message("zh")
    with pytest.raises(DataError):
        store.publish({"deals": deals(bench, 2)}, base=first.id)
    assert [fault.key for fault in store.verify()] == ["bad_pointer"]
    assert [info.is_current for info in store.list()] == [False]
    store.use(first.id)
    assert store.current() == first.id and store.verify() == []


def test_records_never_give_way_to_the_demonstration_unasked(store: Store, bench: Path) -> None:
    first, second = publish(store, bench, 1), publish(store, bench, 2)
    (store.folder / second.id).rename(store.folder / "elsewhere")
    with pytest.raises(DataError) as told:
        read_snapshot(store.folder.parent)
    said = told.value.message("zh")
    assert second.id in said and first.id in said and "python -m analytics rollback" in said
    assert [fault.key for fault in store.verify()] == ["unknown_snapshot"]


def test_a_holder_is_named_to_those_who_wait(store: Store, bench: Path) -> None:
    first = publish(store, bench, 1)
    other = Store(store.folder, wait_s=0.1)
    with store.hold("李四"):
        publish(store, bench, 2)  # who holds it may publish
        with pytest.raises(Busy) as told:
            other.use(first.id)
        assert "李四" in told.value.message("zh") and told.value.holder
        assert [info.id for info in other.list()], "reading waits for nobody"
    assert other.use(first.id)


def test_a_snapshot_that_is_not_switched_to_yet_is_not_there(store: Store, bench: Path) -> None:
    first = publish(store, bench, 1)
    seen: list[tuple[str, list[str], str | None]] = []

    def look(step: str) -> None:
        other = Store(store.folder)
        seen.append((step, [info.id for info in other.list()], other.current()))

    second = publish(Store(store.folder, step=look), bench, 2)
    before, after = [first.id], [second.id, first.id]
    for step, listed, current in seen:
        assert (listed, current) == (
            (after, second.id) if step == "switched" else (before, first.id)
        ), step
    assert [step for step, _, _ in seen][-3:] == ["noted", "named", "switched"]


def test_an_interrupted_publication_leaves_nothing(store: Store, bench: Path) -> None:
    first = publish(store, bench, 1)
    for stop in ("folder", "file deals", "manifest", "noted", "named"):

        def interrupt(step: str, stop: str = stop) -> None:
            if step == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            publish(Store(store.folder, step=interrupt), bench, 2)
        assert [info.id for info in store.list()] == [first.id]
        assert {path.name for path in store.folder.iterdir()} <= {".lock", first.id, "current"}


def test_series_have_a_store_of_their_own(tmp_path: Path, bench: Path) -> None:
    store = Store.of_series(tmp_path / "data")
    row = {"year": 2021, "adcode": "440000", "basis": "output", "contracts": 5, "value_cny": 100}
    info = store.publish({"tech_market": table(bench, "tech_market", [row])}, Account())
    found = read_series(tmp_path / "data")
    assert found and (found.id, found.kind, found.rows) == (info.id, "series", {"tech_market": 1})
    assert read_pointer(tmp_path / "data" / "snapshots").snapshot == "demo"
    with pytest.raises(AssertionError):
        store.publish({"deals": deals(bench, 1)}, base=info.id)
    store.use("demo")
    assert read_series(tmp_path / "data") is None


def _both(data: Path, bench: Path, value: int, step: Callable[[str], None]) -> list[Part]:
    """Records and series for one publication."""
    records = Store(data / "snapshots", step=step)
    series = Store.of_series(data)
    row = {"year": 2021, "adcode": "440000", "basis": "output", "value_cny": value}
    return [
        Part(records, {"deals": deals(bench, value)}, account("a.xlsx"), records.standing()),
        Part(
            series,
            {"tech_market": table(bench, "tech_market", [row])},
            Account(),
            series.standing(),
        ),
    ]


def _served(data: Path) -> tuple[str, str]:
    pointers = read_pointers(data)
    return pointers.records.snapshot, pointers.series.snapshot


def test_records_and_series_are_served_in_one_step(store: Store, bench: Path) -> None:
    data = store.folder.parent
    first = Store.publish_all(_both(data, bench, 1, lambda _: None), "张三")
    before = tuple(info.id for info in first)
    assert _served(data) == before and all(info.is_current for info in first)
    seen: list[tuple[str, tuple[str, str]]] = []
    second = Store.publish_all(
        _both(data, bench, 2, lambda step: seen.append((step, _served(data))))
    )
    after = tuple(info.id for info in second)
    assert {served for step, served in seen if step != "switched"} == {before}
    assert seen[-1] == ("switched", after) and [step for step, _ in seen].count("switched") == 1
    for stop in dict.fromkeys(step for step, _ in seen[:-1]):

        def interrupt(step: str, stop: str = stop) -> None:
            if step == stop:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            Store.publish_all(_both(data, bench, 3, interrupt))
        assert _served(data) == after
        for kind in (store, Store.of_series(data)):
            assert len(kind.list()) == 2 and kind.verify() == []
    # Each goes back by itself, and what is served of the other stays.
    series = Store.of_series(data)
    store.use(before[0])
    assert _served(data) == (before[0], after[1])
    series.use(before[1])
    assert _served(data) == before
    store.use("demo")
    assert _served(data) == ("demo", before[1]) and store.standing() == before[0]
    series.use("demo")
    assert _served(data) == ("demo", "demo") and series.standing() == before[1]
    store.use(after[0])
    assert series.standing() == before[1], "what the shipped series took the place of stays"


def test_if_one_part_cannot_be_published_none_is(store: Store, bench: Path) -> None:
    data = store.folder.parent
    records, series = _both(data, bench, 1, lambda _: None)
    with pytest.raises(SnapshotError):
        Store.publish_all([records, replace(series, base="20260101T000000-00000000")])
    assert _served(data) == ("demo", "demo") and store.list() == []
    damaged = bench / "damaged.parquet"
    damaged.write_bytes(b"PAR1")
    with pytest.raises(SnapshotError):
        Store.publish_all([records, replace(series, tables={"tech_market": damaged})])
    assert _served(data) == ("demo", "demo") and store.list() == []


def test_a_mended_pointer_keeps_the_newest_series(store: Store, bench: Path) -> None:
    data = store.folder.parent
    records, series = Store.publish_all(_both(data, bench, 1, lambda _: None))
    (store.folder / "current").write_text("{", encoding="utf-8")
    with pytest.raises(DataError):
        Store.of_series(data).use(series.id)  # which records to serve has to be said first
    store.use(records.id)
    assert _served(data) == (records.id, series.id)
