"""Viewers without a browser: what Streamlit's own front end sends and understands, no drawing.

A viewer opens the page, holds the websocket, keeps the messages that may be kept, runs fragments
when their clock says so, asks whether something new is served, follows the link that the script
writes, and counts every error that a person would have seen.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import websockets
from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from analytics.ui.following import ADDRESS, EVERY_S

ANSWERS_WITHIN_S = 60.0
_SUCCEEDED = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
_EARLY = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


@dataclass
class Answer:
    """What an action brought: seconds to the script's end, bytes, and errors a person saw."""

    action: str
    seconds: float = 0.0
    size: int = 0
    errors: list[str] = field(default_factory=list)


class Viewer:
    """One session.

    Args:
        base: Address of the server.
        page: Its path, such as `deals`; empty is the first page.
        query: The link's parameters.
        note: Called with each finished action.
    """

    def __init__(
        self, base: str, page: str, query: str, note: Callable[[Answer], None] = lambda _: None
    ) -> None:
        self._base = base
        self._page = page
        self._query = query
        self._note = note
        self._answer = Answer("")
        self._finished = asyncio.Event()
        self._widgets: dict[str, str] = {}
        self._options: dict[str, list[str]] = {}
        self._chosen: dict[str, WidgetState] = {}
        self._hashes: dict[str, int] = {}
        self._pages: dict[str, str] = {}
        self._page_hash = ""
        self._runs = 0
        self._age = 2
        self._clocks: dict[str, asyncio.Task[None]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Viewer:
        await self._connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in (*self._clocks.values(), *self._tasks):
            task.cancel()
        with contextlib.suppress(Exception):
            await self._socket.close()
        await self._client.aclose()

    async def open(self) -> Answer:
        """The first run, as after entering the address."""
        return await self._act("open")

    async def choose(self, widget: str, *values: str) -> Answer:
        """Choose in a row of pills or a list, by the widget's key and the words on screen."""
        state = WidgetState(id=self._widgets[widget])
        state.string_array_value.data.extend(values)
        self._chosen[widget] = state
        return await self._act(f"choose {widget}")

    async def visit(self, page: str) -> Answer:
        """Follow a link of the navigation to another page, with the filters kept."""
        self._chosen.clear()
        self._page_hash = self._pages[page]
        return await self._act(f"visit {page or 'overview'}")

    def options(self, widget: str) -> list[str]:
        """The words that a widget offers; none where the page has no such widget."""
        return self._options.get(widget, [])

    async def _connect(self) -> None:
        self._client = httpx.AsyncClient(base_url=self._base, timeout=ANSWERS_WITHIN_S)
        for path in (f"/{self._page}?{self._query}", "/_stcore/host-config"):
            (await self._client.get(path)).raise_for_status()
        cookies = "; ".join(f"{name}={value}" for name, value in self._client.cookies.items())
        self._socket = await websockets.connect(
            f"{self._base.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            additional_headers={"Cookie": cookies} if cookies else {},
            origin=websockets.Origin(self._base),
            max_size=None,
            open_timeout=ANSWERS_WITHIN_S,
        )
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._follow())]

    async def _act(self, action: str) -> Answer:
        self._answer = answer = Answer(action)
        self._finished.clear()
        begin = time.perf_counter()
        try:
            await self._rerun()
            await asyncio.wait_for(self._finished.wait(), ANSWERS_WITHIN_S)
        except TimeoutError:
            answer.errors.append(f"no answer within {ANSWERS_WITHIN_S:.0f} s")
        except websockets.ConnectionClosed as error:
            answer.errors.append(f"closed: {error}")
        answer.seconds = time.perf_counter() - begin
        self._note(answer)
        return answer

    async def _rerun(self, fragment: str = "") -> None:
        back = BackMsg()
        state = back.rerun_script
        state.query_string = self._query
        state.page_script_hash = self._page_hash
        state.fragment_id = fragment
        state.is_auto_rerun = bool(fragment)
        if not self._page_hash:
            state.page_name = self._page
        state.widget_states.widgets.extend(self._chosen.values())
        state.cached_message_hashes.extend(self._hashes)
        state.context_info.timezone = "Asia/Shanghai"
        state.context_info.timezone_offset = -480
        state.context_info.locale = "zh-CN"
        state.context_info.url = f"{self._base}/{self._page}"
        state.context_info.color_scheme = "light"
        await self._socket.send(back.SerializeToString())

    async def _listen(self) -> None:
        try:
            async for data in self._socket:
                assert isinstance(data, bytes)
                self._answer.size += len(data)
                message = ForwardMsg()
                message.ParseFromString(data)
                self._receive(message)
        except websockets.ConnectionClosed as error:
            self._answer.errors.append(f"closed: {error}")
        self._finished.set()

    async def _follow(self) -> None:
        """Ask what is served every few seconds, as the page's own script does."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                (await self._client.get(ADDRESS)).raise_for_status()
            except httpx.HTTPError as error:
                self._answer.errors.append(f"{ADDRESS}: {error!r}")

    def _receive(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "ref_hash":
            if message.ref_hash not in self._hashes:
                self._answer.errors.append("a message that was not kept")
            self._hashes[message.ref_hash] = self._runs
            return
        if message.metadata.cacheable:
            self._hashes[message.hash] = self._runs
        if kind == "delta" and message.delta.HasField("new_element"):
            self._element(message.delta.new_element)
        elif kind == "new_session":
            self._page_hash = message.new_session.page_script_hash or self._page_hash
            self._age = message.new_session.config.max_cached_message_age or self._age
        elif kind == "navigation":
            pages = message.navigation.app_pages
            self._pages = {page.url_pathname: page.page_script_hash for page in pages}
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._start_clock(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "script_finished":
            self._end(message)

    def _element(self, element: object) -> None:
        kind = element.WhichOneof("type")
        shown = getattr(element, kind)
        if kind == "exception":
            self._answer.errors.append(f"exception: {shown.type} {shown.message}")
        elif kind == "alert" and shown.format == Alert.ERROR:
            self._answer.errors.append(f"told: {shown.body}")
        identity = getattr(shown, "id", "")
        if identity.startswith("$$ID-"):  # $$ID-<hash>-<the key that the script gave>
            key = identity.split("-", 2)[2]
            self._widgets[key] = identity
            if kind in ("button_group", "multiselect"):
                self._options[key] = [getattr(one, "content", one) for one in shown.options]

    def _end(self, message: ForwardMsg) -> None:
        if message.script_finished == _EARLY or message.metadata.run.fragment_ids:
            return
        if message.script_finished != _SUCCEEDED:
            self._answer.errors.append(f"script finished as {message.script_finished}")
        self._runs += 1
        kept = self._runs - self._age
        self._hashes = {name: seen for name, seen in self._hashes.items() if seen >= kept}
        self._finished.set()

    def _start_clock(self, fragment: str, interval: float) -> None:
        if fragment in self._clocks:
            self._clocks[fragment].cancel()
        self._clocks[fragment] = asyncio.create_task(self._tick(fragment, interval))

    async def _tick(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            with contextlib.suppress(websockets.ConnectionClosed):
                await self._rerun(fragment)
