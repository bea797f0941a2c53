"""The kernel alone on one core: 1,000 random segments over 1M contacts and 20M events. Measures, asserts no seconds.

`python -m tests.bench.kernel_bench [--buckets 31] [--segments 1000] [--events 645000] [--repeat 3] [--profile]`

Made-up data, drawn from a seed: three sources of events of 24 months (orders, clicks, visits; a contact's share of them is
Zipf-like), a fifth of the values missing, contacts with eight columns. Segments draw from about 700 distinct aggregates: by
equality on a column of 50 or 200 words or on a choice, by amount, by two conditions, or of all rows; counts, sums,
averages, extremes, last; twelve windows. One bucket is made and evaluated as often as there would be buckets; reading it
(unpacking tiles) is measured apart. Seconds are of the processor (one core), so that a busy machine tells the same.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import time
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pyarrow as pa

from jobs.catalog.model import Catalog, Column, Source
from jobs.catalog.types import ColumnType
from jobs.kernel.bucket import Given, Identity
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.bucket_rows import BUCKET, RowBlock
from jobs.kernel.cuts import Cuts
from jobs.kernel.program import Program, compile_program
from jobs.kernel.tile_bucket import TileBucket, TilePart
from jobs.kernel.tiles import encode_identity, encode_tile
from jobs.language.atoms import (
    Aggregate,
    AllOf,
    AnyOf,
    Compare,
    ContactColumn,
    Formula,
    Function,
    Last,
    Meaning,
    NotOf,
    RowColumn,
    Rows,
    Span,
    Spans,
    Words,
)
from jobs.plan.clock import make_clock
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Plan
from jobs.syntax.durations import read_duration
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions

SEED = 20261124
WINDOWS = ("1d", "7d", "14d", "30d", "60d", "90d", "6mo", "180d", "270d", "1y", "18mo", "2y")
TEXT, INTEGER = ColumnType("text"), ColumnType("integer")
MONEY = ColumnType("decimal", precision=12, scale=2)
CHANNELS = ("app", "call", "mail", "store", "web")
CHOICE = ColumnType("choice", values=CHANNELS)
DAY_US = 86_400_000_000
AS_OF_US = int(np.datetime64("2026-11-24", "us").astype(np.int64))


def catalog() -> Catalog:
    def source(name: str, kind: str, **types: ColumnType) -> Source:
        columns = {column: Column(column, of, raw=column) for column, of in types.items()}
        return Source(name, kind, columns, time="at" if kind == "events" else "")  # pyright: ignore[reportArgumentType]

    people = {f"word{k}": TEXT for k in range(3)} | {f"number{k}": INTEGER for k in range(2)}
    sources = [
        source("contacts", "contacts", **people, born=ColumnType("date"), optin=ColumnType("boolean"), worth=MONEY),
        source("order", "events", product=TEXT, channel=CHOICE, amount=MONEY, items=INTEGER),
        source("click", "events", campaign=TEXT, channel=CHOICE),
        source("visit", "events", page=TEXT, seconds=INTEGER),
    ]
    return Catalog({one.name: one for one in sources})


WORDS_OF = {"product": 200, "campaign": 50, "page": 50}
SHARE = {"order": 0.3, "click": 0.4, "visit": 0.3}


# --- data ----------------------------------------------------------------------------------------------------------------


def codes(random: np.random.Generator, kinds: int, size: int) -> pa.Array:
    """Words w0, w1, …, the first ones often; a fifth is missing."""
    drawn = np.minimum(random.exponential(kinds / 4, size).astype(np.int32), kinds - 1)
    words = pa.array([f"w{kind}" for kind in range(kinds)])
    return pa.DictionaryArray.from_arrays(pa.array(drawn, mask=random.random(size) < 0.2), words).dictionary_decode()


def numbers(random: np.random.Generator, size: int, mean: float) -> pa.Array:
    return pa.array(random.exponential(mean, size).astype(np.int64), mask=random.random(size) < 0.2)


def column(random: np.random.Generator, name: str, kind: ColumnType, size: int) -> pa.Array:
    match kind.name:
        case "choice":
            places = pa.array(random.integers(0, len(CHANNELS), size).astype(np.int32))
            return pa.DictionaryArray.from_arrays(places, pa.array(CHANNELS)).dictionary_decode()
        case "text":
            return codes(random, WORDS_OF.get(name, 30), size)
        case "decimal":
            return numbers(random, size, 40).cast(pa.decimal128(21, 2)).cast(pa.decimal128(12, 2))
        case "boolean":
            return pa.array(random.random(size) < 0.5)
        case "date":
            return pa.array(random.integers(-7000, 13000, size).astype(np.int32)).cast(pa.date32())
        case _:
            return numbers(random, size, 20)


def bucket_of(cat: Catalog, plan: Plan, events: int) -> TileBucket:
    """One bucket: its contacts, and `events` events in monthly tiles."""
    random = np.random.default_rng(SEED)
    positions = pa.array(np.arange(BUCKET, dtype=np.int32))
    who = pa.table({"position": positions, "contact_id": [f"c{n}" for n in range(BUCKET)], "live": [True] * BUCKET})
    tiles: dict[str, list[bytes]] = {}
    for source in cat.sources.values():
        if source.kind == "contacts":
            cells = {name: column(random, name, one.type, BUCKET) for name, one in source.columns.items()}
            tiles[source.name] = [encode_tile(pa.table({"position": positions, **cells}), source, cat).payload]
            continue
        size = int(events * SHARE[source.name])
        ages = np.sort(random.exponential(200, size) % 730)[::-1]
        at = AS_OF_US - (ages * DAY_US).astype(np.int64) - 1
        position = (random.zipf(1.6, size) * 2654435761 + random.integers(0, BUCKET, size)) % BUCKET
        cells = {name: column(random, name, one.type, size) for name, one in source.columns.items()}
        table = pa.table(
            {
                "position": pa.array(position.astype(np.int32)),
                "at": pa.array(at).cast(pa.timestamp("us", "UTC")),
                **cells,
            }
        )
        months = np.searchsorted(at, AS_OF_US - np.arange(25, -1, -1) * 30 * DAY_US)
        tiles[source.name] = [
            encode_tile(table.slice(low, high - low), source, cat).payload
            for low, high in pairwise(months)
            if high > low
        ]
    return TileBucket(cat, plan.columns, [encode_identity(who).payload], tiles)


# --- segments ------------------------------------------------------------------------------------------------------------


class Drawing:
    """Random segments: 700 distinct aggregates, 150 conditions on contacts, two to five of them a segment."""

    def __init__(self, cat: Catalog) -> None:
        self.random = np.random.default_rng(SEED + 1)
        self.cat = cat
        drawn = {self.aggregate() for _ in range(1200)}
        self.aggregates = sorted(drawn, key=repr)
        self.random.shuffle(self.aggregates)
        self.aggregates = self.aggregates[:700]
        self.attributes = [self.attribute() for _ in range(150)]

    def one(self, *choices: object) -> object:
        return choices[int(self.random.integers(0, len(choices)))]

    def number(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high))

    def row_test(self, source: Source) -> Formula:
        """Six in ten test a column for one word, two in ten for several, two in ten a number."""
        columns = list(source.columns.values())
        words = [one for one in columns if one.type.name in ("text", "choice")]
        counted = [one for one in columns if one.type.name in ("integer", "decimal")]
        draw = self.random.random()
        if counted and draw > 0.85:
            found = counted[self.number(0, len(counted))]
            return Compare(RowColumn(found.name, found.type), Spans((Span(Decimal(self.number(1, 60)), None),)))
        found = words[self.number(0, len(words))]
        pool = CHANNELS if found.type.name == "choice" else tuple(f"w{k}" for k in range(WORDS_OF[found.name] // 3))
        count = 1 if draw < 0.65 else self.number(2, 4)
        chosen = {pool[self.number(0, len(pool))] for _ in range(count)}
        return Compare(RowColumn(found.name, found.type), Words("in", tuple(sorted(chosen))))

    def aggregate(self) -> Aggregate:
        source = self.cat.sources[str(self.one("order", "click", "visit"))]
        draw = self.random.random()
        where = None if draw < 0.1 else self.row_test(source)
        if draw > 0.85:
            where = AllOf((self.row_test(source), self.row_test(source)))
        rows = Rows(source.name, where, Last(read_duration(str(self.one(*WINDOWS)))))
        counted = [one for one in source.columns.values() if one.type.name in ("integer", "decimal")]
        draw = self.random.random()
        if not counted or draw < 0.6:
            return Aggregate(rows, "count", None, INTEGER)
        if draw < 0.65:
            return Aggregate(rows, "last", None, ColumnType("timestamp"))
        functions: list[Function] = ["sum", "sum", "sum", "average", "minimum", "maximum"]
        found = counted[self.number(0, len(counted))]
        return Aggregate(rows, functions[self.number(0, 6)], RowColumn(found.name, found.type), found.type)

    def attribute(self) -> Formula:
        found = list(self.cat.contacts.columns.values())[self.number(0, 8)]
        value = ContactColumn("contacts", found.name, found.type)
        match found.type.name:
            case "text":
                return Compare(value, Words("in", tuple(sorted({f"w{self.number(0, 30)}" for _ in range(3)}))))
            case "boolean":
                return Compare(value, Spans((Span(1, 1),)))
            case "date":
                return Compare(value, Spans((Span(self.number(-7000, 6000), self.number(6000, 13000)),)))
            case _:
                return Compare(value, Spans((Span(Decimal(self.number(1, 40)), None),)))

    def condition(self) -> Formula:
        if self.random.random() < 0.4:
            return self.attributes[self.number(0, len(self.attributes))]
        value = self.aggregates[self.number(0, len(self.aggregates))]
        if value.function == "last":
            return Compare(value, Spans((Span(AS_OF_US - self.number(1, 300) * DAY_US, None),)))
        return Compare(
            value,
            Spans((Span(self.number(1, 4) if value.function == "count" else Decimal(self.number(5, 200)), None),)),
        )

    def segment(self, number: int) -> Meaning:
        conditions = [self.condition() for _ in range(self.number(2, 6))]
        conditions = [NotOf(one) if self.random.random() < 0.2 else one for one in conditions]
        where: Formula = AllOf(tuple(conditions)) if self.random.random() < 0.7 else AnyOf(tuple(conditions))
        return Meaning(f"s{number}", _everyone(), where)


def _everyone() -> Formula:
    from jobs.language.atoms import Everyone

    return Everyone()


# --- measuring -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Unpacked:
    """A bucket whose tiles are unpacked already, so that only the kernel is measured."""

    who: Identity
    blocks: dict[str, RowBlock]

    def parts(self) -> list[Unpacked]:
        return [self]

    def identity(self) -> Identity:
        return self.who

    def rows(self, source: str) -> RowBlock:
        return self.blocks[source]

    def given(self, asked: Given) -> np.ndarray:
        raise AssertionError(f"no segment of the bench asks for {asked}")


def unpack(bucket: TileBucket) -> Unpacked:
    part = TilePart(bucket, 0, BUCKET)
    return Unpacked(part.identity(), {source: part.rows(source) for source in bucket.tiles})


def measure(program: Program, bucket: TileBucket, buckets: int) -> tuple[float, float, int]:
    """Seconds of reading and of evaluating so many buckets, and the members counted."""
    started = time.process_time()
    unpacked = [unpack(bucket) for _ in range(buckets)][-1]
    reading = time.process_time() - started
    started = time.process_time()
    stage = len(program.stages) - 1
    members = [int(evaluate_bucket(program, unpacked, Cuts(), stage).members.sum()) for _ in range(buckets)]
    return reading, time.process_time() - started, members[-1]


def main() -> None:
    options = argparse.ArgumentParser(description="The kernel alone, on one core.")
    options.add_argument("--buckets", type=int, default=31)
    options.add_argument("--segments", type=int, default=1000)
    options.add_argument("--events", type=int, default=645_000, help="events of a bucket")
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--profile", action="store_true")
    asked = options.parse_args()
    cat = catalog()
    drawing = Drawing(cat)
    clock = make_clock(read_moment("2026-11-24T00:00"), zone_transitions("UTC"))
    started = time.process_time()
    plan = make_plan([drawing.segment(number) for number in range(asked.segments)], cat, clock)
    planned = time.process_time()
    program = compile_program(plan)
    compiled = time.process_time()
    print(f"plan {planned - started:.2f} s, program {compiled - planned:.2f} s: {len(program.rows_values)} aggregates, "
          f"{len(program.leaves)} tests, {program.bitmaps} bitmaps")  # fmt: skip
    bucket = bucket_of(cat, plan, asked.events)
    warm = time.process_time()
    measure(program, bucket, 1)
    print(f"first bucket (compiling or loading what is compiled): {time.process_time() - warm:.2f} s")
    for _ in range(asked.repeat):
        reading, evaluating, members = measure(program, bucket, asked.buckets)
        print(f"{asked.buckets} buckets of {asked.events:,} events: reading {reading:.2f} s, evaluating {evaluating:.2f} s "
              f"({1000 * evaluating / asked.buckets:.1f} ms a bucket), {members:,} memberships a bucket")  # fmt: skip
    if asked.profile:
        unpacked = unpack(bucket)
        with cProfile.Profile(time.process_time) as profile:
            evaluate_bucket(program, unpacked, Cuts(), len(program.stages) - 1)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
