"""Which inlet a source's rows come in by: one line for each kind of origin."""

from __future__ import annotations

from typing import assert_never

from jobs.catalog.model import DeltaTable, Files, Relation
from jobs.intake.inlet import Inlet
from jobs.intake.landing import LandedFiles


def inlet_of(origin: Files | DeltaTable | Relation | None, landing: str) -> Inlet | None:
    """The way in of an origin; None where there is none, and the source cannot be ingested."""
    match origin:
        case Files():
            return LandedFiles(landing, origin)
        case DeltaTable() | Relation() | None:
            return None
        case _:
            assert_never(origin)
