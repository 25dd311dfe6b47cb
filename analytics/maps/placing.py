"""Where labels go, in pixels: each takes the first of its places that touches nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sin, sqrt

WIDE = 0.98  # of the size, for a Chinese character
SLIM = 0.56  # of the size, on average, for a Latin one
TALL = 1.12
_CJK = 0x2E7F
_BEARABLE = 0.12  # share of an optional text that others may cover


@dataclass(frozen=True)
class Box:
    """A rectangle on the canvas, in pixels, the ordinate growing downwards.

    `weight` says how much it matters that nothing covers it.
    """

    left: float
    top: float
    right: float
    bottom: float
    weight: float = 1.0

    def shared(self, other: Box) -> float:
        """Area that two boxes share."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(across, 0.0) * max(down, 0.0)


@dataclass(frozen=True)
class Spot:
    """A place for a text: pixels from its anchor, and the side of it that stands there."""

    x: float = 0.0
    y: float = 0.0
    side: str = "middle"


@dataclass(frozen=True)
class Wish:
    """A text with its anchor on the canvas, its size and its places, the best first."""

    text: str
    x: float
    y: float
    size: float
    spots: tuple[Spot, ...] = (Spot(),)
    optional: bool = False

    def box(self, spot: Spot) -> Box:
        """What the text covers at a place."""
        return text_box(self.text, self.x + spot.x, self.y + spot.y, self.size, spot.side)


def text_width(text: str, size: float) -> float:
    """Width of the longest line of a text, in pixels, by rule of thumb."""
    return max(
        sum(WIDE if ord(character) > _CJK else SLIM for character in line) * size
        for line in text.split("\n")
    )


def text_box(text: str, x: float, y: float, size: float, side: str = "middle") -> Box:
    """What a text covers that is set at a point, centred in height."""
    width = text_width(text, size)
    height = size * TALL * (text.count("\n") + 1)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[side]
    return Box(left, y - height / 2, left + width, y + height / 2)


def circle_box(x: float, y: float, radius: float, weight: float = 1.0) -> Box:
    """The box that stands for a circle, its corners cut a little."""
    reach = radius * 0.9
    return Box(x - reach, y - reach, x + reach, y + reach, weight)


def around(reach: Iterable[float] = (11, 18, 26)) -> tuple[Spot, ...]:
    """The anchor, then places around it, further and further."""
    steps = ((0, -1), (0, 1), (-1, 0), (1, 0), (-0.8, -0.8), (0.8, -0.8), (-0.8, 0.8), (0.8, 0.8))
    return (Spot(), *(Spot(a * far, b * far) for far in reach for a, b in steps))


def beside(radius: float) -> tuple[Spot, ...]:
    """Places beside a circle: right, left, above, below, then aslant."""
    gap, rise, slant = radius + 4, radius + 9, radius * 0.75 + 4
    return (
        Spot(gap, 0, "start"),
        Spot(-gap, 0, "end"),
        Spot(0, -rise),
        Spot(0, rise),
        Spot(slant, -slant, "start"),
        Spot(slant, slant, "start"),
        Spot(-slant, -slant, "end"),
        Spot(-slant, slant, "end"),
    )


def arc_places(
    start: tuple[float, float],
    end: tuple[float, float],
    tilt: float,
    height: float,
    steps: int = 24,
) -> list[tuple[float, float, float]]:
    """Points along an arc of deck.gl's ArcLayer: x, y (growing downwards) and height, in pixels."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = hypot(across, down) or 1.0
    found: list[tuple[float, float, float]] = []
    for step in range(1, steps):
        share = step / steps
        rise = sqrt(share * (1 - share)) * length * height
        aside = rise * sin(radians(tilt))
        x = start[0] + across * share + down / length * aside
        y = start[1] + down * share - across / length * aside
        found.append((x, y, rise * cos(radians(tilt))))
    return found


def settle(
    wishes: Sequence[Wish], taken: Sequence[Box] = (), canvas: Box | None = None
) -> list[Spot | None]:
    """A place for each text in turn, the first being served best.

    Args:
        wishes: The texts.
        taken: What is on the canvas already.
        canvas: What may be written on.

    Returns:
        A place each: the first that is free, else the least crowded; None for an optional text
        that would be covered too much.
    """
    boxes = list(taken)
    found: list[Spot | None] = []
    for wish in wishes:
        spot, crowding = _best(wish, boxes, canvas)
        if wish.optional and crowding > _BEARABLE * wish.box(spot).shared(wish.box(spot)):
            found.append(None)
            continue
        boxes.append(wish.box(spot))
        found.append(spot)
    return found


def _best(wish: Wish, boxes: Sequence[Box], canvas: Box | None) -> tuple[Spot, float]:
    best, least = wish.spots[0], float("inf")
    for spot in wish.spots:
        crowding = _crowding(wish.box(spot), boxes, canvas)
        if crowding < least:
            best, least = spot, crowding
        if not crowding:
            break
    return best, least


def _crowding(box: Box, boxes: Sequence[Box], canvas: Box | None) -> float:
    shared = sum(box.shared(other) * other.weight for other in boxes)
    if canvas is None:
        return shared
    whole = box.shared(box)
    return shared + whole - box.shared(canvas)
