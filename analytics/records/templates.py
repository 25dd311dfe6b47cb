"""A workbook for each dataset that clerks fill in; an import needs no mapping for it.

The first sheet holds the header (Chinese with English beneath in the same cell, the unit in
brackets, * for required), one example row and empty rows with drop-down lists. Each cell of the
example row begins with 例：, by which an import knows that it is no record wherever it has gone.
The sheets 说明 and 取值 begin with a mark of their own and are passed over likewise.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from analytics.model import DATASETS
from analytics.records.forms import FORMS
from analytics.records.marks import EXAMPLE, GUIDE, LISTS
from analytics.records.types import Field, Form
from analytics.records.values import References
from analytics.text import LANGUAGES, text

_LAST = 1_048_575
"""Last row of a sheet, counted from 0."""
_MADE = datetime(2000, 1, 1)
"""Written as the time of making, so that the same form gives the same bytes."""
_INK, _FILL, _NEEDED, _PALE = "#1F2A37", "#E8EEF6", "#C2410C", "#6B7280"
_FONT = "Microsoft YaHei"
_BASE = {"font_name": _FONT, "font_size": 10}
_WRAPPED = {**_BASE, "text_wrap": True, "valign": "top"}
_HEAD = {"bold": True, "bg_color": _FILL, "bottom": 1}
_ENGLISH = 4
"""Column of the sheet 说明 that is in English."""
_STEPS = ("rows", "columns", "needed", "units", "dates", "personal", "import")
# Dates stand in text columns: Excel would make 2024-03-01 of 2024年3月, a day nobody wrote.
_NUMBERS = {
    "money": "#,##0.00####",
    "integer": "#,##0",
    "number": "General",
    "year": "0",
    "longitude": "0.0#####",
    "latitude": "0.0#####",
}


@dataclass(frozen=True)
class Choices:
    """The allowed values of a field, as the drop-down list shows them.

    Args:
        column: Column of the sheet 取值.
        pairs: Chinese and English label of each.
    """

    column: int
    pairs: tuple[tuple[str, str], ...]

    @property
    def formula(self) -> str:
        """Where the list stands, as a validation names it."""
        letter = xl_col_to_name(self.column, col_abs=True)
        return f"='{text('templates.lists', 'zh')}'!{letter}$4:{letter}${len(self.pairs) + 3}"


def file_name(dataset: str) -> str:
    """Name of a dataset's template: `deals-技术合同.xlsx`."""
    return f"{dataset}-{DATASETS[dataset].zh}.xlsx"


def template(dataset: str, references: References) -> bytes:
    """The template of a dataset as an XLSX file; the same bytes each time.

    Args:
        dataset: Its name, one of `FORMS`.
        references: Lists of codes whose labels become drop-down lists.
    """
    form = FORMS[dataset]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"title": DATASETS[dataset].zh, "created": _MADE})
    choices = choices_of(form, references)
    _records_sheet(book, form, choices)
    _guide_sheet(book, form, choices)
    _lists_sheet(book, form, choices)
    book.close()
    return buffer.getvalue()


def choices_of(form: Form, references: References) -> dict[str, Choices]:
    """The fields of a form that have a list of allowed values, by name."""
    found: dict[str, Choices] = {}
    column = 0
    for field in form.fields:
        pairs = _allowed(field, references)
        if pairs:
            found[field.name] = Choices(column, pairs)
            column += 2
    return found


def either_or(form: Form, field: Field) -> tuple[Field, ...]:
    """The other fields of which one may stand for this one; none where any of them is required."""
    for group in form.alternatives:
        fields = [form.field(name) for name in group]
        if field.name in group and not any(item.required for item in fields):
            return tuple(item for item in fields if item != field)
    return ()


