"""Computed columns: what they are in atoms, and which catalogs are broken because of them."""

# ruff: noqa: E501

from __future__ import annotations

from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from jobs.catalog.types import INTEGER, TIMESTAMP, ColumnType
from jobs.language.atoms import (
    Aggregate,
    Arithmetic,
    Case,
    Cases,
    Compare,
    Computed,
    ContactColumn,
    GroupCount,
    Having,
    Last,
    NotOf,
    Pair,
    Quantile,
    RowColumn,
    Rows,
    Span,
    Spans,
    Words,
)
from jobs.syntax.durations import Duration
from jobs.syntax.literals import Moment
from tests.language.shop import MONEY, SOURCES, bind, bound, only

TEXT, CHANNEL = ColumnType("text"), ColumnType("choice", values=("web", "app", "store"))
DECIMAL = ColumnType("decimal", 12, 2)
AMOUNT = RowColumn("amount", DECIMAL)


def sources(**columns: Any) -> dict[str, dict[str, Any]]:
    """The shop's sources with these columns beside its computed ones, in a computed source `c`."""
    return {**deepcopy(SOURCES), "c": {"kind": "computed", "columns": columns}}


def column(kind: str, value: Any = None, cases: Any = None, **more: Any) -> dict[str, Any]:
    given = {"value": value} if cases is None else {"cases": cases}
    return {"type": kind, **more, **given}


def value_of(kind: str, value: Any = None, cases: Any = None, **more: Any) -> Any:
    found = bound(sources(x=column(kind, value, cases, **more))).attribute("c.x")
    assert found is not None
    assert isinstance(found.value, Computed)
    return found.value.value


ORDERS = Rows("order")

GOLDEN: list[tuple[str, Any, Any]] = [
    ("integer", {"event": "order", "count": "rows"}, Aggregate(ORDERS, "count", None, INTEGER)),
    ("integer", {"event": "order", "days": "time"}, Aggregate(ORDERS, "days", None, INTEGER)),
    ("integer", {"event": "order", "distinct": "channel"}, Aggregate(ORDERS, "distinct", RowColumn("channel", CHANNEL), INTEGER)),
    (MONEY, {"event": "order", "within": "2y", "sum": "amount"}, Aggregate(Rows("order", None, Last(Duration(2, "y"))), "sum", AMOUNT, DECIMAL)),
    ("decimal(18,4)", {"event": "order", "sum": "amount"}, Aggregate(ORDERS, "sum", AMOUNT, DECIMAL)),
    ("integer", {"event": "order", "average": "amount"}, Aggregate(ORDERS, "average", AMOUNT, DECIMAL)),
    ("decimal(12,2)", {"event": "order", "average": "pieces"}, Aggregate(ORDERS, "average", RowColumn("pieces", INTEGER), INTEGER)),
    ("float", {"event": "order", "minimum": "weight"}, Aggregate(ORDERS, "minimum", RowColumn("weight", ColumnType("float")), ColumnType("float"))),
    ("date", {"event": "order", "maximum": "ship_on"}, Aggregate(ORDERS, "maximum", RowColumn("ship_on", ColumnType("date")), ColumnType("date"))),
    ("timestamp", {"event": "order", "first": "time"}, Aggregate(ORDERS, "first", None, TIMESTAMP)),
    ("timestamp", {"event": "order", "maximum": "ordered_at"}, Aggregate(ORDERS, "maximum", RowColumn("ordered_at", TIMESTAMP), TIMESTAMP)),
    ("text", {"event": "order", "latest": "product.category"}, Aggregate(ORDERS, "latest", RowColumn("product.category", TEXT), TEXT)),
    ("integer", {"related": "device", "where": {"attribute": "platform", "is": "ios"}, "count": "rows"},
     Aggregate(Rows("device", Compare(RowColumn("platform", ColumnType("choice", values=("ios", "android"))), Words("in", ("ios",)))), "count", None, INTEGER)),
    ("integer", {"event": "order", "per": "order_id", "having": {"sum": {"of": "amount", "at_least": 200}}, "count": "rows"},
     GroupCount(ORDERS, (RowColumn("order_id", TEXT),), Having("sum", AMOUNT, DECIMAL, Spans((Span(200, None),))), INTEGER)),
    (MONEY, {"multiply": ["credit", {"add": [1, "children", 0.5]}]},
     Arithmetic("multiply", (ContactColumn("contacts", "credit", DECIMAL),
                             Arithmetic("add", (Decimal(1), ContactColumn("contacts", "children", INTEGER), Decimal("0.5")))))),
    ("integer", {"quantile_of": "credit", "groups": 10}, Quantile(ContactColumn("contacts", "credit", DECIMAL), 10)),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "expected"), GOLDEN, ids=[str(value)[:60] for _, value, _ in GOLDEN])
