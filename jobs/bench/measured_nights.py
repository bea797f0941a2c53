"""Our own work, each verb a process as users run it: the first night, a list, the night after, CSV, one spec alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from jobs.bench.figures import Figure, Figures
from jobs.bench.phases import Bench, Phase
from jobs.bench.random_segments import write_segments
from jobs.bench.scales import Asked
from jobs.bench.seeded_company import FIRST_NIGHT, Form, SeededCompany

VERBS = ("ingest", "pack", "evaluate", "publish")
FIRST = f"{FIRST_NIGHT}T00:00"
NEXT = f"{FIRST_NIGHT + timedelta(days=1)}T00:00"
PYARROW = "pyarrow copies the files"
SPARK_COPY = "Spark copies the list"
NIGHT, NEXT_NIGHT = "first night", "next night"
INTAKE = "ingest + pack"
EVALUATE, AGAIN = "evaluate", "evaluate, warm"
FREEZE = "freeze"
TRY = "try, one spec"
STRAGGLER_EVENTS = 1_000_000
LARGEST_TRY = 2_000_000
"""Events: `try` holds all rows in memory, and takes a source from one file."""


def company_of(asked: Asked, form: Form = "parquet") -> SeededCompany:
    return SeededCompany(asked.size.contacts, asked.size.events, form, asked.seed)


def make(bench: Bench, asked: Asked, form: Form = "parquet") -> None:
    """Lands what is there before the first night, and writes catalog, specs and settings."""
    company = company_of(asked, form)
    with bench.progress.of(f"making {asked.size.contacts:,} contacts and {asked.size.events:,} events ({form})"):
        company.write_catalog(bench.root / "catalog")
        company.land_first(bench.root / "landing")
        write_segments(bench.root / "specs", asked.segments, asked.reuse, asked.seed)
        bench.write_conf()


def first_night(bench: Bench, asked: Asked, figures: Figures) -> None:
    """All of it, and the number of members of each segment."""
    phases = night(bench, FIRST, asked.together)
    for phase in phases.values():
        figures.add("ours", phase, PYARROW)
    if not asked.together:
        figures.points["Muster, a new process"] = [(asked.segments, phases["evaluate"].seconds)]
        figures.add_sum(INTAKE, [phases["ingest"], phases["pack"]], PYARROW)
        figures.add_sum(NIGHT, list(phases.values()), PYARROW)
    figures.counts = counts_of(bench)


def night(bench: Bench, as_of: str, together: bool, prefix: str = "") -> dict[str, Phase]:
    """The verbs of one night by their names, or the whole of it as one."""
    if together:
        return {NIGHT: bench.run(NEXT_NIGHT if prefix else NIGHT, ["run", *_as_of(as_of)])}
    return {verb: bench.run(f"{prefix}{verb}", [verb, *_as_of(as_of)]) for verb in VERBS}


def next_night(bench: Bench, asked: Asked, figures: Figures) -> None:
    """One day of events came, and one contact in a hundred changed."""
    with bench.progress.of("making the next day"):
        company_of(asked).land_next(bench.root / "landing")
    phases = night(bench, NEXT, asked.together, "next ")
    figures.add_sum(NEXT_NIGHT, list(phases.values()), NIGHT)


def counts_of(bench: Bench) -> dict[str, int]:
    """What is published."""
    rows = _json_of(bench.run("segments", ["segments", "--json"]))
    assert all(row["status"] == "published" for row in rows), "a segment of a bench was not published"
    return {row["id"]: row["members"] for row in rows}


def freeze(bench: Bench, asked: Asked, figures: Figures) -> None:
    """The largest segment becomes a list; beside it Spark's copy of its table."""
    segment = max(figures.counts, key=lambda id_: figures.counts[id_])
    members = figures.counts[segment]
    launch = f"{FIRST_NIGHT + timedelta(days=1)}"
    arguments = ["freeze", "--segment", segment, "--list", "bench", "--date", launch, *_as_of(f"{FIRST_NIGHT}T06:00")]
    figures.add("ours", bench.run(FREEZE, arguments), SPARK_COPY, f"{members:,} ids")
    (listed,) = _json_of(bench.run("lists", ["lists", "--json"]))
    if listed["rows"] != members:
        figures.wrong.append(f"freeze: {listed['rows']} rows instead of {members}")
    if "copies" in asked.parts:
        copy_list(bench, Path(listed["path"]), figures)


def copy_files(bench: Bench, asked: Asked, figures: Figures) -> None:
    """What the landed files cost at least."""
    target = bench.root / "copied"
    phase = bench.run(PYARROW, ["pyarrow", str(bench.root / "landing"), str(target)], "jobs.bench.copy_limit")
    figures.add("copy", phase, "", "one thread", _told_seconds(phase))


