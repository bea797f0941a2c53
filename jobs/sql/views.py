"""Views under the names that a statement reads: over delivered files of CSV or Parquet, or over a table of typed rows.

For a look with one's own engine. Values are cast as the engine casts them, where the parser would refuse what is no value;
what a view cannot say exactly is said above it. Text after folding is in small letters and NFC, which is nearly it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from jobs.catalog.model import CONTACT_ID, Column, Files, Source
from jobs.catalog.row_rules import KEY
from jobs.catalog.types import ColumnType
from jobs.catalog.values.layout import DELETED
from jobs.catalog.written import AS_USUAL
from jobs.errors import visible
from jobs.sql.fragments import Engine
from jobs.sql.relations import folded_name

OFFSET = "(Z|[+-][0-9]{2}:?[0-9]{2})$"
WITHOUT_SECONDS = "([T ][0-9]{2}:[0-9]{2})($|Z|[+-])"
"""DuckDB casts no clock's time that ends with the minutes and an offset."""
FILE = "_file"


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
    raw = f"{source.name}__raw"
    reading, reads = _raw_rows(lies, raw, words)
    columns = {name: f"{value} AS {words.name(name)}" for name, value in _columns(source, lies, words)}
    lines = [*columns.values(), *_folded(source, dict(_columns(source, lies, words)), words)]
    needed = [columns[name].rpartition(" AS ")[0] for name in (CONTACT_ID, source.time) if name in columns]
    where = " AND ".join(f"({value}) IS NOT NULL" for value in needed)
    select = "SELECT\n  " + ",\n  ".join(lines) + f"\nFROM {reads}" + (f"\nWHERE {where}" if where else "")
    notes = "".join(f"-- {visible(note)}\n" for note in _unsaid(source, lies, words))
    return notes + reading + words.create(source.name, _newest(source, lies, select, words))


def _raw_rows(lies: LyingFiles, raw: str, words: _Words) -> tuple[str, str]:
    """What has to be made first, and where rows then come from."""
    paths = ", ".join(map(words.text, lies.paths))
    csv = lies.files.format == "csv"
    if words.spark:
        listed = words.text(",".join(lies.paths)) if csv else words.text(lies.paths[0] if lies.paths else "")
        options = f"path {listed}, header 'true', sep {words.text(lies.files.csv.delimiter)}, encoding " if csv else ""
        encoding = words.text(lies.files.csv.encoding) if csv else ""
        made = f"CREATE OR REPLACE TEMPORARY VIEW {words.name(raw)} USING {lies.files.format} "
        return f"{made}OPTIONS ({options}{encoding}{'' if csv else f'path {listed}'});\n", words.name(raw)
    if not csv:
        return "", f"READ_PARQUET([{paths}], filename = {words.text(FILE)})"
    form = lies.files.csv
    encoding = "" if form.encoding == "utf-8" else f", encoding = {words.text(form.encoding)}"
    options = f"header = true, all_varchar = true, delim = {words.text(form.delimiter)}, quote = '\"'"
    return "", f"READ_CSV([{paths}], {options}, filename = {words.text(FILE)}{encoding})"


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
    if lies.files.format == "csv":
        return words.typed(column.type, f"NULLIF({words.name(raw)}, '')", zone)
    plain = column.type.name in ("choices", "timestamp", "point")
    return words.name(raw) if plain else words.typed(column.type, f"CAST({words.name(raw)} AS {_string(words)})", zone)


def _string(words: _Words) -> str:
    return "STRING" if words.spark else "VARCHAR"


def _folded(source: Source, values: dict[str, str], words: _Words) -> Iterator[str]:
    for column in {column.name: column for column in (*source.columns.values(), *source.key_columns)}.values():
        if column.type.name == "text" and column.name in values:
            yield f"{words.folded(values[column.name])} AS {words.name(folded_name(column.name))}"


def _newest(source: Source, lies: LyingFiles, select: str, words: _Words) -> str:
    """Of the rows of one key the one that was delivered last, unless it says that it is gone."""
    if not source.key:
        return select
    gone = f"LOWER({words.name(DELETED)})" if source.delivery == "changes" else "NULL"
    inner = select.replace("\nFROM ", f",\n  {_place(lies, words)} AS _place,\n  {gone} AS _gone\nFROM ", 1)
    return words.newest(
        inner, [column.name for column in source.key_columns], "_place", "COALESCE(_gone, '') <> 'true'"
    )


def _place(lies: LyingFiles, words: _Words) -> str:
    """Where a row's file stands among all."""
    paths = ", ".join(map(words.text, lies.paths))
    if words.spark:
        return f"ARRAY_POSITION(ARRAY({paths}), REPLACE(INPUT_FILE_NAME(), 'file://', ''))"
    return f"LIST_POSITION([{paths}], {words.name(FILE)})"


def _unsaid(source: Source, lies: LyingFiles, words: _Words) -> Iterator[str]:
    if derived := [column.name for column in source.columns.values() if column.derive is not None]:
        yield f"{source.name}: {', '.join(derived)} is computed when rows come in; only the lake has it."
    if odd := [column.name for column in _delivered_columns(source) if column.written != AS_USUAL]:
        yield f"{source.name}: {', '.join(dict.fromkeys(odd))} is not written in the usual form; only the lake has it read."
    if not lies.paths:
        yield f"{source.name}: nothing has arrived {lies.files.words}."
    if words.spark and lies.files.format == "csv":
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
