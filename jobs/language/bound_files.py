"""A folder of catalog files as a bound catalog, or every problem of every file at once, computed columns included.

What a broken file would have said is not known, so nothing that names it is blamed; the rest is read as if it were whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jobs.catalog.catalog_files import catalog_files, read_files
from jobs.errors import CatalogError
from jobs.language.bound import BoundCatalog
from jobs.language.computed_columns import bind_catalog
from jobs.syntax.nodes import Problems


def read_bound_catalog(folder: Path) -> BoundCatalog:
    """The catalog in a folder. `CatalogError` (exit 11) holds every problem of every file."""
    problems = Problems()
    catalog = load_bound_catalog(catalog_files(folder, problems), problems, str(folder))
    if catalog is None:
        raise CatalogError(f"The catalog in {folder} cannot be used:", problems.errors)
    return catalog


def load_bound_catalog(files: Iterable[tuple[str, bytes]], problems: Problems, folder: str) -> BoundCatalog | None:
    """The catalog that these (name, bytes) make; None, with everything wrong in `problems`, when there is an error."""
    drafted = read_files(files, problems, folder)
    if drafted.catalog is None:  # without contacts there is nobody to compute columns for
        return None
    bound = bind_catalog(drafted.catalog, problems, drafted.unread)
    return None if problems.errors else bound
