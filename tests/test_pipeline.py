"""The pipeline: spells, Aalen-Johansen and Kaplan-Meier in SQL, the funnel's queries and figures.

Hand-worked tables show their arithmetic; lifelines is the oracle on untied days, the curves of
tests/oracles on tied ones. The demonstration records are compared in test_panels.
"""

from __future__ import annotations

import json
import math
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lifelines import AalenJohansenFitter, KaplanMeierFitter
from lifelines.utils import median_survival_times

from analytics.engine import Engine
from analytics.figures.pipeline.funnel import alt_funnel, funnel
from analytics.figures.pipeline.groups import alt_compare, compare, stalled_by_stage
from analytics.figures.pipeline.phases import alt_small_funnel, small_funnel
from analytics.figures.pipeline.progress import alt_cohorts, alt_curve, cohorts, curve
from analytics.filters import Filters
from analytics.look import Look
from analytics.model.codes import STAGES
from analytics.statements import QUERIES
from tests.oracles import survival
from tests.oracles.survival import Z
from tests.tables import engine

END = date(2024, 12, 31)
START = date(2020, 1, 1)
RANK = {stage: rank for rank, stage in enumerate(STAGES, 1)}
GATES = {"devils_river": "screened", "valley_of_death": "pilot", "darwinian_sea": "contracted"}
PHASES = {
    "research": ("collected", "screened"),
    "development": ("cultivated", "pilot"),
    "commercialisation": ("matched", "contracted"),
    "industrialisation": ("landed", "incubated"),
}
QUERIES_OF_THE_PAGE: dict[str, dict[str, Any]] = {
    "pipeline_funnel": {},
    "pipeline_phases": {},
    "pipeline_cohorts": {},
    "pipeline_curve": {"gate": "valley_of_death"},
    "pipeline_stalled": {},
    "pipeline_compare": {},
}
SLOW = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

Event = tuple[str, int, str]
"""Stage, days after the project's start, outcome."""


def project(name: str, *events: Event, start: date = START, **more: Any) -> dict[str, Any]:
    """A project and what happened to it."""
    return {
        "project": {"project_id": name, "title": f"示例项目 {name}", "started_on": start} | more,
        "events": [
            {
                "project_id": name,
                "stage": stage,
                "entered_at": start + timedelta(days=day),
                "outcome": outcome,
            }
            for stage, day, outcome in events
        ],
    }


def pipeline(folder: Path, projects: Iterable[dict[str, Any]], until: date | None = END) -> Engine:
    """An engine over these projects, complete until a day."""
    made = list(projects)
    return engine(
        folder,
        until.isoformat() if until else "",
        projects=[entry["project"] for entry in made],
        stage_events=[event for entry in made for event in entry["events"]],
    )


def alone(folder: Path, *events: Event, until: date | None = END) -> Engine:
    """An engine over a single project with these events."""
    return pipeline(folder, [project("A", *events)], until)


def spell(name: str, days: int, status: int) -> dict[str, Any]:
    """A project whose first stage closes after `days` by advancing (1), ending (2) or not (0)."""
    start = END - timedelta(days=days)
    events: list[Event] = [("collected", 0, "entered")]
    if status == 1:
        events.append(("screened", days, "entered"))
    if status == 2:
        events.append(("collected", days, "ended"))
    return project(name, *events, start=start)


def spells(folder: Path, closings: Sequence[tuple[int, int]]) -> Engine:
    """An engine in which the stage `collected` has these spells of (days, status)."""
    return pipeline(folder, (spell(f"P{i}", *closing) for i, closing in enumerate(closings)))


def stage(frame: pd.DataFrame, code: str) -> pd.Series:
    """The row of a stage or gate."""
    return frame.set_index("code").loc[code]


def kaplan_meier_quantile(km: KaplanMeierFitter, level: float) -> int | None:
    """The oracle's quantile; its own `percentile` misses a curve that is 1e-16 above the level."""
    below = km.survival_function_["KM_estimate"].loc[lambda s: s <= level + 1e-9]
    return None if below.empty else int(below.index[0])


def whole(value: Any) -> int | None:
    """A nullable number of days as an int."""
    return None if pd.isna(value) else int(value)


# Hand-worked