def test_a_value_is_lowered_to_its_atom(kind: str, value: Any, expected: Any) -> None:
    assert value_of(kind, value) == expected


def test_a_latest_choice_needs_all_the_values_it_may_have() -> None:
    assert (
        value_of("choice", {"event": "order", "latest": "channel"}, values=["store", "web", "app", "x"]).type == CHANNEL
    )


def test_arithmetic_over_other_computed_columns_holds_them_whole() -> None:
    found = bound(SOURCES).attribute("smart.average")
    assert found is not None
    assert isinstance(found.value, Computed)
    assert isinstance(found.value.value, Arithmetic)
    assert [part.column for part in found.value.value.operands if isinstance(part, Computed)] == ["revenue", "orders"]


LITERALS: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("text", "x", "x", {}),
    ("choice", "b", "b", {"values": ["a", "b"]}),
    ("choices", ["b", "a"], ("a", "b"), {"values": ["a", "b"]}),
    ("integer", 5.0, 5, {}),
    ("decimal(5,2)", 1.25, Decimal("1.25"), {}),
    ("float", 0.1, 0.1, {}),
    ("boolean", False, False, {}),
    ("version", "4.10.0", (4, 10), {}),
    ("date", "2026-02-28", date(2026, 2, 28), {}),
    ("timestamp", "2026-02-28", date(2026, 2, 28), {}),
    ("timestamp", "2026-02-28T10:00", Moment(datetime(2026, 2, 28, 10)), {}),
]


@pytest.mark.parametrize(("kind", "written", "expected", "more"), LITERALS)
def test_a_case_may_have_a_value_of_any_type_that_can_be_written(
    kind: str, written: Any, expected: Any, more: Any
) -> None:
    found = value_of(kind, cases=[{"is": written, "when": {"not": {"event": "order"}}}], **more)
    assert found == Cases(
        (Case(NotOf(Compare(Aggregate(ORDERS, "count", None, INTEGER), Spans((Span(1, None),)))), expected),)
    )
    assert type(found.cases[0].value) is type(expected)


def test_a_rows_where_may_compare_with_a_computed_column_of_the_contact() -> None:
    where = {"attribute": "amount", "more_than": {"contact": "smart.average"}}
    found = value_of("integer", {"event": "order", "where": where, "count": "rows"})
    assert isinstance(found.rows.where, Pair)
    assert isinstance(found.rows.where.right, Computed)


