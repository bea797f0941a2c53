"""A small company for the tests of steps: its catalog, what it delivers, and nights of it on a lake of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.model import Catalog
from jobs.intake.acceptance import IngestReport, ingest
from jobs.intake.deliveries import pinned_by
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.tiles import decode_identity, decode_tiles
from jobs.lake.reads import table_rows
from jobs.lake.segment_runs import read_segment_runs
from jobs.lake.tables import IDENTITY, PACK, TILES
from jobs.lake.workers import Workers
from jobs.packs.next_pack import PackReport, pack
from jobs.plan.clock import make_clock
from jobs.runs.failures import failures_before
from jobs.runs.inputs import read_inputs
from jobs.runs.night import Night
from jobs.runs.outcome import Outcome
from jobs.runs.run import Run
from jobs.runs.step_pins import IngestPin
from jobs.settings import CHECKOUT, Settings
from jobs.steps import run
from jobs.syntax.literals import read_moment
from jobs.syntax.zones import zone_transitions

CONTACTS = """
version: 1
source: contacts
kind: contacts
read: {files: {path: "contacts/{date}.csv", format: csv}}
columns:
  country: {type: choice, values: [AT, DE]}
  born_on: {type: date}
"""
ORDER = """
version: 1
source: order
kind: events
contact: customer_id
time: ordered_at
read: {files: {path: "order/{date}.csv", format: csv}}
columns:
  amount: {type: "decimal(12,2)"}
gates: {unknown_contacts_at_most: "50%"}
"""
TICKET = """
version: 1
source: ticket
kind: related
key: ticket_id
delivery: append
read: {files: {path: "ticket/{date}.csv", format: csv}}
columns:
  state: {type: text}
"""
LOYALTY = """
version: 1
source: loyalty
kind: attributes
read: {files: {path: "loyalty.csv", format: csv}}
columns:
  tier: {type: text}
"""
PRODUCT = """
version: 1
source: product
kind: lookup
key: product_id
delivery: changes
read: {files: {path: "product/{date}.csv", format: csv}}
columns:
  brand: {type: text}
