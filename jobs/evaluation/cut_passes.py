"""Quantile cuts and keep thresholds: what a pass must decide about everybody before the next pass can say who is in.

Each bucket tells how often it has each value; all buckets together give the cuts. Where a keep's edge falls among equal
values, a second small job asks each bucket for its smallest ids there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyspark.sql.functions import col

from jobs.evaluation.bucket_passes import Buckets, edges, pairs
from jobs.kernel.cuts import Cuts, Edge, KeepCut, keep_cut, merge_pairs, quantile_key, settle_edge, thresholds
from jobs.kernel.program import Program
from jobs.lake.commits import rows_of
from jobs.lake.tables import CONTACTS
from jobs.language.atoms import Keep
from jobs.plan.run_plan import Plan


def find_cuts(buckets: Buckets, work: str, plan: Plan, program: Program) -> Cuts:
    """The cuts that the last stage needs; a pass for each stage before it."""
    numbers = {quantile: number for number, quantile in enumerate(program.quantiles)}
    keeps = {meaning.id: meaning.keep for meaning in plan.segments if meaning.keep is not None}
    cuts = Cuts()
    for stage, asked in enumerate(plan.stages[:-1]):
        found = pairs(buckets, work, cuts, stage)
        quantiles = {
            numbers[one]: thresholds(merge_pairs(found.get(("quantile", str(numbers[one])), [])), one.groups)
            for one in asked.quantiles
        }
        kept = _keep_cuts(buckets, work, cuts, stage, {segment: keeps[segment] for segment in asked.keeps}, found)
        cuts = Cuts({**cuts.quantiles, **quantiles}, {**cuts.keeps, **kept})
    return cuts


def _keep_cuts(
    buckets: Buckets, work: str, cuts: Cuts, stage: int, keeps: Mapping[str, Keep], found: Mapping[tuple[str, str], Any]
) -> dict[str, KeepCut]:
    first = {segment: keep_cut(merge_pairs(found.get(("keep", segment), [])), keep) for segment, keep in keeps.items()}
    tied = {segment: cut for segment, cut in first.items() if isinstance(cut, Edge)}
    smallest = edges(buckets, work, cuts, stage, tied) if tied else {}
    return {
        segment: settle_edge(cut, smallest[segment]) if isinstance(cut, Edge) else cut for segment, cut in first.items()
    }


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
