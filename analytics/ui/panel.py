"""The frame in which every chart lives: title, chart or table, notes, downloads, click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pydeck as pdk
import streamlit as st

from analytics import periods
from analytics.exports.tables import Field, to_csv, to_xlsx
from analytics.formats import money_scale
from analytics.look import Look
from analytics.model import MEASURES
from analytics.panels.types import Panel, labelled
from analytics.ui import data, state
from analytics.ui.files import fields_of, file_name, marks_of
from analytics.ui.geometry import register
from analytics.ui.page import chips, told
from analytics.ui.state import Viewing

_MOVED = "panel-moved-the-link"


def panel(declared: Panel, view: Viewing, leads: str = "") -> None:
    """Draw a panel; what goes wrong inside it leaves the others standing.

    Args:
        declared: The panel.
        view: What is shown.
        leads: Page that a link under the chart opens, with the filters kept.
    """
    with st.container(border=True, height="stretch", key=f"panel-{declared.key}"):
        if st.session_state.get(_playing(declared)):
            _moving_body(declared, view)
        else:
            _body(declared, view)
        if leads:
            st.page_link(
                f"pages/{leads}.py",
                label=view.say("page.leads", page=view.say(f"{leads}.nav")),
                icon=":material/arrow_forward:",
                query_params=state.link_parameters(view),
            )


def row(view: Viewing, declared: Sequence[Panel], widths: Sequence[float] = (1, 1)) -> None:
    """Draw panels side by side, equally high."""
    for place, item in zip(st.columns(widths), declared, strict=True):
        with place:
            panel(item, view)


@st.fragment
def _body(declared: Panel, view: Viewing) -> None:
    _content(declared, view)


@st.fragment(run_every=1.0)
def _moving_body(declared: Panel, view: Viewing) -> None:
    _content(declared, view)


def _content(declared: Panel, view: Viewing) -> None:
    if st.session_state.pop(_MOVED, False):
        st.rerun()  # a click in this fragment changed the link, so all of the page is to change
    chosen = _chosen(declared)
    with told(view):
        _head(declared, chosen, view)
        frame = data.answer(chosen, view.filters)
        if frame.empty or not _has_values(frame, chosen):
            _empty(chosen, view)
        elif _shows_table(declared):
            _table(chosen, frame, view)
        else:
            _chart(declared, chosen, frame, view)


def _flag(declared: Panel) -> str:
    return f"table-{declared.name}"


def _shows_table(declared: Panel) -> bool:
    return bool(st.session_state.get(_flag(declared), declared.table_first))


def _chosen(declared: Panel) -> Panel:
    """The variant that is on."""
    name = st.session_state.get(f"variant-{declared.name}")
    return next(
        (item for item in declared.variants if item.variant == name),
        declared.variants[0] if declared.variants else declared,
    )


def _head(declared: Panel, chosen: Panel, view: Viewing) -> None:
    is_demo = data.engine().snapshot.is_demonstration and not chosen.published
    badge = f" :gray-badge[{view.say('page.demo_short')}]" if is_demo else ""
    with st.container(horizontal=True, wrap=False, gap="xsmall", key=f"head-{declared.key}"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{view.say(declared.name)}**{badge}")
            st.markdown(f":small[:gray[{view.say(f'{declared.name}_sub')}]]")
        _switch(declared, view)
        _about(chosen, view)
        _downloads(declared, chosen, view)
    if declared.variants and not chosen.playback:
        _variants(declared, view)


def _switch(declared: Panel, view: Viewing) -> None:
    flag = _flag(declared)
    is_table = _shows_table(declared)

    def flip() -> None:
        st.session_state[flag] = not is_table

    st.button(
        "",
        key=f"i-table-{declared.key}",
        type="tertiary",
        on_click=flip,
        icon=":material/bar_chart:" if is_table else ":material/table_rows:",
        help=view.say("page.chart" if is_table else "page.table"),
    )


def _variants(declared: Panel, view: Viewing) -> None:
    names = [item.variant for item in declared.variants]
    st.segmented_control(
        view.say("page.variant"),
        names,
        key=f"variant-{declared.name}",
        default=names[0],
        required=True,
        label_visibility="collapsed",
        format_func=lambda name: view.say(f"{declared.page}.variant_{name}"),
    )


def _about(chosen: Panel, view: Viewing) -> None:
    about = st.popover(
        "",
        icon=":material/info:",
        type="tertiary",
        key=f"i-about-{chosen.key}",
        help=view.say("page.about"),
        on_change="rerun",
    )
    if not about.open:
        return
    marks = marks_of(chosen, view)
    with about:
        for name, definition in marks.definitions:
            st.markdown(f"**{name}**  \n{definition}" if name else definition)
        st.markdown(f"**{view.say('page.source')}**  \n" + "  \n".join(marks.sources))
        st.markdown(f"**{view.say('page.query')}**")
        for statement in chosen.statements(data.engine(), view.filters):
            st.code(statement.sql, language="sql", wrap_lines=True)
            if statement.values:
                st.markdown(f":small[{_values(statement.values)}]")


def _values(values: dict[str, Any]) -> str:
    return " · ".join(f"`${name} = {value}`" for name, value in values.items())


def _downloads(declared: Panel, chosen: Panel, view: Viewing) -> None:
    with st.popover(
        "",
        icon=":material/download:",
        type="tertiary",
        help=view.say("page.download"),
        key=f"i-download-{declared.key}",
    ):
        for kind, mime in (
            ("csv", "text/csv"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ):
            st.download_button(
                view.say(f"page.{kind}"),
                data=lambda kind=kind: file_of(chosen, view, kind),
                file_name=file_name(chosen, view, kind),
                mime=mime,
                on_click="ignore",
                type="tertiary",
                icon=":material/table:",
                key=f"{kind}-{chosen.key}",
            )
        if chosen.height and not _is_map(chosen):
            title = view.say(declared.name)
            st.markdown(
                f"[:material/image: {view.say('page.png')}](#png-{declared.key})", help=title
            )


def file_of(chosen: Panel, view: Viewing, kind: str) -> bytes:
    """The file that a panel's button produces: exactly what the chart was drawn from."""
    frame = labelled(data.answer(chosen, view.filters), chosen, data.labels(), view.look)
    make = to_csv if kind == "csv" else to_xlsx
    return make(frame, fields_of(frame, chosen, view), marks_of(chosen, view), view.language)


