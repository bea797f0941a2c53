"""Files under landing become deliveries: by label, whole or not yet, named by their bytes."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pytest

from jobs.catalog.model import Catalog, Column, Files, Source
from jobs.catalog.types import ColumnType
from jobs.catalog.values import FileNotes
from jobs.errors import UNREACHABLE, Unreachable
from jobs.intake.inlet import Landed, StillChanging
from jobs.intake.landing import LandedFiles
from jobs.intake.part_counts import read_counts
from jobs.intake.staged_files import DeliveryReader
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import source_table


def landed(root: Path, pattern: str, *files: str, marker: str = "", count: int = 0) -> Landed:
    """What is found when these files, each holding its own name, lie there."""
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(name))
    return LandedFiles(str(root), Files(pattern, "csv", marker=marker, count=count)).arrived()


def found(landed: Landed) -> dict[str, tuple[str, ...]]:
    return {arrival.label: tuple(part.name for part in arrival.parts) for arrival in landed.arrived}


def test_the_date_in_the_name_is_the_label_and_all_files_of_one_date_are_one_delivery(tmp_path: Path) -> None:
    files = [
        "order/20261123_b.csv",
        "order/2026-11-23_a.csv",
        "order/2026-11-24.csv",
        "order/readme.csv",
        "other/2026-11-23.csv",
    ]
    assert found(landed(tmp_path, "order/{date}*.csv", *files)) == {
        "2026-11-23": ("order/2026-11-23_a.csv", "order/20261123_b.csv"),
        "2026-11-24": ("order/2026-11-24.csv",),
    }


def test_without_a_date_the_path_is_the_label(tmp_path: Path) -> None:
    assert found(landed(tmp_path, "product.csv", "product.csv")) == {"product.csv": ("product.csv",)}
    assert found(landed(tmp_path, "p/*.csv", "p/a.csv", "p/b.csv")) == {
        "p/a.csv": ("p/a.csv",),
        "p/b.csv": ("p/b.csv",),
    }


def test_a_star_does_not_reach_into_folders_and_a_date_may_be_one(tmp_path: Path) -> None:
    files = ["o/2026-11-23/part-1.csv", "o/2026-11-23/part-2.csv", "o/2026-11-23/old/part-3.csv"]
    assert found(landed(tmp_path, "o/{date}/part-*.csv", *files)) == {"2026-11-23": tuple(files[:2])}


def test_the_same_date_must_stand_wherever_the_pattern_has_it(tmp_path: Path) -> None:
    files = ["o/2026-11-23/2026-11-23.csv", "o/2026-11-23/2026-11-22.csv"]
    assert found(landed(tmp_path, "o/{date}/{date}.csv", *files)) == {"2026-11-23": (files[0],)}


@pytest.mark.parametrize("name", ["order/.2026-11-23.csv", "order/2026-11-23.csv.tmp", "order/_tmp/2026-11-23.csv"])
def test_files_that_are_being_written_are_ignored(tmp_path: Path, name: str) -> None:
    assert found(landed(tmp_path, "order/*{date}.csv*", name)) == {}
    assert found(landed(tmp_path, "order/*/{date}.csv", name)) == {}


def test_an_empty_file_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "2026-11-23.csv").touch()
    assert found(landed(tmp_path, "{date}.csv")) == {}


def test_a_number_that_is_no_day_waits_and_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    assert landed(tmp_path, "{date}.csv", "2026-13-40.csv").waiting == (
        ("2026-13-40.csv", "a day in its name; this is none"),
    )


def test_a_delivery_waits_for_its_marker(tmp_path: Path) -> None:
    waiting = landed(tmp_path, "o/{date}/*.csv", "o/2026-11-23/a.csv", marker="_SUCCESS")
    assert (found(waiting), waiting.waiting) == ({}, (("2026-11-23", "the file _SUCCESS beside it"),))
    (tmp_path / "o/2026-11-23/_SUCCESS").touch()
    assert found(landed(tmp_path, "o/{date}/*.csv", marker="_SUCCESS")) == {"2026-11-23": ("o/2026-11-23/a.csv",)}


def test_a_delivery_waits_for_its_number_of_files(tmp_path: Path) -> None:
    waiting = landed(tmp_path, "{date}*.csv", "2026-11-23a.csv", count=3)
    assert waiting.waiting == (("2026-11-23", "2 more of 3 files"),)
    whole = landed(tmp_path, "{date}*.csv", "2026-11-23b.csv", "2026-11-23c.csv", count=3)
    assert list(found(whole)) == ["2026-11-23"]


def test_the_id_is_the_hash_of_the_bytes_whatever_the_clock_says(tmp_path: Path) -> None:
    one = landed(tmp_path, "{date}.csv", "2026-11-23.csv").arrived[0]
    assert one.content_hash == hashlib.sha256(b"2026-11-23.csv").hexdigest()
    os.utime(tmp_path / "2026-11-23.csv", (0, 0))
    assert landed(tmp_path, "{date}.csv").arrived[0] == one


def test_the_id_of_several_files_changes_with_any_of_them(tmp_path: Path) -> None:
    before = landed(tmp_path, "{date}*.csv", "2026-11-23a.csv", "2026-11-23b.csv").arrived[0]
    (tmp_path / "2026-11-23b.csv").write_text("other")
    assert landed(tmp_path, "{date}*.csv").arrived[0].content_hash != before.content_hash


def test_a_landing_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert LandedFiles(str(tmp_path / "nowhere"), Files("{date}.csv", "csv")).arrived() == Landed(())


# --- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("p/a\nERROR forged.csv", "p/a\\u000aERROR forged.csv"),
        ("p/\u202evsc.a.csv", "p/\\u202evsc.a.csv"),
        ("p/a\x1b[2K.csv", "p/a\\u001b[2K.csv"),
    ],
    ids=["line end", "direction mark", "escape sequence"],
)
def test_a_name_is_shown_escaped_and_its_file_is_found_by_it_as_it_is(tmp_path: Path, name: str, shown: str) -> None:
    (arrival,) = landed(tmp_path, "p/*.csv", name).arrived
    assert (arrival.label, [part.shown for part in arrival.parts]) == (shown, [shown])
    assert [part.name for part in arrival.parts] == [name]


def test_a_file_whose_name_is_no_utf8_is_waited_for_and_holds_up_its_own_delivery_alone(tmp_path: Path) -> None:
    there = landed(tmp_path, "{date}*.csv", "2026-11-22.csv", "2026-11-23_a.csv", os.fsdecode(b"2026-11-23_\xff.csv"))
    assert list(found(there)) == ["2026-11-22"]
    assert there.waiting == (("2026-11-23", "a name in UTF-8 instead of 2026-11-23_\\udcff.csv"),)
    odd = landed(tmp_path, "o/*.csv", os.fsdecode(b"o/\xff.csv"))
    assert odd.waiting == (("o/\\udcff.csv", "a name in UTF-8 instead of o/\\udcff.csv"),)
    assert landed(tmp_path, "o/{date}.csv", os.fsdecode(b"o/2026-99-99\xff.csv")) == Landed(())


# --- a landing that cannot be read -------------------------------------------------------------------------------------


def test_a_landing_that_is_no_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "landing").write_text("a file stands where the folder should be")
    with pytest.raises(
        Unreachable, match=r"landing: landing cannot be read \(.*\)\. Check the folder, or set"
    ) as stopped:
        LandedFiles(str(tmp_path / "landing"), Files("{date}.csv", "csv")).arrived()
    assert stopped.value.exit_code == UNREACHABLE


@contextmanager
def as_nobody() -> Iterator[None]:
    """What a user who is not root may do; tests may run as root, who may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("closed", ["order", "order/2026-11-23.csv"], ids=["folder", "file"])
