"""Small worlds for the kernel: rows by position, packed into tiles and evaluated like the lake's.

A test names positions (contacts 0, 1, 2, …) and gives formulas in atoms; the plan, the program and the tiles are the
product's own. Times are instants as text, in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from jobs.catalog.model import Catalog, Column, Lookup, Source
from jobs.catalog.types import ColumnType
from jobs.catalog.values import arrow_type
from jobs.kernel.bucket import BucketAnswers, Given
from jobs.kernel.bucket_evaluation import evaluate_bucket
from jobs.kernel.cuts import Cuts
from jobs.kernel.lookups import flatten_lookups
from jobs.kernel.program import Program, compile_program
from jobs.kernel.stages import LocalBuckets, find_cuts
from jobs.kernel.tile_bucket import PART_BYTES, TileBucket
from jobs.kernel.tiles import encode_identity, encode_tile
from jobs.language import atoms
from jobs.language.atoms import Formula, Keep, Meaning
from jobs.plan.clock import make_clock
from jobs.plan.planner import make_plan
from jobs.plan.run_plan import Plan
from jobs.syntax.durations import read_duration
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions

TEXT = ColumnType("text")
FOLDED = ColumnType("text", fold=True)
CHOICE = ColumnType("choice", values=("web", "app", "store"))
CHOICES = ColumnType("choices", values=("a", "b", "c"))
INTEGER = ColumnType("integer")
MONEY = ColumnType("decimal", precision=18, scale=2)
FLOAT = ColumnType("float")
BOOLEAN = ColumnType("boolean")
VERSION = ColumnType("version")
DATE = ColumnType("date")
STAMP = ColumnType("timestamp")
POINT = ColumnType("point")

AS_OF = "2026-11-24T00:00"
ZONE = "Europe/Vienna"

Row = tuple[Any, ...]


def instant(text: str) -> datetime:
    """`2026-11-01T10:00` in UTC; a bare date is its midnight."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def micros(text: str) -> int:
    return int(instant(text).timestamp()) * 1_000_000


def events(
    name: str = "order", /, keep: str = "", lookups: Mapping[str, Lookup] | None = None, **columns: ColumnType
) -> Source:
    """A source of events with the time column `at`."""
    duration = read_duration(keep) if keep else None
    return Source(name, "events", _columns(columns), lookups=lookups or {}, time="at", keep=duration)


def related(name: str = "device", /, **columns: ColumnType) -> Source:
    return Source(name, "related", _columns(columns))


def contacts(lookups: Mapping[str, Lookup] | None = None, **columns: ColumnType) -> Source:
    return Source("contacts", "contacts", _columns(columns), lookups=lookups or {})


def lookup(name: str, key: str, /, **columns: ColumnType) -> Source:
    return Source(name, "lookup", _columns(columns), contact="", key=(key,))


def _columns(types: Mapping[str, ColumnType]) -> dict[str, Column]:
    return {name: Column(name, kind, raw=name) for name, kind in types.items()}


def catalog_of(*sources: Source) -> Catalog:
    found = {source.name: source for source in sources}
    if not any(source.kind == "contacts" for source in sources):
        found["contacts"] = contacts()
    return Catalog(found)


@dataclass(frozen=True, eq=False)
class World:
    """`rows` of a source: (position, time, values …) for events, (position, values …) else, as the catalog orders.

    `tiles` cuts a source's rows after so many rows each, to see that several tiles are one.
    """

    catalog: Catalog
    rows: Mapping[str, Sequence[Row]]
    people: int = 6
    as_of: str = AS_OF
    zone: str = ZONE
    tile_rows: int = 1_000_000
    part_bytes: int = PART_BYTES
    given: Mapping[Given, Sequence[int]] = field(default_factory=dict[Given, Sequence[int]])
    dead: frozenset[int] = frozenset()
    ids: Sequence[str] = ()

    def plan(self, *meanings: Meaning) -> Plan:
        clock = make_clock(read_moment(self.as_of), zone_transitions(self.zone))
        return make_plan(meanings, self.catalog, clock)

    def table(self, source: Source) -> pa.Table:
        """The source's typed rows, with `position` in the place of `contact_id`."""
        rows = list(self.rows.get(source.name, ()))
        heads = [] if source.kind == "lookup" else ["position"]
        heads += ["at"] if source.time else []
        columns = list(source.columns.values())
        kinds: dict[str, pa.DataType] = {"position": pa.int32(), "at": pa.timestamp("us", "UTC")}
        kinds |= {column.name: arrow_type(column.type) for column in columns}
        names = [*heads, *(column.name for column in columns)]
        cells = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        for column in columns:
            if column.type.name == "decimal":
                cells[column.name] = [None if one is None else Decimal(one) for one in cells[column.name]]
        if source.time:
            cells["at"] = [instant(one) if isinstance(one, str) else one for one in cells["at"]]
        return pa.table({name: pa.array(cells[name], kinds[name]) for name in names})

    def bucket(self, plan: Plan) -> TileBucket:
        everyone = list(range(self.people))
        ids = list(self.ids) or [f"c{one}" for one in everyone]
        live = [one not in self.dead for one in everyone]
        who = pa.table({"position": pa.array(everyone, pa.int32()), "contact_id": ids, "live": live})
        packed = [s for s in self.catalog.sources.values() if s.kind not in ("lookup", "computed")]
        tiles = {source.name: self._tiles(source) for source in packed}
        lookups = flatten_lookups(self.catalog, plan.columns, self.table)
        bits = {reference: bitmap(positions) for reference, positions in self.given.items()}
        return TileBucket(
            self.catalog, plan.columns, [encode_identity(who).payload], tiles, lookups, bits, part_bytes=self.part_bytes
        )

    def _tiles(self, source: Source) -> list[bytes]:
        table = self.table(source)
        starts = range(0, table.num_rows, self.tile_rows)
        return [encode_tile(table.slice(at, self.tile_rows), source, self.catalog).payload for at in starts]

    def segments(self, *meanings: Meaning) -> dict[str, list[int]]:
        """The members' positions of every segment, through all stages."""
        plan = self.plan(*meanings)
        program = compile_program(plan)
        bucket = self.bucket(plan)
        answers, _ = run_stages(plan, program, [bucket])
        return {id_: members_of(answers[0], id_) for id_ in program.segments}

    def members(self, where: Formula) -> list[int]:
        return self.segments(meaning(where))["s"]

    def answers(self, *meanings: Meaning) -> BucketAnswers:
        """The last stage's answers where there are no cuts to make."""
        plan = self.plan(*meanings)
        return evaluate_bucket(compile_program(plan), self.bucket(plan), Cuts(), 0)


