"""One session on the cluster: opened when it is needed, reopened once when it was lost."""

# pyright: reportMissingImports=false
# pyspark is only there where a cluster is used.

from __future__ import annotations

import logging
import re
import socket
import threading
import time
import uuid
import weakref
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import grpc
from pyspark.errors import PySparkException
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.functions import lit
from pyspark.sql.connect.plan import SQL
from pyspark.sql.connect.session import SparkSession

from analytics.errors import ClusterError, TooLong

DEFAULT_PORT = 15002
CONNECT_WITHIN_S = 2.0
AWAY_FOR_S = 5.0
"""How long a machine that did not take a connection in that time is not tried again."""
OPEN_WITHIN_S = 15.0
GIVE_UP_AFTER_S = 5.0
"""How long a query that was cancelled may take to end before the connection is closed."""
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",  # what cannot be computed fails, and is not silently null
}
LOST = (
    "INVALID_HANDLE.SESSION_CHANGED",
    "INVALID_HANDLE.SESSION_CLOSED",
    "INVALID_HANDLE.SESSION_NOT_FOUND",
    "NO_ACTIVE_SESSION",
    "RESPONSE_ALREADY_RECEIVED",
    "closed channel",
    "Channel closed",
)
"""What the server or the client says when the session is there no more."""
ENDING = re.compile("stopped SparkContext|SparkContext (was|has been) (shut down|stopped)")
"""What a server says of a query that was running when it was stopped."""
SILENT = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED")
FAILURES = (PySparkException, grpc.RpcError, ValueError)
"""What the client raises: its own errors, and bare ones when its connection was just closed."""
Views = Callable[[Any, str], Any]
"""From a session and the name of a relation to the Spark table that stands behind it."""
_log = logging.getLogger(__name__)


@dataclass
class _Open:
    """What is open now: the client's session, and the views that it has."""

    spark: Any = None
    made: set[str] = field(default_factory=lambda: set())


class Session:
    """Answers texts on the cluster. Safe to share between threads.

    The cluster keeps nothing that is not sent again by itself: the views that a text names are
    made in the session when it is asked first, and anew in the next session.

    Args:
        address: `sc://host:port`, with the parameters that Spark Connect knows.
        views: Gives what stands behind a relation; its errors go to whoever asks for it.
        time_limit_s: Seconds after which a query is cancelled; a full cluster queues for ever.

    Raises:
        ClusterError: The address is none.
    """

    def __init__(self, address: str, views: Views, time_limit_s: float):
        self.address = address
        self._host, self._port = host_and_port(address)
        self._views = views
        self._time_limit_s = time_limit_s
        self._opening = threading.RLock()
        self._making = threading.Lock()
        self._away_until = 0.0
        self._open = _Open()
        # Whoever was last to use it may be drawing a page: the server is told beside that.
        weakref.finalize(self, _end_aside, self._open).atexit = False
        _close_at_exit(self)

    def answer(self, sql: str, values: Mapping[str, Any], relations: Mapping[str, str]) -> Any:
        """The answer of a text, as an Arrow table.

        Args:
            sql: What Spark understands.
            values: What it names, bound.
            relations: What it reads: the names of the views, and the relations behind them.

        Raises:
            TooLong: The time limit passed.
            ClusterError: The cluster does not answer, or cannot answer this.
        """
        try:
            return self._ask(sql, values, relations)
        except FAILURES as error:
            if not _is_lost(error):
                raise self._told(error) from error
            _log.info("the session on %s was lost and is opened again", self.address)
        try:
            return self._ask(sql, values, relations)
        except FAILURES as error:
            raise self._told(error) from error

    def close(self) -> None:
        """Release the session on the cluster and end the connection; a later query opens anew."""
        with self._opening:
            self._drop(self._open.spark, release=True)

    def _ask(self, sql: str, values: Mapping[str, Any], relations: Mapping[str, str]) -> Any:
        spark = self._opened()
        try:
            with self._limited(spark):
                for view, relation in relations.items():
                    self._make(spark, view, relation)
                return _table(spark, sql, values).toArrow()
        except FAILURES as error:
            if _is_lost(error) or _is_silent(error):
                self._drop(spark, release=False)
            raise

    def _opened(self) -> Any:
        with self._opening:
            if self._open.spark is None:
                self._open.made = set()
                self._open.spark = self._connected()
            return self._open.spark

    def _connected(self) -> Any:
        if time.monotonic() < self._away_until:
            raise ClusterError("no_cluster", address=self.address)
        try:
            # Names and routes that lead nowhere: the client's own patience is far longer.
            socket.create_connection((self._host, self._port), CONNECT_WITHIN_S).close()
        except TimeoutError as error:
            # The panels of a page shall not wait for it one after the other.
            self._away_until = time.monotonic() + AWAY_FOR_S
            raise ClusterError("no_cluster", address=self.address) from error
        except OSError as error:
            raise ClusterError("no_cluster", address=self.address) from error
        spark = SparkSession.builder.remote(self.address).create()
        # Before the first call: as it ships, the client tries for ten minutes.
        spark.client.set_retry_policies(
            [DefaultPolicy(max_retries=3, initial_backoff=100, backoff_multiplier=2, jitter=50)]
        )
        # A server that takes the connection and then says nothing.
        timer = threading.Timer(OPEN_WITHIN_S, _end, (spark, False))
        timer.daemon = True
        timer.start()
        try:
            for name, value in SETTINGS.items():
                spark.conf.set(name, value)
        except FAILURES as error:
            _end(spark, release=False)
            raise self._told(error) from error
        finally:
            timer.cancel()
        return spark

    def _make(self, spark: Any, view: str, relation: str) -> None:
        with self._making:
            if view in self._open.made and spark is self._open.spark:
                return
            self._views(spark, relation).createOrReplaceTempView(view)
            if spark is self._open.spark:
                self._open.made.add(view)

    @contextmanager
    def _limited(self, spark: Any) -> Generator[None, None, None]:
        """Cancel what runs inside when the time limit passes, and only that."""
        tag = f"transferscope-{uuid.uuid4().hex}"
        has_ended = threading.Event()
        passed = threading.Event()

        def interrupt() -> None:
            with suppress(Exception):
                spark.interruptTag(tag)

        def cancel() -> None:
            passed.set()
            # Beside, for a server that hangs does not answer this either.
            threading.Thread(target=interrupt, daemon=True).start()
            if not has_ended.wait(GIVE_UP_AFTER_S):
                # Nothing listens any more: closing the connection ends the call that waits for it.
                self._drop(spark, release=False)

        timer = threading.Timer(self._time_limit_s, cancel)
        timer.daemon = True
        timer.start()
        spark.addTag(tag)
        try:
            yield
        except Exception as error:
            if passed.is_set():
                seconds = f"{self._time_limit_s:g}"
                raise TooLong("too_long_cluster", seconds=seconds) from error
            raise
        finally:
            has_ended.set()
            timer.cancel()
            spark.removeTag(tag)

    def _drop(self, spark: Any, release: bool) -> None:
        with self._opening:
            if spark is None:
                return
            if spark is self._open.spark:
                self._open.spark = None
        _end(spark, release)

    def _told(self, error: Any) -> ClusterError:
        """The sentence for what the cluster or its client said."""
        if _is_silent(error) or _is_lost(error):
            return ClusterError("no_cluster", address=self.address)
        found = re.split(r"\n|\. SQLSTATE", str(error).strip())[0]
        return ClusterError("cluster_failed", address=self.address, found=found[:300])


