"""What a panel's files say of themselves, and their columns."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

import pandas as pd

from analytics.exports.tables import Field, Marks
from analytics.formats import day
from analytics.model import MEASURES
from analytics.panels.types import Panel
from analytics.text import has_text
from analytics.ui import data, state
from analytics.ui.page import records_to, selection_words
from analytics.ui.state import Viewing


def fields_of(
    frame: pd.DataFrame, panel: Panel, view: Viewing, on_screen: bool = False
) -> list[Field]:
    """The columns of a panel's table or file, in the language of the screen.

    Args:
        frame: The answer with `<column>_name` beside each column of codes.
        panel: The panel.
        view: Language.
        on_screen: Show only names where there are codes, and leave units to the cells.
    """
    found: list[Field] = []
    for column in map(str, frame.columns):
        if column.removesuffix("_name") in frame.columns and column.endswith("_name"):
            continue
        output = panel.output(column)
        name = view.look.pick(output.zh, output.en)
        has_names = f"{column}_name" in frame.columns
        if has_names:
            found.append(Field(f"{column}_name", name))
        if on_screen:
            if not has_names and column not in _HIDDEN:
                found.append(Field(column, name, output.unit))
        elif has_names:
            found.append(Field(column, view.say("files.code_of", name=name)))
        else:
            found.append(Field(column, _with_unit(name, output.unit, view), output.unit))
    return found


_HIDDEN = ("from_lon", "from_lat", "to_lon", "to_lat", "lon", "lat")


def _with_unit(name: str, unit: str, view: Viewing) -> str:
    return view.say(f"files.unit_{unit}", name=name) if unit in ("cny", "share", "days") else name


def marks_of(panel: Panel, view: Viewing) -> Marks:
    """What a file made from a panel says of itself."""
    snapshot = data.engine().snapshot
    names = panel.measures or panel.definitions
    return Marks(
        title=view.say(panel.name),
        mark=_mark(panel, view),
        selection=selection_words(panel.selection(view.filters), view.language),
        snapshot="" if panel.published else snapshot.id,
        made_at=datetime.now().astimezone(),
        link=link(view),
        definitions=(*_definitions(names, view), *_note(panel, view)),
        sources=(_source(panel, view), *_series(panel, view)),
    )


def _definitions(names: tuple[str, ...], view: Viewing) -> list[tuple[str, str]]:
    measures = [MEASURES[name] for name in names]
    return [
        (view.look.pick(item.zh, item.en), view.look.pick(item.zh_definition, item.en_definition))
        for item in measures
    ]


def _note(panel: Panel, view: Viewing) -> list[tuple[str, str]]:
    own = f"{panel.name}_note"
    keys = (*((own,) if has_text(own) else ()), *panel.notes)
    return [
        (view.say(panel.name) if not index else "", view.say(key)) for index, key in enumerate(keys)
    ]


def link(view: Viewing) -> str:
    """The address of this very view."""
    return f"{view.address}?{urlencode(state.link_parameters(view))}"


def file_name(panel: Panel, view: Viewing, kind: str) -> str:
    """A file name that tells product, chart and period."""
    period = "-".join(part.isoformat() for part in (view.filters.since, view.filters.until) if part)
    return f"transferscope-{panel.key}-{period}.{kind}"


def _mark(panel: Panel, view: Viewing) -> str:
    if panel.published:
        return view.say("page.published")
    snapshot = data.engine().snapshot
    if snapshot.is_demonstration:
        return view.say("page.demonstration")
    return records_to(view)


def _source(panel: Panel, view: Viewing) -> str:
    if panel.published:
        return view.say(f"{panel.page}.source")
    snapshot = data.engine().snapshot
    if not snapshot.has_records:
        return view.say("page.records_none")
    complete = data.engine().complete_until(panel.datasets() or ("deals",))
    key = "source_demonstration" if snapshot.is_demonstration else "source_records"
    return view.say(
        f"page.{key}", snapshot=snapshot.id, day=day(complete, view.language) if complete else "—"
    )


def _series(panel: Panel, view: Viewing) -> tuple[str, ...]:
    """Where those figures of a published series come from that were imported."""
    engine = data.engine()
    # The records of a series have neither a measure nor a query; other published tables have one.
    reads = "tech_market" in panel.datasets() or not (panel.datasets() or panel.query)
    if not (panel.published and reads and engine.series and engine.series_source):
        return ()
    files = view.look.pick("、", ", ").join(engine.series_source)
    return (view.say("page.source_series", files=files, snapshot=engine.series.id),)
