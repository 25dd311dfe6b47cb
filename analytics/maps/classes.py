"""Classes of a choropleth: round breaks held over all years, colours, inks and legend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from analytics.formats import Scale, is_missing, money_scale, number
from analytics.look import Look
from analytics.palette import rgba
from analytics.text import text

CLASSES = 6
ABSENT = -1
GAP = "\u2009 "  # between the entries of a legend, where lines may break
_SHORT = 14
_BREAKABLE = re.compile(r"[\u2e80-\uffef](?=[\u2e80-\uffef])")  # between two Chinese characters
_INKS = ("#FFFFFF", "#05080C")


def classify(values: Iterable[float | None], breaks: Sequence[float]) -> list[int]:
    """The class of each value: 0 below the first bound, -1 where there is no value."""
    return [
        ABSENT if is_missing(value) else sum(float(value or 0) >= bound for bound in breaks)
        for value in values
    ]


def class_colours(look: Look, count: int = CLASSES) -> tuple[str, ...]:
    """Colours of so many classes, from the sequence of the theme, spread over its length."""
    colours = look.colours.classes()
    if count >= len(colours):
        return colours
    last = max(count - 1, 1)
    return tuple(colours[round(index * (len(colours) - 1) / last)] for index in range(count))


def contrast(first: str, second: str) -> float:
    """Contrast of two colours after WCAG 2, from 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink(ground: str) -> str:
    """White or near-black, whichever reads better on a colour."""
    return max(_INKS, key=lambda colour: contrast(colour, ground))


def colour_expression(name: str, colours: Sequence[str], otherwise: str) -> str:
    """The expression that gives deck.gl the colour of a feature's class.

    Args:
        name: What holds the class, for instance `properties.c2023`.
        colours: One colour a class, from class 0.
        otherwise: Colour of all else.
    """
    found = str(rgba(otherwise))
    for code, colour in enumerate(colours):
        found = f"{name} == {code} ? {rgba(colour)} : ({found})"
    return found


def legend(
    breaks: Sequence[float], unit: str, look: Look, absent: bool = True, counted: str = ""
) -> str:
    """The legend as Markdown: a swatch and bounds for each class, and one for no data.

    Args:
        breaks: Bounds between the classes, in the measure's own unit.
        unit: The measure's unit (`cny`, `count`, `share`, …).
        look: Language and theme.
        absent: Whether a swatch stands for missing data.
        counted: Word after a count.
    """
    words = _bounds(breaks, unit, look)
    colours = class_colours(look, len(breaks) + 1)
    parts = [swatch("■", colour, word) for colour, word in zip(colours, words, strict=True)]
    if absent:
        parts.append(swatch("■", look.colours.no_data, text("maps.absent", look.language)))
    lead = _unit(breaks, unit, look, counted)
    return GAP.join([f":gray[{lead}]", *parts] if lead else parts)


def swatch(sign: str, colour: str, word: str) -> str:
    """A sign in a colour and its word; no line break parts them, nor short words themselves."""
    whole = word.replace(" ", "\u00a0")
    if len(word) <= _SHORT:
        whole = _BREAKABLE.sub("\\g<0>\u2060", whole).replace("–", "\u2060–\u2060")
    return f':color[{sign}]{{foreground="{colour}"}}\u00a0{whole}'


def _luminance(colour: str) -> float:
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _scale(breaks: Sequence[float], unit: str, look: Look) -> Scale:
    if unit == "share":
        return Scale(0.01, "%")
    largest = max(breaks, default=0.0)
    return money_scale(largest, look.language) if unit == "cny" else Scale(1, "")


def _unit(breaks: Sequence[float], unit: str, look: Look, counted: str) -> str:
    if unit == "share":
        return ""
    return _scale(breaks, unit, look).unit or counted


def _bounds(breaks: Sequence[float], unit: str, look: Look) -> list[str]:
    scale = _scale(breaks, unit, look)
    after = "%" if unit == "share" else ""
    shown = [_plain(bound / scale.divisor, look.language) + after for bound in breaks]
    if not shown:
        return [""]
    first = text("maps.below", look.language, value=shown[0])
    last = text("maps.from", look.language, value=shown[-1])
    middle = [
        text("maps.between", look.language, low=low, high=high)
        for low, high in zip(shown, shown[1:], strict=False)
    ]
    return [first, *middle, last]


def _plain(value: float, language: str) -> str:
    decimals = next((d for d in range(4) if abs(value - round(value, d)) < 1e-9), 4)
    return number(value, decimals, language)
