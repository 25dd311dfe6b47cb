"""Web pages named .xls, as many systems export them: laid out in rows as a spreadsheet would.

Everything is one sheet: text between tables takes a row of its own, so that a title or a unit line
above the table stays above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from analytics.records.workbooks.cells import ERROR, NUMBER, TEXT, Cell, number
from analytics.records.workbooks.grid import NOTHING, Grid
from analytics.records.workbooks.told import Bounds, Refused

# fmt: off
_INLINE = frozenset([
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "q", "ruby", "s", "samp", "small", "span",
    "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
])
# fmt: on
_SILENT = frozenset(
    ["head", "script", "style", "template", "noscript", "object", "iframe", "select", "textarea"]
)
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_BREAK = "\x0b"
_EXACT = "x:num"


def read_page(source: Path, target: str, bounds: Bounds) -> None:
    """Write a web page as one sheet.

    Args:
        source: The page, in UTF-8.
        target: Start of the paths to write to.
        bounds: What is too much.

    Raises:
        Refused: It holds no table.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = etree.parse(source, parser).getroot()
    except etree.XMLSyntaxError as error:
        raise Refused("page_without_table") from error
    if root is None or root.find(".//table") is None:
        raise Refused("page_without_table")
    grid = Grid("", bounds)
    for block in _blocks(root):
        if isinstance(block, str):
            grid.put(len(grid.rows), 0, (block, TEXT))
        else:
            _lay_out(block, grid)
    grid.write(f"{target}-0.csv")


def _blocks(root: Any) -> Iterator[Any]:
    """Pieces of text between tables, and the innermost tables, in their order."""
    words: list[str] = []

    def flush() -> Iterator[str]:
        said = _tidy("".join(words))
        words.clear()
        yield from (line for line in said.split("\n") if line)

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag not in _INLINE:
                yield from flush()
            if not tag or tag in _SILENT:
                walk.skip_subtree()
            elif tag == "table" and element.find(".//table") is None:
                walk.skip_subtree()
                yield element
            else:
                words.append(element.text or "")
        else:
            if tag not in _INLINE:
                yield from flush()
            words.append(element.tail or "")
    yield from flush()


def _lay_out(table: Any, grid: Grid) -> None:
    """Put a table's cells below what is there; a cell of several rows keeps its place free."""
    for caption in table.iterchildren("caption"):
        grid.put(len(grid.rows), 0, _cell(caption))
    row = len(grid.rows)
    taken: dict[int, int] = {}
    for line in table.iter("tr"):
        column = 0
        for cell in line.iterchildren("td", "th"):
            while taken.get(column, 0):
                column += 1
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            across = min(across, grid.bounds.columns - column)
            grid.put(row, column, _cell(cell))
            grid.merge(row, column, down - 1, across - 1)
            for covered in range(column, column + across):
                taken[covered] = down
            column += max(across, 1)
        if len(grid.rows) <= row:
            grid.put(row, 0, NOTHING)
        taken = {covered: left - 1 for covered, left in taken.items() if left > 1}
        row += 1


def _span(cell: Any, name: str) -> int:
    said = (cell.get(name) or "").strip()
    return min(max(int(said), 1), 65_534) if said.isascii() and said.isdigit() else 1


def _cell(element: Any) -> Cell:
    """The cell's text; where the page says the exact number behind it, that."""
    exact = element.get(_EXACT)
    if exact:
        try:
            said, kind = number(float(exact))
        except ValueError:
            kind = ERROR
        else:
            if kind == NUMBER:
                return said, kind
    words: list[str] = []
    for event, part in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            words.append(_BREAK if part.tag in ("br", "p", "div") else "")
            silent = not isinstance(part.tag, str) or part.tag in _SILENT
            words.append("" if silent else part.text or "")
        elif part is not element:
            words.append(part.tail or "")
    said = _tidy("".join(words))
    return (said, TEXT) if said else NOTHING


def _tidy(said: str) -> str:
    """Text as a browser shows it: runs of white space are one space."""
    flat = _SPACES.sub(" ", said).replace(_BREAK, "\n")
    return _AROUND_BREAK.sub("\n", flat).strip()
