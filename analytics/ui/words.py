"""Words of others on the screen."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_\[\]#$~<>|])")


def plain(words_said: str) -> str:
    """Text that Markdown leaves as it is."""
    return _SPECIAL.sub(r"\\\1", words_said).replace(":", "\\:") if words_said else ""
