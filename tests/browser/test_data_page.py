"""The page Data in a real browser: from a messy file to new figures, and back."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from analytics.formats import written
from tests.browser.driving import path_of, serving, settle, watch
from tests.browser.shots import faults
from tests.home import HOME

pytestmark = pytest.mark.browser
YEAR = {"from": "2025", "to": "2025", "lang": "zh"}
HEADER = ("合同登记编号", "签订时间", "合同类别", "单位", "受让方", "金额", "金额", "联系电话")
KINDS = ("技术开发", "技术转让", "技术服务", "技术咨询")
VALUES = [Decimal(n * 1055) / 10 for n in range(1, 21)]
"""万元."""
ANSWERS = {
    "合同成交额": "金额",
    "技术交易额": "金额 (2)",
    "卖方名称": "单位",
    "买方名称": "受让方",
}
WAIT = 120_000  # a loaded machine is slow, not wrong


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with the demonstration and nothing imported."""
    data = tmp_path / "data"
    shutil.copytree(HOME / "demo", data / "demo")
    return data


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with serving(folder) as base:
        yield base


def gbk(path: Path, rows: list[list[str]]) -> Path:
    """A CSV as Excel writes it on a Chinese machine."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_bytes(text.getvalue().encode("gb18030"))
    return path


def ledger(path: Path, values: list[Decimal]) -> Path:
    """A messy ledger: title, unit line, two columns 金额, phones, and a sum line."""
    rows = [
        [
            f"2025-{n:04}",
            f"2025.{n % 6 + 1}.{n}",
            KINDS[n % 4],
            f"示例研究院{n % 5}",
            f"示例科技公司{n % 7}",
            f"{value:,.2f}",
            f"{value / 2:,.2f}",
            f"138001380{n:02}",
        ]
        for n, value in enumerate(values, start=1)
    ]
    return gbk(
        path,
        [
            ["技术合同登记台账（2025年上半年）![](http://example.com/x.png)"],
            ["单位：万元"],
            list(HEADER),
            *rows,
            ["合计", "", "", "", "", f"{sum(values):,.2f}", f"{sum(values) / 2:,.2f}", ""],
        ],
    )


def shown(total: Decimal | int) -> str:
    """A total of 万元 as a card shows it."""
    return written(float(total * 10_000), "cny", "zh")


def opened(browser: Browser, address: str, page: str) -> tuple[Page, list[str]]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="zh-CN", accept_downloads=True
    )
    context.set_default_timeout(WAIT)
    tab = context.new_page()
    outside, _ = watch(tab)
    tab.goto(address + path_of(page, **YEAR))
    settle(tab)
    return tab, outside


def total_of(page: Page) -> str:
    return page.locator("[data-testid=stMetricValue]").first.inner_text()


def becomes(page: Page, total: str) -> None:
    """The first card shows a total, without anyone touching the page."""
    card = page.locator("[data-testid=stMetricValue]").first
    expect(card).to_have_text(total, timeout=WAIT)


def upload(page: Page, *files: Path) -> None:
    page.set_input_files("input[type=file]", list(files))
    page.wait_for_selector("[class*=st-key-sheet-]", timeout=WAIT)
    settle(page)


def choose(page: Page, label: str, option: str) -> None:
    """Pick a heading for a field."""
    pick(
        page,
        page.locator("[data-testid=stSelectbox]").filter(has_text=re.compile(rf"^{label}")),
        option,
    )


def pick(page: Page, box: Locator, option: str) -> None:
    """Open a box and pick one of its options."""
    opener = box.locator("[role=combobox], [data-baseweb=select]").first
    opener.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # a page that still scrolls closes the list again
    opener.click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").click()
    settled(page)


def settled(page: Page) -> None:
    """A click is on its way for a moment before the script begins."""
    page.wait_for_timeout(400)
    settle(page)


def check(page: Page) -> None:
    press(page, "w_check")
    page.wait_for_selector("text=核对结果", timeout=WAIT)
    settle(page)


def publish(page: Page) -> None:
    press(page, "w_publish")
    page.wait_for_selector("text=已发布", timeout=WAIT)
    settle(page)


def serve_again(page: Page, popover: int | str) -> None:
    """Open the way back of a snapshot, or of the demonstration, and confirm."""
    if isinstance(popover, str):
        button = page.get_by_role("button", name=popover)
    else:
        button = page.locator("[class*=st-key-snapshot-]").nth(popover).get_by_text("恢复到此")
    button.first.click()
    page.get_by_role("button", name="确认").click()
    settled(page)


def test_a_messy_file_becomes_figures_and_goes_again(
    address: str, folder: Path, chromium: Browser, tmp_path: Path
) -> None:
    deals, asked_by_deals = opened(chromium, address, "deals")
    demonstration = total_of(deals)
    page, asked = opened(chromium, address, "data")
    upload(page, ledger(tmp_path / "台账.csv", VALUES))
    # Two columns 金额 and one 单位 are asked for, and until then nothing can be checked.
    words = page.inner_text(".stMain")
    assert "合同成交额、技术交易额、卖方名称、买方名称" in words
    assert page.locator(".st-key-w_check button").is_disabled()
    assert "1380013" not in page.content()
    for label, option in ANSWERS.items():
        choose(page, label, option)
    check(page)
    words = page.inner_text(".stMain")
    assert f"{sum(VALUES):,.2f} 万元" in words, "the total to compare with the sheet's own"
    assert (
        "20 条记录全部可用" in words and "合计 1 行" in words and "“联系电话”列含个人信息" in words
    )
    assert not [fault for fault in faults(page, "zh") if "overflow" in fault or "raw" in fault]
    # Another look at the mapping takes the report back.
    choose(page, "技术交易额", "文件中没有")
    assert "核对结果" not in page.inner_text(".stMain")
    choose(page, "技术交易额", "金额 (2)")
    check(page)
    page.locator("[class*=st-key-w_save_mapping] input").fill("登记台账")
    page.locator(".st-key-w_operator input").fill("示例")
    page.keyboard.press("Enter")
    settled(page)
    publish(page)
    becomes(deals, shown(sum(VALUES)))
    first = json.loads((folder / "snapshots" / "current").read_text())["snapshot"]
    # The same form again: recognised by its header, one amount changed.
    press(page, "w_next")
    changed = [VALUES[0] + 1000, *VALUES[1:]]
    upload(page, ledger(tmp_path / "台账2.csv", changed))
    assert "已保存的对应：登记台账" in page.inner_text(".stMain")
    check(page)
    publish(page)
    becomes(deals, shown(sum(changed)))
    # Back to the snapshot before, and to the demonstration.
    page.goto(address + path_of("data", **YEAR))
    settle(page)
    history = page.locator("[class*=st-key-snapshot-]")
    assert history.count() == 2
    assert "变更 1" in history.first.inner_text()
    serve_again(page, 1)
    becomes(deals, shown(sum(VALUES)))
    assert json.loads((folder / "snapshots" / "current").read_text())["snapshot"] == first
    serve_again(page, "改用演示数据")
    becomes(deals, demonstration)
    assert not asked and not asked_by_deals, "nothing is asked of the outside"
    for tab in (page, deals):
        tab.context.close()


def test_refused_rows_come_back_mended(address: str, chromium: Browser, tmp_path: Path) -> None:
    header = ["合同登记编号", "签订日期", "合同类别", "卖方名称", "买方名称", "合同成交额（万元）"]
    good = [
        [f"B-{n}", f"2025-03-{n:02}", "技术开发", "示例甲", "示例乙", "100"] for n in range(1, 9)
    ]
    bad = [
        ["B-20", "2025-02-30", "技术开发", "示例甲", "示例乙", "100"],
        ["B-21", "2025-04-01", "买卖", "示例甲", "示例乙", "100"],
    ]
    page, _ = opened(chromium, address, "data")
    upload(page, gbk(tmp_path / "合同.csv", [header, *good, *bad]))
    check(page)
    words = page.inner_text(".stMain")
    assert "2 条记录被退回" in words and "没有这一天" in words
    assert page.locator(".st-key-w_publish button").is_disabled()
    with page.expect_download() as waiting:
        page.locator(".st-key-w_refused button").click()
    refused = tmp_path / "退回.xlsx"
    waiting.value.save_as(refused)
    # The good ones now, the others when they are mended.
    page.locator("[class*=st-key-w_accept_valid] label").click()
    settled(page)
    publish(page)
    assert "2 条被退回的记录没有发布" in page.inner_text(".stMain")
    book = openpyxl.load_workbook(refused)
    sheet = book.active
    assert sheet and [cell.value for cell in sheet[1]] == ["退回原因", *header]
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["B-20", "B-21"]
    sheet["C2"], sheet["D3"] = "2025-02-28", "技术服务"
    book.save(refused)
    press(page, "w_next")
    upload(page, refused)
    check(page)
    assert "2 条记录全部可用" in page.inner_text(".stMain")
    publish(page)
    page.goto(address + path_of("deals", **YEAR))
    settle(page)
    assert total_of(page) == shown(Decimal(1000))
    page.context.close()


def test_work_is_kept_while_another_page_is_looked_at(
    address: str, folder: Path, chromium: Browser, tmp_path: Path
) -> None:
    page, _ = opened(chromium, address, "data")
    upload(page, ledger(tmp_path / "台账.csv", VALUES))
    choose(page, "合同成交额", "金额")
    navigation = page.locator(".st-key-navigation")
    navigation.get_by_text("技术合同", exact=True).click()
    page.wait_for_url("**/deals?*")
    settle(page)
    navigation.get_by_text("数据", exact=True).click()
    page.wait_for_url("**/data?*")
    settle(page)
    words = page.inner_text(".stMain")
    assert "文件仍在：台账.csv" in words
    assert "技术交易额、卖方名称、买方名称" in words and "合同成交额、技术交易额" not in words
    press(page, "w_discard")
    assert page.locator("[class*=st-key-sheet-]").count() == 0
    assert not list((folder / "snapshots").glob(".work-*")), "nothing is left behind"
    page.context.close()


def test_what_a_sheet_lacks_or_holds_is_asked(
    address: str, chromium: Browser, tmp_path: Path
) -> None:
    page, _ = opened(chromium, address, "data")
    rows = [[f"C-{n}", f"2025-05-{n:02}", "示例甲", "示例乙", "10万元"] for n in range(1, 6)]
    header = ["合同登记编号", "签订日期", "卖方名称", "买方名称", "合同成交额"]
    upload(page, gbk(tmp_path / "缺类别.csv", [header, *rows]))
    assert "必填的合同类别" in page.inner_text(".stMain")
    pick(page, page.locator("[class*=st-key-w_set_]"), "技术服务")
    check(page)
    assert "5 条记录全部可用" in page.inner_text(".stMain")
    # The other language has the same answers, in its own words.
    page.locator("[data-testid=stSidebar]").get_by_text("English").click()
    page.wait_for_url(re.compile("lang=en"))
    settled(page)
    boxes = page.locator("[class*=st-key-w_set_], [class*=st-key-w_holds_]")
    held = boxes.locator("input").evaluate_all("found => found.map((box) => box.value)")
    assert held == ["Deals", "Technical services"], page.inner_text(".stMain")
    assert "usable 5, ready to be published" in page.inner_text(".stMain")
    page.goto(address + path_of("data", **YEAR))
    settle(page)
    upload(
        page, gbk(tmp_path / "名单.csv", [["名称", "地区"], ["甲公司", "广州"], ["乙公司", "深圳"]])
    )
    assert "无法确定这张表" in page.inner_text(".stMain")
    pick(page, page.locator("[class*=st-key-w_holds_]"), "机构")
    check(page)
    assert "2 条记录全部可用" in page.inner_text(".stMain")
    page.context.close()


def test_who_publishes_second_is_told_and_checks_again(
    address: str, folder: Path, chromium: Browser, tmp_path: Path
) -> None:
    header = ["合同登记编号", "签订日期", "合同类别", "卖方名称", "买方名称", "合同成交额（万元）"]
    tabs: list[Page] = []
    for name in ("D", "E"):
        tab, _ = opened(chromium, address, "data")
        rows = [[f"{name}-1", "2025-03-01", "技术开发", "示例甲", "示例乙", "100"]]
        upload(tab, gbk(tmp_path / f"{name}.csv", [header, *rows]))
        check(tab)
        tabs.append(tab)
    first, second = tabs
    asked: list[Route] = []
    second.route("**/served", lambda route: asked.append(route))  # held back
    publish(first)
    while not asked:
        second.wait_for_timeout(100)
    # The page learns of the publication while the run with the click is under way, and waits.
    second.locator(".st-key-w_publish button").click()
    asked[0].fulfill(body="another snapshot")
    second.wait_for_selector("text=已有人发布新快照", timeout=WAIT)
    second.unroute("**/served")
    assert "核对结果" not in second.inner_text(".stMain")
    check(second)
    publish(second)
    second.goto(address + path_of("deals", **YEAR))
    settle(second)
    assert total_of(second) == shown(Decimal(200))
    for tab in tabs:
        tab.context.close()


def test_where_files_are_not_taken(folder: Path, chromium: Browser) -> None:
    (folder / "settings.toml").write_text("[import]\nenabled = false\n", encoding="utf-8")
    with serving(folder) as base:
        page, _ = opened(chromium, base, "data")
        assert "settings.toml" in page.inner_text(".stMain")
        assert page.locator("input[type=file]").count() == 0
        (folder / "settings.toml").write_text("[import\n", encoding="utf-8")
        page.reload()
        settle(page)
        words = page.inner_text(".stMain")
        assert "settings.toml" in words and "演示数据" in words and "历次发布" in words
        assert page.locator("input[type=file]").count() == 0
        page.context.close()
