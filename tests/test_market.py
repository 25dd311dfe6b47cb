"""The technology market: the yearbook, gaps, figures, cards and finding."""

from __future__ import annotations

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pydeck as pdk
import pytest
from streamlit.testing.v1 import AppTest

from analytics.engine import Engine
from analytics.figures.market.gains import gains
from analytics.figures.market.lines import Chosen, spread
from analytics.figures.market.ranks import describe_ranks, ranks
from analytics.figures.market.values import describe_shares, shares
from analytics.filters import Filters
from analytics.labels import Labels
from analytics.look import Look
from analytics.maps import market as maps
from analytics.panels import market
from analytics.panels.types import Panel, labelled
from analytics.ui import findings_market, market_view
from analytics.ui.geometry import register
from analytics.ui.market_view import Pair
from analytics.ui.records import fields, record_marks, records_file
from analytics.ui.state import Viewing
from tests.oracle import Selection
from tests.oracle import market as book
from tests.oracles.market import changes
from tests.oracles.market import printed as wide
from tests.tables import HOME, data_folder

ROOT = Path(__file__).parent.parent
USUAL = Filters(since=date(2019, 1, 1), until=date(2024, 12, 31))
ALL = Filters(since=date(2000, 1, 1), until=date(2023, 12, 31))
GAP = Filters(since=date(2001, 1, 1), until=date(2004, 12, 31))
YEARS = [2000, 2005, 2010, *range(2012, 2024)]
LOOKS = [Look(language, theme) for language in ("zh", "en") for theme in ("light", "dark")]
PRINTED = "tech_market.output", "tech_market.absorbed", "tech_market.net"


@cache
def engine() -> Engine:
    return Engine(HOME)


def view(filters: Filters = USUAL, language: str = "zh") -> Viewing:
    return Viewing(filters, Look(language), {}, "http://localhost:8501/market")


def answered(panel: Panel, filters: Filters = USUAL, look: Look = Look()) -> pd.DataFrame:
    return labelled(panel.ask(engine(), filters), panel, Labels(engine()), look)


def each() -> list[Panel]:
    return [item for panel in market.PANELS for item in panel.variants or (panel,)]


# ---------------------------------------------------------------- the model


def test_a_year_without_a_figure_is_blank_not_zero() -> None:
    names = [*PRINTED, "tech_market.output_contracts", "tech_market.national"]
    asked = engine().ask(names, (), GAP).iloc[0]
    assert asked.isna().all()
    yearly = engine().ask(names, (), ALL, "year")
    assert yearly["period"].dt.year.tolist() == list(range(2000, 2024))
    known = yearly.set_index(yearly["period"].dt.year)["tech_market.national"].dropna()
    assert known.index.tolist() == YEARS


def test_a_comparison_with_an_unprinted_year_is_blank() -> None:
    filters = Filters(since=date(2012, 1, 1), until=date(2012, 12, 31), compare="year-before")
    asked = engine().ask(["tech_market.output"], ["province"], filters)
    home = asked[asked["province"] == "440000"].iloc[0]
    assert home["tech_market.output"] == 36493835700
    assert pd.isna(home["tech_market.output__before"])


def test_the_yearbook_is_complete_until_its_last_year() -> None:
    assert engine().complete_until(("tech_market",)) == date(2023, 12, 31)
    yearly = engine().ask(["tech_market.national"], (), USUAL, "year")
    assert yearly["period"].dt.year.tolist() == [2019, 2020, 2021, 2022, 2023]
    assert not yearly["incomplete"].any()


