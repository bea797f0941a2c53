"""Data that stops a run (20)."""

from __future__ import annotations

from typing import Any

from tests.meaning.refusals import CATALOG, DATA, Refusal
from tests.meaning.refusals_sources import derived, insight, value
from tests.meaning.tables import typed

POINTS = {"attribute": "loyalty.points", "at_least": 1}
ORDERED = {"event": "order"}
PRICED = {"event": "order", "where": {"attribute": "product.price", "at_least": 1}}


def data(
    name: str, says: str = "", *, sources: Any = None, lists: Any = None, where: Any = None, **files: str | None
) -> Refusal:
    """Data that stops the run; None takes a file away."""
    asked = {"where": where} if where else {}
    return Refusal(name, 20, says=says, data=files, catalog=sources or {}, lists=lists or {}, **asked)


def people(row: str) -> str:
    return DATA["contacts"] + row + "\n"


def orders(row: str) -> str:
    return DATA["order"] + row + "\n"


KEYED = {"order": {**CATALOG["order"], "key": ["sku"]}}


def keyed(**columns: Any) -> dict[str, Any]:
    """A related source `r` with the key k, l of these columns."""
    return {"r": {"kind": "related", "key": ["k", "l"], "columns": typed({**columns, "n": "integer"})}}


def looked_up(on: str, **columns: Any) -> dict[str, Any]:
    """A product that contacts look up on one of their columns, with these columns of its own."""
    contacts_ = {**CATALOG["contacts"], "lookups": {"p": {"source": "product", "on": on}}}
    order = {name: keys for name, keys in CATALOG["order"].items() if name != "lookups"}
    return {
        "contacts": contacts_,
        "order": order,
        "product": {"kind": "lookup", "key": "sku", "columns": typed(columns)},
    }


RELATED = {"related": "r"}
ONE_ORDER = {"attribute": "insight.x", "at_least": 0}

