"""Step three: what the check found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial

import pandas as pd
import streamlit as st

from analytics.formats import day, number
from analytics.records.forms import FORMS
from analytics.records.report import Report, SheetReport
from analytics.records.sentences import place
from analytics.records.types import Finding
from analytics.ui import data
from analytics.ui.intake.names import dataset_name, listed, sheet_name
from analytics.ui.intake.session import Job
from analytics.ui.intake.templates import XLSX
from analytics.ui.state import Viewing
from analytics.ui.words import plain

SHOWN = 100
"""Different findings that are listed."""
_TALL = 420
"""Pixels after which the list of findings scrolls."""
_NAMED = 5


def check(job: Job, still_open: Sequence[str], view: Viewing) -> None:
    """The button that checks, with what the user decides before it."""
    with st.expander(view.say("data.options")):
        _options(job, view)
    if job.trouble:
        st.error(plain(job.trouble.message(view.language)), icon=":material/error:")
    possible = bool(job.mappings) and not still_open
    button, told = st.columns((1, 3), vertical_alignment="center")
    with button:
        st.button(
            view.say("data.check"),
            key="w_check",
            on_click=job.ask,
            args=("check",),
            icon=":material/fact_check:",
            type="primary" if job.report is None else "secondary",
            disabled=not possible,
            width="stretch",
        )
    with told:
        if still_open:
            words = view.look.pick("；", "; ").join(still_open)
            st.markdown(f":orange[{plain(view.say('data.still_open', what=words))}]")
        elif job.report is None:
            st.caption(view.say("data.check_about"))
    if job.asked == "check" and not possible:
        job.asked = None
    if job.asked == "check":
        job.check(view)
        st.rerun()


def _options(job: Job, view: Viewing) -> None:
    """What a check takes into account beside the files."""
    removes = st.toggle(
        view.say("data.remove_missing"),
        value=job.work.options.remove_missing,
        key=f"w_remove_missing_{job.mark}",
        help=view.say("data.remove_missing_help"),
    )
    until = job.work.options.complete_until
    box, _ = st.columns((1, 2))
    with box:
        said = st.text_input(
            view.say("data.complete_until"),
            f"{until}" if until else "",
            key=f"w_complete_until_{job.mark}",
            placeholder="2025-06-30",
            help=view.say("data.complete_until_help"),
        ).strip()
    try:
        until = date.fromisoformat(said) if said else None
    except ValueError:
        st.caption(f":orange[{view.say('data.complete_until_bad')}]")
    job.options(remove_missing=removes, complete_until=until)


def report(job: Job, view: Viewing) -> None:
    """What the check found."""
    found = job.report
    if found is None:
        return
    st.subheader(view.say("data.result"), anchor=False)
    _verdict(job, found, view)
    _figures(found, view)
    for sheet in found.sheets:
        _sheet(sheet, view)
    _findings(job, found, view)
    _organisations(found, view)


def _verdict(job: Job, found: Report, view: Viewing) -> None:
    """Whether it can be published, and what to do where it cannot."""
    if found.obstacle == "no_rows":
        st.info(view.say("data.no_rows"), icon=":material/info:")
        return
    if not found.errors:
        key = "data.all_usable" if would_publish(job, found) else "data.no_change"
        st.success(
            view.say(key, count=number(found.accepted, 0, view.language)),
            icon=":material/check_circle:",
        )
        return
    refused = number(found.refused, 0, view.language)
    key = "data.some_refused" if found.refused else "data.sheet_refused"
    st.warning(view.say(key, count=refused), icon=":material/assignment_return:")
    if found.refused:
        refused_file(job, view)


def would_publish(job: Job, found: Report) -> bool:
    """Whether publishing would do anything: change a record, or put the records back."""
    if not found.accepted:
        return False
    serves_none = data.engine().snapshot.kind != "records"
    return found.changes_something or serves_none or bool(job.work.options.complete_until)


def refused_file(job: Job, view: Viewing) -> None:
    """The refused rows as a workbook to be mended."""
    st.download_button(
        view.say("data.refused_file"),
        data=partial(job.refused, view.language),
        file_name=f"{view.say('data.refused_name')}.xlsx",
        mime=XLSX,
        icon=":material/download:",
        on_click="ignore",
        key="w_refused",
    )


def _figures(found: Report, view: Viewing) -> None:
    """How many records, and what would happen to what stands."""
    figures = {
        "read": sum(sheet.rows for sheet in found.sheets),
        "accepted": found.accepted,
        "refused": found.refused,
    }
    left, right = st.columns((1, 1.6))
    with left, st.container(horizontal=True, key="import-figures"):
        for name, value in figures.items():
            st.metric(view.say(f"data.{name}"), number(value, 0, view.language), border=True)
    if not found.changes:
        return
    with right:
        st.dataframe(
            pd.DataFrame(
                {
                    view.say("data.column_dataset"): dataset_name(name, view),
                    view.say("data.added"): change.added,
                    view.say("data.altered"): change.changed,
                    view.say("data.same"): change.same,
                    view.say("data.gone"): change.gone,
                    view.say("data.column_until"): day(until, view.language) if until else None,
                }
                for name, change in found.changes.items()
                for until in [found.complete_until.get(name)]
            ),
            hide_index=True,
            placeholder="—",
            height="content",
            alt=view.say("data.result"),
        )


def _sheet(sheet: SheetReport, view: Viewing) -> None:
    """The totals to compare with the sheet's own, and rows that are no records."""
    lines = [
        view.say(
            "data.control",
            name=view.look.pick(field.zh, field.en),
            total=f"**{_total(total, view.language)}**",
        )
        for name, total in sheet.totals.items()
        for field in [FORMS[sheet.dataset].field(name)]
    ]
    reasons = [
        f"{view.say(f'data.left_{reason}')} {number(count, 0, view.language)}"
        for reason, count in sheet.left_out.items()
        if reason not in ("header", "blank")
    ]
    if reasons:
        lines.append(view.say("data.rows_left_out", rows=listed(reasons, view)))
    if lines:
        name = plain(sheet_name(sheet.file, sheet.sheet))
        st.markdown(f":gray[{name}]  \n" + "  \n".join(lines))


