"""Deliveries taken in and packed by Spark's workers and by this process: the same journal, the same tiles."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.lake.workers import OwnCrew, Workers
from tests.steps.night import CONTACTS, ORDER, PRODUCT, TICKET, Company

SOURCES = {"contacts": CONTACTS, "order": ORDER, "ticket": TICKET, "product": PRODUCT}


def no_spark() -> SparkSession:
    pytest.fail("nobody needs Spark here")


class Here(Company):
    """A company whose nights start no JVM."""

    @property
    def workers(self) -> Workers:
        return Workers(no_spark, 1 << 30, 1 << 30)


def deliver(company: Company, seed: int) -> None:
    """Three days of orders in several files, tickets that replace each other, contacts who come, go and are unknown."""
    dice = random.Random(seed)
    everybody = [f"c{number}" for number in range(60)]
    for day in (21, 22, 23):
        people = dice.sample(everybody, 40)
        company.deliver(f"contacts/2026-11-{day}.csv", "contact_id,country,born_on", *(f"{one},AT," for one in people))
        orders = (
            f"{dice.choice(everybody)},2026-{dice.randrange(1, 12):02}-0{dice.randrange(1, 9)},1.00" for _ in range(200)
        )
        company.deliver(f"order/2026-11-{day}.csv", "customer_id,ordered_at,amount", *orders)
        tickets = (
            f"{number},{dice.choice(everybody)},{dice.choice(['open', 'shut'])}"
            for number in dice.sample(range(90), 50)
        )
        company.deliver(f"ticket/2026-11-{day}.csv", "ticket_id,contact_id,state", *tickets)
    company.deliver("product/2026-11-23.csv", "product_id,brand", "007,Bond")


def test_both_crews_come_to_the_same(spark: SparkSession, tmp_path: Path) -> None:
    by_spark, here = (kind(spark, tmp_path / kind.__name__, dict(SOURCES)) for kind in (Company, Here))
    for company in (by_spark, here):
        deliver(company, 5)
    for as_of in ("2026-11-24T00:00", "2026-11-25T00:00"):
        taken = [company.ingest(as_of) for company in (by_spark, here)]
        entries = [
            [(e.source, e.label, e.state, e.rows, e.unknown_contacts, e.reason) for e in t.entries] for t in taken
        ]
        assert entries[0] == entries[1]
        packs = [company.pack(report, as_of) for company, report in zip((by_spark, here), taken, strict=True)]
        assert packs[0].numbered == packs[1].numbered
        assert packs[0].set_aside == packs[1].set_aside
        tiles = [company.packed(report.pack.pack_no) for company, report in zip((by_spark, here), packs, strict=True)]
        assert tiles[0] == tiles[1]
        assert len(tiles[0]["order"]) > 100
        for company in (by_spark, here):
            company.deliver("contacts/2026-11-24.csv", "contact_id,country,born_on", *(f"c{n},DE," for n in range(80)))
            company.deliver(
                "order/2026-11-24.csv", "customer_id,ordered_at,amount", "c70,2026-01-05,2.00", "c1,2026-01-05,3.00"
            )
            company.deliver("ticket/2026-11-24.csv", "ticket_id,contact_id,state", "1,c70,late", "2,c1,late")


def test_rows_are_handed_on_moved_in_order_and_put_beside_each_other(spark: SparkSession) -> None:
    schema = pa.schema([("n", pa.int32()), ("text", pa.string())])

    def doubled(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pydict(
                {"n": [2 * n for n in batch["n"].to_pylist()], "text": batch["text"]}, schema
            )

    piles = [[(3, "c"), (1, "a")], [(2, "b")]]
    results: list[list[dict[str, object]]] = []
    for workers in (Workers(lambda: spark), Workers(no_spark, 10)):
        rows = workers.for_rows(3).hand_out(piles, schema)
        moved = rows.mapped(doubled, schema).moved("n", 1, ("n",)).beside(rows.mapped(doubled, schema))
        results.append(moved.gathered("lake"))
    assert results[0][:3] == results[1][:3] == [{"n": 2, "text": "a"}, {"n": 4, "text": "b"}, {"n": 6, "text": "c"}]
    assert sorted(map(str, results[0])) == sorted(map(str, results[1]))


def test_spark_starts_only_for_more_than_is_done_here(spark: SparkSession) -> None:
    started: list[int] = []

    def start() -> SparkSession:
        started.append(1)
        return spark

    workers = Workers(start, here_rows=10, here_bytes=100)
    assert (type(workers.for_rows(10)), type(workers.for_bytes(100)), started) == (OwnCrew, OwnCrew, [])
    assert workers.for_rows(11).cores == spark.sparkContext.defaultParallelism
    workers.for_bytes(101)
    assert len(started) == 2