def copy_list(bench: Bench, table: Path, figures: Figures) -> None:
    """What a list's table costs Spark at least; like `freeze`, with the start of its process."""
    arguments = ["spark", str(table), str(bench.root / "copied" / "list")]
    phase = bench.run(SPARK_COPY, arguments, "jobs.bench.copy_limit")
    figures.add("copy", phase, "", f"start and all; {_told_seconds(phase):.1f} s without Spark's start")


def csv_ingest(bench: Bench, asked: Asked, figures: Figures) -> None:
    """The same rows as CSV, into a lake of their own."""
    _ingest_as(bench, asked, figures, "csv", "ingest CSV")


def jsonl_ingest(bench: Bench, asked: Asked, figures: Figures) -> None:
    """And as JSON Lines."""
    _ingest_as(bench, asked, figures, "jsonl", "ingest JSON Lines")


def _ingest_as(bench: Bench, asked: Asked, figures: Figures, form: Form, work: str) -> None:
    beside = Bench(bench.root / form, bench.threads, bench.memory_bytes, bench.progress)
    make(beside, asked, form)
    figures.add("ours", beside.run(work, ["ingest", *_as_of(FIRST)]), PYARROW)


def straggler(bench: Bench, asked: Asked, figures: Figures) -> None:
    """The same rows and one contact with very many, in a lake of their own: as many rows more as time is what it may be."""
    beside = Bench(bench.root / "straggler", bench.threads, bench.memory_bytes, bench.progress)
    make(beside, asked)
    more = min(STRAGGLER_EVENTS, asked.size.events // 2)
    company_of(asked).land_straggler(beside.root / "landing", more)
    beside.run("ingest with a straggler", ["ingest", *_as_of(FIRST)])
    remark = f"one contact has {more:,} events more; {1 + more / asked.size.events:.2f} × the rows"
    for verb in ("pack", "evaluate"):
        figures.add("ours", beside.run(f"{verb} with a straggler", [verb, *_as_of(FIRST)]), verb, remark)


def evaluate_again(bench: Bench, asked: Asked, figures: Figures) -> None:
    """Evaluating in a process that has evaluated before, with ten segments, a hundred and all."""
    result = bench.root / "again.json"
    phase = bench.run(AGAIN, [str(bench.root), str(result)], "jobs.bench.warm_evaluation")
    points = [(int(many), float(seconds)) for many, seconds in json.loads(result.read_text(encoding="utf-8"))]
    figures.points["Muster, warm"] = points
    (few, quick), (many, slow) = points[0], points[-1]
    each = f"a segment more costs {(slow - quick) / (many - few) * 1000:.1f} ms" if many > few else ""
    figures.add("ours", phase, PYARROW, each, slow)


def try_one(bench: Bench, asked: Asked, figures: Figures) -> None:
    """One spec of those, which nobody has published, over the landed files."""
    if asked.size.events > LARGEST_TRY:
        remark = f"left out: it holds all rows in memory, which more than {LARGEST_TRY:,} events are too many for"
        figures.rows.append(Figure("ours", TRY, None, remark=remark))
        return
    counts = figures.counts
    id_ = min(counts)
    rows = bench.root / "rows"
    rows.mkdir(exist_ok=True)
    for path in sorted((bench.root / "landing").glob(f"*/{FIRST_NIGHT - timedelta(days=1)}-000.parquet")):
        (rows / f"{path.parent.name}.parquet").hardlink_to(path)
    spec = str(bench.root / "specs" / "all" / f"{id_}.json")
    phase = bench.run(TRY, ["try", spec, "--data", str(rows), "--as-of", FIRST])
    members = len(_json_of(phase)[id_])
    if members == counts[id_]:
        figures.add("ours", phase, PYARROW, f"{members:,} members")
    else:
        figures.refuse("ours", TRY, f"counts {members:,} members of {id_} instead of {counts[id_]:,}")


def _as_of(instant: str) -> Sequence[str]:
    """Whatever the clock shows where the bench runs."""
    return ("--as-of", instant, "--ahead")


def _json_of(phase: Phase) -> Any:
    """The document that a verb printed, between what its libraries and py-spy said."""
    lines = phase.output.splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if line[:1] in "[{")
    return json.JSONDecoder().raw_decode("".join(lines[first:]))[0]


def _told_seconds(phase: Phase) -> float:
    return float(phase.output.rpartition("copied in ")[2].split()[0])
