"""Stacks of py-spy as shares: what the driver did or waited for, and what workers did."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from jobs.bench.step_profiles import shares, watched, write_profiles

MAIN = 'process 7:"python -m jobs pack";_run_module_as_main (<frozen runpy>:198);<module> (jobs/__main__.py:88)'
WORKERS = 'process 7:"python -m jobs pack";process 9:"python -m pyspark.daemon pyspark.worker"'
WORKER = f"{WORKERS};_run_module_as_main (<frozen runpy>:198);main (pyspark/worker.py:3301)"
STACKS = [
    f"{MAIN};_find_and_load (<frozen importlib._bootstrap>:1176);<module> (jobs/steps/pack.py:1) 50",
    f"{MAIN};session (jobs/lake/spark.py:103);launch_gateway (pyspark/java_gateway.py:105);sleep (time.py:1) 100",
    f"{MAIN};run (jobs/steps/pack.py:20);rows_of (jobs/lake/commits.py:9);send_command (py4j/clientserver.py:5) 25",
    f"{MAIN};run (jobs/steps/pack.py:21);rows_of (jobs/lake/commits.py:9);retried (jobs/lake/spark.py:3);f (py4j/a.py:5) 25",
    f"{MAIN};run (jobs/steps/pack.py:23);encoded (jobs/kernel/tiles.py:40) 10",
    'process 7:"python -m jobs pack";_bootstrap (threading.py:995);wait (threading.py:324) 400',
    f"{WORKER};read_int (pyspark/serializers.py:595) 300",
    f"{WORKERS};_run_module_as_main (<frozen runpy>:198);manager (daemon.py:163) 300",
    f"{WORKER};invalidate_caches (<frozen importlib._bootstrap_external>:9);_read_directory (<frozen zipimport>:5) 20",
    f"{WORKER};cut (jobs/packs/bucket_fragments.py:30);take (pyarrow/compute.py:4) 75",
    f"{WORKER};dump_stream (pyspark/serializers.py:121) 5",
]


def test_a_driver_counts_whether_it_works_or_waits_and_a_worker_while_it_works() -> None:
    driver, workers = shares(STACKS)
    assert driver == [
        ("Spark starts", 2.0),
        ("imports", 1.0),
        ("`lake/commits` rows_of, in the JVM", 1.0),
        ("`kernel/tiles` encoded", 0.2),
    ]
    assert workers == [
        ("`packs/bucket_fragments` cut", 1.5),
        ("PySpark has the directory of its jar read", 0.4),
        ("PySpark itself", 0.1),
    ]


def test_the_page_has_a_table_for_each_verb(tmp_path: Path) -> None:
    (tmp_path / "pack.raw").write_text("\n".join(STACKS))
    (tmp_path / "publish.raw").write_text(STACKS[0])
    write_profiles(tmp_path, tmp_path / "profiles.md")
    page = (tmp_path / "profiles.md").read_text()
    assert "### pack\n\n| driver, 4.2 s | s |\n|---|---:|\n| Spark starts | 2.0 |" in page
    assert "| workers, 2.0 s | s |" in page
    assert page.count("workers") == 1


def test_what_is_watched_is_the_command_itself() -> None:
    """The program before `--` gets the options; here one that only runs what it is told to."""
    words = watched(Path("py-spy"), Path("x.raw"), [sys.executable, "-c", "print(3)"])
    assert words[:2] == ["py-spy", "record"]
    ended = subprocess.run(words[words.index("--") + 1 :], capture_output=True, text=True, check=True)
    assert ended.stdout == "3\n"
