"""Which heading is which field: proposed with a reason, asked where it is not clear."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import Unusable
from analytics.records.assignment import assign
from analytics.records.forms import FORMS
from analytics.records.layout import find_layout
from analytics.records.mappings import load_mappings, resolved, save_mapping, slug
from analytics.records.mappings.toml import mapping_from, to_toml
from analytics.records.matching import Proposal, apply, is_certain, propose, recognise
from analytics.records.reading import read
from analytics.records.types import Layout, Mapping, Match, Rate, Source
from analytics.records.workbench import Workbench
from tests.intake.sheets import bench, sheet

DEALS = FORMS["deals"]
ORDINARY = {
    "合同编号": ["D1", "D2", "D3"],
    "签订时间": ["2024.3.12", "2024年4月", "20240513"],
    "合同类型": ["技术开发", "技术服务", "技术咨询"],
    "成交金额（万元）": ["120.5", "7,910,825", "约30"],
    "单位": ["示例研究院", "示例大学", "示例企业"],
    "地区": ["广州市", "深圳市", "北京市"],
    "金额（万元）": ["1", "2", "3"],
    "卖方": ["示例研究院", "示例大学", "示例学会"],
    "买方": ["示例企业 0421", "示例企业 0422", "示例企业 0423"],
    "甲方": ["示例企业 0421", "示例企业 0422", "示例企业 0423"],
    "乙方": ["示例研究院", "示例大学", "示例学会"],
    "技术交易额（万元）": ["1", "2", "3"],
    "买方名称": ["示例企业 0421", "示例企业 0422", "示例企业 0423"],
    "何时": ["2024-03-12", "2024-04-01", "2024-05-13"],
    "领域": ["生物医药", "人工智能", "新材料"],
    "手机": ["13800138000", "13800138001", "13800138002"],
    "备注": ["", "新增", ""],
}


def table(*titles: str) -> Layout:
    columns = [ORDINARY[title] for title in titles]
    return made([list(titles), *(list(row) for row in zip(*columns, strict=True))])


def made(rows: Sequence[Sequence[Any]], **more: Any) -> Layout:
    where = bench()
    return find_layout(sheet(where, rows, **more), where)


def match(proposal: Proposal, field: str) -> Match:
    return next(item for item in proposal.matches if item.field == field)


def heading(proposal: Proposal, field: str) -> tuple[str, str, tuple[str, ...]]:
    found = match(proposal, field)
    return found.heading, found.reason, found.rivals


def test_names_and_synonyms() -> None:
    found = propose(table("合同编号", "签订时间", "合同类型", "成交金额（万元）", "备注"), DEALS)
    assert match(found, "deal_id") == Match("deal_id", "合同编号", "name", 1.0)
    assert match(found, "signed_on") == Match("signed_on", "签订时间", "synonym", 0.9)
    assert match(found, "buyer_name") == Match("buyer_name", "", "none", 0.0)
    assert found.mapping.fields == {
        "deal_id": "合同编号",
        "signed_on": "签订时间",
        "contract_type": "合同类型",
        "value_cny": "成交金额",
    }
    assert [item.title for item in found.unmatched] == ["备注"]
    assert found.missing == () == found.ambiguous
    assert len(found.matches) == len(DEALS.fields)


def test_required_fields_that_nothing_fills() -> None:
    found = propose(table("签订时间", "成交金额（万元）"), DEALS)
    assert found.missing == ("deal_id", "contract_type")


@pytest.mark.parametrize(
    ("title", "fields"),
    [
        ("单位", {"seller_name", "buyer_name"}),
        ("地区", {"seller_adcode", "buyer_adcode"}),
        ("金额（万元）", {"value_cny", "technical_value_cny"}),
    ],
)
def test_one_heading_for_two_fields_is_asked(title: str, fields: set[str]) -> None:
    found = propose(table("合同编号", "签订时间", "合同类型", title), DEALS)
    name = title.removesuffix("（万元）")
    assert {item.field for item in found.ambiguous} == fields
    assert all(item.rivals == (name,) and not item.heading for item in found.ambiguous)
    assert not fields & found.mapping.fields.keys()
    assert name in [item.title for item in found.unmatched]


def test_two_headings_for_one_field_are_asked() -> None:
    rows = [["合同编号", "合同金额（万元）", "成交金额（万元）"], ["D1", 1, 2], ["D2", 3, 4]]
    found = propose(made(rows), DEALS)
    assert heading(found, "value_cny") == ("", "none", ("合同金额", "成交金额"))
    assert "value_cny" in found.missing


def test_two_headings_for_two_fields_are_asked_as_well() -> None:
    found = propose(table("合同编号", "甲方", "乙方"), DEALS)
    assert match(found, "seller_name").rivals == ("甲方", "乙方")
    assert match(found, "buyer_name").rivals == ("甲方", "乙方")


def test_an_amount_is_told_by_elimination_but_a_party_is_not() -> None:
    found = propose(table("合同编号", "金额（万元）", "技术交易额（万元）"), DEALS)
    assert heading(found, "value_cny")[0] == "金额"
    assert heading(found, "technical_value_cny")[0] == "技术交易额"
    found = propose(table("合同编号", "单位", "买方名称"), DEALS)
    assert heading(found, "buyer_name") == ("买方名称", "name", ())
    assert heading(found, "seller_name") == ("", "none", ("单位",))


def test_a_merged_header_says_whose_column_it_is() -> None:
    rows = [["合同编号", "卖方", "", "买方", ""], ["", "名称", "地区", "名称", "地区"]]
    rows += [["D1", "示例研究院", "广州市", "示例企业", "深圳市"]] * 2
    found = propose(made(rows, merged=[(1, 1, 1, 2), (1, 3, 1, 4), (1, 0, 2, 0)]), DEALS)
    assert found.mapping.fields == {
        "deal_id": "合同编号",
        "seller_name": "卖方 / 名称",
        "seller_adcode": "卖方 / 地区",
        "buyer_name": "买方 / 名称",
        "buyer_adcode": "买方 / 地区",
    }
    assert not found.ambiguous


def test_content_speaks_for_a_required_field_without_a_word() -> None:
    found = propose(table("合同编号", "何时", "备注"), DEALS)
    assert heading(found, "signed_on") == ("何时", "content", ())
    assert match(found, "signed_on").confidence == 0.6


def test_content_decides_between_two_words() -> None:
    found = propose(table("合同编号", "领域"), DEALS)
    assert heading(found, "industry")[0] == "领域"
    assert heading(found, "technical_field") == ("", "none", ())


def test_a_unit_decides_between_two_headings() -> None:
    rows = [["基地名称", "年份", "落地（项）", "成交额（项）", "金额（万元）"]]
    rows += [["示例基地", 2024, 3, 4, 500], ["示例基地二", 2024, 3, 4, 500]]
    found = propose(made(rows), FORMS["base_returns"])
    assert heading(found, "value_cny")[0] == "金额"
    assert heading(found, "landings")[0] == "落地"


def test_personal_columns_are_neither_used_nor_listed() -> None:
    found = propose(table("合同编号", "手机"), DEALS)
    assert found.unmatched == ()
    assert "手机" not in found.mapping.fields.values()


@pytest.mark.parametrize("dataset", FORMS)
def test_a_template_needs_no_mapping(dataset: str) -> None:
    """Both rows of a template's header, and either of them alone."""
    fields = FORMS[dataset].fields
    example = [field.example for field in fields]
    chinese = [f"{f.zh}（{f.unit}）" if f.unit else f.zh for f in fields]
    english = [field.en for field in fields]
    for header in ([chinese, english], [chinese]):
        found = recognise(made([*header, example, example]), FORMS)
        assert found[0].dataset == dataset and is_certain(found)
        assert not found[0].ambiguous and not found[0].missing and not found[0].unmatched
        assert list(found[0].mapping.fields) == [field.name for field in fields]


