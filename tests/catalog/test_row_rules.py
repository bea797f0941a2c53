"""The rules about a delivery's rows taken together: which rows exist, and what stops the run."""

from __future__ import annotations

import pytest

from jobs.catalog.row_rules import RowRule, row_rules
from jobs.catalog.values import Settled, check_rows, settle
from tests.catalog.made import read, source


def settled(keys: str, data: str) -> Settled:
    one, _ = source(keys)
    return settle(one, read(keys, data))


ATTRIBUTES = "kind: attributes\ncolumns: {n: {type: integer}}\n"
EVENTS = "kind: events\ntime: at\ncolumns: {n: {type: integer}}\n"
TWO_KEYS = "s: found 1 row too many, expected one row for each key (k)"


def test_clean_rows_all_exist_in_their_order() -> None:
    result = settled(ATTRIBUTES, "contact_id,n\nc2,1\nc1,2\n")
    assert result.problems == ()
    assert result.rows["contact_id"].to_pylist() == ["c2", "c1"]


@pytest.mark.parametrize("second", ["c1,2", "c1,1"])
def test_a_contact_has_one_row_of_attributes_even_if_two_are_identical(second: str) -> None:
    assert settled(ATTRIBUTES, f"contact_id,n\nc1,1\nc2,1\n{second}\n{second}\n").problems == (
        "s: found 2 rows too many, expected one row for each contact",
    )


def test_ids_are_compared_letter_by_letter() -> None:
    assert settled(ATTRIBUTES, "contact_id,n\nc1,1\nC1,1\n c1,1\nc1 ,1\n").problems == ()


def test_rows_without_a_contact_belong_to_nobody_and_are_counted() -> None:
    result = settled(ATTRIBUTES, "contact_id,n\n,1\nc1,2\n,3\n")
    assert (result.problems, result.without_contact) == ((), 2)
    assert result.rows["n"].to_pylist() == [2]


def test_a_row_without_a_time_stops_the_run() -> None:
    assert settled(EVENTS, "contact_id,at,n\nc1,,1\nc1,2024-01-05,2\n").problems == (
        "s: 1 row with at: missing (the first is row 1)",
    )


def test_the_gate_allows_so_many_rows_without_a_time() -> None:
    data = "contact_id,at,n\nc1,,1\n" + "c1,2024-01-05,2\n" * 3
    allowed = settled(EVENTS + 'gates: {missing_time_at_most: "25%"}\n', data)
    assert (allowed.problems, allowed.without_time, allowed.rows.num_rows) == ((), 1, 3)
    assert settled(EVENTS + 'gates: {missing_time_at_most: "24.9%"}\n', data).problems == (
        "s: found 1 row without at among 4, expected at most 0 (missing_time_at_most 24.9%)",
    )


def test_identical_rows_without_a_key_are_two_rows() -> None:
    assert settled(EVENTS, "contact_id,at,n\nc1,2024-01-05,1\nc1,2024-01-05,1\n").rows.num_rows == 2


KEYED = EVENTS + "key: k\n"


def test_identical_rows_of_one_key_are_one_row() -> None:
    data = "contact_id,at,n,k,x\nc1,2024-01-05,1,1,a\nc1,2024-01-05,1,2,b\nc1,2024-01-05,1,1,c\n"
    result = settled(KEYED, data)  # x is not listed, so that it differs does not matter
    assert result.problems == ()
    assert result.rows["k"].to_pylist() == ["1", "2"]


@pytest.mark.parametrize(
    "other", ["c2,2024-01-05,1,1", "c1,2024-01-06,1,1", "c1,2024-01-05,2,1", "c1,2024-01-05,,1", ",2024-01-05,1,1"]
)
def test_rows_of_one_key_that_differ_stop_the_run(other: str) -> None:
    assert settled(KEYED, f"contact_id,at,n,k\nc1,2024-01-05,1,1\n{other}\n").problems == (TWO_KEYS,)


def test_one_instant_written_twice_is_no_difference() -> None:
    data = "contact_id,at,n,k\nc1,2024-01-05T10:00Z,1,1\nc1,2024-01-05T11:00+01:00,01,1\n"
    assert settled(KEYED, data).rows.num_rows == 1


def related(column: str) -> str:
    """A source whose key `k` is a listed column."""
    return f"kind: related\nkey: k\ncolumns: {{k: {column}, n: {{type: integer}}}}\n"


EQUAL = [
    ("{type: integer}", "7", "007"),
    ("{type: 'decimal(6,2)'}", "1", "01.00"),
    ("{type: version}", "4.9", "4.09.0"),
    ("{type: text, fold: true}", "STRASSE", "straße"),
    ("{type: text, fold: true}", "\u00e9", "E\u0301"),
    ("{type: date}", "2024-01-05", "2024-01-05"),
    ("{type: timestamp}", "2024-01-05T00:00", "2024-01-04T23:00Z"),
    ("{type: boolean}", "true", "true"),
    ("{type: choice, values: [a, A]}", "a", "a"),
]


