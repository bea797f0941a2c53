"""Where ingest and pack work, and when: passed on whole, so that their parts take two arguments and not six."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.catalog.catalog_files import read_catalog
from jobs.catalog.model import Catalog, Source
from jobs.lake.stored_source import StoredSource
from jobs.lake.workers import Workers
from jobs.plan.run_plan import Clock
from jobs.runs.inputs import kept_inputs
from jobs.runs.run import Run, read_clock
from jobs.runs.step_pins import OpeningPin
from jobs.settings import Settings


@dataclass(frozen=True)
class Night:
    """One lake, one catalog, one as_of."""

    workers: Workers
    lake: str
    landing: str
    catalog: Catalog
    clock: Clock

    @property
    def label(self) -> str:
        """The as_of as people write it: local time of the account's zone, without an offset."""
        local = self.clock.zone.local_time(self.clock.as_of_us)
        return local.isoformat(timespec="auto" if local.second or local.microsecond else "minutes")

    def stored(self, source: Source) -> StoredSource:
        return StoredSource(self.catalog, source, self.clock.zone.name)


def night_of(workers: Workers, settings: Settings, run: Run) -> Night:
    """The night of a run, with the catalog and the zone it was opened with."""
    kept = kept_inputs(settings.lake, run.pinned(OpeningPin).inputs)
    clock = Clock(run.as_of_us, kept.zone, kept.zone.local_day(run.as_of_us))
    return Night(workers, settings.lake, settings.landing, kept.catalog, clock)


def night_now(workers: Workers, settings: Settings, as_of: str) -> Night:
    """A night with the catalog as it stands in its folder, for what happens outside a run."""
    return Night(workers, settings.lake, settings.landing, read_catalog(settings.catalog), read_clock(settings, as_of))
