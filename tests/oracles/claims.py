"""The pages of claims: each claim's words as read by hand, its figure by pandas, its verdict.

Words, scopes and reasons were read off the articles by hand; nothing is taken from the project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pandas as pd

from tests import oracle
from tests.oracle import Selection, expected, table_of

READ = {
    "S000-001": ("6届", "exact"),
    "S000-002": ("一万多个", "and_more"),
    "S000-003": ("600多个", "and_more"),
    "S000-004": ("近500亿元", "nearly"),
    "S000-005": ("超过80%", "at_least"),
    "S000-006": ("超过70%", "at_least"),
    "S000-007": ("数十个", "vague"),
    "S000-008": ("百余个", "and_more"),
    "S000-009": ("18场", "exact"),
    "S000-010": ("117项", "exact"),
    "S000-011": ("35.71亿元", "exact"),
    "S000-012": ("2020年9月份", "exact"),
    "S000-013": ("36家", "exact"),
    "S000-014": ("66家", "exact"),
    "S000-015": ("24名", "exact"),
    "S000-016": ("500余名", "and_more"),
    "S000-017": ("超过一半", "at_least"),
    "S000-018": ("超过50%", "at_least"),
    "S000-019": ("50%", "exact"),
    "S000-020": ("超过近千万元", "self_contradictory"),
    "S000-021": ("10家", "about"),
    "S000-022": ("数百项", "vague"),
    "S000-023": ("8家", "exact"),
    "S000-024": ("5家", "exact"),
    "S000-025": ("15家", "exact"),
    "S000-026": ("10余名", "and_more"),
    "S000-027": ("近百名", "nearly"),
    "S000-028": ("2021年", "exact"),
    "S000-029": ("2021", "exact"),
    "S000-030": ("三", "exact"),
    "S001-001": ("超过50%", "at_least"),
    "S001-002": ("超过70%", "at_least"),
    "S001-003": ("2019年11月", "exact"),
    "S001-004": ("140家", "exact"),
    "S001-005": ("九", "exact"),
    "S001-006": ("42个", "exact"),
    "S001-007": ("160家", "exact"),
    "S001-008": ("39位", "exact"),
    "S001-009": ("243家", "exact"),
    "S001-010": ("14个", "exact"),
    "S001-011": ("4000万元", "exact"),
    "S001-012": ("2020年5月", "exact"),
    "S001-013": ("16个", "exact"),
    "S001-014": ("163个", "exact"),
    "S001-015": ("超过130个", "at_least"),
    "S001-016": ("约88.9亿元", "about"),
    "S001-017": ("20多个", "and_more"),
    "S001-018": ("30多名", "and_more"),
    "S001-019": ("200多名", "and_more"),
    "S001-020": ("11家", "exact"),
    "S001-021": ("3场", "exact"),
    "S002-001": ("半数以上", "at_least"),
    "S002-002": ("97%", "exact"),
    "S002-003": ("十位", "exact"),
    "S002-004": ("20", "exact"),
    "S002-005": ("8", "exact"),
    "S002-006": ("70余家", "and_more"),
    "S002-007": ("52个", "exact"),
    "S002-008": ("四", "exact"),
    "S002-009": ("三", "exact"),
    "S002-010": ("两家", "exact"),
    "S002-011": ("6个", "exact"),
    "S002-012": ("百场", "exact"),
    "S003-001": ("146项", "exact"),
    "S003-002": ("六", "exact"),
    "S003-003": ("13个", "exact"),
    "S003-004": ("600多个", "and_more"),
    "S003-005": ("十条", "exact"),
    "S003-006": ("近1300家", "nearly"),
    "S003-007": ("6.5倍", "exact"),
    "S003-008": ("11个", "exact"),
    "S003-009": ("三", "exact"),
    "S003-010": ("30余项", "and_more"),
    "S003-011": ("15家", "exact"),
    "S003-012": ("19家", "exact"),
    "S003-013": ("2年", "exact"),
    "S003-014": ("192家", "exact"),
    "S003-015": ("4081名", "exact"),
    "S003-016": ("2390家", "exact"),
    "S003-017": ("超36亿元", "at_least"),
    "S003-018": ("超180亿元", "at_least"),
    "S003-019": ("21家", "exact"),
    "S003-020": ("531家", "exact"),
    "S003-021": ("约60亿元", "about"),
    "S003-022": ("9条", "exact"),
    "S003-023": ("50%", "exact"),
    "S003-024": ("约2万人", "about"),
    "S003-025": ("翻两番", "exact"),
    "S003-026": ("4个", "exact"),
    "S003-027": ("3", "exact"),
    "S004-001": ("340.0", "exact"),
    "S004-002": ("8.6%", "exact"),
    "S004-003": ("2020年", "exact"),
    "S004-004": ("2020年10月28日", "exact"),
    "S004-005": ("五", "exact"),
    "S004-006": ("10所", "exact"),
    "S004-007": ("百余所", "and_more"),
    "S004-008": ("几千家", "vague"),
    "S004-009": ("7个", "exact"),
    "S004-010": ("45项", "exact"),
    "S004-011": ("超4.15亿元", "at_least"),
    "S004-012": ("三个", "exact"),
    "S004-013": ("", "exact"),
    "S004-014": ("700米", "exact"),
    "S004-015": ("2020年12月", "exact"),
    "S004-016": ("", "exact"),
    "S004-017": ("十八届", "exact"),
}
"""Each claim's number as its quote has it, and the rule that it states; read off by hand."""

