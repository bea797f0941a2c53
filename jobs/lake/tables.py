"""Every table of the lake in one place: path, columns, partitions, statistics, Parquet pages, and who reads it.

Three rules hold for all of them. No table lies under another's root. No column that can hold a contact's id or value is
among the statistics columns, because `_delta_log` outlives an erasure. Tables that other people's programs read are
plain: reader version 1, no deletion vectors, no column mapping. All columns stand here from the first commit on.
One file, because the rules are kept by reading the tables side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pyarrow as pa

CellSize = Literal["thin", "bitmap", "payload"]
"""How big the largest cell of a row is: a few bytes, a bitmap of 4 KiB, or up to 16 MiB."""

INSTANT = pa.timestamp("us", tz="UTC")
NO_MONTH = 0
"""`tiles.month` of sources without time; events have year × 100 + month, in UTC."""

DELIVERY_NO = "delivery_no"
CONTACT_NO = "_contact_no"
"""Of rows of sources the number of their contact, null where it had none when they came in; no column can be called so."""
IDENTITY = "_identity"
"""`tiles.source` of the tiles that hold `contact_id`, `contact_hash` and `live` by position; no source has such a name."""
PACK = "_pack"
"""`tiles.source` of the one row a pack that says what it holds: `payload` is JSON, `bucket` is -1."""


@dataclass(frozen=True)
class Table:
    """One Delta table. `path` is under the lake's root; `statistics` names the columns whose extremes the log may hold."""

    path: str
    schema: pa.Schema
    statistics: tuple[str, ...]
    partitions: tuple[str, ...] = ()
    plain: bool = False
    cells: CellSize = "thin"

    def __post_init__(self) -> None:
        missing = {*self.statistics, *self.partitions} - set(self.schema.names)
        assert not missing, f"{self.path}: no such columns {sorted(missing)}"
        assert self.statistics, f"{self.path}: without statistics columns Delta keeps those of the first 32 columns"

    @property
    def ddl(self) -> str:
        """The columns as Spark's DDL."""
        return ddl(self.schema)

    @property
    def properties(self) -> Mapping[str, str]:
        """The Delta table properties this table is created with."""
        return MappingProxyType(
            {
                "delta.dataSkippingStatsColumns": ",".join(self.statistics),
                "delta.enableDeletionVectors": "false",
                **PAGES[self.cells],
            }
        )


CODECS: Mapping[CellSize, str] = MappingProxyType({"thin": "snappy", "bitmap": "snappy", "payload": "uncompressed"})
"""Parquet's codec. A payload is compressed already; this is the one Parquet option that Delta takes from a writer."""

PAGES: Mapping[CellSize, Mapping[str, str]] = MappingProxyType(
    {
        "thin": {},
        # 4 KiB cells never repeat: a dictionary page is built only to be thrown away.
        "bitmap": {"parquet.enable.dictionary": "false"},
        # Parquet looks at the page size after 100 rows first, which is 1.6 GB of full tiles; and a row group of 64
        # tiles lets a reader take them a few at a time.
        "payload": {
            "parquet.enable.dictionary": "false",
            "parquet.page.size.row.check.min": "1",
            "parquet.page.size.row.check.max": "16",
            "parquet.block.row.count.limit": "64",
        },
    }
)


def ddl(schema: pa.Schema) -> str:
    """Spark's DDL for an Arrow schema, NOT NULL where the Arrow field is not nullable."""
    return ", ".join(f"`{f.name}` {spark_type(f.type)}{'' if f.nullable else ' NOT NULL'}" for f in schema)


def spark_type(kind: pa.DataType) -> str:
    """Spark's name of an Arrow type that the lake uses; an assertion for any other."""
    if kind in SPARK_TYPES:
        return SPARK_TYPES[kind]
    if pa.types.is_decimal(kind):
        return f"DECIMAL({kind.precision},{kind.scale})"
    if pa.types.is_list(kind):
        return f"ARRAY<{spark_type(kind.value_type)}>"
    if pa.types.is_struct(kind):
        return f"STRUCT<{', '.join(f'`{f.name}`: {spark_type(f.type)}' for f in kind.fields)}>"
    raise AssertionError(f"no Spark type for {kind}")


SPARK_TYPES: Mapping[pa.DataType, str] = MappingProxyType(
    {
        pa.string(): "STRING",
        pa.binary(): "BINARY",
        pa.int64(): "BIGINT",
        pa.int32(): "INT",
        pa.float64(): "DOUBLE",
        pa.bool_(): "BOOLEAN",
        pa.date32(): "DATE",
        INSTANT: "TIMESTAMP",
    }
)


def columns(*required: tuple[str, pa.DataType], optional: tuple[tuple[str, pa.DataType], ...] = ()) -> pa.Schema:
    """An Arrow schema: `required` columns are never null, `optional` ones may be."""
    fields = [pa.field(name, kind, nullable=False) for name, kind in required]
    return pa.schema(fields + [pa.field(name, kind) for name, kind in optional])


