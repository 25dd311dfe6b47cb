"""What the user says of an import beside the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from analytics.errors import Unusable
from analytics.records.forms import FORMS

UNITS = ("元", "千元", "万元", "百万元", "亿元")


@dataclass(frozen=True)
class Options:
    """What the user says beside the files.

    Args:
        dataset: What all sheets hold; empty lets each be recognised.
        mapping: Name of a saved mapping to go by; empty for the one that fits, if any.
        unit: Unit of amounts where neither sheet nor mapping says it.
        crs: System of coordinates where no mapping says it: wgs84, gcj02, bd09.
        fields: Heading by field, where the user knows better.
        constants: A value for all records, by field.
        accept_valid: Publish the good rows although others are refused.
        remove_missing: Remove records of the imported datasets that the files do not hold.
        complete_until: Day up to which the imported datasets are complete; None derives it.
        operator: Who imports.
        source: Citation of a published series.
    """

    dataset: str = ""
    mapping: str = ""
    unit: str = ""
    crs: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: {})
    constants: Mapping[str, str] = field(default_factory=lambda: {})
    accept_valid: bool = False
    remove_missing: bool = False
    complete_until: date | None = None
    operator: str = ""
    source: str = ""


def check_options(options: Options) -> None:
    """Refuse options that name what does not exist.

    Raises:
        Unusable: A dataset, unit or system of coordinates is unknown.
    """
    if options.dataset and options.dataset not in FORMS:
        raise Unusable("unknown_dataset", name=options.dataset, known=", ".join(FORMS))
    if options.unit and options.unit not in UNITS:
        raise Unusable("unknown_unit", name=options.unit, known="、".join(UNITS))
    if options.crs and options.crs not in ("wgs84", "gcj02", "bd09"):
        raise Unusable("unknown_crs", name=options.crs)
