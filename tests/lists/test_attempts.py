"""What was sent and what was written: texts in an order, however they are cut, and rows that are hashed by processes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow.parquet import ParquetFile

from jobs.lake.file_commits import add_files
from jobs.lake.table_files import TableFileWriter
from jobs.lake.tables import list_table
from jobs.lists import attempts
from jobs.lists.attempts import IdsInOrder, Sent, check_attempt
from jobs.lists.content_hash import as_text, content_hash
from jobs.lists.manifest import Checked, Pins

IDS = pa.array(["ada", "böb", "", "cyd"])


def fingerprint(*parts: pa.Array | Sequence[str]) -> str:
    order = IdsInOrder()
    for part in parts:
        order.add(part if isinstance(part, pa.Array) else pa.array(part, pa.string()))
    return order.fingerprint


def test_texts_in_one_order_have_one_fingerprint_however_they_are_cut() -> None:
    whole = fingerprint(IDS)
    assert fingerprint(IDS[:2], IDS[2:]) == fingerprint(IDS[:0], IDS[:1], IDS[1:3], IDS[3:]) == whole
    assert fingerprint(["ada"], ["böb", "", "cyd"]) == whole
    assert fingerprint([]) == fingerprint()


def test_other_texts_or_another_order_have_another() -> None:
    others = (["ada", "böb", "cyd", ""], ["adab", "öb", "", "cyd"], ["ada", "böb", "cyd"], ["ada", "bob", "", "cyd"])
    assert len({fingerprint(IDS), *(fingerprint(each) for each in others)}) == len(others) + 1


PEOPLE = [f"c{number:05}" for number in range(20_000)]


def listed(lake: str, ids: Sequence[str]) -> None:
    """A list's table with these ids in several row groups."""
    table = list_table("list", pa.schema([]))
    writer = TableFileWriter(lake, table, group_bytes=1 << 16)
    for first in range(0, len(ids), 1000):
        part = pa.array(ids[first : first + 1000], pa.string())
        writer.write(
            pa.RecordBatch.from_arrays([part, pa.repeat(pa.scalar(0, pa.int32()), len(part))], ["contact_id", "bucket"])
        )
    file = writer.close()
    assert file is not None
    assert ParquetFile(f"{lake}/list/{file.path}").num_row_groups > 2
    add_files(lake, table, [file])


def checked(lake: str) -> Checked:
    """As if `PEOPLE` had been sent."""
    sent = Sent(len(PEOPLE))
    sent.order.add(pa.array(PEOPLE))
    return check_attempt(lake, "list", Pins(1, "", "", len(PEOPLE), 1, supersede=False), sent)


def test_many_rows_are_hashed_by_processes_and_come_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(str(tmp_path), PEOPLE)
    here = checked(str(tmp_path))
    monkeypatch.setattr(attempts, "HASHED_ROWS", 1)
    assert checked(str(tmp_path)) == here
    assert here.content_hash == as_text(content_hash(pa.table({"contact_id": PEOPLE}), ["contact_id"]))
    assert (here.rows, here.distinct) == (len(PEOPLE), len(PEOPLE))


@pytest.mark.parametrize(
    ("ids", "fault"),
    [
        ([PEOPLE[-1], *PEOPLE[1:]], "20000 rows hold 19999 ids"),
        ([PEOPLE[1], PEOPLE[0], *PEOPLE[2:]], "are not those that were sent"),
        (PEOPLE[1:], "19999 rows written of 20000 members"),
    ],
)
def test_what_is_not_what_was_sent_is_no_list(
    ids: Sequence[str], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(str(tmp_path), ids)
    monkeypatch.setattr(attempts, "HASHED_ROWS", 1)
    with pytest.raises(AssertionError, match=fault):
        checked(str(tmp_path))
