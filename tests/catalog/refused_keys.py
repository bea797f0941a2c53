"""Catalog files that are refused for a key, or for the column that a lookup is found by."""

from __future__ import annotations

from tests.catalog.refused import PRODUCT, events, source

REFUSED_KEYS: dict[str, tuple[dict[str, str], str]] = {
    "lookups on two types": (
        events("lookups: {p: {source: product, on: t}}")
        | {
            "product": PRODUCT,
            "a": "version: 1\nsource: a\nkind: related\ncolumns: {id: {type: integer}}\n"
            "lookups: {p: {source: product, on: id}}\n",
        },
        (
            's.yaml#/lookups/p/on: "t" is text, but "id" of a, which looks up product too, is integer; expected one type, '
            'or "product_id" among the columns of product'
        ),
    ),
    "lookup on a float": (
        source("kind: related\ncolumns: {f: {type: float}}\nlookups: {p: {source: product, on: f}}\n")
        | {"product": PRODUCT},
        (
            's.yaml#/lookups/p/on: "f" is of type float, whose values are never said to be equal, '
            "so that no row can be found by it"
        ),
    ),
    "lookup on choices": (
        source("kind: related\ncolumns: {f: {type: choices, values: [a]}}\nlookups: {p: {source: product, on: f}}\n")
        | {"product": PRODUCT},
        (
            's.yaml#/lookups/p/on: "f" is of type choices, whose values are never said to be equal, '
            "so that no row can be found by it"
        ),
    ),
    **{
        f"attributes that keep rows by another key ({delivery})": (
            source(
                f"kind: attributes\ncontact: who\nkey: {key}\ndelivery: {delivery}\ncolumns: {{n: {{type: integer}}}}\n"
            ),
            (
                "s.yaml#/key: a contact has one row at most, and by this key it could keep one of each delivery; "
                'expected "who", or "delivery: full"'
            ),
        )
        for delivery, key in (("changes", "n"), ("append", "[who, n]"))
    },
    "key of floats": (
        source("kind: related\nkey: [n, f]\ncolumns: {n: {type: integer}, f: {type: float}}\n"),
        's.yaml#/key/1: "f" is of type float, whose values are never said to be equal; name another column',
    ),
    "key of points": (
        source("kind: related\nkey: p\ncolumns: {p: {type: point, latitude: a, longitude: b}}\n"),
        's.yaml#/key: "p" is of type point, whose values are never said to be equal; name another column',
    ),
    "key of choices": (
        source("kind: lookup\nkey: c\ncolumns: {c: {type: choices, values: [a]}}\n"),
        's.yaml#/key: "c" is of type choices, whose values are never said to be equal; name another column',
    ),
    "key that is derived": (
        source("kind: related\nkey: d\ncolumns: {n: {type: integer}, d: {type: integer, derive: {add: [n, 1]}}}\n"),
        's.yaml#/key: "d" is derived: rows are told apart by what was delivered; name another column',
    ),
    "key that is called as the contact is stored": (
        source("kind: related\ncontact: customer\nkey: contact_id\ncolumns: {}\n"),
        (
            's.yaml#/key: "contact_id" means something else in this source; list it under another name, with "column"; '
            "name another column"
        ),
    ),
}
