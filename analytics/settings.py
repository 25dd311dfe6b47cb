"""An office's settings: `settings.toml` in its data folder; without one the defaults hold."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.errors import DataError, Reason, reason_of

OPEN = "TRANSFERSCOPE_OPEN"
"""Set while the server listens beyond this machine."""


@dataclass(frozen=True)
class Settings:
    """What an office decided.

    Args:
        import_enabled: Whether the page Data takes files; None leaves it to where the server
            listens: on this machine yes, beyond it no.
    """

    import_enabled: bool | None = None

    @property
    def takes_files(self) -> bool:
        """Whether the page Data takes files now."""
        if self.import_enabled is None:
            return not os.environ.get(OPEN)
        return self.import_enabled


def read_settings(folder: Path) -> Settings:
    """The settings of a data folder.

    Raises:
        DataError: The file cannot be read, or holds something else than is known.
    """
    path = folder / "settings.toml"
    if not path.exists():
        return Settings()
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError("bad_settings", file=path, found=reason_of(error)) from error
    return Settings(_switch(path, told))


def _switch(path: Path, told: dict[str, Any]) -> bool | None:
    section = told.pop("import", {})
    unknown = [*told, *(set(section) - {"enabled"} if isinstance(section, dict) else ())]
    enabled = section.get("enabled") if isinstance(section, dict) else section
    if unknown:
        names = Reason("reason_entries", {"names": ", ".join(unknown)})
        raise DataError("bad_settings", file=path, found=names)
    if not (enabled is None or isinstance(enabled, bool)):
        raise DataError("bad_settings", file=path, found=Reason("reason_value", {"value": enabled}))
    return enabled
