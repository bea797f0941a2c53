"""Gates and types become checks over counts, and Great Expectations judges them."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from jobs.catalog.model import Column, Gates, Source
from jobs.catalog.row_rules import Blame
from jobs.catalog.types import ColumnType
from jobs.intake.checks import checks
from jobs.intake.delivery_counts import Counts
from jobs.intake.expectations import judge
from jobs.settings import CHECKOUT

MONEY = {"amount": Column("amount", ColumnType("decimal", precision=12, scale=2))}
WRONG = Blame("amount", "not a decimal(12,2)")


def orders(**gates: Any) -> Source:
    return Source("order", "events", MONEY, contact="customer_id", time="ordered_at", gates=Gates(**gates))


def complaints(source: Source, counts: Counts, previous: int | None = None) -> list[str]:
    return [check.complaint for check in judge(source.name, "1", checks(source, counts, previous)).failed]


def test_a_verdict_is_all_that_is_said_of_a_delivery() -> None:
    code = (
        "import logging; logging.basicConfig(level=logging.DEBUG); logging.getLogger().setLevel(logging.WARNING)\n"
        "from jobs.intake.checks import checks\nfrom jobs.intake.delivery_counts import Counts\n"
        "from jobs.intake.expectations import judge\nfrom jobs.catalog.model import Source\n"
        "source = Source('contacts', 'contacts', {})\n"
        "print(judge('contacts', '1', checks(source, Counts(rows=3), None)).accepted)"
    )
    ended = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("True\n", "")


def test_a_delivery_within_its_gates_is_accepted() -> None:
    source = orders(rows_at_least=3, unknown_contacts_at_most=0.29, missing_contact_at_most=0.0, change_at_most=0.5)
    counts = Counts(rows=100, unknown_contacts=29, wrong={WRONG: 0})  # 29 % of 100 is 29, in no float
    assert complaints(source, counts, previous=200) == []


def test_every_gate_that_fails_is_named_with_found_and_expected() -> None:
    source = orders(
        rows_at_least=200,
        unknown_contacts_at_most=0.01,
        missing_contact_at_most=0.0,
        change_at_most=0.6,
        missing_time_at_most=0.0,
    )
    counts = Counts(
        100,
        missing_contact=1,
        missing_time=2,
        unknown_contacts=2,
        wrong={WRONG: 3},
        places={WRONG: "row 2 of order/1.csv"},
    )
    assert complaints(source, counts, previous=251) == [
        "3 rows with amount: not a decimal(12,2) (the first is row 2 of order/1.csv)",
        "found 100 rows, expected at least 200 (rows_at_least)",
        "found 100 rows after 251 in the delivery before, expected 101 to 401 (change_at_most 60%)",
        "found 2 rows without ordered_at among 100, expected at most 0 (missing_time_at_most 0%)",
        "found 1 row without customer_id among 100, expected at most 0 (missing_contact_at_most 0%)",
        "found 2 rows of contacts the contacts source lacks among 100, expected at most 1 (unknown_contacts_at_most 1%)",
    ]


def test_a_delivery_without_rows_is_refused_unless_the_catalog_says_otherwise() -> None:
    assert complaints(orders(), Counts(rows=0)) == ["found 0 rows, expected at least 1 (rows_at_least)"]
    assert complaints(orders(rows_at_least=0), Counts(rows=0)) == []


def test_two_rows_of_one_contact_are_refused_where_one_is_promised() -> None:
    source = Source("contacts", "contacts", {})
    assert complaints(source, Counts(rows=3, repeated={"one_row_each_contact": 2})) == [
        "found 2 rows too many, expected one row for each contact"
    ]


def test_two_rows_of_one_key_that_differ_are_refused() -> None:
    source = Source("order", "events", {}, time="ordered_at", key=("order_id", "line"))
    assert complaints(source, Counts(rows=3, repeated={"one_row_each_key": 2})) == [
        "found 2 rows too many, expected one row for each key (order_id, line)"
    ]


def test_a_file_that_could_not_be_read_is_refused_with_its_own_words() -> None:
    assert complaints(orders(rows_at_least=0), Counts(rows=0, faults=("order/1.csv: no column amount",))) == [
        "order/1.csv: no column amount"
    ]


def test_the_result_and_the_page_hold_numbers_only() -> None:
    judgement = judge("order", "1", checks(orders(), Counts(rows=100, wrong={WRONG: 7}), None))
    result = json.loads(judgement.result)
    observed = {one["expectation_config"]["kwargs"]["column"]: one["result"] for one in result["results"]}
    assert observed["wrong.amount"] == {"observed_value": 7}
    assert not result["success"]
    assert "wrong.amount" in judgement.page


def test_the_page_says_what_was_expected_in_words() -> None:
    judgement = judge("order", "1", checks(orders(rows_at_least=5), Counts(rows=100), None))
    assert "rows: at least 5" in judgement.page
