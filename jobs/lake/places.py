"""Addresses of the lake and of landing, for reads that need no Spark: a folder, or a URL as Hadoop writes it."""

from __future__ import annotations

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


def write_text(lake: str, path: str, text: str) -> None:
    """Writes a small file under the lake's root; its folders are made."""
    system, root = filesystem(lake)
    whole = f"{root.rstrip('/')}/{path}"
    system.create_dir(whole.rpartition("/")[0], recursive=True)
    with system.open_output_stream(whole) as stream:
        stream.write(text.encode())
