"""The measurements run: tiny sizes of all parts, no times asserted, nothing written to results."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from bench import generator
from bench.load import percentile
from bench.questions import FILTERED, UNFILTERED, Different, compare
from bench.report import RESULTS, Headline, keep, most
from bench.variants import VARIANTS, Plain
from tests.browser.driving import browser_path

ROOT = Path(__file__).parent.parent
DEALS = 20_000


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> generator.Generated:
    return generator.generated(DEALS, tmp_path_factory.mktemp("bench") / "20k")


def written() -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in RESULTS.glob("*")}


def run_short(*parts: str) -> str:
    before = written()
    done = subprocess.run(
        [sys.executable, "-m", "bench", *parts, "--short"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert written() == before, "the short form never writes to bench/results"
    return done.stdout


@pytest.mark.parametrize("part", ["queries", "load", "soak", "importing", "cubes"])
def test_a_part_runs_and_tells_its_table(part: str) -> None:
    told = run_short(part)
    assert f"# {part}" in told
    assert told.count("\n|") >= 3


@pytest.mark.browser
@pytest.mark.skipif(
    not (browser_path() or os.environ.get("CI")),
    reason="no Chromium here: install the system's package `chromium`",
)
def test_the_screen_is_measured_beside_a_blank_page() -> None:
    told = run_short("screen")
    assert "| a blank page |" in told and "| deals |" in told


def test_an_unknown_part_is_told() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "nothing", "--short"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "nothing" in done.stderr and "queries" in done.stderr


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_variants_answer_alike(variant, made) -> None:
    plain, one = Plain(made), variant(made)
    for selection in (*UNFILTERED, *FILTERED):
        compare(variant.title, one.answers(selection), plain.answers(selection), variant.has_bins)
    plain.close()
    one.close()


def test_a_wrong_answer_is_not_measured(made) -> None:
    plain = Plain(made)
    right = plain.answers(FILTERED[0])
    wrong = dict(right) | {"industry": right["industry"].assign(value=right["industry"].value + 1)}
    with pytest.raises(Different, match=r"other, industry.value"):
        compare("other", wrong, right)
    near = dict(right) | {
        "distribution": right["distribution"].assign(gini=lambda f: f.gini * 1.005)
    }
    assert compare("other", near, right, has_bins=True) == pytest.approx(0.005)
    with pytest.raises(Different, match="gini"):
        compare("other", near, right)
    short = dict(right) | {"types": right["types"].iloc[1:]}
    with pytest.raises(Different, match="4 rows, expected 5"):
        compare("other", short, right)
    plain.close()


def test_generated_records_are_the_same_shuffled_and_in_order(made) -> None:
    snapshot = next((made.folder / "snapshots").glob("*-*")) / "deals.parquet"
    columns = "deal_id, signed_on, seller_adcode, buyer_adcode, industry, value_cny"
    both = [
        duckdb.sql(f"select {columns} from '{path}' order by deal_id").df()
        for path in (snapshot, made.plain / "deals.parquet")
    ]
    pd.testing.assert_frame_equal(*both)
    assert len(both[0]) == DEALS == both[0]["deal_id"].nunique()
    assert both[0]["signed_on"].dt.year.between(2000, 2025).all()
    assert both[0]["seller_adcode"].nunique() > 300


def test_percentiles_are_by_nearest_rank() -> None:
    values = list(range(1, 101))
    assert percentile(values, 0.5) == 51
    assert percentile(values, 0.95) == 96
    assert percentile([7.0], 0.95) == 7.0


def test_a_page_and_the_summary_are_kept(tmp_path: Path) -> None:
    headlines = [most("a share", 3.0, 2.0, " %"), Headline("memory", "5 MB")]
    keep(tmp_path, "load", ["told"], headlines)
    assert "told" in (tmp_path / "load.md").read_text(encoding="utf-8")
    summary = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| a share | 3.00 % | at most 2 % | **no** |" in summary
    assert "| memory | 5 MB |  |  |" in summary
