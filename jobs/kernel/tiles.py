"""Tiles: one source's rows of one bucket (events: and month) as a compressed Arrow stream, and back.

Rows are in (time, position) order. Words are codes into the tile's own dictionary in the type's order, folded text is
folded, decimals are whole numbers at the catalog's scale, numbers are stored as narrow as they are. Lookups are not joined:
a tile holds their keys, typed like every other column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from jobs.catalog.model import Catalog, Source
from jobs.catalog.types import WORDS, ColumnType
from jobs.kernel.bucket import Identity, contact_hashes
from jobs.kernel.bucket_rows import BUCKET, RowBlock, Vector
from jobs.kernel.lookups import Lookups, block_columns, positions_between, stored_names, stored_type
from jobs.kernel.vectors import fixed_width, joined, known_of, taken, vector_of
from jobs.plan.run_plan import AS_WRITTEN

POSITION, TIME = "@position", "@time"
LATITUDE, LONGITUDE = ".latitude", ".longitude"
PIECE_BYTES = 16 << 20
"""No payload is larger."""
COMPRESSION = "lz4"


@dataclass(frozen=True, eq=False)
class Tile:
    """Some rows as bytes, how many, and when the first and the last happened: microseconds UTC, None without a time."""

    payload: bytes
    rows: int
    first_at: int | None
    last_at: int | None


def tile_columns(source: Source) -> dict[str, ColumnType]:
    """Every column a tile of the source stores, beside position and time."""
    return {column.name: column.type for column in source.columns.values() if column.name != source.time}


def encode_tile(table: pa.Table, source: Source, catalog: Catalog) -> Tile:
    """One tile of typed rows (columns of `arrow_schema`, int32 `position` in the place of `contact_id`)."""
    assert source.name in catalog.sources
    position = table["position"].to_numpy().astype(np.int32)
    time = vector_of(table[source.time], ColumnType("timestamp")).values if source.time else None
    order = np.argsort(position, kind="stable") if time is None else np.lexsort((position, time))
    vectors = {name: taken(vector_of(table[name], kind), order) for name, kind in tile_columns(source).items()}
    arrays: dict[str, pa.Array] = {POSITION: pa.array(position[order].astype(np.int16))}
    first_at = last_at = None
    if time is not None:
        at = time[order]
        arrays[TIME] = pa.array(at)
        first_at, last_at = (int(at[0]), int(at[-1])) if at.size else (None, None)
    for name, vector in vectors.items():
        arrays |= _encoded(name, vector)
        if vector.type.fold:
            written = taken(vector_of(table[name], replace(vector.type, fold=False)), order)
            arrays |= _encoded(name + AS_WRITTEN, written) if written.dictionary != vector.dictionary else {}
    return Tile(_stream(arrays), position.size, first_at, last_at)


def encode_pieces(table: pa.Table, source: Source, catalog: Catalog, limit: int = PIECE_BYTES) -> list[Tile]:
    """The same as tiles of at most `limit` bytes, halved as often as it takes."""
    tile = encode_tile(table, source, catalog)
    if len(tile.payload) <= limit or table.num_rows < 2:
        return [tile]
    half = table.num_rows // 2
    parts = table.slice(0, half), table.slice(half)
    return [piece for part in parts for piece in encode_pieces(part, source, catalog, limit)]


def decode_tiles(
    payloads: Iterable[bytes],
    source: Source,
    catalog: Catalog,
    columns: Iterable[str],
    lookups: Lookups | None = None,
    positions: tuple[int, int] = (0, BUCKET),
) -> RowBlock:
    """The tiles of one bucket as one block in (time, position) order.

    `columns` are paths, lookups' included (then `lookups` must hold them). Only rows whose position lies in `positions`
    (first in, last out) are kept, tile by tile.
    """
    assert source.name in catalog.sources
    paths = {path for path in columns if path != source.time}
    names = stored_names(source, paths)
    types = tile_columns(source)
    kinds = {name: types.get(name) or stored_type(source, name) for name in names}
    parts = [_decoded(payload, source, kinds, positions) for payload in payloads]
    position = np.concatenate([part.position for part in parts]) if parts else np.zeros(0, np.int32)
    time = _joined_times(parts) if source.time else None
    order = _order(position, time)

    def read(name: str, kind: ColumnType) -> Vector:
        return _taken(joined([part.columns[name] for part in parts], kind), order)

    return RowBlock(
        source.name,
        position if order is None else position[order],
        time if order is None or time is None else time[order],
        block_columns(source, paths, read, lookups or Lookups()),
    )


def _joined_times(parts: Sequence[RowBlock]) -> NDArray[np.int64]:
    times = [part.time for part in parts if part.time is not None]
    return np.concatenate(times) if times else np.zeros(0, np.int64)


def _order(position: NDArray[np.int32], time: NDArray[np.int64] | None) -> NDArray[np.int64] | None:
    """What puts the rows into (time, position) order; None: they stand so already, as tiles of one part do.

    Parts stand so, each by itself, one behind the other: sorting those by time alone costs little more than reading them,
    and only of instants that several parts have are the positions sorted too.
    """
    if time is None:
        return None if bool(np.all(position[1:] >= position[:-1])) else np.argsort(position, kind="stable")
    if _are_ordered(time, position).all():
        return None
    order = np.argsort(time, kind="stable")
    times, positions = time[order], position[order]
    odd = np.flatnonzero(~_are_ordered(times, positions))
    if odd.size:
        instant = np.cumsum(np.append(False, times[1:] != times[:-1]))
        of_several = np.zeros(instant[-1] + 1, np.bool_)
        of_several[instant[odd]] = True
        rows = np.flatnonzero(of_several[instant])
        order[rows] = order[rows][np.lexsort((positions[rows], instant[rows]))]
    return order


def _are_ordered(time: NDArray[np.int64], position: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Of each row but the last whether the next one may stand behind it."""
    later, same = time[1:] > time[:-1], time[1:] == time[:-1]
    return later | (same & (position[1:] >= position[:-1]))


