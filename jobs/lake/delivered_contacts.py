"""What deliveries of the contacts source say of whom: ids and nothing else, a piece of a file at a time, without Spark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.lake.stored_columns import placed_columns, read_names
from jobs.lake.stored_files import FilePiece, files_at, pieces, read_piece
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO, Table, source_table


class DeliveredContacts(Protocol):
    """One delivery. `counts`: the source consists of it, or of it and others; else another has replaced it."""

    @property
    def delivery_no(self) -> int: ...

    @property
    def counts(self) -> bool: ...

    def pieces(self) -> Sequence[FilePiece]:
        """What can be read of it side by side, with about how many rows."""
        ...

    def read(self, piece: FilePiece) -> Iterator[pa.Table]:
        """`contact_id` and `deleted`, which is never null; nobody has two rows in all pieces together."""
        ...


@dataclass(frozen=True)
class StoredDelivery:
    """A delivery whose rows lie in the lake."""

    lake: str
    stored: StoredSource
    delivery_no: int
    counts: bool

    @property
    def _table(self) -> Table:
        return source_table(self.stored.source.name, self.stored.schema)

    def pieces(self) -> Sequence[FilePiece]:
        files = files_at(self.lake, self._table, column=DELIVERY_NO)
        return pieces(self.lake, self._table, [file for file in files if file.may_hold([self.delivery_no])])

    def read(self, piece: FilePiece) -> Iterator[pa.Table]:
        marked = [DELETED] if self.stored.source.delivery == "changes" else []
        schema = pa.schema([self.stored.schema.field(name) for name in (CONTACT_ID, *marked)])
        for rows in read_piece(self.lake, self._table, piece, [DELIVERY_NO, *read_names(schema)]):
            own = rows.filter(pc.equal(rows[DELIVERY_NO], self.delivery_no))
            ids = placed_columns(own, schema, [])
            deleted = pc.fill_null(ids[DELETED], False) if marked else pa.repeat(False, own.num_rows)
            yield pa.table({CONTACT_ID: ids[CONTACT_ID], DELETED: deleted})


def delivered_rows(deliveries: Sequence[DeliveredContacts]) -> Iterator[tuple[int, bool, pa.Table]]:
    """All rows, each table with the place of its delivery among these, and whether it counts."""
    for place, delivery in enumerate(deliveries):
        for piece in delivery.pieces():
            for rows in delivery.read(piece):
                yield place, delivery.counts, rows


def stored_deliveries(
    lake: str, stored: StoredSource, counting: Sequence[int], replaced: Sequence[int]
) -> list[StoredDelivery]:
    """Those that count in their order, then those that others have replaced."""
    return [
        *(StoredDelivery(lake, stored, number, counts=True) for number in counting),
        *(StoredDelivery(lake, stored, number, counts=False) for number in replaced),
    ]
