"""Made up: forty stores in the largest cities, where purchases can be collected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tests.company.cities import COUNTRIES, City, cities_in, home_of
from tests.company.delivery import Delivery, csv_delivery
from tests.company.people import Person
from tests.company.shop import Shop

HOW_MANY = {"US": 24, "CA": 5, "GB": 4, "DE": 3, "AU": 2, "JP": 2}


@dataclass(frozen=True)
class Store:
    """A row of `store`."""

    store_id: str
    city: City


@cache
def stores() -> Sequence[Store]:
    """By country, the largest city first."""
    cities = [city for country in COUNTRIES for city in cities_in(country).largest(HOW_MANY[country])]
    return [Store(f"S{number:02}", city) for number, city in enumerate(cities, 1)]


def stores_of(people: Sequence[Person]) -> list[str]:
    """For each person the id of the store where they live; empty for most."""
    by_city = {(store.city.name, store.city.country, store.city.latitude): store.store_id for store in stores()}
    homes = (home_of(person.contact_id, person.country) for person in people)
    return [by_city.get((home.name, home.country, home.latitude), "") for home in homes]


def store_deliveries(shop: Shop) -> Iterator[Delivery]:
    rows = [
        (s.store_id, s.city.name, s.city.country, s.city.latitude, s.city.longitude, s.city.time_zone) for s in stores()
    ]
    yield csv_delivery("store", "store_id,city,country,latitude,longitude,time_zone", rows)
