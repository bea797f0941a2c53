"""Spark's side of the stages before the last: what all buckets say of quantiles and keeps, and the cuts as a run pins them.

Each bucket tells how often it has each value; all buckets together give the cuts. Where a keep's edge falls among equal
values, a second small job asks each bucket for its smallest ids there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import Row
from pyspark.sql.functions import col

from jobs.evaluation.bucket_passes import Arrow, Buckets, gathered
from jobs.evaluation.work_files import WorkFile, load_work
from jobs.kernel.bucket import Pairs
from jobs.kernel.bucket_evaluation import edge_ids, evaluate_bucket
from jobs.kernel.cuts import Cuts, Edge, merged_by_key, quantile_key
from jobs.kernel.program import Program
from jobs.kernel.stages import StagePairs
from jobs.lake.commits import rows_of
from jobs.lake.tables import CONTACTS

PAIRS = "kind STRING, name STRING, dtype STRING, `values` BINARY, counts BINARY, missing BIGINT"
EDGES = "segment STRING, contact_ids ARRAY<STRING>"
QUANTILE, KEEP = "quantile", "keep"
"""Kinds of pairs; a quantile's name is its number as text."""


@dataclass(frozen=True, eq=False)
class SparkBuckets:
    """All buckets of the lake, evaluated by Spark's workers with the work at an address. Each pass is a job."""

    buckets: Buckets
    work: WorkFile

    def pairs(self, cuts: Cuts, stage: int) -> StagePairs:
        rows = self.buckets.rows(earlier=False).groupBy("bucket").applyInArrow(_pairs(self.work, cuts, stage), PAIRS)
        by_kind = _by_kind(rows.collect())
        return StagePairs(
            merged_by_key((int(name), pairs) for name, pairs in by_kind[QUANTILE]), merged_by_key(by_kind[KEEP])
        )

    def edge_ids(self, cuts: Cuts, stage: int, edges: Mapping[str, Edge]) -> dict[str, list[list[str]]]:
        ids_of_bucket = _edge_ids(self.work, cuts, stage, dict(edges))
        rows = self.buckets.rows(earlier=False).groupBy("bucket").applyInArrow(ids_of_bucket, EDGES)
        smallest: dict[str, list[list[str]]] = {segment: [] for segment in edges}
        for row in rows.collect():
            smallest[row["segment"]].append(list(row["contact_ids"]))
        return smallest


def _by_kind(rows: Iterable[Row]) -> dict[str, list[tuple[str, Pairs]]]:
    by_kind: dict[str, list[tuple[str, Pairs]]] = {QUANTILE: [], KEEP: []}
    for row in rows:
        values, counts = np.frombuffer(row["values"], row["dtype"]), np.frombuffer(row["counts"], np.int64)
        by_kind[row["kind"]].append((row["name"], Pairs(values, counts, row["missing"])))
    return by_kind


def cuts_as_pins(buckets: Buckets, cuts: Cuts, program: Program) -> dict[str, Any]:
    """The cuts as a run pins them. The last contact at an edge is kept as a number: a pin must not outlive an erasure."""
    last = sorted({cut.last_id for cut in cuts.keeps.values() if cut.last_id is not None})
    numbers: dict[str, int] = {}
    if last:
        rows = rows_of(buckets.spark, buckets.lake, CONTACTS).where(col("contact_id").isin(last))
        numbers = {row["contact_id"]: row["contact_no"] for row in rows.select("contact_id", "contact_no").collect()}
    return {
        "quantiles": {
            quantile_key(program.quantiles[number]): list(values) for number, values in cuts.quantiles.items()
        },
        "keeps": {
            segment: {
                "value": cut.value,
                "last_contact_no": None if cut.last_id is None else numbers[cut.last_id],
                "nobody": cut.nobody,
            }
            for segment, cut in cuts.keeps.items()
        },
    }


# --- in the workers ------------------------------------------------------------------------------------------------------


def _pairs(file: WorkFile, cuts: Cuts, stage: int) -> Arrow:
    def pairs_of_bucket(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = load_work(file)
        answers = evaluate_bucket(work.program, gathered(batches).data(work), cuts, stage)
        by_kind = [(QUANTILE, str(number), pairs) for number, pairs in answers.quantiles.items()]
        by_kind += [(KEEP, segment, pairs) for segment, pairs in answers.keeps.items()]
        rows = [
            {
                "kind": kind, "name": name, "dtype": pairs.values.dtype.str, "values": pairs.values.tobytes(),
                "counts": pairs.counts.tobytes(), "missing": pairs.missing,
            }
            for kind, name, pairs in by_kind
        ]  # fmt: skip
        yield pa.RecordBatch.from_pylist(rows, PAIRS_SCHEMA)

    return pairs_of_bucket


PAIRS_SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("dtype", pa.string()),
        ("values", pa.binary()),
        ("counts", pa.binary()),
        ("missing", pa.int64()),
    ]
)


def _edge_ids(file: WorkFile, cuts: Cuts, stage: int, edges: Mapping[str, Edge]) -> Arrow:
    def ids_of_bucket(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        work = load_work(file)
        ids = edge_ids(work.program, gathered(batches).data(work), cuts, stage, edges)
        yield pa.RecordBatch.from_pydict({"segment": list(ids), "contact_ids": list(ids.values())}, EDGES_SCHEMA)

    return ids_of_bucket


EDGES_SCHEMA = pa.schema([("segment", pa.string()), ("contact_ids", pa.list_(pa.string()))])
