"""Mappings saved under a name: how the headings of a form become fields, as small TOML files.

The shipped ones lie beside this file; the office's own in `mappings/` of its data folder and come
first, so that an office can put its own in the place of a shipped one.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analytics.errors import Unusable, reason_of
from analytics.records.layout import columns_of
from analytics.records.mappings.toml import mapping_from, to_toml
from analytics.records.types import Layout, Mapping

__all__ = ["fitting", "load_mappings", "resolved", "save_mapping"]

SHIPPED = Path(__file__).parent
_LONGEST_NAME = 60
YEARS = "years"
"""The constant that names the field whose values stand in a column a year."""


def load_mappings(folder: Path | None = None) -> list[Mapping]:
    """Saved mappings: those of a folder by name, then the shipped ones of other names.

    Args:
        folder: The office's own; it need not exist.

    Raises:
        Unusable: A file is not as it should be; tells which, the key and what was expected.
    """
    own = [mapping_from(path) for path in sorted(folder.glob("*.toml"))] if folder else []
    names = {mapping.name for mapping in own}
    shipped = [mapping_from(path) for path in sorted(SHIPPED.glob("*.toml"))]
    return [*own, *(mapping for mapping in shipped if mapping.name not in names)]


def save_mapping(folder: Path, mapping: Mapping) -> Path:
    """Save a mapping under its name, in one step; one of the same name is replaced.

    The name is the user's: only its harmless characters become the name of the file.

    Raises:
        Unusable: The mapping has no name, or the file cannot be written.
    """
    name = " ".join(mapping.name.split())
    if not name:
        raise Unusable("mapping_without_name")
    path = folder / f"{slug(name)}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(path, to_toml(replace(mapping, name=name)))
    except OSError as error:
        raise Unusable("mapping_not_written", file=path, found=reason_of(error)) from error
    return path


def _replace(path: Path, text: str) -> None:
    """Replace a file in one step: whoever reads it sees the old or the new one whole."""
    temporary = path.with_name(f".{path.stem}-{secrets.token_hex(4)}")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def slug(name: str) -> str:
    """A file name made of a user's words; equal only for equal names."""
    words = re.sub(r"[^\w-]+", "-", unicodedata.normalize("NFKC", name)).strip("-_")
    safe = words[:_LONGEST_NAME].casefold()
    if safe == name and not re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", safe):
        return safe
    return f"{safe}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")


def fitting(layout: Layout, dataset: str, mappings: Sequence[Mapping]) -> Mapping | None:
    """The saved mapping that was made for a form like this one; the first of several."""
    return next(
        (
            mapping
            for mapping in mappings
            if mapping.dataset == dataset
            and mapping.fingerprint == layout.fingerprint
            and (not mapping.titles or _told(layout, mapping))
        ),
        None,
    )


def resolved(mapping: Mapping, layout: Layout) -> Mapping:
    """A mapping with what the lines above this table say of it.

    The constants of the patterns that are found there are added; `years` becomes the heading of
    the field that it names: any column of a year stands for them all.
    """
    constants = mapping.constants | _told(layout, mapping)
    field = constants.pop(YEARS, "")
    years = [heading for heading in layout.headings if heading.year is not None]
    named = columns_of(layout, mapping.fields.get(field, ""))
    fields = dict(mapping.fields)
    if field and years and not named:
        fields[field] = years[0].title
    return replace(mapping, fields=fields, constants=constants)


def _told(layout: Layout, mapping: Mapping) -> dict[str, str]:
    """The constants set by the patterns that are found above a table, or in its sheet's name."""
    lines = "\n".join([*layout.titles, layout.sheet.name])
    found: dict[str, str] = {}
    for pattern, constants in mapping.titles:
        if re.search(pattern, lines):
            found |= constants
    return found
