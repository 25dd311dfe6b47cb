"""Rows on their way into the workbench."""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

import duckdb

from analytics.errors import Reason, Unusable, reason_of
from analytics.records.relations import one_file, quoted
from analytics.records.workbench import Workbench

LONGEST_LINE = 1 << 21
_FULL = re.compile(
    "no space|not enough space|too large|quota|temp_directory|could not write", re.IGNORECASE
)

_ERROR = re.compile(r"^[A-Z][A-Za-z ]* Error: ")
_FOLDERS = re.compile(r"(?:[A-Za-z]:)?[\\/](?:[^\\/'\"\s]+[\\/])+")


def table_name(number: int) -> str:
    """Name of a sheet's relation."""
    return f"sheet_{number}"


def drop_sheets(bench: Workbench) -> None:
    """Remove the relations of sheets that were loaded before."""
    found = bench.connection.execute(
        "select table_name, table_type = 'VIEW' from information_schema.tables "
        "where regexp_full_match(table_name, 'sheet_[0-9]+(_rows|_head)?') order by 2 desc"
    )
    for name, is_view in found.fetchall():
        bench.connection.execute(f"drop {'view' if is_view else 'table'} {name}")


def columns_of(width: int) -> list[str]:
    """Names of a sheet's columns; even a sheet without any has the first."""
    return [f"c{column}" for column in range(max(width, 1))]


def load_written(
    path: Path,
    name: str,
    number: int,
    width: int,
    bench: Workbench,
    longest: int = LONGEST_LINE,
    padded: bool = False,
) -> str:
    """Load rows that this program wrote: row_no, kinds, cells; all quoted, lines ended by LF.

    That is the only form in which the database reads every text back as it was: told to expect
    CR LF it fails, and where it finds the line end itself, a line break in a cell misleads it.

    Args:
        path: The file; removed afterwards.
        name: Name of the file it comes from, for sentences.
        number: Number of the sheet.
        width: How many cells each row has.
        bench: Where to.
        longest: Bytes of the longest line.
        padded: Whether short rows are to be filled up.

    Returns:
        Name of the relation.
    """
    types = {"row_no": "BIGINT", "kinds": "VARCHAR"} | dict.fromkeys(columns_of(width), "VARCHAR")
    if not width:
        bench.connection.execute(f"create table {table_name(number)} ({_declared(types)})")
    else:
        source = read_csv(path, types, ",", new_line="\\n", longest=longest, padded=padded)
        with told_when_full(name):
            bench.connection.execute(f"create table {table_name(number)} as from {source}")
    path.unlink(missing_ok=True)
    return table_name(number)


def _declared(types: dict[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in types.items())


def read_csv(
    path: Path,
    types: dict[str, str],
    delimiter: str,
    skip: int = 0,
    new_line: str = "",
    longest: int = LONGEST_LINE,
    padded: bool = False,
) -> str:
    """The table function that reads a text file as it is: no header, nothing guessed."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    ended = f", new_line = '{new_line}'" if new_line else ""
    ended += ", null_padding = true, parallel = false" if padded else ""
    longest = max(longest + 1024, LONGEST_LINE)
    return (
        f"read_csv({one_file(path)}, columns = {{{columns}}}, header = false, auto_detect = false, "
        f"delim = {quoted(delimiter)}, quote = '\"', escape = '\"', nullstr = '', skip = {skip}, "
        f"strict_mode = true, max_line_size = {longest}, buffer_size = {longest * 16}{ended})"
    )


@contextmanager
def told_when_full(name: str) -> Generator[None]:
    """Tell a full disk or memory, and a file that cannot be read any more, as what it is.

    Everything that an import does with its rows stands within it: the workbench spills onto the
    disk.

    Args:
        name: The file's name for sentences.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise Unusable("no_room") from error
    except duckdb.IOException as error:
        if _FULL.search(str(error)):
            raise Unusable("no_room") from error
        found = Reason("reason_damaged", words=first_line(error))
        raise Unusable("unreadable_file", file=name, found=found) from error
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT, EFBIG):
            raise Unusable("no_room") from error
        raise Unusable("unreadable_file", file=name, found=reason_of(error)) from error


def first_line(error: Exception) -> str:
    """The first line of what a library says, without the name of the error and our folders."""
    line = _ERROR.sub("", str(error).split("\n")[0])
    return _FOLDERS.sub("", line)
