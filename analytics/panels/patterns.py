"""Panels that several pages have alike: a switch, a ranking, and what places have of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from analytics.figures.ranks import describe_ranks, ranked_bars
from analytics.figures.yearly import Strip, describe_flow, describe_strips, flow, strips
from analytics.look import Look
from analytics.maps import decks
from analytics.model import MEASURES
from analytics.panels.types import Click, Panel
from analytics.text import text

HEIGHT = 340
MAP_VIEWS = ("gba", "guangzhou", "china")
PICK = "own:pick"
"""The link's parameter that holds the one place shown in full."""
_RANKED = 14
_RANK_HEIGHT = 440


def switched(*variants: Panel) -> Panel:
    """One panel that switches between variants, of which the first shows at first."""
    return replace(variants[0], variant="", variants=variants)


def ranking(
    name: str,
    measure: str,
    by: str,
    click: str = "",
    height: int = HEIGHT,
    variant: str = "",
    most: int = 12,
    compares: bool = True,
) -> Panel:
    """A measure by one dimension as bars, the largest first.

    Args:
        name: `page.key`.
        measure: Measure asked.
        by: Dimension asked.
        click: Filter that a click sets; empty for none.
        height: Height in pixels.
        variant: The panel's own name among its variants.
        most: Bars shown at the most.
        compares: Whether the chart shows the comparison period.
    """
    return Panel(
        name=name,
        variant=variant,
        measures=(measure,),
        by=(by,),
        compares=compares,
        draw=lambda frame, look: ranked_bars(frame, look, measure, by, height, most),
        alt=lambda frame, look: describe_ranks(frame, look, measure, by),
        click=Click(click, by) if click else None,
        height=height,
    )


def place_ranking(name: str, by: str, measures: Mapping[str, str]) -> Panel:
    """Workstations or bases ranked by several measures, of which a click shows one in full.

    Args:
        name: `page.key`.
        by: Dimension asked.
        measures: Measure by the name of its variant.
    """
    return switched(
        *(
            ranking(name, measure, by, PICK, _RANK_HEIGHT, variant, _RANKED, compares=False)
            for variant, measure in measures.items()
        )
    )


def place_flow(name: str, stock: str, opened: str, closed: str) -> Panel:
    """How many there are at each year's end, and how many opened and closed in it."""
    return Panel(
        name=name,
        measures=(stock, opened, closed),
        grain="year",
        draw=lambda frame, look: flow(frame, look, stock, opened, closed, HEIGHT),
        alt=lambda frame, look: describe_flow(frame, look, stock, opened, closed),
        click=Click("period", "period"),
        height=HEIGHT,
    )


def yearly(name: str, measures: tuple[str, ...], height: int = HEIGHT, variant: str = "") -> Panel:
    """Measures by year, a row of bars each."""
    declared = tuple(map(_strip, measures))
    return Panel(
        name=name,
        variant=variant,
        measures=measures,
        grain="year",
        draw=lambda frame, look: strips(frame, look, declared, height),
        alt=lambda frame, look: describe_strips(frame, look, declared),
        click=Click("period", "period"),
        height=height,
    )


def _strip(measure: str) -> Strip:
    found = MEASURES[measure]
    return Strip(measure, found.zh, found.en, found.unit, found.counted_zh)


def map_foot(view: str, taiwan: bool, **signs: str) -> Callable[[Look], str]:
    """What a map's signs mean, and its source.

    Args:
        view: gba, guangzhou or china.
        taiwan: Whether the records hold no place in Taiwan Province.
        signs: Text keys of the signs, as `decks.key` names them.
    """

    def foot(look: Look) -> str:
        words = {sign: text(name, look.language) for sign, name in signs.items()}
        return f"{decks.key(look, **words)}  \n{decks.foot(view, look, taiwan)}"

    return foot