OFFICE = {
    "deals": ["合同登记号", "签约日期", "合同类别", "成交金额", "让与方", "受让方", "技术领域"],
    "workstations": ["工作站名称", "建站单位", "进站院士", "所在区", "成立时间", "类型"],
    "workstation_returns": ["站点名称", "年度", "研发投入", "营业收入", "引进人才", "专利授权数"],
    "bases": ["基地名称", "所在区", "设立时间", "依托单位性质"],
    "base_returns": ["基地名称", "年度", "征集需求数", "促成对接", "落地项目数", "成交金额"],
    "organisations": ["单位名称", "统一社会信用代码", "单位性质", "注册地"],
    "projects": ["项目编号", "项目名称", "承担单位", "立项时间", "技术成熟度"],
    "events": ["活动编号", "活动类型", "举办时间", "举办地点", "参会人数", "渠道"],
    "expo_exhibits": ["展品编号", "届次", "参展单位", "展区", "是否发布"],
    "stage_events": ["项目编号", "阶段", "进入时间", "情况"],
}


@pytest.mark.parametrize("dataset", OFFICE)
def test_headers_as_offices_write_them_tell_the_dataset(dataset: str) -> None:
    found = recognise(made([["填报表"], OFFICE[dataset], [], []]), FORMS)
    assert found[0].dataset == dataset
    assert is_certain(found)


