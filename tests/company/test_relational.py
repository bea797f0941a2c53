"""What stands in the sample company's databases: plausible, in time, and never more than tables can promise."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from deltalake import DeltaTable

from tests.company.mailings import END
from tests.company.products import LABELS, products
from tests.company.relational_tables import as_file, database_tables, nps_deliveries
from tests.company.shop import Shop, open_shop

TODAY = date(1998, 7, 1)


@cache
def shop() -> Shop:
    return open_shop()


@cache
def rows(name: str) -> list[dict[str, Any]]:
    (table,) = (table for table in database_tables(shop()) if table.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


@cache
def answers() -> list[dict[str, Any]]:
    file, _ = nps_deliveries(shop())
    return pq.read_table(io.BytesIO(file.content)).to_pylist()


def test_every_table_has_its_key_and_only_customers() -> None:
    customers = {person.contact_id for person in shop().people}
    for table in database_tables(shop()):
        assert len({row[0] for row in table.rows}) == len(table.rows), table.name
        assert len(table.rows) > (10 if table.name == "brands" else 5000), table.name
        if "contact_id" in table.columns:
            assert {row[1] for row in table.rows} <= customers
    assert {row["contact_id"] for row in answers()} <= customers
    assert len({row["answer_id"] for row in answers()}) == len(answers()) > 10_000


def test_nothing_happened_at_or_after_the_end_and_only_plans_lie_ahead() -> None:
    assert max(row["opened_at"] for row in rows("support_tickets")) < END
    assert max(row["closed_at"] for row in rows("support_tickets") if row["closed_at"]) < END
    assert max(row["started_at"] for row in rows("calls")) < END
    assert max(row["answered_at"] for row in answers()) < END
    assert max(row["booked_on"] for row in rows("bookings")) < TODAY
    assert max(row["started_on"] for row in rows("subscriptions")) < TODAY
    assert sum(row["departs_on"] >= TODAY for row in rows("bookings")) > 1000
    assert sum(row["ends_on"] >= TODAY for row in rows("subscriptions")) > 2000


def test_every_label_of_the_catalogue_stands_in_the_brands() -> None:
    assert {row["name"] for row in rows("brands")} == {label for labels in LABELS.values() for label in labels}
    known = {product.product_id for product in products()}
    assert {row["product_id"] for row in rows("support_tickets")} <= known


def test_tickets_follow_a_purchase_by_days_and_are_closed_after_they_were_opened() -> None:
    for row in rows("support_tickets"):
        day = row["opened_at"].date()
        assert any(timedelta(0) < day - bought <= timedelta(days=20) for bought in shop().days[row["contact_id"]])
        assert (row["status"] == "closed") == (row["closed_at"] is not None)
        assert row["closed_at"] is None or row["closed_at"] > row["opened_at"]
    states = Counter(row["status"] for row in rows("support_tickets"))
    assert states["closed"] > 10 * states["open"] > 10 * states["waiting"] > 500


def test_a_renewed_subscription_goes_on_on_the_day_after() -> None:
    terms: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows("subscriptions"):
        assert row["started_on"] < row["ends_on"]
        terms[row["contact_id"]].append(row)
    for each in terms.values():
        for before, after in pairwise(each):
            assert before["renewed"] is True
            assert after["started_on"] == before["ends_on"] + timedelta(days=1)
        last = each[-1]
        assert last["renewed"] is not True or last["ends_on"] + timedelta(days=1) >= TODAY
        assert last["renewed"] is None or last["ends_on"] < TODAY + timedelta(days=60)


def test_who_had_trouble_calls_more_and_scores_lower() -> None:
    troubled = {row["contact_id"] for row in rows("support_tickets")}
    calls = Counter(row["contact_id"] for row in rows("calls"))
    others = {person.contact_id for person in shop().people} - troubled

    def mean(numbers: list[int]) -> float:
        return sum(numbers) / len(numbers)

    assert mean([calls[contact] for contact in troubled]) > 2 * mean([calls[contact] for contact in others])
    scores = {True: [], False: []}  # type: dict[bool, list[int]]
    for row in answers():
        assert 0 <= row["score"] <= 10
        scores[row["contact_id"] in troubled].append(row["score"])
    assert mean(scores[True]) + 2 < mean(scores[False])


def test_some_values_are_missing() -> None:
    for table, column in (("bookings", "travel_class"), ("support_tickets", "topic"), ("calls", "outcome")):
        missing = sum(row[column] is None for row in rows(table))
        assert 0.002 < missing / len(rows(table)) < 0.1, column


def test_a_table_as_a_file_has_its_rows_and_nothing_where_a_value_is_missing() -> None:
    (tickets,) = (table for table in database_tables(shop()) if table.source == "support_ticket")
    lines = as_file(tickets).content.decode().splitlines()
    assert lines[0] == ",".join(tickets.columns)
    assert len(lines) == 1 + len(tickets.rows)
    assert "None" not in as_file(tickets).content.decode()


def test_the_data_teams_table_is_a_delta_table_for_others_too(tmp_path: Path) -> None:
    for delivery in nps_deliveries(shop()):
        file = tmp_path / delivery.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(delivery.content)
    table = DeltaTable(tmp_path / "nps")
    assert table.version() == 0
    assert sorted(table.to_pyarrow_table().to_pylist(), key=str) == sorted(answers(), key=str)
    assert isinstance(answers()[0]["answered_at"], datetime)
