"""Lookups: each chain flattened once a run into one column for each path, by row of the lookup source.

Rows of events hold the lookup's key as their own typed value; a block's column is made by mapping the few distinct ones to
lookup rows, so that a renamed product needs no packing. Keys are equal as `is` finds values equal: text folds for a pair of
columns of which either folds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from jobs.catalog.model import Catalog, Source
from jobs.catalog.types import WORDS, ColumnType, fold
from jobs.kernel.bucket_rows import Vector
from jobs.kernel.vectors import taken, vector_of
from jobs.plan.run_plan import AS_WRITTEN

NOWHERE = -1


@dataclass(frozen=True, eq=False)
class KeyPlaces:
    """The row of each key of a lookup: `words` as they are stored, or `numbers` in order with their `rows`."""

    words: Mapping[str, int]
    numbers: NDArray[np.int64]
    rows: NDArray[np.int32]

    def rows_of(self, keys: Vector, folded: bool) -> NDArray[np.int32]:
        """The lookup's row for each value; -1 where it is missing or nothing has that key."""
        if keys.type.name in WORDS:
            words = map(fold, keys.dictionary) if folded else keys.dictionary
            places = (*(self.words.get(word, NOWHERE) for word in words), NOWHERE)
            return np.fromiter(places, np.int32, len(keys.dictionary) + 1)[keys.values]
        if not self.numbers.size:
            return np.full(keys.values.size, NOWHERE, np.int32)
        place = np.minimum(np.searchsorted(self.numbers, keys.values), self.numbers.size - 1)
        return np.where(keys.known & (self.numbers[place] == keys.values), self.rows[place], np.int32(NOWHERE))


def places_of(keys: Vector, folded: bool) -> KeyPlaces:
    """Where each key stands; of two that are one (a pair may fold what the lookup itself does not) the later row holds."""
    rows = np.flatnonzero(keys.known).astype(np.int32)
    if keys.type.name in WORDS:
        stored = [fold(word) for word in keys.dictionary] if folded else keys.dictionary
        codes: list[int] = keys.values[rows].tolist()
        words = {stored[code]: row for code, row in zip(codes, rows.tolist(), strict=True)}
        return KeyPlaces(words, np.zeros(0, np.int64), np.zeros(0, np.int32))
    numbers = keys.values[rows].astype(np.int64)
    order = np.argsort(numbers, kind="stable")
    return KeyPlaces({}, numbers[order], rows[order])


@dataclass(frozen=True, eq=False)
class Lookups:
    """`keys` of a source, as they are and folded; `columns` by (source, path), one value for each row of it."""

    keys: Mapping[tuple[str, bool], KeyPlaces] = field(default_factory=dict[tuple[str, bool], KeyPlaces])
    columns: Mapping[tuple[str, str], Vector] = field(default_factory=dict[tuple[str, str], Vector])

    def of(self, source: str, path: str, keys: Vector) -> Vector:
        """The column `path` of `source`, looked up by these keys; no match: missing."""
        folded = keys.type.fold or (source, False) not in self.keys
        return taken(self.columns[source, path], self.keys[source, folded].rows_of(keys, folded))


def block_columns(
    source: Source, paths: Iterable[str], read: Callable[[str, ColumnType], Vector], lookups: Lookups
) -> dict[str, Vector]:
    """Every path of a source's rows, lookups' included. `read` gives a stored column by name."""
    keys: dict[str, Vector] = {}
    vectors: dict[str, Vector] = {}
    for path in sorted(paths):
        head, _, rest = path.partition(".")
        if rest:
            lookup = source.lookups[head]
            if head not in keys:
                keys[head] = read(lookup.on, stored_type(source, lookup.on))
            vectors[path] = lookups.of(lookup.source, rest, keys[head])
        else:
            vectors[path] = read(path, stored_type(source, path))
    return vectors


def stored_type(source: Source, path: str) -> ColumnType:
    """The type of a column of the source itself; of text `AS_WRITTEN` one that does not fold."""
    column = source.column(path.removesuffix(AS_WRITTEN))
    assert column is not None, f"{source.name} has no column {path}"
    return replace(column.type, fold=False) if path.endswith(AS_WRITTEN) else column.type


def stored_names(source: Source, paths: Iterable[str]) -> list[str]:
    """The stored columns that `block_columns` will read for these paths."""
    heads = (path.partition(".") for path in paths)
    return sorted({source.lookups[head].on if rest else head for head, _, rest in heads})


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
    by_key = {key: places for name, table in tables.items() for key, places in _keys(catalog.sources[name], table)}
    flat: dict[tuple[str, str], Vector] = {}
    for name in sorted(needed, key=lambda name: _depth(catalog, name)):
        source, table = catalog.sources[name], tables[name]
        vectors = block_columns(
            source,
            needed[name],
            lambda column, kind, table=table: vector_of(table[column.removesuffix(AS_WRITTEN)], kind),
            Lookups(by_key, flat),
        )
        flat |= {(name, path): vector for path, vector in vectors.items()}
    return Lookups(by_key, flat)


def _keys(source: Source, table: pa.Table) -> Iterator[tuple[tuple[str, bool], KeyPlaces]]:
    """The places of a lookup's keys: as they are unless they fold themselves, and folded where either side asks for it."""
    (key,) = source.key_columns
    vector = vector_of(table[key.name], key.type)
    if not key.type.fold:
        yield (source.name, False), places_of(vector, folded=False)
    if key.type.fold or source.looked_up_as.fold:
        yield (source.name, True), places_of(vector, folded=True)


def _depth(catalog: Catalog, name: str) -> int:
    """How many lookups stand behind a lookup source: those behind it are flattened first."""
    return 1 + max((_depth(catalog, lookup.source) for lookup in catalog.sources[name].lookups.values()), default=0)


def positions_between(position: NDArray[np.int32], low: int, high: int) -> NDArray[np.int64]:
    """The rows whose position is at least `low` and below `high`."""
    return np.flatnonzero((position >= low) & (position < high))
