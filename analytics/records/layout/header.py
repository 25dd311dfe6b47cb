"""Which row of a sheet is its header, or why none is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from analytics.records.forms import FORMS
from analytics.records.layout.grid import TITLES, Grid, Line
from analytics.records.wording import plain, read_header, short, tidy

_OFTEN = (
    "序号 编号 名称 单位 地区 区域 金额 日期 时间 年份 年度 类型 类别 备注 说明 状态 合计 数量 "
    "比例 联系人 联系电话 电话 手机 邮箱 地址 负责人 职务 职称 姓名 性别 身份证号 指标 领域 来源 "
    "no name date year type amount region remarks phone email contact"
)
_BODY = 30
"""Rows beneath a line that are compared with it."""


class NoHeader(Exception):
    """A table without header, or no table at all.

    Args:
        row: Where its first record seems to be; 0 where there is no table.
        found: What stands there.
        is_form: Whether it is a form of one record, its headings one beneath the other.
    """

    def __init__(self, row: int = 0, found: str = "", is_form: bool = False) -> None:
        """Keep where and what."""
        super().__init__(row, found, is_form)
        self.row = row
        self.found = found
        self.is_form = is_form


@cache
def header_words() -> frozenset[str]:
    """Words that are known to stand in headers."""
    said = [
        word
        for form in FORMS.values()
        for field in form.fields
        for word in (field.name, field.zh, field.en, *field.synonyms)
    ]
    return frozenset(plain(word) for word in [*said, *_OFTEN.split()])


def is_known(cell: str) -> bool:
    """Whether a header cell uses a known word."""
    said = read_header([cell])
    words = [word for word in (said.title, said.english) if word]
    return any(form(word) in header_words() for word in words for form in (plain, short))


def find_header_line(grid: Grid) -> int:
    """Position of the line that names the columns best.

    Raises:
        NoHeader: The sheet has no table, or its table has no header.
    """
    candidates = [
        index for index, line in enumerate(grid.lines) if line.row < grid.start + TITLES + 5
    ]
    scores = {index: score for index in candidates if (score := _score(grid, index)) > 0}
    best = max(scores, key=lambda index: (scores[index], -index), default=None)
    if _is_form(grid, best):
        raise NoHeader(is_form=True)
    if best is None:
        raise _no_header(grid)
    if _has_records_above(grid, best):
        raise _no_header(grid)
    if not any(map(is_known, grid.lines[best].cells.values())):
        for index in range(best + 1):
            if index in scores and _is_like_those_below(grid, index):
                raise _record_first(grid.lines[index])
    return best


def columns_below(grid: Grid, index: int) -> dict[int, list[str]]:
    """Cells beneath a line, by column, for columns that are used in a fifth of the rows."""
    own = grid.lines[index].own
    lines = [
        line
        for line in grid.lines[index + 1 :]
        if (len(line.own) > 1 or grid.width == 1) and line.own != own
    ][:_BODY]
    found: dict[int, list[str]] = {}
    for line in lines:
        for column, said in line.own.items():
            found.setdefault(column, []).append(said.strip())
    return {column: cells for column, cells in found.items() if len(cells) * 5 >= len(lines)}


def _score(grid: Grid, index: int) -> float:
    """How well a line serves as header: the columns it names, known words, contrast below."""
    line = grid.lines[index]
    named = line.of("word", "year")
    if _is_title(grid, line) or len(line.of("other")) * 5 > len(named):
        return 0
    known = sum(is_known(line.cells[column]) for column in named)
    body = columns_below(grid, index)
    if not body or grid.width == 1:
        # A form sent empty, or a list of one column: only known words tell the header.
        return 4 * known / len(named) if known * 2 >= len(named) else 0
    coverage = len(body.keys() & set(named)) / len(body)
    if coverage < 0.5 and known < 3:
        return 0
    contrast = sum(_contrast(line, column, body.get(column, [])) for column in named)
    return 2 * coverage + (2 * known + contrast - len(line.of("other"))) / len(named)


def _is_title(grid: Grid, line: Line) -> bool:
    """Whether a line is a title, a note or a line of particulars (填报单位：…)."""
    if not line.of("word") and len(line.of("year")) < 2:
        return True
    alone = len(set(line.cells.values())) < 2 or len(line.of("word", "year")) < 2
    return grid.width > 1 and alone


def _contrast(line: Line, column: int, below: Sequence[str]) -> int:
    """1 for a cell of another sort than what stands beneath it, -1 for one of the same make."""
    said = line.cells[column]
    if line.sorts[column] == "word" and _alike(said, below):
        return -1
    numeric = sum(bool(re.search(r"\d", cell)) for cell in below)
    plain = line.sorts[column] == "year" or not re.search(r"\d", said)
    return int(plain and numeric * 2 > len(below))


def _is_form(grid: Grid, best: int | None) -> bool:
    """Whether the rows are headings of one record: 合同编号 | D1, beneath it 签订日期 | 2024-03."""
    if best is not None and sum(map(is_known, grid.lines[best].cells.values())) > 2:
        return False
    firsts = [next(iter(line.own.values())) for line in grid.lines if len(line.own) > 1]
    known = sum(is_known(said) for said in firsts)
    return known > 2 and known * 10 >= len(firsts) * 6


def _has_records_above(grid: Grid, best: int) -> bool:
    """Whether rows above look like records: then the line found is one that lacks its numbers."""
    width = len(grid.lines[best].cells)
    return any(
        len(line.own) >= max(3, 0.6 * width)
        and len(line.of("other")) >= 2
        and not any(":" in said or "：" in said for said in line.own.values())
        for line in grid.lines[:best]
    )


def _is_like_those_below(grid: Grid, index: int) -> bool:
    """Whether a cell of a line is of one make with those beneath it: then it is a record."""
    line, below = grid.lines[index], columns_below(grid, index)
    return any(_alike(line.cells[column], below.get(column, [])) for column in line.of("word"))


def _alike(said: str, below: Sequence[str]) -> bool:
    said = said.strip()
    if said in below:
        return True
    return _agrees(said, below, _shape) or _agrees(said, below, _ending)


def _agrees(said: str, below: Sequence[str], form: Callable[[str], str]) -> bool:
    """Whether a text has the form that most of those beneath it have."""
    forms = Counter(found for cell in below if (found := form(cell)))
    usual, count = forms.most_common(1)[0] if forms else ("", 0)
    return count >= 3 and count * 2 > len(below) and form(said) == usual


def _shape(said: str) -> str:
    """示例企业 0421 and 示例园区 12 are both H 9; texts without a number have no shape."""
    if not re.search(r"\d", said):
        return ""
    text = re.sub(r"[\u3400-\u9fff]+", "H", said)
    return re.sub(r"[A-Za-z]+", "A", re.sub(r"\d+", "9", text))


def _ending(said: str) -> str:
    """The last two characters of a longer name: 公司, 大学."""
    return said[-2:] if len(said) > 3 else ""


def _no_header(grid: Grid) -> NoHeader:
    """No header, or no table: a table has several rows with several columns."""
    rows = [line for line in grid.lines if len(line.own) > 1]
    filled = [line for line in rows if line.of("other", "year") or len(line.own) > 2]
    if len(filled) < 2:
        return NoHeader()
    return _record_first(filled[0])


def _record_first(line: Line) -> NoHeader:
    return NoHeader(line.row, " | ".join(tidy(said)[:30] for said in list(line.own.values())[:6]))
