"""One at a time: who publishes holds the lock, and says who he is to those who wait."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Generator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from analytics.errors import SnapshotError
from analytics.records.store.durable import replace_json, sync

LOCK = ".lock"
NOTE = ".holder"


@dataclass(frozen=True)
class Holder:
    """Who holds the lock.

    Args:
        pid: Number of the process.
        operator: Name of the person, empty where unknown.
        since: When the lock was taken, UTC.
        making: Ids of the snapshots that are being switched to; none before that.
    """

    pid: int
    operator: str
    since: datetime
    making: tuple[str, ...] = ()


class Busy(SnapshotError):
    """Someone else is publishing."""

    def __init__(self, holder: Holder | None) -> None:
        """Say who, since when, in local time."""
        self.holder = holder
        super().__init__(
            "busy" if holder else "busy_unknown",
            pid=holder.pid if holder else "",
            operator=(holder.operator if holder else "") or "—",
            since=f"{holder.since.astimezone():%Y-%m-%d %H:%M:%S}" if holder else "",
        )


class Holding:
    """The lock of a folder of snapshots. The kernel lets it go when its process dies."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; nothing is made before the lock is taken."""
        self._folder = folder
        self._lock = FileLock(folder / LOCK)

    @contextlib.contextmanager
    def held(self, operator: str, wait_s: float) -> Generator[Holder | None, None, None]:
        """Hold the lock; a thread that holds it already may take it again.

        Yields:
            The note that a holder left who died while holding; None where all was in order.

        Raises:
            Busy: Someone else still holds it after the wait.
        """
        if self._lock.is_locked:
            yield None
            return
        if not self._folder.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            sync(self._folder.parent)
        try:
            self._lock.acquire(timeout=wait_s)
        except Timeout:
            raise Busy(self.holder()) from None
        try:
            died = self.holder()
            self._note(Holder(os.getpid(), operator, datetime.now(UTC)))
            try:
                yield died
            finally:
                (self._folder / NOTE).unlink(missing_ok=True)
        finally:
            self._lock.release()

    def making(self, *snapshots: str) -> None:
        """Note what is about to be switched to; it counts only once it is served, or unnoted."""
        holder = self.holder()
        if holder:
            self._note(replace(holder, making=snapshots))

    def holder(self) -> Holder | None:
        """Who holds the lock, or held it when he died; None where nobody does."""
        try:
            note = json.loads((self._folder / NOTE).read_text(encoding="utf-8"))
            note["since"] = datetime.fromisoformat(note["since"])
            note["making"] = tuple(note["making"])
            return Holder(**note)
        except (OSError, TypeError, ValueError, KeyError):
            return None

    def _note(self, holder: Holder) -> None:
        content = asdict(holder) | {"since": holder.since.isoformat()}
        replace_json(self._folder / NOTE, content)
