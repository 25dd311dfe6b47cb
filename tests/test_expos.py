"""The expo page: its queries on hand-made tables, its figures and sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from analytics.engine import Engine
from analytics.figures.expos.progress import apart
from analytics.filters import Filters
from analytics.labels import Labels
from analytics.look import Look
from analytics.panels import expos
from analytics.panels.types import Panel, labelled
from analytics.ui import data
from analytics.ui.findings_expos import expo_cards, expo_finding, last_two
from analytics.ui.state import Viewing
from tests.oracle import Selection, editions, landings
from tests.tables import HOME, data_folder, deal

GUANGZHOU, SHENZHEN, BEIJING = "440100", "440300", "110100"
FIRST, SECOND = date(2022, 12, 1), date(2024, 3, 1)
END = "2024-12-26"
"""300 days after the second edition opened, 756 after the first."""

YEARS = {year: Filters(since=date(year, 1, 1), until=date(year, 12, 31)) for year in (2022, 2024)}
BOTH = Filters(since=date(2022, 1, 1), until=date(2024, 12, 31))
LANGUAGES = ("zh", "en")


def exhibit(number: int, edition: int, **more: Any) -> dict[str, Any]:
    usual = {"origin_adcode": GUANGZHOU, "origin_country": "CN", "industry": "1"}
    return {"exhibit_id": f"E{number}", "edition": edition, "published": True} | usual | more


def landing(name: str, edition: int, day: date, adcode: str, industry: str) -> dict[str, Any]:
    return {
        "project": {
            "project_id": name,
            "title": name,
            "channel": "expo",
            "edition": edition,
            "started_on": day - timedelta(days=90),
            "landed_adcode": adcode,
            "industry": industry,
        },
        "event": {
            "project_id": name,
            "stage": "landed",
            "entered_at": day,
            "outcome": "entered",
        },
    }


LANDINGS = [
    landing("A1", 2022, FIRST - timedelta(days=5), GUANGZHOU, "1"),
    landing("A2", 2022, FIRST + timedelta(days=100), GUANGZHOU, "2"),
    landing("A3", 2022, FIRST + timedelta(days=600), BEIJING, "1"),
    landing("B1", 2024, SECOND + timedelta(days=10), SHENZHEN, "1"),
    landing("B2", 2024, SECOND + timedelta(days=200), SHENZHEN, "1"),
    landing("B3", 2024, SECOND + timedelta(days=299), BEIJING, "2"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two editions; the first had all its time, the second had 300 days."""
    event = {"channel": "expo", "adcode": GUANGZHOU}
    return data_folder(
        tmp_path,
        END,
        expo_editions=[
            {"edition": 2022, "year": 2022, "opened_on": FIRST},
            {"edition": 2024, "year": 2024, "opened_on": SECOND},
        ],
        expo_exhibits=[
            exhibit(1, 2022),
            exhibit(2, 2022, origin_adcode=BEIJING, industry="2.1"),
            exhibit(3, 2022, origin_adcode=None, origin_country="DE", published=False),
            exhibit(4, 2022, origin_adcode=BEIJING, industry=None),
            exhibit(5, 2024),
            exhibit(6, 2024, origin_adcode=SHENZHEN),
            exhibit(7, 2024, origin_adcode=None, origin_country="DE", industry="2"),
            exhibit(8, 2024, origin_adcode=None, origin_country="FR", industry="other"),
            exhibit(9, 2024, origin_adcode=BEIJING, industry="2"),
        ],
        projects=[item["project"] for item in LANDINGS],
        stage_events=[item["event"] for item in LANDINGS],
        deals=[
            deal(1, "2022-10-01", 10, channel="expo", edition=2022, seller_adcode=GUANGZHOU),
            deal(2, "2024-08-01", 30, channel="expo", edition=2022, seller_adcode=BEIJING),
            deal(3, "2024-05-01", 90, channel="expo", edition=2024, seller_adcode=GUANGZHOU),
            deal(4, "2024-05-01", 999, channel="centre"),
        ],
        events=[
            event
            | {
                "event_id": "1",
                "kind": "forum",
                "held_on": FIRST,
                "edition": 2022,
                "industry": "1",
            },
            event
            | {
                "event_id": "2",
                "kind": "forum",
                "held_on": FIRST,
                "edition": 2022,
                "industry": None,
            },
            # Held in 2023 for the edition of 2024: the period must not lose it.
            event
            | {
                "event_id": "3",
                "kind": "salon",
                "held_on": date(2023, 12, 30),
                "edition": 2024,
                "industry": "3",
            },
            event
            | {
                "event_id": "4",
                "kind": "salon",
                "held_on": FIRST,
                "channel": "centre",
                "industry": "1",
            },
        ],
    )