def run_stages(plan: Plan, program: Program, buckets: Sequence[TileBucket]) -> tuple[list[BucketAnswers], Cuts]:
    """All stages over all buckets: the last answers and the cuts."""
    cuts = find_cuts(plan, program, LocalBuckets(program, lambda: buckets))
    return [evaluate_bucket(program, bucket, cuts, plan.last_stage) for bucket in buckets], cuts


def members_of(answers: BucketAnswers, segment: str) -> list[int]:
    """The positions set in a segment's bitmap; its count must say the same."""
    place = answers.segments.index(segment)
    found = np.flatnonzero(np.unpackbits(answers.bits[place], bitorder="little")).tolist()
    assert answers.members[place] == len(found)
    return found


def counts(world: World, value: atoms.Aggregate, upto: int = 5) -> list[list[int]]:
    """For each number from 0 the positions that have exactly it."""
    asked = [meaning(atoms.Compare(value, equal_to(number)), f"n{number}") for number in range(upto)]
    return list(world.segments(*asked).values())


def bitmap(positions: Sequence[int]) -> bytes:
    flags = np.zeros(32_768, np.bool_)
    flags[list(positions)] = True
    return np.packbits(flags, bitorder="little").tobytes()


# --- atoms in few words ------------------------------------------------------------------------------------------------


def meaning(where: Formula, id_: str = "s", keep: Keep | None = None, base: Formula | None = None) -> Meaning:
    return Meaning(id_, base or atoms.Everyone(), where, keep)


def rows(source: str = "order", where: Formula | None = None, window: atoms.Window | None = None) -> atoms.Rows:
    return atoms.Rows(source, where, window)


def last(text: str) -> atoms.Last:
    return atoms.Last(read_duration(text))


def days(first: str, last_: str) -> atoms.DaySpan:
    return atoms.DaySpan(date.fromisoformat(first), date.fromisoformat(last_))


def column(path: str, kind: ColumnType) -> atoms.RowColumn:
    return atoms.RowColumn(path, kind)


def attribute(path: str, kind: ColumnType, source: str = "contacts") -> atoms.ContactColumn:
    return atoms.ContactColumn(source, path, kind)


def aggregate(
    function: atoms.Function, of: atoms.RowColumn | None = None, over: atoms.Rows | None = None
) -> atoms.Aggregate:
    match function:
        case "count" | "days" | "distinct":
            kind = INTEGER
        case "first" | "last":
            kind = STAMP
        case _:
            assert of is not None
            kind = of.type
    return atoms.Aggregate(over or rows(), function, of, kind)


def spans(*ends: tuple[Any, Any]) -> atoms.Spans:
    """Closed intervals; numbers as text become decimals, None is no end."""
    return atoms.Spans(tuple(atoms.Span(_number(low), _number(high)) for low, high in ends))


def at_least(number: Any) -> atoms.Spans:
    return spans((number, None))


def at_most(number: Any) -> atoms.Spans:
    return spans((None, number))


def more_than(number: Any) -> atoms.Spans:
    return atoms.Spans((atoms.Span(_number(number), None, low_in=False),))


def less_than(number: Any) -> atoms.Spans:
    return atoms.Spans((atoms.Span(None, _number(number), high_in=False),))


def equal_to(number: Any) -> atoms.Spans:
    return spans((number, number))


def _number(number: Any) -> Any:
    return Decimal(number) if isinstance(number, str) else number


def is_word(*words: str) -> atoms.Words:
    return atoms.Words("in", tuple(sorted(words)))


def test_of(value: atoms.Value, test: atoms.Test) -> atoms.Compare:
    return atoms.Compare(value, test)


test_of.__test__ = False  # pyright: ignore[reportFunctionMemberAccess] - pytest is not to take it for a test
