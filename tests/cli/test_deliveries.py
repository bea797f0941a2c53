"""`deliveries`: what arrived, what became of it, and the words that do what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.shop import Shop, run

CONTACTS = """\
version: 1
source: contacts
kind: contacts
read: {files: {path: "contacts/{date}.csv", format: csv}}
columns: {country: {type: text}}
"""
ORDER = """\
version: 1
source: order
kind: events
time: ordered_at
read:
  files: {path: "order/{date}*.csv", format: csv}
  complete: {files: 1}
columns: {amount: {type: integer}}
"""
LOYALTY = """\
version: 1
source: loyalty
kind: attributes
read: {files: {path: loyalty.csv, format: csv}}
columns: {tier: {type: text}}
"""
HEADER = "contact_id,ordered_at,amount\n"
FIRST, SECOND = "2026-11-24T00:00", "2026-11-25T00:00"


@pytest.fixture
def landed(shop: Shop) -> Shop:
    for file in (shop.folder / "catalog").iterdir():
        file.unlink()
    for name, text in (("contacts", CONTACTS), ("order", ORDER), ("loyalty", LOYALTY)):
        shop.write(f"catalog/{name}.yaml", text)
    shop.write("landing/contacts/2026-11-23.csv", "contact_id,country\nada,AT\nbob,DE\n")
    return shop


def rows(*words: str) -> list[dict[str, Any]]:
    ended = run("deliveries", "--json", *words)
    assert (ended.code, ended.err) == (0, "")
    return json.loads(ended.out)


def states(*words: str) -> list[tuple[str, str, str, str]]:
    return [(row["source"], row["label"], row["state"], row["next"]) for row in rows(*words)]


def ingest(as_of: str, *words: str) -> int:
    return run("ingest", "--as-of", as_of, "--ahead", *words).code


def test_before_any_night_landing_is_told(landed: Shop) -> None:
    landed.write("landing/order/2026-11-22.csv", f"{HEADER}ada,2026-11-01,1\n")
    landed.write("landing/order/20261341.csv", f"{HEADER}ada,2026-11-01,1\n")
    assert states() == [
        ("contacts", "2026-11-23", "new", "`ingest --as-of …`"),
        ("loyalty", "", "none", f"deliver it under {landed.folder}/landing"),
        ("order", "2026-11-22", "new", "`ingest --as-of …`"),
        ("order", "order/20261341.csv", "waiting", "then `ingest --as-of …`"),
    ]
    assert rows("--source", "loyalty")[0]["reason"] == "nothing has arrived that matches loyalty.csv"
    assert rows("--source", "order")[1]["reason"] == "waits for a day in its name; this is none"


def test_each_state_has_its_next_step_and_the_step_does_what_it_says(landed: Shop) -> None:
    """Late, repeated, corrected, other bytes of a known day, skipped, and a catalog that reads otherwise."""
    landed.write("landing/order/2026-11-22.csv", f"{HEADER}ada,2026-11-01,1\nzoe,2026-11-01,2\n")
    landed.write("landing/order/2026-11-23.csv", f"{HEADER}ada,2026-11-01,many\n")
    landed.write("landing/loyalty.csv", "contact_id,tier\nada,gold\n")
    assert ingest(FIRST) == 21
    skip = (
        "deliver it again, corrected, and `ingest --as-of …`, or `ingest --skip order 2026-11-23 --reason … --as-of …`"
    )
    assert states() == [
        ("contacts", "2026-11-23", "counts", ""),
        ("loyalty", "loyalty.csv", "counts", ""),
        ("order", "2026-11-22", "counts", ""),
        ("order", "2026-11-23", "refused", skip),
    ]
    taken, refused = rows("--source", "order")
    assert (taken["arrived"], taken["rows"], taken["rows_of_nobody"]) == ("2026-11-24T00:00+01:00", 2, 1)
    assert [gate["met"] for gate in taken["gates"]].count(False) == 0
    assert [gate["name"] for gate in refused["gates"] if not gate["met"]] == ["wrong.amount"]
    table = run("deliveries").out
    assert "not wrong.amount" in table
    assert "many" not in table

    landed.write("landing/order/2026-11-22.csv", f"{HEADER}ada,2026-11-01,3\n")  # other bytes of a day that counts
    landed.write("landing/order/2026-11-23b.csv", f"{HEADER}ada,2026-11-01,4\n")  # one file too many
    landed.write("landing/order/2026-11-21.csv", f"{HEADER}bob,2026-11-01,5\n")  # late
    landed.write("landing/loyalty.csv", "contact_id,tier\nada,gold\nbob,blue\n")
    assert [row[1:3] for row in states("--source", "loyalty")] == [("loyalty.csv", "counts"), ("loyalty.csv", "new")]
    assert [row[1:3] for row in states("--source", "order")] == [
        ("2026-11-22", "counts"),
        ("2026-11-23", "refused"),
        ("2026-11-21", "new"),
        ("2026-11-22", "new"),
        ("2026-11-23", "new"),
    ]
    (landed.folder / "landing/order/2026-11-23.csv").unlink()
    assert ingest(SECOND) == 21
    replace = "`ingest --source order --replace --as-of …` if it is meant to take the other's place"
    assert states("--source", "order") == [
        ("order", "2026-11-21", "counts", ""),
        ("order", "2026-11-22", "counts", ""),
        ("order", "2026-11-22", "refused", replace),
        ("order", "2026-11-23", "counts", ""),
    ]
    assert [row[1:3] for row in states("--source", "loyalty")] == [
        ("loyalty.csv", "replaced"),
        ("loyalty.csv", "counts"),
    ]
    assert ingest("2026-11-26T00:00", "--source", "order", "--replace") == 0
    assert [row[1:3] for row in states("--source", "order")] == [
        ("2026-11-21", "counts"),
        ("2026-11-22", "replaced"),
        ("2026-11-22", "counts"),
        ("2026-11-23", "counts"),
    ]

    landed.write("landing/order/2026-11-25.csv", f"{HEADER}ada,2026-11-25,x\n")
    assert ingest("2026-11-27T00:00") == 21
    assert ingest("2026-11-27T00:00", "--skip", "order", "2026-11-25", "--reason", "lost") == 0
    assert rows("--source", "order")[-1]["reason"] == "lost"
    assert [row[2] for row in states("--source", "order")][-1] == "skipped"

    landed.write(
        "catalog/loyalty.yaml", LOYALTY.replace("{tier: {type: text}}", "{tier: {type: choice, values: [gold, blue]}}")
    )
    again = "the catalog reads tier otherwise now: `ingest --again loyalty --as-of …`"
    assert states("--source", "loyalty")[-1] == ("loyalty", "loyalty.csv", "counts", again)


def test_a_source_that_does_not_say_where_its_rows_come_from_is_told(landed: Shop) -> None:
    landed.write("catalog/loyalty.yaml", LOYALTY.replace("read: {files: {path: loyalty.csv, format: csv}}\n", ""))
    (row,) = states("--source", "loyalty")
    assert row[2:] == (
        "none",
        "say in loyalty.yaml where its rows come from: read: {files: {path: …, format: …}}",
    )


def test_an_unknown_source_is_told_the_nearest(landed: Shop) -> None:
    ended = run("deliveries", "--source", "ordr")
    assert ended.code == 2
    assert 'did you mean "order"?' in ended.err
