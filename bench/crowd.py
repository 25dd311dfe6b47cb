"""What a crowd of viewers does: open a page, change filters, go to other pages, with pauses."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bench.viewers import Answer, Viewer

PAGES = ("", "expos", "deals", "workstations", "bases", "pipeline", "market", "claims")
"""Pages that have filters, by their path."""
QUERY = "from=2019&to=2024&lang=zh"
_PRESETS = "w_region_preset"
_PLACES = "w_regions"


@dataclass
class Heard:
    """What all viewers of a run were answered."""

    answers: list[Answer] = field(default_factory=list)

    @property
    def opened(self) -> list[float]:
        """Seconds to the end of each first run."""
        return [answer.seconds for answer in self.answers if answer.action == "open"]

    @property
    def acted(self) -> list[float]:
        """Seconds of every later run."""
        return [answer.seconds for answer in self.answers if answer.action != "open"]

    @property
    def errors(self) -> list[str]:
        """Every error that a person would have seen, with what brought it."""
        return [f"{answer.action}: {text}" for answer in self.answers for text in answer.errors]


async def visit_everything(base: str, heard: Heard) -> None:
    """See each page once under each region that has a pill, so that later runs are warm."""
    async with Viewer(base, PAGES[0], QUERY, heard.answers.append) as viewer:
        await viewer.open()
        for page in PAGES:
            await viewer.visit(page)
            for choice in (*viewer.options(_PRESETS), None):
                await viewer.choose(_PRESETS, *([choice] if choice else []))


async def burst(base: str, count: int, heard: Heard) -> None:
    """As many first sessions at one moment, spread over the pages."""

    async def one(index: int) -> None:
        page = PAGES[index % len(PAGES)]
        async with Viewer(base, page, QUERY, heard.answers.append) as viewer:
            await viewer.open()

    await asyncio.gather(*(one(index) for index in range(count)))


async def act(viewer: Viewer, chance: random.Random, with_places: bool = True) -> None:
    """Do one thing: another region by pill (half of the time), a place, or another page.

    Any place may be chosen, those that the list begins with more often: the n-th of them with a
    weight of 1/n, as people's choices usually fall.
    """
    share = chance.random()
    places = viewer.options(_PLACES) if with_places else []
    if share < 0.5:
        choices: Sequence[str | None] = (*viewer.options(_PRESETS), None)
        choice = chance.choice(choices)
        await viewer.choose(_PRESETS, *([choice] if choice else []))
    elif share < 0.7 and places:
        weights = [1 / (place + 1) for place in range(len(places))]
        await viewer.choose(_PLACES, *chance.choices(places, weights))
    else:
        await viewer.visit(chance.choice(PAGES))


async def stay(
    viewers: AsyncExitStack,
    base: str,
    index: int,
    seconds: float,
    think_s: float,
    heard: Heard,
    with_places: bool,
) -> None:
    """One viewer who comes at some moment of the first pause and acts until the time is over.

    The session stays open until `viewers` is closed, so that memory is read while all are there.
    """
    chance = random.Random(index)
    end = asyncio.get_running_loop().time() + seconds
    await asyncio.sleep(chance.uniform(0, think_s))
    viewer = Viewer(base, PAGES[index % len(PAGES)], QUERY, heard.answers.append)
    await viewers.enter_async_context(viewer)
    await viewer.open()
    while True:
        await asyncio.sleep(chance.uniform(0.5 * think_s, 1.5 * think_s))
        await act(viewer, chance, with_places)
        if asyncio.get_running_loop().time() > end:
            break
