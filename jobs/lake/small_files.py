"""Small files of the lake that are no tables: written whole or not at all, under names that say what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

import pyarrow as pa

from jobs.errors import Unreachable
from jobs.lake.places import filesystem


def address(lake: str, path: str) -> str:
    """The address of a path under the lake's root."""
    return f"{lake.rstrip('/')}/{path}"


def write_file(lake: str, path: str, data: bytes) -> None:
    """Writes a file, over one that is there; nobody ever sees a part of it, and none is left when writing fails."""
    with renamed_into_place(lake, path) as stream:
        stream.write(data)


@contextmanager
def renamed_into_place(lake: str, path: str) -> Iterator[pa.NativeFile]:
    """A stream whose bytes are the file once all of them are written."""
    system, place = filesystem(address(lake, path))
    passing = f"{place}.{uuid4().hex}.tmp"
    with _reached(lake, path):
        system.create_dir(place.rpartition("/")[0], recursive=True)
        try:
            with system.open_output_stream(passing) as stream:
                yield stream
            system.move(passing, place)
        except OSError:
            with suppress(OSError):
                system.delete_file(passing)
            raise


def read_file(lake: str, path: str) -> bytes:
    """A file that is known to be there."""
    system, place = filesystem(address(lake, path))
    with _reached(lake, path), system.open_input_stream(place) as stream:
        return stream.read()


def has_file(lake: str, path: str) -> bool:
    """Whether a file is there."""
    system, place = filesystem(address(lake, path))
    with _reached(lake, path):
        return system.get_file_info(place).type == pa.fs.FileType.File


def remove_folder(lake: str, path: str) -> None:
    """Removes a folder with all that is in it, where there is one."""
    system, place = filesystem(address(lake, path))
    with _reached(lake, path):
        if system.get_file_info(place).type == pa.fs.FileType.Directory:
            system.delete_dir(place)


def folders(lake: str, path: str) -> list[str]:
    """The names of the folders in a folder; none where it is not there."""
    system, place = filesystem(address(lake, path))
    with _reached(lake, path):
        entries = system.get_file_info(pa.fs.FileSelector(place, allow_not_found=True))
    return sorted(entry.base_name for entry in entries if entry.type == pa.fs.FileType.Directory)


def file_names(lake: str, path: str) -> list[str]:
    """The names of the files in a folder; none where it is not there."""
    system, place = filesystem(address(lake, path))
    with _reached(lake, path):
        entries = system.get_file_info(pa.fs.FileSelector(place, allow_not_found=True))
    return sorted(entry.base_name for entry in entries if entry.type == pa.fs.FileType.File)


def remove_file(lake: str, path: str) -> None:
    """Removes a file; one that is gone already is no problem."""
    system, place = filesystem(address(lake, path))
    with _reached(lake, path), suppress(FileNotFoundError):
        system.delete_file(place)


@contextmanager
def _reached(lake: str, path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unreachable(
            f"{address(lake, path)}: cannot be read or written ({error}). Check that the folder is yours and has room, "
            "or set MUSTER_LAKE to another one; then run the step again."
        ) from error
