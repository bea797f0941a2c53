"""The tables of the sample company's databases, and what the data team keeps as a Delta table.

`shop` is a PostgreSQL, `callcentre` a MariaDB; where a night has none, an embedded PostgreSQL serves both (`databases`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from tests.company.delivery import LABEL, Delivery, csv_delivery
from tests.company.relational import (
    BRANDS,
    Customer,
    bookings,
    calls,
    nps_answers,
    subscriptions,
    support_tickets,
)
from tests.company.shop import Shop

Rows = Sequence[tuple[object, ...]]


@dataclass(frozen=True)
class DatabaseTable:
    """One table: the source that reads it, the connection it lies behind, its columns with their types, its rows. The
    first column is its key. Missing values are None. Types are PostgreSQL's words."""

    name: str
    source: str
    connection: str
    columns: Mapping[str, str]
    rows: Rows


def database_tables(shop: Shop) -> list[DatabaseTable]:
    """Every table of both databases, always the same rows."""
    customers = customers_of(shop)
    tickets = list(support_tickets(customers))
    text, whole, money = "varchar(40)", "int", "decimal(10,2)"
    contact = {"contact_id": text}
    return [
        DatabaseTable(
            "brands", "brand", "shop", {"name": text, "country": text, "kind": text, "founded_in": whole}, BRANDS
        ),
        DatabaseTable(
            "bookings", "booking", "shop",
            {"booking_id": whole, **contact, "festival": text, "travel_class": text, "booked_on": "date",
             "departs_on": "date", "status": text, "price": money},
            list(bookings(customers)),
        ),
        DatabaseTable(
            "subscriptions", "subscription", "shop",
            {"subscription_id": whole, **contact, "plan": text, "started_on": "date", "ends_on": "date",
             "renewed": "boolean", "contract_value": money},
            list(subscriptions(customers)),
        ),
        DatabaseTable(
            "support_tickets", "support_ticket", "shop",
            {"ticket_id": whole, **contact, "opened_at": "timestamptz", "product_id": text, "topic": text,
             "priority": whole, "status": text, "closed_at": "timestamptz"},
            tickets,
        ),
        DatabaseTable(
            "calls", "call", "callcentre",
            {"call_id": whole, **contact, "started_at": "timestamptz", "direction": text, "outcome": text,
             "seconds": whole},
            list(calls(customers, tickets)),
        ),
    ]  # fmt: skip


def customers_of(shop: Shop) -> list[Customer]:
    return [Customer(person, shop.bought[person.contact_id]) for person in shop.people]


def as_file(table: DatabaseTable) -> Delivery:
    """The table as a file, for those who have no database: `try`, and DuckDB in tests."""
    rows = [["" if value is None else _written(value) for value in row] for row in table.rows]
    return csv_delivery(table.source, ",".join(table.columns), rows)


def nps_deliveries(shop: Shop) -> Iterator[Delivery]:
    """A Delta table of one version, whose log says of its one file what a writer of Delta says."""
    customers = customers_of(shop)
    ids, contacts, instants, scores, asked_by = zip(
        *nps_answers(customers, list(support_tickets(customers))), strict=True
    )
    rows = pa.table(
        {
            "answer_id": pa.array(ids),
            "contact_id": pa.array(contacts),
            "answered_at": pa.array(instants, pa.timestamp("us", tz="UTC")),
            "score": pa.array(scores, pa.int32()),
            "asked_by": pa.array(asked_by),
        }
    )
    file = io.BytesIO()
    pq.write_table(rows, file, compression="zstd")
    yield Delivery(f"nps/{LABEL}.parquet", file.getvalue())
    yield Delivery("nps/_delta_log/00000000000000000000.json", _log(rows.schema, len(file.getvalue())))


def _log(schema: pa.Schema, size: int) -> bytes:
    """The first commit: protocol, schema and the one file, all at midnight before the night."""
    words = {"string": "string", "timestamp[us, tz=UTC]": "timestamp", "int32": "integer"}
    fields = [
        {"name": field.name, "type": words[str(field.type)], "nullable": True, "metadata": {}} for field in schema
    ]
    midnight_ms = 899_265_600_000
    actions = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {
            "metaData": {
                "id": "6f1d2c1e-5f0a-4b53-9d0c-3b7d1f0c1998",
                "format": {"provider": "parquet", "options": {}},
                "schemaString": json.dumps({"type": "struct", "fields": fields}),
                "partitionColumns": [],
                "configuration": {},
                "createdTime": midnight_ms,
            }
        },
        {
            "add": {
                "path": f"{LABEL}.parquet",
                "partitionValues": {},
                "size": size,
                "modificationTime": midnight_ms,
                "dataChange": True,
            }
        },
    ]
    return "".join(json.dumps(action) + "\n" for action in actions).encode()


def _written(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