DELIVERIES = Table(
    "deliveries",
    columns(
        ("entry_no", pa.int64()),  # order of entries; a run pins the greatest it has seen
        ("source", pa.string()),
        ("label", pa.string()),  # the date in the file's name, else its path
        ("state", pa.string()),  # accepted | refused | skipped
        optional=(
            ("delivery_no", pa.int64()),  # order of arrival in its source, from 1; null when the files were never read
            ("content_hash", pa.string()),  # SHA-256 over the bytes of its files
            ("rows", pa.int64()),
            ("unknown_contacts", pa.int64()),  # rows of contacts that the contacts source lacked, to be set aside
            ("delivery", pa.string()),  # full | append | changes, as the catalog said on arrival
            ("replaces", pa.string()),  # JSON list of the delivery numbers that this one takes the place of
            ("as_of", INSTANT),  # of the ingest that recorded it
            ("reason", pa.string()),  # the whole message when refused, the person's when skipped
            ("gates", pa.string()),  # JSON: each gate with found, expected and verdict
            ("counts", pa.string()),  # JSON: problems of each column, contacts and times missing
            ("quality", pa.string()),  # path of the validation result under the lake
            ("parsed", pa.string()),  # JSON {column: how its values were read}, so that a changed catalog is noticed
            (
                "attempt",
                pa.string(),
            ),  # where its rows were staged, until they are taken into sources/; of accepted ones
        ),
    ),
    statistics=("entry_no", "source", "delivery_no"),
)

CONTACTS = Table(
    "contacts",
    columns(
        ("contact_no", pa.int64()),
        optional=(
            ("contact_id", pa.string()),  # null once erased
            ("contact_hash", pa.int64()),  # the first 64 bits of SHA-256, read as signed; order is that of unsigned
            ("first_delivery", pa.int64()),
            ("last_delivery", pa.int64()),  # the last that held it; null while it is live
            ("gone", pa.bool_()),
            ("erased", pa.bool_()),
        ),
    ),
    statistics=("contact_no",),
)

TILES = Table(
    "tiles",
    columns(
        ("source", pa.string()),
        ("month", pa.int32()),
        ("bucket", pa.int32()),
        ("pack_no", pa.int64()),
        ("base", pa.bool_()),  # true: everything older of this source, bucket and month is replaced
        ("piece", pa.int32()),  # 0, 1, … of the rows of one (source, bucket, month, pack), each up to 16 MiB
        ("rows", pa.int64()),
        optional=(
            ("first_at", INSTANT),
            ("last_at", INSTANT),
            ("encoding", pa.string()),
            ("fingerprint", pa.string()),  # of the payloads of all pieces, on piece 0
            ("payload", pa.binary()),  # null when the rows are none
        ),
    ),
    statistics=("bucket", "pack_no"),
    partitions=("source", "month"),
    cells="payload",
)

RUNS = Table(
    "runs",
    columns(
        ("run_no", pa.int64()),
        ("as_of", INSTANT),
        ("state", pa.string()),  # opened | ingested | packed | evaluated | published | failed
        optional=(
            ("specs_hash", pa.string()),
            ("catalog_hash", pa.string()),
            ("tzdata", pa.string()),
            ("lists", pa.string()),  # JSON {name: [date, version]}
            ("pins", pa.string()),  # JSON, a key for each step that pins: ingest, pack, evaluate
            ("failed_sources", pa.string()),  # JSON {source: reason}
            ("exit_code", pa.int32()),
            ("reason", pa.string()),
            ("steps", pa.string()),  # JSON {step: {exit_code, reason, seconds}}
        ),
    ),
    statistics=("run_no", "as_of"),
)

MEMBERSHIPS = Table(
    "memberships",
    columns(
        ("segment", pa.string()),
        ("bucket", pa.int32()),
        ("run_no", pa.int64()),
        ("members", pa.int64()),
        optional=(("bits", pa.binary()),),  # 4 KiB, least significant bit first; null when emptied
    ),
    statistics=("segment", "bucket", "run_no"),
    cells="bitmap",
)

SEGMENT_RUNS = Table(
    "segment_runs",
    columns(
        ("run_no", pa.int64()),
        ("segment", pa.string()),
        ("as_of", INSTANT),
        ("status", pa.string()),  # published | held | failed | retired | withdrawn
        optional=(
            ("reason", pa.string()),
            ("members", pa.int64()),
            ("entered", pa.int64()),
            ("left", pa.int64()),
            ("spec_hash", pa.string()),
            ("seconds", pa.float64()),
            ("reset", pa.bool_()),  # first run, or the spec changed: no changes were made
            ("sensitive", pa.bool_()),
            ("rows_path", pa.string()),  # of segments/<id>, for specs that publish rows
            ("released_by", pa.string()),  # the reason a person gave for publishing a held result
            ("withdrawn_status", pa.string()),  # what `status` was before somebody took the run back
            ("withdrawn_by", pa.string()),  # the reason that person gave
            # What it cost evaluate, on one core; null where it was not measured (of runs of an earlier release, too).
            ("own_seconds", pa.float64()),  # kernel time that no other segment needs
            ("shared_seconds", pa.float64()),  # its part of the time that others need, too
            ("own_tile_bytes", pa.int64()),  # of tiles read for it alone
            ("own_bitmap_bytes", pa.int64()),  # of bitmaps worked on for it alone
            ("own_columns", pa.string()),  # JSON list: source.column that nobody else asks for
        ),
    ),
    statistics=("run_no", "segment", "as_of"),
    plain=True,
)

