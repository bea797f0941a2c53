"""Every meaning table, and those of odd texts, names and numbers, through the twin on Spark."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.meaning.all_cases import ALL_TABLES
from tests.meaning.tables import Answers, Asked, Table, each_case
from tests.sql import spark_voice
from tests.sql.odd import NAMES, NUMBERS, texts
from tests.sql.worlds import world_of

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture(scope="module")
def answered(spark: SparkSession) -> Callable[[Table], Answers]:
    """The answers of a table, all of its cases in one job when the first is asked for."""
    own = spark_voice.own_session(spark)
    return cache(lambda table: spark_voice.answers(own, world_of(table)))


@each_case([*ALL_TABLES, texts(), NAMES, NUMBERS])
def test_the_statement_finds_the_members_on_spark(case: Asked, answered: Callable[[Table], Answers]) -> None:
    assert answered(case.table)[case.case.name] == case.case.expected, case.case.why or "see the table"
