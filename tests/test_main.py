"""The command line: answers, formats, exit codes, and one line that says what is allowed."""

from __future__ import annotations

import io
import json

import pandas as pd
import pytest

from analytics.__main__ import main
from tests.tables import data_folder, deal


@pytest.fixture(autouse=True)
def small(tmp_path, monkeypatch):
    folder = data_folder(
        tmp_path,
        deals=[
            deal(1, "2020-03-01", 100, buyer_adcode="440106", seller_adcode="110100", industry="1"),
            deal(2, "2021-03-01", 250, buyer_adcode="440106", seller_adcode="440300", industry="2"),
        ],
    )
    monkeypatch.setenv("TRANSFERSCOPE_DATA", str(folder))


def run(capsys, *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_ask_as_csv_json_and_table(capsys) -> None:
    question = (
        "ask",
        "deals.contracts",
        "deals.value",
        "--by",
        "industry",
        "--region",
        "440100",
        "--side",
        "buyer",
        "--from",
        "2021-01-01",
        "--to",
        "2021-12-31",
        "--compare",
        "year-before",
    )
    code, out, _ = run(capsys, *question, "--format", "csv")
    frame = pd.read_csv(io.StringIO(out), dtype={"industry": str}).set_index("industry")
    assert code == 0
    assert frame.loc["2", "deals.value"] == 250 and frame.loc["1", "deals.value__before"] == 100
    code, out, _ = run(capsys, *question, "--format", "json")
    assert code == 0 and json.loads(out)[0]["deals.value"] in (0, 250)
    code, out, _ = run(capsys, "ask", "deals.value", "--grain", "year")
    assert code == 0 and "2021-01-01" in out


def test_query_records_and_measures(capsys) -> None:
    code, out, _ = run(capsys, "query", "deals_flow", "--format", "csv")
    assert code == 0 and "110100,440100" in out
    code, out, _ = run(capsys, "records", "deals", "--from", "2021", "--format", "csv")
    assert code == 0 and "D2" in out and "D1" not in out
    code, out, _ = run(capsys, "records", "deals", "--from", "2031")
    assert code == 0 and out.strip() == "no rows"
    code, out, _ = run(capsys, "measures")
    assert code == 0 and "deals.value" in out and "成交额" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "deals.valu"), "deals.value"),
        (("ask", "deals.value", "--by", "industri"), "industry"),
        (("ask", "deals.value", "--region", "449999"), "449999"),
        (("ask", "deals.value", "--industry", "77"), "77"),
        (("ask", "deals.value", "--from", "x"), "2019Q1"),
        (("ask", "deals.value", "--side", "up"), "seller"),
        (("query", "deals_flo"), "deals_flow"),
        (("records", "dealz"), "deals"),
        (("query", "pipeline_curve"), "gate"),
    ],
)
def test_wrong_names_and_values_exit_2_with_one_line(capsys, arguments, said) -> None:
    code, out, err = run(capsys, *arguments)
    assert code == 2 and not out
    assert said in err and len(err.strip().splitlines()) == 1


def test_the_demonstration_is_made_where_told(capsys, tmp_path) -> None:
    code, out, _ = run(capsys, "demo", "--out", str(tmp_path / "demo"))
    assert code == 0 and (tmp_path / "demo" / "manifest.json").exists()
