"""Lookup sources as one flat table a run: read as they were delivered, chains followed, on the driver.

A lookup is what people call a product or a store: some thousands of rows, never the size of events.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession

from jobs.catalog.model import Catalog, Source
from jobs.kernel.lookups import Lookups, flatten_lookups
from jobs.lake.source_rows import current_rows
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERY_NO


def read_lookups(
    spark: SparkSession,
    lake: str,
    catalog: Catalog,
    account_zone: str,
    columns: Mapping[str, Iterable[str]],
    deliveries: Mapping[str, Sequence[int]],
) -> Lookups:
    """The lookups that a plan's `columns` reach, from the deliveries that a run pinned for each source."""

    def rows(source: Source) -> pa.Table:
        schema = StoredSource(catalog, source, account_zone).schema
        current = current_rows(spark, lake, source, schema, deliveries[source.name])
        table = current.select(DELIVERY_NO, *schema.names).toArrow()
        order = pc.index_in(table[DELIVERY_NO], value_set=pa.array(deliveries[source.name], pa.int64()))
        return table.take(pc.sort_indices(order)).select(schema.names).cast(schema)

    return flatten_lookups(catalog, columns, rows)
