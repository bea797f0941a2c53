"""The catalog as the language uses it: every name with its atom, its type, and what using it reaches.

A `BoundCatalog` exists only when all computed columns bind (see computed.py); specs are judged against nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from jobs.catalog.exact import OPERATORS
from jobs.catalog.model import Catalog, Column, Found, Source
from jobs.catalog.types import ColumnType
from jobs.language.atoms import Computed, ContactColumn, RowColumn, Value
from jobs.syntax.nodes import Json

UNSAID = "found a name that a broken file may explain"
"""A problem for the reader, which stops there, and not for people, who are told what is wrong with that file."""


@dataclass(frozen=True)
class Reach:
    """What using a name depends on: sources of data, columns, sensitive columns, and whether a quantile is in it.

    `columns` as specs name them; `stored` as (source, column), the columns on the way of derived ones and lookups too.
    """

    sources: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    stored: frozenset[tuple[str, str]] = frozenset()
    sensitive: frozenset[str] = frozenset()
    quantile: bool = False

    def __or__(self, other: Reach) -> Reach:
        return Reach(
            self.sources | other.sources,
            self.columns | other.columns,
            self.stored | other.stored,
            self.sensitive | other.sensitive,
            self.quantile or other.quantile,
        )


@dataclass(frozen=True, eq=False)
class BoundColumn:
    """A name that specs use: `name` as written there, `value` the atom, `unit` for English."""

    name: str
    type: ColumnType
    value: Value
    unit: str = ""
    reach: Reach = field(default_factory=Reach)


@dataclass(eq=False)
class BoundCatalog:
    """Names to bound columns. `computed` by (source, column); what a spec may name is looked up once and kept."""

    catalog: Catalog
    computed: Mapping[tuple[str, str], BoundColumn] = field(default_factory=dict[tuple[str, str], BoundColumn])
    unread: frozenset[str] = frozenset()
    """Names in a broken catalog that nobody can judge; a catalog with such names is only looked through for problems."""
    _attributes: dict[str, BoundColumn | None] = field(default_factory=dict[str, "BoundColumn | None"])
    _rows: dict[tuple[str, str], BoundColumn | None] = field(
        default_factory=dict[tuple[str, str], "BoundColumn | None"]
    )
    _names: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def attribute(self, name: str) -> BoundColumn | None:
        """What an `attribute` of a contact names; None if nothing."""
        if name not in self._attributes:
            target = self.catalog.attribute(name)
            self._attributes[name] = None if target is None else self._of_contact(name, target)
        return self._attributes[name]

    def row_column(self, source: Source, name: str) -> BoundColumn | None:
        """What an `attribute` inside a row's `where` names, and `of`, `per` and `same`; None if nothing."""
        key = (source.name, name)
        if key not in self._rows:
            target = self.catalog.row_column(source, name)
            self._rows[key] = None if target is None else _of_row(self.catalog, name, target)
        return self._rows[key]

    def unsure_attribute(self, name: str) -> bool:
        """Whether an attribute of this name might be there, but for a problem that is told already."""
        head, _, rest = name.partition(".")
        source = self.catalog.sources.get(head)
        if head in self.unread or (source is not None and source.prefixes_attributes):
            return head in self.unread or (source is not None and self.unsure_row_column(source, rest))
        return self.unsure_row_column(self.catalog.contacts, name)

    def unsure_row_column(self, source: Source, path: str) -> bool:
        """The same of a column of a source's rows, its lookups followed."""
        for name in path.split("."):
            if f"{source.name}.{name}" in self.unread:
                return True
            if name not in source.lookups:
                return False
            source = self.catalog.sources[source.lookups[name].source]
        return False

    def attribute_names(self) -> list[str]:
        """Every name `attribute` finds, for suggestions."""
        if "" not in self._names:
            self._names[""] = self.catalog.attribute_names()
        return self._names[""]

    def row_names(self, source: Source) -> list[str]:
        """Every name `row_column` finds, for suggestions."""
        if source.name not in self._names:
            self._names[source.name] = self.catalog.row_names(source)
        return self._names[source.name]

    def _of_contact(self, name: str, target: Found) -> BoundColumn:
        if target.source.is_computed:
            return self.computed[target.source.name, target.path]
        value = ContactColumn(target.source.name, target.path, target.column.type)
        return BoundColumn(name, target.column.type, value, target.column.unit, _reach(self.catalog, target))


def _of_row(catalog: Catalog, name: str, target: Found) -> BoundColumn:
    column = target.column
    return BoundColumn(name, column.type, RowColumn(target.path, column.type), column.unit, _reach(catalog, target))


def _reach(catalog: Catalog, target: Found) -> Reach:
    """The source and lookups on the way, and every sensitive column that the path goes through."""
    return Reach(
        sources=frozenset({target.source.name, *target.through}),
        columns=frozenset({named(target.source, target.path)}),
        stored=frozenset((source.name, column.name) for source, column in _used(catalog, target)),
        sensitive=sensitive_on(catalog, target),
    )


def sensitive_on(catalog: Catalog, target: Found) -> frozenset[str]:
    """The sensitive columns that a path goes through: the last one, what it is derived from, keys of lookups on the way."""
    return frozenset(named(source, column.name) for source, column in _used(catalog, target) if column.sensitive)


def named(source: Source, path: str) -> str:
    """A column as specs name it from outside its source: `country`, `loyalty.tier`, `order.amount`."""
    return path if source.is_contacts else f"{source.name}.{path}"


def _used(catalog: Catalog, target: Found) -> Iterator[tuple[Source, Column]]:
    """The column itself, what it is derived from, and the columns that its lookups are joined on."""
    at = target.source
    *lookups, _ = target.path.split(".")
    for name in lookups:
        lookup = at.lookups[name]
        on = at.column(lookup.on)
        if on is not None:
            yield from _derived_from(at, on)
        at = catalog.sources[lookup.source]
    yield from _derived_from(at, target.column)


def _derived_from(source: Source, column: Column) -> Iterator[tuple[Source, Column]]:
    waiting, seen = [column], {column.name}
    while waiting:
        column = waiting.pop()
        yield source, column
        for name in () if column.derive is None else operands(column.derive.value):
            operand = source.column(name)
            if operand is not None and name not in seen:
                seen.add(name)
                waiting.append(operand)


def operands(arithmetic: Json) -> Iterable[str]:
    """Every column that an arithmetic expression names, as written; anything malformed is passed over."""
    waiting: list[Json] = [arithmetic]
    while waiting:
        match waiting.pop():
            case dict() as operation:
                waiting += [operand for key, operand in operation.items() if key in OPERATORS]
            case list() as several:
                waiting += several
            case str() as name:
                yield name
            case _:
                pass


def computed_column(source: Source, column: Column, value: Computed, reach: Reach) -> BoundColumn:
    """A bound computed column; one that is itself sensitive, or is made of sensitive ones, is reached as such."""
    name = f"{source.name}.{column.name}"
    own = Reach(columns=frozenset({name}), sensitive=frozenset({name} if column.sensitive else ()))
    return BoundColumn(name, column.type, value, column.unit, reach | own)