ONE = {"attribute": "country", "is": "DE"}

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    # over rows
    (column("integer", {"event": "ordr", "count": "rows"}), "/value/event", 'did you mean "order"?'),
    (column("integer", {"event": "order"}), "/value", "found no aggregate, expected exactly one of count, days"),
    (column("integer", {"event": "order", "count": "rows", "days": "time"}), "/value", 'found "count" and "days", expected exactly one'),
    (column("integer", {"count": "rows"}), "/value", 'found none, expected exactly one of "event", "related", "quantile_of", "add"'),
    (column("integer", {"event": "order", "related": "device", "count": "rows"}), "/value", 'found "event" and "related", expected exactly one'),
    (column("integer", {"event": "order", "count": {"at_least": 1}}), "/value/count", "expected the word rows: count: rows"),
    (column("integer", {"event": "order", "count": "time"}), "/value/count", 'found "time", expected the word rows'),
    (column("timestamp", {"event": "order", "last": "ordered_at"}), "/value/last", "expected the word time"),
    (column(MONEY, {"event": "order", "sum": {"of": "amount", "at_least": 1}}), "/value/sum", "expected a column's name: sum: <column>"),
    (column(MONEY, {"event": "order", "sum": "amout"}), "/value/sum", 'did you mean "amount"?'),
    (column(MONEY, {"event": "order", "sum": "channel"}), "/value/sum", "found channel (choice), expected a column of type integer or decimal"),
    (column("decimal(12,1)", {"event": "order", "sum": "amount"}), "/value/sum", "expected a type with at least 2 decimals"),
    (column("integer", {"event": "order", "minimum": "amount"}), "/value/minimum", "expected a type with at least 2 decimals"),
    (column("float", {"event": "order", "sum": "amount"}), "/value/sum", "for a column of type float, expected decimal(12,2)"),
    (column("float", {"event": "order", "average": "amount"}), "/value/average", "expected integer or decimal"),
    (column("text", {"event": "order", "count": "rows"}), "/value/count", "found count (integer) for a column of type text, expected integer"),
    (column("date", {"event": "order", "last": "time"}), "/value/last", "found last (timestamp) for a column of type date"),
    (column("choice", {"event": "order", "latest": "channel"}, values=["web"]), "/value/latest", 'expected "app" and "store" among its values'),
    (column("text", {"event": "order", "latest": "channel"}), "/value/latest", "expected choice"),
    (column("choices", {"event": "order", "latest": "tags"}, values=["gift", "rush"]), "/value/latest", "found tags (choices)"),
    (column("integer", {"related": "device", "days": "time"}), "/value/days", 'the key "days" does not belong in a value of related rows: related rows have no time'),
    (column("integer", {"related": "device", "count": "rows", "within": "1y"}), "/value/within", "related rows have no time of their own"),
    (column("integer", {"event": "order", "count": "rows", "where": {"event": "order"}}), "/value/where/event", "in a row's where"),
    (column("integer", {"event": "order", "count": "rows", "where": {"attribute": "smart.orders", "is": 1}}), "/value/where/attribute", '{"contact": "smart.orders"}'),
    (column("integer", {"event": "order", "count": "rows", "having": {"count": {"is": 1}}}), "/value/having", 'found "having" without "per", expected both'),
    (column(MONEY, {"event": "order", "sum": "amount", "per": "order_id"}), "/value/per", 'found "per" beside "sum", expected none: groups are only counted, count: rows'),
    (column("integer", {"event": "order", "count": "rows", "withn": "1y"}), "/value/withn", 'did you mean "within"?'),
    # arithmetic
    (column("float", {"add": ["credit", 1]}), "/value", "found arithmetic for a float, expected integer or decimal"),
    (column(MONEY, {"add": ["credit", "score"]}), "/value/add/1", "found score (float), expected an integer or decimal"),
    (column(MONEY, {"add": ["credit", "born"]}), "/value/add/1", "found born (date)"),
    (column(MONEY, {"add": ["credit", "crdit"]}), "/value/add/1", 'did you mean "credit"?'),
    (column(MONEY, {"add": ["credit"]}), "/value/add", "found a list of one"),
    (column(MONEY, {"sum": ["credit", 1]}), "/value", 'found none, expected exactly one of "event", "related", "quantile_of", "add"'),
    # quantiles
    (column("integer", {"quantile_of": "credit"}), "/value", 'the key "groups" is missing in a quantile: how many groups'),
    (column("integer", {"quantile_of": "credit", "groups": 1}), "/value/groups", "expected a whole number from 2"),
    (column("integer", {"quantile_of": "country", "groups": 5}), "/value/quantile_of", "found country (text)"),
    (column("integer", {"quantile_of": "smart.group", "groups": 5}), "/value/quantile_of", "made of quantiles itself"),
    (column("decimal(3,0)", {"quantile_of": "credit", "groups": 5}), "/value", "found a quantile for a decimal(3,0), expected integer"),
    # cases
    (column("integer", cases=[]), "/cases", "expected a list of cases, at least one"),
    (column("integer", cases=[{"is": 1}]), "/cases/0", 'the key "when" is missing in a case: the condition that decides it'),
    (column("integer", cases=[{"is": 1, "when": ONE, "then": 2}]), "/cases/0/then", 'unknown key "then" in a case — did you mean "when"?'),
    (column("integer", cases=[{"is": "1", "when": ONE}]), "/cases/0/is", "without quotes: 1"),
    (column("integer", cases=[{"is": 1.5, "when": ONE}]), "/cases/0/is", "expected a whole number"),
    (column("integer", cases=[{"is": 2**63, "when": ONE}]), "/cases/0/is", "expected a number that integer can hold"),
    (column("decimal(3,2)", cases=[{"is": 1.234, "when": ONE}]), "/cases/0/is", "expected at most 2 decimals"),
    (column("decimal(3,2)", cases=[{"is": 10, "when": ONE}]), "/cases/0/is", "expected a number that decimal(3,2) can hold"),
    (column("text", cases=[{"is": "", "when": ONE}]), "/cases/0/is", "found an empty text"),
    (column("choice", cases=[{"is": "c", "when": ONE}], values=["a", "b"]), "/cases/0/is", "expected one of the column's values"),
    (column("text", cases=[{"is": "a", "when": {"segment": "x"}}]), "/cases/0/when/segment", "expected one of attribute, event, related, sequence, all, any or not in a computed column"),
    (column("text", cases=[{"is": "a", "when": {"any": [ONE, {"sample": {"share": [0, 1], "seed": "a"}}]}}]), "/cases/0/when/any/1/sample", "in a computed column"),
    (column("text", cases=[{"is": "a", "when": {"everyone": True}}]), "/cases/0/when/everyone", "in a computed column"),
    (column("text", cases=[{"is": "a", "when": {"list": "x"}}]), "/cases/0/when/list", "in a computed column"),
    (column("text", cases=[{"is": "a", "when": {"attribute": "contry", "is": "DE"}}]), "/cases/0/when/attribute", 'did you mean "country"?'),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "pointer", "message"), REFUSED, ids=[f"{p}: {m[:40]}" for _, p, m in REFUSED])
