"""Query texts of DuckDB's dialect as Spark understands them."""

# pyright: reportMissingImports=false, reportUntypedBaseClass=false
# sqlglot is only there where a cluster is used.

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.dialects.spark import Spark

STORED = "stored"
"""Schema of the records. A view that belongs to one session only can have no schema on Spark."""


class _Spark(Spark):
    """Spark since version 3, where an item of a `with` may have a `with` of its own.

    Moved to the top, as sqlglot would, the items of two queries with one name would meet.
    """

    class Generator(Spark.Generator):
        EXPRESSIONS_WITHOUT_NESTED_CTES = set()  # noqa: RUF012 - sqlglot's own way


def view_name(relation: str) -> str:
    """Name on the cluster of a relation that a text names: `stored.deals` is `stored_deals`."""
    return relation.replace(".", "_")


@lru_cache(maxsize=1024)
def translate(sql: str) -> str:
    """A text for Spark; its values are still bound by name, `$since` as `:since`."""
    tree = sqlglot.parse_one(sql, read="duckdb").transform(_rewritten)
    return tree.sql(dialect=_Spark, comments=False)


def _rewritten(node: exp.Expression) -> exp.Expression:
    """What sqlglot would leave in words that Spark lacks, or that mean something else there."""
    if isinstance(node, exp.Table) and node.db:
        return exp.to_table(view_name(f"{node.db}.{node.name}"), alias=node.alias or None)
    if isinstance(node, exp.In) and (values := _bound_list(node)):
        return exp.ArrayContains(this=values, expression=node.this)
    if isinstance(node, exp.PercentileCont):
        return exp.Anonymous(this="percentile", expressions=[node.this, node.expression])
    if isinstance(node, exp.Log) and node.expression and node.this.name == "10":
        # log(10, 1000) is 2.9999999999999996 there, which falls below its power of ten.
        return exp.Anonymous(this="log10", expressions=[node.expression])
    return node


def _bound_list(node: exp.In) -> exp.Expression | None:
    """The bound list of `x in (select unnest($list::varchar[]))`, which needs no join on Spark."""
    query = node.args.get("query")
    select = query.this if isinstance(query, exp.Subquery) else query
    if not isinstance(select, exp.Select) or select.args.get("from_"):
        return None
    found = select.selects[0]
    return found.this if isinstance(found, exp.Explode) else None
