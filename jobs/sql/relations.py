"""FROM clauses: a source's rows with the lookups and contact columns that a condition over them names.

Tables stand under their source's name and hold the rows that count at the run, with the columns the lake keeps in
`sources/<source>`: typed, as delivered. Where text is compared folded, lookups' keys included, its folded form is read from
`_folded_<column>`: no engine knows Unicode's case folding, so whoever makes the tables folds (`jobs.catalog.types.fold`), as
the tiles do.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from jobs.catalog.model import Catalog, Source
from jobs.catalog.types import TEXT, ColumnType
from jobs.sql.expressions import CONTACT, column, equal, table
from jobs.sql.fragments import Engine, fill

FOLDED = "_folded_"


def folded_name(name: str) -> str:
    """The column with a text column's folded form."""
    return f"{FOLDED}{name}"


@dataclass
class Reads:
    """What a statement reads: the columns of each table, for whoever has to make them."""

    columns: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])

    def add(self, table_name: str, *names: str) -> None:
        self.columns.setdefault(table_name, {}).update(dict.fromkeys(names))


@dataclass
class Joins:
    """The tables a SELECT needs beside its own, found while its expressions are made; each once, in the order of need."""

    catalog: Catalog
    source: Source
    reads: Reads
    engine: Engine
    _wanted: dict[tuple[str, str, str], str] = field(default_factory=dict[tuple[str, str, str], str])
    _joins: list[exp.Expr] = field(default_factory=list[exp.Expr])

    def left(self, name: str, alias: str, here: exp.Expr, key: str, kind: ColumnType = TEXT) -> str:
        """Joins a table's one row whose `key` of this type equals `here`; the alias it stands under."""
        wish = (name, here.sql(), key)
        if wish not in self._wanted:
            taken = {self.source.name, *self._wanted.values()}
            number = 2
            free = alias
            while free in taken:
                free, number = f"{alias}_{number}", number + 1
            self._wanted[wish] = free
            sides = self._equatable(column(free, key), kind), self._equatable(here, kind)
            self._joins.append(exp.Join(this=table(name, free), side="LEFT", on=equal(*sides)))
        return self._wanted[wish]

    def _equatable(self, value: exp.Expr, kind: ColumnType) -> exp.Expr:
        return fill("version_key", self.engine, x=value) if kind.name == "version" else value

    def onto(self, select: exp.Select) -> exp.Select:
        for join in self._joins:
            select.append("joins", join)
        return select

    def path(self, source: Source, alias: str, path: str, folded: bool = False) -> exp.Expr:
        """The column a path names, joining each lookup on the way by its key; text folds where either column says so."""
        *lookups, last = path.split(".")
        at, here = source, alias
        for name in lookups:
            lookup = at.lookups[name]
            target = self.catalog.sources[lookup.source]
            looking, held = at.columns[lookup.on], target.key_columns[0]
            folds = looking.type.fold or held.type.fold
            on, key = (folded_name(side.name) if folds else side.name for side in (looking, held))
            self.reads.add(at.name, on)
            self.reads.add(target.name, key)
            here = self.left(target.name, name, column(here, on), key, held.type)
            at = target
        last = folded_name(last) if folded else last
        self.reads.add(at.name, last)
        return column(here, last)

    def contact_column(self, source_name: str, path: str, contact: exp.Expr, folded: bool = False) -> exp.Expr:
        """A column of a contacts or attributes source, joined by the contact."""
        source = self.catalog.sources[source_name]
        self.reads.add(source_name, CONTACT)
        own = source_name == self.source.name
        alias = source_name if own else self.left(source_name, source_name, contact, CONTACT)
        return self.path(source, alias, path, folded)
