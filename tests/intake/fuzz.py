"""Invented tables and damaged files: every import ends published or explained.

`python -m tests.intake.fuzz 2000` tries so many and counts how they ended. A case fails if it
ends in a traceback, takes too long, tells something that is no sentence, leaves anything behind,
or changes what is served without having published.
"""

from __future__ import annotations

import faulthandler
import io
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as begun_with
from hypothesis import strategies as st

from analytics.errors import TransferScopeError
from analytics.records.forms import FORMS
from analytics.records.importing import Import, Options
from analytics.records.marks import EXAMPLE
from analytics.records.sentences import place, sentence
from analytics.records.store import Store
from analytics.records.templates import template
from analytics.records.types import Field, Source
from analytics.records.values import References
from analytics.text import LANGUAGES
from tests.intake import files

HOME = Path(__file__).parents[2] / "data"
LONGEST_S = 60.0
"""A case that takes longer hangs."""
_TELL_EVERY = 100
_DATASETS = ("deals", "deals", "deals", "projects", "organisations", "workstations", "bases")
_ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16", "utf-16-be")
_ODD: tuple[Any, ...] = (
    *(0, -1, 1e308, 1e-9, 9007199254740993, 44274, 0.35, 20210312, 120.5, True, False),
    *("", " ", "—", "无", "/", "约120", ">120", "120万元", "￥7,910,825", "１２０．５", "35%"),
    *("NaN", "inf", "-inf", "1e999", "=1+1", "+86 20 12345678", "-2+3", "@SUM(A1)", "'=1"),
    *("2021.3.12", "2021年3月", "2021/13/45", "0000-00-00", "31/12/2021", "9999-12-31", "#REF!"),
    *("萝岗区", "从化市", "440106", "广东", "北 京", "香港", "Germany", "火星", "440184"),
    *("开发", "技术开发", "是", "yes", "否", "生物", "院士工作站", "13800138000", "a@b.cn"),
    *("合计", "小计", "单位：万元", "注：", "第 1 页", "例：甲", "退回原因", "二〇二一年"),
    *("\x00", "\ufeff甲", "\u200b", "甲\n乙", '引"号', "a,b;c\td", "𠮷", "😀", "\ud7ff"),
    *("a" * 40_000, "甲" * 300, "%s{0}", "'; drop", "820000", "../../x"),
    *(date(2021, 3, 12), date(1899, 12, 31), date(9999, 12, 31), None),
)
_TITLES = ("技术合同登记表", "单位：万元", "单位：亿元", "填报单位：某某科协", "（单位：项）", "")
_ENDS = (("合计", 253.75), ("注：本表未经审计。",), ("总计", "", "", 1), ("资料来源：年鉴",), ())


@dataclass(frozen=True)
class Case:
    """Files to import, and how.

    Args:
        name: What it is, for the account.
        files: Content by name.
        options: What the user says.
    """

    name: str
    files: dict[str, bytes]
    options: Options = Options()


@dataclass
class Account:
    """How the cases ended."""

    outcomes: Counter[str] = field(default_factory=Counter)
    failures: dict[str, tuple[Case, str]] = field(default_factory=dict)
    longest: float = 0.0

    @property
    def cases(self) -> int:
        """How many there were."""
        return self.outcomes.total()

    def lines(self) -> list[str]:
        """The account as a table: kinds of ending, then the keys of what was explained."""
        kinds: Counter[str] = Counter()
        for outcome, count in self.outcomes.items():
            kinds[outcome.partition(":")[0]] += count
        return [
            f"{self.cases} cases, the longest {self.longest:.1f} s",
            *(f"{count:6}  {kind}" for kind, count in kinds.most_common()),
            "of these",
            *(f"{count:6}  {outcome}" for outcome, count in self.outcomes.most_common()),
        ]


# ------------------------------------------------------------------------------- invented tables


