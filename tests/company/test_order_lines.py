"""Lines of purchases: made-up CDs whose numbers and amounts are those of the real purchases; stores; money given back."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow.parquet as pq

from tests.company.delivery import Delivery
from tests.company.mailings import END
from tests.company.order_lines import order_line_deliveries
from tests.company.products import products
from tests.company.shop import Shop, open_shop
from tests.company.stores import store_deliveries

Row = dict[str, Any]


@cache
def shop() -> Shop:
    return open_shop()


@cache
def made() -> Sequence[Delivery]:
    return list(order_line_deliveries(shop()))


@cache
def lines() -> list[Row]:
    return pq.read_table(io.BytesIO(made()[0].content)).to_pylist()


@cache
def refunds() -> list[Row]:
    return list(csv.DictReader(io.StringIO(made()[1].content.decode())))


@cache
def stores() -> dict[str, Row]:
    (delivery,) = store_deliveries(shop())
    return {row["store_id"]: row for row in csv.DictReader(io.StringIO(delivery.content.decode()))}


def test_every_purchase_has_its_lines_with_its_customer_its_day_its_cds_and_its_dollars() -> None:
    of_order: dict[str, list[Row]] = defaultdict(list)
    for row in lines():
        of_order[row["order_key"]].append(row)
    assert list(of_order) == [f"o{number:05}" for number in range(1, 69_660)]
    for purchase, own in zip(shop().purchases, of_order.values(), strict=True):
        assert {(row["customer_id"], row["ordered_at"]) for row in own} == {(purchase.customer_id, purchase.ordered_on)}
        assert sum(row["pieces"] for row in own) == int(purchase.number_of_cds)
        assert sum((row["amount"] for row in own), Decimal(0)) == Decimal(purchase.dollar_value)
        assert [row["line"] for row in own] == list(range(1, len(own) + 1))


def test_no_line_is_worth_less_than_nothing_or_without_a_cd() -> None:
    assert min(row["amount"] for row in lines()) == 0
    assert min(row["pieces"] for row in lines()) == 1


def test_products_are_of_the_catalogue_and_missing_on_few_lines() -> None:
    missing = sum(row["product_id"] is None for row in lines())
    assert 0.005 < missing / len(lines()) < 0.015
    assert {row["product_id"] for row in lines()} - {None} <= {product.product_id for product in products()}


def test_who_ticked_a_kind_of_music_buys_more_of_it() -> None:
    category = {product.product_id: product.category for product in products()}
    likes = {person.contact_id for person in shop().people if "jazz" in person.interests.split("|")}
    shares = []
    for of_fans in (True, False):
        bought = [
            category[r["product_id"]] for r in lines() if r["product_id"] and (r["customer_id"] in likes) == of_fans
        ]
        shares.append(bought.count("jazz") / len(bought))
    assert shares[0] > 2.5 * shares[1] > 0.1


def test_purchases_are_collected_whole_in_one_city_and_by_few() -> None:
    store_of: dict[str, set[str | None]] = defaultdict(set)
    cities: dict[str, set[str]] = defaultdict(set)
    for row in lines():
        store_of[row["order_key"]].add(row["store_id"])
        if row["store_id"]:
            cities[row["customer_id"]].add(stores()[row["store_id"]]["city"])
    assert {len(each) for each in store_of.values()} == {1}
    assert {len(each) for each in cities.values()} == {1}
    assert 0.02 < sum(each != {None} for each in store_of.values()) / len(store_of) < 0.1
    assert len(stores()) == 40


def test_refunds_are_for_lines_never_more_than_they_cost_and_days_later() -> None:
    of = {(row["order_key"], row["line"]): row for row in lines()}
    seen = set()
    for refund in refunds():
        key = (refund["order_key"], int(refund["line"]))
        line = of[key]
        assert refund["customer_id"] == line["customer_id"]
        assert 0 < Decimal(refund["amount"]) <= line["amount"]
        at = datetime.fromisoformat(refund["refunded_at"])
        assert timedelta(4) <= at.date() - line["ordered_at"] <= timedelta(41)
        assert at < END
        seen.add(key)
    assert len(seen) == len(refunds()) == len({refund["refund_id"] for refund in refunds()})
    assert 0.015 < len(refunds()) / len(lines()) < 0.04


def test_nothing_lies_outside_the_time_of_the_purchases() -> None:
    assert min(row["ordered_at"] for row in lines()) == date(1997, 1, 1)
    assert max(row["ordered_at"] for row in lines()) == date(1998, 6, 30)
