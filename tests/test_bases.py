"""Bases: the played map, coverage by hand, cards and figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.engine import Engine
from analytics.filters import Filters
from analytics.labels import Labels
from analytics.look import Look
from analytics.maps.places import base_map, base_map_says, base_totals
from analytics.panels import bases as panels
from analytics.panels.types import labelled
from tests.tables import HOME, deal, engine

YEARS = Filters(since=date(2020, 1, 1), until=date(2022, 12, 31))
FAR = ("deal_distances.value", "deal_distances.far_value", "deal_distances.far_share")


def base(number: int, opened: str, closed: str = "", **more: Any) -> dict[str, Any]:
    """A base in Tianhe, Guangzhou, unless told otherwise."""
    return {
        "base_id": f"B{number}",
        "name": f"示例基地 {number}",
        "host_kind": "park",
        "adcode": "440106",
        "lon": 113.36,
        "lat": 23.12,
        "opened_on": date.fromisoformat(opened),
        "closed_on": date.fromisoformat(closed) if closed else None,
    } | more


def landed(number: int, base_id: str, on: str, adcode: str) -> dict[str, Any]:
    """A project that landed through a base, and its event."""
    name = f"P{number}"
    return {
        "project": {
            "project_id": name,
            "title": name,
            "started_on": date(2019, 1, 1),
            "base_id": base_id,
            "landed_adcode": adcode,
            "industry": "1",
        },
        "event": {
            "project_id": name,
            "stage": "landed",
            "entered_at": date.fromisoformat(on),
            "outcome": "entered",
        },
    }


@pytest.fixture(scope="module")
def demo() -> Engine:
    return Engine(HOME)


@pytest.fixture(scope="module")
def named(demo: Engine) -> pd.DataFrame:
    panel = panels.MAP.variants[0]
    return labelled(panel.ask(demo, YEARS), panel, Labels(demo), Look())


def test_the_map_holds_each_years_end(tmp_path: Path) -> None:
    """B1 stands all three years, B2 opens in 2021 and closes in 2022."""
    made = [
        landed(1, "B1", "2019-05-01", "440106"),
        landed(2, "B1", "2021-05-01", "440113"),
        landed(3, "B1", "2021-12-31", "440113"),
        landed(4, "B2", "2022-01-01", "440300"),
        landed(5, "B1", "2023-01-01", "440106"),
    ]
    e = engine(
        tmp_path,
        bases=[base(1, "2019-01-01"), base(2, "2021-02-01", "2022-06-01", adcode="440305")],
        projects=[item["project"] for item in made],
        stage_events=[item["event"] for item in made],
    )
    rows = e.query("bases_map", YEARS)
    told = [
        (row["year"], row["base"], row["landed_place"], row["landings"])
        for row in rows.astype(object).where(rows.notna(), None).to_dict("records")
    ]
    assert told == [
        (2020, "B1", "440106", 1),
        (2021, "B1", "440113", 2),
        (2021, "B1", "440106", 1),
        (2021, "B2", None, 0),
        (2022, "B1", "440113", 2),
        (2022, "B1", "440106", 1),
    ]
    totals = base_totals(rows)
    assert totals[["year", "base", "landings"]].to_numpy().tolist() == [
        [2020, "B1", 1],
        [2021, "B1", 3],
        [2021, "B2", 0],
        [2022, "B1", 3],
    ]


def test_the_last_year_ends_with_the_period(tmp_path: Path) -> None:
    e = engine(tmp_path, bases=[base(1, "2021-02-01"), base(2, "2021-09-01")])
    rows = e.query("bases_map", Filters(since=date(2021, 1, 1), until=date(2021, 6, 30)))
    assert rows["base"].tolist() == ["B1"]
    assert rows["as_of"].iloc[0] == pd.Timestamp("2021-06-30")


def test_the_map_shows_as_many_as_the_measure_counts(demo: Engine) -> None:
    rows = base_totals(demo.query("bases_map", YEARS))
    opened = demo.ask(["bases.open"], (), YEARS, "year")
    assert rows.groupby("year").size().tolist() == opened["bases.open"].tolist()


def test_circles_keep_their_scale_while_years_play(named: pd.DataFrame) -> None:
    def radii(year: int) -> dict[str, float]:
        deck = base_map(named, Look(), "gba", year)
        layer = next(one for one in deck.layers if one.id == "points")
        return {row["key"]: row["r"] for row in layer.data if row["lat"] > 0}

    early, late = radii(2020), radii(2022)
    assert len(early) < len(late)
    assert all(early[key] <= late[key] for key in early.keys() & late.keys())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_line_over_the_map_counts_what_stands(named: pd.DataFrame, language: str) -> None:
    now = base_totals(named[named["year"] == 2022])
    whole = base_map_says(named, Look(language), "china", 2022)
    assert f"**{len(now)}**" in whole and f"**{int(now['landings'].sum())}**" in whole
    part = base_map_says(named, Look(language), "guangzhou", 2022)
    assert str(int(now["place"].str.startswith("4401").sum())) in part


def test_coverage_by_hand(tmp_path: Path) -> None:
    """Foshan is 24 km from the base, Shenzhen over 50; before the base opened all is far."""
    e = engine(
        tmp_path,
        bases=[
            base(1, "2020-07-01"),
            base(2, "2020-07-01", "2021-06-30", adcode="440305", lon=113.95, lat=22.53),
        ],
        deals=[
            deal(1, "2020-06-30", 1, buyer_adcode="440600"),
            deal(2, "2020-07-01", 2, buyer_adcode="440604"),
            deal(3, "2021-06-29", 4, buyer_adcode="440300"),
            deal(4, "2021-06-30", 8, buyer_adcode="440300"),
            deal(5, "2021-07-01", 16, buyer_adcode="440000"),
            deal(6, "2021-07-01", 32, buyer_adcode=None),
            deal(7, "2021-07-01", 64, buyer_adcode=None, buyer_country="US"),
        ],
    )
    table = e.ask(FAR, (), YEARS, "year")
    assert table["deal_distances.value"].tolist()[:2] == [3, 12]
    assert table["deal_distances.far_value"].tolist()[:2] == [1, 8]
    assert table["deal_distances.far_share"].tolist()[:2] == pytest.approx([1 / 3, 8 / 12])
    cities = e.ask(FAR, ("city",), YEARS).set_index("city")["deal_distances.far_value"]
    assert cities.to_dict() == {"440300": 8, "440600": 1}


def test_a_region_means_the_buyers_and_every_base_counts(tmp_path: Path) -> None:
    """Shenzhen is selected; the base that covers it lies in Dongguan."""
    e = engine(
        tmp_path,
        bases=[base(1, "2019-01-01", adcode="441900", lon=113.9, lat=22.8)],
        deals=[
            deal(1, "2020-06-30", 1, buyer_adcode="440300", seller_adcode="440100"),
            deal(2, "2020-06-30", 2, buyer_adcode="441300", seller_adcode="440300"),
        ],
    )
    for side in ("", "from", "to"):
        row = e.ask(FAR, (), Filters(regions=("440300",), side=side)).iloc[0]
        assert (row["deal_distances.value"], row["deal_distances.far_value"]) == (1, 0)


def test_open_is_the_year_before_and_what_opened_less_what_closed(demo: Engine) -> None:
    names = ("bases.open", "bases.opened", "base_closings.closed")
    table = demo.ask(names, (), Filters(), "year").fillna(0)
    expected = table["bases.open"].shift(fill_value=0) + table["bases.opened"]
    expected -= table["base_closings.closed"]
    assert table["bases.open"].tolist() == expected.tolist()


def test_a_bases_card(demo: Engine) -> None:
    projects = pd.read_parquet(HOME / "demo" / "projects.parquet")
    card = demo.query("bases_card", base="B0008").iloc[0]
    through = projects[(projects["base_id"] == "B0008") & projects["landed_adcode"].notna()]
    assert card["landings"] == len(through)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_panel_draws(demo: Engine, language: str) -> None:
    look = Look(language)
    for panel in panels.PANELS:
        for item in panel.variants or (panel,):
            frame = labelled(item.ask(demo, YEARS), item, Labels(demo), look)
            assert item.draw(frame, look) is not None
            assert "{" not in item.alt(frame, look)


def test_uncovered_cities_leave_out_those_with_a_base_near(demo: Engine) -> None:
    panel = panels.UNCOVERED
    frame = labelled(panel.ask(demo, YEARS), panel, Labels(demo), Look())
    drawn = panel.draw(frame, Look())
    assert all(value > 0 for value in drawn.data[0].x)
