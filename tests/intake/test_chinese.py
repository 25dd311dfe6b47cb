"""What a Chinese reader is told is Chinese: no library's words, no English terms in between."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from analytics.__main__ import main
from analytics.claims.reading import read_claims
from analytics.errors import TransferScopeError, UnknownName, reason_of
from analytics.records.importing import Import, Options
from analytics.records.mappings import load_mappings, save_mapping
from analytics.records.store import Store
from analytics.records.types import Mapping, Source
from analytics.records.values import References
from analytics.settings import read_settings
from analytics.snapshot import read_pointers, read_snapshot
from tests.intake import files
from tests.intake.running import HOME, run
from tests.intake.snapshots import publish

ENGLISH = re.compile(r"[A-Za-z']{2,}(?:[ ,:]+[A-Za-z']+){2,}")
"""Three words in a row."""
COMMAND = re.compile(r"python -m analytics [a-z]+( --[a-z]+)?|enabled = (true|false)")


def _broken(path: Path, of: Path, keep: float = 0.5) -> Path:
    whole = of.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    return path


def _read(path: Path) -> None:
    with Import(path.parent / "data", HOME) as work:
        work.read([Source(path.name, path)])


def _zip(folder: Path) -> None:
    inner = files.text_file(folder / "a.csv", files.DEALS)
    _read(_broken(folder / "b.zip", files.zipped(folder / "whole.zip", {"a.csv": inner})))


def _no_zip(folder: Path) -> None:
    (folder / "b.xlsx").write_bytes(b"PK\3\4" + b"rubbish " * 200)
    _read(folder / "b.xlsx")


def _xlsx(folder: Path) -> None:
    _read(_broken(folder / "b.xlsx", files.messy_workbook(folder / "whole.xlsx"), 0.9))


def _xls(folder: Path) -> None:
    whole = files.old_workbook(folder / "whole.xls", [["合同编号", "成交额"], ["1", 2]])
    _read(_broken(folder / "b.xls", whole))


def _parquet(folder: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 1 as a) to '{folder}/whole.parquet' (format parquet)")
    _read(_broken(folder / "b.parquet", folder / "whole.parquet", 0.9))


def _absent(folder: Path) -> None:
    _read(folder / "none.csv")


def _folder(folder: Path) -> None:
    (folder / "a.csv").mkdir()
    _read(folder / "a.csv")


def _settings(*said: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        (folder / "settings.toml").write_text("\n".join(said), encoding="utf-8")
        read_settings(folder)

    return read


def _gbk_settings(folder: Path) -> None:
    (folder / "settings.toml").write_bytes("# 设置".encode("gbk"))
    read_settings(folder)


def _mapping(*said: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        (folder / "a.toml").write_text("\n".join(said), encoding="utf-8")
        load_mappings(folder)

    return read


def _unsaved(folder: Path) -> None:
    (folder / "mappings").write_text("in the way", encoding="utf-8")
    save_mapping(folder / "mappings", Mapping("月报", "deals"))


def _synonyms(folder: Path) -> None:
    (folder / "synonyms.csv").mkdir()
    References.load(HOME, folder).codes("contract_types")


def _pointer(said: str) -> Callable[[Path], None]:
    def read(folder: Path) -> None:
        (folder / "snapshots").mkdir()
        (folder / "snapshots" / "current").write_text(said, encoding="utf-8")
        read_pointers(folder)

    return read


def _manifest(folder: Path) -> None:
    (folder / "demo").mkdir()
    (folder / "demo" / "manifest.json").write_text('{"kind": 1}', encoding="utf-8")
    read_snapshot(folder)


def _another(folder: Path) -> None:
    store = Store.of_records(folder)
    first = publish(store, folder / "bench", 10)
    path = store.path(first.id) / "manifest.json"
    said = path.read_text(encoding="utf-8").replace(first.id, first.id[:-1] + "0" * 1 + "x")
    path.write_text(said, encoding="utf-8")
    read_snapshot(folder)


def _damaged(folder: Path) -> None:
    store = Store.of_records(folder)
    first, second = (publish(store, folder / "bench", value) for value in (10, 20))
    path = store.table(first.id, "deals")
    assert path
    path.write_bytes(b"PAR1 and then nothing")
    store.diff(first.id, second.id)


def _taken(folder: Path) -> None:
    (folder / "data").write_text("in the way", encoding="utf-8")
    Import(folder / "data", HOME)


def _unwritten(folder: Path) -> None:
    bad = files.text_file(folder / "a.csv", [*files.DEALS, ("HT-9", "2021-02-30", "x", "", "", 1)])
    with Import(folder / "data", HOME, Options(unit="万元")) as work:
        work.read([Source("a.csv", bad)])
        work.check()
        work.write_refused(folder / "none" / "back.xlsx", "zh")


def _claims(folder: Path) -> None:
    read_claims(folder / "claims.csv")


def _asked(*header: str) -> Callable[[Path], None]:
    def check(folder: Path) -> None:
        path = files.text_file(folder / "a.csv", [header, *[("1",) * len(header)] * 3])
        with Import(folder / "data", HOME, Options(dataset="deals")) as work:
            work.read([Source("a.csv", path)])
            work.check()

    return check


def _unclear(folder: Path) -> None:
    path = files.text_file(folder / "a.csv", [("编号", "名称", "日期"), ("1", "甲", "2021-03-12")])
    with Import(folder / "data", HOME) as work:
        work.read([Source("a.csv", path)])
        work.check()


def _name(what: str) -> Callable[[Path], None]:
    def refuse(_folder: Path) -> None:
        raise UnknownName(what, "valeu_cny", ("value_cny",))

    return refuse


CASES = {
    "zip": _zip,
    "no zip": _no_zip,
    "xlsx": _xlsx,
    "xls": _xls,
    "parquet": _parquet,
    "absent": _absent,
    "folder": _folder,
    "settings syntax": _settings("[import", "enabled = true"),
    "settings end": _settings("[import]", "enabled ="),
    "settings entry": _settings("[imports]", "enabled = true"),
    "settings value": _settings("[import]", 'enabled = "yes"'),
    "settings encoding": _gbk_settings,
    "mapping syntax": _mapping("name = "),
    "mapping pattern": _mapping(
        'name = "a"', 'dataset = "deals"', "[[titles]]", 'pattern = "("', "[titles.sets]"
    ),
    "mapping not saved": _unsaved,
    "synonyms": _synonyms,
    "pointer syntax": _pointer("{"),
    "pointer keys": _pointer("{}"),
    "pointer id": _pointer('{"snapshot": "../demo"}'),
    "manifest": _manifest,
    "another's manifest": _another,
    "damaged table": _damaged,
    "data folder": _taken,
    "refused file": _unwritten,
    "claims": _claims,
    "column missing": _asked("id", "value", "type", "other"),
    "dataset unclear": _unclear,
    "field": _name("field"),
    "dimension": _name("dimension of deals"),
}


@pytest.mark.parametrize("case", CASES)
def test_an_error_is_told_in_the_readers_language(case: str, tmp_path: Path) -> None:
    with pytest.raises(TransferScopeError) as told:
        CASES[case](tmp_path)
    said = COMMAND.sub("", told.value.message("zh").replace(str(tmp_path), ""))
    said = said.replace("id、value、type、other", "")
    assert not ENGLISH.search(said), said
    assert not re.search(r"Error|Exception|None|Reason|\{", said), said
    english = told.value.message("en")
    assert not re.search("[一-鿿]", english.replace("月报", "")), english
    assert not re.search(r"Reason\(|\{\w+\}", english), english


def test_what_the_system_says_is_told_in_chinese() -> None:
    for number in (2, 5, 13, 21, 28):
        said = reason_of(OSError(number, "some English words")).message("zh")
        assert not re.search("[A-Za-z]", said), said
    assert "系统错误 5" in reason_of(OSError(5, "Input/output error")).message("zh")
    assert reason_of(OSError(5, "Input/output error")).message("en") == "Input/output error"


def test_a_mapping_that_cannot_be_saved_leaves_the_command_a_sentence(
    tmp_path: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path / "data"))
    path = files.text_file(tmp_path / "a.csv", files.DEALS)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mappings").mkdir()
    (tmp_path / "data" / "mappings" / "月报.toml").mkdir()
    asked = ["import", str(path), "--unit", "万元", "--save-mapping", "月报", "--language", "zh"]
    assert main(asked) == 2
    assert "对应关系" in capsys.readouterr().err
    assert main(["templates", "--out", str(path / "in a file")]) == 2
    assert "cannot be written" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["import", str(path), "--complete-until", "2021"])
    assert "expected a day such as 2025-06-30" in capsys.readouterr().err


def test_every_finding_of_a_messy_file_is_chinese(tmp_path: Path) -> None:
    rows = [*files.DEALS, ("HT-9", "2021-02-30", "weird", "甲", "乙", "around 5 dollars")]
    outcome = run(tmp_path / "data", files.text_file(tmp_path / "a.csv", rows), unit="万元")
    assert outcome.errors
    for finding in outcome.findings:
        assert not ENGLISH.search(finding.sentence("zh")), finding
