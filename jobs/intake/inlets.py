"""Which inlet a source's rows come in by: one line for each kind of origin."""

from __future__ import annotations

from collections.abc import Iterable

from jobs.catalog.model import Catalog, Relation, Source
from jobs.intake.databases.database_rows import RelationRows
from jobs.intake.databases.logins import check_logins
from jobs.intake.inlet import NOTHING_KNOWN, Inlet, KnownDeliveries
from jobs.intake.lying_inlets import lying_inlet
from jobs.runs.night import Night


def has_inlet(catalog: Catalog, source: Source) -> bool:
    """Whether rows of a source can come in, whatever there is of them."""
    return catalog.origin_of(source) is not None


def relational_sources(catalog: Catalog) -> list[str]:
    """The sources whose rows are tables of databases; of one that reads another's rows that other is meant, too."""
    return [name for name, source in catalog.sources.items() if isinstance(catalog.origin_of(source), Relation)]


def check_connections(catalog: Catalog, sources: Iterable[Source], *, absent: bool = False) -> None:
    """`SettingsError` with every connection that these sources need and that may not be used, or, `absent`, is not there."""
    origins = (catalog.origin_of(source) for source in sources)
    check_logins((origin.connection for origin in origins if isinstance(origin, Relation)), absent=absent)


def inlet_of(night: Night, source: Source, known: KnownDeliveries = NOTHING_KNOWN) -> Inlet | None:
    """The way in of a source; None where there is none, and it cannot be ingested. `known` is asked for what `arrived`."""
    origin = night.catalog.origin_of(source)
    if isinstance(origin, Relation):
        return RelationRows(origin, night.stored(source), night.lake, night.label, night.clock.as_of_us, known)
    return lying_inlet(night.catalog, source, night.landing, known)
