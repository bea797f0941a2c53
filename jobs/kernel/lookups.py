"""Lookups: each chain flattened once a run into one column for each path, by row of the lookup source.

Rows of events hold the raw text of the lookup's key; a block's column is made by mapping the few distinct texts to lookup
rows, so that a renamed product needs no packing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.catalog.model import Catalog, Source
from jobs.catalog.types import ColumnType
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.vectors import taken, vector_of
from jobs.plan.run_plan import AS_WRITTEN

TEXT = ColumnType("text")


def raw_text(name: str) -> str:
    """The column of the text that a column had in the data (`jobs.catalog.values.layout`)."""
    return f"_raw_{name}"


@dataclass(frozen=True, eq=False)
class Lookups:
    """`rows` of a source by raw key; `columns` by (source, path), one value for each row of it."""

    rows: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, dict[str, int]])
    columns: Mapping[tuple[str, str], Vector] = field(default_factory=dict[tuple[str, str], Vector])

    def of(self, source: str, path: str, keys: Vector) -> Vector:
        """The column `path` of `source`, looked up by raw texts; no match: missing."""
        place = self.rows[source]
        rows = np.fromiter((*(place.get(word, -1) for word in keys.dictionary), -1), np.int32, len(keys.dictionary) + 1)
        return taken(self.columns[source, path], rows[keys.values])


def block_columns(
    source: Source, paths: Iterable[str], read: Callable[[str, ColumnType], Vector], lookups: Lookups
) -> dict[str, Vector]:
    """Every path of a source's rows, lookups' included. `read` gives a stored column by name."""
    keys: dict[str, Vector] = {}
    found: dict[str, Vector] = {}
    for path in sorted(paths):
        head, _, rest = path.partition(".")
        if rest:
            lookup = source.lookups[head]
            if head not in keys:
                keys[head] = read(raw_text(lookup.on), TEXT)
            found[path] = lookups.of(lookup.source, rest, keys[head])
        else:
            found[path] = read(path, stored_type(source, path))
    return found


def stored_type(source: Source, path: str) -> ColumnType:
    """The type of a column of the source itself; of text `AS_WRITTEN` one that does not fold."""
    column = source.column(path.removesuffix(AS_WRITTEN))
    assert column is not None, f"{source.name} has no column {path}"
    return replace(column.type, fold=False) if path.endswith(AS_WRITTEN) else column.type


def stored_names(source: Source, paths: Iterable[str]) -> list[str]:
    """The stored columns that `block_columns` will read for these paths."""
    heads = (path.partition(".") for path in paths)
    return sorted({raw_text(source.lookups[head].on) if rest else head for head, _, rest in heads})


def lookup_paths(catalog: Catalog, columns: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """For each lookup source the paths that rows of the sources in `columns` need of it, chains followed."""
    needed: dict[str, set[str]] = {}
    waiting = [(catalog.sources[name], path) for name, paths in columns.items() for path in paths]
    while waiting:
        source, path = waiting.pop()
        head, _, rest = path.partition(".")
        if rest:
            target = source.lookups[head].source
            if rest not in needed.setdefault(target, set()):
                needed[target].add(rest)
                waiting.append((catalog.sources[target], rest))
    return needed


def flatten_lookups(
    catalog: Catalog, columns: Mapping[str, Iterable[str]], rows: Callable[[Source], pa.Table]
) -> Lookups:
    """The lookups that the plan's `columns` reach; `rows` gives a lookup source's typed rows, one a key."""
    needed = lookup_paths(catalog, columns)
    tables = {name: rows(catalog.sources[name]) for name in sorted(needed)}
    by_key = {name: _rows_by_key(catalog.sources[name], table) for name, table in tables.items()}
    flat: dict[tuple[str, str], Vector] = {}
    for name in sorted(needed, key=lambda name: _depth(catalog, name)):
        source, table = catalog.sources[name], tables[name]
        found = block_columns(
            source,
            needed[name],
            lambda column, kind, table=table: vector_of(table[column.removesuffix(AS_WRITTEN)], kind),
            Lookups(by_key, flat),
        )
        flat |= {(name, path): vector for path, vector in found.items()}
    return Lookups(by_key, flat)


def _rows_by_key(source: Source, table: pa.Table) -> dict[str, int]:
    texts: list[str | None] = table[raw_text(source.key[0])].to_pylist()
    return {text: row for row, text in enumerate(texts) if text}


def _depth(catalog: Catalog, name: str) -> int:
    """How many lookups stand behind a lookup source: those behind it are flattened first."""
    return 1 + max((_depth(catalog, one.source) for one in catalog.sources[name].lookups.values()), default=0)


def positions_between(position: NDArray[np.int32], low: int, high: int) -> NDArray[np.int64]:
    """The rows whose position is at least `low` and below `high`."""
    return np.flatnonzero((position >= low) & (position < high))
