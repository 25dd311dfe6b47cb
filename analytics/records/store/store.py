"""The store: publish, switch, list, compare, prune and verify snapshots."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from analytics.cubes.building import Progress
from analytics.errors import DataError, SnapshotError, TransferScopeError
from analytics.model import DATASETS, RECORDS, Dataset
from analytics.records.store import making
from analytics.records.store.differences import Difference, difference
from analytics.records.store.durable import replace_json, told
from analytics.records.store.holding import Holder, Holding
from analytics.records.store.making import LEFT_BEHIND, REMOVING, Draft, sha_of
from analytics.records.store.manifests import Account, SnapshotInfo, read_manifest
from analytics.records.store.verifying import Fault, faults_of
from analytics.snapshot import (
    DEMO,
    ID,
    POINTER,
    SERIES,
    SNAPSHOTS,
    Pointer,
    Pointers,
    read_pointer,
    read_pointers,
)

WAIT_S = 10.0


class Store:
    """The snapshots of a data folder. Cheap to make; make one for each use.

    Those of records and those of series have one lock and one pointer between them.

    Args:
        folder: `<data>/snapshots` or `<data>/series`; made when something is published.
        kind: `records`, or `series` for published figures that were imported.
        wait_s: How long to wait for someone else who is publishing.
        step: Called with the name of each step of a publication, after it; for tests that kill
            the process there.
    """

    def __init__(
        self,
        folder: Path,
        kind: str = "records",
        wait_s: float = WAIT_S,
        step: Callable[[str], None] | None = None,
    ) -> None:
        self.folder = folder
        self.kind = kind
        self._data = folder.parent
        self._wait_s = wait_s
        self._step = step or (lambda _: None)
        self._holding = Holding(self._data / SNAPSHOTS)

    @classmethod
    def of_records(cls, data: Path, wait_s: float = WAIT_S) -> Store:
        """The snapshots of a data folder's records."""
        return cls(data / SNAPSHOTS, "records", wait_s)

    @classmethod
    def of_series(cls, data: Path, wait_s: float = WAIT_S) -> Store:
        """The published series that were imported into a data folder."""
        return cls(data / SERIES, "series", wait_s)

    @property
    def declared(self) -> dict[str, Dataset]:
        """The datasets that a snapshot of this kind may hold."""
        if self.kind == "records":
            return RECORDS
        return {name: found for name, found in DATASETS.items() if found.published}

    def current(self) -> str | None:
        """Id of the snapshot that is served; None while the demonstration is.

        Raises:
            DataError: The pointer is damaged.
        """
        pointer = read_pointer(self.folder)
        return None if pointer.snapshot == DEMO else pointer.snapshot

    def standing(self) -> str | None:
        """Id of the snapshot that an import goes on from: its `base`.

        The current one; while the demonstration is served, the one that was served before it, so
        that switching to the demonstration and back loses nothing. None before the first import.
        """
        pointer = read_pointer(self.folder)
        return pointer.before if pointer.snapshot == DEMO else pointer.snapshot

    def path(self, snapshot: str) -> Path:
        """Folder of a snapshot; its files are `<dataset>.parquet`.

        Raises:
            SnapshotError: There is no such snapshot.
        """
        folder = self.folder / snapshot
        if not ID.fullmatch(snapshot) or snapshot in self._unfinished() or not folder.is_dir():
            raise SnapshotError(
                "unknown_snapshot", snapshot=snapshot, known=", ".join(self._ids()[:8]) or "—"
            )
        return folder

    def table(self, snapshot: str, dataset: str) -> Path | None:
        """File of a dataset in a snapshot; None where the snapshot has none of it."""
        path = self.path(snapshot) / f"{dataset}.parquet"
        return path if path.exists() else None

    def info(self, snapshot: str) -> SnapshotInfo:
        """What the manifest of a snapshot says.

        Raises:
            SnapshotError: There is no such snapshot, or its manifest is damaged.
        """
        found = read_manifest(self.path(snapshot))
        return replace(found, is_current=snapshot == self._served())

    def list(self) -> list[SnapshotInfo]:
        """Every snapshot, newest first; one whose manifest is damaged has a `fault`."""
        found = [self._listed(snapshot) for snapshot in self._ids()]
        return [info for info in found if not info.fault or (self.folder / info.id).is_dir()]

    @contextlib.contextmanager
    def hold(self, operator: str = "", wait_s: float | None = None) -> Generator[None, None, None]:
        """Hold the lock, so that nobody publishes meanwhile; what was left behind is removed.

        `publish`, `use` and `prune` take it by themselves. An import that holds it while it
        merges cannot be told that someone published in between.

        Raises:
            Busy: Someone else still holds it after the wait.
            SnapshotError: The disk is full or cannot be written to.
        """
        wait_s = self._wait_s if wait_s is None else wait_s
        with told(self.folder), self._holding.held(operator, wait_s) as died:
            self._clean(died)
            yield

    def publish(
        self,
        tables: Mapping[str, Path],
        account: Account = Account(),
        operator: str = "",
        base: str | None = None,
    ) -> SnapshotInfo:
        """Make a snapshot and serve it.

        Args:
            tables: Finished Parquet files by dataset, with the columns and types of the model.
                They get a second name where the disk allows it: do not write to them again.
            account: What the import says of itself.
            operator: Who publishes.
            base: What `standing()` said when the import began. Datasets that `tables` does not
                name are taken over from it.

        Returns:
            The new snapshot; the base itself where nothing differs from it.

        Raises:
            Busy: Someone else is publishing.
            SnapshotError: Someone published since `base` was read, a table is not as declared,
                or the disk is full; then nothing has changed.
        """
        return Store.publish_all([Part(self, tables, account, base)], operator)[0]

    @staticmethod
    def publish_all(
        parts: Sequence[Part], operator: str = "", progress: Progress | None = None
    ) -> Sequence[SnapshotInfo]:
        """Make a snapshot in each of several stores of one data folder, and serve them in one step.

        Args:
            parts: What is published in each store.
            operator: Who publishes.
            progress: Told before each cube that is made of the records.

        Returns:
            The new snapshot of each part; its base where nothing differs from it.

        Raises:
            Busy: Someone else is publishing.
            SnapshotError: As `Store.publish`; then nothing has changed in any of the stores.
        """
        first = parts[0].store
        with first.hold(operator):
            made: dict[Store, Draft] = {}
            try:
                for part in parts:
                    made[part.store] = part.store._draft(part, operator)
                new = {store: draft for store, draft in made.items() if draft.is_new}
                noted = [draft.info.id for draft in new.values()]
                for store, draft in new.items():
                    making.make(
                        store.folder,
                        store.kind,
                        draft,
                        lambda: first._holding.making(*noted),
                        first._step,
                        progress,
                    )
                first._switch(
                    {store.kind: draft.info.id for store, draft in made.items()}, operator
                )
            except BaseException:
                for store, draft in made.items():
                    if draft.is_new:
                        making.discard(
                            store.folder, draft.info.id, draft.info.id == store._served()
                        )
                raise
            first._holding.making()
        return [replace(draft.info, is_current=True) for draft in made.values()]

    def use(self, snapshot: str, operator: str = "") -> SnapshotInfo | None:
        """Serve another snapshot, older or newer, or the demonstration (`demo`).

        Returns:
            What is served now; None for the demonstration.

        Raises:
            SnapshotError: There is no such snapshot, or it is damaged: the current one stays.
        """
        with self.hold(operator):
            if snapshot == DEMO:
                self._switch({self.kind: DEMO}, operator)
                return None
            info = self.info(snapshot)
            for fault in self.verify(snapshot):
                if not fault.is_of_cube:  # the records answer as well without it
                    raise SnapshotError(fault.key, **fault.values)
            self._switch({self.kind: snapshot}, operator)
            return replace(info, is_current=True)

    def diff(self, before: str, after: str) -> list[Difference]:
        """What differs between two snapshots, a line for each dataset that either holds.

        Raises:
            SnapshotError: There is no such snapshot, or a file of it cannot be read.
        """
        first, second = self.info(before), self.info(after)
        return [
            difference(
                dataset,
                self.table(before, name),
                self.table(after, name),
                sha_of(first, name) == sha_of(second, name),
            )
            for name, dataset in self.declared.items()
            if name in first.datasets or name in second.datasets
        ]

    def prune(self, keep: int, operator: str = "") -> list[str]:
        """Remove all but the newest snapshots; never the one served or to be gone on from.

        Args:
            keep: How many to keep, the current one not counted where it is older.
            operator: Who asked.

        Returns:
            Ids of those that were removed.
        """
        with self.hold(operator):
            kept = {self.current(), self.standing()}
            old = [snapshot for snapshot in self._ids()[max(keep, 0) :] if snapshot not in kept]
            for snapshot in old:
                # A new name first: a reader never finds a snapshot half removed.
                dying = self.folder / f"{REMOVING}{snapshot}"
                (self.folder / snapshot).rename(dying)
                shutil.rmtree(dying)
            return old

    def verify(self, snapshot: str | None = None) -> list[Fault]:
        """What is not as it was published: manifest, checksums, columns, keys, rows.

        Args:
            snapshot: Which one; None for all of them and the pointer.
        """
        if snapshot is not None:
            return faults_of(self.path(snapshot), self.declared)
        faults = [fault for name in self._ids() for fault in self.verify(name)]
        try:
            current = self.current()
            if current:
                self.path(current)
        except TransferScopeError as error:
            faults.append(Fault("", "", error.key, error.values))
        return faults

    def _ids(self) -> list[str]:
        """Ids of what was published, newest first."""
        if not self.folder.is_dir():
            return []
        unfinished = self._unfinished()
        found = [
            path.name
            for path in self.folder.iterdir()
            if ID.fullmatch(path.name) and path.is_dir() and path.name not in unfinished
        ]
        return sorted(found, key=self._age, reverse=True)

    def _age(self, snapshot: str) -> tuple[str, str]:
        """To the microsecond where the manifest can be read: an id tells seconds only."""
        info = self._listed(snapshot)
        return f"{info.made_at:%Y%m%dT%H%M%S%f}", snapshot

    def _listed(self, snapshot: str) -> SnapshotInfo:
        try:
            found = read_manifest(self.folder / snapshot)
        except SnapshotError as error:
            made = datetime.strptime(snapshot.split("-")[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
            found = SnapshotInfo(snapshot, None, made, fault=str(error))
        return replace(found, is_current=snapshot == self._served())

    def _served(self) -> str | None:
        """As `current`, but None where the pointer is damaged: what mends it must not need it."""
        try:
            return self.current()
        except DataError:
            return None

    def _unfinished(self) -> frozenset[str]:
        """What has its name but is not served yet, or whose publisher died just then."""
        holder = self._holding.holder()
        return frozenset(holder.making if holder else ()) - {self._served()}

    def _clean(self, died: Holder | None) -> None:
        """Remove what a process left behind that was killed; under the lock, nobody else makes."""
        for store in (Store.of_records(self._data), Store.of_series(self._data)):
            if not store.folder.is_dir():
                continue
            for path in store.folder.iterdir():
                if not path.name.startswith(LEFT_BEHIND):
                    continue
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
            for snapshot in died.making if died else ():
                if ID.fullmatch(snapshot) and snapshot != store._served():
                    shutil.rmtree(store.folder / snapshot, ignore_errors=True)

    def _draft(self, part: Part, operator: str) -> Draft:
        """What a part of a publication would make, if nobody has published since."""
        standing = self.standing()
        if part.base != standing:
            raise SnapshotError("published_between", base=part.base or "—", now=standing or "—")
        parent = self.info(part.base) if part.base else None
        return making.draft(self.folder, self.declared, part.tables, part.account, operator, parent)

    def _switch(self, chosen: Mapping[str, str], operator: str) -> None:
        """Replace the pointer: from here on other snapshots are served.

        Args:
            chosen: Id, or `demo`, by kind; what is not named stays as it is.
            operator: Who switches.
        """
        now = self._pointers()
        records = now.records.moved(chosen.get("records"))
        series = now.series.moved(chosen.get("series"))
        pointer = {
            "snapshot": records.snapshot,
            "before": records.before,
            "series": series.snapshot,
            "series_before": series.before,
            "at": datetime.now(UTC).isoformat(),
            "operator": operator,
        }
        replace_json(self._data / SNAPSHOTS / POINTER, pointer)
        self._step("switched")

    def _pointers(self) -> Pointers:
        """What is served now.

        Where that is damaged, choosing records mends it, and of the series the newest stand.
        """
        try:
            return read_pointers(self._data)
        except DataError:
            if self.kind != "records":
                raise
            newest = next(iter(Store.of_series(self._data)._ids()), DEMO)
            return Pointers(series=Pointer(newest))


@dataclass(frozen=True)
class Part:
    """A store's part of a publication; see `Store.publish`."""

    store: Store
    tables: Mapping[str, Path]
    account: Account = Account()
    base: str | None = None
