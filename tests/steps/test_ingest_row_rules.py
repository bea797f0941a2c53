"""The rules about rows, judged by `try` and by ingest from one table of cases: both must say what stands there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from jobs.answers.folder import read_folder
from jobs.errors import DataError
from jobs.intake.acceptance import IngestReport
from jobs.plan.planner import make_plan
from tests.steps.night import CONTACTS, Company
from tests.steps.source_rows import current_rows


@dataclass(frozen=True)
class Case:
    """A source's keys and its file; how many rows exist, or everything that is said of it."""

    keys: str
    data: str
    rows: int = 0
    said: tuple[str, ...] = ()


def events(columns: str, more: str = "") -> str:
    return f"kind: events\ntime: at\ncolumns: {{{columns}}}\n{more}"


def related(columns: str, key: str = "k") -> str:
    return f"kind: related\nkey: {key}\ncolumns: {{{columns}}}\n"


N = "n: {type: integer}"
KEY_KL = events(f"k: {{type: text}}, l: {{type: text}}, {N}", "key: [k, l]\n")
HEAD_KL = "contact_id,at,k,l,n\n"
AT = "2026-11-01T10:00"
TOO_MANY = "found {} too many, expected one row for each key ({})"
NO_TIME = (
    "1 row with at: not a timestamp as YYYY-MM-DDTHH:MM:SS, with or without an offset, or a date (the first is row 4)"
)
SHORT = (
    "row 2 behind the header has 2 fields, the header has 3. "
    "Correct the row; a delimiter or a line end inside a value needs quotes"
)
ONE_K, ONE_KL = (TOO_MANY.format("1 row", "k"),), (TOO_MANY.format("1 row", "k, l"),)