def _is_map(chosen: Panel) -> bool:
    """Whether it is drawn by deck.gl, whose canvas cannot be saved as a picture."""
    return chosen.foot is not None


def _has_values(frame: pd.DataFrame, chosen: Panel) -> bool:
    names = [name for name in chosen.measures if name in frame]
    if not names:
        return True
    known = frame[names].astype(float)
    additive = all(MEASURES[name].additive for name in names)
    return bool(known.notna().any().any()) and not (additive and not known.fillna(0).any().any())


def _empty(chosen: Panel, view: Viewing) -> None:
    labels = [label for _, _, label in chips(view.filters, view.language)]
    words = view.look.pick("、", ", ").join([view.say("page.period"), *labels])
    with st.container(height=chosen.height, border=False, vertical_alignment="center"):
        st.markdown(f":gray[:material/filter_alt_off: {view.say('page.empty', filters=words)}]")


def _playing(declared: Panel) -> str:
    return f"playing-{declared.name}"


def _play(declared: Panel, chosen: Panel, frame: pd.DataFrame, view: Viewing) -> Any:
    """Variants, play button and slider of a playback; gives the frame that is on.

    While it plays, each run moves one frame on; the last one stops it with a full run, which makes
    the fragment anew, without its clock.
    """
    assert chosen.playback, "only playbacks play"
    frames = sorted(frame[chosen.playback.column].unique().tolist())
    flag, slider = _playing(declared), f"frame-{declared.name}"
    is_playing = bool(st.session_state.get(flag))
    held = st.session_state.get(slider)
    index = frames.index(held) if held in frames else len(frames) - 1
    if is_playing:
        index = 0 if st.session_state.pop(f"{flag}-first", False) else index + 1
    if index >= len(frames):
        st.session_state[flag] = False
        st.rerun()

    def flip() -> None:
        st.session_state[flag] = not is_playing
        st.session_state[f"{flag}-first"] = not is_playing and index == len(frames) - 1
        st.session_state[_MOVED] = True

    place = st.container(horizontal=True, vertical_alignment="center", key=f"play-{declared.key}")
    with place:
        if declared.variants:
            _variants(declared, view)
        if len(frames) < 2:
            return frames[-1]
        st.button(
            "",
            key=f"i-play-{declared.key}",
            type="tertiary",
            icon=":material/pause:" if is_playing else ":material/play_arrow:",
            on_click=flip,
            help=view.say("page.pause" if is_playing else "page.play"),
        )
        st.session_state[slider] = frames[index]
        return st.select_slider(  # of the frames there are, since years may lack
            view.say("page.year_shown"),
            frames,
            key=slider,
            label_visibility="collapsed",
        )


@dataclass(frozen=True)
class Drawing:
    """A panel as drawn once: figure or deck, its sentence, and what the deck fetches."""

    drawn: Any
    alt: str
    says: str = ""
    documents: tuple[bytes, ...] = ()


