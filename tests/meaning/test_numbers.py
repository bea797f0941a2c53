"""Integers, decimals and floats: exact, mixed, beside another column; missing is not 0."""

from __future__ import annotations

from decimal import Decimal

from tests.meaning.tables import Asked, Case, Table, anyone, check, contacts, each_case, each_voice

COLUMNS = contacts(n="integer", old="integer", amt="decimal(12,2)", fee="decimal(10,1)", score="float")
ROWS = """
contact_id,n,old,amt,fee,score
n1,5,5,10.50,10.5,0.1
n2,0,3,0.00,0.1,0.5
n3,,,,,
n4,-3,-4,-0.01,0.0,-2.25
n5,9007199254740993,9007199254740992,9999999999.99,999999999.9,1e300
n6,10,,0.10,0.1,10
n7,,7,0.10,0.3,0.1
"""

INTEGERS = Table(
    "integer",
    {"contacts": COLUMNS},
    {"contacts": ROWS},
    [
        Case("int_is", {"attribute": "n", "is": 5}, "n1"),
        Case("int_is_with_fraction", {"attribute": "n", "is": Decimal("5.0")}, "n1"),
        Case("int_is_half", {"attribute": "n", "is": Decimal("2.5")}, "", "allowed, never true"),
        Case("int_is_exponent", {"attribute": "n", "is": Decimal("1E+1")}, "n6"),
        Case("int_is_zero", {"attribute": "n", "is": 0}, "n2", "missing is not 0"),
        Case("int_is_minus_zero", {"attribute": "n", "is": Decimal("-0")}, "n2"),
        Case("int_beyond_doubles", {"attribute": "n", "is": 9007199254740993}, "n5", "2^53 + 1"),
        Case("int_no_double_in_between", {"attribute": "n", "is": 9007199254740992}, "", "a double could not tell"),
        Case("int_is_not", {"attribute": "n", "is_not": 5}, "n2 n4 n5 n6"),
        Case("int_in", {"attribute": "n", "in": [0, 10, Decimal("2.5"), 0]}, "n2 n6"),
        Case("int_not_in", {"attribute": "n", "not_in": [0, 10]}, "n1 n4 n5"),
        Case("int_in_never", {"attribute": "n", "in": [Decimal("0.5"), Decimal("-0.5")]}, "", "allowed, never true"),
        Case("int_not_in_never", {"attribute": "n", "not_in": [Decimal("0.5")]}, "n1 n2 n4 n5 n6"),
        Case("int_between_never", {"attribute": "n", "between": [Decimal("0.1"), Decimal("0.9")]}, ""),
        Case("int_less_than", {"attribute": "n", "less_than": 5}, "n2 n4", "missing is not small"),
        Case("int_less_than_half", {"attribute": "n", "less_than": Decimal("0.5")}, "n2 n4"),
        Case("int_at_most", {"attribute": "n", "at_most": 5}, "n1 n2 n4"),
        Case("int_more_than", {"attribute": "n", "more_than": 5}, "n5 n6"),
        Case("int_more_than_fraction", {"attribute": "n", "more_than": Decimal("4.99")}, "n1 n5 n6"),
        Case("int_at_least", {"attribute": "n", "at_least": 5}, "n1 n5 n6"),
        Case("int_between", {"attribute": "n", "between": [0, 5]}, "n1 n2", "both ends in"),
        Case("int_between_one", {"attribute": "n", "between": [-3, -3]}, "n4"),
        Case("int_not_between", {"not": {"attribute": "n", "between": [0, 5]}}, "n4 n5 n6"),
        Case("int_beyond_the_type", {"attribute": "n", "less_than": 99999999999999999999}, "n1 n2 n4 n5 n6"),
        Case("int_below_the_type", {"attribute": "n", "at_most": -99999999999999999999}, ""),
        Case("int_is_beyond_the_type", {"attribute": "n", "is_not": 99999999999999999999}, "n1 n2 n4 n5 n6"),
        Case("int_is_empty", anyone({"attribute": "n", "is_empty": True}), "n3 n7"),
        Case("int_is_empty_false", {"attribute": "n", "is_empty": False}, "n1 n2 n4 n5 n6"),
        Case("int_column_is", {"attribute": "n", "is": {"attribute": "old"}}, "n1", "n5 differs by one"),
        Case("int_column_is_not", {"attribute": "n", "is_not": {"attribute": "old"}}, "n2 n4 n5"),
        Case("int_column_less", {"attribute": "n", "less_than": {"attribute": "old"}}, "n2"),
        Case("int_column_at_most", {"attribute": "n", "at_most": {"attribute": "old"}}, "n1 n2"),
        Case("int_column_more", {"attribute": "n", "more_than": {"attribute": "old"}}, "n4 n5"),
        Case("int_column_at_least", {"attribute": "n", "at_least": {"attribute": "old"}}, "n1 n4 n5"),
        Case("int_column_not_at_least", {"not": {"attribute": "n", "at_least": {"attribute": "old"}}}, "n2"),
        Case("int_beside_decimal", {"attribute": "n", "at_least": {"attribute": "amt"}}, "n2 n5 n6", "0 ≥ 0.00"),
        Case("int_beside_float", {"attribute": "n", "at_least": {"attribute": "score"}}, "n1 n6", "5 ≥ 0.1, 10 ≥ 10"),
    ],
)

