"""The import of a session: a run that another replaces loses neither a click nor a result."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.scriptrunner import RerunData, RerunException

from analytics.errors import TransferScopeError
from analytics.ui import state
from analytics.ui.intake import session
from analytics.ui.intake.session import Job

VIEW: Any = SimpleNamespace(say=lambda key: key)
BUSY = TransferScopeError("busy")


class Work:
    """An import that tells of its steps and remembers how far it came."""

    def __init__(self, failure: TransferScopeError | None = None) -> None:
        self.progress: Any = None
        self.done: list[str] = []
        self.failure = failure

    def check(self, _: object) -> str:
        return self._through("checked")

    def publish(self) -> str:
        return self._through("published")

    def _through(self, what: str) -> str:
        for share in (0.2, 0.6, 1.0):
            self.progress("steps", share)
        if self.failure:
            raise self.failure
        self.done.append(what)
        return what


class Place:
    """Where a bar is drawn while the page is asked to run anew, from the second step on."""

    shown: list[float]

    def __init__(self) -> None:
        Place.shown = []

    def progress(self, share: float, _: str = "") -> Place:
        Place.shown.append(share)
        if share > 0.2:
            raise RerunException(RerunData())
        return self

    def empty(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session.st, "empty", Place)


def job(work: Work, **state: Any) -> Job:
    found = Job(work, (), (), [], **state)  # type: ignore[arg-type]
    found.report = "before"  # type: ignore[assignment]
    return found


def test_a_publication_is_finished_before_the_page_runs_anew() -> None:
    found = job(Work(), asked="publish")
    with pytest.raises(RerunException):
        found.publish(VIEW, "")
    assert found.published == "published" and found.asked is None
    assert Place.shown == [0, 0.2, 0.6, 1], "the bar moves on meanwhile"


def test_a_check_is_finished_before_the_page_runs_anew() -> None:
    found = job(Work(), asked="check")
    with pytest.raises(RerunException):
        found.check(VIEW)
    assert found.report == "checked" and found.asked is None


def test_a_refusal_is_kept_for_the_run_that_tells_it() -> None:
    found = job(Work(BUSY), asked="publish")
    with pytest.raises(RerunException):
        found.publish(VIEW, "")
    assert found.trouble is BUSY and found.report is None and found.published is None


def test_a_correction_takes_back_a_publication_and_not_a_check() -> None:
    for asked, kept in (("publish", None), ("check", "check")):
        found = job(Work(), asked=asked)
        found.forget()
        assert found.asked == kept


def test_who_left_the_page_finds_nothing_done_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    found = job(Work())
    held: dict[str, Any] = {}
    monkeypatch.setattr(session.st, "session_state", held)
    monkeypatch.setattr(session, "job", lambda: found)
    state.turn_to("data")
    found.ask("publish")
    for page, asked in (("data", "publish"), ("deals", "publish"), ("data", None)):
        state.turn_to(page)
        if page == "data":
            session.arrived()
        assert found.asked == asked
