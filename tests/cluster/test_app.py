"""The dashboard itself with a cluster behind it, in a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.driving import PAGES, launch, path_of, serving, settle, watch
from tools.cluster import LocalCluster

pytestmark = pytest.mark.browser
PERIOD = {"from": "2021", "to": "2024"}
WITHIN_MS = 600_000
"""A page asks a cold cluster dozens of questions."""
TOLD = {"zh": "没有应答", "en": "does not answer"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def there(cluster: LocalCluster) -> Iterator[str]:
    """Address of a dashboard that asks the cluster."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRANSFERSCOPE_ENGINE", cluster.address)
        with serving() as address:
            yield address


@pytest.fixture(scope="module")
def here() -> Iterator[str]:
    """Address of one that asks DuckDB."""
    assert not os.environ.get("TRANSFERSCOPE_ENGINE")
    with serving() as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


def words(page: Page, address: str, name: str, language: str = "zh") -> str:
    """Everything that a page says."""
    page.goto(address + path_of(name, **PERIOD, lang=language), timeout=WITHIN_MS)
    settle(page, WITHIN_MS)
    page.wait_for_timeout(1500)
    return page.locator("[data-testid=stMain]").inner_text()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_the_same_with_a_cluster_behind_it(
    name: str, here: str, there: str, page: Page
) -> None:
    outside, complaints = watch(page)
    wanted = words(page, here, name)
    assert words(page, there, name) == wanted
    assert not page.locator("[data-testid=stAlert]").get_by_text("集群").count()
    assert not outside and not complaints


@pytest.mark.parametrize("language", TOLD)
def test_a_page_tells_that_the_cluster_is_away_and_then_goes_on(
    language: str, there: str, page: Page, cluster: LocalCluster
) -> None:
    words(page, there, "market", language)
    cluster.stop_server()
    try:
        # A period that nobody has asked for, so that no answer is at hand.
        years = {"zh": "2017", "en": "2018"}[language]
        begun = time.monotonic()
        page.goto(there + path_of("deals", **{"from": years, "to": years}, lang=language))
        page.locator("[data-testid=stAlert]").get_by_text(TOLD[language]).first.wait_for(
            timeout=WITHIN_MS
        )
        blank = words(page, there, "market", language)
        assert TOLD[language] not in blank, "what reads no record is answered all the same"
        print(f"told after {time.monotonic() - begun:.1f} s")
    finally:
        cluster.start_server()
    page.goto(there + path_of("deals", **{"from": years, "to": years}, lang=language))
    settle(page, WITHIN_MS)
    assert TOLD[language] not in page.locator("[data-testid=stMain]").inner_text()
    assert page.locator("[data-testid=stMetricValue]").first.inner_text().strip(" -—")
