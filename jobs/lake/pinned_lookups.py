"""The lookups of a run, flattened: of each key the row of its last delivery among those that it pinned. Without Spark."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.catalog.model import Catalog, Source
from jobs.catalog.row_rules import KEY
from jobs.catalog.values import arrow_schema
from jobs.catalog.values.layout import DELETED, PROBLEMS
from jobs.kernel.lookups import Lookups, flatten_lookups
from jobs.lake.stored_columns import placed_rows
from jobs.lake.tables import DELIVERY_NO


def pinned_lookups(
    lake: str, catalog: Catalog, columns: Mapping[str, Iterable[str]], deliveries: Mapping[str, Sequence[int]]
) -> Lookups:
    """The lookups that a plan's columns reach, from the deliveries that a run pinned."""

    def rows(source: Source) -> pa.Table:
        schema = arrow_schema(source, catalog)
        stored = schema.remove(schema.get_field_index(PROBLEMS))
        return _newest(source, placed_rows(lake, source.name, stored), deliveries[source.name], stored)

    return flatten_lookups(catalog, columns, rows)


def _newest(source: Source, rows: pa.Table, deliveries: Sequence[int], schema: pa.Schema) -> pa.Table:
    """Of each key the row of its last delivery, in order of their deliveries."""
    order = pc.index_in(rows[DELIVERY_NO], value_set=pa.array(deliveries, pa.int64()))
    counting = rows.filter(pc.is_valid(order)).take(pc.sort_indices(order.filter(pc.is_valid(order))))
    keys = pc.dictionary_encode(counting[KEY].combine_chunks(), null_encoding="encode").indices.to_numpy()
    last = np.full(int(keys.max(initial=-1)) + 1, -1)
    last[keys] = np.arange(keys.size)  # of places that occur again the last one stays
    kept = counting.take(pa.array(np.sort(last)))
    if source.delivery == "changes":
        kept = kept.filter(pc.invert(pc.fill_null(kept[DELETED], False)))
    return kept.select(schema.names).cast(schema)
