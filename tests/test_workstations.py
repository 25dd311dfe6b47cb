"""Workstations: queries on hand-made tables and the demonstration records, figures, dossier."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pydeck as pdk
import pytest

from analytics.engine import Engine
from analytics.figures import workstations as figures
from analytics.figures.yearly import Strip, strips
from analytics.filters import Filters
from analytics.labels import Labels
from analytics.look import Look
from analytics.maps.places import within
from analytics.maps.views import Stage, best_height
from analytics.panels import bases, deals
from analytics.panels import workstations as panels
from analytics.panels.types import labelled
from tests.tables import HOME, engine

YEARS = Filters(since=date(2020, 1, 1), until=date(2022, 12, 31))
LANGUAGES = ("zh", "en")


def station(number: int, opened: str, closed: str = "", **more: Any) -> dict[str, Any]:
    """A workstation with what the page reads."""
    return {
        "station_id": f"W{number}",
        "name": f"示例工作站 {number}",
        "kind": "academician",
        "adcode": "440106",
        "industry": "1",
        "lon": 113.3,
        "lat": 23.1,
        "opened_on": date.fromisoformat(opened),
        "closed_on": date.fromisoformat(closed) if closed else None,
        "status": "closed" if closed else "active",
        "academicians": 1,
        "is_rural": False,
    } | more


def yearly(number: int, year: int, **more: Any) -> dict[str, Any]:
    """A yearly return."""
    return {"station_id": f"W{number}", "year": year, "people": 1, "patents": 0} | more


@pytest.fixture(scope="module")
def demo() -> Engine:
    return Engine(HOME)


def test_closings_count_by_the_day_of_closing(tmp_path: Path) -> None:
    """W1 stays, W2 closes in 2021, W3 opens and closes within 2022, W4 closed before."""
    e = engine(
        tmp_path,
        workstations=[
            station(1, "2019-05-01"),
            station(2, "2020-05-01", "2021-06-30"),
            station(3, "2022-02-01", "2022-12-31"),
            station(4, "2018-01-01", "2019-12-31"),
        ],
    )
    names = ("workstations.active", "workstations.opened", "station_closings.closed")
    table = e.ask(names, (), YEARS, "year")
    assert table["workstations.active"].tolist() == [2, 1, 1]
    assert table["workstations.opened"].tolist() == [1, 0, 1]
    assert table["station_closings.closed"].tolist() == [0, 1, 1]


def test_active_is_the_year_before_and_what_opened_less_what_closed(demo: Engine) -> None:
    names = ("workstations.active", "workstations.opened", "station_closings.closed")
    table = demo.ask(names, (), Filters(), "year").fillna(0)
    expected = (
        table["workstations.active"].shift(fill_value=0)
        + table["workstations.opened"]
        - table["station_closings.closed"]
    )
    assert table["workstations.active"].tolist() == expected.tolist()


def test_platforms_count_each_kind_of_the_latest_return(tmp_path: Path) -> None:
    """W1 lost its laboratory in its second return; W2 has all three; W3 closed: 1 + 3."""
    e = engine(
        tmp_path,
        workstations=[
            station(1, "2019-01-01"),
            station(2, "2019-01-01"),
            station(3, "2019-01-01", "2021-01-01"),
        ],
        workstation_returns=[
            yearly(1, 2020, has_key_lab=True),
            yearly(1, 2021, has_postdoc=True),
            yearly(2, 2021, has_key_lab=True, has_postdoc=True, has_engineering_centre=True),
            yearly(3, 2020, has_key_lab=True),
        ],
    )
    platforms = "station_standings.platforms"
    assert e.ask([platforms], (), YEARS)[platforms].iloc[0] == 4
    by = e.ask([platforms], ("station",), YEARS).set_index("station")[platforms]
    assert by.to_dict() == {"W1": 1, "W2": 3}


def test_the_map_shows_those_open_at_the_end_and_those_closed_in_the_period(
    tmp_path: Path,
) -> None:
    e = engine(
        tmp_path,
        organisations=[
            {"organisation_id": "O1", "name": "示例企业 1", "kind": "enterprise", "country": "CN"}
        ],
        workstations=[
            station(1, "2019-05-01", host_id="O1"),
            station(2, "2020-05-01", "2021-06-30"),
            station(3, "2018-01-01", "2019-12-31"),
            station(4, "2023-01-01"),
            station(5, "2022-01-01", status="warned"),
            station(6, "2020-01-01", "2023-06-30"),
            station(7, "2020-01-01", adcode="110100"),
        ],
        workstation_returns=[
            yearly(1, 2020, people=3),
            yearly(1, 2022, people=9),
            yearly(1, 2023, people=20),
            yearly(2, 2020, people=5),
        ],
    )
    rows = e.query("stations_map", YEARS).set_index("station")
    assert sorted(rows.index) == ["W1", "W2", "W5", "W6", "W7"]
    assert rows["station_state"].to_dict() == {
        "W1": "active",
        "W2": "closed",
        "W5": "warned",
        "W6": "active",
        "W7": "active",
    }
    assert rows.loc["W1", "people"] == 9, "the latest return by the period's end"
    assert rows.loc["W1", "host"] == "示例企业 1"
    assert pd.isna(rows.loc["W6", "closed_on"]), "not closed yet at the period's end"
    here = e.query("stations_map", Filters(regions=("440100",)))
    assert "W7" not in set(here["station"])


def test_the_map_shows_as_many_as_the_card_counts(demo: Engine) -> None:
    for filters in (YEARS, Filters(until=date(2024, 12, 31), regions=("gba",), industries=("2",))):
        rows = demo.query("stations_map", filters)
        active = demo.ask(["workstations.active"], (), filters)["workstations.active"].iloc[0]
        assert (rows["station_state"] != "closed").sum() == active


def test_intensity_is_money_over_money_of_the_last_three_returns(tmp_path: Path) -> None:
    """W1: 2020 to 2022 are the last three by then: (1 + 2 + 6) / (10 + 10 + 10) = 0.3.

    W2 has one return without revenue; W3 closed; W4 has no return.
    """
    e = engine(
        tmp_path,
        workstations=[
            station(1, "2018-01-01"),
            station(2, "2018-01-01"),
            station(3, "2018-01-01", "2022-05-01"),
            station(4, "2018-01-01"),
        ],
        workstation_returns=[
            yearly(1, year, rd_spend_cny=spend, revenue_cny=10)
            for year, spend in ((2019, 9), (2020, 1), (2021, 2), (2022, 6), (2023, 9))
        ]
        + [
            yearly(2, 2021, rd_spend_cny=4, revenue_cny=0),
            yearly(3, 2021, rd_spend_cny=4, revenue_cny=8),
        ],
    )
    rows = e.query("stations_intensity", YEARS).set_index("station")
    assert list(rows.index) == ["W1", "W2"]
    assert rows.loc["W1", "intensity"] == pytest.approx(0.3)
    assert (rows.loc["W1", "rd_spend"], rows.loc["W1", "returns"]) == (3, 3)
    assert pd.isna(rows.loc["W2", "intensity"])


def test_the_dossier_tells_one_station(demo: Engine) -> None:
    stations = pd.read_parquet(HOME / "demo" / "workstations.parquet").set_index("station_id")
    card = demo.query("stations_card", station="W0006").iloc[0]
    assert card["place"] == stations.loc["W0006", "adcode"]
    assert card["station_state"] == "closed"
    assert demo.query("stations_card", station="no such").empty


def test_people_by_station_add_up(demo: Engine) -> None:
    name = "station_standings.people"
    whole = demo.ask([name], (), YEARS)[name].iloc[0]
    assert demo.ask([name], ("station",), YEARS)[name].sum() == whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_maps_views_hold_what_lies_in_them(demo: Engine, language: str) -> None:
    panel = panels.MAP.variants[0]
    look = Look(language)
    named = labelled(panel.ask(demo, YEARS), panel, Labels(demo), look)
    shown = {}
    for item in panels.MAP.variants:
        deck = item.draw(named, look)
        assert isinstance(deck, pdk.Deck)
        layer = next(one for one in deck.layers if one.id == "points")
        shown[item.variant] = {row["key"] for row in layer.data}
    assert shown["guangzhou"] <= shown["gba"] <= shown["china"] == set(named["station"])
    assert shown["guangzhou"] == set(named.loc[named["place"].str[:4] == "4401", "station"])


def test_the_map_says_how_many_lie_outside_it(demo: Engine) -> None:
    panel = panels.MAP.variants[0]
    named = labelled(panel.ask(demo, YEARS), panel, Labels(demo), Look())
    standing = named[named["station_state"] != "closed"]
    for item in panels.MAP.variants:
        assert item.says is not None
        said = item.says(named, Look())
        here = int(within(standing["place"], item.variant).sum())
        assert f"**{len(standing)}** 家" in said
        assert (f"本图 {here} 家" in said) == (here < len(standing))
    assert "本图" in panels.MAP.variants[0].says(named, Look())  # pyright: ignore[reportOptionalCall]
    everywhere = panels.MAP.variants[2].says
    assert everywhere is not None and everywhere(named, Look("en")).endswith("all on this map")


def test_the_national_maps_say_of_taiwan_what_the_records_hold(demo: Engine) -> None:
    """The records hold no workstation there, but bases and contracts."""
    for dataset, columns, national in (
        ("workstations", ("adcode",), panels.MAP.variants[2]),
        ("bases", ("adcode",), bases.MAP.variants[2]),
        ("deals", ("seller_adcode", "buyer_adcode"), deals.FLOW.variants[0]),
    ):
        records = pd.read_parquet(HOME / "demo" / f"{dataset}.parquet", columns=list(columns))
        known = any(records[name].astype(str).str.startswith("71").any() for name in columns)
        assert national.foot is not None
        assert ("台湾省资料暂缺" in national.foot(Look())) != known, dataset


def test_within_knows_the_bay_area() -> None:
    places = pd.Series(["440106", "440300", "810000", "441800", "110100", None])
    assert within(places, "gba").tolist() == [True, True, True, False, False, False]
    assert within(places, "guangzhou").tolist() == [True] + [False] * 5
    assert within(places, "china").all()


def test_a_phone_gets_a_map_of_its_own_height(demo: Engine) -> None:
    for item in panels.MAP.variants:
        named = labelled(item.ask(demo, YEARS), item, Labels(demo), Look())
        phone = Look(narrow=True)
        shown = item.draw(named, phone).initial_view_state
        assert shown.zoom == Stage.of(item.variant, phone).zoom
        assert item.narrow_height == best_height(item.variant, Look(narrow=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_flow_stands_on_zero(demo: Engine, language: str) -> None:
    panel = panels.FLOW
    frame = panel.ask(demo, YEARS)
    drawn = panel.draw(frame, Look(language))
    line, gained, lost = drawn.data
    assert list(line.y) == frame["workstations.active"].tolist()
    assert all(value >= 0 for value in gained.y) and all(value <= 0 for value in lost.y)
    assert list(gained.customdata[0])[1] == "2020", "a click filters by the year"
    said = panel.alt(frame, Look(language))
    assert str(int(frame["workstations.active"].iloc[-1])) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_histogram_counts_every_station_once(demo: Engine, language: str) -> None:
    frame = demo.query("stations_intensity", YEARS)
    drawn = figures.intensity_histogram(frame, Look(language))
    assert sum(drawn.data[0].y) == frame["intensity"].notna().sum()
    assert sum(drawn.data[0].y[:1]) == (frame["intensity"] < 0.1).sum()
    assert drawn.data[0].y[-1] == (frame["intensity"] >= 1).sum()


def test_the_histogram_of_nothing_draws() -> None:
    empty = pd.DataFrame({"intensity": [float("nan")]})
    assert sum(figures.intensity_histogram(empty, Look()).data[0].y) == 0


def test_kinds_add_the_rural_part_to_the_rest(demo: Engine) -> None:
    panel = panels.KINDS
    frame = panel.ask(demo, YEARS)
    named = labelled(frame, panel, Labels(demo), Look())
    part, rest = panel.draw(named, Look()).data
    assert sum(part.x) + sum(rest.x) == frame["workstations.active"].sum()
    assert sum(part.x) == frame["workstations.rural"].sum()


@pytest.mark.parametrize(
    ("language", "title", "label"),
    [("zh", "研发投入（亿元）", "2.50"), ("en", "R&D spend (CNY m)", "250.0")],
)
def test_money_in_strips_has_one_unit(language: str, title: str, label: str) -> None:
    """The unit stands in the title, so that small years read beside large ones."""
    frame = pd.DataFrame({"year": [2020, 2021], "spend": [3.2e6, 2.5e8]})
    strip = Strip("spend", "研发投入", "R&D spend", "cny")
    drawn = strips(frame, Look(language), (strip,))
    assert drawn.layout.annotations[0].text == title
    assert list(drawn.data[0].text)[1] == label