@pytest.fixture
def tiny(folder: Path) -> Engine:
    return Engine(folder, home=HOME)


@pytest.fixture(scope="module")
def demo() -> Engine:
    return Engine(HOME)


def by_edition(engine: Engine, panel: Panel, filters: Filters = BOTH) -> pd.DataFrame:
    return panel.ask(engine, filters).set_index("edition")


def test_an_edition_carries_its_landings_and_deals_whenever_they_happened(tiny: Engine) -> None:
    found = by_edition(tiny, expos.EDITIONS)
    assert found["expo_exhibits.exhibits"].to_dict() == {2022: 4, 2024: 5}
    assert found["expo_exhibits.published"].to_dict() == {2022: 3, 2024: 5}
    assert found["landings.projects"].to_dict() == {2022: 3, 2024: 3}
    assert found["deals.value"].to_dict() == {2022: 40.0, 2024: 90.0}
    assert found["deals.average"].to_dict() == {2022: 20.0, 2024: 90.0}
    assert found["landings.per_exhibit"].to_dict() == {2022: 3 / 4, 2024: 3 / 5}
    assert found["incomplete"].to_dict() == {2022: False, 2024: True}


@pytest.mark.parametrize("panel", [expos.EDITIONS, expos.GBA], ids=lambda panel: panel.key)
@pytest.mark.parametrize("year", YEARS)
def test_the_period_selects_editions_and_never_clips_what_came_of_them(
    tiny: Engine, panel: Panel, year: int
) -> None:
    alone = panel.ask(tiny, YEARS[year])
    both = panel.ask(tiny, BOTH)
    assert list(alone["edition"]) == [year]
    expected = both[both["edition"] == year].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, expected)


def test_a_period_with_no_opening_selects_nothing(tiny: Engine) -> None:
    year = Filters(since=date(2023, 1, 1), until=date(2023, 12, 31))
    for panel in expos.PANELS:
        if panel is not expos.PAIR:
            assert panel.ask(tiny, year).empty, panel.name


def test_what_another_page_left_in_the_link_does_not_reach_the_expo(tiny: Engine) -> None:
    left = replace(BOTH, channels=("centre",), basis="registered", side="to", compare="before")
    for panel in expos.PANELS:
        pd.testing.assert_frame_equal(panel.ask(tiny, left), panel.ask(tiny, BOTH))


def test_editions_filtered_by_stay_among_the_others(tiny: Engine) -> None:
    one = replace(BOTH, editions=(2022,))
    assert list(expos.EDITIONS.ask(tiny, one)["edition"]) == [2022, 2024]
    assert list(expos.COUNTRIES.ask(tiny, one)["country"]) == ["DE"]
    assert list(expos.COUNTRIES.ask(tiny, BOTH)["country"]) == ["DE", "FR"]


def test_the_area_s_shares_ignore_a_region_filter(tiny: Engine) -> None:
    found = by_edition(tiny, expos.GBA, replace(BOTH, regions=(BEIJING,)))
    assert found["expo_exhibits.gba_share"].to_dict() == {2022: 1 / 4, 2024: 2 / 5}
    assert found["landings.gba_share"].to_dict() == {2022: 2 / 3, 2024: 2 / 3}


