"""Made up: names, addresses, work and family of each customer, and what was agreed with them beside the newsletter.

Each person has a random stream of their own, apart from the one of `people`. Values are as people type them: with
umlauts and apostrophes, and missing where nothing was said.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.company.cities import city_of
from tests.company.people import Person, pick

SEED = "cdnow profiles 1"
LAST_DAY = date(1998, 6, 30)

FIRST_NAMES = {
    ("en", "female"): (
        *("Mary", "Patricia", "Linda", "Barbara", "Susan", "Jennifer", "Lisa", "Karen", "Donna", "Michelle", "Laura"),
        *("Emily", "Ann", "Annette", "Marianne", "Joanne", "Grace", "Chloë", "Zoë", "Rosa", "Carmen"),
    ),
    ("en", "male"): (
        *("James", "John", "Robert", "Michael", "William", "David", "Richard", "Charles", "Thomas", "Christopher"),
        *("Daniel", "Paul", "Mark", "Kevin", "Brian", "Scott", "José", "Luis", "Sean", "Patrick", "André"),
    ),
    ("de", "female"): ("Anna", "Sabine", "Petra", "Claudia", "Jördis", "Käthe", "Ulrike", "Heike", "Birgit", "Anke"),
    ("de", "male"): ("Jürgen", "Günter", "Hans", "Thomas", "Stefan", "Björn", "Uwe", "Wolfgang", "Jens", "Götz"),
    ("ja", "female"): ("Yuko", "Keiko", "Akiko", "Naoko", "Tomoko", "Mariko", "Emi", "Sachiko"),
    ("ja", "male"): ("Hiroshi", "Takashi", "Kenji", "Makoto", "Akira", "Kazuo", "Shin", "Yuji"),
}
LAST_NAMES = {
    "en": (
        *("Smith", "Johnson", "Williams", "Brown", "Jones", "Miller", "Davis", "Garcia", "Rodriguez", "Wilson"),
        *("Martinez", "Anderson", "Taylor", "Moore", "Jackson", "Martin", "Lee", "Thompson", "White", "Lopez", "Núñez"),
        *("Clark", "Lewis", "Walker", "Hall", "O'Brien", "O'Neill", "McDonald", "MacLeod", "Smithson", "van Dyke"),
    ),
    "de": ("Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Bäcker", "Groß", "Köhler", "von Berg", "Schäfer"),
    "ja": ("Sato", "Suzuki", "Takahashi", "Tanaka", "Watanabe", "Ito", "Yamamoto", "Kobayashi"),
}
NAMED_AS = {"DE": "de", "JP": "ja"}
PROVIDERS = (("mail.example.com", 0.4), ("web.example.net", 0.3), ("post.example.org", 0.2), ("music.example.com", 0.1))
BUSINESSES = ("Records", "Hardware", "Books", "Insurance", "Dental Care", "Bakery", "Software", "School District")
FORMS = {"US": "Inc.", "CA": "Inc.", "GB": "Ltd", "AU": "Pty Ltd", "DE": "GmbH", "JP": "K.K."}
JOBS = (
    *(("student", 0.16), ("teacher", 0.09), ("software engineer", 0.08), ("engineer", 0.06), ("nurse", 0.07)),
    *(("sales manager", 0.07), ("store manager", 0.05), ("accountant", 0.06), ("musician", 0.06), ("lawyer", 0.04)),
    *(("self-employed", 0.08), ("retired", 0.07), ("journalist", 0.04), ("driver", 0.07)),
)
CHILDREN = (("", 0.42), ("0", 0.27), ("1", 0.13), ("2", 0.12), ("3", 0.045), ("4", 0.01), ("5", 0.005))
REGISTERED_FROM = (
    *(("search", 0.31), ("partner_site", 0.22), ("magazine", 0.14), ("radio", 0.11), ("friend", 0.12), ("fair", 0.03)),
    ("", 0.07),
)
SMS_OPT_INS = (("true", 0.5), ("false", 0.38), ("", 0.12))


@dataclass(frozen=True)
class Profile:
    """The further columns of a row of `contacts`, in their order there. Missing values are empty."""

    first_name: str
    last_name: str
    email: str
    city: str
    postal_code: str
    company: str
    job: str
    children: str
    registered_from: str
    own_time_zone: str
    mobile_phone: str
    sms_opt_in: str
    catalog_until: str
    profile_changed_on: str


def profile(person: Person) -> Profile:
    """The same profile every time for the same person."""
    random = Random(f"{SEED}:{person.contact_id}")
    first, last = _name(random, person)
    city = city_of(person.contact_id, person.country)
    company = _company(random, person.country, city.name if city else "", last)
    phone = _phone(random)
    return Profile(
        first_name=first if random.random() < 0.97 else "",
        last_name=last if random.random() < 0.98 else "",
        email=_email(random, person, first, last, company),
        city=city.name if city else "",
        postal_code=city.postal_code if city else "",
        company=company,
        job=pick(random, JOBS) if random.random() < 0.6 else "",
        children=pick(random, CHILDREN),
        registered_from=pick(random, REGISTERED_FROM),
        own_time_zone=city.time_zone if city else "",
        mobile_phone=phone,
        sms_opt_in=pick(random, SMS_OPT_INS) if phone else "",
        catalog_until=_catalog_until(random, person.registered_on),
        profile_changed_on=_changed_on(random, person.registered_on),
    )


def _name(random: Random, person: Person) -> tuple[str, str]:
    tongue = NAMED_AS.get(person.country, "en")
    gender = person.gender if person.gender in ("female", "male") else pick(random, (("female", 0.5), ("male", 0.5)))
    return _any(random, FIRST_NAMES[tongue, gender]), _any(random, LAST_NAMES[tongue])


def _email(random: Random, person: Person, first: str, last: str, company: str) -> str:
    """Missing only where no newsletter was agreed to; everybody's is another."""
    domain = pick(random, PROVIDERS)
    at_work = random.random() < 0.3
    if random.random() < 0.06 and person.email_opt_in != "true":
        return ""
    if company and at_work:
        domain = f"{_plain(company.partition(' ')[0])}.example"
    return f"{_plain(first)}.{_plain(last)}{int(person.contact_id)}@{domain}"


def _plain(text: str) -> str:
    """Only the letters a to z."""
    letters = unicodedata.normalize("NFD", text.replace("ß", "ss")).lower()
    return "".join(letter for letter in letters if "a" <= letter <= "z") or "x"


def _company(random: Random, country: str, city: str, last_name: str) -> str:
    known, named, business = random.random() < 0.2, random.random(), _any(random, BUSINESSES)
    if not known:
        return ""
    return f"{city if city and named < 0.5 else last_name} {business} {FORMS.get(country, 'Inc.')}"


def _phone(random: Random) -> str:
    """Numbers that are nobody's, for somewhat more than a third."""
    digits = f"{random.randrange(10**6):06}"
    return f"+1555{digits}" if random.random() < 0.36 else ""


def _catalog_until(random: Random, registered_on: date) -> str:
    """Half a year to two and a half after registration, so past for some and yet to come for others."""
    days = 180 + int(random.random() * 730)
    return (registered_on + timedelta(days)).isoformat() if random.random() < 0.34 else ""


def _changed_on(random: Random, registered_on: date) -> str:
    """Rather lately than long ago; never after the last day of the data."""
    span = (LAST_DAY - registered_on).days
    days_ago = int(span * random.random() * random.random())
    return (LAST_DAY - timedelta(days_ago)).isoformat() if random.random() < 0.55 else ""


def _any(random: Random, words: Sequence[str]) -> str:
    return words[int(random.random() * len(words))]
