"""What has changed in a table since it was last read: rows by their `changed_at`, and rows that are gone by their keys.

The mark that the next reading begins at is kept in the commits that took rows in: the as_of of the newest delivery, or the
greatest `changed_at` among the rows where that is earlier. Reading begins some hours before it, since a transaction may be
committed after a later one, and clocks are set back. What is read twice replaces itself, by key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.origins import changed_column
from jobs.catalog.row_rules import KEY
from jobs.catalog.values.layout import DELETED, PROBLEMS, delivered, schema_of
from jobs.catalog.values.source_files import parse_batches
from jobs.errors import DataError
from jobs.intake.databases.engines import DatabaseEngine
from jobs.intake.databases.server_values import ServerColumn, typed_batches
from jobs.intake.databases.sessions import Session, select_of
from jobs.intake.deliveries import Entry, counted
from jobs.intake.journal import read_entries, read_readings
from jobs.lake.stored_columns import placed_columns, read_names
from jobs.lake.stored_files import files_at, pieces, read_piece
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO, source_table
from jobs.syntax.zones import zone_transitions

OVERLAP = timedelta(hours=2)
"""One for transactions that are committed late, one for clocks that are set back."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = "place"


@dataclass(frozen=True)
class Since:
    """What is known of a table: the deliveries that count, in order, and the mark that changes are read from; None: all."""

    deliveries: Sequence[int]
    mark_us: int | None


def known_since(lake: str, stored: StoredSource, changed_at: str, content_hash: str) -> Since | None:
    """What a reading of the changes can build on; None where all has to be read: nothing counts yet, this very delivery
    does already (it is then read anew), or the catalog says now what rows that count were not read by."""
    own = [entry for entry in read_entries(lake) if entry.source == stored.source.name]
    counting = counted(own, stored.source)
    readings = read_readings(lake)
    as_now = all(readings.get((e.source, e.delivery_no or 0)) == stored.readings for e in counting)
    if not counting or not as_now or any(entry.content_hash == content_hash for entry in counting):
        return None
    deliveries = tuple(entry.delivery_no or 0 for entry in counting)
    return Since(deliveries, _mark(lake, stored, changed_at, deliveries, counting))


def _mark(
    lake: str, stored: StoredSource, changed_at: str, deliveries: Sequence[int], counting: Sequence[Entry]
) -> int | None:
    column = changed_column(stored.source, changed_at)
    assert column is not None, "the catalog lists it"
    greatest = None
    for rows in _stored_rows(lake, stored, deliveries, [column.name]):
        high = pc.max(rows[column.name].cast(pa.timestamp("us", tz="UTC")).cast(pa.int64())).as_py()
        greatest = high if greatest is None or (high is not None and high > greatest) else greatest
    return None if greatest is None else min(greatest, max(entry.as_of_us for entry in counting))


