"""Several tables one beneath the other on one sheet: each becomes a sheet of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analytics.records.layout.body import left_out_table
from analytics.records.layout.grid import TITLES, sort_of
from analytics.records.layout.header import header_words, is_known
from analytics.records.relations import quoted
from analytics.records.types import Layout, Sheet

if TYPE_CHECKING:
    from analytics.records.workbench import Workbench

MOST = 50
"""Tables that one sheet is parted into."""
_LOOKED_AT = 1_000
"""Rows like a header that are looked at closely."""
_LEAST = 3
"""Cells that a header must have, and known words in it."""
_SHARE = 0.6
"""Share of its cells that must be known words."""
_LEADING = 4
"""Columns at the left that hold no digit in a header."""
_PASSING = re.compile(r"[\d\s一二三四五六七八九十（()）、.．,，:：第页续表]+")
"""What differs between the titles of one table's pages."""
Block = tuple[int, int]
"""First and last row of a header."""


def table_starts(sheet: Sheet, layout: Layout | None, bench: Workbench) -> list[int]:
    """Rows at which further tables begin, with their titles; none where the sheet has but one.

    A further table has a header of its own: other known words, or the same ones beneath another
    title. The same header without another title is that of a printed page.

    Args:
        sheet: The sheet.
        layout: Its table, as far as there is but one; None where none was found.
        bench: Where it lies.
    """
    if sheet.width < _LEAST:
        return []
    blocks = _header_blocks(sheet, bench)
    own = layout.header if layout else next(iter(blocks), (0, 0))
    seen = {_cells(sheet, row, bench) for row in range(own[0], own[1] + 1)}
    headers: list[int] = []
    for block in blocks:
        if block[0] > own[1] and (cells := _cells(sheet, block[0], bench)) not in seen:
            seen.add(cells)
            headers.append(block[0])
        elif block[1] < own[0] and _records_between(sheet, block[1], own[0], bench):
            headers.append(own[0])
    starts = {_begin(sheet, row, bench) for row in headers}
    starts |= set(_other_titles(layout, bench)) if layout else set()
    return sorted(starts)[: MOST - 1]


def part_sheets(sheet: Sheet, starts: Sequence[int], number: int, bench: Workbench) -> list[Sheet]:
    """The tables of a sheet as sheets: the first keeps its number, the others get new ones.

    Args:
        sheet: The sheet.
        starts: Rows at which further tables begin.
        number: The first new number.
        bench: Where it lies.
    """
    bounds = [sheet.start, *starts, sheet.start + sheet.rows]
    parts: list[Sheet] = []
    for place, (first, after) in enumerate(zip(bounds, bounds[1:], strict=False)):
        own = number + place - 1 if place else sheet.number
        table = f"sheet_{own}" if place else f"{sheet.table}_head"
        bench.connection.execute(
            f"create or replace table {table} as select * from {sheet.table} "
            f"where row_no >= {first} and row_no < {after}"
        )
        merged = tuple(area for area in sheet.merged if first <= area[0] < after)
        part = replace(sheet, number=own, table=table, rows=after - first, merged=merged)
        parts.append(replace(part, start=first))
    return parts


def _header_blocks(sheet: Sheet, bench: Workbench) -> list[Block]:
    """Rows of known words, those right beneath one another together: a header and its English."""
    columns = range(sheet.width)
    wordy = " and ".join(
        f"not coalesce(regexp_matches(c{column}, '[0-9]'), false)" for column in columns[:_LEADING]
    )
    cells = ", ".join(f"c{column}" for column in columns)
    # Nearly every record has a digit in front; only where many have none are all words compared.
    few = bench.connection.execute(
        f"select row_no from {sheet.table} where {wordy} limit {_LOOKED_AT + 1}"
    ).fetchall()
    if not few:
        return []
    if len(few) <= _LOOKED_AT:
        numbers = [row_no for (row_no,) in few]
        wordy += f" and row_no >= {min(numbers)} and row_no <= {max(numbers)}"
        known = "true"
    else:
        counted = (f"coalesce({_bare(f'c{c}')} in ({_words()}), false)::int" for c in columns)
        known = f"{' + '.join(counted)} >= 2"
    likely = bench.connection.execute(
        f"with wordy as materialized (select row_no, {cells} from {sheet.table} where {wordy}) "
        f"select * from wordy where {_filled(sheet)} >= {_LEAST} and {known} "
        f"order by row_no limit {_LOOKED_AT}"
    ).fetchall()
    blocks: list[Block] = []
    for row_no, *said in likely:
        if not _is_header([cell for cell in said if cell and cell.strip()]):
            continue
        if blocks and blocks[-1][1] == row_no - 1:
            blocks[-1] = (blocks[-1][0], row_no)
        else:
            blocks.append((row_no, row_no))
    return blocks


def _is_header(said: Sequence[str]) -> bool:
    if len(said) < _LEAST or any(sort_of(cell) not in ("word", "year") for cell in said):
        return False
    known = sum(map(is_known, said))
    return known >= _LEAST and known >= _SHARE * len(said)


def _other_titles(layout: Layout, bench: Workbench) -> list[int]:
    """Where the header comes again beneath a title that is not the last one's."""
    rows = bench.connection.execute(
        f"select row_no from {left_out_table(layout.sheet)} where reason = 'header' "
        f"and row_no > {layout.header[1]} order by row_no limit {_LOOKED_AT}"
    ).fetchall()
    last = {_PASSING.sub("", title) for title in layout.titles}
    found: list[int] = []
    for (row_no,) in rows:
        begin = _begin(layout.sheet, row_no, bench)
        titles = {
            _PASSING.sub("", "".join(_cells(layout.sheet, r, bench))) for r in range(begin, row_no)
        }
        titles -= {""}
        if titles and not titles <= last:
            found.append(begin)
            last = titles
    return found


def _begin(sheet: Sheet, header: int, bench: Workbench) -> int:
    """The first row of a table: above its header stand groups of columns and titles."""
    above = bench.connection.execute(
        f"select row_no, {_filled(sheet)} from {sheet.table} where row_no < {header} "
        f"and row_no >= {header - TITLES} order by row_no desc"
    ).fetchall()
    groups = {area[0] for area in sheet.merged if area[3] > area[1] and area[2] == area[0]}
    first = header
    for row_no, filled in above:
        if filled > 1 and not (row_no in groups and row_no == header - 1):
            break
        first = row_no if filled else first
    return first


def _records_between(sheet: Sheet, above: int, below: int, bench: Workbench) -> bool:
    found = bench.connection.execute(
        f"select count(*) from {sheet.table} where row_no > {above} and row_no < {below} "
        f"and {_filled(sheet)} > 1"
    ).fetchall()
    return found[0][0] > 0


def _cells(sheet: Sheet, row: int, bench: Workbench) -> tuple[str, ...]:
    """What stands in a row, blank cells left out."""
    cells = ", ".join(f"c{column}" for column in range(sheet.width))
    found = bench.connection.execute(
        f"select {cells} from {sheet.table} where row_no = {row}"
    ).fetchall()
    return tuple(said.strip() for said in (found[0] if found else ()) if said and said.strip())


def _filled(sheet: Sheet) -> str:
    return " + ".join(f"(c{column} is not null)::int" for column in range(sheet.width))


def _bare(cell: str) -> str:
    """SQL of a cell without spaces and what stands in brackets, in small letters."""
    return f"lower(regexp_replace({cell}, '[（(【\\[].*$|\\s|\u3000|[*＊]', '', 'g'))"


def _words() -> str:
    return ", ".join(quoted(word) for word in sorted(header_words()))
