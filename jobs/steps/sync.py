"""The step `sync`: takes in the tables of databases alone, whenever somebody wants them; nights find them there.

No run is opened and nothing is pinned: what was accepted counts from the next ingest that pins deliveries. An ingest of the
same as_of reads none of it again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import monotonic

from jobs.catalog.model import Catalog
from jobs.errors import DONE, PARTLY, UsageError
from jobs.intake.acceptance import ingest
from jobs.intake.expectations import warm_up
from jobs.intake.inlets import check_connections, relational_sources
from jobs.lake.file_commits import check_writable
from jobs.lake.workers import workers_of
from jobs.runs.night import night_now
from jobs.runs.outcome import Outcome
from jobs.settings import Settings
from jobs.syntax.spelling import did_you_mean

log = logging.getLogger(__name__)


def run(
    settings: Settings, as_of: str, *, sources: Sequence[str] | None = None, again: Sequence[str] | None = None
) -> Outcome:
    """Reads these sources' tables, all of them when none is named, as they are now, for this as_of; 21 when one has failed.

    `again`: these once more, though this as_of has them. `DataError` (20) when contacts have failed, `SettingsError` (12)
    where a connection is not there or may not be used.
    """
    begun = monotonic()
    warm_up()
    workers = workers_of(settings, "sync", settings.pack_here_rows, settings.ingest_here_bytes)
    check_writable(settings.lake)
    night = night_now(workers, settings, as_of)
    names = _names(night.catalog, [*(sources or ()), *(again or ())])
    if not names:
        return Outcome(DONE, "nothing to sync: no source of the catalog says read: {jdbc: …}")
    check_connections(night.catalog, [night.catalog.sources[name] for name in names], absent=True)
    report = ingest(night, sources=names, again=again or ())
    failed = {name: why for name, why in report.failed_sources.items() if name in names}
    rows = sum(entry.rows or 0 for entry in report.accepted)
    seconds = monotonic() - begun
    log.info("sync: %d tables taken in, %d rows, %.1f s", len(report.accepted), rows, seconds)
    lines = [f"sync as of {as_of}: {len(report.accepted)} of {len(names)} tables taken in, {rows} rows"]
    lines += [f"  {name} failed: {why}" for name, why in sorted(failed.items())]
    lines += [f"  {entry.source}: {entry.reason}" for entry in report.accepted if entry.reason]
    return Outcome(PARTLY if failed else DONE, "\n".join(lines), {"rows": rows, "failed_sources": failed})


def _names(catalog: Catalog, asked: Sequence[str]) -> list[str]:
    """The sources to read; `UsageError` for a name of none."""
    relational = relational_sources(catalog)
    for name in asked:
        if name not in relational:
            raise UsageError(
                f"--source {name}: the catalog reads no such source from a database{did_you_mean(name, relational)}"
            )
    return [name for name in relational if name in asked or not asked]
