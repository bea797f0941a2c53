"""`sql --views`: the statement runs on delivered files and on the lake's tables, and finds whom a night finds."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from jobs.settings import CHECKOUT
from tests.cli.shop import Shop, run
from tests.company.relational_tables import database_tables
from tests.company.shop import open_shop
from tests.company.test_segments import AS_OF, flat, landing, members, specs

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["flat", "landing", "members"]

CONTACTS = """\
version: 1
source: contacts
kind: contacts
read: {files: {path: "contacts/{date}.csv", format: csv, csv: {delimiter: ";"}}}
columns:
  name: {type: text, fold: true}
  born: {type: date}
  likes: {type: choices, values: [news, sale]}
  home: {type: point, latitude: lat, longitude: lon}
"""
ORDER = """\
version: 1
source: order
kind: events
time: at
key: number
delivery: changes
read: {files: {path: "order/{date}.csv", format: csv}}
columns:
  number: {type: integer}
  paid: {type: boolean}
"""
WHERE = {
    "anyone": {"attribute": "name", "is": "ANN"},
    "near": {"attribute": "home", "within_radius": {"latitude": 48.2, "longitude": 16.37, "km": 5}},
    "paid": {
        "event": "order",
        "where": {"all": [{"attribute": "paid", "is": True}, {"attribute": "at", "on_or_after": "2026-11-02"}]},
    },
    "news": {"attribute": "likes", "has_any": ["news"]},
}


def sql(*words: str) -> str:
    ended = run("sql", *words)
    assert (ended.code, ended.err) == (0, "")
    return ended.out


def in_forms_of_their_own() -> set[str]:
    """Sources of the sample company whose files no view of an engine reads as they mean: JSON Lines, other writing."""
    files = (CHECKOUT / "conf/catalog").glob("*.yaml")
    return {file.stem for file in files if re.search(r"format: jsonl|written: \{|derive: \{", file.read_text("utf-8"))}


def some_of_each_folder() -> list[Path]:
    """Three specs of each folder: every one would read every file over and over."""
    folders: dict[str, list[Path]] = {}
    for path in specs():
        folders.setdefault(path.parent.name, []).append(path)
    return [path for each in folders.values() for path in each[:3]]


def test_a_shipped_segment_is_found_in_the_sample_companys_landing_or_the_views_say_that_the_lake_is_needed(
    members: dict[str, list[str]], landing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MUSTER_LANDING", str(landing))
    monkeypatch.setenv("MUSTER_LAKE", str(tmp_path / "lake"))
    monkeypatch.setenv("MUSTER_CATALOG", str(CHECKOUT / "conf/catalog"))
    monkeypatch.setenv("MUSTER_SPECS", str(CHECKOUT / "segment_specs"))
    monkeypatch.setenv("MUSTER_TIME_ZONE", "America/New_York")
    with duckdb.connect() as connection:
        found: dict[str, list[str]] = {}
        elsewhere: set[str] = set()
        for path in some_of_each_folder():
            views = sql(str(path), "--as-of", AS_OF, "--views")
            elsewhere |= set(re.findall(r"^-- (\w+): .*only the lake has", views, re.MULTILINE))
            if "only the lake has" in views:
                continue
            connection.execute(views)
            rows = connection.execute(sql(str(path), "--as-of", AS_OF)).fetchall()
            found[path.stem] = [row[0] for row in rows]
    assert elsewhere <= {table.source for table in database_tables(open_shop())} | {"nps"} | in_forms_of_their_own()
    assert found == {id_: ids for id_, ids in members.items() if id_ in found}
    assert len(found) >= 20


@pytest.fixture
def keyed(shop: Shop) -> Shop:
    for file in (shop.folder / "catalog").iterdir():
        file.unlink()
    shop.write("catalog/contacts.yaml", CONTACTS)
    shop.write("catalog/order.yaml", ORDER)
    shop.write("landing/contacts/2026-11-22.csv", "contact_id;name;born;likes;lat;lon\nold;Ann;;;;\n")
    people = ("ada;ann;1990-01-01;news|sale;48.2;16.4", "bob;Bo;;news;48.2;", "cyd;'Ann;;;47.0;16.4", "dan;ANN;;;;")
    shop.write("landing/contacts/2026-11-23.csv", "\n".join(["contact_id;name;born;likes;lat;lon", *people]) + "\n")
    header = "number,contact_id,at,paid,deleted\n"
    shop.write("landing/order/2026-11-22.csv", f"{header}1,ada,2026-11-03,true,\n2,bob,2026-11-03T10:00,true,\n")
    shop.write("landing/order/2026-11-23.csv", f"{header}1,ada,2026-11-03,false,\n2,bob,2026-11-03,,true\n")
    shop.write(
        "landing/order/2026-11-24.csv", f"{header}3,cyd,2026-11-01T23:30Z,TRUE,false\n4,dan,2026-11-01T22:30Z,true,\n"
    )
    return shop


FOUND = {"anyone": ["ada", "dan"], "near": ["ada"], "paid": ["cyd"], "news": ["ada", "bob"]}


def answers(shop: Shop, connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_ in FOUND:
        connection.execute(sql(id_, "--as-of", "2026-11-25T00:00", "--views"))
        rows = connection.execute(sql(id_, "--as-of", "2026-11-25T00:00")).fetchall()
        found[id_] = [row[0] for row in rows]
    return found


def test_files_and_the_lake_answer_alike(keyed: Shop) -> None:
    """Full and changes, another delimiter, folded text, points, offsets; first nothing is in the lake, then all."""
    for id_, where in WHERE.items():
        keyed.spec(id_, where, expect={"at_least": 0})
    extension = files("duckdb_extension_delta") / "extensions" / f"v{duckdb.__version__}" / "delta.duckdb_extension"
    with duckdb.connect() as connection:
        assert answers(keyed, connection) == FOUND
        assert "READ_CSV" in sql("paid", "--as-of", "2026-11-25T00:00", "--views")
        ended = run("run", "--as-of", "2026-11-25T00:00", "--ahead")
        assert ended.code == 0, ended.err
        counts = {row["id"]: row["members"] for row in json.loads(run("segments", "--json").out)}
        assert counts == {id_: len(ids) for id_, ids in FOUND.items()}
        assert "DELTA_SCAN" in sql("paid", "--as-of", "2026-11-25T00:00", "--views")
        connection.execute(f"LOAD '{extension}'")
        assert answers(keyed, connection) == FOUND


def on_spark(spark: SparkSession, ids: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for id_ in ids:
        views = sql(id_, "--as-of", "2026-11-25T00:00", "--views", "--dialect", "spark")
        for statement in views.split(";\n"):
            if statement.strip():
                spark.sql(statement)
        rows = spark.sql(sql(id_, "--as-of", "2026-11-25T00:00", "--dialect", "spark").removesuffix(";\n"))
        found[id_] = sorted(row[0] for row in rows.collect())
    return found


def test_spark_answers_alike_over_delivered_files(keyed: Shop, spark: SparkSession) -> None:
    for id_, where in WHERE.items():
        keyed.spec(id_, where, expect={"at_least": 0})
    assert on_spark(spark.newSession(), list(FOUND)) == FOUND


VISIT = """\
version: 1
source: visit
kind: events
time: at
read: {files: {path: "visit/{date}/part [a]*.parquet", format: parquet}}
columns:
  pages: {type: integer}
  paid: {type: "decimal(6,2)"}