@pytest.mark.parametrize(("kind", "one", "other"), EQUAL)
def test_keys_are_equal_as_their_types_values_are(kind: str, one: str, other: str) -> None:
    assert settled(related(kind), f"contact_id,k,n\nc1,{one},1\nc1,{other},2\n").problems == (TWO_KEYS,)
    assert settled(related(kind), f"contact_id,k,n\nc1,{one},1\nc1,{other},1\n").rows.num_rows == 1


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("{type: integer}", "7", "-7"),
        ("{type: version}", "4.9", "4.90"),
        ("{type: text}", "a", "A"),
        ("{type: text}", "7", "007"),
        ("{type: text}", "\u00e9", "e\u0301"),
        ("{type: text, fold: true}", "a", "a "),
        ("{type: choice, values: [a, A]}", "a", "A"),
    ],
)
def test_other_keys_differ(kind: str, one: str, other: str) -> None:
    assert settled(related(kind), f"contact_id,k,n\nc1,{one},1\nc1,{other},2\n").problems == ()


def test_of_a_key_that_is_not_listed_nothing_but_the_text_is_known() -> None:
    assert settled(KEYED, "contact_id,at,n,k\nc1,2024-01-05,1,7\nc1,2024-01-05,2,007\n").problems == ()


def test_the_contact_and_the_time_may_be_parts_of_a_key() -> None:
    keys = "kind: events\ntime: at\ncontact: customer\nkey: [customer, at]\ncolumns: {n: {type: integer}}\n"
    data = "customer,at,n\nc1,2024-01-05T00:00,1\nC1,2024-01-05T00:00,2\nc1,2024-01-06,3\n"
    assert settled(keys, data).problems == ()
    assert settled(keys, data + "c1,2024-01-04T23:00Z,4\n").problems == (TWO_KEYS.replace("(k)", "(customer, at)"),)


def test_rows_are_alike_as_their_types_values_are() -> None:
    keys = """\
    kind: related
    key: k
    columns: {v: {type: version}, t: {type: text, fold: true}, x: {type: text}, f: {type: float}}
    """
    first = "contact_id,k,v,t,x,f\nc1,1,4.9,abc,x,0.0\n"
    assert settled(keys, first + "c1,1,4.9.0,ABC,x,-0.0\n").rows.num_rows == 1
    for other in ("c1,1,4.8,abc,x,0.0", "c1,1,4.9,abd,x,0.0", "c1,1,4.9,abc,X,0.0", "c1,1,4.9,abc,,0.0"):
        assert settled(keys, f"{first}{other}\n").problems == (TWO_KEYS,), other


def test_a_key_that_is_wrong_is_not_compared() -> None:
    found = settled(related("{type: integer}"), "contact_id,k,n\nc1,x,1\nc1,y,2\n").problems
    assert found == ("s: 2 rows with k: not a whole number of 64 bits (the first is row 1)",)


FOLDER = (
    "version: 1\nsource: o\nkind: related\ncolumns: {p: {type: text, fold: true}}\nlookups: {p: {source: s, on: p}}\n"
)
LOOKUP = "kind: lookup\nkey: k\ncolumns: {n: {type: integer}}\n"


@pytest.mark.parametrize("keys", [LOOKUP, LOOKUP.replace("{n:", "{k: {type: text}, n:")], ids=["unlisted", "listed"])
def test_rows_of_a_lookup_that_a_column_looking_it_up_folds_into_one_stop(keys: str) -> None:
    def problems(data: str, **others: str) -> tuple[str, ...]:
        lookup, _ = source(keys, **others)
        return settle(lookup, read(keys, data, **others)).problems

    data = "k,n\na,1\nA,2\nb,3\n"
    folded = (
        "s: found 1 row too many, expected one row for each key (k) once it is folded, as a column that looks it up is"
    )
    assert problems(data) == ()
    assert problems(data, o=FOLDER.replace("true", "false")) == ()
    assert problems(data, o=FOLDER) == (folded,)
    assert problems("k,n\na,1\na,1\nb,3\n", o=FOLDER) == ()


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
    assert result.rows["k"].to_pylist() == ["2"]


def test_values_are_counted_by_what_is_wrong_the_most_common_first() -> None:
    one, _ = source(ATTRIBUTES)
    found = check_rows(one, read(ATTRIBUTES, "contact_id,n\nc1,x\nc2,y\nc2,1\n"))
    assert found == [
        "s: 2 rows with n: not a whole number of 64 bits (the first is row 1)",
        "s: found 1 row too many, expected one row for each contact",
    ]


def test_a_source_without_rows_has_no_problem() -> None:
    assert settled(KEYED, "contact_id,at,n,k\n").problems == ()


def test_the_rules_say_in_columns_what_sql_has_to_do() -> None:
    keyed, _ = source(KEYED)
    assert row_rules(keyed) == (
        RowRule("one_row_each_key", "_key", "_content", "one row for each key (k)", merges=True),
    )
    people, _ = source(ATTRIBUTES)
    assert row_rules(people) == (RowRule("one_row_each_contact", "contact_id", None, "one row for each contact"),)
