"""Every key of a catalog file: what it means, what its value may be, which kinds of sources or types of columns have it.

The reader takes its checks from here, `catalog_schema.py` its JSON Schema. A new key is one line here and its use.
"""

from __future__ import annotations

from typing import get_args

from jobs.catalog.model import Delivery, Format, Kind
from jobs.catalog.value_shapes import COLUMN_NAMES, DELIMITER, ENCODING, TABLE_VERSION, TYPE, VALUES
from jobs.catalog.written_keys import WRITTEN_TABLE
from jobs.syntax.objects import Key, KeyTable, Needs, exactly_one
from jobs.syntax.shapes import (
    ANY_DURATION,
    FLAG,
    ID,
    TEXT,
    ZONE,
    as_written,
    duration,
    mapping,
    one_of,
    per_cent,
    version_of,
    whole,
)

KINDS: tuple[Kind, ...] = get_args(Kind)
DELIVERIES: tuple[Delivery, ...] = get_args(Delivery)
FORMATS: tuple[Format, ...] = get_args(Format)

DELIVERED = ("contacts", "attributes", "events", "related", "lookup")
OF_CONTACTS = ("contacts", "attributes", "events", "related")
"""Kinds whose rows name a contact."""

KIND_MEANINGS: dict[Kind, str] = {
    "contacts": "one row for each contact; it says who exists, and there is exactly one source of this kind",
    "attributes": "at most one row for a contact",
    "events": "one row for each thing that happened to a contact, with its time",
    "related": "rows that name a contact, several allowed, without a time of their own",
    "lookup": "one row for each value of `key` (a product, a store), joined to rows of other sources",
    "computed": "one row for each contact, whose columns are computed from the other sources in the same run",
}

# --- a file -------------------------------------------------------------------------------------------------------------

FILE_VERSION = Key("version", "The version of the catalog format: 1.", version_of("the catalog"), required=True)
SOURCE = Key("source", "The word that specs use for this source, and the name of its file.", ID, required=True)
KIND = Key("kind", "What one row is: " + ", ".join(KINDS) + ".", one_of(KINDS), required=True)
MEANING = Key("meaning", "One sentence for people: what a row is and who delivers it.", TEXT)
CONTACT = Key("contact", "The column that holds the contact_id; contact_id when left out.", TEXT, only=OF_CONTACTS)
TIME = Key(
    "time",
    "The column that holds when it happened. It is a timestamp and need not be listed under columns.",
    ID,
    only=("events",),
    required=("events",),
)
ROW_KEY = Key(
    "key",
    "The column or columns that identify a row: delivered again later, it replaces the earlier one. "
    "Of a lookup: the one column that other sources' rows are joined by.",
    COLUMN_NAMES,
    only=DELIVERED,
    required=("lookup",),
)
TIME_ZONE = Key(
    "time_zone", "The zone of timestamps written without an offset; the account's when left out.", ZONE, only=DELIVERED
)
KEEP = Key(
    "keep",
    "How far back rows exist: those before midnight of (as_of's day - keep) do not.",
    duration("d", "w", "mo", "y"),
    only=("events",),
)
DELIVERY = Key(
    "delivery",
    "full: each delivery replaces what was there (the default). append: it adds to it (the default of events). "
    "changes: by key; a row whose column deleted is true goes.",
    one_of(DELIVERIES),
    only=DELIVERED,
)
READ = Key(
    "read", "Where rows come from. Needed to ingest, not by try.", as_written({"$ref": "#/$defs/read"}), only=DELIVERED
)
WRITTEN = Key(
    "written",
    "How texts are written, where not in the default form; a column's own words come before those of its source.",
    as_written({"$ref": "#/$defs/written"}),
    only=DELIVERED,
)
COLUMN_WRITTEN = Key("written", "How its texts are written, where not as its source says.", WRITTEN.shape)
COLUMNS = Key(
    "columns",
    "The columns that specs can name, by the name they use.",
    mapping({"type": "object", "propertyNames": ID.schema}),
    required=True,
)
LOOKUPS = Key(
    "lookups",
    "Rows of lookup sources joined to this one's: product adds product.<column>.",
    mapping({"type": "object", "propertyNames": ID.schema, "additionalProperties": {"$ref": "#/$defs/lookup"}}),
    only=DELIVERED,
)
GATES = Key(
    "gates", "What a delivery must satisfy to be accepted.", as_written({"$ref": "#/$defs/gates"}), only=DELIVERED
)