def test_a_region_means_origin_landing_and_seller(tiny: Engine) -> None:
    found = by_edition(tiny, expos.EDITIONS, replace(BOTH, regions=(BEIJING,)))
    assert found["expo_exhibits.exhibits"].to_dict() == {2022: 2, 2024: 1}
    assert found["landings.projects"].to_dict() == {2022: 1, 2024: 1}
    assert found["deals.value"].to_dict() == {2022: 30.0, 2024: 0.0}


def test_the_mix_adds_up_and_ignores_an_industry_filter(tiny: Engine) -> None:
    found = expos.INDUSTRY.ask(tiny, replace(BOTH, industries=("1",)))
    shares = found.set_index(["edition", found["industry"].fillna("")])["exhibit_share"]
    assert shares.to_dict() == {
        (2022, "1"): 0.5,
        (2022, "2"): 0.25,
        (2022, ""): 0.25,
        (2024, "1"): 0.4,
        (2024, "2"): 0.4,
        (2024, "other"): 0.2,
    }


def test_two_editions_are_counted_to_the_younger_one_s_age(tiny: Engine) -> None:
    found = by_edition(tiny, expos.pair_of(2022, 2024))
    assert found["days_counted"].to_dict() == {2022: 300, 2024: 300}
    assert found["landings.projects"].to_dict() == {2022: 2, 2024: 3}, "A3 landed on day 600"
    assert found["landings.gba_share"].to_dict() == {2022: 1.0, 2024: 2 / 3}
    assert found["deals.value"].to_dict() == {2022: 10.0, 2024: 90.0}
    assert found["events.forums"].to_dict() == {2022: 2, 2024: 0}
    assert found["expo_exhibits.countries"].to_dict() == {2022: 1, 2024: 2}
    assert found["expo_exhibits.strategic_share"].to_dict() == {2022: 0.75, 2024: 0.8}
    alone = by_edition(tiny, expos.pair_of(2022, 2022))
    assert alone["landings.projects"].to_dict() == {2022: 3}


def test_without_a_choice_the_last_two_stand_side_by_side(tiny: Engine) -> None:
    pd.testing.assert_frame_equal(
        expos.PAIR.ask(tiny, YEARS[2022]), expos.pair_of(2024, 2022).ask(tiny, BOTH)
    )


def test_progress_ends_where_the_records_do(tiny: Engine) -> None:
    found = expos.PROGRESS.ask(tiny, BOTH)
    steps = found.set_index(["edition", "months_since"])["landings.projects"]
    first = {0: 1, 3: 1, 4: 2, 19: 2, 20: 3, 24: 3}
    assert {month: steps[2022, month] for month in first} == first
    assert steps[2022].index.max() == 24
    second = {0: 0, 1: 1, 6: 1, 7: 2, 9: 2, 10: 3}
    assert {month: steps[2024, month] for month in second} == second
    assert steps[2024].index.max() == 10


def test_an_edition_s_events_count_before_its_opening_and_outside_its_year(tiny: Engine) -> None:
    found = expos.EVENTS.ask(tiny, YEARS[2024])
    assert found[["edition", "event_kind", "events.events"]].values.tolist() == [[2024, "salon", 1]]
    forums = expos.EVENTS.ask(tiny, YEARS[2022])
    assert forums[["event_kind", "events.events", "strategic_share"]].values.tolist() == [
        ["forum", 2, 0.5]
    ]


def test_what_came_by_an_age_is_told_by_industry_and_city(tiny: Engine) -> None:
    found = tiny.query("expos_by_age", expos.expo_filters(BOTH), days=300)
    landed = found[found["landings.projects"] > 0]
    rows = landed[["edition", "industry", "city", "landings.projects"]].values.tolist()
    assert sorted(rows) == [
        [2022, "1", GUANGZHOU, 1],
        [2022, "2", GUANGZHOU, 1],
        [2024, "1", SHENZHEN, 2],
        [2024, "2", BEIJING, 1],
    ]
    assert found.groupby("edition")["deals.value"].sum().to_dict() == {2022: 10.0, 2024: 90.0}


