"""What large made-up feeds have in common: the crowd that they are about, columns from whole arrays, and how rows arrive.

Instants are whole seconds since 1970, UTC, until a table is delivered. Days of the shop are those of New York; where only a
day matters its midnight in winter is taken, so that a clock time between 6:00 and 23:00 is on that day all year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from tests.company.draws import Draws, Flags, Numbers
from tests.company.mailings import END
from tests.company.products import CATEGORIES, products
from tests.company.shop import Shop

HOUR, DAY = 3_600, 86_400
END_SECONDS = int(END.timestamp())
LATE_SHARE, AGAIN_SHARE = 0.005, 0.003
KINDS_OF_MUSIC = [category for category, _ in CATEGORIES]
MUSIC_SHARES = [share for _, share in CATEGORIES]
GONE = 20
"""CDs that people still find, and that the catalogue no longer lists."""


@dataclass(frozen=True, eq=False)
class Crowd:
    """The contacts in the shop's order, an array for each property; `taste` is a position in KINDS_OF_MUSIC."""

    contact_ids: pa.Array
    registered_at: Numbers
    orders: Numbers
    taste: Numbers

    @property
    def size(self) -> int:
        return len(self.contact_ids)


@dataclass(frozen=True, eq=False)
class Shelf:
    """Product numbers by category, and ids by number; those beyond the catalogue are CDs that it no longer lists."""

    ids: pa.Array
    by_category: Numbers
    first: Numbers
    sizes: Numbers

    def draw(self, draws: Draws, categories: Numbers) -> Numbers:
        """A product for each row, of its category; a few of each category are looked at far more often than the others."""
        places = (draws.small(len(categories)) * self.sizes[categories]).astype(np.int64)
        drawn = self.by_category[self.first[categories] + places]
        gone = draws.happens(len(categories), 0.004)
        return np.where(gone, len(self.by_category) + draws.below(len(categories), GONE), drawn)


def open_shelf() -> Shelf:
    categories = np.array([KINDS_OF_MUSIC.index(product.category) for product in products()])
    sizes = np.bincount(categories, minlength=len(KINDS_OF_MUSIC))
    ids = [product.product_id for product in products()] + [f"CD{9_001 + number}" for number in range(GONE)]
    return Shelf(pa.array(ids), np.argsort(categories, kind="stable"), np.cumsum(sizes) - sizes, sizes)


def crowd_of(shop: Shop, seed: int) -> Crowd:
    """Everybody likes a kind of music that they ticked, or, where they ticked none, one drawn by chance."""
    draws = Draws(seed)
    taste = draws.pick(len(shop.people), MUSIC_SHARES)
    which = draws.uniform(len(shop.people))
    for number, person in enumerate(shop.people):
        if ticked := person.interests.split("|") if person.interests else []:
            taste[number] = KINDS_OF_MUSIC.index(ticked[int(which[number] * len(ticked))])
    return Crowd(
        contact_ids=pa.array([person.contact_id for person in shop.people]),
        registered_at=np.array([winter_midnight(person.registered_on) for person in shop.people]),
        orders=np.array([len(shop.days[person.contact_id]) for person in shop.people]),
        taste=taste,
    )


def winter_midnight(day: date) -> int:
    return (day - date(1970, 1, 1)).days * DAY + 5 * HOUR


def words(codes: Numbers, of: pa.Array | Sequence[str], missing: Flags | None = None) -> pa.Array:
    """The word that each code is the position of."""
    indices = pa.array(codes.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(indices, of if isinstance(of, pa.Array) else pa.array(of))


def drawn_words(shares: Sequence[tuple[str, float]], rows: int, draws: Draws, missing: float = 0.0) -> pa.Array:
    """One of the words for each row, each with its share; missing for so large a share of the rows."""
    codes = draws.pick(rows, [share for _, share in shares])
    return words(codes, [word for word, _ in shares], draws.happens(rows, missing))


def whole_numbers(values: Numbers, missing: Flags | None = None) -> pa.Array:
    return pa.array(values, mask=missing)


def dollars(cents: Numbers) -> pa.Array:
    """Exact decimals of two places."""
    halves = np.stack([cents, cents >> 63], axis=1)
    return pa.Array.from_buffers(pa.decimal128(10, 2), len(cents), [None, pa.py_buffer(halves.tobytes())])


def instants(seconds: Numbers) -> pa.Array:
    return pa.array(seconds * 1_000_000).cast(pa.timestamp("us", "UTC"))


def send_out(campaigns: Numbers, since: Numbers, until: Numbers) -> tuple[Numbers, Numbers]:
    """Receiver and campaign of each message: every campaign goes to those who had begun by then and not ended."""
    first, end = np.searchsorted(campaigns, since), np.searchsorted(campaigns, until)
    counts = np.maximum(end - first, 0)
    receiver = np.repeat(np.arange(len(counts)), counts)
    return receiver, first[receiver] + np.arange(len(receiver)) - (np.cumsum(counts) - counts)[receiver]


def campaign_names(kind: str, campaigns: Numbers) -> list[str]:
    """`push_1998_06_18` for the one of that day."""
    return [f"{kind}_{datetime.fromtimestamp(at, UTC):%Y_%m_%d}" for at in campaigns.tolist()]


def arrived(time: str, happened_at: Numbers, columns: dict[str, pa.Array], draws: Draws) -> pa.Table:
    """The rows before the end, in order of arrival: a few come days late, a few come twice."""
    rows = np.flatnonzero(happened_at < END_SECONDS)
    late = draws.happens(len(rows), LATE_SHARE) * draws.below(len(rows), 3 * DAY)
    again = np.flatnonzero(draws.happens(len(rows), AGAIN_SHARE))
    arrived_at = np.concatenate([happened_at[rows] + late, happened_at[rows][again] + draws.below(len(again), DAY)])
    order = np.concatenate([rows, rows[again]])[np.argsort(arrived_at, kind="stable")]
    table = pa.table(
        {time: instants(happened_at[order]), **{name: each.take(pa.array(order)) for name, each in columns.items()}}
    )
    return _plain(table)


def _plain(table: pa.Table) -> pa.Table:
    """Words in full in place of their codes."""
    types = [
        pa.field(field.name, pa.string() if pa.types.is_dictionary(field.type) else field.type)
        for field in table.schema
    ]
    return table.cast(pa.schema(types))