FILE = KeyTable(
    "a source",
    (
        FILE_VERSION, SOURCE, KIND, MEANING, CONTACT, TIME, ROW_KEY, TIME_ZONE, KEEP, DELIVERY, READ, WRITTEN, COLUMNS,
        LOOKUPS, GATES,
    ),
    "the keys of a source: version, source, kind, columns, …",
)  # fmt: skip

# --- a column -----------------------------------------------------------------------------------------------------------

COLUMN_TYPE = Key("type", "The type of its values.", TYPE, required=True)
COLUMN_MEANING = Key("meaning", "One sentence for people.", TEXT)
UNIT = Key(
    "unit",
    "What its numbers count: EUR, days. Numbers of different units are neither added, subtracted nor compared.",
    TEXT,
)
RAW = Key("column", "Its name in the data, where that differs.", TEXT)
FOLD = Key("fold", "Compare without regard to case (Unicode NFC, then case folding). Text only.", FLAG, only=("text",))
CHOICES = Key(
    "values",
    "The values that may occur, of a choice or choices. Others in the data stop the run.",
    VALUES,
    only=("choice", "choices"),
    required=("choice", "choices"),
)
SENSITIVE = Key(
    "sensitive", "A segment that uses it needs approved_by in its spec, and has to have at least 50 members.", FLAG
)
LATITUDE = Key("latitude", "The data's column with a point's latitude.", TEXT, only=("point",), required=("point",))
LONGITUDE = Key("longitude", "The data's column with a point's longitude.", TEXT, only=("point",), required=("point",))
DERIVE = Key(
    "derive",
    "Computed from other columns of the row: add, subtract, multiply or divide of columns and numbers.",
    as_written({"$ref": "#/$defs/arithmetic"}),
    only=("integer", "decimal"),
)
VALUE = Key(
    "value",
    "What is computed for a contact: an aggregate of rows, arithmetic over the contact's columns, or a quantile.",
    mapping({"type": "object"}),
)
CASE_IS = Key("is", "The value of this case, of the column's type.", as_written({}), required=True)
CASE_WHEN = Key(
    "when", "The condition that decides it, in the words of specs.", as_written({"type": "object"}), required=True
)
CASE = KeyTable("a case", (CASE_IS, CASE_WHEN), "a case: an object with is and when")
CASES = Key(
    "cases",
    "The value of the first case whose condition is true; none: missing.",
    as_written({"type": "array", "minItems": 1, "items": CASE.schema()}),
)

_COLUMN = 'a column\'s keys, like {type: text, meaning: "…"}'
ROW_COLUMN = KeyTable(
    "a column",
    (COLUMN_TYPE, COLUMN_MEANING, UNIT, RAW, FOLD, CHOICES, SENSITIVE, LATITUDE, LONGITUDE, COLUMN_WRITTEN, DERIVE),
    _COLUMN,
    kinds="type",
    elsewhere=dict.fromkeys((VALUE.name, CASES.name), "only columns of computed sources have it"),
)
COMPUTED_COLUMN = KeyTable(
    "a computed column",
    (COLUMN_TYPE, COLUMN_MEANING, UNIT, FOLD, CHOICES, SENSITIVE, VALUE, CASES),
    _COLUMN,
    (exactly_one(VALUE, CASES, says="how it is computed"),),
    kinds="type",
    elsewhere=dict.fromkeys(
        (key.name for key in (RAW, LATITUDE, LONGITUDE, COLUMN_WRITTEN, DERIVE)),
        "only columns that are delivered have it",
    ),
)

# --- lookups, where rows come from, gates -------------------------------------------------------------------------------

LOOKUP_SOURCE = Key("source", "The lookup source.", ID, required=True)
LOOKUP_ON = Key("on", "This source's column that holds the lookup's key.", ID, required=True)
LOOKUP = KeyTable("a lookup", (LOOKUP_SOURCE, LOOKUP_ON), "a lookup like {source: product, on: product_id}")

FILES = Key("files", "Files under the landing folder.", as_written({"$ref": "#/$defs/files"}))
COMPLETE = Key(
    "complete", "When a delivery is whole; until then it has not arrived.", as_written({"$ref": "#/$defs/complete"})
)
DELTA = Key("delta", "A table of the lake house.", as_written({"$ref": "#/$defs/delta"}))
JDBC = Key("jdbc", "A table of a relational database.", as_written({"$ref": "#/$defs/jdbc"}))
SAME_AS = Key("same_as", "The source whose rows these are too, with another contact, time or other columns.", ID)
ORIGIN = KeyTable(
    "read",
    (FILES, DELTA, JDBC, SAME_AS, COMPLETE),
    "where rows come from, like {files: {path: orders.csv, format: csv}}",
    (exactly_one(FILES, DELTA, JDBC, SAME_AS, says="where rows come from"), Needs(COMPLETE, FILES)),
)

