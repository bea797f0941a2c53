"""Numbers: nothing is ever rounded but where the contract says so, and nothing wraps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from jobs.catalog.types import ColumnType
from jobs.kernel import exact_arrays
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.program import Program, compile_program
from jobs.language.atoms import (
    Arithmetic,
    Case,
    Cases,
    Compare,
    Computed,
    Everyone,
    Meaning,
    Missing,
    NotOf,
    Pair,
    Span,
    Spans,
)
from tests.kernel.world import (
    FLOAT,
    INTEGER,
    MONEY,
    STAMP,
    World,
    aggregate,
    at_least,
    at_most,
    attribute,
    catalog_of,
    column,
    contacts,
    equal_to,
    events,
    instant,
    less_than,
    meaning,
    micros,
    more_than,
    rows,
    spans,
)

AMOUNT = column("amount", MONEY)
ROUNDS = ColumnType("decimal", precision=6, scale=2)
LARGEST = (1 << 63) - 1


@pytest.mark.usefixtures("loops")
def test_money_beyond_the_doubles_is_added_cent_by_cent() -> None:
    most = "9007199254740993.01"  # 2^53 + 1, and a cent
    world = World(catalog_of(events(amount=MONEY)), {"order": [(0, "2026-11-01", most), (0, "2026-11-02", "0.01")]})
    total = aggregate("sum", AMOUNT)
    assert world.members(Compare(total, equal_to("9007199254740993.02"))) == [0]
    assert world.members(Compare(total, more_than("9007199254740993.01"))) == [0]
    assert world.members(Compare(total, more_than("9007199254740993.02"))) == []


@pytest.mark.usefixtures("loops")
@pytest.mark.parametrize("sign", [1, -1])
def test_a_sum_beyond_64_bits_does_not_wrap(sign: int) -> None:
    one = sign * LARGEST
    world = World(
        catalog_of(events(points=INTEGER)),
        {"order": [(0, "2026-11-01", one), (0, "2026-11-02", one), (0, "2026-11-03", one), (1, "2026-11-01", 3)]},
    )
    total = aggregate("sum", column("points", INTEGER))
    assert world.members(Compare(total, equal_to(3 * one))) == [0]
    assert world.members(Compare(total, spans((3 * one - 1, 3 * one - 1), (3 * one + 1, 3 * one + 1)))) == []
    assert world.members(Compare(total, equal_to(3))) == [1]  # beside a wide sum, a narrow one
    average = aggregate("average", column("points", INTEGER))
    assert world.members(Compare(average, equal_to(one))) == [0]


@pytest.mark.usefixtures("loops")
def test_a_wide_bound_with_narrow_sums_stays_exact() -> None:
    world = World(
        catalog_of(events(points=INTEGER)),
        {
            "order": [
                (0, "2026-11-01", LARGEST),
                (0, "2026-11-02", -LARGEST),
                (0, "2026-11-03", -7),
                (1, "2026-11-03", 5),
            ]
        },
    )
    total = aggregate("sum", column("points", INTEGER))
    assert world.members(Compare(total, equal_to(-7))) == [0]
    assert world.members(Compare(total, equal_to(5))) == [1]
    assert world.members(Compare(total, equal_to(0))) == [2, 3, 4, 5]


@pytest.mark.usefixtures("loops")
def test_an_average_is_compared_as_sum_against_value_times_count() -> None:
    world = World(
        catalog_of(events(amount=MONEY)),
        {"order": [(0, "2026-11-01", "1.00"), (0, "2026-11-02", "1.00"), (0, "2026-11-03", "1.01")]},  # 1.00333…
    )
    average = aggregate("average", AMOUNT)
    assert world.members(Compare(average, more_than("1.0033333333"))) == [0]
    assert world.members(Compare(average, less_than("1.0033333334"))) == [0]
    assert world.members(Compare(average, equal_to("1.00"))) == []


@pytest.mark.usefixtures("loops")
def test_thresholds_finer_than_the_column() -> None:
    world = World(catalog_of(events(amount=MONEY)), {"order": [(0, "2026-11-01", "2.50"), (1, "2026-11-01", "2.51")]})
    total = aggregate("sum", AMOUNT)
    assert world.members(Compare(total, more_than("2.505"))) == [1]
    assert world.members(Compare(total, at_least("2.505"))) == [1]
    assert world.members(Compare(total, equal_to("2.505"))) == []
    assert world.members(Compare(aggregate("count"), at_least("0.5"))) == [0, 1]
    assert world.members(Compare(aggregate("count"), less_than("0.5"))) == [2, 3, 4, 5]


def test_floats_meet_the_specs_number_as_the_nearest_double() -> None:
    world = World(catalog_of(contacts(score=FLOAT)), {"contacts": [(0, 0.1), (1, 0.1 + 0.2), (2, -0.0), (3, None)]})
    score = attribute("score", FLOAT)
    assert world.members(Compare(score, at_most("0.1"))) == [0, 2]
    assert world.members(Compare(score, more_than("0.3"))) == [1]  # 0.1 + 0.2 is the double after 0.3
    assert world.members(Compare(score, less_than(0))) == []
    assert world.members(NotOf(Compare(score, less_than(0)))) == [0, 1, 2]


def test_a_number_beside_a_float_becomes_the_nearest_double() -> None:
    world = World(
        catalog_of(contacts(score=FLOAT, price=MONEY, points=INTEGER)),
        {
            "contacts": [
                (0, 0.1, "0.10", 0),
                (1, 9007199254740992.0, "9007199254740992.01", (1 << 53) + 1),  # both round to 2^53
                (2, 0.3, "0.31", 1),
            ]
        },
    )
    score, price, points = attribute("score", FLOAT), attribute("price", MONEY), attribute("points", INTEGER)
    assert world.members(Pair(score, "at_least", price)) == [0, 1]
    assert world.members(Pair(price, "at_most", score)) == [0, 1]
    assert world.members(Pair(points, "at_most", score)) == [0, 1]
    assert world.members(Pair(score, "less_than", points)) == [2]


def test_decimals_of_two_scales_are_compared_exactly() -> None:
    fine = ColumnType("decimal", precision=18, scale=4)
    world = World(
        catalog_of(contacts(one=MONEY, other=fine)),
        {"contacts": [(0, "1.00", "1.0000"), (1, "1.00", "1.0001"), (2, "9999999999999999.99", "99999999999999.9999")]},
    )
    one, other = attribute("one", MONEY), attribute("other", fine)
    assert world.members(Pair(one, "is", other)) == [0]
    assert world.members(Pair(one, "less_than", other)) == [1]
    assert world.members(Pair(one, "more_than", other)) == [2]


def computed(kind: ColumnType, value: object, name: str = "x") -> Computed:
    return Computed("insight", name, kind, value)  # pyright: ignore[reportArgumentType] - one of the five there are


PRICE, COUNT = attribute("price", MONEY), attribute("points", INTEGER)
PEOPLE = World(
    catalog_of(contacts(price=MONEY, points=INTEGER), events(amount=MONEY)),
    {"contacts": [(0, "1.00", 8), (1, "-1.00", 8), (2, "0.05", 0), (3, None, 1), (4, "9999.99", 1)]},
)


@pytest.mark.parametrize(
    ("operator", "operands", "expected"),
    [
        ("divide", (PRICE, COUNT), {0: "0.13", 1: "-0.13", 4: "9999.99"}),  # 0.125 away from zero; by 0: missing
        (
            "add",
            (PRICE, COUNT, Decimal("0.005")),
            {0: "9.01", 1: "7.01", 2: "0.06"},
        ),  # 10000.995 does not fit, see below
        ("subtract", (PRICE, COUNT), {0: "-7.00", 1: "-9.00", 2: "0.05", 4: "9998.99"}),
        ("multiply", (PRICE, PRICE, Decimal("0.5")), {0: "0.50", 1: "0.50", 2: "0.00"}),
    ],
)
def test_arithmetic_is_exact_until_one_rounding(
    operator: str, operands: tuple[object, ...], expected: dict[int, str]
) -> None:
    value = computed(ROUNDS, Arithmetic(operator, operands))  # pyright: ignore[reportArgumentType]
    for position in range(5):
        wanted = expected.get(position)
        test = Compare(value, equal_to(wanted)) if wanted else Compare(value, Missing(wanted=True))
        assert position in PEOPLE.members(test), f"position {position}"


def test_nested_arithmetic_is_rounded_once() -> None:
    third = Arithmetic("divide", (PRICE, Decimal(3)))
    whole = computed(MONEY, Arithmetic("multiply", (third, Decimal(3))))
    assert PEOPLE.members(Pair(whole, "is", PRICE)) == [0, 1, 2, 4]


def test_what_does_not_fit_its_column_is_said_and_never_raised() -> None:
    small = ColumnType("decimal", precision=3, scale=2)
    value = computed(small, Arithmetic("multiply", (PRICE, Decimal(10))), "tenfold")
    answers = PEOPLE.answers(meaning(Compare(value, at_least(0))), meaning(Everyone(), "other"))
    assert answers.errors == {"insight.tenfold"}
    program = _program(PEOPLE, meaning(Compare(value, at_least(0))), meaning(Everyone(), "other"))
    assert program.above("insight.tenfold") == ("s",)
    assert program.above("insight.unheard") == ()


def test_a_dead_contacts_overflow_is_none() -> None:
    small = ColumnType("decimal", precision=3, scale=2)
    value = computed(small, Arithmetic("multiply", (PRICE, Decimal(5))), "fivefold")
    dead = World(PEOPLE.catalog, PEOPLE.rows, dead=frozenset({4}))
    assert dead.answers(meaning(Compare(value, at_least(5)))).errors == set()
    assert dead.members(Compare(value, at_least(5))) == [0]


@pytest.mark.usefixtures("loops")
def test_a_computed_sum_larger_than_64_bits_is_an_error_not_a_wrap() -> None:
    world = World(
        catalog_of(events(points=INTEGER)), {"order": [(0, "2026-11-01", LARGEST), (0, "2026-11-02", LARGEST)]}
    )
    value = computed(INTEGER, aggregate("sum", column("points", INTEGER)), "points")
    assert world.answers(meaning(Compare(value, at_least(0)))).errors == {"insight.points"}


@pytest.mark.usefixtures("loops")
def test_a_computed_average_is_rounded_half_away_from_zero() -> None:
    world = World(
        catalog_of(events(points=INTEGER)),
        {"order": [(0, "2026-11-01", 1), (0, "2026-11-02", 2), (1, "2026-11-01", -1), (1, "2026-11-02", -2)]},
    )
    average = computed(INTEGER, aggregate("average", column("points", INTEGER)))
    assert world.members(Compare(average, equal_to(2))) == [0]
    assert world.members(Compare(average, equal_to(-2))) == [1]
    assert world.members(Compare(average, Missing(wanted=True))) == [2, 3, 4, 5]


def test_cases_take_the_first_that_is_true() -> None:
    large, known = Compare(PRICE, at_least(1)), Compare(PRICE, Missing(wanted=False))
    value = computed(MONEY, Cases((Case(large, Decimal("2.5")), Case(known, Decimal(1)))))
    assert PEOPLE.members(Compare(value, equal_to("2.50"))) == [0, 4]
    assert PEOPLE.members(Compare(value, equal_to(1))) == [1, 2]
    assert PEOPLE.members(Compare(value, Missing(wanted=True))) == [3, 5]


def test_cases_of_instants() -> None:
    at = micros("2026-01-01T00:00")
    world = World(catalog_of(contacts(since=STAMP)), {"contacts": [(0, instant("2025-01-01T00:00"))]})
    value = Computed("insight", "x", STAMP, Cases((Case(Compare(attribute("since", STAMP), at_most(at)), at),)))
    assert world.members(Compare(value, equal_to(at))) == [0]


def _program(world: World, *meanings: Meaning) -> Program:
    return compile_program(world.plan(*meanings))


# --- the arithmetic by itself, against Python's own fractions -----------------------------------------------------------


@pytest.mark.parametrize("size", [1, 10**9, 10**17], ids=["small", "large", "beyond_62_bits"])
def test_fractions_agree_with_pythons(size: int) -> None:
    random = np.random.default_rng(7)
    left = random.integers(-9 * size, 9 * size, 200)
    right = random.integers(-9 * size, 9 * size, 200)
    known = np.ones(200, np.bool_)
    one, other = exact_arrays.ratio_of(Vector(MONEY, left, known)), exact_arrays.ratio_of(Vector(INTEGER, right, known))
    fractions = [(Fraction(int(a), 100), Fraction(int(b))) for a, b in zip(left, right, strict=True)]
    for found, wanted in (
        (exact_arrays.add(one, other), [a + b for a, b in fractions]),
        (exact_arrays.add(one, other, sign=-1), [a - b for a, b in fractions]),
        (exact_arrays.multiply(one, other), [a * b for a, b in fractions]),
        (exact_arrays.divide(one, other), [a / b if b else None for a, b in fractions]),
        (
            exact_arrays.divide(exact_arrays.add(one, other), exact_arrays.multiply(one, other)),
            [(a + b) / (a * b) if a * b else None for a, b in fractions],
        ),
    ):
        assert found.known.tolist() == [fraction is not None for fraction in wanted]
        units = np.broadcast_to(exact_arrays.rounded(found, 3), (200,))
        for unit, fraction in zip(units, wanted, strict=True):
            assert fraction is None or int(unit) == half_away(fraction * 1000)


def half_away(number: Fraction) -> int:
    whole = int(abs(number) + Fraction(1, 2))
    return whole if number >= 0 else -whole


def test_nearest_doubles_are_correctly_rounded() -> None:
    values = np.array([1, -1, 3, (1 << 53) + 1, LARGEST, 123456789012345678], np.int64)
    vector = Vector(ColumnType("decimal", precision=18, scale=7), values, np.ones(6, np.bool_))
    assert exact_arrays.nearest_doubles(vector).tolist() == [float(Fraction(int(one), 10**7)) for one in values]


def test_spans_that_overlap_become_one() -> None:
    test = Spans(spans((5, 9), (1, 3), (2, 4), (7, 7)).spans + more_than("20.5").spans)
    assert exact_arrays.closed_whole(test, 0) == ((1, 5, 21), (4, 9, LARGEST))
    assert exact_arrays.closed_whole(more_than("20.5"), 2) == ((2051,), (LARGEST,))


@pytest.mark.usefixtures("loops")
def test_a_long_list_of_numbers() -> None:
    world = World(catalog_of(events(points=INTEGER)), {"order": [(p, "2026-11-01", 7 * p) for p in range(6)]})
    many = spans(*((number, number) for number in range(0, 1000, 14)))
    total = aggregate("sum", column("points", INTEGER))
    assert world.members(Compare(total, many)) == [0, 2, 4]
    assert world.members(
        Compare(aggregate("count", over=rows(where=Compare(column("points", INTEGER), many))), at_least(1))
    ) == [0, 2, 4]


@pytest.mark.parametrize("huge", [1, 10**25], ids=["in_64_bits", "in_whole_integers"])
def test_a_fraction_lies_in_overlapping_touching_open_and_endless_spans(huge: int) -> None:
    random = np.random.default_rng(11)
    for _ in range(60):
        ends: list[Span] = []
        for _ in range(int(random.integers(0, 9))):
            low, high = (None if end < -1 else Decimal(int(end)) * huge / 2 for end in random.integers(-2, 12, 2))
            ends.append(Span(low, high, bool(random.integers(2)), bool(random.integers(2))))
        numerators = [n * huge for n in range(-4, 30)]
        array = np.array(numerators, np.int64 if huge == 1 else object)
        known = random.random(len(numerators)) < 0.9
        for denominator in (4, np.full(len(numerators), 4)):
            inside = exact_arrays.in_spans(exact_arrays.Ratio(array, denominator, known), Spans(tuple(ends)))
            expected = [
                has and any(lies_in(Fraction(n, 4), span) for span in ends)
                for n, has in zip(numerators, known.tolist(), strict=True)
            ]
            assert inside.tolist() == expected, ends


def lies_in(number: Fraction, span: Span) -> bool:
    above = span.low is None or (number >= span.low if span.low_in else number > span.low)
    below = span.high is None or (number <= span.high if span.high_in else number < span.high)
    return above and below
