"""Rows of cells on their way out, as a file that the database reads in one go."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from analytics.records.workbooks.cells import EMPTY, Cell
from analytics.records.workbooks.told import Bounds, Refused, Written, tell

_TELL_EVERY = 20_000


def write_rows(
    sheet: Written, rows: Iterable[Sequence[Cell]], bounds: Bounds, expected: int = 0
) -> None:
    """Write rows from the first of the sheet on, all of the sheet's width; nothing is skipped.

    Args:
        sheet: Where to; its `rows` is set.
        rows: Cells of each row from the first column on; shorter rows are filled up.
        bounds: What is too much.
        expected: How many rows there will be, for the progress.
    """
    blank = ("",) * sheet.width
    with Path(sheet.path).open("w", encoding="utf-8", newline="", errors="replace") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for row_no, row in enumerate(rows, 1):
            if row_no > bounds.rows:
                raise Refused("too_many_rows", sheet=sheet.name, most=bounds.rows)
            texts, kinds = zip(*row, strict=True) if row else ((), ())
            if max(map(len, texts), default=0) > bounds.characters:
                _refuse_long(sheet, row_no, texts, bounds)
            sheet.longest = max(sheet.longest, _size(texts, sheet.width))
            fill = sheet.width - len(row)
            writer.writerow((row_no, "".join(kinds) + EMPTY * fill, *texts, *blank[:fill]))
            sheet.rows = row_no
            if row_no % _TELL_EVERY == 0 and expected:
                tell("progress", share=row_no / expected)


def _size(texts: Sequence[str], width: int) -> int:
    """Bytes of a line at most: four a character, two more where all are quotation marks."""
    return 6 * sum(map(len, texts)) + 4 * width + 64


def _refuse_long(sheet: Written, row: int, texts: Sequence[str], bounds: Bounds) -> None:
    column = next(i for i, text in enumerate(texts) if len(text) > bounds.characters)
    raise Refused(
        "cell_too_long",
        sheet=sheet.name,
        cell=f"{column_letters(column)}{row}",
        found=len(texts[column]),
        most=bounds.characters,
    )


def column_letters(column: int) -> str:
    """Letters of a column as a spreadsheet shows them: 0 is A, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
