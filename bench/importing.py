"""`make bench`: a million contracts imported, beside DuckDB's own read_csv to Parquet.

Each run is a process of its own, timed from its start to its end, with its peak of memory. The
file is made by SQL: 20 columns as an office exports them, names rather than ids, 万元, a few cells
that are not plain.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from bench.processes import Ended, run
from bench.report import Headline, keep, most, table

ROOT = Path(__file__).parent.parent
ROWS = 1_000_000
SHORT_ROWS = 2_000
ORGANISATIONS = 50_000
RUNS = 3
MOST_TIMES = 6.0
MOST_GIGABYTES = 2.0
_COLUMNS = {
    "合同编号": "'D' || lpad((i)::varchar, 8, '0')",
    "合同登记编号": "'20244401' || lpad(i::varchar, 8, '0')",
    "签订日期": "case when i % 50 = 0 then strftime(day, '%Y年%-m月') "
    "when i % 9 = 0 then strftime(day, '%Y/%-m/%-d') else strftime(day, '%Y-%m-%d') end",
    "合同类别": "['技术开发', '技术转让', '技术许可', '技术咨询', '技术服务', '开发'][1 + i % 6]",
    "合同成交额（万元）": "case when i % 200 = 0 then '约' || amount else amount end",
    "技术交易额（万元）": "round(amount::double * 0.8, 2)::varchar",
    "金额说明": "case when i % 97 = 0 then '含后续服务' end",
    "卖方名称": "seller.name",
    "卖方统一社会信用代码": "seller.uscc",
    "卖方所在地区": "['广州市天河区', '广州市', '深圳市南山区', '北京', '佛山'][1 + i % 5]",
    "卖方国家": "'中国'",
    "买方名称": "buyer.name",
    "买方统一社会信用代码": "buyer.uscc",
    "买方所在地区": "['深圳市', '广州市黄埔区', '东莞市', '440106', '上海市浦东新区'][1 + i % 5]",
    "买方国家": "case when i % 3 = 0 then '中国' end",
    "技术领域": "['电子信息', '航空航天', '先进制造', '新材料'][1 + i % 4]",
    "产业": "['生物', '新一代信息技术', '高端装备制造', '新材料'][1 + i % 4]",
    "渠道": "['创交会', '交易中心', '技术券商样板间', '转化基地'][1 + i % 4]",
    "经办部门": "'成果转化部' || (i % 7)",
    "备注": "case when i % 4 = 0 then '第' || (i % 1000) || '批' end",
}


@dataclass(frozen=True)
class Run:
    """A process that ended, and what it said."""

    ended: Ended
    said: dict[str, Any]


def main(folder: Path, rows: int = ROWS) -> bool:
    """Measure, print and keep the table; False where the import is slower or larger than it may."""
    runs = RUNS if rows == ROWS else 1
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        file = place / "deals.csv"
        write_deals(file, rows)
        ours: list[Run] = []
        theirs: list[Run] = []
        for number in range(runs):
            theirs.append(_run("copy", file, place / f"{number}.parquet"))
            ours.append(_run("import", file, place / f"data{number}"))
        size = file.stat().st_size
    ratio = _seconds(ours) / _seconds(theirs)
    peak = max(one.ended.gigabytes for one in ours)
    headlines = [
        most(f"import of {rows:,} rows against DuckDB's copy", ratio, MOST_TIMES, " times", 1),
        most("its peak of memory", peak, MOST_GIGABYTES, " GB"),
        Headline("its time", f"{_seconds(ours):.1f} s"),
    ]
    keep(folder, "importing", _lines(rows, size, ours, theirs, ratio, peak), headlines)
    return rows != ROWS or (ratio <= MOST_TIMES and peak <= MOST_GIGABYTES)


def write_deals(path: Path, rows: int) -> None:
    """Stream a CSV of contracts from SQL."""
    connection = duckdb.connect(config={"memory_limit": "1GB"})
    connection.register("organisations", _organisations())
    columns = ", ".join(f'{sql} as "{name}"' for name, sql in _COLUMNS.items())
    target = str(path).replace("'", "''")
    connection.execute(f"""
        copy (
            with deals as (
                select
                    i,
                    date '2018-01-01' + (i % 2500)::integer as day,
                    round(1 + (i * 7919) % 50000 / 100.0, 2)::varchar as amount
                from range({rows}) as t(i)
            )
            select {columns}
            from deals
            join organisations as seller on seller.number = i % 20000
            join organisations as buyer on buyer.number = (i * 31) % {ORGANISATIONS}
        ) to '{target}' (format csv, header true)
    """)
    connection.close()


def _organisations() -> pd.DataFrame:
    from analytics.records.values.names import uscc_check

    numbers = range(ORGANISATIONS)
    starts = [f"91440101MA5{number:06}" for number in numbers]
    return pd.DataFrame(
        {
            "number": numbers,
            "name": [f"示例企业{number:05}有限公司" for number in numbers],
            "uscc": [start + uscc_check(start) for start in starts],
        }
    )


def _run(what: str, file: Path, target: Path) -> Run:
    """Do one thing in a process of its own, and hear what it says."""
    said = target.with_suffix(".json")
    ended = run("bench.importing", what, str(file), str(target), str(said))
    told = json.loads(said.read_text(encoding="utf-8")) if said.exists() else {}
    return Run(ended, told)


def _seconds(runs: Sequence[Run]) -> float:
    return statistics.median(one.ended.seconds for one in runs)


def _cpu(runs: Sequence[Run]) -> float:
    return statistics.median(one.ended.cpu for one in runs)


def _lines(
    rows: int, size: int, ours: list[Run], theirs: list[Run], ratio: float, peak: float
) -> list[str]:
    last = ours[-1].said
    told = (
        f"{rows:,} contracts of {len(_COLUMNS)} columns, CSV of {size / 1e6:,.0f} MB; median of "
        f"{len(ours)} runs each, whole processes from start to end, in turns:"
    )
    rows_told = [
        (
            "DuckDB: read_csv to Parquet (zstd)",
            f"{_seconds(theirs):.2f}",
            "1.0",
            f"{_cpu(theirs):.2f}",
            f"{max(one.ended.gigabytes for one in theirs):.2f}",
        ),
        (
            "import: read, recognise, check, publish",
            f"{_seconds(ours):.2f}",
            f"{ratio:.1f}",
            f"{_cpu(ours):.2f}",
            f"{peak:.2f}",
        ),
    ]
    steps = ", ".join(f"{name} {spent:.2f} s" for name, spent in last["steps"].items())
    return [
        told,
        "",
        *table(
            ("process", "seconds", "against DuckDB", "CPU seconds", "peak memory, GB"), rows_told
        ),
        "",
        f"Allowed: {MOST_TIMES:.0f} times, {MOST_GIGABYTES:.0f} GB. Of the last import: {steps}; "
        f"progress told {last['told']} times, at the most {last['silence']:.2f} s apart; "
        f"{last['published']:,} records published, {last['organisations']:,} organisations made.",
    ]


def _copy(file: Path, target: Path, _: Path) -> None:
    duckdb.execute(
        "copy (from read_csv($file)) to " + f"'{target}' (format parquet, compression zstd)",
        {"file": str(file)},
    )


def _import(file: Path, target: Path, told: Path) -> None:
    from analytics.records.importing import Import, Options
    from analytics.records.types import Source

    calls = [time.perf_counter()]
    steps: dict[str, float] = {}

    def progress(step: str, share: float) -> None:
        del step, share
        calls.append(time.perf_counter())

    with Import(target, ROOT / "data", Options(operator="bench"), progress) as work:
        for name, do in (
            ("reading", lambda: work.read([Source(file.name, file)])),
            ("checking", work.check),
            ("publishing", work.publish),
        ):
            begin = time.perf_counter()
            do()
            steps[name] = time.perf_counter() - begin
        assert work.report and not work.report.errors, work.found(20)
        changes = work.report.changes
    said = {
        "steps": steps,
        "told": len(calls) - 1,
        "silence": max(b - a for a, b in zip(calls, calls[1:], strict=False)),
        "published": changes["deals"].added,
        "organisations": changes["organisations"].added,
    }
    told.write_text(json.dumps(said), encoding="utf-8")


if __name__ == "__main__":
    {"copy": _copy, "import": _import}[sys.argv[1]](*map(Path, sys.argv[2:5]))
