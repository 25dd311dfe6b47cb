"""Where in a sheet the table is: its titles, unit, header, records, and what is none of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analytics.errors import Unusable
from analytics.records.layout.block import find_block, parts_of
from analytics.records.layout.body import Body, left_out_table, read_body
from analytics.records.layout.grid import Grid, read_grid
from analytics.records.layout.header import NoHeader, find_header_line
from analytics.records.layout.merges import fill_merged
from analytics.records.layout.personal import personal_kind
from analytics.records.layout.stacked import part_sheets, table_starts
from analytics.records.marks import is_reason
from analytics.records.types import Heading, Layout, Sheet
from analytics.records.units import is_money, unit_of_line
from analytics.records.wording import Said, read_header, year_of

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench

__all__ = [
    "columns_of",
    "find_layout",
    "is_empty",
    "left_out_table",
    "part_sheets",
    "stem",
    "table_starts",
]

_SAMPLES = 20
_NO_MONEY = re.compile(
    r"(日期|时间|数|数量|号|编号|编码|代码|年份|年度|年|序号|比例|占比|比重|率|增速|同比|经度|纬度|人次|%|％|"
    r"date|count|number|no\.?|id|year|share|rate|lon|lat|longitude|latitude)$",
    re.I,
)
_NUMBER = re.compile(r"[￥¥约]?\s*-?[\d,，]*\.?\d+\s*(?:[十百千万亿]*元)?")


def is_empty(sheet: Sheet, bench: Workbench) -> bool:
    """Whether a sheet holds nothing but blank cells."""
    cells = [f"c{column}" for column in range(sheet.width)]
    if not cells or not sheet.rows:
        return True
    some = f"exists (from {sheet.table} where trim(concat_ws('', {', '.join(cells)})) <> '')"
    row = bench.connection.execute(f"select {some}").fetchone()
    return not (row and row[0])


def find_layout(sheet: Sheet, bench: Workbench) -> Layout:
    """Find the table of a sheet; the rows that are no records go to `left_out_<number>`.

    A table without records, such as a template sent back empty, has `last` before `first`.

    Raises:
        Unusable: The sheet has no table (`no_table`), is a form of one record (`form_not_table`),
            or its table has no header (`no_header`).
    """
    grid = read_grid(sheet, bench)
    try:
        block = find_block(grid, find_header_line(grid))
    except NoHeader as error:
        raise _refusal(sheet, grid, error) from None
    header = grid.lines[block[0] : block[1] + 1]
    said = {column: read_header(parts_of(grid, block, column)) for column in range(sheet.width)}
    fill_merged(sheet, bench, header[-1].row)
    body = read_body(sheet, bench, header, [c for c, words in said.items() if words.year])
    titles = tuple(line.text for line in grid.lines[: block[0]] if line.own)
    unit = next((found for line in titles if (found := unit_of_line(line))), "")
    return Layout(
        sheet=sheet,
        titles=titles,
        unit=unit,
        header=(header[0].row, header[-1].row),
        headings=_headings(said, body, unit),
        first=body.first,
        last=body.last,
    )


def stem(heading: Heading) -> str:
    """A heading's title without its year: 合同数 of "2019年合同数"; empty for a year alone."""
    return heading.title if heading.year is None else year_of(heading.title)[1]


def columns_of(layout: Layout, title: str) -> tuple[Heading, ...]:
    """The headings that a mapping's title means: one, or a column a year.

    The stem of such columns means them all (合同数), and so does the title of any of them (2019,
    "2019年合同数"), even of one that this year's file no longer has. The one named comes first.
    """
    named = next((heading for heading in layout.headings if heading.title == title), None)
    if named and named.year is None:
        return (named,)
    wanted = year_of(title)[1]
    alike = [
        heading
        for heading in layout.headings
        if title and heading.year is not None and stem(heading) == wanted
    ]
    return tuple(sorted(alike, key=lambda heading: heading != named))


def _headings(said: dict[int, Said], body: Body, unit: str) -> tuple[Heading, ...]:
    found: list[Heading] = []
    taken: dict[str, int] = {}
    for column, words in said.items():
        cells = body.cells.get(column, [])
        if not words.title and not cells or is_reason(words.title):
            continue
        title = words.title or f"({_letter(column)})"
        taken[title] = taken.get(title, 0) + 1
        title = title if taken[title] == 1 else f"{title} ({taken[title]})"
        personal = personal_kind(words.title, cells) or personal_kind(words.english, [])
        found.append(
            Heading(
                column=column,
                title=title,
                english=words.english,
                unit=words.unit or (unit if _takes_unit(words, cells, unit) else ""),
                year=words.year,
                filled=body.counts[column] / body.rows if body.rows else 0.0,
                samples=() if personal else tuple(dict.fromkeys(cells))[:_SAMPLES],
                personal=personal,
            )
        )
    return tuple(found)


def _takes_unit(words: Said, cells: Sequence[str], unit: str) -> bool:
    """Whether the sheet's unit is meant for a column: one of money is not for counts or ids."""
    numbers = sum(bool(_NUMBER.fullmatch(cell)) for cell in cells)
    if numbers * 2 <= len(cells):
        return False
    rest = year_of(words.title)[1] if words.year else words.title
    return not (is_money(unit) and _NO_MONEY.search(rest))


def _letter(column: int) -> str:
    """A column's letter as spreadsheets show it."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _refusal(sheet: Sheet, grid: Grid, error: NoHeader) -> Unusable:
    if error.row:
        return Unusable(
            "no_header", file=sheet.file, sheet=sheet.name, row=error.row, found=error.found
        )
    if error.is_form:
        return Unusable("form_not_table", file=sheet.file, sheet=sheet.name)
    found = grid.lines[0].text[:60] if grid.lines else "—"
    return Unusable("no_table", file=sheet.file, sheet=sheet.name, found=found)