def test_conversion_by_hand(tmp_path: Path) -> None:
    """Six spells: two advance and one ends on day 10, one is censored on 20, and so on.

    day  n  d1 d2 c   S(i-)  F                      S
    10   6  2  1  0   1      2/6 = 1/3              1 - 3/6 = 1/2
    20   3  0  0  1   1/2    1/3                    1/2
    30   2  0  1  0   1/2    1/3                    1/2 * (1 - 1/2) = 1/4
    40   1  1  0  0   1/4    1/3 + 1/4 * 1 = 7/12   0
    Ended: 1/6 + 1/2 * 1/2 = 5/12; together 1. A bare ratio would say 3/6.

    Variance at the end, F(t) = 7/12, F(t) - F(10) = F(t) - F(30) = 1/4:
    10: 1/16 * 3 / (6 * 3) + 1 * 2 * 4 / 216 - 2 * 1/4 * 2/36 = 1/96 + 1/27 - 1/36
    30: 1/16 * 1 / (2 * 1)                                    = 1/32
    40: 0 (all of one leave)                                    sum 44/864
    """
    e = spells(tmp_path, [(10, 1), (10, 1), (10, 2), (20, 0), (30, 2), (40, 1)])
    row = stage(e.query("pipeline_funnel"), "collected")
    f = Fraction(1, 3) + Fraction(1, 4)
    variance = Fraction(1, 96) + Fraction(1, 27) - Fraction(1, 36) + Fraction(1, 32)
    assert f == Fraction(7, 12) and variance == Fraction(44, 864)
    assert row["conversion"] == pytest.approx(float(f))
    spread = math.exp(Z * math.sqrt(variance) / (float(f) * abs(math.log(f))))
    assert row["conversion_low"] == pytest.approx(float(f) ** spread)
    assert row["conversion_high"] == pytest.approx(float(f) ** (1 / spread))
    assert (row["reached"], row["moved_on"], row["in_progress"], row["ended"]) == (6, 3, 1, 2)
    curve = e.query("pipeline_curve", gate="collected").set_index("days")
    assert list(curve.index) == [0, 10, 20, 30, 40]
    assert list(curve["at_risk"]) == [6, 6, 3, 2, 1]
    assert list(curve["conversion"]) == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3, 7 / 12])
    assert list(curve["ended_share"]) == pytest.approx([0, 1 / 6, 1 / 6, 5 / 12, 5 / 12])
    assert list(curve["waiting"]) == pytest.approx([1, 1 / 2, 1 / 2, 1 / 4, 0])


def test_stay_by_hand(tmp_path: Path) -> None:
    """The same six: of the stay nothing competes, so S is Kaplan-Meier with any way out.

    S(10) = 1/2, S(30) = 1/4: lower quartile (S <= 3/4) and median on day 10, upper on day 30.
    Half of F(end) = 7/24 < F(10) = 8/24: the median of those who advance is day 10.
    """
    e = spells(tmp_path, [(10, 1), (10, 1), (10, 2), (20, 0), (30, 2), (40, 1)])
    row = stage(e.query("pipeline_funnel"), "collected")
    assert (row["q1_days"], row["median_days"], row["q3_days"]) == (10, 10, 30)
    assert row["advance_days"] == 10


def test_everything_censored(tmp_path: Path) -> None:
    """Three followed for 10, 20, 20 days: nobody advanced, and two are known for all 20 days.

    The exact upper bound for 0 of 2 is 1 - 0.025^(1/2) = 0.8419. No quantile is reached.
    """
    row = stage(spells(tmp_path, [(10, 0), (20, 0), (20, 0)]).query("pipeline_funnel"), "collected")
    assert (row["conversion"], row["conversion_low"]) == (0, 0)
    assert row["conversion_high"] == pytest.approx(1 - math.sqrt(0.025))
    assert row["in_progress"] == row["reached"] == 3
    assert all(pd.isna(row[name]) for name in ("median_days", "q1_days", "q3_days", "advance_days"))


@pytest.mark.parametrize(
    ("status", "conversion", "low", "high"),
    [(1, 1.0, 0.025, 1.0), (2, 0.0, 0.0, 0.975), (0, 0.0, 0.0, 0.975)],
)
def test_a_single_project(
    tmp_path: Path, status: int, conversion: float, low: float, high: float
) -> None:
    """One of one, or none of one: the exact bounds are 0.025^1 and 1 - 0.025^1."""
    row = stage(spells(tmp_path, [(7, status)]).query("pipeline_funnel"), "collected")
    assert row["conversion"] == conversion
    assert row["conversion_low"] == pytest.approx(low)
    assert row["conversion_high"] == pytest.approx(high)


def test_an_empty_selection(tmp_path: Path) -> None:
    e = spells(tmp_path, [(7, 1)])
    nothing = Filters(since=date(1999, 1, 1), until=date(1999, 12, 31))
    funnel = e.query("pipeline_funnel", nothing)
    assert len(funnel) == 13 and not funnel[["reached", "moved_on", "ended"]].to_numpy().any()
    assert funnel["conversion"].isna().all()
    assert len(e.query("pipeline_phases", nothing)) == 7
    for name in ("pipeline_cohorts", "pipeline_curve", "pipeline_stalled"):
        assert e.query(name, nothing, **QUERIES_OF_THE_PAGE[name]).empty
    compared = e.query("pipeline_compare", nothing)
    assert compared[compared["compared_part"] == "selected"]["conversion"].isna().all()


# What an event means


def test_a_project_that_skips_a_stage_passes_it_at_once(tmp_path: Path) -> None:
    """A stays 10 days in `screened`; B goes from `collected` to `cultivated` on day 30.

    Both reached `screened` and left it: conversion 2/2. The stay is A's alone.
    """
    e = pipeline(
        tmp_path,
        [
            project(
                "A",
                ("collected", 0, "entered"),
                ("screened", 20, "entered"),
                ("cultivated", 30, "entered"),
            ),
            project("B", ("collected", 0, "entered"), ("cultivated", 30, "entered")),
        ],
    )
    row = stage(e.query("pipeline_funnel"), "screened")
    assert (row["reached"], row["moved_on"], row["skipped"]) == (2, 2, 1)
    assert row["conversion"] == 1
    assert (row["q1_days"], row["median_days"], row["q3_days"]) == (10, 10, 10)
    assert row["advance_days"] == 10
    assert stage(e.query("pipeline_funnel"), "devils_river")["median_days"] == 10


