"""All that a condition may look at: clock, sources, lists, specs, and what has been computed from them so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.oracle import sources
from tests.oracle.clock import Clock
from tests.oracle.sources import Row, Source
from tests.oracle.values import Cell

Lists = Mapping[str, Sequence[str]]


@dataclass(eq=False)
class World:
    """One run's inputs. `computed` and `answers` remember what was worked out, keyed by what was asked."""

    clock: Clock
    sources: dict[str, Source]
    lists: Lists
    specs: Mapping[str, Mapping[str, Any]]
    computed: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    ranks: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    falls: Mapping[str, bool] | None = None
    """How each sample falls for the contact without data, when that one is asked about; see `blank`."""

    @property
    def contacts(self) -> Source:
        return next(source for source in self.sources.values() if source.kind == "contacts")

    @property
    def live(self) -> list[str]:
        """Every live contact's id in code point order."""
        return sorted(self.contacts.of)

    def rows(self, source: str, contact: str) -> list[Row]:
        return self.sources[source].of.get(contact, [])


def build(
    specs: Mapping[str, Mapping[str, Any]],
    catalog: sources.Catalog,
    data: sources.Data,
    lists: Lists,
    clock: Clock,
) -> World:
    return World(clock, sources.read_sources(catalog, data, clock), lists, specs)


def contact_cell(world: World, contact: str, name: str) -> Cell:
    """The cell of a contact that an attribute names: its own column, its source's, or a lookup's behind either."""
    from tests.oracle import computed  # computed columns look at contacts, and contacts at computed columns

    first, *rest = name.split(".")
    people = world.contacts
    if not rest or first in (people.declared.get("lookups") or {}):
        return sources.walk(world.sources, people, people.row_of(contact), [first, *rest])
    source = world.sources[first]
    if source.kind == "computed":
        return computed.cell(world, source, rest[0], contact)
    return sources.walk(world.sources, source, source.row_of(contact), rest)


def row_cell(world: World, source: Source, row: Row, name: str) -> Cell:
    """The cell that an attribute names inside a row's `where`, `of`, `per` or `same`."""
    return sources.walk(world.sources, source, row, name.split("."))
