"""Every page in Streamlit's own test harness: both languages; full, narrow and empty filters."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
LINKS = {
    "usual": {"from": "2019", "to": "2024"},
    "narrow": {"from": "2022Q1", "to": "2022Q2", "region": "440100", "industry": "1",
               "compare": "year-before"},
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
