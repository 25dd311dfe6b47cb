"""Questions on hand-made tables: filling, stocks, ratios, comparisons, sides and bases."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics.errors import UnknownName
from analytics.filters import Filters
from tests.tables import deal, engine

YEAR = Filters(since=date(2023, 1, 1), until=date(2023, 12, 31))


@pytest.fixture
def deals(tmp_path: Path):
    return engine(
        tmp_path,
        deals=[
            deal(1, "2022-11-05", 70, seller_adcode="440106", buyer_adcode="440300", industry="1"),
            deal(
                2,
                "2023-01-05",
                100,
                seller_adcode="440106",
                buyer_adcode="440300",
                industry="1",
                registration_no="R1",
            ),
            deal(3, "2023-01-20", 300, seller_adcode="440300", buyer_adcode="110100", industry="2"),
            deal(4, "2023-08-09", 500, seller_adcode="810000", buyer_adcode="440106", industry="1"),
            deal(5, "2023-08-10", 900, seller_country="US", buyer_adcode="440111"),
            deal(6, "2024-02-01", 40, seller_adcode="440000", buyer_adcode="429004"),
        ],
        events=[
            {"event_id": "E1", "channel": "centre", "kind": "roadshow", "held_on": date(2023, 8, 1)}
        ],
    )


def one(frame: pd.DataFrame, column: str) -> float:
    assert len(frame) == 1
    return float(frame[column].iloc[0])


def test_sums_counts_medians_and_averages(deals) -> None:
    answer = deals.ask(
        ["deals.value", "deals.contracts", "deals.average", "deals.median"], (), YEAR
    )
    assert answer.iloc[0].tolist() == [1800, 4, 450, 400]


def test_nothing_selected_is_zero_for_sums_and_blank_for_the_rest(deals) -> None:
    none = Filters(since=date(2030, 1, 1), until=date(2030, 12, 31))
    answer = deals.ask(["deals.value", "deals.median", "deals.average"], (), none).iloc[0]
    assert answer["deals.value"] == 0
    assert pd.isna(answer["deals.median"]) and pd.isna(answer["deals.average"])


def test_the_calendar_fills_sums_with_zero_once_the_series_has_begun(deals) -> None:
    span = Filters(since=date(2022, 1, 1), until=date(2023, 12, 31))
    answer = deals.ask(["deals.value", "deals.median"], (), span, "quarter")
    assert answer["period"].dt.strftime("%Y-%m").tolist() == [
        "2022-10",
        "2023-01",
        "2023-04",
        "2023-07",
        "2023-10",
    ]
    assert answer["deals.value"].tolist() == [70, 400, 0, 1400, 0]
    assert answer["deals.median"].isna().tolist() == [False, False, True, False, True]


def test_an_incomplete_period_is_marked(tmp_path: Path) -> None:
    early = engine(
        tmp_path, "2023-02-15", deals=[deal(1, "2023-01-05", 1), deal(2, "2023-02-05", 1)]
    )
    answer = early.ask(["deals.value"], (), Filters(since=date(2023, 1, 1)), "month")
    assert answer["incomplete"].tolist() == [False, True]


def test_regions_hold_everything_below_them(deals) -> None:
    def value(*regions: str, side: str = "") -> float:
        chosen = Filters(regions=regions, side=side)
        return one(deals.ask(["deals.contracts"], (), chosen), "deals.contracts")

    assert value("440106") == 2
    assert value("440100") == 2
    assert value("440000") == 4  # two in Guangzhou, one in Shenzhen, one known only to be Guangdong
    assert value("810000") == 1
    assert value("gba") == 4
    assert value("440000", side="to") == 4
    assert value("429004", side="to") == 1


def test_children_and_not_specified_sum_to_their_region(deals) -> None:
    whole = one(deals.ask(["deals.value"], (), Filters(regions=("440000",))), "deals.value")
    parts = deals.ask(["deals.value"], ["city"], Filters(regions=("440000",)))
    assert parts["deals.value"].sum() == whole
    assert parts["city"].isna().sum() == 1
    districts = deals.ask(["deals.value"], ["district"], Filters(side="to"))
    assert districts.set_index("district")["deals.value"].to_dict()["440111"] == 900


def test_basis_chooses_the_amount_and_the_contracts(tmp_path: Path) -> None:
    both = engine(
        tmp_path,
        deals=[
            deal(1, "2023-01-01", 100, registration_no="R") | {"technical_value_cny": 60},
            deal(2, "2023-01-02", 10) | {"technical_value_cny": 5},
        ],
    )
    values = {
        basis: one(both.ask(["deals.value"], (), Filters(basis=basis)), "deals.value")
        for basis in ("", "technical", "registered")
    }
    assert values == {"": 110, "technical": 65, "registered": 100}


def test_crossing_tells_hong_kong_macao_taiwan_from_abroad(deals) -> None:
    answer = deals.ask(["deals.value"], ["crossing"]).set_index("crossing")["deals.value"]
    assert answer.to_dict() == {"foreign": 900, "hmt": 500, "mainland": 510}
    share = deals.ask(["deals.crossing_share"])
    assert one(share, "deals.crossing_share") == pytest.approx(1400 / 1910)


def test_a_ratio_of_two_datasets_joins_what_each_gives(tmp_path: Path) -> None:
    both = engine(
        tmp_path,
        deals=[
            deal(1, "2023-01-01", 1, channel="centre", event_id="E1"),
            deal(2, "2023-01-01", 1, channel="centre", event_id="E1"),
            deal(3, "2023-01-01", 1, channel="expo"),
        ],
        events=[
            {"event_id": "E1", "channel": "centre", "kind": "forum", "held_on": date(2023, 1, 1)},
            {"event_id": "E2", "channel": "base", "kind": "forum", "held_on": date(2023, 1, 1)},
        ],
    )
    answer = both.ask(["deals.per_event"], ["channel"]).set_index("channel")["deals.per_event"]
    assert answer["centre"] == 2 and answer["base"] == 0 and pd.isna(answer["expo"])


def test_comparison_gives_the_value_before_beside(deals) -> None:
    compared = Filters(since=date(2023, 1, 1), until=date(2023, 12, 31), compare="year-before")
    assert one(deals.ask(["deals.value"], (), compared), "deals.value__before") == 70
    quarters = deals.ask(["deals.value"], (), compared, "quarter")
    assert quarters["deals.value__before"].tolist()[-1] == 70
    parts = deals.ask(["deals.value"], ["industry"], compared).set_index("industry")
    assert parts.loc["1", ["deals.value", "deals.value__before"]].tolist() == [600, 70]


def test_a_stock_is_what_stands_on_the_last_day(tmp_path: Path) -> None:
    bases = engine(
        tmp_path,
        bases=[
            {"base_id": "B1", "name": "b", "adcode": "440106", "opened_on": date(2020, 5, 1)},
            {
                "base_id": "B2",
                "name": "b",
                "adcode": "440300",
                "opened_on": date(2021, 5, 1),
                "closed_on": date(2022, 5, 1),
            },
        ],
    )

    def standing(until: date) -> float:
        return one(bases.ask(["bases.open"], (), Filters(since=until, until=until)), "bases.open")

    days = (date(2020, 4, 30), date(2020, 5, 1), date(2022, 4, 30), date(2022, 5, 1))
    assert [standing(day) for day in days] == [0, 1, 2, 1]
    yearly = bases.ask(["bases.open", "bases.opened"], (), Filters(), "year")
    assert yearly["bases.open"].tolist() == [1, 2, 1, 1, 1]
    assert yearly["bases.opened"].tolist() == [1, 1, 0, 0, 0]
    assert (
        one(
            bases.ask(["bases.in_other_gba"], (), Filters(until=date(2021, 12, 31))),
            "bases.in_other_gba",
        )
        == 1
    )


def test_the_latest_return_of_a_station_stands_until_the_next(tmp_path: Path) -> None:
    stations = engine(
        tmp_path,
        workstations=[
            {
                "station_id": "W1",
                "name": "w",
                "kind": "expert",
                "adcode": "440106",
                "opened_on": date(2018, 1, 1),
                "closed_on": date(2022, 6, 1),
            }
        ],
        workstation_returns=[
            {"station_id": "W1", "year": 2019, "people": 5, "standards": 0, "has_key_lab": False},
            {"station_id": "W1", "year": 2020, "people": 9, "standards": 1, "has_key_lab": True},
        ],
    )

    def at(day: date) -> list[float]:
        names = [
            "station_standings.people",
            "station_standings.key_labs",
            "station_standings.with_standards",
        ]
        return stations.ask(names, (), Filters(until=day)).iloc[0].tolist()

    assert at(date(2020, 7, 1)) == [5, 0, 0]
    assert at(date(2021, 7, 19)) == [9, 1, 1]
    assert at(date(2022, 6, 1)) == [0, 0, 0]


def test_a_dataset_is_filtered_through_its_parent(tmp_path: Path) -> None:
    stations = engine(
        tmp_path,
        workstations=[
            {
                "station_id": "W1",
                "name": "w",
                "kind": "expert",
                "adcode": "440106",
                "industry": "1",
                "opened_on": date(2018, 1, 1),
            },
            {
                "station_id": "W2",
                "name": "w",
                "kind": "county",
                "adcode": "440300",
                "industry": "2",
                "opened_on": date(2018, 1, 1),
            },
        ],
        workstation_returns=[
            {"station_id": "W1", "year": 2020, "patents": 3, "rd_spend_cny": 30, "revenue_cny": 60},
            {
                "station_id": "W2",
                "year": 2020,
                "patents": 4,
                "rd_spend_cny": 10,
                "revenue_cny": 100,
            },
        ],
    )

    def patents(**filters) -> float:
        return one(
            stations.ask(["workstation_returns.patents"], (), Filters(**filters)),
            "workstation_returns.patents",
        )

    assert patents() == 7
    assert patents(regions=("440100",)) == 3
    assert patents(industries=("2",)) == 4
    assert patents(station_kinds=("county",)) == 4
    assert patents(since=date(2021, 1, 1)) == 0
    kinds = stations.ask(["workstation_returns.intensity"], ["kind"]).set_index("kind")
    assert kinds["workstation_returns.intensity"].to_dict() == {"county": 0.1, "expert": 0.5}


def test_subclasses_filter_through_the_project(tmp_path: Path) -> None:
    both = engine(
        tmp_path,
        projects=[
            {
                "project_id": "P1",
                "title": "t",
                "started_on": date(2023, 1, 1),
                "industry": "1",
                "subindustry": "1.5",
            }
        ],
        deals=[
            deal(1, "2023-01-01", 7, project_id="P1", industry="1"),
            deal(2, "2023-01-01", 5, industry="1"),
        ],
    )
    for chosen, value in (("1", 12), ("1.5", 7), ("1.1", 0), ("2", 0)):
        answer = both.ask(["deals.value"], (), Filters(industries=(chosen,)))
        assert one(answer, "deals.value") == value


def test_landings_are_first_entries_and_their_edition_is_the_projects(tmp_path: Path) -> None:
    landed = engine(
        tmp_path,
        projects=[
            {
                "project_id": f"P{n}",
                "title": "t",
                "started_on": date(2020, 1, 1),
                "channel": "expo",
                "edition": 2020,
                "landed_adcode": place,
            }
            for n, place in ((1, "440106"), (2, "110100"), (3, None))
        ],
        stage_events=[
            {
                "project_id": "P1",
                "stage": "landed",
                "entered_at": date(2021, 3, 1),
                "outcome": "entered",
            },
            {
                "project_id": "P1",
                "stage": "landed",
                "entered_at": date(2020, 9, 1),
                "outcome": "entered",
            },
            {
                "project_id": "P2",
                "stage": "landed",
                "entered_at": date(2020, 6, 1),
                "outcome": "entered",
            },
            {
                "project_id": "P3",
                "stage": "pilot",
                "entered_at": date(2020, 6, 1),
                "outcome": "entered",
            },
        ],
        expo_editions=[{"edition": 2020, "year": 2020, "opened_on": date(2020, 12, 4)}],
        expo_exhibits=[
            {"exhibit_id": f"X{n}", "edition": 2020, "published": True} for n in range(4)
        ],
    )
    names = ["landings.projects", "landings.gba_share", "landings.per_exhibit"]
    answer = landed.ask(names, ["edition"])
    assert answer.iloc[0].tolist() == [2020, 2, 0.5, 0.5]
    clipped = landed.ask(["landings.projects"], (), Filters(until=date(2020, 8, 1)))
    assert one(clipped, "landings.projects") == 1


@pytest.mark.parametrize(
    ("measures", "by", "grain", "near"),
    [
        (["deals.valu"], [], "", "deals.value"),
        (["deals.value"], ["industri"], "", "industry"),
        (["bases.open"], ["industry"], "", ""),
        (["deals.value"], [], "mont", "month"),
    ],
)
def test_wrong_names_are_told_with_the_nearest(deals, measures, by, grain, near) -> None:
    with pytest.raises(UnknownName) as told:
        deals.ask(measures, by, Filters(), grain)
    assert near in str(told.value)
    assert "Allowed" in str(told.value) and "可用" in told.value.message("zh")


def test_records_are_filtered_ordered_and_paged(deals) -> None:
    rows = deals.records("deals", YEAR, "value_cny", True, 2, 1)
    assert rows["deal_id"].tolist() == ["D4", "D3"]
    assert deals.count("deals", YEAR) == 4
    with pytest.raises(UnknownName):
        deals.records("deals", YEAR, "nonsense")
    with pytest.raises(UnknownName):
        deals.records("landings")