def condition_since(engine: DatabaseEngine, column: ServerColumn, stored: StoredSource, mark_us: int) -> str:
    """Rows that may have changed since: those without an instant, too."""
    instant = EPOCH + timedelta(microseconds=mark_us) - OVERLAP
    match column.kind:
        case "day":
            written = (instant.date() - timedelta(days=1)).isoformat()
        case "instant":
            written = instant.strftime("%Y-%m-%d %H:%M:%S")
        case "clock":
            zone = zone_transitions(stored.source.time_zone or stored.account_zone)
            local = zone.local_time((instant - EPOCH) // timedelta(microseconds=1))
            written = local.strftime("%Y-%m-%d %H:%M:%S")
        case _:
            raise DataError(
                f"changed_at names {column.name}, which the server keeps as {column.kind}, expected a timestamp"
            )
    name = engine.quoted(column.name)
    return f" WHERE ({name} >= '{written}' OR {name} IS NULL)"


def gone_rows(
    session: Session, table: str, described: Sequence[ServerColumn], stored: StoredSource, lake: str, since: Since
) -> Iterator[pa.RecordBatch]:
    """The rows that count and whose key the table has no more, as rows that are deleted, parsed already."""
    before = _last_of_each_key(lake, stored, since.deliveries)
    gone = before.join(_keys(session, table, described, stored), on=KEY, how="anti")
    if not gone.height:
        return
    schema = schema_of(stored.source)
    names = [name for name in stored.schema.names if name != KEY]
    for rows in _stored_rows(lake, stored, since.deliveries, names):
        places = pl.DataFrame(pl.from_arrow(rows.select([KEY, DELIVERY_NO]))).with_row_index(PLACE)
        own = places.join(gone, on=[KEY, DELIVERY_NO], how="semi").unique(subset=KEY)  # a row delivered twice goes once
        if not own.height:
            continue
        taken = rows.take(own[PLACE].to_arrow())
        columns = {name: taken[name] for name in stored.schema.names}
        columns[DELETED] = pa.chunked_array([pa.repeat(True, taken.num_rows)])
        columns[PROBLEMS] = pa.chunked_array([pa.nulls(taken.num_rows, schema.field(PROBLEMS).type)])
        yield from pa.table([columns[name] for name in schema.names], schema=schema).combine_chunks().to_batches()


def _last_of_each_key(lake: str, stored: StoredSource, deliveries: Sequence[int]) -> pl.DataFrame:
    """KEY and the delivery of the row that counts, of every key that is not deleted."""
    places = {number: place for place, number in enumerate(deliveries)}
    parts = [
        pl.DataFrame(pl.from_arrow(rows.select([KEY, DELETED, DELIVERY_NO])))
        for rows in _stored_rows(lake, stored, deliveries, [DELETED])
    ]
    if not parts:
        return pl.DataFrame(schema={KEY: pl.String, DELIVERY_NO: pl.Int64})
    rows = pl.concat(parts).with_columns(pl.col(DELIVERY_NO).replace_strict(places).alias(PLACE))
    last = rows.sort(PLACE, maintain_order=True).unique(subset=KEY, keep="last", maintain_order=True)
    return last.filter(~pl.col(DELETED).fill_null(value=False)).select(KEY, DELIVERY_NO)


def _keys(session: Session, table: str, described: Sequence[ServerColumn], stored: StoredSource) -> pl.DataFrame:
    """KEY of every row of the table now, spelled as the parser does; `DataError` where one is none."""
    names = {column.raw for column in stored.source.key_columns}
    columns = [column for column in described if column.name in names]
    rows = session.batches(select_of(session, table, columns), columns)
    others = [name for name in delivered(stored.source) if name not in names]

    def whole() -> Iterator[pa.RecordBatch]:
        for batch in typed_batches(rows, columns, stored.source):
            missing = [pa.nulls(batch.num_rows)] * len(others)
            yield pa.RecordBatch.from_arrays([*batch.columns, *missing], names=[*batch.schema.names, *others])

    parsed = parse_batches(stored.source, stored.catalog, whole(), stored.account_zone, table)
    keys = [batch.column(KEY) for batch in parsed]
    if any(array.null_count for array in keys):
        raise DataError(
            f"{session.where}: {sum(array.null_count for array in keys)} rows have a key that is none of the catalog's "
            f"type, so nobody can say which rows are gone. Correct key in {stored.source.name}.yaml or the table."
        )
    return pl.DataFrame({KEY: pl.from_arrow(pa.chunked_array(keys, pa.string()))})


def _stored_rows(
    lake: str, stored: StoredSource, deliveries: Sequence[int], names: Sequence[str]
) -> Iterator[pa.Table]:
    """Rows of these deliveries in `sources/<source>`: their KEY, these columns, and the delivery's number."""
    table = source_table(stored.source.name, stored.schema)
    schema = pa.schema([stored.schema.field(name) for name in dict.fromkeys([KEY, *names])])
    wanted = pa.array(deliveries, pa.int64())
    files = [file for file in files_at(lake, table, column=DELIVERY_NO) if file.may_hold(deliveries)]
    for piece in pieces(lake, table, files):
        for rows in read_piece(lake, table, piece, [DELIVERY_NO, *read_names(schema)]):
            placed = placed_columns(rows, schema, [DELIVERY_NO])
            yield placed.filter(pc.is_in(placed[DELIVERY_NO], wanted))
