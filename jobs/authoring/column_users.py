"""Whom a source or one of its columns serves: the segments that name it, and the sources that stand on it.

What a segment reaches through computed columns and lookups counts as well; what it reaches through another segment is that
one's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jobs.catalog.model import Catalog, SameAs, Source
from jobs.errors import UsageError
from jobs.language.bound import BoundCatalog, Reach, operands
from jobs.language.definitions import Depends, Spec
from jobs.syntax.nodes import shown
from jobs.syntax.spelling import did_you_mean


@dataclass(frozen=True)
class ColumnName:
    """A source, or one column of it."""

    source: str
    column: str = ""


def read_column_name(text: str, catalog: Catalog) -> ColumnName | None:
    """What `order` or `order.amount` names; None where it begins with no source. `UsageError` for an unknown column."""
    head, _, column = text.partition(".")
    source = catalog.sources.get(head)
    if source is None:
        return None
    if column and column not in columns_of_rows(source):
        near = did_you_mean(column, columns_of_rows(source))
        raise UsageError(f"found {shown(text)}, expected a column of {head}{near}")
    return ColumnName(head, column)


def columns_of_rows(source: Source) -> list[str]:
    """The source's own columns, its time among them."""
    return list(dict.fromkeys([*filter(None, [source.time]), *source.columns]))


@dataclass(frozen=True)
class ColumnUsers:
    """Ids of segments, computed and derived columns, and lookups and sources that read its rows."""

    segments: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def users_of(name: ColumnName, bound: BoundCatalog, specs: Mapping[str, Spec]) -> ColumnUsers:
    """Who would miss the source, or the column, if it went."""
    source = bound.catalog.sources[name.source]
    segments = [id_ for id_, spec in specs.items() if _uses(spec.depends, source, name.column)]
    computed = [column.name for column in bound.computed.values() if _uses(column.reach, source, name.column)]
    columns = {*computed, *_derived(source, name.column)} - {f"{name.source}.{name.column}"}
    outside = [column for column in columns if name.column or not column.startswith(f"{name.source}.")]
    return ColumnUsers(tuple(sorted(segments)), tuple(sorted(outside)), tuple(sorted(_readers(name, bound.catalog))))


def _uses(reach: Depends | Reach, source: Source, column: str) -> bool:
    if source.is_computed:
        names = (name.partition(".") for name in reach.columns)
        return any(head == source.name and column in ("", rest) for head, _, rest in names)
    if not column or column in (source.time, source.contact, *source.key):
        # Everybody is a contact; who uses that source is who asks for something that it says.
        rows = {source_name for source_name, _ in reach.stored} if source.is_contacts else reach.sources
        return source.name in rows or (source.name, column) in reach.stored
    return (source.name, column) in reach.stored


def _derived(source: Source, column: str) -> Iterator[str]:
    for other in source.columns.values() if column else ():
        if other.derive is not None and column in operands(other.derive.value):
            yield f"{source.name}.{other.name}"


def _readers(name: ColumnName, catalog: Catalog) -> Iterator[str]:
    for other in catalog.sources.values():
        if isinstance(other.origin, SameAs) and other.origin.source == name.source and not name.column:
            yield other.name
        for lookup in other.lookups.values():
            by_key = lookup.source == name.source and name.column in ("", *catalog.sources[lookup.source].key)
            if by_key or (other.name, lookup.on) == (name.source, name.column):
                yield f"{other.name}.{lookup.name}"
