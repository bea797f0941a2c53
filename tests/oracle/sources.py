"""Sources and their rows: what a folder of deliveries holds once it is read as the catalog says.

Rows of nobody and rows without a time are gone; a key keeps one of several identical rows; rows of events at as_of or
later, or before the source's `keep`, do not exist. Keys, lookups' too, are equal as their type's values are; of a pair of
columns text folds when either says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle import values
from tests.oracle.arithmetic import computed_number
from tests.oracle.clock import Clock
from tests.oracle.values import Cell, Column, Raw
from tests.oracle.writing import in_default_form

Catalog = Mapping[str, Mapping[str, Any]]
Data = Mapping[str, Sequence[Raw]]


@dataclass(eq=False)
class Row:
    """One delivered row with its typed values."""

    raw: Raw
    cells: dict[str, Any]
    contact: str | None
    time: datetime | None


@dataclass(eq=False)
class Source:
    """A source of the catalog, with its rows, and of all but lookups by contact (in no particular order).

    `keys` are the columns of `key`, listed or not; `by_key` a lookup's rows, by its key as it is and folded.
    """

    name: str
    kind: str
    declared: Mapping[str, Any]
    columns: dict[str, Column]
    rows: list[Row] = field(default_factory=list)
    of: dict[str, list[Row]] = field(default_factory=dict)
    keys: dict[str, Column] = field(default_factory=dict)
    by_key: dict[bool, dict[Any, Row]] = field(default_factory=dict)

    @property
    def time_column(self) -> str | None:
        return self.declared.get("time") if self.kind == "events" else None

    def found_by(self, looking: Cell) -> Row | None:
        """The row of a lookup whose key equals a value of another source."""
        (key,) = self.keys.values()
        fold = key.fold or looking.column.fold
        if fold not in self.by_key:
            cells = ((Cell(key, row.cells[key.name]), row) for row in self.rows)
            self.by_key[fold] = {values.identity(cell, fold): row for cell, row in cells}
        return self.by_key[fold].get(values.identity(looking, fold))

    def row_of(self, contact: str) -> Row | None:
        """The only row of a contact, for sources with one row each."""
        rows = self.of.get(contact, [])
        return rows[0] if rows else None


def read_sources(catalog: Catalog, data: Data, clock: Clock) -> dict[str, Source]:
    """Every source of the catalog with the rows that exist for the run."""
    return {name: _source(name, declared, catalog, data, clock) for name, declared in catalog.items()}


def _source(name: str, declared: Mapping[str, Any], catalog: Catalog, data: Data, clock: Clock) -> Source:
    columns = {key: values.column_of(key, entry) for key, entry in (declared.get("columns") or {}).items()}
    source = Source(name, declared["kind"], declared, columns)
    if source.time_column and source.time_column not in columns:
        columns[source.time_column] = Column(source.time_column, "timestamp", raw=source.time_column)
    if source.kind == "computed":
        return source
    source.keys = _keys(source, catalog)
    file = (declared.get("read") or {}).get("same_as", name)
    zone = ZoneInfo(declared["time_zone"]) if "time_zone" in declared else clock.zone
    rows = [_row(source, in_default_form(declared, raw), zone) for raw in data.get(file, [])]
    source.rows = [row for row in _one_for_each_key(source, rows) if _exists(source, row, clock)]
    for row in source.rows if source.kind != "lookup" else ():
        source.of.setdefault(row.contact or "", []).append(row)
    return source


def _keys(source: Source, catalog: Catalog) -> dict[str, Column]:
    """The columns of a source's key. One that is not listed is typed as those of other sources that look it up."""
    key = source.declared.get("key", [])
    looking = [
        values.column_of("", other["columns"][lookup["on"]])
        for other in catalog.values()
        for lookup in (other.get("lookups") or {}).values()
        if lookup["source"] == source.name
    ]
    like = looking[0] if looking else Column("", "text")
    return {
        name: source.columns.get(name) or Column(name, like.kind, like.scale, raw=name)
        for name in ([key] if isinstance(key, str) else key)
    }


def _row(source: Source, raw: Raw, zone: ZoneInfo) -> Row:
    delivered = [column for column in source.columns.values() if column.derive is None]
    cells = {column.name: values.read(column, raw, zone) for column in [*delivered, *source.keys.values()]}
    for column in source.columns.values():
        if column.derive is not None:
            cells[column.name] = _derived(source, column, cells)
    contact = raw.get(source.declared.get("contact", "contact_id")) if source.kind != "lookup" else None
    return Row(raw, cells, contact or None, cells.get(source.time_column) if source.time_column else None)


def _derived(source: Source, column: Column, cells: Mapping[str, Any]) -> Fraction | int | None:
    def operand(name: str) -> Any:
        inner = source.columns[name]
        return cells[name] if inner.derive is None else _derived(source, inner, cells)

    return computed_number(column, column.derive, operand)


def _one_for_each_key(source: Source, rows: list[Row]) -> list[Row]:
    """Rows that share a key are alike in valid data of one delivery: one of them stays. Missing equals missing."""
    if not source.keys:
        return rows
    parts = source.keys.values()
    return list({tuple(_key_part(row, column) for column in parts): row for row in rows}.values())


def _key_part(row: Row, column: Column) -> Any:
    value = row.cells[column.name]
    return None if value is None else values.identity(Cell(column, value))


def _exists(source: Source, row: Row, clock: Clock) -> bool:
    if source.declared.get("delivery") == "changes" and row.raw.get("deleted") == "true":
        return False
    if source.kind == "lookup":
        return all(row.cells[name] is not None for name in source.keys)
    if row.contact is None:
        return False
    if source.kind != "events":
        return True
    keep = source.declared.get("keep")
    start = clock.midnight(clock.day_before(keep)) if keep else None
    return row.time is not None and row.time < clock.as_of and (start is None or row.time >= start)


def walk(sources: Mapping[str, Source], source: Source, row: Row | None, path: list[str]) -> Cell:
    """The cell a path names from a row of a source, through lookups; no row, or no match: missing."""
    if len(path) == 1:
        column = source.columns[path[0]]
        return Cell(column, row.cells[column.name] if row else None)
    lookup = source.declared["lookups"][path[0]]
    target = sources[lookup["source"]]
    looking = Cell(source.columns[lookup["on"]], row.cells[lookup["on"]] if row else None)
    return walk(sources, target, None if looking.value is None else target.found_by(looking), path[1:])