def _identity(chosen: Panel, view: Viewing, at: Any) -> str:
    """All that a drawing depends on, as text: snapshot, question, filters, look, frame."""
    engine = data.engine()
    parts = (
        engine.snapshot.id,
        engine.folder,
        chosen.key,
        sorted(chosen.values.items()),
        chosen.about,
        chosen.selection(view.filters),
        view.look,
        at,
    )
    return repr(parts)


@st.cache_resource(max_entries=600, show_spinner=False)
def _drawing(identity: str, _chosen: Panel, _frame: pd.DataFrame, _look: Look, _at: Any) -> Drawing:
    """A drawing, kept as long as nothing it depends on changes; nobody may change it."""
    del identity
    named = labelled(_frame, _chosen, data.labels(), _look)
    documents = tuple(_chosen.documents(named)) if _chosen.documents else ()
    alt = _chosen.alt(named, _look)
    if _chosen.playback:
        playback = _chosen.playback
        says = playback.says(named, _look, _at) if playback.says else ""
        return Drawing(playback.draw(named, _look, _at), alt, says, documents)
    return Drawing(_chosen.draw(named, _look), alt, "", documents)


def _chart(declared: Panel, chosen: Panel, frame: pd.DataFrame, view: Viewing) -> None:
    at = _play(declared, chosen, frame, view) if chosen.playback else None
    drawing = _drawing(_identity(chosen, view, at), chosen, frame, view.look, at)
    for document in drawing.documents:
        register(document)
    if drawing.says:
        st.markdown(drawing.says)
    drawn, alt = drawing.drawn, drawing.alt
    key = f"chart-{chosen.key}-{view.language}-{abs(hash(view.filters)):x}"
    if isinstance(drawn, pdk.Deck):
        _deck(chosen, drawn, alt, view)
        return
    assert isinstance(drawn, go.Figure), "a panel draws a plotly figure or a deck"
    options: dict[str, Any] = {}
    if chosen.click:
        options = {"on_select": lambda: _clicked(chosen, key), "selection_mode": "points"}
    place = (
        st.grid(1, min_column_width=chosen.scrolls, wrap=False, key=f"wide-{chosen.key}")
        if chosen.scrolls and view.look.narrow
        else st.container()
    )
    place.plotly_chart(
        drawn,
        theme=None,
        key=key,
        alt=alt,
        height=_height(chosen, view),
        config={"displayModeBar": False, "scrollZoom": False},
        **options,
    )


def _height(chosen: Panel, view: Viewing) -> int:
    return (chosen.narrow_height if view.look.narrow else 0) or chosen.height


def _deck(chosen: Panel, drawn: pdk.Deck, alt: str, view: Viewing) -> None:
    key = f"map-{chosen.key}"
    if chosen.click and chosen.click.field == "regions":
        # A map that is made anew shows the filter and no longer fades all but the place clicked.
        key = "-".join((key, *view.filters.regions))
    options: dict[str, Any] = {}
    if chosen.click:
        options = {"on_select": lambda: _picked(chosen, key)}
    st.pydeck_chart(drawn, height=_height(chosen, view), key=key, alt=alt, **options)
    if chosen.foot:
        st.markdown(f":small[{chosen.foot(view.look)}]")


def _clicked(chosen: Panel, key: str) -> None:
    points = st.session_state[key].selection.points
    custom = points[0].get("customdata") if points else None
    if custom and len(custom) > 1 and custom[1] is not None:
        _filter(chosen, custom[1])


def _picked(chosen: Panel, key: str) -> None:
    picked = st.session_state[key].selection.objects
    for objects in picked.values():
        for item in objects:
            code = item.get("key") or item.get("properties", {}).get("adcode")
            if code:
                _filter(chosen, str(code))
                return
    if chosen.click and chosen.click.field.startswith("own:"):
        _filter(chosen, "")  # the place was let go


def _filter(chosen: Panel, code: Any) -> None:
    assert chosen.click, "only clickable panels filter"
    st.session_state[_MOVED] = True
    field = chosen.click.field
    if field == "period":
        state.show(since=periods.first_day(code), until=periods.last_day(code))
    elif field.startswith("own:"):
        state.show_own(**{field.removeprefix("own:"): str(code)})
    else:
        state.toggle(field, int(code) if field == "editions" else str(code))


def _table(chosen: Panel, frame: pd.DataFrame, view: Viewing) -> None:
    named = labelled(frame, chosen, data.labels(), view.look)
    fields = fields_of(named, chosen, view, on_screen=True)
    table, config = displayed(named, fields, view)
    height = chosen.height - (44 if chosen.variants else 0)
    st.dataframe(
        table,
        column_config=config,
        hide_index=True,
        height=height,
        placeholder="—",
        alt=view.say(chosen.name),
    )


def displayed(
    frame: pd.DataFrame, fields: Sequence[Field], view: Viewing
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """A frame as it is read on screen: scaled amounts, percentages, names instead of codes."""
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
    return table, config