def _taken(vector: Vector, order: NDArray[np.int64] | None) -> Vector:
    return vector if order is None else taken(vector, order)


# --- one tile ------------------------------------------------------------------------------------------------------------


def _encoded(name: str, vector: Vector) -> dict[str, pa.Array]:
    mask = None if vector.known.all() else ~vector.known
    if vector.type.name == "point":
        assert vector.longitude is not None
        both = {LATITUDE: vector.values, LONGITUDE: vector.longitude}
        return {name + ending: pa.array(values, mask=mask) for ending, values in both.items()}
    if vector.type.name in WORDS:
        codes = pa.array(_narrow(np.where(vector.known, vector.values, 0).astype(np.int32)), mask=mask)
        return {name: pa.DictionaryArray.from_arrays(codes, pa.array(vector.dictionary, pa.string()))}
    values = vector.values if vector.values.dtype == np.float64 else _narrow(vector.values.astype(np.int64, copy=False))
    return {name: pa.array(values, mask=mask)}


def _narrow(values: NDArray[np.signedinteger]) -> NDArray[np.signedinteger]:
    """The same whole numbers in the fewest bytes."""
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    for dtype in (np.int8, np.int16, np.int32):
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return values.astype(dtype)
    return values


def _stream(arrays: Mapping[str, pa.Array]) -> bytes:
    batch = pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression=COMPRESSION)) as writer:
        writer.write_batch(batch)
    return sink.getvalue().to_pybytes()


def _batch(payload: bytes, wanted: Callable[[str], bool]) -> pa.RecordBatch:
    """The wanted columns of a payload; the others are not unpacked."""
    names = pa.ipc.open_stream(payload).schema.names
    fields = [place for place, name in enumerate(names) if wanted(name)]
    options = pa.ipc.IpcReadOptions(included_fields=fields, use_threads=False)
    return pa.ipc.open_stream(payload, options=options).read_next_batch()


