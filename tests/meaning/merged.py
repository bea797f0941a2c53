"""Many worlds as one: one catalog, one file for each source, one contacts source for all, and every spec.

So that what costs by the night, not by the row, is paid once: nights on one lake ask the tables of meaning all together.
What comes out is a table like any other, and every voice can be asked whether it means the same.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.meaning import seen
from tests.meaning.prefixed import WORLD, Prefix
from tests.meaning.tables import Case, Table, typed

CONTACTS = "contacts"
"""The one source of contacts."""
OF_THE_WHOLE_SOURCE = ("time_zone", "delivery", "key", "gates")
"""Keys of a contacts source that hold for all of its columns."""
OWN = "own"
"""A column with 1 for the contacts of a world, where a quantile ranks what contacts of other worlds have, too."""

Documents = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class World:
    """A table on its way into the whole. `shared`: its sources that go by the name of another world's."""

    table: Table
    shared: Mapping[str, str] = field(default_factory=dict[str, str])

    @cached_property
    def prefix(self) -> Prefix:
        """A random draw is made from a contact's id, so where somebody is drawn the ids stay as they are."""
        draws = any({"sample", "random"} & node.keys() for case in self.table.cases for node in seen.nodes(case.spec))
        return Prefix(self.table.name, not draws, self.shared)

    @cached_property
    def people(self) -> str:
        return next(name for name, entry in self.table.catalog.items() if entry["kind"] == "contacts")

    @property
    def settings(self) -> dict[str, Any]:
        """What its contacts source says of itself as a whole; worlds that differ in it do not go together."""
        return {key: value for key, value in self.table.catalog[self.people].items() if key in OF_THE_WHOLE_SOURCE}

    @cached_property
    def documents(self) -> Documents:
        """The catalog, where a quantile of a computed column ranks that column times `own`: only this world's contacts.

        Others have no 1, so they have no such number, as a contact that does not exist.
        """
        documents = {name: {**entry, "columns": dict(entry["columns"])} for name, entry in self.table.catalog.items()}
        for entry in documents.values():
            for name, column in list(entry["columns"].items()):
                match column.get("value"):
                    case {"quantile_of": str(path), **groups} if "." in path:
                        source, _, ranked = path.partition(".")
                        columns = documents[source]["columns"]
                        only_here = {"type": columns[ranked]["type"], "value": {"multiply": [path, OWN]}}
                        columns[f"{ranked}_{OWN}"] = only_here
                        entry["columns"][name] = {**column, "value": {"quantile_of": f"{path}_{OWN}", **groups}}
                        documents[self.people]["columns"][OWN] = {"type": "integer"}
                    case _:
                        pass
        return documents

    def contacts(self) -> dict[str, Any]:
        """What it adds to the contacts source of all."""
        return self.prefix.contacts(self.documents[self.people])

    def sources(self) -> Documents:
        """Its other sources."""
        others = {name: entry for name, entry in self.documents.items() if name != self.people}
        return {self.prefix.rows_of(name): self.prefix.source(entry) for name, entry in others.items()}

    @cached_property
    def contact_rows(self) -> list[dict[str, str]]:
        """Its rows of the contacts source of all."""
        raw_id = self.table.catalog[self.people].get("contact", "contact_id")
        for_all = {raw_id: "contact_id", **({"deleted": "deleted"} if "delivery" in self.settings else {})}
        added = {WORLD: self.prefix.world}
        if OWN in self.documents[self.people]["columns"]:
            added[self.prefix.name(OWN)] = "1"
        return [
            {for_all.get(name, self.prefix.name(name)): value for name, value in row.items()}
            | {"contact_id": self.prefix.contact(row[raw_id])}
            | added
            for row in read_csv(self.table.texts()[self.people])
        ]

    def data(self) -> dict[str, str]:
        """The files of its other sources; every contact they name carries the prefix."""
        others = {name: text for name, text in self.table.texts().items() if name != self.people}
        return {self.prefix.rows_of(name): self._file(name, text) for name, text in others.items()}

    def _file(self, source: str, text: str) -> str:
        entries = [
            entry
            for name, entry in self.table.catalog.items()
            if source in (name, entry.get("read", {}).get("same_as")) and entry["kind"] != "lookup"
        ]
        ids = {entry.get("contact", "contact_id") for entry in entries}
        assert not ids & {name for entry in entries for name in entry["columns"]}, f"{source}: an id that is a column"
        header = next(csv.reader(io.StringIO(text, newline="")))
        rows = [
            {name: self.prefix.contact(value) if name in ids else value for name, value in row.items()}
            for row in read_csv(text)
        ]
        return csv_text(rows, header)

    def lists(self) -> dict[str, str]:
        """Its contact lists."""
        return {
            self.prefix.name(name): " ".join(map(self.prefix.contact, ids.split()))
            for name, ids in self.table.lists.items()
        }

    def cases(self) -> list[Case]:
        """The segment of its contacts, and its own cases."""
        live = [row["contact_id"] for row in self.contact_rows if row.get("deleted") != "true"]
        everybody = Case(self.prefix.name(WORLD), {"attribute": WORLD, "is": self.prefix.world}, live)
        return [everybody, *map(self.prefix.case, self.table.cases)]