CASES: dict[str, Case] = {
    "missing_part_differs": Case(KEY_KL, f"{HEAD_KL}c1,{AT},a,,1\nc1,{AT},a,,2\n", said=ONE_KL),
    "missing_part_alike": Case(KEY_KL, f"{HEAD_KL}c1,{AT},a,,1\nc1,{AT},a,,1\nc1,{AT},,a,2\n", rows=2),
    "all_parts_missing": Case(KEY_KL, f"{HEAD_KL}c1,{AT},,,1\nc1,{AT},,,2\nc1,{AT},,,2\n", said=ONE_KL),
    "three_of_one_key": Case(
        KEY_KL, HEAD_KL + "".join(f"c1,{AT},a,b,{n}\n" for n in (1, 2, 3)), said=(TOO_MANY.format("2 rows", "k, l"),)
    ),
    "integers": Case(related(f"k: {{type: integer}}, {N}"), "contact_id,k,n\nc1,7,1\nc1,007,2\n", said=ONE_K),
    "integers_alike": Case(related(f"k: {{type: integer}}, {N}"), "contact_id,k,n\nc1,7,1\nc1,007,01\nc1,-7,1\n", rows=2),
    "decimals": Case(related(f"k: {{type: 'decimal(6,2)'}}, {N}"), "contact_id,k,n\nc1,1.0,1\nc1,1.00,2\n", said=ONE_K),
    "versions": Case(related(f"k: {{type: version}}, {N}"), "contact_id,k,n\nc1,4.9,1\nc1,4.9.0,2\n", said=ONE_K),
    "folded": Case(
        related(f"k: {{type: text, fold: true}}, {N}"), "contact_id,k,n\nc1,Straße,1\nc1,STRASSE,2\n", said=ONE_K
    ),
    "unfolded": Case(related(f"k: {{type: text}}, {N}"), "contact_id,k,n\nc1,a,1\nc1,A,2\n", rows=2),
    "unlisted": Case(related(N), "contact_id,k,n\nc1,7,1\nc1,007,2\n", rows=2),
    "alike_by_their_types": Case(
        related("v: {type: version}, t: {type: text, fold: true}, f: {type: float}"),
        "contact_id,k,v,t,f\nc1,1,4.9,a,0.0\nc1,1,4.9.0,A,-0.0\n", rows=1,
    ),
    "instants": Case(
        events(N, "key: [contact_id, at]\n"), "contact_id,at,n\nc1,2026-11-01T10:00,1\nc1,2026-11-01T09:00Z,2\n",
        said=(TOO_MANY.format("1 row", "contact_id, at"),),
    ),
    "contact_twice": Case(
        f"kind: attributes\ncolumns: {{{N}}}\n", "contact_id,n\nc1,1\nc1,1\n,1\n,1\n",
        said=("found 1 row too many, expected one row for each contact",),
    ),
    "contact_twice_under_two_keys": Case(
        f"kind: attributes\nkey: k\ncolumns: {{{N}}}\n", "contact_id,k,n\nc1,1,1\nc1,2,1\n",
        said=("found 1 row too many, expected one row for each contact",),
    ),
    "wrong_key": Case(
        related(f"k: {{type: integer}}, {N}"), "contact_id,k,n\nc1,1,1\nc1,x,1\nc1,y,2\n",
        said=("2 rows with k: not a whole number of 64 bits (the first is row 2)",),
    ),
    "placeholders": Case(
        events(N), f"contact_id,at,n\nc1,{AT},1\nc1,0001-01-01,1\nc1,,1\nc1,never,1\nc1,9999-12-31T23:59:59Z,1\n",
        said=(
            "1 row with at: outside the years 0001 to 9999 of UTC (the first is row 2)",
            "1 row with at: missing (the first is row 3)",
            NO_TIME,
        ),
    ),
    "last_instant": Case(events(N), "contact_id,at,n\nc1,9999-12-31T23:59:59Z,1\n", rows=1),
    "times_may_miss": Case(
        events(N, 'gates: {missing_time_at_most: "25%"}\n'), "contact_id,at,n\nc1,,1\n" + f"c1,{AT},1\n" * 3, rows=3
    ),
    "too_many_times_miss": Case(
        events(N, 'gates: {missing_time_at_most: "24.9%"}\n'), "contact_id,at,n\nc1,,1\n" + f"c1,{AT},1\n" * 3,
        said=("found 1 row without at among 4, expected at most 0 (missing_time_at_most 24.9%)",),
    ),
    "short_row": Case(
        events(N), f"contact_id,at,n\n\nc1,{AT},1\nc1,{AT}\n",
        said=(
            SHORT,
        ),
    ),
    "looked_up": Case(f"kind: lookup\nkey: k\ncolumns: {{{N}}}\n", "k,n\n7,1\n07,2\n", said=ONE_K),
    "looked_up_folded": Case(
        f"kind: lookup\nkey: k\ncolumns: {{{N}}}\n", "k,n\na,1\nA,2\nb,3\n",
        said=(f"{TOO_MANY.format('1 row', 'k')} once it is folded, as a column that looks it up is",),
    ),
    "deleted": Case(
        f"kind: related\nkey: k\ndelivery: changes\ncolumns: {{{N}}}\n",
        "contact_id,k,n,deleted\nc1,1,1,true\nc1,2,1,\n", rows=1,
    ),
}  # fmt: skip

LOOKING = """
version: 1
source: looking
kind: related
read: {files: {path: "looking/{date}.csv", format: csv}}
columns: {i: {type: integer}, t: {type: text, fold: true}}
lookups: {by_i: {source: looked_up, on: i}, by_t: {source: looked_up_folded, on: t}}
gates: {rows_at_least: 0}
"""
DAY = "2026-11-23"


def texts() -> dict[str, str]:
    """The catalog of all cases, each a source."""
    sources = {
        name: f'version: 1\nsource: {name}\nread: {{files: {{path: "{name}/{{date}}.csv", format: csv}}}}\n{case.keys}'
        for name, case in CASES.items()
    }
    return {"contacts": CONTACTS, "looking": LOOKING, **sources}


