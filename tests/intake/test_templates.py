"""Templates: filled with the demonstration's records as a clerk would, they come back exactly."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from analytics.errors import Unusable
from analytics.model import DATASETS, RECORDS
from analytics.records.forms import FORMS
from analytics.records.importing import Import, Options
from analytics.records.store import Store
from analytics.records.templates import choices_of, either_or, file_name, template
from analytics.records.types import Field, Source
from analytics.records.values import Context, References, reader_for
from analytics.records.values.names import uscc_check
from analytics.records.wording import read_header

ROOT = Path(__file__).parents[2]
HOME = ROOT / "data"
WHOLE = bool(os.environ.get("TEMPLATES_WHOLE"))
"""All records of the demonstration rather than some of each dataset: a minute or two."""
SOME = 250
_FACTORS = {"元": 1, "万元": 10_000}
_SAID_ELSEWHERE = {"seller_id", "buyer_id", "organisation_id", "host_id"}


@pytest.fixture(scope="module")
def references() -> References:
    return References.load(HOME)


@pytest.fixture(scope="module")
def demo() -> dict[str, pd.DataFrame]:
    """Records of the demonstration: some of each dataset, and all that they point to."""
    tables = {name: _table(name) for name in RECORDS}
    organisations = tables["organisations"]
    organisations["uscc"] = [
        None if pd.isna(code) else valid_code(int(code[-6:])) for code in organisations["uscc"]
    ]
    if WHOLE:
        return tables
    deals = tables["deals"]
    tables["deals"] = pd.concat([deals.head(SOME), deals[deals.project_id.notna()].tail(SOME)])
    exhibits = tables["expo_exhibits"]
    tables["expo_exhibits"] = exhibits.iloc[:: len(exhibits) // SOME]
    tables["base_returns"] = tables["base_returns"].tail(SOME)
    named = set(tables["deals"].project_id) | set(tables["expo_exhibits"].project_id)
    projects = tables["projects"]
    tables["projects"] = projects[projects.project_id.isin(named) | (projects.index < 50)]
    kept = tables["stage_events"].project_id.isin(tables["projects"].project_id.head(SOME))
    tables["stage_events"] = tables["stage_events"][kept]
    events = tables["events"]
    tables["events"] = events[events.event_id.isin(tables["deals"].event_id) | (events.index < 50)]
    used = {
        code
        for name, column in (
            ("deals", "seller_id"),
            ("deals", "buyer_id"),
            ("projects", "organisation_id"),
            ("expo_exhibits", "organisation_id"),
            ("workstations", "host_id"),
        )
        for code in tables[name][column]
    }
    tables["organisations"] = organisations[organisations.organisation_id.isin(used)]
    return tables


def valid_code(number: int) -> str:
    """A credit code with its check character; those of the demonstration have none."""
    return (start := f"91440101MA5{number:06}") + uscc_check(start)


def _table(dataset: str) -> pd.DataFrame:
    with duckdb.connect() as connection:
        path = HOME / "demo" / f"{dataset}.parquet"
        return connection.execute(f"select * from '{path}'").df().astype(object)


class Clerk:
    """Writes a stored record into a template's cells: words and names, not codes.

    Args:
        tables: All records, for the names that ids stand for.
        references: Lists of codes.
    """

    def __init__(self, tables: dict[str, pd.DataFrame], references: References) -> None:
        self.references = references
        self.names = {
            "organisations": _by(tables, "organisations", "organisation_id", "name"),
            "uscc": _by(tables, "organisations", "organisation_id", "uscc"),
            "bases": _by(tables, "bases", "base_id", "name"),
            "workstations": _by(tables, "workstations", "station_id", "name"),
            "projects": _by(tables, "projects", "project_id", "title"),
        }
        self.writers: dict[str, Callable[[Field, Any, dict[str, Any]], Any]] = {
            "code": self._label,
            "industry": self._label,
            "country": self._label,
            "place": lambda field, value, row: place_name(value),
            "organisation": lambda field, value, row: self.names["organisations"][value],
            "uscc": self._uscc,
            "link": self._link,
            "boolean": lambda field, value, row: "是" if value else "否",
            "money": lambda field, value, row: float(Decimal(str(value)) / _FACTORS[field.unit]),
            "date": self._date,
            "integer": lambda field, value, row: int(value),
            "year": lambda field, value, row: int(value),
        }

    def cell(self, dataset: str, field: Field, row: dict[str, Any]) -> Any:
        """What stands in a field's column; None leaves it empty."""
        value = row[field.column]
        is_own = field.column in DATASETS[dataset].key
        if pd.isna(value) or (field.name in _SAID_ELSEWHERE and not is_own):
            return None
        writer = self.writers.get(field.kind)
        return writer(field, value, row) if writer else value

    def _label(self, field: Field, value: Any, row: dict[str, Any]) -> str:
        name = field.labels or field.reference.split(".")[0]
        return self.references.codes(name).labels[str(value)][0]

    def _uscc(self, field: Field, value: Any, row: dict[str, Any]) -> Any:
        code = value if field.column == "uscc" else self.names["uscc"][value]
        return None if pd.isna(code) else code

    def _link(self, field: Field, value: Any, row: dict[str, Any]) -> Any:
        dataset, _, column = field.reference.partition(".")
        return self.names[dataset][value] if column in ("name", "title") else value

    def _date(self, field: Field, value: Any, row: dict[str, Any]) -> str:
        precision = row.get(field.also.get("precision", ""))
        pattern = {"month": "%Y年%-m月", "year": "%Y年"}.get(str(precision), "%Y-%m-%d")
        return f"{value:{pattern}}"


