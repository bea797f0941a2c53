"""The rules about a delivery's rows taken together: which rows exist, and what stops the run."""

from __future__ import annotations

import pytest

from jobs.catalog.row_rules import RowRule, compared, row_rules
from jobs.catalog.values import Settled, check_rows, settle
from tests.catalog.made import read, source


def settled(keys: str, data: str) -> Settled:
    one, _ = source(keys)
    return settle(one, read(keys, data))


ATTRIBUTES = "kind: attributes\ncolumns: {n: {type: integer}}\n"
EVENTS = "kind: events\ntime: at\ncolumns: {n: {type: integer}}\n"
ONE = "s: found more than one row for a contact, expected one"
TWO_KEYS = "s: found different rows of one key (k), expected one row for each key"


def test_clean_rows_all_exist_in_their_order() -> None:
    result = settled(ATTRIBUTES, "contact_id,n\nc2,1\nc1,2\n")
    assert result.problems == ()
    assert result.rows["contact_id"].to_pylist() == ["c2", "c1"]


@pytest.mark.parametrize("second", ["c1,2", "c1,1"])
def test_a_contact_has_one_row_of_attributes_even_if_two_are_identical(second: str) -> None:
    assert settled(ATTRIBUTES, f"contact_id,n\nc1,1\nc2,1\n{second}\n{second}\n").problems == (f"{ONE}; 2 too many",)


def test_ids_are_compared_letter_by_letter() -> None:
    assert settled(ATTRIBUTES, "contact_id,n\nc1,1\nC1,1\n c1,1\nc1 ,1\n").problems == ()


def test_rows_without_a_contact_belong_to_nobody_and_are_counted() -> None:
    result = settled(ATTRIBUTES, "contact_id,n\n,1\nc1,2\n,3\n")
    assert (result.problems, result.without_contact) == ((), 2)
    assert result.rows["n"].to_pylist() == [2]


def test_a_row_without_a_time_stops_the_run() -> None:
    assert settled(EVENTS, "contact_id,at,n\nc1,,1\nc1,2024-01-05,2\n").problems == ("s: 1 row with at: missing",)


def test_the_gate_allows_so_many_rows_without_a_time() -> None:
    data = "contact_id,at,n\nc1,,1\n" + "c1,2024-01-05,2\n" * 3
    allowed = settled(EVENTS + 'gates: {missing_time_at_most: "25%"}\n', data)
    assert (allowed.problems, allowed.without_time, allowed.rows.num_rows) == ((), 1, 3)
    assert settled(EVENTS + 'gates: {missing_time_at_most: "24.9%"}\n', data).problems == (
        "s: found 1 of 4 rows without at, expected at most 24.9% (missing_time_at_most)",
    )


def test_identical_rows_without_a_key_are_two_rows() -> None:
    assert settled(EVENTS, "contact_id,at,n\nc1,2024-01-05,1\nc1,2024-01-05,1\n").rows.num_rows == 2


KEYED = EVENTS + "key: k\n"


def test_identical_rows_of_one_key_are_one_row() -> None:
    data = "contact_id,at,n,k,x\nc1,2024-01-05,1,1,a\nc1,2024-01-05,1,2,b\nc1,2024-01-05,1,1,c\n"
    result = settled(KEYED, data)  # x is not listed, so that it differs does not matter
    assert result.problems == ()
    assert result.rows["_raw_k"].to_pylist() == ["1", "2"]


@pytest.mark.parametrize(
    "other", ["c2,2024-01-05,1,1", "c1,2024-01-06,1,1", "c1,2024-01-05,2,1", "c1,2024-01-05,,1", ",2024-01-05,1,1"]
)
def test_rows_of_one_key_that_differ_stop_the_run(other: str) -> None:
    assert settled(KEYED, f"contact_id,at,n,k\nc1,2024-01-05,1,1\n{other}\n").problems == (TWO_KEYS,)


