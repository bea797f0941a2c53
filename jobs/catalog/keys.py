"""Every key of a catalog file: what it means, what its value may be, which kinds of sources or types of columns have it.

The reader takes its checks from here, `schema.py` its JSON Schema. A new key is one line here and its use.
"""

from __future__ import annotations

from typing import get_args

from jobs.catalog.fields import Key
from jobs.catalog.model import Delivery, Format, Kind
from jobs.catalog.value_shapes import (
    ANY_DURATION,
    DAYS_OR_LONGER,
    FLAG,
    ID,
    KEY,
    TEXT,
    TYPE,
    VALUES,
    VERSION,
    ZONE,
    as_written,
    one_of,
    share,
    table,
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

FILE_VERSION = Key("version", "The version of the catalog format: 1.", VERSION, required=True)
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
    KEY,
    only=DELIVERED,
    required=("lookup",),
)
TIME_ZONE = Key(
    "time_zone", "The zone of timestamps written without an offset; the account's when left out.", ZONE, only=DELIVERED
)
KEEP = Key(
    "keep",
    "How far back rows exist: those before midnight of (as_of's day - keep) do not.",
    DAYS_OR_LONGER,
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
    "read", "Where rows come from. Needed to ingest, not by try.", table({"$ref": "#/$defs/read"}), only=DELIVERED
)
COLUMNS = Key(
    "columns",
    "The columns that specs can name, by the name they use.",
    table({"type": "object", "propertyNames": ID.schema}),
    required=True,
)
LOOKUPS = Key(
    "lookups",
    "Rows of lookup sources joined to this one's: product adds product.<column>.",
    table({"type": "object", "propertyNames": ID.schema, "additionalProperties": {"$ref": "#/$defs/lookup"}}),
    only=DELIVERED,
)
GATES = Key("gates", "What a delivery must satisfy to be accepted.", table({"$ref": "#/$defs/gates"}), only=DELIVERED)

FILE_KEYS = (
    FILE_VERSION, SOURCE, KIND, MEANING, CONTACT, TIME, ROW_KEY, TIME_ZONE, KEEP, DELIVERY, READ, COLUMNS, LOOKUPS, GATES,
)  # fmt: skip

# --- a column -----------------------------------------------------------------------------------------------------------

COLUMN_TYPE = Key("type", "The type of its values.", TYPE, required=True)
COLUMN_MEANING = Key("meaning", "One sentence for people.", TEXT)
UNIT = Key("unit", "What its numbers count, for people: EUR, days.", TEXT)
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
    table({"type": "object"}),
)
CASES = Key(
    "cases",
    "The value of the first case whose condition is true; none: missing.",
    as_written(
        {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["is", "when"],
                "properties": {"is": {}, "when": {"type": "object"}},
                "additionalProperties": False,
            },
        }
    ),
)

ROW_COLUMN_KEYS = (
    COLUMN_TYPE, COLUMN_MEANING, UNIT, RAW, FOLD, CHOICES, SENSITIVE, LATITUDE, LONGITUDE, DERIVE,
)  # fmt: skip
COMPUTED_COLUMN_KEYS = (COLUMN_TYPE, COLUMN_MEANING, UNIT, FOLD, CHOICES, SENSITIVE, VALUE, CASES)

# --- lookups, where rows come from, gates -------------------------------------------------------------------------------

LOOKUP_SOURCE = Key("source", "The lookup source.", ID, required=True)
LOOKUP_ON = Key("on", "This source's column that holds the lookup's key.", ID, required=True)
LOOKUP_KEYS = (LOOKUP_SOURCE, LOOKUP_ON)

FILES = Key("files", "Files under the landing folder.", table({"$ref": "#/$defs/files"}))
COMPLETE = Key(
    "complete", "When a delivery is whole; until then it has not arrived.", table({"$ref": "#/$defs/complete"})
)
DELTA = Key("delta", "A table of the lake house.", table({"$ref": "#/$defs/delta"}))
JDBC = Key("jdbc", "A table of a relational database.", table({"$ref": "#/$defs/jdbc"}))
SAME_AS = Key("same_as", "The source whose rows these are too, with another contact, time or other columns.", ID)
READ_KEYS = (FILES, DELTA, JDBC, SAME_AS, COMPLETE)
WAYS = (FILES, DELTA, JDBC, SAME_AS)
"""Exactly one of them stands in `read`."""

PATH = Key(
    "path",
    "The files' path under the landing folder; * and ? stand for letters, {date} for the day that labels a delivery.",
    TEXT,
    required=True,
)
FORMAT = Key("format", "How they are written: csv, jsonl or parquet.", one_of(FORMATS), required=True)
FILES_KEYS = (PATH, FORMAT)

MARKER = Key("marker", "A file that is written beside a delivery once it is whole, like _SUCCESS.", TEXT)
COUNT = Key("files", "How many files a delivery has.", whole(1))
COMPLETE_KEYS = (MARKER, COUNT)

DELTA_PATH = Key("path", "The table's path.", TEXT, required=True)
DELTA_KEYS = (DELTA_PATH,)

CONNECTION = Key("connection", "The name of the connection, as the settings know it.", TEXT, required=True)
TABLE = Key("table", "The table or view.", TEXT, required=True)
PARTITION_ON = Key("partition_on", "A numeric column to read ranges of side by side.", TEXT)
PARTITIONS = Key("partitions", "How many ranges.", whole(1))
CHANGED_AT = Key("changed_at", "The column that says when a row last changed, to read only newer ones.", TEXT)
JDBC_KEYS = (CONNECTION, TABLE, PARTITION_ON, PARTITIONS, CHANGED_AT)

ROWS_AT_LEAST = Key("rows_at_least", "Fewest rows a delivery may have.", whole(0))
AGE_AT_MOST = Key("age_at_most", "Oldest that the newest delivery may be at as_of.", ANY_DURATION)
CHANGE_AT_MOST = Key("change_at_most", "Furthest the number of rows may be from the delivery before.", share(None))
UNKNOWN_CONTACTS = Key(
    "unknown_contacts_at_most",
    "Largest share of rows whose contact the contacts source lacks.",
    share(100),
    only=("attributes", "events", "related"),
)
MISSING_CONTACT = Key(
    "missing_contact_at_most", "Largest share of rows without a contact.", share(100), only=OF_CONTACTS
)
MISSING_TIME = Key(
    "missing_time_at_most",
    "Largest share of rows without a time, which are then left out. Without this gate one such row stops the run.",
    share(100),
    only=("events",),
)
GATE_KEYS = (ROWS_AT_LEAST, AGE_AT_MOST, CHANGE_AT_MOST, UNKNOWN_CONTACTS, MISSING_CONTACT, MISSING_TIME)