@pytest.fixture(scope="module")
def ingested(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> tuple[Company, IngestReport]:
    """One ingest of all cases."""
    company = Company(spark, tmp_path_factory.mktemp("rules"), texts())
    company.deliver(f"contacts/{DAY}.csv", "contact_id,country,born_on", "c1,DE,")
    for name, case in CASES.items():
        company.deliver(f"{name}/{DAY}.csv", *case.data.removesuffix("\n").split("\n"))
    company.deliver(f"looking/{DAY}.csv", "contact_id,i,t")
    return company, company.ingest()


@pytest.mark.parametrize("name", CASES)
def test_ingest_judges_rows_as_the_table_says(name: str, ingested: tuple[Company, IngestReport]) -> None:
    company, report = ingested
    case = CASES[name]
    reasons = [entry.reason or "" for entry in report.refused if entry.source == name]
    if case.said:
        (reason,) = reasons
        assert reason.startswith(f"{name}/{DAY}.csv: ")
        said = reason.replace(f" of {name}/{DAY}.csv", "").removeprefix(f"{name}/{DAY}.csv: ")
        assert sorted(said.partition(". Deliver it again")[0].split("; ", _ways(case))) == sorted(case.said)
        return
    assert reasons == []
    night = company.night("2026-11-24T00:00")
    source = night.catalog.sources[name]
    rows = current_rows(
        ingested[0].spark, night.lake, source, night.stored(source).schema, report.states[name].deliveries
    )
    assert rows.count() == case.rows


def _ways(case: Case) -> int:
    """How many sentences stand one behind the other; one of them may hold a semicolon itself."""
    return len(case.said) - 1


@pytest.mark.parametrize("name", CASES)
def test_try_judges_rows_as_the_table_says(name: str, ingested: tuple[Company, IngestReport], tmp_path: Path) -> None:
    night = ingested[0].night("2026-11-24T00:00")
    case = CASES[name]
    (tmp_path / "contacts.csv").write_text("contact_id,country,born_on\nc1,DE,\n")
    (tmp_path / f"{name}.csv").write_text(case.data)
    plan = make_plan([], night.catalog, night.clock)
    if not case.said:
        assert read_folder(plan, tmp_path, "Europe/Vienna").tables[name].num_rows == case.rows
        return
    with pytest.raises(DataError) as stopped:
        read_folder(plan, tmp_path, "Europe/Vienna")
    said = [problem.message.removeprefix(f"{name}: ").removesuffix(".") for problem in stopped.value.problems]
    assert sorted(said) == sorted(case.said)


def test_a_row_delivered_again_under_another_spelling_of_its_key_replaces_the_earlier_one(
    spark: SparkSession, tmp_path: Path
) -> None:
    keys = {
        "integers": ("{type: integer}", "7", "007"),
        "decimals": ("{type: 'decimal(6,2)'}", "1.0", "1"),
        "versions": ("{type: version}", "4.9", "4.09.0"),
        "folded": ("{type: text, fold: true}", "straße", "STRASSE"),
    }
    company = Company(spark, tmp_path, {"contacts": CONTACTS})
    company.deliver(f"contacts/{DAY}.csv", "contact_id,country,born_on", "c1,DE,")
    for name, (kind, first, again) in keys.items():
        company.texts[name] = (
            f"version: 1\nsource: {name}\nkind: related\nkey: [k, l]\ndelivery: append\n"
            f'read: {{files: {{path: "{name}/{{date}}.csv", format: csv}}}}\n'
            f"columns: {{k: {kind}, l: {{type: text}}, n: {{type: integer}}}}\n"
        )
        company.deliver(f"{name}/{DAY}.csv", "contact_id,k,l,n", f"c1,{first},,1", f"c1,{first},x,2")
        company.deliver(f"{name}/2026-11-24.csv", "contact_id,k,l,n", f"c1,{again},,3")
    report = company.ingest()
    assert report.refused == ()
    assert {name: company.rows(name, report, ["n", "l"]) for name in keys} == {
        name: [(2, "x"), (3, None)] for name in keys
    }

    # A key that folds from now on makes other rows one: what lies there was not compared so, and is read anew.
    company.texts["integers"] = company.texts["integers"].replace("l: {type: text}", "l: {type: text, fold: true}")
    assert company.ingest().states["integers"].deliveries == (3, 4)
    company.texts["integers"] = company.texts["integers"].replace("[k, l]", "[k]")
    for day in (DAY, "2026-11-24"):
        (company.root / "landing" / "integers" / f"{day}.csv").unlink()
    failed = company.ingest().states["integers"]
    assert (failed.deliveries, str(failed.failed)[:31]) == ((), "its key is unread: 2026-11-23, ")