def _titles(item: Field) -> st.SearchStrategy[str]:
    own = f"（{item.unit}）" if item.unit else ""
    unit = st.sampled_from((*[own] * 12, "（万元）", "(亿元)", ""))
    name = st.sampled_from((*[item.zh] * 20, item.en, item.name, *item.synonyms[:3]))
    return st.builds(lambda said, of: said + of, name, unit)


def _cells(item: Field | None) -> st.SearchStrategy[Any]:
    odd = st.one_of(
        st.sampled_from(_ODD),
        st.text(max_size=12),
        st.integers(-(10**12), 10**12),
        st.floats(allow_nan=False, allow_infinity=False),
        st.dates(date(1900, 3, 1)),
    )
    if item is None:
        return odd
    usual = st.sampled_from((item.example, item.example, item.example, *item.values[:3]))
    return st.sampled_from((*[False] * 40, True)).flatmap(lambda strange: odd if strange else usual)


def _seldom(draw: st.DrawFn, of: int) -> bool:
    """True once in so many."""
    return draw(st.sampled_from((*[False] * (of - 1), True)))


def _rare(item: Field) -> int:
    """How seldom a field that may be absent is there: links lead to records that are not."""
    seldom = item.reference and item.kind in ("link", "year")
    return 40 if seldom or item.kind in ("longitude", "latitude") else 3


@st.composite
def _tables(draw: st.DrawFn) -> list[list[Any]]:
    """Rows of a sheet: titles, a header, records, sums and notes, more or less."""
    form = FORMS[draw(st.sampled_from((*_DATASETS, *FORMS)))]
    needed = {*(f.name for f in form.fields if f.required), *sum(form.alternatives, ())}
    chosen: list[Field | None] = [
        item
        for item in form.fields
        if (item.name in needed) != _seldom(draw, 30 if item.name in needed else _rare(item))
    ]
    chosen += [None] * draw(st.sampled_from((0, 0, 0, 1, 2)))
    chosen = draw(st.permutations(chosen)) if draw(st.booleans()) else chosen
    others = st.sampled_from(("备注", "联系电话", "2019年"))
    header = [draw(_titles(item) if item else others) for item in chosen]
    rows: list[list[Any]] = [
        [said] for said in draw(st.lists(st.sampled_from(_TITLES), max_size=2))
    ]
    rows += [] if _seldom(draw, 25) else [header]
    for number in range(draw(st.sampled_from((4, 2, 5, 8, 3, 12, 6, 1, 0)))):
        row = [draw(_cells(item)) for item in chosen]
        for at, item in enumerate(chosen):
            is_key = item is not None and item.kind == "link" and not item.reference
            row[at] = f"{row[at]}{number}" if is_key and row[at] else row[at]
        rows.append(row)
    rows += [list(end) for end in draw(st.lists(st.sampled_from(_ENDS), max_size=2))]
    return rows


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _csv(folder: Path, rows: list[list[Any]], encoding: str, delimiter: str) -> Path:
    def said(cell: Any) -> str:
        return _text(cell).encode(encoding, "replace").decode(encoding)

    safe = [[said(cell) for cell in row] for row in rows]
    return files.text_file(folder / "表.csv", safe, encoding, delimiter)


def _workbook(folder: Path, rows: list[list[Any]]) -> Path:
    kept = [[_within(cell) for cell in row] for row in rows]
    return files.workbook(folder / "表.xlsx", {"登记": kept, "空": []})


def _within(cell: Any) -> Any:
    """A cell as a workbook can hold it."""
    if isinstance(cell, date):
        return cell if cell.year > 1900 else str(cell)
    return cell[:32_000] if isinstance(cell, str) else cell


def _parquet(folder: Path, rows: list[list[Any]]) -> Path:
    width = max(map(len, rows), default=1) or 1
    names = [f"列{n}" for n in range(width)]
    for row in rows[:3]:
        if len(set(map(_text, row))) == width and all(map(_text, row)):
            names, rows = [_text(cell) for cell in row], [r for r in rows if r is not row]
            break
    cells = [[_text(c) or None for c in row] + [None] * (width - len(row)) for row in rows]
    frame = pd.DataFrame(
        cells, columns=[name.replace("\x00", "") or "列" for name in names], dtype=object
    )
    path = folder / "表.parquet"
    with duckdb.connect() as connection:
        connection.register("frame", frame.astype("string"))
        connection.execute(f"copy (from frame) to '{path}' (format parquet)")
    return path


