"""An open page shows a new snapshot by itself within seconds, and is not disturbed until then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page

from analytics.records.store import Account, Store
from tests.browser.driving import path_of, serving, settle
from tests.intake.snapshots import DEMO_FILES, demo_tables

pytestmark = pytest.mark.browser
WITHIN_MS = 45_000  # a few seconds, and what a loaded machine adds
_COUNT = """() => {
    window.changes = 0;
    const main = document.querySelector('[data-testid=stMain]');
    new MutationObserver(found => { window.changes += found.length; })
        .observe(main, {subtree: true, childList: true, characterData: true});
}"""


def _until_drawn(page: Page) -> None:
    """Wait until three seconds pass in which nothing on the page changes."""
    for _ in range(20):
        page.evaluate("window.changes = 0")
        page.wait_for_timeout(3000)
        if page.evaluate("window.changes") == 0:
            return
    raise AssertionError("the page never came to rest")


def test_an_idle_page_follows_what_is_published(tmp_path: Path, page: Page) -> None:
    (tmp_path / "demo").symlink_to(DEMO_FILES)
    store = Store.of_records(tmp_path)
    with serving(tmp_path) as base:
        page.goto(base + path_of("deals", **{"from": "2019", "to": "2024", "lang": "zh"}))
        settle(page)
        main = page.locator("[data-testid=stMain]")
        title = page.locator(".st-key-title")
        assert "演示数据" in title.inner_text()
        main.evaluate("place => place.scrollTo(0, 600)")
        page.evaluate(_COUNT)
        _until_drawn(page)
        page.wait_for_timeout(9000)  # two looks at the pointer
        assert page.evaluate("window.changes") == 0, "looking changes nothing on the page"
        assert main.evaluate("place => place.scrollTop") == 600
        tables = demo_tables("deals")
        until = {"deals": date(2025, 9, 30)}
        store.publish(tables, Account(complete_until=until), "张三")
        for _ in range(20):  # nothing changes under the hand
            page.keyboard.press("Shift")
            page.wait_for_timeout(300)
        assert "演示数据" in title.inner_text()
        title.get_by_text("数据截至").wait_for(timeout=WITHIN_MS)
        page.get_by_text("尚未导入：活动。").first.wait_for(timeout=WITHIN_MS)
        store.use("demo")
        title.get_by_text("演示数据").wait_for(timeout=WITHIN_MS)
        assert page.get_by_text("尚未导入").count() == 0