def merged(name: str, tables: Sequence[Table], as_of: str) -> Table:
    """All these worlds, of one zone and with contacts of like settings, and the cases of those that ask at this as_of."""
    worlds = list(neighbours(tables))
    people: dict[str, Any] = {"kind": "contacts", "columns": typed({WORLD: "text"}), "lookups": {}}
    catalog: Documents = {CONTACTS: people}
    data: dict[str, str] = {}
    lists: dict[str, str] = {}
    for world in worlds:
        for key, value in world.contacts().items():
            if key in ("columns", "lookups"):
                put(people[key], value)
            else:
                assert people.setdefault(key, value) == value, f"two worlds whose contacts differ in {key}"
        put(catalog, world.sources(), joined_columns)
        put(data, world.data(), joined_files)
        put(lists, world.lists())
    rows = [row for world in worlds for row in world.contact_rows]
    assert len({row["contact_id"] for row in rows}) == len(rows), "two worlds have a contact of one id"
    cases = [case for world in worlds if world.table.as_of == as_of for case in world.cases()]
    ((zone),) = {table.time_zone for table in tables}
    return Table(name, catalog, {CONTACTS: csv_text(rows), **data}, cases, lists, as_of, zone)


def lakes(tables: Iterable[Table]) -> list[list[Table]]:
    """The tables in groups that can be merged: of one zone, apart those whose contacts source has settings of its own."""
    groups: dict[tuple[str, bool], list[Table]] = {}
    for table in tables:
        groups.setdefault((table.time_zone, bool(World(table).settings)), []).append(table)
    return list(groups.values())


def neighbours(tables: Iterable[Table]) -> Iterator[World]:
    """The worlds, each with those of its sources that an earlier one's can hold: whose a row is tells them apart."""
    standing: dict[str, dict[str, Any]] = {}
    for table in tables:
        before = dict(standing)
        shared: dict[str, str] = {}
        for name, entry in table.catalog.items():
            if name in table.data and is_plain(entry):
                fitting = (at for at, other in before.items() if at not in shared.values() and alike(other, entry))
                at = shared[name] = next(fitting, Prefix(table.name).name(name))
                standing[at] = joined_columns(standing.get(at, entry), entry)
        yield World(table, shared)


def is_plain(entry: Mapping[str, Any]) -> bool:
    """Whether rows of the source have to do with nothing but their contact and their own values."""
    of_rows = entry["kind"] in ("events", "related") and entry.get("time") not in entry["columns"]
    return of_rows and entry.keys() <= {"kind", "time", "contact", "columns"}


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two sources differ at most in columns that the other one does not have."""
    both = one["columns"].keys() & other["columns"].keys()
    same = all(one["columns"][name] == other["columns"][name] for name in both)
    return same and {**one, "columns": {}} == {**other, "columns": {}}


def joined_columns(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    return {**one, "columns": one["columns"] | other["columns"]}


def joined_files(one: str, other: str) -> str:
    return csv_text([*read_csv(one), *read_csv(other)])


def apart(one: Any, other: Any) -> Any:
    raise AssertionError(f"two worlds have a name in common: {one}, {other}")


def put(into: dict[str, Any], more: Mapping[str, Any], joined: Callable[[Any, Any], Any] = apart) -> None:
    for name, value in more.items():
        into[name] = joined(into[name], value) if name in into else value


def read_csv(text: str) -> list[dict[str, str]]:
    return [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)]


def csv_text(rows: Sequence[Mapping[str, str]], header: Iterable[str] = ()) -> str:
    """The rows under all names that any of them has; what a row lacks is missing."""
    names = dict.fromkeys([*header, *(name for row in rows for name in row)])
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(names), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