"""
WHOLE = {"contacts": CONTACTS, "order": ORDER, "ticket": TICKET, "loyalty": LOYALTY, "product": PRODUCT}


def settings_of(root: Path, time_zone: str = "Europe/Vienna") -> Settings:
    """What a verb would be told of a company under `root`."""
    return Settings(
        time_zone=time_zone,
        lake=str(root / "lake"),
        landing=str(root / "landing"),
        specs=root / "specs",
        catalog=root / "catalog",
        conf=CHECKOUT / "conf",
        freeze_max_age_hours=26,
        keep_runs_days=35,
    )


def write_catalog(root: Path, texts: Mapping[str, str]) -> Catalog:
    """The catalog of these files, and of no others."""
    folder = root / "catalog"
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)
    return read_catalog(folder)


def deliver(root: Path, path: str, *lines: str) -> Path:
    """One file under landing, lines ended by LF."""
    file = root / "landing" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{line}\n" for line in lines))
    return file


@dataclass
class Company:
    """A landing folder, a catalog and a lake under `root`; only the sources given exist."""

    spark: SparkSession
    root: Path
    texts: dict[str, str] = field(default_factory=lambda: {"contacts": CONTACTS, "order": ORDER})
    zone: str = "Europe/Vienna"

    @property
    def lake(self) -> str:
        return str(self.root / "lake")

    @property
    def settings(self) -> Settings:
        """What a verb would be told; `catalog()` writes the catalog's files."""
        return replace(settings_of(self.root), time_zone=self.zone)

    @property
    def workers(self) -> Workers:
        """Spark's, whatever there is to do."""
        return Workers(lambda: self.spark)

    def catalog(self) -> Catalog:
        return write_catalog(self.root, self.texts)

    def deliver(self, path: str, *lines: str) -> Path:
        """One file under landing, lines ended by LF."""
        return deliver(self.root, path, *lines)

    def spec(self, id_: str, where: Mapping[str, Any]) -> None:
        """A spec file of a segment that may be of any size."""
        file = self.root / "specs" / "all" / f"{id_}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        spec = {"version": 1, "id": id_, "name": id_, "where": where, "expect": {"at_least": 0}}
        file.write_text(json.dumps(spec))

    def whole_night(self, as_of: str) -> Outcome:
        """What the verb `run` does."""
        self.catalog()
        return run.run(self.settings, as_of)

    def told(self, outcome: Outcome) -> dict[str, int | str]:
        """Of each segment of a published run its members, or why it was not published."""
        run_no = outcome.details["run_no"]
        assert isinstance(run_no, int)
        rows = read_segment_runs(self.lake, run_no)
        return {row.segment: row.members or 0 if row.status == "published" else row.reason or "" for row in rows}

    def failures(self, report: IngestReport) -> dict[str, str]:
        """The segments that could not be evaluated after an ingest, each with the reason."""
        taken = IngestPin(*pinned_by(report.entries, report.states))
        run_now = Run(1, 0, "ingested", "", "", "", pins={"ingest": taken}, failed_sources=report.failed_sources)
        return failures_before(read_inputs(self.settings)[1].valid, run_now)

    def night(self, as_of: str) -> Night:
        clock = make_clock(read_moment(as_of), zone_transitions(self.zone))
        return Night(self.workers, self.lake, str(self.root / "landing"), self.catalog(), clock)

    def ingest(self, as_of: str = "2026-11-24T00:00", **options: Any) -> IngestReport:
        return ingest(self.night(as_of), **options)

    def pack(self, report: IngestReport, as_of: str = "2026-11-24T00:00", **options: Any) -> PackReport:
        """Packs what an ingest left."""
        deliveries = {name: state.deliveries for name, state in report.states.items()}
        return pack(self.night(as_of), deliveries, max(entry.entry_no for entry in report.entries), **options)

    def take(self, as_of: str = "2026-11-24T00:00", **options: Any) -> PackReport:
        """Ingest and pack."""
        return self.pack(self.ingest(as_of, **options), as_of)

    def packed(self, pack_no: int) -> dict[str, list[tuple[Any, ...]]]:
        """What the tiles of a pack hold, by source: rows of (contact, time, values …), sorted, whatever their tiles."""
        return decoded(standing_tiles(self.lake, pack_no), self.catalog())

    def rows(self, source: str, report: IngestReport, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """What the source consists of after an ingest, sorted."""
        from tests.steps.source_rows import current_rows

        night = self.night("2026-11-24T00:00")
        one = night.catalog.sources[source]
        state = report.states[source]
        rows = current_rows(self.spark, self.lake, one, night.stored(one).schema, state.deliveries)
        return sorted(tuple(row) for row in rows.select(*columns).collect())


def standing_tiles(lake: str, pack_no: int) -> list[dict[str, Any]]:
    """The tiles of a pack in the order of their rows: of every group the newest base and all parts after it."""
    tiles = [row for row in table_rows(lake, TILES) if row["source"] != PACK and row["pack_no"] <= pack_no]
    bases: dict[Any, int] = {}
    for row in tiles:
        if row["base"]:
            bases[group(row)] = max(bases.get(group(row), 0), row["pack_no"])
    standing = [row for row in tiles if row["pack_no"] >= bases.get(group(row), 0) and row["rows"]]
    return sorted(standing, key=lambda row: (*group(row), row["pack_no"], row["piece"]))


def group(tile: Mapping[str, Any]) -> tuple[str, int, int]:
    return tile["source"], tile["bucket"], tile["month"]


def decoded(tiles: Iterable[Mapping[str, Any]], catalog: Catalog) -> dict[str, list[tuple[Any, ...]]]:
    """Every packed row, decoded by the kernel and named by its contact again; of identities (contact, live). The tiles
    stand in the order of their rows."""
    names = [name for name, source in catalog.sources.items() if source.has_contacts]
    payloads: dict[tuple[str, int], list[bytes]] = {}
    for row in tiles:
        payloads.setdefault((row["source"], row["bucket"]), []).append(bytes(row["payload"]))
    people = {bucket: decode_identity(each) for (name, bucket), each in payloads.items() if name == IDENTITY}
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in [IDENTITY, *names]}
    for bucket, identity in people.items():
        ids = identity.contact_ids()
        found[IDENTITY] += [(one, bool(identity.live[place])) for place, one in enumerate(ids) if one]
        for name in names:
            source = catalog.sources[name]
            columns = sorted(source.columns)
            block = decode_tiles(payloads.get((name, bucket), []), source, catalog, columns)
            times = [None] * len(block.position) if block.time is None else block.time.tolist()
            values = [_values(block.columns[column]) for column in columns]
            found[name] += [(ids[place], *rest) for place, *rest in zip(block.position, times, *values, strict=True)]
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def _values(vector: Vector) -> list[Any]:
    told = zip(vector.values.tolist(), vector.known.tolist(), strict=True)
    return [(vector.dictionary[value] if vector.dictionary else value) if known else None for value, known in told]
