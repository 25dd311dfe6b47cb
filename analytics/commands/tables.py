"""Tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> None:
    """Print rows in columns.

    Args:
        header: Names of the columns.
        rows: The cells.
        right: Columns of numbers, which stand to the right.
    """
    widths = [max(width(row[n]) for row in (header, *rows)) for n in range(len(header))]
    for row in (header, *rows):
        gaps = [" " * (most - width(cell)) for cell, most in zip(row, widths, strict=True)]
        cells = [
            gap + cell if n in right else cell + gap
            for n, (cell, gap) in enumerate(zip(row, gaps, strict=True))
        ]
        print("  ".join(cells).rstrip())


def width(cell: str) -> int:
    """Columns of a terminal that a text takes: a Chinese character takes two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in cell)
