"""Files under landing become deliveries: by label, whole or not yet, named by their bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from jobs.catalog.model import Files
from jobs.intake.landing import Landed, look


def landed(root: Path, pattern: str, *files: str, marker: str = "", count: int = 0) -> Landed:
    """What is found when these files, each holding its own name, lie there."""
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return look(str(root), Files(pattern, "csv", marker=marker, count=count))


def found(landed: Landed) -> dict[str, tuple[str, ...]]:
    return {arrival.label: arrival.files for arrival in landed.arrived}


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
    assert look(str(tmp_path / "nowhere"), Files("{date}.csv", "csv")) == Landed(())
