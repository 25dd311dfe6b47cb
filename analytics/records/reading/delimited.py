"""Text files: .csv, .tsv, .txt, whatever parts their cells.

A regular UTF-8 file goes straight into the database. Any other is written anew first: in UTF-8,
and where its rows are not all alike or empty lines lie between them, also row by row, so that the
row numbers stay those that a spreadsheet shows.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from analytics.errors import Unusable
from analytics.records.limits import Limits
from analytics.records.reading.dialects import Dialect, find_dialect
from analytics.records.reading.encodings import GB18030, HEAD, NAMES, UTF8, guess_encoding, to_utf8
from analytics.records.reading.loads import (
    columns_of,
    load_written,
    read_csv,
    table_name,
    told_when_full,
)
from analytics.records.reading.scans import Scan, has_blank_line, scan_text
from analytics.records.types import Finding, Severity, Sheet
from analytics.records.workbench import Workbench
from analytics.records.workbooks.writing import column_letters

_MOST_TOLD = 100
_TELL_EVERY = 20_000
_BEFORE = 0.3
"""Share of the work that is done when a file was looked through and rewritten."""
_HEAD_TEXT = 1 << 18


@dataclass
class _Text:
    """A text file on its way.

    Args:
        path: Where its bytes lie.
        name: Its name for sentences.
        number: Number of its sheet.
        bench: Where to.
        limits: What is too much.
        progress: Told how much is done, 0 to 1.
        findings: What the user should know.
        blank: Whether empty lines were found, which must count as rows.
    """

    path: Path
    name: str
    number: int
    bench: Workbench
    limits: Limits
    progress: Callable[[float], None]
    findings: list[Finding] = field(default_factory=lambda: [])
    blank: bool = False

    def find(self, key: str, severity: Severity, row: int | None = None, **details: object) -> None:
        """Note something that the user should know."""
        said = {name: str(value) for name, value in details.items()}
        self.findings.append(Finding(self.name, "", row, None, "", "", key, said, severity))


def read_delimited(
    path: Path,
    name: str,
    number: int,
    bench: Workbench,
    limits: Limits,
    progress: Callable[[float], None],
) -> tuple[Sheet, list[Finding]]:
    """Load a text file as a sheet.

    Args:
        path: The file.
        name: Its name for sentences.
        number: Number of the sheet.
        bench: Where to.
        limits: What is too much.
        progress: Told how much is done, 0 to 1.

    Raises:
        Unusable: Its bytes are no characters, its quotation marks do not pair, or it is too large.
    """
    progress(0.0)
    text = _Text(path, name, number, bench, limits, progress)
    scan = scan_text(path)
    with path.open("rb") as file:
        head = file.read(HEAD)
    encoding = guess_encoding(head)
    dialect = _dialect(head, encoding.name)
    _check_width(text, dialect.width)
    loaded = None
    if encoding.name == UTF8 and not scan.nul:
        loaded = _load_quickly(text, path, dialect, scan)
    used = encoding.name
    if loaded is None:
        clean, used = _cleaned(text, encoding.name, encoding.sure)
        dialect = dialect if used == encoding.name else _dialect(head, used)
        cleaned = scan_text(clean)
        loaded = None if text.blank else _load_quickly(text, clean, dialect, cleaned)
        if loaded is None:
            loaded = _load_carefully(text, clean, dialect, cleaned.lines)
        clean.unlink(missing_ok=True)
    rows, width = loaded
    sheet = Sheet(
        number,
        name,
        "",
        table_name(number),
        rows,
        width,
        encoding=NAMES[used],
        sha256=scan.sha256,
    )
    return sheet, text.findings


def _dialect(head: bytes, encoding: str) -> Dialect:
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    return find_dialect(text[:_HEAD_TEXT])


def _check_width(text: _Text, width: int) -> None:
    if width > text.limits.columns:
        raise Unusable("too_many_columns", file=text.name, found=width, most=text.limits.columns)


def _load_quickly(text: _Text, path: Path, dialect: Dialect, scan: Scan) -> tuple[int, int] | None:
    """Load a file whose rows are all alike; None where they are not.

    Row numbers come from the order of the table's rows, which costs nothing.
    """
    table = table_name(text.number)
    names = columns_of(dialect.width)
    source = read_csv(path, dict.fromkeys(names, "VARCHAR"), dialect.delimiter, dialect.skip)
    most = f" limit {text.limits.rows + 1}" if scan.lines > text.limits.rows else ""
    connection = text.bench.connection
    try:
        with told_when_full(text.name):
            text.bench.run(
                f"create table {table}_rows as from {source}{most}",
                progress=lambda share: text.progress(_BEFORE + (1 - _BEFORE) * share),
            )
    except duckdb.Error:
        return None
    longest = ", ".join(f"max(strlen({name}))" for name in names)
    sizes = connection.execute(f"select count(*), {longest} from {table}_rows").fetchall()[0]
    rows: int = sizes[0]
    if rows > text.limits.rows:
        raise Unusable("too_many_rows", file=text.name, most=text.limits.rows)
    if max(size or 0 for size in sizes[1:]) > text.limits.characters:
        _refuse_long(text, names)
    if rows + dialect.skip != scan.lines and has_blank_line(path):
        text.blank = True
        connection.execute(f"drop table {table}_rows")
        return None
    cells = [_unwrapped(name) if scan.formula else name for name in names]
    connection.execute(
        f"create view {table} as select rowid + 1 as row_no, null::varchar as kinds, "
        f"{', '.join(cells)} from {table}_rows"
    )
    return rows, dialect.width


def _unwrapped(name: str) -> str:
    """A cell written as ="00123", which keeps a spreadsheet from taking it for a number."""
    return (
        f"case when {name}[1:2] = '=\"' and length({name}) > 2 and {name}[-1] = '\"' "
        f"then nullif(replace({name}[3:-2], '\"\"', '\"'), '') else {name} end as {name}"
    )


def _refuse_long(text: _Text, names: list[str]) -> None:
    """Refuse a cell with too many characters; its bytes may well be more."""
    table = f"{table_name(text.number)}_rows"
    for column, name in enumerate(names):
        found = text.bench.connection.execute(
            f"select rowid + 1, length({name}) from {table} where length({name}) > ? limit 1",
            [text.limits.characters],
        ).fetchone()
        if found:
            _refuse_cell(text, found[0], column, found[1])


def _refuse_cell(text: _Text, row: int, column: int, found: int) -> None:
    raise Unusable(
        "cell_too_long",
        file=text.name,
        cell=f"{column_letters(column)}{row}",
        found=found,
        most=text.limits.characters,
    )


def _cleaned(text: _Text, encoding: str, sure: bool) -> tuple[Path, str]:
    """The text in UTF-8, and the encoding it was in.

    What begins in plain ASCII may go on in GB18030, so that is tried before bytes are called bad.
    """
    clean = text.bench.path(".txt")
    with told_when_full(text.name):
        try:
            count, line = to_utf8(text.path, clean, encoding, text.name)
        except Unusable:
            if sure or encoding != UTF8:
                raise
            encoding = GB18030
            count, line = to_utf8(text.path, clean, encoding, text.name)
    if count:
        text.find("nul_removed", "warning", count=count, line=line)
    return clean, encoding


def _load_carefully(text: _Text, path: Path, dialect: Dialect, lines: int) -> tuple[int, int]:
    """Load a file row by row; every record counts, empty lines too, whatever its width."""
    written = text.bench.path(".csv")
    rows = width = longest = 0
    widths = _Widths(dialect.width)
    with told_when_full(text.name), written.open("w", encoding=UTF8, newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        for rows, cells in enumerate(_records(text, path, dialect), 1):
            if rows > text.limits.rows:
                raise Unusable("too_many_rows", file=text.name, most=text.limits.rows)
            filled = _tidied(text, rows, cells)
            _check_width(text, filled)
            widths.see(rows, filled)
            width = max(width, filled)
            longest = max(longest, 6 * sum(map(len, cells)) + 4 * len(cells) + 64)
            writer.writerow((rows, "", *cells[:filled]))
            if rows % _TELL_EVERY == 0:
                text.progress(_BEFORE + (1 - _BEFORE) * min(rows / max(lines, 1), 1.0))
    for row, found in widths.wider:
        text.find("row_too_wide", "error", row, found=found, expected=widths.expected)
    if not width:
        raise Unusable("empty_file", file=text.name)
    load_written(written, text.name, text.number, width, text.bench, longest, padded=True)
    return rows, width


@dataclass
class _Widths:
    """Which rows have more cells than the header, as an unquoted comma in a value makes them.

    Args:
        usual: Columns that most rows have; the first row with as many is taken for the header.
    """

    usual: int
    expected: int = 0
    wider: list[tuple[int, int]] = field(default_factory=lambda: [])

    def see(self, row: int, width: int) -> None:
        """Take note of a row."""
        if not self.expected:
            self.expected = width if width >= self.usual else 0
        elif width > self.expected and len(self.wider) < _MOST_TOLD:
            self.wider.append((row, width))


def _tidied(text: _Text, row: int, cells: list[str]) -> int:
    """Unwrap cells written as ="00123"; how many cells there are up to the last that is filled."""
    if not cells:
        return 0
    if len(max(cells, key=len)) > text.limits.characters:
        column = next(i for i, cell in enumerate(cells) if len(cell) > text.limits.characters)
        _refuse_cell(text, row, column, len(cells[column]))
    for column, cell in enumerate(cells):
        if cell[:2] == '="' and len(cell) > 2 and cell[-1] == '"':
            cells[column] = cell[2:-1].replace('""', '"')
    if cells[-1]:
        return len(cells)
    return max((column + 1 for column, cell in enumerate(cells) if cell), default=0)


def _records(text: _Text, path: Path, dialect: Dialect) -> Iterator[list[str]]:
    with path.open(encoding=UTF8, newline="") as file:
        for _ in range(dialect.skip):
            next(file, None)
        rows = csv.reader(
            file, delimiter=dialect.delimiter, skipinitialspace=dialect.spaced, strict=True
        )
        began = 1
        try:
            for cells in rows:
                yield cells
                began = rows.line_num + 1
        except csv.Error as error:
            raise Unusable("csv_quote", file=text.name, line=began + dialect.skip) from error
