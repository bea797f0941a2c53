"""What the workers load is what the driver wrote, and nothing else in the lake is ever run."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from jobs.catalog.catalog_files import read_catalog
from jobs.errors import UNREACHABLE, Unreachable
from jobs.evaluation.bucket_cells import cells_at
from jobs.evaluation.work_files import Work, forget_work, keep_work, load_work
from jobs.kernel.lookups import flatten_lookups
from jobs.kernel.program import compile_program
from jobs.plan.clock import make_clock
from jobs.plan.planner import make_plan
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions

CONTACTS = "version: 1\nsource: contacts\nkind: contacts\ncolumns:\n  country: {type: text}\n"


@pytest.fixture
def work(tmp_path: Path) -> Work:
    (tmp_path / "contacts.yaml").write_text(CONTACTS)
    catalog = read_catalog(tmp_path)
    plan = make_plan([], catalog, make_clock(read_moment("1998-02-01T00:00"), zone_transitions("UTC")))
    lookups = flatten_lookups(catalog, {}, lambda _: pytest.fail("there are no lookups"))
    return Work(
        compile_program(plan),
        catalog,
        {"contacts": frozenset({"country"})},
        lookups,
        {},
        cells_at(str(tmp_path), 0, [], [], 0),
    )


class Touching:
    """Unpickled it makes a file: what a stranger could have the workers do."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


def test_work_is_loaded_as_it_was_kept(work: Work, lake: str) -> None:
    loaded = load_work(keep_work(lake, 7, work))
    assert loaded.columns == work.columns
    assert loaded.catalog == work.catalog


@pytest.mark.parametrize("change", ["a stranger's program", "one bit", "cut short", "nothing left"])
def test_a_changed_file_is_named_and_not_loaded(work: Work, lake: str, tmp_path: Path, change: str) -> None:
    file = keep_work(lake, 7, work)
    place, trace = Path(lake) / file.path, tmp_path / "trace"
    whole = place.read_bytes()
    changed = {
        "a stranger's program": pickle.dumps(Touching(trace)),
        "one bit": whole[:-1] + bytes([whole[-1] ^ 1]),
        "cut short": whole[: len(whole) // 2],
        "nothing left": b"",
    }
    place.write_bytes(changed[change])
    with pytest.raises(Unreachable) as stopped:
        load_work(file)
    assert stopped.value.exit_code == UNREACHABLE
    assert str(stopped.value).startswith(f"{place}: found a file of SHA-256 ")
    assert "Nothing of it was loaded." in str(stopped.value)
    assert not trace.exists()
    # The next attempt writes its own again.
    assert keep_work(lake, 7, work) == file
    assert place.read_bytes() == whole
    assert load_work(file).columns == work.columns


def test_nothing_in_the_lake_is_unpickled_elsewhere() -> None:
    jobs = Path(__file__).resolve().parents[2] / "jobs"
    loading = [path.name for path in jobs.rglob("*.py") if "pickle" in path.read_text(encoding="utf-8")]
    assert loading == ["work_files.py"]


def test_work_of_other_runs_stays(work: Work, lake: str) -> None:
    files = {run_no: keep_work(lake, run_no, work) for run_no in (7, 8, 9)}
    forget_work(lake, [7, 9, 10])
    assert {run_no: (Path(lake) / file.path).exists() for run_no, file in files.items()} == {
        7: False,
        8: True,
        9: False,
    }
    with pytest.raises(Unreachable, match=r"programs/7/.*cannot be read"):
        load_work(files[7])
