"""An import from the files to the published snapshot, one step beneath the other."""

from __future__ import annotations

from analytics.ui.intake.mapping import mappings
from analytics.ui.intake.publishing import publish, published
from analytics.ui.intake.reporting import check, report
from analytics.ui.intake.templates import templates
from analytics.ui.intake.uploading import upload
from analytics.ui.page import told
from analytics.ui.state import Viewing


def bring(view: Viewing) -> None:
    """Templates and files; then what the session's import is at."""
    templates(view)
    job = upload(view)
    if not job:
        return
    with told(view):
        if job.published:
            published(job, view)
            return
        still_open = mappings(job, view)
        check(job, still_open, view)
        report(job, view)
        publish(job, view)
