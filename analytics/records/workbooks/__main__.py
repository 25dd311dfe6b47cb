"""The opening process: `python -m analytics.records.workbooks KIND SOURCE TARGET BOUNDS`."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

from analytics.records.workbooks.told import Bounds, Refused, tell


def main(kind: str, source: str, target: str, bounds: str) -> None:
    """Open a workbook and write its sheets.

    Args:
        kind: `excel`, `compound` (an .xls, or whatever is encrypted), `html` or `xml`.
        source: Path of the workbook.
        target: Start of the paths to write to.
        bounds: `told.Bounds` as JSON.
    """
    limits = Bounds(**json.loads(bounds))
    _limit_memory(limits.memory)
    try:
        _open(kind, Path(source), target, limits)
        tell("end")
    except Refused as refused:
        tell("refused", key=refused.key, details=refused.details)
    except MemoryError:
        tell("refused", key="too_much_memory", details={})
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT, EFBIG):
            raise
        tell("refused", key="no_room", details={})


def _open(kind: str, source: Path, target: str, bounds: Bounds) -> None:
    """Each way of opening brings its own library, which the others need not load."""
    if kind == "compound":
        from analytics.records.workbooks.compound import read_compound

        read_compound(source, target, bounds)
    elif kind == "html":
        from analytics.records.workbooks.pages import read_page

        read_page(source, target, bounds)
    elif kind == "xml":
        from analytics.records.workbooks.spreadsheetml import read_spreadsheetml

        read_spreadsheetml(source, target, bounds)
    else:
        from analytics.records.workbooks.excel import read_excel

        read_excel(source, target, bounds)


def _limit_memory(most: int) -> None:
    """Have the system refuse more memory; not every system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(*sys.argv[1:5])
