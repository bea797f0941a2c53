"""What this machine needs for rows alone: the seconds of a bare copy.

`python -m jobs.bench.copy_limit pyarrow|spark FROM TO` prints them, without the start of the process.

`pyarrow`: one thread reads every Parquet file of a folder and writes it again, which is the least that an ingest can cost.
`spark`: one bare copy of a Delta table, its session started before the clock, which is the least that a freeze can cost.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path


def copy_files(source: Path, target: Path) -> float:
    """Seconds of processor and disk for all Parquet files below `source`, a row group at a time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    begun = time.monotonic()
    for path in sorted(source.rglob("*.parquet")):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetFile(path) as read, pq.ParquetWriter(place, read.schema_arrow) as written:
            for group in range(read.num_row_groups):
                written.write_table(read.read_row_group(group, use_threads=False))
    return time.monotonic() - begun


def copy_table(source: str, target: str) -> float:
    """Seconds of Spark for a Delta table."""
    from jobs.lake.spark import session
    from jobs.settings import read_settings

    spark = session(read_settings(), "bench")
    begun = time.monotonic()
    spark.read.format("delta").load(source).write.format("delta").save(target)
    return time.monotonic() - begun


def main(arguments: Sequence[str]) -> None:
    kind, source, target = arguments
    seconds = copy_table(source, target) if kind == "spark" else copy_files(Path(source), Path(target))
    print(f"copied in {seconds:.3f} s")


if __name__ == "__main__":
    main(sys.argv[1:])
