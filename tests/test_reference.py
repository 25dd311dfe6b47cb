"""The committed reference data: keys, hierarchy, names, outlines, claims and the catalogue."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[1] / "data"
KEYS = {
    "reference/regions.csv": ("adcode",),
    "reference/counties.csv": ("adcode",),
    "reference/countries.csv": ("alpha2",),
    "reference/region_successors.csv": ("adcode", "name_zh", "successor"),
    "reference/synonyms.csv": ("list", "synonym"),
    "reference/industries.csv": ("code",),
    "reference/contract_types.csv": ("code",),
    "reference/technical_fields.csv": ("code",),
    "reference/stages.csv": ("code",),
    "reference/phases.csv": ("code",),
    "reference/gates.csv": ("code",),
    "reference/trl.csv": ("level",),
    "reference/romanisation_exceptions.csv": ("name_zh",),
    "published/claims.csv": ("figure_id",),
    "published/sources.csv": ("source",),
    "published/figures.csv": ("figure_id",),
    "published/tech_market.csv": ("year", "adcode", "basis"),
    "published/unit_names.csv": ("unit_zh",),
    "published/systems.csv": ("code",),
    "published/region_names.csv": ("region_zh",),
}
GBA = {"440100", "440300", "440400", "440600", "440700", "441200", "441300", "441900", "442000"}
SARS = {"810000", "820000"}
WITHOUT_CITIES = SARS | {"710000"}
WITHOUT_DISTRICTS = {"441900", "442000"}
OUTLINES = {"china": 34, "gba": 11, "guangzhou": 11}

# Names that plain pinyin, or a careless reader, gets wrong.
ENGLISH = {
    "100000": "China", "140000": "Shanxi", "150000": "Inner Mongolia", "440000": "Guangdong",
    "500000": "Chongqing", "540000": "Xizang", "610000": "Shaanxi", "650000": "Xinjiang",
    "710000": "Taiwan", "810000": "Hong Kong", "820000": "Macao",
    "140400": "Changzhi", "141100": "Lüliang", "150100": "Hohhot", "150600": "Ordos",
    "150700": "Hulunbuir", "211300": "Chaoyang", "220100": "Changchun", "220200": "Jilin City",
    "230100": "Harbin", "230200": "Qiqihar", "320800": "Huai'an", "321200": "Taizhou",
    "331000": "Taizhou", "331100": "Lishui", "340300": "Bengbu", "341500": "Lu'an",
    "341600": "Bozhou", "350200": "Xiamen", "360800": "Ji'an", "370900": "Tai'an",
    "410600": "Hebi", "411100": "Luohe", "430100": "Changsha", "441900": "Dongguan",
    "445100": "Chaozhou", "445200": "Jieyang", "451000": "Baise", "469027": "Ledong",
    "511100": "Leshan", "511800": "Ya'an", "530800": "Pu'er", "540100": "Lhasa",
    "610100": "Xi'an", "610600": "Yan'an", "632500": "Hainan Prefecture", "650100": "Urumqi",
    "653100": "Kashgar", "654000": "Ili",
    "310110": "Yangpu", "440103": "Liwan", "440104": "Yuexiu", "440105": "Haizhu",
    "440112": "Huangpu", "440113": "Panyu", "440114": "Huadu", "440115": "Nansha",
    "440117": "Conghua", "440118": "Zengcheng", "440204": "Zhenjiang", "440205": "Qujiang",
    "440306": "Bao'an", "440403": "Doumen", "440523": "Nan'ao", "440604": "Chancheng",
    "441284": "Sihui", "441422": "Dabu", "441502": "Chengqu", "441523": "Luhe",
    "441821": "Fogang", "445103": "Chao'an", "445122": "Raoping", "445303": "Yun'an",
    "445322": "Yunan",
}  # fmt: skip
SHORT = {"150000": "内蒙古", "440000": "广东", "440100": "广州", "440106": "天河", "441403": "梅县",
         "441502": "城区", "440232": "乳源", "222400": "延边", "653000": "克孜勒苏",
         "810000": "香港"}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    """Read a committed CSV file as text."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name: str, key: str) -> set[str]:
    """The distinct values of a column."""
    return {row[key] for row in rows(name)}


def features(name: str) -> list[dict]:
    """The features of a committed outline."""
    return json.loads((DATA / "geo" / f"{name}.geojson").read_text(encoding="utf-8"))["features"]


