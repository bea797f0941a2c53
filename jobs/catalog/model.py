"""The catalog as the rest of the code sees it: frozen, checked when built, looked up by the names specs use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from jobs.catalog.csv_form import COMMAS, CsvForm
from jobs.catalog.delivery_gates import Gates
from jobs.catalog.types import BOOLEAN, TEXT, TIMESTAMP, ColumnType
from jobs.catalog.written import AS_USUAL, WrittenForm
from jobs.syntax.durations import Duration
from jobs.syntax.nodes import Node

Kind = Literal["contacts", "attributes", "events", "related", "lookup", "computed"]
Delivery = Literal["full", "append", "changes"]
Format = Literal["csv", "jsonl", "parquet"]

CONTACT_ID = "contact_id"
"""The name that rows' contact is stored under, whatever it is called in the data."""
DELETED = "deleted"
"""The flag that takes rows away, where they are delivered as changes."""


@dataclass(frozen=True)
class Column:
    """One column. `raw` is its name in the data, "" for one not delivered; a point has two raw names instead.

    `derive` (rows) and `value`, `cases` (computed) are kept as written; the language or the parser gives them meaning.
    """

    name: str
    type: ColumnType
    raw: str = ""
    latitude: str = ""
    longitude: str = ""
    meaning: str = ""
    unit: str = ""
    sensitive: bool = False
    written: WrittenForm = AS_USUAL
    derive: Node | None = None
    value: Node | None = None
    cases: Node | None = None


@dataclass(frozen=True)
class Lookup:
    """Rows of `source` joined where their key equals column `on`, by the type's own equality."""

    name: str
    source: str
    on: str


@dataclass(frozen=True)
class Files:
    """Files under the landing folder; `{date}` in `path` labels deliveries. `marker` or `count`: when one is whole.

    `csv` is how CSV is cut; no other format has one.
    """

    path: str
    format: Format
    marker: str = ""
    count: int = 0
    csv: CsvForm = COMMAS

    def __post_init__(self) -> None:
        if self.format != "csv" and self.csv != COMMAS:
            raise ValueError(f"found csv beside the format {self.format}, expected none")

    @property
    def dated(self) -> bool:
        """Whether the files' names say which day they are."""
        return "{date}" in self.path

    @property
    def form(self) -> str:
        """How values are written, as far as reading them depends on it."""
        return self.format if self.csv == COMMAS else str(self.csv)

    @property
    def words(self) -> str:
        """Its deliveries, in words that follow them."""
        return f"that matches {self.path}"


@dataclass(frozen=True)
class DeltaTable:
    """A Delta table that somebody else writes. `version` None: the latest."""

    path: str
    version: int | None = None

    @property
    def form(self) -> str:
        return "typed"

    @property
    def words(self) -> str:
        return f"from the table {self.path}"


@dataclass(frozen=True)
class Relation:
    """A table or view of a relational database. `partitions` ranges of `partition_on` are read side by side."""

    connection: str
    table: str
    partition_on: str = ""
    partitions: int = 1
    changed_at: str = ""

    @property
    def form(self) -> str:
        return "typed"

    @property
    def words(self) -> str:
        return f"from {self.table} of {self.connection}"


@dataclass(frozen=True)
class SameAs:
    """The rows of another source, with a contact, a time or columns of its own."""

    source: str

    @property
    def words(self) -> str:
        return f"of the rows of {self.source}"


Origin = Files | DeltaTable | Relation | SameAs
"""Where a source's rows come from."""


