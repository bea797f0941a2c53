"""Files of a folder that `try` looks for and does not find, and those that it leaves unread, are told on standard error."""

from __future__ import annotations

import gzip

import pytest

from tests.cli.shop import AS_OF, Shop, run


@pytest.fixture(autouse=True)
def ordered(shop: Shop) -> None:
    """There is a file of orders."""
    shop.orders("bea,2026-11-01,5.00,web")


ORDERED = {"event": "order"}
LOOKED_FOR = (
    "warning: data: found no file of order, so it is read as without rows; "
    "looked for order.csv, order.jsonl, order.parquet, order.csv.gz, order.jsonl.gz\n"
)


@pytest.mark.parametrize(
    "name", ["orders.csv", "Order.csv", "order.CSV", "order.csv.zip", "order.txt", "ord\u202eer.csv"]
)
def test_a_misnamed_file_of_a_source_that_is_asked_for_is_told(shop: Shop, name: str) -> None:
    (shop.folder / "data/order.csv").rename(shop.folder / "data" / name)
    ended = shop.attempt(shop.spec("payers", ORDERED))
    assert (ended.code, ended.document) == (0, {"payers": []})
    shown = name.replace("\u202e", "\\u202e")
    assert ended.err == f"{LOOKED_FOR}warning: data: left unread, as they are no source's of the catalog: {shown}\n"


def test_a_file_that_lies_there_as_it_is_delivered_is_told_with_the_name_that_it_needs(shop: Shop) -> None:
    """The folder that deliveries arrive in is not the one that `try` takes: a delivery has a day in its name."""
    for name in ("contacts", "order"):
        text = (shop.folder / f"catalog/{name}.yaml").read_text(encoding="utf-8")
        read = f'read: {{files: {{path: "in/{name}_{{date}}.csv", format: csv}}}}\n'
        shop.write(f"catalog/{name}.yaml", text.replace("columns:", f"{read}columns:"))
        (shop.folder / f"data/{name}.csv").rename(shop.folder / f"data/{name}_2026-11-23.csv")
    spec = shop.spec("payers", ORDERED)
    ended = shop.attempt(spec)
    assert ended.code == 20
    hint = (
        "{0}_2026-11-23.csv is one as it is delivered: `try` reads one file of each source, "
        "a link to it called {0}.csv, say"
    )
    assert f"expected one of contacts.csv, contacts.jsonl, contacts.parquet. {hint.format('contacts')}\n" in ended.err
    (shop.folder / "data/contacts.csv").symlink_to("contacts_2026-11-23.csv")
    assert f"order.csv.gz, order.jsonl.gz. {hint.format('order')}\n" in shop.attempt(spec).err
    (shop.folder / "data/order.csv").symlink_to("order_2026-11-23.csv")
    assert shop.attempt(spec).document == {"payers": ["bea"]}


def test_a_missing_file_is_told_with_nothing_left_unread(shop: Shop) -> None:
    (shop.folder / "data/order.csv").unlink()
    (shop.folder / "data/.DS_Store").write_text("")
    assert shop.attempt(shop.spec("payers", ORDERED)).err == LOOKED_FOR


def test_a_source_that_nobody_asks_for_may_be_missing(shop: Shop) -> None:
    (shop.folder / "data/order.csv").unlink()
    (shop.folder / "data/notes.txt").write_text("mine")
    ended = shop.attempt(shop.spec("germans"))
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("packed", [False, True])
def test_a_packed_file_is_read(shop: Shop, packed: bool) -> None:
    plain = shop.folder / "data/order.csv"
    if packed:
        (shop.folder / "data/order.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
        plain.unlink()
    ended = shop.attempt(shop.spec("payers", ORDERED))
    assert (ended.code, ended.document, ended.err) == (0, {"payers": ["bea"]}, "")


def test_the_same_source_packed_and_not_is_refused(shop: Shop) -> None:
    data = (shop.folder / "data/order.csv").read_bytes()
    (shop.folder / "data/order.csv.gz").write_bytes(gzip.compress(data))
    ended = shop.attempt(shop.spec("payers", ORDERED))
    assert ended.code == 20
    assert "found order.csv and order.csv.gz, expected one file for the source order; remove one" in ended.err


@pytest.mark.parametrize("name", ["news@2026-1-1.csv", "News.csv", "news.txt", "news@tomorrow.csv.gz"])
def test_files_among_lists_that_are_none_by_their_names_are_told(shop: Shop, name: str) -> None:
    shop.write("data/lists/news.csv", "contact_id\nada\n")
    shop.write(f"data/lists/{name}", "contact_id\nbea\n")
    ended = shop.attempt(shop.spec("readers", {"list": "news"}))
    assert (ended.code, ended.document) == (0, {"readers": ["ada"]})
    assert ended.err == (f"warning: data/lists: left unread, expected <name>.csv or <name>@<yyyy-mm-dd>.csv: {name}\n")


def test_a_packed_list_is_read_and_one_of_both_kinds_refused(shop: Shop) -> None:
    (shop.folder / "data/lists").mkdir(exist_ok=True)
    (shop.folder / "data/lists/news@2026-11-01.csv.gz").write_bytes(gzip.compress(b"contact_id\nbea\n"))
    spec = shop.spec("readers", {"list": "news"})
    assert shop.attempt(spec).document == {"readers": ["bea"]}
    shop.write("data/lists/news@2026-11-01.csv", "contact_id\nada\n")
    ended = shop.attempt(spec)
    assert ended.code == 20
    assert (
        "found news@2026-11-01.csv and news@2026-11-01.csv.gz, expected one file for the list; remove one" in ended.err
    )


def test_why_tells_the_same_of_a_folder_as_try(shop: Shop) -> None:
    shop.write("data/lists/News.csv", "contact_id\nbea\n")
    (shop.folder / "data/order.csv").rename(shop.folder / "data/orders.csv")
    spec = shop.spec("payers", ORDERED)
    told = shop.attempt(spec).err
    assert len(told.splitlines()) == 3
    ended = run("why", spec, "bea", "--data", "data", "--as-of", AS_OF)
    assert (ended.code, sorted(ended.err.splitlines())) == (0, sorted(told.splitlines()))


def test_a_column_that_no_line_of_a_file_has_is_missing_for_all_and_told(shop: Shop) -> None:
    (shop.folder / "data/order.csv").unlink()
    shop.write("data/order.jsonl", '{"contact_id": "bea", "ordered_at": "2026-11-01", "amount": "5.00"}\n')
    ended = shop.attempt(
        shop.spec("elsewhere", {"event": "order", "where": {"attribute": "channel", "is_empty": True}})
    )
    assert (ended.code, ended.document) == (0, {"elsewhere": ["bea"]})
    assert ended.err == (
        'warning: data/order.jsonl: no line has the column "channel", so it is missing in all of them\n'
    )
