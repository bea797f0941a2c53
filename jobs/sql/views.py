"""Views under the names that a statement reads: over delivered files of CSV or Parquet, or over a table of typed rows.

For a look with one's own engine. Values are cast as the engine casts them, where the parser would refuse what is no value;
what a view cannot say exactly is said above it. Text after folding is in small letters and NFC, which is nearly it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from jobs.catalog.model import CONTACT_ID, Column, Files, Source
from jobs.catalog.row_rules import KEY
from jobs.catalog.types import ColumnType
from jobs.catalog.values.layout import DELETED, wanted
from jobs.catalog.written import AS_USUAL
from jobs.errors import visible
from jobs.sql.fragments import Engine
from jobs.sql.relations import folded_name

OFFSET = "(Z|[+-][0-9]{2}:?[0-9]{2})$"
WITHOUT_SECONDS = "([T ][0-9]{2}:[0-9]{2})($|Z|[+-])"
"""Neither engine casts a clock's time that ends with the minutes and an offset."""
PLACE = "_place"
"""Where a row's file stands among all of them, in the order in which they count."""


@dataclass(frozen=True)
class LyingFiles:
    """What a source consists of, as files in the order in which they count. `zone`: of timestamps without an offset."""

    files: Files
    paths: Sequence[str]
    zone: str


@dataclass(frozen=True)
class LyingTable:
    """The same as a table of typed rows at an address: the numbers of the deliveries that count, in their order."""

    address: str
    deliveries: Sequence[int]


def view(source: Source, lies: LyingFiles | LyingTable, engine: Engine) -> str:
    """The statements that make the view of a source, with what is to be known of it in comments above."""
    match lies:
        case LyingFiles():
            return _over_files(source, lies, _Words(engine))
        case LyingTable():
            return _over_table(source, lies, _Words(engine))
        case _:
            assert_never(lies)


