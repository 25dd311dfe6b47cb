"""Query texts: where they lie, which relations they read, and how they are sent."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from analytics.errors import QueryError, UnknownName

QUERIES = Path(__file__).parent / "queries"
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@dataclass(frozen=True)
class Reading:
    """What a statement reads to answer.

    Args:
        dataset: The dataset whose records it is about.
        rows: Rows of the cube, or records of the dataset as far as the manifest tells.
        cube: Name of the cube; empty where the records answer.
        reason: Why the records answer, as `analytics.cubes.routing.Reason` names it.
    """

    dataset: str
    rows: int
    cube: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Statement:
    """A text as it is sent: with its relations in front and the values it names.

    Args:
        sql: The text.
        values: The values that it names.
        readings: What it reads, by dataset; told to those who ask.
    """

    sql: str
    values: dict[str, Any]
    readings: tuple[Reading, ...] = ()


def query_names() -> tuple[str, ...]:
    """Names of all query files."""
    return tuple(sorted(path.stem for path in QUERIES.glob("*.sql")))


def query_text(name: str) -> str:
    """The text of a query file.

    Raises:
        UnknownName: There is no such file.
    """
    path = QUERIES / f"{name}.sql"
    if not re.fullmatch(r"[a-z0-9_]+", name) or not path.exists():
        raise UnknownName("query", name, query_names())
    return path.read_text(encoding="utf-8")


def cubes_text(name: str) -> str:
    """The text of a query file's variant that reads cubes."""
    return (QUERIES / "cubes" / f"{name}.sql").read_text(encoding="utf-8")


def setup_text(name: str) -> str:
    """The text of a file that prepares a database, not one that is asked."""
    return (QUERIES / "setup" / f"{name}.sql").read_text(encoding="utf-8")


def parameters_of(sql: str) -> frozenset[str]:
    """Names of the values that a text needs."""
    return frozenset(_PARAMETER.findall(sql))


def after_with(text: str) -> str:
    """A query's text so that it can follow other `with` items."""
    stripped = re.sub(r"\A(\s*--[^\n]*\n)+", "", text).strip().removesuffix(";")
    return f",{stripped[4:]}" if stripped[:5].lower() == "with " else stripped


@lru_cache(maxsize=1)
def _parser() -> duckdb.DuckDBPyConnection:
    """A connection of which cursors are taken to parse texts: to open one costs much more."""
    return duckdb.connect()


@lru_cache(maxsize=512)
def named_relations(text: str) -> tuple[str, ...]:
    """Relations that an SQL text reads, without those it defines itself, in order of appearance.

    Raises:
        QueryError: The text does not parse.
    """
    row = _parser().cursor().execute("select json_serialize_sql($text)", {"text": text}).fetchone()
    tree = json.loads(row[0] if row else "{}")
    if tree.get("error"):
        raise QueryError("bad_query", found=tree.get("error_message"))
    defined: set[str] = set()
    found: dict[str, None] = {}

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "BASE_TABLE":
                schema = node.get("schema_name")
                name = node["table_name"]
                found.setdefault(f"{schema}.{name}" if schema else name)
            for item in node.get("cte_map", {}).get("map", []):
                defined.add(item["key"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(tree)
    return tuple(name for name in found if name not in defined)
