"""Answers for the screen: one engine per snapshot, and a cache whose key holds the snapshot.

A page is drawn by one full run and then, part by part, by runs of its fragments; a snapshot may be
published between any two of them, or in the middle of one. So a full run pins the snapshot once,
at its start (`pin`), in the session, and everything the session asks until its next full run,
fragments included, is answered from that one: a page never shows figures of two snapshots. The
sidebar compares the pin with the pointer every few seconds and asks for a full run when they
differ. What is made outside a session or a run (a bare link's default period) asks the pointer;
files, which are made outside a run too, carry their page's pin (`at`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from analytics.databases.opening import named_cluster
from analytics.engine import Engine
from analytics.errors import ClusterError, DataError
from analytics.filters import Filters
from analytics.labels import Labels, allowed_codes
from analytics.look import Look
from analytics.model import DATASETS, RECORDS
from analytics.panels.types import Panel
from analytics.settings import Settings, read_settings
from analytics.snapshot import DEMO, read_pointers
from analytics.sources import read_by, stored_behind
from analytics.ui.memory import kept, kept_frames

HOME = Path(__file__).parents[2] / "data"


def data_folder() -> Path:
    """Folder of the records: `TRANSFERSCOPE_DATA`, or the one that ships."""
    return Path(os.environ.get("TRANSFERSCOPE_DATA") or HOME)


def settings() -> Settings:
    """What the office decided, read anew: it is one small file."""
    return read_settings(data_folder())


@dataclass(frozen=True)
class Pin:
    """Which records are shown.

    Args:
        folder: Data folder.
        snapshot: Id of the snapshot of records, or `demo`.
        series: Id of the snapshot of imported published series, or `demo` for those that ship.
        stamp: When the demonstration was made, which keeps its name when it is made anew.
    """

    folder: str
    snapshot: str
    series: str
    stamp: int = 0


_PIN = "pin"
_AT: ContextVar[Pin | None] = ContextVar("pin", default=None)


def served() -> Pin:
    """What the pointer says now: one small file, read whenever this is called."""
    folder = data_folder()
    pointers = read_pointers(folder)
    snapshot, series = pointers.records.snapshot, pointers.series.snapshot
    manifest = folder / DEMO / "manifest.json"
    is_demo = snapshot == DEMO and manifest.exists()
    return Pin(str(folder), snapshot, series, manifest.stat().st_mtime_ns if is_demo else 0)


def pin() -> None:
    """Hold what is served now until the session's next full run; called at its start."""
    st.session_state[_PIN] = served()


def pinned() -> Pin:
    """What this run shows."""
    held = _AT.get()
    if held is None and get_script_run_ctx(suppress_warning=True):
        held = st.session_state.get(_PIN)
    return held or served()


@contextmanager
def at(held: Pin | None) -> Generator[None, None, None]:
    """Answer from what was pinned before, for what is made outside a run."""
    token = _AT.set(held)
    try:
        yield
    finally:
        _AT.reset(token)


def engine() -> Engine:
    """The engine over the snapshot that this run shows; a new snapshot makes a new engine."""
    return _engine(pinned())


def labels() -> Labels:
    """Names of codes for the engine that is served now."""
    current = engine()
    return _labels(current.version, str(current.folder))


def allowed() -> dict[str, frozenset[Any]]:
    """Codes that may stand in a link, by field."""
    current = engine()
    return _allowed(current.version, str(current.folder))


def ask(
    measures: tuple[str, ...],
    by: tuple[str, ...] = (),
    filters: Filters = Filters(),
    grain: str = "",
) -> pd.DataFrame:
    """`Engine.ask`, cached."""
    return _ask(engine().version, str(data_folder()), measures, by, filters, grain)


def query(name: str, filters: Filters = Filters(), **values: Any) -> pd.DataFrame:
    """`Engine.query`, cached."""
    fixed = tuple(sorted(values.items()))
    return _query(engine().version, str(data_folder()), name, filters, fixed)


def identity(panel: Panel, filters: Filters, look: Look) -> Hashable:
    """All that a panel shows depends on: snapshot, question, filters and look."""
    current = engine()
    return (
        current.version,
        current.folder,
        panel.key,
        tuple(sorted(panel.values.items())),
        panel.about,
        panel.selection(filters),
        look,
    )


def answer(panel: Panel, filters: Filters) -> pd.DataFrame:
    """A panel's answer, cached by what it really asks."""
    chosen = panel.selection(filters)
    if panel.answer:
        return _answered(engine().version, str(data_folder()), panel.answer, chosen)
    if panel.query:
        return query(panel.query, chosen, **panel.values)
    return ask(panel.measures, panel.by, chosen, panel.grain)


