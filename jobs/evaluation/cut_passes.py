"""The stages before the last: what all buckets say of quantiles and keeps, and the cuts as a run pins them.

Each bucket tells how often it has each value; all buckets together give the cuts. Where a keep's edge falls among equal
values, a second small pass asks each bucket for its smallest ids there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from jobs.evaluation.bucket_passes import HandedBuckets
from jobs.evaluation.meters import Meter
from jobs.evaluation.work_files import Work, kernel_data
from jobs.kernel.bucket import Pairs
from jobs.kernel.bucket_evaluation import edge_ids, evaluate_bucket
from jobs.kernel.cuts import Cuts, Edge, merged_by_key, quantile_key
from jobs.kernel.program import Program
from jobs.kernel.stages import StagePairs
from jobs.lake.reads import table_rows
from jobs.lake.tables import CONTACTS

PAIRS = pa.schema(
    [
        ("kind", pa.string()),
        ("name", pa.string()),
        ("dtype", pa.string()),
        ("values", pa.binary()),
        ("counts", pa.binary()),
        ("missing", pa.int64()),
    ]
)
EDGES = pa.schema([("segment", pa.string()), ("contact_ids", pa.list_(pa.string()))])
QUANTILE, KEEP = "quantile", "keep"
"""Kinds of pairs; a quantile's name is its number as text."""


@dataclass(frozen=True, eq=False)
class CutPasses:
    """What the cuts of a run are made from, asked of all its buckets."""

    buckets: HandedBuckets

    def pairs(self, cuts: Cuts, stage: int) -> StagePairs:
        by_kind = _by_kind(self.buckets.rows(PairsPass(cuts, stage)))
        return StagePairs(
            merged_by_key((int(name), pairs) for name, pairs in by_kind[QUANTILE]), merged_by_key(by_kind[KEEP])
        )

    def edge_ids(self, cuts: Cuts, stage: int, edges: Mapping[str, Edge]) -> dict[str, list[list[str]]]:
        smallest: dict[str, list[list[str]]] = {segment: [] for segment in edges}
        for row in self.buckets.rows(EdgesPass(cuts, stage, dict(edges))):
            smallest[row["segment"]].append(list(row["contact_ids"]))
        return smallest


def _by_kind(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[tuple[str, Pairs]]]:
    by_kind: dict[str, list[tuple[str, Pairs]]] = {QUANTILE: [], KEEP: []}
    for row in rows:
        values, counts = np.frombuffer(row["values"], row["dtype"]), np.frombuffer(row["counts"], np.int64)
        by_kind[row["kind"]].append((row["name"], Pairs(values, counts, row["missing"])))
    return by_kind


def cuts_as_pins(lake: str, cuts: Cuts, program: Program) -> dict[str, Any]:
    """The cuts as a run pins them. The last contact at an edge is kept as a number: a pin must not outlive an erasure."""
    last = sorted({cut.last_id for cut in cuts.keeps.values() if cut.last_id is not None})
    columns = ["contact_id", "contact_no"]
    rows = table_rows(lake, CONTACTS, columns, [("contact_id", "in", last)]) if last else []
    numbers: dict[str, int] = {row["contact_id"]: row["contact_no"] for row in rows}
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


@dataclass(frozen=True, eq=False)
class PairsPass:
    """What every bucket says of a stage's quantiles and keeps."""

    cuts: Cuts
    stage: int

    @property
    def schema(self) -> pa.Schema:
        return PAIRS

    def answer(self, work: Work, buckets: Sequence[int], meter: Meter) -> Iterator[pa.RecordBatch]:
        for read in work.cells.read(buckets, earlier=False):
            answers = evaluate_bucket(work.program, kernel_data(work, read), self.cuts, self.stage, meter.watch)
            by_kind = [(QUANTILE, str(number), pairs) for number, pairs in answers.quantiles.items()]
            by_kind += [(KEEP, segment, pairs) for segment, pairs in answers.keeps.items()]
            rows = [
                {
                    "kind": kind, "name": name, "dtype": pairs.values.dtype.str, "values": pairs.values.tobytes(),
                    "counts": pairs.counts.tobytes(), "missing": pairs.missing,
                }
                for kind, name, pairs in by_kind
            ]  # fmt: skip
            yield pa.RecordBatch.from_pylist(rows, PAIRS)


@dataclass(frozen=True, eq=False)
class EdgesPass:
    """The smallest ids of every bucket where keeps cut among equal values."""

    cuts: Cuts
    stage: int
    edges: Mapping[str, Edge]

    @property
    def schema(self) -> pa.Schema:
        return EDGES

    def answer(self, work: Work, buckets: Sequence[int], meter: Meter) -> Iterator[pa.RecordBatch]:
        for read in work.cells.read(buckets, earlier=False):
            ids = edge_ids(work.program, kernel_data(work, read), self.cuts, self.stage, self.edges, meter.watch)
            yield pa.RecordBatch.from_pydict({"segment": list(ids), "contact_ids": list(ids.values())}, EDGES)
