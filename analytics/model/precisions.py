"""The column beside a date that says how much of it the source gave."""

from analytics.model.codes import PRECISIONS
from analytics.model.types import Column


def precision(stem: str, zh: str, en: str) -> Column:
    """`<stem>_precision` for a date `<stem>_on` or `<stem>_at`; empty reads as a whole date."""
    return Column(f"{stem}_precision", "VARCHAR", zh, en, values=PRECISIONS, labels="precisions")
