"""What the page Data needs of an import that lives as long as a visitor's session."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from analytics.commands import HOME
from analytics.errors import SnapshotError, Unusable
from analytics.records.importing import Import
from analytics.records.types import Source
from analytics.records.workbench import Workbench
from tests.intake.files import workbook

HEADER = ("合同登记编号", "签订日期", "合同类别", "卖方名称", "买方名称", "合同成交额（万元）")


def deals(path: Path, *rows: Sequence[Any]) -> Source:
    return Source(path.name, workbook(path, {"合同": [HEADER, *rows]}))


def row(number: str, kind: str = "技术开发", value: str = "100") -> tuple[str, ...]:
    return (number, "2025-03-01", kind, "示例甲", "示例乙", value)


def test_a_workbench_goes_with_its_last_reference(tmp_path: Path) -> None:
    bench = Workbench(tmp_path)
    bench.path().write_text("x")
    assert list(tmp_path.glob(".work-*"))
    del bench
    gc.collect()
    assert not list(tmp_path.iterdir())


def test_a_workbench_may_be_closed_by_another_thread(tmp_path: Path) -> None:
    made: list[Workbench] = []
    opener = Thread(target=lambda: made.append(Workbench(tmp_path)))
    opener.start()
    opener.join()
    with Workbench(tmp_path):
        assert made[0].folder.exists(), "another workbench takes it for a live one"
    made[0].close()
    made[0].close()
    assert not list(tmp_path.iterdir())


def test_what_a_sheet_holds_is_asked_at_the_check_and_may_be_said(tmp_path: Path) -> None:
    rows = [("名称", "地区"), ("甲公司", "广州"), ("乙公司", "深圳")]
    source = Source("名单.xlsx", workbook(tmp_path / "名单.xlsx", {"名单": rows}))
    with Import(tmp_path, HOME) as work:
        (proposal,) = work.read([source])
        assert proposal.unsure[0] == proposal.dataset and "organisations" in proposal.unsure
        with pytest.raises(Unusable) as told:
            work.check()
        assert told.value.key == "dataset_unclear"
        chosen = work.propose(proposal.layout, "organisations")
        report = work.check({0: chosen.mapping})
    assert report.accepted == 2 and list(report.changes) == ["organisations"]


def test_problems_that_differ_only_in_their_row_are_told_once(tmp_path: Path) -> None:
    rows = [row(f"A-{n}", "买卖") for n in range(5)] + [row("A-9", "租赁"), row("A-10", value="x")]
    with Import(tmp_path, HOME) as work:
        work.read([deals(tmp_path / "a.xlsx", *rows)])
        work.check()
        found = [(item.value, item.row, times) for item, times in work.problems()]
        assert found[0] == ("买卖", 2, 5)
        assert sorted(found[1:3]) == [("x", 8, 1), ("租赁", 7, 1)]
        assert len(work.problems(1)) == 1


def test_a_check_after_another_publication_goes_on_from_it(tmp_path: Path) -> None:
    first = Import(tmp_path, HOME)
    second = Import(tmp_path, HOME)
    with first, second:
        first.read([deals(tmp_path / "a.xlsx", row("A-1"))])
        second.read([deals(tmp_path / "b.xlsx", row("B-1"))])
        first.check()
        second.check()
        first.publish()
        with pytest.raises(SnapshotError) as told:
            second.publish()
        assert told.value.key == "published_between"
        assert not second.check().first_real
        (snapshot,) = second.publish().snapshots
    assert snapshot.datasets["deals"].rows == 2
