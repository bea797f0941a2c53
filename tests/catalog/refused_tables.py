"""Catalog files that are refused for how they read a table of a database."""

from __future__ import annotations

from tests.catalog.refused import events

REFUSED_TABLES: dict[str, tuple[dict[str, str], str]] = {
    "connection that is no name": (
        events("read: {jdbc: {connection: Shop DB, table: orders}}"),
        (
            's.yaml#/read/jdbc/connection: found "Shop DB", expected small letters, digits and _, a letter first, '
            "at most 63 of them"
        ),
    ),
    "query for a table": (
        events('read: {jdbc: {connection: shop, table: "(select * from orders) q"}}'),
        (
            's.yaml#/read/jdbc/table: found "(select * from orders) q", expected the name of a table or view, like '
            "public.orders; a query belongs into a view of the database"
        ),
    ),
    "table that only adds": (
        events("delivery: append\nread: {jdbc: {connection: shop, table: orders}}"),
        (
            "s.yaml#/delivery: found append, expected full: a table is read whole each time, or, with changed_at, by "
            "what has changed; leave it out"
        ),
    ),
    "changes of a table by a column that is not listed": (
        events("key: id\nread: {jdbc: {connection: shop, table: orders, changed_at: touched}}"),
        (
            's.yaml#/read/jdbc/changed_at: found "touched", none that this source lists, expected a listed column of '
            "type timestamp or date"
        ),
    ),
    "changes of a table without a key": (
        events("read: {jdbc: {connection: shop, table: orders, changed_at: at}}"),
        's.yaml: found changes, which are told apart by key: say which columns with "key"',
    ),
}
