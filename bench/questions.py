"""The eight questions of the deals page, what is selected, and when two answers are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analytics.filters import Filters

Answers = Mapping[str, pd.DataFrame]

COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "headline": (
        (),
        (
            *("value", "contracts", "average", "median", "crossing_share", "per_event"),
            *("value_before", "contracts_before", "median_before", "crossing_share_before"),
        ),
    ),
    "trend": (("month",), ("value", "contracts")),
    "industry": (("industry",), ("value",)),
    "regions": (("city",), ("value", "contracts")),
    "types": (("contract_type",), ("value",)),
    "flow": (("from_province", "to_province"), ("value", "contracts")),
    "distribution": (
        ("bin",),
        ("contracts", "value", "q1", "median", "q3", "p90", "top_share", "gini"),
    ),
    "funnel": ((), ("shown", "matched", "contracted", "landed")),
}
"""Keys and figures of each question's answer."""
QUESTIONS = tuple(COLUMNS)
TOP = 15
"""How many regions are ranked."""
FROM_BINS = ("median", "median_before", "q1", "q3", "p90", "top_share", "gini")
"""What cubes read from bins of amounts: the quantiles and, by the same bins, the concentration."""
_BINS_TOLERANCE, _TOLERANCE = 0.01, 1e-9
_HALF_A_CENT = 0.0051
"""To DuckDB the median of two amounts in the middle is a decimal of two places, not of three."""


class Different(AssertionError):
    """Two answers to one question differ; a measurement of them would say nothing."""


@dataclass(frozen=True)
class Selection:
    """What a page shows.

    Args:
        regions: Codes of provinces, or of a district.
        industries: Codes of industries.
        since: First day; whole months.
        until: Last day.
    """

    regions: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None

    @property
    def filters(self) -> Filters:
        """As the product says it, compared with the period before where there is a period."""
        return Filters(
            since=self.since,
            until=self.until,
            regions=self.regions,
            industries=self.industries,
            compare="before" if self.since else "",
        )

    def before(self) -> Selection | None:
        """The same for the period before; None where there is no period."""
        earlier = self.filters.before()
        if earlier is None:
            return None
        return Selection(self.regions, self.industries, earlier.since, earlier.until)


def _three_years(first: int, regions: tuple[str, ...], industries: tuple[str, ...]) -> Selection:
    return Selection(regions, industries, date(first, 1, 1), date(first + 2, 12, 31))


UNFILTERED = (Selection(),)
FILTERED = (
    _three_years(2019, ("310000", "320000"), ("1", "2", "3")),
    _three_years(2020, ("330000", "110000"), ("2", "4", "6")),
    _three_years(2021, ("370000", "510000"), ("1", "5", "7")),
    _three_years(2018, ("320000", "340000"), ("3", "4", "8")),
    _three_years(2022, ("310000", "420000"), ("1", "2", "9")),
)
"""Two provinces, three industries, three years; several, so that no answer is merely kept."""
DISTRICT = (
    Selection(("441204",)),
    Selection(("440114",)),
    Selection(("445322",)),
)
"""One district of usual size, everything else as it is: less than a hundredth of all deals."""
LARGEST = (
    Selection(("440106",)),
    Selection(("440112",)),
)
"""One of the districts where the most deals are, each a twentieth of all."""


def rows_of(frame: pd.DataFrame, question: str) -> pd.DataFrame:
    """An answer in the form in which answers are compared: keys as text, figures as floats."""
    keys, figures = COLUMNS[question]
    found = pd.DataFrame(
        {key: frame[key].astype("string").fillna("") for key in keys}
        | {name: frame[name].astype(float) for name in figures if name in frame},
    )
    if question == "trend":  # a month with nothing may be told or left out
        found = found[found["contracts"].fillna(0) > 0]
    if question == "regions":
        found = found[found["city"] != ""].nlargest(TOP, "value")
    return found.sort_values(list(keys), ignore_index=True) if keys else found


def compare(name: str, found: Answers, expected: Answers, has_bins: bool = False) -> float:
    """Hold that two variants answer alike, and say how far those figures are that need not.

    Args:
        name: The variant, to be named.
        found: Its answers.
        expected: The answers they should be.
        has_bins: Whether it may read `FROM_BINS` from bins: those may then differ by 1 %, and
            everything else must be the same still.

    Returns:
        The largest relative difference among the figures that may differ; 0 without bins.

    Raises:
        Different: They do not answer alike; tells where.
    """
    furthest = 0.0
    for question in QUESTIONS:
        if question not in found:
            continue
        ours, theirs = rows_of(found[question], question), rows_of(expected[question], question)
        keys, figures = COLUMNS[question]
        where = f"{name}, {question}"
        if len(ours) != len(theirs):
            raise Different(f"{where}: {len(ours)} rows, expected {len(theirs)}")
        for key in keys:
            if not ours[key].equals(theirs[key]):
                raise Different(f"{where}: other values of {key}")
        for figure in figures:
            if figure in theirs and figure not in ours:
                raise Different(f"{where}: no {figure}")
            if figure in theirs:
                is_near = has_bins and figure in FROM_BINS
                tolerance = _BINS_TOLERANCE if is_near else _TOLERANCE
                apart = _apart(f"{where}.{figure}", ours[figure], theirs[figure], tolerance)
                furthest = max(furthest, apart if is_near else 0.0)
    return furthest


def _apart(where: str, ours: pd.Series, theirs: pd.Series, tolerance: float) -> float:
    rounding = _HALF_A_CENT if ".median" in where else 1e-9
    close = np.isclose(ours, theirs, rtol=tolerance, atol=rounding, equal_nan=True)
    if not close.all():
        at = int(np.argmin(close))
        raise Different(f"{where}, row {at}: {ours.iloc[at]!r}, expected {theirs.iloc[at]!r}")
    known = theirs.abs() > 0
    return float(((ours - theirs).abs()[known] / theirs.abs()[known]).max()) if known.any() else 0.0
