"""What is served: the demonstration, records in part or in whole, imported series beside them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.engine import Engine
from analytics.errors import DataError
from analytics.filters import Filters
from analytics.records.store import Account, Origin, Store
from analytics.records.templates import file_name, template
from analytics.records.values import References
from analytics.ui import data, following
from analytics.ui.intake.templates import XLSX
from tests.home import HOME
from tests.intake.snapshots import DEMO_FILES, deals, demo_tables, table
from tests.tables import deal
from tests.test_app import LINKS, PAGES, opened

ROOT = Path(__file__).parents[2]
PARTS = {
    "deals": ("deals",),
    "organisations": ("organisations",),
    "nothing": (),
    "bases": ("bases",),
}

SAYS = (
    {"zh": "尚未导入", "en": "Not imported yet"},
    {"zh": "还没有任何记录", "en": "There are no records yet"},
)
"""What a page says without some of its records, and without any."""


def badge(app: AppTest) -> str:
    """What stands beside a page's title."""
    return next(item.value for item in app.markdown if item.value.startswith((":blue", ":orange")))


def served(folder: Path, *datasets: str) -> Store:
    """A data folder that serves these datasets of the demonstration as imported records."""
    store = Store.of_records(folder)
    until = dict.fromkeys(datasets, date(2025, 9, 30))
    sources = (Origin("台账.xlsx", "0" * 64, 1),)
    store.publish(demo_tables(*datasets), Account(sources, complete_until=until), "张三")
    return store


def engine(folder: Path) -> Engine:
    return Engine(folder, home=HOME)


def test_without_a_pointer_the_demonstration_is_served(tmp_path: Path) -> None:
    (tmp_path / "demo").symlink_to(DEMO_FILES)
    found = engine(tmp_path)
    assert found.snapshot.is_demonstration and found.missing == frozenset()
    store = served(tmp_path, "deals")
    found = engine(tmp_path)
    assert not found.snapshot.is_demonstration and found.snapshot.id == store.current()
    assert found.version == found.snapshot.id
    store.use("demo")
    assert engine(tmp_path).snapshot.is_demonstration


def test_datasets_not_imported_yet_are_empty_and_known_to_be(tmp_path: Path) -> None:
    served(tmp_path, "deals", "bases")
    found = engine(tmp_path)
    assert "deals" not in found.missing and {"projects", "base_returns"} <= found.missing
    assert found.count("projects") == 0 and len(found.records("base_returns")) == 0
    assert found.count("deals") == Engine(HOME).count("deals")
    assert found.complete_until(("deals",)) == date(2025, 9, 30)
    assert found.complete_until(("projects",)) is None
    assert found.not_yet(("deals",)) == (), "deals are known without their projects"
    assert found.not_yet(("landings",)) == ("projects", "stage_events")
    assert found.not_yet(("deal_distances",)) == ()


def test_a_measure_of_what_is_not_imported_is_blank_not_zero(tmp_path: Path) -> None:
    served(tmp_path, "deals", "bases")
    found, whole = engine(tmp_path), Engine(HOME)
    year = Filters(since=date(2024, 1, 1), until=date(2024, 12, 31), compare="year-before")
    names = ("deals.value", "landings.projects", "deals.per_event", "workstations.active")
    row = found.ask(names, (), year).iloc[0]
    assert row["deals.value"] == whole.ask(names, (), year).iloc[0]["deals.value"] > 0
    for name in names[1:]:
        assert row[[name, f"{name}__before"]].isna().all(), name
    yearly = found.ask(("landings.projects", "bases.open"), (), year.undated(), "year")
    assert yearly["landings.projects"].isna().all() and yearly["bases.open"].max() > 0
    editions = found.query("expos_editions", year.undated(), months=12)
    assert editions["expo_exhibits.exhibits"].isna().all()


