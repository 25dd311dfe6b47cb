"""Codes, industries, yes and no, numbers and shares."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import Unusable
from analytics.model import RECORDS
from analytics.records.values import References
from analytics.records.values.references import word_key
from tests.intake.reading_cells import reader, references, said, sentences
from tests.tables import HOME

CONTRACTS = reader("code", labels="contract_types")
DEAL_INDUSTRY = reader("industry", column="industry")
PROJECT_INDUSTRY = reader("industry", column="industry", also={"subindustry": "subindustry"})
SUBCLASS = reader("industry", column="subindustry")
YES_NO = reader("boolean")
COUNT = reader("integer")
NUMBER = reader("number")
SHARE = reader("number", unit="%")
PERCENT = reader("number", {"unit": "%"}, unit="%")

MEANT = {
    "contract_types": {
        "development": [
            "development",
            "技术开发",
            "开发",
            "技术 开发",
            "技术开发合同",
            "开发合同",
            "委托开发",
            "技术开发（委托）",
            "Technology development",
            "TECHNOLOGY  DEVELOPMENT",
            "ＤＥＶＥＬＯＰＭＥＮＴ",
        ],
        "assignment": ["转让", "技术转让", "专利权转让", "Technology transfer"],
        "licence": ["许可", "实施许可", "技术许可", "专利实施许可", "licence", "License"],
        "consulting": ["咨询", "技术咨询", "Technical consulting"],
        "services": ["服务", "技术服务", "技术培训", "services"],
    },
    "technical_fields": {
        "1": ["1", "1.0", "电子信息", "电子信息技术", "Electronic information"],
        "4": ["生物、医药和医疗器械", "生物医药和医疗器械", "生物医药"],
        "11": ["11", "城市建设与社会发展"],
    },
    "channels": {
        "expo": ["创交会"],
        "base": ["成果转化基地", "转化基地", "基地"],
        "other": ["其他", "其它"],
    },
    "station_states": {
        "active": ["在营", "正常"],
        "closed": ["已撤站", "撤站", "摘牌"],
        "warned": ["限期整改"],
    },
    "organisation_kinds": {
        "university": ["高校", "大学"],
        "enterprise": ["企业", "公司"],
        "society": ["协会"],
    },
    "tiers": {
        "little_giant": ["专精特新“小巨人”", '专精特新"小巨人"', "小巨人"],
        "high_tech": ["高企"],
    },
    "stages": {"proof_of_concept": ["概念验证", "proof of concept", "PoC"], "pilot": ["中试"]},
    "outcomes": {"entered": ["进入"], "stalled": ["停滞"]},
    "event_kinds": {"roadshow": ["路演", "项目路演"], "matchmaking": ["对接会", "成果对接会"]},
    "zones": {"gba": ["大湾区展区", "大湾区专区"], "university": ["高校院所展区"]},
}


@pytest.mark.parametrize(
    ("labels", "code", "cell"),
    [
        (name, c, cell)
        for name, codes in MEANT.items()
        for c, cells in codes.items()
        for cell in cells
    ],
)
def test_codes_by_code_name_and_synonym(labels: str, code: str, cell: str) -> None:
    assert said(reader("code", labels=labels).read(cell)) == code


def test_a_word_that_means_none_is_refused_with_the_nearest() -> None:
    read = CONTRACTS.read("技术研发")
    assert read.problem == "code_unknown_near"
    assert "技术开发" in read.details["candidates"]
    assert "Technology development" in read.details["candidates_en"]
    far = CONTRACTS.read("#@!")
    assert far.problem == "code_unknown"
    assert "技术咨询" in sentences(far)[0] and "Technical consulting" in sentences(far)[1]


def test_only_the_codes_of_the_field_are_allowed() -> None:
    events = reader("code", labels="channels", values=("expo", "centre", "showroom", "base"))
    assert said(events.read("创交会")) == "expo"
    assert events.read("其他渠道").problem.startswith("code_unknown")
    assert said(reader("code", values=("a", "b")).read("A")) == "a", "codes that no list names"


def test_every_code_of_the_model_reads_from_its_names() -> None:
    for dataset in RECORDS.values():
        for column in dataset.columns:
            for code in column.values:
                read = reader("code", labels=column.labels, values=column.values)
                zh, en = references().codes(column.labels).labels[code]
                assert [said(read.read(word)) for word in (code, zh, en)] == [code] * 3, column.name


@pytest.mark.parametrize(
    ("cell", "area", "subclass"),
    [
        ("4", "4", None),
        ("4.1", "4", "4.1"),
        ("生物医药产业", "4", "4.1"),
        ("生物医药", "4", "4.1"),
        ("4.1 生物医药产业", "4", "4.1"),
        ("新一代信息技术", "1", None),
        ("新一代信息技术产业", "1", None),
        ("人工智能", "1", "1.5"),
        ("AI", "1", "1.5"),
        ("新能源汽车", "5", None),
        ("新能源", "6", None),
        ("集成电路", "1", "1.2"),
        ("医疗器械", "4", "4.2"),
        ("其他", "other", None),
        ("other", "other", None),
        ("Biopharmaceuticals", "4", "4.1"),
        ("新材料领域", "3", None),
        ("高端装备制造业", "2", None),
    ],
)
def test_industries(cell: str, area: str, subclass: str | None) -> None:
    read = PROJECT_INDUSTRY.read(cell)
    assert read.values == {"value": area, "subindustry": subclass}
    assert read.note == ""
    deal = DEAL_INDUSTRY.read(cell)
    assert deal.values["value"] == area
    assert deal.note == ("industry_raised" if subclass else "")


def test_a_subclass_column_takes_subclasses_only() -> None:
    assert said(SUBCLASS.read("人工智能")) == "1.5"
    read = SUBCLASS.read("新材料")
    assert read.problem == "industry_not_subclass"
    assert "先进钢铁材料" in read.details["candidates"]
    assert SUBCLASS.read("生物医葯").problem == "industry_unknown_near"


@pytest.mark.parametrize(
    "cell", ["是", "有", "√", "✓", "对", "Y", "y", "Yes", "TRUE", "true", "1", "1.0", "已建"]
)
def test_yes(cell: str) -> None:
    assert YES_NO.read(cell).values == {"value": True}


@pytest.mark.parametrize(
    "cell", ["否", "无", "没有", "×", "✗", "N", "no", "FALSE", "0", "0.0", "未建"]
)
def test_no(cell: str) -> None:
    assert YES_NO.read(cell).values == {"value": False}


@pytest.mark.parametrize("cell", ["", "—", "/", "不详", "N/A"])
def test_neither(cell: str) -> None:
    assert YES_NO.read(cell).values == {}
    assert YES_NO.read(cell).problem == ""


def test_what_is_neither_yes_nor_no_is_refused() -> None:
    assert said(YES_NO.read("大概")) == "(boolean_unreadable)"
    assert said(YES_NO.read("2")) == "(boolean_unreadable)"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("12", 12),
        ("12人", 12),
        ("１２", 12),
        ("1,234", 1234),
        ("3.0", 3),
        ("1.2万", 12000),
        ("0", 0),
        ("12 345", 12345),
        ("-5", -5),
        ("1e3", 1000),
    ],
)
def test_whole_numbers(cell: str, value: int) -> None:
    assert said(COUNT.read(cell)) == value


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("3.5", "not_whole"),
        ("约35", "vague"),
        ("35余", "vague"),
        ("10-20", "range"),
        ("abc", "unreadable"),
        ("12 34", "unreadable"),
        ("2021-03-12", "range"),
        ("9" * 20, "too_large"),
        ("12%", "unreadable"),
    ],
)
def test_whole_numbers_refused(cell: str, problem: str) -> None:
    read = COUNT.read(cell)
    assert said(read) == f"(number_{problem})"
    assert all(sentences(read))


def test_the_unit_of_a_column_of_counts() -> None:
    assert said(reader("integer", {"unit": "万人"}).read("1.2")) == 12_000
    assert said(reader("integer", {"unit": "万元"}).read("12")) == 12, "money's unit is not theirs"
    assert said(reader("integer", {"unit": "项"}).read("12")) == 12
    assert said(reader("integer", column="trl").read("TRL 6")) == 6
    assert said(NUMBER.read("3.25")) == 3.25


@pytest.mark.parametrize(
    ("cell", "plain", "percent"),
    [
        ("35%", 0.35, 0.35),
        ("３５％", 0.35, 0.35),
        ("100%", 1.0, 1.0),
        ("0", 0.0, 0.0),
        ("35", 0.35, 0.35),
        ("0.35", 0.35, "(share_ambiguous)"),
        ("1", "(share_ambiguous)", "(share_ambiguous)"),
        ("三成", "(number_unreadable)", None),
        ("150", "(share_outside)", "(share_outside)"),
        ("-5%", "(share_outside)", "(share_outside)"),
    ],
)
def test_shares(cell: str, plain: object, percent: object) -> None:
    assert said(SHARE.read(cell)) == plain
    if percent is not None:
        assert said(PERCENT.read(cell)) == percent


def test_a_share_above_one_is_told() -> None:
    assert SHARE.read("35").note == "share_percent"
    assert PERCENT.read("35").note == ""
    assert "35%" in sentences(SHARE.read("35"))[0]


@given(st.text(alphabet="0123456789.,-+eE 万", max_size=20))
def test_sql_says_the_same_as_python_or_leaves_it_to_it(cell: str) -> None:
    cell = cell.strip()
    for numbers in (COUNT, NUMBER):
        [(quick,)] = duckdb.execute(f"select {numbers.quick.format(cell='$1')}", [cell]).fetchall()
        if quick is not None:
            read = numbers.read(cell)
            assert quick == read.values["value"] and not read.note


@given(st.text(max_size=20))
def test_nothing_that_is_written_breaks_a_reader(cell: str) -> None:
    for each in (CONTRACTS, PROJECT_INDUSTRY, YES_NO, COUNT, NUMBER, SHARE):
        read = each.read(cell)
        assert not (read.problem and read.values)


def test_the_shipped_synonyms_lead_somewhere(tmp_path: Path) -> None:
    shipped = (HOME / "reference" / "synonyms.csv").read_bytes()
    (tmp_path / "synonyms.csv").write_bytes(shipped)
    assert References.load(HOME, tmp_path).synonyms, "checked as an office's own would be"
    for name, pairs in references().synonyms.items():
        if name in ("regions", "booleans"):
            continue
        plain = References.load(HOME)
        plain.synonyms = {}
        labels = plain.codes(name)
        for code, word in pairs:
            told = labels.words.get(word_key(word), (code,))
            assert told == (code,), f"{name}: {word} already means {told}"


def test_the_office_adds_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "synonyms.csv").write_text(
        "list,code,synonym\ncontract_types,services,运维\nindustries,other,纺织服装\nbooleans,true,建\n",
        encoding="utf-8",
    )
    own = {"references": References.load(HOME, tmp_path)}
    assert said(reader("code", own, labels="contract_types").read("运维")) == "services"
    assert said(reader("industry", own, column="industry").read("纺织服装")) == "other"
    assert said(reader("boolean", own).read("建")) is True


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("contract_types,nonsense,运维", "synonyms_unknown"),
        ("nonsense,a,b", "synonyms_unknown"),
        ("regions,999999,某地", "synonyms_unknown"),
        ("contract_types,services,", "synonyms_incomplete"),
    ],
)
def test_a_synonym_that_leads_nowhere_is_told_with_its_line(
    tmp_path: Path, line: str, key: str
) -> None:
    (tmp_path / "synonyms.csv").write_text(f"list,code,synonym\n{line}\n", encoding="utf-8")
    with pytest.raises(Unusable) as refused:
        References.load(HOME, tmp_path).codes("contract_types")
    assert refused.value.key == key
    assert "2" in refused.value.message("zh") and "2" in refused.value.message("en")
