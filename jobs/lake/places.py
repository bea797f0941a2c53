"""Addresses of the lake and of landing, for reads that need no Spark: a folder, or a URL as Hadoop writes it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

from pyarrow import fs

from jobs.errors import Unreachable


def filesystem(address: str) -> tuple[fs.FileSystem, str]:
    """The file system an address lies in, and the path inside it."""
    if "://" not in address:
        return fs.LocalFileSystem(), address
    try:
        return fs.FileSystem.from_uri(without_hadoop(address))
    except (OSError, ValueError) as error:
        raise Unreachable(
            f"{address}: cannot be reached ({error}). Check the address and the credentials in the environment."
        ) from error


def without_hadoop(address: str) -> str:
    """The address as everybody but Hadoop writes it: `s3://` for `s3a://`."""
    return "s3://" + address.removeprefix("s3a://") if address.startswith("s3a://") else address


def open_file(root: str, path: str) -> BinaryIO:
    """A file under an address, to read; one of Python's own kind wherever it lies."""
    if "://" not in root:
        return (Path(root) / path).open("rb")
    system, start = filesystem(root)
    return io.BufferedReader(_Remote(system.open_input_file(f"{start}/{path}")))


class _Remote(io.RawIOBase):
    """Arrow's files read in blocks and seek, but know no lines and no `readinto` of any buffer."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: Any) -> int:
        block = self._file.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()
