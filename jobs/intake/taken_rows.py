"""Rows of accepted deliveries on their way from staging into `sources/`, once, whoever takes them there.

The journal decides first, and only what it accepted gets into `sources/`. An ingest that is killed in between is finished
by the next one: a source's table keeps the number of the last entry whose rows it took in, so nothing is taken in twice.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.functions import col
from pyspark.sql.pandas.types import to_arrow_schema

from jobs.errors import Unreachable
from jobs.intake.deliveries import Entry
from jobs.intake.delivery_reader import MARKS
from jobs.intake.staged_rows import KEPT
from jobs.intake.staging_places import is_staged, staged_at
from jobs.lake.commits import append, rows_of
from jobs.lake.reads import last_number
from jobs.lake.source_rows import renamed
from jobs.lake.spark import reaching
from jobs.lake.tables import DELIVERY_NO, source_table

log = logging.getLogger(__name__)

WRITER = "ingest"
"""Under this name rows are committed to `sources/<source>`, with the number of the last entry they belong to."""
AT_ONCE = 2
"""Sources taken in side by side: one's driver work fills the other's waiting for a commit."""
BESIDES = {DELIVERY_NO, KEPT, *(field.name for field in MARKS)}


def take_in(spark: SparkSession, lake: str, accepted: Iterable[Entry]) -> None:
    """Takes in the rows of these entries of the journal; those that are in are left as they are.

    Rows without a contact, and events without a time, belong to nobody and stay behind; the audit has counted them.
    """
    groups = _by_place(accepted)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda place: _taken_in(spark, lake, place, groups[place]), groups))


def pending(lake: str, entries: Sequence[Entry], besides: Collection[str] = ()) -> list[Entry]:
    """The accepted entries whose rows are not in `sources/`, because the ingest that wrote them was killed.

    `besides` are sources that are read anew. `Unreachable` where the rows are gone.
    """
    attempted = [e for e in entries if e.state == "accepted" and e.attempt and e.source not in besides]
    waiting = _not_in(lake, attempted)
    gone = [entry for entry in waiting if not is_staged(lake, entry.attempt or "", entry.source)]
    # Asked again: whoever took them in meanwhile has cleared the place after it.
    for entry in _not_in(lake, gone):
        raise Unreachable(
            f"{staged_at(lake, entry.attempt or '', entry.source)}: the rows of {entry.source} {entry.label} were "
            "accepted, not taken in, and are gone from here. Put the folder back, or read the delivered files again: "
            f"`ingest --again {entry.source} --as-of …`."
        )
    return [entry for entry in waiting if entry not in gone]


def _not_in(lake: str, accepted: Sequence[Entry]) -> list[Entry]:
    """Those of the entries whose rows are not in `sources/` now."""
    last = {source: _last(lake, source) for source in {entry.source for entry in accepted}}
    return [entry for entry in accepted if entry.entry_no > last[entry.source]]


def _by_place(accepted: Iterable[Entry]) -> Mapping[tuple[str, str], list[Entry]]:
    """By attempt and source, the earliest attempt first: a table's number only grows."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in sorted(accepted, key=lambda entry: entry.entry_no):
        groups.setdefault((entry.attempt or "", entry.source), []).append(entry)
    return groups


def _taken_in(spark: SparkSession, lake: str, place: tuple[str, str], entries: Sequence[Entry]) -> None:
    """Once this returns the rows are in, by whoever was faster: a later ingest may have finished this one's work."""
    source, last = place[1], max(entry.entry_no for entry in entries)
    if _last(lake, source) >= last:
        return
    try:
        _take_in(spark, lake, place, entries)
    except Exception:
        if _last(lake, source) < last:
            raise


def _take_in(spark: SparkSession, lake: str, place: tuple[str, str], entries: Sequence[Entry]) -> None:
    attempt, source = place
    staged, last = staged_at(lake, attempt, source), max(entry.entry_no for entry in entries)
    with reaching(staged):
        rows = spark.read.parquet(staged)
    columns = [f"`{name}`" for name in rows.columns if name not in BESIDES]
    parsed = to_arrow_schema(rows.select(*columns).schema)
    kept = rows.where(col(DELIVERY_NO).isin([entry.delivery_no for entry in entries]) & col(KEPT))
    named = renamed(
        kept.select(DELIVERY_NO, *columns), rows_of(spark, lake, source_table(source, parsed)).schema, parsed
    )
    stored = to_arrow_schema(named.drop(DELIVERY_NO).schema)
    append(spark, lake, source_table(source, stored), named, once=(WRITER, last))
    log.info("%s: rows of %s are in", source, ", ".join(entry.label for entry in entries))


def _last(lake: str, source: str) -> int:
    return last_number(lake, source_table(source, pa.schema([])), WRITER)
