"""Which rows belong to a header of several rows, and what they say of each column."""

from __future__ import annotations

from analytics.records.layout.grid import Grid, Line
from analytics.records.layout.header import columns_below, is_known
from analytics.records.types import Area
from analytics.records.units import unit_of_cell
from analytics.records.wording import has_han, is_mark

_ABOVE = 2
"""Rows of groups above the row that names most columns."""
_BELOW = 4
"""Rows beneath it: parts of groups, English, units, numbers of columns."""
_SHORT = 8
"""Characters of a word that may group a single column."""
_TERMS = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")


def find_block(grid: Grid, named: int) -> tuple[int, int]:
    """Positions of a header's first and last line, from the line that names most columns."""
    top = last = named
    while named - top < _ABOVE and top and _groups_columns(grid, grid.lines[top - 1], top):
        top -= 1
    while last - named < _BELOW and _continues(grid, top, last):
        last += 1
    return top, last


def parts_of(grid: Grid, block: tuple[int, int], column: int) -> list[str]:
    """What the header says of a column, from the top down, numbers of columns left out."""
    top, last = block
    lines = [line for line in grid.lines[top : last + 1] if not _is_numbering(line)]
    parts: list[str] = []
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        said = line.cells.get(column)
        if said is None and below is not None and column in below.own:
            said = _group_over(grid, line, below, column)
        parts += [said] if said else []
    return parts


def _groups_columns(grid: Grid, above: Line, index: int) -> bool:
    """Whether a line stands over groups of the columns that the next one names."""
    line = grid.lines[index]
    if above.row < line.row - 1 or above.of("other"):
        return False
    if any(first <= above.row and line.row <= last for first, _, last, _ in grid.merged):
        return True
    if _stand_over_one(grid, above, line):
        return True
    if not _groups(grid, above, line):
        return False
    # Without merged cells a title looks like a group: it must be needed to tell columns apart.
    needed = len(set(line.own.values())) < len(line.own) or bool(set(above.own) - set(line.own))
    return bool(_wide_areas(grid, above)) or needed


def _stand_over_one(grid: Grid, above: Line, line: Line) -> bool:
    """Whether short words stand right above single columns (卖方 over 名称), as no title does.

    A title begins at the left; there only a merged cell beside them makes a word a group. Without
    merged cells a word before a blank may stand over that column too, which nothing tells.
    """
    areas = _wide_areas(grid, above)
    spanned = {column for area in areas for column in range(area[1], area[3] + 1)}
    alone = {column: said for column, said in above.own.items() if column not in spanned}
    over_all = any(set(line.own) <= set(range(a[1], a[3] + 1)) for a in areas)
    return (
        bool(alone)
        and not over_all
        and set(above.own) <= set(line.own)
        and (bool(areas) or (min(alone) > min(line.own) and not _before_blank(above, line)))
        and all(len(said) <= _SHORT and not unit_of_cell(said) for said in alone.values())
        and all(above.sorts[column] == "word" for column in alone)
    )


def _before_blank(above: Line, line: Line) -> bool:
    return any(column + 1 in line.own and column + 1 not in above.own for column in above.own)


def _continues(grid: Grid, top: int, last: int) -> bool:
    """Whether the line beneath still is part of the header."""
    if last + 1 >= len(grid.lines):
        return False
    line, below = grid.lines[last], grid.lines[last + 1]
    if _is_remark(below) or _is_numbering(below):
        return True
    if below.row > line.row + 1 or below.of("other"):
        return False
    first_row = grid.lines[top].row
    if any(first_row <= first < below.row <= end for first, _, end, _ in grid.merged):
        return True
    if _is_translation(grid, top, last):
        return True
    if not _groups(grid, line, below):
        return False
    certain = bool(_wide_areas(grid, line)) or len(below.of("year")) > 1
    return certain or sum(map(is_known, below.own.values())) * 2 >= len(below.own)


def _groups(grid: Grid, line: Line, below: Line) -> bool:
    """Whether cells of a line each stand over several of the next line's, but none over all.

    Every cell of the next line must lie beneath a group, or beneath nothing.
    """
    groups = _group_columns(grid, line, below)
    parts = [set(columns) & set(below.own) for columns in groups]
    if not any(1 < len(part) < len(set(line.own) | set(below.own)) for part in parts):
        return False
    beneath = set().union(*groups)
    return all(column in beneath or column not in line.cells for column in below.own)


def _group_columns(grid: Grid, line: Line, below: Line) -> list[range]:
    """Columns that each group of a line stands over.

    Files of plain text have no merged cells: there a group is a cell followed by blanks.
    """
    areas = _wide_areas(grid, line)
    if areas:
        return [range(left, right + 1) for _, left, _, right in areas]
    starts = sorted(line.own)
    ends = [*starts[1:], max([*line.own, *below.own], default=0) + 1] if starts else []
    return [range(*pair) for pair in zip(starts, ends, strict=True) if pair[1] - pair[0] > 1]


def _group_over(grid: Grid, line: Line, below: Line, column: int) -> str:
    for columns in _group_columns(grid, line, below):
        if column in columns:
            return line.cells.get(columns.start, "")
    return ""


def _wide_areas(grid: Grid, line: Line) -> list[Area]:
    return [area for area in grid.merged if area[0] == line.row and area[3] > area[1]]


def _is_remark(line: Line) -> bool:
    """Whether a line holds nothing but units and marks of required columns."""
    said = line.own.values()
    return bool(said) and all(unit_of_cell(cell) or is_mark(cell) for cell in said)


def _is_numbering(line: Line) -> bool:
    """Whether a line numbers the columns, as statistical forms do: 甲 乙 1 2 3."""
    said = [cell.strip(" ()（）[]").removesuffix(".0") for cell in line.own.values()]
    terms = [cell for cell in said if cell in _TERMS]
    numbers = [str(number + 1) for number in range(len(said) - len(terms))]
    return len(said) > 2 and said == [*_TERMS[: len(terms)], *numbers]


def _is_translation(grid: Grid, top: int, last: int) -> bool:
    """Whether the line beneath says in English what the header says in Chinese."""
    below = grid.lines[last + 1]
    over = [cell for line in grid.lines[top : last + 1] for cell in line.cells.items()]
    chinese = {column for column, said in over if has_han(said)}
    if any(has_han(said) for said in below.cells.values()) or not below.of("word"):
        return False
    if len(set(below.cells) & chinese) * 2 < len(chinese) or not chinese:
        return False
    if sum(map(is_known, below.cells.values())) * 2 >= len(below.cells):
        return True
    # A first record may be in Latin letters; then so are those beneath it.
    beyond = columns_below(grid, last + 1)
    latin = [column for column in below.cells if _is_latin(beyond.get(column, []))]
    return bool(beyond) and len(latin) * 2 < len(below.cells)


def _is_latin(cells: list[str]) -> bool:
    latin = sum(said.isascii() and not said.replace(".", "").isdigit() for said in cells)
    return latin * 2 > len(cells)