def test_one_day_in_a_stage_is_no_skip(tmp_path: Path) -> None:
    """Entered and left on the same day: 0 days of stay, but a stay."""
    e = alone(tmp_path, ("collected", 0, "entered"), ("screened", 0, "entered"))
    row = stage(e.query("pipeline_funnel"), "collected")
    assert (row["moved_on"], row["skipped"], row["median_days"]) == (1, 0, 0)


def test_a_skip_does_not_dilute_the_stays_of_its_day(tmp_path: Path) -> None:
    """A leaves `screened` on the day it enters, B skips it, C stays 10: S(0) = 1/2, not 2/3."""
    way: list[Event] = [("collected", 0, "entered")]
    e = pipeline(
        tmp_path,
        [
            project("A", *way, ("screened", 5, "entered"), ("cultivated", 5, "entered")),
            project("B", *way, ("cultivated", 5, "entered")),
            project("C", *way, ("screened", 5, "entered"), ("cultivated", 15, "entered")),
        ],
    )
    row = stage(e.query("pipeline_funnel"), "screened")
    assert (row["skipped"], row["median_days"], row["q3_days"]) == (1, 0, 10)


def test_going_back_undoes_nothing(tmp_path: Path) -> None:
    """Reached `pilot` on day 50, sent back, there again on day 90, `matched` on day 120.

    The pilot's spell runs from the first entry, 70 days; `cultivated` was reached on day 20.
    """
    e = alone(
        tmp_path,
        ("collected", 0, "entered"),
        ("cultivated", 20, "entered"),
        ("pilot", 50, "entered"),
        ("cultivated", 60, "returned"),
        ("pilot", 90, "entered"),
        ("matched", 120, "entered"),
    )
    funnel = e.query("pipeline_funnel")
    assert stage(funnel, "pilot")["median_days"] == 70
    assert stage(funnel, "cultivated")["median_days"] == 30
    assert list(funnel[funnel["kind"] == "stage"]["reached"]) == [1] * 6 + [0] * 4


def test_an_end_after_going_back_counts_in_the_furthest_stage(tmp_path: Path) -> None:
    e = alone(
        tmp_path,
        ("collected", 0, "entered"),
        ("screened", 5, "entered"),
        ("collected", 10, "returned"),
        ("collected", 15, "ended"),
    )
    funnel = e.query("pipeline_funnel")
    assert stage(funnel, "collected")["moved_on"] == 1
    assert stage(funnel, "screened")["ended"] == 1
    assert stage(funnel, "screened")["median_days"] == 10


def test_an_end_followed_by_an_entry_is_no_end(tmp_path: Path) -> None:
    e = alone(
        tmp_path,
        ("collected", 0, "entered"),
        ("collected", 10, "ended"),
        ("screened", 40, "entered"),
    )
    funnel = e.query("pipeline_funnel")
    assert stage(funnel, "collected")["moved_on"] == 1
    assert stage(funnel, "screened")["in_progress"] == 1


def test_a_stall_and_silence_are_in_progress(tmp_path: Path) -> None:
    """Neither a stalled project nor one that never moved has left its stage."""
    e = pipeline(
        tmp_path,
        [
            project("A", ("collected", 0, "entered"), ("collected", 30, "stalled")),
            project("B", ("collected", 0, "entered")),
        ],
    )
    row = stage(e.query("pipeline_funnel"), "collected")
    assert (row["reached"], row["in_progress"], row["ended"]) == (2, 2, 0)


def test_a_project_without_events_reached_nothing(tmp_path: Path) -> None:
    e = pipeline(tmp_path, [project("A")])
    assert e.query("pipeline_funnel")["reached"].sum() == 0
    assert list(e.query("pipeline_cohorts")["projects"]) == [1]
    assert pd.isna(e.query("pipeline_cohorts")["landed"].iloc[0])


def test_nothing_after_the_records_end_is_read(tmp_path: Path) -> None:
    """Screened on day 40, but the records are complete until day 30: censored after 30 days."""
    until = START + timedelta(days=30)
    e = alone(tmp_path, ("collected", 0, "entered"), ("screened", 40, "entered"), until=until)
    row = stage(e.query("pipeline_funnel"), "collected")
    assert (row["moved_on"], row["in_progress"]) == (0, 1)
    assert e.query("pipeline_curve", gate="collected")["days"].tolist() == [0, 30]


def test_without_a_completeness_date_the_last_event_ends_follow_up(tmp_path: Path) -> None:
    e = pipeline(
        tmp_path,
        [
            project("A", ("collected", 0, "entered"), ("screened", 40, "entered")),
            project("B", ("collected", 0, "entered")),
        ],
        until=None,
    )
    assert e.query("pipeline_curve", gate="collected")["days"].tolist() == [0, 40]


def test_the_last_stage_leads_nowhere(tmp_path: Path) -> None:
    e = alone(tmp_path, *((s, 10 * i, "entered") for i, s in enumerate(STAGES)))
    last = stage(e.query("pipeline_funnel"), "incubated")
    assert (last["reached"], last["moved_on"], last["in_progress"]) == (1, 0, 1)
    assert pd.isna(last["conversion"]) and pd.isna(last["median_days"])


