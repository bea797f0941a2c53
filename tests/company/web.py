"""Made up: what customers do in the shop's pages, in seven feeds of Parquet files as an analytics program exports them.

Six of seven real purchases were made in the web shop: each has a visit that ends with a checkout on its day, of its value
and its number of CDs. The other visits are browsing, more of them by who bought again, and some leave a full cart behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from tests.company.delivery import Delivery, parquet_delivery
from tests.company.draws import Draws, Numbers
from tests.company.feeds import (
    KINDS_OF_MUSIC,
    MUSIC_SHARES,
    Crowd,
    Shelf,
    arrived,
    crowd_of,
    dollars,
    drawn_words,
    open_shelf,
    whole_numbers,
    words,
)
from tests.company.shop import Shop
from tests.company.web_visits import Pages, Visits, make_visits, see_pages
from tests.company.web_words import (
    ACCOUNT,
    ARTICLE,
    ARTICLES,
    CART,
    CATEGORY,
    CHECKOUT,
    DEVICES,
    PAGE_TYPES,
    PAYMENTS,
    PRODUCT,
    SEARCH,
    SEARCHES,
    TAGS,
    VISITED_FROM,
)

SEED = 1997_01
TAGGED = (
    *((SEARCH, "search", 1.0), (PRODUCT, "sample_played", 0.14), (PRODUCT, "wishlist_add", 0.05)),
    *((PRODUCT, "review_read", 0.08), (ARTICLE, "article_shared", 0.04), (ACCOUNT, "newsletter_signup", 0.12)),
)
"""The type of a page, a tag that its script may set, and how often it does."""


def web_deliveries(shop: Shop) -> Iterator[Delivery]:
    crowd, draws = crowd_of(shop, SEED), Draws(SEED + 1)
    visits = make_visits(shop, crowd, draws)
    web = Web(crowd, open_shelf(), visits, see_pages(visits, draws), draws)
    feeds = {
        "web_session": web.sessions(),
        "page_view": web.page_views(),
        "product_view": web.product_views(),
        "category_view": web.category_views(),
        "cart_update": web.cart_updates(),
        "checkout": web.checkouts(),
        "web_tag": web.tags(),
    }
    for source, rows in feeds.items():
        yield parquet_delivery(source, rows)


@dataclass(frozen=True, eq=False)
class Web:
    """Visits and their pages; the properties have one value for each page."""

    crowd: Crowd
    shelf: Shelf
    visits: Visits
    pages: Pages
    draws: Draws

    @cached_property
    def category(self) -> Numbers:
        """The person's own kind of music for three of five, else any."""
        any_kind = self.draws.pick(self.pages.size, MUSIC_SHARES)
        own = self.draws.happens(self.pages.size, 0.6)
        return np.where(own, self.crowd.taste[self.visits.person[self.pages.visit]], any_kind)

    @cached_property
    def product(self) -> Numbers:
        """A CD that the person has in mind for long, one that the visit is about, or any of the category. A visit that buys
        is about a CD that is bought, and shows it before the cart."""
        visits, visit, draws = self.visits, self.pages.visit, self.draws
        in_mind = self.shelf.draw(draws, self.crowd.taste)[visits.person]
        about = np.where(visits.bought, visits.product, self.shelf.draw(draws, self.crowd.taste[visits.person]))
        which, drawn = draws.uniform(self.pages.size), self.shelf.draw(draws, self.category)
        before_cart = visits.bought[visit] & (self.pages.number == visits.pages[visit] - 2)
        return np.select([before_cart | (which < 0.35), which < 0.5], [about[visit], in_mind[visit]], drawn)

    @cached_property
    def path(self) -> pa.Array:
        kinds = [f"/{kind}".replace("/home", "/") for kind in PAGE_TYPES]
        categories = [f"/category/{category}" for category in KINDS_OF_MUSIC]
        articles = [f"/article/{article}" for article in ARTICLES]
        products = [f"/product/{product_id}" for product_id in self.shelf.ids.to_pylist()]
        kind, after_categories = self.pages.kind, len(kinds) + len(categories)
        item = {
            CATEGORY: len(kinds) + self.category,
            ARTICLE: after_categories + self.draws.below(self.pages.size, len(articles)),
            PRODUCT: after_categories + len(articles) + self.product,
        }
        chosen = np.select([kind == each for each in item], list(item.values()), kind)
        return words(chosen, [*kinds, *categories, *articles, *products])

    def sessions(self) -> pa.Table:
        visits, draws = self.visits, self.draws
        rows = len(visits.person)
        seconds = np.bincount(self.pages.visit, weights=self.pages.seconds).astype(np.int64)
        columns = {
            "session_id": whole_numbers(np.arange(rows) + 1),
            "contact_id": words(visits.person, self.crowd.contact_ids),
            "duration_seconds": whole_numbers(seconds, draws.happens(rows, 0.03)),
            "device": drawn_words(DEVICES, rows, draws, missing=0.02),
            "landing": self.path.take(pa.array(np.flatnonzero(self.pages.number == 1))),
            "came_from": drawn_words(VISITED_FROM, rows, draws, missing=0.05),
        }
        return arrived("started_at", visits.started_at, columns, draws)

    def page_views(self) -> pa.Table:
        everything = np.arange(self.pages.size)
        columns = {
            "page": self.path,
            "page_type": words(self.pages.kind, PAGE_TYPES),
            "seconds": whole_numbers(self.pages.seconds, self.pages.is_last),
        }
        return self._feed("viewed_at", everything, columns)

    def product_views(self) -> pa.Table:
        rows = np.flatnonzero(self.pages.kind == PRODUCT)
        return self._feed("viewed_at", rows, {"product_id": words(self.product[rows], self.shelf.ids)})

    def category_views(self) -> pa.Table:
        rows = np.flatnonzero(self.pages.kind == CATEGORY)
        return self._feed("viewed_at", rows, {"category": words(self.category[rows], KINDS_OF_MUSIC)})

    def cart_updates(self) -> pa.Table:
        """The first CD of several is put in on the page before the cart; a few carts that are left are emptied there."""
        visits, pages = self.visits, self.pages
        at_cart = np.flatnonzero((pages.kind == CART) & visits.with_cart[pages.visit])
        before = at_cart[visits.cds[pages.visit[at_cart]] > 1] - 1
        visit = pages.visit[np.concatenate([before, at_cart])]
        emptied = ~visits.bought[visit] & self.draws.happens(len(visit), 0.08)
        full = np.where(emptied, 0, 1)
        full[: len(before)] = 1
        one = np.arange(len(visit)) < len(before)
        columns = {
            "value": dollars(
                np.where(one, visits.cents[visit] // np.maximum(visits.cds[visit], 1), visits.cents[visit]) * full
            ),
            "items": whole_numbers(np.where(one, 1, visits.cds[visit]) * full),
        }
        return self._feed("updated_at", np.concatenate([before, at_cart]), columns)

    def checkouts(self) -> pa.Table:
        rows = np.flatnonzero(self.pages.kind == CHECKOUT)
        visit = self.pages.visit[rows]
        columns = {
            "value": dollars(self.visits.cents[visit]),
            "items": whole_numbers(self.visits.cds[visit]),
            "payment": drawn_words(PAYMENTS, len(rows), self.draws, missing=0.01),
        }
        return self._feed("checked_out_at", rows, columns)

    def tags(self) -> pa.Table:
        """What a page's script noted: the words of a search and what it showed, the CD that was heard, noted, read of."""
        draws, kind = self.draws, self.pages.kind
        set_on = [np.flatnonzero((kind == type_) & draws.happens(self.pages.size, share)) for type_, _, share in TAGGED]
        rows = np.concatenate(set_on)
        name = np.repeat([TAGS.index(name) for _, name, _ in TAGGED], [len(each) for each in set_on])
        searched, about_cd = name == TAGS.index("search"), kind[rows] == PRODUCT
        results = np.where(draws.happens(len(rows), 0.12), 0, draws.below(len(rows), 60))
        term = (draws.small(len(rows)) * len(SEARCHES)).astype(np.int64)
        columns = {
            "name": words(name, TAGS),
            "search_words": words(term, SEARCHES, ~searched | draws.happens(len(rows), 0.02)),
            "results": whole_numbers(results, ~searched),
            "product_id": words(self.product[rows], self.shelf.ids, ~about_cd),
            "seconds": whole_numbers(5 + draws.below(len(rows), 86), name != TAGS.index("sample_played")),
        }
        return self._feed("tagged_at", rows, columns)

    def _feed(self, time: str, rows: Numbers, columns: dict[str, pa.Array]) -> pa.Table:
        """Rows of these pages: who saw which page of which visit when, and `columns`, one value for each of the rows."""
        keys = {
            "session_id": whole_numbers(self.pages.visit[rows] + 1),
            "page_no": whole_numbers(self.pages.number[rows]),
            "contact_id": words(self.visits.person[self.pages.visit[rows]], self.crowd.contact_ids),
        }
        return arrived(time, self.pages.seen_at[rows], {**keys, **columns}, self.draws)