def test_a_broken_yearbook_has_no_last_year(tmp_path: Path) -> None:
    home = data_folder(tmp_path)
    (home / "published").mkdir()
    (home / "published" / "tech_market.csv").write_text("year,adcode\nx,y\n")
    assert Engine(home, home=HOME).complete_until(("tech_market",)) is None


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("code", ["440000", "110000", "540000", "460000"])
def test_measures_are_what_the_table_prints(year: int, code: str) -> None:
    filters = Filters(since=date(year, 1, 1), until=date(year, 12, 31), regions=(code,))
    names = [*PRINTED, "tech_market.output_contracts", "tech_market.average"]
    asked = engine().ask(names, (), filters).iloc[0]
    row = wide().loc[(year, code)]
    contracts = book().query("year == @year and adcode == @code and basis == 'output'")
    counted = contracts["contracts"].iloc[0]
    wanted = [row["output"], row["absorbed"], row["output"] - row["absorbed"], counted,
              row["output"] / counted]  # fmt: skip
    assert asked.tolist() == pytest.approx(wanted, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize("year", YEARS)
def test_the_nation_is_its_own_row(year: int) -> None:
    filters = Filters(since=date(year, 1, 1), until=date(year, 12, 31))
    names = ["tech_market.national", "tech_market.national_contracts", "tech_market.output"]
    asked = engine().ask(names, (), filters).iloc[0]
    rows = book()[(book()["year"] == year) & (book()["basis"] == "output")]
    nation = rows[rows["adcode"] == "100000"].iloc[0]
    assert asked["tech_market.national"] == nation["value_cny"]
    assert asked["tech_market.national_contracts"] == nation["contracts"]
    provinces = rows[rows["adcode"] != "100000"]["value_cny"].sum()
    assert asked["tech_market.output"] == pytest.approx(provinces)


# ---------------------------------------------------------------- the queries


def test_a_region_filter_leaves_the_rank_among_all() -> None:
    filters = Filters(since=date(2023, 1, 1), until=date(2023, 12, 31), regions=("440000",))
    rows = engine().query("market_provinces", filters)
    assert rows[["province", "output_rank", "absorbed_rank"]].to_numpy().tolist() == [
        ["440000", 8, 1]
    ]


@pytest.mark.parametrize(("filters", "year", "prior"), [
    (USUAL, 2023, 2022),
    (Filters(since=date(2012, 1, 1), until=date(2012, 12, 31)), 2012, 2010),
    (Filters(since=date(2000, 1, 1), until=date(2011, 12, 31)), 2010, 2005),
])  # fmt: skip
def test_gains_over_gaps_against_pandas(filters: Filters, year: int, prior: int) -> None:
    found = engine().query("market_changes", filters)
    assert set(found["year"]) == {year} and set(found["prior_year"]) == {prior}
    wanted = changes(Selection.of(filters))[list(found.columns)]
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, rtol=1e-9)


def test_no_gains_before_the_first_year() -> None:
    first = Filters(since=date(2000, 1, 1), until=date(2000, 12, 31))
    assert engine().query("market_changes", first).empty


def test_guangzhou_is_what_was_printed() -> None:
    rows = engine().query("market_guangzhou")
    yearly = rows[rows["city_figure"] == "value"].set_index("year")["value"] / 1e8
    assert yearly.sort_index().round(2).to_dict() == {
        2017: 357.51, 2018: 719.38, 2019: 1273.36, 2020: 2256.53, 2021: 2413.11,
    }  # fmt: skip
    addresses = rows[rows["seen_in"] == "original"]["address"]
    assert addresses.str.startswith("https://").all()


def test_every_code_of_guangzhou_has_a_name() -> None:
    for language in ("zh", "en"):
        named = answered(market.CITY, Filters(), Look(language))
        for column in ("city_figure", "city_basis", "publisher", "seen_in"):
            chinese = named[f"{column}_name"].str.contains("[一-鿿]")
            assert (chinese if language == "zh" else ~chinese).all(), column


# ---------------------------------------------------------------- panels and figures


@pytest.mark.parametrize("panel", each(), ids=lambda panel: panel.key)
@pytest.mark.parametrize("filters", [USUAL, ALL, GAP,
    Filters(since=date(2010, 1, 1), until=date(2011, 6, 30), regions=("440100",),
            industries=("1",), side="to", compare="before")], ids=str)  # fmt: skip
def test_panels_draw_whatever_is_selected(panel: Panel, filters: Filters) -> None:
    assert panel.published
    frame = panel.ask(engine(), filters)
    if frame.empty or (panel.measures and frame[list(panel.measures)].isna().all(axis=None)):
        return
    for look in LOOKS:
        named = labelled(frame, panel, Labels(engine()), look)
        assert isinstance(panel.draw(named, look), go.Figure | pdk.Deck)
        said = panel.alt(named, look)
        assert said and not re.search(r"\bnan\b", said) and "{" not in said


def test_the_page_ignores_what_a_yearbook_does_not_know() -> None:
    narrow = Filters(since=USUAL.since, until=USUAL.until, regions=("110000",),
                     industries=("1",), side="to", basis="technical")  # fmt: skip
    for panel in each():
        pd.testing.assert_frame_equal(panel.ask(engine(), narrow), panel.ask(engine(), USUAL))


def traces(drawn: go.Figure) -> dict[str, Any]:
    """Traces by the code that a click on them filters."""
    return {trace.customdata[-1][1]: trace for trace in drawn.data}


