"""Rows in Arrow, cut by bucket where they are read, and put together where they are encoded.

A fragment is what one batch of rows has of one bucket: as columns, the position instead of the contact. Cutting sorts a
batch once, by bucket; putting together keeps of rows that replace each other the last one. No function here knows where
rows come from or who moves fragments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Source
from jobs.catalog.row_rules import KEY
from jobs.catalog.values.layout import CONTACT_ID, DELETED
from jobs.kernel.bucket_rows import BUCKET
from jobs.kernel.tiles import tile_columns
from jobs.lake.moved_rows import cut_rows
from jobs.lake.tables import CONTACT_NO, DELIVERY_NO, NO_MONTH

POSITION, MONTH, ORDER = "position", "month", "_order"
KEY_SEED = 2


@dataclass(frozen=True)
class RowShape:
    """Which columns of a source's stored rows its tiles are made from, and which rows replace which.

    `replaced_by`: the column whose last row counts, None where rows only add up.
    """

    source: Source

    @property
    def encoded(self) -> tuple[str, ...]:
        """The columns that tiles store, the time first."""
        source = self.source
        return tuple(dict.fromkeys([*([source.time] if source.time else []), *tile_columns(source)]))

    @property
    def replaced_by(self) -> str | None:
        if self.source.key:
            return KEY
        return CONTACT_ID if self.source.one_row_each else None

    @property
    def stored(self) -> tuple[str, ...]:
        """The columns that have to be read, those of the delivery and the contact apart."""
        keys = [KEY] if self.source.key else []
        deleted = [DELETED] if self.source.delivery == "changes" else []
        return tuple(dict.fromkeys([*keys, *deleted, *self.encoded]))


def ordered(rows: pa.Table, deliveries: Sequence[int]) -> pa.Table:
    """The rows of these deliveries; `_order` is the place of each row's delivery among them."""
    order = pc.index_in(rows[DELIVERY_NO], value_set=pa.array(deliveries, pa.int64()))
    kept = rows.append_column(ORDER, order)
    return kept if not order.null_count else kept.filter(pc.is_valid(order))


def last_of_each_key(rows: pa.Table) -> pa.Table:
    """Of the rows of one `_key` the one of the last delivery."""
    keys = rows.select([KEY, ORDER]).append_column("_row", pa.array(np.arange(rows.num_rows)))
    last = pl.DataFrame(pl.from_arrow(keys)).sort(ORDER, maintain_order=True).unique(KEY, keep="last")
    return rows.take(np.sort(last["_row"].to_numpy()))


def by_key(rows: pa.Table, parts: int) -> Iterator[tuple[int, pa.Table]]:
    """The rows in as many parts, those of one `_key` in the same."""
    hashes = pl.Series(pl.from_arrow(rows[KEY])).hash(KEY_SEED).to_numpy()
    return cut_rows(rows, (hashes % np.uint64(parts)).astype(np.int32))


def without_deleted(rows: pa.Table, shape: RowShape) -> pa.Table:
    """The rows that are not marked as deleted."""
    if shape.source.delivery != "changes":
        return rows
    return rows.filter(pc.invert(pc.fill_null(rows[DELETED], False)))


def by_bucket(rows: pa.Table, shape: RowShape) -> Iterator[tuple[int, pa.Table]]:
    """The fragments of rows whose contacts have numbers (`_contact_no`, null: the row has no place)."""
    if rows[CONTACT_NO].null_count:
        rows = rows.filter(pc.is_valid(rows[CONTACT_NO]))
    numbers = rows[CONTACT_NO].to_numpy()
    beside = [name for name in (ORDER, DELETED) if name in rows.column_names and name not in shape.encoded]
    columns = {POSITION: pa.array((numbers % BUCKET).astype(np.int32))}
    columns |= {name: rows[name] for name in (*beside, *shape.encoded)}
    return cut_rows(pa.table(columns), (numbers // BUCKET).astype(np.int32))


def merged(fragments: Sequence[pa.Table], shape: RowShape) -> pa.Table:
    """One bucket's rows; of a source with one row for each contact the last one, unless it is deleted."""
    rows = pa.concat_tables(fragments).combine_chunks()
    if shape.replaced_by == CONTACT_ID:
        position, order = rows[POSITION].to_numpy(), rows[ORDER].to_numpy()
        last = np.lexsort((order, position))
        ends = np.append(position[last][1:] != position[last][:-1], True) if last.size else np.zeros(0, np.bool_)
        rows = without_deleted(rows.take(np.sort(last[ends])), shape)
    return rows


def by_month(rows: pa.Table, time: str) -> Iterator[tuple[int, pa.Table]]:
    """The rows of each month (year × 100 + month, UTC), in order of months; `time` empty: they have none."""
    if not time or not rows.num_rows:
        return iter([(NO_MONTH, rows)] if rows.num_rows else [])
    months = rows[time].to_numpy().astype("datetime64[M]").astype(np.int64)
    years, month = np.divmod(months, 12)
    return cut_rows(rows, ((years + 1970) * 100 + month + 1).astype(np.int32))


def people_by_bucket(contacts: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """The fragments of everyone who has a number: `contact_id` (null once erased), and whether they are live."""
    numbers = contacts["contact_no"].to_numpy()
    away = pc.or_(pc.fill_null(contacts["gone"], False), pc.fill_null(contacts["erased"], False))
    columns = {
        POSITION: pa.array((numbers % BUCKET).astype(np.int32)),
        CONTACT_ID: contacts[CONTACT_ID],
        "live": pc.invert(away),
    }
    return cut_rows(pa.table(columns), (numbers // BUCKET).astype(np.int32))
