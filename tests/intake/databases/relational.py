"""A company whose rows lie in a database: its catalog, and what of it is in the lake."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import deltalake
import pyarrow as pa

from jobs.catalog.values import FileNotes, arrow_schema
from jobs.catalog.values.layout import PROBLEMS
from jobs.errors import DataError
from jobs.intake.acceptance import IngestReport
from jobs.intake.databases.moments import cuts_held
from jobs.intake.inlets import inlet_of
from jobs.lake.workers import Workers
from tests.steps.night import Company

CUSTOMER = """
version: 1
source: contacts
kind: contacts
contact: id
read: {jdbc: {connection: shop, table: CUSTOMER_TABLE}}
columns:
  country: {type: choice, values: [AT, DE]}
  born_on: {type: date}
"""
ORDER = """
version: 1
source: order
kind: events
contact: customer_id
time: ordered_at
read: {jdbc: {connection: shop, table: ORDER_TABLE, partition_on: order_id, partitions: 3}}
columns:
  order_id: {type: text}
  amount: {type: "decimal(12,2)"}
  gift: {type: boolean}
gates: {unknown_contacts_at_most: "50%"}
"""


def texts(schema: str) -> dict[str, str]:
    """The catalog of both tables in a schema of a server; "" is the connection's own."""
    place = f"{schema}." if schema else ""
    named = {"CUSTOMER_TABLE": f"{place}customers", "ORDER_TABLE": f"{place}orders"}
    sources = {"contacts": CUSTOMER, "order": ORDER}
    for name, table in named.items():
        sources = {source: text.replace(name, table) for source, text in sources.items()}
    return sources


@dataclass
class DatabaseCompany(Company):
    """One whose steps start no Spark."""

    texts: dict[str, str] = field(default_factory=lambda: texts(""))

    @classmethod
    def under(cls, root: Path, schema: str = "") -> DatabaseCompany:
        return cls(cast(Any, None), root, texts(schema))

    @property
    def workers(self) -> Workers:
        return Workers(cast(Any, None), here_rows=1 << 40, here_bytes=1 << 40)

    def stored(self, source: str, *columns: str) -> list[tuple[Any, ...]]:
        """Every row of `sources/<source>`, sorted."""
        table = deltalake.DeltaTable(f"{self.lake}/sources/{source}").to_pyarrow_table(columns=list(columns))
        return sorted(tuple(row.values()) for row in table.to_pylist())

    def reasons(self, report: IngestReport) -> dict[str, str]:
        """Why sources were refused."""
        return {entry.source: entry.reason or "" for entry in report.refused}


@dataclass(frozen=True)
class Read:
    """What reading a source's table comes to: its parsed rows, or why it is refused."""

    rows: pa.Table | None
    refused: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def problems(self) -> set[str]:
        assert self.rows is not None, self.refused
        return {text for texts in self.rows[PROBLEMS].to_pylist() for text in texts or ()}

    def column(self, name: str) -> list[Any]:
        assert self.rows is not None, self.refused
        assert not self.problems
        return self.rows[name].to_pylist()


def read(company: DatabaseCompany, source: str, between: Callable[[], None] = lambda: None) -> Read:
    """Reads one source as an ingest does, without the lake. `between`: what happens when its parts are known."""
    night = company.night("2026-11-24T00:00")
    with cuts_held():
        inlet = inlet_of(night, night.catalog.sources[source])
        assert inlet is not None
        (arrival,) = inlet.arrived().arrived
        if arrival.unfit:
            return Read(None, arrival.unfit)
        between()
        stored, notes = night.stored(night.catalog.sources[source]), FileNotes()
        try:
            batches = [batch for part in arrival.parts for batch in inlet.batches(stored, part, notes)]
        except DataError as fault:
            return Read(None, str(fault))
        schema = arrow_schema(stored.source, stored.catalog)
        return Read(pa.Table.from_batches(batches, schema), remarks=tuple(notes.remarks))


def of_one_table(table: str, columns: str, more: str = "") -> dict[str, str]:
    """A catalog with a source of attributes, `thing`, that reads one table, and contacts that read none."""
    return {
        "contacts": "version: 1\nsource: contacts\nkind: contacts\ncolumns: {}\n",
        "thing": "version: 1\nsource: thing\nkind: attributes\ncontact: id\n"
        f"read: {{jdbc: {{connection: shop, table: {table}{more}}}}}\ncolumns: {columns}\n",
    }


def of_table(company: DatabaseCompany, table: str, columns: str, more: str = "") -> Read:
    """One table read as a source of attributes."""
    company.texts = of_one_table(table, columns, more)
    return read(company, "thing")


def ingest_meanwhile(company: DatabaseCompany, writes: Generator[int, None, None]) -> IngestReport:
    """An ingest while somebody writes, one transaction for each number: a customer and an order of theirs. What is stored
    has to be of one moment: as many customers as orders, and not all that were written."""
    stop, written = threading.Event(), [0]

    def write() -> None:
        with closing(writes):
            for written[0] in writes:
                if stop.is_set():
                    return

    writer = threading.Thread(target=write)
    writer.start()
    try:
        report = company.ingest()
    finally:
        stop.set()
        writer.join()
    assert company.reasons(report) == {}
    customers, orders = company.stored("contacts", "contact_id"), company.stored("order", "contact_id")
    assert customers == orders
    assert 0 < len(orders) < written[0], "somebody wrote while the tables were read"
    return report
