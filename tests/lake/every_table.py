"""Every table of the lake, and one of each kind that is made for a source, a segment or a list."""

from __future__ import annotations

import pyarrow as pa

from jobs.lake import tables

PARSED = pa.schema(
    [
        ("contact_id", pa.string()),
        ("ordered_at", tables.INSTANT),
        ("amount", pa.decimal128(12, 2)),
        ("tags", pa.list_(pa.string())),
        ("shop", pa.struct([("latitude", pa.float64()), ("longitude", pa.float64())])),
    ]
)
TABLES = (
    *tables.FIXED,
    tables.source_table("order", PARSED),
    tables.unplaced_table("order", PARSED),
    tables.segment_table("big_spenders"),
    tables.list_table("lists/spring/2026-11-25-v1/0a", pa.schema([("country", pa.string())])),
)
