"""Rows of a worksheet as the XML that lies in an .xlsx, made by the database.

A library that writes workbooks takes some ten microseconds a cell; made by SQL, tens of thousands
of rows take a second. Everything else of the workbook is the library's.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.formats import is_risky
from analytics.records.relations import quoted
from analytics.records.sentences import letters

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LONGEST = 32_000
"""Characters of a cell, a little below what Excel holds."""
UNWRITABLE = "[\x01-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_"
"""What no XML may hold, and what Excel would take for such a sign written as _x0007_."""
_DIGITS = 15
"""Digits that a number cell keeps; a longer number stays text."""
_EPOCH = 25_569
"""Day count of 1970-01-01 in a workbook."""
_DAY = 86_400_000.0
_RISKY = ", ".join(quoted(chr(code)) for code in range(128) if is_risky(chr(code)))
_END = b"</sheetData>"
_EMPTY_ROW = re.compile(rb"<row [^>]*/>")
_COMPRESSION = 3
_BATCH = 2_000


@dataclass(frozen=True)
class Shapes:
    """Numbers of a workbook's formats; 0 is none.

    Args:
        cell: Of any cell.
        quoted: Of a text that could be taken for a formula.
        day: Of a date.
        moment: Of a date with its time.
    """

    cell: int
    quoted: int
    day: int
    moment: int


def text_cell(column: int, said: str, shape: int | str) -> str:
    """SQL of a text's cell.

    Args:
        column: Position in the sheet, from 0.
        said: SQL of the text.
        shape: Number of its format, or SQL of it.
    """
    plain = f"left({said}, {LONGEST})"
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        plain = f"replace({plain}, {quoted(sign)}, {quoted(written)})"
    start = _start(column, shape)
    return (
        f'{start} || \' t="inlineStr"><is><t xml:space="preserve">\' || {plain} || '
        "'</t></is></c>'"
    )


def cell(column: int, said: str, kind: str, marked: str, plain: Shapes, mark: Shapes) -> str:
    """SQL of a cell as the original had it; what no such cell can hold is text.

    Args:
        column: Position in the sheet, from 0.
        said: SQL of what it says.
        kind: SQL of its kind, as `types.Sheet` has it.
        marked: SQL of whether it is to be marked.
        plain: Formats of cells that are not.
        mark: Formats of those that are.
    """

    def shape(name: str) -> str:
        return f"case when {marked} then {getattr(mark, name)} else {getattr(plain, name)} end"

    def value(name: str, written: str, type_: str = "") -> str:
        return f"{_start(column, shape(name))} || '{type_}><v>' || {written} || '</v></c>'"

    moment = f"try_cast({said} as timestamp)"
    number = (
        f"{kind} = 'n' and regexp_full_match({said}, '-?[0-9]+(\\.[0-9]+)?') "
        f"and length(regexp_replace({said}, '[^0-9]', '', 'g')) <= {_DIGITS}"
    )
    serial = f"(epoch_ms({moment}) / {_DAY} + {_EPOCH})::varchar"
    return (
        f"case when {said} is null then case when {marked} "
        f"then {_start(column, mark.cell)} || '/>' else '' end "
        f"when {number} then {value('cell', said)} "
        f"when {kind} = 'b' then "
        + value("cell", f"({said} = 'TRUE')::int", ' t="b"')
        + f" when {kind} = 'd' and year({moment}) between 1901 and 2099 then case "
        f"when contains({said}, ' ') then {value('moment', serial)} else {value('day', serial)} "
        f"end when left({said}, 1) in ({_RISKY}) then {text_cell(column, said, shape('quoted'))} "
        f"else {text_cell(column, said, shape('cell'))} end"
    )


def blank(column: int, marked: str, mark: Shapes) -> str:
    """SQL of a cell that says nothing."""
    return f"case when {marked} then {_start(column, mark.cell)} || '/>' else '' end"


def row(cells: list[str]) -> str:
    """SQL of a row whose number is `place`, from 1."""
    return f"'<row r=\"' || place || '\">' || {' || '.join(cells)} || '</row>'"


def put_rows(
    book: Path, target: Path, rows: Mapping[int, Iterator[str]], width: Mapping[int, str]
) -> None:
    """Write a workbook anew with rows beneath those of its sheets.

    Args:
        book: The workbook, as the library wrote it.
        target: Where to.
        rows: XML of the rows, by position of the sheet from 0.
        width: The last cell of each sheet, such as H120, by position.
    """
    parts = {f"xl/worksheets/sheet{number + 1}.xml": number for number in rows}
    with (
        zipfile.ZipFile(book) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION) as new,
    ):
        for item in old.infolist():
            number = parts.get(item.filename)
            if number is None:
                new.writestr(item, old.read(item))
                continue
            head, end, tail = old.read(item).partition(_END)
            head = _EMPTY_ROW.sub(b"", head)  # where there are comments only
            area = f'<dimension ref="A1:{width[number]}"/>'.encode()
            with new.open(item.filename, "w", force_zip64=True) as out:
                out.write(re.sub(rb'<dimension ref="[^"]*"/>', area, head, count=1))
                for part in rows[number]:
                    out.write(part.encode("utf-8", "replace"))
                out.write(end + tail)


def stream(connection: DuckDBPyConnection, query: str) -> Iterator[list[str]]:
    """The first column of a query, some thousand rows at a time."""
    cursor = connection.cursor().execute(query)
    while found := cursor.fetchmany(_BATCH):
        yield [said for (said, *_) in found]


def writable(said: str) -> str:
    """A text with what cannot be written as Excel writes it."""
    return re.sub(UNWRITABLE, _escaped, said)


def _escaped(match: re.Match[str]) -> str:
    sign = match[0]
    return f"_x005F{sign}" if len(sign) > 1 else f"_x{ord(sign):04X}_"


def _start(column: int, shape: int | str) -> str:
    """SQL of a cell's beginning: where it is and how it looks."""
    style = f"' s=\"' || ({shape}) || '\"'" if isinstance(shape, str) else f"' s=\"{shape}\"'"
    return f"'<c r=\"{letters(column)}' || place || '\"' || {style}"
