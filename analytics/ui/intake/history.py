"""What is served, every snapshot before it, what each changed, and the way back."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import streamlit as st

from analytics.errors import TransferScopeError
from analytics.formats import day, number, written
from analytics.records.store import Change, Difference, SnapshotInfo, Store
from analytics.snapshot import DEMO, EMPTY, has_demonstration
from analytics.ui import data
from analytics.ui.intake.names import dataset_name
from analytics.ui.intake.publishing import OPERATOR
from analytics.ui.page import told
from analytics.ui.state import Viewing
from analytics.ui.words import plain

_FAILED = "use_failed"
SHOWN = 20
"""Snapshots that are listed."""


def served(view: Viewing) -> None:
    """One line and a table: which records the dashboard shows now."""
    snapshot = data.engine().snapshot
    st.markdown(view.say(f"data.served_{snapshot.kind}", snapshot=snapshot.id))
    if snapshot.kind == EMPTY:
        return
    rows = [
        {
            view.say("data.column_dataset"): dataset_name(name, view),
            view.say("data.column_rows"): rows,
            view.say("data.column_until"): day(until, view.language) if until else None,
        }
        for name, rows in snapshot.rows.items()
        for until in [snapshot.complete_until.get(name)]
    ]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content",
        placeholder="—",
        alt=view.say("data.served"),
        column_config={
            view.say("data.column_rows"): st.column_config.NumberColumn(format="localized")
        },
    )


def history(view: Viewing, may_change: bool) -> None:
    """The snapshots, newest first; each can be compared with its parent and served again."""
    store = Store.of_records(data.data_folder())
    with told(view):
        if failed := st.session_state.pop(_FAILED, None):
            raise failed
    with told(view):
        snapshots = store.list()
        if not snapshots:
            st.info(view.say("data.no_history"), icon=":material/history:")
            return
        known = {info.id for info in snapshots}
        for info in snapshots[:SHOWN]:
            _snapshot(store, info, view, may_change, info.parent in known)
        if may_change and store.current():
            _switch(store, DEMO, view.say(f"data.use_{_without()}"), view)
        elif may_change:
            st.caption(view.say(f"data.{_without()}_in_use"))


def _without() -> str:
    """What is shown without an import: the demonstration, or nothing where there is none."""
    return "demo" if has_demonstration(data.data_folder()) else "nothing"


def _snapshot(
    store: Store, info: SnapshotInfo, view: Viewing, may_change: bool, has_parent: bool
) -> None:
    with st.container(border=True, key=f"snapshot-{info.id}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            mark = f" :blue-badge[{view.say('data.current')}]" if info.is_current else ""
            st.markdown(f"**{_when(info.made_at, view)}**{mark}", width="stretch")
            if has_parent and not info.fault:
                _compare(store, info, view)
            if may_change and not info.is_current and not info.fault:
                _switch(store, info.id, view.say("data.use"), view)
        if info.fault:
            st.error(view.say("data.damaged"), icon=":material/error:")
            return
        told_of = [info.operator, *(source.name for source in info.sources)]
        st.caption(plain(" · ".join([info.id, *filter(None, told_of)])))
        changes = [
            _change(dataset_name(name, view), found.change, view)
            for name, found in info.datasets.items()
            if found.change
        ]
        if changes:
            st.markdown("  \n".join(changes))


def _change(dataset: str, change: Change, view: Viewing) -> str:
    """What an import did to a dataset; what it did not do is not said."""
    counts = {"added": change.added, "altered": change.changed, "gone": change.gone}
    said = [
        f"{view.say(f'data.{name}')} {number(count, 0, view.language)}"
        for name, count in counts.items()
        if count
    ]
    words = view.look.pick("，", ", ").join(said) or view.say("data.same")
    return view.say("data.changed", dataset=dataset, changes=words)


def _compare(store: Store, info: SnapshotInfo, view: Viewing) -> None:
    """A popover: what differs from the parent, row by row counted, with the totals."""
    place = st.popover(
        view.say("data.compare"), type="tertiary", on_change="rerun", key=f"w_diff_{info.id}"
    )
    if not place.open:
        return
    with place:
        st.markdown(f"**{view.say('data.compare_parent')}**")
        with told(view):
            differences = store.diff(info.parent or "", info.id)
            st.dataframe(
                pd.DataFrame([_line(found, view) for found in differences]),
                hide_index=True,
                width=640,
                placeholder="—",
                alt=view.say("data.compare_parent"),
            )


def _line(found: Difference, view: Viewing) -> dict[str, object]:
    return {
        view.say("data.column_dataset"): dataset_name(found.dataset, view),
        view.say("data.added"): found.added,
        view.say("data.altered"): found.changed,
        view.say("data.same"): found.same,
        view.say("data.gone"): found.gone,
        view.say("data.total_before"): _total(found.before, view),
        view.say("data.total_after"): _total(found.after, view),
    }


def _total(value: object, view: Viewing) -> str | None:
    return None if value is None else written(float(str(value)), "cny", view.language)


def _switch(store: Store, snapshot: str, label: str, view: Viewing) -> None:
    """A button that asks once more before another snapshot is served."""
    with st.popover(label, type="tertiary", icon=":material/settings_backup_restore:"):
        name = view.say(f"data.name_{_without()}") if snapshot == DEMO else snapshot
        st.markdown(view.say("data.use_sure", snapshot=name))
        st.button(
            view.say("data.use_yes"),
            key=f"w_use_{snapshot}",
            type="primary",
            on_click=_use,
            args=(store, snapshot),
        )


def _use(store: Store, snapshot: str) -> None:
    """Serve another snapshot before the page is drawn: a run that is replaced loses its clicks."""
    try:
        store.use(snapshot, st.session_state.get(OPERATOR, ""))
    except TransferScopeError as error:
        st.session_state[_FAILED] = error


def _when(moment: datetime, view: Viewing) -> str:
    local = moment.astimezone()
    return f"{day(local.date(), view.language)} {local:%H:%M}"
