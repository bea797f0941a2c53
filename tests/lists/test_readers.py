"""Frozen lists and the tables that others read, by DuckDB, delta-rs and Polars unaided, with the counts of the manifest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import polars
import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from jobs.lists.listed_rows import rows_for_lists
from jobs.steps import freeze
from tests.steps.planted import Planted

AS_OF = "1998-02-01T00:00"
PEOPLE = [("ada", "DE", 1), ("bob", "DE", 2), ("cyd", "AT", 3), ("dé", "DE", None)]


@pytest.fixture(scope="module")
def frozen(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    planted = Planted(spark, tmp_path_factory.mktemp("readers"))
    planted.spec("germans", {"attribute": "country", "is": "DE"}, publish="rows")
    planted.deliver(PEOPLE[:2])
    planted.night("1998-01-31T00:00")
    planted.deliver(PEOPLE)
    planted.night(AS_OF)
    freeze.run(planted.settings, AS_OF, segment="germans", list_name="july", date="1998-02-02")
    return planted


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    extension = files("duckdb_extension_delta") / "extensions" / f"v{duckdb.__version__}" / "delta.duckdb_extension"
    with duckdb.connect() as connection:
        connection.execute(f"LOAD '{extension}'")
        yield connection


def the_list(planted: Planted) -> dict[str, Any]:
    (row,) = rows_for_lists(planted.settings)
    return row


def ids(column: list[str]) -> list[str]:
    return sorted(column)


def test_duckdb_reads_a_list(frozen: Planted, duck: duckdb.DuckDBPyConnection) -> None:
    found = duck.execute("SELECT contact_id FROM delta_scan(?)", [the_list(frozen)["path"]]).fetchall()
    assert len(found) == the_list(frozen)["rows"] == 3
    assert ids([row[0] for row in found]) == ["ada", "bob", "dé"]


def test_delta_rs_reads_a_list(frozen: Planted) -> None:
    found = DeltaTable(the_list(frozen)["path"]).to_pyarrow_table(columns=["contact_id"])
    assert found.num_rows == the_list(frozen)["rows"] == 3


def test_polars_reads_a_list(frozen: Planted) -> None:
    found = polars.read_delta(the_list(frozen)["path"])
    assert ids(found["contact_id"].to_list()) == ["ada", "bob", "dé"]


@pytest.mark.parametrize("table", ["segments/germans", "segment_runs", "membership_changes", "list_registry"])
def test_the_plain_tables_are_read_unaided_and_alike(
    frozen: Planted, duck: duckdb.DuckDBPyConnection, table: str
) -> None:
    path = f"{frozen.lake}/{table}"
    found = duck.execute("SELECT count(*) FROM delta_scan(?)", [path]).fetchone()
    assert found is not None
    by_rust = DeltaTable(path)
    assert found[0] == by_rust.to_pyarrow_table().num_rows
    assert polars.read_delta(path).height == found[0]
    assert by_rust.protocol().min_reader_version == 1


def test_no_plain_table_keeps_statistics_of_contact_ids(frozen: Planted) -> None:
    for log in Path(the_list(frozen)["path"]).glob("_delta_log/*.json"):
        for line in log.read_text().splitlines():
            stats = json.loads(line).get("add", {}).get("stats") or "{}"
            assert "contact_id" not in json.loads(stats).get("minValues", {})


def test_no_delta_table_lies_below_another(frozen: Planted) -> None:
    roots = [log.parent for log in Path(frozen.lake).rglob("_delta_log")]
    assert roots
    assert [(a, b) for a in roots for b in roots if a != b and a in b.parents] == []