def test_one_instant_written_twice_is_no_difference() -> None:
    data = "contact_id,at,n,k\nc1,2024-01-05T10:00Z,1,1\nc1,2024-01-05T11:00+01:00,01,1\n"
    assert settled(KEYED, data).rows.num_rows == 1


def test_keys_are_compared_as_the_text_of_the_data() -> None:
    assert settled(KEYED, "contact_id,at,n,k\nc1,2024-01-05,1,7\nc1,2024-01-05,2,007\n").problems == ()


def test_missing_parts_of_a_key_equal_each_other() -> None:
    two = EVENTS + "key: [k, l]\n"
    same = "contact_id,at,n,k,l\nc1,2024-01-05,1,a,\nc1,2024-01-05,1,a,\n"
    assert settled(two, same).rows.num_rows == 1
    assert settled(two, same + "c1,2024-01-05,2,a,\n").problems == (TWO_KEYS.replace("(k)", "(k, l)"),)
    assert settled(two, same + "c1,2024-01-05,2,,a\n").problems == ()


def test_parts_of_a_key_do_not_run_into_each_other() -> None:
    two = EVENTS + "key: [k, l]\n"
    rows = ["ab,c", "a,bc", '"a/1:b",c', 'a,"b/1:c"', "-,", ",-", "1:a,b", 'a,"1:b"']
    data = "contact_id,at,n,k,l\n" + "".join(f"c1,2024-01-05,{n},{row}\n" for n, row in enumerate(rows))
    assert settled(two, data).problems == ()
    assert settled(two, data).rows.num_rows == len(rows)


def test_choices_and_points_are_compared_as_values() -> None:
    keys = """\
    kind: related
    key: k
    columns: {t: {type: choices, values: [a, b]}, p: {type: point, latitude: lat, longitude: lon}}
    """
    assert settled(keys, "contact_id,k,t,lat,lon\nc1,1,a|b,1,2\nc1,1,b|a,1.0,2.0\n").rows.num_rows == 1
    assert settled(keys, "contact_id,k,t,lat,lon\nc1,1,a|b,1,2\nc1,1,a,1,2\n").problems == (TWO_KEYS,)
    assert settled(keys, "contact_id,k,t,lat,lon\nc1,1,a,1,2\nc1,1,a,1,3\n").problems == (TWO_KEYS,)


def test_a_lookup_has_one_row_for_each_key() -> None:
    lookup = "kind: lookup\nkey: k\ncolumns: {n: {type: integer}}\n"
    assert settled(lookup, "k,n\n1,1\n1,1\n2,1\n").rows.num_rows == 2
    assert settled(lookup, "k,n\n1,1\n1,2\n").problems == (TWO_KEYS,)


def test_changes_take_rows_away() -> None:
    result = settled(
        "kind: related\nkey: k\ndelivery: changes\ncolumns: {}\n", "contact_id,k,deleted\nc1,1,true\nc1,2,\n"
    )
    assert result.rows["_raw_k"].to_pylist() == ["2"]


def test_values_are_counted_by_what_is_wrong_the_most_common_first() -> None:
    one, _ = source(ATTRIBUTES)
    found = check_rows(one, read(ATTRIBUTES, "contact_id,n\nc1,x\nc2,y\nc2,1\n"))
    assert found == ["s: 2 rows with n: not a whole number of 64 bits", f"{ONE}; 1 too many"]


def test_a_source_without_rows_has_no_problem() -> None:
    assert settled(KEYED, "contact_id,at,n,k\n").problems == ()


def test_the_rules_say_in_columns_what_sql_has_to_do() -> None:
    one, _ = source(KEYED)
    assert row_rules(one) == (RowRule("one_row_each_key", ("_raw_k",), ("contact_id", "at", "n"), TWO_KEYS),)
    assert compared(one) == ("contact_id", "at", "n")
    two, _ = source(ATTRIBUTES)
    assert row_rules(two) == (RowRule("one_row_each_contact", ("contact_id",), None, ONE, present_only=True),)
