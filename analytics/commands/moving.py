"""A bar on the terminal that moves with the work; lines where nobody watches."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

from analytics.commands.tables import width
from analytics.text import has_text, text

_LONGEST = 40
_PAUSE = 0.05
"""Seconds between two pictures of the bar."""
_STEPS = 4
"""Lines that a step of the work gets at the most where there is no terminal, beside its first."""


class Bar:
    """Shows the progress of an import on standard error.

    Args:
        language: Of the names of the steps.
        stream: Where to; a terminal gets a bar, all else a line now and then.
    """

    def __init__(self, language: str, stream: TextIO | None = None) -> None:
        self.language = language
        self.stream = stream or sys.stderr
        self.moves = self.stream.isatty()
        self._drawn = 0.0
        self._last = ("", -1)

    def __call__(self, step: str, share: float) -> None:
        """Tell how much of a step is done."""
        share = min(max(share, 0.0), 1.0)
        if self.moves:
            self._draw(step, share)
        else:
            self._tell(step, share)

    def clear(self) -> None:
        """Take the bar away, so that what is printed next begins a line."""
        if self.moves and self._drawn:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def _draw(self, step: str, share: float) -> None:
        now = time.monotonic()
        if step == self._last[0] and share < 1 and now - self._drawn < _PAUSE:
            return
        self._drawn, self._last = now, (step, 0)
        name = self._name(step)
        room = shutil.get_terminal_size().columns - width(name) - 8
        length = max(min(_LONGEST, room), 5)
        full = round(share * length)
        bar = "█" * full + "░" * (length - full)
        self.stream.write(f"\r\x1b[K{name} {bar} {share:4.0%}")
        self.stream.flush()

    def _tell(self, step: str, share: float) -> None:
        told = (step, int(share * _STEPS))
        if told != self._last:
            self._last = told
            self.stream.write(f"{self._name(step)} {share:.0%}\n")
            self.stream.flush()

    def _name(self, step: str) -> str:
        key = f"import.{step}"
        return text(key, self.language) if has_text(key) else step
