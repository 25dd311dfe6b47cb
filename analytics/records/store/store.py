"""The store: publish, switch, list, compare, prune and verify snapshots."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import shutil
from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.errors import DataError, SnapshotError, TransferScopeError, reason_of
from analytics.model import DATASETS, RECORDS, Dataset
from analytics.records.store.connections import connected
from analytics.records.store.differences import Difference, difference
from analytics.records.store.durable import (
    TEMPORARY,
    replace_json,
    sha256_of,
    sync,
    take,
    write_json,
)
from analytics.records.store.holding import Holder, Holding
from analytics.records.store.manifests import (
    MANIFEST,
    Account,
    DatasetInfo,
    SnapshotInfo,
    read_manifest,
    to_json,
)
from analytics.records.store.verifying import Fault, faults_of, read_table
from analytics.snapshot import DEMO, ID, POINTER, SERIES, SNAPSHOTS, read_pointer

WAIT_S = 10.0
_MAKING = ".making-"
_REMOVING = ".removing-"
_LEFT_BEHIND = (_MAKING, _REMOVING, TEMPORARY)
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Store:
    """The snapshots of a data folder. Cheap to make; make one for each use.

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
        self._wait_s = wait_s
        self._step = step or (lambda _: None)
        self._holding = Holding(folder)

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
        if not ID.fullmatch(snapshot) or snapshot == self._unfinished() or not folder.is_dir():
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
        with self.hold(operator):
            standing = self.standing()
            if base != standing:
                raise SnapshotError("published_between", base=base or "—", now=standing or "—")
            parent = self.info(base) if base else None
            datasets = self._datasets(tables, account, parent)
            if parent and _same(datasets, parent.datasets):
                self._switch(parent.id, operator)
                return replace(parent, is_current=True)
            info = self._named(datasets, account, operator, parent)
            try:
                self._make(info, self._files(tables, info, parent))
                self._switch(info.id, operator)
            except BaseException:
                self._discard(info.id)
                raise
            self._holding.making("")
            return replace(info, is_current=True)

    def use(self, snapshot: str, operator: str = "") -> SnapshotInfo | None:
        """Serve another snapshot, older or newer, or the demonstration (`demo`).

        Returns:
            What is served now; None for the demonstration.

        Raises:
            SnapshotError: There is no such snapshot, or it is damaged: the current one stays.
        """
        with self.hold(operator):
            if snapshot == DEMO:
                self._switch(DEMO, operator)
                return None
            info = self.info(snapshot)
            for fault in self.verify(snapshot):
                raise SnapshotError(fault.key, **fault.values)
            self._switch(snapshot, operator)
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
                _sha(first, name) == _sha(second, name),
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
                dying = self.folder / f"{_REMOVING}{snapshot}"
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
            if ID.fullmatch(path.name) and path.is_dir() and path.name != unfinished
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

    def _unfinished(self) -> str:
        """A snapshot that has its name but is not served yet, or whose publisher died just then."""
        holder = self._holding.holder()
        making = holder.making if holder else ""
        return "" if making and making == self._served() else making

    def _clean(self, died: Holder | None) -> None:
        """Remove what a process left behind that was killed; under the lock, nobody else makes."""
        for path in self.folder.iterdir():
            if not path.name.startswith(_LEFT_BEHIND):
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        if died and ID.fullmatch(died.making) and died.making != self._served():
            shutil.rmtree(self.folder / died.making, ignore_errors=True)

    def _datasets(
        self, tables: Mapping[str, Path], account: Account, parent: SnapshotInfo | None
    ) -> dict[str, DatasetInfo]:
        """What the new snapshot will hold, in the order of the model."""
        unknown = set(tables) - set(self.declared)
        assert not unknown, f"{sorted(unknown)} cannot stand in a snapshot of {self.kind}"
        with connected() as connection:
            rows = {
                name: read_table(connection, self.declared[name], path)
                for name, path in tables.items()
            }
        found: dict[str, DatasetInfo] = {}
        for name in self.declared:
            standing = parent.datasets.get(name) if parent else None
            until = account.complete_until.get(name, standing and standing.complete_until)
            if name in tables:
                found[name] = DatasetInfo(
                    rows[name],
                    sha256_of(tables[name]),
                    until,
                    account.changes.get(name),
                    _files(name, account, standing),
                )
            elif standing:
                found[name] = replace(standing, complete_until=until, change=None)
        return found

    def _named(
        self,
        datasets: dict[str, DatasetInfo],
        account: Account,
        operator: str,
        parent: SnapshotInfo | None,
    ) -> SnapshotInfo:
        content = "\n".join(f"{name} {dataset.sha256}" for name, dataset in datasets.items())
        digest = hashlib.sha256(content.encode()).hexdigest()[:8]
        made_at = datetime.now(UTC)
        if parent:  # a clock that was set back must not put a child before its parent
            made_at = max(made_at, parent.made_at + timedelta(microseconds=1))
        while (self.folder / _id(made_at, digest)).exists():
            made_at += timedelta(seconds=1)
        return SnapshotInfo(
            id=_id(made_at, digest),
            parent=parent.id if parent else None,
            made_at=made_at,
            operator=operator,
            sources=account.sources,
            mappings=account.mappings,
            findings=account.findings,
            datasets=datasets,
        )

    def _files(
        self, tables: Mapping[str, Path], info: SnapshotInfo, parent: SnapshotInfo | None
    ) -> dict[str, Path]:
        """Where each dataset's file comes from: the parent's where it is the same."""
        files = dict(tables)
        for name, dataset in parent.datasets.items() if parent else ():
            if parent and dataset.sha256 == _sha(info, name):
                files[name] = self.path(parent.id) / f"{name}.parquet"
        return files

    def _make(self, info: SnapshotInfo, files: Mapping[str, Path]) -> None:
        """The snapshot's folder, made where nobody looks, then given its name."""
        making = self.folder / f"{_MAKING}{info.id}"
        making.mkdir()
        self._step("folder")
        for name, file in files.items():
            take(file, making / f"{name}.parquet")
            self._step(f"file {name}")
        write_json(making / MANIFEST, to_json(info, self.kind))
        self._step("manifest")
        sync(making)
        self._holding.making(info.id)
        self._step("noted")
        making.rename(self.folder / info.id)
        self._step("named")
        sync(self.folder)

    def _switch(self, snapshot: str, operator: str) -> None:
        """Replace the pointer: from here on the other snapshot is served."""
        pointer = {
            "snapshot": snapshot,
            "before": self._before() if snapshot == DEMO else None,
            "at": datetime.now(UTC).isoformat(),
            "operator": operator,
        }
        replace_json(self.folder / POINTER, pointer)
        self._step("switched")

    def _discard(self, snapshot: str) -> None:
        """Remove what a publication made that failed, unless it is served already."""
        shutil.rmtree(self.folder / f"{_MAKING}{snapshot}", ignore_errors=True)
        if snapshot != self._served():
            shutil.rmtree(self.folder / snapshot, ignore_errors=True)

    def _before(self) -> str | None:
        """What the demonstration takes the place of; unknown where the pointer is damaged."""
        try:
            return self.standing()
        except DataError:
            return None


