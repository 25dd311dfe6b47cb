"""Places and countries: codes, names, addresses, places that are no more, and refusals."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.intake.reading_cells import reader, references, said, sentences
from tests.tables import HOME

BOTH = {"also": {"country": "seller_country"}}
PLACES = reader("place", **BOTH)
COUNTRIES = reader("country")
REGIONS = references().places.regions


def rows(name: str) -> list[dict[str, str]]:
    with (HOME / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


MEANT = {
    "440106": [
        "440106",
        "440106.0",
        "440106013001",
        "天河区",
        "天河",
        "广州天河",
        "广州市天河区",
        "广东省广州市天河区",
        "广东广州天河",
        "广东省/广州市/天河区",
        "广东-广州-天河",
        "天河区（广州市）",
        "广州（天河）",
        "440106 天河区",
        "天河区(440106)",
        "中国广东省广州市天河区",
        "广州市天河区珠江新城华夏路12号",
        "广东省广州市 天河区",
        "Tianhe District, Guangzhou",
        "No. 5 Road, Tianhe District, Guangzhou, China",
    ],
    "440100": [
        "4401",
        "440100",
        "广州",
        "广 州",
        "广州市",
        "广东省广州市",
        "广东广州",
        "Guangzhou",
        "GUANGZHOU",
        "Guangzhou City",
        "Guangzhou, Guangdong",
        "Guangzhou Guangdong China",
        "广州市体育西路100号",
        "440101",
        "广东省广州市市辖区",
    ],
    "440000": [
        "44",
        "440000",
        "广东",
        "广 东",
        "广东省",
        "Guangdong",
        "Guangdong Province",
        "广东省本级",
    ],
    "440115": ["南沙", "南沙区", "广州南沙", "广东省南沙区", "南沙新区"],
    "110100": ["北京", "北 京", "北京市", "1101", "北京市北京市", "Beijing"],
    "220000": ["吉林", "吉林省"],
    "220200": ["吉林市", "吉林省吉林市"],
    "460000": ["海南", "海南省"],
    "632500": ["海南州", "海南藏族自治州", "青海海南"],
    "150000": ["内蒙古", "内蒙古自治区", "内蒙", "Inner Mongolia"],
    "222400": ["延边", "延边州", "延边朝鲜族自治州"],
    "440232": ["乳源", "乳源县", "乳源瑶族自治县"],
    "441502": ["汕尾市城区", "广东汕尾城区"],
    "211300": ["朝阳市", "辽宁朝阳市", "211300"],
    "610100": ["西安", "Xi'an", "Xian", "陕西西安"],
    "442000": ["中山", "中山市", "广东中山"],
    "320500": ["Suzhou, Jiangsu", "江苏苏州"],
    "810000": ["香港", "香港特别行政区", "中国香港", "HK", "Hong Kong", "Hong Kong SAR"],
    "820000": ["澳门", "澳门特别行政区", "Macao", "Macau"],
    "710000": ["台湾", "台湾省", "中国台湾", "Taiwan", "台北"],
}


@pytest.mark.parametrize(
    ("cell", "adcode"), [(cell, adcode) for adcode, cells in MEANT.items() for cell in cells]
)
def test_places_of_today(cell: str, adcode: str) -> None:
    read = PLACES.read(cell, "t", 2024)
    assert read.values == {"value": adcode, "country": "CN"}
    assert read.note == ""


RAISED = {
    "110100": [
        "北京市海淀区",
        "海淀区",
        "海淀",
        "北京海淀",
        "110108",
        "北京市海淀区中关村大街27号",
        "北京朝阳",
    ],
    "310100": ["浦东新区", "上海浦东", "上海市上海市浦东新区"],
    "330700": ["浙江义乌", "义乌市", "义乌"],
    "320100": ["南京市鼓楼区", "南京市鼓楼区中山北路"],
    "210200": ["大连中山", "大连市中山区"],
    "460300": ["三沙市南沙区"],
    "440100": ["广州市开发区一路", "广州市开发区"],
    "320500": ["苏州工业园区", "昆山市"],
    "442000": ["中山市石岐街道", "中山市东区"],
    "500100": ["重庆市万州区", "重庆万州"],
    "810000": ["香港沙田区", "香港科学园"],
}


@pytest.mark.parametrize(
    ("cell", "adcode"), [(cell, adcode) for adcode, cells in RAISED.items() for cell in cells]
)
def test_a_district_that_is_not_counted_is_its_city_and_says_so(cell: str, adcode: str) -> None:
    read = PLACES.read(cell)
    assert read.values == {"value": adcode, "country": "CN"}
    assert read.note == ("" if cell == "广州科学城" else "place_raised")
    assert REGIONS[adcode]["name_zh"] in sentences(read)[0]


@pytest.mark.parametrize(
    ("cell", "year", "adcode"),
    [
        ("440116", None, "440112"),
        ("萝岗区", 2012, "440112"),
        ("萝岗区", 2016, "440112"),
        ("广州市萝岗区", None, "440112"),
        ("从化市", 2010, "440117"),
        ("增城市", None, "440118"),
        ("440184", 2010, "440117"),
        ("东山区", 2003, None),
        ("广州市东山区", 2003, "440104"),
        ("广州市芳村区", None, "440103"),
        ("顺德市", 2002, "440606"),
        ("梅县", 2010, "441403"),
        ("441421", 2010, "441403"),
        ("襄樊市", 2008, "420600"),
        ("襄樊", None, "420600"),
        ("思茅市", 2005, "530800"),
        ("莱芜市", 2015, "370100"),
        ("371200", 2015, "370100"),
        ("毕节地区", 2008, "520500"),
        ("日喀则地区", None, "540200"),
        ("巢湖市庐江县", 2008, "340100"),
        ("341422", 2005, "340200"),
        ("简阳市", 2010, "510100"),
        ("110103", 2008, "110100"),
    ],
)
def test_places_that_are_no_more(cell: str, year: int | None, adcode: str | None) -> None:
    read = PLACES.read(cell, "t", year)
    if adcode is None:
        assert read.problem == "place_several"
        return
    assert read.values == {"value": adcode, "country": "CN"}
    if cell not in ("梅县", "巢湖市庐江县", "简阳市"):  # names of today as well
        assert read.note in ("place_succeeded", "place_raised")
        assert all(sentences(read))


def test_a_divided_place_is_refused_with_its_parts() -> None:
    for cell in ("潮阳市", "440582"):
        read = PLACES.read(cell, "t", 2002)
        assert read.problem == "place_divided"
        assert "潮阳区（440513）" in read.details["candidates"]
        assert "潮南区（440514）" in read.details["candidates"]
    assert said(PLACES.read("341400", "t", 2008)) == "(place_divided)"
    assert said(PLACES.read("潮阳", "t", 2002)) == "(place_several)"
    assert said(PLACES.read("潮阳", "t", 2010)) == "440513"
    assert said(PLACES.read("巢湖市", "t", 2008)) == "(place_several)"
    assert said(PLACES.read("巢湖市", "t", 2020)) == "340100"


def test_a_code_given_to_another_place_is_read_by_the_year() -> None:
    read = PLACES.read("469025", "t", 2005)
    assert (said(read), read.note) == ("469021", "place_succeeded")
    assert said(PLACES.read("469025", "t", 2010)) == "469025"
    for year in (None, 2007):
        read = PLACES.read("469025", "t", year)
        assert read.problem == "place_several"
        assert "定安县（469021）" in read.details["candidates"]


@pytest.mark.parametrize(
    ("cell", "candidates"),
    [
        ("鼓楼区", {"320106", "320302", "350102", "410204"}),
        ("朝阳", {"211300", "110105", "220104", "211321"}),
        ("朝阳区", {"110105", "220104"}),
        ("白云区", {"440111", "520113"}),
        ("城区", {"441502", "140302", "140502"}),
        ("Suzhou", {"320500", "341300"}),
        ("Taizhou", {"321200", "331000"}),
        ("港澳台", {"810000", "820000", "710000"}),
    ],
)
def test_an_ambiguous_name_is_refused_with_candidates(cell: str, candidates: set[str]) -> None:
    read = PLACES.read(cell, "t", 2024)
    assert read.problem == "place_several"
    assert {code for code in candidates if code in read.details["candidates"]} == candidates
    assert all(sentences(read))


@pytest.mark.parametrize(
    "cell",
    ["广州、深圳", "广州深圳", "广州市深圳市", "440106越秀区", "广州市福田区", "广东省海口市"],
)
def test_places_that_do_not_lie_in_one_another_are_refused(cell: str) -> None:
    assert said(PLACES.read(cell)) == "(place_conflict)"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("某某科技有限公司", "unknown"),
        ("广州某某科技有限公司", "unknown_near"),
        ("广州白云山制药", "unknown_near"),
        ("广东省某某市", "unknown_near"),
        ("北京路12号", "unknown_near"),
        ("香港大学", "unknown_near"),
        ("999999", "unknown"),
        ("110199", "unknown_near"),
        ("4499", "unknown_near"),
        ("广洲市", "unknown_near"),
        ("Guangzou", "unknown_near"),
        ("no", "unknown"),
        ("海外", "abroad"),
        ("国外", "abroad"),
        ("境外", "abroad"),
        ("overseas", "abroad"),
    ],
)
def test_what_is_no_place_is_refused(cell: str, problem: str) -> None:
    read = PLACES.read(cell)
    assert said(read) == f"(place_{problem})"
    assert all(sentences(read))


def test_the_nearest_names_are_told() -> None:
    assert "广州市（440100）" in PLACES.read("广洲市").details["candidates"]
    assert "Guangzhou" in PLACES.read("Guangzou").details["candidates_en"]


@pytest.mark.parametrize(
    ("cell", "country", "note"),
    [
        ("美国", "US", ""),
        ("USA", "US", ""),
        ("United States", "US", ""),
        ("US", "US", ""),
        ("德国", "DE", ""),
        ("UK", "GB", ""),
        ("大韩民国", "KR", ""),
        ("日本东京", "JP", "place_country"),
        ("美国硅谷", "US", "place_country"),
        ("Boston, USA", "US", "place_country"),
        ("印度尼西亚", "ID", ""),
        ("几内亚比绍", "GW", ""),
        ("中国", "CN", ""),
        ("全国", "CN", ""),
        ("CN", "CN", ""),
        ("中华人民共和国", "CN", ""),
        ("国内", "CN", ""),
    ],
)
def test_a_country_in_a_column_of_places_gives_the_country(
    cell: str, country: str, note: str
) -> None:
    read = PLACES.read(cell)
    assert read.values == {"value": None, "country": country}
    assert read.note == note


def test_a_country_is_refused_where_nothing_could_keep_it() -> None:
    bare = reader("place")
    assert said(bare.read("美国")) == "(place_foreign)"
    assert said(bare.read("中国")) == "(place_too_wide)"
    assert said(bare.read("广州")) == "440100"


def test_provinces_where_a_series_lists_them() -> None:
    series = reader("place", {"level": "province"})
    for cell, adcode in {
        "北 京": "110000",
        "全 国": "100000",
        "全国": "100000",
        "广东": "440000",
        "内蒙古": "150000",
        "110000": "110000",
        "海南": "460000",
        "重 庆": "500000",
        "新 疆": "650000",
    }.items():
        assert said(series.read(cell)) == adcode
    listed = reader("place", {"level": "province"}, values=("110000", "440000"))
    assert said(listed.read("广西")) == "(place_not_listed)"


def test_the_office_names_a_place_its_own_way(tmp_path) -> None:
    from analytics.records.types import Field
    from analytics.records.values import Context, References, reader_for

    (tmp_path / "synonyms.csv").write_text(
        "list,code,synonym\nregions,440111,白云区\nregions,440106,总部\n", encoding="gb18030"
    )
    own = Context(References.load(HOME, tmp_path))
    places = reader_for(Field("x", "x", "place", "", ""), own)
    assert said(places.read("白云区")) == "440111"
    assert said(places.read("总部")) == "440106"
    assert said(places.read("贵阳市白云区")) == "520100"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("美国", "US"),
        ("US", "US"),
        ("usa", "US"),
        ("中国", "CN"),
        ("P.R. China", "CN"),
        ("英国", "GB"),
        ("Korea", "KR"),
        ("俄罗斯联邦", "RU"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("ＪＰ", "JP"),
    ],
)
def test_countries(cell: str, code: str) -> None:
    assert COUNTRIES.read(cell).values == {"value": code, "place": None}


def test_regions_of_china_are_told_in_a_column_of_countries() -> None:
    read = COUNTRIES.read("香港")
    assert (read.values, read.note) == ({"value": "CN", "place": "810000"}, "country_region")
    assert "香港" in sentences(read)[0]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("广东", "country_is_place"),
        ("海外", "place_abroad"),
        ("火星", "country_unknown"),
        ("美利坚", "country_unknown_near"),
        ("Germny", "country_unknown_near"),
    ],
)
def test_what_is_no_country_is_refused(cell: str, problem: str) -> None:
    read = COUNTRIES.read(cell)
    assert read.problem == problem
    assert all(sentences(read))


NAMED = [row for row in rows("regions") if row["level"] != "country"]


@given(st.sampled_from(NAMED), st.integers(0, 5), st.booleans())
def test_a_region_written_with_those_above_it_reads_as_itself(
    row: dict[str, str], style: int, spaced: bool
) -> None:
    above = [
        REGIONS[code] for code in (row["province"], row["city"]) if code not in ("", row["adcode"])
    ]
    chain = [*above, row]
    text = [
        "".join(r["name_zh"] for r in chain),
        "".join(r["short_zh"] if r is not row else r["name_zh"] for r in chain),
        "/".join(r["name_zh"] for r in chain),
        row["adcode"],
        ", ".join(r["name_en"] for r in reversed(chain)),
        "中国" + "".join(r["name_zh"] for r in chain),
    ][style]
    if spaced and style < 2:
        text = " ".join(text)
    value = PLACES.read(text, "t", 2024).values["value"]
    same_city = {"110000": "110100", "120000": "120100", "310000": "310100", "500000": "500100"}
    assert value in (row["adcode"], same_city.get(row["adcode"]))


COUNTIES = rows("counties")


@given(st.sampled_from(COUNTIES))
def test_every_county_reads_as_its_city(row: dict[str, str]) -> None:
    city = REGIONS[row["city"]]
    assert said(PLACES.read(row["adcode"], "t", 2024)) == row["city"]
    assert said(PLACES.read(city["name_zh"] + row["name_zh"], "t", 2024)) == row["city"]


@given(st.text(max_size=30), st.one_of(st.none(), st.integers(1949, 2030)))
def test_nothing_that_is_written_breaks_the_reader(cell: str, year: int | None) -> None:
    read = PLACES.read(cell, "t", year)
    assert bool(read.problem) != bool(read.values) or not cell.strip() or read == PLACES.read("—")
