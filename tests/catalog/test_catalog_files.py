"""Catalog files: what is accepted, and for everything else the place, what was found, what was expected."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.model import Files, Gates, Lookup, SameAs
from jobs.catalog.types import ColumnType
from jobs.errors import CATALOG, CatalogError
from jobs.syntax.durations import Duration
from tests.catalog.made import CONTACTS, good, load, said
from tests.catalog.refused import PRODUCT, REFUSED, events, source
from tests.catalog.refused_derived import DERIVED
from tests.catalog.refused_keys import REFUSED_KEYS
from tests.catalog.refused_tables import REFUSED_TABLES

ORDER = """\
version: 1
source: order
kind: events
meaning: One row for each order line, as the shop booked it
contact: customer_id
time: ordered_at
key: [order_id, line]
time_zone: Europe/Vienna
keep: 3y
delivery: append
read:
  files: {path: "orders/{date}*.csv.gz", format: csv}
  complete: {marker: _SUCCESS}
columns:
  amount: {type: "decimal(12,2)", unit: EUR, meaning: Line total after discounts}
  cost: {type: "decimal(12,2)", column: purchase price}
  product_id: {type: text}
  channel: {type: choice, values: [web, app, store, NO]}
  shipped_to: {type: point, latitude: ship_lat, longitude: ship_lon}
  margin: {type: "decimal(12,2)", derive: {subtract: [amount, cost]}}
lookups:
  product: {source: product, on: product_id}
gates: {rows_at_least: 1000, age_at_most: 36h, change_at_most: "60%", unknown_contacts_at_most: "1%",
        missing_contact_at_most: "0.5%", missing_time_at_most: "0%"}
