"""Whether a workbook unpacks to a size that a workbook can have; before anything is unpacked."""

from __future__ import annotations

import zipfile
from pathlib import Path

from analytics.records.workbooks.told import Bounds, Refused


def check_packed(source: Path, bounds: Bounds) -> None:
    """Refuse a zip bomb by the sizes that it declares; what lies meets the limit on memory.

    Raises:
        Refused: It is damaged, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(source) as book:
            parts = book.infolist()
    except zipfile.BadZipFile as error:
        raise Refused("damaged_workbook", words=str(error)) from error
    if sum(part.file_size for part in parts) > bounds.expanded:
        raise Refused("expands_too_much", most=bounds.expanded // 1024**2)
    for part in parts:
        if part.file_size > bounds.small and part.file_size > bounds.ratio * part.compress_size:
            raise Refused("expands_too_much", most=bounds.expanded // 1024**2)
