"""Rows that name nobody are never silent: a stop list exported as numbers leaves nobody mailable unseen."""

from __future__ import annotations

import json

import pytest

from tests.cli.shop import AS_OF, Shop, run

STOP = """\
version: 1
source: stop
kind: related
read: {{files: {{path: "stop.csv", format: csv}}}}
columns: {{}}
{gates}"""
ALL_UNKNOWN = 'gates: {unknown_contacts_at_most: "100%"}\n'
MAILABLE = {"all": [{"attribute": "country", "is": "DE"}, {"not": {"related": "stop"}}]}
PEOPLE = ("00017,DE,de,", "436641000001,DE,de,", "00018,AT,de,", "20,DE,de,")
"""Of the stop list are the first two; an office program writes them as 17 and 4.36641E+11."""
RIGHT, AS_NUMBERS = ("00017", "436641000001"), ("17", "4.36641E+11")
ADVICE = (
    "expected at least one. Are the ids written as the contacts source has them "
    "(17 is not 00017, and 4.36641E+11 is no id)?"
)


@pytest.fixture
def mailing(shop: Shop) -> Shop:
    shop.contacts(*PEOPLE)
    shop.write("catalog/stop.yaml", STOP.format(gates=""))
    shop.spec("mailable", MAILABLE, expect={"at_least": 0})
    return shop


def stop(shop: Shop, *ids: str) -> None:
    """The stop list for `try` and, with the people, for a night."""
    text = "\n".join(["contact_id", *ids]) + "\n"
    shop.write("data/stop.csv", text)
    shop.write("landing/stop.csv", text)
    shop.write("landing/contacts.csv", (shop.folder / "data/contacts.csv").read_text())
    contacts = (shop.folder / "catalog/contacts.yaml").read_text()
    if "read:" not in contacts:
        shop.write("catalog/contacts.yaml", contacts + "read: {files: {path: contacts.csv, format: csv}}\n")
        for name in ("order", "smart"):
            (shop.folder / f"catalog/{name}.yaml").unlink()


def test_a_stop_list_whose_ids_are_right_keeps_its_contacts_out(mailing: Shop) -> None:
    stop(mailing, *RIGHT)
    ended = mailing.attempt("specs/crm/mailable.json")
    assert (ended.code, ended.document) == (0, {"mailable": ["20"]})
    assert "name" not in ended.err.partition("stop.csv")[2]


def test_a_stop_list_exported_as_numbers_stops_try(mailing: Shop) -> None:
    stop(mailing, *AS_NUMBERS)
    ended = mailing.attempt("specs/crm/mailable.json")
    assert (ended.code, ended.out) == (20, "")
    lacks = "found 2 rows and none that names a contact (2 with an id that the contacts source lacks)"
    wanted = 'If it is meant so, say unknown_contacts_at_most: "100%" in the gates of stop'
    assert f"data/stop.csv: {lacks}, {ADVICE} {wanted}" in ended.err
    assert not [id_ for id_ in (*RIGHT, *AS_NUMBERS) if f"{id_}\n" in ended.err.replace(ADVICE, "")]


def test_one_row_that_names_somebody_lets_try_go_on_and_the_others_are_counted(mailing: Shop) -> None:
    stop(mailing, *AS_NUMBERS, "436641000001", '""')
    ended = mailing.attempt("specs/crm/mailable.json")
    assert (ended.code, ended.document) == (0, {"mailable": ["00017", "20"]})
    told = "3 of 4 rows name nobody (2 with an id that the contacts source lacks, 1 without an id)"
    assert f"warning: data/stop.csv: {told}\n" in ended.err


def test_the_gate_says_that_it_is_meant(mailing: Shop) -> None:
    stop(mailing, *AS_NUMBERS)
    mailing.write("catalog/stop.yaml", STOP.format(gates=ALL_UNKNOWN))
    ended = mailing.attempt("specs/crm/mailable.json")
    assert (ended.code, ended.document) == (0, {"mailable": ["00017", "20", "436641000001"]})
    assert (
        ended.err == "warning: data/stop.csv: 2 of 2 rows name nobody (2 with an id that the contacts source lacks)\n"
    )


