"""Rows of contacts whom nobody knows yet: set aside in `unplaced/<source>`, once, whoever does it.

Which rows those are follows from what packs say of themselves: of deliveries that no earlier one was made from, those that
carry no number and whose contact has none by then. So the pack decides first and its rows are set aside after it, by
whoever made it or, if that one was killed, by the next before it does anything else; of packs that came second nothing is
ever set aside. Workers read such rows from the deliveries' files, look the contacts up and write; one commit names what
they have written.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property, partial

import pyarrow as pa
import pyarrow.compute as pc

from jobs.intake.deliveries import Entry
from jobs.lake.creation import location
from jobs.lake.file_commits import add_files
from jobs.lake.handed_pieces import hand_out_pieces, tasks_in
from jobs.lake.pinned_tiles import Pack, packed_before
from jobs.lake.reads import last_number
from jobs.lake.stored_columns import placed_columns, read_names, stored_names
from jobs.lake.stored_files import FilePiece, files_at, pieces, read_piece
from jobs.lake.stored_source import StoredSource
from jobs.lake.table_files import TableFile, TableFileWriter
from jobs.lake.tables import CONTACT_NO, DELIVERY_NO, Table, source_table, unplaced_table
from jobs.packs.row_numbers import CarriedNumbers, row_numbers
from jobs.runs.night import Night

log = logging.getLogger(__name__)

WRITER = "pack"
"""Under this name rows are committed to `unplaced/<source>`, with the number of the pack that set them aside."""
FILE = pa.schema([("file", pa.string())])
"""A file that a worker has written, as JSON."""


def set_aside(night: Night, pack: Pack, journal: Sequence[Entry]) -> dict[str, int]:
    """How many rows of each source this pack has set aside; those that are not there yet are written.

    A delivery's rows are set aside by the first pack that is made from it: whoever is unknown to a later one was unknown
    then. Whoever was known when a delivery was counted has a number by now: only those with unknown contacts are looked at.
    """
    unknown = {(entry.source, entry.delivery_no): entry.unknown_contacts for entry in journal if entry.unknown_contacts}
    before = packed_before(night.lake, pack.pack_no) if unknown else {}
    numbers = cache(partial(row_numbers, night.workers, night.lake, pack.people))  # the same for every source
    counts: dict[str, int] = {}
    for name, packed in pack.sources.items():
        first = [n for n in packed.deliveries if (name, n) in unknown and n not in before.get(name, ())]
        if first and name in night.catalog.sources:
            counts[name] = sum(unknown[name, number] for number in first)
            _keep(night, night.stored(night.catalog.sources[name]), pack, first, numbers)
            log.info("%s: %d rows of unknown contacts are set aside", name, counts[name])
    return counts


def _keep(
    night: Night, stored: StoredSource, pack: Pack, deliveries: Sequence[int], numbers: Callable[[], CarriedNumbers]
) -> None:
    """One commit with the rows of these deliveries that the pack has no place for."""
    table = unplaced_table(stored.source.name, stored.schema)
    if last_number(night.lake, table, WRITER) >= pack.pack_no:
        return
    names = stored_names(night.lake, table, stored.schema)
    reader = UnknownRows(night.lake, stored, tuple(deliveries), names, numbers(), pack.pack_no)
    add_files(night.lake, reader.table, _written(night, reader), once=(WRITER, pack.pack_no))


def _written(night: Night, reader: UnknownRows) -> list[TableFile]:
    """The files that the workers have written these rows to; they belong to nobody yet."""
    files = files_at(night.lake, reader.source, column=DELIVERY_NO)
    wanted = pieces(night.lake, reader.source, [file for file in files if file.may_hold(reader.deliveries)])
    if not wanted:
        return []
    crew = night.workers.for_rows(sum(piece.rows for piece in wanted))
    rows = hand_out_pieces(crew, [(0, number, piece) for number, piece in enumerate(wanted)]).mapped(
        reader.written, FILE
    )
    return [TableFile(**json.loads(row["file"])) for row in rows.gathered(location(night.lake, reader.table))]


@dataclass(frozen=True, eq=False)
class UnknownRows:
    """Rows of these deliveries whose contact has no number; goes to workers whole. `names`: under which name
    `unplaced/<source>` keeps each parsed column."""

    lake: str
    stored: StoredSource
    deliveries: tuple[int, ...]
    names: Mapping[str, str]
    numbers: CarriedNumbers
    pack_no: int

    @cached_property
    def source(self) -> Table:
        """Where they are read."""
        return source_table(self.stored.source.name, self.stored.schema)

    @cached_property
    def table(self) -> Table:
        """Where they are set aside."""
        kept = pa.schema([field.with_name(self.names[field.name]) for field in self.stored.schema])
        return unplaced_table(self.stored.source.name, kept)

    def written(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Pieces (`PIECE`) in, the file of their rows out."""
        writer = TableFileWriter(self.lake, self.table)
        for *_, piece in tasks_in(batches):
            for run, has_numbers in self.numbers.runs(self.lake, self.source, piece):
                for rows in () if has_numbers else self._rows(run):
                    writer.write(rows)
        file = writer.close()
        if file is not None:
            yield pa.RecordBatch.from_pydict({"file": [json.dumps(asdict(file))]})

    def _rows(self, piece: FilePiece) -> Iterator[pa.RecordBatch]:
        schema = self.stored.schema
        for rows in read_piece(self.lake, self.source, piece, [DELIVERY_NO, CONTACT_NO, *read_names(schema)]):
            counting = rows.filter(pc.is_in(rows[DELIVERY_NO], pa.array(self.deliveries, pa.int64())))
            if not counting.num_rows:
                continue
            beside = [name for name in (DELIVERY_NO, CONTACT_NO) if name in rows.column_names]
            placed = placed_columns(counting, schema, beside).combine_chunks()
            unplaced = placed.filter(pc.is_null(self.numbers.of(placed))).select([DELIVERY_NO, *schema.names])
            for unknown in unplaced.combine_chunks().to_batches():
                pack_no = pa.repeat(pa.scalar(self.pack_no, pa.int64()), unknown.num_rows)
                yield pa.RecordBatch.from_arrays([*unknown.columns, pack_no], schema=self.table.schema)