MEMBERSHIP_CHANGES = Table(
    "membership_changes",
    columns(
        ("run_no", pa.int64()),
        ("segment", pa.string()),
        ("bucket", pa.int32()),
        optional=(
            ("entered", pa.binary()),
            ("left", pa.binary()),
            ("entered_members", pa.int64()),
            ("left_members", pa.int64()),
        ),
    ),
    statistics=("run_no", "segment", "bucket"),
    plain=True,
    cells="bitmap",
)

CHANGE_ROWS = Table(
    "membership_change_rows",
    columns(
        ("run_no", pa.int64()),
        ("segment", pa.string()),
        ("change", pa.string()),  # entered | left
        optional=(("contact_id", pa.string()),),
    ),
    statistics=("run_no", "segment", "change"),
    plain=True,
)

LIST_REGISTRY = Table(
    "list_registry",
    columns(
        ("name", pa.string()),
        ("date", pa.date32()),  # launch day, in the account's zone
        ("version", pa.int32()),
        ("state", pa.string()),  # frozen | superseded | recalled | expired | imported
        optional=(
            ("entry_no", pa.int64()),  # the newest entry of a (name, date, version) holds
            ("rows", pa.int64()),
            ("path", pa.string()),
            ("segment", pa.string()),
            ("run_no", pa.int64()),
            ("as_of", INSTANT),
            ("campaign", pa.string()),
            ("purpose", pa.string()),
            ("channel", pa.string()),
            ("content_hash", pa.string()),
            ("attempt", pa.string()),
            ("expires_on", pa.date32()),
            ("reason", pa.string()),
            ("manifest", pa.string()),  # JSON
        ),
    ),
    statistics=("name", "date", "version"),
    plain=True,
)

LIST_BITS = Table(
    "list_bits",
    columns(
        ("name", pa.string()),
        ("date", pa.date32()),
        ("version", pa.int32()),
        ("bucket", pa.int32()),
        ("members", pa.int64()),
        optional=(("bits", pa.binary()), ("attempt", pa.string())),
    ),
    statistics=("name", "date", "version", "bucket"),
    cells="bitmap",
)

CLAIMS = Table(
    "claims",
    columns(
        ("key", pa.string()),
        ("fingerprint", pa.string()),
        ("state", pa.string()),  # open | done
        optional=(("attempt", pa.string()), ("result", pa.string())),
    ),
    statistics=("key", "state"),
)

FIXED: tuple[Table, ...] = (
    DELIVERIES,
    CONTACTS,
    TILES,
    RUNS,
    MEMBERSHIPS,
    SEGMENT_RUNS,
    MEMBERSHIP_CHANGES,
    CHANGE_ROWS,
    LIST_REGISTRY,
    LIST_BITS,
    CLAIMS,
)
"""Every table whose path is known without a catalog, a spec or a list."""


def source_table(source: str, parsed: pa.Schema) -> Table:
    """`sources/<source>`: the columns the parser gives, and the delivery each row came with. Files written since numbers are
    given by `ingest` have `CONTACT_NO` among the columns of sources that name contacts."""
    return Table(f"sources/{source}", _with_delivery(parsed), statistics=(DELIVERY_NO,), partitions=())


def unplaced_table(source: str, parsed: pa.Schema) -> Table:
    """`unplaced/<source>`: rows of contacts that are not known yet, by the pack that set them aside."""
    schema = _with_delivery(parsed).append(pa.field("pack_no", pa.int64(), nullable=False))
    return Table(f"unplaced/{source}", schema, statistics=("pack_no",))


def segment_table(segment: str) -> Table:
    """`segments/<id>`: its members now, and the run they come from."""
    schema = columns(("contact_id", pa.string()), ("run_no", pa.int64()), ("as_of", INSTANT))
    return Table(f"segments/{segment}", _nullable(schema), statistics=("run_no",), plain=True)


def list_table(path: str, asked: pa.Schema) -> Table:
    """The table of one frozen list at `path` (`lists/<name>/<date>-v<n>/<attempt>`): the id and the columns asked for."""
    schema = pa.schema([pa.field("contact_id", pa.string()), pa.field("bucket", pa.int32()), *asked])
    return Table(path, _nullable(schema), statistics=("bucket",), plain=True)


def _with_delivery(parsed: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field(DELIVERY_NO, pa.int64(), nullable=False), *_nullable(parsed)])


def _nullable(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field.with_nullable(True).remove_metadata() for field in schema])
