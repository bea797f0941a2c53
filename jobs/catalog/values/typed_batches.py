"""One batch of delivered cells as the source's typed columns, and beside them what is wrong with each row.

A problem names the column and what its value is not, never the value: `dollar_value: not a decimal(12,2)`. A missing
time is one too, unless the gate `missing_time_at_most` says how many there may be; a missing contact is none, such rows
belong to nobody and are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from jobs.catalog.derived_columns import derivations
from jobs.catalog.model import Column, Source
from jobs.catalog.row_rules import FOLDED_KEY, KEY, Blame
from jobs.catalog.types import FLOAT, ColumnType
from jobs.catalog.values.cells import Cells
from jobs.catalog.values.derived_values import derive
from jobs.catalog.values.equality import key_texts
from jobs.catalog.values.expected_forms import expected
from jobs.catalog.values.layout import CONTACT_ID, DELETED, POINT, PROBLEMS, schema_of
from jobs.catalog.values.parsed import Mask, Parsed, booleans, either, only, present, some
from jobs.catalog.values.proposals import Trials, proposals
from jobs.catalog.values.trials import look_at_texts, try_settings
from jobs.catalog.values.typed import parse_cells
from jobs.syntax.zones import zone_transitions


def possible_blames(source: Source) -> tuple[Blame, ...]:
    """Everything that `_problems` of a row of the source may say, each once, column by column."""
    blames: list[Blame] = []
    for called, column in _delivered(source):
        blames.append(_wrong(called, column))
        if column.type.name == "timestamp":
            blames.append(_outside(called))
    if source.time and source.gates.missing_time_at_most is None:
        blames.append(_missing(source.time))
    blames += [_unfitting(source.columns[name]) for name in derivations(source)]
    return tuple(blames)


def _wrong(called: str, column: Column) -> Blame:
    return Blame(called, f"not {expected(column.type, column.written)}")


def _outside(called: str) -> Blame:
    """Said of placeholders like 9999-12-31 whose instant cannot be stored."""
    return Blame(called, "outside the years 0001 to 9999 of UTC", "outside")


def _missing(time: str) -> Blame:
    return Blame(time, "missing", "missing")


def _unfitting(derived: Column) -> Blame:
    return Blame(derived.name, f"not within {derived.type}")


def _delivered(source: Source) -> tuple[tuple[str, Column], ...]:
    """Each column that is read of the data, once, and what it is called in problems."""
    columns: dict[str, tuple[str, Column]] = {}
    if source.contact_column is not None:
        columns[CONTACT_ID] = source.contact, source.contact_column
    listed = [column for column in source.columns.values() if column.derive is None]
    time = source.column(source.time)
    for column in (*listed, *source.key_columns, *([time] if time else [])):
        columns.setdefault(column.name, (column.name, column))
    if source.deleted_column is not None:
        columns.setdefault(DELETED, (DELETED, source.deleted_column))
    return tuple(columns.values())


def delivered_columns(source: Source) -> dict[str, Column]:
    """Each column that is read of the data, by what it is called in problems."""
    return dict(_delivered(source))


def settings_for(source: Source, trials: Trials) -> dict[Blame, str]:
    """What would read all the values that are to blame for something, as far as trying has shown it."""
    columns = delivered_columns(source)
    proposed = proposals(columns, trials)
    return {_wrong(called, columns[called]): setting for called, setting in proposed.items()}


def types_read(source: Source) -> dict[str, list[ColumnType]]:
    """As what each column of the data is read, by its name there; one may be read as several."""
    types: dict[str, list[ColumnType]] = {}
    for _, column in _delivered(source):
        for name in (column.raw, column.latitude, column.longitude):
            if name:
                types.setdefault(name, []).append(FLOAT if column.type.name == "point" else column.type)
    return types


class Parser:
    """The parser of one source's rows. `zone` is the account's; a source's own comes before it.

    `trials` gets to know what would read wrong cells.
    """

    def __init__(self, source: Source, zone: str, trials: Trials | None = None) -> None:
        self.source = source
        self.trials = Trials() if trials is None else trials
        self.schema = schema_of(source)
        self._zone = zone_transitions(source.time_zone or zone)
        self._delivered = _delivered(source)
        self._derivations = derivations(source)

    def parse(self, cells: Mapping[str, Cells], rows: int) -> pa.RecordBatch:
        """`cells` by their names in the data; `deleted` may be absent, every other name is there."""
        batch = _Batch(rows)
        for called, column in self._delivered:
            parsed = self._parse_column(column, cells, rows)
            batch.take(column.name, parsed, _wrong(called, column))
            batch.blame(_outside(called), parsed.outside)
            if parsed.wrong is not None:
                try_settings(self.trials, called, column, cells, parsed.wrong, self._parse_column)
        if self.trials.fitting:
            look_at_texts(self.trials, self.source, dict(self._delivered), cells)
        if self.source.time and self.source.gates.missing_time_at_most is None:
            batch.blame(_missing(self.source.time), some(batch.is_missing(self.source.time)))
        for name, operation in self._derivations.items():
            column = self.source.columns[name]
            batch.take(name, derive(column.type, operation, batch.columns, rows), _unfitting(column))
        columns = {**batch.columns, **self._keys(batch), PROBLEMS: batch.problems()}
        return pa.RecordBatch.from_arrays([columns[name] for name in self.schema.names], schema=self.schema)

    def _parse_column(self, column: Column, cells: Mapping[str, Cells], rows: int) -> Parsed:
        if column.type.name == "point":
            sides = (cells[name] for name in (column.latitude, column.longitude))
            return _point(*(parse_cells(FLOAT, column.written, side, self._zone) for side in sides))
        if column.raw == DELETED and DELETED not in cells:
            return Parsed(pa.nulls(rows, pa.bool_()))
        return parse_cells(column.type, column.written, cells[column.raw], self._zone)

    def _keys(self, batch: _Batch) -> dict[str, pa.Array]:
        """The key as one text; null where a part of it is wrong, since nobody knows what it should have been."""
        parts = self.source.key_columns
        wrong = batch.wrong_in([part.name for part in parts])
        texts: dict[str, pa.Array] = {}
        for name, folded in ((KEY, False), (FOLDED_KEY, True)):
            if name in self.schema.names:
                key = key_texts(parts, batch.columns, folded)
                texts[name] = key if wrong is None else only(key, ~wrong)
        return texts


class _Batch:
    """The columns of one batch so far, and who is to blame for what."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.columns: dict[str, pa.Array] = {}
        self._wrong: dict[str, Mask] = {}
        self._blames: list[tuple[Blame, Mask]] = []

    def take(self, name: str, parsed: Parsed, blame: Blame) -> None:
        """The column with its values, and the blame for what is none of its type."""
        self.columns[name] = parsed.values
        unusable = either(parsed.wrong, parsed.outside)
        if unusable is not None:
            self._wrong[name] = unusable
        self.blame(blame, parsed.wrong)

    def blame(self, blame: Blame, rows: Mask | None) -> None:
        if rows is not None:
            self._blames.append((blame, rows))

    def is_missing(self, name: str) -> Mask:
        """Where nothing stood at all."""
        missing = ~present(self.columns[name])
        wrong = self._wrong.get(name)
        return missing if wrong is None else missing & ~wrong

    def wrong_in(self, names: Sequence[str]) -> Mask | None:
        """Where any of these columns holds something wrong."""
        return either(*(self._wrong.get(name) for name in names))

    def problems(self) -> pa.Array:
        kind = pa.list_(pa.string())
        anywhere = either(*(rows for _, rows in self._blames))
        if anywhere is None or not anywhere.any():
            return pa.nulls(self.rows, kind)
        texts: list[list[str] | None] = [None] * self.rows
        for row in np.flatnonzero(anywhere):
            texts[row] = list(dict.fromkeys(str(blame) for blame, rows in self._blames if rows[row]))
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
