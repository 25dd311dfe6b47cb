"""Every figure the demonstration is calibrated to, with the id of the claim it answers.

Figures without an id are invented: plausible, and nobody's. Money is in yuan. What a scale
multiplies is counts; the dates stay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def day(text: str) -> np.datetime64:
    """A day, written as in ISO 8601."""
    return np.datetime64(text, "D")


FIRST_DAY = day("2015-01-05")
LAST_DAY = day("2025-09-30")
CLAIM_YEAR_END = day("2020-12-31")  # S000-013, 'originally'
CLAIM_FEBRUARY = day("2021-02-20")  # S001: the press conference
CLAIM_JULY = day("2021-07-19")  # S000: the article
YI = 100_000_000


@dataclass(frozen=True)
class Edition:
    """One edition of the expo as it shall come out.

    Args:
        year: The edition.
        opened: First day.
        exhibits: Results shown.
        sei: Share of exhibits in strategic emerging industries; S000-005 asks over 0.80.
        gba: Share from the Greater Bay Area; S001-001 asks over 0.50 in 2018, 2019 and 2020.
        foreign: Results from abroad; S000-008 asks over 100 each year.
        projects: Exhibits followed as projects.
        landed: Projects that land sooner or later.
        landed_gba: Share of the landings within the Greater Bay Area; S001-002 asks over 0.70.
        value: Contract value in yuan, all of it observed.
        forums: Forums held.
        sei_forums: Share of forums in strategic emerging industries; S000-006 asks over 0.70.
    """

    year: int
    opened: np.datetime64
    exhibits: int
    sei: float
    gba: float
    foreign: int
    projects: int
    landed: int
    landed_gba: float
    value: int
    forums: int
    sei_forums: float


def _edition(opened: str, value: float, *rest: float) -> Edition:
    exhibits, sei, gba, foreign, projects, landed, landed_gba, forums, sei_forums = rest
    return Edition(
        year=int(opened[:4]),
        opened=day(opened),
        exhibits=int(exhibits),
        sei=sei,
        gba=gba,
        foreign=int(foreign),
        projects=int(projects),
        landed=int(landed),
        landed_gba=landed_gba,
        value=round(value * YI),
        forums=int(forums),
        sei_forums=sei_forums,
    )


# S000-001: six editions to 2020. S000-002: over 10,000 published. S000-003: 663 landed.
# S000-004: 394.0 + 88.9 = 482.9. S001-014 to 016: 163 landed, 133 in the bay area, 88.9.
EDITIONS = (
    # opened, value in 100 million | exhibits, sei, gba, foreign | projects, landed, gba | forums
    _edition("2015-06-18", 2.6, 1_100, 0.832, 0.441, 106, 120, 4, 0.75, 11, 0.727),
    _edition("2016-06-23", 70.4, 1_915, 0.838, 0.457, 118, 270, 88, 0.74, 14, 0.78),
    _edition("2017-06-22", 93.5, 2_164, 0.845, 0.483, 127, 362, 118, 0.76, 16, 0.74),
    _edition("2018-06-21", 108.7, 2_407, 0.853, 0.517, 139, 416, 136, 0.77, 18, 0.77),
    _edition("2019-06-26", 118.8, 1_236, 0.861, 0.538, 131, 466, 154, 0.79, 17, 0.81),
    _edition("2020-10-16", 88.9, 3_342, 0.866, 0.556, 112, 492, 163, 0.816, 20, 0.79),
    _edition("2021-12-09", 68.5, 4_873, 0.870, 0.468, 148, 556, 182, 0.77, 22, 0.81),
    _edition("2022-12-08", 61.8, 3_268, 0.874, 0.479, 157, 610, 203, 0.76, 19, 0.83),
    _edition("2023-11-17", 70.6, 2_716, 0.879, 0.487, 189, 675, 226, 0.78, 23, 0.82),
    _edition("2024-11-22", 72.3, 3_584, 0.884, 0.494, 194, 742, 252, 0.77, 25, 0.85),
)
EDITION_DAYS = 3
PUBLISHED_SHARE = 0.885  # S000-002: 12,164 shown to 2020, about 10,760 of them published
UNKNOWN_SHARE = 0.01  # exhibits without a region, and as many without an industry
LANDED_FROM = -60  # days from the opening: some projects land before it
LANDED_UNTIL = 620  # days after an edition's opening
NEXT_EDITION_FROM = day("2024-08-01")
NEXT_EDITION_PROJECTS = 390  # being collected for the edition that is not held yet
LEAD_DAYS = 1_300  # an edition's projects were collected at most so long before it
REPORTED_2020 = CLAIM_FEBRUARY  # S001-014, S001-016: all that edition 2020 brought, by then
REPORTED_BEFORE_2020 = 360  # days after the opening in which an older edition's landings were told


def reported_until(edition: Edition) -> np.datetime64:
    """Last day on which an edition's landings and contracts may fall."""
    if edition.year == 2020:
        return REPORTED_2020
    days = REPORTED_BEFORE_2020 if edition.year < 2020 else LANDED_UNTIL
    return edition.opened + days


