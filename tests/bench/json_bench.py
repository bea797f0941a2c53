"""How fast JSON Lines are read and typed, by blocks and line by line, on one core, in one run.

`python -m tests.bench.json_bench [--rows 1000000]` prints rows a second of both; they give the same rows.
"""

from __future__ import annotations

import argparse
import time
from io import BytesIO

import pyarrow as pa

from jobs.catalog.values import json_lines, read_batches
from tests.catalog.made import good

SOURCE = (
    'version: 1\nsource: s\nkind: events\ntime: at\nread: {files: {path: "s{date}.jsonl", format: jsonl}}\ncolumns: '
    '{amount: {type: "decimal(12,2)"}, pieces: {type: integer}, gift: {type: boolean}, shop: {type: text}}\n'
)


def file_of(rows: int) -> bytes:
    lines = (
        f'{{"contact_id": "c{n % 50_000}", "at": "2026-{1 + n % 9:02}-{1 + n % 28:02}T{n % 24:02}:00:00Z", '
        f'"amount": {n % 100_000}.{n % 100:02}, "pieces": {n % 9}, "gift": {str(n % 3 > 0).lower()}, '
        f'"shop": "shop {n % 40}"}}'
        for n in range(rows)
    )
    return ("\n".join(lines) + "\n").encode()


def measured(data: bytes) -> tuple[float, pa.Table]:
    """Seconds of processor, and what was read."""
    catalog = good(s=SOURCE)
    begun = time.process_time()
    batches = list(read_batches(catalog.sources["s"], catalog, "s.jsonl", "jsonl", "UTC", file=BytesIO(data)))
    return time.process_time() - begun, pa.Table.from_batches(batches)


def main() -> None:
    options = argparse.ArgumentParser(description="Rows of JSON Lines a second.")
    options.add_argument("--rows", type=int, default=1_000_000)
    rows = options.parse_args().rows
    data = file_of(rows)
    by_blocks, table = measured(data)
    json_lines.WORTH_BLOCKS = len(data) + 1
    by_lines, same = measured(data)
    assert table.equals(same), "both ways give the same rows"
    print(f"by blocks:    {rows / by_blocks:10,.0f} rows/s a core")
    print(f"line by line: {rows / by_lines:10,.0f} rows/s a core")


if __name__ == "__main__":
    main()
