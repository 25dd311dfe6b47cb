"""Every page in Streamlit's own test harness: both languages; full, narrow and empty filters."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.ui.words import plain

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
LINKS = {
    "usual": {"from": "2019", "to": "2024"},
    "narrow": {
        "from": "2022Q1",
        "to": "2022Q2",
        "region": "440100",
        "industry": "1",
        "compare": "year-before",
    },
    "empty": {"from": "2022-01-01", "to": "2022-01-01", "region": "659004", "industry": "8.4"},
    "rubbish": {"from": "x", "region": "1", "side": "?", "lang": "fr"},
}


def opened(page: str, language: str, link: dict[str, str]) -> AppTest:
    """A page as its link shows it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in {"lang": language, **link}.items():
        app.query_params[name] = value
    app.run()
    if page != "overview":
        app.switch_page(f"pages/{page}.py").run()
    return app


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_stands(page: str, language: str, link: str, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    app = opened(page, language, LINKS[link])
    assert not app.exception
    assert app.title[0].value
    assert not app.error, [error.value for error in app.error]
    if link == "rubbish":
        assert len(app.warning) >= 3


def damaged(folder: Path, name: str) -> Path:
    """The demonstration with one dataset cut off."""
    shutil.copytree(ROOT / "data" / "demo", folder / "demo")
    path = folder / "demo" / f"{name}.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    return folder


@pytest.mark.parametrize(
    ("dataset", "hurt", "whole"),
    [
        ("deals", "deals", "workstations"),
        ("workstations", "workstations", "deals"),
        ("stage_events", "pipeline", "deals"),
        ("expo_exhibits", "expos", "pipeline"),
        ("bases", "bases", "market"),
    ],
)
def test_a_damaged_file_is_told_and_other_pages_go_on(
    dataset: str, hurt: str, whole: str, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(damaged(tmp_path, dataset)))
    for language, said in (("zh", "重新导入"), ("en", "import the records again")):
        app = opened(hurt, language, LINKS["usual"])
        assert not app.exception
        told = " ".join(error.value for error in app.error)
        assert plain(f"{dataset}.parquet") in told and said in told
    app = opened(whole, "zh", LINKS["usual"])
    assert not app.exception
    assert not app.error, [error.value for error in app.error]


def test_a_target_shows_how_much_of_it_is_reached(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    app = opened("deals", "zh", {"from": "2024", "to": "2024"})
    assert "目标" in app.metric[0].label
    assert "目标" not in opened("deals", "zh", LINKS["usual"]).metric[0].label


def test_served_beyond_this_machine_it_warns(monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TRANSFERSCOPE_OPEN", "1")
    app = opened("overview", "zh", LINKS["usual"])
    assert any("登录" in warning.value for warning in app.warning)
