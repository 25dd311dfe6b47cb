"""How a figure is to look: language, theme and width; all that drawing needs besides data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analytics.palette import Palette, palette

_SIDEBAR = 264
_STACKS = 640
"""Width of the sidebar, and of the window below which columns stand under each other."""


@dataclass(frozen=True)
class Look:
    """Language (`zh` or `en`), theme (`light` or `dark`), narrow or not, and the window's width.

    The width is that of the window in pixels when it was opened; maps are drawn to fit it.
    """

    language: str = "zh"
    theme: str = "light"
    narrow: bool = False
    window: int = 1440

    @classmethod
    def of_browser(cls, language: str, theme: str, agent: str, window: str) -> Look:
        """What suits a browser that names itself and its window's width.

        A window in which columns stand under each other is drawn for like a phone's.
        """
        width = int(window) if window.isdecimal() else cls.window
        return cls(language, theme, "Mobi" in agent or width < _STACKS, width)

    @cached_property
    def colours(self) -> Palette:
        """Palette of the theme."""
        return palette(self.theme)

    def room(self, share: float = 1.0) -> int:
        """Pixels across a chart in a column that has a share of the page's width."""
        if self.narrow:
            return max(self.window - 54, 260)
        page = self.window - _SIDEBAR - 2 * min(max(11, 0.016 * self.window), 26)
        return int((page - 15) * share) - 34

    def pick(self, zh: str, en: str) -> str:
        """The text of the language."""
        return en if self.language == "en" else zh
