"""A company whose packs are planted: tiles written as pack writes them, and runs pinned up to pack.

So the tests of evaluating, publishing and freezing say exactly what each night knows, and wait for no file to be parsed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.values import arrow_schema
from jobs.kernel.tiles import Tile, encode_identity, encode_tile
from jobs.lake.creation import ensure
from jobs.lake.file_commits import add_files, put_rows
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.table_files import write_partitions
from jobs.lake.tables import CONTACTS, IDENTITY, NO_MONTH, TILES
from jobs.runs.opening import open_run
from jobs.runs.outcome import Outcome
from jobs.runs.pins import pin
from jobs.runs.run import Run
from jobs.runs.step_pins import IngestPin, PackPin
from jobs.settings import Settings
from jobs.steps import evaluate, publish
from tests.steps.night import settings_of

PEOPLE = """
version: 1
source: contacts
kind: contacts
columns:
  country: {type: choice, values: [AT, DE, FR]}
  points: {type: integer}
"""
ORDER = """
version: 1
source: order
kind: events
contact: customer_id
time: ordered_at
columns:
  amount: {type: "decimal(12,2)"}
"""
SHOP = """
version: 1
source: shop
kind: computed
columns:
  spent: {type: "decimal(6,2)", value: {event: order, sum: amount}}
  half: {type: integer, value: {quantile_of: shop.spent, groups: 2}}
"""
CATALOG = {"contacts": PEOPLE, "order": ORDER, "shop": SHOP}

Person = tuple[str, str | None, int | None]
"""Id, country, points."""
Bought = tuple[str, ...]
"""Id, day, amount, and where the catalog has it the product's id."""


@dataclass
class Planted:
    """`people` in order of their numbers; who is not in `live` of a night is gone."""

    spark: SparkSession
    root: Path
    catalog: Mapping[str, str] = field(default_factory=lambda: dict(CATALOG))
    people: list[str] = field(default_factory=list[str])
    deliveries: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Of lookup sources, which are read as they were delivered."""
    packs: int = 0

    @property
    def settings(self) -> Settings:
        return settings_of(self.root)

    @property
    def lake(self) -> str:
        return str(self.root / "lake")

    def write_catalog(self) -> None:
        folder = self.root / "catalog"
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in self.catalog.items():
            (folder / f"{name}.yaml").write_text(text)

    def spec(self, id_: str, where: Mapping[str, Any], **keys: Any) -> Path:
        """A spec file; `expect` at_least 0 unless something else is said, because these segments are small."""
        file = self.root / "specs" / "all" / f"{id_}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        keys = {"expect": {"at_least": 0}} | keys
        file.write_text(json.dumps({"version": 1, "id": id_, "name": id_, "where": where, **keys}))
        return file

    def deliver(self, people: Sequence[Person], bought: Sequence[Bought] = ()) -> int:
        """A pack with exactly these people and orders, all as bases; gives its number."""
        self.write_catalog()
        catalog = read_catalog(self.root / "catalog")
        new = [one for one, _, _ in people if one not in self.people]
        self.people += new
        self.packs += 1
        places = {one: place for place, one in enumerate(self.people)}
        rows: list[dict[str, Any]] = []
        contacts = {
            "contact_id": [one for one, _, _ in people],
            "country": [country for _, country, _ in people],
            "points": [points for _, _, points in people],
        }
        orders = {
            "contact_id": [one[0] for one in bought],
            "ordered_at": [datetime.fromisoformat(one[1]).replace(tzinfo=UTC) for one in bought],
            "amount": [Decimal(one[2]) for one in bought],
            "product_id": [one[3] if one[3:] else None for one in bought],
        }
        for name, columns in (("contacts", contacts), ("order", orders)):
            source = catalog.sources[name]
            schema = arrow_schema(source, catalog)
            table = pa.table(
                {f.name: pa.array(columns.get(f.name, [None] * len(columns["contact_id"])), f.type) for f in schema}
            )
            position = pa.array([places[one] for one in columns["contact_id"]], pa.int32())
            tile = encode_tile(table.append_column("position", position), source, catalog)
            rows.append(self._row(name, 199801 if source.time else NO_MONTH, tile))
        live = {one for one, _, _ in people}
        identity = pa.table(
            {
                "position": pa.array(range(len(self.people)), pa.int32()),
                "contact_id": pa.array(self.people),
                "live": pa.array([one in live for one in self.people]),
            }
        )
        rows.append(self._row(IDENTITY, NO_MONTH, encode_identity(identity)))
        ensure(self.lake, TILES)
        add_files(self.lake, TILES, write_partitions(self.lake, TILES, pa.Table.from_pylist(rows, TILES.schema)))
        same = {"first_delivery": 1, "gone": False, "erased": False}
        put_rows(self.lake, CONTACTS, [{"contact_no": places[one], "contact_id": one, **same} for one in new])
        return self.packs

    def _row(self, source: str, month: int, tile: Tile) -> dict[str, Any]:
        return {
            "source": source, "month": month, "bucket": 0, "pack_no": self.packs, "base": True, "piece": 0,
            "rows": tile.rows, "first_at": _instant(tile.first_at), "last_at": _instant(tile.last_at),
            "payload": tile.payload,
        }  # fmt: skip

    def open(self, as_of: str, failed: Mapping[str, str] | None = None, news: bool = True) -> Run:
        """A run pinned up to the last pack."""
        run = open_run(self.settings, as_of, lambda _: news)
        run = pin(
            self.lake,
            run,
            IngestPin(self.packs, {name: tuple(numbers) for name, numbers in self.deliveries.items()}),
            failed,
        )
        return pin(self.lake, run, PackPin(self.packs))

    def night(self, as_of: str, failed: Mapping[str, str] | None = None) -> Outcome:
        """Opens, evaluates and publishes."""
        self.open(as_of, failed)
        evaluate.run(self.settings, as_of)
        return publish.run(self.settings, as_of)

    def told(self, run_no: int) -> dict[str, tuple[str, int | None, int | None, int | None]]:
        """(status, members, entered, left) of each segment in a run."""
        rows = read_segment_runs(self.lake, run_no)
        return {row.segment: (row.status, row.members, row.entered, row.left) for row in rows}


def _instant(us: int | None) -> datetime | None:
    return None if us is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
