"""FROM clauses: a source's rows with the lookups and contact columns that a condition over them names.

Tables stand under their source's name, with the columns the lake keeps in `sources/<source>`: typed, and `_raw_<column>` for
keys. Folded text is expected folded, as in the tiles.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from jobs.catalog.model import Catalog, Source

CONTACT = "contact_id"


def column(table: str, name: str) -> exp.Expr:
    return exp.column(name, table=table, quoted=True)


def alias_of(*path: str) -> str:
    return "__".join(path)


@dataclass
class Joins:
    """The joins a SELECT needs, found while its expressions are made; each alias once, in the order of need."""

    catalog: Catalog
    wanted: dict[str, exp.Join] = field(default_factory=dict[str, exp.Join])

    def left(self, table: str, alias: str, on: exp.Expr) -> None:
        if alias not in self.wanted:
            named = exp.alias_(exp.table_(table, quoted=True), alias, quoted=True, table=True)
            self.wanted[alias] = exp.Join(this=named, side="LEFT", on=on)

    def onto(self, select: exp.Select) -> exp.Select:
        for join in self.wanted.values():
            select.append("joins", join)
        return select

    def path(self, source: Source, alias: str, path: str) -> exp.Expr:
        """The column a path names, joining each lookup on the way by the raw text of its key."""
        *lookups, last = path.split(".")
        at, here = source, alias
        for name in lookups:
            lookup = at.lookups[name]
            target = self.catalog.sources[lookup.source]
            there = alias_of(here, name)
            key = column(there, f"_raw_{target.key[0]}")
            self.left(target.name, there, column(here, f"_raw_{lookup.on}").eq(key))
            at, here = target, there
        return column(here, last)

    def contact_column(self, source_name: str, path: str, contact: exp.Expr, inside: str = "") -> exp.Expr:
        """A column of a contacts or attributes source, joined by the contact; `inside` keeps aliases of rows apart."""
        source = self.catalog.sources[source_name]
        alias = alias_of(*filter(None, (inside, source_name)))
        self.left(source_name, alias, column(alias, CONTACT).eq(contact.copy()))
        return self.path(source, alias, path)