"""


def test_every_key_of_a_source_is_read() -> None:
    order = good(order=ORDER, product=PRODUCT).sources["order"]
    assert (order.kind, order.contact, order.time, order.key) == (
        "events", "customer_id", "ordered_at", ("order_id", "line"),
    )  # fmt: skip
    assert (order.time_zone, order.keep, order.delivery) == ("Europe/Vienna", Duration(3, "y"), "append")
    assert order.origin == Files("orders/{date}*.csv.gz", "csv", marker="_SUCCESS")
    assert order.lookups == {"product": Lookup("product", "product", "product_id")}
    assert order.gates == Gates(1000, Duration(36, "h"), 0.6, 0.01, 0.005, 0.0)
    assert order.columns["amount"].type == ColumnType("decimal", precision=12, scale=2)
    assert (order.columns["amount"].unit, order.columns["amount"].meaning) == ("EUR", "Line total after discounts")
    assert order.columns["cost"].raw == "purchase price"
    assert order.columns["channel"].type.values == ("web", "app", "store", "NO")  # YAML 1.2: NO is a text
    assert (order.columns["shipped_to"].latitude, order.columns["shipped_to"].longitude) == ("ship_lat", "ship_lon")
    assert order.columns["margin"].derive is not None
    assert [(column.name, column.type.name) for column in order.key_columns] == [("order_id", "text"), ("line", "text")]


def test_a_key_that_is_not_listed_has_the_type_of_the_columns_that_look_it_up() -> None:
    def key(**columns: str) -> ColumnType:
        files = {
            name: f"version: 1\nsource: {name}\nkind: related\ncolumns: {{p: {column}}}\n"
            "lookups: {p: {source: product, on: p}}\n"
            for name, column in columns.items()
        }
        return good(product=PRODUCT, **files).sources["product"].key_columns[0].type

    assert key() == ColumnType("text")
    assert key(a="{type: integer}", b="{type: integer}") == ColumnType("integer")
    assert key(a="{type: text}", b="{type: text, fold: true}") == ColumnType(
        "text"
    )  # the pair with b folds, a's does not
    assert key(a="{type: choice, values: [x, y]}", b="{type: choice, values: [z, y]}").values == ("x", "y", "z")


def test_names_of_specs_lead_to_columns() -> None:
    catalog = good(order=ORDER, product=PRODUCT)
    order = catalog.sources["order"]
    found = catalog.row_column(order, "product.category")
    assert found is not None
    assert (found.column.type, found.through) == (ColumnType("text", fold=True), ("product",))
    time = catalog.row_column(order, "ordered_at")
    assert time is not None
    assert time.column.type.name == "timestamp"
    assert catalog.row_column(order, "product.product_id") is None  # a key need not be listed, and then has no name
    assert catalog.attribute("contacts.country") is None


def test_what_is_left_out_has_its_default() -> None:
    catalog = good(view="version: 1\nsource: view\nkind: events\ntime: at\ncolumns: {}\n")
    view, contacts = catalog.sources["view"], catalog.contacts
    assert (view.contact, view.delivery, view.key, view.time_zone, view.gates) == (
        "contact_id", "append", (), None, Gates(),
    )  # fmt: skip
    assert contacts.delivery == "full"


def test_a_lookup_key_may_be_a_list_of_one() -> None:
    assert good(product=PRODUCT.replace("key: product_id", "key: [product_id]")).sources["product"].key == (
        "product_id",
    )


def test_a_source_of_anothers_rows_is_delivered_as_that_one_is() -> None:
    ship = """\
    version: 1
    source: shipped
    kind: related
    contact: receiver_id
    read: {same_as: order}
    columns: {}
    """
    shipped = good(order=ORDER, product=PRODUCT, shipped=ship).sources["shipped"]
    assert (shipped.origin, shipped.delivery, shipped.key) == (SameAs("order"), "append", ())


@pytest.mark.parametrize("name", [*REFUSED, *REFUSED_KEYS, *REFUSED_TABLES])
def test_it_is_refused_with_its_place_and_the_next_step(name: str) -> None:
    files, message = {**REFUSED, **REFUSED_KEYS, **REFUSED_TABLES}[name]
    assert said(**files) == [message]


def test_a_catalog_has_exactly_one_source_of_contacts() -> None:
    assert said(contacts="version: 1\nsource: contacts\nkind: attributes\ncolumns: {}\n") == [
        "catalog: no source of kind contacts, expected exactly one: it says who exists"
    ]
    assert said(people=CONTACTS.replace("contacts\nkind", "people\nkind")) == [
        "contacts.yaml#/kind: a source of kind contacts, and so is people; expected exactly one",
        "people.yaml#/kind: a source of kind contacts, and so is contacts; expected exactly one",
    ]


def lookup(name: str, *after: str) -> str:
    lookups = ", ".join(f"{one}: {{source: {one}, on: r}}" for one in after)
    return (
        f"version: 1\nsource: {name}\nkind: lookup\nkey: id\ncolumns: {{r: {{type: text}}}}\nlookups: {{{lookups}}}\n"
    )


def test_lookups_may_stand_three_deep_and_no_deeper() -> None:
    three = {"a": lookup("a", "b"), "b": lookup("b", "c"), "c": lookup("c")}
    deeper = {**three, "c": lookup("c", "d"), "d": lookup("d")}
    start = events("lookups: {a: {source: a, on: t}}")
    catalog = good(**three, **start)
    assert "a.b.c.r" in catalog.row_names(catalog.sources["s"])
    assert said(**deeper, **start) == [
        "s.yaml#/lookups/a: a.b.c.d is 4 lookups one behind the other, expected at most 3"
    ]


def test_lookups_form_no_circle() -> None:
    assert said(a=lookup("a", "b"), b=lookup("b", "a")) == [
        "a.yaml#/lookups/b: lookups go round in a circle: b.a is a again",
        "b.yaml#/lookups/a: lookups go round in a circle: a.b is b again",
    ]
    assert said(a=lookup("a", "a")) == ["a.yaml#/lookups/a: lookups go round in a circle: a is a again"]


def test_circles_of_lookups_and_chains_that_are_too_deep_are_told_together() -> None:
    deep = {"d": lookup("d", "e"), "e": lookup("e", "f"), "f": lookup("f", "g"), "g": lookup("g")}
    told = said(a=lookup("a", "b"), b=lookup("b", "a", "d"), c=lookup("c", "c"), **deep)
    assert sorted(told) == [
        "a.yaml#/lookups/b: lookups go round in a circle: b.a is a again",
        "b.yaml#/lookups/a: lookups go round in a circle: a.b is b again",
        "b.yaml#/lookups/d: d.e.f.g is 4 lookups one behind the other, expected at most 3",
        "c.yaml#/lookups/c: lookups go round in a circle: c is c again",
    ]


@pytest.mark.parametrize("kind", ["attributes", "computed"])
def test_a_lookup_on_contacts_is_not_named_like_a_source_with_one_row_a_contact(kind: str) -> None:
    contacts = CONTACTS.replace("{}", "{c: {type: text}}") + "lookups: {loyalty: {source: plan, on: c}}\n"
    loyalty = f"version: 1\nsource: loyalty\nkind: {kind}\ncolumns: {{}}\n"
    assert said(contacts=contacts, loyalty=loyalty, plan=lookup("plan")) == [
        (
            f'contacts.yaml#/lookups/loyalty: "loyalty" is a source of kind {kind} too, so loyalty.<column> would mean two '
            "things; call the lookup something else"
        )
    ]


@pytest.mark.parametrize("name", DERIVED)
def test_derived_columns_name_whole_and_decimal_columns_of_the_row(name: str) -> None:
    derive, message = DERIVED[name]
    files = source(
        f"kind: attributes\ncolumns: {{n: {{type: integer}}, f: {{type: float}}, c: {{type: integer, derive: {derive}}}}}\n"
    )
    assert said(**files) == [f"s.yaml#/columns/c/derive{message}"]


def test_derived_columns_may_use_derived_ones_but_go_in_no_circle() -> None:
    columns = """\
    n: {type: integer}
    a: {type: integer, derive: {add: [b, 1]}}
    b: {type: integer, derive: {add: [n, 1]}}
