"""What is selected: one frozen value that link, command line, cache key and SQL share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from analytics import periods

SIDES = ("", "from", "to")
SIDE_WORDS = {
    "from": "from",
    "seller": "from",
    "output": "from",
    "origin": "from",
    "to": "to",
    "buyer": "to",
    "absorbed": "to",
    "landing": "to",
}
BASES = ("", "technical", "registered")
COMPARISONS = ("", "before", "year-before")


@dataclass(frozen=True)
class Filters:
    """What is selected. A field's name is its SQL parameter; None, "" or () means all.

    Args:
        since: First day of the period.
        until: Last day of the period.
        regions: Region codes, each with all below it; `gba` is the Greater Bay Area.
        industries: Industry codes, an area with its subclasses.
        channels: Channels.
        editions: Expo editions, by year.
        contract_types: Contract types.
        technical_fields: Technical fields.
        station_kinds: Kinds of workstation.
        side: Which end a region means: `from` (seller, origin) or `to` (buyer, landing).
        basis: Contract value meant: all, the `technical` part, or `registered` contracts only.
        compare: Comparison: none, the period `before`, or the same period a `year-before`.
    """

    since: date | None = None
    until: date | None = None
    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    editions: tuple[int, ...] = ()
    contract_types: tuple[str, ...] = ()
    technical_fields: tuple[str, ...] = ()
    station_kinds: tuple[str, ...] = ()
    side: str = ""
    basis: str = ""
    compare: str = ""

    def __post_init__(self) -> None:
        """Refuse what no query could answer."""
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"the period ends ({self.until}) before it begins ({self.since})")
        for name, allowed in (("side", SIDES), ("basis", BASES), ("compare", COMPARISONS)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} {getattr(self, name)!r} is not one of {allowed[1:]}")

    def before(self) -> Filters | None:
        """The same selection for the comparison period; None where nothing is compared."""
        if not (self.compare and self.since and self.until):
            return None
        if self.compare == "before":
            since, until = periods.span_before(self.since, self.until)
        else:
            since = periods.shift_years(self.since, -1)
            until = periods.shift_years(self.until, -1)
        return replace(self, since=since, until=until, compare="")

    def undated(self) -> Filters:
        """The same selection without its period."""
        return replace(self, since=None, until=None, compare="")


LISTS = (
    "regions",
    "industries",
    "channels",
    "editions",
    "contract_types",
    "technical_fields",
    "station_kinds",
)
_IN_LINKS = {
    "since": "from",
    "until": "to",
    "regions": "region",
    "industries": "industry",
    "channels": "channel",
    "editions": "edition",
    "contract_types": "type",
    "technical_fields": "field",
    "station_kinds": "station",
}


def to_query(filters: Filters) -> dict[str, str]:
    """Filters as the parameters of a link, in a fixed order, only what is set."""
    query: dict[str, str] = {}
    for item in fields(filters):
        value = getattr(filters, item.name)
        if not value:
            continue
        name = _IN_LINKS.get(item.name, item.name)
        if item.name == "since":
            query[name] = periods.start_token(value)
        elif item.name == "until":
            query[name] = periods.end_token(value)
        else:
            query[name] = ",".join(map(str, value)) if item.name in LISTS else value
    return query


def from_query(
    query: Mapping[str, str], allowed: Mapping[str, frozenset[Any]], default: Filters
) -> tuple[Filters, dict[str, str]]:
    """Filters from a link's parameters, and those that could not be used.

    Args:
        query: Parameters of the link.
        allowed: Codes that may stand in each list field, by field name.
        default: What holds for the period where the link names none.

    Returns:
        The filters, and the refused text of each parameter by its name.
    """
    values: dict[str, Any] = {"since": default.since, "until": default.until}
    refused: dict[str, str] = {}
    for item in fields(Filters):
        name = _IN_LINKS.get(item.name, item.name)
        text = query.get(name, "")
        if not text:
            continue
        try:
            values[item.name] = _parse(item.name, text, allowed)
        except ValueError as error:
            refused[name] = text
            values.update(getattr(error, "kept", {}))
    try:
        return Filters(**values), refused
    except ValueError:
        values |= {"since": default.since, "until": default.until}
        refused |= {name: query[name] for name in ("from", "to") if name in query}
        return Filters(**values), refused


class PartlyRefused(ValueError):
    """Some values of a list are unknown; `kept` holds those that are known."""

    def __init__(self, field: str, kept: tuple[Any, ...]) -> None:
        super().__init__(field)
        self.kept = {field: kept}


def _parse(field: str, text: str, allowed: Mapping[str, frozenset[Any]]) -> Any:
    if field == "since":
        return periods.first_day(text)
    if field == "until":
        return periods.last_day(text)
    if field not in LISTS:
        return _one_of(field, text)
    parts = tuple(part for part in text.split(",") if part)
    if field == "editions":
        numbers = tuple(int(part) if part.isdecimal() else 0 for part in parts)
        return _known(field, numbers, allowed)
    return _known(field, parts, allowed)


def _one_of(field: str, text: str) -> str:
    choices = {"side": SIDES, "basis": BASES, "compare": COMPARISONS}[field]
    value = SIDE_WORDS.get(text, text) if field == "side" else text
    if value not in choices:
        raise ValueError(f"{field} {text!r}")
    return value


def _known(
    field: str, values: tuple[Any, ...], allowed: Mapping[str, frozenset[Any]]
) -> tuple[Any, ...]:
    unique = tuple(dict.fromkeys(values))
    known = tuple(value for value in unique if value in allowed[field])
    if len(known) < len(unique):
        raise PartlyRefused(field, known)
    return known
