"""Which inlet a source's rows come in by: one line for each kind of origin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from jobs.catalog.model import Catalog, DeltaTable, Files, Relation, Source
from jobs.intake.inlet import Inlet
from jobs.intake.landing import LandedFiles
from jobs.intake.relation import RelationRows
from jobs.intake.relation_logins import check_logins
from jobs.runs.night import Night


def has_inlet(catalog: Catalog, source: Source) -> bool:
    """Whether rows of a source can come in, whatever there is of them."""
    return isinstance(catalog.origin_of(source), Files | Relation)


def relational_sources(catalog: Catalog) -> list[str]:
    """The sources whose rows are tables of databases; of one that reads another's rows that other is meant, too."""
    return [name for name, source in catalog.sources.items() if isinstance(catalog.origin_of(source), Relation)]


def check_connections(catalog: Catalog, sources: Iterable[Source]) -> None:
    """`SettingsError` with every connection that these sources need and that is not there, or may not be used."""
    origins = (catalog.origin_of(source) for source in sources)
    check_logins(origin.connection for origin in origins if isinstance(origin, Relation))


def inlet_of(night: Night, source: Source) -> Inlet | None:
    """The way in of a source; None where there is none, and it cannot be ingested."""
    origin = night.catalog.origin_of(source)
    match origin:
        case Files():
            return LandedFiles(night.landing, origin)
        case Relation():
            return RelationRows(origin, night.stored(source), night.lake, night.label, night.clock.as_of_us)
        case DeltaTable() | None:
            return None
        case _:
            assert_never(origin)