"""
    good(**source(f"kind: attributes\ncolumns:\n{columns}"))
    assert said(**source(f"kind: attributes\ncolumns:\n{columns.replace('[n, 1]', '[a, 1]')}")) == [
        "s.yaml#/columns/a/derive: found a cycle of derived columns, a → b → a, expected none",
        "s.yaml#/columns/b/derive: found a cycle of derived columns, b → a → b, expected none",
    ]


def test_every_circle_of_derived_columns_is_told_beside_other_problems() -> None:
    columns = ", ".join(
        f"{name}: {{type: integer, derive: {{add: [{used}, 1]}}}}"
        for name, used in {"a": "b", "b": "a", "c": "c", "d": "nn"}.items()
    )
    assert [line.partition(": ")[0] for line in said(**source(f"kind: attributes\ncolumns: {{{columns}}}\n"))] == [
        "s.yaml#/columns/d/derive/add/0",
        "s.yaml#/columns/a/derive",
        "s.yaml#/columns/b/derive",
        "s.yaml#/columns/c/derive",
    ]


def test_a_lookup_cannot_be_on_a_derived_column() -> None:
    columns = "n: {type: integer}, d: {type: integer, derive: {add: [n, 1]}}"
    files = source(f"kind: attributes\ncolumns: {{{columns}}}\nlookups: {{p: {{source: product, on: d}}}}\n")
    assert said(**files, product=PRODUCT) == [
        's.yaml#/lookups/p/on: "d" is derived: rows are told apart by what was delivered, so that no row can be found by it'
    ]


def test_every_problem_of_every_file_is_told_at_once() -> None:
    found = said(
        order=ORDER.replace("kind: events", "kind: event").replace('"60%"', "60"),
        product=PRODUCT.replace("key: product_id\n", ""),
        broken="a: [",
    )
    assert {line.partition("#")[0].partition(":")[0] for line in found} == {"order.yaml", "product.yaml", "broken.yaml"}


def test_a_file_that_cannot_be_read_is_not_blamed_on_those_that_name_it() -> None:
    found = said(order=ORDER, product=PRODUCT + "also: [")
    assert [line for line in found if line.startswith("order.yaml")] == []
    assert len(found) == 1


def test_a_column_with_a_problem_is_not_blamed_on_what_names_it() -> None:
    found = said(order=ORDER.replace("product_id: {type: text}", "product_id: {type: texxt}"), product=PRODUCT)
    assert found == ['order.yaml#/columns/product_id/type: found "texxt", expected a type — did you mean "text"?']


def test_a_decimal_without_quotes_is_told_what_cut_it() -> None:
    assert said(**source("kind: attributes\ncolumns: {c: {type: decimal(12,2)}}\n")) == [
        (
            's.yaml#/columns/c/type: found "decimal(12", expected digits and decimals, like "decimal(12,2)": '
            "twelve digits, two of them decimals; put it in quotes: in braces a comma ends a value"
        ),
        (
            's.yaml#/columns/c/2): unknown key "2)" in a column — known here: "type", "meaning", "unit", "column", '
            '"fold", "values", "sensitive", "latitude", "longitude", "written", "derive"'
        ),
    ]


def test_a_key_written_twice_is_refused() -> None:
    (problem,) = said(s="version: 1\nsource: s\nkind: attributes\ncolumns: {}\ncolumns: {}\n")
    assert problem.startswith("s.yaml#/columns: ")


# --- folders -------------------------------------------------------------------------------------------------------------


def test_a_folder_of_files_is_a_catalog(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text(CONTACTS)
    (tmp_path / "README.md").write_text("# not a source")
    (tmp_path / "schema.json").write_text("{}")
    (tmp_path / ".contacts.yaml").write_text("an editor's own")
    assert list(read_catalog(tmp_path).sources) == ["contacts"]


def test_the_error_has_the_exit_code_of_catalogs_and_every_line(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text(CONTACTS.replace("columns", "colums"))
    (tmp_path / "order.yml").write_text(ORDER)
    with pytest.raises(CatalogError) as caught:
        read_catalog(tmp_path)
    assert caught.value.exit_code == CATALOG == 11
    assert str(caught.value) == (
        f"The catalog in {tmp_path} cannot be used:\n"
        f"  {tmp_path}/order.yml: found the ending .yml, expected order.yaml; rename it\n"
        f'  {tmp_path}/contacts.yaml#/colums: unknown key "colums" in a source — did you mean "columns"?'
    )


def test_links_and_pipes_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "contacts.yaml").write_text(CONTACTS)
    (tmp_path / "order.yaml").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "view.yaml")
    with pytest.raises(CatalogError) as caught:
        read_catalog(tmp_path)
    assert [problem.message for problem in caught.value.problems] == [
        "found a link or a special file, expected a regular file; it is not opened"
    ] * 2


def test_a_folder_that_is_not_there_says_how_to_name_another(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="MUSTER_CATALOG"):
        read_catalog(tmp_path / "nowhere")
    with pytest.raises(CatalogError, match="found no catalog file"):
        read_catalog(tmp_path)


def test_nothing_of_a_broken_catalog_is_used() -> None:
    assert load(order=ORDER)[0] is None