def test_a_file_that_the_manifest_names_may_not_lack(tmp_path: Path) -> None:
    store = served(tmp_path, "deals", "bases")
    path = store.table(store.current() or "", "deals")
    assert path
    path.unlink()
    found = engine(tmp_path)
    with pytest.raises(DataError) as told:
        found.count("deals")
    assert "deals.parquet" in told.value.message("zh")
    assert found.count("bases"), "the others stand"


def test_a_chosen_snapshot_is_opened_whatever_is_served(tmp_path: Path) -> None:
    (tmp_path / "demo").symlink_to(DEMO_FILES)
    store = Store.of_records(tmp_path)
    first = store.publish({"deals": deals(tmp_path / "bench", 10)})
    second = store.publish({"deals": deals(tmp_path / "bench", 10, 20)}, base=first.id)
    assert Engine(tmp_path, HOME, snapshot=first.id).count("deals") == 1
    assert Engine(tmp_path, HOME, snapshot=second.id).count("deals") == 2
    assert Engine(tmp_path, HOME, snapshot="demo").snapshot.is_demonstration


def series(folder: Path, *rows: tuple[int, str, float]) -> Store:
    """Imported figures on output: year, province, value."""
    store = Store.of_series(folder)
    told = [
        {"year": year, "adcode": adcode, "basis": "output", "contracts": 7, "value_cny": value}
        for year, adcode, value in rows
    ]
    path = table(folder / "bench", "tech_market", told)
    source = Account((Origin("8-24 各地区技术市场.xls", "0" * 64, len(rows)),))
    store.publish({"tech_market": path}, source, base=store.standing())
    return store


def test_an_imported_series_stands_over_the_one_that_ships(tmp_path: Path) -> None:
    folder = tmp_path / "一季度 [1]"  # brackets are no pattern
    folder.mkdir()
    (folder / "demo").symlink_to(DEMO_FILES)
    shipped = Engine(HOME)
    before = shipped.table("tech_market").set_index(["year", "adcode", "basis"])["value_cny"]
    last = int(before.index.get_level_values("year").max())
    store = series(folder, (last, "440000", 123.0), (last + 1, "440000", 456.0))
    found = engine(folder)
    assert found.snapshot.is_demonstration, "beside either kind of records"
    assert found.version != found.snapshot.id and store.current() in found.version
    after = found.table("tech_market").set_index(["year", "adcode", "basis"])["value_cny"]
    assert after.index.is_unique and len(after) == len(before) + 1
    assert float(after[last, "440000", "output"]) == 123
    assert float(after[last + 1, "440000", "output"]) == 456
    kept = before.drop((last, "440000", "output"))
    assert after[kept.index].equals(kept)
    assert found.complete_until(("tech_market",)) == date(last + 1, 12, 31)
    assert found.series_source == ("8-24 各地区技术市场.xls",)
    assert shipped.series_source == ()
    store.use("demo")
    assert engine(folder).version == found.snapshot.id


def test_the_market_page_tells_where_imported_years_come_from(tmp_path: Path, monkeypatch) -> None:
    from analytics.look import Look
    from analytics.panels import market
    from analytics.ui.files import marks_of
    from analytics.ui.records import record_marks
    from analytics.ui.state import Viewing

    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path))
    (tmp_path / "demo").symlink_to(DEMO_FILES)
    store = series(tmp_path, (2030, "440000", 456.0))
    view = Viewing(Filters(), Look("zh"), {})
    for marks in (marks_of(market.MAP, view), record_marks("tech_market", view)):
        told = marks.sources[1]
        assert "8-24 各地区技术市场.xls" in told and str(store.current()) in told
    assert len(marks_of(market.CITY, view).sources) == 1, "the city's figures are others"
    store.use("demo")
    assert len(marks_of(market.MAP, view).sources) == 1