def test_lines_break_where_a_year_is_not_printed() -> None:
    frame = answered(market.SHARES, ALL)
    drawn = traces(shares(frame, Look(), Chosen()))
    line = drawn["440000"]
    assert list(line.x) == list(range(2000, 2024)) and line.connectgaps is False
    known = {year for year, value in zip(line.x, line.y, strict=True) if value is not None}
    assert sorted(known) == YEARS
    table = wide()["output"]
    assert line.y[-1] == pytest.approx(table[2023, "440000"] / table[2023, "100000"])


def test_the_year_axis_names_printed_years_only() -> None:
    for filters in (ALL, USUAL, Filters(since=date(2000, 1, 1), until=date(2012, 12, 31))):
        drawn = market.RANKS.draw(answered(market.RANKS, filters), Look())
        named = list(drawn.layout.xaxis.tickvals)
        assert set(named) <= set(YEARS) and named == sorted(named)
        assert named[0] == max(2000, filters.since.year if filters.since else 0)
        home = market.CONTRACTS.variants[0]
        contracts = home.draw(answered(home, filters), Look())
        assert {int(text) for text in contracts.layout.xaxis.ticktext} <= set(YEARS)


def test_the_first_and_last_printed_year_are_always_named() -> None:
    frame = answered(market.SHARES, ALL)
    for look in (Look(), Look(narrow=True)):
        for first in YEARS[:-1]:
            rows = frame[frame["year"] >= first]
            named = list(shares(rows, look, Chosen()).layout.xaxis.tickvals)
            assert (named[0], named[-1]) == (first, 2023)


def test_ranks_set_the_home_province_off_and_label_both_ends() -> None:
    chosen = Chosen("440000", ("110000", "540000"))
    frame = answered(market.RANKS, USUAL)
    look = Look()
    drawn = ranks(frame, look, "output", chosen)
    lines = traces(drawn)
    assert lines["440000"].line.color == look.colours.accent
    assert lines["110000"].line.color == look.colours.categories[1]
    assert lines["420000"].line.color == look.colours.grey_line
    assert lines["540000"].line.color == look.colours.categories[2]
    assert list(lines["440000"].y) == [2, 2, 2, 2, 8]
    words = [note.text for note in drawn.layout.annotations]
    assert "<b>广东 2</b>" in words and "<b>8 广东</b>" in words and "<b>31 西藏</b>" in words
    assert drawn.layout.yaxis.range[0] > 31
    alone = ranks(frame[frame["year"] == 2023], look, "output", Chosen())
    assert all(note.xanchor == "left" for note in alone.layout.annotations)
    said = describe_ranks(frame, look, "output", Chosen())
    assert "第 2" in said and "第 8" in said and "北京、湖北、上海" in said


def test_chosen_provinces_are_compared_and_nobody_else() -> None:
    frame = answered(market.SHARES, USUAL)
    chosen = Chosen("440000", ("110000", "330000"))
    assert set(traces(shares(frame, Look(), chosen))) == {"440000", "110000", "330000"}
    assert len(traces(shares(frame, Look(), Chosen()))) == 7


def test_gains_show_both_ends_and_the_home_province() -> None:
    frame = answered(market.GAINS, USUAL)
    drawn = gains(frame, Look(), Chosen("440000", ("110000",)))
    codes = [row[1] for row in drawn.data[0].customdata]
    assert codes[:4] == ["330000", "420000", "430000", "370000"]
    assert {"440000", "110000"} <= set(codes) and codes[-1] == "230000"
    left_out = next(note.text for note in drawn.layout.annotations if "其余" in note.text)
    assert left_out == f"其余 {31 - len(codes)} 省见数据表"
    assert drawn.layout.xaxis.range[0] < 0 < drawn.layout.xaxis.range[1]
    colours = dict(zip(codes, drawn.data[0].marker.color, strict=True))
    assert colours["440000"] == Look().colours.accent != colours["330000"]


def test_labels_never_lie_on_each_other() -> None:
    places = spread([5.0, 5.1, 5.05, 9.0, 0.0, 0.1], 1.0)
    apart = sorted(places)
    assert min(b - a for a, b in zip(apart, apart[1:], strict=False)) >= 1.0 - 1e-9
    assert places[0] < places[2] < places[1] and places[3] == 9.0 and min(places) >= 0
    assert spread([], 1.0) == []


def test_a_province_without_figures_is_said_to_have_none() -> None:
    frame = answered(market.RANKS, USUAL)
    said = describe_ranks(frame, Look(), "output", Chosen("710000"))
    assert "北京" in said
    assert shares(frame, Look(), Chosen("710000")).data
    assert "北京" in describe_shares(frame, Look(), Chosen("710000"))


