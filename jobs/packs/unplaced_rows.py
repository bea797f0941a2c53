"""Rows of contacts whom nobody knows yet: set aside in `unplaced/<source>`, once, whoever does it.

Which rows those are follows from what packs say of themselves: of deliveries that no earlier one was made from, those of
contacts without a number by then. So the pack decides first and its rows are set aside after it, by whoever made it or, if
that one was killed, by the next before it does anything else; of packs that came second nothing is ever set aside.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql.functions import col, lit
from pyspark.sql.pandas.types import to_arrow_schema

from jobs.intake.deliveries import Entry
from jobs.lake.commits import append, rows_of
from jobs.lake.pinned_tiles import Pack, packed_before
from jobs.lake.reads import last_number
from jobs.lake.source_rows import delivered_rows, renamed
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import CONTACTS, DELIVERY_NO, unplaced_table
from jobs.runs.night import Night

log = logging.getLogger(__name__)

WRITER = "pack"
"""Under this name rows are committed to `unplaced/<source>`, with the number of the pack that set them aside."""


def set_aside(night: Night, pack: Pack, journal: Sequence[Entry]) -> dict[str, int]:
    """How many rows of each source this pack has set aside; those that are not there yet are written.

    A delivery's rows are set aside by the first pack that is made from it: whoever is unknown to a later one was unknown
    then. Whoever was known when a delivery was counted has a number by now: only those with unknown contacts are looked at.
    """
    unknown = {(entry.source, entry.delivery_no): entry.unknown_contacts for entry in journal if entry.unknown_contacts}
    before = packed_before(night.lake, pack.pack_no) if unknown else {}
    counts: dict[str, int] = {}
    for name, packed in pack.sources.items():
        first = [n for n in packed.deliveries if (name, n) in unknown and n not in before.get(name, ())]
        if first and name in night.catalog.sources:
            counts[name] = sum(unknown[name, number] for number in first)
            _keep(night, night.stored(night.catalog.sources[name]), pack, first)
            log.info("%s: %d rows of unknown contacts are set aside", name, counts[name])
    return counts


def _keep(night: Night, stored: StoredSource, pack: Pack, deliveries: Sequence[int]) -> None:
    """One commit with the rows of these deliveries that the pack has no place for."""
    table = unplaced_table(stored.source.name, stored.schema)
    if last_number(night.lake, table, WRITER) >= pack.pack_no:
        return
    rows = delivered_rows(night.spark, night.lake, stored.source, stored.schema, deliveries)
    unknown = rows.join(_numbered_by(night, pack), on="contact_id", how="left_anti")
    waiting = unknown.withColumn("pack_no", lit(pack.pack_no).cast("bigint"))
    waiting = renamed(waiting, rows_of(night.spark, night.lake, table).schema, stored.schema)
    kept = to_arrow_schema(waiting.drop(DELIVERY_NO, "pack_no").schema)
    append(night.spark, night.lake, unplaced_table(stored.source.name, kept), waiting, once=(WRITER, pack.pack_no))


def _numbered_by(night: Night, pack: Pack) -> DataFrame:
    """The `contact_id` of everybody who had a number when the pack was made."""
    people = rows_of(night.spark, night.lake, CONTACTS).where(col("contact_no") < pack.contacts)
    return people.where("contact_id IS NOT NULL").select("contact_id")