def _total(cny: Decimal, language: str) -> str:
    """A total to the last digit, as a sheet prints it: 70,750.00 万元."""
    if language == "zh":
        return f"{cny / 10_000:,.2f} 万元"
    return f"CNY {cny:,.2f}"


def _findings(job: Job, found: Report, view: Viewing) -> None:
    """The findings, those alike together, errors first."""
    total = sum(found.counts.values())
    if not total:
        return
    shown = job.problems(SHOWN)
    alone = len(found.sheets) == 1
    title = "data.findings" if any(item.severity != "note" for item, _ in shown) else "data.notes"
    st.markdown(f"**{view.say(title)}**")
    table = pd.DataFrame([_line(item, times, alone, view) for item, times in shown])
    with st.container(key="findings", height=_TALL if len(shown) > 12 else "content"):
        st.table(table, border="horizontal", hide_index=True, alt=view.say("data.findings"))
    if len(shown) == SHOWN:
        told = sum(times for _, times in shown)
        if told < total:
            counts = {
                "shown": number(told, 0, view.language),
                "count": number(total, 0, view.language),
            }
            st.caption(view.say("data.more_findings", **counts))


def _line(item: Finding, times: int, alone: bool, view: Viewing) -> dict[str, str]:
    where = place(replace(item, file="", sheet="") if alone else item, view.language)
    if times > 1:
        count = number(times, 0, view.language)
        where = view.say("data.place_times", place=where, count=count)
    kind = view.say(f"data.severity_{item.severity}")
    return {
        view.say("data.column_severity"): f":orange[{kind}]" if item.severity == "error" else kind,
        view.say("data.column_place"): plain(where),
        view.say("data.column_value"): plain(item.value),
        view.say("data.column_finding"): plain(item.sentence(view.language)),
    }


def _organisations(found: Report, view: Viewing) -> None:
    if found.creates:
        names = plain(listed(found.created[:_NAMED], view))
        key = "data.new_organisations" if found.creates > _NAMED else "data.new_organisations_all"
        count = number(found.creates, 0, view.language)
        st.caption(view.say(key, count=count, names=names))
    if found.alike:
        with st.expander(view.say("data.near", count=len(found.alike)), icon=":material/group:"):
            st.dataframe(
                pd.DataFrame([(pair.name, pair.other) for pair in found.alike]).set_axis(
                    [view.say("data.column_new"), view.say("data.column_like")], axis=1
                ),
                hide_index=True,
                alt=view.say("data.near", count=len(found.alike)),
            )