PATH = Key(
    "path",
    "The files' path under the landing folder; * and ? stand for letters, {date} for the day that labels a delivery.",
    TEXT,
    required=True,
)
FORMAT = Key("format", "How they are written: csv, jsonl or parquet.", one_of(FORMATS), required=True)
CSV = Key("csv", "How CSV is cut, where not at commas and in UTF-8.", as_written({"$ref": "#/$defs/csv"}))
FILES_TABLE = KeyTable("files", (PATH, FORMAT, CSV), 'files like {path: "orders/{date}.csv", format: csv}')

CSV_DELIMITER = Key("delimiter", "The character between two fields, a comma when left out.", DELIMITER)
CSV_ENCODING = Key(
    "encoding",
    "How letters are written: utf-8 (when left out), utf-16, windows-1252 and others of a byte a letter.",
    ENCODING,
)
CSV_TABLE = KeyTable(
    "csv", (CSV_DELIMITER, CSV_ENCODING), 'how CSV is cut, like {delimiter: ";", encoding: windows-1252}'
)

MARKER = Key("marker", "A file that is written beside a delivery once it is whole, like _SUCCESS.", TEXT)
COUNT = Key("files", "How many files a delivery has.", whole(1))
COMPLETE_TABLE = KeyTable(
    "complete",
    (MARKER, COUNT),
    "either {marker: _SUCCESS} or {files: 4}",
    (exactly_one(MARKER, COUNT, says="when a delivery is whole"),),
)

DELTA_PATH = Key("path", "The table's address, or its folder under the landing folder.", TEXT, required=True)
DELTA_VERSION = Key("version", "latest, which is the default, or the number of a version.", TABLE_VERSION)
DELTA_TABLE = KeyTable(
    "delta", (DELTA_PATH, DELTA_VERSION), 'a table like {path: "s3a://house/orders", version: latest}'
)

CONNECTION = Key(
    "connection", "The name of the connection, as Airflow knows it: shop is AIRFLOW_CONN_SHOP.", ID, required=True
)
TABLE = Key("table", "The table or view.", TEXT, required=True)
PARTITION_ON = Key("partition_on", "A numeric column to read ranges of side by side.", TEXT)
PARTITIONS = Key("partitions", "How many ranges.", whole(1))
CHANGED_AT = Key("changed_at", "The column that says when a row last changed, to read only newer ones.", TEXT)
JDBC_TABLE = KeyTable(
    "jdbc",
    (CONNECTION, TABLE, PARTITION_ON, PARTITIONS, CHANGED_AT),
    "a table of a database, like {connection: shop, table: public.orders}",
    (Needs(PARTITION_ON, PARTITIONS, missing=True), Needs(PARTITIONS, PARTITION_ON, missing=True)),
)

ROWS_AT_LEAST = Key("rows_at_least", "Fewest rows a delivery may have.", whole(0))
AGE_AT_MOST = Key("age_at_most", "Oldest that the newest delivery may be at as_of.", ANY_DURATION)
CHANGE_AT_MOST = Key("change_at_most", "Furthest the number of rows may be from the delivery before.", per_cent())
UNKNOWN_CONTACTS = Key(
    "unknown_contacts_at_most",
    "Largest share of rows whose contact the contacts source lacks.",
    per_cent(100),
    only=("attributes", "events", "related"),
)
MISSING_CONTACT = Key(
    "missing_contact_at_most", "Largest share of rows without a contact.", per_cent(100), only=OF_CONTACTS
)
MISSING_TIME = Key(
    "missing_time_at_most",
    "Largest share of rows without a time, which are then left out. Without this gate one such row stops the run.",
    per_cent(100),
    only=("events",),
)
GATE_TABLE = KeyTable(
    "the gates of a source",
    (ROWS_AT_LEAST, AGE_AT_MOST, CHANGE_AT_MOST, UNKNOWN_CONTACTS, MISSING_CONTACT, MISSING_TIME),
    "gates like {rows_at_least: 1000, age_at_most: 36h}",
)

TABLES = (
    FILE, WRITTEN_TABLE, ROW_COLUMN, COMPUTED_COLUMN, CASE, LOOKUP, ORIGIN, FILES_TABLE, CSV_TABLE, COMPLETE_TABLE,
    DELTA_TABLE, JDBC_TABLE, GATE_TABLE,
)  # fmt: skip
"""Every object of a catalog file whose keys are words of the catalog."""