def _decoded(payload: bytes, source: Source, kinds: Mapping[str, ColumnType], positions: tuple[int, int]) -> RowBlock:
    stored = {POSITION, TIME, *kinds} | {name + end for name in kinds for end in (LATITUDE, LONGITUDE)}
    stored |= {name.removesuffix(AS_WRITTEN) for name in kinds}
    batch = _batch(payload, stored.__contains__)
    position = fixed_width(batch.column(POSITION), np.int16).astype(np.int32)
    time = fixed_width(batch.column(TIME), np.int64) if source.time else None
    columns = {name: _column(batch, TIME if name == source.time else name, kind) for name, kind in kinds.items()}
    if positions == (0, BUCKET):
        return RowBlock(source.name, position, time, columns)
    rows = positions_between(position, *positions)
    columns = {name: taken(vector, rows) for name, vector in columns.items()}
    return RowBlock(source.name, position[rows], None if time is None else time[rows], columns)


def _column(batch: pa.RecordBatch, name: str, kind: ColumnType) -> Vector:
    if kind.name == "point":
        latitude, longitude = batch.column(name + LATITUDE), batch.column(name + LONGITUDE)
        known = known_of(latitude)
        return Vector(kind, fixed_width(latitude, np.float64), known, longitude=fixed_width(longitude, np.float64))
    # Text that folding does not change is not stored a second time as it is written.
    array = batch.column(name if name in batch.schema.names else name.removesuffix(AS_WRITTEN))
    known = known_of(array)
    if kind.name in WORDS:
        codes = fixed_width(array.indices, array.indices.type.to_pandas_dtype()).astype(np.int32)
        if not known.all():
            codes[~known] = -1
        return Vector(kind, codes, known, tuple(array.dictionary.to_pylist()))
    values = fixed_width(array, array.type.to_pandas_dtype())
    return Vector(kind, values if kind.name == "float" else values.astype(np.int64, copy=False), known)


def positions_of(payload: bytes) -> NDArray[np.int32]:
    """Only the positions of a tile's rows."""
    return fixed_width(_batch(payload, POSITION.__eq__).column(POSITION), np.int16).astype(np.int32)


# --- identity ------------------------------------------------------------------------------------------------------------


def encode_identity(table: pa.Table) -> Tile:
    """The tile that says who stands where: `position`, `contact_id` (null: erased), `live`."""
    ids: list[str | None] = table["contact_id"].to_pylist()
    arrays = {
        POSITION: pa.array(table["position"].to_numpy().astype(np.int16)),
        "contact_id": pa.array(ids, pa.string()),
        "contact_hash": pa.array(contact_hashes(id_ or "" for id_ in ids)),
        "live": table["live"].combine_chunks(),
    }
    return Tile(_stream(arrays), table.num_rows, None, None)


def decode_identity(payloads: Sequence[bytes]) -> Identity:
    """Everyone of a bucket; what a later tile says of a position holds. The ids are unpacked only when asked for."""
    live = np.zeros(BUCKET, np.bool_)
    hashes = np.zeros(BUCKET, np.uint64)
    for payload in payloads:
        batch = _batch(payload, lambda name: name != "contact_id")
        position = fixed_width(batch.column(POSITION), np.int16)
        live[position] = batch.column("live").to_numpy(zero_copy_only=False)
        hashes[position] = fixed_width(batch.column("contact_hash"), np.uint64)

    def contact_ids() -> list[str]:
        return pc.fill_null(decode_contact_ids(payloads), "").to_pylist()

    return Identity(live, hashes, contact_ids)


def decode_contact_ids(payloads: Sequence[bytes]) -> pa.StringArray:
    """The id of each position of a bucket, null where there is nobody or whose contact was erased."""
    rows = np.full(BUCKET, -1, np.int64)
    ids: list[pa.Array] = []
    before = 0
    for payload in payloads:
        batch = _batch(payload, {POSITION, "contact_id"}.__contains__)
        rows[fixed_width(batch.column(POSITION), np.int16)] = before + np.arange(batch.num_rows)
        ids.append(batch.column("contact_id"))
        before += batch.num_rows
    return pa.concat_arrays([*ids, pa.array([], pa.string())]).take(pa.array(rows, mask=rows < 0))
