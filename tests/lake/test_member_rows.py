"""Which rows of `memberships` hold at a run, and what changed: against the same told row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.lake import member_rows
from jobs.lake.bitmaps import NOBODY, packed, positions
from jobs.lake.file_commits import add_files, put_rows
from jobs.lake.member_rows import changes, members_at, members_of, touched_since
from jobs.lake.table_files import TableFileWriter
from jobs.lake.tables import MEMBERSHIPS

SEGMENTS = ("a", "b", "c")
Written = list[tuple[str, int, int, frozenset[int]]]
"""Segment, bucket, run, and the positions of its members; as evaluate writes them: a row for a place and a run."""

rows = st.tuples(st.sampled_from(SEGMENTS), st.integers(0, 3), st.integers(1, 5))
people = st.frozensets(st.sampled_from([0, 1, 7, 8, 300, 32_767]), max_size=4)
tables = st.dictionaries(rows, people, max_size=25).map(lambda cells: [(*place, on) for place, on in cells.items()])


def row(segment: str, bucket: int, run_no: int, on: frozenset[int]) -> dict[str, Any]:
    bits = packed(sorted(on)) if on else None
    return {"segment": segment, "bucket": bucket, "run_no": run_no, "members": len(on), "bits": bits}


def write(lake: str, written: Written, files: int) -> None:
    """In some files, each of two row groups."""
    for number in range(files):
        own = [row(*each) for each in written[number::files]]
        writer = TableFileWriter(lake, MEMBERSHIPS)
        for part in (own[: len(own) // 2], own[len(own) // 2 :]):
            for batch in pa.Table.from_pylist(part, MEMBERSHIPS.schema).to_batches():
                writer.write(batch)
            writer.flush()
        file = writer.close()
        add_files(lake, MEMBERSHIPS, [] if file is None else [file])


def state(written: Written, run_no: int) -> dict[tuple[str, int], tuple[int, frozenset[int]]]:
    """Of each place the newest row not after the run: its run and who is in."""
    newest: dict[tuple[str, int], tuple[int, frozenset[int]]] = {}
    for segment, bucket, number, on in sorted(written, key=lambda each: each[2]):
        if number <= run_no:
            newest[segment, bucket] = number, on
    return newest


def changed(
    written: Written, run_no: int, since: Mapping[str, int]
) -> dict[tuple[str, int], tuple[set[int], set[int]]]:
    nobody = (0, frozenset[int]())
    found: dict[tuple[str, int], tuple[set[int], set[int]]] = {}
    for segment, before in since.items():
        for bucket in range(4):
            now = state(written, run_no).get((segment, bucket), nobody)[1]
            then = state(written, before).get((segment, bucket), nobody)[1]
            if now != then:
                found[segment, bucket] = set(now - then), set(then - now)
    return found


def places(bits: bytes | None) -> set[int]:
    return set(positions(bits).tolist())


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(1, 3), st.integers(0, 6), st.dictionaries(st.sampled_from(SEGMENTS), st.integers(0, 6)))
def test_the_state_and_what_changed_are_those_of_a_walk_through_all_rows(
    tmp_path_factory: pytest.TempPathFactory, written: Written, files: int, run_no: int, since: dict[str, int]
) -> None:
    lake = str(tmp_path_factory.mktemp("lake"))
    write(lake, written, files)
    now = state(written, run_no)
    counts: dict[str, int] = {}
    for (segment, _), (_, on) in now.items():
        counts[segment] = counts.get(segment, 0) + len(on)
    assert members_at(lake, run_no) == counts
    later = {segment for (segment, _), (number, _) in now.items() if segment in since and number > since[segment]}
    assert touched_since(lake, run_no, since) == later
    members = {
        (segment, bucket): places(bits.tobytes())
        for stretch in members_of(lake, run_no, SEGMENTS)
        for segment, bucket, bits in zip(stretch.segment, stretch.bucket, stretch.bits, strict=True)
    }
    assert members == {place: set(on) for place, (_, on) in now.items() if on}
    found = [row for part in changes(lake, run_no, since) for row in part.to_pylist()]
    assert {(row["segment"], row["bucket"]): (places(row["entered"]), places(row["left"])) for row in found} == changed(
        written, run_no, since
    )
    for one in found:
        assert (one["run_no"], one["entered_members"], one["left_members"]) == (
            run_no, len(places(one["entered"])), len(places(one["left"])),
        )  # fmt: skip
        assert [bits for bits in (one["entered"], one["left"]) if bits == NOBODY] == []
    assert [row["bucket"] for row in found] == sorted(row["bucket"] for row in found)


def test_a_stretch_ends_with_its_bucket_and_holds_no_more_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(member_rows, "ROWS_AT_ONCE", 3)
    buckets = np.array([0, 0, 1, 1, 2, 2, 2, 2, 2, 3])
    assert [part.tolist() for part in member_rows.stretches(buckets)] == [[0, 1, 2, 3], [4, 5, 6, 7, 8], [9]]
    assert list(member_rows.stretches(buckets[:0])) == []


def test_bitmaps_of_many_stretches_come_to_the_same(lake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [(segment, bucket, 1, frozenset({bucket})) for bucket in range(4) for segment in SEGMENTS]
    write(lake, written, 2)
    write(lake, [("a", 2, 2, frozenset({5, 6}))], 1)
    whole = [part.to_pylist() for part in changes(lake, 2, {"a": 0, "b": 1, "c": 0})]
    monkeypatch.setattr(member_rows, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(member_rows, "ROWS_UNPACKED", 1)
    cut = [part.to_pylist() for part in changes(lake, 2, {"a": 0, "b": 1, "c": 0})]
    assert len(whole) == 1
    assert len(cut) == 4
    assert [row for part in cut for row in part] == whole[0]


def test_a_lake_without_memberships_has_none(lake: str) -> None:
    assert members_at(lake, 3) == {}
    assert list(members_of(lake, 3, ["a"])) == []
    assert list(changes(lake, 3, {"a": 1})) == []
    put_rows(lake, MEMBERSHIPS, [row("a", 0, 7, frozenset({1}))])
    assert members_at(lake, 3) == {}