def test_generic_headers_leave_the_dataset_of_the_sheets_name() -> None:
    rows = [["名称", "所在地区", "日期", "类型"], ["示例", "广州市", "2024-01-02", "院士工作站"]]
    named = recognise(made([*rows, rows[1]], name="院士专家工作站"), FORMS)
    assert (named[0].dataset, is_certain(named)) == ("workstations", True)


def test_a_dataset_that_is_not_clear_is_not_certain() -> None:
    assert not is_certain(
        recognise(made([["名称", "地区", "备注"], ["示例", "广州市", ""]]), FORMS)
    )
    assert not is_certain(recognise(made([["甲项", "乙项"], ["一", "二"], ["三", "四"]]), FORMS))
    assert not is_certain([])


YEARBOOK = [
    ["8-37  技术市场技术输出地域(合同金额)"],
    ["单位：万元", "", "", "(10 000 yuan)"],
    ["地    区", "Region", 2000, 2005],
    ["全    国", "National Total", 6507519, 15513694.43],
    ["北    京", "Beijing", 1402871, 4895922],
]


@pytest.mark.parametrize(
    ("title", "basis", "field"),
    [
        ("8-37  技术市场技术输出地域(合同金额)", "output", "value_cny"),
        ("8-38  技术市场技术流向地域(合同数)", "absorbed", "contracts"),
        ("中国主要年份技术市场技术流向地域统计(2000-2020)(合同金额)", "absorbed", "value_cny"),
    ],
)
@pytest.mark.parametrize("bilingual", [True, False])
def test_the_yearbook_is_recognised(title: str, basis: str, field: str, bilingual: bool) -> None:
    rows = [[title], *YEARBOOK[1:]]
    rows = rows if bilingual else [[row[0], *row[2:]] for row in rows]
    found = recognise(made(rows), FORMS, load_mappings())
    assert is_certain(found)
    assert found[0].dataset == "tech_market"
    assert found[0].mapping.constants == {"basis": basis}
    assert found[0].mapping.fields == {"adcode": "地区", field: "2000"}
    assert found[0].missing == ()
    assert "港澳台" in found[0].mapping.left_out["地区"]
    assert heading(found[0], field) == ("2000", "saved", ())


def test_the_same_columns_under_another_title_are_not_the_yearbook() -> None:
    rows = [["各地财政支出"], *YEARBOOK[1:]]
    found = propose(made(rows), FORMS["tech_market"], load_mappings())
    assert found.missing == ("adcode", "basis")
    assert heading(found, "value_cny") == ("2000", "content", ())
    assert heading(found, "adcode") == ("", "none", ("地区", "Region"))