JULY, FEBRUARY = date(2021, 7, 19), date(2021, 2, 20)
"""Days of the two articles that most claims stand in: `now` in them."""
SIX = (2015, 2016, 2017, 2018, 2019, 2020)
"""The editions that both speak of."""
_DATES = ("年月", "日期")
_SCALES = {"亿元": 1e8, "万元": 1e4, "%": 0.01}

_EXPO = Selection(channels=("expo",), editions=SIX)
_EXPO_JULY = replace(_EXPO, until=JULY)
_EXPO_FEBRUARY = replace(_EXPO, until=FEBRUARY)
_EXPO_2020 = replace(_EXPO_FEBRUARY, editions=(2020,))
_CENTRE = Selection(channels=("centre",), since=date(2020, 9, 1), until=JULY)
_STATIONS = Selection(regions=("440100",), until=JULY)
_SHOWROOMS = Selection(channels=("showroom",), since=date(2021, 1, 1), until=date(2023, 12, 31))
_SIX_YEARS = Selection(since=date(2015, 1, 1), until=date(2020, 12, 31))

Figures = Callable[[pd.Series], list[float]]
"""Printed numbers of all claims, by id, to the records' figures; several where each must hold."""


def one(name: str, chosen: Selection) -> Figures:
    return lambda printed: [expected(name, chosen)]


def yearly(name: str, chosen: Selection, *editions: int) -> Figures:
    """One figure per edition: `every year`."""
    each = [replace(chosen, editions=(edition,)) for edition in editions or SIX]
    return lambda printed: [expected(name, edition) for edition in each]


def firms() -> pd.DataFrame:
    """Hosts in Guangzhou of a station open in July 2021, by their three returns before it.

    A firm with two stations reports the same money twice: the larger return counts once.
    """
    rows = oracle.open_stations(_STATIONS, pd.Timestamp(JULY))[["station_id", "host_id"]]
    returned = oracle.read("workstation_returns").merge(rows, on="station_id")
    returned = returned[returned["year"].between(2018, 2020)]
    money = returned.groupby(["host_id", "year"])[["rd_spend_cny", "revenue_cny"]].max()
    by_firm = money.groupby("host_id")
    sums = by_firm.sum()
    return pd.DataFrame(
        {
            "intensity": sums["rd_spend_cny"] / sums["revenue_cny"],
            "spend": by_firm["rd_spend_cny"].mean(),
        }
    )


FIGURES: dict[str, Figures] = {
    "S000-001": one("expo_editions.editions", _SIX_YEARS),
    "S000-002": one("expo_exhibits.published", Selection(editions=SIX)),
    "S000-003": one("landings.projects", _EXPO_JULY),
    "S000-004": one("deals.value", _EXPO_JULY),
    "S000-005": yearly("expo_exhibits.strategic_share", Selection()),
    "S000-006": yearly("events.strategic_forum_share", _EXPO),
    "S000-007": yearly("expo_exhibits.countries", Selection()),
    "S000-008": yearly("expo_exhibits.international", Selection()),
    "S000-009": one("events.matchmaking", _CENTRE),
    "S000-010": one("deals.contracts", _CENTRE),
    "S000-011": one("deals.value", _CENTRE),
    "S000-013": one("bases.open", Selection(until=date(2020, 12, 31))),
    "S000-014": one("bases.open", Selection(until=JULY)),
    "S000-015": one("workstations.academicians", _STATIONS),
    "S000-016": one("station_standings.people", _STATIONS),
    "S000-017": lambda printed: [(firms()["intensity"] >= printed["S000-018"] / 100).mean()],
    "S000-019": lambda printed: [(firms()["spend"] >= printed["S000-020"] * 1e4).mean()],
    "S000-021": one("station_standings.with_standards", _STATIONS),
    "S000-022": one("workstation_returns.patents", _STATIONS),
    "S000-023": one("station_standings.key_labs", _STATIONS),
    "S000-024": one("station_standings.postdocs", _STATIONS),
    "S000-025": one("station_standings.engineering_centres", _STATIONS),
    "S001-001": yearly("expo_exhibits.gba_share", Selection(), 2018, 2019, 2020),
    "S001-002": one("landings.gba_share", _EXPO_FEBRUARY),
    "S001-013": one("bases.in_other_gba", Selection(until=FEBRUARY)),
    "S001-014": one("landings.projects", _EXPO_2020),
    "S001-015": one("landings.in_gba", _EXPO_2020),
    "S001-016": one("deals.value", _EXPO_2020),
    "S004-010": one("listings.projects", _SHOWROOMS),
    "S004-011": one("deals.value", _SHOWROOMS),
}
"""Claims that the records speak to."""