def test_rows_stand_in_the_order_of_the_way(tmp_path: Path) -> None:
    funnel = spells(tmp_path, [(1, 1)]).query("pipeline_funnel")
    expected = list(STAGES)
    for gate, before in GATES.items():
        expected.insert(expected.index(before) + 1, gate)
    assert list(funnel["code"]) == expected
    assert list(funnel[funnel["kind"] == "gate"]["code"]) == list(GATES)


def test_phases_by_hand(tmp_path: Path) -> None:
    """A ends in `cultivated`, B is in `pilot`, C passed the valley of death and ended in `matched`.

    Development: three entered, two reached its last stage, one ended; nothing is censored: 2/3.
    Valley of death: two came to it, one passed after 10 days, the other is censored after that:
    F = 1/2 on day 10, when both were at risk.
    """
    e = pipeline(
        tmp_path,
        [
            project("A", ("cultivated", 0, "entered"), ("cultivated", 9, "ended")),
            project("B", ("cultivated", 0, "entered"), ("pilot", 9, "entered")),
            project(
                "C", ("pilot", 0, "entered"), ("matched", 10, "entered"), ("matched", 20, "ended")
            ),
        ],
    )
    phases = e.query("pipeline_phases")
    assert list(phases["code"]) == [
        "research",
        "devils_river",
        "development",
        "valley_of_death",
        "commercialisation",
        "darwinian_sea",
        "industrialisation",
    ]
    development = stage(phases, "development")
    assert (development["entered"], development["advanced"], development["ended"]) == (3, 2, 1)
    assert development["conversion"] == pytest.approx(2 / 3)
    valley = stage(phases, "valley_of_death")
    assert (valley["entered"], valley["advanced"], valley["in_progress"]) == (2, 1, 1)
    assert valley["conversion"] == pytest.approx(1 / 2)
    assert stage(phases, "research")["conversion"] == 1


def test_cohorts_by_hand(tmp_path: Path) -> None:
    """2020: A lands after 100 days, B after 1,200, C ends after 500; 2023: D is under way.

    2020, all known: landed 2/3 to date, 1/3 within 3 years (1,096 days). 2023 was followed for
    less than 3 years: nothing is said of it within three.
    """
    way: list[Event] = [("collected", 0, "entered")]
    e = pipeline(
        tmp_path,
        [
            project("A", *way, ("landed", 100, "entered")),
            project("B", *way, ("pilot", 200, "entered"), ("landed", 1200, "entered")),
            project("C", *way, ("collected", 500, "ended")),
            project("D", *way, start=date(2023, 1, 1)),
        ],
    )
    first, second = (row for _, row in e.query("pipeline_cohorts").iterrows())
    assert (first["year"], first["projects"], first["reached_landing"]) == (2020, 3, 2)
    assert (first["reached_development"], first["reached_commercialisation"]) == (2, 2)
    assert first["landed"] == pytest.approx(2 / 3)
    assert first["landed_in_time"] == pytest.approx(1 / 3)
    assert (second["year"], second["landed"]) == (2023, 0)
    assert pd.isna(second["landed_in_time"]) and not second["incomplete"]


def test_a_year_that_is_not_over_is_marked(tmp_path: Path) -> None:
    e = alone(tmp_path, ("collected", 0, "entered"), until=date(2020, 9, 30))
    assert list(e.query("pipeline_cohorts")["incomplete"]) == [True]


def test_stalled_by_hand(tmp_path: Path) -> None:
    """Median stay in `collected`: M1 to M3 leave it after 10 days, the seven others stay on.

    Of 10 spells 3 close on day 10: S = 0.7, never at 1/2: no median, so nobody is overdue. With
    five more that leave on day 10, S = 7/15 <= 1/2: the median is 10, and 20 days the limit.
    """

    def at(name: str, day: int, *events: Event) -> dict[str, Any]:
        return project(
            name,
            ("collected", 0, "entered"),
            *events,
            start=END - timedelta(days=day),
            channel="expo",
            industry="1.2",
            origin_adcode="440106",
        )

    movers = [at(f"M{i}", 10, ("screened", 10, "entered")) for i in range(3)]
    others = [
        at("exactly", 20),
        at("overdue", 21),
        at("told", 15, ("collected", 12, "stalled")),
        at("both", 90, ("collected", 12, "stalled")),
        at("over", 90, ("collected", 12, "stalled"), ("collected", 20, "ended")),
        at("resumed", 12, ("collected", 11, "stalled"), ("collected", 12, "entered")),
        at("fresh", 12),
    ]
    few = pipeline(tmp_path / "few", [*movers, *others]).query("pipeline_stalled")
    assert set(few["reason"]) == {"reported"}
    more = [at(f"N{i}", 10, ("screened", 10, "entered")) for i in range(5)]
    e = pipeline(tmp_path / "more", [*movers, *more, *others])
    found = e.query("pipeline_stalled")
    assert dict(zip(found["project_id"], found["reason"], strict=True)) == {
        "both": "both",
        "overdue": "overdue",
        "told": "reported",
    }
    assert list(found["project_id"]) == ["both", "overdue", "told"]
    row = found.set_index("project_id").loc["overdue"]
    assert (row["days"], row["twice_median"], row["stage"]) == (21, 20, "collected")
    assert row["since"].date() == END - timedelta(days=21)
    assert (row["industry"], row["city"], row["channel"]) == ("1", "440100", "expo")
    assert row["title"] == "示例项目 overdue"


