"""Made up: which CDs were bought, where some were collected, and what was given back.

The purchases are real and know how many CDs and how many dollars: the lines of a purchase hold as many CDs, and their
amounts add up to its dollars to the cent. Who ticked a kind of music buys more of it; whom nobody asked has tastes, too.
Whole-number and plain float arithmetic only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa

from tests.company.delivery import Delivery, csv_delivery, parquet_delivery
from tests.company.mailings import END
from tests.company.people import INTERESTS
from tests.company.products import CATEGORIES, products
from tests.company.shop import Shop
from tests.company.stores import stores_of

SEED = 19_980_701
REASONS = ("disliked", "damaged", "wrong_item", "late")
REASON_BOUNDS = np.array([0.5, 0.75, 0.9])


@dataclass(frozen=True)
class Baskets:
    """One element for each line, by purchase, then by line: places in `shop.purchases` and `products()`, and numbers."""

    purchase: np.ndarray
    line: np.ndarray
    product: np.ndarray
    pieces: np.ndarray
    cents: np.ndarray


def order_line_deliveries(shop: Shop) -> Iterator[Delivery]:
    """Lines as a typed export, what was given back as a text file of the returns desk."""
    random = np.random.Generator(np.random.PCG64(SEED))
    baskets = fill_baskets(shop, random)
    yield parquet_delivery("order_line", _line_table(shop, baskets, random))
    header = "customer_id,refund_id,refunded_at,order_key,line,amount,reason"
    yield csv_delivery("order_refund", header, _refunds(shop, baskets, random))


def fill_baskets(shop: Shop, random: np.random.Generator) -> Baskets:
    """As many CDs as were bought; several of one title are one line."""
    cds = np.array([int(purchase.number_of_cds) for purchase in shop.purchases])
    purchases = np.repeat(np.arange(len(cds)), cds)
    drawn = _draw_products(_tastes(shop, random)[_customers(shop)[purchases]], random)
    titles, pieces = np.unique(purchases * len(products()) + drawn, return_counts=True)
    purchase, product = np.divmod(titles, len(products()))
    first = np.searchsorted(purchase, np.arange(len(cds)))
    line = np.arange(len(purchase)) - first[purchase] + 1
    return Baskets(purchase, line, product, pieces, _shared_out(shop, purchase, product, pieces, first))


def _customers(shop: Shop) -> np.ndarray:
    """The place in `shop.people` of each purchase's customer."""
    places = {person.contact_id: place for place, person in enumerate(shop.people)}
    return np.array([places[purchase.customer_id] for purchase in shop.purchases])


def _tastes(shop: Shop, random: np.random.Generator) -> np.ndarray:
    """A row a person: upper bounds of the shares of categories, in the order of INTERESTS; the last is 1."""
    usual = np.array([dict(CATEGORIES)[category] for category in INTERESTS])
    ticked = np.array([[interest in person.interests.split("|") for interest in INTERESTS] for person in shop.people])
    liking = random.random((len(shop.people), len(INTERESTS)))
    weights = usual * (0.1 + liking * liking) * np.where(ticked, 6.0, 1.0)
    bounds = np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)
    bounds[:, -1] = 1.0
    return bounds


def _draw_products(bounds: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """For each CD a category by taste, and in it a title: few sell often, many seldom."""
    category = (random.random(len(bounds))[:, None] >= bounds).sum(axis=1)
    draw = random.random(len(bounds))
    of_category = np.array([INTERESTS.index(product.category) for product in products()])
    drawn = np.empty(len(bounds), dtype=np.int64)
    for place in range(len(INTERESTS)):
        titles = np.flatnonzero(of_category == place)
        titles = titles[np.argsort(random.random(len(titles)), kind="stable")]
        sales = np.cumsum(1.0 / (np.arange(len(titles)) + 8.0))
        cds = np.flatnonzero(category == place)
        drawn[cds] = titles[np.searchsorted(sales, draw[cds] * sales[-1], side="right")]
    return drawn


def _shared_out(
    shop: Shop, purchase: np.ndarray, product: np.ndarray, pieces: np.ndarray, first: np.ndarray
) -> np.ndarray:
    """Cents of each line: its part of the purchase's dollars by list prices, the last line's part whatever is left."""
    dollars = np.array([int(purchase.dollar_value.replace(".", "")) for purchase in shop.purchases])
    prices = np.array([int(product.price.replace(".", "")) for product in products()])
    so_far = np.concatenate([[0], np.cumsum(prices[product] * pieces)])
    lines = np.arange(len(purchase))
    begin, end = so_far[first], so_far[np.append(first[1:], len(purchase))]
    whole = (end - begin)[purchase]
    upto, before = (so_far[lines + shift] - begin[purchase] for shift in (1, 0))
    return dollars[purchase] * upto // whole - dollars[purchase] * before // whole


def _line_table(shop: Shop, baskets: Baskets, random: np.random.Generator) -> pa.Table:
    """The product is missing on one line in a hundred; where a store is, one purchase in four was collected there."""
    stores = np.array(stores_of(shop.people))[_customers(shop)]
    collected = np.where(random.random(len(stores)) < 0.25, stores, "")[baskets.purchase]
    ids = np.array([product.product_id for product in products()])[baskets.product]
    lost = random.random(len(ids)) < 0.01
    customers = np.array([purchase.customer_id for purchase in shop.purchases])
    days = np.array([purchase.ordered_on for purchase in shop.purchases], dtype="datetime64[D]")
    return pa.table({
        "customer_id": pa.array(customers[baskets.purchase]),
        "order_key": pa.array(_order_keys(baskets.purchase)),
        "line": pa.array(baskets.line),
        "ordered_at": pa.array(days[baskets.purchase]),
        "product_id": pa.array(ids, mask=lost),
        "pieces": pa.array(baskets.pieces),
        "amount": pa.array([Decimal(cents).scaleb(-2) for cents in baskets.cents.tolist()], pa.decimal128(12, 2)),
        "store_id": pa.array(collected, mask=collected == ""),
    })  # fmt: skip


def _order_keys(purchases: np.ndarray) -> list[str]:
    """The real data has no keys: the n-th purchase in it is `o` and n."""
    return [f"o{place + 1:05}" for place in purchases.tolist()]


def _refunds(shop: Shop, baskets: Baskets, random: np.random.Generator) -> Iterator[tuple[object, ...]]:
    """About one line in forty, more of a few customers; 4 to 40 days later, all of it or half, nothing after the end."""
    habit = np.where(random.random(len(shop.people)) < 0.05, 0.15, 0.02)[_customers(shop)][baskets.purchase]
    returned = np.flatnonzero((random.random(len(habit)) < habit) & (baskets.cents > 1))
    draws = random.random((4, len(returned)))
    keys = _order_keys(baskets.purchase[returned])
    number = 0
    for place, key, (later, hour, half, why) in zip(returned.tolist(), keys, draws.T.tolist(), strict=True):
        purchase = shop.purchases[baskets.purchase[place]]
        day = datetime(*purchase.ordered_on.timetuple()[:3], tzinfo=UTC) + timedelta(days=4 + int(later * 37))
        at = day + timedelta(seconds=14 * 3600 + int(hour * 8 * 3600))
        if at >= END:
            continue
        number += 1
        cents = int(baskets.cents[place]) // (2 if half < 0.15 else 1)
        reason = REASONS[int(np.searchsorted(REASON_BOUNDS, why, side="right"))]
        amount = f"{cents // 100}.{cents % 100:02}"
        yield purchase.customer_id, f"f{number:05}", at, key, int(baskets.line[place]), amount, reason