def _ids(article: str, *numbers: int) -> tuple[str, ...]:
    return tuple(f"{article}-{number:03}" for number in numbers)


WHY = {
    "no_records": (
        *_ids("S000", 26, 27),
        *_ids("S001", *range(4, 12), *range(17, 22)),
        *_ids("S003", 1, 2, 3, 4, 6, 7, *range(10, 22), 23, 24, 25),
        *_ids("S004", 9, 16),
    ),
    "date": (*_ids("S000", 12, 28, 29), *_ids("S001", 3, 12), *_ids("S004", 3, 4, 15)),
    "line": _ids("S000", 18),
    "self_contradictory": _ids("S000", 20),
    "vague": (*_ids("S000", 7, 22), *_ids("S004", 8)),
    "name": (*_ids("S002", 4, 5, 12), *_ids("S003", 5, 22), *_ids("S004", 14, 17)),
    "policy": _ids("S003", 8, 9),
    "concept": (
        *_ids("S000", 30), *_ids("S002", 8, 9), *_ids("S003", 26, 27), *_ids("S004", 5, 12, 13),
    ),
    "elsewhere": _ids("S002", 6, 7, 10, 11),
    "external": (*_ids("S002", 1, 2, 3), *_ids("S004", 1, 2, 6, 7)),
}  # fmt: skip
"""Why the others cannot be compared, as read by hand."""


def bounds(printed: str, rule: str) -> tuple[Decimal, Decimal]:
    """The least and the most that a number with its words allows; both ends count.

    What must stay below an end is allowed up to the decimal next to it.
    """
    value = Decimal(printed)
    tenth = abs(value) / 10
    if rule == "and_more":
        digits = printed.replace(".", "").rstrip("0")
        unit = value / Decimal(digits)
        return value, (value + unit).next_minus()
    if rule == "exact":
        places = len(printed.partition(".")[2])
        half = Decimal(5).scaleb(-places - 1)
        return value - half, (value + half).next_minus()
    return {
        "at_least": (value, Decimal("Infinity")),
        "nearly": (value - tenth, value),
        "about": (value - tenth, value + tenth),
    }[rule]


def claims(chosen: Selection) -> pd.DataFrame:
    """Every claim with its verdict, in the file's order, whatever is selected."""
    del chosen
    return _claims()


@cache
def _claims() -> pd.DataFrame:
    rows = table_of("published", "claims")
    numbers = pd.to_numeric(rows["value"].mask(rows["unit"].isin(_DATES)))
    printed = pd.Series(numbers.to_numpy(), rows["figure_id"])
    reasons = {figure_id: reason for reason, ids in WHY.items() for figure_id in ids}
    told = [
        _told(figure_id, value, unit, printed, reasons.get(figure_id, ""))
        for figure_id, value, unit in rows[["figure_id", "value", "unit"]].to_numpy().tolist()
    ]
    found = pd.DataFrame(told).assign(
        claim_value=numbers,
        claim=rows["figure_id"],
        claim_unit=rows["unit"],
        claim_rule=[READ[figure_id][1] for figure_id in rows["figure_id"]],
        claim_system=rows["system"],
        claim_source=rows["source"],
        claim_quote=rows["quote"],
    )
    return found.assign(claim_difference=found["live_value"] - numbers)


def _told(
    figure_id: str, value: str, unit: str, printed: pd.Series, reason: str
) -> dict[str, object]:
    """The records' figure in the claim's unit and what it means for the claim."""
    told: dict[str, object] = {"verdict": "incomparable", "claim_reason": reason}
    told |= dict.fromkeys(("live_value", "live_least", "live_most"), float("nan"))
    if figure_id not in FIGURES:
        return told
    live = [figure / _SCALES.get(unit, 1) for figure in FIGURES[figure_id](printed)]
    if len(live) > 1:
        told |= {"live_least": min(live), "live_most": max(live)}
    if reason:
        return told | ({"live_value": live[0]} if len(live) == 1 else {})
    rule = READ[figure_id][1]
    least, most = bounds(value, rule)
    # Of several the one nearest to being wrong, or furthest beyond it, decides.
    worst = min(map(_exact, live), key=lambda figure: min(figure - least, most - figure))
    holds = least <= worst <= most
    fits = "agrees" if rule == "exact" else "consistent"
    return told | {"live_value": float(worst), "verdict": fits if holds else "contradicts"}


def _exact(figure: float) -> Decimal:
    """A figure as it is written, so that 35.71 is no 35.709999."""
    return Decimal(repr(float(figure))).quantize(Decimal("1e-9"), ROUND_HALF_UP)


ORACLES = {"claims-strip": claims, "claims-compact": claims}
