"""Frames as they are read on screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from analytics.exports.tables import Field
from analytics.formats import money_scale
from analytics.panels.types import Panel, labelled
from analytics.ui import data
from analytics.ui.files import fields_of
from analytics.ui.memory import kept
from analytics.ui.state import Viewing

ROWS = 60
"""Rows on a page of a long table: all 2,000 stalled projects would be more than all the charts."""


def show_table(chosen: Panel, frame: pd.DataFrame, view: Viewing) -> None:
    """The panel's answer as a table, in place of the chart; a long one a page at a time."""
    table, config = _table(chosen, frame, view)
    height = chosen.height - (44 if chosen.variants else 0)
    place, first, pages = st.container(), 0, -(-len(table) // ROWS)
    if pages > 1:
        key = f"page-{chosen.key}-{abs(hash(chosen.selection(view.filters))):x}"
        first = (st.pagination(pages, key=key) - 1) * ROWS
        height -= 48
    place.dataframe(
        table.slice(first, ROWS),
        column_config=config,
        hide_index=True,
        height=height,
        placeholder="—",
        alt=view.say(chosen.name),
    )


@kept(300, key=lambda chosen, frame, view: data.identity(chosen, view.filters, view.look))
def _table(chosen: Panel, frame: pd.DataFrame, view: Viewing) -> tuple[pa.Table, dict[str, Any]]:
    named = labelled(frame, chosen, data.labels(), view.look)
    return displayed(named, fields_of(named, chosen, view, on_screen=True), view)


def displayed(
    frame: pd.DataFrame, fields: Sequence[Field], view: Viewing
) -> tuple[pa.Table, dict[str, Any]]:
    """A frame as it is read on screen: scaled amounts, percentages, names instead of codes.

    As Arrow, which is what the browser is sent: a table that is kept is not converted each time.
    """
    table = pd.DataFrame(index=frame.index)
    config: dict[str, Any] = {}
    for item in fields:
        column = frame[item.column]
        header = item.header
        if item.unit == "cny":
            scale = money_scale(float(column.abs().max() or 0), view.language)
            column = column / scale.divisor
            header = (
                f"{item.header} ({scale.unit})"
                if view.language == "en"
                else f"{item.header}（{scale.unit}）"
            )
            config[header] = st.column_config.NumberColumn(format="%.2f")
        elif item.unit == "share":
            config[header] = st.column_config.NumberColumn(format="percent")
        elif item.unit in ("count", "people", "days"):
            config[header] = st.column_config.NumberColumn(format="localized")
        elif item.unit in ("per_unit", "ratio"):
            config[header] = st.column_config.NumberColumn(format="%.3f")
        elif isinstance(column.dtype, pd.DatetimeTZDtype) or column.dtype.kind == "M":
            config[header] = st.column_config.DateColumn(format="YYYY-MM-DD")
        table[header] = column
    return pa.Table.from_pandas(table, preserve_index=False), config
