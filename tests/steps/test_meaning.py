"""Every table of meaning, and those of odd texts and numbers, through whole nights on a lake."""

from __future__ import annotations

import pytest
from pyspark.sql import SparkSession

from tests.meaning.all_cases import ALL_TABLES
from tests.meaning.merged import World, lakes
from tests.meaning.tables import Asked, each_case
from tests.sql.odd import NUMBERS, texts
from tests.steps.meaning_nights import Nights, Published

TABLES = [*ALL_TABLES, texts(), NUMBERS]


@pytest.fixture(scope="module")
def nights(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Nights]:
    """The lake of each table, by the table's name; its nights pass when the first answer is asked for."""
    companies = [Nights(spark, tmp_path_factory.mktemp("meaning"), tables) for tables in lakes(TABLES)]
    return {table.name: company for company in companies for table in company.tables}


@each_case(TABLES)
def test_a_night_publishes_the_members_that_the_table_says(case: Asked, nights: dict[str, Nights]) -> None:
    prefix = World(case.table).prefix
    expected = sorted(map(prefix.contact, case.case.expected))
    answer = nights[case.table.name].answers[prefix.name(case.case.name)]
    assert answer == Published("published", "", len(expected), expected), case.case.why or "see the table"