@dataclass(frozen=True)
class _Words:
    """How an engine spells what views are made of."""

    engine: Engine

    @property
    def spark(self) -> bool:
        return self.engine == "spark"

    def name(self, name: str) -> str:
        mark = "`" if self.spark else '"'
        return f"{mark}{name.replace(mark, mark * 2)}{mark}"

    def text(self, text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace("'", "\\'") if self.spark else text.replace("'", "''")
        return f"'{escaped}'"

    def path(self, path: str) -> str:
        """A path that stands for itself alone: both engines take some letters of it for a pattern."""
        if self.spark:
            return re.sub(r"[]\[{}*?,\\]", r"\\\g<0>", path)
        return re.sub(r"[\[*?]", r"[\g<0>]", path)

    @property
    def string(self) -> str:
        return "STRING" if self.spark else "VARCHAR"

    def instant_or(self, value: str, text: str) -> str:
        """A value that is an instant by its type, or what is read of it as a text: a local time without an offset."""
        if self.spark:
            return f"CASE WHEN TYPEOF({value}) = 'timestamp' THEN CAST({value} AS TIMESTAMP) ELSE {text} END"
        kind = "'TIMESTAMP WITH TIME ZONE'"
        return f"CASE WHEN TYPEOF({value}) = {kind} THEN CAST({value} AS TIMESTAMPTZ) ELSE {text} END"

    def folded(self, text: str) -> str:
        return f"LOWER({text})" if self.spark else f"LOWER(NFC_NORMALIZE({text}))"

    def newest(self, select: str, key: Sequence[str], place: str, kept: str) -> str:
        """Of the rows of one key the one with the greatest place, if it is kept."""
        by = ", ".join(map(self.name, key))
        rank = f"ROW_NUMBER() OVER (PARTITION BY {by} ORDER BY {place} DESC) AS _rank"
        ranked = f"SELECT *, {rank} FROM (\n{select}\n) AS each"  # noqa: S608 - names of the catalog, in quotes
        return f"SELECT * FROM (\n{ranked}\n) AS ranked\nWHERE _rank = 1 AND {kept}"  # noqa: S608 - the same

    def create(self, name: str, select: str) -> str:
        return f"CREATE OR REPLACE {'TEMPORARY ' if self.spark else ''}VIEW {self.name(name)} AS\n{select};\n"

    def typed(self, kind: ColumnType, value: str, zone: str) -> str:
        """A text as a value of the type."""
        match kind.name:
            case "text" | "choice" | "version":
                return value
            case "choices":
                return f"SPLIT({value}, '\\\\|')" if self.spark else f"STRING_SPLIT({value}, '|')"
            case "integer":
                return f"CAST({value} AS BIGINT)"
            case "decimal":
                return f"CAST({value} AS DECIMAL({kind.precision}, {kind.scale}))"
            case "float" | "point":
                return f"CAST({value} AS DOUBLE)"
            case "boolean":
                return f"CAST({value} AS BOOLEAN)"
            case "date":
                return f"CAST({value} AS DATE)"
            case "timestamp":
                return self._instant(value, zone)

    def _instant(self, value: str, zone: str) -> str:
        """Local where no offset stands behind a clock's time."""
        if self.spark:
            value = f"REGEXP_REPLACE({value}, {self.text(WITHOUT_SECONDS)}, '$1:00$2')"
            local = f"TO_UTC_TIMESTAMP(CAST({value} AS TIMESTAMP), {self.text(zone)})"
            return f"CASE WHEN {value} RLIKE {self.text(OFFSET)} THEN CAST({value} AS TIMESTAMP) ELSE {local} END"
        value = f"REGEXP_REPLACE({value}, {self.text(WITHOUT_SECONDS)}, '\\1:00\\2')"
        local = f"TIMEZONE({self.text(zone)}, CAST({value} AS TIMESTAMP))"
        there = f"REGEXP_MATCHES({value}, {self.text(OFFSET)})"
        return f"CASE WHEN {there} THEN CAST({value} AS TIMESTAMPTZ) ELSE {local} END"

    def point(self, latitude: str, longitude: str) -> str:
        known = f"{latitude} IS NOT NULL AND {longitude} IS NOT NULL"
        struct = (
            "NAMED_STRUCT('latitude', {}, 'longitude', {})"
            if self.spark
            else "STRUCT_PACK(latitude := {}, longitude := {})"
        )
        return f"CASE WHEN {known} THEN {struct.format(latitude, longitude)} END"


# --- over files -----------------------------------------------------------------------------------------------------------


def _over_files(source: Source, lies: LyingFiles, words: _Words) -> str:
    columns = {name: f"{value} AS {words.name(name)}" for name, value in _columns(source, lies, words)}
    lines = [*columns.values(), *_folded(source, dict(_columns(source, lies, words)), words)]
    needed = [columns[name].rpartition(" AS ")[0] for name in (CONTACT_ID, source.time) if name in columns]
    where = " AND ".join(f"({value}) IS NOT NULL" for value in needed)
    rows = _raw_rows(source, lies, words)
    select = "SELECT\n  " + ",\n  ".join(lines) + f"\nFROM (\n{rows}\n) AS raw" + (f"\nWHERE {where}" if where else "")
    notes = "".join(f"-- {visible(note)}\n" for note in _unsaid(source, lies, words))
    return notes + _raw_views(source, lies, words) + words.create(source.name, _newest(source, select, words))


def _raw_rows(source: Source, lies: LyingFiles, words: _Words) -> str:
    """The columns of every file, one file after the other: engines that are given several at once take the first one's
    columns for all, or read no other."""
    names = wanted(source)
    if not lies.paths:
        nothing = ", ".join(f"CAST(NULL AS {words.string}) AS {words.name(name)}" for name in names)
        return f"SELECT {nothing}, 0 AS {PLACE} WHERE 1 = 0"
    if lies.files.format == "csv":
        columns = ", ".join(map(words.name, names))
    else:
        columns = ", ".join(dict.fromkeys(_typed_cells(source, lies, words)))
    return "\nUNION ALL\n".join(
        f"SELECT {columns}, {place} AS {PLACE} FROM {_file(source, lies, place, path, words)}"  # noqa: S608 - in quotes
        for place, path in enumerate(lies.paths, 1)
    )


def _typed_cells(source: Source, lies: LyingFiles, words: _Words) -> Iterator[str]:
    """Columns that have a type, file by file another one perhaps: as texts, but for lists, coordinates and instants."""
    if source.delivery == "changes":
        yield f"CAST({words.name(DELETED)} AS {words.string}) AS {words.name(DELETED)}"
    for column in _delivered_columns(source):
        for raw in filter(None, (column.raw, column.latitude, column.longitude)):
            cell, name = words.name(raw), words.name(_cell(column, raw))
            match column.type.name:
                case "timestamp":
                    text = words.typed(column.type, f"CAST({cell} AS {words.string})", source.time_zone or lies.zone)
                    yield f"{words.instant_or(cell, text)} AS {name}"
                case "choices" | "point":
                    yield f"{cell} AS {name}"
                case _:
                    yield f"CAST({cell} AS {words.string}) AS {name}"


def _cell(column: Column, raw: str) -> str:
    """What a column that has a type is called until it is read; it may be read in several ways."""
    return f"_{column.type.name}_{raw}" if column.type.name in _AS_THEY_ARE else raw


_AS_THEY_ARE = ("timestamp", "choices", "point")


def _file(source: Source, lies: LyingFiles, place: int, path: str, words: _Words) -> str:
    """One file as a relation."""
    csv = lies.files.format == "csv"
    if words.spark:
        return words.name(_raw_view(source, place)) if csv else f"parquet.{words.name(words.path(path))}"
    written = words.text(words.path(path))
    if not csv:
        return f"READ_PARQUET({written})"
    form = lies.files.csv
    options = f"header = true, all_varchar = true, delim = {words.text(form.delimiter)}, quote = '\"'"
    encoding = "" if form.encoding == "utf-8" else f", encoding = {words.text(form.encoding)}"
    return f"READ_CSV({written}, {options}{encoding})"


def _raw_view(source: Source, place: int) -> str:
    return f"{source.name}__raw_{place}"


def _raw_views(source: Source, lies: LyingFiles, words: _Words) -> str:
    """What has to be made first: Spark has no function that reads CSV with a header."""
    if not words.spark or lies.files.format != "csv":
        return ""
    form = lies.files.csv
    cut = f"sep {words.text(form.delimiter)}, encoding {words.text(form.encoding)}, multiLine 'true', escape '\"'"
    return "".join(
        f"CREATE OR REPLACE TEMPORARY VIEW {words.name(_raw_view(source, place))} USING csv "
        f"OPTIONS (path {words.text(words.path(path))}, header 'true', {cut});\n"
        for place, path in enumerate(lies.paths, 1)
    )


def _columns(source: Source, lies: LyingFiles, words: _Words) -> Iterator[tuple[str, str]]:
    """Each column of the view with its value."""
    seen: set[str] = set()
    for column in _delivered_columns(source):
        if column.name in seen or column.derive is not None:
            continue
        seen.add(column.name)
        zone = source.time_zone or lies.zone
        if column.type.name == "point":
            sides = (_value(column, raw, lies, words, zone) for raw in (column.latitude, column.longitude))
            yield column.name, words.point(*sides)
        else:
            yield column.name, _value(column, column.raw, lies, words, zone)


def _delivered_columns(source: Source) -> Iterator[Column]:
    if source.contact_column is not None:
        yield source.contact_column
    if source.time and (time := source.column(source.time)) is not None:
        yield time
    yield from source.columns.values()
    yield from source.key_columns


def _value(column: Column, raw: str, lies: LyingFiles, words: _Words, zone: str) -> str:
    if lies.files.format == "csv" or not lies.paths:
        return words.typed(column.type, f"NULLIF({words.name(raw)}, '')", zone)
    cell = words.name(_cell(column, raw))
    return cell if column.type.name in _AS_THEY_ARE else words.typed(column.type, cell, zone)


def _folded(source: Source, values: dict[str, str], words: _Words) -> Iterator[str]:
    for column in {column.name: column for column in (*source.columns.values(), *source.key_columns)}.values():
        if column.type.name == "text" and column.name in values:
            yield f"{words.folded(values[column.name])} AS {words.name(folded_name(column.name))}"


def _newest(source: Source, select: str, words: _Words) -> str:
    """Of the rows of one key the one that was delivered last, unless it says that it is gone."""
    if not source.key:
        return select
    gone = f"LOWER(CAST({words.name(DELETED)} AS {words.string}))" if source.delivery == "changes" else "NULL"
    inner = select.replace("\nFROM ", f",\n  {PLACE},\n  {gone} AS _gone\nFROM ", 1)
    return words.newest(inner, [column.name for column in source.key_columns], PLACE, "COALESCE(_gone, '') <> 'true'")


def _unsaid(source: Source, lies: LyingFiles, words: _Words) -> Iterator[str]:
    if derived := [column.name for column in source.columns.values() if column.derive is not None]:
        yield f"{source.name}: {', '.join(derived)} is computed when rows come in; only the lake has it."
    if odd := [column.name for column in _delivered_columns(source) if column.written != AS_USUAL]:
        yield f"{source.name}: {', '.join(dict.fromkeys(odd))} is not written in the usual form; only the lake has it read."
    if not lies.paths:
        yield f"{source.name}: nothing has arrived {lies.files.words}."
    if words.spark:
        yield "The session's time zone has to be UTC."


# --- over the lake's table ------------------------------------------------------------------------------------------------


def _over_table(source: Source, lies: LyingTable, words: _Words) -> str:
    rows = f"delta.`{lies.address}`" if words.spark else f"DELTA_SCAN({words.text(lies.address)})"
    numbers = ", ".join(map(str, lies.deliveries)) or "NULL"
    folded = [
        f"{words.folded(words.name(column.name))} AS {words.name(folded_name(column.name))}"
        for column in {column.name: column for column in (*source.columns.values(), *source.key_columns)}.values()
        if column.type.name == "text"
    ]
    columns = ", ".join(["*", *folded])
    select = f"SELECT {columns} FROM {rows}\nWHERE delivery_no IN ({numbers})"  # noqa: S608 - names of the catalog
    if source.key:
        place = "ARRAY_POSITION(ARRAY({}), delivery_no)" if words.spark else "LIST_POSITION([{}], delivery_no)"
        kept = f"NOT COALESCE({DELETED}, FALSE)" if source.delivery == "changes" else "TRUE"
        select = words.newest(select, [KEY], place.format(numbers), kept)
    return words.create(source.name, select)
