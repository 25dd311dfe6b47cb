"""The floors: each imports only what lies below, and nothing works at import time."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = {
    0: ("filters", "periods", "model", "text", "palette", "look", "errors", "settings", "ranges"),
    1: (
        *("engine", "databases", "statements", "scope", "asking", "snapshot", "cubes", "sources"),
        *("formats", "labels", "records"),
    ),
    2: ("figures", "maps", "exports", "claims", "panels"),
    3: ("ui", "commands"),
    4: ("__main__",),
}
FLOOR_OF = {name: floor for floor, names in FLOORS.items() for name in names}
MODULES = sorted((ROOT / "analytics").rglob("*.py"))
SCREEN = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path) -> str:
    parts = path.relative_to(ROOT / "analytics").parts
    return parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_what_lies_below(path: Path) -> None:
    if room(path) == "__init__":
        return
    floor = FLOOR_OF[room(path)]
    for name in imports(path):
        if name.startswith("analytics."):
            other = name.split(".")[1]
            if other in FLOOR_OF:
                assert FLOOR_OF[other] <= floor, f"{path.name} reaches up to {name}"


@pytest.mark.parametrize("path", [*MODULES, *SCREEN], ids=lambda p: str(p.relative_to(ROOT)))
def test_streamlit_and_duckdb_stay_in_their_rooms(path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(path)}
    where = "screen" if path in SCREEN else room(path)
    if where not in ("ui", "screen"):
        assert "streamlit" not in tops
    if where not in ("databases", "statements", "records"):
        assert "duckdb" not in tops


@pytest.mark.parametrize("path", SCREEN, ids=lambda p: p.name)
def test_pages_hold_no_sql_and_no_other_page(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\bselect\b.+\bfrom\b", source, re.IGNORECASE | re.DOTALL)
    assert not any(name.split(".")[0] == "pages" for name in imports(path))
    assert len(source.splitlines()) <= 75


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_nothing_works_at_import_time(path: Path) -> None:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        assert not isinstance(node, (ast.For, ast.While, ast.With)), f"{path}:{node.lineno}"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            raise AssertionError(f"{path}:{node.lineno} calls something at import time")
