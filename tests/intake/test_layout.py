"""Where in a sheet the table is, for the ways in which offices lay their sheets out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import Unusable
from analytics.records.layout import columns_of, find_layout, is_empty, stem
from analytics.records.types import Area, Layout
from analytics.records.wording import Said, read_header
from tests.intake.sheets import Bench, bench, sheet

HEADER = ["合同编号", "签订日期", "合同类别", "合同成交额", "卖方名称", "买方名称"]
DEALS = [
    [f"D{n}", date(2024, 3, n), "技术开发", 100 + n, "示例研究院 0007", f"示例企业 {n:04}"]
    for n in range(1, 6)
]


def layout(where: Bench, rows: Sequence[Sequence[Any]], **more: Any) -> Layout:
    return find_layout(sheet(where, rows, **more), where)


def titles(found: Layout) -> list[str]:
    return [heading.title for heading in found.headings]


def left_out(where: Bench) -> dict[int, str]:
    return dict(where.connection.execute("select row_no, reason from left_out_0").fetchall())


@pytest.fixture
def where() -> Bench:
    return bench()


def test_a_plain_table(where: Bench) -> None:
    found = layout(where, [HEADER, *DEALS])
    assert titles(found) == HEADER
    assert (found.header, found.first, found.last) == ((1, 1), 2, 6)
    assert found.titles == ()
    assert found.unit == ""
    assert left_out(where) == {1: "header"}
    assert found.headings[0].samples == ("D1", "D2", "D3", "D4", "D5")
    assert found.headings[0].filled == 1


@pytest.mark.parametrize("plain", [False, True], ids=["workbook", "text"])
def test_title_unit_blank_sum_and_notes(where: Bench, plain: bool) -> None:
    rows = [
        ["示例科协技术合同登记情况表"],
        ["填报单位：示例科协", "", "", "", "单位：万元"],
        [],
        HEADER,
        *DEALS[:2],
        [],
        *DEALS[2:],
        ["合    计", "", "", 515, "", ""],
        [],
        ["注：成交额以合同登记为准。"],
        ["制表人：示例人员", "", "审核人：示例人员", "", "2024年3月"],
    ]
    merged = [] if plain else [(1, 0, 1, 5)]
    found = layout(where, rows, merged=merged, plain=plain)
    assert found.titles == ("示例科协技术合同登记情况表", "填报单位：示例科协 单位：万元")
    assert found.unit == "万元"
    assert (found.header, found.first, found.last) == ((4, 4), 5, 10)
    assert left_out(where) == {
        **{1: "note", 2: "note", 3: "blank", 4: "header", 7: "blank"},
        **{11: "sum", 12: "blank", 13: "note", 14: "note"},
    }
    units = {heading.title: heading.unit for heading in found.headings}
    assert units["合同成交额"] == "万元"
    assert units["合同编号"] == units["卖方名称"] == units["签订日期"] == ""


def test_a_title_over_the_whole_table_is_no_header(where: Bench) -> None:
    rows = [["2024年度技术合同明细"], HEADER, *DEALS]
    found = layout(where, rows, merged=[(1, 0, 1, 5)])
    assert found.header == (2, 2)
    assert titles(found) == HEADER


def test_thirty_lines_of_title(where: Bench) -> None:
    above = [[f"填报说明第 {n} 条：请如实填写。"] for n in range(1, 31)]
    found = layout(where, [*above, HEADER, *DEALS])
    assert found.header == (31, 31)
    assert len(found.titles) == 30


GROUPED = [
    ["序号", "合同编号", "卖方", "", "买方", "", "合同金额（万元）"],
    ["", "", "名称", "地区", "名称", "地区", ""],
]
GROUPED_TITLES = [
    *("序号", "合同编号", "卖方 / 名称", "卖方 / 地区", "买方 / 名称", "买方 / 地区", "合同金额"),
]
GROUPED_ROWS = [
    [n, f"D{n}", "示例研究院", "广州市", f"示例企业 {n:04}", "深圳市", 100 + n] for n in range(1, 5)
]


def test_merged_header_of_two_rows(where: Bench) -> None:
    merged = [(1, 2, 1, 3), (1, 4, 1, 5), (1, 0, 2, 0), (1, 1, 2, 1), (1, 6, 2, 6)]
    found = layout(where, [*GROUPED, *GROUPED_ROWS], merged=merged)
    assert found.header == (1, 2)
    assert titles(found) == GROUPED_TITLES
    assert found.headings[6].unit == "万元"
    assert (found.first, found.last) == (3, 6)


def test_the_same_saved_as_text_has_no_merged_cells(where: Bench) -> None:
    found = layout(where, [*GROUPED, *GROUPED_ROWS], plain=True)
    assert found.header == (1, 2)
    assert titles(found) == GROUPED_TITLES


def test_merged_header_of_three_rows_with_units_and_a_title(where: Bench) -> None:
    rows = [
        ["技术合同统计表"],
        ["合同编号", "合同双方", "", "金额", ""],
        ["", "卖方", "买方", "合同金额", "技术交易额"],
        ["", "", "", "万元", "元"],
        *[[f"D{n}", "示例研究院", "示例企业", 100 + n, 900000] for n in range(4)],
    ]
    merged = [(1, 0, 1, 4), (2, 0, 4, 0), (2, 1, 2, 2), (2, 3, 2, 4), (3, 1, 4, 1), (3, 2, 4, 2)]
    found = layout(where, rows, merged=merged)
    assert found.header == (2, 4)
    assert [(h.title, h.unit) for h in found.headings] == [
        ("合同编号", ""),
        ("合同双方 / 卖方", ""),
        ("合同双方 / 买方", ""),
        ("金额 / 合同金额", "万元"),
        ("金额 / 技术交易额", "元"),
    ]


def test_chinese_over_english(where: Bench) -> None:
    english = ["Deal id", "Signed on", "Contract type", "Contract value (CNY)", "Seller", "Buyer"]
    found = layout(where, [HEADER, english, *DEALS])
    assert found.header == (1, 2)
    assert titles(found) == HEADER
    assert [h.english for h in found.headings][3] == "Contract value"
    assert found.headings[3].unit == "元"


def test_both_languages_in_one_cell(where: Bench) -> None:
    header = ["合同编号 Deal id", "签订日期\nSigned on", "成交额（万元） Value (CNY 10 000)", "TRL"]
    found = layout(where, [header, *([f"D{n}", date(2024, 1, n), n, 5] for n in (1, 2, 3))])
    assert titles(found) == ["合同编号", "签订日期", "成交额", "TRL"]
    assert [h.english for h in found.headings] == ["Deal id", "Signed on", "Value", ""]
    assert found.headings[2].unit == "万元"


def test_english_records_under_a_chinese_header_are_records(where: Bench) -> None:
    rows = [["名称", "国家"], ["Example Ltd", "Germany"], ["Sample GmbH", "France"]]
    rows += [["Specimen SA", "Spain"], ["Beispiel AG", "Austria"]]
    found = layout(where, rows)
    assert found.header == (1, 1)
    assert (found.first, found.last) == (2, 5)


def test_first_records_that_are_all_text_are_no_header(where: Bench) -> None:
    rows = [["机构名称", "所在地区", "机构类型", "备注"]]
    rows += [["示例大学", "广州市天河区", "高校", ""], ["示例学会", "北京市", "学会", "新增"]]
    rows += [["示例医院", "深圳市", "医院", ""]]
    found = layout(where, rows)
    assert found.header == (1, 1)
    assert (found.first, found.last) == (2, 4)


def test_unknown_headers_over_text(where: Bench) -> None:
    rows = [["甲类事项", "乙类事项"], ["示例一", "红"], ["示例二号", "绿"], ["三", "蓝色"]]
    assert titles(layout(where, rows)) == ["甲类事项", "乙类事项"]


@pytest.mark.parametrize("plain", [False, True], ids=["workbook", "text"])
def test_a_column_a_year(where: Bench, plain: bool) -> None:
    rows = [
        ["8-37  技术市场技术输出地域(合同金额)"],
        ["Value of Contract Exportation from Domestic Technical Markets by Region"],
        [],
        ["单位：万元", "", "", "", "(10 000 yuan)"],
        ["地    区", "Region", 2000, 2005, "2010年"],
        [],
        ["全    国", "National Total", 6507519, 15513694.43, 39065753],
        ["", "   "],
        ["东部地区", "Eastern Region", 4000110, 9042085.82, 19282530.4],
        ["北    京", "Beijing", 1402871, 4895922, 15795367],
        ["港 澳 台", "Hong Kong,", "", "", 123],
        ["", "Macao & Taiwan", "", "", ""],
    ]
    found = layout(where, rows, plain=plain)
    assert found.header == (5, 5)
    assert found.unit == "万元"
    assert [(h.title, h.year, h.unit) for h in found.headings] == [
        ("地区", None, ""),
        ("Region", None, ""),
        ("2000", 2000, "万元"),
        ("2005", 2005, "万元"),
        ("2010年", 2010, "万元"),
    ]
    assert found.fingerprint == ("Region", "地区")
    assert [h.year for h in columns_of(found, "2000")] == [2000, 2005, 2010]
    assert {row: why for row, why in left_out(where).items() if row > 5} == {
        **{6: "blank", 8: "blank", 12: "note"}
    }


def test_a_single_year_column(where: Bench) -> None:
    rows = [["统计表(合同数)"], ["单位:项"], ["地区", 2020], ["全国", 549353], ["东部", 337644]]
    found = layout(where, rows, merged=[(1, 0, 1, 1)])
    assert found.header == (3, 3)
    assert found.headings[1].year == 2020
    assert (found.first, found.last) == (4, 5)


def test_several_values_a_year(where: Bench) -> None:
    rows = [
        ["地区", "2019年合同数", "2019年成交额（万元）", "2020年合同数", "2020年成交额（万元）"],
        ["北京", 1, 2, 3, 4],
        ["上海", 5, 6, 7, 8],
    ]
    found = layout(where, rows)
    assert [h.year for h in found.headings] == [None, 2019, 2019, 2020, 2020]
    assert [stem(h) for h in found.headings[1:3]] == ["合同数", "成交额"]
    assert [h.column for h in columns_of(found, "合同数")] == [1, 3]
    assert [h.unit for h in columns_of(found, "成交额")] == ["万元", "万元"]
    assert [h.column for h in columns_of(found, "2018年合同数")] == [1, 3]
    assert [h.column for h in columns_of(found, "2020年合同数")] == [3, 1]
    assert [h.column for h in columns_of(found, "地区")] == [0]
    assert columns_of(found, "") == columns_of(found, "金额") == ()


def test_years_beneath_merged_groups(where: Bench) -> None:
    rows = [["地区", "合同数", "", "成交额", ""], ["", 2019, 2020, 2019, 2020]]
    rows += [["北京", 1, 2, 3, 4], ["上海", 5, 6, 7, 8]]
    merged = [(1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 1, 4)]
    found = layout(where, rows, merged=merged)
    assert found.header == (1, 2)
    assert [h.title for h in found.headings][1:3] == ["合同数 / 2019", "合同数 / 2020"]
    assert [h.column for h in columns_of(found, "成交额")] == [3, 4]


def test_a_row_that_numbers_the_columns(where: Bench) -> None:
    rows = [["指标名称", "单位", "数量", "备注"], ["甲", "乙", 1, 2]]
    rows += [["示例指标", "项", 12, ""], ["另一指标", "人", 7, ""]]
    found = layout(where, rows)
    assert found.header == (1, 2)
    assert titles(found) == ["指标名称", "单位", "数量", "备注"]
    assert found.first == 3


def test_blank_columns_are_left_out_and_unnamed_ones_are_not(where: Bench) -> None:
    rows = [["", "合同编号", "", "签订日期", "成交额", ""]]
    rows += [["", f"D{n}", "", date(2024, 1, n), n * 10, "补" if n == 2 else ""] for n in (1, 2, 3)]
    found = layout(where, rows)
    assert titles(found) == ["合同编号", "签订日期", "成交额", "(F)"]
    assert [h.column for h in found.headings] == [1, 3, 4, 5]


def test_equal_titles_are_told_apart(where: Bench) -> None:
    rows = [["合同编号", "备注", "成交额", "备注"], ["D1", "甲", 1, "乙"], ["D2", "丙", 2, "丁"]]
    assert titles(layout(where, rows)) == ["合同编号", "备注", "成交额", "备注 (2)"]


def test_required_marks_and_numbers_are_not_part_of_a_title(where: Bench) -> None:
    rows = [["*合同编号", "签订日期（必填）", "成交额【选填】（亿元）"], ["D1", "2024-01-02", 3]]
    found = layout(where, rows)
    assert titles(found) == ["合同编号", "签订日期", "成交额"]
    assert found.headings[2].unit == "亿元"


@pytest.mark.parametrize(
    "label",
    [
        "合计",
        "小  计",
        "总计：",
        "共计",
        "本页合计",
        "东部地区小计",
        "Total",
        "Sub-total",
        "合　计",
    ],
)
def test_sum_rows(where: Bench, label: str) -> None:
    rows = [["序号", *HEADER], *([n, *row] for n, row in enumerate(DEALS, 1))]
    layout(where, [*rows, ["", label, "", "", 515, "", ""], ["6", *DEALS[0]]])
    assert {row: why for row, why in left_out(where).items() if row > 1} == {7: "sum"}


@pytest.mark.parametrize("name", ["示例合计科技有限公司", "总计算所", "Total Example Ltd"])
def test_names_with_such_words_are_no_sums(where: Bench, name: str) -> None:
    rows = [
        ["机构名称", "所在地区"],
        ["示例大学", "北京市"],
        [name, "广州市"],
        ["示例学会", "广州市"],
    ]
    layout(where, rows)
    assert left_out(where) == {1: "header"}


def test_headings_of_groups_and_repeated_headers(where: Bench) -> None:
    rows = [HEADER, ["一、技术开发合同"], *DEALS[:2], HEADER, ["二、技术服务合同"], *DEALS[2:]]
    found = layout(where, [*rows, ["第 1 页 共 2 页"]])
    assert {row: why for row, why in left_out(where).items() if row > 1} == {
        **{2: "note", 5: "header", 6: "note", 10: "note"}
    }
    assert (found.first, found.last) == (3, 9)


def test_a_record_with_one_cell_is_no_note(where: Bench) -> None:
    rows = [
        ["机构名称", "所在地区", "机构类型"],
        ["示例大学", "北京市", "高校"],
        ["示例学会", "", ""],
    ]
    found = layout(where, rows)
    assert found.last == 3


def test_text_merged_over_records_holds_for_each_and_numbers_do_not(where: Bench) -> None:
    rows = [["卖方名称", "合同编号", "成交额"]]
    rows += [["示例大学", "D1", 30], ["", "D2", ""], ["", "D3", ""], ["示例学会", "D4", 5]]
    layout(where, rows, merged=[(2, 0, 4, 0), (2, 2, 4, 2)])
    stored = where.connection.execute("select c0, c2, kinds from raw_0 order by row_no").fetchall()
    assert stored[1:] == [
        ("示例大学", "30", "ttn"),
        ("示例大学", None, "tt "),
        ("示例大学", None, "tt "),
        ("示例学会", "5", "ttn"),
    ]


def test_a_template_sent_back_empty(where: Bench) -> None:
    found = layout(where, [["技术合同"], HEADER], merged=[(1, 0, 1, 5)])
    assert titles(found) == HEADER
    assert found.last < found.first


def test_a_list_of_one_column(where: Bench) -> None:
    assert titles(layout(where, [["机构名称"], ["示例大学"], ["示例学会"]])) == ["机构名称"]


@pytest.mark.parametrize(
    "rows",
    [
        [["示例科协"], ["关于报送技术合同的通知"], ["二〇二四年三月"]],
        [["填表说明"], ["1. 请按合同填写。"], ["2. 金额以万元为单位。"], ["3. 日期写到日。"]],
        [["", "示例科协年度报告"], [], ["", "", "2024年3月"]],
    ],
    ids=["cover", "notes", "scattered"],
)
def test_sheets_without_a_table(where: Bench, rows: list[list[Any]]) -> None:
    with pytest.raises(Unusable) as caught:
        layout(where, rows, name="封面")
    assert caught.value.key == "no_table"
    assert "封面" in caught.value.message("zh") and "封面" in caught.value.message("en")


def test_a_form_of_one_record_is_no_table(where: Bench) -> None:
    rows = [["技术合同登记表"], ["合同编号", "D1"], ["签订日期", date(2024, 3, 12)]]
    rows += [["合同成交额", 120], ["卖方名称", "示例研究院"], ["买方名称", "示例企业 0421"]]
    with pytest.raises(Unusable) as caught:
        layout(where, rows, merged=[(1, 0, 1, 1)])
    assert caught.value.key == "form_not_table"
    assert "模板" in caught.value.message("zh")


def test_measures_in_the_first_column_are_no_form(where: Bench) -> None:
    rows = [["指标", "地区", "年份", "目标值"], ["成交额", "全国", 2024, 12]]
    rows += [["合同数", "全国", 2024, 12], ["成交额", "广东省", 2024, 12]]
    assert layout(where, rows).header == (1, 1)


def test_years_beside_an_empty_corner(where: Bench) -> None:
    found = layout(where, [["", 2019, 2020], ["北京", 1, 2], ["上海", 3, 4]])
    years = [(h.title, h.year) for h in found.headings]
    assert years == [("(A)", None), ("2019", 2019), ("2020", 2020)]


@pytest.mark.parametrize(
    "written", ["2019", "2019.0", "2019年", "２０１９年", "2019年度", "2019 年末"]
)
def test_ways_to_write_a_year(where: Bench, written: str) -> None:
    found = layout(where, [["地区", written], ["北京", "1"], ["上海", "3"]], plain=True)
    assert (found.headings[1].year, stem(found.headings[1])) == (2019, "")


def test_a_row_of_marks_belongs_to_the_header(where: Bench) -> None:
    rows = [HEADER, ["必填", "必填", "选填", "必填", "选填", "（选填）"], *DEALS]
    found = layout(where, rows)
    assert found.header == (1, 2)
    assert titles(found) == HEADER


@pytest.mark.parametrize(
    ("header", "title", "unit"),
    [
        ("合同金额（万元，保留两位小数）", "合同金额", "万元"),
        ("合同金额/亿元", "合同金额", "亿元"),
        ("合同金额：元", "合同金额", "元"),
        ("合同\n金额\n(单位：千元)", "合同金额", "千元"),
        ("合同金额万元", "合同金额", "万元"),
        ("合同金额（人民币）", "合同金额", "元"),
        ("合同金额（万美元）", "合同金额", "万美元"),
        ("Amount (RMB million)", "Amount", "百万元"),
        ("人均产出（元/人）", "人均产出（元/人）", ""),
        ("引入人才（累计）", "引入人才（累计）", ""),
        ("占比%", "占比", "%"),
        ("面积（平方米）", "面积", "平方米"),
    ],
)
def test_units_in_headers(where: Bench, header: str, title: str, unit: str) -> None:
    found = layout(where, [["合同编号", header], ["D1", "5"], ["D2", "6"]])
    assert (found.headings[1].title, found.headings[1].unit) == (title, unit)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["成交额 Value (CNY 10,000)"], Said("成交额", "Value", "万元")),
        (["成交额(Value)"], Said("成交额", "Value")),
        (["成交额Value"], Said("成交额", "Value")),
        (["技术就绪度TRL"], Said("技术就绪度TRL")),
        (["专利（PCT）"], Said("专利（PCT）")),
        (["经费(R&D)(合计)"], Said("经费(R&D)(合计)")),
        (["成交额 of (A"], Said("成交额", "of (A")),
        (["成交额 of A)"], Said("成交额 of A)")),
        (["项目编号 A"], Said("项目编号 A")),
        (["合同数", "2019"], Said("合同数 / 2019", year=2019)),
        (["Contracts", "2019"], Said("2019 / Contracts", year=2019)),
        (["Seller", "Name"], Said("Seller / Name")),
        (["名 称", "名称"], Said("名称")),
        (["A"], Said("A")),
        (["营业收入（2023年）"], Said("营业收入（2023年）", year=2023)),
        (["合同编号（2023版）"], Said("合同编号（2023版）")),
        ([], Said("")),
    ],
)
def test_what_header_cells_say(cells: list[str], said: Said) -> None:
    assert read_header(cells) == said


@pytest.mark.parametrize(
    ("line", "unit"),
    [
        (["单位：万元"], "万元"),
        (["", "计量单位: 千元"], "千元"),
        (["单位：", "亿元"], "亿元"),
        (["技术合同情况表（单位：万元）"], "万元"),
        (["填报单位：示例科协", "单位：元"], "元"),
        (["填报单位：示例科协"], ""),
        (["单位：项、万元"], "万元"),
        (["单位：万元、万美元"], ""),
        (["Unit: 10,000 yuan"], "万元"),
        (["8-38 技术市场技术流向地域(合同数)"], ""),
    ],
)
def test_unit_lines(where: Bench, line: list[str], unit: str) -> None:
    assert layout(where, [line, *[HEADER, *DEALS]]).unit == unit


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        (DEALS, 1),
        ([["技术合同"], *DEALS], 2),
        ([["示例企业 0001", "广州市天河区", "企业"], ["示例企业 0002", "深圳市", "企业"]] * 3, 1),
        (
            [
                ["示例甲科技有限公司", "甲"],
                ["示例乙有限公司", "乙"],
                ["示例丙有限公司", "丙"],
                ["示例丁有限公司", "丁"],
            ],
            1,
        ),
    ],
    ids=["dates and numbers", "below a title", "numbered names", "names of one kind"],
)
def test_a_table_without_header_is_refused(where: Bench, rows: list[list[Any]], row: int) -> None:
    with pytest.raises(Unusable) as caught:
        layout(where, rows)
    assert caught.value.key == "no_header"
    assert caught.value.values["row"] == row
    assert f"第 {row} 行" in caught.value.message("zh")


def test_personal_columns_by_header_and_by_content(where: Bench) -> None:
    rows = [["合同编号", "联系电话", "经办", "证件", "经办人2", "备注", "登记编号"]]
    rows += [
        [
            f"D{n}",
            "020-1234",
            f"1380013800{n}",
            "11010519491231002X",
            f"a{n}@example.cn",
            "无",
            f"1544010004{n}",
        ]
        for n in range(4)
    ]
    found = layout(where, rows)
    assert {h.title: h.personal for h in found.headings} == {
        **{"合同编号": "", "联系电话": "phone", "经办": "phone", "证件": "identity"},
        **{"经办人2": "mail", "备注": "", "登记编号": ""},
    }
    assert all(not h.samples for h in found.headings if h.personal)


def test_empty_sheets(where: Bench) -> None:
    assert is_empty(sheet(where, []), where)
    assert is_empty(sheet(where, [["", " "], [None]], number=1), where)
    assert not is_empty(sheet(where, [["", "甲"]], number=2), where)


CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            *HEADER,
            "合计",
            "单位：万元",
            "注：示例",
            "2020",
            2019,
            3.5,
            date(2024, 3, 1),
            "一、示例",
            "'",
            '"',
        ]
    ),
    st.text(max_size=12).map(lambda said: said.replace("\0", "")),
    st.floats(allow_nan=False, allow_infinity=False),
)
AREAS = st.tuples(*[st.integers(1, 9), st.integers(0, 4), st.integers(1, 9), st.integers(0, 4)])


@settings(max_examples=250, deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=6), min_size=1, max_size=12),
    st.lists(AREAS, max_size=4),
    st.booleans(),
)
def test_any_sheet_has_a_layout_or_is_refused(
    rows: list[list[Any]], areas: list[tuple[int, int, int, int]], plain: bool
) -> None:
    """And no row is lost: each is a record, or left out with a reason."""
    where = bench()
    merged = [(r, c, max(r, r2), max(c, c2)) for r, c, r2, c2 in areas]
    try:
        found = layout(where, rows, merged=merged, plain=plain)
    except Unusable as error:
        assert error.message("zh") and error.message("en")
        return
    out = left_out(where)
    records = set(range(1, len(rows) + 1)) - out.keys()
    assert set(out.values()) <= {"header", "blank", "sum", "note"}
    if records:
        assert (min(records), max(records)) == (found.first, found.last)
    else:
        assert found.last < found.first
    assert found.header[0] <= found.header[1] < found.first
    assert len({*titles(found)}) == len(found.headings)


def test_a_million_rows_stay_in_the_database(where: Bench) -> None:
    where.connection.execute("""
        create table raw_0 as
        select 1 as row_no, null::varchar as kinds, '合同编号' as c0, '成交额（万元）' as c1
        union all
        select i + 2, null, case when i % 1000 = 999 then '小计' else 'D' || i end, i::varchar
        from range(100000) as t(i)
    """)
    from analytics.records.types import Sheet

    found = find_layout(Sheet(0, "大.csv", "", "raw_0", 100_001, 2), where)
    assert len(left_out(where)) == 101
    assert (found.first, found.last) == (2, 100_000)
    assert len(found.headings[0].samples) == 20


@pytest.mark.parametrize(
    ("above", "merged", "titles"),
    [
        (("", "", "", "金额"), [], ("合同编号", "签订日期", "名称", "金额 / 成交额")),
        (("", "", "卖方", ""), [], ("合同编号", "签订日期", "名称", "成交额")),
        (("", "", "卖方", "金额"), [], ("合同编号", "签订日期", "卖方 / 名称", "金额 / 成交额")),
        (
            ("合同", "", "卖方", "金额"),
            [(1, 0, 1, 1)],
            ("合同 / 合同编号", "合同 / 签订日期", "卖方 / 名称", "金额 / 成交额"),
        ),
        (("技术合同登记表", "", "", ""), [], ("合同编号", "签订日期", "名称", "成交额")),
        (
            ("技术合同登记表", "", "", ""),
            [(1, 0, 1, 3)],
            ("合同编号", "签订日期", "名称", "成交额"),
        ),
        (("", "", "", "单位：万元"), [], ("合同编号", "签订日期", "名称", "成交额")),
        (("", "", "", "2021年"), [], ("合同编号", "签订日期", "名称", "成交额")),
        (("", "", "技术合同登记表汇总", ""), [], ("合同编号", "签订日期", "名称", "成交额")),
    ],
)
def test_a_word_above_a_single_column_is_its_group(
    above: tuple[str, ...], merged: list[Area], titles: tuple[str, ...]
) -> None:
    where = bench()
    header = ("合同编号", "签订日期", "名称", "成交额")
    records = [("H1", "2021-03-12", "甲公司", 5), ("H2", "2021-03-13", "乙公司", 6)]
    found = find_layout(sheet(where, [above, header, *records], merged), where)
    assert tuple(heading.title for heading in found.headings) == titles
    assert (found.first, found.last) == (3, 4)
