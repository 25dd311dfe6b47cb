"""The words of an import: a sheet, its headings, a field, what was read, what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from analytics.text import text

Severity = Literal["error", "warning", "note"]
"""An error refuses its row; a warning is for the eye; a note tells what was done."""
Progress = Callable[[str, float], None]
"""Called with the key of a step in `text/import.toml` and how much of it is done, 0 to 1."""
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells; rows from 1, columns from 0."""
FieldKind = Literal[
    "text",
    "name",
    "code",
    "organisation",
    "uscc",
    "place",
    "country",
    "industry",
    "date",
    "year",
    "money",
    "integer",
    "number",
    "boolean",
    "longitude",
    "latitude",
    "link",
]


@dataclass(frozen=True)
class Source:
    """A file as the user gave it.

    Args:
        name: Its name, only ever shown; never used as a path.
        path: Where its bytes lie.
    """

    name: str
    path: Path


@dataclass(frozen=True)
class Sheet:
    """A sheet as it lies in the workbench: every row of it, as text.

    The relation `table` has `row_no` (BIGINT, from 1, as a spreadsheet shows it), `kinds`
    (VARCHAR, one letter a cell: n number, t text, d date, b boolean, e error, blank empty; null
    for files of plain text) and `c0`, `c1`, ... (VARCHAR, null where empty). A number is written
    without exponent and with a point, a date as 2021-03-12, a boolean as TRUE or FALSE.

    Args:
        number: Position among all sheets of the import, from 0.
        file: Name of the file it came from; `outer.zip › inner.xlsx` for one within an archive.
        name: Name of the sheet; empty for files that have none.
        table: Its relation in the workbench.
        rows: How many rows it has.
        width: How many columns.
        merged: Merged cells.
        encoding: How its text was encoded, empty where that is no question.
        sha256: Checksum of the file.
        start: Its first row; another than 1 where several tables stand on one sheet.
    """

    number: int
    file: str
    name: str
    table: str
    rows: int
    width: int
    merged: tuple[Area, ...] = ()
    encoding: str = ""
    sha256: str = ""
    start: int = 1


@dataclass(frozen=True)
class Heading:
    """A column of a sheet, with what its header says.

    Args:
        column: Position, from 0: its cells are `c<column>`.
        title: Header text with its unit taken out, rows of a merged header joined by " / ".
        english: The English part of a bilingual header.
        unit: Unit from the header or the sheet's unit line: 万元, 亿元, 元, 项, %, ...
        year: The year it stands for, in a table with a column a year.
        filled: Share of rows that have a value.
        samples: Some distinct values.
        personal: `phone`, `identity` or `mail` where it holds personal contact data, else empty.
    """

    column: int
    title: str
    english: str = ""
    unit: str = ""
    year: int | None = None
    filled: float = 0.0
    samples: tuple[str, ...] = ()
    personal: str = ""


@dataclass(frozen=True)
class Layout:
    """Where in a sheet the table is.

    Rows left out stand in the relation `left_out_<number>`: row_no BIGINT, reason VARCHAR
    (`header`, `blank`, `sum`, `note`, `example`).

    Args:
        sheet: The sheet.
        titles: Lines above the header.
        unit: What the unit line says, such as 万元; empty where there is none.
        header: First and last row of the header; (0, 0) where there is none.
        headings: Its columns, empty ones left out.
        first: First row of records.
        last: Last row of records.
    """

    sheet: Sheet
    titles: tuple[str, ...]
    unit: str
    header: tuple[int, int]
    headings: tuple[Heading, ...]
    first: int
    last: int

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """The header's titles, sorted: equal for the same form whatever the order of its columns.

        Years do not count, since next year's file has one more.
        """
        return tuple(sorted({h.title for h in self.headings if h.year is None}))


@dataclass(frozen=True)
class Field:
    """What an imported file may hold of a dataset: a stored column, or a help to fill one.

    Args:
        name: Name in mappings, such as `value_cny`, `seller_name`.
        column: The stored column it fills.
        kind: How its cells are read.
        zh: Header in templates.
        en: Header beneath it.
        synonyms: Other headers in use, in either language.
        required: Whether every record must have it (see `Form.alternatives` for either-or).
        unit: Unit in templates, such as 万元.
        values: Codes allowed, in order; the labels come from `labels`.
        labels: Relation or list of codes that names the values.
        reference: `dataset.column` it must be found in.
        least: Smallest value allowed.
        most: Largest value allowed.
        also: Further stored columns that the same cell fills, by role: `precision`, `note`,
            `country`.
        example: A cell as a clerk would write it, for the template.
        about_zh: One line for the template.
        about_en: The same in English.
    """

    name: str
    column: str
    kind: FieldKind
    zh: str
    en: str
    synonyms: tuple[str, ...] = ()
    required: bool = False
    unit: str = ""
    values: tuple[str, ...] = ()
    labels: str = ""
    reference: str = ""
    least: float | None = None
    most: float | None = None
    also: dict[str, str] = field(default_factory=lambda: {})
    example: str = ""
    about_zh: str = ""
    about_en: str = ""