def test_a_wrong_computed_column_is_refused_at_its_place(entry: dict[str, Any], pointer: str, message: str) -> None:
    catalog, problems = bind(sources(x=entry))
    assert catalog is None
    assert [(problem.file, problem.pointer) for problem in problems] == [("c.yaml", f"/columns/x{pointer}")]
    assert message in problems[0].message


def test_all_problems_of_all_columns_are_told_and_what_uses_a_broken_one_adds_none() -> None:
    catalog, problems = bind(
        sources(
            a=column("integer", {"event": "ordr", "count": "rows"}),
            b=column("integer", {"add": ["c.a", "childs"]}),
            d=column("integer", {"add": ["c.a", 1]}),
        )
    )
    assert catalog is None
    assert [problem.pointer for problem in problems] == ["/columns/a/value/event", "/columns/b/value/add/1"]


def test_a_cycle_is_refused_in_every_column_on_it() -> None:
    when = {"attribute": "c.b", "is": 1}
    rows = {"event": "order", "where": {"attribute": "pieces", "is": {"contact": "c.a"}}, "count": "rows"}
    catalog, problems = bind(sources(a=column("integer", cases=[{"is": 1, "when": when}]), b=column("integer", rows)))
    assert catalog is None
    assert [problem.pointer for problem in problems] == ["/columns/a/cases", "/columns/b/value"]
    assert "a cycle of computed columns, c.a → c.b → c.a" in problems[0].message


def test_cycles_hide_no_other_problem_on_them_beside_them_or_above_them() -> None:
    catalog, problems = bind(
        sources(
            a=column("integer", {"add": ["c.b", "childs"]}),
            b=column("integer", {"add": ["c.a", 1]}),
            d=column("integer", {"add": ["c.d", 1]}),
            f=column("integer", {"event": "ordr", "count": "rows"}),
            g=column("integer", cases=[{"is": "x", "when": {"attribute": "c.a", "isnt": 1}}]),
            h=column("integer", {"add": ["c.a", 1]}),
        )
    )
    assert catalog is None
    assert sorted(problem.pointer for problem in problems) == [
        "/columns/a/value",
        "/columns/a/value/add/1",
        "/columns/b/value",
        "/columns/d/value",
        "/columns/f/value/event",
        "/columns/g/cases/0/is",
        "/columns/g/cases/0/when/isnt",
    ]


def test_a_column_of_the_rows_own_name_is_no_cycle() -> None:
    where = {"attribute": "pieces", "is": 1}
    assert bind(sources(pieces=column("integer", {"event": "order", "where": where, "count": "rows"})))[0] is not None


def test_a_quantile_of_a_quantile_is_refused_however_far_between() -> None:
    catalog, problems = bind(
        sources(
            a=column("integer", {"quantile_of": "credit", "groups": 5}),
            b=column("integer", cases=[{"is": 1, "when": {"attribute": "c.a", "is": 5}}]),
            d=column("integer", {"quantile_of": "c.b", "groups": 2}),
        )
    )
    assert catalog is None
    assert [problem.pointer for problem in problems] == ["/columns/d/value/quantile_of"]


def test_columns_that_each_use_the_last_twice_are_bound_and_hashed_at_once() -> None:
    columns = {"x0": column("integer", {"event": "order", "count": "rows"})}
    for k in range(1, 60):
        columns[f"x{k}"] = column("decimal(18,0)", {"subtract": [f"c.x{k - 1}", f"c.x{k - 1}"]})
    found = bound(sources(**columns)).attribute("c.x59")
    assert found is not None
    assert hash(found.value) == hash(found.value)


def test_columns_that_use_each_other_too_deep_are_refused_without_a_traceback() -> None:
    columns = {"x0": column("integer", {"event": "order", "count": "rows"})}
    for k in range(1, 2000):
        columns[f"x{k}"] = column("integer", {"add": [f"c.x{k - 1}", 1]})
    catalog, problems = bind(sources(**columns))
    assert catalog is None
    assert "parts deep, expected at most" in problems[0].message


def test_a_column_is_as_sensitive_as_what_it_is_made_of() -> None:
    columns = sources(
        a=column("integer", {"related": "device", "distinct": "serial"}),
        b=column("integer", {"add": ["c.a", 1]}),
        d=column("integer", {"add": ["children", 1]}, sensitive=True),
        f=column("integer", {"quantile_of": "c.d", "groups": 2}),
    )
    catalog = bound(columns)
    found = [catalog.attribute(name) for name in ("c.b", "c.f")]
    assert [column.reach.sensitive for column in found if column] == [{"device.serial"}, {"c.d"}]


def test_a_computed_column_has_the_operators_of_its_type() -> None:
    spec = only({"attribute": "smart.stage", "is_not": "new"})
    assert spec.where.describe().text == "smart.stage is known and is not new"
