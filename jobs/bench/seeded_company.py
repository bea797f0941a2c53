"""Contacts and events drawn from a seed, as files of a landing folder, and the catalog that describes them.

A contact's share of the events falls with the square root of its rank (Zipf's law with exponent a half); from a million
contacts on, one contact has a million events. Three in ten values are missing, one in twenty events of the next day
happened three days before, one contact in a hundred is changed on the next day. The same numbers give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from jobs.bench.scales import SEED

Form = Literal["parquet", "csv", "jsonl"]

FIRST_NIGHT = date(2026, 11, 24)
DAY_US = 86_400_000_000
AS_OF_US = int(np.datetime64(FIRST_NIGHT, "us").astype(np.int64))
MISSING = 0.3
LATE = 0.05
CHANGED = 0.01
ROWS_A_FILE = 2_000_000
COUNTRIES = ("AT", "BE", "CH", "DE", "ES", "FR", "GB", "IT", "NL", "PL", "PT", "SE")
CHANNELS = ("app", "call", "mail", "store", "web")
PLATFORMS = ("android", "desktop", "ios", "tablet", "web")
PRODUCTS, CAMPAIGNS, PAGES = 2000, 200, 200
SPREAD = 2_654_435_761
"""A prime: ranks times it, modulo the number of contacts, are the contacts in another order."""
STRAGGLER = 17
"""The contact that has far more events than others."""
SHARES = {"order": 0.3, "click": 0.4, "visit": 0.3}
"""Of the events."""

CATALOG = {
    "contacts": """\
version: 1
source: contacts
kind: contacts
meaning: Everybody, drawn from a seed
read: {{files: {{path: "contacts/{{date}}*.{form}", format: {form}}}}}
columns:
  country: {{type: choice, values: [AT, BE, CH, DE, ES, FR, GB, IT, NL, PL, PT, SE]}}
  city: {{type: text, fold: true}}
  born_on: {{type: date}}
  registered_on: {{type: date}}
  points: {{type: integer}}
  credit: {{type: "decimal(12,2)", unit: EUR}}
  opt_in: {{type: boolean}}
""",
    "order": """\
version: 1
source: order
kind: events
meaning: What was bought, drawn from a seed
contact: customer_id
time: ordered_at
read: {{files: {{path: "order/{{date}}*.{form}", format: {form}}}}}
columns:
  product_id: {{type: text}}
  channel: {{type: choice, values: [app, call, mail, store, web]}}
  amount: {{type: "decimal(12,2)", unit: EUR}}
  items: {{type: integer}}
gates: {{unknown_contacts_at_most: "5%"}}
""",
    "click": """\
version: 1
source: click
kind: events
meaning: Links that were clicked, drawn from a seed
time: clicked_at
read: {{files: {{path: "click/{{date}}*.{form}", format: {form}}}}}
columns:
  campaign: {{type: text}}
  platform: {{type: choice, values: [android, desktop, ios, tablet, web]}}
gates: {{unknown_contacts_at_most: "5%"}}
""",
    "visit": """\
version: 1
source: visit
kind: events
meaning: Pages that were looked at, drawn from a seed
time: visited_at
read: {{files: {{path: "visit/{{date}}*.{form}", format: {form}}}}}
columns:
  page: {{type: text}}
  seconds: {{type: integer}}