def _by(tables: dict[str, pd.DataFrame], dataset: str, key: str, value: str) -> dict[str, Any]:
    table = tables.get(dataset, pd.DataFrame({key: [], value: []}))
    return dict(zip(table[key], table[value], strict=True))


@cache
def _regions() -> dict[str, dict[str, str]]:
    with (HOME / "reference" / "regions.csv").open(encoding="utf-8", newline="") as file:
        return {row["adcode"]: row for row in csv.DictReader(file)}


def place_name(adcode: str) -> str:
    """广东省广州市天河区 of 440106."""
    row = _regions()[adcode]
    above = row["parent"]
    own = "全国" if adcode == "100000" else row["name_zh"]
    return (place_name(above) if above not in ("", "100000") else "") + own


def fill(dataset: str, rows: pd.DataFrame, clerk: Clerk, references: References) -> bytes:
    """The template of a dataset with these records beneath its example row."""
    book = openpyxl.load_workbook(io.BytesIO(template(dataset, references)))
    sheet = book.worksheets[0]
    fields = FORMS[dataset].fields
    for row_no, row in enumerate(rows.to_dict("records"), start=3):
        for column, field in enumerate(fields, start=1):
            value = clerk.cell(dataset, field, {str(k): v for k, v in row.items()})
            if value is not None:
                sheet.cell(row_no, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def write(folder: Path, files: dict[str, bytes]) -> list[Source]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return [Source(name, folder / name) for name in files]


def published(data: Path, dataset: str) -> pd.DataFrame:
    store = Store.of_records(data) if dataset in RECORDS else Store.of_series(data)
    current = store.current()
    assert current, "nothing was published"
    path = store.table(current, dataset)
    with duckdb.connect() as connection:
        return connection.execute(f"select * from '{path}'").df().astype(object)


@pytest.fixture(scope="module")
def imported(
    tmp_path_factory: pytest.TempPathFactory, demo: dict[str, pd.DataFrame], references: References
) -> Iterator[Path]:
    """A data folder into which all filled templates were imported at once, without a mapping."""
    folder = tmp_path_factory.mktemp("templates")
    clerk = Clerk(demo, references)
    files = {file_name(name): fill(name, demo[name], clerk, references) for name in RECORDS}
    with Import(folder / "data", HOME, Options(operator="测试")) as work:
        work.read(write(folder / "files", files))
        report = work.check()
        assert not report.errors, work.found(20)
        work.publish()
    yield folder / "data"


@pytest.mark.parametrize("dataset", list(RECORDS))
def test_a_filled_template_comes_back_exactly(
    dataset: str, imported: Path, demo: dict[str, pd.DataFrame]
) -> None:
    found, expected = published(imported, dataset), demo[dataset]
    declared = DATASETS[dataset]
    assert list(found.columns) == [column.name for column in declared.columns]
    for frame in (found, expected):
        for column in declared.columns:
            if column.name.endswith("_precision"):  # an empty precision reads as a whole date
                frame[column.name] = frame[column.name].fillna("day")
    key = list(declared.key)
    found = found.sort_values(key).reset_index(drop=True)
    expected = expected[found.columns].sort_values(key).reset_index(drop=True)
    no_date = {
        column.name.replace("_precision", "")
        for column in declared.columns
        if column.name.endswith("_precision")
    }
    for stem in no_date:
        date = next(name for name in found.columns if name in (f"{stem}_on", f"{stem}_at"))
        for frame in (found, expected):
            frame.loc[frame[date].isna(), f"{stem}_precision"] = None
    pd.testing.assert_frame_equal(found, expected, check_dtype=False, check_exact=True)


def test_the_published_series_comes_back_too(tmp_path: Path, references: References) -> None:
    shipped = pd.read_csv(HOME / "published" / "tech_market.csv", dtype={"adcode": str})
    rows = shipped.tail(40).astype(object).copy()
    rows["contracts"] = [n if pd.isna(n) else n + 1 for n in rows["contracts"]]
    filled = fill("tech_market", rows, Clerk({}, references), references)
    with Import(tmp_path / "data", HOME, Options(source="《中国统计年鉴》")) as work:
        work.read(write(tmp_path, {file_name("tech_market"): filled}))
        report = work.check()
        assert not report.errors, work.found(20)
        work.publish()
    found = published(tmp_path / "data", "tech_market")
    key = ["year", "adcode", "basis"]
    found = found.merge(rows[key], on=key).sort_values(key).reset_index(drop=True)
    expected = rows[found.columns].sort_values(key).reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize("dataset", list(FORMS))
def test_a_header_reads_as_its_field_and_unit(dataset: str, references: References) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(dataset, references))).worksheets[0]
    headers = [read_header([str(cell.value)]) for cell in sheet[1]]
    fields = FORMS[dataset].fields
    assert [said.title for said in headers] == [field.zh for field in fields]
    assert [said.english for said in headers] == [field.en for field in fields]
    assert [said.unit for said in headers] == [field.unit for field in fields]
    for cell, field in zip(sheet[1], fields, strict=True):
        assert ("*" in str(cell.value)) == field.required, field.name
        assert cell.comment and field.about_zh in cell.comment.text
        assert field.about_en in cell.comment.text


