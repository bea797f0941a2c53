"""Buckets handed out in this process or by Spark, in however many piles: the same members and the same cuts."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from jobs.errors import Unreachable
from jobs.evaluation.bucket_cells import cells_at, hands, tile_cells
from jobs.evaluation.bucket_passes import HandedBuckets, LastPass, hand_out, piles_of, written_files
from jobs.evaluation.cut_passes import CutPasses
from jobs.evaluation.work_files import Work
from jobs.kernel.lookups import Lookups
from jobs.kernel.program import Program, compile_program
from jobs.kernel.stages import find_cuts
from jobs.lake.bitmaps import positions
from jobs.lake.file_commits import add_files
from jobs.lake.reads import table_rows
from jobs.lake.table_files import write_partitions
from jobs.lake.tables import IDENTITY, MEMBERSHIPS, NO_MONTH, TILES
from jobs.lake.workers import OwnCrew, SparkCrew
from jobs.language.atoms import Compare, Computed, Everyone, Keep, Quantile
from jobs.plan.run_plan import Plan
from tests.kernel.world import INTEGER, World, at_least, attribute, catalog_of, contacts, equal_to, meaning

BUCKETS, PEOPLE = 5, 40
POINTS = attribute("points", INTEGER)
HALF = Computed("shop", "half", INTEGER, Quantile(POINTS, 2))
MEANINGS = (
    meaning(Compare(POINTS, at_least(5)), "five"),
    meaning(Compare(HALF, equal_to(2)), "upper"),
    meaning(Everyone(), "best", keep=Keep(30, None, POINTS)),
)
CATALOG = catalog_of(contacts(points=INTEGER))


@dataclass
class Lake:
    """Five buckets of forty people with few different points, packed twice: the second pack replaces bucket 1 and adds a
    part to bucket 2."""

    root: str
    points: dict[tuple[int, int], int]
    plan: Plan
    program: Program

    def work(self, run_no: int, pack_no: int) -> Work:
        cells = cells_at(self.root, pack_no, ["contacts"], [], run_no - 1)
        return Work(self.program, CATALOG, self.plan.columns, Lookups(), {}, cells)

    def evaluate(self, buckets: HandedBuckets, run_no: int) -> list[dict[str, Any]]:
        """What a run finds and writes."""
        cuts = find_cuts(self.plan, self.program, CutPasses(buckets))
        return buckets.rows(LastPass(cuts, self.plan.last_stage, run_no, written=True))

    def by_hand(self) -> dict[str, set[tuple[int, int]]]:
        """Who is in which segment, from the points alone; ids have the order of places."""
        ranked = sorted(self.points, key=lambda place: (-self.points[place], place))
        below = {place: sum(other < self.points[place] for other in self.points.values()) for place in self.points}
        return {
            "five": {place for place, points in self.points.items() if points >= 5},
            "upper": {place for place in self.points if 1 + 2 * below[place] // len(self.points) == 2},
            "best": set(ranked[:30]),
        }


def people_of(bucket: int) -> list[str]:
    return [f"b{bucket}-{place:02}" for place in range(PEOPLE)]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root = str(tmp_path_factory.mktemp("two_ways") / "lake")
    dice = random.Random(7)
    first = {(bucket, place): dice.randrange(8) for bucket in range(BUCKETS) for place in range(PEOPLE)}
    second = {(1, place): dice.randrange(8) for place in range(PEOPLE)}
    plan = World(CATALOG, {}).plan(*MEANINGS)
    program = compile_program(plan)
    rows = [row for bucket in range(BUCKETS) for row in tiles_of(bucket, first, plan, range(PEOPLE - 1), 1, base=True)]
    later = tiles_of(1, second, plan, range(PEOPLE), 2, base=True)[1:]
    later += [row for b in (0, 2, 3, 4) for row in tiles_of(b, first, plan, [PEOPLE - 1], 2, base=False)[1:]]
    for pack in (rows, later):
        add_files(root, TILES, write_partitions(root, TILES, pa.Table.from_pylist(pack, TILES.schema)))
    return Lake(root, first | second, plan, program)


def tiles_of(
    bucket: int, points: dict[tuple[int, int], int], plan: Plan, places: Any, pack_no: int, *, base: bool
) -> list[dict[str, Any]]:
    """Rows of `tiles`: the identities, and the points of these places."""
    world = World(
        CATALOG, {"contacts": [(place, points[bucket, place]) for place in places]}, PEOPLE, ids=people_of(bucket)
    )
    data = world.bucket(plan)
    payloads = [(IDENTITY, data.identities[0], PEOPLE), ("contacts", data.tiles["contacts"][0], len(places))]
    return [
        {
            "source": source, "month": NO_MONTH, "bucket": bucket, "pack_no": pack_no, "base": base, "piece": 0,
            "rows": rows, "payload": payload,
        }
        for source, payload, rows in payloads
    ]  # fmt: skip


def members(root: str, files: list[Any]) -> dict[str, set[tuple[int, int]]]:
    """Who is in which segment, from files of memberships committed to a lake of their own."""
    rows = table_rows(root, MEMBERSHIPS, ["segment", "bucket", "members", "bits"])
    found: dict[str, set[tuple[int, int]]] = {}
    for row in rows:
        own = {(row["bucket"], place) for place in positions(row["bits"]).tolist()}
        assert len(own) == row["members"]
        found.setdefault(row["segment"], set()).update(own)
    assert sum(file.rows for file in files) == len(rows)
    return found


@pytest.fixture(scope="module")
def here(packed: Lake) -> tuple[list[dict[str, Any]], dict[str, set[tuple[int, int]]]]:
    """The rows that this process commits as run 1, sorted, and the members in them."""
    rows = packed.evaluate(hand_out(OwnCrew(), 1, packed.work(1, 2)), 1)
    files = written_files(rows)
    add_files(packed.root, MEMBERSHIPS, files, once=("evaluate", 1))
    return written(packed.root, 1), members(packed.root, files)


def written(root: str, run_no: int) -> list[dict[str, Any]]:
    """The bytes of every bitmap that a run committed, in one order; the number of the run apart."""
    rows = table_rows(root, MEMBERSHIPS, ["segment", "bucket", "members", "bits"], [("run_no", "=", run_no)])
    return sorted(rows, key=lambda row: (row["segment"], row["bucket"]))


def test_this_process_finds_whom_a_count_by_hand_finds(packed: Lake, here: Any) -> None:
    assert here[1] == packed.by_hand()


@pytest.mark.parametrize("parts", [1, 2, 7, 200])
def test_spark_writes_the_same_bitmaps_in_any_number_of_piles(
    packed: Lake, here: Any, spark: SparkSession, parts: int
) -> None:
    run_no = 100 + parts
    # As of run 0 nothing is known yet, so every bitmap is written anew.
    work = packed.work(1, 2)
    buckets = hand_out(SparkCrew(spark), run_no, work, parts)
    rows = packed.evaluate(buckets, run_no)
    files = written_files(rows)
    assert 1 <= len(files) <= min(parts, BUCKETS)
    add_files(packed.root, MEMBERSHIPS, files)
    assert written(packed.root, run_no) == here[0]
    own = hand_out(OwnCrew(), run_no, work)
    packed.evaluate(own, run_no)
    # The meters of all piles together have seen what one alone sees.
    assert {stage: (meter.bytes, meter.watch.spent.keys()) for stage, meter in buckets.meters.items()} == {
        stage: (meter.bytes, meter.watch.spent.keys()) for stage, meter in own.meters.items()
    }


def test_an_older_pack_is_read_as_it_was(packed: Lake) -> None:
    now, before = (tile_cells(packed.root, pack_no, ["contacts"]) for pack_no in (2, 1))
    assert before.select(["bucket", "pack_no"]).to_pylist() == [{"bucket": b, "pack_no": 1} for b in range(BUCKETS)]
    places = [(row["bucket"], row["pack_no"]) for row in now.to_pylist()]
    assert places == [(0, 1), (0, 2), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1), (4, 2)]


def test_what_has_not_changed_is_not_written_again(packed: Lake, here: Any) -> None:
    assert here[0]
    rows = packed.evaluate(hand_out(OwnCrew(), 2, packed.work(2, 2)), 2)
    assert written_files(rows) == []


def test_a_hand_holds_at_most_its_rows_and_one_that_is_more_stands_alone() -> None:
    rows = {3: 2, 1: 2, 2: 9, 0: 1}
    assert list(hands([3, 1, 2, 0], rows, 4)) == [[3, 1], [2], [0]]
    assert list(hands([], rows, 4)) == []


def test_piles_are_as_many_as_asked_for_and_about_alike() -> None:
    alike = dict.fromkeys(range(6), 10)
    assert piles_of(range(6), alike, 2) == [[0, 1, 2], [3, 4, 5]]
    assert piles_of(range(6), alike, 200) == [[0], [1], [2], [3], [4], [5]]
    assert piles_of(range(4), {0: 1, 1: 97, 2: 1, 3: 1}, 4) == [[0, 1], [2, 3]]
    assert piles_of([], {}, 4) == []


def test_a_file_of_tiles_that_ends_early_is_named_and_nothing_is_written(packed: Lake, tmp_path: Path) -> None:
    root = tmp_path / "lake"
    shutil.copytree(packed.root, root)
    work = Lake(str(root), packed.points, packed.plan, packed.program).work(3, 2)
    for file in (root / "tiles/source=contacts").rglob("*.parquet"):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(Unreachable, match=r"tiles/source=contacts/.*cannot be read"):
        packed.evaluate(hand_out(OwnCrew(), 3, work), 3)


def test_a_lake_that_cannot_be_written_is_named(packed: Lake, tmp_path: Path) -> None:
    root = tmp_path / "lake"
    shutil.copytree(packed.root, root)
    shutil.rmtree(root / "memberships")
    work = Lake(str(root), packed.points, packed.plan, packed.program).work(3, 2)
    (root / "memberships").write_text("a file where a folder should be")
    with pytest.raises(Unreachable, match=r"lake/memberships: cannot be written"):
        packed.evaluate(hand_out(OwnCrew(), 3, work), 3)
