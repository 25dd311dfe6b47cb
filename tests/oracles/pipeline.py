"""The pipeline page: spells from the projects' events, and what their curves say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from tests import oracle
from tests.oracle import Selection, complete_until, table_of
from tests.oracles.survival import Curve, curve

IN_TIME = 3 * 365 + 1
"""Days within which cohorts are compared."""


@cache
def stages() -> tuple[str, ...]:
    """Codes of the stages, in order."""
    return tuple(_ranked("stages")["code"])


def _ranked(name: str) -> pd.DataFrame:
    frame = table_of("reference", name)
    return frame.assign(rank=frame["rank"].astype(int)).sort_values("rank", ignore_index=True)


@dataclass(frozen=True)
class Step:
    """A part of the way: from one stage up to, without it, another; None is beyond the last."""

    kind: str
    code: str
    first: int
    end: int | None


@cache
def steps() -> tuple[Step, ...]:
    """Each stage, gate and phase, and the way to landing."""
    place = {code: index for index, code in enumerate(stages())}
    following = [*range(1, len(stages())), None]
    found = [Step("stage", code, place[code], following[place[code]]) for code in stages()]
    for gate in _ranked("gates").to_dict("records"):
        ends = place[gate["after_stage"]], place[gate["before_stage"]]
        found.append(Step("gate", gate["code"], *ends))
    for phase, inside in _ranked("stages").groupby("phase"):
        held = [place[code] for code in inside["code"]]
        found.append(Step("phase", str(phase), held[0], held[-1]))
    return (*found, Step("way", "landing", 0, place["landed"]))


def _end() -> pd.Timestamp:
    return complete_until("stage_events", "projects")


@cache
def _events() -> pd.DataFrame:
    """What happened to projects until the records' end, with the stages' ranks."""
    found = oracle.read("stage_events")
    found = found[found["entered_at"] <= _end()]
    return found.assign(
        rank=found["stage"].map({code: index for index, code in enumerate(stages())}),
        is_entry=found["outcome"].isin(("entered", "returned")),
        is_stall=found["outcome"] == "stalled",
    )


def _entries() -> pd.DataFrame:
    return _events().query("is_entry")


@cache
def _ended() -> pd.Series:
    """Day on which each project ended that did not go on afterwards."""
    last = _entries().groupby("project_id")["entered_at"].max()
    ends = _events().query("outcome == 'ended'").groupby("project_id")["entered_at"].max()
    return ends[ends >= last.reindex(ends.index)]


@cache
def spells() -> pd.DataFrame:
    """Days and closing of every project in every step whose beginning it reached.

    A stage is reached on the first day on which it or a later one is entered. One that came to
    a step only by passing it by, no stage of it entered on that day, skipped it.
    """
    entered = _entries().pivot_table(
        index="project_id", columns="stage", values="entered_at", aggfunc="min"
    )
    entered = entered.reindex(columns=list(stages()))
    reached = entered.iloc[:, ::-1].cummin(axis=1).ffill(axis=1).iloc[:, ::-1]
    return pd.concat([_closed(step, entered, reached) for step in steps()], ignore_index=True)


def _closed(step: Step, entered: pd.DataFrame, reached: pd.DataFrame) -> pd.DataFrame:
    begun = reached.iloc[:, step.first].dropna()
    beyond = pd.Series(pd.NaT, begun.index) if step.end is None else reached.iloc[:, step.end]
    advanced, ended = beyond.reindex(begun.index), _ended().reindex(begun.index)
    inside = entered.loc[begun.index].iloc[:, step.first : step.end]
    return pd.DataFrame(
        {
            "project_id": begun.index.astype(object),
            "kind": step.kind,
            "code": step.code,
            "days": (advanced.fillna(ended).fillna(_end()) - begun).dt.days.to_numpy(),
            "status": np.where(advanced.notna(), 1, np.where(ended.notna(), 2, 0)),
            "skipped": ~inside.eq(begun, axis=0).any(axis=1).to_numpy(),
        }
    )


@cache
def projects(chosen: Selection) -> pd.DataFrame:
    """The projects selected, by the day on which they started."""
    found = oracle.in_period(oracle.projects(chosen), "started_on", chosen)
    return found.astype({"project_id": object})  # sought far faster than Arrow's strings


@cache
def _of_step() -> dict[tuple[str, str], pd.DataFrame]:
    found = spells()
    return {
        (step.kind, step.code): found[(found["kind"] == step.kind) & (found["code"] == step.code)]
        for step in steps()
    }


def of(ids: pd.Series | pd.Index, kind: str, code: str = "landing") -> pd.DataFrame:
    """The spells of some projects in a step."""
    found = _of_step()[kind, code]
    return found[found["project_id"].isin(ids)]


def counts(rows: pd.DataFrame) -> dict[str, int]:
    status = rows["status"]
    return {
        "reached": len(rows),
        "moved_on": (status == 1).sum(),
        "in_progress": (status == 0).sum(),
        "ended": (status == 2).sum(),
    }


def conversion(rows: pd.DataFrame, within: int | None = None) -> dict[str, float]:
    """The incidence of advancing with its interval, at the end of follow-up or after some days.

    Before the first day on which a spell closes nobody has advanced, and all are known.
    """
    names = ("conversion", "conversion_low", "conversion_high")
    if rows.empty:
        return dict.fromkeys(names, float("nan"))
    found = curve(rows["days"], rows["status"])
    last = len(found.days) if within is None else int((found.days <= within).sum())
    if not last:
        return dict(zip(names, (0.0, 0.0, 1 - 0.025 ** (1 / len(rows))), strict=True))
    return dict(zip(names, (found.f[last - 1], *found.interval(last - 1)), strict=True))


def stay(rows: pd.DataFrame) -> dict[str, float]:
    """Days of stay of those who did not skip the step."""
    found = _stays(rows)
    low, high = found.median_interval()
    return {
        "median_days": found.quantile(0.5),
        "median_low_days": low,
        "median_high_days": high,
        "q1_days": found.quantile(0.75),
        "q3_days": found.quantile(0.25),
        "advance_days": found.advance_days(),
    }


def _stays(rows: pd.DataFrame) -> Curve:
    stayed = rows[~rows["skipped"]]
    return curve(stayed["days"], stayed["status"])


def _with_gates(name: str) -> list[tuple[str, str, int, str]]:
    """Stages or phases in order, each followed by its gate: kind, code, rank and phase."""
    phase_of = _ranked("stages").set_index("code")["phase"].to_dict()
    found: list[tuple[str, str, int, str]] = []
    for row in _ranked(name).to_dict("records"):
        code, phase = row["code"], row.get("phase", row["code"])
        found.append((name.removesuffix("s"), code, row["rank"], phase))
        for gate in _ranked("gates").to_dict("records"):
            if code in (gate["after_stage"], phase_of[gate["after_stage"]]):
                found.append(("gate", gate["code"], gate["rank"], phase))
    return found


def funnel(chosen: Selection) -> pd.DataFrame:
    """Each stage, and after its last one each gate; the last stage leads nowhere."""
    ids = projects(chosen)["project_id"]
    found: list[dict[str, Any]] = []
    for kind, code, rank, phase in _with_gates("stages"):
        here = of(ids, kind, code)
        told = {"kind": kind, "code": code, "rank": rank, "phase": phase}
        told |= counts(here) | {"skipped": here["skipped"].sum()}
        estimates = conversion(here) | stay(here)
        if code == stages()[-1]:
            estimates = dict.fromkeys(estimates, float("nan"))
        found.append(told | estimates)
    return pd.DataFrame(found)


def phases(chosen: Selection) -> pd.DataFrame:
    """Each phase, and after it its gate."""
    ids = projects(chosen)["project_id"]
    found: list[dict[str, Any]] = []
    for kind, code, rank, phase in _with_gates("phases"):
        here = of(ids, kind, code)
        told = {"kind": kind, "code": code, "rank": rank, "phase": phase}
        found.append(told | counts(here) | conversion(here))
    return pd.DataFrame(found).rename(columns={"reached": "entered", "moved_on": "advanced"})


def cohorts(chosen: Selection) -> pd.DataFrame:
    """The projects started in each year, and how many landed."""
    found: list[dict[str, Any]] = []
    for year, started in projects(chosen).groupby(projects(chosen)["started_on"].dt.year):
        ids = started["project_id"]
        way = of(ids, "way")
        is_followed = (_end() - pd.Timestamp(year, 1, 1)).days >= IN_TIME and len(way) > 0
        in_time = conversion(way if is_followed else way.head(0), within=IN_TIME)
        found.append(
            {
                "year": year,
                "projects": len(started),
                "reached_development": len(of(ids, "stage", "cultivated")),
                "reached_commercialisation": len(of(ids, "stage", "matched")),
                "reached_landing": len(of(ids, "stage", "landed")),
                **_named(conversion(way), "landed"),
                **_named(in_time, "landed_in_time"),
                "incomplete": _end() < pd.Timestamp(year, 12, 31),
            }
        )
    return pd.DataFrame(found)


def _named(estimate: dict[str, float], stem: str) -> dict[str, float]:
    return {name.replace("conversion", stem): value for name, value in estimate.items()}


def rest(chosen: Selection) -> pd.Index:
    """The others that came to anything, of the same period; of any where the period alone selects.

    The period is that of their start.
    """
    others = oracle.read("projects")
    began = others["project_id"].isin(_of_step()["way", "landing"]["project_id"])
    others = others[began & ~others["project_id"].isin(projects(chosen)["project_id"])]
    same = oracle.in_period(others, "started_on", chosen)
    return pd.Index(same["project_id"] if len(same) else others["project_id"], dtype=object)


def compare(chosen: Selection) -> pd.DataFrame:
    """Each gate for the selected projects and for the rest, with the difference."""
    parts = {"selected": pd.Index(projects(chosen)["project_id"]), "rest": rest(chosen)}
    found: list[dict[str, Any]] = []
    for gate in _ranked("gates").to_dict("records"):
        here = {part: of(ids, "gate", gate["code"]) for part, ids in parts.items()}
        estimates = {part: conversion(rows) for part, rows in here.items()}
        apart = _difference(estimates["selected"], estimates["rest"])
        for part, ids in parts.items():
            found.append(
                {
                    "code": gate["code"],
                    "rank": gate["rank"],
                    "compared_part": part,
                    "projects": len(of(ids, "way")),
                    **counts(here[part]),
                    **estimates[part],
                    "median_days": stay(here[part])["median_days"],
                    **apart,
                }
            )
    return pd.DataFrame(found)


def _difference(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """One share less another, its interval composed of theirs (MOVER: Zou & Donner 2008)."""
    (a, a_low, a_high), (b, b_low, b_high) = one.values(), other.values()
    return {
        "difference": a - b,
        "difference_low": a - b - np.hypot(a - a_low, b_high - b),
        "difference_high": a - b + np.hypot(a_high - a, b - b_low),
    }


def gate_curve(chosen: Selection, gate: str) -> pd.DataFrame:
    """A step day by day, from day 0."""
    here = spells().query("code == @gate")
    here = here[here["project_id"].isin(projects(chosen)["project_id"])]
    found = curve(here["days"], here["status"])
    bounds = [found.interval(k) for k in range(len(found.days))]
    table = pd.DataFrame(
        {
            "days": found.days,
            "at_risk": found.n,
            "conversion": found.f,
            "conversion_low": [low for low, _ in bounds],
            "conversion_high": [high for _, high in bounds],
            "ended_share": found.ended,
            "waiting": found.stay,
        }
    )
    if here.empty or found.days[0] == 0:
        return table
    start = dict.fromkeys(table.columns, 0.0) | {"at_risk": len(here), "waiting": 1.0}
    return pd.concat([pd.DataFrame([start]), table], ignore_index=True)


@cache
def _median_days() -> pd.Series:
    """Median stay of all projects in each stage."""
    everyone = spells().query("kind == 'stage'")
    return pd.Series({code: _stays(rows).quantile(0.5) for code, rows in everyone.groupby("code")})


def stalled(chosen: Selection) -> pd.DataFrame:
    """Projects told to stall, or in a stage before landing for over twice its median stay."""
    entries = _entries().sort_values(["entered_at", "rank"])
    present = entries.groupby("project_id").last().drop(index=_ended().index)
    present = present[present["rank"] < len(stages()) - 1]
    latest = _events().sort_values(["entered_at", "is_stall", "rank"])
    told = latest.groupby("project_id")["is_stall"].last().reindex(present.index)
    days = (_end() - present["entered_at"]).dt.days
    limit = 2 * present["stage"].map(_median_days())
    overdue = (days > limit) & (present["rank"] < stages().index("landed"))
    reason = pd.Series(np.where(told, "reported", "overdue"), present.index)
    found = pd.DataFrame(
        {
            "stage": present["stage"],
            "since": present["entered_at"],
            "days": days,
            "twice_median": limit,
            "reason": reason.mask(told & overdue, "both"),
        }
    )[told | overdue]
    mine = projects(chosen)[["project_id", "title", "industry", "origin_adcode", "channel"]]
    found = mine.merge(found, left_on="project_id", right_index=True)
    return (
        found.assign(
            industry=oracle.area(found["industry"]), city=oracle.city_of(found["origin_adcode"])
        )
        .drop(columns="origin_adcode")
        .sort_values(["days", "project_id"], ascending=[False, True], ignore_index=True)
    )


ORACLES = {
    "pipeline-funnel": funnel,
    "pipeline-small": phases,
    "pipeline-cohorts": cohorts,
    "pipeline-compare": compare,
    "pipeline-curve": gate_curve,
    "pipeline-stalled": stalled,
}