"""


@pytest.fixture
def parted(keyed: Shop) -> Shop:
    """Two files of one day and one of another. They differ in the order and the types of their columns."""
    keyed.write("catalog/visit.yaml", VISIT)
    day = keyed.folder / "landing/visit/2026-11-22"
    other = keyed.folder / "landing/visit/2026-11-23"
    day.mkdir(parents=True)
    other.mkdir()
    local = pa.array(["2026-11-20T23:30:00"]).cast(pa.timestamp("us"))  # of Vienna, where it is the 20th
    utc = pa.array(["2026-11-20T23:30:00Z"]).cast(pa.timestamp("us", tz="UTC"))  # which is the 21st there
    rows = {"contact_id": ["ada"], "at": local, "pages": pa.array([1], pa.int32()), "paid": ["1.25"]}
    parquet.write_table(pa.table(rows), day / "part [a] 1.parquet")
    rows = {"paid": [2.5], "pages": [5_000_000_000], "at": utc, "contact_id": ["bob"]}
    parquet.write_table(pa.table(rows), day / "part [a] 2.parquet")
    parquet.write_table(pa.table({**rows, "contact_id": ["cyd"], "pages": [2]}), other / "part [a]*.parquet")
    return keyed


PARTED = {
    "visited": ({"event": "visit"}, ["ada", "bob", "cyd"]),
    "much": ({"event": "visit", "where": {"attribute": "pages", "more_than": 2}}, ["bob"]),
    "on_20th": ({"event": "visit", "where": {"attribute": "at", "on": "2026-11-20"}}, ["ada"]),
    "for_2_50": ({"event": "visit", "where": {"attribute": "paid", "is": 2.5}}, ["bob", "cyd"]),
}


def test_every_file_of_a_day_is_read_whatever_its_columns_are_like(parted: Shop, spark: SparkSession) -> None:
    for id_, (where, _) in PARTED.items():
        parted.spec(id_, where)
    expected = {id_: ids for id_, (_, ids) in PARTED.items()}
    assert on_spark(spark.newSession(), list(PARTED)) == expected
    with duckdb.connect() as connection:
        found: dict[str, list[str]] = {}
        for id_ in PARTED:
            connection.execute(sql(id_, "--as-of", "2026-11-25T00:00", "--views"))
            found[id_] = [row[0] for row in connection.execute(sql(id_, "--as-of", "2026-11-25T00:00")).fetchall()]
    assert found == expected


def test_where_nothing_has_arrived_a_view_has_no_rows(parted: Shop, spark: SparkSession) -> None:
    (parted.folder / "landing/visit").rename(parted.folder / "elsewhere")
    parted.spec("visited", {"event": "visit"})
    views = sql("visited", "--as-of", "2026-11-25T00:00", "--views")
    assert "-- visit: nothing has arrived that matches visit/{date}/part [a]*.parquet.\n" in views
    with duckdb.connect() as connection:
        connection.execute(views)
        assert connection.execute(sql("visited", "--as-of", "2026-11-25T00:00")).fetchall() == []
    assert on_spark(spark.newSession(), ["visited"]) == {"visited": []}


def test_what_a_view_cannot_say_is_said_above_it(keyed: Shop) -> None:
    keyed.write(
        "catalog/contacts.yaml",
        CONTACTS.replace("born: {type: date}", 'born: {type: date, written: {date: "D.M.YYYY"}}'),
    )
    keyed.spec("young", {"attribute": "born", "after": "2000-01-01"})
    told = sql("young", "--as-of", "2026-11-25T00:00", "--views")
    assert told.startswith("-- contacts: born is not written in the usual form; only the lake has it read.\n")
    spark = sql("young", "--as-of", "2026-11-25T00:00", "--views", "--dialect", "spark")
    assert "CREATE OR REPLACE TEMPORARY VIEW `contacts__raw_1` USING csv OPTIONS (" in spark


def test_other_dialects_have_no_views(keyed: Shop) -> None:
    keyed.spec("young", {"attribute": "born", "after": "2000-01-01"})
    ended = run("sql", "young", "--as-of", "2026-11-25T00:00", "--views", "--dialect", "snowflake")
    assert (ended.code, ended.out) == (2, "")
    assert "expected duckdb or spark" in ended.err
