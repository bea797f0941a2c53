"""The loyalty club as its software exports it: members as CSV, the ledger of points as Parquet, a few lines of it twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pyarrow as pa

from tests.company.delivery import Delivery, csv_delivery, parquet_delivery
from tests.company.loyalty import SEED, TIERS, Account, Entry, accounts
from tests.company.shop import Shop

SHOP_ZONE = ZoneInfo("America/New_York")
COLUMNS = "contact_id,joined_on,plan,tier,tier_since,points,pending,to_expire,expires_on,next_tier,points_to_next_tier"


def loyalty_deliveries(shop: Shop) -> Iterator[Delivery]:
    members = accounts(shop.people, shop.bought)
    yield csv_delivery("loyalty", COLUMNS, [_member(account) for account in members])
    yield parquet_delivery("points", _ledger([entry for account in members for entry in account.entries]))


def _member(account: Account) -> tuple[object, ...]:
    expires_on, to_expire = account.expires_next() or ("", "")
    following = TIERS[account.tier + 1] if account.tier + 1 < len(TIERS) else None
    next_tier, missing = (following[0], following[1] - account.earned) if following else ("", "")
    return (
        account.contact_id, account.joined_on, account.plan, TIERS[account.tier][0], account.tier_since, account.balance,
        account.pending, to_expire, expires_on, next_tier, missing,
    )  # fmt: skip


def _ledger(entries: list[Entry]) -> pa.Table:
    """In the order of time, numbered; one line in five hundred is delivered twice, and one in two hundred has no reason."""
    random = Random(f"{SEED}:ledger")
    rows: list[tuple[str, str, datetime, str, str | None, int]] = []
    for number, entry in enumerate(sorted(entries, key=lambda entry: (entry.booked_at, entry.contact_id)), 1):
        booked_at = entry.booked_at.replace(tzinfo=SHOP_ZONE).astimezone(UTC)
        reason = None if random.random() < 0.005 else entry.reason
        row = (f"P{number:06}", entry.contact_id, booked_at, entry.kind, reason, entry.points)
        rows += [row, row] if random.random() < 0.002 else [row]
    ids, contacts, instants, kinds, reasons, points = zip(*rows, strict=True)
    return pa.table(
        {
            "entry_id": pa.array(ids),
            "contact_id": pa.array(contacts),
            "booked_at": pa.array(instants, pa.timestamp("us", tz="UTC")),
            "kind": pa.array(kinds),
            "reason": pa.array(reasons, pa.string()),
            "points": pa.array(points, pa.int64()),
        }
    )