def test_rows_without_any_id_are_refused_as_well(mailing: Shop) -> None:
    stop(mailing, '""', '""')
    ended = mailing.attempt("specs/crm/mailable.json")
    assert ended.code == 20
    assert "found 2 rows and none that names a contact (2 without an id)" in ended.err
    assert 'say missing_contact_at_most: "100%" in the gates of stop' in ended.err


def test_a_contact_list_exported_as_numbers_stops_try_and_nothing_lifts_it(mailing: Shop) -> None:
    spec = mailing.spec("listed", {"all": [{"attribute": "country", "is": "DE"}, {"not": {"list": "stopped"}}]})
    mailing.write("data/lists/stopped.csv", "contact_id\n17\n4.36641E+11\n")
    ended = mailing.attempt(spec)
    assert (ended.code, ended.out) == (20, "")
    lacks = "found 2 ids and none that names a contact (2 with an id that the contacts source lacks)"
    assert f"data/lists/stopped.csv: {lacks}, {ADVICE}\n" in ended.err
    mailing.write("data/lists/stopped.csv", "contact_id\n")
    assert mailing.attempt(spec).code == 0  # an empty list is fine
    mailing.write("data/lists/stopped.csv", "contact_id\n17\n00017\n")
    ended = mailing.attempt(spec)
    assert (ended.code, ended.document) == (0, {"listed": ["20", "436641000001"]})
    told = "1 of 2 ids names nobody (1 with an id that the contacts source lacks)"
    assert ended.err.endswith(f"warning: data/lists/stopped.csv: {told}\n")


def test_validate_asks_for_the_gate(mailing: Shop) -> None:
    ended = run("validate")
    assert (ended.code, ended.out) == (0, "1 spec is right.\n")
    assert "specs/crm/mailable.json#/where/all/1/not: found stop, whose rows keep contacts out here" in ended.err
    mailing.write("catalog/stop.yaml", STOP.format(gates='gates: {unknown_contacts_at_most: "0%"}\n'))
    assert run("validate").err == ""


def test_a_night_refuses_it_publishes_nothing_from_it_and_counts_what_it_takes(mailing: Shop) -> None:
    """As delivered, corrected but for one row, and what `deliveries` says of both."""
    stop(mailing, *AS_NUMBERS)
    mailing.spec("everybody", {"attribute": "country", "is": "DE"}, expect={"at_least": 0})
    ended = run("run", "--as-of", AS_OF, "--ahead", "--json")
    assert ended.code == 21
    assert (ended.document["published"], ended.document["failed"]) == (["everybody"], ["mailable"])
    lacks = "found 2 rows and none that names a contact (2 with an id that the contacts source lacks)"
    (refused,) = json.loads(run("deliveries", "--source", "stop", "--json").out)
    assert (refused["state"], refused["label"], refused["rows"], refused["rows_of_nobody"]) == (
        "refused",
        "stop.csv",
        2,
        2,
    )
    assert refused["reason"].startswith(f"stop.csv: {lacks}, {ADVICE}")
    assert [gate["name"] for gate in refused["gates"] if not gate["met"]] == ["names_nobody"]
    assert refused["next"] == "deliver it again, corrected, and `ingest --as-of …`"

    stop(mailing, "00017", "4.36641E+11")
    ended = run("run", "--as-of", "2026-11-25T00:00", "--ahead")
    told = "1 of 2 rows names nobody (1 with an id that the contacts source lacks)"
    assert (ended.code, "run 2: 2 published" in ended.out) == (0, True)
    report = run("report", "--as-of", "2026-11-25T00:00")
    assert (report.code, f"  source stop: {told}\n" in report.out) == (0, True)
    counted = json.loads(run("deliveries", "--source", "stop", "--json").out)
    assert [(row["state"], row["rows_of_nobody"]) for row in counted] == [("counts", 1)]
    again = run("ingest", "--as-of", "2026-11-25T00:00", "--ahead")
    assert again.code == 0