def test_the_demo_s_landings_by_age_agree_with_pandas(demo: Engine) -> None:
    aged = demo.query("expos_by_age", expos.expo_filters(Filters()), days=120)
    held = landings(Selection(channels=("expo",))).merge(editions(Selection()), on="edition")
    in_time = held[(held["landed_on"] - held["opened_on"]).dt.days <= 120]
    expected = in_time.groupby("edition").size().to_dict()
    assert aged.groupby("edition")["landings.projects"].sum().to_dict() == expected


def drawn(engine: Engine, panel: Panel, look: Look = Look(), filters: Filters = BOTH) -> go.Figure:
    frame = labelled(panel.ask(engine, filters), panel, Labels(engine), look)
    figure = panel.draw(frame, look)
    assert isinstance(figure, go.Figure)
    return figure


def notes(figure: go.Figure) -> list[str]:
    return [note.text for note in figure.layout.annotations]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("narrow", [False, True])
def test_every_panel_draws_and_speaks(
    tiny: Engine, language: str, theme: str, narrow: bool
) -> None:
    look = Look(language, theme, narrow)
    for panel in expos.PANELS:
        figure = drawn(tiny, panel, look)
        assert figure.data
        frame = labelled(panel.ask(tiny, BOTH), panel, Labels(tiny), look)
        alt = panel.alt(frame, look)
        assert alt and "nan" not in alt.lower().split() and "{" not in alt
        said = " ".join([alt, *filter(None, notes(figure))])
        assert "expo_" not in said and "landings.projects" not in said


def test_the_table_of_bars_marks_what_still_grows_and_what_is_chosen(tiny: Engine) -> None:
    figure = drawn(tiny, expos.EDITIONS)
    shapes = {
        bar.xaxis: list(bar.marker.pattern.shape) for bar in figure.data if isinstance(bar, go.Bar)
    }
    assert shapes["x"] == ["", ""] and shapes["x3"] == ["", "/"]
    assert list(figure.layout.yaxis.ticktext) == ["2022年", "2024年"]
    assert [custom[1] for custom in figure.data[0].customdata] == [2022, 2024]
    assert any("24 个月" in note for note in notes(figure))
    assert not any(
        "斜纹" in note for note in notes(drawn(tiny, expos.EDITIONS, filters=YEARS[2022]))
    )
    chosen = expos.marked(expos.EDITIONS, (2022,))
    assert chosen.about == ("2022",), "a kept drawing must know what it marks"
    one = drawn(tiny, chosen)
    colours = Look().colours
    assert list(one.data[0].marker.color) == [colours.accent, colours.accent_2]


def test_shares_below_their_line_warn(tiny: Engine) -> None:
    colours = Look().colours
    figure = drawn(tiny, expos.GBA)
    lines = {tuple(line.y): line for line in figure.data}
    exhibits = lines[(1 / 4, 2 / 5)]
    assert list(exhibits.marker.line.color) == [colours.warning] * 2
    landings = lines[(2 / 3, 2 / 3)]
    assert list(landings.marker.color) == [colours.warning, colours.ground], "the last is hollow"
    assert sorted(shape.y0 for shape in figure.layout.shapes) == [0.5, 0.7]


def test_the_mix_is_ordered_and_its_drift_in_points(tiny: Engine) -> None:
    figure = drawn(tiny, expos.INDUSTRY)
    assert list(figure.layout.yaxis.ticktext)[:2] == ["未注明", "其他"]
    said = notes(figure)
    assert "-10.0" in said and "+15.0" in said and "50.0%" in said
    single = drawn(tiny, expos.INDUSTRY, filters=YEARS[2022])
    assert len(single.data) == 1, "one edition has no drift"


