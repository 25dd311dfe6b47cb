"""Step one: the files."""

from __future__ import annotations

import streamlit as st

from analytics.ui.intake import session
from analytics.ui.page import told
from analytics.ui.state import Viewing
from analytics.ui.words import plain

SUFFIXES = ["xlsx", "xlsm", "xls", "csv", "tsv", "txt", "parquet", "zip"]


def upload(view: Viewing) -> session.Job | None:
    """Take the files and read them; the job that is under way."""
    session.arrived()
    with st.container(key=f"upload-{view.language}"):
        files = st.file_uploader(
            view.say("data.files"),
            type=SUFFIXES,
            accept_multiple_files=True,
            key=f"w_files_{session.turn()}",
            help=view.say("data.files_help"),
            on_change=session.touched,
        )
    with told(view):
        before = session.job()
        job = session.opened(files, view)
        if job and job is not before:
            # Without the bar of the reading everything moves up by one, and what a user opened
            # meanwhile would be closed again.
            st.rerun()
        if job and not files:
            _kept(job, view)
        return job
    return None


def _kept(job: session.Job, view: Viewing) -> None:
    """The files that are still there after the user was on another page."""
    with st.container(horizontal=True, vertical_alignment="center", key="kept"):
        names = plain(view.look.pick("、", ", ").join(job.files))
        st.markdown(f":material/attach_file: {view.say('data.kept', files=names)}", width="content")
        st.button(
            view.say("data.discard"),
            key="w_discard",
            type="tertiary",
            icon=":material/close:",
            on_click=session.anew,
        )