@dataclass(frozen=True)
class Form:
    """Everything a file may hold of one dataset, and what must not be missing.

    Args:
        dataset: Name of the dataset.
        fields: In the order of templates.
        alternatives: Groups of fields of which each record needs at least one, such as
            (`deal_id`, `registration_no`).
        ordered: Pairs of date fields of which the first may not be after the second.
        derived: Stored columns that repeat another field where a file lacks them, by column.
    """

    dataset: str
    fields: tuple[Field, ...]
    alternatives: tuple[tuple[str, ...], ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    derived: dict[str, str] = field(default_factory=lambda: {})

    def field(self, name: str) -> Field:
        """A field by its name."""
        return next(item for item in self.fields if item.name == name)


@dataclass(frozen=True)
class Rate:
    """What one unit of a foreign currency is worth in CNY, and on which day."""

    cny: Decimal
    on: date


@dataclass(frozen=True)
class Mapping:
    """How the headings of a form become the fields of a dataset; saved as a small TOML file.

    Args:
        name: Name it is saved under; empty for one not saved.
        dataset: Dataset it fills.
        fingerprint: Header titles of the form it was made for, sorted.
        fields: Title of the heading, by field.
        constants: A value for all records, by field, as a cell would say it.
        units: Unit of a money field, by field, where the file does not say it.
        rates: Rate of a foreign currency, by ISO code.
        above: Fields of money where ">120" is taken as 120 with a note.
        crs: `wgs84`, `gcj02` or `bd09`; empty where nothing says so.
        titles: For forms told apart by the lines above: a pattern and the constants it sets; the
            constant `years` names the field that a column a year holds.
        left_out: Values of a heading whose rows are no records (北部地区), by title.
    """

    name: str
    dataset: str
    fingerprint: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=lambda: {})
    constants: dict[str, str] = field(default_factory=lambda: {})
    units: dict[str, str] = field(default_factory=lambda: {})
    rates: dict[str, Rate] = field(default_factory=lambda: {})
    above: tuple[str, ...] = ()
    crs: str = ""
    titles: tuple[tuple[str, dict[str, str]], ...] = ()
    left_out: dict[str, tuple[str, ...]] = field(default_factory=lambda: {})


@dataclass(frozen=True)
class Match:
    """Which heading was found for a field, why, and how surely.

    Args:
        field: Name of the field.
        heading: Title of the heading; empty where none was found.
        reason: `saved`, `name`, `synonym`, `content`, `chosen` or `none`.
        confidence: 0 to 1.
        rivals: Titles of headings that fit about as well: the user is asked.
    """

    field: str
    heading: str
    reason: str
    confidence: float
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Read:
    """What a cell says.

    Args:
        values: By role: `value`, and `precision`, `note`, `country` where they apply. Empty for a
            cell that says "nothing" (—, 无, /).
        problem: Key in `text/findings.toml` of why it cannot be used; empty where it can.
        details: What fills the sentence, beside field and value; `<name>_en` is what fills
            `{name}` in English.
        note: Key of a remark on what was done (约 kept as a note), severity `note`.
    """

    values: dict[str, object] = field(default_factory=lambda: {})
    problem: str = ""
    details: dict[str, str] = field(default_factory=lambda: {})
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """Something the user should know of a cell, a row or a sheet.

    Args:
        file: Name of the file.
        sheet: Name of the sheet.
        row: Row as the spreadsheet shows it; None for the whole sheet.
        column: Position of the column from 0; None for the whole row.
        heading: Title of the column.
        value: What stands there; never personal contact data.
        key: Key in `text/findings.toml`: a sentence that says what was expected and the hint.
        details: What fills the sentence; `<name>_en` is what fills `{name}` in English.
        severity: `error`, `warning` or `note`.
    """

    file: str
    sheet: str
    row: int | None
    column: int | None
    heading: str
    value: str
    key: str
    details: dict[str, str]
    severity: Severity

    def sentence(self, language: str) -> str:
        """What was expected, what was found and what to do, in a language."""
        said = {"value": self.value, "field": self.heading, **self.details}
        if language == "en":
            said |= {n.removesuffix("_en"): v for n, v in said.items() if n.endswith("_en")}
        return text(f"findings.{self.key}", language, **said)
