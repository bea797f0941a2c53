"""What workers count of parts is what holds of the whole delivery, however it is cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.catalog.model import Catalog, Column, Files, Source
from jobs.catalog.row_rules import RowRule, row_rules
from jobs.catalog.types import ColumnType
from jobs.intake.part_counts import PartCounts, compared, read_counts, together, too_many
from jobs.intake.staged_files import _fragments, _judged
from jobs.lake.stored_source import StoredSource

TICKET = Source(
    "ticket", "related",
    {
        "number": Column("number", ColumnType("integer"), raw="number"),
        "state": Column("state", ColumnType("text"), raw="state"),
    },
    contact="contact_id", delivery="changes", key=("number",), origin=Files("ticket/{date}.csv", "csv"),
)  # fmt: skip
STORED = StoredSource(Catalog({"ticket": TICKET}), TICKET, "UTC")
(ALIKE,) = row_rules(TICKET)
ONCE = RowRule("once", "_key", None, expected="one row")
Rows = Sequence[tuple[str | None, str]]
"""(key, state)."""


def batch(rows: Rows) -> pa.RecordBatch:
    columns = {
        "contact_id": pa.array(["ada"] * len(rows), pa.string()),
        "number": pa.nulls(len(rows), pa.int64()),
        "state": pa.array([state for _, state in rows], pa.string()),
        "_key": pa.array([key for key, _ in rows], pa.string()),
        "deleted": pa.nulls(len(rows), pa.bool_()),
    }
    return pa.RecordBatch.from_pydict(columns)


def counted_in_parts(rule: RowRule, parts: Sequence[Rows]) -> int:
    """As workers do: hashes of each part cut by how they begin, equal ones meeting in one task."""
    cells: list[dict[str, object]] = []
    for part in parts:
        for row in _fragments(1, 0, compared(rule, STORED, batch(part))):
            cells += row.to_pylist()
    cells.sort(key=lambda cell: int(str(cell["part"])))

    def handed_over() -> Iterator[pa.RecordBatch]:
        from jobs.intake.staged_files import STAGED

        yield pa.RecordBatch.from_pylist(cells, STAGED)

    return sum(int(row["payload"]) for result in _judged(handed_over()) for row in result.to_pylist())


ROWS = st.lists(st.tuples(st.none() | st.sampled_from("abcde"), st.sampled_from("xy")), max_size=20)


@settings(deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=4))
def test_rows_taken_together_are_judged_the_same_however_a_delivery_is_cut(parts: list[Rows]) -> None:
    whole = [row for part in parts for row in part if row[0] is not None]
    keys = {key for key, _ in whole}
    for rule, expected in ((ONCE, len(whole) - len(keys)), (ALIKE, len(set(whole)) - len(keys))):
        assert too_many(compared(rule, STORED, batch([row for part in parts for row in part]))) == expected
        assert counted_in_parts(rule, parts) == expected


def test_problems_of_parts_are_those_of_the_delivery_and_the_first_stands_in_the_first_file() -> None:
    second, first = PartCounts("b.csv", rows=5, wrong={"x: wrong": 2}, first={"x: wrong": 1}), PartCounts("a.csv")
    first.rows, first.wrong, first.first, first.remarks = 3, {"x: wrong": 1}, {"x: wrong": 3}, ["a.csv: odd"]
    from jobs.catalog.row_rules import Blame

    blame = Blame("x", "wrong")
    counts = together([read_counts(second.to_bytes()), read_counts(first.to_bytes())], [blame], {"rule": 4})
    assert (counts.rows, counts.wrong, counts.places) == (8, {blame: 3}, {blame: "row 3 of a.csv"})
    assert (counts.repeated, counts.remarks) == ({"rule": 4}, ("a.csv: odd",))
