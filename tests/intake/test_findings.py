"""Every finding and refusal has its sentence in both languages, and no sentence is idle."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import analytics
from analytics.records.findings import Findings
from analytics.records.types import Sheet
from tests.intake.sheets import bench

HERE = Path(analytics.__file__).parent
_TOLD = (
    r"""\b(?:problem|note|warning|key)=["'](\w+)["']""",
    r"""'(\w+)', ["' f]*'(?:error|warning|note)'""",
    r""""(\w+)",\s+"(?:error|warning|note)",""",
    r"""(?:then|else) '(\w+_\w+)'""",
    r"""(?:Points?Read|Read)\(["'](\w+)["']""",
)


def _texts(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((HERE / "text" / f"{name}.toml").read_text(encoding="utf-8"))


def _sources() -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted(HERE.rglob("*.py"))]


def _literals(sources: list[str]) -> set[str]:
    return {
        node.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_key_in_the_code_has_a_sentence() -> None:
    records = [path.read_text("utf-8") for path in sorted((HERE / "records").rglob("*.py"))]
    said = {key for source in records for p in _TOLD for key in re.findall(p, source)}
    keys = {key for key in said if "_" in key}
    assert len(keys) > 60
    assert keys - _texts("findings").keys() - _texts("errors").keys() == set()


def test_no_sentence_is_idle_and_both_languages_fill_the_same_places() -> None:
    literals = "\n".join(sorted(_literals(_sources())))
    for key, said in _texts("findings").items():
        assert re.search(rf"\b{key}\b", literals), key
        assert set(said) == {"zh", "en"}
        zh, en = (set(re.findall(r"\{(\w+)", said[language])) for language in ("zh", "en"))
        assert zh == en, key


def test_every_unusable_key_has_a_sentence() -> None:
    pattern = r"(?:Unusable|SnapshotError|DataError|Busy)\(\s*[\"'](\w+)[\"']"
    keys = {key for source in _sources() for key in re.findall(pattern, source)}
    assert len(keys) > 40
    assert keys - _texts("errors").keys() == set()


def test_pages_of_findings_are_in_order_and_steady() -> None:
    where: Any = bench()
    findings = Findings(where.connection)
    for row in range(50):
        findings.add(0, "b_note", "note", row % 5, 1)
        findings.add(0, "a_error", "error", row % 5, 1, value=f"{row}", details={"n": row})
    findings.add(0, "whole", "warning")
    sheet = Sheet(0, "a.xlsx", "甲", "t", 0, 0)
    whole = findings.page([sheet], {0: {1: "成交额"}}, 1000)
    parts = [f for n in range(0, 101, 7) for f in findings.page([sheet], {}, 7, n)]
    assert [(f.key, f.row, f.value) for f in whole] == [(f.key, f.row, f.value) for f in parts]
    assert [f.severity for f in whole] == ["error"] * 50 + ["warning"] + ["note"] * 50
    assert [f.row for f in whole[:50]] == sorted(f.row or 0 for f in whole[:50])
    assert (whole[0].heading, whole[0].sheet, whole[0].details) == ("成交额", "甲", {"n": "0"})
    assert findings.counts() == {
        ("error", "a_error"): 50,
        ("warning", "whole"): 1,
        ("note", "b_note"): 50,
    }
    assert findings.total() == 101
