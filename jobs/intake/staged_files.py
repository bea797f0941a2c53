"""Deliveries on their way in: one pass from a delivered part to a file of `sources/`, counted as it is written.

Parts are handed out; a worker reads one with the catalog's parser, counts, looks the contacts up, and writes the rows that
belong to somebody into a file that nobody knows yet. Where contacts are too many for one table, rows are cut by the share
of their contact instead, and looked up, counted and written where that share is held. What comes back is one small row for
each part. A file belongs to its table once a commit names it; what is refused is taken away again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from itertools import groupby
from operator import itemgetter

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.row_rules import RowRule, row_rules
from jobs.catalog.values import FileNotes
from jobs.catalog.values.layout import CONTACT_ID
from jobs.catalog.values.typed_batches import possible_blames
from jobs.errors import DataError
from jobs.intake.delivery_counts import Counts
from jobs.intake.inlet import Inlet, Part, StillChanging
from jobs.intake.part_counts import BY, PartCounts, compared, read_counts, together, too_many
from jobs.lake.contact_lookup import ContactIndex, by_share, numbers_of
from jobs.lake.creation import location
from jobs.lake.moved_rows import from_bytes, to_bytes
from jobs.lake.stored_source import StoredSource
from jobs.lake.table_files import ROW_GROUP_BYTES, TableFile, TableFileWriter
from jobs.lake.tables import CONTACT_NO, DELIVERY_NO, Table
from jobs.lake.workers import Workers, even_piles

HANDED_OUT = pa.schema(
    [
        ("delivery_no", pa.int64()),
        ("alone", pa.bool_()),
        # the part
        ("name", pa.string()),
        ("size", pa.int64()),
        ("content", pa.string()),
        ("first", pa.int64()),
        ("end", pa.int64()),
        ("own", pa.int64()),
    ]
)
STAGED = pa.schema(
    [
        ("part", pa.int32()),  # where fragments of one delivery and rule meet
        ("delivery_no", pa.int64()),
        ("rule", pa.int32()),  # -1: a part's counts, with its file; -2: rows; else hashes, behind the move a count
        ("place", pa.string()),  # of rows among those of their delivery
        ("payload", pa.binary()),
        ("file", pa.string()),
    ]
)
COUNTS, ROWS = -1, -2
RULE_PARTS = 16
"""A delivery of several files has its rows compared in so many parts."""


@dataclass(frozen=True)
class DeliveryReader:
    """How the deliveries of one source are read and kept; goes to workers whole.

    `table` is where rows lie, `names` under which name each parsed column does, `folder` the attempt's own in it. `index`
    knows everybody who has a number, which rows then carry; None: nobody asks.
    """

    stored: StoredSource
    inlet: Inlet
    lake: str
    table: Table
    names: Mapping[str, str]
    folder: str
    index: ContactIndex | None = None

    @property
    def rules(self) -> tuple[RowRule, ...]:
        return row_rules(self.stored.source)

    def staged(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Parts in, files written, rows of `STAGED` out."""
        for batch in batches:
            for number, alone, *part in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield from self._part(number, alone, Part(*part))

    def _part(self, delivery_no: int, alone: bool, part: Part) -> Iterator[pa.RecordBatch]:
        counts = PartCounts(part.shown, part.first)
        writer = PartFile(TableFileWriter(self.lake, self.table, folder=self.folder))
        hashes: dict[int, list[pl.DataFrame]] = {number: [] for number in range(len(self.rules))}
        notes = FileNotes()
        try:
            for rows in self.inlet.batches(self.stored, part, notes):
                for number, rule in enumerate(self.rules):
                    hashes[number].append(compared(rule, self.stored, rows))
                if self.in_shares:
                    place = f"{part.name} {part.first:020} {counts.rows:020}"
                    yield from self._by_share(delivery_no, place, rows, counts)
                else:
                    self._keep(delivery_no, rows, counts, writer)
            counts.remarks += _of_file(part, notes.remarks)
            counts.keys += sorted(notes.keys) if part.is_piece else []
            counts.trials = notes.trials
        except DataError as fault:
            counts.faults.append(str(fault))
        except StillChanging as changing:
            counts.changing.append(str(changing))
        file = writer.close()
        whole = {number: pl.concat(each) for number, each in hashes.items() if each}
        if alone:
            counts.repeated = {self.rules[number].name: too_many(each) for number, each in whole.items()}
        else:
            for number, each in whole.items():
                yield from _fragments(delivery_no, number, each)
        yield _row(0, delivery_no, COUNTS, counts.to_bytes(), None if file is None else json.dumps(asdict(file)))

    def _keep(self, delivery_no: int, rows: pa.RecordBatch, counts: PartCounts, writer: PartFile) -> None:
        numbers = None if self.index is None else numbers_of(self.index, rows.column(CONTACT_ID))
        kept = counts.add(rows, self.stored, numbers)
        own = self._stored(delivery_no, rows, numbers)
        writer.write(own if kept is None else own.filter(kept))

    def _stored(self, delivery_no: int, rows: pa.RecordBatch, numbers: pa.Array | None) -> pa.RecordBatch:
        return pa.RecordBatch.from_arrays(
            [
                pa.repeat(pa.scalar(delivery_no, pa.int64()), rows.num_rows),
                *(rows.column(name) for name in self.names),
                *([] if numbers is None else [numbers]),
            ],
            names=[DELIVERY_NO, *self.names.values(), *([] if numbers is None else [CONTACT_NO])],
        )

    @property
    def in_shares(self) -> bool:
        """Whether contacts are looked up where their share is held, and not where rows are read."""
        return self.index is not None and self.index.shares > 1

    def _by_share(
        self, delivery_no: int, place: str, rows: pa.RecordBatch, counts: PartCounts
    ) -> Iterator[pa.RecordBatch]:
        assert self.index is not None
        counts.add(rows, self.stored, None)
        own = pa.table({name: rows.column(name) for name in self.names}).filter(pc.is_valid(rows.column(CONTACT_ID)))
        for share, part in by_share(own, own[CONTACT_ID], self.index.shares):
            yield _row(share, delivery_no, ROWS, to_bytes(part), None, place)

    def met(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Sorted rows of `STAGED` in; of each share of a delivery's rows their file and who is unknown out."""
        return _judged(batches, self._share)

    def _share(self, share: int, delivery_no: int, payloads: Iterable[pa.Buffer]) -> pa.RecordBatch:
        assert self.index is not None
        counts = PartCounts("")
        writer = PartFile(TableFileWriter(self.lake, self.table, folder=self.folder))
        time = self.stored.source.time
        for payload in payloads:
            for rows in from_bytes(payload).to_batches():
                numbers = numbers_of(self.index, rows.column(CONTACT_ID), share)
                counts.unknown_contacts += numbers.null_count
                own = self._stored(delivery_no, rows, numbers)
                writer.write(own.filter(pc.is_valid(rows.column(time))) if time else own)
        file = writer.close()
        return _row(0, delivery_no, COUNTS, counts.to_bytes(), None if file is None else json.dumps(asdict(file)))


@dataclass(frozen=True, eq=False)
class PartFile:
    """The file of a part. Rows that carry no number where others do stand in row groups of their own, so that nobody reads
    the ids of the others to find out whose these are."""

    writer: TableFileWriter
    unknown: list[pa.RecordBatch] = field(default_factory=list[pa.RecordBatch])

    def write(self, rows: pa.RecordBatch) -> None:
        if CONTACT_NO not in rows.schema.names or not rows.column(CONTACT_NO).null_count:
            self.writer.write(rows)
            return
        has_number = pc.is_valid(rows.column(CONTACT_NO))
        self.writer.write(rows.filter(has_number))
        self.unknown.append(rows.filter(pc.invert(has_number)))
        if sum(batch.nbytes for batch in self.unknown) >= ROW_GROUP_BYTES:
            self._write_unknown()

    def close(self) -> TableFile | None:
        self._write_unknown()
        return self.writer.close()

    def _write_unknown(self) -> None:
        self.writer.flush()
        for rows in self.unknown:
            self.writer.write(rows)
        self.writer.flush()
        self.unknown.clear()


@dataclass(frozen=True)
class Staged:
    """A source's deliveries as they lie in files that nobody knows: by delivery its counts, and its files; `cut` are those
    of which a part was read in pieces."""

    reader: DeliveryReader
    counts: Mapping[int, Counts]
    files: Mapping[int, Sequence[TableFile]]
    cut: Collection[int] = ()


def stage(workers: Workers, reader: DeliveryReader, parts: Sequence[tuple[int, Part]]) -> Staged:
    """Reads and writes these parts, each with the number of its delivery; one job, with a shuffle of hashes where a
    delivery has several parts and its rows are compared.

    Large parts are read in pieces. Of a delivery that cannot be read to its end so they are read again whole: then what is
    wrong, and how far the rows were counted, is said of the file, whatever pieces it had.
    """
    staged = _staged(workers, reader, {numbered: reader.inlet.pieces(numbered[1]) for numbered in parts})
    torn = {number for number, counts in staged.counts.items() if number in staged.cut and counts.faults}
    if not torn:
        return staged
    again = _staged(workers, reader, {numbered: [numbered[1]] for numbered in parts if numbered[0] in torn})
    files = {number: files for number, files in staged.files.items() if number not in torn}
    return Staged(reader, {**staged.counts, **again.counts}, {**files, **again.files})


def _staged(workers: Workers, reader: DeliveryReader, pieces: Mapping[tuple[int, Part], Sequence[Part]]) -> Staged:
    counts: dict[int, list[PartCounts]] = {}
    files: dict[int, list[TableFile]] = {}
    repeated: dict[int, dict[str, int]] = {}
    handed = [(number, piece) for (number, _), cut in pieces.items() for piece in cut]
    parts_of = Counter(number for number, _ in handed)
    alone = {number for number, count in parts_of.items() if count == 1}
    crew = workers.for_bytes(sum(piece.weight for _, piece in handed))
    if crew.on_other_machines:
        reader.inlet.check_sent()
    piles = even_piles(handed, lambda numbered: numbered[1].weight, crew.cores)
    rows = [[(number, number in alone, *astuple(piece)) for number, piece in pile] for pile in piles]
    staged = crew.hand_out(rows, HANDED_OUT).mapped(reader.staged, STAGED)
    if reader.in_shares or (reader.rules and len(alone) < len(parts_of)):
        places = max(len(piles), crew.cores if reader.in_shares else 1)
        staged = staged.moved("part", places, ("part", "delivery_no", "rule", "place")).mapped(reader.met, STAGED)
    results = staged.gathered(location(reader.lake, reader.table))
    for row in results:
        number = row["delivery_no"]
        if row["rule"] == COUNTS:
            counts.setdefault(number, []).append(read_counts(bytes(row["payload"])))
            if row["file"] is not None:
                files.setdefault(number, []).append(TableFile(**json.loads(row["file"])))
        else:
            of_rules = repeated.setdefault(number, {})
            name = reader.rules[row["rule"]].name
            of_rules[name] = of_rules.get(name, 0) + int(bytes(row["payload"]))
    cut = [numbered for numbered, each in pieces.items() if len(each) > 1]
    for number, part in cut:
        counts[number].append(_of_pieces(reader, part, counts[number]))
    blames = possible_blames(reader.stored.source)
    names = [rule.name for rule in reader.rules]
    whole = {
        number: together(each, blames, dict.fromkeys(names, 0) | _sums(each) | repeated.get(number, {}))
        for number, each in counts.items()
    }
    return Staged(reader, whole, files, {number for number, _ in cut})


def _of_pieces(reader: DeliveryReader, part: Part, counts: Sequence[PartCounts]) -> PartCounts:
    """What only all pieces of a part can say together: that it is no longer what arrived, and which keys no row has."""
    whole = PartCounts(part.shown)
    keys = {key for each in counts if each.shown == part.shown for key in each.keys}
    try:
        reader.inlet.check(part)
        whole.remarks += _of_file(part, reader.inlet.remarks(reader.stored, part, keys))
    except StillChanging as changing:
        whole.changing.append(str(changing))
    except DataError as fault:
        whole.faults.append(str(fault))
    return whole


def _of_file(part: Part, remarks: Iterable[str]) -> list[str]:
    return [f"{part.shown}: {remark}" for remark in remarks]


def _sums(parts: Sequence[PartCounts]) -> dict[str, int]:
    return {name: sum(part.repeated.get(name, 0) for part in parts) for part in parts for name in part.repeated}


def _judged(
    batches: Iterable[pa.RecordBatch],
    of_share: Callable[[int, int, Iterable[pa.Buffer]], pa.RecordBatch] | None = None,
) -> Iterator[pa.RecordBatch]:
    """Sorted rows of `STAGED` in; of each delivery, rule and part of its hashes one count out, of each share of its rows
    what is made of them, all else as it is."""
    cells = (cell for batch in batches for cell in _cells_of(batch))
    for (part, delivery_no, rule), group in groupby(cells, key=itemgetter(0, 1, 2)):
        if rule == COUNTS:
            yield from (_row(0, delivery_no, COUNTS, payload.to_pybytes(), file) for *_, payload, file in group)
        elif rule == ROWS:
            assert of_share is not None
            yield of_share(part, delivery_no, (payload for *_, payload, _ in group))
        else:
            hashes = pl.concat([pl.read_ipc_stream(payload.to_pybytes()) for *_, payload, _ in group])
            yield _row(part, delivery_no, rule, str(too_many(hashes)).encode(), None)


def _fragments(delivery_no: int, rule: int, hashes: pl.DataFrame) -> Iterator[pa.RecordBatch]:
    """The hashes cut into parts, equal ones into the same."""
    for (part,), own in hashes.group_by(pl.col(BY[0]) % RULE_PARTS):
        sink = pa.BufferOutputStream()
        own.write_ipc_stream(sink)
        yield _row(int(part), delivery_no, rule, sink.getvalue().to_pybytes(), None)


def _row(part: int, delivery_no: int, rule: int, payload: bytes, file: str | None, place: str = "") -> pa.RecordBatch:
    values = (part, delivery_no, rule, place, payload, file)
    return pa.RecordBatch.from_pylist([dict(zip(STAGED.names, values, strict=True))], STAGED)


Cell = tuple[int, int, int, pa.Buffer, str | None]
"""Part, delivery, rule, payload and file of a row of `STAGED`."""


def _cells_of(batch: pa.RecordBatch) -> Iterator[Cell]:
    first = (batch[name].to_pylist() for name in ("part", "delivery_no", "rule"))
    yield from zip(*first, (cell.as_buffer() for cell in batch["payload"]), batch["file"].to_pylist(), strict=True)