gates: {{unknown_contacts_at_most: "5%"}}
""",
}


@dataclass(frozen=True)
class SeededCompany:
    """So many contacts and events, drawn from a seed, written as `form`."""

    contacts: int
    events: int
    form: Form = "parquet"
    seed: int = SEED

    def write_catalog(self, folder: Path) -> None:
        """One file a source."""
        folder.mkdir(parents=True, exist_ok=True)
        for source, text in CATALOG.items():
            (folder / f"{source}.yaml").write_text(text.format(form=self.form), encoding="utf-8")

    def land_first(self, landing: Path) -> None:
        """What lies there before the first night: everybody, and two years of events."""
        self._land(landing, "contacts", FIRST_NIGHT - timedelta(days=1), self._people(changed=False))
        for source, share in SHARES.items():
            rows = self._rows(source, int(self.events * share), days=(1, 730))
            self._land(landing, source, FIRST_NIGHT - timedelta(days=1), rows)

    def land_next(self, landing: Path) -> None:
        """What the day after brings: everybody again, one in a hundred changed, and a day of events."""
        self._land(landing, "contacts", FIRST_NIGHT, self._people(changed=True))
        for source, share in SHARES.items():
            rows = self._rows(source, max(1, int(self.events * share / 730)), days=(0, 1))
            self._land(landing, source, FIRST_NIGHT, rows)

    def land_straggler(self, landing: Path, events: int) -> None:
        """So many more events of two years, all of one contact."""
        for source, share in SHARES.items():
            rows = int(events * share)
            random = np.random.default_rng([self.seed, rows, ord(source[0])])
            who = contact_ids(np.full(rows, STRAGGLER))
            cells = self._cells(random, source, who, _past_instants(random, rows, 730))
            self._land(landing, source, FIRST_NIGHT - timedelta(days=1), iter([pa.table(cells)]), "straggler")

    # --- rows

    def _people(self, changed: bool) -> Iterator[pa.Table]:
        for start in range(0, self.contacts, ROWS_A_FILE):
            size = min(ROWS_A_FILE, self.contacts - start)
            random = np.random.default_rng([self.seed, start])
            numbers = np.arange(start, start + size)
            points = random.exponential(300, size).astype(np.int64)
            if changed:
                moved = np.random.default_rng([self.seed, start, 1]).random(size) < CHANGED
                points = np.where(moved, points + 1000, points)
            yield pa.table(
                {
                    "contact_id": contact_ids(numbers),
                    "country": words(random, COUNTRIES, size),
                    "city": words(random, [f"City {n}" for n in range(500)], size),
                    "born_on": dates(random, size, 8_000, 80 * 365),
                    "registered_on": dates(random, size, 0, 10 * 365),
                    "points": maybe(random, points),
                    "credit": money(random, size),
                    "opt_in": pa.array(random.random(size) < 0.6, mask=random.random(size) < MISSING),
                }
            )

    def _rows(self, source: str, size: int, days: tuple[int, int]) -> Iterator[pa.Table]:
        """Events between so many days before the first night (the first smaller) and it; `(0, 1)`: on its day."""
        for number, start in enumerate(range(0, size, ROWS_A_FILE)):
            rows = min(ROWS_A_FILE, size - start)
            random = np.random.default_rng([self.seed, len(source), ord(source[0]), days[1], number])
            who = self._drawn_contacts(random, source, rows, first_file=number == 0 and days[1] > 1)
            late = random.random(rows) < LATE
            if days == (0, 1):
                at = _instants(AS_OF_US + (random.random(rows) * DAY_US).astype(np.int64) - late * 3 * DAY_US)
            else:
                at = _past_instants(random, rows, days[1])
            yield pa.table(self._cells(random, source, who, at))

    def _drawn_contacts(self, random: np.random.Generator, source: str, rows: int, first_file: bool) -> pa.Array:
        ranks = (random.random(rows) ** 2 * self.contacts).astype(np.int64)
        numbers = ranks * SPREAD % self.contacts
        if first_file and source == "visit" and self.contacts >= 1_000_000:
            numbers[: rows // 2] = STRAGGLER  # one contact with about a million events
        return contact_ids(numbers)

    def _cells(self, random: np.random.Generator, source: str, who: pa.Array, at: pa.Array) -> dict[str, pa.Array]:
        size = len(who)
        match source:
            case "order":
                return {
                    "customer_id": who,
                    "ordered_at": at,
                    "product_id": words(random, [f"p{n:05}" for n in range(PRODUCTS)], size),
                    "channel": words(random, CHANNELS, size),
                    "amount": money(random, size),
                    "items": maybe(random, random.integers(1, 9, size)),
                }
            case "click":
                return {
                    "contact_id": who,
                    "clicked_at": at,
                    "campaign": words(random, [f"c{n}" for n in range(CAMPAIGNS)], size),
                    "platform": words(random, PLATFORMS, size),
                }
            case _:
                return {
                    "contact_id": who,
                    "visited_at": at,
                    "page": words(random, [f"page/{n}" for n in range(PAGES)], size),
                    "seconds": maybe(random, random.exponential(60, size).astype(np.int64)),
                }

    def _land(self, landing: Path, source: str, day: date, tables: Iterator[pa.Table], label: str = "") -> None:
        folder = landing / source
        folder.mkdir(parents=True, exist_ok=True)
        for number, table in enumerate(tables):
            path = folder / f"{day.isoformat()}-{label}{number:03}.{self.form}"
            match self.form:
                case "parquet":
                    pq.write_table(table, path, row_group_size=500_000)
                case "csv":
                    pyarrow.csv.write_csv(as_texts(table), path)
                case "jsonl":
                    duckdb.from_arrow(as_texts(table)).query("rows", f"copy rows to '{path}' (format json)")


def _past_instants(random: np.random.Generator, size: int, days: int) -> pa.Array:
    """So many days before the first night, and most of them not long ago."""
    return _instants(AS_OF_US - DAY_US - (random.exponential(200, size) % days * DAY_US).astype(np.int64))


def _instants(microseconds: np.ndarray) -> pa.Array:
    return pa.array(microseconds).cast(pa.timestamp("us", "UTC"))


def contact_ids(numbers: np.ndarray) -> pa.Array:
    """`u` and nine digits, in the order of the numbers."""
    digits = (numbers.astype(np.int64)[:, None] // 10 ** np.arange(8, -1, -1) % 10 + ord("0")).astype(np.uint8)
    letters = np.concatenate([np.full((len(numbers), 1), ord("u"), np.uint8), digits], axis=1)
    offsets = pa.py_buffer(np.arange(0, 10 * len(numbers) + 1, 10, dtype=np.int32))
    return pa.StringArray.from_buffers(len(numbers), offsets, pa.py_buffer(np.ascontiguousarray(letters)))


def words(random: np.random.Generator, kinds: list[str] | tuple[str, ...], size: int) -> pa.Array:
    """The first ones often; three in ten missing."""
    drawn = np.minimum(random.exponential(len(kinds) / 4, size).astype(np.int32), len(kinds) - 1)
    indices = pa.array(drawn, mask=random.random(size) < MISSING)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(kinds))).dictionary_decode()


def maybe(random: np.random.Generator, values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=random.random(len(values)) < MISSING)


def money(random: np.random.Generator, size: int) -> pa.Array:
    """Amounts of two decimals: whole cents laid out as decimals are, 128 bits each."""
    cents = maybe(random, random.exponential(4_000, size).astype(np.int64))
    words_of_64 = np.zeros((size, 2), np.int64)
    words_of_64[:, 0] = cents.fill_null(0).to_numpy()
    return pa.Array.from_buffers(pa.decimal128(12, 2), size, [cents.buffers()[0], pa.py_buffer(words_of_64)])


def dates(random: np.random.Generator, size: int, first_ago: int, last_ago: int) -> pa.Array:
    """Days before the first night."""
    days = AS_OF_US // DAY_US - random.integers(first_ago, last_ago, size)
    return pa.array(days.astype(np.int32), mask=random.random(size) < MISSING).cast(pa.date32())


def as_texts(table: pa.Table) -> pa.Table:
    """Instants with their `Z`, as CSV has to say them; the rest as it is."""
    for place, name in enumerate(table.column_names):
        if pa.types.is_timestamp(table[name].type):
            texts = pc.strftime(table[name].cast(pa.timestamp("s", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")
            table = table.set_column(place, name, texts)
    return table
