"""Where an import works: a private folder and a database in memory that spills into it."""

from __future__ import annotations

import os
import secrets
import shutil
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Self

import duckdb
from filelock import FileLock, Timeout

MEMORY = "1GB"
_PREFIX = ".work-"
_TELL_EVERY_S = 0.2


class Workbench:
    """A context manager; all that lies in it is gone when it ends, however it ends.

    A lock beside the folder is held as long as the process lives. The next workbench in the same
    place removes the folders whose lock nobody holds, as a killed process leaves them.

    Args:
        folder: Where the private folder is made; made itself where it is missing.

    Attributes:
        folder: The private folder.
        connection: DuckDB in memory, rows in the order they came, no extension is ever loaded.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale(folder)
        self.folder = folder / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(4)}"
        # A session's script runs in a thread of its own each time; the hold is the process's.
        self._lock = FileLock(_lock_path(self.folder), thread_local=False)
        self._numbers = count(1)
        self._lock.acquire()
        try:
            self.folder.mkdir(mode=0o700)
            self.connection = _connect(self.path(".spill"))
        except BaseException:
            _remove(self.folder, self._lock)
            raise
        # A session may end without a word: then the workbench goes with its last reference.
        self._end = weakref.finalize(self, _close, self.connection, self.folder, self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def path(self, suffix: str = "") -> Path:
        """A path within the folder that was not given out before; nothing lies there yet."""
        return self.folder / f"{next(self._numbers):05}{suffix}"

    def run(
        self,
        sql: str,
        values: Sequence[object] | Mapping[str, object] | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Run a statement that may last, telling how much of it is done.

        Args:
            sql: One statement.
            values: What its parameters stand for.
            progress: Called from this thread with 0 to 1, several times a second; what it raises
                stops the statement.
        """
        if progress is None:
            self.connection.execute(sql, values)
            return
        with ThreadPoolExecutor(1) as pool:
            running = pool.submit(self.connection.execute, sql, values)
            try:
                while not wait([running], _TELL_EVERY_S).done:
                    progress(max(self.connection.query_progress(), 0.0) / 100)
            except BaseException:
                self.connection.interrupt()
                raise
            running.result()

    def close(self) -> None:
        """Give back the memory and remove the folder; a second time does nothing."""
        self._end()


def _close(connection: duckdb.DuckDBPyConnection, folder: Path, lock: FileLock) -> None:
    connection.close()
    _remove(folder, lock)


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    lock.release()
    with suppress(OSError):
        _lock_path(folder).unlink(missing_ok=True)


def _connect(spill: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(spill),
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    # Without its progress bar DuckDB does not count; it need not print it.
    connection.execute("set enable_progress_bar = true")
    connection.execute("set enable_progress_bar_print = false")
    return connection


def _lock_path(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def _remove_stale(folder: Path) -> None:
    """Remove what dead processes left: a folder, or a lock, that nobody holds."""
    for path in folder.glob(f"{_PREFIX}*"):
        work = path.with_suffix("") if path.suffix == ".lock" else path
        lock = FileLock(_lock_path(work))
        with suppress(Timeout, OSError):
            lock.acquire(timeout=0)
            shutil.rmtree(work, ignore_errors=True)
            lock.release()
            _lock_path(work).unlink(missing_ok=True)
