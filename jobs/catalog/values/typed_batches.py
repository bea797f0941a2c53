"""One batch of delivered cells as the source's typed columns, and beside them what is wrong with each row.

A problem names the column and what its value is not, never the value: `dollar_value: not a decimal(12,2)`. A missing
time is one too, unless the gate `missing_time_at_most` says how many there may be; a missing contact is none, such rows
belong to nobody and are counted.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from jobs.catalog.derived_columns import derivations
from jobs.catalog.model import Column, Source
from jobs.catalog.types import FLOAT, ColumnType
from jobs.catalog.values.cells import Cells, contact_ids, raw_texts
from jobs.catalog.values.derived_values import derive
from jobs.catalog.values.layout import CONTACT_ID, DELETED, POINT, PROBLEMS, raw_text, schema_of
from jobs.catalog.values.parsed import Mask, Parsed, booleans, either, present, some
from jobs.catalog.values.typed import parse_cells
from jobs.syntax.zones import zone_transitions

BOOLEAN = ColumnType("boolean")


def expected(column: ColumnType) -> str:
    """What a wrong value of a type is not, for problems and for whoever counts them."""
    match column.name:
        case "text":
            return "a text"
        case "choice":
            return "one of the catalog's values"
        case "choices":
            return "a set of the catalog's values, with | between them"
        case "integer":
            return "a whole number of 64 bits"
        case "decimal":
            return f"a {column}"
        case "float":
            return "a finite number"
        case "boolean":
            return "true or false"
        case "version":
            return "a version of digits and dots"
        case "date":
            return "a date as YYYY-MM-DD"
        case "timestamp":
            return "a timestamp as YYYY-MM-DDTHH:MM:SS, with or without an offset, or a date"
        case "point":
            return "a latitude from -90 to 90 and a longitude from -180 to 180"


class Parser:
    """The parser of one source's rows. `zone` is the account's; a source's own comes before it."""

    def __init__(self, source: Source, zone: str) -> None:
        self.source = source
        self.schema = schema_of(source)
        self._zone = zone_transitions(source.time_zone or zone)
        self._derivations = derivations(source)

    def parse(self, cells: Mapping[str, Cells], rows: int) -> pa.RecordBatch:
        """`cells` by their names in the data; `deleted` may be absent, every other name is there."""
        found = _Found(rows)
        self._parse_keys(cells, found)
        for column in self.source.columns.values():
            if column.derive is None:
                found.take(column.name, self._parse_column(column, cells), expected(column.type))
        self._parse_time(cells, found)
        for name, operation in self._derivations.items():
            column = self.source.columns[name]
            derived = derive(column.type, operation, found.columns, rows)
            found.take(name, derived, f"within {column.type}")
        columns = {**found.columns, PROBLEMS: found.problems()}
        return pa.RecordBatch.from_arrays([columns[name] for name in self.schema.names], schema=self.schema)

    def _parse_keys(self, cells: Mapping[str, Cells], found: _Found) -> None:
        source = self.source
        if source.contact:
            found.take(CONTACT_ID, contact_ids(cells[source.raw_name(source.contact)]), "a text", called=source.contact)
        for name in source.raw_texts:
            found.take(raw_text(name), raw_texts(cells[source.raw_name(name)]), "a text", called=name)
        if source.delivery == "changes":
            flags = cells.get(DELETED)
            parsed = (
                Parsed(pa.nulls(found.rows, pa.bool_())) if flags is None else parse_cells(BOOLEAN, flags, self._zone)
            )
            found.take(DELETED, parsed, expected(BOOLEAN))

    def _parse_column(self, column: Column, cells: Mapping[str, Cells]) -> Parsed:
        if column.type.name == "point":
            return _point(*(self._coordinate(cells[name]) for name in (column.latitude, column.longitude)))
        return parse_cells(column.type, cells[column.raw], self._zone)

    def _coordinate(self, cells: Cells) -> Parsed:
        return parse_cells(FLOAT, cells, self._zone)

    def _parse_time(self, cells: Mapping[str, Cells], found: _Found) -> None:
        source = self.source
        if not source.time:
            return
        if source.time not in source.columns:
            column = source.column(source.time)
            assert column is not None
            found.take(column.name, self._parse_column(column, cells), expected(column.type))
        if source.gates.missing_time_at_most is None:
            found.blame(source.time, some(found.is_missing(source.time)), "missing")


class _Found:
    """The columns of one batch so far, and who is to blame for what."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.columns: dict[str, pa.Array] = {}
        self._wrong: dict[str, Mask] = {}
        self._blames: list[tuple[str, Mask]] = []

    def take(self, name: str, parsed: Parsed, what: str, called: str = "") -> None:
        """`called` is the column's name in problems, where that is another."""
        self.columns[name] = parsed.values
        if parsed.wrong is not None:
            self._wrong[name] = parsed.wrong
            self.blame(called or name, parsed.wrong, f"not {what}")

    def blame(self, name: str, rows: Mask | None, what: str) -> None:
        if rows is not None:
            self._blames.append((f"{name}: {what}", rows))

    def is_missing(self, name: str) -> Mask:
        """Where nothing stood at all."""
        missing = ~present(self.columns[name])
        wrong = self._wrong.get(name)
        return missing if wrong is None else missing & ~wrong

    def problems(self) -> pa.Array:
        kind = pa.list_(pa.string())
        anywhere = either(*(rows for _, rows in self._blames))
        if anywhere is None or not anywhere.any():
            return pa.nulls(self.rows, kind)
        texts: list[list[str] | None] = [None] * self.rows
        for row in np.flatnonzero(anywhere):
            texts[row] = list(dict.fromkeys(text for text, rows in self._blames if rows[row]))
        return pa.array(texts, kind)


def _point(latitude: Parsed, longitude: Parsed) -> Parsed:
    """Missing unless both coordinates are there; wrong where either is wrong or off the globe."""
    known = present(latitude.values) & present(longitude.values)
    off = _beyond(latitude.values, 90) | _beyond(longitude.values, 180)
    wrong = either(latitude.wrong, longitude.wrong, some(off))
    known = known if wrong is None else known & ~wrong
    values = pa.StructArray.from_arrays(
        [latitude.values, longitude.values], fields=list(POINT), mask=None if known.all() else booleans(~known)
    )
    return Parsed(values, wrong)


def _beyond(values: pa.Array, limit: int) -> Mask:
    return np.abs(values.fill_null(0).to_numpy(zero_copy_only=False)) > limit
