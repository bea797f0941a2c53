"""Every engine of a bench counts what `try` counts: the kernel, two statements a segment, two passes that know no plan."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jobs.answers.folder import evaluate_folder, read_folder
from jobs.answers.workspace import bound_catalog, clock_of
from jobs.bench.peer_answers import files, passes
from jobs.bench.peers import ENGINES, statements
from jobs.bench.questions import ValueTest, back, read_questions
from jobs.bench.random_segments import write_segments
from jobs.bench.seeded_company import SeededCompany
from jobs.language.specs import read_specs
from jobs.plan.planner import make_plan

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SEGMENTS = 120


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    company = SeededCompany(1000, 20_000)
    company.write_catalog(folder / "catalog")
    company.land_first(folder / "landing")
    write_segments(folder / "specs", SEGMENTS, 4)
    return folder


@pytest.fixture(scope="module")
def ours(root: Path) -> dict[str, int]:
    """What `try` answers over the same rows."""
    bound = bound_catalog(root / "catalog")
    clock = clock_of("2026-11-24T00:00", "UTC")
    rows = root / "rows"
    rows.mkdir()
    for source in ("contacts", "order", "click", "visit"):
        (landed,) = (root / "landing" / source).glob("*.parquet")
        shutil.copy(landed, rows / f"{source}.parquet")
    plan = make_plan(
        (spec.meaning() for spec in read_specs([root / "specs"], bound).valid.values()), bound.catalog, clock
    )
    return {id_: len(members) for id_, members in evaluate_folder(plan, read_folder(plan, rows, "UTC")).items()}


@pytest.mark.parametrize("engine", ["duckdb", "duckdb-pass", "polars", "chdb"])
def test_an_engine_counts_what_the_kernel_counts(engine: str, root: Path, ours: dict[str, int]) -> None:
    answer = ENGINES[engine](root, sorted(ours), 2, 2_000_000_000, 600.0)
    assert len(set(ours.values())) > SEGMENTS / 4, "the segments differ"
    assert answer.counts == ours
    assert not answer.extrapolated
    assert answer.points[-1] == (SEGMENTS, answer.seconds)


def test_spark_counts_what_the_kernel_counts(root: Path, ours: dict[str, int], spark: SparkSession) -> None:
    for source in ("contacts", "order", "click", "visit"):
        rows = spark.read.parquet(files(root / "landing", source)).withColumnRenamed("customer_id", "contact_id")
        rows.createOrReplaceTempView(source)
    some = sorted(ours, key=lambda id_: -ours[id_])[10:13]
    texts = statements(root, "spark", some)
    assert {id_: spark.sql(text).collect()[0][0] for id_, text in texts.items()} == {id_: ours[id_] for id_ in some}


def test_what_would_take_too_long_is_extrapolated_from_a_sample(root: Path, ours: dict[str, int]) -> None:
    answer = ENGINES["duckdb"](root, sorted(ours), 2, 2_000_000_000, 0.0)
    assert answer.extrapolated
    assert len(answer.counts) == 3
    assert answer.counts.items() <= ours.items()


def test_a_pass_is_measured_with_fewer_segments_too(root: Path, ours: dict[str, int]) -> None:
    sizes: list[int] = []
    answer = passes(root, sorted(ours), 0.0, lambda questions: sizes.append(len(questions.trees)) or {})
    assert sizes == [10, 100, SEGMENTS] == [many for many, _ in answer.points]


def test_questions_of_some_segments_are_only_those_they_ask(root: Path) -> None:
    questions = read_questions(root / "specs")
    few = questions.of(["bench_0000", "bench_0001"])
    assert list(few.trees) == ["bench_0000", "bench_0001"]
    assert 2 <= len(few.tests) <= 10
    assert set(few.tests) < set(questions.tests)


@pytest.mark.parametrize(
    ("window", "instant"),
    [("1d", "2026-11-23"), ("6mo", "2026-05-24"), ("18mo", "2025-05-24"), ("2y", "2024-11-24"), ("12mo", "2025-11-24")],
)
def test_a_window_begins_so_long_before_the_night(window: str, instant: str) -> None:
    assert f"{back(window):%Y-%m-%d}" == instant


def test_a_copy_has_the_rows_of_what_was_copied(root: Path, tmp_path: Path) -> None:
    from jobs.bench.copy_limit import copy_files

    assert copy_files(root / "landing", tmp_path) > 0
    for path in (root / "landing").rglob("*.parquet"):
        copied: pa.Table = pq.read_table(tmp_path / path.relative_to(root / "landing"))
        assert copied == pq.read_table(path)


def test_a_day_within_the_last_30_days_may_be_the_nights_own_and_the_first_of_them() -> None:
    """A date's `within_last` has both its ends, unlike a window of rows, which ends before the night."""
    days = [date(2026, 10, 24), date(2026, 10, 25), date(2026, 11, 24), date(2026, 11, 25), None]
    expected = [False, True, True, False, None]
    test = ValueTest("registered_on", "since", (f"{back('30d'):%Y-%m-%d}",))
    rows = pl.DataFrame({"registered_on": days})
    assert rows.select(test.polars().alias("in"))["in"].to_list() == expected
    with duckdb.connect() as connection:
        connection.register("rows", rows.to_arrow())
        assert [row[0] for row in connection.execute(f"SELECT {test.sql()} FROM rows").fetchall()] == expected
