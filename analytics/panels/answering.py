"""What a panel's "i" says of who answered: a cube or the records, how many rows, and why."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.formats import number
from analytics.model import DATASETS
from analytics.model.cubes import LEAST
from analytics.statements import Reading, Statement
from analytics.text import text


def answered_by(statements: Iterable[Statement], language: str) -> list[str]:
    """One sentence for each cube, or kind of record, that statements read.

    Why the records answer is said where they are so many that it makes a difference.

    Args:
        statements: The statements behind a panel.
        language: `zh` or `en`.
    """
    readings = (reading for statement in statements for reading in statement.readings)
    return [_said(reading, language) for reading in dict.fromkeys(readings)]


def _said(reading: Reading, language: str) -> str:
    dataset = DATASETS[reading.dataset]
    key = "page.answered_cube" if reading.cube else "page.answered_records"
    said = text(
        key,
        language,
        cube=reading.cube,
        dataset=dataset.zh if language == "zh" else dataset.en,
        rows=number(reading.rows, 0, language),
    )
    if reading.reason not in ("measure", "day", "columns") or reading.rows < LEAST:
        return said
    gap = "" if language == "zh" else " "
    return said + gap + text(f"page.answered_{reading.reason}", language)
