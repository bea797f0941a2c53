"""Made up: visits to the web shop and the pages seen in each, as arrays; the feeds are cut from these in `web`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.company.draws import Draws, Flags, Numbers
from tests.company.feeds import DAY, END_SECONDS, HOUR, Crowd, winter_midnight
from tests.company.order_lines import SEED as ORDER_LINES
from tests.company.order_lines import fill_baskets
from tests.company.shop import Shop
from tests.company.web_words import ACCOUNT, ARTICLE, CART, CATEGORY, CHECKOUT, HOME, PRODUCT, SALE, SEARCH

BY_PHONE_SHARE = 0.14
"""Of the purchases; they leave nothing in the web shop."""

CART_LEFT_SHARE = 0.14
"""Of the browsing visits with three pages or more."""

BROWSED = (
    *((HOME, 0.19), (CATEGORY, 0.18), (PRODUCT, 0.35), (SEARCH, 0.07)),
    *((ARTICLE, 0.09), (SALE, 0.08), (ACCOUNT, 0.04)),
)


@dataclass(frozen=True, eq=False)
class Visits:
    """One of each array for each visit, in order of time. `cents` and `cds`: of the cart at the end; 0 without one.

    `product`: a CD that was bought, as a place in `products()`; -1 where nothing was.
    """

    person: Numbers
    started_at: Numbers
    pages: Numbers
    cents: Numbers
    cds: Numbers
    product: Numbers

    @property
    def bought(self) -> Flags:
        return self.product >= 0

    @property
    def with_cart(self) -> Flags:
        return self.cds > 0


@dataclass(frozen=True, eq=False)
class Pages:
    """One of each array for each page seen. `visit` is a position in the visits, `number` counts a visit's pages from 1."""

    visit: Numbers
    number: Numbers
    kind: Numbers
    seen_at: Numbers
    seconds: Numbers
    is_last: Flags

    @property
    def size(self) -> int:
        return len(self.visit)


def make_visits(shop: Shop, crowd: Crowd, draws: Draws) -> Visits:
    buying, browsing = _buying(shop, crowd, draws), _browsing(crowd, draws)
    order = np.argsort(np.concatenate([buying.started_at, browsing.started_at]), kind="stable")
    both = {name: np.concatenate([getattr(buying, name), getattr(browsing, name)])[order] for name in vars(buying)}
    return Visits(**both)


def see_pages(visits: Visits, draws: Draws) -> Pages:
    """Whoever buys ends with a CD's page, the cart and the checkout; whoever leaves a cart behind with the first two."""
    visit = np.repeat(np.arange(len(visits.pages)), visits.pages)
    first = np.cumsum(visits.pages) - visits.pages
    number = np.arange(len(visit)) - first[visit] + 1
    seconds = 4 + (draws.small(len(visit)) * 190).astype(np.int64)
    before = np.cumsum(seconds) - seconds
    return Pages(
        visit=visit,
        number=number,
        kind=_kinds(visits, visit, visits.pages[visit] - number, draws),
        seen_at=visits.started_at[visit] + before - before[first][visit],
        seconds=seconds,
        is_last=number == visits.pages[visit],
    )


def _kinds(visits: Visits, visit: Numbers, pages_to_go: Numbers, draws: Draws) -> Numbers:
    drawn = np.array([kind for kind, _ in BROWSED])[draws.pick(len(visit), [share for _, share in BROWSED])]
    to_the_end = pages_to_go - visits.bought[visit]
    ends = [visits.bought[visit] & (pages_to_go == 0), visits.with_cart[visit] & (to_the_end == 0)]
    return np.select([*ends, visits.with_cart[visit] & (to_the_end == 1)], [CHECKOUT, CART, PRODUCT], drawn)


def _buying(shop: Shop, crowd: Crowd, draws: Draws) -> Visits:
    numbers = {contact_id: number for number, contact_id in enumerate(crowd.contact_ids.to_pylist())}
    online = np.flatnonzero(~draws.happens(len(shop.purchases), BY_PHONE_SHARE))
    purchases = [shop.purchases[each] for each in online.tolist()]
    baskets = fill_baskets(shop, np.random.Generator(np.random.PCG64(ORDER_LINES)))
    return Visits(
        person=np.array([numbers[purchase.customer_id] for purchase in purchases]),
        started_at=_clock(np.array([winter_midnight(purchase.ordered_on) for purchase in purchases]), draws),
        pages=4 + (draws.small(len(online)) * 9).astype(np.int64),
        cents=np.array([int(purchase.dollar_value.replace(".", "")) for purchase in purchases]),
        cds=np.array([int(purchase.number_of_cds) for purchase in purchases]),
        product=baskets.product[np.searchsorted(baskets.purchase, online)],
    )


def _browsing(crowd: Crowd, draws: Draws) -> Visits:
    """One in eight never only looks; who bought once looks around soon after that, who bought again does all the time."""
    again = crowd.orders > 1
    liking = draws.uniform(crowd.size)
    rates = 22 * liking * liking * liking * np.where(again, 1.4, 0.7) * ~draws.happens(crowd.size, 0.125)
    person = np.repeat(np.arange(crowd.size), draws.counts(rates))
    span = (END_SECONDS - crowd.registered_at) * np.where(again, 1.0, draws.uniform(crowd.size))
    days = (draws.uniform(len(person)) * span[person] / DAY).astype(np.int64)
    pages = 1 + (draws.small(len(person)) * 10).astype(np.int64)
    cds = np.where(
        draws.happens(len(person), CART_LEFT_SHARE) & (pages >= 3),
        1 + (draws.small(len(person)) * 6).astype(np.int64),
        0,
    )
    return Visits(
        person=person,
        started_at=_clock(crowd.registered_at[person] + days * DAY, draws),
        pages=pages,
        cents=cds * (999 + draws.below(len(person), 800)),
        cds=cds,
        product=np.full(len(person), -1),
    )


def _clock(midnights: Numbers, draws: Draws) -> Numbers:
    """Some time between six in the morning and a quarter to ten, more often in the evening."""
    evening = np.maximum(draws.uniform(len(midnights)), draws.uniform(len(midnights)))
    return midnights + 6 * HOUR + (evening * 15.75 * HOUR).astype(np.int64)
