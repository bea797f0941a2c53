"""How fast the same rows are read from CSV in the default form and as an office program writes them, in one run.

`python -m tests.bench.written_bench [--rows 1000000] [--repeat 3]` prints seconds, rows a second and the ratio, of each type
by itself and of all together. Both files hold the same values, which is looked at.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO

import pyarrow as pa

from jobs.catalog.values import read_batches
from tests.catalog.made import good

OFFICE = (
    'written: {date: DD.MM.YYYY, timestamp: "DD.MM.YYYY HH:mm:ss", decimal_mark: ",", group_mark: ".", true: [Ja], '
    'false: [Nein], separator: ";", trim: true, missing: [k.A.]}\n'
)
COLUMNS = {
    "text": "{type: text}", "date": "{type: date}", "timestamp": "{type: timestamp}", "decimal": '{type: "decimal(12,2)"}',
    "integer": "{type: integer}", "float": "{type: float}", "boolean": "{type: boolean}",
    "choices": "{type: choices, values: [news, sale, events]}",
}  # fmt: skip
CHOICES = (("news",), ("sale", "news"), ("events",), ())


def rows_of(count: int, office: bool) -> dict[str, Sequence[str]]:
    """The texts of each column."""
    start = datetime(1990, 1, 1)
    times = [start + timedelta(seconds=number * 977) for number in range(count)]
    cents = [(number * 7919) % 100_000_000 for number in range(count)]
    if not office:
        return {
            "text": [f"name{number % 5000}@example.com" for number in range(count)],
            "date": [f"{at:%Y-%m-%d}" for at in times],
            "timestamp": [f"{at:%Y-%m-%dT%H:%M:%S}" for at in times],
            "decimal": [f"{cent // 100}.{cent % 100:02}" for cent in cents],
            "integer": [str(cent) for cent in cents],
            "float": [f"{cent // 1000}.{cent % 1000:03}" for cent in cents],
            "boolean": ["true" if number % 3 else "false" for number in range(count)],
            "choices": ["|".join(CHOICES[number % 4]) for number in range(count)],
        }

    def grouped(number: int) -> str:
        return f"{number:,}".replace(",", ".")

    return {
        "text": [f"name{number % 5000}@example.com " for number in range(count)],
        "date": [f"{at:%d.%m.%Y}" for at in times],
        "timestamp": [f"{at:%d.%m.%Y %H:%M:%S}" for at in times],
        "decimal": [f"{grouped(cent // 100)},{cent % 100:02}" for cent in cents],
        "integer": [grouped(cent) for cent in cents],
        "float": [f"{cent // 1000},{cent % 1000:03}" for cent in cents],
        "boolean": ["Ja" if number % 3 else "Nein" for number in range(count)],
        "choices": [";".join(CHOICES[number % 4]) or "k.A." for number in range(count)],
    }


def file_of(texts: dict[str, Sequence[str]], names: Sequence[str], office: bool) -> bytes:
    """The CSV file of these columns."""
    mark = "\t" if office else ","
    lines = [mark.join(("contact_id", *names))]
    lines += [
        mark.join((f"c{row}", *values)) for row, values in enumerate(zip(*(texts[n] for n in names), strict=True))
    ]
    return ("\n".join(lines) + "\n").encode("windows-1252" if office else "utf-8")


def measured(names: Sequence[str], data: bytes, office: bool, repeat: int) -> tuple[float, pa.Table]:
    """The least seconds of so many readings, and what was read."""
    columns = ", ".join(f"{name}: {COLUMNS[name]}" for name in names)
    csv = r', csv: {delimiter: "\t", encoding: windows-1252}' if office else ""
    read = f'read: {{files: {{path: "s{{date}}.csv", format: csv{csv}}}}}\n'
    keys = f"kind: related\n{read}{OFFICE if office else ''}columns: {{{columns}}}\n"
    catalog = good(s=f"version: 1\nsource: s\n{keys}")
    best, table = float("inf"), pa.table({})
    for _ in range(repeat):
        start = time.perf_counter()
        batches = list(read_batches(catalog.sources["s"], catalog, "s.csv", "csv", "Europe/Vienna", file=BytesIO(data)))
        best = min(best, time.perf_counter() - start)
        table = pa.Table.from_batches(batches)
    assert not table["_problems"].drop_null().length()
    return best, table


def main() -> None:
    options = argparse.ArgumentParser(description="The default form of CSV beside that of an office program.")
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--repeat", type=int, default=3)
    chosen = options.parse_args()
    texts = {office: rows_of(chosen.rows, office) for office in (False, True)}
    print(f"{chosen.rows:,} rows       default     office   office's rate, of the default's")
    for names in (*([name] for name in COLUMNS), list(COLUMNS)):
        files = {office: file_of(texts[office], names, office) for office in (False, True)}
        (usual, plain), (office, same) = (
            measured(names, files[which], which, chosen.repeat) for which in (False, True)
        )
        assert plain.equals(same), "both files hold the same values"
        called = names[0] if len(names) == 1 else "all of them"
        print(f"{called:<16} {usual:8.2f} s {office:8.2f} s   {chosen.rows / office:12,.0f}/s  {usual / office:.2f}")


if __name__ == "__main__":
    main()
