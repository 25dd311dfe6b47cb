"""Which rows beneath a header are records, and what their columns hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.records.layout.grid import Line
from analytics.records.marks import is_example, may_be_example
from analytics.records.types import Sheet

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench

_SPACES = " \\t\\n\\r\u00a0\u3000\ufeff"
_GAP = "[ \\t\\n\\r\u00a0\u3000]*"
_SUM_WORDS = "|".join(_GAP.join(word) for word in ("合计", "小计", "总计", "共计", "累计"))
_SUM = (
    f"^(.{{0,24}}({_SUM_WORDS})(数|额|数额)?|.{{0,24}}\\b(sub-?|grand )?total|sums?)"
    f"{_GAP}[:：]?{_GAP}$"
)
_SUM_CELLS = ("合计", "小计", "总计", "共计", "累计", "本页合计", "本页小计", "total", "subtotal")
_NOTE = (
    "^[*※▲△#＊]|^[（(【\\[]?(注|注释|附注|备注|说明|填表说明|填报说明|编制说明|资料来源|数据来源|来源|"
    "制表|制表人|填表|填表人|填报|填报人|填报单位|填报日期|审核|审核人|复核|复核人|负责人|单位负责人|"
    "联系人|联系电话|打印时间|打印日期|导出时间|统计时间|单位|单位盖章|notes?|source|remarks?|unit)"
    f"[】\\])）]?{_GAP}[0-9一二三四五]?{_GAP}[:：]|^(注[0-9一二三四]?[、.．]|摘编自|摘自|引自)|"
    f"^第{_GAP}\\d+{_GAP}页"
)
_ORDINAL = "[一二三四五六七八九十]+"
_GROUP = f"^({_ORDINAL}[、.．]|[（(]{_ORDINAL}[)）]|第{_ORDINAL}[部类章])"
_LABELS = 4
"""Columns at the left in which a word such as 合计 may stand."""
_SAMPLED = 400


@dataclass(frozen=True)
class Body:
    """The records of a table.

    Args:
        first: Row of the first; one more than `last` where there is none.
        last: Row of the last.
        rows: How many.
        counts: How many have a value, by column.
        cells: Cells of some of them, by column.
    """

    first: int
    last: int
    rows: int
    counts: dict[int, int]
    cells: dict[int, list[str]]


def left_out_table(sheet: Sheet) -> str:
    """The relation that holds the rows of a sheet that are no records."""
    return f"left_out_{sheet.number}"


def read_body(sheet: Sheet, bench: Workbench, header: Sequence[Line], years: Sequence[int]) -> Body:
    """Tell records from sums, notes, blank rows and repeated headers, and look into them.

    Args:
        sheet: The sheet; its other rows come to stand in `left_out_<number>`.
        bench: Where it lies.
        header: Lines of the header.
        years: Columns that each stand for a year.
    """
    columns = range(sheet.width)
    bench.connection.execute(
        f"create or replace table {left_out_table(sheet)} as {_left_out(sheet, header, years)}"
    )
    records = f"{sheet.table} anti join {left_out_table(sheet)} using (row_no)"
    counted = ", ".join(f"count(c{column})" for column in columns)
    row = bench.connection.execute(
        f"select min(row_no), max(row_no), count(*), {counted} from {records}"
    ).fetchone()
    if row is None or row[0] is None:
        last = header[-1].row
        return Body(
            last + 1, last, 0, dict.fromkeys(columns, 0), {column: [] for column in columns}
        )
    first, last, rows, *counts = row
    step = max(1, (last - first) // _SAMPLED)
    some = bench.connection.execute(
        f"select {', '.join(f'c{column}' for column in columns)} from {records} "
        f"where row_no < {first + _SAMPLED} or row_no % {step} = 0 order by row_no "
        f"limit {3 * _SAMPLED}"
    ).fetchall()
    cells = {
        column: [said for cell in some if (said := (cell[column] or "").strip())]
        for column in columns
    }
    return Body(first, last, rows, dict(zip(columns, counts, strict=True)), cells)


def _left_out(sheet: Sheet, header: Sequence[Line], years: Sequence[int]) -> str:
    """SQL of the rows that are no records; only those that may be none are looked at closely."""
    top, bottom = header[0].row, header[-1].row
    named = sorted({column for line in header for column in line.cells})
    few = max(2, len(named) // 2)
    repeats, silent = _repeats(header), _says_nothing(years)
    maybe = " or ".join(_may_be_sum(f"c{column}") for column in named[:_LABELS])
    example = is_example(range(sheet.width))
    return f"""
        with suspects as (
            select *, {_filled(range(sheet.width))} as filled, {_first(range(sheet.width))} as said
            from {sheet.table}
            where row_no <= {bottom} or filled <= {few} or ({repeats}) or ({silent}) or {maybe}
                or {may_be_example(named)}
        ),
        told as (
            select row_no, case
                when row_no between {top} and {bottom} then 'header'
                when said is null then 'blank'
                when row_no < {top} then 'note'
                when {repeats} then 'header'
                when {example} then 'example'
                when filled <= {few} and regexp_matches(said, {_quoted(_NOTE)}, 'i') then 'note'
                when {_is_sum(named)} then 'sum'
                when {silent} then 'note'
                when filled = 1 and {len(named)} > 1
                    and regexp_matches(said, {_quoted(_GROUP)}) then 'note'
                when filled = 1 and {len(named)} > 2 and c{named[0]} is not null
                    and length(said) > 20 and regexp_matches(said, '[，。；：:;]') then 'note'
            end as reason
            from suspects
        )
        select row_no, reason from told where reason is not null order by row_no
    """


def _filled(columns: Sequence[int]) -> str:
    return " + ".join(f"(c{column} is not null)::integer" for column in columns)


def _first(columns: Sequence[int]) -> str:
    """The first cell of a row that says something, without the spaces around it."""
    cells = [f"nullif(trim(c{column}, e'{_SPACES}'), '')" for column in columns]
    return f"coalesce({', '.join(cells)})"


def _is_sum(named: Sequence[int]) -> str:
    """Whether a row adds others up: its first cell ends in 合计, or one at the left is no more."""
    words = ", ".join(map(_quoted, _SUM_CELLS))
    cells = [
        f"(length(c{column}) < 12 and "
        f"lower(regexp_replace(c{column}, '\\s|\u3000', '', 'g')) in ({words}))"
        for column in named[:_LABELS]
    ]
    begins = f"(length(said) < 30 and regexp_matches(said, {_quoted(_SUM)}, 'i'))"
    return " or ".join([begins, *cells])


def _may_be_sum(cell: str) -> str:
    """A quick test before the slow ones."""
    return f"contains({cell}, '计') or {cell} ilike '%total%' or {cell} ilike '%sum%'"


def _repeats(header: Sequence[Line]) -> str:
    """Whether a row repeats a row of the header, as printed pages do."""
    tests = [
        " and ".join(
            f"coalesce(c{column}, '') = {_quoted(said)}"
            for column, said in list(line.own.items())[:6]
        )
        for line in header
        if len(line.own) > 1
    ]
    return " or ".join(f"({test})" for test in tests) or "false"


def _says_nothing(years: Sequence[int]) -> str:
    """Whether a row of a table with a column a year has no value for any year."""
    if len(years) < 2:
        return "false"
    return " and ".join(f"c{column} is null" for column in years)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
