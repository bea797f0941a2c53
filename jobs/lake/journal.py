"""The table `deliveries`, read and written: entries in, entries out, one commit for all that an ingest decided."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from pyspark.sql import SparkSession
from pyspark.sql.functions import unix_micros

from jobs.lake.deliveries import Entry
from jobs.lake.tables import DELIVERIES
from jobs.lake.writing import append, rows_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
READ = ("entry_no", "source", "label", "state", "delivery_no", "content_hash", "rows", "delivery", "replaces", "as_of")


def read_entries(spark: SparkSession, lake: str) -> list[Entry]:
    """Every entry, by number."""
    rows = rows_of(spark, lake, DELIVERIES).select(*READ, "reason").withColumn("as_of", unix_micros("as_of"))
    found = [_entry(row.asDict()) for row in rows.collect()]
    return sorted(found, key=lambda entry: entry.entry_no)


def write_entries(
    spark: SparkSession, lake: str, entries: Sequence[Entry], evidence: Mapping[int, Mapping[str, str]]
) -> None:
    """One commit with these entries, after which the accepted ones count. `evidence`: gates, counts, quality by number.

    Repeated with the same first number it writes nothing, so that of two ingests at once only one is heard.
    """
    if not entries:
        return
    rows = [
        {
            "entry_no": entry.entry_no,
            "source": entry.source,
            "label": entry.label,
            "state": entry.state,
            "delivery_no": entry.delivery_no,
            "content_hash": entry.content_hash,
            "rows": entry.rows,
            "delivery": entry.delivery,
            "replaces": json.dumps(entry.replaces),
            "as_of": EPOCH + timedelta(microseconds=entry.as_of_us),
            "reason": entry.reason,
            **{name: evidence.get(entry.entry_no, {}).get(name) for name in ("gates", "counts", "quality")},
        }
        for entry in entries
    ]
    frame = spark.createDataFrame(rows, DELIVERIES.ddl).coalesce(1)
    append(spark, lake, DELIVERIES, frame, once=("ingest", entries[0].entry_no))


def _entry(row: Mapping[str, object]) -> Entry:
    values = dict(row)
    values["as_of_us"] = values.pop("as_of") or 0
    values["replaces"] = tuple(json.loads(str(values["replaces"] or "[]")))
    return Entry(**values)  # type: ignore[arg-type]
