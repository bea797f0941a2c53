"""The one job of a pack: rows are read, cut, moved once as fragments, and written as tiles, all by workers.

Pieces of files are handed out, fragments moved to the task of their bucket, and one small row for each file is gathered.
Fragments of sources with a key are moved twice: a row may replace one of another bucket.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jobs.kernel.bucket_rows import BUCKET
from jobs.lake.creation import location
from jobs.lake.handed_pieces import Task, hand_out_pieces
from jobs.lake.stored_files import files_at, pieces
from jobs.lake.tables import CONTACTS, DELIVERY_NO, TILES
from jobs.lake.workers import RowFlow, Workers
from jobs.packs.additions import Additions
from jobs.packs.row_numbers import CarriedNumbers
from jobs.packs.row_readings import CUT, KEY_CUT, PieceReader, RowReading
from jobs.packs.tile_files import WRITTEN, tile_writer

TASKS_A_CORE = 4
"""So that one bucket with many rows does not hold the others of its task."""
KEY_ROWS = 1_000_000
"""About as many rows are compared by key at a time."""


def write_tiles(
    workers: Workers, lake: str, additions: Additions, pack_no: int, numbers: CarriedNumbers, contacts: int
) -> Sequence[Mapping[str, Any]]:
    """Writes the tiles that a pack adds into files nobody knows yet; rows of `WRITTEN`. `contacts` have numbers."""
    tasks = _tasks(lake, additions.readings, numbers.index.version)
    if not tasks:
        return []
    crew = workers.for_rows(sum(piece.rows for *_, piece in tasks))
    by_key = [task for task in tasks if additions.readings[task[0]].by_key]
    direct = [task for task in tasks if not additions.readings[task[0]].by_key]
    key_parts = max(1, sum(piece.rows for *_, piece in by_key) // KEY_ROWS)
    reader = PieceReader(lake, numbers, tuple(additions.readings), key_parts)
    fragments: list[RowFlow] = []
    if direct:
        fragments.append(hand_out_pieces(crew, direct).mapped(reader.cut, CUT))
    if by_key:
        cut = hand_out_pieces(crew, by_key).mapped(reader.cut_by_key, KEY_CUT)
        moved = cut.moved("part", min(key_parts, crew.cores), ("part", "addition", "seq"))
        fragments.append(moved.mapped(reader.settle(), CUT))
    whole = fragments[0] if len(fragments) == 1 else fragments[0].beside(fragments[1])
    parts = min(contacts // BUCKET + 1, crew.cores * TASKS_A_CORE)
    write = tile_writer(lake, pack_no, tuple(additions.additions))
    tiles = whole.moved("bucket", parts, ("bucket", "addition", "seq")).mapped(write, WRITTEN)
    return tiles.gathered(location(lake, TILES))


def _tasks(lake: str, readings: Sequence[RowReading], people: int) -> list[Task]:
    """What there is to read, with the place of its reading, in an order that depends on the tables alone."""
    tasks: list[Task] = []
    for number, reading in enumerate(readings):
        version = people if reading.table == CONTACTS else None
        column = DELIVERY_NO if reading.deliveries else None
        files = files_at(lake, reading.table, version, column)
        wanted = [file for file in files if not reading.deliveries or file.may_hold(reading.deliveries)]
        tasks += [
            (number, len(tasks) + place, piece) for place, piece in enumerate(pieces(lake, reading.table, wanted))
        ]
    return tasks
