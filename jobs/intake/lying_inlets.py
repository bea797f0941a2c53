"""The ways in of deliveries that lie somewhere, files and Delta tables: whoever asks what there is needs no database."""

from __future__ import annotations

from jobs.catalog.model import Catalog, DeltaTable, Files, Source
from jobs.catalog.values.layout import delivered
from jobs.intake.delta_versions import DeltaVersions
from jobs.intake.inlet import NOTHING_KNOWN, Inlet, KnownDeliveries
from jobs.intake.landing import LandedFiles


def lying_inlet(catalog: Catalog, source: Source, landing: str, known: KnownDeliveries = NOTHING_KNOWN) -> Inlet | None:
    """The same where deliveries lie and can be looked at by anybody; None of a table that a database has to be asked for."""
    origin = catalog.origin_of(source)
    match origin:
        case Files():
            return LandedFiles(landing, origin)
        case DeltaTable():
            return DeltaVersions(landing, origin, source.delivery, delivered(source), known)
        case _:
            return None
