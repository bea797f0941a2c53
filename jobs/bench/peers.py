"""Other engines over the landed files, counting the members of the same segments; each is a process of its own.

`duckdb` and `spark-sql` ask the statement that `python -m jobs sql` writes, one a segment, in an order of the seed; where
all would take too long, that is extrapolated and said so. The others compute every distinct test once, in groups of columns
or as bitmaps (`chdb_bitmaps.py`), and all segments over those. Rows are loaded before the clock of counting starts; loading
has its own.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.bench.chdb_bitmaps import count_in_chdb
from jobs.bench.peer_answers import SOURCES, STEPS, PeerAnswer, files, grouped, is_no_row_false, passes
from jobs.bench.questions import AskedTests, tree_polars, tree_sql
from jobs.bench.scales import SEED
from jobs.bench.seeded_company import FIRST_NIGHT

if TYPE_CHECKING:  # an engine is imported by the process that is it
    import duckdb
    import polars as pl

# --- a statement a segment


def statements(root: Path, dialect: str, ids: Sequence[str]) -> dict[str, str]:
    """What `python -m jobs sql` prints for each of these, as a count of its rows."""
    from jobs.answers.workspace import bound_catalog, clock_of
    from jobs.language.specs import read_specs
    from jobs.plan.planner import make_plan
    from jobs.sql.twin import segment_sql

    bound = bound_catalog(root / "catalog")
    valid = read_specs([root / "specs"], bound).valid
    plan = make_plan((valid[id_].meaning() for id_ in ids), bound.catalog, clock_of(f"{FIRST_NIGHT}T00:00", "UTC"))
    return {id_: f"SELECT count(*) FROM (\n{segment_sql(plan, id_, dialect)})" for id_ in ids}


def sampled(
    ids: Sequence[str], texts: dict[str, str], ask: Callable[[str], int], load: float, budget: float
) -> PeerAnswer:
    """Asks one after another, at least three, until a fifth of `budget` seconds shows that all would take more than it."""
    counts: dict[str, int] = {}
    begun = time.monotonic()
    for id_ in texts:
        counts[id_] = ask(texts[id_])
        used = time.monotonic() - begun
        if len(counts) >= 3 and used > budget / 5 and used / len(counts) * len(ids) > budget:
            break
    each = (time.monotonic() - begun) / len(counts)
    points = [(count, each * count) for count in (1, *STEPS, len(ids)) if count <= len(ids)]
    return PeerAnswer(load, each * len(ids), len(counts) < len(ids), points, counts)


def shuffled(ids: Sequence[str], at_most: int) -> list[str]:
    return random.Random(SEED).sample(list(ids), min(at_most, len(ids)))  # noqa: S311 - a sample, not a secret


def count_in_duckdb(root: Path, ids: Sequence[str], threads: int, cap: int, budget: float) -> PeerAnswer:
    connection, load = duckdb_tables(root, threads, cap)
    texts = statements(root, "duckdb", shuffled(ids, len(ids)))

    def ask(text: str) -> int:
        return connection.execute(text).fetchall()[0][0]

    return sampled(ids, texts, ask, load, budget)


def count_in_spark(root: Path, ids: Sequence[str], threads: int, cap: int, budget: float) -> PeerAnswer:
    from jobs.lake.spark import session
    from jobs.settings import read_settings

    spark = session(
        read_settings(), "bench", {"spark.master": f"local[{threads}]", "spark.driver.memory": f"{cap >> 20}m"}
    )
    begun = time.monotonic()
    for source in SOURCES:
        rows = spark.read.parquet(files(root / "landing", source))
        rows = rows.withColumnRenamed("customer_id", "contact_id")
        rows.createOrReplaceTempView(source)
    load = time.monotonic() - begun
    texts = statements(root, "spark", shuffled(ids, 60))

    def ask(text: str) -> int:
        return spark.sql(text).collect()[0][0]

    ask(next(iter(texts.values())))  # the first one of a session takes seconds more than any other
    return sampled(ids, texts, ask, load, budget)


# --- a single pass


def duckdb_tables(root: Path, threads: int, cap: int) -> tuple[duckdb.DuckDBPyConnection, float]:
    """A database with the landed rows, and how long it took to load them."""
    import duckdb

    begun = time.monotonic()
    connection = duckdb.connect()
    connection.execute(f"SET threads = {threads}; SET memory_limit = '{cap}B'; SET TimeZone = 'UTC'")
    connection.execute(f"SET temp_directory = '{root / 'spilled'}'; SET preserve_insertion_order = false")
    for source in SOURCES:
        columns = "* RENAME (customer_id AS contact_id)" if source == "order" else "*"
        connection.execute(
            f"CREATE TABLE \"{source}\" AS SELECT {columns} FROM read_parquet('{files(root / 'landing', source)}')"
        )
    return connection, time.monotonic() - begun


def count_in_one_duckdb_pass(root: Path, ids: Sequence[str], threads: int, cap: int, budget: float) -> PeerAnswer:
    connection, load = duckdb_tables(root, threads, cap)
    return passes(root, ids, load, lambda questions: duckdb_pass(connection, questions))


def duckdb_pass(connection: duckdb.DuckDBPyConnection, questions: AskedTests) -> dict[str, int]:
    """A narrow aggregate a group of tests, joined to a table of one boolean a test, and segments counted over it."""
    tables: list[tuple[str, list[int]]] = []
    for source, places in grouped(questions):
        asked = ", ".join(f"{questions.tests[place].sql()} AS q{place}" for place in places)
        rows = f'FROM "{source}"' + ("" if source == "contacts" else " GROUP BY contact_id")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE g{len(tables)} AS SELECT contact_id, {asked} {rows}")
        tables.append((source, places))
    columns = [_of_everybody(questions, number, place) for number, (_, places) in enumerate(tables) for place in places]
    joins = " ".join(f"LEFT JOIN g{number} USING (contact_id)" for number in range(len(tables)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE wide AS SELECT {', '.join(columns)} FROM contacts {joins}")
    counts: dict[str, int] = {}
    ids = list(questions.trees)
    for start in range(0, len(ids), 200):
        some = ids[start : start + 200]
        asked = ", ".join(f"count(*) FILTER (WHERE {tree_sql(questions.trees[id_])})" for id_ in some)
        counts |= zip(some, connection.execute(f"SELECT {asked} FROM wide").fetchall()[0], strict=True)
    return counts


def _of_everybody(questions: AskedTests, number: int, place: int) -> str:
    answer = f"g{number}.q{place}"
    return f"coalesce({answer}, false) AS q{place}" if is_no_row_false(questions.tests[place]) else answer


def count_in_polars(root: Path, ids: Sequence[str], threads: int, cap: int, budget: float) -> PeerAnswer:
    begun = time.monotonic()
    frames = polars_frames(root / "landing")
    return passes(root, ids, time.monotonic() - begun, lambda questions: polars_pass(frames, questions))


def polars_frames(landing: Path) -> dict[str, pl.DataFrame]:
    """The landed rows; money as whole cents, which are exact and fast."""
    import polars as pl

    frames = {source: pl.read_parquet(files(landing, source)) for source in SOURCES}
    cents = (pl.col("amount") * 100).cast(pl.Int64).alias("amount")
    frames["order"] = frames["order"].rename({"customer_id": "contact_id"}).with_columns(cents)
    return frames


def polars_pass(frames: dict[str, pl.DataFrame], questions: AskedTests) -> dict[str, int]:
    import polars as pl

    contacts = frames["contacts"].lazy().select("contact_id").collect()
    wide = [contacts.select()]
    for source, places in grouped(questions):
        asked = [questions.tests[place].polars().alias(f"q{place}") for place in places]
        rows = frames[source].lazy()
        if source == "contacts":
            wide.append(rows.select(asked).collect())
            continue
        answers = contacts.lazy().join(
            rows.group_by("contact_id").agg(asked), on="contact_id", how="left", maintain_order="left"
        )
        no_rows = [f"q{place}" for place in places if is_no_row_false(questions.tests[place])]
        wide.append(answers.with_columns(pl.col(no_rows).fill_null(value=False)).drop("contact_id").collect())
    members = pl.concat([frame for frame in wide if frame.width], how="horizontal").lazy()
    sums = members.select(
        pl.when(tree_polars(tree)).then(1).otherwise(0).sum().alias(id_) for id_, tree in questions.trees.items()
    )
    return sums.collect().row(0, named=True)


ENGINES: dict[str, Callable[[Path, Sequence[str], int, int, float], PeerAnswer]] = {
    "duckdb": count_in_duckdb,
    "duckdb-pass": count_in_one_duckdb_pass,
    "polars": count_in_polars,
    "chdb": count_in_chdb,
    "spark-sql": count_in_spark,
}


def main(arguments: Sequence[str]) -> None:
    """ENGINE ROOT THREADS CAP BUDGET RESULT: writes a `PeerAnswer` as JSON."""
    engine, root, threads, cap, budget, result = arguments
    ids = sorted(path.stem for path in (Path(root) / "specs" / "all").glob("*.json"))
    answer = ENGINES[engine](Path(root), ids, int(threads), int(cap), float(budget))
    document: dict[str, Any] = asdict(answer)
    Path(result).write_text(json.dumps(document), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