@pytest.mark.parametrize("dataset", list(FORMS))
def test_codes_stay_text_and_the_header_stays_in_view(dataset: str, references: References) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(template(dataset, references))).worksheets[0]
    assert sheet.freeze_panes == "A2"
    for column, field in enumerate(FORMS[dataset].fields):
        letter = get_column_letter(column + 1)
        shape = sheet.column_dimensions[letter].number_format
        is_number = field.kind in ("money", "integer", "number", "year", "longitude", "latitude")
        assert (shape == "@") != is_number, field.name


@pytest.mark.parametrize("dataset", list(FORMS))
def test_what_the_lists_offer_is_what_may_be_stored(dataset: str, references: References) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template(dataset, references)))
    form = FORMS[dataset]
    choices = choices_of(form, references)
    rules = {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule.formula1
        for rule in book.worksheets[0].data_validations.dataValidation
    }
    for position, field in enumerate(form.fields):
        letter = get_column_letter(position + 1)
        assert (letter in rules) == (field.name in choices), field.name
        if field.name not in choices:
            continue
        name, _, area = rules[letter].partition("!")
        column, first, last = re.fullmatch(r"\$(\w+)\$(\d+):\$\w+\$(\d+)", area).groups()  # pyright: ignore
        listed = book[name.strip("'=")]
        offered = [listed[f"{column}{row}"].value for row in range(int(first), int(last) + 1)]
        reader = reader_for(field, Context(references))
        read = [reader.read(str(said)).values.get("value") for said in offered]
        assert None not in read, list(zip(offered, read, strict=True))
        if field.values:
            assert read == list(field.values)


def test_equal_forms_give_equal_bytes(references: References) -> None:
    first = template("deals", references)
    assert first == template("deals", References.load(HOME))


@pytest.mark.parametrize("dataset", list(FORMS))
def test_an_example_is_never_a_record(dataset: str, tmp_path: Path, references: References) -> None:
    """Sent back empty, a template holds nothing, and says so in a sentence."""
    sources = write(tmp_path, {"空.xlsx": template(dataset, references)})
    with Import(tmp_path / "data", HOME) as work:
        work.read(sources)
        report = work.check()
        assert [sheet.rows for sheet in report.sheets] == [0]
        assert report.sheets[0].left_out["example"] == 1
        assert report.obstacle == "no_rows" and not report.changes
        assert ("note", "sheet_without_rows") in report.counts
        with pytest.raises(Unusable):
            work.publish()


def test_an_example_row_that_was_moved_is_known_still(
    tmp_path: Path, references: References
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template("bases", references)))
    sheet = book.worksheets[0]
    for column, field in enumerate(FORMS["bases"].fields, start=1):
        own = {"name": "示例基地甲", "opened_on": "2020-09-01", "adcode": "广州市"}
        sheet.cell(3, column, own.get(field.name))
    sheet.move_range("A2:Z2", rows=4)
    book.save(tmp_path / "bases.xlsx")
    with Import(tmp_path / "data", HOME) as work:
        work.read([Source("bases.xlsx", tmp_path / "bases.xlsx")])
        report = work.check()
    assert report.changes["bases"].added == 1 and not report.errors


def test_what_is_left_of_an_example_in_a_record_is_refused(
    tmp_path: Path, references: References
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template("bases", references)))
    sheet = book.worksheets[0]
    own = {"base_id": "B1", "opened_on": "2020-09-01"}
    for column, field in enumerate(FORMS["bases"].fields, start=1):
        if field.name in own:
            sheet.cell(2, column, own[field.name])
    book.save(tmp_path / "bases.xlsx")
    with Import(tmp_path / "data", HOME) as work:
        work.read([Source("bases.xlsx", tmp_path / "bases.xlsx")])
        report = work.check()
        found = {finding.heading for finding in work.found() if finding.key == "example_left"}
    assert report.refused == 1 and "基地名称" in found and "所在地区" in found


@pytest.mark.parametrize("dataset", list(FORMS))
def test_examples_are_as_a_clerk_should_write(dataset: str, references: References) -> None:
    for field in FORMS[dataset].fields:
        if field.example:
            reader = reader_for(field, Context(references, unit=field.unit, level="country"))
            read = reader.read(field.example)
            assert not read.problem, (field.name, field.example, read)


def test_either_or_is_told_of_fields_that_stand_for_each_other() -> None:
    form = FORMS["deals"]
    assert [other.name for other in either_or(form, form.field("deal_id"))] == ["registration_no"]
    assert not either_or(form, form.field("value_cny"))
