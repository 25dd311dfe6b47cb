"""Every panel: its answer, drawing, alternative text and files, filtered and not."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pydeck as pdk
import pytest

from analytics.engine import Engine
from analytics.filters import Filters
from analytics.labels import Labels
from analytics.look import Look
from analytics.panels import bases, expos, pipeline, workstations
from analytics.panels.everything import PANELS, each
from analytics.panels.types import Panel, labelled
from analytics.text import has_text, text
from analytics.ui.panel import file_of
from analytics.ui.state import Viewing
from tests.oracle import Selection
from tests.oracles import ORACLES
from tests.tables import HOME
from tests.test_architecture import imports

TESTS = Path(__file__).parent
ORACLE_FILES = (TESTS / "oracle.py", *sorted((TESTS / "oracles").glob("*.py")))

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
            if isinstance(drawn, pdk.Deck):
                assert drawn.layers
            else:  # plotly's own objects know every property, and which values it may have
                known = json.loads(go.Figure(drawn.to_dict(), skip_invalid=False).to_json())
                sent = json.loads(drawn.to_json())
                assert [set(trace) for trace in sent["data"]] == [set(t) for t in known["data"]]
                filled = {name for name, value in sent["layout"].items() if value != []}
                assert filled == known["layout"].keys() - {"template"}
            alt = panel.alt(named, look)
            assert alt and "{" not in alt and "nan" not in alt.lower().split()


FILED = (
    *each(),
    pipeline.curve_of("cultivated"),
    expos.pair_of(2018, 2022),
    workstations.returns_of("W0001"),
    bases.returns_of("B0008"),
)
"""Every panel, and those that a page makes when a step, a pair or a place is chosen."""
FILE_SELECTIONS = SELECTIONS | {
    "everything": Filters(),
    "registered": Filters(
        since=date(2018, 1, 1), until=date(2023, 12, 31), regions=("440000",), basis="registered"
    ),
    "mixed": Filters(
        since=date(2020, 2, 15),
        until=date(2023, 6, 20),
        regions=("gba", "310000"),
        industries=("1", "2", "3.1", "7"),
        channels=("expo", "centre", "base"),
        editions=(2020, 2021, 2022, 2023),
        contract_types=("development", "services", "licence"),
        technical_fields=("1", "3", "4", "6", "7"),
        station_kinds=("academician", "expert"),
        side="to",
        basis="technical",
        compare="before",
    ),
}


def test_every_panel_has_an_oracle() -> None:
    """A panel that is new needs a function in tests/oracles; none is let off."""
    assert {panel.key for panel in FILED} == ORACLES.keys()


@pytest.mark.parametrize("path", ORACLE_FILES, ids=lambda path: path.stem)
def test_the_oracles_use_nothing_of_the_project(path: Path) -> None:
    own = ("tests.oracle", "tests.oracles", "tests.home")
    for name in imports(path):
        assert not name.startswith(("analytics", "duckdb", "streamlit")), name
        assert not name.startswith("tests.") or name.startswith(own), name


@pytest.mark.parametrize("selection", FILE_SELECTIONS)
@pytest.mark.parametrize("panel", FILED, ids=lambda panel: "-".join([panel.key, *_given(panel)]))
def test_a_panels_files_equal_pandas_and_what_it_asked(
    panel: Panel, selection: str, engine: Engine, labels: Labels
) -> None:
    """Whole tables, row by row: both files, the panel's answer, pandas on the records alone."""
    filters = FILE_SELECTIONS[selection]
    asked = panel.ask(engine, filters)
    wanted = ORACLES[panel.key](Selection.of(filters), **panel.values)
    assert set(wanted.columns) == set(asked.columns)
    shown = view(filters, "zh")
    headers = _headers(panel, labelled(asked, panel, labels, shown.look))
    in_csv = read_csv(file_of(panel, shown, "csv"))
    notes = [text(f"files.{key}", "zh") for key in ("mark", "selection", "snapshot", "made_at")]
    assert (in_csv[notes[0]] == ("公开数据" if panel.published else "演示数据")).all()
    for held in (in_csv.drop(columns=notes), read_xlsx(file_of(panel, shown, "xlsx"))):
        assert list(held.columns) == list(headers)
        found = held.rename(columns=headers)
        assert_same(found, asked, 1e-12)
        assert_same(found, wanted, 1e-9)


def _given(panel: Panel) -> list[str]:
    return [str(value) for value in panel.values.values()]


def read_csv(data: bytes) -> pd.DataFrame:
    """The cells of a CSV as text, without the mark before what a spreadsheet could compute."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    cells = [[cell.removeprefix("'") or None for cell in row] for row in rows[1:]]
    return pd.DataFrame(cells, columns=rows[0], dtype=object)


def read_xlsx(data: bytes) -> pd.DataFrame:
    """The cells of a workbook's first sheet, each of its own type."""
    sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["数据"]
    header, *cells = sheet.iter_rows(values_only=True)
    rows = [[None if cell == "" else cell for cell in row] for row in cells]
    return pd.DataFrame(rows, columns=list(header), dtype=object)


def _headers(panel: Panel, named: pd.DataFrame) -> dict[str, str]:
    """The headers of a panel's file in their order, to the columns of the answer with names."""
    found: dict[str, str] = {}
    for column in map(str, named.columns):
        if column.removesuffix("_name") in named.columns and column.endswith("_name"):
            continue
        output = panel.output(column)
        is_code = f"{column}_name" in named.columns
        header = output.zh
        if is_code:
            found[output.zh] = f"{column}_name"
            header = text("files.code_of", "zh", name=output.zh)
        elif output.unit in ("cny", "share", "days"):
            header = text(f"files.unit_{output.unit}", "zh", name=output.zh)
        assert header not in found, f"two columns under {header}"
        found[header] = column
    return found


def assert_same(found: pd.DataFrame, wanted: pd.DataFrame, rel: float) -> None:
    """Same rows in the same order; numbers within `rel`, all else equal, blanks where blank."""
    assert len(found) == len(wanted)
    for name in map(str, wanted.columns):
        cells, values = found[name], wanted[name]
        blank = (values.isna() | (values == "")).to_numpy(bool)
        assert (cells.isna().to_numpy() == blank).all(), name
        cells, values = cells[~blank], values[~blank]
        if all(isinstance(value, bool) for value in values):
            assert (cells.astype(str).to_numpy() == values.astype(str).to_numpy()).all(), name
        elif pd.api.types.is_numeric_dtype(values):
            given = pd.to_numeric(cells).to_numpy(float)
            np.testing.assert_allclose(
                given, values.to_numpy(float), rtol=rel, atol=1e-12, err_msg=name
            )
        elif pd.api.types.is_datetime64_any_dtype(values):
            days = pd.to_datetime(cells).dt.strftime("%Y-%m-%d")
            assert list(days) == list(values.dt.strftime("%Y-%m-%d")), name
        else:
            assert list(cells.astype(str)) == list(values.astype(str)), name


def test_every_page_has_panels() -> None:
    assert len({panel.name for panel in PANELS}) == len(PANELS)