@contextlib.contextmanager
def told(folder: Path) -> Generator[None, None, None]:
    """A full disk and the like, told as a sentence."""
    try:
        yield
    except OSError as error:
        key = "snapshot_no_space" if error.errno in _NO_SPACE else "snapshot_not_written"
        raise SnapshotError(key, folder=folder, found=reason_of(error)) from error


def _files(name: str, account: Account, standing: DatasetInfo | None) -> tuple[str, ...]:
    """Every file a dataset was imported from, each once, the latest last."""
    now = [source.name for source in account.sources if name in (source.datasets or (name,))]
    before = [file for file in (standing.files if standing else ()) if file not in now]
    return (*before, *dict.fromkeys(now))


def _id(made_at: datetime, digest: str) -> str:
    return f"{made_at:%Y%m%dT%H%M%S}-{digest}"


def _same(one: Mapping[str, DatasetInfo], other: Mapping[str, DatasetInfo]) -> bool:
    def told(datasets: Mapping[str, DatasetInfo]) -> dict[str, object]:
        return {name: (found.sha256, found.complete_until) for name, found in datasets.items()}

    return told(one) == told(other)


def _sha(info: SnapshotInfo, dataset: str) -> str:
    return info.datasets[dataset].sha256 if dataset in info.datasets else ""