DECIMALS = Table(
    "decimal",
    {"contacts": COLUMNS},
    {"contacts": ROWS},
    [
        Case("dec_is", {"attribute": "amt", "is": Decimal("10.5")}, "n1", "10.50"),
        Case("dec_is_long", {"attribute": "amt", "is": Decimal("10.500")}, "n1"),
        Case("dec_is_finer", {"attribute": "amt", "is": Decimal("10.501")}, "", "allowed, never true"),
        Case("dec_is_not", {"attribute": "amt", "is_not": Decimal("10.5")}, "n2 n4 n5 n6 n7"),
        Case("dec_is_not_finer", {"attribute": "amt", "is_not": Decimal("10.501")}, "n1 n2 n4 n5 n6 n7"),
        Case("dec_in", {"attribute": "amt", "in": [Decimal("0.1"), 0]}, "n2 n6 n7"),
        Case("dec_not_in", {"attribute": "amt", "not_in": [Decimal("0.1"), 0, Decimal("0.005")]}, "n1 n4 n5"),
        Case("dec_in_never", {"attribute": "amt", "in": [Decimal("0.001"), Decimal("10.501")]}, ""),
        Case("dec_between_never", {"attribute": "amt", "between": [Decimal("0.001"), Decimal("0.009")]}, ""),
        Case("dec_less_than", {"attribute": "amt", "less_than": 0}, "n4"),
        Case("dec_at_most", {"attribute": "amt", "at_most": 0}, "n2 n4"),
        Case("dec_more_than", {"attribute": "amt", "more_than": Decimal("0.1")}, "n1 n5"),
        Case("dec_more_than_finer", {"attribute": "amt", "more_than": Decimal("0.099")}, "n1 n5 n6 n7"),
        Case("dec_at_least", {"attribute": "amt", "at_least": Decimal("0.1")}, "n1 n5 n6 n7"),
        Case("dec_at_least_finer", {"attribute": "amt", "at_least": Decimal("0.101")}, "n1 n5"),
        Case("dec_between", {"attribute": "amt", "between": [0, Decimal("0.1")]}, "n2 n6 n7"),
        Case("dec_not_between", {"not": {"attribute": "amt", "between": [0, Decimal("0.1")]}}, "n1 n4 n5"),
        Case("dec_largest", {"attribute": "amt", "at_least": Decimal("9999999999.99")}, "n5"),
        Case("dec_is_empty", anyone({"attribute": "amt", "is_empty": True}), "n3"),
        Case("dec_is_empty_false", {"attribute": "amt", "is_empty": False}, "n1 n2 n4 n5 n6 n7"),
        Case("dec_column_is", {"attribute": "amt", "is": {"attribute": "fee"}}, "n1 n6", "10.50 = 10.5: scales mix"),
        Case("dec_column_is_not", {"attribute": "amt", "is_not": {"attribute": "fee"}}, "n2 n4 n5 n7"),
        Case("dec_column_less", {"attribute": "amt", "less_than": {"attribute": "fee"}}, "n2 n4 n7"),
        Case("dec_column_at_most", {"attribute": "amt", "at_most": {"attribute": "fee"}}, "n1 n2 n4 n6 n7"),
        Case("dec_column_more", {"attribute": "amt", "more_than": {"attribute": "fee"}}, "n5"),
        Case("dec_column_at_least", {"attribute": "amt", "at_least": {"attribute": "fee"}}, "n1 n5 n6"),
        Case("dec_beside_integer", {"attribute": "amt", "is": {"attribute": "n"}}, "n2", "0.00 = 0"),
        Case("dec_beside_float", {"attribute": "amt", "at_least": {"attribute": "score"}}, "n1 n4 n7", "n7: both 0.1"),
        Case("dec_beside_float_at_most", {"attribute": "amt", "at_most": {"attribute": "score"}}, "n2 n5 n6 n7"),
    ],
)

FLOATS = Table(
    "float",
    {"contacts": COLUMNS},
    {"contacts": ROWS},
    [
        Case("float_at_most", {"attribute": "score", "at_most": Decimal("0.1")}, "n1 n4 n7", "0.1 as the double it is"),
        Case("float_at_least", {"attribute": "score", "at_least": Decimal("0.1")}, "n1 n2 n5 n6 n7"),
        Case("float_finer", {"attribute": "score", "at_least": Decimal("0.1000000000000000001")}, "n1 n2 n5 n6 n7"),
        Case("float_less_than", {"attribute": "score", "less_than": Decimal("0.1")}, "n4"),
        Case("float_more_than", {"attribute": "score", "more_than": Decimal("0.1")}, "n2 n5 n6"),
        Case("float_between", {"attribute": "score", "between": [Decimal("0.1"), Decimal("0.5")]}, "n1 n2 n7"),
        Case("float_not_between", {"not": {"attribute": "score", "between": [Decimal("0.1"), 1]}}, "n4 n5 n6"),
        Case("float_not_less", {"not": {"attribute": "score", "less_than": Decimal("0.1")}}, "n1 n2 n5 n6 n7"),
        Case("float_is_empty", anyone({"attribute": "score", "is_empty": True}), "n3"),
        Case("float_is_empty_false", {"attribute": "score", "is_empty": False}, "n1 n2 n4 n5 n6 n7"),
        Case("float_column_more", {"attribute": "score", "more_than": {"attribute": "n"}}, "n2 n4 n5"),
        Case("float_column_at_least", {"attribute": "score", "at_least": {"attribute": "n"}}, "n2 n4 n5 n6"),
        Case("float_column_less", {"attribute": "score", "less_than": {"attribute": "fee"}}, "n1 n4 n7"),
        Case("float_column_at_most", {"attribute": "score", "at_most": {"attribute": "amt"}}, "n1 n4 n7", "0.1 ≤ 0.10"),
    ],
)

TABLES = [INTEGERS, DECIMALS, FLOATS]


@each_voice
@each_case(TABLES)
def test_numbers_mean_what_their_words_say(case: Asked, voice: str) -> None:
    check(case, voice)
