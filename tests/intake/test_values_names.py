"""Text, names, identifiers, credit codes, and the personal contacts that are taken out."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.records.contacts import MAYBE, contacts_in, is_identity, without_contacts
from analytics.records.values.names import (
    name_key,
    normal_name,
    uscc_check,
)
from tests.intake.reading_cells import reader, said, sentences

TEXT = reader("text")
NAME = reader("organisation")
LINK = reader("link")
USCC = reader("uscc")
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""As GB 32100-2015 prints them."""


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("  两端有空格　", "两端有空格"),
        ("两行\n一段", "两行 一段"),
        ("a\t b", "a b"),
        ("'001", "'001"),
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("（含税）", "（含税）"),
    ],
)
def test_text_stands_as_a_spreadsheet_shows_it(cell: str, value: str) -> None:
    read = TEXT.read(cell)
    assert (said(read), read.note) == (value, "")


def test_unseen_characters_are_taken_out_and_told() -> None:
    read = TEXT.read("广\u200b州\ufeff\x07")
    assert (said(read), read.note) == ("广州", "text_control")


def test_text_that_is_too_long_is_refused() -> None:
    assert said(TEXT.read("字" * 2000)) == "字" * 2000
    read = TEXT.read("字" * 2001)
    assert read.problem == "text_too_long"
    assert "2001" in sentences(read)[0] and "2000" in sentences(read)[1]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("联系人张三 13800138000", "联系人张三 ***"),
        ("+86 138-0013-8000", "***"),
        ("电话020-83556688转", "电话***转"),
        ("(020)83556688", "***"),
        ("电话（020）83556688转", "电话***转"),
        ("0755—26001234", "***"),
        ("写信到 zhang.san@gd.gov.cn。", "写信到 ***。"),
        ("证件11010519491231002X", "证件***"),
    ],
)
def test_personal_contacts_are_taken_out_and_told(cell: str, value: str) -> None:
    read = TEXT.read(cell)
    assert (said(read), read.note) == (value, "text_contact")
    assert without_contacts(cell)[1] == contacts_in(cell) != ()
    assert re.search(MAYBE, cell), "the quick test lets none pass"


@pytest.mark.parametrize(
    "cell",
    ["2024440100000421", "合同 15440100421000123", "91440101MA0EX000X4", "110105194912310021",
     "2024-03-12", "金额 13800138000.50 元", "粤科函〔2024〕138号"],
)  # fmt: skip
def test_other_numbers_stay(cell: str) -> None:
    assert without_contacts(cell) == (cell, ())


def test_identity_numbers_by_their_check_digit() -> None:
    assert is_identity("11010519491231002X")
    assert is_identity("11010519491231002x")
    assert not is_identity("110105194912310021")
    assert not is_identity("11010519491231002")


@pytest.mark.parametrize(
    "cell",
    ["广州某某(集团)有限公司", "广州某某（集团）有限公司", "广州 某某 (集团) 有限公司",
     "广州某某［集团］有限公司", "　广州某某（集团）有限公司 "],
)  # fmt: skip
def test_one_name_has_one_way_of_writing(cell: str) -> None:
    assert said(NAME.read(cell)) == "广州某某（集团）有限公司"


def test_names_in_other_letters_keep_their_spaces() -> None:
    assert normal_name("ＡＢＣ  Technology (Shenzhen)  Ltd.") == "ABC Technology (Shenzhen) Ltd."
    assert normal_name("示例企业 0001") == "示例企业 0001"
    assert normal_name("基于 AI 的 某某 系统") == "基于 AI 的某某系统"


def test_keys_of_names_are_equal_where_names_are() -> None:
    assert name_key("示例企业 0001") == name_key("示例企业０００１")
    assert name_key("ABC Technology (Shenzhen) Ltd.") == name_key("abc technology（Shenzhen）LTD")
    assert name_key("某某有限公司") != name_key("某某有限责任公司")


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("2024-技-0421", "t", "2024-技-0421"),
        ("１２３Ａ", "t", "123A"),
        ("1001", "n", "1001"),
        ("1001.0", "n", "1001"),
        ("1001.0", "t", "1001.0"),
        ("2024440100000421", "t", "2024440100000421"),
        ("00123", "t", "00123"),
    ],
)
def test_identifiers(cell: str, kind: str, value: str) -> None:
    assert said(LINK.read(cell, kind)) == value


@pytest.mark.parametrize(
    ("cell", "kind"), [("2.02444E+15", "t"), ("2024440100000420", "n"), ("202444010000042100", "n")]
)
def test_identifiers_that_a_spreadsheet_cut_short_are_refused(cell: str, kind: str) -> None:
    read = LINK.read(cell, kind)
    assert said(read) == "(link_cut_short)"
    assert all(sentences(read))


CODE_START = st.text(alphabet=LETTERS, min_size=17, max_size=17)


@given(CODE_START, st.booleans(), st.booleans())
def test_a_credit_code_with_its_check_character_reads(start: str, low: bool, apart: bool) -> None:
    total = sum(LETTERS.index(c) * w for c, w in zip(start, WEIGHTS, strict=True))
    code = start + LETTERS[(31 - total % 31) % 31]
    assert uscc_check(start) == code[-1]
    cell = code.lower() if low else code
    assert said(USCC.read(f"{cell[:2]} {cell[2:8]}-{cell[8:]}" if apart else cell, "t")) == code


@given(CODE_START, st.integers(0, 16), st.sampled_from(LETTERS))
def test_one_wrong_character_is_found(start: str, place: int, letter: str) -> None:
    code = start + uscc_check(start)
    if letter != code[place]:
        wrong = code[:place] + letter + code[place + 1 :]
        assert USCC.read(wrong, "t").problem == "uscc_check"


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("914401", "uscc_length"),
        ("91440101MA0EX000X41", "uscc_length"),
        ("91440101MAOEX000X4", "uscc_letters"),
        ("91440101MA0EX000X5", "uscc_check"),
        ("9.14401E+17", "link_cut_short"),
    ],
)
def test_credit_codes_refused(cell: str, problem: str) -> None:
    read = USCC.read(cell, "t")
    assert said(read) == f"({problem})"
    assert all(sentences(read))
    assert USCC.read("914401010000000000", "n").problem == "link_cut_short"


CELLS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="广州市某企业（集团）有限公司ABCabc0123456789 -_.()", max_size=24),
    st.from_regex(r"\A[0-9]{14,19}\Z"),
)


@given(CELLS)
def test_sql_says_the_same_as_python_or_leaves_it_to_it(cell: str) -> None:
    cell = cell.strip().replace("\x00", "")
    for texts in (TEXT, NAME, LINK):
        [(quick,)] = duckdb.execute(f"select {texts.quick.format(cell='$1')}", [cell]).fetchall()
        if quick is not None:
            read = texts.read(cell, "t")
            assert quick == read.values["value"]
            assert not read.note


@given(st.text(max_size=60))
def test_names_once_tidied_stay(cell: str) -> None:
    once = normal_name(cell)
    assert normal_name(once) == once