@pytest.mark.parametrize("page", [page for page in PAGES if page != "data"])
@pytest.mark.parametrize("part", PARTS)
def test_a_page_stands_on_part_of_the_records(
    part: str, page: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path))
    served(tmp_path, *PARTS[part])
    language = ("zh", "en")[(list(PARTS).index(part) + PAGES.index(page)) % 2]
    app = opened(page, language, LINKS["usual"])
    assert not app.exception and not app.error, [error.value for error in app.error]
    said = " ".join(item.value for item in app.info)
    assert page == "market" or SAYS[part == "nothing"][language] in said
    if language == "zh" and page != "market":
        assert ("尚无记录" if part == "nothing" else "数据截至2025年9月30日") in badge(app)
    for metric in app.metric:
        assert metric.value.strip() not in ("nan", "None"), metric.label


@pytest.mark.parametrize("page", PAGES)
def test_a_folder_with_nothing_in_it_opens_empty(page: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path / "data"))
    for language in ("zh", "en"):
        app = opened(page, language, LINKS["usual"])
        assert not app.exception and not app.error, [error.value for error in app.error]
        said = " ".join(item.value for item in (*app.info, *app.markdown))
        if page == "data":
            assert {"zh": "数据文件夹里还没有记录", "en": "holds no records yet"}[language] in said
            assert app.get("file_uploader"), "files can be brought at once"
        elif page != "market":
            assert SAYS[True][language] in said
            assert {"zh": "尚无记录", "en": "No records yet"}[language] in badge(app)
    assert not (tmp_path / "data" / "demo").exists(), "nothing is made unasked"


def test_what_is_left_of_a_demonstration_is_no_empty_folder(tmp_path: Path) -> None:
    assert engine(tmp_path).snapshot.kind == "empty"
    assert engine(tmp_path).ask(("deals.value",)).isna().all(axis=None)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "deals.parquet").write_bytes(b"PAR1")
    with pytest.raises(DataError) as told:
        engine(tmp_path)
    assert told.value.key == "bad_manifest"


def test_the_first_import_can_be_taken_back_to_nothing(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path))
    store = served(tmp_path, "deals")
    app = opened("data", "zh", {})
    assert "演示" not in " ".join(item.value for item in (*app.markdown, *app.caption))
    app.button("w_use_demo").click().run()
    assert not app.exception and store.current() is None
    app = opened("data", "zh", {})
    assert any("选择上面的任一快照即可恢复" in item.value for item in app.caption)
    assert engine(tmp_path).snapshot.kind == "empty"


def test_cards_of_what_is_not_imported_are_blank(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path))
    served(tmp_path, "bases")
    cards = {item.label: item.value for item in opened("bases", "zh", LINKS["usual"]).metric}
    assert cards["经基地落地项目"] == cards["基地成交额"] == "—"
    assert cards["成果转化基地"].startswith("96")
    overview = opened("overview", "zh", LINKS["usual"])
    assert {item.label: item.value for item in overview.metric}["停滞项目"] == "—"


def test_columns_that_have_nothing_to_say_are_left_out(tmp_path: Path) -> None:
    store = Store.of_records(tmp_path)
    bench = tmp_path / "bench"
    first = store.publish({"deals": deals(bench, 10, 20)})
    assert engine(tmp_path).idle("deals") == {"signed_precision", "value_note"}
    told = [
        deal(1, "2024-05-01", 10, signed_precision="month"),
        deal(2, "2023-05-01", 10, signed_precision="day", value_note="约"),
    ]
    store.publish({"deals": table(bench, "deals", told)}, base=first.id)
    found = engine(tmp_path)
    assert found.idle("deals") == frozenset()
    early = Filters(since=date(2023, 1, 1), until=date(2023, 12, 31))
    assert found.idle("deals", early) == {"signed_precision"}
    assert found.idle("targets") == frozenset()


_SCRIPT = """
import streamlit as st
from analytics.ui import data, following
if st.session_state.get("full", True):
    data.pin()
count = data.count("deals", data.Filters())
st.markdown(f"{data.pinned().snapshot} {data.engine().snapshot.id} {count}")
"""


