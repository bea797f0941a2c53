"""Arithmetic, exact to the last digit: the expressions, their values, and derived columns of whole batches."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs.catalog.arithmetic import Expression, Name, NumberLiteral, Operation, names, read_arithmetic
from jobs.catalog.exact import bounds, calculated, holds, rounded
from jobs.catalog.types import ColumnType
from jobs.catalog.values.derived_values import derive
from jobs.syntax.nodes import Json, Node, Problems
from tests.catalog.made import column, read

AT = Node("x", "s.yaml")
AMOUNT, COST = Name("amount", AT), Name("cost", AT)


def evaluate(expression: Expression, values: Mapping[str, int | Decimal | None]) -> Fraction | None:
    """One row at a time, by the rule that stands in exact.py."""
    if isinstance(expression, Name):
        value = values[expression.name]
        return None if value is None else Fraction(value)
    if isinstance(expression, NumberLiteral):
        return Fraction(expression.value)
    return calculated(expression.operator, [evaluate(operand, values) for operand in expression.operands])


def test_an_expression_is_what_was_written() -> None:
    problems = Problems()
    written: Json = {"divide": [{"subtract": ["amount", "cost", 1]}, Decimal("2.5")]}
    found = read_arithmetic(Node(written, "s.yaml", "/x"), problems)
    assert problems.found == []
    assert found is not None
    assert found == Operation(
        "divide", (Operation("subtract", (AMOUNT, COST, NumberLiteral(1))), NumberLiteral(Decimal("2.5")))
    )
    assert [(name.name, name.at.pointer) for name in names(found)] == [
        ("amount", "/x/divide/0/subtract/0"),
        ("cost", "/x/divide/0/subtract/1"),
    ]


def test_every_problem_of_an_expression_is_told() -> None:
    problems = Problems()
    written: Json = {"add": [{"plus": [1, 2]}, {"divide": ["a"]}, None, ""]}
    assert read_arithmetic(Node(written, "s.yaml"), problems) is None
    assert [problem.pointer for problem in problems.found] == ["/add/0/plus", "/add/1/divide", "/add/2", "/add/3"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (Operation("add", (AMOUNT, COST, NumberLiteral(1))), Fraction("13.75")),  # 10.50 + 2.25 + 1
        (Operation("subtract", (AMOUNT, COST, NumberLiteral(1))), Fraction("7.25")),  # from left to right
        (Operation("multiply", (AMOUNT, COST)), Fraction("23.625")),
        (Operation("divide", (AMOUNT, COST)), Fraction(14, 3)),
        (Operation("divide", (NumberLiteral(24), NumberLiteral(4), NumberLiteral(3))), Fraction(2)),
        (Operation("divide", (AMOUNT, Operation("subtract", (COST, COST)))), None),
        (Operation("divide", (NumberLiteral(0), COST)), Fraction(0)),
        (Operation("add", (AMOUNT, Name("missing", AT))), None),
        (Operation("multiply", (NumberLiteral(0), Name("missing", AT))), None),
    ],
)
def test_an_expression_has_its_exact_value(expression: Expression, value: Fraction | None) -> None:
    assert evaluate(expression, {"amount": Decimal("10.50"), "cost": Decimal("2.25"), "missing": None}) == value


@pytest.mark.parametrize(
    ("fraction", "scale", "scaled"),
    [
        ("0.005", 2, 1),
        ("-0.005", 2, -1),
        ("0.0049999", 2, 0),
        ("2.5", 0, 3),
        ("-2.5", 0, -3),
        ("1/3", 4, 3333),
        ("2/3", 4, 6667),
    ],
)
def test_halves_go_away_from_zero(fraction: str, scale: int, scaled: int) -> None:
    assert rounded(Fraction(fraction), scale) == scaled


@given(
    st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9), st.integers(0, 5)
)
def test_rounding_is_that_of_decimals_half_up(number: Decimal, scale: int) -> None:
    with localcontext() as context:
        context.prec = 60
        nearest = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    assert rounded(Fraction(number), scale) == int(nearest.scaleb(scale))


def test_a_type_holds_its_bounds_and_nothing_beyond() -> None:
    integer, money = ColumnType("integer"), ColumnType("decimal", precision=5, scale=2)
    assert bounds(integer) == (-9_223_372_036_854_775_808, 9_223_372_036_854_775_807)
    assert bounds(money) == (-99_999, 99_999)  # -999.99 to 999.99
    for kind in (integer, money):
        least, greatest = bounds(kind)
        assert [holds(kind, units) for units in (least - 1, least, greatest, greatest + 1)] == [
            False,
            True,
            True,
            False,
        ]


# --- derived columns ----------------------------------------------------------------------------------------------------


def test_a_derived_column_is_computed_from_the_row() -> None:
    table = read(
        """
        kind: related
        columns:
          amount: {type: "decimal(12,2)"}
          cost: {type: "decimal(12,2)"}
          items: {type: integer}
          margin: {type: "decimal(12,2)", derive: {subtract: [amount, cost]}}
          each: {type: "decimal(12,2)", derive: {divide: [margin, items]}}
          share: {type: integer, derive: {divide: [{multiply: [margin, 100]}, amount]}}
        """,
        """\
        contact_id,amount,cost,items
        c1,10.00,4.95,3
        c2,10.00,,3
        c3,10.00,10.01,0
        c4,0.00,0.01,2
        """,
    )
    assert column(table, "margin") == [Decimal("5.05"), None, Decimal("-0.01"), Decimal("-0.01")]
    assert column(table, "each") == [
        Decimal("1.68"),
        None,
        None,
        Decimal("-0.01"),
    ]  # 5.05 / 3 · by zero · -0.005 away from 0
    assert column(table, "share") == [51, None, 0, None]  # 50.5 and -0.1 per cent, and of nothing
    assert column(table, "_problems") == [None] * 4


def test_a_derived_column_rounds_once_before_another_uses_it() -> None:
    table = read(
        """
        kind: related
        columns:
          a: {type: integer}
          third: {type: "decimal(6,2)", derive: {divide: [a, 3]}}
          back: {type: "decimal(6,2)", derive: {multiply: [third, 3]}}
          whole: {type: "decimal(6,2)", derive: {multiply: [{divide: [a, 3]}, 3]}}
        """,
        "contact_id,a\nc1,1\n",
    )
    # A derived column is a value of its type: 0.33. Inside one expression nothing is rounded.
    assert (column(table, "third"), column(table, "back"), column(table, "whole")) == (
        [Decimal("0.33")], [Decimal("0.99")], [Decimal("1.00")],
    )  # fmt: skip


def test_a_result_that_its_type_cannot_hold_is_a_problem() -> None:
    table = read(
        """
        kind: related
        columns:
          a: {type: integer}
          small: {type: "decimal(4,2)", derive: {multiply: [a, 10]}}
          big: {type: integer, derive: {multiply: [a, a]}}
        """,
        "contact_id,a\nc1,9\nc2,10\nc3,3037000500\nc4,-3037000499\n",
    )
    assert column(table, "small") == [Decimal("90.00"), None, None, None]
    assert column(table, "big") == [81, 100, None, 3037000499**2]  # 3037000500² is just beyond 2^63
    assert column(table, "_problems") == [
        None,
        ["small: not within decimal(4,2)"],
        ["small: not within decimal(4,2)", "big: not within integer"],
        ["small: not within decimal(4,2)"],
    ]


def test_a_wrong_operand_is_told_once() -> None:
    table = read(
        "kind: related\ncolumns: {a: {type: integer}, b: {type: integer, derive: {add: [a, 1]}}}\n",
        "contact_id,a\nc1,x\n",
    )
    assert column(table, "_problems") == [["a: not a whole number of 64 bits"]]


VALUES = st.one_of(
    st.none(), st.integers(-9, 9), st.integers(-(2**63), 2**63 - 1), st.sampled_from([2**62, -(2**63), 2**63 - 1, 0])
)
OPERANDS = st.recursive(
    st.one_of(
        st.sampled_from([Name("a", AT), Name("b", AT)]),
        st.builds(
            NumberLiteral,
            st.one_of(st.integers(-5, 5), st.decimals(-99, 99, places=2), st.sampled_from([10**39, Decimal("1e-39")])),
        ),
    ),
    lambda inner: st.builds(
        Operation,
        st.sampled_from(["add", "subtract", "multiply", "divide"]),
        st.lists(inner, min_size=2, max_size=3).map(tuple),
    ),
    max_leaves=6,
)
TYPES = st.one_of(
    st.just(ColumnType("integer")),
    st.builds(
        lambda scale, extra: ColumnType("decimal", min(18, scale + extra), scale),
        st.integers(0, 18),
        st.integers(1, 18),
    ),
)


@settings(max_examples=150, deadline=None)
@given(OPERANDS, TYPES, st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=6))
@example(
    Operation("multiply", (Name("a", AT), Name("a", AT))), ColumnType("integer"), [(2**31, 0), (-(2**63), 0), (None, 0)]
)
@example(
    Operation("divide", (Name("a", AT), Name("b", AT))),
    ColumnType("decimal", 18, 17),
    [(1, 3), (-1, 3), (1, 0), (0, -7)],
)
def test_batches_are_computed_as_fractions_are(
    expression: Expression, kind: ColumnType, rows: list[tuple[int | None, int | None]]
) -> None:
    """`a` is an integer column, `b` a decimal(18,2) that holds b modulo 10^18 hundredths."""
    cents = [None if b is None else int(b % 10**18) for _, b in rows]
    decimals = [None if b is None else Decimal(b).scaleb(-2) for b in cents]
    values = {"a": pa.array([a for a, _ in rows], pa.int64()), "b": pa.array(decimals, pa.decimal128(18, 2))}
    found = derive(kind, expression, values, len(rows))
    wrong = [False] * len(rows) if found.wrong is None else found.wrong.tolist()
    for row, ((a, _), b) in enumerate(zip(rows, decimals, strict=True)):
        exact = evaluate(expression, {"a": a, "b": b})
        scaled = None if exact is None else rounded(exact, kind.scale)
        fits = scaled is not None and holds(kind, scaled)
        expected = None if not fits or scaled is None else Decimal(scaled).scaleb(-kind.scale)
        assert (found.values[row].as_py(), wrong[row]) == (expected, scaled is not None and not fits)