def test_the_pair_says_differences_and_to_what_age(tiny: Engine) -> None:
    said = notes(drawn(tiny, expos.PAIR))
    assert "+50.0%" in said and "-33.3 百分点" in said and "2024年较2022年" in said
    assert any("300 天" in note for note in said)
    assert "-2" in said, "forums: a difference in numbers"
    away = drawn(tiny, expos.PAIR, filters=replace(BOTH, industries=("9",)))
    assert "论坛场次" not in list(away.layout.yaxis.ticktext)


def test_line_ends_keep_apart() -> None:
    assert apart([10, 10, 11, 50], 2) == [10, 12, 14, 50]


@pytest.fixture
def served(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(folder))
    yield


def viewed(filters: Filters, language: str = "zh") -> Viewing:
    return Viewing(filters, Look(language), {})


@pytest.mark.usefixtures("served")
def test_the_finding_compares_at_the_same_age_and_names_what_moved_it() -> None:
    said = expo_finding(viewed(BOTH))
    assert said == (
        "2024年创交会至今落地 **3 项**，较2022年同期（开幕后 300 天）**+50.0%**；多 1 项，"
        "九大产业中新一代信息技术多 **1 项**，居首。展出 **5 项**，较上届 **+25.0%**。"
    )
    english = expo_finding(viewed(BOTH, "en"))
    assert english and "**+50.0%** against 2022 at the same age (300 days" in english
    city = expo_finding(viewed(replace(BOTH, industries=("1",))))
    assert city and "落地城市中深圳多 **2 项**" in city


@pytest.mark.usefixtures("served")
def test_the_finding_knows_the_first_edition_and_none() -> None:
    assert expo_finding(viewed(YEARS[2022])) is None, "there is none before"
    assert expo_finding(viewed(Filters(date(2023, 1, 1), date(2023, 12, 31)))) is None
    assert last_two(viewed(BOTH)) == (2024, 2022)
    assert last_two(viewed(replace(BOTH, editions=(2022,)))) == (2022, None)
    assert last_two(viewed(YEARS[2024])) == (2024, 2022), "the one before may lie before the period"


@pytest.mark.usefixtures("served")
def test_the_cards_sum_the_editions_and_compare_the_latest() -> None:
    found = {fact.label.split("card_")[1]: fact for fact in expo_cards(viewed(BOTH))}
    values = {name: fact.value for name, fact in found.items()}
    assert values == {
        "exhibits": 9,
        "published": 8,
        "projects": 6,
        "value": 130,
        "average": pytest.approx(130 / 3),
        "per_exhibit": pytest.approx(6 / 9),
    }
    assert found["exhibits"].delta == "+25.0%" and found["exhibits"].base == "较上届"
    assert found["projects"].delta == "+50.0%" and found["projects"].base == "上届同期"
    assert found["value"].delta == "+800.0%"
    assert found["per_exhibit"].delta == "+10.0 百分点", "3 of 5 against 2 of 4"
    assert not any(fact.warns for fact in found.values())
    assert found["projects"].history == (3.0,), "an edition that still grows is left out"


@pytest.mark.usefixtures("served")
def test_the_cards_stand_empty_without_an_edition() -> None:
    nothing = expo_cards(viewed(Filters(date(2023, 1, 1), date(2023, 12, 31))))
    assert [fact.value for fact in nothing] == [None] * 6
    first = expo_cards(viewed(YEARS[2022]))
    assert [fact.delta for fact in first] == [None] * 6


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_on_the_demonstration(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRANSFERSCOPE_DATA", raising=False)
    usual = Filters(since=date(2019, 1, 1), until=date(2024, 12, 31))
    said = expo_finding(viewed(usual, language))
    assert said and "2024" in said and "**" in said and "{" not in said
    down = expo_finding(viewed(replace(usual, until=date(2021, 12, 31), regions=("110000",))))
    assert down
    assert data.engine().snapshot.is_demonstration