def test_a_session_keeps_its_snapshot_until_its_next_full_run(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path))
    store = Store.of_records(tmp_path)
    first = store.publish({"deals": deals(tmp_path / "bench", 10)})
    app = AppTest.from_string(_SCRIPT, default_timeout=30).run()
    assert app.markdown[0].value == f"{first.id} {first.id} 1"
    second = store.publish({"deals": deals(tmp_path / "bench", 10, 20)}, base=first.id)
    app.session_state["full"] = False  # as when a fragment runs
    assert app.run().markdown[0].value == f"{first.id} {first.id} 1"
    app.session_state["full"] = True
    assert app.run().markdown[0].value == f"{second.id} {second.id} 2"
    with data.at(data.Pin(str(tmp_path), first.id, "demo")):
        assert data.engine().snapshot.id == first.id, "a file is made of what its page shows"
    assert data.engine().snapshot.id == second.id


def test_open_pages_can_ask_what_is_served(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path))
    (route,) = following.routes()
    store = Store.of_records(tmp_path)
    first = store.publish({"deals": deals(tmp_path / "bench", 10)})
    answer = route.endpoint(None)
    assert answer.status_code == 200 and first.id in answer.body.decode()
    second = store.publish({"deals": deals(tmp_path / "bench", 10, 20)}, base=first.id)
    answer = route.endpoint(None)
    assert second.id in answer.body.decode() and str(tmp_path) not in answer.body.decode()
    (store.folder / "current").write_text("{", encoding="utf-8")
    assert route.endpoint(None).status_code == 503


def test_a_page_opened_anew_shows_what_is_served(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path))
    (tmp_path / "demo").symlink_to(DEMO_FILES)
    assert "演示数据" in badge(opened("overview", "zh", LINKS["usual"]))
    store = served(tmp_path, "deals")
    assert "数据截至" in badge(opened("overview", "zh", LINKS["usual"]))
    store.use("demo")
    assert "演示数据" in badge(opened("overview", "zh", LINKS["usual"]))
    (store.folder / "current").write_text("{", encoding="utf-8")
    app = opened("overview", "zh", LINKS["usual"])
    assert app.exception and not app.metric, "the demonstration never steps in unasked"


def test_landings_are_unknown_until_projects_are_imported(tmp_path: Path) -> None:
    from analytics.labels import Labels
    from analytics.look import Look
    from analytics.maps.places import base_map, base_map_says
    from analytics.panels import bases
    from analytics.panels.types import labelled

    served(tmp_path, "bases")
    year = Filters(since=date(2024, 1, 1), until=date(2024, 12, 31))
    for found, known in ((engine(tmp_path), False), (Engine(HOME), True)):
        frame = labelled(found.query("bases_map", year), bases.MAP, Labels(found), Look("zh"))
        assert frame["landings"].notna().all() == known
        said = base_map_says(frame, Look("zh"), "gba")
        assert ("累计落地 **—** 项" in said) == (not known)
        assert base_map(frame, Look("zh"), "gba")
        base = str(frame["base"].iloc[0])
        assert found.query("bases_card", base=base)["landings"].notna().all() == known


def test_an_empty_form_on_the_page_says_so_and_shows_no_empty_tables(
    tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(tmp_path / "data"))
    form = template("deals", References.load(HOME))
    app = opened("data", "zh", {})
    app.file_uploader[0].set_value((file_name("deals"), form, XLSX)).run()
    assert not app.exception and not app.dataframe
    assert any("没有记录" in item.value and "第" not in item.value for item in app.markdown)
    app.button("w_check").click().run()
    assert not app.exception and not app.dataframe
    assert any("文件中没有记录，现有数据不变" in item.value for item in app.info)
    assert not [button for button in app.button if button.key == "w_publish"]
