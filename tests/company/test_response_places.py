"""Where newsletters were answered: mostly at home, and the feed comes as feeds do."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import pyarrow.parquet as pq

from tests.company.cities import COUNTRIES, cities_in, home_of
from tests.company.mailings import END
from tests.company.response_places import response_place_deliveries
from tests.company.shop import Shop, open_shop

Row = dict[str, Any]


@cache
def shop() -> Shop:
    return open_shop()


@cache
def fed() -> list[Row]:
    (delivery,) = response_place_deliveries(shop())
    return pq.read_table(io.BytesIO(delivery.content)).to_pylist()


@cache
def rows() -> list[Row]:
    """Each response once."""
    return list({row["response_id"]: row for row in fed()}.values())


def test_some_rows_come_twice_and_some_late_and_a_response_is_always_the_same_row() -> None:
    assert len(fed()) - len(rows()) == 200
    assert len({str(sorted(row.items(), key=lambda item: item[0])) for row in fed()}) == len(rows())
    times = [row["responded_at"] for row in fed()][:-200]
    assert times != sorted(times)
    assert times[:-300] == sorted(times[:-300])


def test_every_place_is_of_an_open_or_a_click_at_that_instant_and_most_of_them_have_one() -> None:
    mailings = shop().mailings
    answers = {(c, at, "opened", campaign) for c, at, campaign, _ in mailings.opens}
    answers |= {(c, at, "clicked", campaign) for c, at, campaign, _ in mailings.clicks}
    placed = {(row["contact_id"], row["responded_at"], row["how"], row["campaign"]) for row in rows()}
    assert placed <= answers
    assert 0.88 < len(placed) / len(answers) < 0.95
    assert max(row["responded_at"] for row in rows()) < END


def test_a_place_is_a_point_near_its_city_or_a_country_alone() -> None:
    middles: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for country in COUNTRIES:
        for city in cities_in(country).cities:
            middles[city.name, country].append((city.latitude, city.longitude))
    for row in rows():
        assert row["country"] in COUNTRIES
        parts = {row["city"] is None, row["latitude"] is None, row["longitude"] is None}
        assert len(parts) == 1
        if row["city"] is not None:
            near = middles[row["city"], row["country"]]
            assert any(abs(row["latitude"] - n) < 0.051 and abs(row["longitude"] - e) < 0.051 for n, e in near)
    assert 0.03 < sum(row["city"] is None for row in rows()) / len(rows()) < 0.08


def test_most_answer_from_home_and_some_are_mostly_elsewhere() -> None:
    countries = {person.contact_id: person.country for person in shop().people}
    at_home: Counter[str] = Counter()
    all_: Counter[str] = Counter()
    for row in rows():
        if row["city"] is not None:
            all_[row["contact_id"]] += 1
            at_home[row["contact_id"]] += row["city"] == home_of(row["contact_id"], countries[row["contact_id"]]).name
    assert 0.75 < sum(at_home.values()) / sum(all_.values()) < 0.92
    shares = [at_home[contact] / count for contact, count in all_.items() if count >= 6]
    assert sum(share == 1 for share in shares) > len(shares) / 3
    assert sum(share < 0.4 for share in shares) > len(shares) / 50
