"""What segments cost: measured in a night, kept in `segment_runs`, shown; a lake of before has no such columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from jobs.__main__ import app
from jobs.answers.foretold_costs import GUESSED
from jobs.lake.reads import table_rows
from jobs.lake.tables import SEGMENT_RUNS
from jobs.publication.cost_table import cost_rows
from jobs.runs.run_costs import keep_costs, kept_costs, newest_costs
from tests.steps.planted import Planted

PEOPLE = [("ada", "DE", 10), ("bob", "AT", 20), ("cyd", None, None), ("dan", "FR", 30), ("eve", "DE", None)]
BOUGHT = [("ada", "1998-01-05", "10.00"), ("bob", "1998-01-06", "99.99"), ("bob", "1998-01-25", "0.01")]
NIGHT, NEXT = "1998-02-01T00:00", "1998-02-02T00:00"
NEW = ("own_seconds", "shared_seconds", "own_tile_bytes", "own_bitmap_bytes", "own_columns")


@pytest.fixture
def planted(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    planted = Planted(spark, tmp_path_factory.mktemp("costs"))
    planted.spec("germans", {"attribute": "country", "is": "DE"})
    planted.spec("also_germans", {"all": [{"attribute": "country", "is": "DE"}, {"event": "order"}]})
    planted.spec("buyers", {"event": "order", "sum": {"of": "amount", "at_least": 50}})
    planted.spec("best", {"event": "order"}, keep={"count": 1, "by": "shop.spent"})
    planted.spec("upper_half", {"attribute": "shop.half", "is": 2})
    planted.deliver(PEOPLE, BOUGHT)
    return planted


def ask(planted: Planted, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    settings = planted.settings
    for name, value in (("LAKE", settings.lake), ("SPECS", settings.specs), ("CATALOG", settings.catalog)):
        monkeypatch.setenv(f"MUSTER_{name}", str(value))
    monkeypatch.setenv("MUSTER_TIME_ZONE", settings.time_zone)
    return CliRunner().invoke(app, list(words))


def times(row: Mapping[str, Any]) -> float:
    return row["own_seconds"] + row["shared_seconds"]


def test_a_night_measures_each_segment_and_all_of_them_are_the_whole(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.night(NIGHT)
    costs = kept_costs(planted.lake, 1)
    assert costs is not None
    rows = table_rows(planted.lake, SEGMENT_RUNS, ["segment", *NEW])
    assert {row["segment"] for row in rows} == {"germans", "also_germans", "buyers", "best", "upper_half"}
    assert sum(map(times, rows)) == pytest.approx(costs.seconds)
    shown = json.loads(ask(planted, monkeypatch, "segments", "--cost", "--json").stdout)
    assert [row["own_seconds"] for row in shown] == sorted((row["own_seconds"] for row in rows), reverse=True)
    assert all(row["measured"] for row in shown)
    by_id = {row["id"]: row for row in shown}
    # Two conditions ask for the country, and three for orders.
    assert by_id["germans"]["own_columns"] == by_id["also_germans"]["own_columns"] == []
    assert all(row["own_tile_bytes"] == 0 for row in shown)
    table = ask(planted, monkeypatch, "segments", "--cost").stdout
    assert f"Together {costs.seconds:,.3f} s of one core" in table


def test_validate_foretells_by_the_last_night_what_is_then_measured(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    guessed = ask(planted, monkeypatch, "validate", "--cost")
    assert "A guess: no night has been measured in this lake." in guessed.stdout
    planted.night(NIGHT)
    file = planted.spec("pointed", {"attribute": "points", "at_least": 15})
    told = json.loads(ask(planted, monkeypatch, "validate", "--cost", "--json", str(file)).stdout)
    assert (told["problems"], told["rates_of_run"], told["guessed"]) == ([], 1, False)
    (row,) = told["costs"]
    assert (row["id"], row["measured"], row["own_columns"]) == ("pointed", False, ["contacts.points"])
    assert row["own_seconds"] > 0
    keep_costs(planted.lake, replace(kept_costs(planted.lake, 1) or GUESSED, run_no=0))  # of a number that was lost
    planted.night(NEXT)
    assert kept_costs(planted.lake, 0) is None
    (measured,) = [row for row in cost_rows(planted.lake) if row["id"] == "pointed"]
    for same in ("own_tile_bytes", "own_bitmap_bytes", "own_columns"):
        assert measured[same] == row[same]
    newest = newest_costs(planted.lake)
    assert newest is not None
    assert newest.run_no == 2
    assert kept_costs(planted.lake, 1) is None  # published, and no longer the newest


def test_a_lake_made_before_there_were_such_columns_says_not_measured_and_gets_them_with_its_next_night(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.night(NIGHT)
    old = pa.schema([field for field in SEGMENT_RUNS.schema if field.name not in NEW])
    rows = [{**row, "as_of": row["as_of"]} for row in table_rows(planted.lake, SEGMENT_RUNS, old.names)]
    address = f"{planted.lake}/{SEGMENT_RUNS.path}"
    write_deltalake(address, pa.Table.from_pylist(rows, old), mode="overwrite", schema_mode="overwrite")
    assert not {field.name for field in DeltaTable(address).schema().fields} & set(NEW)

    shown = ask(planted, monkeypatch, "segments", "--cost")
    assert (shown.exit_code, shown.stdout.count("not measured")) == (0, 2 * 5)
    assert "No night has been measured yet." in shown.stdout
    assert all(row["own_seconds"] is None for row in cost_rows(planted.lake))

    planted.night(NEXT)
    assert all(row["measured"] for row in cost_rows(planted.lake))
    before = [row for row in table_rows(planted.lake, SEGMENT_RUNS, ["run_no", *NEW]) if row["run_no"] == 1]
    assert before == [{"run_no": 1, **dict.fromkeys(NEW)}] * 5