def test_a_landing_that_may_not_be_read_is_said(closed: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        landed(root, "order/{date}.csv", "order/2026-11-23.csv")
        root.chmod(0o755)
        (root / closed).chmod(0)
        with as_nobody(), pytest.raises(Unreachable, match=r"cannot be read \(.*Permission denied.*\)\. Check the "):
            landed(root, "order/{date}.csv")
        (root / closed).chmod(0o755)


# --- files that change while they are read -----------------------------------------------------------------------------

ROWS = 150_000
LINES = "".join(f"c{number},{number},{'a long remark ' * 6}\n" for number in range(ROWS))
"""More than the parser takes at once."""
SOURCE = Source("s", "related", {"n": Column("n", ColumnType("integer"), raw="n")})
STORED = StoredSource(Catalog({"s": SOURCE}), SOURCE, "UTC")


def add(file: Path, text: str) -> None:
    with file.open("a") as stream:
        stream.write(text)


CHANGES: dict[str, Callable[[Path], object]] = {
    "grows": lambda file: add(file, "c1,1,x\n"),
    "grows by half a row": lambda file: add(file, "c1"),
    "shrinks": lambda file: os.truncate(file, 300_000),
    "is another of the same size": lambda file: file.write_text(
        "contact_id,n,remark\n" + LINES.replace("c1,1", "c1,2")
    ),
    "is taken away": lambda file: file.unlink(),
}


@pytest.fixture
def inlet(tmp_path: Path) -> LandedFiles:
    (tmp_path / "2026-11-23.csv").write_text("contact_id,n,remark\n" + LINES)
    return LandedFiles(str(tmp_path), Files("{date}.csv", "csv"))


def test_a_file_that_stays_is_read_whole(inlet: LandedFiles) -> None:
    (arrival,) = inlet.arrived().arrived
    assert sum(batch.num_rows for batch in inlet.batches(STORED, arrival.parts[0], FileNotes())) == ROWS


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("moment", ["before it is read", "while it is read"])
def test_a_file_that_changes_once_it_was_seen_has_not_arrived(
    inlet: LandedFiles, change: Callable[[Path], object], moment: str
) -> None:
    (arrival,) = inlet.arrived().arrived
    file = Path(inlet.landing) / "2026-11-23.csv"
    batches = inlet.batches(STORED, arrival.parts[0], FileNotes())
    if moment == "while it is read":
        assert next(batches).num_rows < ROWS, "the whole file was read before it could change"
    change(file)
    with pytest.raises(StillChanging, match=r"^2026-11-23.csv"):
        list(batches)


def test_a_worker_says_of_a_changing_file_that_it_waits_and_of_no_fault(inlet: LandedFiles, tmp_path: Path) -> None:
    (arrival,) = inlet.arrived().arrived
    (part,) = arrival.parts
    add(Path(inlet.landing) / "2026-11-23.csv", "half a row without its end")
    table = source_table(STORED.source.name, STORED.schema)
    reader = DeliveryReader(
        STORED, inlet, str(tmp_path / "lake"), table, {name: name for name in STORED.schema.names}, "a"
    )
    handed_out = pa.RecordBatch.from_pylist(
        [{"delivery_no": 1, "alone": True, "name": part.name, "size": part.size, "content": part.content}]
    )
    (result,) = reader.staged([handed_out])
    counts = read_counts(result["payload"][0].as_py())
    assert counts.changing == ["2026-11-23.csv to stay as it is: it changed while it was read"]
    assert counts.faults == []


def test_a_file_that_is_written_while_landing_is_looked_at_waits(tmp_path: Path) -> None:
    """Its size is seen first, then its bytes are read: a pipe of one process into the file makes these differ."""
    file = tmp_path / "2026-11-23.csv"
    file.write_text("x")
    endless = LandedFiles(str(tmp_path), Files("{date}.csv", "csv"))
    seen = [endless.arrived() for _ in _written_meanwhile(file)]
    assert any(there.waiting for there in seen)
    assert all(not there.arrived or not there.waiting for there in seen)
    for there in seen:
        for label, why in there.waiting:
            assert (label, why) == ("2026-11-23", "2026-11-23.csv to stay as it is: it changed while it was read")
    assert [arrival.label for arrival in endless.arrived().arrived] == ["2026-11-23"]


def _written_meanwhile(file: Path) -> Iterator[int]:
    """Twenty moments during which a thread writes to the file without a pause."""
    done = threading.Event()

    def write() -> None:
        with file.open("ab", buffering=0) as stream:
            while not done.is_set():
                stream.write(b"x" * 64)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield from range(20)
    finally:
        done.set()
        writer.join()
