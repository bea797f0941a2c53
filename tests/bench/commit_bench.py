"""What the commits of a night cost: by delta-rs as we make them, and one row by Spark, medians of one run.

`python -m tests.bench.commit_bench [--repeat 20]` prints milliseconds a commit, in a lake of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from statistics import median

import pyarrow as pa

from jobs.lake.file_commits import add_files, change_rows, put_rows, replace_files
from jobs.lake.spark import session
from jobs.lake.table_files import TableFile, write_table_file
from jobs.lake.tables import CLAIMS, MEMBERSHIPS, SEGMENT_RUNS, Table
from jobs.settings import read_settings
from tests.lake.spark_tables import append_by_spark

CLAIM = {"key": "k", "fingerprint": "f", "state": "open"}


def files_of(lake: str, table: Table, rows: list[dict[str, object]], count: int = 1) -> list[TableFile]:
    """So many files that hold these rows, which nobody has committed."""
    written = (
        write_table_file(lake, table, pa.Table.from_pylist(rows, table.schema).to_batches()) for _ in range(count)
    )
    return [file for file in written if file is not None]


def published(number: int, count: int) -> list[dict[str, object]]:
    return [{"run_no": number, "segment": f"s{n}", "as_of": 0, "status": "published"} for n in range(count)]


def milliseconds(repeat: int, commit: Callable[[int], object]) -> float:
    """The median, the first left out: it makes the table."""
    taken: list[float] = []
    for number in range(1, repeat + 2):
        begun = time.perf_counter()
        commit(number)
        taken.append(time.perf_counter() - begun)
    return 1000 * median(taken[1:])


def main() -> None:
    options = argparse.ArgumentParser(description="Milliseconds a commit.")
    options.add_argument("--repeat", type=int, default=20)
    repeat = options.parse_args().repeat
    with tempfile.TemporaryDirectory() as lake:
        bits = [{"segment": "s", "bucket": 0, "run_no": 1, "members": 0}]
        fat = [files_of(lake, MEMBERSHIPS, bits, 200) for _ in range(repeat + 1)]
        night = published(1, 1000)
        spark = session(read_settings(), "bench")
        commits: dict[str, Callable[[int], object]] = {
            "one row put, under a number that counts once": lambda n: put_rows(lake, CLAIMS, [CLAIM], once=("ours", n)),
            "rows changed by what they are at that moment": lambda _: change_rows(lake, CLAIMS, lambda held: held),
            "1,000 rows of one run replaced": lambda _: replace_files(
                lake, SEGMENT_RUNS, files_of(lake, SEGMENT_RUNS, night), ("run_no", 1)
            ),
            "200 files that workers wrote": lambda n: add_files(lake, MEMBERSHIPS, fat[n - 1], once=("ours", n)),
            "one row put by Spark": lambda n: append_by_spark(spark, lake, CLAIMS, [CLAIM], once=("spark", n)),
        }
        for name, commit in commits.items():
            print(f"{name:<48} {milliseconds(repeat, commit):8.0f} ms", flush=True)


if __name__ == "__main__":
    main()