def test_the_city_on_a_phone_stands_in_two_rows() -> None:
    named = answered(market.CITY, Filters())
    wide_screen, phone = (market.CITY.draw(named, Look(narrow=narrow)) for narrow in (False, True))
    assert wide_screen.layout.xaxis.domain[1] < wide_screen.layout.xaxis2.domain[0]
    assert phone.layout.yaxis2.domain[1] < phone.layout.yaxis.domain[0]
    assert list(wide_screen.data[0].x) == [2017, 2018, 2019, 2020, 2021]
    assert len(wide_screen.data[1].x) == 8


# ---------------------------------------------------------------- the map


def test_one_document_holds_every_side_and_year() -> None:
    frame = answered(market.MAP, ALL)
    outlines, ring = maps.loaded(frame, ("440000",))
    features = json.loads(outlines)["features"]
    home = next(f["properties"] for f in features if f["properties"]["adcode"] == "440000")
    table = wide()
    for year in YEARS:
        row = table.loc[(year, "440000")]
        for side in ("output", "absorbed"):
            bounds = maps.BREAKS[side]
            assert home[f"c{side}{year}"] == sum(row[side] >= bound for bound in bounds)
        net = row["output"] - row["absorbed"]
        assert home[f"cnet{year}"] == sum(net >= bound for bound in maps.BREAKS["net"])
    assert home["zhoutput2023"] == "2023年输出 3,866.8 亿元\n全国第 8，占 6.3%"
    assert "净吸纳 2,091.3 亿元" in home["zhnet2023"]
    assert home["ennet2023"].startswith("Net buyer 2023: CNY 209.1 bn")
    tibet = next(f["properties"] for f in features if f["properties"]["adcode"] == "540000")
    assert "coutput2016" not in tibet and tibet["zhoutput2016"] == "资料暂缺"
    assert tibet["cabsorbed2016"] == 1
    taiwan = next(f["properties"] for f in features if f["properties"]["adcode"] == "710000")
    assert not any(name.startswith("coutput") for name in taiwan)
    assert len(json.loads(ring)["features"]) == 1


def test_a_step_in_time_changes_no_address() -> None:
    panel = market.MAP.variants[0]
    frame = answered(panel, USUAL)
    assert panel.playback and panel.documents
    decks = [panel.playback.draw(frame, Look(), year).to_json() for year in (2019, 2023)]
    layers = [{x["id"]: x for x in json.loads(deck)["layers"]} for deck in decks]
    assert layers[0]["regions"]["data"] == layers[1]["regions"]["data"]
    assert layers[0]["ringed"]["data"] == layers[1]["ringed"]["data"]
    assert "coutput2019" in layers[0]["regions"]["getFillColor"]
    served = {register(document) for document in panel.documents(frame)}
    assert served == {layers[0]["regions"]["data"], layers[0]["ringed"]["data"]}


def test_the_net_has_two_colours_and_words_for_them() -> None:
    for look in LOOKS:
        said = maps.provinces_legend(look, "net")
        assert said.count("■") == 7
        for word in look.pick("净吸纳 净输出", "Net·buyer Net·seller").split():
            assert word.replace("·", " ") in said
        assert maps.provinces_legend(look, "output").count("■") == 7
        deck = maps.provinces_map(answered(market.MAP), look, "net", 2023)
        region = next(x for x in json.loads(deck.to_json())["layers"] if x["id"] == "regions")
        diverging = look.colours.diverging
        assert (
            str([*(int(diverging[0][i : i + 2], 16) for i in (1, 3, 5)), 255])
            in region["getFillColor"]
        )


# ---------------------------------------------------------------- cards, finding, choices


def said(card: Any) -> list[object]:
    return [card.label, card.value, card.delta, card.base, card.warns]


def test_the_cards_of_the_last_year() -> None:
    cards = market_view.market_cards(view(), Chosen(), Pair(2023, 2022))
    assert [said(card) for card in cards] == [
        ["market.card_national", 6147565780000.0, "+28.6%", "同比", False],
        ["market.card_output", 386678320000.0, "-2.5%", "同比", True],
        ["market.card_absorbed", 595805720000.0, "+11.3%", "同比", False],
        ["market.card_share", pytest.approx(0.062899, abs=1e-6), "-2.0 百分点", "同比", True],
        ["market.card_rank", 8, "-6 位", "较上年", True],
        ["market.card_contracts", 945946, "+22.5%", "同比", False],
    ]
    assert len(cards[1].history) == 10 and cards[4].history[-1] == -8
    assert cards[1].said["name"] == "广东"


