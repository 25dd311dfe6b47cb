"""A page in Chromium under a stop watch: when it comes to rest, what it fetched, what came."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

_LOOPBACK = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:")
_KILOBYTE = 1e3
_WATCH = """
window.bench = {last: 0, acted: 0};
const touch = (at) => { window.bench.last = Math.max(window.bench.last, at); };
new MutationObserver((changes) => {
    // the mark of a running script is no change that anyone sees
    if (changes.some((change) => change.attributeName !== 'data-test-script-state'))
        touch(performance.now());
}).observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    // the question of an idle page whether something new is served is no part of its coming
    if (!entry.name.endsWith('/served')) touch(entry.startTime + entry.duration);
})).observe({entryTypes: ['resource', 'longtask']});
document.addEventListener('click', () => { window.bench.acted = performance.now(); }, true);
"""
# At rest: a title stands, nothing is loading or running, and for a while nothing changed, nothing
# was fetched and the main thread was free. The time is that of the last such thing, not of now.
_AT_REST = """
(quiet) => new Promise((resolve, reject) => {
    const began = performance.now();
    const look = () => {
        const app = document.querySelector('[data-testid=stApp]');
        const at_rest = document.querySelector('h1')
            && app && app.getAttribute('data-test-script-state') === 'notRunning'
            && !document.querySelector('[data-testid=stSkeleton], [data-testid=stStatusWidget]')
            && performance.now() - window.bench.last > quiet;
        if (at_rest) resolve([window.bench.last, window.bench.acted]);
        else if (performance.now() - began > 90000) reject(new Error('no rest within 90 s'));
        else setTimeout(look, 30);
    };
    look();
})
"""
_QUIET_MS = 800


@dataclass
class Traffic:
    """What a page received: bytes by websocket and by HTTP, requests, and those to the outside."""

    socket_kb: float = 0.0
    http_kb: float = 0.0
    requests: int = 0
    outside: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rest:
    """How long it took to come to rest, and what came meanwhile."""

    ms: float
    traffic: Traffic


class Watched:
    """A page in a new browser context: nothing is cached before its first load."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        self.page: Page = self._context.new_page()
        self.page.add_init_script(_WATCH)
        self._traffic = Traffic()
        self._listen(self._context.new_cdp_session(self.page))

    def close(self) -> None:
        """Forget everything."""
        self._context.close()

    def load(self, address: str) -> Rest:
        """Go to an address, wait for rest; the time counts from the navigation's start."""
        self._traffic = Traffic()
        self.page.goto(address, wait_until="commit")
        return self._rest()

    def reload(self) -> Rest:
        """Load the page again, with what the browser keeps."""
        self._traffic = Traffic()
        self.page.reload(wait_until="commit")
        return self._rest()

    def click(self, selector: str, index: int) -> Rest:
        """Click, wait for rest; the time counts from the click."""
        self._traffic = Traffic()
        self.page.locator(selector).nth(index).click()
        return self._rest(since_click=True)

    def has(self, selector: str) -> bool:
        """Whether the page shows such an element."""
        return self.page.locator(selector).count() > 0

    def _rest(self, since_click: bool = False) -> Rest:
        last, acted = self.page.evaluate(_AT_REST, _QUIET_MS)
        return Rest(last - acted if since_click else last, self._traffic)

    def _listen(self, devtools: CDPSession) -> None:
        devtools.send("Network.enable")

        def framed(event: dict[str, Any]) -> None:
            response = event["response"]
            is_text = response["opcode"] == 1
            data = response["payloadData"]
            size = len(data.encode()) if is_text else len(base64.b64decode(data))
            self._traffic.socket_kb += size / _KILOBYTE

        def loaded(event: dict[str, Any]) -> None:
            self._traffic.http_kb += event["encodedDataLength"] / _KILOBYTE

        def asked(event: dict[str, Any]) -> None:
            self._traffic.requests += 1
            if not event["request"]["url"].startswith(_LOOPBACK):
                self._traffic.outside.append(event["request"]["url"])

        devtools.on("Network.webSocketFrameReceived", framed)
        devtools.on("Network.loadingFinished", loaded)
        devtools.on("Network.requestWillBeSent", asked)
