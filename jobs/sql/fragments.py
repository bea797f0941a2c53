"""Pieces of SQL that sqlglot does not translate between engines: one line each, with a spelling for each engine we run.

`fill` puts expressions in the place of `:names`. Other engines get the third spelling, else DuckDB's, translated as far as
sqlglot can.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import sqlglot
from sqlglot import exp

from jobs.sql.expressions import is_compound

Engine = Literal["duckdb", "spark", "other"]
SPARKS = ("spark", "databricks", "spark2", "hive")
"""Dialects that share Spark's words."""


def engine_of(dialect: str) -> Engine:
    """Whose spellings a dialect's statement is made of before sqlglot translates it."""
    return "spark" if dialect in SPARKS else "duckdb" if dialect == "duckdb" else "other"


FRAGMENTS: dict[str, tuple[str, ...]] = {
    # name: (DuckDB, Spark) or (DuckDB, Spark, others)
    # Zeros at the end go, every part gets eighteen digits: the order of such texts is that of the versions.
    "version_key": (
        r"REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(:x, '(\.0+)+$', ''), '([0-9]+)', '000000000000000000\1', 'g'), '[0-9]*([0-9]{18})', '\1', 'g')",  # noqa: E501
        r"REGEXP_REPLACE(REGEXP_REPLACE(REGEXP_REPLACE(:x, '(\\.0+)+$', ''), '([0-9]+)', '000000000000000000$1'), '[0-9]*([0-9]{18})', '$1')",  # noqa: E501
    ),
    "local_day": ("CAST(:x AT TIME ZONE :zone AS DATE)", "CAST(FROM_UTC_TIMESTAMP(:x, :zone) AS DATE)"),
    "local_hour": ("DATE_PART('hour', :x AT TIME ZONE :zone)", "HOUR(FROM_UTC_TIMESTAMP(:x, :zone))"),
    "weekday": ("ISODOW(:x) - 1", "WEEKDAY(:x)"),
    "month": ("MONTH(:x)", "MONTH(:x)"),
    "day": ("DAY(:x)", "DAY(:x)"),
    "month_day": ("MONTH(:x) * 100 + DAY(:x)", "MONTH(:x) * 100 + DAY(:x)"),
    "wide": ("CAST(:x AS HUGEINT)", "CAST(:x AS DECIMAL(38, 0))", "CAST(:x AS DECIMAL(38, 0))"),
    # Division of two wide whole numbers that are not negative, rounded down.
    "quotient": (
        ":x // :y",
        "CAST((:x - :x % :y) / :y AS DECIMAL(38, 0))",
        "CAST((:x - :x % :y) / :y AS DECIMAL(38, 0))",
    ),
    "whole_quotient": (":x // :y", ":x DIV :y"),
    # The double nearest to a number; DuckDB's own cast of a decimal divides two doubles, which may miss it.
    "double": ("CAST(CAST(:x AS VARCHAR) AS DOUBLE)", "CAST(:x AS DOUBLE)"),
    "latitude": ("STRUCT_EXTRACT(:x, 'latitude')", ":x.latitude"),
    "longitude": ("STRUCT_EXTRACT(:x, 'longitude')", ":x.longitude"),
    "contains": ("CONTAINS(:x, :y)", "CONTAINS(:x, :y)"),
    "starts_with": ("STARTS_WITH(:x, :y)", "STARTSWITH(:x, :y)"),
    "ends_with": ("ENDS_WITH(:x, :y)", "ENDSWITH(:x, :y)"),
    "has": ("LIST_CONTAINS(:x, :y)", "ARRAY_CONTAINS(:x, :y)"),
    "epoch_us": ("EPOCH_US(:x)", "UNIX_MICROS(:x)"),
    # The body with :x under the name z, written once.
    "let": ("LIST_TRANSFORM([:x], z -> :body)[1]", "TRANSFORM(ARRAY(:x), z -> :body)[0]"),
    "hashed": (
        "CAST(CAST(CONCAT('0x', SUBSTRING(SHA256(:x), 1, 16)) AS UBIGINT) AS HUGEINT)",
        "CAST(CONV(SUBSTRING(SHA2(:x, 256), 1, 16), 16, 10) AS DECIMAL(38, 0))",
    ),
    "xor": ("CAST(XOR(CAST(:x AS UBIGINT), CAST(:y AS UBIGINT)) AS HUGEINT)", "CAST(:x ^ :y AS DECIMAL(38, 0))"),
}


def fill(name: str, engine: Engine, **parts: exp.Expr) -> exp.Expr:
    """The fragment with its parts in place, in brackets where they need them."""
    return replaced(_parsed(name, engine), parts)


def replaced(template: exp.Expr, parts: dict[str, exp.Expr]) -> exp.Expr:
    """A copy of a tree with every `:name` replaced."""

    def put(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Placeholder):
            return node
        part = parts[node.name].copy()
        inside = isinstance(node.parent, exp.Binary | exp.Unary | exp.Between | exp.AtTimeZone)
        return exp.paren(part, copy=False) if inside and is_compound(part) else part

    return template.copy().transform(put, copy=False)


@cache
def _parsed(name: str, engine: Engine) -> exp.Expr:
    duckdb, spark, *others = FRAGMENTS[name]
    text = {"duckdb": duckdb, "spark": spark, "other": others[0] if others else duckdb}[engine]
    return sqlglot.parse_one(text, dialect="spark" if engine == "spark" else "duckdb")
