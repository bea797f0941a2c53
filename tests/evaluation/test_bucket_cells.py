"""What belongs to a bucket: which tiles count as of a pack, whose bits, which version of a list.

The tables are written by delta-rs, so nothing here starts Spark.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jobs.evaluation.bucket_cells import ListRows, cells_at
from jobs.lake.tables import IDENTITY, LIST_BITS, MEMBERSHIPS, TILES
from tests.lake.spark_tables import write_rows

ONE, TWO, THREE = (bytes([number]) + bytes(4095) for number in (1, 2, 3))


@pytest.fixture
def lake(tmp_path: Path) -> str:
    return str(tmp_path / "lake")


def tile(source: str, pack_no: int, payload: bytes, base: bool = False, month: int = 0, **more: Any) -> dict[str, Any]:
    found = {"source": source, "month": month, "bucket": 0, "pack_no": pack_no, "base": base, "piece": 0, "rows": 1}
    return {**found, "payload": payload, **more}


def test_a_bucket_has_the_newest_base_of_each_month_and_the_parts_after_it(lake: str) -> None:
    write_rows(
        lake,
        TILES,
        tile(IDENTITY, 1, b"id1", base=True),
        tile(IDENTITY, 3, b"id3"),
        tile(IDENTITY, 1, b"elsewhere", base=True, bucket=1),
        tile("order", 1, b"jan1", base=True, month=202601),
        tile("order", 2, b"jan2b", month=202601, piece=1),
        tile("order", 2, b"jan2a", month=202601),
        tile("order", 3, b"jan3", base=True, month=202601),
        tile("order", 4, b"jan4", month=202601),
        tile("order", 2, b"feb2", month=202602),  # never had a base: all its parts count
        tile("order", 3, b"", month=202602, rows=0),
        tile("click", 1, b"not asked", base=True),
    )

    def at(pack_no: int, bucket: int = 0) -> tuple[Any, Any]:
        (read,) = cells_at(lake, pack_no, ["order"], [], 0).read([bucket], earlier=False)
        tiles = dict(read.tiles)
        return tiles.pop(IDENTITY, []), tiles

    assert at(2) == ([b"id1"], {"order": [b"jan1", b"jan2a", b"jan2b", b"feb2"]})
    assert at(3) == ([b"id1", b"id3"], {"order": [b"jan3", b"feb2"]})
    assert at(4) == ([b"id1", b"id3"], {"order": [b"jan3", b"jan4", b"feb2"]})
    assert at(2, bucket=7) == ([], {})
    assert sorted(cells_at(lake, 2, [], [], 0).buckets) == [0, 1]
    assert cells_at(lake, 0, [], [], 0).buckets == []


def test_a_membership_is_that_of_the_newest_run_up_to_the_one_asked(lake: str) -> None:
    rows: list[dict[str, Any]] = [
        {"segment": "a", "bucket": 0, "run_no": 1, "members": 1, "bits": ONE},
        {"segment": "a", "bucket": 0, "run_no": 3, "members": 2, "bits": THREE},
        {"segment": "b", "bucket": 0, "run_no": 1, "members": 1, "bits": TWO},
        {"segment": "b", "bucket": 0, "run_no": 2, "members": 0, "bits": None},
        {"segment": "a", "bucket": 1, "run_no": 2, "members": 1, "bits": TWO},
    ]
    write_rows(lake, MEMBERSHIPS, *rows)

    def at(members: int | dict[str, int]) -> dict[str, bytes]:
        (read,) = cells_at(lake, 1, [], [], members).read([0], earlier=True)
        return dict(read.earlier)

    assert at(1) == {"a": ONE, "b": TWO}
    assert at(2) == {"a": ONE}
    assert at({"a": 9}) == {"a": THREE}
    assert at({"a": 1, "b": 9, "c": 9}) == {"a": ONE}
    assert at({}) == {}


def test_of_a_list_the_pinned_version_of_the_pinned_attempt_counts(lake: str) -> None:
    row: dict[str, Any] = {"name": "vips", "date": date(2026, 11, 24), "bucket": 0, "members": 1}
    write_rows(
        lake,
        LIST_BITS,
        {**row, "version": 1, "attempt": "x", "bits": ONE},
        {**row, "version": 2, "attempt": "x", "bits": TWO},
        {**row, "version": 2, "attempt": "y", "bits": THREE},
    )
    cells = cells_at(lake, 1, [], [ListRows("vips@now", "vips", "2026-11-24", 2, "y")], 0)
    assert [dict(read.lists) for read in cells.read([0, 1], earlier=False)] == [{"vips@now": THREE}, {}]