def _allowed(field: Field, references: References) -> tuple[tuple[str, str], ...]:
    """Labels in both languages; a code itself where its label means several."""
    if field.kind == "boolean":
        return (("是", "Yes"), ("否", "No"))
    if field.kind not in ("code", "industry", "country"):
        return ()
    codes = references.codes(field.labels or field.reference.split(".")[0])
    kept = [code for code in field.values or codes.codes if _is_offered(field, code)]
    return tuple(
        (zh if codes.find(zh) == (code,) else code, en)
        for code in kept
        for zh, en in [codes.labels.get(code, (code, code))]
    )


def _is_offered(field: Field, code: str) -> bool:
    """Whether a list shows a code: of industries the areas, or the subclasses where asked."""
    return field.kind != "industry" or ("." in code) == (field.column == "subindustry")


def _records_sheet(book: Any, form: Form, choices: dict[str, Choices]) -> None:
    sheet = book.add_worksheet(DATASETS[form.dataset].zh)
    styles = _Styles(book)
    example = book.add_format({**_BASE, "italic": True, "font_color": _PALE, "num_format": "@"})
    sheet.set_row(0, 48)
    for column, field in enumerate(form.fields):
        _header(sheet, column, form, field, styles, field.name in choices)
        shape = book.add_format({**_BASE, "num_format": _NUMBERS.get(field.kind, "@")})
        sheet.set_column(column, column, _width(form, field), shape)
        if field.example:
            sheet.write_string(1, column, EXAMPLE + field.example, example)
        if field.name in choices:
            sheet.data_validation(2, column, _LAST, column, _pick(choices[field.name]))
    sheet.freeze_panes(1, 0)
    whole = f"A1:{xl_col_to_name(len(form.fields) - 1)}{_LAST + 1}"
    sheet.ignore_errors({"number_stored_as_text": whole})


class _Styles:
    """Formats of the header's parts."""

    def __init__(self, book: Any) -> None:
        self.cell = book.add_format({**_WRAPPED, "bg_color": _FILL, "bottom": 1})
        self.zh = book.add_format({**_BASE, "bold": True, "font_color": _INK})
        self.mark = book.add_format({**_BASE, "bold": True, "font_color": _NEEDED})
        self.en = book.add_format({**_BASE, "font_size": 9, "font_color": _PALE})


def _header(
    sheet: Any, column: int, form: Form, field: Field, styles: _Styles, listed: bool
) -> None:
    mark = _mark(form, field)
    parts = [styles.zh, _titled(field), *([styles.mark, mark] if mark else [])]
    sheet.write_rich_string(0, column, *parts, styles.en, f"\n{field.en}", styles.cell)
    said = [_needed(form, field, "zh"), field.about_zh, *_listed("zh", listed)]
    said += [_needed(form, field, "en"), field.about_en, *_listed("en", listed)]
    sheet.write_comment(
        0,
        column,
        "\n".join(filter(None, said)),
        {"author": "TransferScope", "x_scale": 2, "y_scale": 1.6, "font_size": 9},
    )


def _titled(field: Field) -> str:
    return f"{field.zh}（{field.unit}）" if field.unit else field.zh


def _mark(form: Form, field: Field) -> str:
    if field.required:
        return " *"
    return "（二选一）" if either_or(form, field) else ""


def _needed(form: Form, field: Field, language: str) -> str:
    if field.required:
        return text("templates.required", language)
    others = either_or(form, field)
    if others:
        names = [other.zh if language == "zh" else other.en for other in others]
        between = "、" if language == "zh" else ", "
        return text("templates.either", language, others=between.join(names))
    return text("templates.optional", language)


def _listed(language: str, listed: bool) -> tuple[str, ...]:
    sheet = text("templates.lists", "zh")
    return (text("templates.listed", language, sheet=sheet),) if listed else ()


def _pick(choices: Choices) -> dict[str, Any]:
    """A drop-down list; other words are warned of and let through, since synonyms are known."""
    return {
        "validate": "list",
        "source": choices.formula,
        "error_type": "warning",
        "error_title": text("templates.pick_title", "zh"),
        "error_message": text("templates.pick", "zh"),
    }


