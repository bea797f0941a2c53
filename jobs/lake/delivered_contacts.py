"""What deliveries of the contacts source say of whom: ids and nothing else, a piece of a file at a time, without Spark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.lake.stored_columns import placed_columns, read_names
from jobs.lake.stored_files import files_at, pieces, read_piece
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO, source_table


class DeliveredContacts(Protocol):
    """One delivery. `counts`: the source consists of it, or of it and others; else another has replaced it."""

    @property
    def delivery_no(self) -> int: ...

    @property
    def counts(self) -> bool: ...

    def rows(self) -> Iterator[pa.Table]:
        """`contact_id` and `deleted`, which is never null; nobody has two rows."""
        ...


@dataclass(frozen=True)
class StoredDelivery:
    """A delivery whose rows lie in the lake."""

    lake: str
    stored: StoredSource
    delivery_no: int
    counts: bool

    def rows(self) -> Iterator[pa.Table]:
        table = source_table(self.stored.source.name, self.stored.schema)
        marked = [DELETED] if self.stored.source.delivery == "changes" else []
        schema = pa.schema([self.stored.schema.field(name) for name in (CONTACT_ID, *marked)])
        files = [file for file in files_at(self.lake, table, column=DELIVERY_NO) if file.may_hold([self.delivery_no])]
        for piece in pieces(self.lake, table, files):
            for rows in read_piece(self.lake, table, piece, [DELIVERY_NO, *read_names(schema)]):
                own = rows.filter(pc.equal(rows[DELIVERY_NO], self.delivery_no))
                ids = placed_columns(own, schema, [])
                deleted = pc.fill_null(ids[DELETED], False) if marked else pa.repeat(False, own.num_rows)
                yield pa.table({CONTACT_ID: ids[CONTACT_ID], DELETED: deleted})


def stored_deliveries(
    lake: str, stored: StoredSource, counting: Sequence[int], replaced: Sequence[int]
) -> list[StoredDelivery]:
    """Those that count in their order, then those that others have replaced."""
    return [
        *(StoredDelivery(lake, stored, number, counts=True) for number in counting),
        *(StoredDelivery(lake, stored, number, counts=False) for number in replaced),
    ]
