"""Every text on screen, in Chinese and English side by side, one file a page."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
_FOLDER = Path(__file__).parent


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts: `file.key` to its two languages."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for key, pair in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found[f"{path.stem}.{key}"] = pair
    return found


def text(key: str, language: str, **values: object) -> str:
    """The text of a key in a language, with its {names} filled in.

    Raises:
        KeyError: No such key; the text files are part of the product, so this is a defect.
    """
    template = texts()[key][language]
    return template.format(**values) if values else template


def has_text(key: str) -> bool:
    """Whether a text exists."""
    return key in texts()
