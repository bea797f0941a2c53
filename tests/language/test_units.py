"""Numbers of different units are neither added, subtracted nor compared; one without a unit goes with any."""

from __future__ import annotations

from typing import Any

import pytest

from jobs.language.bound import BoundCatalog
from jobs.language.bound_files import load_bound_catalog
from jobs.syntax.nodes import Problems
from tests.language.shop import bound, read, spec

ORDER = """
version: 1
source: order
kind: events
time: at
columns:
  amount: {type: integer, unit: EUR}
  dollars: {type: integer, unit: USD}
  pieces: {type: integer}
"""
CONTACTS = """
version: 1
source: contacts
kind: contacts
columns:
  credit: {type: integer, unit: EUR}
  debt: {type: integer, unit: EUR}
  abroad: {type: integer, unit: USD}
  children: {type: integer}
"""


def refusals(**files: str) -> list[tuple[str, str]]:
    """(pointer, message) of what is wrong with a catalog of these columns beside those above."""
    problems = Problems()
    texts = {"order": ORDER, "contacts": CONTACTS}
    for name, columns in files.items():
        texts[name] = texts.get(name, "version: 1\nsource: sums\nkind: computed\ncolumns:\n") + f"  x: {columns}\n"
    load_bound_catalog([(f"{name}.yaml", text.encode()) for name, text in texts.items()], problems, "catalog")
    return [(problem.pointer, problem.message) for problem in problems.errors]


@pytest.mark.parametrize(
    ("columns", "pointer", "message"),
    [
        (
            "{type: integer, derive: {add: [amount, dollars]}}",
            "/derive/add/1",
            "found a number in USD, expected one in EUR",
        ),
        (
            "{type: integer, derive: {subtract: [pieces, amount, dollars]}}",
            "/derive/subtract/2",
            "found a number in USD",
        ),
        (
            "{type: integer, derive: {add: [amount, {subtract: [dollars, 1]}]}}",
            "/derive/add/1/subtract/0",
            "found a number in USD",
        ),
        (
            "{type: integer, derive: {multiply: [2, {add: [amount, dollars]}]}}",
            "/derive/multiply/1/add/1",
            "found a number in USD",
        ),
        (
            "{type: integer, unit: USD, derive: {add: [amount, pieces]}}",
            "/derive",
            "found numbers in EUR for a column in USD",
        ),
    ],
)
def test_a_derived_column_of_two_units_is_refused(columns: str, pointer: str, message: str) -> None:
    ((at, told),) = refusals(order=columns)
    assert at == f"/columns/x{pointer}"
    assert message in told


@pytest.mark.parametrize(
    ("columns", "pointer", "message"),
    [
        ("{type: integer, value: {add: [credit, abroad]}}", "/value/add/1", "found a number in USD, expected one in EUR"),
        ("{type: integer, unit: USD, value: {subtract: [credit, debt]}}", "/value", "found numbers in EUR for a column"),
        ("{type: integer, unit: USD, value: {event: order, sum: amount}}", "/value/sum", "found sum in EUR for a column"),
        ("{type: integer, cases: [{is: 1, when: {attribute: credit, more_than: {attribute: abroad}}}]}",
         "/cases/0/when/more_than/attribute", "found abroad in USD, expected a column in EUR to compare credit with"),
    ],
)  # fmt: skip
def test_a_computed_column_of_two_units_is_refused(columns: str, pointer: str, message: str) -> None:
    ((at, told),) = refusals(sums=columns)
    assert at == f"/columns/x{pointer}"
    assert message in told


@pytest.mark.parametrize(
    "columns",
    [
        "{type: integer, unit: EUR, derive: {add: [amount, pieces, 5]}}",
        "{type: integer, derive: {subtract: [amount, amount]}}",
        "{type: integer, unit: EUR, derive: {multiply: [dollars, pieces]}}",
        "{type: integer, derive: {divide: [amount, dollars]}}",
        "{type: integer, derive: {add: [amount, {multiply: [dollars, 2]}]}}",
    ],
)
def test_one_unit_none_and_what_is_multiplied_go_together(columns: str) -> None:
    assert refusals(order=columns) == []


def test_a_count_has_the_unit_that_is_written() -> None:
    assert refusals(sums="{type: integer, unit: orders, value: {event: order, count: rows}}") == []


def units() -> BoundCatalog:
    money = {"amount": {"type": "integer", "unit": "EUR"}, "number": {"type": "integer", "unit": "EUR"}}
    other = {"amount": {"type": "integer", "unit": "USD"}, "number": {"type": "integer"}}
    kept = {"credit": {"type": "integer", "unit": "EUR"}, "abroad": {"type": "integer", "unit": "USD"}}
    return bound({
        "contacts": {"kind": "contacts", "columns": {**kept, "children": {"type": "integer"}}},
        "order": {"kind": "events", "time": "at", "columns": money},
        "refund": {"kind": "events", "time": "at", "columns": other},
    })  # fmt: skip


def told(where: Any) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.message) for problem in read(spec(where), catalog=units()).errors]


@pytest.mark.parametrize("operator", ["is", "is_not", "less_than", "at_most", "more_than", "at_least"])
def test_columns_of_two_units_are_not_compared_in_a_spec(operator: str) -> None:
    ((pointer, message),) = told({"attribute": "credit", operator: {"attribute": "abroad"}})
    assert pointer == f"/where/{operator}/attribute"
    assert "found abroad in USD, expected a column in EUR to compare credit with" in message


def test_a_rows_column_is_not_compared_with_the_contacts_of_another_unit() -> None:
    ((pointer, _),) = told({"event": "order", "where": {"attribute": "amount", "more_than": {"contact": "abroad"}}})
    assert pointer == "/where/where/more_than/contact"


def test_same_columns_have_one_unit() -> None:
    sequence = [{"event": "order"}, {"event": "refund", "same": ["amount"]}]
    ((pointer, message),) = told({"sequence": sequence})
    assert pointer == "/where/sequence/1/same/0"
    assert "found amount in EUR of the step before and in USD of this one" in message
    assert told({"sequence": [{"event": "order"}, {"event": "refund", "same": ["number"]}]}) == []


def test_a_column_without_a_unit_and_a_literal_go_with_any() -> None:
    assert told({"attribute": "credit", "more_than": {"attribute": "children"}}) == []
    assert told({"attribute": "credit", "more_than": 5}) == []
