"""`python -m jobs bench` on a tiny company: its counts are those of plain Python, and one that differs is no figure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jobs.bench.engine_runs import disagreement, run_engine
from jobs.bench.figures import Figures
from jobs.bench.phases import Bench
from jobs.bench.scales import PARTS, Asked
from jobs.bench.seeded_company import SeededCompany
from jobs.commands.bench_verb import finish
from jobs.errors import BUG, DONE, USAGE
from tests import oracle
from tests.cli.shop import run

CHECKOUT = Path(__file__).resolve().parents[2]
ENGINES = ("duckdb", "duckdb-pass", "polars", "chdb")
ASKED = Asked("tiny", 40, 4, 2, 4_000_000_000, ("engines",), ("polars",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench") / "tiny"


@pytest.fixture(scope="module")
def document(folder: Path) -> dict[str, Any]:
    """What the verb prints, the night in one process, beside it the copy and the engines that start quickly."""
    words = [
        "--scale",
        "tiny",
        "--together",
        "--only",
        "copies",
        "--only",
        "ad-hoc",
        "--only",
        "engines",
        "--keep",
        "--json",
    ]
    words += ["--folder", str(folder), *(word for engine in ENGINES for word in ("--engine", engine))]
    ended = subprocess.run(
        [sys.executable, "-m", "jobs", "bench", *words], capture_output=True, text=True, cwd=CHECKOUT, check=False
    )
    assert ended.returncode == DONE, ended.stderr
    assert "first night" in ended.stderr, "what runs is told while it runs"
    return json.loads(ended.stdout)


def test_counts_are_those_of_plain_python(document: dict[str, Any], folder: Path, tmp_path: Path) -> None:
    counts = document["counts"]
    assert len(counts) == 40
    some = sorted(counts, key=lambda id_: -counts[id_])[5:15]
    SeededCompany(1_000, 20_000, "csv").land_first(tmp_path)
    for landed in tmp_path.glob("*/2026-11-23-000.csv"):
        landed.rename(tmp_path / f"{landed.parent.name}.csv")
    read = oracle.read_folder(folder / "catalog", tmp_path, [folder / "specs" / "all" / f"{id_}.json" for id_ in some])
    expected = oracle.members(read.specs, read.catalog, read.data, read.lists, "2026-11-24T00:00", "UTC")
    assert {id_: counts[id_] for id_ in some} == {id_: len(members) for id_, members in expected.items()}
    assert len({counts[id_] for id_ in some}) > 5


def test_each_row_is_held_against_what_it_names(document: dict[str, Any]) -> None:
    assert document["counts_agree"]
    rows = {row["work"]: row for row in document["rows"]}
    copy, night = rows["pyarrow copies the files"], rows["first night"]
    assert night["ratio"] == pytest.approx(night["seconds"] / copy["seconds"])
    engines = [row for row in document["rows"] if row["kind"] == "engine"]
    assert len(engines) == len(ENGINES)
    for row in engines:
        assert row["against"] == "first night"
        assert row["ratio"] == pytest.approx(row["seconds"] / night["seconds"])
        assert row["peak_bytes"] > 50_000_000
    assert {count for points in document["points"].values() for count, _ in points} == {1, 10, 40}


def test_what_is_left_is_the_json_that_was_printed_and_its_table(document: dict[str, Any], folder: Path) -> None:
    assert json.loads((folder / "bench.json").read_text("utf-8")) == document
    page = (folder / "bench.md").read_text("utf-8")
    assert "1,000 contacts, 20,000 events, 40 segments" in page
    assert "Everybody has" in page
    assert page.count("| chDB, bitmaps |") == 1
    chart = (folder / "bench.png").read_bytes()
    assert chart.startswith(b"\x89PNG")


@pytest.mark.usefixtures("document")
def test_a_count_that_differs_is_told_instead_of_a_time(
    folder: Path, document: dict[str, Any], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    counts: dict[str, int] = document["counts"]
    figures = Figures(ASKED, "a machine", counts={**counts, "bench_0004": counts["bench_0004"] + 1})
    run_engine(Bench(folder, 2, ASKED.memory_bytes), ASKED, "polars", figures)
    assert finish(tmp_path, figures, as_json=False) == BUG
    printed = " ".join(capsys.readouterr().out.split())
    told = f"counts differ in 1 of 40 segments: bench_0004 {counts['bench_0004']:,} instead of {counts['bench_0004'] + 1:,}"
    assert told in printed.replace(" │ ", " ") or told in printed
    (row,) = json.loads((tmp_path / "bench.json").read_text("utf-8"))["rows"]
    assert (row["work"], row["seconds"], row["ratio"]) == ("Polars, lazy", None, None)
    assert told in (tmp_path / "bench.md").read_text("utf-8")


def test_an_engine_that_does_not_end_is_told_instead_of_a_time(tmp_path: Path) -> None:
    figures = Figures(ASKED, "a machine", counts={"bench_0000": 1})
    run_engine(Bench(tmp_path, 2, ASKED.memory_bytes), ASKED, "polars", figures)
    assert [(row.work, row.seconds) for row in figures.rows] == [("Polars, lazy", None)]
    assert figures.rows[0].remark.startswith("ended with 1: ")
    assert len(figures.wrong) == 1


def test_an_engine_that_holds_too_much_is_ended(document: dict[str, Any], folder: Path) -> None:
    figures = Figures(ASKED, "a machine", counts=document["counts"])
    run_engine(Bench(folder, 2, 60_000_000), ASKED, "polars", figures)
    assert figures.rows[0].remark == "held more than 0.1 GB"


@pytest.mark.parametrize(
    ("theirs", "sampled", "verdict"),
    [
        ({"a": 1, "b": 2}, False, ""),
        ({"a": 1}, True, ""),
        ({"a": 1}, False, "counts only 1 of 2 segments"),
        ({}, True, "counts only 0 of 2 segments"),
        ({"a": 1, "b": 3000}, True, "counts differ in 1 of 2 segments: b 3,000 instead of 2"),
    ],
)
def test_only_a_sample_may_leave_segments_out(theirs: dict[str, int], sampled: bool, verdict: str) -> None:
    assert disagreement(theirs, {"a": 1, "b": 2}, sampled) == verdict


def test_a_folder_of_somebody_elses_is_not_emptied(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ended = run("bench", "--folder", str(tmp_path))
    assert ended.code == USAGE
    assert "holds files that no bench has made" in ended.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--scale", "smal"), '--scale: found "smal", expected one of tiny, small, 1m, 10m, 100m'),
        (("--only", "cvs"), f'--only: found "cvs", expected one of {", ".join(PARTS)}, none'),
        (("--engine", "duck"), '--engine: found "duck", expected one of duckdb, duckdb-pass'),
    ],
)
def test_a_word_that_is_none_of_them_is_told_with_those_there_are(words: tuple[str, ...], message: str) -> None:
    ended = run("bench", *words)
    assert ended.code == USAGE
    assert message in ended.err
