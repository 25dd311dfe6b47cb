"""Region codes as ranges of text, which a database compares with what a file says of its parts.

A region's code is its province's two digits, its city's two and its district's two, so that a
region with all below it is one range of codes. Ranges let a database pass over the row groups of
sorted records in which no code of the range lies; a function of the code would not.
"""

from __future__ import annotations

from collections.abc import Iterable

Range = tuple[str, str]
"""The first code of a range, and the first text after it."""


def ranges(codes: Iterable[str]) -> tuple[Range, ...]:
    """The ranges that hold these regions and all below them, in order and apart."""
    found: list[Range] = []
    for low, high in sorted(map(_range, codes)):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def _range(code: str) -> Range:
    prefix = code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code
    return prefix, _after(prefix)


def _after(prefix: str) -> str:
    """The first text that comes after all that begin with a prefix."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
