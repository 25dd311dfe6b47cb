"""Step four: publishing, and where to look then."""

from __future__ import annotations

import streamlit as st

from analytics.ui import state
from analytics.ui.intake import session
from analytics.ui.intake.names import listed
from analytics.ui.intake.reporting import refused_file, would_publish
from analytics.ui.intake.session import Job
from analytics.ui.state import Viewing
from analytics.ui.words import plain

OPERATOR = "import_operator"
"""Who publishes or switches, kept as long as the session."""
_PAGES = {
    "deals": "deals",
    "events": "deals",
    "expo_editions": "expos",
    "expo_exhibits": "expos",
    "projects": "pipeline",
    "stage_events": "pipeline",
    "workstations": "workstations",
    "workstation_returns": "workstations",
    "bases": "bases",
    "base_returns": "bases",
    "tech_market": "market",
}
"""Where imported records are first looked for."""


def publish(job: Job, view: Viewing) -> None:
    """Who publishes, under which name the mapping is kept, and the button."""
    found = job.report
    if found is None or not (found.errors or would_publish(job, found)):
        return
    st.subheader(view.say("data.publish"), anchor=False)
    if found.first_real:
        st.info(view.say("data.first_real"), icon=":material/info:")
    accepts = False
    if found.refused and found.accepted:
        accepts = st.toggle(
            view.say("data.accept_valid"),
            value=job.work.options.accept_valid,
            key=f"w_accept_valid_{job.mark}",
        )
    name, who, button = st.columns(3, vertical_alignment="bottom")
    with name:
        kept = st.text_input(
            view.say("data.save_mapping"),
            key=f"w_save_mapping_{job.mark}",
            placeholder=view.say("data.save_mapping_none"),
            help=view.say("data.save_mapping_help"),
        ).strip()
    with who:
        operator = st.text_input(
            view.say("data.operator"), str(st.session_state.get(OPERATOR, "")), key="w_operator"
        ).strip()
    st.session_state[OPERATOR] = operator
    job.decide(accept_valid=accepts, operator=operator)
    possible = found.accepted > 0 and (accepts or not found.errors)
    with button:
        st.button(
            view.say("data.publish"),
            key="w_publish",
            on_click=job.ask,
            args=("publish",),
            type="primary",
            icon=":material/publish:",
            disabled=not possible,
            width="stretch",
        )
    if not possible:
        reason = "rows_refused" if found.accepted else "nothing_accepted"
        st.caption(view.say(f"data.cannot_{reason}"))
    if job.asked == "publish":
        if not possible:
            job.asked = None
            return
        job.publish(view, kept)
        st.rerun()


def published(job: Job, view: Viewing) -> None:
    """What was published, where to look at it, and on to the next file."""
    done = job.published
    assert done, "there is something to tell"
    if done.snapshots:
        ids = listed([info.id for info in done.snapshots], view)
        st.success(view.say("data.published", snapshot=ids), icon=":material/check_circle:")
    else:
        st.success(view.say("data.nothing_changed"), icon=":material/check_circle:")
    if job.kept:
        st.caption(plain(view.say("data.mapping_kept", names=listed(job.kept, view))))
    if job.trouble:
        st.warning(plain(job.trouble.message(view.language)), icon=":material/warning:")
    if job.report and job.report.refused:
        count = job.report.refused
        st.warning(view.say("data.left_behind", count=count), icon=":material/assignment_return:")
        refused_file(job, view)
    pages = dict.fromkeys(_PAGES[name] for name in done.changes if name in _PAGES)
    with st.container(horizontal=True, vertical_alignment="center", key="import-next"):
        for page in pages if done.snapshots else ():
            st.page_link(
                f"pages/{page}.py",
                label=view.say("data.open_page", page=view.say(f"{page}.nav")),
                icon=":material/arrow_forward:",
                query_params=state.link_parameters(view),
            )
        st.button(
            view.say("data.next_file"),
            key="w_next",
            icon=":material/upload_file:",
            on_click=session.anew,
        )
