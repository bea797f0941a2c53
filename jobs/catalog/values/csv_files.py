"""CSV files: a header, an empty field or an empty quoted one is missing, rows as long as the header, none shorter.

Lines with nothing on them are no rows, in a file of one column neither. Everything is read as text; typing is done by
`texts.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO, cast

import pyarrow as pa
from pyarrow import csv as arrow_csv

from jobs.catalog.csv_form import UTF_8, CsvForm
from jobs.catalog.model import Source
from jobs.catalog.row_rules import many
from jobs.catalog.values.cells import Cells
from jobs.catalog.values.csv_text import BLOCK, StrictText
from jobs.catalog.values.file_faults import Miscut, check_header, file_fault
from jobs.catalog.values.file_stretches import FileStretch, StretchFile
from jobs.catalog.values.layout import delivered, wanted
from jobs.errors import DataError
from jobs.syntax.nodes import shown

DELIMITERS = (",", ";", "\t", "|")
"""Those that programs write."""


def csv_cells(
    source: Source, path: str, file: BinaryIO, form: CsvForm, piece: FileStretch | None = None
) -> Iterator[tuple[Mapping[str, Cells], int]]:
    """The source's columns as texts, a block of rows at a time. `DataError` where the file is not strict CSV.

    A piece that does not begin the file has no header: the file's is read first.
    """
    text = StrictText(path, file if piece is None else _stretch(file, 0, piece.first or piece.end), form)
    _check_delimiter(path, text.first_line(), form, delivered(source))
    header = _names(text.header(), form.delimiter)
    if not any(header):
        raise file_fault(path, *NO_HEADER)
    check_header(path, header, delivered(source))
    places = {name: f"c{header.index(name)}" for name in wanted(source) if name in header}
    if piece is not None and piece.first:
        text = StrictText(path, _stretch(file, piece.first, piece.end), form, begins=False)
    for batch in text_batches(path, text, len(header), list(places.values()), form.delimiter):
        yield {name: Cells(batch.column(place)) for name, place in places.items()}, batch.num_rows


def csv_header(path: str, file: BinaryIO, encoding: str = UTF_8) -> tuple[list[str], CsvForm]:
    """The names in the first line, and how the file is cut: at the delimiter that makes the most names of it. `Miscut`
    where the file does not begin in the encoding."""
    names = {delimiter: _header_cut_at(path, file, CsvForm(delimiter, encoding)) for delimiter in DELIMITERS}
    likeliest = max(DELIMITERS, key=lambda delimiter: len(names[delimiter]))
    if names[likeliest]:
        return names[likeliest], CsvForm(likeliest, encoding)
    file.seek(0)
    StrictText(path, file, CsvForm(encoding=encoding)).header()
    raise file_fault(path, *NO_HEADER)


def _header_cut_at(path: str, file: BinaryIO, form: CsvForm) -> list[str]:
    """None where the file is not strict CSV so."""
    file.seek(0)
    try:
        return _names_or_none(StrictText(path, file, form).header(), form.delimiter)
    except Miscut:
        raise
    except DataError:
        return []


NO_HEADER = ("found no header, expected a first line that names the columns", "Deliver it again.")


def _stretch(file: BinaryIO, first: int, end: int) -> BinaryIO:
    return cast("BinaryIO", StretchFile(file, FileStretch(first, end)))


def _names(header: str, delimiter: str) -> list[str]:
    empty: list[str] = []
    return next(csv.reader([header], strict=True, delimiter=delimiter), empty)


def _check_delimiter(path: str, header: str, form: CsvForm, needed: Sequence[str]) -> None:
    """`Miscut` where the header has more of the needed columns once it is cut at another delimiter."""

    def there(delimiter: str) -> int:
        return len({*needed} & {*_names_or_none(header, delimiter)})

    likeliest = max((form.delimiter, *DELIMITERS), key=there)
    if there(likeliest) > there(form.delimiter):
        message = (
            f"found {there(form.delimiter)} of {many(len(needed), 'column')} in the first line, "
            f"and {there(likeliest)} of them where it is cut at {_called(likeliest)} instead of {_called(form.delimiter)}"
        )
        raise Miscut(path, message, replace(form, delimiter=likeliest))


def _names_or_none(header: str, delimiter: str) -> list[str]:
    try:
        return _names(header, delimiter)
    except csv.Error:
        return []


def _called(delimiter: str) -> str:
    return {",": "commas", ";": "semicolons", "\t": "tabs"}.get(delimiter, shown(delimiter))


def text_batches(
    path: str, text: StrictText, width: int, places: list[str], delimiter: str = ","
) -> Iterator[pa.RecordBatch]:
    """Batches of text columns called c0, c1, …, null where empty; without rows, nothing."""
    rows = _Rows()
    try:
        reader = arrow_csv.open_csv(
            pa.PythonFile(cast("Any", text), mode="r"),
            read_options=arrow_csv.ReadOptions(
                column_names=[f"c{place}" for place in range(width)], block_size=BLOCK, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=rows.refuse
            ),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=places,
                column_types=dict.fromkeys(places, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                check_utf8=False,  # StrictText has
            ),
        )
        yield from reader
    except pa.ArrowInvalid as error:
        if rows.wrong is not None:
            raise file_fault(
                path, rows.wrong, "Correct the row; a delimiter or a line end inside a value needs quotes."
            ) from None
        if "Empty CSV" in str(error):
            return
        if "straddling" in str(error):
            raise file_fault(path, f"found a row of more than {BLOCK >> 20} MiB", "Is a quote missing?") from None
        raise file_fault(
            path, "the file cannot be split into rows and columns", "Write it as CSV by RFC 4180."
        ) from None


class _Rows:
    """Hears from pyarrow of the first row that is shorter or longer than the header. Its own message repeats the row.

    Rows are counted as data, as everywhere: the first behind the header is row 1, blank lines are none.
    """

    def __init__(self) -> None:
        self.wrong: str | None = None

    def refuse(self, row: arrow_csv.InvalidRow) -> str:
        if self.wrong is None:
            which = "a row" if row.number is None else f"row {row.number} behind the header"
            self.wrong = f"{which} has {row.actual_columns} fields, the header has {row.expected_columns}"
        return "error"
