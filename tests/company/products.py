"""Made up: the shop's catalogue of 2,000 CDs, which the CDNOW data does not have: it knows how many were bought, not which.

Categories are the kinds of music that customers tick as interests. A few CDs are in no style yet, a few have no label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random

from tests.company.delivery import Delivery, csv_delivery
from tests.company.people import pick
from tests.company.shop import Shop

SEED = "cdnow products 1"
HOW_MANY = 2_000

CATEGORIES = (
    *(("rock", 0.28), ("pop", 0.22), ("classical", 0.14), ("jazz", 0.12)),
    *(("hip_hop", 0.09), ("country", 0.08), ("soundtrack", 0.07)),
)
STYLES = {
    "rock": ("alternative", "classic rock", "metal", "punk", "progressive"),
    "pop": ("ballads", "dance", "eurodance", "singer-songwriter"),
    "classical": ("baroque", "chamber music", "opera", "romantic", "symphonies"),
    "jazz": ("bebop", "big band", "cool", "fusion", "vocal"),
    "hip_hop": ("east coast", "old school", "west coast"),
    "country": ("bluegrass", "honky-tonk", "nashville"),
    "soundtrack": ("films", "musicals", "television"),
}
LABELS = {
    "rock": ("Anvil Records", "Blue Door", "Gravel Road", "Northlight"),
    "pop": ("Bright Penny", "Northlight", "Parade"),
    "classical": ("Aria Nova", "Kammerton", "Silver Hall"),
    "jazz": ("Blue Door", "Lamplight", "Uptown Sessions"),
    "hip_hop": ("Block Party", "Turnstile"),
    "country": ("Gravel Road", "Wagon Wheel"),
    "soundtrack": ("Parade", "Silver Hall"),
}
ADJECTIVES = (
    *("Blue", "Broken", "Distant", "Electric", "Golden", "Late", "Northern", "Quiet", "Restless", "Silver", "Slow"),
)
NOUNS = (
    *("Avenue", "Bridges", "Carnival", "Harbor", "Letters", "Machines", "Morning", "Rivers", "Satellites", "Winter"),
)
PRICES = (
    *(("9.99", 0.12), ("11.88", 0.22), ("12.99", 0.2), ("14.77", 0.24)),
    *(("16.49", 0.14), ("24.97", 0.06), ("49.96", 0.02)),
)


@dataclass(frozen=True)
class Product:
    """A row of `product`. Prices are dollars as text; missing values are empty."""

    product_id: str
    title: str
    category_path: str
    category: str
    brand: str
    price: str


@cache
def products() -> Sequence[Product]:
    """The whole catalogue in the order of its ids, CD0001 to CD2000; a lower id is no more popular than a higher one."""
    return [_product(number) for number in range(1, HOW_MANY + 1)]


def product_deliveries(shop: Shop) -> Iterator[Delivery]:
    rows = [(p.product_id, p.title, p.category_path, p.category, p.brand, p.price) for p in products()]
    yield csv_delivery("product", "product_id,title,category_path,category,brand,price", rows)


def _product(number: int) -> Product:
    random = Random(f"{SEED}:{number}")
    category = pick(random, CATEGORIES)
    style = "" if random.random() < 0.03 else random.choice(STYLES[category])
    return Product(
        product_id=f"CD{number:04}",
        title=f"{random.choice(ADJECTIVES)} {random.choice(NOUNS)}, Vol. {number}",
        category_path=" > ".join(filter(None, ("music", category.replace("_", "-"), style))),
        category=category,
        brand="" if random.random() < 0.02 else random.choice(LABELS[category]),
        price=pick(random, PRICES),
    )
