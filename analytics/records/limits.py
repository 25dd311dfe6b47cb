"""How much an import takes in, so that no file can fill the memory or the disk."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024**2


@dataclass(frozen=True)
class Limits:
    """What is more than this is refused with a sentence; the defaults are far above real files.

    Args:
        bytes: Size of a file as given.
        expanded: Size of a workbook or of all of an archive once unpacked.
        ratio: How many times its packed size a part may unpack to; small parts are let be.
        small: Size up to which a part's ratio does not matter.
        sheets: Sheets of an import.
        rows: Rows of a sheet.
        columns: Columns of a sheet.
        characters: Characters of a cell; a spreadsheet has no more either.
        members: Files in an archive.
        memory: Bytes of memory that the process opening a workbook may take.
        seconds: How long opening a workbook may last.
    """

    bytes: int = 512 * MB
    expanded: int = 2048 * MB
    ratio: int = 200
    small: int = 16 * MB
    sheets: int = 100
    rows: int = 5_000_000
    columns: int = 512
    characters: int = 32_767
    members: int = 200
    memory: int = 4096 * MB
    seconds: float = 900