CENTRE_OPENED = day("2020-09-01")  # S000-012
CENTRE_EVENTS = 18  # S000-009: matchmaking and roadshows to CLAIM_JULY
CENTRE_DEALS = 117  # S000-010
CENTRE_VALUE = 3_571_000_000  # S000-011
CENTRE_DEALS_LATER = (
    ("2021-07-20", "2021-12-31", 71),
    ("2022-01-01", "2022-12-31", 158),
    ("2023-01-01", "2023-12-31", 197),
    ("2024-01-01", "2024-12-31", 236),
    ("2025-01-01", "2025-09-30", 171),
)

SHOWROOM_OPENED = day("2020-06-01")  # S004-009: built from 2020 on
SHOWROOM_COUNT_FROM = day("2021-01-01")
SHOWROOM_COUNT_TO = day("2023-12-31")
SHOWROOM_LISTINGS = 45  # S004-010
SHOWROOM_VALUE = 417_000_000  # S004-011: over 415 million
SHOWROOM_LISTINGS_LATER = 41  # 2024 and 2025

# Openings of bases by phase: until when, in Guangzhou, in other bay-area cities, elsewhere.
BASE_FIRST = day("2016-03-01")
BASE_PHASES = (
    (CLAIM_YEAR_END, 13, 14, 9),  # S000-013: 36
    (CLAIM_FEBRUARY, 1, 2, 1),  # S001-013: 14 + 2 = 16 in other bay-area cities
    (CLAIM_JULY, 6, 9, 11),  # S000-014: 36 + 4 + 26 = 66
    (day("2025-08-31"), 9, 13, 18),
)
BASES_CLOSED = 6  # all after CLAIM_JULY

STATIONS = 42  # open on CLAIM_JULY, all of them in Guangzhou; an even number
STATION_ACADEMICIANS = 24  # S000-015
STATION_PEOPLE = 547  # S000-016: over 500, below 600
STATION_INTENSE = 23  # S000-017: over half of the 42 spend more than half their revenue on R&D
STATION_SPENDERS = STATIONS // 2  # S000-019: exactly 50 %
SPEND_THRESHOLD = 10_000_000  # S000-020
STATION_STANDARDS = 10  # S000-021
STATION_PATENTS = 486  # S000-022: some hundreds
STATION_KEY_LABS = 8  # S000-023
STATION_POSTDOCS = 5  # S000-024
STATION_CENTRES = 15  # S000-025
STATION_BATCHES = (  # first and last day of a batch, stations; the first make up STATIONS
    ("2016-05-16", "2018-11-30", 9),
    ("2019-06-03", "2019-07-12", 15),
    ("2020-06-08", "2020-12-18", 18),
    ("2021-09-06", "2021-12-24", 15),
    ("2022-05-09", "2022-12-16", 21),
    ("2023-04-10", "2023-11-30", 22),
    ("2024-04-08", "2024-12-06", 20),
    ("2025-03-10", "2025-09-12", 12),
)
STATIONS_CLOSED = 9  # all after CLAIM_JULY
STATIONS_WARNED = 8

ORGANISATIONS = 4_500
FOREIGN_ORGANISATIONS = 190
OTHER_PROJECTS = 1_900
BASE_PROJECTS = 1_250
CENTRE_PROJECTS = 720
OTHER_DEALS = 2_250
BASE_DEALS = 1_150
