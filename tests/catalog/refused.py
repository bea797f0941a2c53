"""Catalog files that are refused: each with the one line that is said about it."""

from __future__ import annotations

PRODUCT = """\
version: 1
source: product
kind: lookup
key: product_id
columns: {category: {type: text, fold: true}}
"""


def source(keys: str, name: str = "s") -> dict[str, str]:
    return {name: f"version: 1\nsource: {name}\n{keys}"}


def attributes(column: str) -> dict[str, str]:
    return source(f"kind: attributes\ncolumns: {{c: {column}, n: {{type: integer}}}}\n")


def events(keys: str) -> dict[str, str]:
    return source(f"kind: events\ntime: at\ncolumns: {{n: {{type: integer}}, t: {{type: text}}}}\n{keys}\n")


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "not an object": (
        {"s": "- 1\n"},
        "s.yaml: found a list, expected the keys of a source: version, source, kind, columns, …",
    ),
    "unknown key": (
        source("kind: attributes\ncolums: {}\ncolumns: {}\n"),
        's.yaml#/colums: unknown key "colums" in a source — did you mean "columns"?',
    ),
    "key of another kind": (
        source("kind: attributes\ntime: at\ncolumns: {}\n"),
        (
            's.yaml#/time: the key "time" does not belong in a source of kind attributes: only those of kind '
            "events have it"
        ),
    ),
    "no version": (
        {"s": "source: s\nkind: attributes\ncolumns: {}\n"},
        's.yaml: the key "version" is missing in a source: the version of the catalog format: 1',
    ),
    "version as decimal": (
        {"s": "version: 1.0\nsource: s\nkind: attributes\ncolumns: {}\n"},
        "s.yaml#/version: found 1.0, expected 1, the only version of the catalog there is",
    ),
    "version true": (
        {"s": "version: true\nsource: s\nkind: attributes\ncolumns: {}\n"},
        "s.yaml#/version: found true, expected 1, the only version of the catalog there is",
    ),
    "file of another name": (
        {"t": "version: 1\nsource: s\nkind: attributes\ncolumns: {}\n"},
        't.yaml#/source: found "s", expected "t", the name of its file; rename one of them',
    ),
    "name that is no id": (
        {"Big": "version: 1\nsource: Big\nkind: attributes\ncolumns: {}\n"},
        'Big.yaml#/source: found "Big", expected small letters, digits and _, a letter first, at most 63 of them',
    ),
    "unknown kind": (
        source("kind: event\ncolumns: {}\n"),
        (
            's.yaml#/kind: found "event", expected one of contacts, attributes, events, related, lookup, computed'
            ' — did you mean "events"?'
        ),
    ),
    "events without time": (
        source("kind: events\ncolumns: {}\n"),
        's.yaml: the key "time" is missing in a source of kind events: the column that holds when it happened',
    ),
    "lookup without key": (
        source("kind: lookup\ncolumns: {}\n"),
        (
            's.yaml: the key "key" is missing in a source of kind lookup: the column or columns that identify a '
            "row: delivered again later, it replaces the earlier one"
        ),
    ),
    "lookup with two keys": (
        source("kind: lookup\nkey: [a, b]\ncolumns: {}\n"),
        "s.yaml#/key: found a list of 2, expected one column: a lookup's key is one column",
    ),
    "key twice": (events("key: [n, n]"), 's.yaml#/key/1: found "n" a second time, expected each once'),
    "key without end": (
        events("key: []"),
        "s.yaml#/key: found an empty list, expected a list of columns, at least one",
    ),
    "unknown zone": (
        events("time_zone: Europe/Viena"),
        (
            's.yaml#/time_zone: found "Europe/Viena", expected a time zone of the IANA list, like "Europe/Vienna"'
            ' — did you mean "Europe/Vienna"?'
        ),
    ),
    "keep in hours": (events("keep: 24h"), 's.yaml#/keep: found "24h", expected one of the units d, w, mo, y here'),
    "changes without key": (
        events("delivery: changes"),
        's.yaml#/delivery: found changes, which are told apart by key: say which columns with "key"',
    ),
    "append without date or key": (
        events("read: {files: {path: orders.csv, format: csv}}"),
        (
            "s.yaml#/read/files/path: rows are added delivery after delivery, but nothing tells one "
            "delivery from the same one "
            'sent again; put {date} into the path, or say what identifies a row with "key", or write "delivery: full"'
        ),
    ),
    "two ways to read": (
        events("read: {delta: {path: x}, same_as: contacts}"),
        (
            's.yaml#/read: found "delta" and "same_as", expected exactly one of "files", "delta", "jdbc" or '
            '"same_as": where rows come from'
        ),
    ),
    "no way to read": (
        events("read: {}"),
        (
            's.yaml#/read: found none, expected exactly one of "files", "delta", "jdbc" or "same_as": where rows '
            "come from"
        ),
    ),
    "complete without files": (
        events("read: {delta: {path: x}, complete: {files: 2}}"),
        (
            's.yaml#/read/complete: found "complete" without "files", expected both ("files": files under the '
            "landing folder)"
        ),
    ),
    "complete twice": (
        events('read: {files: {path: "{date}.csv", format: csv}, complete: {marker: _SUCCESS, files: 2}}'),
        (
            's.yaml#/read/complete: found "marker" and "files", expected exactly one of "marker" or "files": when'
            " a delivery is whole"
        ),
    ),
    "path outside": (
        events('read: {files: {path: "../{date}.csv", format: csv}}'),
        's.yaml#/read/files/path: found "../{date}.csv", expected a path under the landing folder, without .. in it',
    ),
    "path with other braces": (
        events('read: {files: {path: "{date}/{day}.csv", format: csv}}'),
        's.yaml#/read/files/path: found "{date}/{day}.csv", expected no braces but those of {date}',
    ),
    "unknown format": (
        events('read: {files: {path: "{date}.csv", format: cvs}}'),
        's.yaml#/read/files/format: found "cvs", expected one of csv, jsonl, parquet — did you mean "csv"?',
    ),
    "partitions of nothing": (
        events("read: {jdbc: {connection: shop, table: orders, partitions: 4}}"),
        (
            's.yaml#/read/jdbc: found "partitions" without "partition_on", expected both ("partition_on": a '
            "numeric column to read ranges of side by side)"
        ),
    ),
    "gate without per cent": (
        events("gates: {unknown_contacts_at_most: 1}"),
        (
            "s.yaml#/gates/unknown_contacts_at_most: found 1, expected per cent from 0% to 100% as text, "
            'like "1%" or "0.5%"; '
            'write "1%"'
        ),
    ),
    "gate over 100": (
        events('gates: {missing_time_at_most: "101%"}'),
        (
            's.yaml#/gates/missing_time_at_most: found "101%", expected per cent from 0% to 100% as text, '
            'like "1%" or "0.5%"'
        ),
    ),
    "gate of another kind": (
        source('kind: attributes\ncolumns: {}\ngates: {missing_time_at_most: "1%"}\n'),
        (
            's.yaml#/gates/missing_time_at_most: the key "missing_time_at_most" does not belong in the gates of a'
            " source of kind attributes: only those of kind events have it"
        ),
    ),
    "unknown type": (attributes("{type: strin}"), 's.yaml#/columns/c/type: found "strin", expected a type'),
    "decimal without digits": (
        attributes("{type: decimal}"),
        (
            's.yaml#/columns/c/type: found "decimal", expected digits and decimals, like "decimal(12,2)": '
            "twelve digits, two of them decimals"
        ),
    ),
    "decimal of 19 digits": (
        attributes('{type: "decimal(19,2)"}'),
        's.yaml#/columns/c/type: found "decimal(19,2)", expected 1 to 18 digits',
    ),
    "more decimals than digits": (
        attributes('{type: "decimal(2,3)"}'),
        's.yaml#/columns/c/type: found "decimal(2,3)", expected at most as many decimals as digits (2)',
    ),
    "choice without values": (
        attributes("{type: choice}"),
        (
            's.yaml#/columns/c: the key "values" is missing in a column of type choice: the values that may '
            "occur, of a choice or choices"
        ),
    ),
    "values of a text": (
        attributes("{type: text, values: [a]}"),
        (
            's.yaml#/columns/c/values: the key "values" does not belong in a column of type text: only those of '
            "type choice or choices have it"
        ),
    ),
    "value that is no text": (
        attributes("{type: choice, values: [1, b]}"),
        's.yaml#/columns/c/values/0: found 1, expected a text; put it in quotes: "1"',
    ),
    "value with a bar": (
        attributes('{type: choices, values: [a, "b|c"]}'),
        's.yaml#/columns/c/values/1: found "b|c", expected a value without "|", which stands between several choices',
    ),
    "empty value": (
        attributes('{type: choice, values: [""]}'),
        "s.yaml#/columns/c/values/0: found an empty text, which is how a missing value is written; leave it out",
    ),
    "value twice": (
        attributes("{type: choice, values: [a, b, a]}"),
        's.yaml#/columns/c/values/2: found "a" a second time, expected each once',
    ),
    "fold of a choice": (
        attributes("{type: choice, values: [a], fold: true}"),
        (
            's.yaml#/columns/c/fold: the key "fold" does not belong in a column of type choice: only those of '
            "type text have it"
        ),
    ),
    "point without longitude": (
        attributes("{type: point, latitude: lat}"),
        (
            's.yaml#/columns/c: the key "longitude" is missing in a column of type point: the data\'s column with '
            "a point's longitude"
        ),
    ),
    "point of one column": (
        attributes("{type: point, latitude: lat, longitude: lat}"),
        's.yaml#/columns/c/longitude: found "lat", which is the latitude too',
    ),
    "value outside computed": (
        attributes("{type: integer, value: {event: x, count: rows}}"),
        (
            's.yaml#/columns/c/value: the key "value" does not belong in a column: only columns of computed '
            "sources have it"
        ),
    ),
    "computed without value": (
        source("kind: computed\ncolumns: {c: {type: integer}}\n"),
        's.yaml#/columns/c: found none, expected exactly one of "value" or "cases": how it is computed',
    ),
    "computed with a name in the data": (
        source("kind: computed\ncolumns: {c: {type: integer, value: {add: [1, 2]}, column: x}}\n"),
        (
            's.yaml#/columns/c/column: the key "column" does not belong in a computed column: only columns that '
            "are delivered have it"
        ),
    ),
    "computed with lookups": (
        source("kind: computed\ncolumns: {}\nlookups: {p: {source: p, on: c}}\n"),
        (
            's.yaml#/lookups: the key "lookups" does not belong in a source of kind computed: only those of kind '
            "contacts, attributes, events, related or lookup have it"
        ),
    ),
    "column that is no id": (
        source("kind: attributes\ncolumns: {Name: {type: text}}\n"),
        (
            's.yaml#/columns/Name: found the column name "Name", expected small letters, digits and _, a letter '
            'first, at most 63 of them; say what it is called in the data with "column"'
        ),
    ),
    "column of the lake's own": (
        source("kind: attributes\ncolumns: {delivery_no: {type: integer}}\n"),
        (
            's.yaml#/columns/delivery_no: "delivery_no" cannot be a column\'s name: the lake keeps the '
            "number of the delivery "
            'under this name; choose another, with "column"'
        ),
    ),
    "contact_id that is another column": (
        source("kind: attributes\ncontact: customer\ncolumns: {contact_id: {type: text}}\n"),
        (
            's.yaml#/columns/contact_id: a column called "contact_id" can only be the contact itself, as text; '
            'choose another name, with "column"'
        ),
    ),
    "time that is no timestamp": (
        source("kind: events\ntime: at\ncolumns: {at: {type: date}}\n"),
        (
            's.yaml#/columns/at/type: found date, expected timestamp: "at" is the time of this source '
            "(a bare date in the data is that day's local midnight)"
        ),
    ),
    "lookup of no source": (
        events("lookups: {p: {source: prodct, on: t}}") | {"product": PRODUCT},
        's.yaml#/lookups/p/source: no source "prodct" — did you mean "product"?',
    ),
    "lookup of another kind": (
        events("lookups: {p: {source: contacts, on: t}}"),
        's.yaml#/lookups/p/source: "contacts" is a source of kind contacts, expected kind lookup',
    ),
    "lookup on no column": (
        events("lookups: {p: {source: product, on: tt}}") | {"product": PRODUCT},
        's.yaml#/lookups/p/on: this source lists no column "tt" — did you mean "t"?',
    ),
    "lookup on another type": (
        events("lookups: {p: {source: p, on: n}}")
        | {"p": "version: 1\nsource: p\nkind: lookup\nkey: id\ncolumns: {id: {type: text}}\n"},
        's.yaml#/lookups/p/on: "n" is integer, but the key of p, "id", is text; expected one type',
    ),
    "same_as of itself": (
        events("read: {same_as: s}"),
        "s.yaml#/read/same_as: found the source itself, expected another one",
    ),
    "same_as delivered otherwise": (
        events("delivery: full\nread: {same_as: o}")
        | {"o": "version: 1\nsource: o\nkind: events\ntime: at\ncolumns: {}\n"},
        "s.yaml#/delivery: found full, but its rows are those of o, delivered as append; leave it out",
    ),
    "deleted that is no flag": (
        source("kind: related\nkey: k\ndelivery: changes\ncolumns: {deleted: {type: text}}\n"),
        (
            's.yaml#/columns/deleted: in a source of changes "deleted" says which rows go, true or '
            "false; choose another name, "
            'with "column"'
        ),
    ),
}