def test_a_change_over_a_gap_names_its_base_and_draws_no_line() -> None:
    filters = Filters(since=date(2000, 1, 1), until=date(2012, 12, 31))
    pair = market_view.pair_of(view(filters))
    assert pair == Pair(2012, 2010) and pair and not pair.is_yearly
    card = market_view.market_cards(view(filters), Chosen(), pair)[0]
    assert card.base == "较2010年" and card.delta == "+64.8%" and len(card.history) == 1
    first = market_view.pair_of(view(Filters(since=date(2000, 1, 1), until=date(2000, 12, 31))))
    assert first == Pair(2000, None)
    cards = market_view.market_cards(view(), Chosen(), Pair(2000, None))
    assert all(card.delta is None and card.base == "" for card in cards)
    assert market_view.pair_of(view(GAP)) is None


def test_the_finding() -> None:
    pair = Pair(2023, 2022)
    assert findings_market.market_finding(view(), Chosen(), pair) == (
        "2023年广东输出 **3,866.8 亿元**，同比 **-2.5%**，位次由第 2 降到第 **8**；"
        "同期全国增长 **+28.6%**，浙江、湖北、湖南、山东合计贡献增量的 **47%**。"
    )
    english = findings_market.market_finding(view(language="en"), Chosen("420000"), pair)
    assert english == (
        "Hubei sold **CNY 477.1 bn** in 2023, **+58.5%** YoY, up from rank 6 to **2**; the nation "
        "grew **+28.6%**, **47%** of it from Zhejiang, Hubei, Hunan, Shandong."
    )
    table = wide()["output"]
    gains = table.xs(2023, level="year") - table.xs(2022, level="year")
    four = gains.drop("100000").nlargest(4).sum() / gains["100000"]
    assert round(four * 100) == 47


def test_the_finding_says_what_is_missing() -> None:
    first = Filters(since=date(2000, 1, 1), until=date(2000, 12, 31))
    found = findings_market.market_finding(view(first), Chosen(), Pair(2000, None))
    assert found == "2000年广东输出 **48.21 亿元**，居全国第 **3**。"
    absent = findings_market.market_finding(view(), Chosen("710000"), Pair(2023, 2022))
    assert absent.startswith("台湾2023年输出资料暂缺；同期全国")
    same = Filters(since=date(2021, 1, 1), until=date(2021, 12, 31))
    assert "位次仍为第 **2**" in findings_market.market_finding(
        view(same), Chosen(), Pair(2021, 2020)
    )


def test_the_region_filter_says_whose_market_it_is() -> None:
    def chosen(*regions: str, linked: str = "") -> Chosen:
        known = market_view.printed_provinces()
        return market_view.chosen_by(Filters(regions=regions), linked, known)

    assert chosen() == chosen("gba") == chosen("440106", "440300") == Chosen("440000", ())
    assert chosen("330100") == Chosen("330000", ())
    assert chosen("330000", "110000") == Chosen("440000", ("330000", "110000"))
    link = "310000,zz,440000,110000,310000"
    assert chosen(linked=link) == Chosen("440000", ("310000", "110000"))
    assert chosen("310000", linked=link) == Chosen("310000", ("440000", "110000"))


def test_the_records_are_marked_as_published() -> None:
    marks = record_marks("tech_market", view())
    assert marks.mark == "公开数据" and "年鉴" in marks.sources[0] and not marks.snapshot
    written = records_file("tech_market", view(), market.dated(USUAL, ("440000",)))
    lines = written.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 5 * 2
    assert [field.header for field in fields("tech_market", view())][:3] == ["年份", "地区", "口径"]


# ---------------------------------------------------------------- the page


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("link", [
    {"from": "2019", "to": "2024"},
    {"from": "2000", "to": "2023", "with": "110000,310000"},
    {"from": "2001", "to": "2004"},
    {"from": "2012", "to": "2012", "region": "540000", "industry": "1"},
], ids=str)  # fmt: skip
def test_the_page_stands(
    language: str, link: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=90)
    for name, value in {"lang": language, **link}.items():
        app.query_params[name] = value
    app.run()
    app.switch_page("pages/market.py").run()
    assert not app.exception and not app.error
    shown = " ".join(str(item.value) for item in app.markdown)
    assert ("公开数据" if language == "zh" else "Published data") in shown
    if link["from"] == "2001":
        assert "2000" in app.info[0].value and "2023" in app.info[0].value
    else:
        assert len(app.metric) == 6
    if "industry" in link:
        assert ("不适用" if language == "zh" else "do not apply") in shown
    if "with" in link:
        assert app.multiselect(key="w_with").value == ["110000", "310000"]
        app.multiselect(key="w_with").set_value(["330000"]).run()
        assert app.query_params["with"] in ("330000", ["330000"])