def polygons(feature: dict) -> list:
    """The polygons of a feature, each a list of rings."""
    geometry = feature["geometry"]
    single = geometry["type"] == "Polygon"
    return [geometry["coordinates"]] if single else geometry["coordinates"]


def area(ring: list) -> float:
    """The signed area of a ring: negative when clockwise."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) / 2


@pytest.fixture(scope="module")
def regions() -> dict[str, dict[str, str]]:
    """The regions by adcode."""
    return {row["adcode"]: row for row in rows("reference/regions.csv")}


@pytest.mark.parametrize(("name", "key"), KEYS.items())
def test_keys_are_there_and_unique(name, key):
    seen = Counter(tuple(row[part] for part in key) for row in rows(name))
    assert seen
    assert all(all(parts) for parts in seen)
    assert [parts for parts, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("name", KEYS)
def test_files_are_plain_utf8(name):
    text = (DATA / name).read_bytes()
    assert not text.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in text
    assert text.endswith(b"\n")


def test_every_csv_has_a_key_declared():
    found = {f"{path.parent.name}/{path.name}" for path in DATA.glob("[pr]*/*.csv")}
    assert found == set(KEYS)


def test_region_levels(regions):
    assert Counter(row["level"] for row in regions.values()) == {
        "country": 1, "province": 34, "city": 369, "district": 124,
    }  # fmt: skip
    assert list(regions) == sorted(regions)
    assert all(re.fullmatch(r"\d{6}", code) for code in regions)


def test_region_hierarchy_is_consistent(regions):
    above = {"province": "country", "city": "province", "district": "city"}
    for code, row in regions.items():
        if row["level"] == "country":
            assert (row["parent"], row["province"], row["city"]) == ("", "", "")
            continue
        parent = regions[row["parent"]]
        assert parent["level"] == above[row["level"]], code
        assert row["province"] == code[:2] + "0000", code
        if row["level"] == "province":
            assert row["city"] == (code if code in SARS else ""), code
        else:
            assert parent["province"] == row["province"], code
            assert row["city"] == (code if row["level"] == "city" else row["parent"]), code


def test_every_province_has_its_cities(regions):
    provinces = {code for code, row in regions.items() if row["level"] == "province"}
    with_cities = {row["province"] for row in regions.values() if row["level"] == "city"}
    assert provinces - with_cities == WITHOUT_CITIES


def test_every_guangdong_city_has_its_districts(regions):
    cities = {c for c, r in regions.items() if r["level"] == "city" and r["province"] == "440000"}
    with_districts = {row["city"] for row in regions.values() if row["level"] == "district"}
    assert len(cities) == 21
    assert cities - with_districts == WITHOUT_DISTRICTS
    assert sum(row["parent"] == "440100" for row in regions.values()) == 11


def test_list_headings_are_not_places(regions):
    assert not [
        row for row in regions.values() if "直辖" in row["name_zh"] or row["name_zh"] == "县"
    ]


def test_greater_bay_area_is_exactly_its_cities_and_their_districts(regions):
    marked = {code for code, row in regions.items() if row["in_gba"] == "1"}
    expected = {code for code, row in regions.items() if row["city"] in GBA} | SARS
    assert marked == expected
    assert {code for code in marked if regions[code]["level"] == "city"} == GBA
    assert {row["in_gba"] for row in regions.values()} == {"0", "1"}


@pytest.mark.parametrize(("code", "name"), ENGLISH.items())
def test_tricky_english_names(regions, code, name):
    assert regions[code]["name_en"] == name


@pytest.mark.parametrize(("code", "name"), SHORT.items())
def test_short_chinese_names(regions, code, name):
    assert regions[code]["short_zh"] == name


def test_short_names_begin_the_full_ones(regions):
    for code, row in regions.items():
        assert re.fullmatch(r"[\u4e00-\u9fff]{2,}", row["short_zh"]), code
        assert code == "100000" or row["name_zh"].startswith(row["short_zh"]), code


def test_english_place_names_are_latin(regions):
    names = {row["name_en"] for row in regions.values()} | column(
        "reference/countries.csv", "name_en"
    )
    assert [name for name in names if not re.fullmatch(r"[A-ZÅ][A-Za-zÀ-ÿ' .,()-]+", name)] == []


def test_english_names_are_told_apart_within_a_province(regions):
    seen = Counter((row["level"], row["province"], row["name_en"]) for row in regions.values())
    assert [key for key, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("name", [n for n in KEYS if n.startswith("reference/")])
def test_names_are_in_their_own_language(name):
    for row in rows(name):
        assert re.search(r"[\u4e00-\u9fff]", row.get("name_zh", "中")), row
        assert not re.search(r"[\u4e00-\u9fff]", row.get("name_en", "")), row


def test_each_exception_is_used(regions):
    english = {row["name_zh"]: row["name_en"] for row in regions.values()}
    for row in rows("reference/romanisation_exceptions.csv"):
        assert english[row["name_zh"]] == row["name_en"]
        assert row["reason"]


def test_points_lie_in_china(regions):
    for code, row in regions.items():
        assert 73 < float(row["lon"]) < 136, code
        assert 3 < float(row["lat"]) < 54, code
        assert re.fullmatch(r"\d+\.\d{4} \d+\.\d{4}", f"{row['lon']} {row['lat']}"), code


def test_points_lie_by_their_province(regions):
    boxes = {}
    for feature in features("china"):
        points = [point for polygon in polygons(feature) for point in polygon[0]]
        lons, lats = zip(*points, strict=True)
        boxes[feature["properties"]["adcode"]] = (min(lons), max(lons), min(lats), max(lats))
    for code, row in regions.items():
        if row["level"] == "country":
            continue
        west, east, south, north = boxes[row["province"]]
        assert west - 1.5 <= float(row["lon"]) <= east + 1.5, code
        assert south - 1.5 <= float(row["lat"]) <= north + 1.5, code


@pytest.mark.parametrize(("name", "count"), OUTLINES.items())
def test_outlines(regions, name, count):
    found = features(name)
    codes = [feature["properties"]["adcode"] for feature in found]
    assert len(codes) == len(set(codes)) == count
    assert codes == sorted(codes)
    for feature in found:
        own = feature["properties"]
        assert set(own) == {"adcode", "name_zh", "name_en"}
        assert all(regions[own["adcode"]][key] == value for key, value in own.items())
        for polygon in polygons(feature):
            assert area(polygon[0]) < 0, "an exterior ring is not clockwise"
            assert all(area(hole) > 0 for hole in polygon[1:]), "a hole is clockwise"
            assert all(ring[0] == ring[-1] for ring in polygon)


def test_outlines_cover_what_they_should(regions):
    codes = {name: {f["properties"]["adcode"] for f in features(name)} for name in OUTLINES}
    assert codes["china"] == {c for c, row in regions.items() if row["level"] == "province"}
    assert codes["gba"] == GBA | SARS
    assert codes["guangzhou"] == {c for c, row in regions.items() if row["parent"] == "440100"}


def test_boundary_lines():
    lines = features("china_lines")
    assert [line["properties"]["idx"] for line in lines] == [0, 1, 2, 3]
    assert lines[2]["properties"]["name_zh"] == "九段线"
    assert {line["geometry"]["type"] for line in lines} == {"LineString", "MultiLineString"}


def test_countries():
    codes = column("reference/countries.csv", "alpha2")
    assert len(codes) == 246
    assert not codes & {"HK", "MO", "TW", "XK", "EU", "ZZ"}
    china = next(row for row in rows("reference/countries.csv") if row["alpha2"] == "CN")
    assert (china["name_zh"], china["name_en"]) == ("中国", "China")


def test_industries():
    table = {row["code"]: row for row in rows("reference/industries.csv")}
    areas = [code for code, row in table.items() if row["level"] == "1"]
    assert areas == [*"123456789", "other"]
    for code, row in table.items():
        assert row["parent"] == (code.split(".")[0] if row["level"] == "2" else "")
        assert row["name_zh"] and row["name_en"] and row["short_zh"]
        assert 0 < len(row["short_en"]) <= 22, code
    for short in ("short_zh", "short_en"):
        assert len({row[short] for row in table.values()}) == len(table)


def test_contract_words():
    codes = [row["code"] for row in rows("reference/contract_types.csv")]
    assert codes == ["development", "assignment", "licence", "consulting", "services"]
    fields = rows("reference/technical_fields.csv")
    assert [row["code"] for row in fields] == [str(n) for n in range(1, 12)]
    assert [row["level"] for row in rows("reference/trl.csv")] == [str(n) for n in range(1, 10)]


def test_pipeline_words():
    stages, phases = rows("reference/stages.csv"), rows("reference/phases.csv")
    assert [row["rank"] for row in stages] == [str(n) for n in range(1, 11)]
    order = [row["phase"] for row in stages]
    assert list(dict.fromkeys(order)) == [row["code"] for row in phases]
    after = {row["code"]: following["code"] for row, following in pairwise(stages)}
    phase = {row["code"]: row["phase"] for row in stages}
    gates = rows("reference/gates.csv")
    for gate in gates:
        assert after[gate["after_stage"]] == gate["before_stage"]
        assert phase[gate["after_stage"]] != phase[gate["before_stage"]]
    assert [row["name_zh"] for row in gates] == ["魔川", "死亡之谷", "达尔文海"]


def test_claims():
    claims = rows("published/claims.csv")
    assert len(claims) == 107
    assert "context_out_of_domain" not in {row["system"] for row in claims}
    assert Counter(row["source"] for row in claims) == {
        "S000": 30, "S001": 21, "S002": 12, "S003": 27, "S004": 17,
    }  # fmt: skip
    assert {row["source"] for row in claims} == column("published/sources.csv", "source")
    assert all(row["figure_id"].startswith(row["source"]) and row["quote"] for row in claims)
    vague = {row["figure_id"] for row in claims if not row["value"]}
    assert vague == {"S000-007", "S000-022", "S004-008"}
    values = {row["figure_id"]: row["value"] for row in claims}
    assert (values["S000-011"], values["S004-001"]) == ("35.71", "340.0")


@pytest.mark.parametrize(
    ("words", "key", "english", "used"),
    [
        ("unit_names", "unit_zh", "unit_en", "unit"),
        ("systems", "code", "name_en", "system"),
        ("region_names", "region_zh", "region_en", "region"),
    ],
)
def test_every_word_of_the_claims_has_its_english(words, key, english, used):
    table = {row[key]: row[english] for row in rows(f"published/{words}.csv")}
    assert set(table) == column("published/claims.csv", used)
    blank = {word for word, name in table.items() if not name}
    assert blank == ({"个", "位", "家", "项"} if words == "unit_names" else set())
    assert not [name for name in table.values() if re.search(r"[\u4e00-\u9fff]", name)]


def test_further_figures():
    figures = rows("published/figures.csv")
    assert [row["figure_id"] for row in figures] == [f"R{n:03d}" for n in range(1, 57)]
    assert {row["seen_in"] for row in figures} == {"original", "copy"}
    assert all(row["value"] and row["quote"] and row["publisher"] for row in figures)


def test_tech_market(regions):
    market = rows("published/tech_market.csv")
    assert len(market) == 960
    assert {row["basis"] for row in market} == {"output", "absorbed"}
    assert len({row["year"] for row in market}) == 15
    places = {row["adcode"] for row in market}
    assert len(places) == 32
    assert places <= set(regions) and not places & WITHOUT_CITIES
    assert sum(not row["value_cny"] for row in market) == 10
    assert all(bool(row["value_cny"]) == bool(row["contracts"]) for row in market)


@pytest.mark.parametrize(
    ("year", "adcode", "basis", "contracts", "value"),
    [
        ("2000", "100000", "output", "241008", "65075190000"),
        ("2000", "110000", "absorbed", "16998", "10319060000"),
        ("2000", "540000", "output", "", ""),
        ("2023", "100000", "output", "945946", "6147565780000"),
        ("2023", "110000", "output", "106552", "853693940000"),
        ("2023", "440000", "output", "48256", "386678320000"),
        ("2023", "440000", "absorbed", "73507", "595805720000"),
    ],
)
def test_tech_market_values(year, adcode, basis, contracts, value):
    found = [
        (row["contracts"], row["value_cny"])
        for row in rows("published/tech_market.csv")
        if (row["year"], row["adcode"], row["basis"]) == (year, adcode, basis)
    ]
    assert found == [(contracts, value)]


def test_catalogue_names_every_file_and_no_other():
    origins = tomllib.loads((DATA / "catalogue.toml").read_text(encoding="utf-8"))["origin"]
    named = [origin["path"] for origin in origins]
    held = {
        path.relative_to(DATA).as_posix()
        for folder in ("published", "reference", "geo")
        for path in (DATA / folder).rglob("*")
        if path.is_file()
    }
    assert len(named) == len(set(named))
    assert set(named) == held
    for origin in origins:
        assert set(origin) == {
            "path", "kind", "producer", "title_zh", "title_en", "cited", "published",
            "accessed", "licence", "note",
        }  # fmt: skip
        assert origin["kind"] in {"published", "reference", "outline"}
        assert (origin["kind"] == "outline") == origin["path"].startswith("geo/")
        assert all(origin[key] for key in origin.keys() - {"published"}), origin["path"]
