"""Organisations that records name: matched by credit code, else by name; created when new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analytics.records.values.names import uscc_check
from tests.intake import files
from tests.intake.running import names, rows, run

HEADER = ("合同编号", "签订日期", "合同类型", "成交额（元）", "卖方名称", "卖方统一社会信用代码")
FIRMS = ("单位编号", "单位名称", "统一社会信用代码", "企业资质")


def code(number: int) -> str:
    """A credit code."""
    first = f"91440101MA{number:07}"
    return first + uscc_check(first)


def deals(path: Path, *sellers: tuple[str, str], first: int = 1) -> Path:
    lines = [
        (f"{n:03}", "2021-03-12", "技术开发", "5", *seller)
        for n, seller in enumerate(sellers, first)
    ]
    return files.text_file(path, [HEADER, *lines])


def firms(path: Path, *lines: tuple[Any, ...]) -> Path:
    return files.text_file(path, [FIRMS, *((*line, "高新技术企业") for line in lines)])


def sellers(data: Path) -> list[str]:
    return [seller for (seller,) in rows(data, "deals", "seller_id")]


def test_one_name_however_it_is_spaced_is_one_organisation(tmp_path: Path) -> None:
    path = deals(
        tmp_path / "a.csv",
        ("甲乙(集团)公司", ""),
        ("甲乙（集团）公司", ""),
        ("甲 乙（集团） 公司", ""),
    )
    outcome = run(tmp_path / "data", path)
    assert list(names(tmp_path / "data").values()) == ["甲乙（集团）公司"]
    assert len(set(sellers(tmp_path / "data"))) == outcome.report.creates == 1


def test_the_credit_code_goes_before_the_name(tmp_path: Path) -> None:
    path = deals(
        tmp_path / "a.csv", ("甲公司", code(1)), ("甲公司（旧名）", code(1)), ("甲公司", code(2))
    )
    run(tmp_path / "data", path)
    found = sellers(tmp_path / "data")
    assert found[0] == found[1] != found[2]
    assert sorted(rows(tmp_path / "data", "organisations", "name", "uscc")) == sorted(
        [("甲公司", code(1)), ("甲公司", code(2))]
    )


def test_a_credit_code_under_another_name_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, deals(tmp_path / "a.csv", ("甲公司", code(1))))
    outcome = run(data, deals(tmp_path / "b.csv", ("甲 公司", code(1)), ("乙公司", code(1))))
    assert outcome.told == [("note", "organisation_other_name", 3, "乙公司")]
    assert "甲公司" in outcome.findings[0].sentence("zh")
    assert list(names(data).values()) == ["甲公司"]


def test_a_credit_code_takes_its_name_from_any_row(tmp_path: Path) -> None:
    path = deals(tmp_path / "a.csv", ("", code(1)), ("甲公司", code(1)), ("", code(2)))
    outcome = run(tmp_path / "data", path)
    assert outcome.told == []
    assert sorted(names(tmp_path / "data").values()) == sorted([code(2), "甲公司"])


def test_a_name_alone_means_the_one_with_a_code_wherever_it_stands(tmp_path: Path) -> None:
    path = deals(tmp_path / "a.csv", ("甲公司", ""), ("甲公司", code(1)))
    run(tmp_path / "data", path)
    assert len(set(sellers(tmp_path / "data"))) == 1
    assert rows(tmp_path / "data", "organisations", "name", "uscc") == [("甲公司", code(1))]


def test_a_name_of_two_is_told_and_the_same_one_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = deals(tmp_path / "a.csv", ("甲公司", ""), ("甲公司", code(1)), ("甲公司", code(2)))
    outcome = run(data, path)
    assert [(key, row) for _, key, row, _ in outcome.told] == [("organisation_twice", 2)]
    before = sellers(data)
    again = run(data, path)
    assert again.published and again.published.snapshots == ()
    assert sellers(data) == before


def test_a_credit_code_is_learnt_from_an_accepted_row_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, deals(tmp_path / "a.csv", ("甲公司", ""), ("乙公司", "")))
    lines = [
        HEADER,
        ("003", "2021-03-12", "技术开发", "5", "甲公司", code(1)),
        ("004", "昨天", "技术开发", "5", "乙公司", code(2)),
    ]
    outcome = run(data, files.text_file(tmp_path / "b.csv", lines), accept_valid=True)
    assert sorted(rows(data, "organisations", "name", "uscc"), key=str) == sorted(
        [("甲公司", code(1)), ("乙公司", None)], key=str
    )
    change = outcome.report.changes["organisations"]
    assert (change.added, change.changed, change.gone) == (0, 1, 0)
    assert sellers(data)[0] == sellers(data)[2]


def test_names_that_are_alike_are_listed_and_not_merged(tmp_path: Path) -> None:
    path = deals(
        tmp_path / "a.csv",
        ("广州示例生物科技有限公司", ""),
        ("广州示例生物科技有限公司司", ""),
        ("广州示例第0421研究院有限公司", ""),
        ("广州示例第0422研究院有限公司", ""),
    )
    outcome = run(tmp_path / "data", path)
    assert len(names(tmp_path / "data")) == 4
    assert [{pair.name, pair.other} for pair in outcome.report.alike] == [
        {"广州示例生物科技有限公司", "广州示例生物科技有限公司司"}
    ]


def test_names_that_differ_in_their_legal_form_are_listed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, deals(tmp_path / "a.csv", ("广州丙有限公司", ""), ("公司", "")))
    path = deals(
        tmp_path / "b.csv",
        ("广州丙有限责任公司", ""),
        ("广州（丙）股份有限公司", ""),
        ("有限公司", ""),
    )
    outcome = run(data, path)
    assert sorted(sorted((pair.name, pair.other)) for pair in outcome.report.alike) == [
        ["广州丙有限公司", "广州丙有限责任公司"],
        ["广州丙有限公司", "广州（丙）股份有限公司"],
        ["广州丙有限责任公司", "广州（丙）股份有限公司"],
    ]


def test_a_file_of_organisations_gives_the_ids(tmp_path: Path) -> None:
    data = tmp_path / "data"
    known = firms(tmp_path / "firms.csv", ("X1", "甲公司", code(1)), ("X2", "乙公司", ""))
    path = deals(tmp_path / "a.csv", ("", code(1)), ("乙公司", ""), ("丙公司", ""))
    outcome = run(data, path, known)
    assert sellers(data)[:2] == ["X1", "X2"]
    assert outcome.report.created == ("丙公司",)


def test_a_new_id_for_a_name_that_is_known_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, deals(tmp_path / "a.csv", ("甲公司", "")))
    outcome = run(data, firms(tmp_path / "firms.csv", ("X1", "甲公司", "")))
    assert [key for _, key, _, _ in outcome.told] == ["organisation_twice"]


def test_an_organisation_that_was_renamed_is_not_named_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = deals(tmp_path / "a.csv", ("甲公司", ""))
    run(data, path)
    (seller,) = sellers(data)
    run(data, firms(tmp_path / "firms.csv", (seller, "甲集团公司", "")))
    again = run(data, path)
    assert again.published and again.published.snapshots == ()
    assert names(data) == {seller: "甲集团公司"}


def test_an_unknown_id_alone_is_refused(tmp_path: Path) -> None:
    lines = [(*HEADER[:4], "卖方编号"), ("1", "2021-03-12", "技术开发", "5", "X9")]
    outcome = run(tmp_path / "data", files.text_file(tmp_path / "a.csv", lines))
    assert outcome.errors == [("reference_unknown", 2, "卖方编号", "X9")]
    assert outcome.report.creates == 0


def test_the_place_of_a_new_organisation_comes_from_beside_it(tmp_path: Path) -> None:
    lines = [
        (*HEADER[:5], "卖方所在地区"),
        ("1", "2021-03-12", "技术开发", "5", "甲公司", "广州市天河区"),
    ]
    run(tmp_path / "data", files.text_file(tmp_path / "a.csv", lines))
    assert rows(tmp_path / "data", "organisations", "name", "adcode", "country") == [
        ("甲公司", "440106", "CN")
    ]


def test_an_id_beside_the_name_of_another_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    known = files.text_file(
        tmp_path / "orgs.csv",
        [("单位编号", "单位名称", "单位类型"), ("O1", "甲公司", "企业"), ("O2", "乙大学", "高校")],
    )
    run(data, known, dataset="organisations")
    head = ("合同编号", "签订日期", "合同类型", "成交额（万元）", "卖方编号", "卖方名称")
    rest = ("2021-03-12", "技术开发", "5")
    path = files.text_file(
        tmp_path / "deals.csv",
        [
            head,
            ("H1", *rest, "O1", "甲 公司"),
            ("H2", *rest, "O1", "乙大学"),
            ("H3", *rest, "O1", "丙所"),
            ("H4", *rest, "O1", "乙大学"),
        ],
    )
    outcome = run(data, path)
    told = [(f.severity, f.key, f.row, f.heading, f.value, f.details) for f in outcome.findings]
    other = {"id": "O1", "held": "甲公司", "other": "O2"}
    assert told == [
        ("warning", "id_names_other", 3, "卖方名称", "乙大学", other),
        ("warning", "id_names_other", 5, "卖方名称", "乙大学", other),
        ("note", "id_name_differs", 4, "卖方名称", "丙所", other | {"other": ""}),
    ]
    assert rows(data, "deals", "seller_id") == [("O1",)] * 4, "the id counts"
    assert outcome.report.creates == 0


def test_an_organisation_renamed_in_the_same_import_is_no_disagreement(tmp_path: Path) -> None:
    data = tmp_path / "data"
    head = ("单位编号", "单位名称", "单位类型")
    old = files.text_file(tmp_path / "a.csv", [head, ("O1", "甲公司", "企业")])
    run(data, old, dataset="organisations")
    new = files.text_file(tmp_path / "b.csv", [head, ("O1", "甲集团", "企业")])
    deals = files.text_file(
        tmp_path / "c.csv",
        [
            ("合同编号", "签订日期", "合同类型", "成交额（万元）", "卖方编号", "卖方名称"),
            ("H1", "2021-03-12", "技术开发", "5", "O1", "甲集团"),
            ("H2", "2021-03-12", "技术开发", "5", "O1", "甲公司"),
        ],
    )
    outcome = run(data, new, deals)
    assert outcome.told == []


def test_a_number_beside_the_name_of_another_base_or_project_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bases = files.text_file(
        tmp_path / "bases.csv",
        [
            ("基地编号", "基地名称", "依托单位类型", "基地所在地", "设立日期"),
            ("B1", "天河基地", "园区", "广州市", "2020-09-01"),
            ("B2", "黄埔基地", "园区", "广州市", "2020-09-01"),
        ],
    )
    returns = files.text_file(
        tmp_path / "returns.csv",
        [
            ("基地编号", "基地名称", "年度", "落地项目数"),
            ("B1", "天河基地", "2023", "1"),
            ("B1", "黄埔基地", "2024", "2"),
            ("B2", "番禺基地", "2024", "3"),
        ],
    )
    outcome = run(data, bases, returns)
    told = {(f.severity, f.key, f.row, f.value, f.details["other"]) for f in outcome.findings}
    assert told == {
        ("warning", "id_names_other", 3, "黄埔基地", "B2"),
        ("note", "id_name_differs", 4, "番禺基地", ""),
    }
    assert rows(data, "base_returns", "base_id") == [("B1",), ("B1",), ("B2",)]
    for language in ("zh", "en"):
        assert "天河基地" in outcome.findings[0].sentence(language)
