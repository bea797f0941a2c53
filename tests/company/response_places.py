"""Made up: where newsletters were opened and their links followed, as far as the network told.

Most answer from home most of the time; some travel, some have a second place, a few never stay and a few move house. Each
person has a random stream of their own, apart from the mailings'. The feed comes as feeds do: by time, some rows late, some
twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from random import Random

import pyarrow as pa

from tests.company.cities import COUNTRIES, City, cities_in, home_of
from tests.company.delivery import Delivery, parquet_delivery
from tests.company.people import pick
from tests.company.shop import Shop

SEED = "cdnow response places 1"
AWAY_RATES = (("0.02", 0.55), ("0.12", 0.30), ("0.40", 0.11), ("0.85", 0.04))
UNPLACED_SHARE = 0.08
"""Of responses, those of which nobody knows where they came from; there is no row of them."""
COUNTRY_ONLY_SHARE = 0.05
LATE_ROWS, ROWS_TWICE = 300, 200

Response = tuple[str, datetime, str, str]


@dataclass(frozen=True)
class Whereabouts:
    """Where a person is found. `second` is a place to which they go again and again, if there is one."""

    home: City
    moves_on: date
    next_home: City
    second: City | None
    away_rate: float

    def on(self, day: date, random: Random) -> City:
        """Where the person is on that day: one draw of the person's stream for each day that is asked."""
        if random.random() >= self.away_rate:
            return self.next_home if day >= self.moves_on else self.home
        if self.second and random.random() < 0.7:
            return self.second
        abroad = random.random() < 0.15
        country = COUNTRIES[int(random.random() * len(COUNTRIES))] if abroad else self.home.country
        return cities_in(country).pick(random.random())


def response_place_deliveries(shop: Shop) -> Iterator[Delivery]:
    rows = sorted(_placed(shop), key=lambda row: (row[1], row[0], row[2]))
    numbered = [(f"r{number:06}", *row) for number, row in enumerate(rows, 1)]
    yield parquet_delivery("email_response_place", _table(_as_fed(numbered)))


def _placed(shop: Shop) -> Iterator[tuple[object, ...]]:
    """Contact, instant, how, campaign, latitude, longitude, city, country of each response with a place."""
    mailings = shop.mailings
    responses: list[Response] = [(c, at, "opened", campaign) for c, at, campaign, _ in mailings.opens]
    responses += [(c, at, "clicked", campaign) for c, at, campaign, _ in mailings.clicks]
    countries = {person.contact_id: person.country for person in shop.people}
    for contact_id, own in groupby(sorted(responses), key=lambda response: response[0]):
        random = Random(f"{SEED}:{contact_id}")
        whereabouts = _whereabouts(random, home_of(contact_id, countries[contact_id]))
        yield from _of_person(random, whereabouts, own)


def _whereabouts(random: Random, home: City) -> Whereabouts:
    neighbours = cities_in(home.country)
    day = date(1997, 6, 1) + timedelta(days=int(random.random() * 360))
    return Whereabouts(
        home=home,
        moves_on=day if random.random() < 0.05 else date.max,
        next_home=neighbours.pick(random.random()),
        second=neighbours.pick(random.random()) if random.random() < 0.4 else None,
        away_rate=float(pick(random, AWAY_RATES)),
    )


def _of_person(random: Random, whereabouts: Whereabouts, responses: Iterator[Response]) -> Iterator[tuple[object, ...]]:
    """What a person does on one day is done in one city."""
    for day, of_day in groupby(responses, key=lambda response: response[1].date()):
        city = whereabouts.on(day, random)
        for contact_id, at, how, campaign in of_day:
            draw, north, east = random.random(), random.random(), random.random()
            if draw < UNPLACED_SHARE:
                continue
            if draw < UNPLACED_SHARE + COUNTRY_ONLY_SHARE:
                yield contact_id, at, how, campaign, None, None, None, city.country
                continue
            latitude = round(city.latitude + (north - 0.5) / 10, 5)
            longitude = round(city.longitude + (east - 0.5) / 10, 5)
            yield contact_id, at, how, campaign, latitude, longitude, city.name, city.country


def _as_fed(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Some rows come after all others, some again."""
    random = Random(SEED)
    late = set(random.sample(range(len(rows)), LATE_ROWS))
    in_time = [row for place, row in enumerate(rows) if place not in late]
    again = random.sample(in_time, ROWS_TWICE)
    return [*in_time, *(rows[place] for place in sorted(late)), *again]


def _table(rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    names = ("response_id", "contact_id", "responded_at", "how", "campaign", "latitude", "longitude", "city", "country")
    types = {"responded_at": pa.timestamp("us", "UTC"), "latitude": pa.float64(), "longitude": pa.float64()}
    return pa.table({
        name: pa.array(column, types.get(name, pa.string())) for name, column in zip(names, columns, strict=True)
    })  # fmt: skip
