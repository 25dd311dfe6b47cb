"""Behind nginx each visitor stays on one replica, and loses it only when that one is lost."""

from __future__ import annotations

import csv
import io
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.driving import path_of, settle, watch
from tests.proxy.conftest import Office, Replica

pytestmark = pytest.mark.browser
WITHIN_MS = 60_000
PERIOD = {"from": "2019", "to": "2024", "lang": "zh"}
HEADER = ["合同登记编号", "签订日期", "合同类别", "卖方名称", "买方名称", "合同成交额（万元）"]


class Visitor:
    """A browser of its own, and the pages that it opened."""

    def __init__(self, office: Office, chromium: Browser):
        self.office = office
        self.context: BrowserContext = chromium.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN", accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.outside, _ = watch(self.page)
        self.sockets = 0
        self.page.on("websocket", lambda _: setattr(self, "sockets", self.sockets + 1))

    def open(self, page: str) -> None:
        """Open a page by the proxy's address."""
        self.page.goto(self.office.address + path_of(page, **PERIOD))
        settle(self.page)

    @property
    def mark(self) -> str:
        """What the proxy knows this visitor by."""
        return next(item["value"] for item in self.context.cookies() if item["name"] == "replica")

    @property
    def replica(self) -> Replica:
        """The one that answered so far."""
        (address,) = self.office.served_by(self.mark)
        return next(item for item in self.office.replicas if item.address == address)

    def total(self) -> str:
        """The first card's figure."""
        return self.page.locator("[data-testid=stMetricValue]").first.inner_text()

    def choose_english(self) -> None:
        """Have the page in the other language."""
        self.page.locator("[data-testid=stSidebar]").get_by_text("English").click()
        self.page.get_by_role("heading", name="Deals").wait_for(timeout=WITHIN_MS)

    def comes_back(self) -> None:
        """The page connects by itself; a first click is lost with what stood behind it."""
        self.page.wait_for_function(
            "() => document.querySelector('[data-testid=stApp]')"
            ".getAttribute('data-test-connection-state') === 'CONNECTED'",
            timeout=WITHIN_MS,
        )
        until = time.monotonic() + WITHIN_MS / 1000
        while not self.sockets:
            assert time.monotonic() < until, "the page did not connect again"
            self.page.wait_for_timeout(200)
        self.page.locator("[data-testid=stSidebar]").get_by_text("English").click()
        self.page.wait_for_timeout(2000)
        settle(self.page)

    def upload(self, path: Path) -> None:
        """Give a file to the page Data."""
        self.page.set_input_files("input[type=file]", [path])
        self.page.wait_for_selector("[class*=st-key-sheet-]", timeout=WITHIN_MS)
        settle(self.page)

    def press(self, key: str) -> None:
        """Press a button of the page."""
        self.page.locator(f".st-key-{key} button").click()
        self.page.wait_for_timeout(400)
        settle(self.page)


@pytest.fixture(scope="module")
def visitors(office: Office, chromium: Browser) -> list[Visitor]:
    """Visitors until each replica has at least two."""
    found: list[Visitor] = []
    while len(found) < 12:
        visitor = Visitor(office, chromium)
        visitor.open("deals")
        found.append(visitor)
        seen = [item.replica.port for item in found]
        if all(seen.count(replica.port) >= 2 for replica in office.replicas):
            return found
    raise AssertionError("a dozen visitors were not spread over two replicas")


def ledger(path: Path) -> Path:
    text = io.StringIO()
    rows = [
        [f"B-{n}", f"2025-03-{n:02}", "技术开发", "示例甲", "示例乙", "100"] for n in range(1, 9)
    ]
    csv.writer(text).writerows([HEADER, *rows])
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def test_each_visitor_stays_on_one_replica(visitors: list[Visitor], office: Office) -> None:
    assert len({visitor.mark for visitor in visitors}) == len(visitors)
    assert len({visitor.total() for visitor in visitors}) == 1
    for visitor in visitors:
        visitor.choose_english()
        assert len(office.served_by(visitor.mark)) == 1
        assert visitor.sockets == 1 and not visitor.outside


def test_scripts_are_compressed_once_and_then_kept(office: Office) -> None:
    with urllib.request.urlopen(office.address, timeout=30) as answer:
        document = answer.read().decode()
    script = next(part for part in document.split('"') if part.startswith("./static/js/"))
    for kept in ("MISS", "HIT"):
        request = urllib.request.Request(
            f"{office.address}/{script.removeprefix('./')}?anew",
            headers={"Accept-Encoding": "gzip, br"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.headers["X-Kept"] in (kept, "HIT")
            assert answer.headers["Content-Encoding"] == "gzip"
            assert not answer.headers["Set-Cookie"]


def test_files_go_up_and_come_down(visitors: list[Visitor], office: Office, tmp_path: Path) -> None:
    """A file goes up on each replica, and what one publishes the others show."""
    for replica in office.replicas:
        visitor = next(item for item in visitors if item.replica is replica)
        with visitor.page.expect_download() as waiting:
            visitor.page.locator("[class*=st-key-i-download-] button").first.click()
            visitor.page.locator("[class*=st-key-csv-] button").first.click()
        table = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
        assert len(table.splitlines()) > 3
        visitor.open("data")
        visitor.upload(ledger(tmp_path / "合同.csv"))
        visitor.press("w_check")
        expect(visitor.page.locator(".stMain")).to_contain_text("8 条记录全部可用")
        assert len(office.served_by(visitor.mark)) == 1
    others = {other: other.total() for other in visitors if "/deals" in other.page.url}
    assert {other.replica for other in others} == set(office.replicas)
    visitor.press("w_publish")
    expect(visitor.page.locator(".stMain")).to_contain_text("已发布", timeout=WITHIN_MS)
    for other, total in others.items():
        card = other.page.locator("[data-testid=stMetricValue]").first
        expect(card).not_to_have_text(total, timeout=WITHIN_MS)


def test_a_replica_that_is_killed_takes_only_its_own_sessions(
    visitors: list[Visitor], office: Office
) -> None:
    lost, left = office.replicas
    homes = {visitor.mark: visitor.replica for visitor in visitors}
    for visitor in visitors:
        visitor.open("deals")
        visitor.sockets = 0
    lost.kill()
    for visitor in visitors:
        is_lost = homes[visitor.mark] is lost
        if is_lost:
            visitor.comes_back()
        if visitor.page.locator("h1").inner_text() != "Deals":
            visitor.choose_english()
        assert "from=2019" in visitor.page.url
        if is_lost:
            assert visitor.sockets >= 1
            assert left.address in office.served_by(visitor.mark)
        else:
            assert visitor.sockets == 0, "who was on the other one did not notice"
            assert office.served_by(visitor.mark) == {left.address}
    lost.start()
    visitor = visitors[0]
    visitor.open("market")
    assert visitor.page.locator("h1").inner_text()
