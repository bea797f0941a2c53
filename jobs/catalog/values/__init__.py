"""The one parser of delivered values: files in, typed columns and problems out, the same for `try` and for the lake.

    source_files.py    one file as batches of a source's columns, split by csv_files.py (csv_text.py), json_lines.py or
                       parquet_files.py; file_faults.py is what can be wrong with it as a whole
    json_rows.py       one line of JSON, strictly; json_blocks.py many at once, where that is sure to be the same
    typed_batches.py   one batch of delivered cells.py as typed columns (parsed.py), `_problems` beside them, in words of
                       expected_forms.py · equality.py  which values are one · derived_values.py  arithmetic
    texts.py           text -> value, for each type; instants.py for times
    typed.py           values that already have a type; typed_numbers.py, typed_times.py
    tidy_texts.py      what `written` takes off texts, before; digit_groups.py, pattern_times.py read what it describes
    proposals.py       settings that would read wrong values; trials.py tries them, recut_files.py on a file cut otherwise
    fitting_forms.py   the types and settings that read a whole column of which no catalog speaks yet
    file_stretches.py  where large files are cut
    decoded_bytes.py   bytes of any encoding as UTF-8 · byte_streams.py  bytes, unpacked
    list_files.py      files of contact ids · quick_start.py  pyarrow without pandas
    layout.py          which columns a source needs, which it becomes · settled_rows.py  the rules about a delivery's rows

Exact: no value is rounded or guessed, and none trimmed unless the catalog says so; what is not exactly of its column's type
is a problem of its row, told without the value. A file that cannot be split at all is a `DataError`. Nothing here knows
Spark.
"""

from jobs.catalog.values.file_stretches import FileNotes, FileStretch
from jobs.catalog.values.layout import arrow_schema, arrow_type
from jobs.catalog.values.list_files import read_contact_ids
from jobs.catalog.values.settled_rows import Settled, check_rows, settle
from jobs.catalog.values.source_files import parse_batches, read_batches, remarks_on

__all__ = [
    "FileNotes", "FileStretch", "Settled", "arrow_schema", "arrow_type", "check_rows", "parse_batches", "read_batches",
    "read_contact_ids", "remarks_on", "settle",
]  # fmt: skip