def test_years_without_a_unit_may_be_either_value() -> None:
    rows = [["统计表"], ["地区", 2019, 2020], ["北京", 1, 2], ["上海", 3, 4]]
    found = propose(made(rows), FORMS["tech_market"])
    assert {item.field for item in found.ambiguous} == {"contracts", "value_cny"}
    assert {item.rivals for item in found.ambiguous} == {("2019",)}


def test_columns_of_several_values_a_year() -> None:
    rows = [
        ["地区", "2019年合同数", "2019年成交额（万元）", "2020年合同数", "2020年成交额（万元）"]
    ]
    found = propose(made([*rows, ["北京", 1, 2, 3, 4], ["上海", 5, 6, 7, 8]]), FORMS["tech_market"])
    assert found.mapping.fields["contracts"] == "2019年合同数"
    assert found.mapping.fields["value_cny"] == "2019年成交额"
    assert found.unmatched == ()
    assert found.missing == ("basis",)


def test_the_key_projects_are_recognised() -> None:
    header = [
        *("year", "date", "NO", "funds", "index", "institution", "title", "type", "duration"),
    ]
    row = ["2018", "20191015", "2018YFA0000421", "2949", "1", "示例研究所", "示例项目", "示例", ""]
    found = recognise(made([header, row, row], plain=True), FORMS, load_mappings())
    assert (found[0].dataset, is_certain(found)) == ("projects", True)
    assert found[0].mapping.fields == {
        **{"project_id": "NO", "title": "title"},
        **{"organisation_name": "institution", "started_on": "date"},
    }
    assert [item.title for item in found[0].unmatched] == [
        *("year", "funds", "index", "type", "duration"),
    ]


def test_a_saved_mapping_wins_whatever_the_order_of_columns(tmp_path: Path) -> None:
    first = table("合同编号", "签订时间", "合同类型", "成交金额（万元）", "单位")
    mapping = propose(first, DEALS).mapping
    mapping = replace(mapping, name="区科协月报", fields=mapping.fields | {"seller_name": "单位"})
    save_mapping(tmp_path, mapping)
    again = table("单位", "成交金额（万元）", "合同编号", "合同类型", "签订时间")
    found = propose(again, DEALS, load_mappings(tmp_path))
    assert heading(found, "seller_name") == ("单位", "saved", ())
    assert found.mapping.name == "区科协月报"
    assert not found.ambiguous
    other = table("单位", "合同编号", "合同类型", "签订时间")
    assert match(propose(other, DEALS, load_mappings(tmp_path)), "seller_name").rivals == ("单位",)


def test_a_mapping_applied_to_another_form_tells_what_is_missing() -> None:
    mapping = Mapping("月报", "deals", fields={"deal_id": "合同编号", "value_cny": "没有这一列"})
    found = apply(table("合同编号", "签订时间"), DEALS, mapping, "chosen")
    assert heading(found, "deal_id") == ("合同编号", "chosen", ())
    assert found.missing == ("signed_on", "contract_type", "value_cny")
    assert [item.title for item in found.unmatched] == ["签订时间"]


def test_constants_fill_required_fields() -> None:
    mapping = Mapping(
        "月报", "deals", fields={"deal_id": "合同编号"}, constants={"value_cny": "5元"}
    )
    assert "value_cny" not in apply(table("合同编号"), DEALS, mapping).missing


def test_a_mapping_cannot_take_a_personal_column() -> None:
    mapping = Mapping("月报", "deals", fields={"deal_id": "手机"})
    found = apply(table("合同编号", "手机"), DEALS, mapping)
    assert found.mapping.fields == {}


EVERYTHING = Mapping(
    name='区科协 "月报" 2024/03',
    dataset="deals",
    fingerprint=("合同编号", "金额"),
    fields={"deal_id": "合同编号", "value_cny": "金额"},
    constants={"contract_type": "技术开发"},
    units={"value_cny": "万元"},
    rates={"USD": Rate(Decimal("7.1234"), date(2024, 3, 12))},
    above=("value_cny",),
    crs="gcj02",
    titles=(("输出|转让", {"channel": "centre"}), (r"\(合同\d+\)", {"years": "value_cny"})),
    left_out={"单位": ("合计", "其他\n单位")},
)


