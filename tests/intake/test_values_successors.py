"""The table of places that are no more, and that of counties: whole, and right where known."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from tests.tables import HOME


def rows(name: str) -> list[dict[str, str]]:
    with (HOME / "reference" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


REGIONS = {row["adcode"]: row for row in rows("regions")}
COUNTIES = {row["adcode"]: row for row in rows("counties")}
OLD = rows("region_successors")
HELD = {(row["adcode"], row["name_zh"], row["until"], row["successor"]) for row in OLD}


def test_every_successor_is_a_place_of_today() -> None:
    for row in OLD:
        successor = REGIONS[row["successor"]]
        assert successor["level"] in ("city", "district"), row
        assert successor["province"][:2] == row["adcode"][:2], row


def test_years_are_those_since_the_list_begins() -> None:
    assert {int(row["until"]) for row in OLD} <= set(range(2002, 2025))


def test_what_is_called_dissolved_is_not_a_place_of_today() -> None:
    today = {code: row["name_zh"] for code, row in (REGIONS | COUNTIES).items()}
    assert [row for row in OLD if today.get(row["adcode"]) == row["name_zh"]] == []


def test_only_these_places_were_divided() -> None:
    parts = defaultdict(list)
    for row in OLD:
        parts[row["adcode"], row["name_zh"]].append(row["successor"])
    divided = {place: codes for place, codes in parts.items() if len(codes) > 1}
    assert divided == {
        ("341400", "巢湖市"): ["340100", "340200", "340500"],
        ("440582", "潮阳市"): ["440513", "440514"],
        ("452100", "南宁地区"): ["450100", "451400"],
        ("452200", "柳州地区"): ["450200", "451300"],
    }


def test_a_city_s_code_leads_to_one_and_only_hainan_s_codes_were_given_away() -> None:
    today = REGIONS | COUNTIES
    away = {
        row["adcode"]
        for row in OLD
        if row["adcode"] in today
        and row["successor"] not in (row["adcode"], COUNTIES.get(row["adcode"], {}).get("city"))
    }
    assert away == {"469025", "469026", "469027", "469028", "469030"}


@pytest.mark.parametrize(
    "known",
    [
        # Guangdong, by the State Council's approvals
        ("440102", "东山区", "2005", "440104"),
        ("440107", "芳村区", "2005", "440103"),
        ("440116", "萝岗区", "2014", "440112"),
        ("440183", "增城市", "2014", "440118"),
        ("440184", "从化市", "2014", "440117"),
        ("440202", "北江区", "2004", "440204"),
        ("440221", "曲江县", "2004", "440205"),
        ("440506", "达濠区", "2003", "440512"),
        ("440508", "金园区", "2003", "440511"),
        ("440509", "升平区", "2003", "440511"),
        ("440510", "河浦区", "2003", "440512"),
        ("440583", "澄海市", "2003", "440515"),
        ("440602", "城区", "2002", "440604"),
        ("440603", "石湾区", "2002", "440604"),
        ("440681", "顺德市", "2002", "440606"),
        ("440682", "南海市", "2002", "440605"),
        ("440683", "三水市", "2002", "440607"),
        ("440684", "高明市", "2002", "440608"),
        ("440782", "新会市", "2002", "440705"),
        ("440903", "茂港区", "2014", "440904"),
        ("440923", "电白县", "2014", "440904"),
        ("441283", "高要市", "2015", "441204"),
        ("441381", "惠阳市", "2003", "441303"),
        ("441421", "梅县", "2013", "441403"),
        ("441723", "阳东县", "2014", "441704"),
        ("441827", "清新县", "2012", "441803"),
        ("445121", "潮安县", "2013", "445103"),
        ("445221", "揭东县", "2012", "445203"),
        ("445323", "云安县", "2014", "445303"),
        # cities elsewhere
        ("371200", "莱芜市", "2018", "370100"),
        ("420600", "襄樊市", "2010", "420600"),
        ("469003", "儋州市", "2015", "460400"),
        ("522200", "铜仁地区", "2011", "520600"),
        ("522400", "毕节地区", "2011", "520500"),
        ("530800", "思茅市", "2007", "530800"),
        ("632100", "海东地区", "2013", "630200"),
        ("652100", "吐鲁番地区", "2015", "650400"),
        ("652200", "哈密地区", "2016", "650500"),
        # counties that changed their city
        ("512081", "简阳市", "2016", "510100"),
        ("341521", "寿县", "2015", "340400"),
        ("340823", "枞阳县", "2015", "340700"),
        ("220381", "公主岭市", "2020", "220100"),
        ("341421", "庐江县", "2011", "340100"),
        ("341422", "无为县", "2011", "340200"),
        ("341424", "和县", "2011", "340500"),
        ("110103", "崇文区", "2010", "110100"),
    ],
)
def test_what_is_surely_known(known: tuple[str, ...]) -> None:
    assert known in HELD


def test_guangdong_is_whole() -> None:
    """29 districts and counties were dissolved since 2002, 潮阳市 into two."""
    guangdong = {row["adcode"] for row in OLD if row["adcode"].startswith("44")}
    assert len(guangdong) == 30


def test_counties_lie_in_the_city_of_their_code() -> None:
    assert not set(COUNTIES) & set(REGIONS)
    assert len(COUNTIES) == 2693
    for code, row in COUNTIES.items():
        city = REGIONS[row["city"]]
        assert city["level"] == "city"
        assert row["city"] in (code[:4] + "00", code[:2] + "0100"), code


def test_every_city_of_the_mainland_has_its_counties_or_none_at_all() -> None:
    cities = {row["city"] for row in COUNTIES.values()} | {
        row["city"] for row in REGIONS.values() if row["level"] == "district"
    }
    without = {
        row["name_zh"]
        for code, row in REGIONS.items()
        if row["level"] == "city" and code not in cities and code[2:4] != "90"
    }
    assert without == {"东莞市", "中山市", "儋州市", "嘉峪关市"}