def test_a_filter_changes_no_verdict_on_stalls(tmp_path: Path) -> None:
    """The one in Shenzhen is overdue by the median of all, which its own city could not give."""
    quick = [
        project(
            f"M{i}",
            ("collected", 0, "entered"),
            ("screened", 10, "entered"),
            ("screened", 10, "ended"),
            origin_adcode="440106",
        )
        for i in range(3)
    ]
    slow = project("S", ("collected", 0, "entered"), origin_adcode="440300")
    found = pipeline(tmp_path, [*quick, slow]).query(
        "pipeline_stalled", Filters(regions=("440300",))
    )
    assert list(found["project_id"]) == ["S"] and list(found["twice_median"]) == [20]


def test_those_who_landed_do_not_grow_overdue(tmp_path: Path) -> None:
    """In `landed` only a report makes a project stall; in `incubated` nothing does."""
    e = pipeline(
        tmp_path,
        [
            *(
                project(
                    f"M{i}",
                    ("landed", 0, "entered"),
                    ("incubated", 5, "entered"),
                    ("incubated", 9, "stalled"),
                )
                for i in range(3)
            ),
            project("waits", ("landed", 0, "entered")),
            project("told", ("landed", 0, "entered"), ("landed", 9, "stalled")),
        ],
    )
    assert list(e.query("pipeline_stalled")["project_id"]) == ["told"]


def test_a_project_sent_back_stalls_in_the_stage_it_is_in(tmp_path: Path) -> None:
    e = alone(
        tmp_path,
        ("collected", 0, "entered"),
        ("screened", 5, "entered"),
        ("collected", 30, "returned"),
        ("collected", 40, "stalled"),
    )
    row = e.query("pipeline_stalled").iloc[0]
    assert (row["stage"], row["since"].date()) == ("collected", START + timedelta(days=30))


def grouped(folder: Path) -> Engine:
    """Four projects at the devil's river: two regions, two years; who passes is in the name."""

    def one(name: str, adcode: str, start: date) -> dict[str, Any]:
        after: list[Event] = (
            [("cultivated", 10, "entered")]
            if name.startswith("pass")
            else [("screened", 10, "ended")]
        )
        return project(name, ("screened", 0, "entered"), *after, start=start, origin_adcode=adcode)

    return pipeline(
        folder,
        [
            one("pass1", "440106", date(2022, 3, 1)),
            one("stop1", "440106", date(2023, 3, 1)),
            one("pass2", "310000", date(2022, 3, 1)),
            one("pass3", "310000", date(2023, 3, 1)),
        ],
    )


def test_the_rest_is_of_the_same_period(tmp_path: Path) -> None:
    """Guangzhou in 2023: 0 of 1 against 1 of 1, who also started in 2023. Difference -1.

    Single intervals [0, 0.975] and [0.025, 1]: the difference's is
    -1 - sqrt(0 + 0) = -1 to -1 + sqrt(0.975^2 + 0.975^2) = 0.3789.
    """
    chosen = Filters(since=date(2023, 1, 1), until=date(2023, 12, 31), regions=("440100",))
    compared = grouped(tmp_path).query("pipeline_compare", chosen)
    first = compared[compared["code"] == "devils_river"].set_index("compared_part")
    assert list(first["projects"]) == [1, 1] and list(first["conversion"]) == [0, 1]
    assert first["difference"].iloc[0] == -1
    assert first["difference_low"].iloc[0] == pytest.approx(-1)
    assert first["difference_high"].iloc[0] == pytest.approx(-1 + math.sqrt(2) * 0.975)


def test_a_period_is_compared_with_the_other_periods(tmp_path: Path) -> None:
    chosen = Filters(since=date(2023, 1, 1), until=date(2023, 12, 31))
    compared = grouped(tmp_path).query("pipeline_compare", chosen)
    first = compared[compared["code"] == "devils_river"].set_index("compared_part")
    assert list(first["projects"]) == [2, 2] and list(first["conversion"]) == [0.5, 1]


def test_without_a_filter_there_is_no_rest(tmp_path: Path) -> None:
    compared = grouped(tmp_path).query("pipeline_compare")
    rest = compared[compared["compared_part"] == "rest"]
    assert len(compared) == 6 and not rest["reached"].any() and rest["conversion"].isna().all()


# Oracles