def lacking(panel: Panel) -> tuple[str, ...]:
    """Stored datasets that a panel is made from and that have no records yet."""
    if not engine().missing:
        return ()
    return engine().not_yet(_made_from(panel))


def is_unknown(panel: Panel) -> bool:
    """Whether nothing of what a panel is made from has been imported yet."""
    lacks = lacking(panel)
    return bool(lacks) and lacks == stored_behind(_made_from(panel))


def _made_from(panel: Panel) -> tuple[str, ...]:
    return read_by(panel.query) if panel.query else panel.datasets()


def records(
    dataset: str,
    filters: Filters,
    order: str = "",
    descending: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """`Engine.records`, cached."""
    return _records(
        engine().version, str(data_folder()), dataset, filters, order, descending, limit, offset
    )


def count(dataset: str, filters: Filters) -> int:
    """`Engine.count`, cached."""
    return _count(engine().version, str(data_folder()), dataset, filters)


def idle(dataset: str, filters: Filters) -> frozenset[str]:
    """`Engine.idle`, cached."""
    return _idle(engine().version, str(data_folder()), dataset, filters)


def complete_until(dataset: str = "deals") -> date:
    """Last day up to which a dataset is complete, else any; last year's where none says so."""
    return last_day(dataset) or date(date.today().year - 1, 12, 31)


def last_day(dataset: str = "deals") -> date | None:
    """Last day up to which a dataset is complete, else the latest of any; None without records."""
    current = engine()
    until = current.snapshot.complete_until
    known = (day for name, day in until.items() if name not in current.missing)
    return current.complete_until((dataset,)) or max(known, default=None)


def first_year() -> int:
    """Year in which the records begin; while the cluster is away, that in which they end."""
    try:
        return _first_year(engine().version, str(data_folder()))
    except ClusterError:  # each panel tells it; the frame around them stands
        return complete_until().year


@kept_frames(500)
def _records(
    snapshot: str,
    folder: str,
    dataset: str,
    filters: Filters,
    order: str,
    descending: bool,
    limit: int | None,
    offset: int,
) -> pd.DataFrame:
    del snapshot, folder
    return engine().records(dataset, filters, order, descending, limit, offset)


@kept(2000)
def _count(snapshot: str, folder: str, dataset: str, filters: Filters) -> int:
    del snapshot, folder
    return engine().count(dataset, filters)


@kept(2000)
def _idle(snapshot: str, folder: str, dataset: str, filters: Filters) -> frozenset[str]:
    del snapshot, folder
    return engine().idle(dataset, filters)


@kept(8)
def _first_year(snapshot: str, folder: str) -> int:
    del snapshot, folder
    for names in (("deals", "projects", "expo_editions"), tuple(RECORDS)):
        days = [day for name in names if (day := _first(name))]
        if days:
            return min(days).year
    return complete_until().year


def _first(dataset: str) -> date | None:
    """First day of a dataset; None where it cannot be read, which its own page tells."""
    found = DATASETS[dataset]
    if not (found.time or found.opened):
        return None
    try:
        return engine().first_day(dataset)
    except DataError:
        return None


@kept(4)
def _engine(chosen: Pin) -> Engine:
    return Engine(
        Path(chosen.folder),
        home=HOME,
        snapshot=chosen.snapshot,
        series=chosen.series,
        cluster=named_cluster(),
    )


@kept(4)
def _labels(snapshot: str, folder: str) -> Labels:
    del snapshot, folder
    return Labels(engine())


@kept(4)
def _allowed(snapshot: str, folder: str) -> dict[str, frozenset[Any]]:
    del snapshot, folder
    return allowed_codes(engine())


@kept_frames(2000)
def _ask(
    snapshot: str,
    folder: str,
    measures: tuple[str, ...],
    by: tuple[str, ...],
    filters: Filters,
    grain: str,
) -> pd.DataFrame:
    del snapshot, folder
    return engine().ask(measures, by, filters, grain)


@kept_frames(64)
def _answered(
    snapshot: str,
    folder: str,
    make: Callable[[Engine, Filters], pd.DataFrame],
    filters: Filters,
) -> pd.DataFrame:
    del snapshot, folder
    return make(engine(), filters)


@kept_frames(2000)
def _query(
    snapshot: str, folder: str, name: str, filters: Filters, values: tuple[tuple[str, Any], ...]
) -> pd.DataFrame:
    del snapshot, folder
    return engine().query(name, filters, **dict(values))