_WRITERS: dict[str, Callable[[Path, list[list[Any]]], Path]] = {
    "xlsx": _workbook,
    "html": lambda folder, rows: files.html_workbook(folder / "表.xls", rows),
    "xml": lambda folder, rows: files.spreadsheetml(folder / "表.xls", rows),
    "parquet": _parquet,
    **{
        f"csv {encoding}": lambda folder, rows, encoding=encoding: _csv(folder, rows, encoding, ",")
        for encoding in _ENCODINGS
    },
    "tsv": lambda folder, rows: _csv(folder, rows, "utf-8", "\t"),
    "csv ;": lambda folder, rows: _csv(folder, rows, "gb18030", ";"),
}


@st.composite
def _invented(draw: st.DrawFn) -> Case:
    kind = draw(st.sampled_from(sorted(_WRITERS)))
    with tempfile.TemporaryDirectory() as folder:
        path = _WRITERS[kind](Path(folder), draw(_tables()))
        content = path.read_bytes()
    held = {path.name: content}
    if _seldom(draw, 12):
        held = {"包.zip": _packed({path.name: content, "__MACOSX/._表": b"x", "读我.txt": b"\xff"})}
        kind += " in zip"
    return Case(kind, held, draw(_options()))


def _packed(held: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return out.getvalue()


def _options() -> st.SearchStrategy[Options]:
    return st.builds(
        Options,
        dataset=st.sampled_from((*[""] * 9, "deals")),
        unit=st.sampled_from(("", "", "万元")),
        crs=st.sampled_from(("", "gcj02")),
        accept_valid=st.sampled_from((True, True, False)),
        remove_missing=st.sampled_from((False, False, True)),
        source=st.just("年鉴"),
    )


# --------------------------------------------------------------------------------- damaged files


def _filled(form: bytes) -> bytes:
    """A template with its example as a record."""
    book = openpyxl.load_workbook(io.BytesIO(form))
    sheet = book.worksheets[0]
    for column, cell in enumerate(sheet[2], start=1):
        sheet.cell(3, column, str(cell.value or "").removeprefix(EXAMPLE))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _example(dataset: str) -> list[list[str]]:
    """A table with the example of a form as its only record."""
    fields = FORMS[dataset].fields
    return [[item.zh for item in fields], [item.example for item in fields]]


def whole_files(folder: Path) -> dict[str, bytes]:
    """Files that import, or are refused for a reason, to be damaged."""
    references = References.load(HOME)
    made = [
        files.messy_workbook(folder / "登记表.xlsx"),
        files.workbook(folder / "合同.xlsx", files.DEALS),
        files.text_file(folder / "合同.csv", files.DEALS),
        files.text_file(folder / "国标.csv", files.DEALS, "gb18030"),
        files.text_file(folder / "宽.tsv", files.DEALS, "utf-16", "\t"),
        files.html_workbook(folder / "网页.xls", files.DEALS, "登记表", "单位：万元", "gb18030"),
        files.spreadsheetml(folder / "旧版.xls", files.DEALS),
        files.old_workbook(
            folder / "九七.xls", [[_text(cell) for cell in row] for row in files.DEALS]
        ),
        _parquet(folder, [list(row) for row in files.DEALS]),
    ]
    made.append(files.encrypted(folder / "加密.xlsx", folder / "合同.xlsx"))
    made.append(files.zipped(folder / "包.zip", {path.name: path for path in made[:4]}, True))
    return {path.name: path.read_bytes() for path in made} | {
        "模板.xlsx": _filled(template("workstations", references)),
    }


@st.composite
def _damaged(draw: st.DrawFn, whole: dict[str, bytes]) -> Case:
    name = draw(st.sampled_from(sorted(whole)))
    content = whole[name]
    if zipfile.is_zipfile(io.BytesIO(content)) and not _seldom(draw, 4):
        content = _damage_member(draw, content)
    else:
        content = _damage(draw, content, whole)
    shown = draw(st.sampled_from((name, name, "文件.xlsx", "文件.csv", "../../../x.xls", "a\x00b")))
    return Case(f"damaged {name}", {shown: content}, draw(_options()))


def _damage(draw: st.DrawFn, content: bytes, whole: dict[str, bytes]) -> bytes:
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        to = min(len(content), at + draw(st.sampled_from((1, 2, 8, 64, 1024))))
        how = draw(st.sampled_from(("set", "set", "cut", "end", "twice", "put", "other", "fill")))
        if how == "set":
            content = content[:at] + draw(st.binary(min_size=1, max_size=4)) + content[at + 1 :]
        elif how == "cut":
            content = content[:at] + content[to:]
        elif how == "end":
            content = content[:at]
        elif how == "twice":
            content = content[:to] + content[at:]
        elif how == "put":
            content = content[:at] + draw(st.binary(max_size=40)) + content[at:]
        elif how == "other":
            content = content[:at] + whole[draw(st.sampled_from(sorted(whole)))][at:]
        else:
            content = content[:at] + bytes([draw(st.integers(0, 255))]) * (to - at) + content[to:]
    return content


def _damage_member(draw: st.DrawFn, content: bytes) -> bytes:
    """Damage a part of an archive or workbook and pack it anew, so that its checksums are right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        held = {info.filename: archive.read(info) for info in archive.infolist()}
    name = draw(st.sampled_from(sorted(held)))
    if _seldom(draw, 10):
        del held[name]
    else:
        held[name] = _damage(draw, held[name], held)
    return _packed(held)


def cases(whole: dict[str, bytes]) -> st.SearchStrategy[Case]:
    """Invented tables and damaged files, as many of these as of those."""
    return st.one_of(_invented(), _damaged(whole))


# ------------------------------------------------------------------------------------- importing


class Desk:
    """A data folder with a few records, into which every case is imported.

    Args:
        folder: Where it lies.
    """

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        first = [files.text_file(self.files / "deals.csv", files.DEALS)]
        for name in ("bases", "workstations", "projects"):
            path = self.files / f"{name}.csv"
            first.append(files.text_file(path, _example(name)))
        with Import(self.data, HOME, Options(unit="万元", operator="fuzz")) as work:
            work.read([Source(path.name, path) for path in first])
            work.check()
            work.publish()
        self.store = Store.of_records(self.data)
        self.base = self.store.current()
        assert self.base
        self.left = self._listing()

    def outcome(self, case: Case) -> str:
        """Import a case, hold it to its promises, and set everything back.

        Raises:
            AssertionError: It broke one.
        """
        try:
            said = self._import(case)
            served = self.store.current()
            assert (served != self.base) <= said.startswith("published"), "not published"
            if said.startswith("published"):
                faults = self.store.verify(served)
                assert not faults, faults
            else:
                assert self._listing() == self.left, "something was left behind or changed"
            return said
        finally:
            self._set_back()

    def _import(self, case: Case) -> str:
        sources: list[Source] = []
        for number, (name, content) in enumerate(case.files.items()):
            path = self.files / str(number)
            path.write_bytes(content)
            sources.append(Source(name, path))
        try:
            with Import(self.data, HOME, case.options) as work:
                work.read(sources)
                report = work.check()
                _hold_sentences(work)
                if report.refused:
                    self._hold_refused(work, case)
                done = work.publish()
        except TransferScopeError as error:
            _hold_words([error.message(language) for language in LANGUAGES])
            return f"explained: {error.key}"
        if not done.snapshots:
            return "nothing changed"
        return "published in part" if report.refused else "published"

    def _hold_refused(self, work: Import, case: Case) -> None:
        """The refused rows can be written, and read again."""
        path = self.files / "refused.xlsx"
        work.write_refused(path, "zh")
        with Import(self.data, HOME, case.options) as again:
            try:
                again.read([Source("refused.xlsx", path)])
                again.check()
            except TransferScopeError as error:
                _hold_words([error.message("zh")])

    def _listing(self) -> list[str]:
        """Every file, with its size and the time of its last change."""
        files_ = sorted(path for path in self.data.rglob("*") if path.is_file())
        return [
            f"{path.relative_to(self.data).as_posix()} {stat.st_size} {stat.st_mtime_ns}"
            for path in files_
            if path.suffix != ".lock"
            for stat in [path.stat()]
        ]

    def _set_back(self) -> None:
        assert self.base
        if self.store.current() != self.base:
            self.store.use(self.base)
        for info in self.store.list():
            if info.id != self.base:
                shutil.rmtree(self.store.path(info.id))
        shutil.rmtree(self.data / "series", ignore_errors=True)
        self.left = self._listing()


def _hold_sentences(work: Import) -> None:
    for finding in work.found(400):
        words = [sentence(finding.key, finding.details, language) for language in LANGUAGES]
        _hold_words([*words, place(finding, "zh")])


def _hold_words(words: Sequence[str]) -> None:
    for said in words:
        assert said.strip(), "an empty sentence"
        assert "Traceback" not in said and "Error:" not in said, said
        assert tempfile.gettempdir() not in said, f"a path of ours: {said}"


# --------------------------------------------------------------------------------------- running


def run(count: int, folder: Path, seed: int | None = None) -> Account:
    """Try so many cases.

    Args:
        count: How many.
        folder: Where to work.
        seed: Begins the chance; None takes the same cases each time.
    """
    account = Account()
    whole_folder = folder / "whole"
    whole_folder.mkdir(parents=True)
    desk = Desk(folder)

    def tried(case: Case) -> None:
        begin = time.perf_counter()
        faulthandler.dump_traceback_later(2 * LONGEST_S, exit=True)
        try:
            outcome = desk.outcome(case)
        except Exception as error:
            outcome = f"FAILED: {_where(error)}"
            account.failures.setdefault(outcome, (case, traceback.format_exc()))
        finally:
            faulthandler.cancel_dump_traceback_later()
        spent = time.perf_counter() - begin
        if spent > LONGEST_S:
            outcome = f"FAILED: {spent:.0f} s"
            account.failures.setdefault(outcome, (case, ""))
        account.longest = max(account.longest, spent)
        account.outcomes[outcome] += 1
        if account.cases % _TELL_EVERY == 0:
            failed = sum(n for how, n in account.outcomes.items() if how.startswith("FAILED"))
            print(f"{account.cases} of {count}, {failed} failed", file=sys.stderr, flush=True)

    chosen = settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=seed is None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),  # pyright: ignore
    )
    test = given(cases(whole_files(whole_folder)))(tried)
    chosen(test if seed is None else begun_with(seed)(test))()
    return account


def _where(error: Exception) -> str:
    """Kind of the error and the innermost line of ours that it came from."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "/analytics/" in frame.filename or "/tests/" in frame.filename
    ]
    last = frames[-1]
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno} {str(error)[:80]}"


def main(arguments: Sequence[str]) -> int:
    """Try the cases, print the account; keep the files of those that failed.

    Args:
        arguments: How many, and with which seed; without a seed the cases are always the same.
    """
    faulthandler.enable()  # so that a crash of a library is told too
    count = int(arguments[0]) if arguments else 2000
    seed = int(arguments[1]) if len(arguments) > 1 else None
    kept = Path(tempfile.gettempdir()) / "transferscope-fuzz"
    with tempfile.TemporaryDirectory() as folder:
        account = run(count, Path(folder), seed)
    print("\n" + "\n".join(account.lines()))
    for number, (outcome, (case, trace)) in enumerate(account.failures.items()):
        where = kept / str(number)
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        for at, content in enumerate(case.files.values()):
            (where / str(at)).write_bytes(content)
        print(f"\n{outcome}\n{case.name} {list(case.files)} {case.options}\n{where}\n{trace}")
    return 1 if account.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
