"""The loyalty club: the ledger and the members' own numbers never disagree, and points follow the real purchases."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pyarrow.parquet as pq

from tests.company.loyalty_exports import loyalty_deliveries
from tests.company.mailings import END
from tests.company.shop import Shop, open_shop

FROM = {"silver": 250, "gold": 600, "platinum": 1500}
"""Points ever earned, as conf/catalog/loyalty.yaml says."""


@cache
def shop() -> Shop:
    return open_shop()


@cache
def delivered() -> dict[str, bytes]:
    return {delivery.source: delivery.content for delivery in loyalty_deliveries(shop())}


@cache
def members() -> dict[str, dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(delivered()["loyalty"].decode())))
    by_contact = {row["contact_id"]: row for row in rows}
    assert len(rows) == len(by_contact)
    return by_contact


@cache
def ledger() -> list[dict[str, object]]:
    """Each line once: those delivered twice are the same line."""
    rows = pq.read_table(io.BytesIO(delivered()["points"])).to_pylist()
    by_key = {row["entry_id"]: row for row in rows}
    assert all(row == by_key[row["entry_id"]] for row in rows)
    assert 0 < len(rows) - len(by_key) < 1000
    return list(by_key.values())


def totals(kind: str, after: datetime = datetime(1, 1, 1, tzinfo=UTC)) -> Counter[str]:
    points: Counter[str] = Counter()
    for row in ledger():
        if row["kind"] == kind and row["booked_at"] > after:  # type: ignore[operator]
            points[str(row["contact_id"])] += int(str(row["points"]))
    return points


def test_six_in_ten_customers_are_members_and_the_ledger_has_about_150_000_lines() -> None:
    assert 0.55 < len(members()) / 23_570 < 0.7
    assert 140_000 < len(ledger()) < 170_000
    assert members().keys() <= {person.contact_id for person in shop().people}
    assert {row["contact_id"] for row in ledger()} == members().keys()


def test_nothing_happens_before_joining_or_at_or_after_the_end() -> None:
    first = {person.contact_id: person.registered_on for person in shop().people}
    for contact, row in members().items():
        assert first[contact] <= date.fromisoformat(row["joined_on"]) < date(1998, 6, 30)
    assert max(row["booked_at"] for row in ledger()) < END  # type: ignore[type-var]
    assert all(str(row["booked_at"])[:10] >= members()[str(row["contact_id"])]["joined_on"] for row in ledger())


def test_every_balance_is_what_the_ledger_says_and_never_below_zero() -> None:
    sign = {"earned": 1, "redeemed": -1, "expired": -1}
    balance: Counter[str] = Counter()
    for row in sorted(ledger(), key=lambda row: str(row["entry_id"])):
        assert int(str(row["points"])) > 0
        balance[str(row["contact_id"])] += sign[str(row["kind"])] * int(str(row["points"]))
        assert balance[str(row["contact_id"])] >= 0
    assert {contact: int(row["points"]) for contact, row in members().items()} == {c: balance[c] for c in members()}


def test_tiers_follow_what_was_ever_earned() -> None:
    earned = totals("earned")
    for contact, row in members().items():
        reached = [tier for tier, points in FROM.items() if earned[contact] >= points]
        assert row["tier"] == (reached[-1] if reached else "bronze")
        following = next((tier for tier in FROM if tier not in reached), "")
        assert row["next_tier"] == following
        assert row["points_to_next_tier"] == (str(FROM[following] - earned[contact]) if following else "")
        assert row["joined_on"] <= row["tier_since"] < "1998-07-01"


def test_what_expires_next_lies_ahead_and_is_part_of_the_balance() -> None:
    for row in members().values():
        if row["points"] == "0":
            assert row["to_expire"] == row["expires_on"] == ""
            continue
        assert 0 < int(row["to_expire"]) <= int(row["points"])
        expires_on = date.fromisoformat(row["expires_on"])
        assert date(1998, 7, 1) <= expires_on < date(1999, 7, 1)
        assert (expires_on + timedelta(days=1)).day == 1


def test_points_of_the_last_fortnights_purchases_are_pending() -> None:
    dollars: Counter[str] = Counter()
    for purchase in shop().purchases:
        row = members().get(purchase.customer_id)
        if row and purchase.ordered_on >= max(date(1998, 6, 17), date.fromisoformat(row["joined_on"])):
            points = int(purchase.dollar_value.split(".")[0])
            dollars[purchase.customer_id] += points * 3 // 2 if row["plan"] == "collectors" else points
    assert {contact: int(row["pending"]) for contact, row in members().items()} == {c: dollars[c] for c in members()}
    assert sum(count > 0 for count in dollars.values()) > 300


def test_members_differ_and_some_reasons_are_missing() -> None:
    tiers = Counter(row["tier"] for row in members().values())
    assert tiers["bronze"] > tiers["silver"] > tiers["gold"] > tiers["platinum"] > 30
    assert {len(totals(kind)) > 3000 for kind in ("redeemed", "expired")} == {True}
    visits = Counter(str(row["contact_id"]) for row in ledger() if row["reason"] == "check_in")
    assert sum(count > 15 for count in visits.values()) > 500
    assert len(members()) - len(visits) > 2000
    assert 0.002 < sum(row["reason"] is None for row in ledger()) / len(ledger()) < 0.01
