"""Odd texts, names and numbers through the statements, in DuckDB; on Spark `test_spark` asks the same tables."""

from __future__ import annotations

from tests.meaning.tables import Asked, check, each_case
from tests.sql.odd import NAMES, NUMBERS, texts

TABLES = [texts(), NAMES, NUMBERS]


@each_case(TABLES)
def test_the_statement_says_what_was_written(case: Asked) -> None:
    check(case, "duckdb")


@each_case([NAMES, NUMBERS])
def test_and_so_does_the_product(case: Asked) -> None:
    check(case, "product")
