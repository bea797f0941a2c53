"""Evaluating: who is where, what is written, and what happens to segments that cannot be evaluated."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import DataFrame, SparkSession

from jobs.catalog.catalog_files import read_catalog
from jobs.errors import PARTLY, SPEC, SpecError, UsageError
from jobs.lake.bitmaps import positions
from jobs.lake.file_commits import change_rows, put_rows
from jobs.lake.member_rows import members_at
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import MEMBERSHIPS, RUNS, source_table
from jobs.runs.opening import open_run
from jobs.runs.run import Run, as_json, run_numbered, runs_of
from jobs.runs.step_pins import EvaluatePin, Pin, StepName, pins_as_rows
from jobs.steps import evaluate, publish
from tests.lake.spark_tables import rows_of
from tests.steps.planted import CATALOG, ORDER, Planted

# Numbers are given in this order: ada 0, bob 1, cyd 2, dan 3, eve 4.
FIRST = [("ada", "DE", 10), ("bob", "AT", 20), ("cyd", None, None), ("dan", "FR", 30)]
SECOND = [("ada", "DE", 10), ("cyd", "DE", 5), ("dan", "AT", 30), ("eve", "FR", 40)]  # bob left
BOUGHT = [
    ("ada", "1998-01-05", "10.00"),
    ("bob", "1998-01-06", "99.99"),
    ("bob", "1998-01-07", "0.01"),  # 100.00 together
    ("dan", "1998-02-01", "7.00"),  # after the first as_of, 1998-02-01T00:00 in Vienna
]


@dataclass
class Two:
    """Two evaluated nights."""

    planted: Planted
    runs: dict[int, Run]

    def written(self, run_no: int) -> dict[str, list[int] | None]:
        """Positions in the rows that a run wrote; None where a bucket was emptied."""
        rows = rows_of(self.planted.spark, self.planted.lake, MEMBERSHIPS).where(f"run_no = {run_no}").collect()
        assert all((row["bits"] is None) == (row["members"] == 0) for row in rows)
        return {row["segment"]: None if row["bits"] is None else positions(row["bits"]).tolist() for row in rows}


@pytest.fixture(scope="module")
def two(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Two:
    planted = Planted(spark, tmp_path_factory.mktemp("two"))
    planted.spec("germans", {"attribute": "country", "is": "DE"})
    planted.spec("not_germans", {"attribute": "country", "is_not": "DE"})
    planted.spec("buyers", {"event": "order"})
    planted.spec("hundred", {"attribute": "shop.spent", "at_least": 100})
    planted.spec("buying_germans", {"all": [{"segment": "germans"}, {"segment": "buyers"}]})
    planted.spec("upper_half", {"attribute": "shop.half", "is": 2})
    planted.spec("best", {"event": "order"}, keep={"count": 1, "by": "shop.spent"})
    planted.spec(
        "poorest", {"attribute": "points", "is_empty": False}, keep={"count": 1, "by": "shop.spent", "lowest": True}
    )
    runs = {}
    planted.deliver(FIRST, BOUGHT)
    for as_of in ("1998-02-01T00:00", "1998-02-02T00:00"):
        run = planted.open(as_of)
        evaluate.run(planted.settings, as_of)
        runs[run.run_no] = run_numbered(planted.lake, run.run_no)
        planted.deliver(SECOND, BOUGHT)
    return Two(planted, runs)


def test_the_first_night_writes_who_is_in_and_nothing_for_the_empty(two: Two) -> None:
    assert two.written(1) == {
        "germans": [0],
        "not_germans": [1, 3],  # cyd has no country: missing is not yes
        "buyers": [0, 1],
        "hundred": [1],
        "buying_germans": [0],
        "upper_half": [0, 1],  # of 4: nobody's below cyd and dan, 2 below ada, 3 below bob
        "best": [1],
        "poorest": [3],  # ada 10, bob 100, dan 0; cyd has no points
    }


def test_the_next_night_writes_only_what_differs_and_a_row_with_null_for_the_emptied(two: Two) -> None:
    assert two.written(2) == {
        "germans": [0, 2],
        "not_germans": [3, 4],
        "buyers": [0, 3],  # bob is gone with his orders
        "hundred": None,
        "best": [0],
        "poorest": [2],  # cyd has points now; she and eve spent nothing, and "cyd" comes before "eve"
        "upper_half": [0, 3],
    }  # buying_germans is [0] as before: no row


def test_the_state_at_a_run_is_the_newest_row_not_after_it(two: Two) -> None:
    planted = two.planted
    assert members_at(planted.lake, 1)["hundred"] == 1
    assert members_at(planted.lake, 2) == {
        "germans": 2, "not_germans": 2, "buyers": 2, "hundred": 0, "buying_germans": 1, "upper_half": 2, "best": 1,
        "poorest": 1,
    }  # fmt: skip


def test_the_cuts_are_pinned_without_any_id(two: Two) -> None:
    run = two.runs[2]
    assert run.state == "evaluated"
    cuts = run.pinned(EvaluatePin).cuts
    # Of cyd and eve, who both spent nothing, cyd comes first: contact number 2.
    assert cuts["keeps"]["poorest"] == {"value": 0, "last_contact_no": 2, "nobody": False}
    assert cuts["keeps"]["best"]["value"] == 1000  # cents
    assert list(cuts["quantiles"].values()) == [[700]]  # of 4 the upper half begins with the third: dan's 7.00
    assert all(name not in str(run.pins) for name in planted_names(two))


def planted_names(two: Two) -> list[str]:
    return [f"'{name}'" for name in two.planted.people]


def test_evaluating_an_evaluated_run_again_changes_nothing(two: Two) -> None:
    before = two.written(2)
    outcome = evaluate.run(two.planted.settings, "1998-02-02T00:00")
    assert (outcome.exit_code, outcome.details["run_no"]) == (0, 2)
    assert two.written(2) == before


# --- nights on which something is wrong ----------------------------------------------------------------------------------


@dataclass
class Troubled:
    """Three nights and a late one.

    On night 1 bob's orders are more than shop.spent can hold, and the evaluation is killed after its commit. On night 2 the
    source of orders has failed. Night 3 is well. A run of 3 February's noon was opened before it and is evaluated after.
    """

    planted: Planted
    outcomes: list[Any] = field(default_factory=list[Any])
    rows_before: int = 0
    rows_after: int = 0

    def evaluate(self, as_of: str) -> None:
        self.outcomes.append(evaluate.run(self.planted.settings, as_of))

    def failures(self, run_no: int) -> dict[str, str]:
        return dict(run_numbered(self.planted.lake, run_no).pinned(EvaluatePin).failures)

    def rows(self) -> DataFrame:
        return rows_of(self.planted.spark, self.planted.lake, MEMBERSHIPS)


@pytest.fixture(scope="module")
def troubled(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Troubled:
    planted = Planted(spark, tmp_path_factory.mktemp("troubled"))
    planted.spec("germans", {"attribute": "country", "is": "DE"})
    planted.spec("buyers", {"event": "order"})
    planted.spec("spenders", {"attribute": "shop.spent", "more_than": 5})  # decimal(6,2) holds 9999.99
    planted.spec("on_spenders", {"all": [{"segment": "spenders"}, {"segment": "germans"}]})
    planted.spec(
        "hidden", {"all": [{"attribute": "country", "is": "AT"}, {"not": {"attribute": "shop.spent", "is": 1}}]}
    )
    made = Troubled(planted)
    planted.deliver(
        FIRST, [("ada", "1998-01-05", "6.00"), ("bob", "1998-01-05", "9999.99"), ("bob", "1998-01-06", "0.01")]
    )
    planted.open("1998-02-01T00:00")
    made.evaluate("1998-02-01T00:00")
    made.rows_before = made.rows().count()
    take_back_the_pin(planted, run_numbered(planted.lake, 1))
    made.evaluate("1998-02-01T00:00")
    made.rows_after = made.rows().count()
    planted.deliver(SECOND, BOUGHT)
    planted.open("1998-02-02T00:00", {"order": "delivery 1998-02-01 was refused: 3 rows"})
    made.evaluate("1998-02-02T00:00")
    planted.open("1998-02-02T12:00")
    planted.open("1998-02-03T00:00")
    made.evaluate("1998-02-03T00:00")
    made.evaluate("1998-02-02T12:00")
    return made


def take_back_the_pin(planted: Planted, run: Run) -> None:
    """As if the process had ended before it was made."""
    pins: dict[StepName, Pin] = {step: value for step, value in run.pins.items() if step != "evaluate"}
    taken_back = {"pins": as_json(pins_as_rows(pins)), "state": "packed"}

    def change(rows: pa.Table) -> pa.Table:
        changed = [row | taken_back if row["run_no"] == run.run_no else row for row in rows.to_pylist()]
        return pa.Table.from_pylist(changed, RUNS.schema)

    change_rows(planted.lake, RUNS, change)


OVERFLOWED = (
    "computed column shop.spent has a value that its type cannot hold. "
    "Give it a wider type in the catalog, or another value; then run the night again"
)


def test_a_value_that_its_column_cannot_hold_fails_the_segments_above_it(troubled: Troubled) -> None:
    assert troubled.outcomes[0].exit_code == PARTLY
    assert troubled.outcomes[0].details["failed"] == dict.fromkeys(("spenders", "on_spenders", "hidden"), OVERFLOWED)
    counts = members_at(troubled.planted.lake, 1)
    assert (counts["germans"], counts["buyers"]) == (1, 2)


def test_an_evaluation_killed_after_its_commit_is_not_committed_again_and_knows_its_failures(
    troubled: Troubled,
) -> None:
    assert troubled.outcomes[1].details == troubled.outcomes[0].details
    assert troubled.rows_after == troubled.rows_before > 0


def test_a_failed_source_fails_what_reaches_it_and_nothing_else(troubled: Troubled) -> None:
    because = "source order failed: delivery 1998-02-01 was refused: 3 rows"
    assert troubled.outcomes[2].exit_code == PARTLY
    assert troubled.failures(2) == dict.fromkeys(("buyers", "spenders", "on_spenders", "hidden"), because)
    assert {row["segment"] for row in troubled.rows().where("run_no = 2").collect()} == {"germans"}
    assert run_numbered(troubled.planted.lake, 2).steps["evaluate"]["exit_code"] == PARTLY


def test_what_failed_in_between_goes_on_from_where_it_was(troubled: Troubled) -> None:
    rows = troubled.rows().where("segment = 'buyers' AND run_no <= 4").orderBy("run_no").collect()
    assert [(row["run_no"], positions(row["bits"]).tolist()) for row in rows] == [(1, [0, 1]), (4, [0, 3])]


def test_an_evaluation_that_finds_a_later_one_takes_a_new_number(troubled: Troubled) -> None:
    assert troubled.outcomes[4].details["run_no"] == 5
    states = [(run.run_no, run.state) for run in runs_of(troubled.planted.lake)]
    assert states[2:] == [(3, "failed"), (4, "evaluated"), (5, "evaluated")]


def test_without_a_pack_or_a_valid_spec_nothing_is_evaluated_or_published(spark: SparkSession, tmp_path: Path) -> None:
    planted = Planted(spark, tmp_path)
    planted.write_catalog()
    planted.spec("germans", {"attribute": "country", "is": "DE"})
    open_run(planted.settings, "1998-02-01T00:00", lambda _: False)
    with pytest.raises(UsageError, match=r"^run 1 of 1998-01-31T23:00Z has no pack yet\. Run `pack`"):
        evaluate.run(planted.settings, "1998-02-01T00:00")
    planted.spec("germans", {"attribute": "county", "is": "DE"})
    planted.open("1998-02-01T00:00")
    for step in (evaluate, publish):
        with pytest.raises(SpecError) as broken:
            step.run(planted.settings, "1998-02-01T00:00")
        assert broken.value.exit_code == SPEC
        assert "germans.json#/where/attribute" in str(broken.value)
    run = run_numbered(planted.lake, 2)
    assert (run.state, run.steps["evaluate"]["exit_code"]) == ("packed", SPEC)


def test_a_renamed_product_counts_at_once_without_packing(spark: SparkSession, tmp_path: Path) -> None:
    product = "version: 1\nsource: product\nkind: lookup\nkey: product_id\ncolumns:\n  brand: {type: text}\n"
    order = f"{ORDER}  product_id: {{type: text}}\nlookups:\n  product: {{source: product, on: product_id}}\n"
    planted = Planted(spark, tmp_path, {**CATALOG, "order": order, "product": product})
    planted.spec("acme", {"event": "order", "where": {"attribute": "product.brand", "is": "Acme"}})
    planted.deliver(
        FIRST, [("ada", "1998-01-05", "1.00", "p1"), ("bob", "1998-01-05", "1.00", "p2"), ("dan", "1998-01-05", "1.00")]
    )
    catalog = read_catalog(planted.root / "catalog")
    schema = StoredSource(catalog, catalog.sources["product"], "Europe/Vienna").schema
    for number, brands in enumerate([{"p1": "Acme", "p2": "Other"}, {"p1": "Other", "p2": "Acme"}], start=1):
        table = source_table("product", schema)
        rows = [
            {"delivery_no": number, "product_id": key, "_key": f"{len(key)}:{key}", "brand": brand}
            for key, brand in brands.items()
        ]
        put_rows(planted.lake, table, rows)
        planted.deliveries["product"] = [number]
        planted.open(f"1998-02-0{number}T00:00")
        evaluate.run(planted.settings, f"1998-02-0{number}T00:00")
    written = rows_of(spark, planted.lake, MEMBERSHIPS).orderBy("run_no").collect()
    assert [(row["run_no"], positions(row["bits"]).tolist()) for row in written] == [(1, [0]), (2, [1])]
