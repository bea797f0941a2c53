"""`try`: members on standard output as one JSON object, problems on standard error, and nothing mixed up between them."""

from __future__ import annotations

import json

import pytest

from tests.cli.shop import AS_OF, Shop, run


def test_the_answer_is_one_json_object_with_ids_in_code_point_order(shop: Shop) -> None:
    shop.contacts("bea,DE,de,", "ada,DE,en,", "Zoe,DE,,", "éva,DE,,", "cat,US,en,")
    ended = shop.attempt(shop.spec("germans"), shop.spec("austrians", {"attribute": "country", "is": "AT"}))
    assert (ended.code, ended.err) == (0, "")
    assert ended.document == {"germans": ["Zoe", "ada", "bea", "éva"], "austrians": []}


def test_gates_are_not_applied_and_an_empty_result_is_an_answer(shop: Shop) -> None:
    ended = shop.attempt(shop.spec("nobody", {"attribute": "country", "is": "XX"}, expect={"at_least": 5}))
    assert (ended.code, ended.document) == (0, {"nobody": []})


def test_of_a_broken_spec_and_a_good_one_the_good_one_is_answered(shop: Shop) -> None:
    good = shop.spec("germans")
    bad = shop.spec("bad", {"attribute": "contry", "is": "DE"})
    uses = shop.spec("uses", {"segment": "bad"})
    ended = shop.attempt(bad, good, uses)
    assert ended.code == 10
    assert ended.document == {"germans": ["ada", "bea"]}
    assert ended.err == (
        'specs/crm/bad.json#/where/attribute: found "contry", expected an attribute of the catalog — did you mean '
        '"country"?\n'
        'specs/crm/uses.json#/where/segment: found "bad", a segment with problems of its own, expected one without\n'
    )


def test_without_a_good_spec_the_answer_is_an_empty_object(shop: Shop) -> None:
    ended = shop.attempt(shop.spec("bad", {"event": "ordr"}))
    assert (ended.code, ended.document) == (10, {})


def test_a_reference_that_is_not_among_the_specs_is_unknown(shop: Shop) -> None:
    shop.spec("germans")
    ended = shop.attempt(shop.spec("readers", {"segment": "germans"}))
    assert (ended.code, ended.document) == (10, {})
    assert ended.err == 'specs/crm/readers.json#/where/segment: found "germans", expected the id of a segment\n'


def test_a_list_that_the_folder_lacks_is_told_with_the_nearest(shop: Shop) -> None:
    shop.write("data/lists/news@2026-11-24.csv", "contact_id\nada\ncat\n")
    shop.write("data/lists/news@2026-11-25.csv", "contact_id\nbea\n")
    good = shop.spec("readers", {"list": "news"})
    bad = shop.spec("reader", {"list": "newz"})
    ended = shop.attempt(good, bad)
    assert (ended.code, ended.document) == (10, {"readers": ["ada", "cat"]})
    assert ended.err == (
        'specs/crm/reader.json#/where/list: found "newz", expected a contact list — did you mean "news"?\n'
    )


# --- data ----------------------------------------------------------------------------------------------------------------


def test_the_contacts_file_is_required(shop: Shop) -> None:
    (shop.folder / "data/contacts.csv").unlink()
    ended = shop.attempt(shop.spec("germans"))
    assert (ended.code, ended.out) == (20, "")
    assert ended.err == (
        "The data in data cannot be used:\n  data: found no file of the contacts source, expected one of contacts.csv, "
        "contacts.jsonl, contacts.parquet\n"
    )


def test_another_missing_file_is_a_source_without_rows(shop: Shop) -> None:
    nothing = shop.spec(
        "nothing", {"all": [{"attribute": "country", "is": "DE"}, {"event": "order", "count": {"is": 0}}]}
    )
    assert shop.attempt(nothing).document == {"nothing": ["ada", "bea"]}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("bea,2026-11-01,12.345,web", "data/order.csv: order: 1 row with amount"),
        ("bea,2026-11-01,twelve,web", "data/order.csv: order: 1 row with amount"),
        ("bea,2026-11-31,12.00,web", "data/order.csv: order: 1 row with ordered_at"),
        ("bea,2026-11-01,12.00,fax", "data/order.csv: order: 1 row with channel"),
    ],
)
def test_bad_data_stops_with_20_and_no_value_of_anybody_is_shown(shop: Shop, row: str, said: str) -> None:
    shop.orders("ada,2026-11-01,5.00,store", row)
    ended = shop.attempt(shop.spec("payers", {"event": "order", "where": {"attribute": "channel", "is": "web"},
                                              "sum": {"of": "amount", "at_least": 5}}))  # fmt: skip
    assert (ended.code, ended.out) == (20, "")
    assert ended.err.startswith(f"The data in data cannot be used:\n  {said}")
    assert ended.err.count("\n") == 2
    for shown in ("bea", "12.345", "twelve", "fax", "2026-11-31"):
        assert shown not in ended.err


def test_a_column_that_the_file_lacks_is_told_by_name(shop: Shop) -> None:
    shop.write("data/contacts.csv", "contact_id,country,language\nbea,DE,de\n")
    ended = shop.attempt(shop.spec("germans"))
    assert ended.code == 20
    assert ended.err == (
        'The data in data cannot be used:\n  data/contacts.csv: the column "born" is missing. Correct the file, or say '
        'in the catalog with "column" what the column is called there.\n'
    )


def test_two_rows_of_one_contact_stop_the_run(shop: Shop) -> None:
    shop.contacts("bea,DE,de,", "bea,DE,de,")
    ended = shop.attempt(shop.spec("germans"))
    assert (ended.code, ended.out) == (20, "")
    assert "bea" not in ended.err


# --- usage ---------------------------------------------------------------------------------------------------------------


def test_without_as_of_the_usage_is_told(shop: Shop) -> None:
    ended = run("try", shop.spec("germans"), "--data", "data")
    assert (ended.code, ended.out) == (2, "")
    assert "Missing option '--as-of'" in ended.err
    assert "python -m jobs try --help" in ended.err


def test_a_date_that_is_none_is_a_usage_error(shop: Shop) -> None:
    ended = run("try", shop.spec("germans"), "--data", "data", "--as-of", "yesterday")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        '--as-of: found "yesterday", expected an instant as YYYY-MM-DDTHH:MM, like "2026-11-24T10:00", '
        "with an offset if you like\n"
    )


def test_a_zone_that_is_none_is_a_usage_error(shop: Shop) -> None:
    ended = run("try", shop.spec("germans"), "--data", "data", "--as-of", AS_OF, "--time-zone", "Europe/Viena")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        '--time-zone: found "Europe/Viena", expected a time zone of the IANA list, like "Europe/Vienna"'
        ' — did you mean "Europe/Vienna"?\n'
    )


def test_the_zone_of_the_option_wins_over_the_settings(shop: Shop) -> None:
    shop.orders("ada,2026-11-23T20:00:00Z,5.00,web")
    today = shop.spec("today", {"event": "order", "where": {"attribute": "ordered_at", "on": "2026-11-24"}})
    words = ("try", today, "--data", "data", "--as-of", "2026-11-25T00:00")
    assert json.loads(run(*words).out) == {"today": []}
    assert json.loads(run(*words, "--time-zone", "Asia/Tokyo").out) == {"today": ["ada"]}
