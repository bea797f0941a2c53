"""The made-up catalogue: 2,000 CDs that a shop could sell, in the kinds of music that customers tick."""

from __future__ import annotations

import csv
import io
from collections import Counter
from decimal import Decimal
from functools import cache

from tests.company.people import INTERESTS
from tests.company.products import product_deliveries
from tests.company.shop import Shop

Row = dict[str, str]


@cache
def rows() -> list[Row]:
    (delivery,) = product_deliveries(Shop([], {}, []))
    return list(csv.DictReader(io.StringIO(delivery.content.decode())))


def test_two_thousand_cds_have_one_row_each() -> None:
    assert len({row["product_id"] for row in rows()}) == len(rows()) == 2_000
    assert (rows()[0]["product_id"], rows()[-1]["product_id"]) == ("CD0001", "CD2000")


def test_a_path_leads_over_the_category_to_a_style_that_a_few_lack() -> None:
    for row in rows():
        assert row["category_path"].split(" > ")[:2] == ["music", row["category"].replace("_", "-")]
    depths = Counter(row["category_path"].count(" > ") + 1 for row in rows())
    assert depths.keys() == {2, 3}
    assert 0.01 < depths[2] / 2_000 < 0.06


def test_categories_are_what_customers_tick_and_no_shelf_is_empty() -> None:
    sizes = Counter(row["category"] for row in rows())
    assert sizes.keys() == set(INTERESTS)
    assert min(sizes.values()) >= 80


def test_labels_sell_several_cds_and_a_few_cds_have_none() -> None:
    sizes = Counter(row["brand"] for row in rows())
    assert 20 <= sizes.pop("") <= 80
    assert min(sizes.values()) >= 20


def test_prices_are_dollars_and_cents_of_a_shop_for_cds() -> None:
    prices = [Decimal(row["price"]) for row in rows()]
    assert all(price.as_tuple().exponent == -2 for price in prices)
    assert min(prices) >= 5
    assert max(prices) <= 50
