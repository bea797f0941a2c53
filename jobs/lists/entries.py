"""What makes a list: its bits, so that it can be a condition, and last its row in the registry.

Both can be repeated: each commit carries the version's own mark, which is taken once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from jobs.lake.bitmaps import counted
from jobs.lake.file_commits import add_files, put_rows, written
from jobs.lake.list_registry import Listed, versions
from jobs.lake.member_rows import SegmentMembers
from jobs.lake.reads import last_number
from jobs.lake.table_files import write_table_file
from jobs.lake.tables import LIST_BITS, LIST_REGISTRY
from jobs.lists.requests import Request


def write_bits(lake: str, request: Request, version: int, attempt: str, members: SegmentMembers) -> None:
    """The list's members as bitmaps under its name, date and version."""
    mark = request.key(version)
    if last_number(lake, LIST_BITS, mark):
        return
    key = {"name": request.name, "date": request.date, "version": version, "attempt": attempt}

    def rows() -> Iterator[pa.RecordBatch]:
        for stretch in members.stretches:
            cells = (words.tobytes() for words in stretch.bits)
            bits = [
                {**key, "bucket": bucket, "members": counted(cell), "bits": cell}
                for bucket, cell in zip(stretch.bucket, cells, strict=True)
            ]
            yield pa.RecordBatch.from_pylist(bits, LIST_BITS.schema)

    with written(f"{lake}/{LIST_BITS.path}"):
        file = write_table_file(lake, LIST_BITS, rows())
    add_files(lake, LIST_BITS, [] if file is None else [file], once=(mark, 1))


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
