"""Where customers live: real cities, made-up homes that never change."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from zoneinfo import ZoneInfo

from tests.company.cities import COUNTRIES, City, cities_in, city_of, home_of

IDS = [f"{number:05}" for number in range(1, 2001)]
FORMS = {"US": r"\d{5}", "CA": r"[A-Z]\d[A-Z] \d[A-Z]\d", "GB": r"[A-Z]{2}\d \d[A-Z]{2}", "DE": r"\d{5}", "AU": r"\d{4}",
         "JP": r"\d{3}-\d{4}"}  # fmt: skip
HASH = "3fe89aeeb1f9a7c42e1f2f401c85f651521a8b64d53a910550087387c914efd5"


def of_file(country: str) -> list[City]:
    return [city for each in IDS if (city := city_of(each, country))]


def test_every_machine_says_the_same_cities() -> None:
    written = "\n".join(str(city_of(each, country)) for country in COUNTRIES for each in IDS)
    assert hashlib.sha256(written.encode()).hexdigest() == HASH


def test_without_a_country_there_is_no_city_and_for_some_with_one_neither() -> None:
    assert {city_of(each, "") for each in IDS} == {None}
    assert 0.02 < 1 - len(of_file("US")) / len(IDS) < 0.06


def test_a_known_city_is_the_home_but_for_its_postal_code() -> None:
    for each in IDS:
        known, home = city_of(each, "DE"), home_of(each, "DE")
        assert known is None or known.postal_code in ("", home.postal_code)
        assert known is None or (known.name, known.latitude, known.longitude) == (
            home.name,
            home.latitude,
            home.longitude,
        )


def test_large_cities_have_most_people() -> None:
    names = Counter(city.name for city in of_file("GB"))
    assert names.most_common(1)[0][0] == "London"
    assert len(names) > 200
    assert not {city.name for city in cities_in("US").cities} & {"Brooklyn", "The Bronx"}


def test_postal_codes_have_the_form_of_their_country_and_neighbours_share_the_first_part() -> None:
    for country, form in FORMS.items():
        codes = [city.postal_code for city in of_file(country)]
        assert all(not code or re.fullmatch(form, code) for code in codes), country
        assert 0.03 < codes.count("") / len(codes) < 0.07, country
    london = {city.postal_code[:3] for city in of_file("GB") if city.name == "London" and city.postal_code}
    assert len(london) == 1


def test_every_city_lies_on_earth_in_a_zone_that_exists() -> None:
    for country in COUNTRIES:
        for city in cities_in(country).cities:
            assert city.country == country
            assert -90 < city.latitude < 90
            assert -180 < city.longitude <= 180
    assert all(ZoneInfo(city.time_zone) for city in {city.time_zone: city for city in of_file("AU")}.values())
