"""Who is here as deliveries of contacts say, who of them is new, and the rows that new ones get.

The rules of it, whether they are held for everybody at once in one process or for some people at a time by workers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.kernel.bucket import contact_hashes
from jobs.lake.delivered_contacts import DeliveredContacts
from jobs.lake.stored_files import BATCH_ROWS
from jobs.lake.tables import CONTACTS

PLACES = pa.schema([(CONTACT_ID, pa.string()), (DELETED, pa.bool_()), ("place", pa.int32())])
FRESH = pa.schema([(CONTACT_ID, pa.string()), ("first", pa.int64()), ("last", pa.int64()), ("now", pa.bool_())])


@dataclass(frozen=True, eq=False)
class People:
    """By number, or by a place among some: who is in the table, who is gone as it says, and who is here as the deliveries
    say."""

    stored: NDArray[np.bool_]
    gone: NDArray[np.bool_]
    here: NDArray[np.bool_] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "here", np.zeros(len(self.stored), np.bool_))

    @property
    def has_left(self) -> NDArray[np.bool_]:
        return self.stored & ~self.here & ~self.gone

    @property
    def is_back(self) -> NDArray[np.bool_]:
        return self.stored & self.here & self.gone


def mark_here(
    people: People, places_of: Callable[[pa.Array], pa.Array], delivered: Iterable[tuple[int, bool, pa.Table]]
) -> pa.Table:
    """Marks whom the deliveries that count leave in the source; the rows (`PLACES`) of those who are not among the people.

    `places_of` ids among them, null for others; `delivered` are rows with the place of their delivery, in order of places,
    and whether it counts.
    """
    unknown: list[pa.Table] = [PLACES.empty_table()]
    for place, counts, rows in delivered:
        ids, deleted = rows[CONTACT_ID].combine_chunks(), rows[DELETED].combine_chunks()
        numbers = places_of(ids)
        is_known = pc.is_valid(numbers)
        if counts:
            known = numbers.drop_null().to_numpy()
            people.here[known] = ~deleted.filter(is_known).to_numpy(zero_copy_only=False)
        others = pc.invert(is_known)
        places = pa.array(np.full(len(ids), place, np.int32)).filter(others)
        unknown.append(pa.table([ids.filter(others), deleted.filter(others), places], schema=PLACES))
    return pa.concat_tables(unknown)


def fresh_contacts(rows: pa.Table, deliveries: Sequence[DeliveredContacts]) -> pa.Table:
    """`FRESH`: one row for each of them who is to get a number.

    Whoever the last delivery that counts has deleted is not now in the source; whoever is in a replaced one was.
    """
    numbers = pl.Series([delivery.delivery_no for delivery in deliveries], dtype=pl.Int64)
    counts = pl.Series([delivery.counts for delivery in deliveries], dtype=pl.Boolean)
    place = pl.col("place")
    frame = pl.DataFrame(pl.from_arrow(rows)).with_columns(
        delivery=pl.lit(numbers).gather(place), counts=pl.lit(counts).gather(place)
    )
    current = frame.filter("counts")
    if len(deliveries) > 1:
        current = current.sort("place", maintain_order=True).unique(CONTACT_ID, keep="last")
    people = pl.concat([current.filter(~pl.col(DELETED)), frame.filter(~pl.col("counts"))])
    if len(deliveries) > 1:
        of_each = people.group_by(CONTACT_ID).agg(
            first=pl.col("delivery").min(), last=pl.col("delivery").max(), now=pl.col("counts").any()
        )
    else:
        of_each = people.select(CONTACT_ID, first="delivery", last="delivery", now="counts")
    return of_each.to_arrow().cast(FRESH)


def in_order(fresh: pa.Table) -> pa.Table:
    """Rows of `FRESH` with the `digest` of their ids, by (delivery, digest as unsigned, id): the order of numbers."""
    hashes = [contact_hashes(batch[CONTACT_ID].to_pylist()) for batch in fresh.to_batches(BATCH_ROWS)]
    digest = np.concatenate(hashes) if hashes else np.zeros(0, np.uint64)
    rows = fresh.append_column("digest", pa.array(digest)).combine_chunks()
    return rows.take(pc.sort_indices(rows, [(name, "ascending") for name in ("first", "digest", CONTACT_ID)]))


def contact_rows(fresh: pa.Table, numbers: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
    """Rows of `contacts` for people in order, with these numbers."""
    for first in range(0, fresh.num_rows, BATCH_ROWS):
        own = fresh.slice(first, BATCH_ROWS).combine_chunks()
        columns = {
            "contact_no": pa.array(numbers[first : first + BATCH_ROWS]),
            "contact_id": own[CONTACT_ID],
            "contact_hash": pa.array(own["digest"].to_numpy().view(np.int64)),
            "first_delivery": own["first"],
            "last_delivery": pc.if_else(own["now"], pa.scalar(None, pa.int64()), own["last"]),
            "gone": pc.invert(own["now"]),
            "erased": pa.repeat(False, own.num_rows),
        }
        yield from pa.table(columns).cast(CONTACTS.schema).combine_chunks().to_batches()
