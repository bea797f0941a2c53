"""What a statement looks like, that every word of the language has one, and where engines go their own way."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from jobs.catalog.values import arrow_schema
from jobs.language.conditions import CONDITIONS
from jobs.language.definitions import Spec
from jobs.language.vocabulary import words
from jobs.plan.clock import make_clock
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Plan
from jobs.sql.sql_text import dialects
from jobs.sql.statement import list_name
from jobs.sql.twin import EXECUTED, segment_sql
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions
from tests.language.shop import read, shop, spec
from tests.meaning.tables import Case, Table, anyone, contacts, product_answers
from tests.sql import duckdb_voice
from tests.sql.worlds import with_folded, world_of

SAID = [(one.sort, one.word, one.example) for one in words() if one.sort in ("condition", "operator", "aggregate")]


@cache
def plan_of(example: str) -> tuple[Plan, dict[str, Spec]]:
    """The plan of a spec with this one condition, said of everyone, and the specs that it may refer to."""
    readers = spec({"attribute": "country", "is": "DE"}, "newsletter_readers")
    found = read(spec({"any": [{"everyone": True}, json.loads(example)]}, approved_by="the tests"), readers)
    assert not found.errors, found.errors
    clock = make_clock(read_moment("2026-11-24T00:00"), zone_transitions("Europe/Vienna"))
    return make_plan((one.meaning() for one in found.valid.values()), shop().catalog, clock), dict(found.valid)


@cache
def empty_tables() -> duckdb.DuckDBPyConnection:
    """Every source of the shop, without rows."""
    connection = duckdb.connect()
    for source in shop().catalog.sources.values():
        if source.kind != "computed":
            connection.register("_rows", with_folded(source, arrow_schema(source, shop().catalog).empty_table()))
            connection.execute(f'CREATE TABLE "{source.name}" AS SELECT * FROM _rows')
    return connection


@pytest.mark.parametrize(("sort", "word", "example"), SAID, ids=[f"{sort}-{word}" for sort, word, _ in SAID])
def test_every_word_is_a_statement_that_duckdb_understands(sort: str, word: str, example: str) -> None:
    plan, specs = plan_of(example)
    for wanted in plan.lists:
        empty_tables().execute(f"CREATE TABLE IF NOT EXISTS {list_name(wanted)} (contact_id VARCHAR)")
    statement = segment_sql(plan, "s", "duckdb", specs)
    assert empty_tables().execute(statement).fetchall() == []


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=list(CONDITIONS))
@pytest.mark.parametrize("dialect", EXECUTED)
def test_every_condition_stands_under_its_english(condition: Any, dialect: str) -> None:
    plan, specs = plan_of(condition.example)
    statement = segment_sql(plan, "s", dialect, specs)
    told = specs["s"].where.describe().children[1]
    for phrase in told.walk():
        if not phrase.children:
            assert f"/* {phrase.text} */\n" in statement


@pytest.mark.parametrize("dialect", dialects())
def test_every_dialect_on_offer_is_written_and_can_be_read(dialect: str) -> None:
    for _, word, example in SAID:
        plan, specs = plan_of(example)
        statement = segment_sql(plan, "s", dialect, specs)
        if "not sure" not in statement.lower():
            assert sqlglot.parse_one(statement, dialect=dialect), word
        assert (f"-- Translated to {dialect} by sqlglot, and not executed here.\n" in statement) == (
            dialect not in EXECUTED
        )


def test_a_thing_asked_twice_is_computed_once() -> None:
    orders = {"event": "order", "within": "90d"}
    where = {"all": [{**orders, "count": {"at_least": 2}}, {"not": {**orders, "count": {"at_least": 9}}}]}
    plan, specs = plan_of(json.dumps(where))
    assert segment_sql(plan, "s", "duckdb", specs).count("GROUP BY") == 1


def test_a_condition_that_is_not_asked_leaves_no_trace() -> None:
    plan, specs = plan_of('{"attribute": "country", "is": "DE"}')
    statement = segment_sql(plan, "s", "duckdb", specs)
    assert "newsletter_readers" not in statement
    assert "-- Reads contacts (contact_id, country)." in statement


def test_nothing_of_a_value_is_pasted_into_the_text() -> None:
    value = "x' OR '1' = '1"
    plan, specs = plan_of(json.dumps({"attribute": "country", "is": value}))
    statement = re.sub(r"/\*.*?\*/", "", segment_sql(plan, "s", "duckdb", specs))
    literals = [node.name for node in sqlglot.parse_one(statement, dialect="duckdb").find_all(exp.Literal)]
    assert value in literals


def test_a_thousand_conditions_and_ten_thousand_values_are_one_statement() -> None:
    many = [{"attribute": "children", "is": number} for number in range(900)]
    listed = {"attribute": "country", "in": [f"c{number}" for number in range(10_000)]}
    plan, specs = plan_of(json.dumps({"any": [listed, {"all": many[:450]}, {"not": {"any": many[450:]}}]}))
    assert empty_tables().execute(segment_sql(plan, "s", "duckdb", specs)).fetchall() == []


# --- where engines go their own way ----------------------------------------------------------------------------------


TWICE_MIDNIGHT = Table(
    "twice_midnight",
    {"contacts": contacts(seen="timestamp")},
    {"contacts": "contact_id,seen\nk1,2006-10-29T02:45:00Z\nk2,2006-10-28T12:00:00Z\n"},
    [
        Case("date", {"attribute": "seen", "on": "2006-10-29"}, "k1", "the clock went from 0:01 back to 23:01"),
        Case("last", {"attribute": "seen", "within_last": "1d"}, "k1"),
        Case("weekday", {"attribute": "seen", "weekday_in": ["sun"]}, "k1", "the day that had begun goes on"),
    ],
    as_of="2006-10-30T00:00",
    time_zone="America/St_Johns",
)


def test_dates_do_not_depend_on_an_engines_days_but_weekdays_do() -> None:
    expected = {case.name: case.expected for case in TWICE_MIDNIGHT.cases}
    assert {name: list(ids) for name, ids in product_answers(TWICE_MIDNIGHT).items()} == expected
    assert duckdb_voice.answers(world_of(TWICE_MIDNIGHT)) == {**expected, "weekday": []}


def fails_in_duckdb(where: Any, **more: Any) -> str:
    """The error of a statement over one contact with one order of nine."""
    catalog = {
        "contacts": contacts(n="integer"),
        "order": {"kind": "events", "time": "at", "columns": {"amount": {"type": "decimal(12,2)"}}},
        "sums": {"kind": "computed", "columns": more},
    }
    rows = {"contacts": "contact_id,n\na,9223372036854775807\n", "order": "contact_id,at,amount\na,2026-11-01,9.00\n"}
    with pytest.raises(AssertionError) as error:
        duckdb_voice.answers(world_of(Table("too_much", catalog, rows, [Case("s", anyone(where), "a")])))
    return str(error.value)


def test_a_computed_column_that_cannot_hold_its_value_stops_the_statement() -> None:
    small = {"type": "decimal(2,2)", "value": {"event": "order", "sum": "amount"}}
    beside_a_column = {"attribute": "sums.small", "less_than": {"attribute": "n"}}
    assert "Conversion Error" in fails_in_duckdb(beside_a_column, small=small)


def test_a_formula_of_more_digits_than_the_engine_has_stops_instead_of_answering() -> None:
    cube = {"type": "integer", "value": {"divide": [{"multiply": ["n", "n", "n"]}, {"multiply": ["n", "n", "n"]}]}}
    assert "Out of Range Error" in fails_in_duckdb({"attribute": "sums.cube", "is": 1}, cube=cube)
