"""For each claim: how the records answer it, or why nothing here can.

A check holds its own scope. The file's region and period say what an article was about, which is
not always what is to be counted: S001-014 stands under Guangzhou and counts landings anywhere.
"""

from __future__ import annotations

from datetime import date

from analytics.claims.types import Check
from analytics.filters import Filters

ARTICLE_S000 = date(2021, 7, 19)
"""Day on which S000 was published: 'now' in it."""
ARTICLE_S001 = date(2021, 2, 20)
"""Day of the press conference that S001 reports."""
EDITIONS = (2015, 2016, 2017, 2018, 2019, 2020)
"""The six editions that both articles speak of."""
CENTRE_OPENED = date(2020, 9, 1)
GUANGZHOU = ("440100",)

_EXPO = Filters(channels=("expo",), editions=EDITIONS)
_EXPO_TO_JULY = Filters(channels=("expo",), editions=EDITIONS, until=ARTICLE_S000)
_EXPO_TO_FEBRUARY = Filters(channels=("expo",), editions=EDITIONS, until=ARTICLE_S001)
_EXPO_2020 = Filters(channels=("expo",), editions=(2020,), until=ARTICLE_S001)
_SHOWN = Filters(editions=EDITIONS)
_CENTRE = Filters(channels=("centre",), since=CENTRE_OPENED, until=ARTICLE_S000)
_STATIONS = Filters(regions=GUANGZHOU, until=ARTICLE_S000)
_SHOWROOMS = Filters(channels=("showroom",), since=date(2021, 1, 1), until=date(2023, 12, 31))


def _three_years(column: str, speaks_of: str) -> Check:
    """Share of host firms over a line, by the three yearly returns before the article.

    The returns of 2018, 2019 and 2020 are the last three that had been made by then. A firm's
    intensity is the R&D spend of the three years over their revenue, so that a year of little
    revenue does not outweigh the others; its spend is the mean of the years returned.
    """
    return Check(
        Filters(regions=GUANGZHOU, since=date(2018, 1, 1), until=ARTICLE_S000),
        query="station_rd_three_years",
        column=column,
        unit="share",
        speaks_of=speaks_of,
        datasets=("workstations", "workstation_returns"),
        values={"intensity_over": "S000-018", "spend_over": "S000-020"},
        page="workstations",
    )


CHECKS: dict[str, Check] = {
    "S000-001": Check(
        Filters(since=date(2015, 1, 1), until=date(2020, 12, 31)),
        measure="expo_editions.editions",
        page="expos",
    ),
    "S000-002": Check(
        _SHOWN, measure="expo_exhibits.published", page="expos", context=("R022", "R021")
    ),
    "S000-003": Check(
        _EXPO_TO_JULY, measure="landings.projects", page="expos", context=("R009", "R002")
    ),
    "S000-004": Check(_EXPO_TO_JULY, measure="deals.value", page="deals", context=("R010", "R023")),
    "S000-005": Check(
        _SHOWN, measure="expo_exhibits.strategic_share", each="edition", page="expos"
    ),
    "S000-006": Check(_EXPO, measure="events.strategic_forum_share", each="edition", page="expos"),
    "S000-007": Check(_SHOWN, measure="expo_exhibits.countries", each="edition", page="expos"),
    "S000-008": Check(
        _SHOWN,
        measure="expo_exhibits.international",
        each="edition",
        page="expos",
        context=("R020",),
    ),
    "S000-009": Check(_CENTRE, measure="events.matchmaking", page="deals"),
    "S000-010": Check(_CENTRE, measure="deals.contracts", page="deals"),
    "S000-011": Check(_CENTRE, measure="deals.value", page="deals"),
    "S000-013": Check(Filters(until=date(2020, 12, 31)), measure="bases.open", page="bases"),
    "S000-014": Check(Filters(until=ARTICLE_S000), measure="bases.open", page="bases"),
    "S000-015": Check(
        _STATIONS,
        measure="workstations.academicians",
        page="workstations",
        context=("R051", "R056"),
    ),
    "S000-016": Check(
        _STATIONS,
        measure="station_standings.people",
        page="workstations",
        context=("R052", "R053"),
    ),
    "S000-017": _three_years("intense_share", "workstation_returns.intensity"),
    "S000-019": _three_years("spending_share", "workstation_returns.rd_spend"),
    "S000-021": Check(_STATIONS, measure="station_standings.with_standards", page="workstations"),
    "S000-022": Check(_STATIONS, measure="workstation_returns.patents", page="workstations"),
    "S000-023": Check(_STATIONS, measure="station_standings.key_labs", page="workstations"),
    "S000-024": Check(_STATIONS, measure="station_standings.postdocs", page="workstations"),
    "S000-025": Check(
        _STATIONS, measure="station_standings.engineering_centres", page="workstations"
    ),
    "S001-001": Check(
        Filters(editions=(2018, 2019, 2020)),
        measure="expo_exhibits.gba_share",
        each="edition",
        page="expos",
        context=("R008", "R019"),
    ),
    "S001-002": Check(_EXPO_TO_FEBRUARY, measure="landings.gba_share", page="expos"),
    "S001-013": Check(Filters(until=ARTICLE_S001), measure="bases.in_other_gba", page="bases"),
    "S001-014": Check(_EXPO_2020, measure="landings.projects", page="expos", context=("R012",)),
    "S001-015": Check(_EXPO_2020, measure="landings.in_gba", page="expos"),
    "S001-016": Check(_EXPO_2020, measure="deals.value", page="deals", context=("R010",)),
    "S004-010": Check(_SHOWROOMS, measure="listings.projects", page="pipeline"),
    "S004-011": Check(_SHOWROOMS, measure="deals.value", page="deals"),
}
"""Claims that the records can speak to."""

_WHY: dict[str, tuple[str, ...]] = {
    "no_records": (
        *("S000-026", "S000-027"),
        *(f"S001-{number:03}" for number in (*range(4, 12), *range(17, 22))),
        *(f"S003-{number:03}" for number in (*range(1, 5), 6, 7, *range(10, 22), 23, 24, 25)),
        *("S004-009", "S004-016"),
    ),
    "date": (
        *("S000-012", "S000-028", "S000-029", "S001-003", "S001-012"),
        *("S004-003", "S004-004", "S004-015"),
    ),
    "line": ("S000-018",),
    "self_contradictory": ("S000-020",),
    "vague": ("S004-008",),
    "name": (
        *("S002-004", "S002-005", "S002-012", "S003-005", "S003-022"),
        *("S004-014", "S004-017"),
    ),
    "policy": ("S003-008", "S003-009"),
    "concept": (
        *("S000-030", "S002-008", "S002-009", "S003-026", "S003-027"),
        *("S004-005", "S004-012", "S004-013"),
    ),
    "elsewhere": ("S002-006", "S002-007", "S002-010", "S002-011"),
    "external": (
        *("S002-001", "S002-002", "S002-003", "S004-001", "S004-002"),
        *("S004-006", "S004-007"),
    ),
}

REASONS: dict[str, str] = {
    figure_id: reason for reason, figure_ids in _WHY.items() for figure_id in figure_ids
}
"""Why the other claims cannot be compared: figure id to reason."""

FOUND_REASONS = (
    "unreadable",
    "failed",
    "empty",
    "begins_later",
    "ends_earlier",
    "gap",
    "undeclared",
)
"""Reasons that the data give, beside those that are declared."""
