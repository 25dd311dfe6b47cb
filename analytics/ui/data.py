"""Answers for the screen: one engine per snapshot, and a cache whose key holds the snapshot."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from analytics.engine import Engine
from analytics.errors import DataError
from analytics.filters import Filters
from analytics.labels import Labels, allowed_codes
from analytics.panels.types import Panel

HOME = Path(__file__).parents[2] / "data"


def data_folder() -> Path:
    """Folder of the records: `TRANSFERSCOPE_DATA`, or the one that ships."""
    return Path(os.environ.get("TRANSFERSCOPE_DATA") or HOME)


def engine() -> Engine:
    """The engine over the snapshot that is served now; a new snapshot makes a new engine."""
    folder = data_folder()
    manifest = folder / "demo" / "manifest.json"
    stamp = manifest.stat().st_mtime_ns if manifest.exists() else 0
    return _engine(str(folder), stamp)


def labels() -> Labels:
    """Names of codes for the engine that is served now."""
    current = engine()
    return _labels(current.snapshot.id, str(current.folder))


def allowed() -> dict[str, frozenset[Any]]:
    """Codes that may stand in a link, by field."""
    current = engine()
    return _allowed(current.snapshot.id, str(current.folder))


def ask(
    measures: tuple[str, ...],
    by: tuple[str, ...] = (),
    filters: Filters = Filters(),
    grain: str = "",
) -> pd.DataFrame:
    """`Engine.ask`, cached."""
    return _ask(engine().snapshot.id, str(data_folder()), measures, by, filters, grain)


def query(name: str, filters: Filters = Filters(), **values: Any) -> pd.DataFrame:
    """`Engine.query`, cached."""
    fixed = tuple(sorted(values.items()))
    return _query(engine().snapshot.id, str(data_folder()), name, filters, fixed)


def answer(panel: Panel, filters: Filters) -> pd.DataFrame:
    """A panel's answer, cached by what it really asks."""
    chosen = panel.selection(filters)
    if panel.answer:
        made_by = f"{panel.answer.__module__}.{panel.answer.__qualname__}"
        return _answered(engine().snapshot.id, str(data_folder()), made_by, chosen, panel)
    if panel.query:
        return query(panel.query, chosen, **panel.values)
    return ask(panel.measures, panel.by, chosen, panel.grain)


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
        engine().snapshot.id, str(data_folder()), dataset, filters, order, descending, limit, offset
    )


def count(dataset: str, filters: Filters) -> int:
    """`Engine.count`, cached."""
    return _count(engine().snapshot.id, str(data_folder()), dataset, filters)


def complete_until(dataset: str = "deals") -> date:
    """Last day up to which a dataset is complete; the end of 2024 where nothing says so."""
    return engine().complete_until((dataset,)) or date(2024, 12, 31)


def first_year() -> int:
    """Year in which the records begin."""
    return _first_year(engine().snapshot.id, str(data_folder()))


@st.cache_data(max_entries=500, show_spinner=False)
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


@st.cache_data(max_entries=2000, show_spinner=False)
def _count(snapshot: str, folder: str, dataset: str, filters: Filters) -> int:
    del snapshot, folder
    return engine().count(dataset, filters)


@st.cache_data(max_entries=8, show_spinner=False)
def _first_year(snapshot: str, folder: str) -> int:
    del snapshot, folder
    return min(
        (first.year for name in ("deals", "projects", "expo_editions") if (first := _first(name))),
        default=complete_until().year,
    )


def _first(dataset: str) -> date | None:
    """First day of a dataset; None where it cannot be read, which its own page tells."""
    try:
        return engine().first_day(dataset)
    except DataError:
        return None


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(folder: str, stamp: int) -> Engine:
    del stamp
    return Engine(Path(folder), home=HOME)


@st.cache_resource(max_entries=4, show_spinner=False)
def _labels(snapshot: str, folder: str) -> Labels:
    del snapshot, folder
    return Labels(engine())


@st.cache_resource(max_entries=4, show_spinner=False)
def _allowed(snapshot: str, folder: str) -> dict[str, frozenset[Any]]:
    del snapshot, folder
    return allowed_codes(engine())


@st.cache_data(max_entries=2000, show_spinner=False)
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


@st.cache_data(max_entries=64, show_spinner=False)
def _answered(
    snapshot: str, folder: str, made_by: str, filters: Filters, _panel: Panel
) -> pd.DataFrame:
    del snapshot, folder, made_by
    return _panel.ask(engine(), filters)


@st.cache_data(max_entries=2000, show_spinner=False)
def _query(
    snapshot: str, folder: str, name: str, filters: Filters, values: tuple[tuple[str, Any], ...]
) -> pd.DataFrame:
    del snapshot, folder
    return engine().query(name, filters, **dict(values))