def _width(form: Form, field: Field) -> float:
    longest = max(
        _columns(_titled(field) + _mark(form, field)),
        min(_columns(field.en), 22),
        _columns(EXAMPLE + field.example),
    )
    return min(max(longest + 3, 10), 34)


def _columns(words: str) -> int:
    """How wide a text is: Chinese characters count twice."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in words)


def _guide_sheet(book: Any, form: Form, choices: dict[str, Choices]) -> None:
    """How to fill the form in, and a line for each column, in both languages."""
    sheet = book.add_worksheet(text("templates.guide", "zh"))
    dataset = DATASETS[form.dataset]
    sheet.write_string(0, 0, GUIDE, book.add_format({**_BASE, "bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"{dataset.zh} · {dataset.en}", book.add_format(_BASE))
    for column, width in enumerate((30, 28, 8, 46, 50, 26)):
        sheet.set_column(column, column, width)
    shapes = (book.add_format(_WRAPPED), book.add_format({**_WRAPPED, "font_color": _PALE}))
    row = _steps(sheet, 3, shapes) + 1
    for column, head in enumerate(_guide_head()):
        sheet.write_string(row, column, head, book.add_format({**_WRAPPED, **_HEAD}))
    for number, field in enumerate(form.fields, start=row + 1):
        for column, said in enumerate(_guide_row(form, field, field.name in choices)):
            sheet.write_string(number, column, said, shapes[column == _ENGLISH])
    sheet.hide_gridlines(2)


def _steps(sheet: Any, row: int, shapes: Sequence[Any]) -> int:
    """The numbered lines; the row after them."""
    for number, step in enumerate(_STEPS, start=1):
        filled = {"mark": EXAMPLE} if step == "rows" else {}
        for language, lead, shape in zip(LANGUAGES, (f"{number}. ", "    "), shapes, strict=True):
            said = lead + text(f"templates.step_{step}", language, **filled)
            sheet.merge_range(row, 0, row, _ENGLISH, said, shape)
            row += 1
    return row


def _guide_head() -> tuple[str, ...]:
    both = [
        f"{text(f'templates.{key}', 'zh')} {text(f'templates.{key}', 'en')}"
        for key in ("column", "needed", "unit", "example")
    ]
    return (*both[:3], *(text("templates.about", language) for language in LANGUAGES), both[3])


def _guide_row(form: Form, field: Field, listed: bool) -> tuple[str, ...]:
    needed = "\n".join(_needed(form, field, language) for language in LANGUAGES)
    about = (
        "\n".join(filter(None, (said, *_listed(language, listed))))
        for language, said in zip(LANGUAGES, (field.about_zh, field.about_en), strict=True)
    )
    return (f"{field.zh}\n{field.en}", needed, field.unit, *about, field.example)


def _lists_sheet(book: Any, form: Form, choices: dict[str, Choices]) -> None:
    """Two columns a field: the labels to write, and what they are called in English."""
    sheet = book.add_worksheet(text("templates.lists", "zh"))
    plain = book.add_format({**_BASE, "num_format": "@"})
    pale = book.add_format({**_BASE, "font_color": _PALE})
    bold = book.add_format({**_BASE, **_HEAD})
    sheet.write_string(0, 0, LISTS, book.add_format({**_BASE, "bold": True}))
    for name, listed in choices.items():
        field = form.field(name)
        sheet.write_string(2, listed.column, field.zh, bold)
        sheet.write_string(2, listed.column + 1, field.en, bold)
        _write_down(sheet, listed.column, [zh for zh, _ in listed.pairs], plain)
        _write_down(sheet, listed.column + 1, [en for _, en in listed.pairs], pale)
    sheet.freeze_panes(3, 0)


def _write_down(sheet: Any, column: int, words: Sequence[str], shape: Any) -> None:
    sheet.set_column(column, column, min(max(map(_columns, words)) + 3, 40))
    for row, word in enumerate(words, start=3):
        sheet.write_string(row, column, word, shape)
