"""Pieces of SQL that sqlglot does not translate between engines: one line each, with a spelling for each engine we run.

`fill` puts expressions in the place of `:names`. Engines that are not executed here get DuckDB's spelling, translated as far
as sqlglot can.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import sqlglot
from sqlglot import exp

Engine = Literal["duckdb", "spark"]

FRAGMENTS: dict[str, tuple[str, str]] = {
    # name: (DuckDB, Spark)
    "version_parts": (
        "LIST_TRANSFORM(STRING_SPLIT(REGEXP_REPLACE(:x, '(\\.0+)+$', ''), '.'), part -> CAST(part AS HUGEINT))",
        "TRANSFORM(SPLIT(REGEXP_REPLACE(:x, '(\\.0+)+$', ''), '.'), part -> CAST(part AS DECIMAL(38, 0)))",
    ),
    "local_day": (
        "CAST((:x AT TIME ZONE :zone) AS DATE)",
        "CAST(FROM_UTC_TIMESTAMP(:x, :zone) AS DATE)",
    ),
    "local_hour": ("DATE_PART('hour', (:x AT TIME ZONE :zone))", "HOUR(FROM_UTC_TIMESTAMP(:x, :zone))"),
    "weekday": ("ISODOW(:x) - 1", "WEEKDAY(:x)"),
    "month": ("DATE_PART('month', :x)", "MONTH(:x)"),
    "day": ("DATE_PART('day', :x)", "DAY(:x)"),
    "month_day": ("DATE_PART('month', :x) * 100 + DATE_PART('day', :x)", "MONTH(:x) * 100 + DAY(:x)"),
    "wide": ("CAST(:x AS HUGEINT)", "CAST(:x AS DECIMAL(38, 0))"),
    "scaled": (
        "CAST(CAST(:x AS DECIMAL(38, :s)) * :p AS HUGEINT)",
        "CAST(CAST(:x AS DECIMAL(38, :s)) * :p AS DECIMAL(38, 0))",
    ),
    # Whole-number division of two whole numbers, rounded down for positive ones.
    "quotient": ("(:x // :y)", "CAST((:x - :x % :y) / :y AS DECIMAL(38, 0))"),
    "latitude": ("STRUCT_EXTRACT(:x, 'latitude')", ":x.latitude"),
    "longitude": ("STRUCT_EXTRACT(:x, 'longitude')", ":x.longitude"),
    "contains": ("CONTAINS(:x, :y)", "CONTAINS(:x, :y)"),
    "starts_with": ("STARTS_WITH(:x, :y)", "STARTSWITH(:x, :y)"),
    "ends_with": ("ENDS_WITH(:x, :y)", "ENDSWITH(:x, :y)"),
    "has": ("LIST_CONTAINS(:x, :y)", "ARRAY_CONTAINS(:x, :y)"),
    "epoch_us": ("EPOCH_US(:x)", "UNIX_MICROS(:x)"),
}


def fill(name: str, engine: Engine, **parts: exp.Expr) -> exp.Expr:
    """The fragment with its parts in place."""
    found = exp.replace_placeholders(_parsed(name, engine).copy(), **parts)
    assert isinstance(found, exp.Expr)
    return found


@lru_cache
def _parsed(name: str, engine: Engine) -> exp.Expr:
    text = FRAGMENTS[name][engine == "spark"]
    # DuckDB's `//` is a word of its dialect only.
    if "//" in text:
        return exp.paren(exp.IntDiv(this=exp.Placeholder(this="x"), expression=exp.Placeholder(this="y")))
    return sqlglot.parse_one(text)