@dataclass(frozen=True)
class Source:
    """One source. `columns` are the listed ones only; `column(name)` also finds the time column."""

    name: str
    kind: Kind
    columns: Mapping[str, Column]
    lookups: Mapping[str, Lookup] = field(default_factory=dict[str, Lookup])
    meaning: str = ""
    contact: str = "contact_id"
    time: str = ""
    key: tuple[str, ...] = ()
    time_zone: str | None = None
    keep: Duration | None = None
    delivery: Delivery = "full"
    origin: Origin | None = None
    written: WrittenForm = AS_USUAL
    """How texts of columns that are not listed are written; each listed one has its own."""
    gates: Gates = field(default_factory=Gates)
    file: str = ""
    looked_up_as: ColumnType = TEXT
    """Of a lookup: the type of the columns that hold its key in other sources; `fold` where one of them folds."""

    # What a kind of source means is answered here; nobody else compares kinds.

    @property
    def is_contacts(self) -> bool:
        """Whether it says who exists."""
        return self.kind == "contacts"

    @property
    def is_lookup(self) -> bool:
        """Whether its rows are found by key from rows of others."""
        return self.kind == "lookup"

    @property
    def is_computed(self) -> bool:
        """Whether it has no rows of its own: nothing is delivered, stored or packed."""
        return self.kind == "computed"

    @property
    def has_contacts(self) -> bool:
        """Whether each row names a contact: then it has tiles."""
        return self.kind in ("contacts", "attributes", "events", "related")

    @property
    def has_time(self) -> bool:
        """Whether each row says when it happened."""
        return self.kind == "events"

    @property
    def one_row_each(self) -> bool:
        """Whether a contact has one row at most."""
        return self.kind in ("contacts", "attributes")

    @property
    def many_rows_each(self) -> bool:
        """Whether a contact may have several rows, which specs ask for as `event` or `related`."""
        return self.kind in ("events", "related")

    @property
    def prefixes_attributes(self) -> bool:
        """Whether an `attribute` names its columns `source.column`."""
        return self.kind in ("attributes", "computed")

    @property
    def adds_up(self) -> bool:
        """Whether a new delivery can only add rows: then tiles get parts, and nothing old is looked at."""
        return self.delivery == "append" and not self.key and not self.one_row_each

    @property
    def catches_up(self) -> bool:
        """Whether a later delivery brings whatever an earlier one, that was refused, would have brought."""
        return self.delivery == "full" or isinstance(self.origin, Relation)

    @property
    def rows_of(self) -> str:
        """The name of the source whose rows these are: its own, unless it reads another's."""
        return self.origin.source if isinstance(self.origin, SameAs) else self.name

    def column(self, name: str) -> Column | None:
        """A listed column, or the time column of an events source as a timestamp (raw name = its name)."""
        if name in self.columns:
            return self.columns[name]
        if not self.time or name != self.time:
            return None
        return Column(name, TIMESTAMP, raw=name, written=self.written.concerning("timestamp"))

    def raw_name(self, name: str) -> str:
        """The name in the data of a column that `contact` or `time` names, listed or not."""
        column = self.columns.get(name)
        return column.raw if column is not None and column.raw else name

    @cached_property
    def contact_column(self) -> Column | None:
        """The contact's id as it is stored; None where rows name nobody."""
        if not self.contact:
            return None
        listed = self.columns.get(self.contact)
        written = self.written.concerning("text") if listed is None else listed.written
        return Column(CONTACT_ID, TEXT, raw=self.raw_name(self.contact), written=written.concerning("text"))

    @cached_property
    def deleted_column(self) -> Column | None:
        """The flag that takes rows away, of a source of changes."""
        if self.delivery != "changes":
            return None
        return self.columns.get(DELETED) or Column(
            DELETED, BOOLEAN, raw=DELETED, written=self.written.concerning("boolean")
        )

    @cached_property
    def key_columns(self) -> tuple[Column, ...]:
        """The parts of `key`, each under the name that it is stored under.

        One that is not listed has the type of the columns that look it up; nothing but its text where there are none.
        """
        return tuple(self._key_column(name) for name in self.key)

    def _key_column(self, name: str) -> Column:
        column = self.column(name)
        if column is not None:
            return column
        if name == self.contact and self.contact_column is not None:
            return self.contact_column
        kind = replace(self.looked_up_as, fold=False)
        return Column(name, kind, raw=name, written=self.written.concerning(kind.name))

    @property
    def folds_for_others(self) -> bool:
        """Whether a column that does fold looks up the key, which itself does not."""
        return self.looked_up_as.fold and not any(column.type.fold for column in self.key_columns)


@dataclass(frozen=True)
class Found:
    """Where a dotted name leads: the source that the path starts in, the path inside it, and the last column."""

    source: Source
    path: str
    column: Column
    through: tuple[str, ...] = ()
    """Lookup sources passed on the way, for what a segment depends on."""


@dataclass(frozen=True)
class Catalog:
    """All sources by name."""

    sources: Mapping[str, Source]

    @cached_property
    def contacts(self) -> Source:
        return next(source for source in self.sources.values() if source.is_contacts)

    def origin_of(self, source: Source) -> Files | DeltaTable | Relation | None:
        """Where a source's rows come from, those of another source included; None where its file does not say."""
        origin = self.sources[source.rows_of].origin
        assert not isinstance(origin, SameAs), f"{source.rows_of} reads the rows of a third source"
        return origin

    def csv_form(self, source: Source) -> CsvForm:
        """How files of CSV with a source's rows are cut."""
        origin = self.origin_of(source)
        return origin.csv if isinstance(origin, Files) else COMMAS

    def of_kind(self, *kinds: Kind) -> list[Source]:
        return [source for source in self.sources.values() if source.kind in kinds]

    def row_column(self, source: Source, path: str) -> Found | None:
        """The column of a row that `amount` or `product.brand.name` names, following lookups; None if there is none."""
        head, _, rest = path.partition(".")
        through: tuple[str, ...] = ()
        at = source
        while rest:
            lookup = at.lookups.get(head)
            if lookup is None:
                return None
            at = self.sources[lookup.source]
            through = (*through, at.name)
            head, _, rest = rest.partition(".")
        column = at.column(head)
        return None if column is None else Found(source, path, column, through)

    def attribute(self, name: str) -> Found | None:
        """What an `attribute` of a contact names: `country`, `home_city.country`, `loyalty.tier`, `loyalty.plan.name`."""
        head, _, rest = name.partition(".")
        if rest and head not in self.contacts.lookups:
            source = self.sources.get(head)
            if source is None or not source.prefixes_attributes:
                return None
            return self.row_column(source, rest)
        return self.row_column(self.contacts, name)

    def attribute_names(self) -> list[str]:
        """Every name `attribute` finds, for suggestions."""
        names = list(self.row_names(self.contacts))
        for source in self.of_kind("attributes", "computed"):
            names += [f"{source.name}.{path}" for path in self.row_names(source)]
        return names

    def row_names(self, source: Source, depth: int = 3) -> list[str]:
        """Every column a row of the source can name, lookups up to three deep included."""
        names = list(source.columns)
        if source.time and source.time not in source.columns:
            names.append(source.time)
        if depth:
            for lookup in source.lookups.values():
                names += [f"{lookup.name}.{path}" for path in self.row_names(self.sources[lookup.source], depth - 1)]
        return names