def test_a_mapping_survives_its_file(tmp_path: Path) -> None:
    path = save_mapping(tmp_path, EVERYTHING)
    assert mapping_from(path) == EVERYTHING
    assert [item.name for item in tmp_path.iterdir()] == [path.name]
    assert load_mappings(tmp_path)[0] == EVERYTHING


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1, max_size=20)


@settings(max_examples=200, deadline=None)
@given(name=words, title=words, unit=words, pattern=words)
def test_any_words_survive_the_file(name: str, title: str, unit: str, pattern: str) -> None:
    mapping = Mapping(
        name,
        "deals",
        (title,),
        {"deal_id": title},
        units={"value_cny": unit},
        left_out={title: (unit, pattern)},
    )
    said = tomllib.loads(to_toml(mapping))
    assert said["name"] == name
    assert said["fields"] == {"deal_id": title}
    assert said["left_out"] == {title: [unit, pattern]}


@settings(max_examples=200, deadline=None)
@given(st.lists(words, min_size=2, max_size=2, unique=True))
def test_a_name_becomes_a_harmless_file_name(names: list[str]) -> None:
    for name in names:
        safe = slug(name)
        assert safe and not set(safe) & set('/\\:*?"<>|. \0\n') and len(safe.encode()) < 250
    assert slug(names[0]) != slug(names[1])


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "CON", ".hidden", "月报", "x" * 500])
def test_a_name_is_no_path(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "mappings"
    path = save_mapping(folder, replace(EVERYTHING, name=name))
    assert path.parent == folder
    assert [item.parent for item in tmp_path.rglob("*.toml")] == [folder]
    assert load_mappings(folder)[0].name == name


def test_the_offices_own_takes_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    shipped = load_mappings()
    assert {item.dataset for item in shipped} == {"tech_market", "projects"}
    save_mapping(tmp_path, replace(EVERYTHING, name=shipped[0].name))
    found = load_mappings(tmp_path)
    assert len(found) == len(shipped)
    assert found[0].dataset == "deals"
    assert load_mappings(tmp_path / "none") == shipped


def test_a_mapping_without_name_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(Unusable) as caught:
        save_mapping(tmp_path, replace(EVERYTHING, name=" \n"))
    assert caught.value.key == "mapping_without_name"
    assert caught.value.message("zh")


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ('name = "x"\ndataset = "dealz"', "dataset"),
        ('dataset = "deals"', "name"),
        ('name = 5\ndataset = "deals"', "name"),
        ('name = "x"\ndataset = "deals"\nfeilds = {}', "feilds"),
        ('name = "x"\ndataset = "deals"\nfields = { buyer = "买方" }', "fields"),
        ('name = "x"\ndataset = "deals"\nfields = { buyer_name = 1 }', "fields.buyer_name"),
        ('name = "x"\ndataset = "deals"\nfields = []', "fields"),
        ('name = "x"\ndataset = "deals"\ncrs = "mars"', "crs"),
        ('name = "x"\ndataset = "deals"\nabove = ["price"]', "above"),
        ('name = "x"\ndataset = "deals"\nfingerprint = "a"', "fingerprint"),
        (
            'name = "x"\ndataset = "deals"\nrates.USD = { cny = "-7", on = 2024-01-01 }',
            "rates.USD.cny",
        ),
        ('name = "x"\ndataset = "deals"\nrates.USD = { cny = "7.1" }', "rates.USD.on"),
        ('name = "x"\ndataset = "deals"\nrates.dollar = { cny = 7 }', "rates"),
        (
            'name = "x"\ndataset = "deals"\n[[titles]]\npattern = "("\nsets.channel = "expo"',
            "titles.pattern",
        ),
        (
            'name = "x"\ndataset = "deals"\n[[titles]]\npattern = "a"\nsets.years = "price"',
            "titles.sets.years",
        ),
        ('name = "x"\ndataset = "deals"\n[[titles]]\npattern = "a"', "titles"),
        ('name = "x"\ndataset = "deals"\nleft_out = { a = "b" }', "left_out.a"),
    ],
)
def test_a_mistake_in_a_file_is_told_with_its_key(tmp_path: Path, text: str, entry: str) -> None:
    (tmp_path / "月报.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Unusable) as caught:
        load_mappings(tmp_path)
    assert caught.value.key == "mapping_key"
    assert caught.value.values["entry"] == entry
    for language in ("zh", "en"):
        assert "月报.toml" in caught.value.message(language)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe\x00", b"name = 'a'\nname = 'b'"])
def test_a_file_that_is_no_toml(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.toml").write_bytes(content)
    with pytest.raises(Unusable) as caught:
        load_mappings(tmp_path)
    assert caught.value.key == "mapping_unreadable"


def test_patterns_look_at_the_name_of_the_sheet_too() -> None:
    mapping = Mapping("x", "deals", titles=(("^示范区", {"channel": "centre"}),))
    rows = [["合同编号", "签订日期"], ["D1", "2024-01-02"]]
    assert resolved(mapping, made(rows, name="示范区合同")).constants == {"channel": "centre"}
    assert resolved(mapping, made(rows, name="合同")).constants == {}


HEADERS = [*ORDINARY, "2019", "2020年合同数", "名称", "编号", "日期", "Region", "甲", "经度"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(HEADERS), min_size=2, max_size=8, unique=True),
    st.lists(st.lists(words, min_size=8, max_size=8), min_size=1, max_size=3),
)
def test_whatever_the_table_a_heading_is_one_field_and_a_field_one_heading(
    header: list[str], rows: list[list[str]]
) -> None:
    try:
        found = made([header, *(row[: len(header)] for row in rows)])
    except Unusable:
        return
    titles = {item.title for item in found.headings}
    for proposal in recognise(found, FORMS, load_mappings()):
        taken = list(proposal.mapping.fields.values())
        assert len(set(taken)) == len(taken) and set(taken) <= titles
        assert not {item.field for item in proposal.ambiguous} & proposal.mapping.fields.keys()
        assert {title for item in proposal.ambiguous for title in item.rivals} <= titles
        assert all(0 <= item.confidence <= 1 for item in proposal.matches)


INPUTS = Path(__file__).parents[3] / "shared" / "reference" / "inputs"


@pytest.mark.skipif(not INPUTS.is_dir(), reason="the real files are not here")
def test_the_real_files_are_recognised(tmp_path: Path) -> None:
    files = [path for path in sorted(INPUTS.rglob("*")) if path.suffix in (".xls", ".xlsx", ".csv")]
    with Workbench(tmp_path) as where:
        sheets = read([Source(path.name, path) for path in files], where).sheets
        assert len(sheets) == len(files) == 17
        for one in sheets:
            proposals = recognise(find_layout(one, where), FORMS, load_mappings())
            first = proposals[0]
            assert is_certain(proposals) and not first.missing and not first.ambiguous, one.file
            if one.file.endswith(".csv"):
                assert first.dataset == "projects"
                continue
            basis = {"basis": "absorbed" if "pull" in one.file else "output"}
            assert (first.dataset, first.mapping.constants) == ("tech_market", basis)
            assert ("value_cny" if "funds" in one.file else "contracts") in first.mapping.fields
            assert first.layout.unit == ("万元" if "funds" in one.file else "项")


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("wxyz")),
        st.integers(1, 100).map(float),
        min_size=1,
    )
)
def test_the_assignment_is_the_best_one(weights: dict[tuple[str, str], float]) -> None:
    found = assign(weights)
    assert len(set(found.values())) == len(found)
    best = max(
        sum(weights.get(pair, 0.0) for pair in zip("abcd", order, strict=True))
        for order in permutations("wxyz")
    )
    assert sum(weights[pair] for pair in found.items()) == pytest.approx(best)
    assert assign({}) == {}
