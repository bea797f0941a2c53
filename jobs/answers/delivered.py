"""What arrived of each source, what became of it, and what to do about it: `deliveries`. Without Spark.

The journal tells of what an ingest has judged; landing is looked at for what it has not: what is new, and what waits.
Nothing is decided here, and no value of a contact is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.model import Catalog, Files, Source
from jobs.errors import UsageError
from jobs.intake.arrivals import Sorted, sort_out
from jobs.intake.deliveries import Entry, counted, known_deliveries, refusals, standing_refusals
from jobs.intake.inlet import Landed
from jobs.intake.journal import Readings, read_entries, read_readings
from jobs.intake.lying_inlets import lying_inlet
from jobs.intake.unread_columns import stale_deliveries
from jobs.lake.reads import table_rows
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import DELIVERIES
from jobs.publication.report import local_text
from jobs.runs.run import instant
from jobs.settings import Settings
from jobs.syntax.spelling import did_you_mean
from jobs.syntax.zones import Zone, zone_transitions

DeliveryState = Literal["counts", "replaced", "refused", "skipped", "new", "waiting", "none"]
INGEST = "`ingest --as-of …`"
COLUMNS = ("source", "label", "arrived", "rows", "nobody's", "gates", "state", "next")


@dataclass(frozen=True)
class Delivered:
    """One delivery, or that a source has none. `arrived` is the as_of of the ingest that first knew of it; `gates` are the
    checks that it was judged by, each with name, found, expected and met."""

    source: str
    label: str
    state: DeliveryState
    arrived: str = ""
    rows: int | None = None
    nobodys: int | None = None
    gates: Sequence[Mapping[str, Any]] = ()
    reason: str = ""
    next: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "label": self.label,
            "state": self.state,
            "arrived": self.arrived or None,
            "rows": self.rows,
            "rows_of_nobody": self.nobodys,
            "gates": list(self.gates),
            "reason": self.reason,
            "next": self.next,
        }

    def cells(self) -> list[Any]:
        """Of `COLUMNS`."""
        return [
            self.source,
            self.label,
            self.arrived,
            self.rows,
            self.nobodys or None,
            self._gates,
            self.state,
            self._told,
        ]

    @property
    def _gates(self) -> str:
        unmet = [str(gate["name"]) for gate in self.gates if not gate["met"]]
        return f"not {', '.join(unmet)}" if unmet else f"{len(self.gates)} met" if self.gates else ""

    @property
    def _told(self) -> str:
        shown = self.reason if self.state in ("waiting", "none", "skipped") else ""
        return " ".join(filter(None, [shown, self.next]))


def read_delivered(settings: Settings, source: str | None = None) -> list[Delivered]:
    """Every delivery of these sources, by source, in the order in which they count; `UsageError` for a source there is not.

    `Unreachable` where lake or landing cannot be read. The files in landing are hashed, as an ingest does.
    """
    catalog = read_catalog(settings.catalog)
    sources = [each for each in catalog.sources.values() if not each.is_computed]
    if source is not None and source not in (names := [each.name for each in sources]):
        raise UsageError(f"--source {source}: the catalog has no such delivered source{did_you_mean(source, names)}")
    entries, readings = read_entries(settings.lake), read_readings(settings.lake)
    gates = {row["entry_no"]: row["gates"] for row in table_rows(settings.lake, DELIVERIES, ["entry_no", "gates"])}
    rows: list[Delivered] = []
    for each in sources:
        if source in (None, each.name):
            own = [entry for entry in entries if entry.source == each.name]
            rows += _Listing(settings, catalog, each, own, gates, readings).rows()
    return rows


@dataclass(frozen=True)
class _Listing:
    """One source's deliveries. `own` are its entries, oldest first."""

    settings: Settings
    catalog: Catalog
    source: Source
    own: Sequence[Entry]
    gates: Mapping[int, str | None]
    readings: Readings
    zone: Zone = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "zone", zone_transitions(self.settings.time_zone))

    def rows(self) -> list[Delivered]:
        known = known_deliveries(counted(self.own, self.source))
        inlet = lying_inlet(self.catalog, self.source, self.settings.landing, known)
        landed = Landed(()) if inlet is None else inlet.arrived()
        news = sort_out(self.source, landed, self.own, replace=False)
        rows = [*self._known(news), *self._fresh(news), *self._waiting(landed)]
        return rows or [self._nothing()]

    def _known(self, news: Sorted) -> Iterator[Delivered]:
        """What the journal says of each label now; second readings that were refused are told with the first."""
        counting = {entry.delivery_no for entry in counted(self.own, self.source)}
        open_ones = {entry.entry_no for entry in refusals(self.own)}
        last = {entry.delivery_no or entry.label: entry for entry in self.own if not entry.counts_on}
        for entry in sorted(last.values(), key=lambda entry: entry.place):
            if entry.state == "refused" and entry.entry_no not in open_ones:
                continue  # a later one of its label was accepted, or skipped
            state = self._state(entry, counting)
            yield Delivered(
                self.source.name,
                entry.label,
                state,
                local_text(instant(self._first(entry)), self.zone),
                entry.rows,
                entry.belonging.nobodys if entry.rows is not None else None,
                json.loads(self.gates.get(entry.entry_no) or "[]"),
                entry.reason or "",
                self._step(entry, state, news),
            )

    def _state(self, entry: Entry, counting: set[int | None]) -> DeliveryState:
        if entry.state != "accepted":
            return entry.state
        return "counts" if entry.delivery_no in counting else "replaced"

    def _first(self, entry: Entry) -> int:
        same = [other for other in self.own if other.label == entry.label and other.content_hash == entry.content_hash]
        return min(other.as_of_us for other in same)

    def _step(self, entry: Entry, state: DeliveryState, news: Sorted) -> str:
        match state:
            case "refused":
                return self._after_refusal(entry, news)
            case "counts":
                return self._unread(entry)
            case _:
                return ""

    def _after_refusal(self, entry: Entry, news: Sorted) -> str:
        name, label = self.source.name, entry.label
        if any(pending.arrival.label == label for pending, _ in news.refuse):
            return f"`ingest --source {name} --replace --as-of …` if it is meant to take the other's place"
        if any(p.arrival.label == label and p.arrival.content_hash != entry.content_hash for p in news.judge):
            return f"another one of that label lies there: {INGEST} judges it"
        if entry not in standing_refusals(self.own, self.source):
            return ""
        skip = "" if self.source.delivery == "full" else f", or `ingest --skip {name} {label} --reason … --as-of …`"
        return f"deliver it again, corrected, and {INGEST}{skip}"

    def _unread(self, entry: Entry) -> str:
        stored = StoredSource(self.catalog, self.source, self.settings.time_zone)
        stale = [each for each in stale_deliveries(stored, self.own, self.readings) if each.entry == entry]
        if not stale:
            return ""
        columns = ", ".join(sorted(stale[0].columns))
        return f"the catalog reads {columns} otherwise now: `ingest --again {self.source.name} --as-of …`"

    def _fresh(self, news: Sorted) -> Iterator[Delivered]:
        """What lies there and no ingest has judged yet, and what it will refuse unread."""
        known = {(entry.label, entry.content_hash) for entry in self.own}
        for pending, reason in [*((each, "") for each in news.judge), *news.refuse]:
            arrival = pending.arrival
            if (arrival.label, arrival.content_hash) not in known:
                yield Delivered(self.source.name, arrival.label, "new", reason=reason, next=reason or INGEST)

    def _waiting(self, landed: Landed) -> Iterator[Delivered]:
        for label, why in landed.waiting:
            yield Delivered(self.source.name, label, "waiting", reason=f"waits for {why}", next=f"then {INGEST}")

    def _nothing(self) -> Delivered:
        origin = self.source.origin
        if origin is None:
            say = f"say in {self.source.name}.yaml where its rows come from: read: {{files: {{path: …, format: …}}}}"
            return Delivered(self.source.name, "", "none", next=say)
        reason = f"nothing has arrived {origin.words}"
        files = isinstance(self.catalog.origin_of(self.source), Files)
        step = f"deliver it under {self.settings.landing}" if files else f"{INGEST} asks for it"
        return Delivered(self.source.name, "", "none", reason=reason, next=step)
