"""What makes a list: its bits, so that it can be a condition, and last its row in the registry.

Both can be repeated: each commit carries the version's own mark, which Delta takes once.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import bitmap_count, lit

from jobs.lake.commits import append
from jobs.lake.file_commits import put_rows
from jobs.lake.list_registry import Listed, versions
from jobs.lake.tables import LIST_BITS, LIST_REGISTRY
from jobs.lists.requests import Request


def write_bits(spark: SparkSession, lake: str, request: Request, version: int, attempt: str, bits: DataFrame) -> None:
    """The list's members as bitmaps, `bucket` and `bits`, under its name, date and version."""
    rows = bits.select(
        lit(request.name).alias("name"),
        lit(request.date).alias("date"),
        lit(version).alias("version"),
        "bucket",
        bitmap_count("bits").alias("members"),
        "bits",
        lit(attempt).alias("attempt"),
    )
    append(spark, lake, LIST_BITS, rows, once=(request.key(version), 1))


def enter(lake: str, request: Request, manifest: str, registry: Sequence[Listed]) -> None:
    """The registry's row for the version that a manifest describes; the version before it is superseded in one commit."""
    written: dict[str, Any] = json.loads(manifest)
    frozen = {
        "name": request.name,
        "date": request.date,
        "version": written["version"],
        "state": "frozen",
        "entry_no": 1,
        "rows": written["rows"],
        "path": written["path"],
        "segment": request.segment,
        "run_no": written["run_no"],
        "as_of": datetime.fromisoformat(written["frozen_as_of"]),
        "purpose": request.purpose,
        "channel": request.channel,
        "content_hash": written["content_hash"],
        "attempt": written["attempt"],
        "manifest": manifest,
    }
    older = [entry for entry in versions(registry, request.name, request.date) if entry.version < written["version"]]
    rows = [frozen, *(_superseded(entry, written["version"]) for entry in older if entry.state == "frozen")]
    put_rows(lake, LIST_REGISTRY, rows, once=(request.key(written["version"]), 1))


def _superseded(entry: Listed, by: int) -> dict[str, Any]:
    kept = {name: getattr(entry, name) for name in ("name", "date", "version", "rows", "path", "segment", "run_no")}
    rest = {name: getattr(entry, name) for name in ("purpose", "channel", "content_hash", "attempt", "manifest")}
    return {
        **kept,
        **rest,
        "state": "superseded",
        "entry_no": entry.entry_no + 1,
        "reason": f"version {by} took its place",
    }