@SLOW
@given(
    st.lists(st.integers(1, 1500), min_size=2, max_size=40, unique=True),
    st.lists(st.sampled_from([0, 1, 1, 2]), min_size=40, max_size=40),
)
def test_untied_days_agree_with_lifelines(days: list[int], statuses: list[int]) -> None:
    closings = list(zip(days, statuses, strict=False))
    with tempfile.TemporaryDirectory() as folder:
        e = spells(Path(folder), closings)
        curve = e.query("pipeline_curve", gate="collected").set_index("days")
        row = stage(e.query("pipeline_funnel"), "collected")
    times, events = [d for d, _ in closings], [s for _, s in closings]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        aj = AalenJohansenFitter().fit(times, events, event_of_interest=1)
        km = KaplanMeierFitter().fit(times, [s > 0 for s in events])
    expected = aj.cumulative_density_["CIF_1"]
    assert list(curve["conversion"]) == pytest.approx([expected[d] for d in curve.index])
    bounds = aj.confidence_interval_.dropna()
    for day, (one, other) in bounds.iterrows():
        found = curve.loc[day]
        if not 1e-9 < found["conversion"] < 1 - 1e-9:
            continue
        assert found["conversion_low"] == pytest.approx(min(one, other), abs=1e-6)
        assert found["conversion_high"] == pytest.approx(max(one, other), abs=1e-6)
    for name, level in (("q1_days", 0.75), ("median_days", 0.5), ("q3_days", 0.25)):
        assert whole(row[name]) == kaplan_meier_quantile(km, level)


def test_the_medians_interval_agrees_with_lifelines(tmp_path: Path) -> None:
    """Sixty untied spells of a fixed pattern; every fifth is censored, every third ends."""
    closings = [
        ((i * 37) % 401 + 1, 0 if i % 5 == 0 else 2 if i % 3 == 0 else 1) for i in range(60)
    ]
    assert len({days for days, _ in closings}) == 60
    row = stage(spells(tmp_path, closings).query("pipeline_funnel"), "collected")
    km = KaplanMeierFitter().fit([d for d, _ in closings], [s > 0 for _, s in closings])
    low, high = median_survival_times(km.confidence_interval_).iloc[0]
    assert (row["median_low_days"], row["median_high_days"]) == (low, high)
    assert row["median_low_days"] < row["median_days"] < row["median_high_days"]