DATA_REFUSALS = [
    data("data_contacts_missing", "contacts", contacts=None),
    data("data_outside_values", "tier", contacts=people("c3,DE,,golt,,,,,,,,,,,")),
    data("data_choices_outside_values", "tags", contacts=people("c3,DE,,,news|x,,,,,,,,,,")),
    data("data_too_many_decimals", "amt", contacts=people("c3,DE,,,,,1.239,,,,,,,,")),
    data("data_beyond_precision", "amt", contacts=people("c3,DE,,,,,10000000000.00,,,,,,,,")),
    data("data_integer_beyond_64_bits", "n", contacts=people("c3,DE,,,,9223372036854775808,,,,,,,,,")),
    data("data_integer_with_fraction", "n", contacts=people("c3,DE,,,,1.5,,,,,,,,,")),
    data("data_nan", "score", contacts=people("c3,DE,,,,,,NaN,,,,,,,")),
    data("data_infinity", "score", contacts=people("c3,DE,,,,,,inf,,,,,,,")),
    data("data_text_in_decimal", "amt", contacts=people("c3,DE,,,,,lots,,,,,,,,")),
    data("data_boolean", "opt_in", contacts=people("c3,DE,,,,,,,,yes,,,,,")),
    data("data_date_short", "born", contacts=people("c3,DE,,,,,,,,,2024-1-5,,,,")),
    data("data_date_not_there", "born", contacts=people("c3,DE,,,,,,,,,2026-02-30,,,,")),
    data("data_timestamp", "seen", contacts=people("c3,DE,,,,,,,,,,yesterday,,,")),
    data("data_version", "app", contacts=people("c3,DE,,,,,,,4.x,,,,,,")),
    data("data_contact_twice", "contacts", contacts=people("c1,AT,,,,,,,,,,,,,")),
    data("data_contact_twice_alike", "contacts", contacts=people("c2,,,,,,,,,,,,,,")),
    data("data_attributes_twice", "loyalty", where=POINTS, loyalty="contact_id,points\nc1,1\nc1,2\n"),
    data("data_attributes_twice_alike", "loyalty", where=POINTS, loyalty="contact_id,points\nc1,1\nc1,1\n"),
    data("data_without_time", "at", where=ORDERED, order=orders("c1,,1.00,,1,,s1,,,,,,")),
    data(
        "data_two_rows_of_one_key",
        "order",
        where=ORDERED,
        sources=KEYED,
        order=orders("c1,2026-11-01T10:00,2.00,,1,,s1,,,,,,"),
    ),
    data(
        "data_one_key_two_contacts",
        "order",
        where=ORDERED,
        sources=KEYED,
        order=orders("c2,2026-11-01T10:00,1.00,,1,,s1,,,,,,"),
    ),
    data(
        "data_one_key_two_times",
        "order",
        where=ORDERED,
        sources=KEYED,
        order=orders("c1,2026-11-02T10:00,1.00,,1,,s1,,,,,,"),
    ),
    data(
        "data_one_key_after_as_of",
        "order",
        where=ORDERED,
        sources=KEYED,
        order=orders("c1,2027-11-02T10:00,1.00,,1,,s1,,,,,,"),
    ),
    data("data_lookup_key_twice", "product", where=PRICED, product="sku,name,price\ns1,Shoe,1.00\ns1,Shoe,2.00\n"),
    data(
        "data_one_key_missing_part",
        "r",
        where=RELATED,
        sources=keyed(k="text", l="text"),
        r="contact_id,k,l,n\nc1,a,,1\nc1,a,,2\n",
    ),
    *(
        data(
            f"data_one_key_of_{kind['type'].partition('(')[0]}",
            "r",
            where=RELATED,
            sources=keyed(k=kind, l="text"),
            r=f"contact_id,k,l,n\nc1,{one},x,1\nc1,{other},x,2\n",
        )
        for kind, one, other in (
            ({"type": "integer"}, "7", "007"),
            ({"type": "decimal(6,2)"}, "1.0", "1"),
            ({"type": "version"}, "4.9", "4.9.0"),
            ({"type": "text", "fold": True}, "a", "A"),
        )
    ),
    data(
        "data_lookup_key_twice_as_integer",
        "product",
        where={"attribute": "p.price", "at_least": 0},
        sources=looked_up("n", price="decimal(8,2)"),
        product="sku,price\n7,1.00\n07,2.00\n",
    ),
    data(
        "data_lookup_key_no_integer",
        "sku",
        where={"attribute": "p.price", "at_least": 0},
        sources=looked_up("n", price="decimal(8,2)"),
        product="sku,price\nseven,1.00\n",
    ),
    data(
        "data_lookup_rows_that_folding_makes_one",
        "product",
        where={"attribute": "p.price", "at_least": 0},
        sources=looked_up("nick", sku="text", price="decimal(8,2)"),
        product="sku,price\nann,1.00\nAnn,2.00\n",
    ),
    data("data_timestamp_beyond_utc", "seen", contacts=people("c3,DE,,,,,,,,,,0001-01-01,,,")),
    data("data_column_absent", "points", where=POINTS, loyalty="contact_id\nc1\n"),
    data("data_contact_column_absent", "contact_id", where=POINTS, loyalty="id,points\nc1,1\n"),
    data("data_list_header", "news", lists={"news": "@id\nc1"}, where={"list": "news"}),
    data(
        "data_computed_sum_beyond_its_type",
        "x",
        sources=insight(x={"type": "decimal(4,2)", "value": {"event": "order", "sum": "amount"}}),
        order=orders("c1,2026-11-02T10:00,99.99,,1,,s1,,,,,,"),
        where={"attribute": "insight.x", "at_least": 1},
    ),
    data(
        "data_arithmetic_beyond_its_type",
        "x",
        sources=insight(**value("decimal(4,2)", multiply=["n", 100])),
        where={"attribute": "insight.x", "at_least": 1},
    ),
    data(
        "data_derived_beyond_its_type",
        "x",
        sources=derived("decimal(4,2)", {"multiply": ["amount", 100]}),
        where={"event": "order", "where": {"attribute": "x", "at_least": 1}},
    ),
]
