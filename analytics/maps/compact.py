"""Decks as they are sent: pydeck indents its JSON, which makes it several times as long."""

from __future__ import annotations

import orjson
import pydeck as pdk  # pyright: ignore[reportMissingTypeStubs]


class CompactDeck(pdk.Deck):
    """A deck without blanks in its JSON, which is made once: nobody changes a drawn deck."""

    _text = ""

    def to_json(self) -> str:
        """The deck's specification."""
        if not self._text:
            made = orjson.dumps(orjson.loads(super().to_json()))
            self._text = made.decode()
        return self._text
