"""Filters: link and back, what is refused, and the comparison period."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.filters import Filters, from_query, to_query

ALLOWED = {
    "regions": frozenset(("gba", "440000", "440100", "110000")),
    "industries": frozenset(("1", "1.1", "other")),
    "channels": frozenset(("expo", "centre")),
    "editions": frozenset(range(2000, 2100)),
    "contract_types": frozenset(("services", "licence")),
    "technical_fields": frozenset(("1", "11")),
    "station_kinds": frozenset(("expert",)),
}
DEFAULT = Filters(since=date(2019, 1, 1), until=date(2024, 12, 31))
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@st.composite
def any_filters(draw: st.DrawFn) -> Filters:
    one, other = draw(DAYS), draw(DAYS)
    lists = {
        name: tuple(draw(st.lists(st.sampled_from(sorted(codes)), unique=True, max_size=3)))
        for name, codes in ALLOWED.items()
    }
    return Filters(
        since=min(one, other),
        until=max(one, other),
        **lists,
        side=draw(st.sampled_from(("", "from", "to"))),
        basis=draw(st.sampled_from(("", "technical", "registered"))),
        compare=draw(st.sampled_from(("", "before", "year-before"))),
    )


@given(any_filters())
def test_filters_survive_the_link(filters: Filters) -> None:
    found, refused = from_query(to_query(filters), ALLOWED, DEFAULT)
    assert found == filters
    assert not refused


def test_a_bare_link_shows_the_default_period() -> None:
    assert from_query({}, ALLOWED, DEFAULT) == (DEFAULT, {})


def test_rubbish_is_named_and_the_rest_holds() -> None:
    query = {
        "from": "x",
        "region": "440100,999999",
        "industry": "77",
        "side": "up",
        "edition": "20x0,2020",
        "basis": "technical",
    }
    found, refused = from_query(query, ALLOWED, DEFAULT)
    assert found == Filters(
        since=DEFAULT.since,
        until=DEFAULT.until,
        regions=("440100",),
        editions=(2020,),
        basis="technical",
    )
    assert set(refused) == {"from", "region", "industry", "side", "edition"}


def test_a_period_that_ends_before_it_begins_is_refused_whole() -> None:
    found, refused = from_query({"from": "2024", "to": "2020"}, ALLOWED, DEFAULT)
    assert (found.since, found.until) == (DEFAULT.since, DEFAULT.until)
    assert set(refused) == {"from", "to"}


@pytest.mark.parametrize("word", ["seller", "output", "origin", "from"])
def test_words_for_a_side(word: str) -> None:
    assert from_query({"side": word}, ALLOWED, DEFAULT)[0].side == "from"


def test_the_comparison_period() -> None:
    whole = Filters(since=date(2023, 1, 1), until=date(2024, 12, 31), regions=("440100",))
    assert whole.before() is None
    before = Filters(**{**whole.__dict__, "compare": "before"}).before()
    assert before and (before.since, before.until) == (date(2021, 1, 1), date(2022, 12, 31))
    assert before.regions == ("440100",) and before.compare == ""
    year = Filters(since=date(2024, 2, 1), until=date(2024, 2, 29), compare="year-before").before()
    assert year and (year.since, year.until) == (date(2023, 2, 1), date(2023, 2, 28))


@pytest.mark.parametrize("field", ["side", "basis", "compare"])
def test_what_no_query_could_answer_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match=field):
        Filters(**{field: "sideways"})
