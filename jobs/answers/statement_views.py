"""The views under which a statement of `sql` finds its rows: in the lake where it has taken them in, else where they lie."""

from __future__ import annotations

from collections.abc import Iterator

from jobs.catalog.model import Catalog, Files, Source
from jobs.errors import visible
from jobs.intake.deliveries import Entry, counted
from jobs.intake.journal import read_entries
from jobs.intake.lying_inlets import lying_inlet
from jobs.kernel.lookups import lookup_paths
from jobs.lake.creation import location
from jobs.lake.stored_source import StoredSource
from jobs.lake.tables import source_table
from jobs.plan.run_plan import Plan
from jobs.settings import Settings
from jobs.sql.fragments import engine_of
from jobs.sql.statement import list_name
from jobs.sql.views import LyingFiles, LyingTable, view


def views_of(plan: Plan, settings: Settings, dialect: str) -> str:
    """One view for each source that the plan reads, contacts included; lists are named in a comment.

    `Unreachable` where lake or landing cannot be read.
    """
    reached = {plan.catalog.contacts.name, *plan.columns, *lookup_paths(plan.catalog, plan.columns)}
    entries = read_entries(settings.lake)
    engine = engine_of(dialect)
    texts: list[str] = []
    for name in sorted(reached):
        source = plan.catalog.sources[name]
        lies = _lies(plan.catalog, source, settings, entries, plan.clock.zone.name)
        texts.append(
            view(source, lies, engine) if lies else f"-- {name}: only the lake has its rows, once a night took them.\n"
        )
    texts += [f"-- {list_name(wanted)}: a table of one column, contact_id.\n" for wanted in plan.lists]
    return "\n".join(texts)


def _lies(
    catalog: Catalog, source: Source, settings: Settings, entries: list[Entry], zone: str
) -> LyingFiles | LyingTable | None:
    counting = counted([entry for entry in entries if entry.source == source.name], source)
    if counting:
        table = source_table(source.name, StoredSource(catalog, source, zone).schema)
        return LyingTable(location(settings.lake, table), [entry.delivery_no or 0 for entry in counting])
    origin = catalog.origin_of(source)
    if not isinstance(origin, Files) or origin.format == "jsonl":
        return None
    return LyingFiles(origin, list(_paths(catalog, source, settings)), zone)


def _paths(catalog: Catalog, source: Source, settings: Settings) -> Iterator[str]:
    """The files that have arrived, in their order; of a full source those of the newest delivery."""
    inlet = lying_inlet(catalog, source, settings.landing)
    arrived = inlet.arrived().arrived if inlet else ()
    for arrival in arrived[-1:] if source.delivery == "full" else arrived:
        for part in arrival.parts:
            yield f"{settings.landing.rstrip('/')}/{visible(part.name)}"
