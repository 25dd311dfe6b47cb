"""`make shots`: pictures of every page in both languages, themes and widths, checked by themselves.

Two of each: the first screen, and the whole length of the page (`-whole`). A picture fails where
the page overflows sideways, shows a column's raw name, or where English stands on a Chinese page
or Chinese on an English one.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.driving import PAGES, PHONE, ROOT, launch, path_of, serving, settle, watch

SHOTS = ROOT / "shots"
WIDE, NARROW = (1440, 900), (390, 844)
RAW_NAME = re.compile(r"\b[a-z]{2,}_[a-z_]{2,}\b")
ENGLISH = re.compile(r"[A-Za-z]{4,}")
CHINESE = re.compile(r"[一-鿿]{2,}")
ALLOWED_ENGLISH = re.compile(
    r"English|TransferScope|demo-[0-9a-f]+|test-\S+|Excel|CSV|XLSX|PNG|gba|Kaplan|Meier|Aalen|Johansen|"
    r"MOVER|Clopper|Pearson|[PDEWBOX]\d{3,}|https?:\S+"
)
ALLOWED_CHINESE = re.compile(r"中文|成果瞭望台|示例\w+")
"""Names of organisations are names: they are not translated."""
QUOTING = ("claims",)
"""Pages that quote Chinese sources word for word, in either language."""


@dataclass(frozen=True)
class Shot:
    """One picture: page, language, theme, width."""

    page: str
    language: str
    theme: str
    is_phone: bool

    @property
    def name(self) -> str:
        """File name without suffix."""
        width = "phone" if self.is_phone else "wide"
        return f"{self.page}-{self.language}-{self.theme}-{width}"


def shots() -> list[Shot]:
    """Every combination."""
    return [
        Shot(page, language, theme, is_phone)
        for page in PAGES
        for language in ("zh", "en")
        for theme in ("light", "dark")
        for is_phone in (False, True)
    ]


def take(browser: Browser, base: str, shot: Shot, folder: Path) -> list[str]:
    """Take one picture; returns what is wrong with the page."""
    width, height = NARROW if shot.is_phone else WIDE
    more = {"user_agent": PHONE, "is_mobile": True, "has_touch": True} if shot.is_phone else {}
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=shot.theme, locale="zh-CN", **more
    )
    page = context.new_page()
    outside, _ = watch(page)
    page.goto(base + path_of(shot.page, **{"from": "2019", "to": "2024", "lang": shot.language}))
    settle(page)
    page.wait_for_timeout(2500)
    page.screenshot(path=str(folder / f"{shot.name}.png"))
    page.set_viewport_size({"width": width, "height": length(page)})
    page.wait_for_timeout(2500)
    page.screenshot(path=str(folder / f"{shot.name}-whole.png"))
    wrong = faults(page, shot.language)
    if shot.page in QUOTING:
        wrong = [fault for fault in wrong if not fault.startswith("Chinese ")]
    context.close()
    return wrong + [f"asks outside: {url}" for url in outside]


def length(page: Page) -> int:
    """Height at which the whole page is seen without scrolling, within reason."""
    needed = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    return min(max(needed, 800), 12_000)


def faults(page: Page, language: str) -> list[str]:
    """What a glance would find: overflow, raw names, the other language."""
    found: list[str] = []
    over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if over > 1:
        found.append(f"overflows sideways by {over} px")
    words = visible_words(page)
    found += [f"raw name {name}" for name in sorted(set(RAW_NAME.findall(words)))]
    if language == "zh":
        rest = ALLOWED_ENGLISH.sub("", words)
        found += [f"English {word}" for word in sorted(set(ENGLISH.findall(rest)))]
    else:
        rest = ALLOWED_CHINESE.sub("", words)
        found += [f"Chinese {word}" for word in sorted(set(CHINESE.findall(rest)))]
    return found


def visible_words(page: Page) -> str:
    """All words on the page: text, chart labels and placeholders, without icons and code.

    Quotations of published sources stay in Chinese on an English page, and are marked so.
    """
    return page.evaluate(
        """() => {
          const unseen = (node) => {
            const box = node.getBoundingClientRect();
            return box.width <= 1 || box.height <= 1 || box.bottom < 0;
          };
          const skip = (node) => unseen(node)
            || getComputedStyle(node).fontFamily.includes('Material') || node.closest(
            'noscript, code, pre, style, script, [translate=no], '
            + '[class*=st-key-quote], [data-testid=stDataFrame]');
          const words = [];
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walk.nextNode()) {
            const parent = walk.currentNode.parentElement;
            if (parent && !skip(parent)) words.push(walk.currentNode.textContent);
          }
          document.querySelectorAll('input[placeholder]').forEach((e) => words.push(e.placeholder));
          return words.join('\\n');
        }"""
    )


def main() -> int:
    """Take every picture whose name holds the argument, if one is given."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    SHOTS.mkdir(exist_ok=True)
    failed = 0
    with serving() as base, sync_playwright() as playwright:
        browser = launch(playwright)
        for shot in shots():
            if wanted not in shot.name:
                continue
            wrong = take(browser, base, shot, SHOTS)
            failed += bool(wrong)
            print(f"{shot.name}: {'; '.join(wrong) or 'ok'}", flush=True)
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
