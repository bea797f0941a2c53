"""What the spec verbs read first: the catalog, the specs, the as_of; faults end the verb with their exit code."""

from __future__ import annotations

from pathlib import Path

from jobs.catalog.reading import read_catalog
from jobs.errors import CatalogError, SettingsError, UsageError
from jobs.language.bound import BoundCatalog
from jobs.language.computed import bind_catalog
from jobs.plan.clock import make_clock
from jobs.plan.planned import Clock
from jobs.settings import read_settings
from jobs.syntax.literals import read_moment
from jobs.syntax.nodes import Problems
from jobs.syntax.zones import read_zone_name, zone_transitions


def bound_catalog(folder: Path | None) -> BoundCatalog:
    """The catalog of a folder (the settings' where none is given) with its computed columns bound."""
    folder = read_settings().catalog if folder is None else folder
    problems = Problems()
    catalog = bind_catalog(read_catalog(folder), problems)
    if catalog is None:
        raise CatalogError(f"{folder}: the catalog cannot be used; specs are not judged against it:", problems.errors)
    return catalog


def account_zone(time_zone: str | None) -> str:
    """The zone asked for, else the settings' account zone, else UTC where there are no settings."""
    if time_zone is not None:
        try:
            return read_zone_name(time_zone)
        except ValueError as error:
            raise UsageError(f"--time-zone: {error}") from error
    try:
        return read_settings().time_zone
    except SettingsError:
        return "UTC"


def clock_of(as_of: str, time_zone: str | None) -> Clock:
    """The run's clock."""
    try:
        moment = read_moment(as_of)
    except ValueError as error:
        raise UsageError(f"--as-of: {error}") from error
    return make_clock(moment, zone_transitions(account_zone(time_zone)))
