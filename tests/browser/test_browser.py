"""The main paths in a real browser: load, filter, share, click, download, switch, offline."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from analytics.engine import Engine
from analytics.filters import Filters
from tests.browser.driving import PAGES, path_of, settle, watch
from tests.tables import HOME

pytestmark = pytest.mark.browser
WITHOUT_PANELS = ("data",)
WITH_MAPS = ("overview", "deals", "workstations", "bases", "market")
USUAL = {"from": "2019", "to": "2024", "lang": "zh"}


def query_of(page: Page) -> dict[str, str]:
    text = page.url.partition("?")[2]
    return dict(part.split("=", 1) for part in text.split("&") if part)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_whole_with_nothing_from_outside(name: str, base: str, page: Page) -> None:
    outside, complaints = watch(page)
    page.goto(base + path_of(name, **USUAL))
    settle(page)
    if name not in WITHOUT_PANELS:
        assert page.locator("[data-testid=stAlert]").count() == 0, page.inner_text(".stMain")
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator("[class*=st-key-panel-]").count() > 0 or name in WITHOUT_PANELS
    assert not outside
    assert not complaints
    if name in WITH_MAPS:
        page.wait_for_selector("[data-testid=stDeckGlJsonChart] canvas")
        assert "GS（2024）0650号" in page.inner_text(".stMain")


def test_a_bare_address_becomes_a_whole_link(base: str, page: Page) -> None:
    page.goto(f"{base}/deals")
    settle(page)
    assert query_of(page) == USUAL


def test_a_click_on_a_bar_filters_and_back_undoes_it(base: str, page: Page) -> None:
    page.goto(base + path_of("deals", **USUAL))
    settle(page)
    bars = page.locator(".st-key-panel-deals-industry .barlayer .point path")
    bars.last.click(force=True)
    page.wait_for_url(re.compile("industry="))
    settle(page)
    assert page.locator(".st-key-chips button").count() == 2
    value = page.locator("[data-testid=stMetricValue]").first.inner_text()
    page.go_back()
    page.wait_for_url(lambda url: "industry=" not in url)
    settle(page)
    assert page.locator(".st-key-chips button").count() == 1
    assert page.locator("[data-testid=stMetricValue]").first.inner_text() != value


def test_a_shared_link_shows_the_same_in_a_fresh_browser(
    base: str, page: Page, chromium: Browser
) -> None:
    page.goto(base + path_of("deals", **USUAL))
    settle(page)
    page.locator("[data-testid=stSidebar]").get_by_text("大湾区", exact=True).first.click()
    page.wait_for_url(re.compile("region=gba"))
    settle(page)
    page.locator(".st-key-controls").get_by_text("技术交易额").click()
    page.wait_for_url(re.compile("basis=technical"))
    settle(page)
    mine = page.locator("[data-testid=stMetricValue]").all_inner_texts()
    other = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    other.goto(page.url)
    settle(other)
    assert other.locator("[data-testid=stMetricValue]").all_inner_texts() == mine
    assert other.url == page.url
    other.context.close()


def test_the_language_switches_and_stays_in_the_link(base: str, page: Page) -> None:
    page.goto(base + path_of("deals", **USUAL))
    settle(page)
    page.locator("[data-testid=stSidebar]").get_by_text("English").click()
    page.wait_for_url(re.compile("lang=en"))
    settle(page)
    assert page.locator("h1").inner_text() == "Deals"
    page.locator("[data-testid=stSidebar]").get_by_text("Overview").click()
    page.wait_for_url(lambda url: "/deals" not in url)
    settle(page)
    assert query_of(page)["lang"] == "en"


def test_the_downloads_are_what_was_asked(base: str, page: Page, tmp_path: Path) -> None:
    page.goto(base + path_of("deals", **USUAL, region="gba"))
    settle(page)
    page.locator("[class*=st-key-i-download-deals-industry] button").first.click()
    files = {}
    for kind in ("csv", "xlsx", "png"):
        with page.expect_download() as waiting:
            if kind == "png":
                page.locator('a[href="#png-deals-industry"]').click()
            else:
                page.locator(f"[class*=st-key-{kind}-deals-industry] button").first.click()
        files[kind] = tmp_path / f"x.{kind}"
        waiting.value.save_as(files[kind])
    filters = Filters(since=date(2019, 1, 1), until=date(2024, 12, 31), regions=("gba",))
    asked = Engine(HOME).ask(["deals.value"], ["industry"], filters)
    found = pd.read_csv(files["csv"], dtype={"产业代码": str})
    pd.testing.assert_series_equal(
        found["成交额（元）"].astype(float), asked["deals.value"], check_names=False
    )
    assert found["产业代码"].fillna("").tolist() == asked["industry"].fillna("").tolist()
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].read_bytes()))["数据"]
    assert [row[2] for row in sheet.iter_rows(min_row=2, values_only=True)] == pytest.approx(
        asked["deals.value"].tolist()
    )
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    assert files["png"].stat().st_size > 20_000


def test_rubbish_in_a_link_is_told_and_the_page_stands(base: str, page: Page) -> None:
    page.goto(base + path_of("deals", region="999999", industry="1", lang="zh", **{"from": "x"}))
    settle(page)
    told = " ".join(page.locator("[data-testid=stAlert]").all_inner_texts())
    assert "999999" in told and "from=x" in told
    assert page.locator("[data-testid=stMetricValue]").count() >= 4


def test_chips_take_a_filter_away(base: str, page: Page) -> None:
    page.goto(base + path_of("deals", **USUAL, industry="1,4"))
    settle(page)
    page.locator(".st-key-chips button").nth(1).click()
    page.wait_for_url(lambda url: "industry=4" in url)


def test_reset_returns_to_the_usual_view(base: str, page: Page) -> None:
    page.goto(base + path_of("deals", **USUAL, industry="1", region="440100"))
    settle(page)
    page.locator(".st-key-reset button").click()
    page.wait_for_url(lambda url: "industry" not in url and "region" not in url)


def test_a_click_on_a_map_place_opens_it_and_back_closes_it(base: str, page: Page) -> None:
    page.goto(base + path_of("market", **USUAL))
    settle(page)
    canvas = page.locator("[class*=st-key-panel-market-map] canvas").first
    canvas.wait_for(state="visible")
    page.wait_for_timeout(4000)
    box = canvas.bounding_box()
    assert box
    # Xinjiang is the largest province: it covers this point of the national map at any width. A
    # software-drawn map may be too busy for the first click, so it is given another if need be.
    at = box["x"] + box["width"] * 0.23, box["y"] + box["height"] * 0.38
    for attempt in range(4):
        page.mouse.click(*at)
        try:
            page.wait_for_url(re.compile("region=650000"), timeout=20_000)
            break
        except PlaywrightTimeout:
            assert attempt < 3, "the map did not answer four clicks"
    settle(page)
    page.go_back()
    page.wait_for_url(lambda url: "region=" not in url)