@SLOW
@given(st.lists(st.tuples(st.integers(0, 7), st.sampled_from([0, 1, 2])), min_size=1, max_size=40))
def test_tied_days_agree_with_the_curves_of_the_oracle(closings: list[tuple[int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        e = spells(Path(folder), closings)
        found = e.query("pipeline_curve", gate="collected").set_index("days")
        row = stage(e.query("pipeline_funnel"), "collected")
    wanted = survival.curve(*zip(*closings, strict=True))
    for k, day in enumerate(wanted.days):
        low, high = wanted.interval(k)
        row_of_day = found.loc[day]
        assert row_of_day["conversion"] == pytest.approx(wanted.f[k], abs=1e-9)
        assert row_of_day["conversion_low"] == pytest.approx(low, abs=1e-6)
        assert row_of_day["conversion_high"] == pytest.approx(high, abs=1e-6)
        assert row_of_day["waiting"] == pytest.approx(wanted.stay[k], abs=1e-9)
    assert row["conversion"] == pytest.approx(wanted.f[-1], abs=1e-9)
    for name, level in (("q1_days", 0.75), ("median_days", 0.5), ("q3_days", 0.25)):
        assert whole(row[name]) == whole(wanted.quantile(level))


# Properties of any history


def histories() -> st.SearchStrategy[list[dict[str, Any]]]:
    """Projects of two regions and industries, with whatever events in whatever order."""
    event = st.tuples(
        st.sampled_from(STAGES),
        st.integers(0, 900),
        st.sampled_from(["entered", "entered", "entered", "returned", "stalled", "ended"]),
    )
    one = st.tuples(
        st.lists(event, max_size=7),
        st.integers(0, 1500),
        st.sampled_from(["440106", "440300", None]),
        st.sampled_from(["1", "2.1", None]),
    )
    return st.lists(one, min_size=1, max_size=14).map(
        lambda found: [
            project(
                f"P{i}",
                *dict.fromkeys(events),
                start=START + timedelta(days=day),
                origin_adcode=adcode,
                industry=industry,
            )
            for i, (events, day, adcode, industry) in enumerate(found)
        ]
    )


def furthest(entry: dict[str, Any]) -> int:
    """Rank of the furthest stage entered before the records' end; 0 if none was."""
    return max(
        (
            RANK[event["stage"]]
            for event in entry["events"]
            if event["outcome"] in ("entered", "returned") and event["entered_at"] <= END
        ),
        default=0,
    )


def has_ended(entry: dict[str, Any]) -> bool:
    """Whether a project's last end comes after, or on the day of, its last entry."""
    days = defaultdict(lambda: date.min)
    for event in entry["events"]:
        if event["entered_at"] <= END:
            kind = {"entered": "in", "returned": "in", "ended": "out"}.get(event["outcome"], "")
            days[kind] = max(days[kind], event["entered_at"])
    return days["out"] > date.min and days["out"] >= days["in"]


def assert_whole(frame: pd.DataFrame, first: str, moved: str) -> None:
    """Parts add up, and every interval holds its estimate."""
    assert (frame[first] == frame[moved] + frame["in_progress"] + frame["ended"]).all()
    known = frame.dropna(subset=["conversion"])
    slack = 1e-9
    assert (known["conversion_low"] >= 0).all() and (known["conversion_high"] <= 1 + slack).all()
    assert (known["conversion_low"] <= known["conversion"] + slack).all()
    assert (known["conversion"] <= known["conversion_high"] + slack).all()


@SLOW
@given(histories())
def test_the_funnel_holds_for_any_history(projects: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        e = pipeline(Path(folder), projects)
        funnel, phases = e.query("pipeline_funnel"), e.query("pipeline_phases")
    stages = funnel[funnel["kind"] == "stage"]
    assert_whole(funnel, "reached", "moved_on")
    assert_whole(phases, "entered", "advanced")
    assert stages["reached"].is_monotonic_decreasing
    assert list(stages["moved_on"])[:-1] == list(stages["reached"])[1:]
    expected = [sum(furthest(p) >= rank for p in projects) for rank in RANK.values()]
    assert list(stages["reached"]) == expected
    ended = [sum(furthest(p) == rank and has_ended(p) for p in projects) for rank in RANK.values()]
    assert list(stages["ended"]) == ended
    numbers = ["reached", "moved_on", "in_progress", "ended", "conversion", "median_days"]
    for gate, before in GATES.items():
        assert stage(funnel, gate)[numbers].equals(stage(funnel, before)[numbers])
    for phase, (first, last) in PHASES.items():
        assert stage(phases, phase)["entered"] == stage(funnel, first)["reached"]
        assert stage(phases, phase)["advanced"] == stage(funnel, last)["reached"]


@settings(SLOW, max_examples=10)
@given(histories())
def test_filters_commute_and_never_select_more(projects: list[dict[str, Any]]) -> None:
    """Parts add up, narrower never counts more, and who stalls does not depend on the filter."""
    years = Filters(since=date(2021, 1, 1), until=date(2022, 12, 31))
    place = Filters(regions=("440100",))
    both = Filters(since=years.since, until=years.until, regions=place.regions)
    with tempfile.TemporaryDirectory() as folder:
        e = pipeline(Path(folder), projects)
        reached = {
            f: e.query("pipeline_funnel", f)["reached"] for f in (Filters(), years, place, both)
        }
        compared = e.query("pipeline_compare", both)
        others = e.query("pipeline_compare", years)
        stalled = {f: set(e.query("pipeline_stalled", f)["project_id"]) for f in reached}
    everything = reached[Filters()]
    for wider, narrower in ((Filters(), years), (Filters(), place), (years, both), (place, both)):
        assert (reached[narrower] <= reached[wider]).all()
        assert stalled[narrower] <= stalled[wider]
    assert stalled[both] == stalled[years] & stalled[place]
    started = {p["project"]["project_id"]: p for p in projects}
    in_years = [
        p for p in started.values() if years.since <= p["project"]["started_on"] <= years.until
    ]  # type: ignore[operator]
    here = [p for p in in_years if p["project"]["origin_adcode"] == "440106"]
    sizes = compared.groupby("compared_part")["projects"].first()
    assert sizes["selected"] == sum(furthest(p) > 0 for p in here)
    if len(here) < len(in_years):
        rest = [p for p in in_years if p not in here and furthest(p)]
        if rest:
            assert sizes["rest"] == len(rest)
    total = others.groupby("code")["reached"].sum()
    before = {gate: everything[list(funnel_codes()).index(gate)] for gate in GATES}
    assert {gate: total[gate] for gate in GATES} == before


def funnel_codes() -> list[str]:
    """Codes of the funnel's rows, in order."""
    found = list(STAGES)
    for gate, before in GATES.items():
        found.insert(found.index(before) + 1, gate)
    return found


# The texts of the queries


@pytest.mark.parametrize("name", QUERIES_OF_THE_PAGE)
def test_every_query_knows_the_records_end(tmp_path: Path, name: str) -> None:
    """A text that reads only derived relations would be given none, and censor nothing."""
    statement = spells(tmp_path, [(1, 1)]).statement(name, **QUERIES_OF_THE_PAGE[name])
    assert statement.values["complete_until"] == END


def test_no_query_reads_a_variant_of_what_is_derived_from_the_selection() -> None:
    """`stage_curves_before` would silently be the present period's: ask with `Filters.before()`."""
    for path in QUERIES.glob("*.sql"):
        words = path.read_text(encoding="utf-8")
        for variant in ("before", "undated", "all"):
            assert f"stage_curves_{variant}" not in words, path.name
            assert f"stage_conversions_{variant}" not in words, path.name


# The figures


def named(frame: pd.DataFrame, source: Engine, look: Look) -> pd.DataFrame:
    """The answer with names beside codes, as a panel gives it."""
    names = pd.concat([source.table(name) for name in ("stages", "gates", "phases")])
    found = names.set_index("code")["name_en" if look.language == "en" else "name_zh"]
    found = found[~found.index.duplicated()]
    return frame.assign(
        **{
            f"{column}_name": frame[column].map(found)
            for column in ("code", "phase")
            if column in frame
        }
    )


LOOKS = [
    Look(language, theme, narrow)
    for language in ("zh", "en")
    for theme in ("light", "dark")
    for narrow in (False, True)
]
DRAWN = {
    "pipeline_funnel": (funnel, alt_funnel),
    "pipeline_phases": (small_funnel, alt_small_funnel),
    "pipeline_cohorts": (cohorts, alt_cohorts),
    "pipeline_curve": (curve, alt_curve),
    "pipeline_compare": (compare, alt_compare),
}


def texts_of(figure: Any) -> list[str]:
    """Every text a figure shows: annotations, ticks and hover strings."""
    found = [note["text"] for note in figure["layout"].get("annotations", [])]
    for key, value in figure["layout"].items():
        if key.startswith(("xaxis", "yaxis")):
            found += [str(words) for words in value.get("ticktext", [])]
    for trace in figure["data"]:
        found += [str(words) for words in trace.get("text") or []]
        found += [str(row[0]) for row in trace.get("customdata") or []]
    return found


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Any]:
    """Answers to draw, by selection and query: some projects, none, and a single one."""
    way: list[Event] = [(s, 10 * i, "entered") for i, s in enumerate(STAGES)]
    made = [project(f"P{i}", *way[: i + 1], ("collected", 200, "stalled")) for i in range(10)]
    some = pipeline(tmp_path_factory.mktemp("some"), made)
    one = pipeline(tmp_path_factory.mktemp("one"), made[:1])
    nothing = Filters(since=date(1999, 1, 1), until=date(1999, 2, 1))
    sources = {"some": (some, Filters()), "none": (some, nothing), "one": (one, Filters())}
    return {
        (selection, name): (source, source.query(name, filters, **QUERIES_OF_THE_PAGE[name]))
        for selection, (source, filters) in sources.items()
        for name in DRAWN
    }


@pytest.mark.parametrize("look", LOOKS, ids=lambda k: f"{k.language}-{k.theme}-{k.narrow}")
@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("selection", ["some", "none", "one"])
def test_every_figure_draws(
    answers: dict[tuple[str, str], Any], name: str, look: Look, selection: str
) -> None:
    """JSON without NaN, hovers finished, words in one language, whatever the rows."""
    source, answer = answers[selection, name]
    frame = named(answer, source, look)
    draw, alt = DRAWN[name]
    figure = json.loads(draw(frame, look).to_json())
    for trace in figure["data"]:
        hover = trace.get("hovertemplate", "")
        assert trace.get("hoverinfo") == "skip" or hover.endswith("<extra></extra>")
    shown = [*texts_of(figure), alt(frame, look)]
    assert not any(word in words for words in shown for word in ("nan", "NaN", "None", "<NA>"))
    if look.language == "en":
        assert not any(ord(character) > 0x2E7F for words in shown for character in words)
    assert alt(frame, look).endswith(("。", "."))


def test_a_point_of_the_funnel_is_a_row_of_its_frame(tmp_path: Path) -> None:
    """A click answers with a point index: in each bar trace it is the frame's row."""
    source = spells(tmp_path, [(10, 1), (20, 2), (30, 0)])
    frame = named(source.query("pipeline_funnel"), source, Look())
    figure = json.loads(funnel(frame, Look()).to_json())
    bars = [trace for trace in figure["data"] if trace["type"] == "bar" and "xaxis" not in trace]
    assert len(bars) == 4
    for trace in bars:
        assert [row[1] for row in trace["customdata"]] == list(frame["code"])
    drawn = [max((trace["x"][index] or 0) for trace in bars) for index in range(13)]
    assert [index for index, length in enumerate(drawn) if length] == [0, 1, 2, 6, 10]


def test_the_narrowest_gate_alone_is_warm(tmp_path: Path) -> None:
    """Devil's river 2 of 2, valley of death 1 of 2: the second takes the warning's tint."""
    source = pipeline(
        tmp_path,
        [
            project("A", ("pilot", 0, "entered"), ("matched", 10, "entered")),
            project("B", ("pilot", 0, "entered"), ("pilot", 10, "ended")),
        ],
    )
    look = Look()
    frame = named(source.query("pipeline_funnel"), source, look)
    figure = json.loads(funnel(frame, look).to_json())
    warm = {
        shape["y0"]
        for shape in figure["layout"]["shapes"]
        if shape.get("fillcolor") == look.colours.warning_fill
    }
    row = list(frame["code"]).index("valley_of_death")
    assert warm == {row - 0.46}


def test_the_alt_text_says_the_gates(tmp_path: Path) -> None:
    source = pipeline(
        tmp_path,
        [
            project("A", ("pilot", 0, "entered"), ("matched", 10, "entered")),
            project("B", ("pilot", 0, "entered"), ("pilot", 10, "ended")),
        ],
    )
    frame = named(source.query("pipeline_funnel"), source, Look())
    words = alt_funnel(frame, Look())
    assert "收集 2 项" in words and "死亡之谷通过率 50.0%（95% 区间 " in words
    frame = named(source.query("pipeline_funnel"), source, Look("en"))
    assert "Valley of Death passed by 50.0% (95% interval " in alt_funnel(frame, Look("en"))


def test_stalls_are_counted_by_stage(tmp_path: Path) -> None:
    """Two told of in `collected`, one in `pilot`: the first stage stands on top. None: no bars."""
    source = pipeline(
        tmp_path,
        [
            project(f"P{i}", (code, 0, "entered"), (code, 9, "stalled"))
            for i, code in enumerate(("collected", "pilot", "collected"))
        ],
    )
    names = source.table("stages").set_index("code")["name_zh"]
    for filters, counts in ((Filters(), [1, 2]), (Filters(since=date(2030, 1, 1)), [])):
        frame = source.query("pipeline_stalled", filters)
        frame["stage_name"] = frame["stage"].map(names)
        bar = json.loads(stalled_by_stage(frame, Look()).to_json())["data"][0]
        assert list(bar.get("x", [])) == counts
