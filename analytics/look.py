"""How a figure is to look: language, theme and width; all that drawing needs besides data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analytics.palette import Palette, palette


@dataclass(frozen=True)
class Look:
    """Language (`zh` or `en`), theme (`light` or `dark`), and whether the screen is a phone's."""

    language: str = "zh"
    theme: str = "light"
    narrow: bool = False

    @cached_property
    def colours(self) -> Palette:
        """Palette of the theme."""
        return palette(self.theme)

    def pick(self, zh: str, en: str) -> str:
        """The text of the language."""
        return en if self.language == "en" else zh
