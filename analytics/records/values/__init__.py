"""What a cell says: one reader for each kind of field."""

from __future__ import annotations

from collections.abc import Callable

from analytics.records.types import Field, FieldKind
from analytics.records.values.base import EMPTY, NOTHING, Context, Reader
from analytics.records.values.dates import DateReader, YearReader
from analytics.records.values.money import MoneyReader
from analytics.records.values.names import LinkReader, NameReader, TextReader, UsccReader
from analytics.records.values.numbers import BooleanReader, DegreeReader, NumberReader
from analytics.records.values.places import CountryReader, PlaceReader
from analytics.records.values.references import References
from analytics.records.values.terms import CodeReader, IndustryReader

__all__ = ["EMPTY", "NOTHING", "Context", "Reader", "References", "reader_for"]

_READERS: dict[FieldKind, Callable[[Field, Context], Reader]] = {
    "text": TextReader,
    "name": NameReader,
    "organisation": NameReader,
    "uscc": UsccReader,
    "link": LinkReader,
    "code": CodeReader,
    "industry": IndustryReader,
    "place": PlaceReader,
    "country": CountryReader,
    "date": DateReader,
    "year": YearReader,
    "money": MoneyReader,
    "integer": NumberReader,
    "number": NumberReader,
    "boolean": BooleanReader,
    "longitude": DegreeReader,
    "latitude": DegreeReader,
}


def reader_for(field: Field, context: Context) -> Reader:
    """The reader of a field's cells; preparing it takes milliseconds, a cell microseconds."""
    return _READERS[field.kind](field, context)
