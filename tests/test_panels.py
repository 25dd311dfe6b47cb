"""Every panel: its answer, drawing, alternative text and files, filtered and not."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pydeck as pdk
import pytest

from analytics.engine import Engine
from analytics.filters import Filters
from analytics.labels import Labels
from analytics.look import Look
from analytics.panels.everything import PANELS, each
from analytics.panels.types import Panel, labelled
from analytics.text import has_text, text
from analytics.ui.panel import file_of
from analytics.ui.state import Viewing
from tests.oracle import expected
from tests.tables import HOME

SELECTIONS = {
    "all": Filters(since=date(2015, 1, 1), until=date(2025, 9, 30)),
    "usual": Filters(since=date(2019, 1, 1), until=date(2024, 12, 31)),
    "narrow": Filters(
        since=date(2022, 1, 1),
        until=date(2022, 12, 31),
        regions=("440100",),
        industries=("1", "4"),
        compare="year-before",
    ),
}
NOTHING = Filters(
    since=date(2022, 1, 1), until=date(2022, 1, 1), regions=("659004",), industries=("8.4",)
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(HOME)


@pytest.fixture(scope="module")
def labels(engine: Engine) -> Labels:
    return Labels(engine)


def view(filters: Filters, language: str) -> Viewing:
    return Viewing(filters, Look(language), {}, "http://localhost:8501/page")


IDS = [panel.key for panel in each()]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.key)
def test_a_panel_has_its_texts(panel: Panel) -> None:
    assert has_text(panel.name) and has_text(f"{panel.name}_sub")
    for variant in panel.variants:
        assert has_text(f"{panel.page}.variant_{variant.variant}")
    assert panel.measures or panel.definitions or panel.published or panel.answer


@pytest.mark.parametrize("selection", [*SELECTIONS, "nothing"])
@pytest.mark.parametrize("panel", each(), ids=IDS)
def test_a_panel_draws_in_both_languages_and_themes(
    panel: Panel, selection: str, engine: Engine, labels: Labels
) -> None:
    filters = SELECTIONS.get(selection, NOTHING)
    frame = panel.ask(engine, filters)
    if frame.empty:
        return
    for language in ("zh", "en"):
        for theme in ("light", "dark"):
            look = Look(language, theme)
            named = labelled(frame, panel, labels, look)
            drawn = panel.draw(named, look)
            assert isinstance(drawn, (go.Figure, pdk.Deck))
            alt = panel.alt(named, look)
            assert alt and "{" not in alt and "nan" not in alt.lower().split()


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("panel", each(), ids=IDS)
def test_the_files_are_what_the_panel_asked(
    panel: Panel, selection: str, engine: Engine, labels: Labels
) -> None:
    filters = SELECTIONS[selection]
    asked = panel.ask(engine, filters)
    shown = view(filters, "zh")
    rows = list(csv.reader(io.StringIO(file_of(panel, shown, "csv").decode("utf-8-sig"))))
    header, body = rows[0], rows[1:]
    assert len(body) == len(asked)
    sheet = openpyxl.load_workbook(io.BytesIO(file_of(panel, shown, "xlsx")))["数据"]
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert [str(c) for c in cells[0]] == header[: len(cells[0])]
    for column in map(str, asked.columns):
        place = header.index(
            _header(
                panel,
                column,
                f"{column}_name" in labelled(asked, panel, labels, shown.look).columns,
            )
        )
        for number, value in enumerate(asked[column]):
            _same(body[number][place], value)
            _same(cells[number + 1][place], value)
    notes = dict(zip(header, body[0], strict=True)) if body else {}
    mark = "公开数据" if panel.published else "演示数据"
    assert not notes or notes["数据性质"] == mark


def _header(panel: Panel, column: str, is_code: bool) -> str:
    output = panel.output(column)
    if is_code:
        return text("files.code_of", "zh", name=output.zh)
    if output.unit in ("cny", "share", "days"):
        return text(f"files.unit_{output.unit}", "zh", name=output.zh)
    return output.zh


def _same(written: object, value: object) -> None:
    if (
        value is None
        or (isinstance(value, float) and value != value)
        or value is pd.NA
        or value is pd.NaT
    ):
        assert written in ("", None)
    elif isinstance(value, (pd.Timestamp, date, datetime)):
        assert str(written)[:10] == f"{value:%Y-%m-%d}"
    elif isinstance(value, bool):
        assert str(written) in (str(value), str(int(value)))
    elif isinstance(value, str):
        assert str(written).removeprefix("'") == value
    else:
        assert float(str(written)) == pytest.approx(float(value), rel=1e-12, abs=1e-9)


NARROWED = {
    "industry": "industries",
    "city": "regions",
    "district": "regions",
    "province": "regions",
    "channel": "channels",
    "edition": "editions",
    "contract_type": "contract_types",
    "technical_field": "technical_fields",
}
"""Dimensions whose value can be written as a filter, so that the oracle can give a single cell."""
MEASURED = [
    panel
    for panel in each()
    if panel.measures and not panel.published and set(panel.by) <= NARROWED.keys()
]


def cell(panel: Panel, row: dict[str, object], filters: Filters) -> Filters | None:
    """The filters that leave just what one row of a panel's answer tells."""
    for name in panel.by:
        value = row[name]
        if value is None or value != value:
            return None
        code = int(str(value)) if name == "edition" else str(value)
        filters = replace(filters, **{NARROWED[name]: (code,)})
    if panel.grain:
        first = row["period"]
        assert isinstance(first, pd.Timestamp)
        months = {"month": 1, "quarter": 3, "year": 12}[panel.grain]
        last = (first + pd.DateOffset(months=months, days=-1)).date()
        since = max(first.date(), filters.since or first.date())
        filters = replace(filters, since=since, until=min(last, filters.until or last))
    return filters


@pytest.mark.parametrize("panel", MEASURED, ids=lambda panel: panel.key)
@pytest.mark.parametrize("selection", SELECTIONS)
def test_each_cell_of_a_panels_file_equals_pandas(
    panel: Panel, selection: str, engine: Engine
) -> None:
    """The files hold what the panel asked (above); here each cell is computed without the project.

    Charts of queries, and of dimensions that no filter names, are compared with pandas in the
    tests of their pages.
    """
    filters = panel.selection(SELECTIONS[selection])
    rows = panel.ask(engine, SELECTIONS[selection]).to_dict("records")
    step = max(len(rows) // 12, 1)
    for row in rows[::step]:
        narrowed = cell(panel, row, replace(filters, compare=""))
        if narrowed is None:
            continue
        for name in panel.measures:
            wanted = expected(name, narrowed)
            if row[name] != row[name] and not wanted:
                continue  # blank before the series begins
            assert row[name] == pytest.approx(wanted, rel=1e-9, abs=1e-6, nan_ok=True), (name, row)


def test_every_page_has_panels() -> None:
    assert len({panel.name for panel in PANELS}) == len(PANELS)
