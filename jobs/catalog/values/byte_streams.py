"""A file of data as a stream of bytes: opened, unpacked where its name ends in .gz, its faults told by name.

A file that is broken is the deliverer's to mend (`DataError`); one that cannot be read to its end just now is not, and
must not be refused for it (`Unreachable`).
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

from jobs.catalog.values.file_faults import file_fault
from jobs.errors import Unreachable, visible


def open_file(path: str) -> BinaryIO:
    """The file, opened to read its bytes; `DataError` where that cannot be."""
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise file_fault(
            path, f"the file cannot be read ({error.strerror})", "Check that it is there and readable."
        ) from error


def unpacked(path: str, file: BinaryIO) -> BinaryIO:
    """The bytes in the file. `file` needs no more than `readinto` or `read`: pyarrow's remote files have no lines."""
    if path.endswith(".gz"):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file, mode="rb"))
    if isinstance(file, BufferedReader):
        return cast("BinaryIO", file)  # a second one around it would warn, when dropped, that nobody closed it
    return cast("BinaryIO", BufferedReader(cast("Any", file)))


@contextmanager
def reading(path: str) -> Generator[None]:
    """Around every read: what a stream raises becomes an error with the file's name."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise file_fault(
            path, "the file cannot be unpacked, expected a whole gzip file", "Deliver it again."
        ) from error
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unreachable(
            visible(f"{path}: the file cannot be read to its end ({why}). Check the store, then run this again.")
        ) from error