def host_and_port(address: str) -> tuple[str, int]:
    """Where a Spark Connect server listens.

    Raises:
        ClusterError: The address is not `sc://host`, `sc://host:port` or one with parameters.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or not address.startswith("sc://"):
        raise ClusterError("bad_engine", found=address)
    return host, port or DEFAULT_PORT


def _table(spark: Any, sql: str, values: Mapping[str, Any]) -> DataFrame:
    """What a query means, without a word to the server yet.

    `SparkSession.sql` would have it analysed at once, in case it is a command, and again when it
    is run: a third of the time of a small query.
    """
    return DataFrame(SQL(sql, [], {name: lit(value) for name, value in values.items()}, []), spark)


def _is_lost(error: Any) -> bool:
    condition = error.getCondition() if isinstance(error, PySparkException) else ""
    return any(word in f"{condition} {error}" for word in LOST)


def _is_silent(error: Any) -> bool:
    codes = (
        getattr(error, name)() for name in ("getGrpcStatusCode", "code") if hasattr(error, name)
    )
    said = {getattr(code, "name", "") for code in codes}
    return bool(said & set(SILENT)) or ENDING.search(str(error)) is not None


def _end(spark: Any, release: bool) -> None:
    spark.release_session_on_close = release
    # The session may be gone already; then nothing is left to release.
    with suppress(Exception):
        spark.stop()


def _end_aside(left: _Open) -> None:
    if left.spark is not None:
        threading.Thread(target=_end, args=(left.spark, True), daemon=True).start()


_OPEN: weakref.WeakSet[Session] = weakref.WeakSet()
_WATCHED = threading.Lock()
_WATCHING: list[threading.Thread] = []


def _close_at_exit(session: Session) -> None:
    """Close a session when the program ends: left open, it can keep the interpreter from ending.

    Functions of `atexit` come too late, after the client's own threads are waited for.
    """

    def watch() -> None:
        threading.main_thread().join()
        for left in list(_OPEN):
            left.close()

    with _WATCHED:
        _OPEN.add(session)
        if not _WATCHING:
            _WATCHING.append(threading.Thread(target=watch, name="closing sessions"))
            _WATCHING[0].start()
